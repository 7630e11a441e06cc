"""The cases in which an expression in parameters is negative, zero and positive."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Eq, Expr, Symbol, expand
from sympy.core.relational import Relational

__all__ = ["sign_cases", "solved"]


def solved(gap: Expr, avoid: Symbol) -> tuple[Symbol, Expr] | None:
    """Return a symbol other than one to avoid, and its value, where gap = 0 is linear in it; None where there is none."""
    for symbol in sorted(gap.free_symbols - {avoid}, key=str):
        slope = gap.diff(symbol)
        if slope.is_Rational and slope != 0 and not symbol.is_integer:
            return symbol, expand(symbol - gap / slope)
    return None


def sign_cases(gap: Expr, avoid: Symbol) -> Iterator[tuple[Relational, tuple[Symbol, Expr] | None]]:
    """Yield gap < 0, gap = 0 and gap > 0, with what the equation says of a symbol other than one to avoid."""
    for condition in (gap < 0, Eq(gap, 0), gap > 0):
        yield condition, solved(gap, avoid) if isinstance(condition, Eq) else None
