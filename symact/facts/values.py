"""Values put in for parameters, so that what the expression is defined for stays as it was written."""

from __future__ import annotations

from collections.abc import Mapping

from sympy import And, Expr, Piecewise, Pow, S, Symbol

from ..errors import NotSupportedError
from ..proof.algebra.assume import Assumptions
from ..proof.functions.shape import as_condition
from ..proof.functions.switches import obstacles

__all__ = ["check_exponents", "with_values"]


def with_values(expr: Expr, values: Mapping[Symbol, Expr]) -> Expr:
    """Return `expr` with values for parameters; where that cancels a denominator, as in a/x at a = 0, its hole is kept."""
    if not values:
        return expr
    if isinstance(expr, Piecewise):
        return Piecewise(*((with_values(value, values), condition.subs(values)) for value, condition in expr.args))
    found = expr.subs(values)
    kept = {g for g, _ in obstacles(found)}
    lost = [(g.subs(values), allowed) for g, allowed in obstacles(expr)]
    conditions = [as_condition(g, allowed) for g, allowed in lost if g not in kept]
    condition = And(*conditions)
    return found if condition == S.true else Piecewise((found, condition))


def check_exponents(expr: Expr, x: Symbol, known: Assumptions) -> None:
    """Raise NotSupportedError where the domain depends on a parameter in an exponent: x**a is defined at 0 for some a only."""
    for node in expr.atoms(Pow):
        base, power = node.args
        if power.free_symbols - {x} and known.signs(base) != {1}:
            raise NotSupportedError(f"where {node} is defined depends on its exponent; give it a value")
