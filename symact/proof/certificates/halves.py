"""The checker's expectations as integrals over half of the line, and whether they exist."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy import Expr, Symbol, exp, oo
from sympy.core.relational import Relational

from ..algebra.assume import Assumptions, assuming
from ..functions.switches import obstacles
from ..steps.cases import signs_of
from .cells import cells
from .limits import limit_at
from .requirements import require

__all__ = ["check_exists", "folded"]


def check_exists(expr: Expr, z: Symbol, relations: Sequence[Relational]) -> None:
    """Refuse an expression of which it isn't confirmed that E[|expr|] is finite for z ~ N(0, 1)."""
    folded(expr, z, assuming(*(r for r in relations if z not in r.free_symbols)))


def folded(expr: Expr, z: Symbol, known: Assumptions) -> Expr:
    """Return f(z) + f(-z) for z > 0, where both are smooth and the integrals over both half-lines converge absolutely."""
    sides = []
    for mirrored in (expr, expr.subs(z, -z)):
        found = [c for c in cells((mirrored,), (*known.relations, z > 0)) if not any(g.has(z) for g in c.walls)]
        require(len(found) == 1, "the halves of the function have several pieces")
        (smooth,) = found[0].exprs
        for g, allowed in obstacles(smooth):
            require(signs_of(g, found[0].relations) <= set(allowed) - {0}, f"{smooth} isn't known to be smooth")
        require(limit_at(smooth * exp(-(z**2) / 4), z, oo, 1, known) == 0, "the tails may not converge")
        require(limit_at(smooth, z, sp.S.Zero, 1, known) not in (oo, -oo), "the function is not bounded near 0")
        sides.append(smooth)
    return sides[0] + sides[1]
