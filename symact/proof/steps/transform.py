"""Another expression whose sign decides that of the first: without logarithms, a root or W, the slope of a difference, rescaled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy as sp
from sympy import Expr, Symbol
from sympy.core.relational import Relational

from ..algebra.assume import assuming
from ..functions.switches import obstacles
from .cases import impossible, plain, signs_of
from .equality import exponentiated
from .factors import without_signs
from .separation import slope_of_line

__all__ = ["TRANSFORMS", "Transformed"]


@dataclass(frozen=True)
class Transformed:
    """d < 0 or d <= 0 wherever d is defined and the relations hold, if so it is of `main`, and `side` <= 0 where there is one.

    `weak` tells that only d <= 0 follows. `relations` are those under which both need to be shown, None where they are the same.
    """

    main: Expr
    side: Expr | None = None
    weak: bool = False
    relations: tuple[Any, ...] | None = None


def _factors(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    plain = without_signs(d, relations)
    # the same in another form is no step
    return None if plain == d or sp.expand(plain - d) == 0 else Transformed(plain)


def _logarithms(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """p + Σ c_k*log(A_k) < 0 for rational c_k is exp(n*p)*Π A_k**(n*c_k) < 1; where it is defined, A_k > 0."""
    main = exponentiated(d)
    return None if main is None else Transformed(main)


def _powers(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """A - B < 0 for products A, B > 0 with variable exponents is log(A) - log(B) < 0."""
    terms = sp.Add.make_args(d)
    if len(terms) != 2 or not any(not p.exp.is_number for p in d.atoms(sp.Pow) if not isinstance(p, sp.exp)):
        return None
    for first, second in (terms, terms[::-1]):
        if signs_of(first, relations) == {1} and signs_of(second, relations) == {-1}:
            return Transformed(_log(first) - _log(-second))
    return None


def _log(product: Expr) -> Expr:
    return sp.Add(*(_log_of_factor(factor) for factor in sp.Mul.make_args(product)))


def _log_of_factor(factor: Expr) -> Expr:
    if isinstance(factor, sp.exp):
        return factor.exp
    return factor.exp * sp.log(factor.base) if factor.is_Pow else sp.log(factor)


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


def _lambert(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """c*W(g) + p < 0 is W(g) < h for c > 0 and W(g) > h for c < 0, h = -p/c, where W >= -1 and h*exp(h) increases for h >= -1."""
    terms = sp.Add.make_args(sp.expand_mul(d))
    own = [term for term in terms if term.has(sp.LambertW)]
    (w,) = own[0].atoms(sp.LambertW) if len(own) == 1 and len(own[0].atoms(sp.LambertW)) == 1 else (None,)
    if w is None or not w.free_symbols or len(w.args) > 1 or (c := own[0] / w).has(sp.LambertW):
        return None
    signs = signs_of(c, relations)
    if signs not in ({1}, {-1}):
        return None
    g, h = w.args[0], sp.expand(-sp.Add(*(term for term in terms if term is not own[0])) / c)
    known = [*relations, g >= -sp.exp(-1)]
    if signs == {1}:
        return Transformed(g - h * sp.exp(h), side=-1 - h, relations=_fresh(known))
    inside = plain(h + 1 >= 0)
    if impossible(inside, assuming(*relations)):
        return Transformed(sp.S.NegativeOne)
    return Transformed(h * sp.exp(h) - g, relations=_fresh([*known, inside]))


def _fresh(relations: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(r for r in dict.fromkeys(relations) if r != sp.true)


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
    return Transformed(slope if order <= {0, 1} else -slope, weak=True, relations=())


def _sum(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """h(u + v) and h(u - v) have the signs of h(u)."""
    t = sp.Dummy("t", real=True)
    for u, v in combinations(sorted(d.free_symbols, key=str), 2):
        for c in (1, -1):
            one = sp.expand(d.subs(u, t - c * v))
            if not one.has(v):
                return Transformed(one.subs(t, u), relations=())
    return None


def _argument(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """h(e) has the signs that h has, for an e that holds all variables."""
    t = sp.Dummy("t", real=True)
    for e in dict.fromkeys(sp.preorder_traversal(d)):
        if e == d or not isinstance(e, Expr) or e.free_symbols != d.free_symbols:
            continue
        one = d.subs(e, t)
        if one.free_symbols == {t} and sp.expand(one.subs(t, e) - d) == 0:
            return Transformed(one.subs(t, min(d.free_symbols, key=str)), relations=())
    return None


def _scaled(d: Expr, relations: Sequence[Any]) -> Transformed | None:
    """d < 0 where c*h(a*x + b) < 0 for a, c of certain signs and an h without parameters; h(t) < 0 for t = a*x + b suffices."""
    for x in sorted(d.free_symbols, key=str):
        others = [r for r in relations if x not in r.free_symbols]
        own = [r for r in relations if x in r.free_symbols]
        for argument in _arguments([d, *(r.lhs - r.rhs for r in own)], x):
            slope = sp.diff(argument, x)
            if slope.has(x):
                continue
            shift = argument.subs(x, 0)
            if not (slope.free_symbols or shift.free_symbols):
                continue
            signs = signs_of(slope, others)
            if len(signs) != 1 or 0 in signs:
                continue
            inner = (x - shift) / slope
            main = without_signs(d.subs(x, inner), others)
            if main.free_symbols == {x}:
                moved = [(r, without_signs((r.lhs - r.rhs).subs(x, inner), others)) for r in own]
                plain = [_bound(r, gap, x) for r, gap in moved if gap.free_symbols == {x}]
                return Transformed(main, relations=tuple(r for r in plain if isinstance(r, Relational)))
    return None


def _arguments(exprs: Sequence[Expr], x: Symbol) -> dict[Expr, None]:
    """What is inside functions and powers, and what is compared with 0, of all that has x in it."""
    nodes = [n for e in exprs for n in sp.preorder_traversal(e) if isinstance(n, sp.Function | sp.Pow) and n.has(x)]
    found = [e for e in exprs[1:] if e.has(x)]
    return dict.fromkeys([*(arg for node in nodes for arg in node.args if arg.has(x)), *found])


def _bound(relation: Relational, gap: Expr, x: Symbol) -> Any:
    """gap op 0, solved for x where that is linear."""
    slope = slope_of_line(gap, x)
    signs = frozenset() if slope is None or slope.free_symbols else signs_of(slope, [])
    if slope is None or signs not in ({1}, {-1}):
        return relation.func(gap, 0)
    at = -gap.subs(x, 0) / slope
    return relation.func(x, at) if signs == {1} else relation.func(at, x)


#: Name → how an expression is transformed under relations; None where it isn't.
TRANSFORMS: dict[str, Callable[[Expr, Sequence[Any]], Transformed | None]] = {
    "factors": _factors,
    "logarithms": _logarithms,
    "powers": _powers,
    "root": _root,
    "lambert": _lambert,
    "difference": _difference,
    "sum": _sum,
    "argument": _argument,
    "scaled": _scaled,
}
