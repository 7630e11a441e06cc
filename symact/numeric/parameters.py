"""Parameters of a callable as plain data: name, default, and the condition its value must satisfy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sympy import Expr, S, Symbol

from ..definition import Definition
from ..errors import InputError
from .binding import evaluate_constants
from .direct import Direct
from .graph import Graph
from .program import Place, Step, constants
from .rounding import nearest

__all__ = ["Condition", "NumericParameter", "parameter_data", "with_values"]


@dataclass(frozen=True)
class Condition:
    """A condition on parameters as steps over their values; `text` is how it reads."""

    text: str
    steps: tuple[Step, ...]
    result: Place


@dataclass(frozen=True)
class NumericParameter:
    """A parameter: its default is None where a value is required."""

    name: str
    default: float | None
    condition: Condition | None

    def is_default(self, value: Any) -> bool:
        """Whether a value is the default."""
        return isinstance(value, int | float | np.number) and value == self.default

    def holds(self, values: Sequence[Any]) -> Any:
        """Return where the condition holds, for the values of all parameters."""
        assert self.condition is not None
        return evaluate_constants(self.condition.steps, self.condition.result, values)


def with_values(definition: Definition, values: Mapping[Symbol, Expr]) -> Definition:
    """Return the definition with other defaults; raise InputError for a value outside its domain."""
    if not values:
        return definition
    known = {p.symbol for p in definition.parameters}
    for symbol in values:
        if symbol not in known:
            raise InputError(f"{definition.name} has no parameter {symbol}")
    parameters = tuple(replace(p, default=values[p.symbol]) if p.symbol in values else p for p in definition.parameters)
    chosen = {p.symbol: p.default for p in parameters if p.default is not None}
    for p in parameters:
        if p.assume.subs(chosen) == S.false:
            raise InputError(f"{p.symbol} must satisfy {p.assume}")
    return replace(definition, parameters=parameters)


def parameter_data(definition: Definition) -> tuple[NumericParameter, ...]:
    """Return the parameters of a definition as data."""
    symbols = [p.symbol for p in definition.parameters]
    found = []
    for p in definition.parameters:
        condition = None
        if p.assume != S.true:
            graph = Graph()
            steps, result = constants(graph, Direct(graph).node(p.assume), symbols)
            condition = Condition(str(p.assume), steps, result)
        found.append(NumericParameter(p.symbol.name, None if p.default is None else nearest(p.default), condition))
    return tuple(found)
