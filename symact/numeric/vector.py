"""NumPy callables of functions of a vector: softmax and its kin, Jacobians, and what backpropagation needs of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from sympy import Expr

from ..definition import Definition
from ..errors import NotSupportedError
from . import vector_runtime
from .binding import function
from .llvm.kernels import about, row_kernel
from .llvm.target import host
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
        found = self._kernel("d")
        return about(host()) if isinstance(found, tuple) else f"numpy ({found})"

    @cached_property
    def _kernels(self) -> dict[str, tuple[np.ufunc, Callable[[int], int]] | str]:
        return {}

    def _kernel(self, char: str) -> tuple[np.ufunc, Callable[[int], int]] | str:
        """The ufunc for a dtype, and what tells the bytes of room it needs; or why there is none."""
        if char not in self._kernels:
            try:
                self._kernels[char] = row_kernel(self.source, char, self.fast)
            except NotSupportedError as reason:
                self._kernels[char] = str(reason)
        return self._kernels[char]

    @cached_property
    def _straight(self) -> dict[Any, tuple[np.ufunc, Callable[[int], int]]]:
        """The kernels that have been used, by dtype in native order."""
        return {}

    def _call(self, x: Any, axis: int, out: Any, g: Any = None) -> Any:
        if axis == -1 and type(x) is np.ndarray and x.dtype in self._straight and x.ndim and x.shape[-1]:
            shape = x.shape if self.source.keeps else x.shape[:-1]
            given = (x,) if g is None else (x, g)
            if _alike(x, x.shape, x.dtype) and (g is None or _alike(g, shape, x.dtype)):
                ufunc, room = self._straight[x.dtype]
                put_aside = np.empty(room(x.shape[-1]) // 8)
                if out is None:
                    return ufunc(*given, put_aside)
                if _alike(out, x.shape if self.source.axes else shape, x.dtype):
                    return ufunc(*given, put_aside, out)
        return self._arranged(x, axis, out, g)

    def _arranged(self, x: Any, axis: int, out: Any, g: Any) -> Any:
        """The same for whatever can be made an array."""
        source = self.source
        x = vector_runtime.checked(x, source.given)
        moved = vector_runtime.along(x, axis)
        rows, dtype = [moved], x.dtype
        if g is not None:
            g = vector_runtime.checked(g, "g")
            dtype = np.result_type(x, g)
            upstream = vector_runtime.upstream(g, x, axis, source.keeps)
            rows.append(upstream if source.keeps else upstream[..., 0])
        kernel = self._kernel(dtype.char)
        if isinstance(kernel, str):
            return vector_runtime.apply_along(self._run, x, axis, out, source.axes, g, source.keeps)
        dtype = dtype.newbyteorder("=")
        self._straight[dtype] = ufunc, room = kernel
        found = np.empty(moved.shape if source.axes else moved.shape[:-1], dtype)
        ufunc(*(_packed(part, dtype) for part in rows), np.empty(room(moved.shape[-1]) // 8), found)
        return vector_runtime.delivered(found, axis, out, source.axes)

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


def _alike(x: Any, shape: tuple[int, ...], dtype: Any) -> bool:
    """Whether a kernel may read or write x as it is."""
    return type(x) is np.ndarray and x.shape == shape and x.dtype == dtype and x.flags.c_contiguous


def _packed(x: Any, dtype: Any) -> Any:
    """Return x in a dtype, with entries side by side along the last axis."""
    x = x.astype(dtype, copy=False)
    return x if x.ndim == 0 or x.shape[-1] == 1 or x.strides[-1] == x.itemsize else np.ascontiguousarray(x)


def _check(definition: Definition) -> None:
    if definition.parameters:
        raise NotSupportedError(f"{definition.name} maps a vector and has parameters, which is not supported")
