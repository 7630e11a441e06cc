"""The exact value of an expression with switches at a point."""

from __future__ import annotations

from sympy import Expr, Symbol, nan, oo, zoo

from ...errors import UnknownSignError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero
from ..algebra.vanishing import vanishes_at_root
from ..numbers.implicit import ImplicitRoot
from .switches import choose, next_switch, obstacles, surfaces

__all__ = ["value_of"]


def value_of(expr: Expr, x: Symbol, point: Expr, known: Assumptions) -> Expr | None:
    """Return the exact value at a point, None where the expression is undefined there."""
    while True:
        if expr.has(nan, zoo):
            return None
        for g, allowed in obstacles(expr):
            if g.has(x) and not known.signs(g) <= allowed:
                value = value_of(g, x, point, known)
                if value is None or _certain_sign(value, known) not in allowed:
                    return None
        node = next_switch(expr)
        if node is None:
            break
        signs = {}
        for surface in surfaces(node):
            value = value_of(surface, x, point, known)
            if value is None:
                return None
            signs[surface] = _certain_sign(value, known)
        expr = expr.xreplace({node: choose(node, signs)})
    value = expr.subs(x, point)
    return None if value.has(nan, zoo, oo, -oo) else value


def _certain_sign(value: Expr, known: Assumptions) -> int:
    if value.has(ImplicitRoot) and vanishes_at_root(value):
        return 0
    sign = known.sign(value)
    if sign is None and is_zero(value, known.relations) is True:
        return 0
    if sign is None:
        raise UnknownSignError(value)
    return sign
