"""NumPy callables of functions of a vector: softmax and its kin, Jacobians, and what backpropagation needs of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from sympy import Expr

from ..definition import Definition
from ..errors import NotSupportedError
from . import vector_runtime
from .binding import function
from .llvm.kernels import row_kernel
from .vector_steps import WHOLE, VectorSource, output_pullback_steps, pullback_steps, vector_steps

__all__ = [
    "VectorFunction",
    "VectorOutputPullback",
    "VectorPullback",
    "compile_vector",
    "compile_vector_output_pullback",
    "compile_vector_pullback",
]


class _AlongAxis:
    """What both kinds of callables have: steps, and what runs them: a compiled ufunc of rows, or NumPy."""

    def __init__(self, source: VectorSource, fast: bool = False) -> None:
        self.source, self.fast = source, fast
        self.__name__ = self.__qualname__ = source.name
        self.__doc__ = source.doc

    @property
    def backend(self) -> str:
        """What computes: "llvm" with the CPU, or "numpy" and why."""
        return self._compiled[2]

    @cached_property
    def _compiled(self) -> tuple[np.ufunc | None, dict[str, int], str]:
        try:
            return row_kernel(self.source, self.fast)
        except NotSupportedError as reason:
            return None, {}, f"numpy ({reason})"

    def _call(self, x: Any, axis: int, out: Any, g: Any = None) -> Any:
        ufunc, room, _ = self._compiled
        if ufunc is None:
            return vector_runtime.apply_along(self._run, x, axis, out, self.source.axes, g, self.source.keeps)
        x = vector_runtime.checked(x, self.source.given)
        moved = vector_runtime.along(x, axis)
        dtype = x.dtype.newbyteorder("=")
        given = [moved]
        if g is not None:
            g = vector_runtime.checked(g, "g")
            dtype = np.result_type(x, g)
            given.append(vector_runtime.upstream(g, x, axis, self.source.keeps))
        rows = [_packed(part, dtype) for part in given]
        if g is not None and not self.source.keeps:
            rows[1] = rows[1][..., 0]
        size = moved.shape[-1]
        put_aside = np.empty((size + 63) // 64 * 8 * room[dtype.char])
        axes = self.source.axes
        shape = moved.shape if axes else moved.shape[:-1]
        straight = (
            isinstance(out, np.ndarray) and out.dtype == dtype and out.shape == x.shape and out.flags.c_contiguous
        )
        if axes and straight and (axis == -1 or axis == x.ndim - 1):
            return ufunc(*rows, put_aside, out=out)
        found = np.empty(shape, dtype)
        ufunc(*rows, put_aside, out=found)
        return vector_runtime.delivered(found, axis, out, axes)

    def _run(self, *vectors: Any) -> Any:
        registers = list(vectors)
        for step in self.source.steps:
            args = [registers[a[1]] if isinstance(a, tuple) else np.float64(a) for a in step.args]
            if step.op in WHOLE:
                registers.append(getattr(vector_runtime, step.op)(*args))
            else:
                registers.append(np.where(*args) if step.op == "select" else function(step.op)(*args))
        result = self.source.result
        return registers[result[1]] if isinstance(result, tuple) else np.full(vectors[0].shape, result)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.source, self.fast)

    def __repr__(self) -> str:
        upstream = ", g" if self.source.upstream else ""
        return f"<{type(self).__name__} {self.__name__}({self.source.given}{upstream}, axis=-1, out=None)>"


class VectorFunction(_AlongAxis):
    """f(x, axis=-1, out=None): a function of the vectors along an axis.

    Of order 0 it keeps the shape, or drops the axis if it has a single value. Of order 1 it gives the Jacobian, shape
    x.shape + (n,) with d f_i/d v_k at (…, i, …, k), or the gradient, shape x.shape. Dtypes are kept, integers become
    float64. Raises TypeError for other dtypes, ValueError for an empty axis.
    """

    @property
    def order(self) -> int:
        """How often the function is differentiated."""
        return self.source.order

    def __call__(self, x: Any, axis: int = -1, out: Any = None) -> Any:
        """Return the value for the vectors along an axis, in `out` if given."""
        return self._call(x, axis, out)


class VectorPullback(_AlongAxis):
    """(x, g, axis=-1, out=None) -> g times the Jacobian, the sum over i of g_i*d f_i/d v_k: what backpropagation needs.

    g has the shape of f's result, or one that broadcasts to it; the result has that of x. Errors as for VectorFunction.
    """

    def __call__(self, x: Any, g: Any, axis: int = -1, out: Any = None) -> Any:
        """Return the product for the vectors along an axis, in `out` if given."""
        return self._call(x, axis, out, g)


class VectorOutputPullback(_AlongAxis):
    """(y, g, axis=-1, out=None) -> the same from the saved output y = f(x), without x; it is only as accurate as y."""

    def __call__(self, y: Any, g: Any, axis: int = -1, out: Any = None) -> Any:
        """Return the product for the vectors along an axis, in `out` if given."""
        return self._call(y, axis, out, g)


@lru_cache(maxsize=64)
def compile_vector(definition: Definition, order: int, fast: bool = False) -> VectorFunction:
    """Return a function of a vector, or its Jacobian or gradient, as a NumPy callable; `fast` computes float32 in float32.

    Raises NotSupportedError for another order and for parameters.
    """
    if order not in (0, 1):
        raise NotSupportedError(f"{definition.name} maps a vector: only orders 0 and 1 are supported, not {order}")
    _check(definition)
    return VectorFunction(vector_steps(definition, order), fast)


@lru_cache(maxsize=64)
def compile_vector_pullback(definition: Definition, fast: bool = False) -> VectorPullback:
    """Return (x, g) -> g times the Jacobian of a function of a vector; errors as for `compile_vector`."""
    _check(definition)
    return VectorPullback(pullback_steps(definition), fast)


def compile_vector_output_pullback(
    definition: Definition, jacobian: tuple[Expr, Sequence[tuple[Expr, Expr]]], fast: bool = False
) -> VectorOutputPullback:
    """Return (y, g) -> g times the Jacobian for y = f(x), from the Jacobian in terms of y; errors as for `compile_vector`."""
    _check(definition)
    return VectorOutputPullback(output_pullback_steps(definition, *jacobian), fast)


def _packed(x: Any, dtype: Any) -> Any:
    """Return x in a dtype, with entries side by side along the last axis."""
    x = x.astype(dtype, copy=False)
    return x if x.shape[-1] == 1 or x.strides[-1] == x.itemsize else np.ascontiguousarray(x)


def _check(definition: Definition) -> None:
    if definition.parameters:
        raise NotSupportedError(f"{definition.name} maps a vector and has parameters, which is not supported")
