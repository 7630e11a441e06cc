"""A point at which assumptions hold and expressions have values: a statement that is proved isn't an empty one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

import sympy as sp
from sympy import Expr, Symbol
from sympy.core.relational import Relational

from ..algebra.assume import NOTHING
from ..algebra.zeros import real_zeros
from ..numbers.witness import sample_points
from ..steps.comparison import Sides, fits, has_value
from .failure import REFUSALS
from .refute import candidates

__all__ = ["example", "solutions"]

Point = dict[Symbol, Expr]

MAX_TRIES = 240
#: Points from which the solutions of an equation are looked for.
STARTS = 6


def example(exprs: Sequence[Expr], relations: Sequence[Relational]) -> Point | None:
    """Return a point of all symbols at which the relations certainly hold and every expression has a value, None if none is found."""
    symbols = tuple(sorted(frozenset().union(*(e.free_symbols for e in (*exprs, *relations))), key=str))
    sides = Sides(sp.Add(*exprs) if exprs else sp.S.Zero, "==", sp.S.Zero, symbols)
    plain = (dict(zip(symbols, values, strict=True)) for values in candidates(sides, relations))
    equations = any(r.rel_op == "==" for r in relations)
    waves = any(r.has(sp.sin, sp.cos, sp.tan) for r in relations)
    source = chain(
        _turns(symbols) if waves else (),
        solutions(symbols, relations) if equations else (),
        _in_turn(symbols, relations),
        plain,
    )
    for point in islice(source, MAX_TRIES):
        if fits(point, relations) and all(has_value(e, point) for e in exprs):
            return point
    return None


def _turns(symbols: Sequence[Symbol]) -> Iterator[Point]:
    """One symbol at parts of a turn, the others at 0 and 1."""
    for symbol in symbols:
        for other in (sp.S.Zero, sp.S.One):
            for k in (0, 6, -6, 12, 2, 3, 4, 8, 18):
                yield {s: sp.pi * k / 12 if s == symbol else other for s in symbols}


def _in_turn(symbols: Sequence[Symbol], relations: Sequence[Relational]) -> Iterator[Point]:
    """A symbol in whose bounds there are others after these: between what the bounds are at a few values of the others."""
    for symbol in symbols:
        own = [r for r in relations if r.has(symbol)]
        if all(r.free_symbols == {symbol} for r in own):
            continue
        others = [s for s in symbols if s != symbol]
        for start in sample_points(others, [r for r in relations if r not in own], STARTS):
            near = [r for r in (r.subs(start) for r in own) if r != sp.true]
            if sp.false not in near:
                yield from ({**start, **point} for point in sample_points([symbol], near, 2))


def solutions(symbols: Sequence[Symbol], relations: Sequence[Relational]) -> Iterator[Point]:
    """Yield points of the first equations, found by elimination: linear ones anywhere, one that isn't in its exact zeros."""
    rest, solved = list(relations), {}
    while (found := _linear(rest)) is not None:
        equation, symbol, solution = found
        rest = [r.subs(symbol, solution) for r in rest if r is not equation]
        if sp.false in rest:
            return
        rest = [r for r in rest if r != sp.true]
        solved[symbol] = solution
    free = [s for s in symbols if s not in solved]
    for start in _starts(free, rest):
        point = dict(start)
        for symbol in reversed(solved):
            point[symbol] = solved[symbol].subs(point)
        yield point


def _linear(relations: Sequence[Any]) -> tuple[Any, Symbol, Expr] | None:
    for relation in relations:
        if relation.rel_op == "==":
            gap = sp.expand(relation.lhs - relation.rhs)
            for symbol in sorted(gap.free_symbols, key=lambda s: (bool(s.is_integer), str(s))):
                slope = gap.diff(symbol)
                if slope.is_Rational and slope != 0:
                    return relation, symbol, sp.expand(symbol - gap / slope)
    return None


def _starts(free: Sequence[Symbol], relations: Sequence[Any]) -> Iterator[Point]:
    equation = next((r for r in relations if r.rel_op == "=="), None)
    if equation is None:
        yield from sample_points(free, relations, STARTS, origin=True)
        return
    gap = equation.lhs - equation.rhs
    for symbol in sorted(gap.free_symbols, key=str):
        others = [s for s in free if s != symbol]
        near = [r for r in relations if r.free_symbols <= set(others)]
        for start in sample_points(others, near, STARTS, origin=True):
            try:
                zeros = real_zeros(gap.subs(start), symbol, NOTHING)
            except REFUSALS:
                continue
            for zero in zeros:
                yield {**start, symbol: zero}
