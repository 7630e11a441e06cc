"""Callables made for activations: compile_function() and its kin derive them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from threading import RLock
from typing import Any, TypeVar

from sympy import Expr, Symbol

from ..deadline import deadline
from ..definition import Definition
from ..errors import InputError, NotSupportedError, OutOfTimeError
from .callables import ExactFunction, NumpyFunction, OutputPullback, Pullback, ValueAndGradient
from .forks import free_after_fork
from .parameters import with_values
from .source import ORDERS, Source, programs
from .stored import source
from .vector import (
    VectorFunction,
    VectorOutputPullback,
    VectorPullback,
    compile_vector,
    compile_vector_output_pullback,
    compile_vector_pullback,
)

__all__ = ["compile_function", "compile_pullback", "compile_value_and_gradient"]

MODES = ("accurate", "fast", "exact")
SAVED = ("input", "output")
#: Seconds for the search of a derivative in terms of the output.
PATIENCE = 30.0
#: Threads that want the same function wait for the first of them.
_DERIVING = free_after_fork(RLock())

Found = TypeVar("Found")


def compile_function(
    definition: Definition, order: int = 0, values: Mapping[Symbol, Expr] = {}, mode: str = "accurate"
) -> NumpyFunction | VectorFunction:
    """Return an activation, or its derivative of order 1 or 2, as a NumPy callable; `values` replace the defaults of parameters.

    In the mode "accurate" float32 results are within one unit in the last place: they come from polynomials in float32
    where these are measured to be so near, else from float64. "fast" computes them in float32, to about three units.
    "exact" rounds every result correctly, and is several times slower in float32, thousands of times in float64. Raises
    InputError for another order or mode, NotSupportedError for a function that has no floating-point operation.
    """
    if order not in ORDERS:
        raise InputError(f"the order must be 0, 1 or 2, not {order}")
    if definition.vector:
        return compile_vector(definition, order, _checked_vector(definition, values, mode))
    kind = ExactFunction if mode == "exact" else NumpyFunction
    found: NumpyFunction = _made(kind, with_values(definition, values), (order,), _mode(mode))
    return found


def compile_pullback(
    definition: Definition, values: Mapping[Symbol, Expr] = {}, mode: str = "accurate", saved: str = "input"
) -> Pullback | VectorPullback | VectorOutputPullback:
    """Return (x, g) -> g*f'(x) as a NumPy callable; arguments and errors as for `compile_function`.

    For a function of a vector it is the product with the Jacobian. With saved="output" the callable takes y = f(x) in
    place of x; NotSupportedError is raised where that doesn't tell the slope, OutOfTimeError where the search for it
    takes too long.
    """
    if saved not in SAVED:
        raise InputError(f"saved must be input or output, not {saved!r}")
    if definition.vector:
        compiled = _vector_from_output if saved == "output" else compile_vector_pullback
        return compiled(definition, _checked_vector(definition, values, mode))
    _check_fused(definition, mode)
    if saved == "output":
        return _from_output(with_values(definition, values), _mode(mode))
    found: Pullback = _made(Pullback, with_values(definition, values), (1,), _mode(mode))
    return found


def compile_value_and_gradient(
    definition: Definition, values: Mapping[Symbol, Expr] = {}, mode: str = "accurate"
) -> ValueAndGradient:
    """Return x -> (f(x), f'(x)) as a NumPy callable; arguments and errors as for `compile_function`."""
    _check_fused(definition, mode)
    found: ValueAndGradient = _made(ValueAndGradient, with_values(definition, values), (0, 1), _mode(mode))
    return found


def _checked_vector(definition: Definition, values: Mapping[Symbol, Expr], mode: str) -> bool:
    """Whether the mode is fast."""
    if values:
        raise InputError(f"{definition.name} has no parameter {next(iter(values))}")
    if mode == "exact":
        raise InputError(
            f"the mode exact is for functions of one number; for {definition.name} it must be accurate or fast"
        )
    return _mode(mode)


def _check_fused(definition: Definition, mode: str) -> None:
    if mode == "exact":
        raise InputError("the mode exact is for single functions; here it must be accurate or fast")
    if definition.vector:
        raise NotSupportedError(f"{definition.name} is a function of a vector; this is for functions of one number")


def _mode(mode: str) -> bool:
    if mode not in MODES:
        raise InputError(f"the mode must be accurate, fast or exact, not {mode!r}")
    return mode == "fast"


@lru_cache(maxsize=1024)
def _made(kind: Callable[..., Any], definition: Definition, orders: tuple[int, ...], fast: bool) -> Any:
    return kind(*(_source(definition, order, fast) for order in orders))


@lru_cache(maxsize=256)
def _from_output(definition: Definition, fast: bool) -> OutputPullback:
    from .saved import slope_of_output  # facts take long to load

    return OutputPullback(_source(_searched(slope_of_output, definition), 0, fast))


@lru_cache(maxsize=64)
def _vector_from_output(definition: Definition, fast: bool) -> VectorOutputPullback:
    from .vector_saved import output_jacobian

    return compile_vector_output_pullback(definition, _searched(output_jacobian, definition), fast)


def _searched(search: Callable[[Definition], Found], definition: Definition) -> Found:
    """The derivative in terms of the output."""
    try:
        with deadline(PATIENCE):
            return search(definition)
    except OutOfTimeError as reason:
        raise OutOfTimeError(
            f"the search for the derivative of {definition.name} in terms of its output: {reason}; "
            "vjp() with saved='input' takes x"
        ) from None


def _source(definition: Definition, order: int, fast: bool) -> Source:
    with _DERIVING:
        return _derived(definition, order, fast)


@lru_cache(maxsize=512)
def _derived(definition: Definition, order: int, fast: bool) -> Source:
    return source(definition, order, fast, programs)
