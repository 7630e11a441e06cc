"""The derivative of a function that repeats itself, with its switches as conditions instead of infinitely many pieces."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from sympy import And, Expr, Piecewise, S, diff, nan
from sympy.logic.boolalg import Boolean

from ..errors import UndecidedError
from ..proof.functions.switches import choose, next_switch, surfaces
from .cycle import Cycle
from .forms import textbook
from .smoothness import joins

__all__ = ["derivative_of_cycle"]

#: Combinations of signs that are written out.
MOST = 16


def derivative_of_cycle(found: Cycle) -> Expr:
    """Return f′, without a value where f isn't differentiable."""
    x = found.variable
    open_ones = bool(joins(found.land))
    branches = list(_branches(found.expr, S.true, found, open_ones))
    if len(branches) > MOST:
        raise UndecidedError(f"the derivative of {found.expr} has more than {MOST} cases")
    if len(branches) == 1:
        slope = branches[0][0]
    elif open_ones:
        slope = Piecewise(*branches)
    else:
        slope = Piecewise(*branches[:-1], (branches[-1][0], True))
    return found.scale * slope.subs(x, found.scale * x)


def _branches(expr: Expr, condition: Boolean, found: Cycle, strict: bool) -> Iterator[tuple[Expr, Boolean]]:
    """Yield the derivative of every combination of signs of what the switches depend on, with its condition."""
    node = next_switch(expr)
    if condition == S.false or expr.has(nan):
        return
    if node is None:
        yield textbook(diff(expr, found.variable), found.known, found.variable), condition
        return
    places = surfaces(node)
    allowed = [sorted(found.known.signs(g) - {0}, reverse=True) or [0] for g in places]
    for signs in product(*allowed):
        chosen = choose(node, dict(zip(places, signs, strict=True)))
        sides = (
            S.true if len(ways) == 1 else (g > 0 if s > 0 else g < 0) if strict else (g >= 0 if s > 0 else g <= 0)
            for g, s, ways in zip(places, signs, allowed, strict=True)
        )
        yield from _branches(expr.xreplace({node: chosen}), And(condition, *sides), found, strict)
