"""Lines that a function approaches."""

from __future__ import annotations

from sympy import Expr, expand, oo

from ..proof.asymptotics.ends import limit_at
from ..proof.functions.pieces import Pieces

__all__ = ["asymptote"]


def asymptote(pieces: Pieces, side: int) -> Expr | None:
    """Return a*x + b with f(x) - (a*x + b) → 0 at -oo (side = -1) or oo (side = 1), None where there is no such line.

    a = lim f(x)/x and b = lim (f(x) - a*x).
    """
    limit = pieces.limit(side)
    if limit is None or limit not in (oo, -oo):
        return limit
    x, known, point = pieces.variable, pieces.known, side * oo
    expr = pieces.pieces[0 if side < 0 else -1].expr
    slope = limit_at(expr / x, x, point, -side, known)
    if slope is None or slope in (oo, -oo):
        return None
    offset = limit_at(expand(expr - slope * x), x, point, -side, known)
    return None if offset is None or offset in (oo, -oo) else slope * x + offset
