"""The card of one function: as data for JSON, as a table for the terminal, in Markdown, LaTeX and HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..facts.card import Card
from ..facts.fact import Fact
from ..facts.record import Facts
from ..symbols import i
from .columns import columns
from .formulas import Formulas, as_html, as_latex, as_markdown
from .latex import latex
from .latex import preamble as latex_preamble
from .layout import Style, layout
from .mathml import mathml
from .page import document
from .reading import Write, in_words
from .tex import escaped
from .values import WRITERS

__all__ = ["FORMATS", "FactCard", "lines_of", "record", "show"]

#: Columns of a terminal below which a table has no room for the methods.
NARROW = 60


def record(
    facts: Facts, name: str | None, timeout: float, training: bool = False, chosen: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the card as data: name, expression, parameters and facts, each with status, value and method.

    With `training` also what follows for training, under a key of its own. All facts, unless some are `chosen`.
    """
    card = Card(facts, timeout)
    wanted = ((fact, getattr(card, fact)) for fact in chosen) if chosen else iter(card)
    found = {
        "name": name,
        "expression": str(facts.expression),
        "latex": latex(facts.expression),
        "parameters": {
            p.symbol.name: {
                "default": None if p.default is None else str(p.default),
                "assume": facts.domain_of(p) or None,
            }
            for p in facts.parameters
        },
        "facts": {name: _as_json(fact) for name, fact in wanted},
    }
    return found | {"training": {name: _as_json(fact) for name, fact in card.training()}} if training else found


def _as_json(fact: Fact | list[Fact]) -> Any:
    if isinstance(fact, list):
        return [_as_json(case) for case in fact]
    value = fact.value if isinstance(fact.value, str) or not fact.proved else WRITERS[fact.name](fact.value)
    return {"status": fact.status, "value": value, "when": fact.when, "method": fact.method, "reason": fact.reason}


def show(facts: Facts, timeout: float, training: bool = False) -> None:
    """Print the card to the terminal as a table; a narrow one has no room for the methods."""
    console = Console()
    wide = console.width >= NARROW
    table = Table(title=Text(_title(facts)), show_header=False, title_justify="left")
    table.add_column("fact", style="bold", no_wrap=wide)
    table.add_column("value", overflow="fold")
    if wide:
        table.add_column("how", style="dim", overflow="fold")
    for row in _rows(facts, timeout, str, training):
        table.add_row(*map(Text, (row.name, "\n".join(row.lines), row.method)[: 2 + wide]))
    console.print(table)


def _text(facts: Facts, timeout: float, training: bool = False) -> str:
    rows = _rows(facts, timeout, str, training)
    return f"{_title(facts)}\n" + columns([[row.name], row.lines, [row.method]] for row in rows)


@dataclass(frozen=True)
class _Row:
    name: str
    lines: list[str]
    method: str


def _title(facts: Facts) -> str:
    return f"{facts.definition.title}: {_left(facts)} = {facts.expression}"


def _left(facts: Facts) -> str:
    """f(x), or f_i(v) and f(v) for functions of a vector with many values and with one."""
    if not facts.definition.vector:
        return "f(x)"
    return "f_i(v)" if facts.definition.expr.has(i) else "f(v)"


def _rows(facts: Facts, timeout: float, write: Write, training: bool = False) -> Iterator[_Row]:
    for parameter in facts.parameters:
        value, default = facts.values.get(parameter.symbol), parameter.default
        stands = f"set to {value}" if value is not None else "no default" if default is None else f"default {default}"
        domain = facts.domain_of(parameter) or "any real number"
        yield _Row(f"parameter {parameter.symbol}", [f"{domain}, {stands}"], parameter.meaning)
    card = Card(facts, timeout)
    for name, fact in (*card, *(card.training() if training else ())):
        first = fact[0] if isinstance(fact, list) else fact
        yield _Row(name.replace("_", " "), lines_of(fact, write), first.method)


def lines_of(fact: Fact | list[Fact], write: Write, short: bool = False) -> list[str]:
    """Return a fact in words, case by case; `short` leaves out why it is undecided."""
    if isinstance(fact, list):
        return [line for case in fact for line in lines_of(case, write, short)]
    reason = "" if short else f": {fact.reason}"
    found = in_words(fact.name, fact.value, write) if fact.proved else [f"undecided{reason}"]
    return [f"{line} if {fact.when}" for line in found] if fact.when else found


def _markdown(facts: Facts, timeout: float, training: bool = False) -> str:
    formulas = Formulas()
    head = (
        f"# {facts.definition.title}",
        "",
        f"$${_left(facts)} = {latex(facts.expression)}$$",
        "",
        "| fact | value | how |",
        "|---|---|---|",
    )
    rows = (
        f"| {r.name} | {'<br>'.join(as_markdown(formulas, line) for line in r.lines)} | {as_markdown(formulas, r.method)} |"
        for r in _rows(facts, timeout, formulas.take, training)
    )
    return "\n".join([*head, *rows])


def _latex(facts: Facts, timeout: float, training: bool = False) -> str:
    formulas = Formulas()
    rows = [
        f"{escaped(r.name)} & "
        + r" \newline ".join(as_latex(formulas, line) for line in r.lines)
        + f" & {escaped(r.method)} \\\\"
        for r in _rows(facts, timeout, formulas.take, training)
    ]
    return "\n".join((
        latex_preamble("margin=2cm"),
        r"\usepackage{longtable}",
        r"\begin{document}",
        rf"\section*{{{escaped(facts.definition.title)}}}",
        rf"\[ {_left(facts)} = {latex(facts.expression)} \]",
        r"\footnotesize",
        r"\begin{longtable}{p{0.17\linewidth}p{0.48\linewidth}p{0.27\linewidth}}",
        *rows,
        r"\end{longtable}",
        r"\end{document}",
    ))  # fmt: skip


def _html(facts: Facts, timeout: float, training: bool = False) -> str:
    return document(facts.definition.title, _section(facts, timeout, training))


def _section(facts: Facts, timeout: float, training: bool = False) -> str:
    """The body of a page, or a part of one."""
    formulas = Formulas()
    rows = "".join(
        f"<tr><th scope='row'>{escape(r.name)}</th>"
        f"<td>{'<br>'.join(as_html(formulas, line) for line in r.lines)}</td><td>{escape(r.method)}</td></tr>\n"
        for r in _rows(facts, timeout, formulas.take, training)
    )
    title = facts.definition.title
    formula = mathml(layout(facts.expression, Style()), display=True)
    return f"<h1>{escape(title)}</h1>\n<p>{formula}</p>\n<table>\n{rows}</table>\n"


#: Format → how the card is written in it.
FORMATS: dict[str, Callable[[Facts, float, bool], str]] = {
    "text": _text,
    "markdown": _markdown,
    "latex": _latex,
    "html": _html,
}


class FactCard(Card):
    """A card of facts that Jupyter shows as a table."""

    def __repr__(self) -> str:
        return f"<Facts of {self.facts.definition.name}: {_left(self.facts)} = {self.facts.expression}>"

    def _repr_html_(self) -> str:
        return _section(self.facts, self.timeout)
