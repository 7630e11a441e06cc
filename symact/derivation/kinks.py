"""Remarks on points: where a derivative doesn't exist and what is used there, and where a form of it has no value."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import CRootOf, Eq, Expr, Ne, PolynomialError, Symbol, count_ops, diff, fraction, real_roots, together

from ..facts.forms import textbook
from ..facts.record import Facts
from ..proof.functions.pieces import Join
from ..symbols import f
from .notation import derivative_goal
from .steps import Prose
from .written import lies_in

__all__ = ["kinks", "left_out"]

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


def left_out(facts: Facts, relations: Iterable[Expr | None]) -> tuple[Prose, ...]:
    """Return where forms of f′ in terms of f, one a piece, divide by 0 although f′ exists, as (1 + x - f) f/x does at 0.

    For some values of parameters they may divide by 0 everywhere.
    """
    x = facts.variable
    remarks: list[Prose] = []
    for piece, relation in zip(facts.pieces.pieces, relations, strict=True):
        below = [] if relation is None else fraction(together(relation))[1].as_ordered_factors()
        given = (e.as_base_exp()[0] for e in below if e.free_symbols and not e.has(x, f))
        remarks += [("The form in terms of f is for ", Ne(e, 0), ".") for e in given if 0 in facts.known.signs(e)]
        for factor in (e.as_base_exp()[0] for e in below if e.has(x) and not e.has(f)):
            if 0 not in facts.known.signs(factor):
                continue
            zeros = _zeros(factor, x)
            if zeros is None:
                remarks.append(("The form in terms of f isn't defined where ", Eq(factor, 0), "."))
                continue
            for at in zeros:
                if lies_in(at, piece, facts.known):
                    goal, value = (
                        derivative_goal(x, 1).subs(x, at),
                        textbook(diff(piece.expr, x).subs(x, at), facts.known),
                    )
                    remarks.append(
                        ("At ", Eq(x, at), " the form in terms of f isn't defined; there ", Eq(goal, value), ".")
                    )
    return tuple(dict.fromkeys(remarks))


def _zeros(factor: Expr, x: Symbol) -> list[Expr] | None:
    """The real zeros of a polynomial in x; None where it is none, or they have no closed form."""
    try:
        roots = real_roots(factor)
    except (PolynomialError, NotImplementedError):
        return None
    return None if any(root.has(CRootOf) for root in roots) else roots
