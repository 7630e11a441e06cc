"""The table of signs of f′ and f″ with the course of f, one column for every point and every interval between."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cmp_to_key
from itertools import pairwise

from sympy import Expr, oo

from ..errors import UnknownSignError
from ..facts.forms import closed
from ..facts.landscape import Landscape, compared
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Corner
from ..proof.numbers.implicit import ImplicitRoot
from ..proof.properties.course import Course
from .notation import derivative_goal, output
from .steps import Prose, Table

__all__ = ["corner_value", "sign_table"]

Courses = Mapping[Piece, Course]
#: Head, f′, f″ and f of one column.
Column = tuple[Prose, Prose, Prose, Prose]

_SIGNS = {1: "+", -1: "−", 0: "0"}
_ARROWS = {1: "↗", -1: "↘", 0: "→"}
_NONE: Prose = ("–",)


def sign_table(land: Landscape, slopes: Courses, bends: Courses) -> Table:
    """Return the table; the row of f″ is left out where `bends` is empty."""
    x = land.variable
    columns: list[Column] = []
    for m, piece in enumerate(land.pieces):
        if m == 0 or land.pieces[m - 1].right != piece.left:
            columns.append(_end(land, piece.left, None, piece))
        columns += _inside(land, piece, slopes[piece], bends.get(piece))
        after = land.pieces[m + 1] if m + 1 < len(land.pieces) else None
        joined = after is not None and after.left == piece.right
        columns.append(_end(land, piece.right, piece, after if joined else None))
    names: tuple[Prose, ...] = ((x,), (derivative_goal(x, 1),), (derivative_goal(x, 2),), (output(x),))
    rows = [(name, *cells) for name, cells in zip(names, zip(*columns, strict=True), strict=True)]
    if not bends:
        del rows[2]
    return Table(rows[0], tuple(rows[1:]))


def corner_value(land: Landscape, corner: Corner) -> Expr | None:
    """Return the value at a corner where f is continuous: of the forms that both sides give it, one that is exact."""
    forms = [form for form in (corner.value, *land.limits(corner)) if form is not None]
    return next((form for form in forms if not form.has(ImplicitRoot)), corner.value)


def _inside(land: Landscape, piece: Piece, slope: Course, bend: Course | None) -> list[Column]:
    """Intervals and points inside a piece, in increasing order."""
    x = land.variable
    points = list(dict.fromkeys((*slope.points, *(bend.points if bend else ()))))
    points.sort(key=cmp_to_key(lambda a, b: compared(a, b, land.known)))
    found: list[Column] = []
    for m, (a, b) in enumerate(pairwise([piece.left, *points, piece.right])):
        signs = [_between(run, a, points) if run else 0 for run in (slope, bend)]
        found.append(((), (_SIGNS[signs[0]],), (_SIGNS[signs[1]],), (_ARROWS[signs[0]],)))
        if m < len(points):
            cells = [("0",) if run and b in run.points else (_SIGNS[_between(run, b, points) if run else 0],)
                     for run in (slope, bend)]  # fmt: skip
            found.append(((b,), cells[0], cells[1], (closed(piece.expr.subs(x, b)),)))
    return found


def _between(run: Course, at: Expr, points: list[Expr]) -> int:
    """The sign of a course behind a point, which is one of `points` or the left end."""
    before = points[: points.index(at) + 1] if at in points else []
    return run.signs[sum(point in run.points for point in before)]


def _end(land: Landscape, at: Expr, before: Piece | None, after: Piece | None) -> Column:
    """An end of one or two pieces: limits at infinity, the value, or value and limits where they differ."""
    corner = next((c for c in land.corners if c.at == at), None)
    pieces = [piece for piece in (before, after) if piece is not None]
    if corner is None:
        return ((at,), (), (), _level(land.limit(pieces[0], at)))
    smooth = [_slope_at(land, pieces, at, order) for order in (1, 2)] if _is_smooth(land, corner) else [_NONE] * 2
    if land.continuous_at(corner):
        return ((at,), smooth[0], smooth[1], _level(corner_value(land, corner)))
    limits = [land.limit(piece, at) for piece in pieces]
    left, right = (limits[0] if before else None), (limits[-1] if after else None)
    levels = [level for level in (left, corner.value, right) if level is not None]
    cells = [part for level in dict.fromkeys(levels) for part in (", ", level)][1:]
    return ((at,), _NONE, _NONE, tuple(cells))


def _is_smooth(land: Landscape, corner: Corner) -> bool:
    """Whether f has a derivative at a corner for all parameters."""
    try:
        return land.differentiable_at(corner)
    except UnknownSignError:
        return False


def _level(value: Expr | None) -> Prose:
    return _NONE if value is None else (value,)


def _slope_at(land: Landscape, pieces: list[Piece], at: Expr, order: int) -> Prose:
    """The sign of a derivative where two pieces meet, a dash where it doesn't exist or isn't known."""
    limits = [land.limit(piece, at, order) for piece in pieces]
    signs = [None if limit is None or limit in (oo, -oo) else land.known.sign(limit) for limit in limits]
    return (_SIGNS[signs[0]],) if signs[0] is not None and len(set(limits)) == 1 else _NONE
