"""Zero by its derivatives: all of them vanish on a connected domain, and so does the value at one point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp
from sympy import Expr, Poly, Symbol, postorder_traversal
from sympy.core.relational import Relational
from sympy.polys.polyerrors import PolynomialError

from ..numbers.witness import sample_points
from .signs import NEGATIVE, POSITIVE, Signs

__all__ = ["Proof", "connected", "vanishes"]

#: Decides a smooth expression to be zero; the number is how many derivatives were taken already.
Proof = Callable[[Expr, int], bool]
#: Tells the signs that smooth expressions may have wherever the assumptions hold, None where they may not be real.
SignsOf = Callable[[Sequence[Expr]], list[Signs | None]]

NONZERO: Signs = frozenset({-1, 1})
POINTS = 6
Need = tuple[Expr, Signs]


def vanishes(
    expr: Expr, symbols: Sequence[Symbol], relations: Sequence[Relational], signs_of: SignsOf, proof: Proof, depth: int
) -> bool:
    """Whether `expr` is smooth on all of a connected domain, has derivatives 0 and is 0 at one point."""
    if not symbols or not connected(symbols, relations) or not _smooth(expr, signs_of):
        return False
    for symbol in symbols:
        slope = sp.diff(expr, symbol)
        if not _smooth(slope, signs_of) or not proof(slope, depth + 1):
            return False
    values = (expr.subs(point) for point in sample_points(symbols, relations, POINTS, origin=True))
    return any(not value.has(sp.nan, sp.zoo, sp.oo, -sp.oo) and proof(value, depth + 1) for value in values)


def connected(symbols: Sequence[Symbol], relations: Sequence[Relational]) -> bool:
    """Whether the relations describe a convex set, or one that has the segment from each of its points to near the origin.

    The first are linear inequalities, and signs SymPy was told that are intervals. Of the second, every relation is c + p > 0 or
    >= 0 with c > 0 and a form p in which all terms have one degree, or p alone for a linear one: t*x satisfies it with x for
    0 < t <= 1, and near the origin only the convex cone of the latter counts.
    """
    everything = set(symbols).union(*(r.free_symbols for r in relations))
    for symbol in everything:
        half_line = symbol.is_positive or symbol.is_negative or symbol.is_zero
        if symbol.is_rational is not None or (symbol.is_zero is False and not half_line):
            return False
    return all(_linear(relation) for relation in relations) or all(_homogeneous(relation) for relation in relations)


def _linear(relation: Relational) -> bool:
    if relation.rel_op == "!=":
        return False
    try:
        poly = Poly(relation.lhs - relation.rhs, *sorted(relation.free_symbols, key=str))
    except PolynomialError:
        return False
    return bool(poly.total_degree() <= 1)


def _homogeneous(relation: Relational) -> bool:
    if relation.rel_op not in ("<", "<=", ">", ">="):
        return False
    gap = relation.gts - relation.lts
    try:
        poly = Poly(gap, *sorted(relation.free_symbols, key=str))
    except PolynomialError:
        return False
    constant = poly.nth(*(0 for _ in poly.gens))
    degrees = {sum(powers) for powers in poly.monoms()} - {0}
    return len(degrees) == 1 and bool(constant > 0 if degrees != {1} else constant >= 0)


def _smooth(expr: Expr, signs_of: SignsOf) -> bool:
    """Whether every function in it is smooth at its arguments, wherever the assumptions hold."""
    needs: list[Need] = []
    for node in postorder_traversal(expr):
        if node.func in _SMOOTH_EVERYWHERE or not node.args:
            continue
        if node.func not in _NEEDS:
            return False
        needs += _NEEDS[node.func](node)
    signs = signs_of([need for need, _ in needs])
    return all(found is not None and found <= allowed for found, (_, allowed) in zip(signs, needs, strict=True))


def _needs_of_power(node: Expr) -> list[Need]:
    if node.exp.is_Integer:
        return [(node.base, NONZERO)] if node.exp < 0 else []
    return [(node.base, POSITIVE)]


def _needs_of_lambert(node: Expr) -> list[Need]:
    edge = (node.args[0] * sp.E + 1, POSITIVE)
    return [edge] if len(node.args) == 1 else [edge, (node.args[0], NEGATIVE)]


def _inside(node: Expr) -> list[Need]:
    return [(1 - node.args[0] ** 2, POSITIVE)]


_SMOOTH_EVERYWHERE = frozenset(
    {sp.Add, sp.Mul, sp.exp, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.tanh, sp.sech, sp.asinh, sp.atan, sp.erf, sp.erfc}
)

#: Function class → expressions with the signs they must have for it to be smooth.
_NEEDS: dict[Any, Callable[[Expr], list[Need]]] = {
    sp.Pow: _needs_of_power,
    sp.LambertW: _needs_of_lambert,
    sp.log: lambda e: [(e.args[0], POSITIVE)],
    sp.acosh: lambda e: [(e.args[0] - 1, POSITIVE)],
    **dict.fromkeys((sp.asin, sp.acos, sp.atanh, sp.erfinv), _inside),
    **dict.fromkeys((sp.tan, sp.sec), lambda e: [(sp.cos(e.args[0]), NONZERO)]),
    **dict.fromkeys((sp.cot, sp.csc), lambda e: [(sp.sin(e.args[0]), NONZERO)]),
    **dict.fromkeys((sp.coth, sp.csch), lambda e: [(e.args[0], NONZERO)]),
}
