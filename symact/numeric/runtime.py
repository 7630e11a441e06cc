"""Runs the pieces of a function over an array in blocks that stay in cache; needs NumPy only, and is part of every exported module."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

#: Elements a block: its temporaries fit into the second-level cache.
BLOCK = 16384
#: Moving an element into a compressed block and back costs about as much as this many ns of arithmetic.
MOVE = 1.2


class Code(NamedTuple):
    """Steps run(x, out, work, uniform) over a block; `uses` numbers the common values they read from `work`."""

    run: Callable[[Any, Any, list[Any], Sequence[Any]], None]
    uses: tuple[int, ...] = ()
    cost: float = 1.0


class Kernel(NamedTuple):
    """A function of x in regions that `bounds` separate.

    `uniform` computes from the parameters what doesn't depend on x. Bounds, points (at, value) and limits are numbers, or
    places in it as 1-tuples; the value at a point may also be "x" or "-x". Region k holds x < bounds[k], and x == bounds[k]
    where `closed[k]`. A limit of None is nan, "form" is what the outermost region gives. `natural` tells whether the
    regions are right at -inf, at inf and for nan as they stand, `exact` whether the result is correctly rounded provided
    that the parameters are numbers of the dtype.
    """

    dtype: str
    uniform: Callable[[Sequence[Any]], Sequence[Any]]
    bounds: tuple[Any, ...]
    closed: tuple[bool, ...]
    common: tuple[Code, ...]
    regions: tuple[Code, ...]
    points: tuple[tuple[Any, Any], ...]
    limits: tuple[Any, Any]
    floats: int
    masks: int
    natural: tuple[bool, bool, bool]
    exact: bool


def value_of(item: Any, uniform: Sequence[Any]) -> Any:
    """Return a number, or what stands at its place among the uniform values."""
    return uniform[item[0]] if isinstance(item, tuple) else item


def select(mask: Any, yes: Any, no: Any, out: Any) -> None:
    """Set out to yes where mask, to no elsewhere; by index, which is several times faster than a mask."""
    np.copyto(out, no)
    index = np.flatnonzero(mask)
    out[index] = yes[index] if isinstance(yes, np.ndarray) and yes.ndim else yes


def apply(kernels: Mapping[str, Kernel], x: Any, out: Any, parameters: Sequence[Any]) -> Any:
    """Return f(x; parameters) with the dtype of x and the common shape, in `out` if given."""
    x = np.asarray(x)
    if x.dtype.char not in "efd" or not x.dtype.isnative:
        x = x.astype(_native(x.dtype))
    with np.errstate(all="ignore"):
        kernel = kernels["float64" if x.dtype.char == "d" else "float32"]
        if kernel.exact and any(np.any(np.asarray(p, kernel.dtype) != p) for p in parameters):
            # a parameter that float32 can't hold must not be rounded before it is used
            kernel = kernels["float64"]
        given = [np.asarray(p, kernel.dtype)[()] for p in parameters]
        varying = any(np.ndim(p) for p in given)
        if varying:
            x = np.broadcast_to(x, np.broadcast_shapes(x.shape, *(np.shape(p) for p in given)))
            given = [np.array(np.broadcast_to(p, x.shape)).reshape(-1) for p in given]
        if out is not None:
            check_out(out, x.shape, x.dtype)
        direct = out is not None and out.dtype == x.dtype and out.flags.c_contiguous and out.flags.aligned
        source = np.ascontiguousarray(x).reshape(-1)
        target = out.reshape(-1) if direct else np.empty(source.shape, x.dtype)
        _blocks(kernel, source, target, given, varying)
        if direct:
            return out
        if out is None:
            return target.reshape(x.shape)[()]
        np.copyto(out, target.reshape(x.shape), casting="same_kind")
        return out


def _blocks(kernel: Kernel, source: Any, target: Any, given: Sequence[Any], varying: bool) -> None:
    """Compute block by block, converting on the way where the kernel has another dtype."""
    alias = np.may_share_memory(source, target)
    if alias and source.ctypes.data != target.ctypes.data:
        source = source.copy()
    length = min(source.size, BLOCK)
    converted = source.dtype != kernel.dtype
    # the steps may write to the result while they still need x
    spare = np.empty(length, kernel.dtype) if converted or alias else None
    result = np.empty(length, kernel.dtype) if converted else None
    work = [np.empty(length, kernel.dtype) for _ in range(kernel.floats)]
    work += [np.empty(length, bool) for _ in range(kernel.masks)]
    uniform = () if varying else kernel.uniform(given)
    for start in range(0, source.size, BLOCK):
        here, there = source[start : start + BLOCK], target[start : start + BLOCK]
        if varying:
            uniform = kernel.uniform([p[start : start + BLOCK] for p in given])
        if here.size < length:
            work = [w[: here.size] for w in work]
        if spare is not None:
            np.copyto(spare[: here.size], here)
            here = spare[: here.size]
        if result is None:
            compute(kernel, here, there, work, uniform)
        else:
            compute(kernel, here, result[: here.size], work, uniform)
            np.copyto(there, result[: here.size], casting="same_kind")


def _native(dtype: Any) -> Any:
    """The dtype in which numbers of another one are computed; raise TypeError where they aren't real numbers."""
    if dtype.kind in "iub":
        return np.dtype(np.float64)
    if dtype.char in "efd":
        return dtype.newbyteorder("=")
    raise TypeError(f"x must hold float16, float32, float64 or integers, not {dtype}")


