"""Whether two smooth sides are equal: by the exact zero test, by what is 0 by an assumption, by squares and by exponentials."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import sympy as sp
from sympy import Expr
from sympy.polys.polyerrors import PolynomialError

from ...errors import InputError
from ..algebra.assume import assuming
from ..algebra.field import is_zero
from .cases import Pair, impossible, signs_of, strict

__all__ = ["exponentiated", "leaf"]

MAX_POWER = 12


def leaf(pair: Pair, relations: Sequence[Any]) -> bool:
    """Whether two smooth sides are proved equal wherever the relations hold."""
    difference = pair[0] - pair[1]
    if difference == 0:
        return True
    gaps = [gap for gap in (_vanishing(relations, r) for r in relations) if gap is not None]
    if is_zero(difference, [*relations, *(sp.Eq(gap, 0) for gap in gaps)]) is True:
        return True
    if _by_square(difference, relations) or _by_exponential(difference, relations):
        return True
    if not gaps:
        return False
    try:
        _, rest = sp.reduced(sp.expand(difference), [sp.expand(gap) for gap in gaps])
    except PolynomialError:
        return False
    return bool(rest == 0)


def _by_square(difference: Expr, relations: Sequence[Any]) -> bool:
    """Whether c*sqrt(A) + p is proved to be 0 by A == (p/c)**2 and p/c <= 0, c never being 0."""
    terms = sp.Add.make_args(sp.expand_mul(difference))
    for term in terms if len(terms) > 1 else ():
        root = next((f for f in sp.Mul.make_args(term) if f.is_Pow and f.exp == sp.S.Half and f.free_symbols), None)
        if root is None or 0 in signs_of(term / root, relations):
            continue
        other = -sp.Add(*(t for t in terms if t is not term)) / (term / root)
        if signs_of(other, relations) <= {0, 1} and is_zero(root.base - other**2, relations) is True:
            return True
    return False


def _by_exponential(difference: Expr, relations: Sequence[Any]) -> bool:
    """Whether a sum of logarithms and other terms is proved to be 0 by its exponential, a product that is 1."""
    logarithms = difference.replace(
        lambda e: isinstance(e, sp.acosh | sp.asinh | sp.atanh), lambda e: e.rewrite(sp.log)
    )
    main = exponentiated(logarithms)
    return main is not None and is_zero(main, relations) is True


def _vanishing(relations: Sequence[Any], relation: Any) -> Expr | None:
    """What is 0 by an equation, or by a closed condition where the others leave no more."""
    gap = relation.lhs - relation.rhs
    if relation.rel_op == "==":
        return gap
    if relation.rel_op not in ("<=", ">="):
        return None
    turned = {">=": "<=", "<=": ">="}[relation.rel_op]
    opposites = {(gap, turned), (-gap, relation.rel_op)}
    if any((other.lhs - other.rhs, other.rel_op) in opposites for other in relations):
        return gap
    try:
        others = assuming(*(r for r in relations if r is not relation))
    except InputError:
        return None
    return gap if gap != 0 and impossible(strict(relation), others) else None


def exponentiated(d: Expr) -> Expr | None:
    """Return exp(n*p)*Π A_k**(n*c_k) - 1, multiplied by what it is divided by, for d = p + Σ c_k*log(A_k): it has the sign of d.

    Where d is defined, A_k > 0. None where d has no such sum, the c_k rational and n their common denominator.
    """
    rest: list[Expr] = []
    logs: list[tuple[Expr, Expr]] = []
    for term in sp.Add.make_args(sp.expand_mul(d)):
        c, kernel = term.as_coeff_Mul()
        if isinstance(kernel, sp.log) and c.is_Rational:
            logs.append((c, kernel.args[0]))
        else:
            rest.append(term)
    if not any(a.free_symbols for _, a in logs):
        return None
    n = math.lcm(*(int(c.q) for c, _ in logs))
    if any(abs(c) * n > MAX_POWER for c, _ in logs):
        return None
    above = sp.Mul(sp.exp(sp.expand(n * sp.Add(*rest))), *(a ** (n * c) for c, a in logs if c > 0))
    below = sp.Mul(*(a ** (-n * c) for c, a in logs if c < 0))
    return sp.expand(above - below)
