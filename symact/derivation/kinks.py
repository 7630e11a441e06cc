"""Remarks on kinks: where a derivative doesn't exist, and what is used there by convention."""

from __future__ import annotations

from sympy import Eq, count_ops

from ..facts.record import Facts
from ..proof.functions.pieces import Join
from .steps import Prose

__all__ = ["kinks"]

#: Operations of the longest formula that stands in a sentence.
LONGEST_IN_TEXT = 8


def kinks(facts: Facts) -> tuple[Prose, ...]:
    """Return where the derivative doesn't exist, and what is used there by convention."""
    remarks: list[Prose] = []
    for join, slope in zip(facts.joins, facts.derivative.joins, strict=True):
        here = ("At ", Eq(facts.variable, join.at))
        if join.value is None:
            remarks.append((*here, " the function isn't defined."))
        elif not join.continuous:
            remarks.append((*here, " the function jumps."))
        if slope.value is not None and not slope.continuous and slope.left is not None and slope.right is not None:
            remarks.append((*here, *_slopes(slope)))
    return tuple(remarks)


def _slopes(slope: Join) -> Prose:
    """Both slopes and the one used, in words where the formulas are too long for a sentence."""
    if max(map(count_ops, (slope.left, slope.value, slope.right))) <= LONGEST_IN_TEXT:
        sides = " the slopes from the left and the right are ", slope.left, " and ", slope.right
        return (*sides, "; by convention the derivative there is taken as ", slope.value, ".")
    used = {slope.right: "the slope from the right", slope.left: "the slope from the left"}.get(
        slope.value, slope.value
    )
    return (
        " the slopes from the left and the right differ; by convention the derivative there is taken as ",
        used,
        ".",
    )
