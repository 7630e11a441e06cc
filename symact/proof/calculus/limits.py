"""One-sided and two-sided limits of expressions with switches, in the variable or in a parameter."""

from __future__ import annotations

from sympy import And, Eq, Expr, Piecewise, S, Symbol, nan, oo, zoo
from sympy.logic.boolalg import Boolean

from ...errors import UndecidedError, UnknownSignError
from ..algebra.assume import Assumptions
from ..asymptotics.ends import limit_at, sign_at_end
from ..functions.shape import same
from ..functions.sign_cases import NoValueError, by_cases
from ..functions.switches import choose, next_switch, obstacles, surfaces

__all__ = ["limit_in_cases", "near"]


def limit_in_cases(
    expr: Expr, v: Symbol, point: Expr, sides: tuple[int, ...], known: Assumptions
) -> list[tuple[Expr, Boolean]]:
    """Return lim expr for v → point from all sides given, as (value, condition) pairs in the other variables.

    A side on which the function isn't defined doesn't count. Raises NoValueError where there is no limit, UndecidedError where
    it isn't found.
    """
    cases = by_cases(lambda e, k: _limit(e, v, point, sides, k), expr, v, known)
    return [(value, And(*conditions)) for conditions, value in cases]


def near(expr: Expr, v: Symbol, point: Expr, side: int, known: Assumptions) -> Expr | None:
    """Return the smooth expression that `expr` is close to an end; None where it isn't defined there."""
    if not expr.has(Piecewise):
        # a resolved switch may hide where the whole is undefined: sign(x)/x is 0 at 0 only by name
        for g, allowed in obstacles(expr):
            inner = near(g, v, point, side, known) if not known.signs(g) <= allowed else g
            if inner is None or (inner is not g and _sign(inner, v, point, side, known) not in allowed):
                return None
    while (node := next_switch(expr)) is not None:
        if not isinstance(node, Piecewise) and any(near(a, v, point, side, known) is None for a in node.args):
            return None
        signs: dict[Expr, int] = {}
        for surface in surfaces(node):
            smooth = near(surface, v, point, side, known)
            if smooth is None:
                return None
            signs[surface] = _sign(smooth, v, point, side, known)
        expr = expr.xreplace({node: choose(node, signs)})
    if expr.has(nan, zoo):
        return None
    for g, allowed in obstacles(expr):
        if not known.signs(g) <= allowed and _sign(g, v, point, side, known) not in allowed:
            return None
    return expr


def _sign(g: Expr, v: Symbol, point: Expr, side: int, known: Assumptions) -> int:
    signs = known.signs(g)
    if len(signs) == 1:
        return next(iter(signs))
    if not g.has(v):
        if not g.free_symbols:
            raise UndecidedError(f"the sign of {g} was not found")
        raise UnknownSignError(g)
    return sign_at_end(g, v, point, side, known)


def _limit(expr: Expr, v: Symbol, point: Expr, sides: tuple[int, ...], known: Assumptions) -> Expr:
    found: list[Expr] = []
    for side in sides:
        smooth = near(expr, v, point, side, known)
        if smooth is None:
            continue
        value = limit_at(smooth, v, point, side, known)
        if value is None:
            raise NoValueError(f"{expr} has no limit as {v} tends to {point}")
        found.append(value)
    if not found:
        raise NoValueError(f"{expr} isn't defined near {v} = {point}")
    if len(found) == 2:
        equal = same(found[0], found[1], known)
        if equal is None or (equal is False and (found[0] - found[1]).free_symbols and _may_agree(found, known)):
            raise UndecidedError(f"whether the limits {found[0]} and {found[1]} are equal was not decided")
        if equal is False:
            raise NoValueError(f"the limits {found[0]} and {found[1]} of {expr} at {v} = {point} differ")
    return found[0]


def _may_agree(found: list[Expr], known: Assumptions) -> bool:
    if any(value in (oo, -oo) for value in found):
        return False
    return Eq(found[0], found[1]) != S.false and 0 in known.signs(found[0] - found[1])
