"""The checker's own cells: every switch of some expressions is resolved by the signs of what decides it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy import Expr, Symbol, nan, oo, zoo
from sympy.core.relational import Relational

from ...errors import InputError, SymactError, UndecidedError
from ..algebra.assume import NOTHING, assuming
from ..algebra.signs import SIGNS
from ..algebra.zeros import real_zeros, sort_points
from ..functions.switches import choose, next_switch, obstacles, surfaces
from ..steps.cases import impossible, signs_of
from ..steps.comparison import certain_sign, exact_value
from ..steps.separation import slope_of_line
from .intervals import sign_on

__all__ = ["Cell", "cells", "is_empty", "is_undefined", "split"]

MAX_CELLS = 250

_BY_SIGN: dict[int, Callable[[Expr], Any]] = {1: lambda g: g > 0, -1: lambda g: g < 0, 0: lambda g: sp.Eq(g, 0)}


@dataclass(frozen=True)
class Cell:
    """Expressions without switches where relations hold; `walls` are what is 0 there by a choice of the checker's."""

    exprs: tuple[Expr, ...]
    relations: tuple[Relational, ...]
    walls: tuple[Expr, ...]


def cells(exprs: Sequence[Expr], relations: Sequence[Relational]) -> Iterator[Cell]:
    """Yield cells that together are all places where the relations hold; a part that has no value is nan.

    Raises UndecidedError where there are too many.
    """
    count = 0
    waiting = [Cell(tuple(exprs), tuple(relations), ())]
    while waiting:
        cell = waiting.pop()
        node = next((n for n in map(_first_switch, cell.exprs) if n is not None), None)
        if node is None:
            count += 1
            if count > MAX_CELLS:
                raise UndecidedError("there are too many cells")
            yield cell
            continue
        waiting += _split(cell, node)


def _first_switch(expr: Expr) -> Expr | None:
    """A switch to resolve; one that another one depends on comes before it, as |x| in the condition |x| > 1."""
    node = next_switch(expr)
    inner = (_first_switch(surface) for surface in (() if node is None else surfaces(node)))
    return next((switch for switch in inner if switch is not None), node)


def split(node: Expr, relations: tuple[Relational, ...]) -> Iterator[tuple[Expr, tuple[Relational, ...]]]:
    """Yield what a switch is in every case of the signs that decide it, and the relations of the case."""
    for signs, more, _ in _choices(surfaces(node), relations):
        yield choose(node, signs), more


def _split(cell: Cell, node: Expr) -> Iterator[Cell]:
    for signs, more, walls in _choices(surfaces(node), cell.relations):
        value = choose(node, signs)
        resolved = tuple(nan if e.has(nan, zoo) else e for e in (e.xreplace({node: value}) for e in cell.exprs))
        yield Cell(resolved, (*cell.relations, *more), (*cell.walls, *walls))


def _choices(
    gaps: Sequence[Expr], relations: tuple[Relational, ...]
) -> Iterator[tuple[dict[Expr, int], tuple[Relational, ...], tuple[Expr, ...]]]:
    """Every combination of signs of the gaps that may occur."""
    if not gaps:
        yield {}, (), ()
        return
    first, *rest = gaps
    signs = signs_of(first, relations) if first not in (oo, -oo) else frozenset({1 if first == oo else -1})
    for sign in sorted(signs):
        condition = _BY_SIGN[sign](first)
        known = assuming(*relations)
        if condition == sp.false or (condition != sp.true and len(signs) > 1 and impossible(condition, known)):
            continue
        own = () if condition == sp.true or len(signs) == 1 else (condition,)
        wall = (first,) if sign == 0 and own else ()
        for more, conditions, walls in _choices(rest, (*relations, *own)):
            yield {first: sign, **more}, (*own, *conditions), (*wall, *walls)


