"""Integrals over half of the line as half of those over all of it."""

from __future__ import annotations

from sympy import Expr, Rational, S, Symbol, oo

from ..algebra.field import is_zero

__all__ = ["part_of_line"]


def part_of_line(expr: Expr, v: Symbol, low: Expr, high: Expr) -> Expr | None:
    """Return 1 for the whole line, 1/2 for half of it if a smooth function is proved to be even, else None."""
    if (low, high) == (-oo, oo):
        return S.One
    if (low, high) in ((0, oo), (-oo, 0)) and is_zero(expr - expr.subs(v, -v)) is True:
        return Rational(1, 2)
    return None
