"""Limits at infinity, and lines that a function approaches there."""

from __future__ import annotations

from sympy import Expr, Symbol, expand, oo

from ..proof.algebra.assume import Assumptions
from ..proof.asymptotics.ends import limit_at
from .landscape import Landscape

__all__ = ["asymptote", "asymptotes", "end_limit"]


def end_limit(land: Landscape, end: Expr) -> Expr | None:
    """Return the limit of f at oo or -oo; None where it has none or isn't defined that far out."""
    piece = land.pieces[-1 if end == oo else 0]
    return land.limit(piece, end) if end in (piece.left, piece.right) else None


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
    limit = limit_at(expr, x, end, side, known)
    if limit is not None and limit not in (oo, -oo):
        return limit
    slope = limit_at(expr / x, x, end, side, known)
    if slope is None or slope in (oo, -oo):
        return None
    offset = limit_at(expand(expr - slope * x), x, end, side, known)
    return None if offset is None or offset in (oo, -oo) else slope * x + offset
