"""Facts of many functions side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from ..definition import Definition
from ..errors import InputError
from ..facts.card import FACTS, Card
from ..facts.record import Facts
from .card import lines_of
from .columns import columns
from .formulas import Formulas, as_html, as_latex, as_markdown
from .latex import preamble
from .page import document
from .tex import escaped

__all__ = ["FORMATS", "comparison", "fact_names"]

TITLE = "Facts of activation functions"

#: A function's name and a cell of lines for every fact.
Row = tuple[str, list[list[str]]]


def fact_names(text: str) -> tuple[str, ...]:
    """Read names of facts, separated by commas; raise InputError for one that isn't known."""
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [name for name in names if name not in FACTS]
    if unknown or not names:
        raise InputError(f"{', '.join(unknown) or 'an empty list'}: no such fact; known: {', '.join(FACTS)}")
    return names


def comparison(definitions: Iterable[Definition], names: Sequence[str], form: str, timeout: float) -> str:
    """Return a table with a row for each function of one variable and a column for each fact, in a format of `FORMATS`.

    A fact may take `timeout` seconds; where it isn't found its cell says undecided.
    """
    formulas = Formulas()
    take = str if form == "text" else formulas.take
    return FORMATS[form]([name.replace("_", " ") for name in names], _rows(definitions, names, timeout, take), formulas)


def _rows(
    definitions: Iterable[Definition], names: Sequence[str], timeout: float, take: Callable[[object], str]
) -> Iterator[Row]:
    for definition in definitions:
        if not definition.vector:
            card = Card(Facts(definition), timeout)
            yield definition.name, [lines_of(getattr(card, name), take, short=True) for name in names]


def _text(names: Sequence[str], rows: Iterable[Row], _: Formulas) -> str:
    head = [[name] for name in ("function", *names)]
    return columns([head, *([[name], *(["; ".join(cell)] for cell in cells)] for name, cells in rows)])


def _markdown(names: Sequence[str], rows: Iterable[Row], formulas: Formulas) -> str:
    head = [f"# {TITLE}", "", f"| function | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    body = (
        f"| `{name}` | {' | '.join('<br>'.join(as_markdown(formulas, line) for line in cell) for cell in cells)} |"
        for name, cells in rows
    )
    return "\n".join([*head, *body])


def _latex(names: Sequence[str], rows: Iterable[Row], formulas: Formulas) -> str:
    column = rf">{{\raggedright\arraybackslash}}p{{{0.8 / len(names):.3f}\linewidth}}"
    body = (
        rf"\texttt{{{escaped(name)}}} & "
        + " & ".join(r" \newline ".join(as_latex(formulas, line) for line in cell) for cell in cells)
        + r" \\"
        for name, cells in rows
    )
    return "\n".join((
        preamble("a4paper,landscape,margin=12mm"),
        r"\usepackage{longtable}",
        r"\usepackage{array}",
        r"\begin{document}",
        rf"\section*{{{TITLE}}}",
        r"\footnotesize",
        rf"\begin{{longtable}}{{l{column * len(names)}}}",
        rf"function & {' & '.join(map(escaped, names))} \\ \hline \endhead",
        *body,
        r"\end{longtable}",
        r"\end{document}",
    ))  # fmt: skip


def _html(names: Sequence[str], rows: Iterable[Row], formulas: Formulas) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("function", *names))
    body = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th>'
        + "".join(f"<td>{'<br>'.join(as_html(formulas, line) for line in cell)}</td>" for cell in cells)
        + "</tr>\n"
        for name, cells in rows
    )
    return document(
        TITLE, f"<h1>{TITLE}</h1>\n<table><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>\n"
    )


#: Format → how the table is written in it.
FORMATS: dict[str, Callable[[Sequence[str], Iterable[Row], Formulas], str]] = {
    "text": _text,
    "markdown": _markdown,
    "latex": _latex,
    "html": _html,
}
