"""The card of one function: as data for JSON, as a table for the terminal, in Markdown, LaTeX and HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..facts.card import Card
from ..facts.fact import Fact
from ..facts.record import Facts
from .latex import latex
from .latex import preamble as latex_preamble
from .layout import Style, layout
from .mathml import mathml
from .page import document
from .reading import Write, in_words
from .tex import escaped
from .values import WRITERS

__all__ = ["FORMATS", "record", "show"]


def record(facts: Facts, name: str | None, timeout: float) -> dict[str, Any]:
    """Return the card as data: name, expression, parameters and facts, each with status, value and method."""
    definition = facts.definition
    return {
        "name": name,
        "expression": str(facts.expression),
        "latex": latex(facts.expression),
        "parameters": {
            p.symbol.name: {
                "default": None if p.default is None else str(p.default),
                "assume": None if p.assume == True else str(p.assume),  # noqa: E712 - SymPy's true is not Python's
            }
            for p in definition.parameters
        },
        "facts": {name: _as_json(fact) for name, fact in Card(facts, timeout)},
    }


def _as_json(fact: Fact | list[Fact]) -> Any:
    if isinstance(fact, list):
        return [_as_json(case) for case in fact]
    value = fact.value if isinstance(fact.value, str) or not fact.proved else WRITERS[fact.name](fact.value)
    return {"status": fact.status, "value": value, "when": fact.when, "method": fact.method, "reason": fact.reason}


def show(facts: Facts, timeout: float) -> None:
    """Print the card to the terminal, each fact as soon as it is found."""
    console = Console()
    table = Table(title=Text(_title(facts)), show_header=False, title_justify="left")
    table.add_column("fact", style="bold", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("how", style="dim", overflow="fold")
    for row in _rows(facts, timeout, str):
        table.add_row(*map(Text, (row.name, "\n".join(row.lines), row.method)))
    console.print(table)


@dataclass(frozen=True)
class _Row:
    name: str
    lines: list[str]
    method: str


def _title(facts: Facts) -> str:
    return f"{facts.definition.title}: f(x) = {facts.expression}"


def _rows(facts: Facts, timeout: float, write: Write) -> Iterator[_Row]:
    for parameter in facts.definition.parameters:
        domain = "any real number" if parameter.assume == True else str(parameter.assume)  # noqa: E712
        value = facts.values.get(parameter.symbol)
        stands = f"set to {value}" if value is not None else f"default {parameter.default}"
        yield _Row(f"parameter {parameter.symbol}", [f"{domain}, {stands}"], parameter.meaning)
    for name, fact in Card(facts, timeout):
        cases = fact if isinstance(fact, list) else [fact]
        lines = [line for case in cases for line in _lines(case, write)]
        yield _Row(name.replace("_", " "), lines, cases[0].method)


def _lines(fact: Fact, write: Write) -> list[str]:
    found = in_words(fact.name, fact.value, write) if fact.proved else [f"undecided: {fact.reason}"]
    return [f"{line} if {fact.when}" for line in found] if fact.when else found


class _Formulas:
    """Formulas taken out of a text while the words around them are escaped."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    def take(self, formula: Any) -> str:
        """Return a mark that stands for a formula."""
        self.found.append(formula)
        return f"@{len(self.found) - 1}@"

    def put(self, text: str, words: Callable[[str], str], formula: Callable[[Any], str]) -> str:
        """Return the text with its words and its formulas written."""
        parts = text.split("@")
        return "".join(formula(self.found[int(part)]) if k % 2 else words(part) for k, part in enumerate(parts))


def _tex(value: Any) -> str:
    return f"${value if isinstance(value, str) else latex(value)}$"


def _math(value: Any) -> str:
    return escape(value) if isinstance(value, str) else mathml(layout(value, Style()))


def _markdown(facts: Facts, timeout: float) -> str:
    def words(text: str) -> str:
        return text.replace("*", r"\*").replace("|", r"\|")

    def cell(text: str) -> str:
        return formulas.put(text, words, lambda value: _tex(value).replace("|", r"\vert "))

    formulas = _Formulas()
    head = [
        f"# {facts.definition.title}",
        "",
        f"$$f(x) = {latex(facts.expression)}$$",
        "",
        "| fact | value | how |",
        "|---|---|---|",
    ]
    rows = _rows(facts, timeout, formulas.take)
    return "\n".join([*head, *(f"| {r.name} | {'<br>'.join(map(cell, r.lines))} | {words(r.method)} |" for r in rows)])


def _latex(facts: Facts, timeout: float) -> str:
    formulas = _Formulas()
    rows = [
        f"{escaped(r.name)} & "
        + r" \newline ".join(formulas.put(line, _spaced, _tex) for line in r.lines)
        + f" & {escaped(r.method)} \\\\"
        for r in _rows(facts, timeout, formulas.take)
    ]
    return "\n".join((
        latex_preamble("margin=2cm"),
        r"\usepackage{longtable}",
        r"\begin{document}",
        rf"\section*{{{escaped(facts.definition.title)}}}",
        rf"\[ f(x) = {latex(facts.expression)} \]",
        r"\footnotesize",
        r"\begin{longtable}{p{0.17\linewidth}p{0.48\linewidth}p{0.27\linewidth}}",
        *rows,
        r"\end{longtable}",
        r"\end{document}",
    ))  # fmt: skip


def _spaced(words: str) -> str:
    """Words for LaTeX, with the spaces at their ends."""
    inner = escaped(words)
    return f"{' ' * words.startswith(' ')}{inner}{' ' * (words.endswith(' ') and bool(inner))}"


def _html(facts: Facts, timeout: float) -> str:
    formulas = _Formulas()
    rows = "".join(
        f"<tr><th scope='row'>{escape(r.name)}</th>"
        f"<td>{'<br>'.join(formulas.put(line, escape, _math) for line in r.lines)}</td><td>{escape(r.method)}</td></tr>\n"
        for r in _rows(facts, timeout, formulas.take)
    )
    title = facts.definition.title
    formula = mathml(layout(facts.expression, Style()), display=True)
    return document(title, f"<h1>{escape(title)}</h1>\n<p>{formula}</p>\n<table>\n{rows}</table>\n")


#: Format → how the card is written in it.
FORMATS: dict[str, Callable[[Facts, float], str]] = {"markdown": _markdown, "latex": _latex, "html": _html}
