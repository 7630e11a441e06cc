"""Simplification as steps that have names: multiply out, common denominator, factor."""

from __future__ import annotations

from sympy import Expr, Symbol, count_ops

from ..facts.forms import LARGEST, rewritings
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import equal
from .steps import Step

__all__ = ["simplification_step"]

#: Two rewritings are tried on expressions of up to this many operations.
LARGEST_TWICE = 25


def simplification_step(before: Expr, after: Expr, known: Assumptions, x: Symbol) -> Step:
    """Return the step from an expression to a form that is proved equal to it, by one or two rewritings that have names.

    Without such names it is a simplification, which is proved all the same.
    """
    whole = Step("simplification", before, after)
    if count_ops(before) > LARGEST:
        return whole
    first = rewritings(before, x)
    if after in first:
        return Step(first[after] or whole.rule, before, after)
    if count_ops(before) > LARGEST_TWICE:
        return whole
    for middle, name in first.items():
        if not name or count_ops(middle) > LARGEST_TWICE:
            continue
        second = rewritings(middle, x)
        if second.get(after) and equal(middle, before, known.relations) is True:
            parts = (Step(name, before, middle), Step(second[after], middle, after))
            return Step(", ".join(dict.fromkeys(part.rule for part in parts)), before, after, substeps=parts)
    return whole
