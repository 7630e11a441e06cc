"""Gaps in which a function has one zero at most: their boundaries, and a search for points where it has either sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from flint import fmpq
from sympy import Expr, oo

from ...errors import UndecidedError
from ..algebra.quotients import number
from ..numbers import balls
from ..numbers.ball_rules import rational
from .bounds import bounds
from .points import Equation, Zero

__all__ = ["Boundary", "bracket", "inner_point"]

#: Steps towards an end in search of a sign; far steps go to 2**64 one by one and then double the exponent.
NEAR_STEPS = 1200
FAR_STEPS = 64
MAX_EXPONENT = 4096
#: Bits of a point at which a sign is tried first, before it is asked whether it is 0.
FIRST_TRY = 256


@dataclass(frozen=True)
class Boundary:
    """Where a gap begins or ends: the interval [low, high] with the signs of f just below and just above it.

    Without an `end` f has no zero in the interval. An `end` is a zero of f, or an end of the whole interval; then low and
    high only are bounds of it, and mean nothing at infinity.
    """

    low: fmpq
    high: fmpq
    below: int
    above: int
    end: Expr | None = None

    @classmethod
    def of_interval(cls, end: Expr, below: int, above: int) -> Boundary:
        """Return an end of the whole interval."""
        if end in (oo, -oo):
            return cls(fmpq(0), fmpq(0), below, above, end)
        value = balls.enclose(end, bits=NEAR_STEPS + 128)
        return cls(*bounds(value), below, above, end)

    def edge(self, side: int) -> fmpq | None:
        """Return the bound on one side, None at infinity."""
        if self.end is None:
            return self.high if side > 0 else self.low
        if self.end in (oo, -oo):
            return None
        if self.end.is_Rational:
            return rational(self.end)
        value = balls.enclose(self.end, bits=NEAR_STEPS + 128)
        return bounds(value)[side > 0]


def inner_point(low: Expr, high: Expr) -> fmpq:
    """Return a rational point of the open interval (low, high)."""
    bits = balls.FIRST_BITS
    while bits <= MAX_EXPONENT:
        left, right = (None if e in (oo, -oo) else bounds(balls.enclose(e, bits=bits)) for e in (low, high))
        if left is None:
            return fmpq(0) if right is None else fmpq(right[0].floor() - 1)
        if right is None:
            return fmpq(left[1].ceil() + 1)
        if left[1] < right[0]:
            return (left[1] + right[0]) / 2
        bits *= 2
    raise UndecidedError(f"{low} < {high} was not decided")


def bracket(equation: Equation, left: Boundary, right: Boundary) -> Zero:
    """Return the only zero in a gap at whose ends f has different signs."""
    # the sign at a boundary without an end is known already
    low: fmpq | None = left.high if left.end is None else None
    high: fmpq | None = right.low if right.end is None else None
    probes = _probes(left, right)
    while low is None or high is None:
        point = next(probes, None)
        if point is None:
            break
        sign = equation.sign(point, FIRST_TRY)
        if sign is None:
            if equation.vanishes_at(number(point)):
                return Zero.at(equation, number(point))
            sign = equation.sign(point)
        if sign == left.above and (low is None or point > low):
            low = point
        elif sign == right.below and (high is None or point < high):
            high = point
    else:
        return Zero(equation, low, high)
    raise UndecidedError(f"a zero of {equation.expr} could not be enclosed")


def _probes(left: Boundary, right: Boundary) -> Iterator[fmpq]:
    """Yield points of a gap that come ever closer to both of its ends, 0 first."""
    low, high = left.edge(1), right.edge(-1)

    def inside(point: fmpq) -> bool:
        return bool((low is None or point > low) and (high is None or point < high))

    if inside(fmpq(0)):
        yield fmpq(0)
    approaches = [_approach(left, low, high, 1), _approach(right, high, low, -1)]
    while approaches:
        for approach in list(approaches):
            point = next(approach, None)
            if point is None:
                approaches.remove(approach)
            elif inside(point):
                yield point


def _approach(boundary: Boundary, edge: fmpq | None, opposite: fmpq | None, side: int) -> Iterator[fmpq]:
    """Yield points that tend to a boundary from the side the gap lies on; none to one that is free of zeros."""
    if edge is None:
        start = fmpq(0) if opposite is None else opposite
        exponents = chain(range(-1, FAR_STEPS), (FAR_STEPS << k for k in range(1, 7)))
        yield from (start - side * fmpq(2) ** e for e in exponents if e <= MAX_EXPONENT)
    elif boundary.end is not None:
        width = fmpq(1) if opposite is None else min(fmpq(1), abs(opposite - edge))
        yield from (edge + side * width / fmpq(2) ** k for k in range(1, NEAR_STEPS))
