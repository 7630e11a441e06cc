"""Refutations: exact points inside the assumptions at which both sides are defined and the relation certainly fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product
from typing import Any

import sympy as sp
from sympy import Expr, Rational, Symbol
from sympy.core.relational import Relational

from ...errors import SymactError
from ..algebra.assume import NOTHING
from ..algebra.zeros import real_zeros
from ..functions.switches import SWITCHES, surfaces
from ..numbers import balls
from ..numbers.decimals import decimals
from ..numbers.simplest import roundings
from ..numbers.witness import sample_points
from ..steps.comparison import Sides, fits
from ..text import text_of
from ..verdict import Refuted
from .failure import REFUSALS

__all__ = ["QUICK_BITS", "candidates", "marks_of", "refutation", "search"]

QUICK_BITS = 128
DEEP_BITS = 4096
MAX_MARKS = 24
MAX_POINTS = 160
#: Switches of a larger expression are left to the proof, as factoring it may take long.
MAX_OPERATIONS = 8

_FAR = (1000, 10**6, 710, 750, 100, 20, 6, 10**9)
_PLAIN = ("0", "1", "1/2", "2", "3", "1/7", "5", "10", "7/3", "40", "3/2", "1/4")
#: Magnitudes at which a relation in one variable is looked at.
VALUES = [*(Rational(t) for t in _PLAIN), *(Rational(1, 10**k) for k in (3, 6, 9, 15, 40)), *map(Rational, _FAR)]
#: Distances from marks: joins and the ends of the assumptions.
OFFSETS = [Rational(0), *(Rational(1, 10**k) for k in (3, 9, 30)), Rational(1, 2), Rational(1)]


def marks_of(exprs: Iterable[Expr], x: Symbol, relations: Sequence[Relational]) -> list[Rational]:
    """Return rationals at or next to the points where the expressions switch and the relations begin or end."""
    gaps: list[Expr] = []
    for expr in exprs:
        for node in sp.preorder_traversal(expr):
            if isinstance(node, tuple(SWITCHES)):
                try:
                    gaps += surfaces(node)
                except (IndexError, AttributeError, KeyError):
                    continue
                if isinstance(node, sp.Piecewise):
                    gaps += [r.lhs - r.rhs for pair in node.args for r in pair.cond.atoms(Relational)]
    gaps += [r.lhs - r.rhs for r in relations if isinstance(r, Relational)]  # one may have become true
    found: list[Rational] = []
    for gap in dict.fromkeys(gaps):
        simple = gap.is_polynomial(x) or sp.count_ops(gap) <= MAX_OPERATIONS
        if gap.free_symbols != {x} or gap.has(*SWITCHES) or len(found) >= MAX_MARKS or not simple:
            continue
        try:
            zeros = real_zeros(gap, x, NOTHING)
        except REFUSALS:
            continue
        for zero in zeros:
            try:
                found += [zero] if zero.is_Rational else [Rational(t) for t in balls.digits(zero, {}, 25)]
            except SymactError:
                continue
    return list(dict.fromkeys(found))[:MAX_MARKS]


def _line(exprs: Iterable[Expr], x: Symbol, relations: Sequence[Relational]) -> Iterator[Rational]:
    marks = marks_of(exprs, x, relations)
    yield from marks
    for value in VALUES:
        yield value
        if value:
            yield -value
    for mark in marks:
        for offset in OFFSETS[1:]:
            yield mark + offset
            yield mark - offset
    for a, b in zip(sorted(marks), sorted(marks)[1:], strict=False):
        yield (a + b) / 2


def candidates(sides: Sides, relations: Sequence[Relational]) -> Iterator[tuple[Expr, ...]]:
    """Yield points at which a relation may fail, those next to switches and the ends of the assumptions first."""
    symbols = sides.symbols
    if not symbols:
        yield ()
        return
    if len(symbols) == 1:
        seen: set[Expr] = set()
        for value in _line((sides.left, sides.right), symbols[0], relations):
            if value not in seen:
                seen.add(value)
                yield (value,)
        if sides.left.has(sp.sin, sp.cos) or sides.right.has(sp.sin, sp.cos):
            yield from ((sp.pi * quarter / 4,) for quarter in (2, -2, 4, -4, 1, -1, 3, -3))
    elif len(symbols) <= 3:
        yield from product(*(_plain(symbol, relations) for symbol in symbols))
        for k, symbol in enumerate(symbols):
            for mark in marks_of((sides.left, sides.right), symbol, relations):
                for offset, other in product((1, -1, 0), (0, 1)):
                    point = [Rational(other)] * len(symbols)
                    point[k] = mark + offset
                    yield tuple(point)
        yield from _between(symbols, relations)
    for sample in sample_points(symbols, relations, 48):
        yield tuple(sample[s] for s in symbols)


def _plain(symbol: Symbol, relations: Sequence[Relational]) -> list[Rational]:
    """Up to four plain numbers that the relations about one symbol allow."""
    own = [r for r in relations if r.free_symbols == {symbol}]
    return [value for value in map(Rational, (1, 0, -1, 2, "1/2")) if fits({symbol: value}, own)][:4]


def _between(symbols: Sequence[Symbol], relations: Sequence[Relational]) -> Iterator[tuple[Expr, ...]]:
    """Points between the ends that relations between several symbols set to one of them."""
    linked = [r for r in relations if len(r.free_symbols) > 1 and not r.has(*SWITCHES)]
    for k, symbol in enumerate(symbols):
        for value in map(Rational, (1, 2, -1)) if any(symbol in r.free_symbols for r in linked) else ():
            others = {s: value for s in symbols if s != symbol}
            gaps = [(r.lhs - r.rhs).subs(others) for r in relations]
            marks = sorted(marks_of([], symbol, [sp.Ne(g, 0) for g in gaps if g.free_symbols == {symbol}]))
            for a, b in pairwise(marks):
                yield (*(value,) * k, (a + b) / 2, *(value,) * (len(symbols) - k - 1))


def refutation(sides: Sides, relations: Sequence[Relational], values: Sequence[Any], bits: int) -> Refuted:
    """Return the verdict for a point inside the relations at which the relation was found to fail, or for a plainer one nearby."""
    if not bits:  # the exact test was asked early; more bits may tell as well, and then they are recorded
        _, bits = sides.holds(values, DEEP_BITS, exactly=True)
    for k, value in enumerate(values):
        for rounded in roundings(value) if bits and value.is_Rational else ():
            plainer = (*values[:k], rounded, *values[k + 1 :])
            failed, used = sides.holds(plainer, max(bits, QUICK_BITS))
            if failed is False and fits(dict(zip(sides.symbols, plainer, strict=True)), relations):
                values, bits = plainer, used
                break
    point = dict(zip(sides.symbols, values, strict=True))
    shown = {s.name: text_of(v) for s, v in point.items()}
    left, right = (decimals(side, point) for side in (sides.left, sides.right))
    for digits in (20, 50, 200):
        if left != right or not bits:
            break
        left, right = (decimals(side, point, digits) for side in (sides.left, sides.right))
    method = "counterexample" if bits else "counterexample, both sides equal"
    return Refuted(method, shown, left, right, bits)


def search(sides: Sides, relations: Sequence[Relational], deep: bool = False, exactly: bool = False) -> Refuted | None:
    """Return a refutation found among points inside the relations, None where none was found."""
    max_bits = DEEP_BITS if deep else QUICK_BITS
    count = 0
    for values in candidates(sides, relations):
        if count >= MAX_POINTS:
            return None
        if not fits(dict(zip(sides.symbols, values, strict=True)), relations):
            continue
        count += 1
        near = count <= MAX_MARKS or not all(v.is_Rational for v in values)
        verdict, bits = sides.holds(values, max_bits, exactly=exactly and near)
        if verdict is False:
            return refutation(sides, relations, values, bits)
    return None
