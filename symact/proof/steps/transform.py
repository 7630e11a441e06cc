"""Another expression whose sign decides that of the first: without logarithms, without a root, or the slope of a difference."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy as sp
from sympy import Expr

from ..functions.switches import obstacles
from .cases import signs_of
from .factors import without_signs

__all__ = ["TRANSFORMS", "Transformed"]

MAX_POWER = 12


@dataclass(frozen=True)
class Transformed:
    """d < 0 or d <= 0 wherever d is defined and the relations hold, if so it is of `main`, and `side` <= 0 where there is one.

    `weak` tells that only d <= 0 follows, `free` that `main` needs to be shown without the relations.
    """

    main: Expr
    side: Expr | None = None
    weak: bool = False
    free: bool = False


def _factors(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    plain = without_signs(d, relations)
    return None if plain == d else Transformed(plain)


def _logarithms(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """p + Σ c_k*log(A_k) < 0 for rational c_k is exp(n*p)*Π A_k**(n*c_k) < 1; where it is defined, A_k > 0."""
    rest: list[Expr] = []
    logs: list[tuple[Expr, Expr]] = []
    for term in sp.Add.make_args(sp.expand_mul(d)):
        c, kernel = term.as_coeff_Mul()
        if isinstance(kernel, sp.log) and kernel.free_symbols and c.is_Rational:
            logs.append((c, kernel.args[0]))
        else:
            rest.append(term)
    if not logs:
        return None
    n = math.lcm(*(int(c.q) for c, _ in logs))
    if any(abs(c) * n > MAX_POWER for c, _ in logs):
        return None
    above = sp.Mul(sp.exp(sp.expand(n * sp.Add(*rest))), *(a ** (n * c) for c, a in logs if c > 0))
    below = sp.Mul(*(a ** (-n * c) for c, a in logs if c < 0))
    return Transformed(sp.expand(above - below))


def _root(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """c*sqrt(B) + P < 0 follows for c > 0 from P <= 0 and c**2*B - P**2 < 0, for c < 0 from P**2 - c**2*B < 0."""
    terms = sp.Add.make_args(sp.expand_mul(d))
    for term in terms:
        factors = sp.Mul.make_args(term)
        root = next((f for f in factors if _is_root(f)), None)
        c = sp.Mul(*(f for f in factors if f is not root))
        if root is None or c.free_symbols:
            continue
        rest = sp.Add(*(t for t in terms if t is not term))
        signs = signs_of(c, relations)
        if signs == {1}:
            return Transformed(sp.expand(c**2 * root.base - rest**2), side=rest)
        if signs == {-1} and not any(_is_root(f) for t in terms if t is not term for f in sp.Mul.make_args(t)):
            return Transformed(sp.expand(rest**2 - c**2 * root.base))
    return None


def _is_root(factor: Expr) -> bool:
    return bool(factor.is_Pow and factor.exp == sp.S.Half and factor.free_symbols)


def _difference(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """g(u) - g(v) <= 0 where u >= v follows from g' <= 0 everywhere, and where u <= v from g' >= 0."""
    if len(d.free_symbols) != 2 or not all(signs_of(g, []) <= set(allowed) - {0} for g, allowed in obstacles(d)):
        return None  # with a pole between u and v the slope tells nothing
    u, v = sorted(d.free_symbols, key=str)
    slope = sp.diff(d, u)
    order = signs_of(u - v, relations)
    if slope.has(v) or not (order <= {0, 1} or order <= {0, -1}):
        return None
    if sp.expand(d.subs({u: v, v: u}, simultaneous=True) + d) != 0:
        return None
    return Transformed(slope if order <= {0, 1} else -slope, weak=True, free=True)


def _sum(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """h(u + v) and h(u - v) have the signs of h(u)."""
    t = sp.Dummy("t", real=True)
    for u, v in combinations(sorted(d.free_symbols, key=str), 2):
        for c in (1, -1):
            one = sp.expand(d.subs(u, t - c * v))
            if not one.has(v):
                return Transformed(one.subs(t, u), free=True)
    return None


def _argument(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """h(e) has the signs that h has, for an e that holds all variables."""
    t = sp.Dummy("t", real=True)
    for e in dict.fromkeys(sp.preorder_traversal(d)):
        if e == d or not isinstance(e, Expr) or e.free_symbols != d.free_symbols:
            continue
        one = d.subs(e, t)
        if one.free_symbols == {t} and sp.expand(one.subs(t, e) - d) == 0:
            return Transformed(one.subs(t, min(d.free_symbols, key=str)), free=True)
    return None


#: Name → how an expression is transformed under relations; None where it isn't.
TRANSFORMS: dict[str, Callable[[Expr, Sequence[Any]], Transformed | None]] = {
    "factors": _factors,
    "logarithms": _logarithms,
    "root": _root,
    "difference": _difference,
    "sum": _sum,
    "argument": _argument,
}
