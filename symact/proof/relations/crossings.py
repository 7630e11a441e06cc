"""Refutations of != where both sides have no closed form of the place at which they are equal: they change order there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from flint import arb
from sympy import Expr, Rational, Symbol, nan, zoo
from sympy.core.relational import Relational

from ..numbers import balls
from ..numbers.ball_rules import rational
from ..numbers.decimals import decimals
from ..numbers.implicit import ImplicitRoot
from ..numbers.simplest import simplest_between
from ..numbers.witness import sample_points
from ..steps.comparison import Sides, fits
from ..steps.crossing import meet, order_at
from ..text import text_of
from ..verdict import Refuted
from .refute import VALUES, marks_of

__all__ = ["crossing"]

#: Points of the other symbols at which one is moved, and intervals with a change of order that are looked at for each.
STARTS, CHANGES = 3, 4
#: How often an interval is cut to between a third and two thirds.
CUTS = 100
BITS = 256


def crossing(sides: Sides, relations: Sequence[Relational]) -> Refuted | None:
    """Return a refutation of left != right by a short interval in which they certainly meet, None where none was found."""
    for x in sides.symbols:
        others = [s for s in sides.symbols if s != x]
        near = [r for r in relations if x not in r.free_symbols]
        for start in sample_points(others, near, STARTS, origin=True):
            for low, high in islice(_changes(sides, relations, start, x), CHANGES):
                ends = _narrowed(sides, start, x, low, high)
                if meet(sides, relations, start, x, ends):
                    return _refuted(sides, start, x, ends)
    return None


def _changes(
    sides: Sides, relations: Sequence[Relational], start: dict[Symbol, Rational], x: Symbol
) -> Iterator[tuple[Rational, Rational]]:
    """Pairs of neighbours among plain values of x at which the sides are in another order."""
    exprs = [side.subs(start) for side in (sides.left, sides.right)]
    about = [r for r in relations if x in r.free_symbols]
    if any(e.has(nan, zoo) for e in (*exprs, *((r.lhs - r.rhs).subs(start) for r in about))):
        return  # at these values of the other symbols nothing is claimed
    own = [r for r in (r.subs(start) for r in about) if isinstance(r, Relational)]
    marks = marks_of(exprs, x, own)
    values = sorted({*VALUES, *(-v for v in VALUES), *marks, *(m + d for m in marks for d in (-1, 1))})
    placed = [v for v in values if fits({**start, x: v}, relations)]
    orders = [(v, order_at(sides, _values(sides, start, x, v))) for v in placed]
    for (a, before), (b, after) in pairwise((v, order) for v, order in orders if order is not None):
        if before != after:
            yield a, b


def _narrowed(
    sides: Sides, start: dict[Symbol, Rational], x: Symbol, low: Rational, high: Rational
) -> tuple[Rational, Rational]:
    first = order_at(sides, _values(sides, start, x, low))
    for _ in range(CUTS):
        third = (high - low) / 3
        middle = simplest_between(low + third, high - third)
        order = order_at(sides, _values(sides, start, x, middle))
        if order is None:
            break
        low, high = (middle, high) if order == first else (low, middle)
    return low, high


def _values(sides: Sides, start: dict[Symbol, Rational], x: Symbol, value: Rational) -> list[Rational]:
    return [value if s == x else start[s] for s in sides.symbols]


def _refuted(sides: Sides, start: dict[Symbol, Rational], x: Symbol, ends: tuple[Rational, Rational]) -> Refuted:
    with balls.precision(BITS):
        between = arb(rational(ends[0])).union(arb(rational(ends[1])))
    root = ImplicitRoot((sides.left - sides.right).subs(start), x, *ends, lambda bits: between)
    point: dict[Symbol, Expr] = {**start, x: root}
    shown = {s.name: text_of(point[s]) for s in sides.symbols}
    found = {
        "of": x.name,
        "ends": [text_of(end) for end in ends],
        "point": {s.name: text_of(v) for s, v in start.items()},
    }
    left, right = (decimals(side, point) for side in (sides.left, sides.right))
    return Refuted("both sides change order", shown, left, right, certificate={"crossing": found})
