"""Long formulas on several lines: how wide a box is in print, and where it may be broken."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .boxes import (
    EMPTY,
    Box,
    Cases,
    Fence,
    Fraction,
    Mark,
    Name,
    Number,
    Operator,
    Primed,
    Product,
    Root,
    Row,
    Script,
    Words,
    is_sum,
    is_tall,
    row,
)
from .names import COMMA

__all__ = ["INDENT", "NARROWEST_CELL", "QQUAD", "QUAD", "lines", "width", "words_width"]

#: Width in em of letters and signs in TeX's styles: display, text, script, scriptscript.
SCALE = (1.0, 1.0, 0.7, 0.5)
MARKS = {
    "binary": 1.22,
    "relation": 1.34,
    "times": 0.72,
    "comma": 0.45,
    "prefix": 0.78,
    "space": 0.17,
    "open": 0.75,
    "close": 0.75,
}
INDENT = 2.0
LETTER = 0.49

#: Lines get no narrower than this, in em: a formula nested deeply is better too wide than in shreds.
NARROWEST = 10.0
#: The same in branches and in the cells of a table.
NARROWEST_CELL = 6.0

#: A denominator this wide, in em, doesn't stay under a bar when its fraction is broken.
LONGEST_BOTTOM = 15.0

QUAD = Mark(r"\quad", "  ", "space")
QQUAD = Mark(r"\qquad", "    ", "space")
DIVIDED_BY = Mark(r"\Big/", "/", "times")
TIMES = Mark(r"\times", "×", "binary")


def words_width(text: str) -> float:
    """Return the width of running text in em."""
    return LETTER * len(text)


def width(box: Box | None, style: int = 0) -> float:
    """Return the width of a formula in print in em, a little more rather than less."""
    return 0.0 if box is None else _WIDTH[type(box)](box, style)


def _smaller(style: int) -> int:
    return min(3, style + 1)


def _script_style(style: int) -> int:
    return 2 if style < 2 else 3


def _name(box: Name, style: int) -> float:
    if len(box.text) == 1:
        wide = 0.9 if box.text.isupper() else 0.62
    else:
        letters = box.text if box.latex.startswith(r"\mathrm") else re.sub(r"\\[A-Za-z]+|[{}\\^_]", "", box.latex)
        wide = 0.53 * max(len(letters), min(len(box.text), 6))
    return SCALE[style] * (wide + 0.17 * box.operator)


def _mark(box: Mark, style: int) -> float:
    if box.latex.endswith("quad"):
        return len(box.text) / 2
    return SCALE[style] * (MARKS[box.kind] if style < 2 or box.kind not in {"binary", "relation"} else 0.8)


def _fence(box: Fence, style: int) -> float:
    # tall brackets are as thick in small print
    around = 1.5 if is_tall(box.body) else (0.8 if box.plain else 1.1) * SCALE[style]
    return width(box.body, style) + around


def _fraction(box: Fraction, style: int) -> float:
    if box.slashed:
        return width(box.top, style) + width(box.bottom, style) + 0.5 * SCALE[style]
    inner = _smaller(style) if style else 1
    return max(width(box.top, inner), width(box.bottom, inner)) + 0.3


def _scripted(box: Script, style: int) -> float:
    inner = _script_style(style)
    return width(box.base, style) + max(width(box.upper, inner), width(box.lower, inner)) + 0.08


def _operator(box: Operator, style: int) -> float:
    inner = _script_style(style)
    sign = 1.45 * SCALE[style] if box.name.text in "Σ∏∫" else width(box.name, style)
    ends = max(width(box.below, inner), width(box.above, inner))
    # within a line, and always at an integral, they stand beside the sign
    return (max(sign, ends) if style == 0 and box.name.text != "∫" else sign + ends) + 0.2


def _cases(box: Cases, style: int) -> float:
    values, conditions = (max(width(r[m], 1) for r in box.rows) for m in (0, 1))
    return values + conditions + 2.1


_WIDTH: dict[type[Box], Callable[[Any, int], float]] = {
    Name: _name,
    Number: lambda b, s: 0.5 * len(b.digits) * SCALE[s],
    Mark: _mark,
    Words: lambda b, s: words_width(b.text) * SCALE[s],
    Row: lambda b, s: sum(width(p, s) for p in b.parts),
    Product: lambda b, s: sum(width(p, s) for p in b.factors) + 0.1 * SCALE[s] * len(b.factors),
    Fraction: _fraction,
    Script: _scripted,
    Primed: lambda b, s: width(b.base, s) + 0.3 * min(b.order, 4),
    Root: lambda b, s: width(b.body, s) + 1.0 * SCALE[s],
    Fence: _fence,
    Operator: _operator,
    Cases: _cases,
}


@dataclass(frozen=True)
class _Piece:
    """A part that stays on one line if it fits, and the sign it needs where it begins a line."""

    box: Box
    lead: Mark | None = None


def lines(box: Box, room: float, narrowest: float = NARROWEST) -> list[Box]:
    """Return the box as lines no wider than `room` where it can be broken; all but the first are to be indented.

    It is broken before signs and between factors, the outermost first; brackets that are broken have a fixed size, and
    a fraction too wide for a line becomes a product or a quotient.
    """
    if width(box) <= room:
        return [box]
    room = max(room, narrowest)
    waiting = deque(_pieces(box))
    found: list[Box] = [EMPTY]
    while waiting:
        piece = waiting.popleft()
        used, own = width(found[-1]), width(piece.box)
        indent = INDENT if len(found) > 1 else 0.0
        inner = _pieces(piece.box)
        too_wide = own + INDENT > room
        if used + own + indent <= room:
            found[-1] = Product((found[-1], piece.box)) if piece.lead and used else row(found[-1], piece.box)
        elif len(inner) > 1 and (too_wide or (piece.lead and used < room / 3)):
            # break inside what is too wide, on a line of its own where it begins with a sign; also inside a factor
            # where the line before it would be left short
            if too_wide and not piece.lead and used > room / 4:
                found.append(EMPTY)
            waiting.extendleft([*inner[:0:-1], _Piece(inner[0].box, piece.lead)])
        else:
            whole = _narrowed(piece.box, room - INDENT) if too_wide else piece.box
            found.append(row(piece.lead, whole) if piece.lead and used else whole)
    return [line for line in found if line != EMPTY]


def _pieces(box: Box) -> list[_Piece]:
    """The parts of a box between which a line may end."""
    rule = _PIECES.get(type(box))
    return rule(box) if rule else [_Piece(box)]


def _led_by(head: Sequence[Box], pieces: list[_Piece]) -> list[_Piece]:
    """Keep a sign, a name or a bracket with the beginning of what follows."""
    return [_Piece(row(*head, pieces[0].box), pieces[0].lead), *pieces[1:]] if head else pieces


def _row_pieces(box: Row) -> list[_Piece]:
    starts = [m for m, p in enumerate(box.parts) if m and (_begins(p) or box.parts[m - 1] == COMMA)]
    if starts:
        return [_Piece(row(*box.parts[a:b])) for a, b in pairwise([0, *starts, len(box.parts)])]
    # what can be broken keeps the signs, the name or the bracket before and behind it
    parts = list(box.parts)
    middle = max(range(len(parts)), key=lambda m: (len(_pieces(parts[m])), m))
    inner = parts[middle]
    if isinstance(inner, Fraction) and any(isinstance(part, Operator) for part in parts[:middle]):
        inner = Fence(inner, "[", "]")
    *before, last = _led_by(parts[:middle], _pieces(inner))
    return [*before, _Piece(row(last.box, *parts[middle + 1 :]), last.lead)]


def _begins(box: Box) -> bool:
    """Whether a line may end before a sign or the words between conditions."""
    return isinstance(box, Words) or (isinstance(box, Mark) and box.kind in {"binary", "relation"})


def _product_pieces(box: Product) -> list[_Piece]:
    # a quotient on one line needs brackets beside a factor
    factors = [Fence(a) if _is_long(a) else a for a in box.factors if not isinstance(a, Mark)]
    return [_Piece(factors[0]), *(_Piece(factor, TIMES) for factor in factors[1:])]


def _is_long(box: Box) -> bool:
    """Whether a fraction becomes a quotient on one line when it is broken."""
    return isinstance(box, Fraction) and width(box.bottom) > LONGEST_BOTTOM


def _fence_pieces(box: Fence) -> list[_Piece]:
    left, right = ("\\" + side if side in "{}" else side for side in (box.left, box.right))
    open_, close = Mark(rf"\Bigl{left}", box.left, "open"), Mark(rf"\Bigr{right}", box.right, "close")
    pieces = _led_by([open_], _pieces(box.body))
    return [*pieces[:-1], _Piece(row(pieces[-1].box, close), pieces[-1].lead)]


def _fraction_pieces(box: Fraction) -> list[_Piece]:
    top = Fence(box.top) if is_sum(box.top) else box.top
    bottom = Fence(box.bottom) if is_sum(box.bottom) or isinstance(box.bottom, Product) else box.bottom
    if box.slashed or (box.top == Number("1") and not _is_long(box)):
        return [_Piece(box)]
    if not _is_long(box):
        factors = top.factors if isinstance(top, Product) else (top,)
        return [_Piece(Fraction(Number("1"), box.bottom)), *_product_pieces(Product((EMPTY, *factors)))[1:]]
    return [_Piece(top), _Piece(row(DIVIDED_BY, bottom))]


def _script_pieces(box: Script) -> list[_Piece]:
    if box.upper is not None and isinstance(box.base, Name) and box.base.latex == "e":
        return _row_pieces(Row((Name(r"\exp", "exp", operator=True), Fence(box.upper))))
    if isinstance(box.base, Fence | Row):
        *before, last = _pieces(box.base)
        return [*before, _Piece(Script(last.box, box.upper, box.lower), last.lead)]
    return [_Piece(box)]


def _root_pieces(box: Root) -> list[_Piece]:
    return _script_pieces(Script(Fence(box.body), Fraction(Number("1"), box.index or Number("2"), slashed=True)))


def _narrowed(box: Box, room: float) -> Box:
    """Return a box that can't be broken with the branches in it broken."""
    if isinstance(box, Cases):
        return _split_cases(box, room)
    if isinstance(box, Row | Product):
        parts = box.parts if isinstance(box, Row) else box.factors
        found = tuple(_narrowed(part, room - width(box) + width(part)) for part in parts)
        return Row(found) if isinstance(box, Row) else Product(found)
    return box


def _split_cases(box: Cases, room: float) -> Cases:
    """Branches whose values are broken, each line a row of its own; so are conditions wider than half the room."""
    sides = [width(condition, 1) for _, condition in box.rows]
    side = max((w for w in sides if w <= room / 2), default=0.0)
    rows: list[tuple[Box, Box]] = []
    for (value, condition), taken in zip(box.rows, sides, strict=True):
        below = taken > room / 2
        first, *rest = lines(value, room - side - 2.1, NARROWEST_CELL)
        parts = [*rest, *(lines(condition, room - 3.1, NARROWEST_CELL) if below else ())]
        rows += [(first, EMPTY if below else condition), *((row(QUAD, line), EMPTY) for line in parts)]
    return Cases(tuple(rows))


_PIECES: dict[type[Box], Callable[[Any], list[_Piece]]] = {
    Row: _row_pieces,
    Product: _product_pieces,
    Fence: _fence_pieces,
    Fraction: _fraction_pieces,
    Script: _script_pieces,
    Root: _root_pieces,
}
