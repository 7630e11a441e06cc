"""A smooth expression as a product of simpler ones that has its sign: factors, and arguments of functions that keep the sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from sympy import (
    Expr,
    LambertW,
    S,
    Symbol,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cosh,
    count_ops,
    erf,
    erfc,
    erfinv,
    exp,
    fraction,
    log,
    sinh,
    tanh,
    together,
)
from sympy.polys.polyerrors import PolynomialError

from ...errors import UndecidedError
from ..algebra.assume import NOTHING
from ..algebra.factoring import factors
from ..algebra.generators import generators
from ..numbers import balls

__all__ = ["signed_factors"]

#: Expressions with more operations aren't factored.
LARGEST = 300

#: Function → an expression in its argument that has the same sign and the same zeros wherever the function is defined.
_SIGNS: dict[Any, Callable[[Expr], Expr]] = {
    **dict.fromkeys((asin, atan, sinh, asinh, tanh, atanh, erf, erfinv), lambda u: u),
    **dict.fromkeys((exp, cosh, erfc), lambda u: S.One),
    log: lambda u: u - 1,
    acosh: lambda u: u - 1,
    acos: lambda u: 1 - u,
}


@lru_cache(512)
def signed_factors(expr: Expr, x: Symbol) -> tuple[int, tuple[tuple[Expr, int], ...]]:
    """Return a sign and (g, n) with sign(expr) = sign * product of sign(g)**n on an interval where `expr` is smooth.

    Every g has x; n counts zeros (> 0) and poles (< 0), a zero of a root of g as one of g.
    """
    sign, found = 1, list[tuple[Expr, int]]()
    for factor, power in _product(expr, x):
        for g, n in _without_functions(factor, power, x):
            if g.has(x):
                found.append((g, n))
                continue
            own = balls.sign(g)
            if not own:
                raise UndecidedError(f"the sign of {g} was not decided")
            sign *= own ** (n % 2)
    return sign, tuple(found)


def _product(expr: Expr, x: Symbol) -> list[tuple[Expr, int]]:
    """Factors with their powers; the expression alone where it is none, or too large to see."""
    if count_ops(expr) > LARGEST:
        return [(expr, 1)]
    written = generators(expr, x=x)
    found: list[tuple[Expr, int]] = []
    try:
        for part, side in zip(fraction(together(written.expressions[0])), (1, -1), strict=True):
            constant, parts = factors(part)
            found += [(constant, side), *((written.back(g), side * n) for g, n in parts)]
    except (PolynomialError, NotImplementedError):
        return [(expr, 1)]
    if sum(g.has(x) for g, _ in found) > 1:
        # where the other factors have no zeros the expression as it stands may be shorter, and its balls narrower
        changing = [(g, n) for g, n in found if len(NOTHING.signs(g)) > 1]
        return [(expr, 1)] if [n for _, n in changing] == [1] and count_ops(expr) < count_ops(changing[0][0]) else found
    return found if len(written.kernels) == 1 else [(expr, 1)]


def _without_lambert(expr: Expr, x: Symbol) -> Expr | None:
    """u - v*exp(v) for W(u) - v with a number v >= -1, None for other expressions: W grows, and W(v*exp(v)) = v."""
    constant, rest = expr.as_independent(x, as_Add=True)
    if not isinstance(rest, LambertW) or len(rest.args) > 1:
        return None
    order = 0 if constant == 1 else balls.sign(1 - constant)
    return None if order is None else S.One if order < 0 else rest.args[0] + constant * exp(-constant)


def _without_functions(expr: Expr, power: int, x: Symbol) -> Iterator[tuple[Expr, int]]:
    """Undo roots and functions that keep the sign."""
    if expr.is_Pow and not isinstance(expr, exp) and expr.exp.is_Rational and not expr.exp.is_Integer and expr.has(x):
        inner = expr.base
        power *= 1 if expr.exp > 0 else -1
    elif expr.func in _SIGNS and expr.has(x):
        inner = _SIGNS[expr.func](expr.args[0])
    elif (undone := _without_lambert(expr, x)) is not None:
        inner = undone
    else:
        yield expr, power
        return
    for factor, n in _product(inner, x):
        yield from _without_functions(factor, n * power, x)
