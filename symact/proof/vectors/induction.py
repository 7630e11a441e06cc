"""Sums of plain terms up to n by induction: the statement at the first n, and what one more term changes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import sympy as sp
from sympy import Dummy, Expr, Indexed, KroneckerDelta, S, Sum, Symbol

from ...errors import UndecidedError
from ...symbols import LargestOf, real
from ..functions.switches import obstacles
from ..steps.cases import signs_of
from .abstraction import Ordinary, Problem
from .sums import expanded_in, innermost

__all__ = ["induction"]

#: Terms of the first sum.
MAX_TERMS = 20
_WEAK = {"==": "==", "<": "<=", "<=": "<=", ">": ">=", ">=": ">="}
_MIRRORED = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def induction(problem: Problem) -> tuple[Ordinary, Ordinary]:
    """Return the statement at the first n, and the one about the change from n - 1 to n, that together imply it for all n.

    The difference of both sides is linear in sums up to the same n, of terms that n isn't in. Raises UndecidedError where it
    isn't, or isn't known to be defined for every n.
    """
    sides = problem.left, problem.right
    sums = sorted({s for side in sides for s in side.atoms(Sum) if innermost(s)[3].is_Symbol}, key=str)
    if not sums or any(part.has(Indexed, LargestOf, KroneckerDelta) for part in (*sides, *problem.relations)):
        raise UndecidedError("induction is about sums without vectors")
    n = innermost(sums[0])[3]
    if problem.op not in _WEAK or any(innermost(s)[3] != n for s in sums):
        raise UndecidedError("induction is about one length, and no statement with !=")
    twin = real(n.name)
    plain: dict[tuple[Expr, int], Symbol] = {}
    opened = {s: _opened(s, n, plain) for s in sums}
    terms = {name: (term.xreplace({n: twin}), low) for (term, low), name in plain.items()}
    difference = (problem.left - problem.right).xreplace(opened).xreplace({n: twin})
    line = difference.as_poly(*terms) if terms and not difference.has(Sum, sp.Piecewise) else None
    if line is None or line.total_degree() > 1:
        raise UndecidedError("the sides are not linear in sums, or have cases")
    rates = {name: sp.diff(difference, name) for name in terms}
    rest = difference.subs(dict.fromkeys(terms, 0))
    first = _first(n, problem.relations)
    others = [r for r in problem.relations if n not in r.free_symbols]
    turned, shares, rest = _scaled(rates, rest, twin, [*others, twin >= first])
    for expr, start in ((rest, first), *terms.values()):
        known = [*others, twin >= start]
        if not all(signs_of(g, known) <= set(allowed) for g, allowed in obstacles(expr)):
            raise UndecidedError(f"{expr} isn't known to have a value for all {n} >= {start}")
    if any(not first + 1 >= innermost(s)[2] >= first + 2 - MAX_TERMS for s in sums):
        raise UndecidedError("the first sum has too few or too many terms")
    begun = rest.subs(twin, first)
    for name, (term, low) in terms.items():
        begun += shares[name] * sum((term.subs(twin, k) for k in range(low, first + 1)), S.Zero)
    change = rest - rest.subs(twin, twin - 1) + sum((shares[name] * term for name, (term, _) in terms.items()), S.Zero)
    op = _MIRRORED[problem.op] if turned else problem.op
    return (
        Ordinary(begun, op, S.Zero, tuple(others)),
        Ordinary(change, _WEAK[op], S.Zero, (*others, twin >= first + 1)),
    )


def _opened(fold: Expr, n: Symbol, plain: dict[tuple[Expr, int], Symbol]) -> Expr:
    """A sum as one of products, each with a factor that n is in and a sum that it isn't in; these are collected, in terms of n."""
    term, index, low, _ = innermost(fold)
    if not low.is_Integer or term.has(Sum):
        raise UndecidedError("induction is about single sums that begin at a number")
    total: Expr = S.Zero
    for part in sp.Add.make_args(expanded_in(term, index)):
        outside, inside = part.as_independent(index, as_Add=False)
        if inside.has(n):
            raise UndecidedError(f"a term depends on {n} besides its index")
        if inside.has(index):
            total += outside * plain.setdefault((inside.xreplace({index: n}), int(low)), Dummy(real=True))
        else:
            total += outside * inside * (n - low + 1)
    return total


def _first(n: Symbol, relations: Sequence[Any]) -> int:
    """The least n that is assumed."""
    bounds = [1] if n.is_positive else []
    bounds += [
        math.floor(r.lts) + 1 if r.rel_op in ("<", ">") else math.ceil(r.lts)
        for r in relations
        if r.rel_op in ("<", "<=", ">", ">=") and r.gts == n and r.lts.is_Rational
    ]
    if not bounds:
        raise UndecidedError(f"no least {n} is assumed")
    return max(bounds)


def _scaled(
    rates: dict[Symbol, Expr], rest: Expr, n: Symbol, known: Sequence[Any]
) -> tuple[bool, dict[Symbol, Expr], Expr]:
    """The difference divided by a factor that n is in, and whether that is negative."""
    factor = next(iter(rates.values()))
    if not factor.has(n):
        factor = S.One
    signs = signs_of(factor, known)
    shares = {name: sp.cancel(rate / factor) for name, rate in rates.items()}
    if signs not in ({1}, {-1}) or any(share.has(n) for share in shares.values()):
        raise UndecidedError("the factors of the sums have no common sign")
    return signs == {-1}, shares, sp.expand(rest / factor)
