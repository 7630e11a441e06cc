"""Runs a function of a vector along an axis of an array; needs NumPy only, and is part of every exported module that uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

#: Elements computed at a time, so that temporaries stay in cache.
CHUNK = 65536


def distance(x: Any, reference: Any, place: Any, flat: bool) -> Any:
    """Return x - reference, exactly 0 at the place of the reference; `flat`: 0 throughout where the reference is -inf or inf twice."""
    found = x - reference
    np.put_along_axis(found, place, np.where(np.isnan(reference), reference, 0), axis=-1)
    return np.where(np.isinf(reference) & np.isnan(found), 0, found) if flat else found


def distance_error(x: Any, reference: Any, distance: Any) -> Any:
    """Return what rounding took from x - reference (Knuth's two-sum), 0 where that isn't finite."""
    part = distance - x
    error = (x - (distance - part)) + (-reference - part)
    return np.where(np.isfinite(error), error, 0)


def sum_others(x: Any, place: Any) -> Any:
    """Return the sum along the last axis without the element at `place`."""
    rest = np.array(x)
    np.put_along_axis(rest, place, 0, axis=-1)
    return rest.sum(axis=-1, keepdims=True)


def total(x: Any) -> Any:
    """Return the sum along the last axis."""
    return x.sum(axis=-1, keepdims=True)


def largest(x: Any) -> Any:
    """Return the largest element along the last axis."""
    return x.max(axis=-1, keepdims=True)


def least(x: Any) -> Any:
    """Return the least element along the last axis."""
    return x.min(axis=-1, keepdims=True)


def place_of_largest(x: Any) -> Any:
    """Return the place of the (first) largest element along the last axis."""
    return x.argmax(axis=-1)[..., None]


def place_of_least(x: Any) -> Any:
    """Return the place of the (first) least element along the last axis."""
    return x.argmin(axis=-1)[..., None]


def indicator(x: Any, place: Any) -> Any:
    """Return 1 at `place`, 0 elsewhere; nan where x is nan at `place`."""
    found = np.zeros_like(x)
    np.put_along_axis(found, place, 1, axis=-1)
    return np.where(np.isnan(entry(x, place)), np.nan, found)


def entry(x: Any, place: Any) -> Any:
    """Return the element at `place`."""
    return np.take_along_axis(x, place, axis=-1)


def with_entry(x: Any, place: Any, value: Any) -> Any:
    """Return x with another element at `place`."""
    found = np.array(x)
    np.put_along_axis(found, place, value, axis=-1)
    return found


def length(x: Any) -> Any:
    """Return the length of the last axis."""
    return np.asarray(x.shape[-1], x.dtype)


def column(x: Any) -> Any:
    """Return the entries as a column, the first index of a matrix."""
    return x[..., :, None]


def row(x: Any) -> Any:
    """Return the entries as a row, the second index of a matrix."""
    return x[..., None, :]


def matrix(other: Any, diagonal: Any, x: Any) -> Any:
    """Return the square matrices with the entries `other`, but for the diagonal; x is the vectors they belong to."""
    size = x.shape[-1]
    found = np.array(np.broadcast_to(other, (*x.shape, size)))
    found[..., np.arange(size), np.arange(size)] = diagonal
    return found


def checked(x: Any, name: str) -> Any:
    """Return x as an array of floating-point numbers."""
    x = np.asarray(x)
    if x.dtype.kind in "iub":
        x = x.astype(np.float64)
    if x.dtype.char not in "efd":
        raise TypeError(f"{name} must hold float16, float32, float64 or integers, not {x.dtype}")
    return x


def along(x: Any, axis: int) -> Any:
    """Return the vectors along an axis, moved to the end."""
    if x.ndim == 0:
        raise ValueError("x must have an axis")
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis {axis} is out of range for an array with {x.ndim} dimensions")
    if x.shape[axis] == 0:
        raise ValueError("the vectors along the axis must not be empty")
    return x if axis in (-1, x.ndim - 1) else np.moveaxis(x, axis, -1)


def upstream(g: Any, x: Any, axis: int, keeps: bool) -> Any:
    """Return what is multiplied to the derivative, a vector for each of x, or a vector of one number."""
    if keeps:
        return np.moveaxis(np.broadcast_to(g, x.shape), axis, -1)
    return np.broadcast_to(g, np.moveaxis(x, axis, -1).shape[:-1])[..., None]


def delivered(found: Any, axis: int, out: Any, axes: int) -> Any:
    """Return results with the entries back at an axis, in `out` if given; `axes` is 0 for one number, 2 for matrices."""
    if axes and axis not in (-1, found.ndim - axes):
        found = np.moveaxis(found, -axes, axis % (found.ndim - axes + 1))
    if out is None:
        return found[()]
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an array, not {type(out).__name__}")
    if out.shape != found.shape:
        raise ValueError(f"out must have the shape {found.shape}, not {out.shape}")
    np.copyto(out, found, casting="same_kind")
    return out


def apply_along(
    run: Callable[..., Any], x: Any, axis: int, out: Any, axes: int, g: Any = None, keeps: bool = True
) -> Any:
    """Return run(vectors) for the vectors along an axis; with g, run(vectors, upstream) with the vectors or numbers of g.

    run takes arrays (rows, n), or (rows, 1) for the numbers of g. It gives (rows, 1) if `axes` is 0, (rows, n) if it is 1,
    (rows, n, n) if it is 2.
    """
    x = checked(x, "x")
    moved = along(x, axis)
    size = moved.shape[-1]
    given, dtype = [moved], x.dtype
    if g is not None:
        g = checked(g, "g")
        dtype = np.result_type(x, g)
        given.append(upstream(g, x, axis, keeps))
    vectors = [part.reshape(-1, part.shape[-1]) for part in given]
    shape = ((1,), (size,), (size, size))[axes]
    found = np.empty((len(vectors[0]), *shape), dtype.newbyteorder("="))
    count = max(1, CHUNK // int(np.prod((size, *shape[1:]))))
    with np.errstate(all="ignore"):
        for start in range(0, len(found), count):
            parts = [np.ascontiguousarray(rows[start : start + count], np.float64) for rows in vectors]
            np.copyto(found[start : start + count], run(*parts), casting="same_kind")
    found = found.reshape(*moved.shape[:-1], *shape)
    return delivered(found if axes else found[..., 0], axis, out, axes)
