"""LaTeX: expressions, and derivations as a fragment or as a document of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sympy import Basic, Symbol

from ..derivation.steps import Derivation
from ..proof.algebra.assume import NOTHING, Assumptions
from .block import Block, Equalities, Grid, Heading, Links, Listing, Paragraph, Picture, Statement
from .boxes import Box, row
from .breaking import INDENT, QQUAD, lines, width, words_width
from .document import blocks
from .layout import Style, layout
from .margin import extent, wrapped
from .tex import TexWriter, escaped, tex

__all__ = [
    "PAGE",
    "blocks_latex",
    "derivation_latex",
    "derivations_latex",
    "equality_rows",
    "latex",
    "preamble",
    "running",
    "statement_rows",
]

#: Widths of the text in em: that of LaTeX's article class at 10 pt, and that of the document made here.
ARTICLE = 34.5
PAGE = 42.5
#: The least width that is left to reasons in the margin; below it they stand above their line.
MARGIN = 10.0
EQUALS_WIDTH = 1.4
GAP = 2.0
COLUMN_GAP = 1.1
#: What the names of a listing take away.
LISTED = 4.0
LONGEST_LABEL = 25
#: What stays with a formula before it.
PUNCTUATION = ".,:;"
#: A left side up to this width never fills a line of its own.
SHORT = 6.0


def latex(expr: Basic, variable: Symbol | None = None, known: Assumptions = NOTHING) -> str:
    """Return an expression in LaTeX as it is published, without dollar signs; amsmath suffices to set it.

    Derivatives by another symbol than `variable` are partial; without it, those by parameters are. `known` is what is
    known of parameters, by which the conditions of branches can be written shorter.

    >>> from sympy import exp
    >>> from symact.symbols import real, x
    >>> latex(real("alpha")*(exp(x) - 1)/6)
    '\\\\frac{\\\\alpha \\\\left(e^{x} - 1\\\\right)}{6}'
    """
    return tex(layout(expr, Style(variable, known=known)))


def derivation_latex(derivation: Derivation, standalone: bool = False, detail: int = 2) -> str:
    """Return a derivation as a LaTeX fragment that needs amsmath, or as a document that compiles by itself."""
    return derivations_latex([derivation], standalone, detail)


def derivations_latex(derivations: Iterable[Derivation], standalone: bool = False, detail: int = 2) -> str:
    """Return several derivations as one LaTeX fragment or document."""
    room = PAGE if standalone else ARTICLE
    body = "\n".join(blocks_latex(blocks(d, detail), room) for d in derivations)
    if not standalone:
        # long chains may go on on the next page
        return f"\\begingroup\\allowdisplaybreaks\n{body}\n\\endgroup\n"
    return f"{preamble('a4paper,margin=25mm')}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"


def blocks_latex(found: Iterable[Block], room: float = ARTICLE) -> str:
    """Return blocks below each other, for a text that is `room` em wide."""
    return "\n".join(_WRITE[type(block)](block, room) for block in found)


def preamble(page: str) -> str:
    """Return the preamble of a document with this page layout."""
    packages = ("[utf8]{inputenc}", "[T1]{fontenc}", "{lmodern}", "{amsmath}", "{amssymb}", f"[{page}]{{geometry}}")
    return "\n".join((
        r"\documentclass[10pt]{article}",
        *(r"\usepackage" + package for package in packages),
        r"\allowdisplaybreaks",
        r"\setlength{\parindent}{0pt}",
        r"\setlength{\parskip}{\medskipamount}",
    ))  # fmt: skip


def _heading(block: Heading, room: float) -> str:
    return rf"\{'sub' * (block.level - 1)}section*{{{escaped(block.text)}}}"


def _paragraph(block: Paragraph, room: float) -> str:
    return "\n" + _flowing(block.parts, room, room)


def running(block: Paragraph, writer: TexWriter, escape: Callable[[str], str]) -> str:
    """Return a paragraph with its formulas between dollar signs."""
    found = []
    for part in block.parts:
        if isinstance(part, Box):
            found.append(f"${writer.formula(part)}$")
        else:
            found.append(" " * part.startswith(" ") + escape(part) + " " * part.endswith(" "))
    return "".join(found)


def _statement(block: Statement, room: float) -> str:
    return _display(statement_rows(block, room, TexWriter()))


def _equalities(block: Equalities, room: float) -> str:
    return _display(equality_rows(block, room, TexWriter()))


def _display(rows: Sequence[str]) -> str:
    body = " \\\\\n".join(rows)
    return f"\\begin{{align*}}\n{body}\n\\end{{align*}}"


def statement_rows(block: Statement, room: float, writer: TexWriter) -> list[str]:
    """Return the rows of an alignment: formulas from its left edge on."""
    return [part for formula in block.formulas for part in _broken(formula, room, writer)]


def _broken(formula: Box, room: float, writer: TexWriter) -> list[str]:
    first, *rest = lines(formula, room)
    return [f"& {writer.formula(first)}", *(f"&{writer.formula(row(QQUAD, line))}" for line in rest)]


def _measure(part: str | Box) -> float:
    return words_width(part) if isinstance(part, str) else width(part)


def margin_text(parts: Sequence[str | Box], writer: TexWriter) -> str:
    """Return words and formulas inside a formula."""
    return " ".join(writer.text(part) if isinstance(part, str) else writer.formula(part) for part in parts)


def _sides(block: Equalities, room: float) -> tuple[list[list[Box]], float]:
    """The lines of each right side and the width of the widest."""
    broken = [lines(line.right, room) for line in block.lines]
    return broken, max(map(_extent, broken))


def _extent(parts: Sequence[Box]) -> float:
    """The width of a formula on several lines."""
    return max(width(part) + INDENT * bool(m) for m, part in enumerate(parts))


def equality_rows(block: Equalities, room: float, writer: TexWriter) -> list[str]:
    """Return the rows of an alignment: left side, equal right sides, and reasons where there is room beside them."""
    left, head = width(block.left), writer.formula(block.left)
    rows: list[str] = []
    broken, widest = _sides(block, room - left - EQUALS_WIDTH)
    alone = _sides(block, room - EQUALS_WIDTH)
    spared = sum(map(len, broken)) - sum(map(len, alone[0]))
    if left > room / 2 or (left > SHORT and (spared > 1 or left + EQUALS_WIDTH + widest > room)):
        # the left side fills a line of its own
        rows, head = _broken(block.left, room, writer), ""
        broken, widest = alone
        # it stands in the column of the right sides, and the reasons beside that
        left, widest = 0.0, max(widest, _extent(lines(block.left, room)))
    margin = room - left - EQUALS_WIDTH - widest - GAP
    beside = margin >= min(MARGIN, max(extent(line.reason, _measure) for line in block.lines))
    for line, (first, *rest) in zip(block.lines, broken, strict=True):
        found = [f"{head} &= {writer.formula(first)}".lstrip()]
        found += [f"&{writer.formula(row(QQUAD, part))}" for part in rest]
        reason = line.reason if beside or not line.reason else ("(", *line.reason, ")")
        reasons = [margin_text(part, writer) for part in wrapped(reason, margin if beside else room, _measure)]
        if beside:
            found += ["&"] * (len(reasons) - len(found))
            found[: len(reasons)] = [f"{part} && {reason}" for part, reason in zip(found, reasons, strict=False)]
        else:
            rows += [rf"&\quad {reason}" for reason in reasons]
        rows += found
        head = ""
    return rows


def _grid(block: Grid, room: float) -> str:
    writer = TexWriter()
    found = []
    for part in block.narrow(_measure, COLUMN_GAP, room):
        first, *rest = (" & ".join(margin_text(cell, writer) for cell in row) for row in part.rows)
        columns = "c|" + "c" * (len(part.rows[0]) - 1)
        body = first + r" \\ \hline" + "\n" + " \\\\\n".join(rest)
        found.append(f"\\[\n\\begin{{array}}{{{columns}}}\n{body}\n\\end{{array}}\n\\]")
    return "\n".join(found)


def _listing(block: Listing, room: float) -> str:
    # a long name may be broken where it is no label
    heads = (
        rf"\item[{escaped(n)}]" if len(n) < LONGEST_LABEL else rf"\item[] \textbf{{{escaped(n)}}}:"
        for n, _ in block.rows
    )
    rows = (
        f"{head} {_flowing(parts, room - LISTED, room / 2)}" for head, (_, parts) in zip(heads, block.rows, strict=True)
    )
    body = "\n".join(rows)
    return f"\\begin{{description}}\\raggedright\n{body}\n\\end{{description}}"


def _flowing(parts: Sequence[str | Box], room: float, longest: float) -> str:
    """Words and formulas, those wider than `longest` on lines of their own, with the punctuation behind them."""
    writer = TexWriter()
    waiting = list(parts)
    found = []
    for m, part in enumerate(waiting):
        if isinstance(part, str):
            found.append(" " * part.startswith(" ") + escaped(part) + " " * part.endswith(" "))
        elif width(part) > longest:
            mark = ""
            if m + 1 < len(waiting) and isinstance(after := waiting[m + 1], str):
                waiting[m + 1] = rest = after.lstrip(PUNCTUATION)
                mark = after[: len(after) - len(rest)]
            rows = " \\\\ ".join(_broken(part, room, writer))
            found.append(f"\\[\\begin{{aligned}} {rows}{mark} \\end{{aligned}}\\]")
        else:
            found.append(f"${writer.formula(part)}$")
    return "".join(found)


def _picture(block: Picture, room: float) -> str:
    # the picture as PDF is made where the book is compiled, under a name that no page's own PDF has
    shown = rf"\begin{{center}}\includegraphics[width=0.8\textwidth]{{{block.name}-graph}}\end{{center}}"
    return rf"\IfFileExists{{{block.name}-graph.pdf}}{{{shown}}}{{}}"


def _links(block: Links, room: float) -> str:
    return escaped(f"{block.word} {', '.join(text for text, _ in block.pages)}.")


_WRITE: dict[type[Block], Callable[[Any, float], str]] = {
    Grid: _grid,
    Links: _links,
    Listing: _listing,
    Picture: _picture,
    Heading: _heading,
    Paragraph: _paragraph,
    Equalities: _equalities,
    Statement: _statement,
}
