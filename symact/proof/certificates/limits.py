"""The checker's limits of expressions with switches: what they are near an end, and where they tend to."""

from __future__ import annotations

from sympy import Expr, Piecewise, Symbol, nan, oo, zoo

from ...errors import UndecidedError
from ..algebra.assume import Assumptions
from ..functions.switches import choose, next_switch, obstacles, surfaces
from ..steps.comparison import number_sign
from .landau import limit, sign_near

__all__ = ["limit_at", "limit_of_value", "near"]


def limit_at(expr: Expr, x: Symbol, end: Expr, side: int, known: Assumptions) -> Expr:
    """Return the limit of a smooth `expr` at an end, by its value there where it is certainly continuous.

    `known` holds relations without x. Raises UndecidedError or NotSupportedError where it isn't found.
    """
    if end not in (oo, -oo):
        clear = all(known.signs(g.subs(x, end)) <= set(allowed) - {0} for g, allowed in obstacles(expr))
        value = expr.subs(x, end) if clear else nan
        if not value.has(nan, zoo, oo, -oo):
            return value
    return limit(expr, x, end, side, known)


def limit_of_value(expr: Expr, x: Symbol, end: Expr, side: int, known: Assumptions) -> Expr | None:
    """Return the limit of `expr`, which may switch, at an end; None where it isn't defined close to it."""
    smooth = near(expr, x, end, side, known)
    return None if smooth is None else limit_at(smooth, x, end, side, known)


def near(expr: Expr, x: Symbol, end: Expr, side: int, known: Assumptions) -> Expr | None:
    """Return the smooth expression that `expr` is close to an end; None where it isn't defined there."""
    if not expr.has(Piecewise) and not _defined(expr, x, end, side, known):
        return None
    while (node := next_switch(expr)) is not None:
        signs: dict[Expr, int] = {}
        for surface in surfaces(node):
            smooth = near(surface, x, end, side, known)
            if smooth is None:
                return None
            signs[surface] = _sign(smooth, x, end, side, known)
        if not isinstance(node, Piecewise) and any(near(a, x, end, side, known) is None for a in node.args):
            return None
        expr = expr.xreplace({node: choose(node, signs)})
    if expr.has(nan, zoo) or not _defined(expr, x, end, side, known):
        return None
    return expr


def _defined(expr: Expr, x: Symbol, end: Expr, side: int, known: Assumptions) -> bool:
    """Whether every condition of the domain holds close to the end; inner ones may themselves switch."""
    for g, allowed in obstacles(expr):
        if known.signs(g) <= set(allowed):
            continue
        smooth = near(g, x, end, side, known) if next_switch(g) is not None else g
        if smooth is None or _sign(smooth, x, end, side, known) not in allowed:
            return False
    return True


def _sign(g: Expr, x: Symbol, end: Expr, side: int, known: Assumptions) -> int:
    signs = known.signs(g)
    if len(signs) == 1:
        return next(iter(signs))
    if not g.has(x):
        found = number_sign(g) if not g.free_symbols else None
        if found is None:
            raise UndecidedError(f"the sign of {g} was not found")
        return found
    return sign_near(g, x, end, side, known)
