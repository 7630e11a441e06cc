"""Statements about the largest of terms: it is at most a bound where each of the terms is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from sympy import Add, Expr, Mul, Symbol

from ...symbols import LargestOf
from .abstraction import Problem
from .instances import Names
from .sums import innermost

__all__ = ["term_by_term"]

_MIRRORED = {">": "<", ">=": "<="}


def term_by_term(problem: Problem) -> Problem:
    """Return the statement with c*max e_k + a <= b written as c*e_k + a <= b for every k, where c > 0 is a number.

    The two are equivalent; the index k becomes one of the statement. Other statements are returned as they are.
    """
    left, op, right = problem.left, problem.op, problem.right
    if op in _MIRRORED:
        left, op, right = right, _MIRRORED[op], left
    if op not in ("<", "<="):
        return problem
    taken = {s.name for part in (left, right, *problem.relations) for s in part.free_symbols}
    names = (f"k{number}" for number in count(1))
    indices = (Symbol(name, integer=True, positive=True) for name in names if name not in taken)
    lowered, raised = _opened(left, 1, indices), _opened(right, -1, indices)
    if (lowered, raised) == (left, right):
        return problem
    integers = Names.of((lowered, raised, *problem.relations))
    return replace(problem, left=lowered, op=op, right=raised, names=integers)


def _opened(side: Expr, sign: int, indices: Iterator[Symbol]) -> Expr:
    """A side with a term in place of each maximum that is added with a coefficient of this sign."""
    return Add(*(_term(part, sign, indices) for part in Add.make_args(side)))


def _term(part: Expr, sign: int, indices: Iterator[Symbol]) -> Expr:
    number, rest = part.as_coeff_Mul()
    if not isinstance(rest, LargestOf) or not (number * sign).is_positive:
        return part
    term, index, low, _ = innermost(rest)
    return Mul(number, term.xreplace({index: next(indices)})) if low == 1 else part
