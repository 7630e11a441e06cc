"""The derivation of an equation between matrices of symbolic shape: both sides multiplied out, one sum at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import pairwise
from operator import add, mul

from sympy import MatAdd, MatMul
from sympy.matrices.expressions.matexpr import MatrixExpr

from .steps import CASE, Step

__all__ = ["matrix_steps"]

DISTRIBUTE = "the distributive law"


def matrix_steps(left: MatrixExpr, right: MatrixExpr) -> tuple[Step, ...]:
    """Return the chain left = … = right: sums multiplied out on the left, and backwards on the right."""
    there, back = list(_forms(left)), list(_forms(right))[::-1]
    steps = [Step(DISTRIBUTE, a, b) for a, b in pairwise(there)]
    if there[-1] != back[0]:
        steps.append(Step("coefficients simplified", there[-1], back[0]))
    steps += [Step(DISTRIBUTE, a, b) for a, b in pairwise(back)]
    if not steps:
        steps = [Step("products are associative", left, right)]
    return (Step(CASE, left, right, "", (), left, tuple(steps)),)


def _forms(expr: MatrixExpr) -> Iterator[MatrixExpr]:
    """The expression with one more sum multiplied out each time."""
    yield expr
    while (after := _distributed(expr)) != expr:
        yield after
        expr = after


def _distributed(expr: MatrixExpr) -> MatrixExpr:
    """A (B + C) D = A B D + A C D, in every product of a sum"""
    if isinstance(expr, MatAdd):
        return reduce(add, map(_distributed, expr.args))
    if not isinstance(expr, MatMul):
        return expr
    for m, factor in enumerate(expr.args):
        if isinstance(factor, MatAdd):
            return reduce(add, (reduce(mul, (*expr.args[:m], term, *expr.args[m + 1 :])) for term in factor.args))
    return expr
