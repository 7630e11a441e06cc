"""The sheet of all functions: formula, derivative, derivative in terms of the output and limits, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from sympy import Basic, Expr, Piecewise
from sympy.logic.boolalg import Boolean
from sympy.sets.sets import Set

from ..errors import InputError
from ..proof.algebra.assume import assuming
from . import boxes as b
from . import markdown
from .breaking import NARROWEST_CELL, QQUAD, lines
from .latex import preamble
from .layout import Style, layout
from .mathml import mathml
from .names import INFINITY, NEGATIVE, TO
from .page import PHONE, document, fitted
from .tex import TexWriter, escaped

__all__ = ["SHEETS", "Row", "sheet"]

TITLE = "Activation functions and their derivatives"
NONE = "–"
#: A4 across with narrow margins is 91 em wide in footnotesize; 0.9 em lie between two columns.
PAGE = 91.0
GAP = 0.9
NAMES = 10.5
#: Digits that are shown of numbers that are only enclosed.
DIGITS = 5


@dataclass(frozen=True)
class Row:
    """One function: its name, its title, f(x), f'(x), f' in terms of f (and x), the limits at -oo and oo, its range.

    None stands for what isn't known or doesn't exist; `known` are relations that hold between the parameters.
    """

    name: str
    title: str
    formula: Expr
    derivative: Expr | None
    output_relation: Expr | None = None
    limits: tuple[Expr | None, Expr | None] = (None, None)
    range: Set | None = None
    known: tuple[Boolean, ...] = ()


@dataclass(frozen=True)
class _Column:
    """A column: its heading, what it shows, and its share of the width, which may be larger where it shows branches."""

    heading: b.Box
    value: Callable[[Row], Basic | None]
    share: float
    with_branches: float = 0.0

    def part(self, rows: Sequence[Row]) -> float:
        """Return its share of the width for these rows."""
        branches = any(isinstance(self.value(row), Piecewise) for row in rows)
        return max(self.share, self.with_branches) if branches else self.share


_F, _X = b.Name("f", "f"), b.Name("x", "x")
_OF_X = b.Fence(_X, plain=True)
_SLOPE = b.Row((b.Primed(_F, 1), _OF_X))

_COLUMNS = (
    _Column(b.Row((_F, _OF_X)), lambda row: row.formula, 26),
    _Column(_SLOPE, lambda row: row.derivative, 24),
    _Column(b.row(_SLOPE, b.Words(" from "), _F), lambda row: row.output_relation, 14, 26),
    _Column(b.Words("range"), lambda row: row.range, 11),
    _Column(b.row(_X, TO, NEGATIVE, INFINITY), lambda row: row.limits[0], 5, 15),
    _Column(b.row(_X, TO, INFINITY), lambda row: row.limits[1], 5, 8),
)


def sheet(rows: Iterable[Row], form: str = "latex") -> str:
    """Return a table of all rows as a LaTeX document, in Markdown or as an HTML page.

    A column that would be empty is left out. Raises InputError for an unknown format.
    """
    if form not in SHEETS:
        raise InputError(f"unknown format {form!r}; choose one of {', '.join(SHEETS)}")
    rows = tuple(rows)
    columns = [c for c in _COLUMNS if any(c.value(row) is not None for row in rows)]
    return SHEETS[form](rows, columns)


def _cell(row: Row, column: _Column) -> b.Box | None:
    value = column.value(row)
    return None if value is None else layout(value, Style(known=assuming(*row.known), digits=DIGITS))


def _latex(rows: Sequence[Row], columns: Sequence[_Column]) -> str:
    writer = TexWriter()
    room = PAGE - NAMES - GAP * (len(columns) + 1)
    parts = [column.part(rows) for column in columns]
    widths = [room * part / sum(parts) for part in parts]
    spec = "".join(rf">{{\raggedright\arraybackslash}}m{{{width:.2f}em}}" for width in (NAMES, *widths))
    head = " & ".join(["Function", *(f"${writer.formula(column.heading)}$" for column in columns)])
    body = []
    for row in rows:
        title = rf"\textbf{{{escaped(row.title)}}} \texttt{{{escaped(row.name)}}}"
        cells = (_latex_cell(_cell(row, column), width) for column, width in zip(columns, widths, strict=True))
        body.append(" & ".join([title, *cells]) + r" \\ \noalign{\vskip 0.4em} \hline \noalign{\vskip 0.4em}")
    return "\n".join((
        preamble("a4paper,landscape,margin=12mm"),
        r"\usepackage{array}",
        r"\usepackage{longtable}",
        r"\begin{document}",
        rf"\section*{{{TITLE}}}",
        r"\footnotesize",
        rf"\setlength{{\tabcolsep}}{{{GAP / 2}em}}",
        rf"\begin{{longtable}}{{@{{}}{spec}@{{}}}}",
        rf"\hline \noalign{{\vskip 0.4em}} {head} \\ \noalign{{\vskip 0.4em}} \hline \noalign{{\vskip 0.4em}} \endhead",
        *body,
        r"\end{longtable}",
        r"\end{document}",
        "",
    ))  # fmt: skip


def _latex_cell(box: b.Box | None, room: float) -> str:
    if box is None:
        return NONE
    first, *rest = lines(box, room, NARROWEST_CELL)
    writer = TexWriter()
    if not rest:
        return rf"$\displaystyle {writer.formula(first)}$"
    parts = [f"& {writer.formula(first)}", *(f"& {writer.formula(b.row(QQUAD, line))}" for line in rest)]
    return r"$\begin{aligned} " + r" \\ ".join(parts) + r" \end{aligned}$"


def _markdown(rows: Sequence[Row], columns: Sequence[_Column]) -> str:
    writer = markdown.MarkdownWriter(in_table=True)

    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cells)} |"

    def formula(box: b.Box | None) -> str:
        return NONE if box is None else f"${writer.formula(box)}$"

    table = [line(["Function", *(formula(column.heading) for column in columns)]), line(["---"] * (len(columns) + 1))]
    for row in rows:
        title = f"{markdown.escaped(row.title)} (`{row.name}`)"
        table.append(line([title, *(formula(_cell(row, column)) for column in columns)]))
    return f"# {TITLE}\n\n" + "\n".join(table) + "\n"


def _html(rows: Sequence[Row], columns: Sequence[_Column]) -> str:
    head = "".join(f'<th scope="col">{mathml(column.heading)}</th>' for column in columns)
    body = []
    for row in rows:
        found = [_cell(row, column) for column in columns]
        cells = "".join(
            f"<td>{_label(column)}{NONE if box is None else fitted(box, PHONE, display=True)}</td>"
            for column, box in zip(columns, found, strict=True)
        )
        body.append(f'<tr><th scope="row">{escape(row.title)}<br><code>{escape(row.name)}</code></th>{cells}</tr>')
    table = "\n".join((
        f'<div class="wide"><table class="sheet">\n<caption>{TITLE}</caption>',
        f'<thead><tr><th scope="col">Function</th>{head}</tr></thead>',
        "<tbody>",
        *body,
        "</tbody>\n</table></div>\n",
    ))  # fmt: skip
    return document(TITLE, table)


def _label(column: _Column) -> str:
    """The heading of a column once more, for a phone, where rows go downwards."""
    return f'<span class="narrow" hidden="">{mathml(column.heading)}: </span>'


#: Format → how it prints the rows and columns.
SHEETS: dict[str, Callable[[Sequence[Row], Sequence[_Column]], str]] = {
    "latex": _latex,
    "markdown": _markdown,
    "html": _html,
}
