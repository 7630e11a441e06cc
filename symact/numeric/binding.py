"""Programs made ready to run: each step becomes a call of a NumPy function."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import runtime
from .fused import FUSED
from .operations import OPERATIONS
from .program import Place, Program, Step, Steps

__all__ = ["bind", "evaluate_constants", "function"]


def bind(program: Program, parameters: int) -> runtime.Kernel:
    """Return the program ready to run."""
    names = ["x", "out", *(f"work{k}" for k in range(program.floats)), *(f"mask{k}" for k in range(program.masks))]

    def code(steps: Steps) -> runtime.Code:
        constants: list[Any] = []
        prepared: list[tuple[Callable[..., Any], list[int]]] = []
        base = len(names) + parameters + len(program.uniform)
        for step in steps.steps:
            places = []
            for item in (*step.args, step.out):
                if isinstance(item, tuple):
                    kind, k = item
                    offset = {"x": 0, "out": 1, "work": 2, "mask": 2 + program.floats, "uniform": len(names)}[kind]
                    places.append(offset + k)
                else:
                    places.append(base + len(constants))
                    constants.append(np.array(item, program.dtype))
            prepared.append((function(step.op), places))

        def run(x: Any, out: Any, work: list[Any], uniform: Sequence[Any]) -> None:
            places = [x, out, *work, *uniform, *constants]
            for operation, numbers in prepared:
                if len(numbers) == 3:
                    a, b, target = numbers
                    operation(places[a], places[b], out=places[target])
                else:
                    *args, target = numbers
                    operation(*[places[k] for k in args], out=places[target])

        return runtime.Code(run, steps.uses, steps.cost)

    def uniform(given: Sequence[Any]) -> list[Any]:
        return evaluated(program.uniform, given, np.dtype(program.dtype).type)

    return runtime.Kernel(
        program.dtype, uniform if program.uniform else list, program.bounds, program.closed, tuple(map(code, program.common)),
        tuple(map(code, program.regions)), program.points, program.limits, program.floats, program.masks, program.natural,
        program.exact,
    )  # fmt: skip


def evaluated(steps: Sequence[Step], given: Sequence[Any], kind: Callable[[float], Any]) -> list[Any]:
    """Return the values of the parameters followed by the results of steps that need nothing else."""
    values = list(given)
    for step in steps:
        args = [values[a[1]] if isinstance(a, tuple) else kind(a) for a in step.args]
        values.append(np.where(*args) if step.op == "select" else function(step.op)(*args))
    return values


def evaluate_constants(steps: Sequence[Step], result: Place, given: Sequence[Any]) -> Any:
    """Return the value at a place, for the values of the parameters."""
    return evaluated(steps, given, np.float64)[result[1]] if isinstance(result, tuple) else result


def function(op: str) -> Callable[..., Any]:
    """Return what does an operation, called with its arguments and where the result goes."""
    if op == "select":
        return runtime.select
    if op == "copy":
        return _copy
    if op in FUSED:
        return FUSED[op]
    return getattr(np, OPERATIONS[op].ufunc)  # type: ignore[no-any-return]


def _copy(value: Any, out: Any) -> None:
    np.copyto(out, value)
