"""Several functions of one variable on common open intervals, where all are smooth, and their values at the points between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import sympy as sp
from sympy import Expr, Symbol, oo
from sympy.core.relational import Relational

from ...errors import NotSupportedError, SymactError
from ..algebra.assume import NOTHING
from ..algebra.signs import SIGNS
from ..algebra.zeros import real_zeros, sort_points
from ..functions.pieces import Pieces, split
from ..functions.switches import SWITCHES
from ..steps.cases import cases_of, first_switch, resolved
from ..steps.comparison import certain_sign, exact_value, number_sign

__all__ = ["Cell", "Grid", "grid"]

#: Larger gaps are left to the decomposition into pieces.
MAX_OPERATIONS = 8
#: Expressions that are resolved in search of simple switches.
MAX_RESOLUTIONS = 64


@dataclass(frozen=True)
class Cell:
    """Smooth expressions on the open interval (low, high)."""

    low: Expr
    high: Expr
    exprs: tuple[Expr, ...]


@dataclass(frozen=True)
class Grid:
    """Open cells and points that together are all places where every function is defined and the relations hold.

    `ends` are all points that divide the line, also those where it goes on in the same way.
    """

    ends: tuple[Expr, ...]
    cells: tuple[Cell, ...]
    points: tuple[tuple[Expr, tuple[Expr, ...]], ...]


def grid(exprs: Sequence[Expr], x: Symbol, relations: Sequence[Relational]) -> Grid:
    """Return the grid of functions of x under relations between functions of x.

    Raises NotSupportedError or UndecidedError where a switch can't be located exactly.
    """
    conditions = [sp.sign(r.lhs - r.rhs) for r in relations]
    functions = [split(e, x) for e in [*exprs, *conditions]]
    ends = {end for f in functions for p in f.pieces for end in (p.left, p.right) if end not in (oo, -oo)}
    ends |= {at for f in functions for at, _ in f.values}
    ends |= _simple_joins([*exprs, *(r.lhs - r.rhs for r in relations)], x)
    ordered = [-oo, *sort_points(list(ends), NOTHING), oo]
    allowed = [SIGNS[r.rel_op] for r in relations]
    size = len(exprs)
    cells, points = [], []
    for low, high in pairwise(ordered):
        found = [_on(f, low, high) for f in functions]
        if all(e is not None for e in found):
            kept = [e for e in found if e is not None]
            if all(certain_sign(e) in signs for e, signs in zip(kept[size:], allowed, strict=True)):
                cells.append(Cell(low, high, tuple(kept[:size])))
    for at in ordered[1:-1]:
        if all(_fits(r, x, at, signs) for r, signs in zip(relations, allowed, strict=True)):
            values = [exact_value(e, {x: at}) for e in exprs]
            if all(v is not None for v in values):
                points.append((at, tuple(v for v in values if v is not None)))
    return Grid(tuple(ordered[1:-1]), tuple(cells), tuple(points))


def _simple_joins(exprs: Sequence[Expr], x: Symbol) -> set[Expr]:
    """Points at which simple switches change, also those where the function happens to go on as before."""
    gaps: set[Expr] = set()
    waiting, seen = list(exprs), 0
    while waiting and seen < MAX_RESOLUTIONS:
        expr, seen = waiting.pop(), seen + 1
        node = first_switch((expr, expr))
        if node is None or not expr.has(x):
            continue
        for condition, value in cases_of(node):
            if condition not in (sp.true, sp.false):
                gaps.add(condition.lhs - condition.rhs)
            waiting.append(resolved((expr, expr), node, value)[0])
    found: set[Expr] = set()
    for gap in gaps:
        if (
            gap.free_symbols == {x}
            and not gap.has(*SWITCHES)
            and (gap.is_polynomial(x) or sp.count_ops(gap) <= MAX_OPERATIONS)
        ):
            try:
                found |= set(real_zeros(gap, x, NOTHING))
            except (SymactError, NotImplementedError):
                continue
    return found


def _fits(relation: Relational, x: Symbol, at: Expr, signs: frozenset[int]) -> bool:
    """Whether a relation holds at a point; UndecidedError where that isn't known."""
    value = exact_value(relation.lhs - relation.rhs, {x: at})
    return value is not None and certain_sign(value) in signs


def _on(function: Pieces, low: Expr, high: Expr) -> Expr | None:
    """The expression of a function on an interval that no end of its pieces lies in, None where it is undefined."""
    for piece in function.pieces:
        after = piece.left == -oo or piece.left == low or (low != -oo and _before(piece.left, low))
        until = piece.right == oo or piece.right == high or (high != oo and _before(high, piece.right))
        if after and until:
            return piece.expr
    return None


def _before(a: Expr, b: Expr) -> bool:
    sign = 0 if a == b else number_sign(a - b)
    if sign is None:
        raise NotSupportedError(f"whether {a} < {b} isn't known")
    return sign <= 0