def is_empty(relations: Sequence[Relational]) -> bool:
    """Whether relations never hold together: one contradicts the others, or in one variable, none of the intervals between
    the zeros of their gaps has a point."""
    for number, r in enumerate(relations):
        others = [*relations[:number], *relations[number + 1 :]]
        try:
            if impossible(r, assuming(*others)):
                return True
        except InputError:
            return True
    switching = next((n for n, r in enumerate(relations) if next_switch(r.lhs - r.rhs) is not None), None)
    if switching is not None:
        return _is_empty_in_cases(relations[switching], [*relations[:switching], *relations[switching + 1 :]])
    symbols = frozenset().union(*(r.free_symbols for r in relations))
    if len(symbols) != 1:
        return False
    (x,) = symbols
    gaps = [r.lhs - r.rhs for r in relations]
    gaps += [g for gap in gaps for g, _ in obstacles(gap)]
    if any(next_switch(gap) is not None for gap in gaps):
        return False
    try:
        points = sort_points([z for gap in gaps for z in real_zeros(gap, x, NOTHING)], NOTHING)
        samples = [_between(a, b) for a, b in pairwise([-oo, *points, oo])]
        return not any(_may_hold(relations, {x: at}) for at in (*points, *samples))
    except (SymactError, NotImplementedError):  # zeros without closed forms
        try:
            return _leaves_nothing(relations, x)
        except SymactError:
            return False


def _leaves_nothing(relations: Sequence[Relational], x: Symbol) -> bool:
    """Whether one relation never holds between the bounds on x that others are."""
    low, high = -oo, oo
    for r in relations:
        gap = r.lhs - r.rhs
        slope = slope_of_line(gap, x)
        if not slope or r.rel_op not in ("<", "<=", ">", ">="):
            continue
        at = -gap.subs(x, 0) / slope
        if (certain_sign(slope) > 0) == (r.rel_op in (">", ">=")):
            low = at if low == -oo or certain_sign(at - low) > 0 else low
        else:
            high = at if high == oo or certain_sign(high - at) > 0 else high
    if low != -oo and high != oo and certain_sign(high - low) <= 0:
        return not any(_may_hold(relations, {x: at}) for at in (low, high))
    return any(_never_holds(r, x, low, high) for r in relations)


def _never_holds(r: Relational, x: Symbol, low: Expr, high: Expr) -> bool:
    """Whether a relation holds neither between two ends nor at them."""
    try:
        inside = sign_on(r.lhs - r.rhs, x, low, high) in SIGNS[r.rel_op]
    except SymactError:
        return False
    return not inside and not any(_may_hold([r], {x: at}) for at in (low, high) if at not in (oo, -oo))


def _is_empty_in_cases(relation: Relational, others: Sequence[Relational]) -> bool:
    """Whether a relation with switches contradicts the others in every case of these."""
    for cell in cells((relation.lhs - relation.rhs,), others):
        plain = sp.false if cell.exprs[0] == nan else relation.func(cell.exprs[0], 0)
        if plain == sp.true or (plain != sp.false and not is_empty((*cell.relations, plain))):
            return False
    return True


def _between(low: Expr, high: Expr) -> Expr:
    if low == -oo:
        return sp.S.Zero if high == oo else sp.floor(high) - 1
    return sp.floor(low) + 1 if high == oo else (low + high) / 2


def _may_hold(relations: Sequence[Relational], point: Mapping[Symbol, Expr]) -> bool:
    """Whether the relations hold at a point of one of the intervals; what has no value there holds nowhere in it."""
    for r in relations:
        value = exact_value(r.lhs - r.rhs, dict(point))
        if value is None or certain_sign(value) not in SIGNS[r.rel_op]:
            return False
    return True


def is_undefined(expr: Expr, relations: Sequence[Relational]) -> bool:
    """Whether a smooth expression certainly has no value wherever the relations hold."""
    if expr.has(nan, zoo, oo, -oo):
        return True
    return any(not signs_of(g, relations) & set(allowed) for g, allowed in obstacles(expr))
