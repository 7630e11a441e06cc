"""Singularities that aren't any: a quotient of analytic functions that stays finite is analytic."""

from __future__ import annotations

from sympy import Expr, Symbol, diff, fraction, together

from ..algebra.assume import Assumptions
from ..algebra.field import equal
from .switches import obstacles

__all__ = ["is_analytic", "is_quotient", "is_removable"]


def is_analytic(expr: Expr, x: Symbol, at: Expr, known: Assumptions) -> bool:
    """Return whether nothing under a root, a logarithm or a fraction line vanishes at a point, for f and for f'."""
    parts = [*obstacles(expr), *obstacles(diff(expr, x))]
    return all(known.signs(g.subs(x, at)) <= (allowed - {0} if len(allowed) < 3 else allowed) for g, allowed in parts)


def is_quotient(expr: Expr, x: Symbol, at: Expr, known: Assumptions) -> bool:
    """Return whether an expression is certainly a quotient of two that are analytic at a point."""
    return all(is_analytic(part, x, at, known) for part in fraction(together(expr)))


def is_removable(before: Expr, after: Expr, x: Symbol, at: Expr, known: Assumptions) -> bool:
    """Return whether smooth expressions beside a point are the same function, analytic there if it has a limit at the point."""
    return is_quotient(before, x, at, known) and equal(before, after, known.relations) is True
