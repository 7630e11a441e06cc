"""Both sides of a relation on a whole interval: continuous there and in another order at its ends, they are equal somewhere in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flint import arb
from sympy import Rational, Symbol

from ...errors import SymactError
from ..numbers import balls
from ..numbers.ball_rules import rational
from ..numbers.continuity import continuous
from .comparison import Sides, fits

__all__ = ["meet", "order_at"]

BITS = 256


def order_at(sides: Sides, values: Sequence[Rational]) -> int | None:
    """Return the certain sign of left - right at a point, None where balls don't tell."""
    for op, sign in (("<", -1), (">", 1)):
        if Sides(sides.left, op, sides.right, sides.symbols).holds(values, 2 * BITS)[0] is True:
            return sign
    return None


def meet(
    sides: Sides, relations: Sequence[Any], point: Mapping[Symbol, Rational], x: Symbol, ends: Sequence[Rational]
) -> bool:
    """Whether both sides are certainly equal somewhere between two values of x, the others being as in the point.

    The relations hold on the whole interval.
    """
    if x.is_integer or not ends[0] < ends[1]:
        return False
    places = [{**point, x: end} for end in ends]
    if not all(fits(place, relations) for place in places):
        return False
    orders = {order_at(sides, [place[s] for s in sides.symbols]) for place in places}
    if orders != {-1, 1}:
        return False
    whole = {s: rational(value) for s, value in point.items()}
    with balls.precision(BITS):
        whole[x] = arb(rational(ends[0])).union(arb(rational(ends[1])))
    try:
        for side in (sides.left, sides.right):
            continuous(side, whole, BITS)
        moving = (r for r in relations if x in r.free_symbols)
        return all(balls.holds(r, {s: whole[s] for s in r.free_symbols}, BITS) is True for r in moving)
    except SymactError:
        return False
