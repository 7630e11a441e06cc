"""NumPy callables of activations: compile_function() derives them, NumpyFunction runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from sympy import Expr, Symbol, oo

from ..definition import Definition
from ..errors import InputError
from . import runtime
from .binding import bind
from .parameters import NumericParameter, parameter_data, with_values
from .program import Program
from .rounding import exactly, nearest
from .samples import parameter_points
from .stable import Report, stabilise
from .subject import subject
from .vector import VectorFunction, compile_vector

__all__ = ["NumpyFunction", "Source", "compile_function", "programs"]

MODES = ("accurate", "fast")
ORDERS = {0: "", 1: "_derivative", 2: "_second_derivative"}


@dataclass(frozen=True)
class Source:
    """Everything about a callable but the running of it, as plain data.

    Programs by dtype, those for the defaults apart; the measured errors with the defaults; what each region computes, and
    whether it was proved equal to the definition.
    """

    name: str
    order: int
    doc: str
    parameters: tuple[NumericParameter, ...]
    general: Mapping[str, Program]
    default: Mapping[str, Program]
    bound: Mapping[str, float]
    forms: tuple[tuple[str, str], ...]


class NumpyFunction:
    """f(x, out=None, **parameters) over arrays, lists and scalars.

    Integers become float64; float16, float32 and float64 are kept, and so is the shape, after broadcasting with parameters
    that are arrays. NaN gives NaN, ±inf the limit (NaN where there is none), and so does a point outside the domain. No
    warning is ever issued. `bound` has the largest error that was measured, in units in the last place, by dtype.
    Raises TypeError for other dtypes and InputError for a parameter outside its domain.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.__name__ = self.__qualname__ = source.name
        self.__doc__ = source.doc

    @property
    def order(self) -> int:
        """How often the activation is differentiated."""
        return self.source.order

    @property
    def bound(self) -> dict[str, float]:
        """The largest measured error in units in the last place, by dtype."""
        return dict(self.source.bound)

    @cached_property
    def _general(self) -> dict[str, runtime.Kernel]:
        return {name: bind(p, len(self.source.parameters)) for name, p in self.source.general.items()}

    @cached_property
    def _default(self) -> dict[str, runtime.Kernel]:
        return {name: bind(p, 0) for name, p in self.source.default.items()}

    def __call__(self, x: Any, out: Any = None, **parameters: Any) -> Any:
        """Return the value at x, in `out` if given."""
        if not parameters and self._default:
            return runtime.apply(self._default, x, out, ())
        known = self.source.parameters
        if not known and not parameters:
            return runtime.apply(self._general, x, out, ())
        values = self._values(parameters)
        if self._default and all(p.is_default(value) for p, value in zip(known, values, strict=True)):
            return runtime.apply(self._default, x, out, ())
        return runtime.apply(self._general, x, out, values)

    def _values(self, parameters: Mapping[str, Any]) -> list[Any]:
        """Return the values of all parameters in order, checked."""
        known = self.source.parameters
        unknown = set(parameters) - {p.name for p in known}
        if unknown:
            names = ", ".join(p.name for p in known) or "none"
            raise TypeError(f"{self.__name__}() has no parameter {unknown.pop()!r}; its parameters: {names}")
        missing = [p.name for p in known if p.default is None and p.name not in parameters]
        if missing:
            raise TypeError(f"{self.__name__}() needs a value for {', '.join(missing)}")
        values = [runtime.real(p.name, parameters.get(p.name, p.default)) for p in known]
        for p in known:
            if p.condition is not None and not np.all(p.holds(values)):
                raise InputError(f"{p.name} must satisfy {p.condition.text}")
        return values

    def __reduce__(self) -> tuple[Any, ...]:
        return NumpyFunction, (self.source,)

    def __repr__(self) -> str:
        names = "".join(
            f", {p.name}" + ("" if p.default is None else f"={p.default:.6g}") for p in self.source.parameters
        )
        return f"<NumpyFunction {self.__name__}(x, out=None{names})>"


