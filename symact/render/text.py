"""Unicode text for a terminal: on one line where that is short and clear, else drawn on several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap
from typing import Any

from sympy import Basic, Symbol

from ..derivation.steps import Derivation
from ..proof.algebra.assume import NOTHING, Assumptions
from .block import Block, Equalities, Grid, Heading, Paragraph, Statement
from .boxes import Box, holds_cases
from .breaking import lines
from .document import blocks
from .layout import Style, layout
from .margin import extent, wrapped
from .picture import Picture, beside, picture
from .unicode import linear

__all__ = ["blocks_text", "derivation_text", "derivations_text", "text"]

#: Columns of text, and how long a formula may be on one line before a fraction with a bar is easier to read.
WIDTH = 88
LONGEST_LINEAR = 50
#: The least number of columns left to reasons beside their line; below it they stand above.
MARGIN = 24
#: A column is about half an em; fractions and exponents are wider in text, so less room is tried until it fits.
EM_PER_COLUMN = (0.6, 0.5, 0.4, 0.3, 0.2)


def text(expr: Basic, variable: Symbol | None = None, known: Assumptions = NOTHING, width: int = WIDTH) -> str:
    """Return an expression in Unicode, on one line where it is short, else on several.

    >>> from sympy import exp
    >>> from symact.symbols import real, x
    >>> text(real("alpha")*exp(x))
    'α·eˣ'
    """
    drawn = _drawn(layout(expr, Style(variable, known=known)), width)
    return "\n".join(line.rstrip() for part in drawn for line in part.lines)


def derivation_text(derivation: Derivation, width: int = WIDTH, detail: int = 2) -> str:
    """Return a derivation as plain text of at most `width` columns where formulas allow it."""
    return blocks_text(blocks(derivation, detail), width)


def blocks_text(found: Iterable[Block], width: int = WIDTH) -> str:
    """Return blocks below each other."""
    parts = [_WRITE[type(block)](block, width) for block in found]
    return "\n\n".join("\n".join(line.rstrip() for line in part) for part in parts) + "\n"


def derivations_text(derivations: Sequence[Derivation], width: int = WIDTH, detail: int = 2) -> str:
    """Return several derivations below each other."""
    return "\n\n".join(derivation_text(derivation, width, detail) for derivation in derivations)


def _drawn(box: Box, width: int) -> list[Picture]:
    """A formula as pictures under each other, broken where it is too wide."""
    flat = linear(box)
    if len(flat) <= min(width, LONGEST_LINEAR) and not holds_cases(box):
        return [Picture((flat,))]
    found: list[Picture] = []
    for scale in EM_PER_COLUMN:
        first, *rest = (picture(line) for line in lines(box, width * scale))
        found = [first, *(beside([Picture(("  ",)), line]) for line in rest)]
        if max(p.width for p in found) <= width:
            break
    return found


def _measure(part: str | Box) -> float:
    return len(part if isinstance(part, str) else linear(part))


def _wrapped(parts: Sequence[str | Box], room: int) -> list[str]:
    """Words and formulas as lines of text."""
    return ["".join(linear(p) if isinstance(p, Box) else p for p in line) for line in wrapped(parts, room, _measure)]


def _heading(block: Heading, width: int) -> list[str]:
    found = wrap(block.text, width) or [""]
    return [*found, "─" * max(map(len, found))]


def _paragraph(block: Paragraph, width: int) -> list[str]:
    return _wrapped(block.parts, width)


def _grid(block: Grid, width: int) -> list[str]:
    found: list[str] = []
    for part in block.narrow(_measure, 1, width - 4):
        cells = [["".join(linear(p) if isinstance(p, Box) else p for p in cell) for cell in row] for row in part.rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        rows = [" ".join(cell.center(w) for cell, w in zip(row[1:], widths[1:], strict=True)) for row in cells]
        drawn = [f"  {row[0].ljust(widths[0])} │ {rest}" for row, rest in zip(cells, rows, strict=True)]
        rule = f"  {'─' * (widths[0] + 1)}┼{'─' * (len(rows[0]) + 1)}"
        found += [*([""] if found else []), drawn[0], rule, *drawn[1:]]
    return found


def _statement(block: Statement, width: int) -> list[str]:
    return [f"  {line}" for formula in block.formulas for part in _drawn(formula, width - 2) for line in part.lines]


def _equalities(block: Equalities, width: int) -> list[str]:
    head = _drawn(block.left, width - 2)
    indent = head[-1].width if len(head) == 1 and head[0].width <= width // 3 else 4
    found: list[str] = []
    if indent == 4 and (len(head) > 1 or head[-1].width != 4):
        found += [f"  {line}" for part in head for line in part.lines]
        head = [Picture((" " * indent,))]
    room = width - indent - 5
    bodies = [_drawn(line.right, room) for line in block.lines]
    widest = max(p.width for parts in bodies for p in parts)
    margin = room - widest - 3
    beside_line = margin >= min(MARGIN, max(extent(line.reason, _measure) for line in block.lines))
    left = head[-1]
    tall = False
    for line, parts in zip(block.lines, bodies, strict=True):
        if line.reason and not beside_line:
            found += [" " * (indent + 5) + part for part in _wrapped(("(", *line.reason, ")"), room)]
        for m, part in enumerate(parts):
            sign = Picture(("   " if m else " = ",))
            whole = beside([Picture(("  ",)), left, sign, part])
            rows = list(whole.lines)
            if line.reason and beside_line and not m:
                reasons = _wrapped(line.reason, margin)
                rows += [""] * (whole.base + len(reasons) - len(rows))
                for n, reason in enumerate(reasons):
                    rows[whole.base + n] = rows[whole.base + n].ljust(indent + 5 + widest + 3) + reason
            if found and found[-1] and (len(rows) > 1 or tall):
                found.append("")
            tall = len(rows) > 1
            found += rows
            left = Picture((" " * indent,))
    return found


_WRITE: dict[type[Block], Callable[[Any, int], list[str]]] = {
    Grid: _grid,
    Heading: _heading,
    Paragraph: _paragraph,
    Equalities: _equalities,
    Statement: _statement,
}
