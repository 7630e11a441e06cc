"""Sums and maxima over an index: which there are, their terms, and how they bound each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy as sp
from sympy import Expr, Mul, Pow, S, Sum, exp

from ...symbols import LargestOf
from .sums import innermost, is_positive

__all__ = ["is_nonnegative", "largest_exponent", "outer_folds", "terms_of_maximum"]


def outer_folds(expr: Any) -> Iterator[Expr]:
    """Yield the sums and maxima that aren't inside another one."""
    if isinstance(expr, Sum | LargestOf):
        yield expr
        return
    for part in expr.args:
        yield from outer_folds(part)


def terms_of_maximum(fold: Expr, classes: Sequence[Expr], ranges: Any) -> list[Expr]:
    """Return the terms of a maximum at the indices that stay within its length: none is larger than it."""
    term, index, low, high = innermost(fold)
    if not isinstance(fold, LargestOf) or low != 1 or term.has(Sum, LargestOf):
        return []
    return [term.xreplace({index: c}) for c in dict.fromkeys(classes) if high in ranges.get(c, ())]


def is_nonnegative(term: Expr) -> bool:
    """Return whether a term is nowhere negative: a product of positive parts, squares, |u| and max(0, u)."""
    if is_positive(term, lambda e: False) or isinstance(term, sp.Abs):
        return True
    if isinstance(term, sp.Max) and S.Zero in term.args:
        return True
    if isinstance(term, Mul):
        return all(map(is_nonnegative, term.args))
    return isinstance(term, Pow) and term.exp.is_Integer and bool(term.exp % 2 == 0 and term.exp > 0)


def largest_exponent(fold: Expr, folds: Sequence[Expr]) -> tuple[Expr, Expr, Expr] | None:
    """Return of Σ exp(a*g(k)) with a number a > 0 where max g(k) over the same range occurs: (a, that maximum, the length)."""
    if not isinstance(fold, Sum):
        return None
    term, index, low, high = innermost(fold)
    if low != 1 or not isinstance(term, exp):
        return None
    for other in folds:
        if isinstance(other, LargestOf):
            inner, at, start, end = innermost(other)
            factor = sp.cancel(term.args[0] / inner.xreplace({at: index}))
            if start == 1 and end == high and factor.is_Rational and factor > 0:
                return factor, other, high
    return None