def compile_function(
    definition: Definition, order: int = 0, values: Mapping[Symbol, Expr] = {}, mode: str = "accurate"
) -> NumpyFunction | VectorFunction:
    """Return an activation, or its derivative of order 1 or 2, as a NumPy callable; `values` replace the defaults of parameters.

    The mode "accurate" rounds float32 results almost always correctly, by computing in float64; "fast" computes them in
    float32. Raises InputError for another order or mode, NotSupportedError for a function that has no floating-point
    operation.
    """
    if order not in ORDERS:
        raise InputError(f"the order must be 0, 1 or 2, not {order}")
    if definition.vector:
        if values:
            raise InputError(f"{definition.name} has no parameter {next(iter(values))}")
        return compile_vector(definition, order)
    if mode not in MODES:
        raise InputError(f"the mode must be {' or '.join(MODES)}, not {mode!r}")
    return _compiled(with_values(definition, values), order, mode == "fast")


@lru_cache(maxsize=512)
def _compiled(definition: Definition, order: int, fast: bool) -> NumpyFunction:
    return NumpyFunction(programs(definition, order, fast))


def programs(definition: Definition, order: int, fast: bool = False) -> Source:
    """Return the data of a callable."""
    parameters = parameter_data(definition)
    found = [p for p in definition.parameters if p.default is not None]
    special = None
    if definition.parameters and len(found) == len(definition.parameters):
        defaults = {p.symbol: p.default for p in found}
        slopes = tuple((at.subs(defaults), slope.subs(defaults)) for at, slope in definition.slopes)
        special = replace(definition, expr=definition.expr.subs(defaults), parameters=(), slopes=slopes)
    with np.errstate(all="ignore"):
        general, reports = _stable(definition, order, fast)
        default, default_reports = _stable(special, order, fast) if special is not None else ({}, {})
    # at an infinite default a piece is missing that the general program has
    finite = all(p.default not in (oo, -oo) for p in found)
    exact = finite and all(p.default == exactly(nearest(p.default)) for p in found)
    if default and exact and not _needed(default, general, reports):
        default, default_reports = {}, {}
    bound = {dtype: max(report.error, 0.5) for dtype, report in (default_reports or reports).items()}
    forms = tuple(
        dict.fromkeys(form for r in (reports, default_reports) for report in r.values() for form in report.forms)
    )
    doc = _doc(definition, order, bound)
    return Source(definition.name + ORDERS[order], order, doc, parameters, general, default, bound, forms)


def _stable(definition: Definition, order: int, fast: bool) -> tuple[dict[str, Program], dict[str, Report]]:
    found = subject(definition, order)
    stable = stabilise(found, parameter_points(definition.parameters, found.known), fast)
    return stable.programs, stable.reports


def _needed(special: Mapping[str, Program], general: Mapping[str, Program], reports: Mapping[str, Report]) -> bool:
    """Whether programs for the defaults are worth having: unless the general ones are as cheap and rounded correctly."""
    cost, other = (
        {dtype: max(s.cost for s in p.regions) + sum(s.cost for s in p.common) for dtype, p in found.items()}
        for found in (special, general)
    )
    return any(cost[d] < 0.85 * other[d] or reports[d].error > 0.5 for d in special)


def _doc(definition: Definition, order: int, bound: Mapping[str, float]) -> str:
    x = definition.variable
    what = {0: "", 1: "the derivative of ", 2: "the second derivative of "}[order]
    lines = [f"{definition.title}: {what}{definition.name}({x}) = {definition.expr}, elementwise.", ""]
    for p in definition.parameters:
        default = "required" if p.default is None else f"default {p.default}"
        domain = "" if p.assume == True else f", {p.assume}"  # noqa: E712
        lines.append(
            f"{p.symbol}: {p.meaning or 'a parameter'} ({default}{domain}); a number or an array that broadcasts."
        )
    lines.append("x: a number, a list or an array; float16, float32 and float64 are kept, integers become float64.")
    lines.append("out: an array for the result. NaN gives NaN, ±inf the limit; no warnings.")
    errors = ", ".join(f"{error:.2g} in {dtype}" for dtype, error in sorted(bound.items()))
    lines.append(f"Largest measured error in units in the last place: {errors}.")
    if definition.source:
        lines.append(f"Source: {definition.source}.")
    return "\n".join(lines)
