"""Curves to plot, from facts: callables, where they break, and what is marked."""

from __future__ import annotations

from dataclasses import replace

from sympy import Interval, Rational, oo

from ..errors import InputError, NotSupportedError, UndecidedError
from ..facts.landscape import landscape
from ..facts.record import Facts
from ..numeric import compile_function
from .latex import latex
from .marks import asymptotes, number, poles, turns
from .plot import Curve

__all__ = ["curve"]


def curve(facts: Facts, label: str, order: int = 1, interval: tuple[float, float] = (-5.0, 5.0)) -> Curve:
    """Return the curve of a function of one variable and its derivatives up to an order; parameters take their values or defaults.

    Turning points and poles are those within the interval.
    Raises InputError where a parameter has neither, NotSupportedError for a function of a vector.
    """
    definition = facts.definition
    if definition.vector:
        raise NotSupportedError(f"{definition.name} is a function of a vector and has no curve to plot")
    given = {p.symbol: facts.values.get(p.symbol, p.default) for p in definition.parameters}
    values = {symbol: value for symbol, value in given.items() if value is not None}
    missing = [symbol.name for symbol in given if symbol not in values]
    if missing:
        raise InputError(f"{label} needs a value for {missing[0]}: add --set {missing[0]}=1")
    numbers = Facts(definition, values)
    found = Curve(
        label,
        latex(numbers.expression),
        tuple(compile_function(definition, m, values) for m in range(order + 1)),
        _breaks(numbers),
    )
    ends = [Rational(repr(float(end))) for end in interval]
    try:
        # a function with infinitely many turning points has finitely many here
        land = landscape(numbers.expression, numbers.variable, numbers.known, Interval(*ends))
        return replace(found, turns=tuple(turns(land)), asymptotes=tuple(asymptotes(numbers)), poles=tuple(poles(land)))
    except (NotSupportedError, UndecidedError):
        return found


def _breaks(facts: Facts) -> tuple[tuple[float, ...], ...]:
    """Where f, f′ and f″ are discontinuous; where joins can't be located, none."""
    try:
        orders = (facts.pieces, facts.derivative, facts.second_derivative)
    except (NotSupportedError, UndecidedError):
        return ()
    return tuple(
        tuple(number(join.at) for join in pieces.joins if not join.continuous and join.at not in (oo, -oo))
        for pieces in orders
    )
