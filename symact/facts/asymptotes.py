"""Limits at infinity, and lines that a function approaches there."""

from __future__ import annotations

from sympy import Expr, Symbol, diff, expand, oo

from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import is_zero
from ..proof.asymptotics.ends import limit_at
from ..proof.charts.oscillation import period
from .landscape import Landscape

__all__ = ["asymptote", "asymptotes", "end_limit"]


def end_limit(land: Landscape, end: Expr) -> Expr | None:
    """Return the limit of f at oo or -oo; None where it has none or isn't defined that far out."""
    piece = land.pieces[-1 if end == oo else 0]
    if end not in (piece.left, piece.right):
        return None
    return None if _repeats(piece.expr, land.variable) else land.limit(piece, end)


def _repeats(expr: Expr, x: Symbol) -> bool:
    """Whether a function is periodic and not constant, so that it has no limit."""
    return period(expr, x) is not None and is_zero(diff(expr, x)) is False


def asymptotes(land: Landscape) -> dict[str, Expr | None]:
    """Return the lines that f approaches at -oo and oo, None where there is none."""
    found: dict[str, Expr | None] = {}
    for end in (-oo, oo):
        piece = land.pieces[-1 if end == oo else 0]
        near = end in (piece.left, piece.right)
        found[str(end)] = asymptote(piece.expr, land.variable, end, land.known) if near else None
    return found


def asymptote(expr: Expr, x: Symbol, end: Expr, known: Assumptions) -> Expr | None:
    """Return a*x + b with expr - (a*x + b) → 0 at oo or -oo, None where there is no such line.

    a = lim expr/x and b = lim (expr - a*x).
    """
    side = -1 if end == oo else 1
    if _repeats(expr, x):
        return None
    limit = limit_at(expr, x, end, side, known)
    if limit is not None and limit not in (oo, -oo):
        return limit
    slope = limit_at(expr / x, x, end, side, known)
    if slope is None or slope in (oo, -oo):
        return None
    offset = limit_at(expand(expr - slope * x), x, end, side, known)
    return None if offset is None or offset in (oo, -oo) else slope * x + offset
