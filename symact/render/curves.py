"""Curves to plot: callables and the places of jumps and kinks, from facts."""

from __future__ import annotations

from sympy import oo

from ..errors import InputError, NotSupportedError, UndecidedError
from ..facts.record import Facts
from ..numeric import compile_function
from .latex import latex
from .plot import Curve

__all__ = ["curve"]


def curve(facts: Facts, label: str, derivative: bool = True) -> Curve:
    """Return the curve of a function of one variable; its parameters take their values or defaults.

    Raises InputError where a parameter has neither, NotSupportedError for a function of a vector.
    """
    definition = facts.definition
    if definition.vector:
        raise NotSupportedError(f"{definition.name} is a function of a vector and has no curve to plot")
    defaults = {p.symbol: p.default for p in definition.parameters if p.default is not None}
    values = {**defaults, **facts.values}
    missing = [p.symbol.name for p in definition.parameters if p.symbol not in values]
    if missing:
        raise InputError(f"{label} needs a value for {missing[0]}: add --set {missing[0]}=1")
    numbers = Facts(definition, values)
    jumps, kinks = _joins(numbers)
    return Curve(
        label,
        latex(numbers.expression),
        compile_function(definition, 0, values),
        compile_function(definition, 1, values) if derivative else None,
        jumps,
        kinks,
    )


def _joins(facts: Facts) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Jumps and kinks; where joins can't be located exactly, none are marked."""
    try:
        slopes = {join.at: join for join in facts.derivative.joins}
        jumps = tuple(float(j.at) for j in facts.joins if not j.continuous and j.at not in (oo, -oo))
        kinks = tuple(float(j.at) for j in facts.joins if j.continuous and not slopes[j.at].continuous)
    except (NotSupportedError, UndecidedError):
        return (), ()
    return jumps, kinks
