"""Jacobians in terms of the outputs, y = f(v), taken apart for products with them: y_i*(delta_ij - y_j) for softmax."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, Mul, S, expand

from ..definition import Definition
from ..errors import NotSupportedError
from ..facts.vectors import jacobian_in_outputs
from ..symbols import i, j, real
from .vector_builder import OWN

__all__ = ["output_jacobian"]

_other = real("other")


def output_jacobian(definition: Definition) -> tuple[Expr, list[tuple[Expr, Expr]]]:
    """Return the Jacobian as a diagonal and products of a weight and a slope, all expressions in OWN.

    d f_i/d v_j is diagonal(y_i) if i = j, plus the sum of weight(y_i)*slope(y_j). It is proved by putting the formula of y
    in. Raises NotSupportedError where no such form is found.
    """
    found = jacobian_in_outputs(definition, OWN, _other) if definition.expr.has(i) else None
    if found is None:
        raise NotSupportedError(
            f"the derivative of {definition.name} can't be had from its output: no form in terms of it was found; "
            "vjp() with saved='input' takes x"
        )
    delta = KroneckerDelta(i, j)
    beside = expand(found.xreplace({delta: S.Zero}))
    diagonal = expand(found.xreplace({delta: S.One}) - beside).xreplace({_other: OWN})
    return diagonal, _products(definition, beside)


def _products(definition: Definition, expr: Expr) -> list[tuple[Expr, Expr]]:
    """Pairs of a function of the own output and one of the other, whose products sum to an expression."""
    slopes: dict[Expr, Expr] = {}
    for term in expr.as_ordered_terms() if expr != 0 else ():
        factors = Mul.make_args(term)
        weight = Mul(*(factor for factor in factors if factor.has(OWN)))
        slope = term / weight
        if slope.has(OWN) or weight.has(_other):
            raise NotSupportedError(
                f"the derivative of {definition.name} in terms of its outputs isn't a sum of products"
            )
        slopes[weight] = slopes.get(weight, S.Zero) + slope.xreplace({_other: OWN})
    return list(slopes.items())
