"""Standard integrals: powers, exponentials, waves and what else stands in the table at the end of a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import (
    Abs,
    Expr,
    Function,
    Pow,
    S,
    Symbol,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    diff,
    erf,
    exp,
    expand,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

__all__ = ["standard_integral"]

#: F with F′(w) = f(w), by the head of f.
_FUNCTIONS: dict[Any, Callable[[Expr], Expr]] = {
    sin: lambda w: -cos(w),
    cos: sin,
    sinh: cosh,
    cosh: sinh,
}
#: F with F′(w) = 1/f(w)².
_SQUARES_BELOW: dict[Any, Callable[[Expr], Expr]] = {cos: tan, cosh: tanh}


def standard_integral(g: Expr, u: Symbol, signs: Callable[[Expr], Any]) -> Expr | None:
    """Return an antiderivative of g in u as a table has it, None where g isn't there; `signs` tells signs in logarithms."""
    if not g.has(u):
        return g * u
    if g == u:
        return u**2 / 2
    for rule in (_exponential, _of_function, _power, _moving):
        found = rule(g, u, signs)
        if found is not None:
            return found
    return None


def _slope(w: Expr, u: Symbol) -> Expr | None:
    """The slope of what is linear in u, else None."""
    slope = diff(w, u)
    return None if slope == 0 or slope.has(u) else slope


def _exponential(g: Expr, u: Symbol, signs: Callable[[Expr], Any]) -> Expr | None:
    if not isinstance(g, exp):
        return None
    if (slope := _slope(g.exp, u)) is not None:
        return g / slope
    poly = expand(g.exp).as_poly(u)
    if poly is None or poly.degree() != 2 or signs(poly.nth(2)) != {-1}:
        return None
    a, b, c = -poly.nth(2), poly.nth(1), poly.nth(0)
    # erf(s w)/s is the same for -s
    s = sqrt(a).replace(Abs, lambda e: e)
    return exp(c + b**2 / (4 * a)) * sqrt(pi) / (2 * s) * erf(s * u - b / (2 * s))


def _of_function(g: Expr, u: Symbol, signs: Callable[[Expr], Any]) -> Expr | None:
    whole = _FUNCTIONS.get(g.func) if isinstance(g, Function) else None
    slope = _slope(g.args[0], u) if whole is not None else None
    return None if whole is None or slope is None else whole(g.args[0]) / slope


def _power(g: Expr, u: Symbol, signs: Callable[[Expr], Any]) -> Expr | None:
    """A power of what is linear, of a quadratic, or of a wave."""
    if not isinstance(g, Pow) or isinstance(g, exp) or g.exp.has(u):
        return None
    base, n = g.base, g.exp
    if (slope := _slope(base, u)) is not None:
        if n != -1:
            return base ** (n + 1) / (slope * (n + 1)) if signs(n + 1) <= {-1, 1} else None
        sign = signs(base)
        return {1: log(base), -1: log(-base)}[min(sign)] / slope if sign in ({1}, {-1}) else None
    if n == -2 and base.func in _SQUARES_BELOW and (slope := _slope(base.args[0], u)) is not None:
        return _SQUARES_BELOW[base.func](base.args[0]) / slope
    poly = base.as_poly(u)
    return _of_quadratic(poly, n, u, signs) if poly is not None and poly.degree() == 2 else None


def _of_quadratic(poly: Any, n: Expr, u: Symbol, signs: Callable[[Expr], Any]) -> Expr | None:
    """(a u² + b u + c)ⁿ for n = -1, ±1/2, as a ((u + p)² + r)."""
    a, p = poly.nth(2), poly.nth(1) / (2 * poly.nth(2))
    r = expand(poly.nth(0) / a - p**2)
    w, positive = u + p, signs(a) == {1} and signs(r) == {1}
    if positive and n == -1:
        # arctan(w/s)/s is the same for -s
        s = sqrt(r).replace(Abs, lambda e: e)
        return atan(w / s) / (a * s)
    if positive and n == -S.Half:
        return asinh(w / _root(r, signs)) / _root(a, signs)
    if positive and n == S.Half:
        return _root(a, signs) * (w * sqrt(w**2 + r) + r * asinh(w / _root(r, signs))) / 2
    if n == -S.Half and signs(a) == {-1} and signs(r) == {-1}:
        return asin(w / _root(-r, signs)) / _root(-a, signs)
    return None


def _root(e: Expr, signs: Callable[[Expr], Any]) -> Expr:
    """The square root, with b for |b| where b is positive."""
    return sqrt(e).replace(Abs, lambda b: {1: b, -1: -b}[min(signs(b))] if signs(b) in ({1}, {-1}) else Abs(b))


def _moving(g: Expr, u: Symbol, signs: Callable[[Expr], Any]) -> Expr | None:
    """∫ u exp(a u² + c) du = exp(a u² + c)/(2a)"""
    rest = g / u
    poly = rest.exp.as_poly(u) if isinstance(rest, exp) else None
    if poly is None or poly.degree() != 2 or poly.nth(1) != 0:
        return None
    return rest / (2 * poly.nth(2))
