"""Statements about maxima and sums, term by term: a maximum is at most a bound where each term is; sums compare as their terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from sympy import Add, Expr, Mul, Sum, Symbol

from ...symbols import LargestOf
from .abstraction import Problem
from .instances import Names
from .sums import innermost

__all__ = ["term_by_term"]

_MIRRORED = {">": "<", ">=": "<="}


def term_by_term(problem: Problem) -> Problem:
    """Return a statement about the terms of maxima or sums at a new index k that implies the one given.

    c*max e_k + a <= b becomes c*e_k + a <= b, where c > 0 is a number; where both sides hold nothing but sums over one range,
    Σ a_k <= Σ b_k becomes a_k <= b_k, and what is in no sum counts as one of equal terms. The like holds for < and, of sums, for
    ==. Other statements are returned as they are.
    """
    left, op, right = problem.left, problem.op, problem.right
    if op in _MIRRORED:
        left, op, right = right, _MIRRORED[op], left
    if op not in ("<", "<=", "=="):
        return problem
    taken = {s.name for part in (left, right, *problem.relations) for s in part.free_symbols}
    names = (f"k{number}" for number in count(1))
    indices = (Symbol(name, integer=True, positive=True) for name in names if name not in taken)
    opened = (left, right)
    if op != "==":
        opened = _maxima_opened(left, 1, indices), _maxima_opened(right, -1, indices)
    if opened == (left, right):
        opened = _sums_opened(left, right, next(indices))
    if opened == (left, right):
        return problem
    integers = Names.of((*opened, *problem.relations))
    return replace(problem, left=opened[0], op=op, right=opened[1], names=integers)


def _maxima_opened(side: Expr, sign: int, indices: Iterator[Symbol]) -> Expr:
    """A side with a term in place of each maximum that is added with a coefficient of this sign."""
    return Add(*(_term(part, sign, indices) for part in Add.make_args(side)))


def _term(part: Expr, sign: int, indices: Iterator[Symbol]) -> Expr:
    number, rest = part.as_coeff_Mul()
    if not isinstance(rest, LargestOf) or not (number * sign).is_positive:
        return part
    term, index, low, _ = innermost(rest)
    return Mul(number, term.xreplace({index: next(indices)})) if low == 1 else part


def _sums_opened(left: Expr, right: Expr, k: Symbol) -> tuple[Expr, Expr]:
    """Both sides with the k-th terms in place of sums, if all sums are over one range, which isn't empty."""
    sums = left.atoms(Sum) | right.atoms(Sum)
    ranges = {(low, high) for fold in sums for _, _, low, high in (innermost(fold),)}
    if len(ranges) != 1 or not all(low == 1 and high.is_positive for low, high in ranges):
        return left, right
    ((_, high),) = ranges
    sides = []
    for side in (left, right):
        found = [_term_of_sum(part, k, high) for part in Add.make_args(side) if part != 0]
        if None in found:
            return left, right
        sides.append(Add(*found))
    return sides[0], sides[1]


def _term_of_sum(part: Expr, k: Symbol, high: Expr) -> Expr | None:
    """The term of one sum times what holds no fold, an equal share of what holds none at all, None for anything else."""
    folds = [factor for factor in Mul.make_args(part) if factor.has(Sum, LargestOf)]
    if not folds:
        return part / high
    if len(folds) != 1 or not isinstance(folds[0], Sum):
        return None
    term, index, _, _ = innermost(folds[0])
    rest: Expr = part / folds[0]
    return None if term.has(Sum, LargestOf) else rest * term.xreplace({index: k})
