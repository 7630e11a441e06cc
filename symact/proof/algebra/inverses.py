"""Inverse functions of the functions they undo, where the argument is known to lie on the branch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy as sp
from sympy import Expr, LambertW, acos, asin, atan, cos, exp, pi, sin, tan
from sympy.core.relational import Relational

from .assume import Assumptions, assuming

__all__ = ["without_inverses"]

#: How many turns away from 0 an angle is looked for.
MAX_TURNS = 3


def without_inverses(expr: Expr, relations: Sequence[Relational]) -> tuple[Expr, list[Relational]]:
    """Return an expression that is 0 wherever the relations hold if and only if `expr` is, and the relations for it.

    asin(sin(u)) and the like become u on the branch, and LambertW(x) becomes w with w*exp(w) in place of x.
    """
    found = expr
    if expr.has(*_RULES):
        known = assuming(*relations)
        for head, rule in _RULES.items():
            found = found.replace(lambda e, h=head: isinstance(e, h), lambda e, r=rule: r(e, known))
    kept = list(relations)
    for x in sorted({w.args[0] for w in found.atoms(LambertW) if w.args[0].is_Symbol and len(w.args) == 1}, key=str):
        w = sp.Dummy("w", real=True)
        product = w * exp(w)
        found = found.xreplace({LambertW(x): w}).xreplace({x: product})
        kept = [*(r for r in (r.xreplace({x: product}) for r in kept) if r != sp.true), w >= -1]
    return found, kept


def _asin(e: Expr, known: Assumptions) -> Expr:
    """asin(sin(u)) = u - 2*k*pi for |u - 2*k*pi| <= pi/2, (2*k + 1)*pi - u where u is nearer to that."""
    if not isinstance(e.args[0], sin):
        return e
    u = e.args[0].args[0]
    for k in _near():
        if _between(u, (k - sp.S.Half) * pi, (k + sp.S.Half) * pi, known):
            return u - k * pi if k % 2 == 0 else k * pi - u
    return e


def _acos(e: Expr, known: Assumptions) -> Expr:
    """acos(cos(u)) = u - 2*k*pi for 0 <= u - 2*k*pi <= pi, 2*k*pi - u for -pi <= u - 2*k*pi <= 0."""
    if not isinstance(e.args[0], cos):
        return e
    u = e.args[0].args[0]
    for k in _near():
        if _between(u, k * pi, (k + 1) * pi, known):
            return u - k * pi if k % 2 == 0 else (k + 1) * pi - u
    return e


def _atan(e: Expr, known: Assumptions) -> Expr:
    """atan(tan(u)) = u - k*pi for |u - k*pi| < pi/2."""
    if not isinstance(e.args[0], tan):
        return e
    u = e.args[0].args[0]
    for k in _near():
        if _between(u, (k - sp.S.Half) * pi, (k + sp.S.Half) * pi, known):
            return u - k * pi
    return e


def _lambert(e: Expr, known: Assumptions) -> Expr:
    """LambertW(u*exp(u)) = u for u >= -1, on the other branch for u <= -1."""
    way = 1 if len(e.args) == 1 else -1
    for factor in sp.Mul.make_args(e.args[0]):
        undone = isinstance(factor, exp) and e.args[0] == factor.exp * factor
        if undone and known.signs(way * (factor.exp + 1)) <= {0, 1}:
            return factor.exp
    return e


def _near() -> list[int]:
    return sorted(range(-MAX_TURNS, MAX_TURNS + 1), key=abs)


def _between(u: Expr, low: Expr, high: Expr, known: Assumptions) -> bool:
    return known.signs(u - low) <= {0, 1} and known.signs(high - u) <= {0, 1}


#: Inverse function → what it is of the function it undoes.
_RULES: dict[type[Expr], Callable[[Expr, Assumptions], Expr]] = {
    asin: _asin,
    acos: _acos,
    atan: _atan,
    LambertW: _lambert,
}
