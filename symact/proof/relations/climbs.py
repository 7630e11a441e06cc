"""Refutations of inequalities where the difference of both sides is largest: near some of many samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import permutations

from sympy import Expr, Rational
from sympy.core.relational import Relational

from ...errors import SymactError
from ..numbers import balls
from ..steps.comparison import Sides, fits
from ..verdict import Refuted
from .refute import QUICK_BITS, refutation

__all__ = ["climb"]

CLIMBS = 24
#: Samples from which the highest point nearby is looked for.
STARTS = 3
#: Distances between two variables that are almost equal.
GAPS = [Rational(1, 10**k) for k in (3, 9, 15)]
BITS = 256

Point = tuple[Rational, ...]


def climb(sides: Sides, relations: Sequence[Relational]) -> Refuted | None:
    """Return a refutation of an inequality in one variable, or in two that are almost equal, None where none was found."""
    if sides.op not in ("<", "<=", ">", ">=") or len(sides.symbols) not in (1, 2):
        return None
    up = sides.op in ("<", "<=")
    difference = sides.left - sides.right if up else sides.right - sides.left
    try:
        function = balls.compiled(difference, sides.symbols)
    except SymactError:
        return None
    for place in [lambda p: (p,)] if len(sides.symbols) == 1 else _beside(sides, difference):
        bits = balls.FIRST_BITS if len(sides.symbols) == 1 else BITS
        for at in _peaks(_height(sides, relations, function, place, bits)):
            verdict, used = sides.holds(place(at), QUICK_BITS)
            if verdict is False:
                return refutation(sides, relations, place(at), used)
    return None


def _beside(sides: Sides, difference: Expr) -> Iterator[Callable[[Rational], Point]]:
    """Pairs of numbers a little apart, where the difference is 0 for equal ones."""
    for u, v in permutations(sides.symbols):
        if difference.subs(u, v) != 0:
            return
        for gap in GAPS:
            yield _apart(gap, first=u == sides.symbols[0])


def _apart(gap: Rational, first: bool) -> Callable[[Rational], Point]:
    return lambda p: (p + gap, p) if first else (p, p + gap)


def _height(
    sides: Sides,
    relations: Sequence[Relational],
    function: balls.Compiled,
    place: Callable[[Rational], Point],
    bits: int,
) -> Callable[[Rational], float]:
    @cache
    def height(at: Rational) -> float:
        point = place(at)
        if not fits(dict(zip(sides.symbols, point, strict=True)), relations):
            return -math.inf
        value = function(*point, bits=bits)
        return float(value.mid()) if value.is_finite() else -math.inf

    return height


def _peaks(height: Callable[[Rational], float]) -> Iterator[Rational]:
    samples = [Rational(n, 10) for n in range(-80, 81, 2)] + [Rational(n) for n in range(-40, 41, 4)]
    heights = {point: height(point) for point in samples}
    for start in sorted(heights, key=heights.__getitem__, reverse=True)[:STARTS]:
        best, step = start, Rational(1, 5)
        for _ in range(CLIMBS):
            nearby = {p: height(p) for p in (best - step, best, best + step)}
            best = max(nearby, key=nearby.__getitem__)
            step /= 2
        if nearby[best] > -math.inf:
            yield best