def real(name: str, value: Any) -> Any:
    """Return a parameter's value as float64; raise TypeError where it isn't a real number or an array of such."""
    value = np.asarray(value)
    if value.dtype.kind not in "fiub":
        raise TypeError(f"{name} must be a real number or an array of real numbers, not {value.dtype}")
    return value.astype(np.float64)[()]


def check_out(out: Any, shape: tuple[int, ...], dtype: Any) -> None:
    """Raise TypeError or ValueError where a result of this shape and dtype can't be stored in `out`."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an array, not {type(out).__name__}")
    if not np.can_cast(dtype, out.dtype, "same_kind"):
        raise TypeError(f"out must hold {dtype}, not {out.dtype}")
    if out.shape != shape:
        raise ValueError(f"out must have the shape {shape}, not {out.shape}")
    if not out.flags.writeable:
        raise ValueError("out must be writeable")


def compute(kernel: Kernel, x: Any, out: Any, work: list[Any], uniform: Sequence[Any]) -> None:
    """Compute one block: dispatch to the regions, then put in what holds at points, at infinity and for nan."""
    low_right, high_right, nan_right = kernel.natural
    if not kernel.bounds and not kernel.points and low_right and high_right and nan_right:
        _run(kernel, 0, x, out, work, uniform)
        return
    bounds = [value_of(b, uniform) for b in kernel.bounds]
    scalar = not any(isinstance(b, np.ndarray) and b.ndim for b in bounds)
    low = np.minimum.reduce(x)
    if high_right and scalar and bounds and not kernel.points and low > bounds[-1]:
        _run(kernel, len(bounds), x, out, work, uniform)
        return
    high = np.maximum.reduce(x)
    finite = -np.inf < low and high < np.inf
    if not finite:
        low, high = np.fmin.reduce(x), np.fmax.reduce(x)
    first, last = 0, len(bounds)
    if scalar:
        inside = list(zip(bounds, kernel.closed, strict=True))
        first = sum(not (low <= b if closed else low < b) for b, closed in inside)
        last = sum(not (high <= b if closed else high < b) for b, closed in inside)
    if first >= last:
        _run(kernel, min(first, len(bounds)), x, out, work, uniform)
    else:
        _mixed(kernel, x, out, work, uniform, range(first, last + 1), bounds)
    for at, value in kernel.points:
        at = value_of(at, uniform)
        if np.ndim(at) or low <= at <= high:
            index = np.flatnonzero(x == at)
            if isinstance(value, str):
                out[index] = x[index] if value == "x" else -x[index]
            else:
                value = value_of(value, uniform)
                out[index] = value[index] if np.ndim(value) else value
    if not finite:
        _set_limits(kernel, x, out, uniform)
        index = np.flatnonzero(x != x)
        out[index] = x[index]


def _run(kernel: Kernel, k: int, x: Any, out: Any, work: list[Any], uniform: Sequence[Any]) -> None:
    """Compute region k for all elements."""
    for number in kernel.regions[k].uses:
        kernel.common[number].run(x, work[number], work, uniform)
    kernel.regions[k].run(x, out, work, uniform)


def _mixed(
    kernel: Kernel, x: Any, out: Any, work: list[Any], uniform: Sequence[Any], present: range, bounds: Sequence[Any]
) -> None:
    """Compute one region over the whole block, the others over the elements that lie in them, compressed."""
    below = [(np.less_equal if kernel.closed[k] else np.less)(x, bounds[k]) for k in present[:-1]]
    counts = [int(np.count_nonzero(mask)) for mask in below]
    counts = [b - a for a, b in zip([0, *counts], [*counts, x.size], strict=True)]
    costs = [kernel.regions[k].cost for k in present]
    # what computing all elements of a region as well as those that lie in it costs in addition
    extra = [c * (x.size - n) - MOVE * n for c, n in zip(costs, counts, strict=True)]
    base = extra.index(min(extra))
    todo = []
    for m, k in enumerate(present):
        if m != base and counts[m]:
            mask = below[m] if m < len(below) else ~below[m - 1]
            if 0 < m < len(below):
                mask = mask & ~below[m - 1]
            todo.append((k, np.flatnonzero(mask)))
    needed = {n for k in (present[base], *(k for k, _ in todo)) for n in kernel.regions[k].uses}
    for number in sorted(needed):
        kernel.common[number].run(x, work[number], work, uniform)
    kernel.regions[present[base]].run(x, out, work, uniform)
    for k, index in todo:
        code = kernel.regions[k]
        part = [w[: index.size] for w in work]
        for number in code.uses:
            part[number] = work[number].take(index)
        result = np.empty(index.size, x.dtype)
        code.run(x.take(index), result, part, _taken(uniform, index))
        out[index] = result


def _taken(uniform: Sequence[Any], index: Any) -> Sequence[Any]:
    """The uniform values of some elements."""
    return [u.take(index) if np.ndim(u) else u for u in uniform]


def _set_limits(kernel: Kernel, x: Any, out: Any, uniform: Sequence[Any]) -> None:
    """Put in the limits at -inf and inf."""
    low, high = kernel.limits
    for side, limit, region in ((-np.inf, low, 0), (np.inf, high, len(kernel.bounds))):
        index = np.flatnonzero(x == side)
        if not index.size:
            continue
        if limit == "form":
            out[index] = _far(kernel, region, side, index.size, _taken(uniform, index))
        else:
            value: Any = np.nan if limit is None else value_of(limit, uniform)
            out[index] = value[index] if np.ndim(value) else value


def _far(kernel: Kernel, region: int, side: float, size: int, uniform: Sequence[Any]) -> Any:
    """What a region gives at ±inf, or where that is nan at the largest number, taken as infinite if it is huge."""
    work = [np.empty(size, kernel.dtype) for _ in range(kernel.floats)]
    work += [np.empty(size, bool) for _ in range(kernel.masks)]
    x, out, far = (np.full(size, side, kernel.dtype) for _ in range(3))
    _run(kernel, region, x, out, work, uniform)
    largest = np.finfo(kernel.dtype).max
    x.fill(np.copysign(largest, side))
    _run(kernel, region, x, far, work, uniform)
    far = np.where(np.abs(far) > np.sqrt(largest), np.copysign(np.inf, far), far)
    return np.where(np.isnan(out), far, out)
