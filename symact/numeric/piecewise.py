"""Polynomials on intervals of equal width, fitted to any function of one variable: for kernels that look them up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .truth import Truth, errors, local_scale

__all__ = ["COUNT", "MAGIC", "REACH", "Pieces", "evaluated", "fitted"]

Floats = NDArray[np.float64]

#: Two registers of AVX-512 hold so many float32 numbers.
COUNT = 32
#: Added to a float32 of moderate size it leaves its integer part in the last bits.
MAGIC = 1.5 * 2.0**23
#: The intervals cover |x| < REACH, four standard deviations of inputs that are as wide as they come.
REACH = 12.0
#: Degrees that are tried.
DEGREES = range(4, 9)
#: Instructions that taking P with its rounding error costs.
EXACT = 4
#: Points an interval at which the error is measured, and those beside its ends.
DENSE = 1500
#: What is measured at first, and at last.
FEW, ALL = slice(None, None, 6), slice(None)
#: A centre is looked for among so many numbers, this part of the width apart.
CENTRES, APART = 200, 2.0**-11


@dataclass(frozen=True)
class Pieces:
    """f(x) = x**power*P(u - c) for |x| < REACH, in float32 arithmetic; u is |x| if `folded`, else x.

    P and c are those of the interval floor(u*scale) modulo 32. The centres are such that P(0) is nearly a float32.
    With `exact` P is taken with its rounding error; then f has the sign of x. `coefficients` begins with those of power 0; `error` is
    the largest that was measured in units in the last place.
    """

    scale: float
    folded: bool
    power: int
    exact: bool
    centres: tuple[float, ...]
    coefficients: tuple[tuple[float, ...], ...]
    error: float = 0.0


def fitted(f: Callable[[Floats], Floats], joins: Sequence[float], goal: float) -> Pieces | None:
    """Return pieces whose error doesn't exceed the goal, the cheapest ones; None where there are none.

    `f` gives float64 values, `joins` are the places where it is not smooth: what lies beside them is measured too.
    """
    power = _power(f)
    if power is None:
        return None
    folded = _symmetric(f)
    scale = COUNT / REACH if folded else COUNT / (2 * REACH)
    first = 0 if folded else -COUNT // 2
    low = np.arange(first, first + COUNT) / scale
    points = _points(low, 1 / scale, joins, folded)
    true = f(points)
    if not np.all(np.isfinite(true)) or np.any((true == 0) & (points != 0)):
        return None
    size = local_scale(points, true, (-REACH, REACH))

    def error(made: Pieces, part: slice) -> float:
        truth = Truth(true[part], np.zeros(true[part].shape))
        return float(np.max(errors(evaluated(made, points[part]), truth, size[part], 24, -149)))

    centres, values = _centres(f, low, 1 / scale, power)
    turned = np.roll(np.arange(COUNT), first)
    like_x = power == 1 and bool(np.all(true * points >= 0))
    options = [(degree, exact) for degree in DEGREES for exact in ((False, True) if like_x else (False,))]
    rows: dict[int, Floats] = {}
    for degree, exact in sorted(options, key=lambda option: 2 * option[0] + EXACT * option[1]):
        if degree not in rows:
            rows[degree] = _coefficients(f, low, 1 / scale, power, centres, values, degree)[turned]
        made = Pieces(
            scale, folded, power, exact, tuple(centres[turned].tolist()), tuple(map(tuple, rows[degree].T.tolist()))
        )
        if error(made, FEW) <= goal and (found := error(made, ALL)) <= goal:
            return replace(made, error=found)
    return None


def evaluated(pieces: Pieces, x: Any) -> Floats:
    """Return what a kernel computes, rounded to float32 after each of its operations."""
    x = np.asarray(x, np.float64)
    u = np.abs(x) if pieces.folded else x
    index = np.floor(u * np.float32(pieces.scale)).astype(int) % COUNT
    t = _single(u - np.asarray(pieces.centres)[index])
    rows = np.asarray(pieces.coefficients)[:, index]
    slope = rows[-1]
    for row in rows[-2:0:-1]:
        slope = _single(slope * t + row)
    factor = x if pieces.power == 1 else _single(x * x)
    value = _single(slope * t + rows[0])
    if pieces.power == 0:
        return value
    if not pieces.exact:
        return _single(factor * value)
    lost = _single(slope * t + _single(rows[0] - value))
    found: Floats = np.copysign(_single(factor * value + _single(factor * lost)), x)
    return found


def _single(value: Floats) -> Floats:
    return value.astype(np.float32).astype(np.float64)


def _power(f: Callable[[Floats], Floats]) -> int | None:
    """k where f behaves like x**k on both sides of 0, None unless it is 0, 1 or 2."""
    near = np.array([-2e-7, -1e-7, 1e-7, 2e-7])
    value = f(near)
    if not np.all(np.isfinite(value)) or np.any(value == 0):
        return None
    found = {round(float(k), 2) for k in np.log2(np.abs(value[[0, 3]] / value[[1, 2]]))}
    power = found.pop()
    return int(power) if not found and power in (0, 1, 2) else None


def _symmetric(f: Callable[[Floats], Floats]) -> bool:
    x = np.array([0.31, 1.7, 4.3, 9.1, 11.3])
    above, below = f(x), f(-x)
    return any(np.allclose(above, sign * below, rtol=1e-13, atol=0) for sign in (1, -1))


def _points(low: Floats, width: float, joins: Sequence[float], folded: bool) -> Floats:
    """Float32 numbers in all intervals, beside their ends and joins, and tiny ones, in order."""
    inside = (low[:, None] + np.sort(np.random.default_rng(0).random((low.size, DENSE)), axis=1) * width).ravel()
    ends = np.array([*low, *joins, -REACH, REACH], np.float32)
    beside = [np.nextafter(ends, np.float32(side)) for side in (-np.inf, np.inf)]
    tiny = np.geomspace(1e-45, 1e-2, 200)
    parts: list[Any] = [inside, ends, *beside, np.zeros(1), tiny, -tiny, *([-inside[::3]] if folded else [])]
    found = np.unique(np.concatenate(parts).astype(np.float32)).astype(np.float64)
    return found[np.abs(found) < REACH]


def _centres(f: Callable[[Floats], Floats], low: Floats, width: float, power: int) -> tuple[Floats, Floats]:
    """A number near the middle of each interval where x**-power*f is nearly a float32, and that."""
    moved = width * (0.5 + (np.arange(CENTRES) - CENTRES / 2) * APART)
    tried = _single(low[:, None] + moved)
    value = f(tried.ravel()).reshape(tried.shape) / tried**power
    lost = np.abs(value - _single(value)) / np.abs(value)
    best = np.argmin(lost, axis=1)[:, None]
    return np.take_along_axis(tried, best, 1)[:, 0], _single(np.take_along_axis(value, best, 1)[:, 0])


def _coefficients(
    f: Callable[[Floats], Floats], low: Floats, width: float, power: int, centres: Floats, values: Floats, degree: int
) -> Floats:
    """Rows of float32 coefficients whose polynomials are near x**-power*f relative to it."""
    count = 2 * degree
    nodes = low[:, None] + width * (0.5 - 0.5 * np.cos((np.arange(count) + 0.5) * np.pi / count))
    wanted = f(nodes.ravel()).reshape(nodes.shape) / nodes**power
    weight = 1 / np.maximum(np.abs(wanted), 0.05 * np.abs(wanted).max(axis=1, keepdims=True))
    t = nodes - centres[:, None]
    rows = np.empty((low.size, degree + 1))
    rows[:, 0] = values
    rest = wanted - values[:, None]
    # the rounding of each coefficient is made good by those that follow
    for j in range(1, degree + 1):
        matrix = (t[:, :, None] / width) ** np.arange(j, degree + 1) * weight[:, :, None]
        found = np.linalg.pinv(matrix) @ (rest * weight)[:, :, None]
        rows[:, j] = _single(found[:, 0, 0] / width**j)
        rest = rest - rows[:, j, None] * t**j
    return rows
