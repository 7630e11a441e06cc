"""Turning points of a piece: the signs of its slope, and the values where it changes sign."""

from __future__ import annotations

from sympy import Expr, S, Symbol, diff

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero
from ..functions.levels import Critical, Level, compare
from ..functions.pieces import Piece
from ..functions.shape import Shape, within
from ..numbers.implicit import ImplicitRoot
from ..relations.relation import decide_relation
from ..verdict import Proved
from .course import course

__all__ = ["extreme", "level_at", "simpler", "turning_points"]


def extreme(levels: list[tuple[Level, bool]], direction: int, known: Assumptions) -> tuple[Level, bool]:
    """Return the largest (direction 1) or smallest (-1) of levels, each attained or not, and whether it is attained."""
    best, taken = levels[0]
    for level, attained in levels[1:]:
        order = compare(level, best, known) * direction
        if order > 0:
            best, taken = level, attained
        elif order == 0:
            best, taken = simpler(best, level), taken or attained
    return best, taken


def simpler(a: Level, b: Level) -> Level:
    """Return of two equal levels the one in closed form."""
    return b if isinstance(b, Expr) and not b.has(ImplicitRoot) else a


def turning_points(curve: Shape, piece: Piece) -> tuple[set[int], list[Level]]:
    """Return the signs that the slope of a piece may have inside it, and the values where it changes sign.

    {0} says that the piece is constant; 0 among others that it may be. Separate zeros don't count.
    """
    x, inside = curve.variable, within(curve.variable, piece, curve.known)
    slope = diff(piece.expr, x)
    try:
        run = course(slope, x, piece.left, piece.right, curve.known)
    except (UndecidedError, NotSupportedError):
        signs = inside.signs(slope)
        if signs in ({0, 1}, {-1, 0}):
            return _without_zeros(slope, x, set(signs), curve.known), []
        one_way = _one_way(slope, x, inside)
        if one_way is None:
            raise
        return one_way, []
    if run.endless and len(run.signs) > 1:
        raise UndecidedError(f"{piece.expr} has infinitely many turning points")
    changing = [p for p, a, b in zip(run.points, run.signs, run.signs[1:], strict=False) if a != b]
    return set(run.signs), [level_at(piece, x, at, run.points) for at in changing]


def level_at(piece: Piece, x: Symbol, at: Expr, points: tuple[Expr, ...]) -> Level:
    """Return the value at a turning point: exact, or known by enclosures."""
    if piece.expr.free_symbols == {x} and at.has(ImplicitRoot):
        return Critical(piece, x, at, tuple(p for p in points if p != at))
    return piece.expr.subs(x, at)


def _one_way(slope: Expr, x: Symbol, inside: Assumptions) -> set[int] | None:
    """The sign that a slope keeps, but for separate zeros, where an inequality proves it; it is analytic and not 0 everywhere."""
    for op, sign in ((">=", 1), ("<=", -1)):
        if isinstance(decide_relation(slope, op, S.Zero, inside.relations), Proved):
            return _without_zeros(slope, x, {0, sign}, inside)
    return None


def _without_zeros(slope: Expr, x: Symbol, signs: set[int], known: Assumptions) -> set[int]:
    """The signs without 0 where the analytic slope isn't 0 everywhere, so that its zeros are separate points.

    With parameters it may be 0 everywhere for some of their values.
    """
    return signs - {0} if slope.free_symbols <= {x} and is_zero(slope, known.relations) is False else signs
