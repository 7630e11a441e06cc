"""Extreme values of functions that oscillate towards infinity: partial limits there, and turning points on a bounded part."""

from __future__ import annotations

from functools import lru_cache

from sympy import Expr, Rational, S, Symbol, diff, oo, pi

from ...errors import UndecidedError
from ..algebra.assume import Assumptions
from ..algebra.quotients import number
from ..asymptotics.ends import partial_limits
from ..charts.oscillation import free_beyond
from ..charts.points import is_zero_at
from ..functions.levels import Level, ball_of, compare
from ..functions.pieces import Piece
from ..functions.shape import limit_of, within
from ..relations.relation import decide_relation
from ..verdict import Proved
from .course import course
from .turning import extreme, level_at

__all__ = ["extreme_of_waves"]

#: The part of a half-line that is looked at first.
NEAR = Rational(4)


@lru_cache(64)
def extreme_of_waves(piece: Piece, x: Symbol, known: Assumptions, direction: int) -> tuple[Level, bool]:
    """Return the supremum (direction 1) or infimum (-1) of a piece without parameters, and whether it is a value.

    Raises UndecidedError where it isn't found.
    """
    ends = [(end, side) for end, side in ((piece.left, 1), (piece.right, -1)) if end in (oo, -oo)]
    limits = [v for end, side in ends for v in partial_limits(piece.expr, x, end, side, known)]
    if not limits:
        raise UndecidedError(f"no values of {piece.expr} far out were found")
    far, _ = extreme([(v, False) for v in limits], direction, known)
    if far == direction * oo:
        return far, False
    best = _on_bounded_part(piece, x, known, NEAR, direction)
    if compare(best[0], far, known) == direction:
        reach = _reach(piece, x, known, best[0], far)
        return best if reach <= NEAR else _on_bounded_part(piece, x, known, reach, direction)
    inside = within(x, piece, known)
    for op, taken in ((_STRICT[direction], False), (_WEAK[direction], True)):
        proved = isinstance(decide_relation(piece.expr, op, far, inside.relations), Proved)
        if proved and (not taken or _taken(piece.expr - far, x, inside)):
            return far, taken
    raise UndecidedError(f"the {'supremum' if direction > 0 else 'infimum'} of {piece.expr} was not found")


_STRICT = {1: "<", -1: ">"}
_WEAK = {1: "<=", -1: ">="}


def _taken(expr: Expr, x: Symbol, inside: Assumptions) -> bool:
    """Whether an expression is 0 at one of the points where sines and cosines often are 0 or 1."""
    points = (k * pi / 2 for k in range(-8, 9))
    return any(all(r.subs(x, p) == S.true for r in inside.relations) and is_zero_at(expr, x, p) for p in points)


def _on_bounded_part(
    piece: Piece, x: Symbol, known: Assumptions, reach: Rational, direction: int
) -> tuple[Level, bool]:
    """The extreme value of the part of a piece that isn't farther out than `reach`."""
    low, high = (-reach if piece.left == -oo else piece.left), (reach if piece.right == oo else piece.right)
    run = course(diff(piece.expr, x), x, low, high, known)
    if run.endless:
        raise UndecidedError(f"{piece.expr} has infinitely many turning points between {low} and {high}")
    levels: list[tuple[Level, bool]] = [(level_at(piece, x, at, run.points), True) for at in run.points]
    for at, end, side in ((low, piece.left, 1), (high, piece.right, -1)):
        limit = limit_of(piece.expr, x, at, side, known)
        if limit is None:
            raise UndecidedError(f"{piece.expr} has no limit at {at}")
        levels.append((limit, at != end))
    return extreme(levels, direction, known)


def _reach(piece: Piece, x: Symbol, known: Assumptions, best: Level, far: Level) -> Rational:
    """A number beyond which the values stay on the other side of a level between `far` and `best`.

    The values certainly come near a partial limit beyond that level; where they never take the level they stay there.
    """
    level = number((ball_of(best, 64).mid().fmpq() + ball_of(far, 64).mid().fmpq()) / 2)
    if compare(best, level, known) != compare(level, far, known):
        raise UndecidedError("two values are too close to each other")
    return max(abs(free_beyond(piece.expr - level, x, end)) for end in (piece.left, piece.right) if end in (oo, -oo))
