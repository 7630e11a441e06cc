"""Shapes that may rid an inequality of a variable: those that values at a few points agree with."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import sympy as sp
from flint import arb
from sympy import Expr, Symbol

from ...errors import SymactError
from ..algebra.assume import assuming
from ..algebra.zeros import real_zeros
from ..numbers import balls
from ..numbers.witness import sample_points
from ..steps.bends import Bend, Duty, duties
from ..steps.cases import signs_of
from ..steps.separation import slope_of_line
from ..text import text_of
from .failure import REFUSALS

__all__ = ["bends", "plausible", "shown"]

WEAK = frozenset({-1, 0})

#: Points at which a statement is looked at before a proof is tried.
SAMPLES = 12
#: Bounds on one side that are tried.
MAX_ENDS = 3
#: Slopes of more operations are not solved for where they are 0.
MAX_OPERATIONS = 40


def shown(bend: Bend) -> dict[str, Any]:
    """Return a shape as plain data."""
    texts = {name: None if e is None else text_of(e) for name, e in (("low", bend.low), ("high", bend.high))}
    more = {"at": text_of(bend.at)} if bend.at is not None else {}
    return {"bend": bend.symbol.name, "way": bend.way, **texts, **more, "sharp": bend.sharp}


def bends(d: Expr, strict: bool, relations: Sequence[Any]) -> Iterator[tuple[Bend, list[Duty]]]:
    """Yield shapes of d in one of its variables, each with what shows d < 0 (<= 0 if not strict) by it, as far as samples tell."""
    allowed = frozenset({-1}) if strict else frozenset({-1, 0})
    for v in sorted(d.free_symbols, key=lambda s: (d.count(s), str(s))):
        for bend in _of(d, v, relations):
            for sharp in (False, True) if strict else (False,):
                tried = Bend(bend.symbol, bend.way, bend.low, bend.high, bend.at, sharp)
                try:
                    found = duties(d, tried, allowed, relations)
                except REFUSALS:
                    continue
                if all(plausible(*duty) for duty in found):
                    yield tried, found


def _of(d: Expr, v: Symbol, relations: Sequence[Any]) -> Iterator[Bend]:
    lows, highs = _bounds(v, relations)
    slope = sp.diff(d, v)
    curvature = sp.diff(slope, v)
    for low, high in product([*lows, None], [*highs, None]):
        inside = _inside(v, low, high, relations)
        if high is not None and plausible(-slope, WEAK, inside):
            yield Bend(v, "rising", low, high)
        if low is not None and plausible(slope, WEAK, inside):
            yield Bend(v, "falling", low, high)
        if low is not None and high is not None and plausible(-curvature, WEAK, inside):
            yield Bend(v, "convex", low, high)
    for low, high in product([None, *lows], [None, *highs]):
        if plausible(curvature, WEAK, _inside(v, low, high, relations)):
            for at in _level(slope, v, low, high, relations):
                yield Bend(v, "concave", low, high, at)


def _inside(v: Symbol, low: Expr | None, high: Expr | None, relations: Sequence[Any]) -> list[Any]:
    others = [r for r in relations if v not in r.free_symbols]
    near = [*([] if low is None else [v > low]), *([] if high is None else [v < high])]
    return others + [r for r in near if r != sp.true]


def _bounds(v: Symbol, relations: Sequence[Any]) -> tuple[list[Expr], list[Expr]]:
    """What relations that are linear in v with a slope of certain sign keep it above and below."""
    lows: dict[Expr, None] = {}
    highs: dict[Expr, None] = {}
    others = [r for r in relations if v not in r.free_symbols]
    for r in relations:
        if v not in r.free_symbols or r.rel_op not in ("<", "<=", ">", ">="):
            continue
        gap = sp.expand(r.gts - r.lts)
        slope = slope_of_line(gap, v)
        if slope is None:
            continue
        signs = signs_of(slope, others)
        if signs in ({1}, {-1}):
            (lows if signs == {1} else highs)[sp.cancel(v - gap / slope)] = None
    return list(lows)[:MAX_ENDS], list(highs)[:MAX_ENDS]


def _level(slope: Expr, v: Symbol, low: Expr | None, high: Expr | None, relations: Sequence[Any]) -> Iterator[Expr]:
    """Places at which a function may be level in v: plain ones, those where other variables are, and zeros of its slope."""
    others = sorted(slope.free_symbols - {v}, key=str)
    tried: dict[Expr, None] = dict.fromkeys([sp.S.Zero, sp.S.One, *others])
    tried |= dict.fromkeys(sp.Add(*pair) / 2 for pair in combinations(others, 2))
    if sp.count_ops(slope) <= MAX_OPERATIONS:
        try:
            known = assuming(*(r for r in relations if v not in r.free_symbols))
            tried |= dict.fromkeys(real_zeros(slope, v, known))
        except (*REFUSALS, TypeError, ValueError):
            pass
    yield from (end for end in (low, high) if end is not None)
    for at in tried:
        level = slope.subs(v, at)
        if not at.has(v) and not level.has(sp.nan, sp.zoo, sp.oo) and plausible(level, frozenset({0}), []):
            yield at


def plausible(expr: Expr, allowed: Collection[int], relations: Sequence[Any]) -> bool:
    """Return whether values at a few points inside the relations may have signs that are allowed."""
    symbols = tuple(sorted(expr.free_symbols.union(*(r.free_symbols for r in relations)), key=str))
    try:
        function = balls.compiled(expr, symbols)
        values = [function(*point, bits=balls.FIRST_BITS) for point in _samples(symbols, tuple(relations))]
    except SymactError:
        return False
    return not any(sign not in allowed for v in values for sign in (-1, 0, 1) if _is_certainly(v, sign))


@lru_cache(maxsize=64)
def _samples(symbols: tuple[Symbol, ...], relations: tuple[Any, ...]) -> list[tuple[Expr, ...]]:
    if not symbols:
        return [()]
    return [tuple(point[s] for s in symbols) for point in sample_points(symbols, relations, SAMPLES)]


def _is_certainly(value: arb, sign: int) -> bool:
    return bool(value.is_finite() and (value > 0 if sign > 0 else value < 0 if sign < 0 else value == 0))
