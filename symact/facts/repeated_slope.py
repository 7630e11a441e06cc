"""The derivative of a function that repeats itself, with its switches as conditions instead of infinitely many pieces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from sympy import And, Expr, Piecewise, S, Symbol, diff, nan
from sympy.logic.boolalg import Boolean

from ..errors import UndecidedError
from ..proof.algebra.assume import Assumptions
from ..proof.functions.switches import choose, next_switch, surfaces
from .cycle import Cycle
from .forms import textbook
from .smoothness import joins

__all__ = ["derivative_branches", "derivative_of_cycle", "switched_derivative"]

#: Combinations of signs that are written out.
MOST = 16


def derivative_of_cycle(found: Cycle) -> Expr:
    """Return f′, without a value where f isn't differentiable."""
    x = found.variable
    slope = switched_derivative(found.expr, x, found.known, bool(joins(found.land)))
    return found.scale * slope.subs(x, found.scale * x)


def switched_derivative(expr: Expr, x: Symbol, known: Assumptions, broken: bool) -> Expr:
    """Return the derivative with the switches as conditions; without a value where it switches if f is `broken` there."""
    branches = list(derivative_branches(expr, S.true, x, known, broken))
    if len(branches) > MOST:
        raise UndecidedError(f"the derivative of {expr} has more than {MOST} cases")
    if len(branches) == 1:
        return branches[0][0]
    return Piecewise(*branches) if broken else Piecewise(*branches[:-1], (branches[-1][0], True))


def derivative_branches(
    expr: Expr, condition: Boolean, x: Symbol, known: Assumptions, strict: bool
) -> Iterator[tuple[Expr, Boolean]]:
    """Yield the derivative for every combination of signs of what the switches depend on, with its condition."""
    node = next_switch(expr)
    if condition == S.false or expr.has(nan):
        return
    if node is None:
        yield textbook(diff(expr, x), known, x), condition
        return
    places = surfaces(node)
    allowed = [sorted(known.signs(g) - {0}, reverse=True) or [0] for g in places]
    for signs in product(*allowed):
        chosen = choose(node, dict(zip(places, signs, strict=True)))
        sides = (
            S.true if len(ways) == 1 else (g > 0 if s > 0 else g < 0) if strict else (g >= 0 if s > 0 else g <= 0)
            for g, s, ways in zip(places, signs, allowed, strict=True)
        )
        yield from derivative_branches(expr.xreplace({node: chosen}), And(condition, *sides), x, known, strict)
