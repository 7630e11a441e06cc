"""Piecewise polynomials fitted to any function of one variable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np

from .piecewise import CARE, COUNT, LEFT, REACH, Floats, Pieces, certain, effort, evaluated, single
from .truth import Truth, errors, local_scale, unit

__all__ = ["Shape", "fitted", "shapes"]

#: Degrees that are tried.
DEGREES = range(3, 9)
#: Points an interval at which the error is measured, and those beside its ends.
DENSE = 1500
#: What is measured at first, and at last.
FEW, ALL = slice(None, None, 6), slice(None)
#: Beyond so many times the goal care doesn't help.
HOPELESS = 6
#: In so many intervals, and so near to joins, the error is measured once more at so many points.
AGAIN, BESIDE, MORE = 8, 0.1, 6000
#: How much larger errors were, where all numbers were tried, than at these points.
UNSEEN = 0.12
#: A centre is looked for among so many numbers, this part of the width apart.
CENTRES, APART = 800, 2.0**-13
#: Where two functions are compared, and how near they must be.
PLACES, EQUAL = np.array([0.31, 1.7, 4.3, 9.1, 11.3]), 1e-13
#: The decay shows in the second difference of log|f| here; it is a power of 2 up to this part.
FAR, NEARLY = np.array([8.0, 10.0, 12.0]), 0.05

_Function = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Shape:
    """The form of `Pieces`, and h times exp(decay*u**2) as a function of u."""

    power: int
    folded: bool
    decay: float
    above: tuple[float, float, int] | None
    h: _Function

    @property
    def low(self) -> Floats:
        """The lower ends of the intervals."""
        first = 0 if self.folded else -COUNT // 2
        return np.arange(first, first + COUNT) / self.scale

    @property
    def scale(self) -> float:
        """Intervals in a unit."""
        return COUNT / REACH if self.folded else COUNT / (2 * REACH)


def fitted(f: _Function, joins: Sequence[float], goal: float) -> Pieces | None:
    """Return the cheapest pieces whose error won't exceed the goal, None where there are none.

    `f` gives float64 values, `joins` are the places where it is not smooth: what lies beside them is measured too.
    """
    best: Pieces | None = None
    for shape in shapes(f):
        best = _fitted(f, shape, joins, goal, best.operations if best else inf) or best
    return best


def _fitted(f: _Function, shape: Shape, joins: Sequence[float], goal: float, most: float) -> Pieces | None:
    """The cheapest pieces of a shape, with fewer operations than `most`."""
    points = _points(shape, joins)
    true = f(points)
    if not np.all(np.isfinite(true)) or np.any((true == 0) & (points != 0)):
        return None
    size = local_scale(points, true, (-REACH, REACH))

    def measured(made: Pieces, part: slice) -> Floats:
        truth = Truth(true[part], np.zeros(true[part].shape))
        return errors(evaluated(made, points[part]), truth, size[part], 24, -149)

    def bound(made: Pieces, part: slice) -> float:
        return float(certain(made, points[part], true[part], unit(size[part], 24, -149)).max())

    def worst(made: Pieces) -> float:
        """The largest error, looked for once more in the intervals where it is large, and beside joins and 0."""
        here = measured(made, ALL)
        intervals, first = np.unique(np.floor(points * shape.scale), return_index=True)
        largest = intervals[np.argsort(np.maximum.reduceat(here, first))[-AGAIN:]]
        spread = np.random.default_rng(1).random(MORE)
        places = [(low + spread) / shape.scale for low in largest]
        places += [join + side * BESIDE * 10 ** (-5 * spread) for join in {0.0, *joins} for side in (-1, 1)]
        near = np.unique(single(np.concatenate(places)))
        near = near[np.abs(near) < REACH]
        truth = Truth(f(near), np.zeros(near.shape))
        scale = np.fmax(np.abs(truth.high), np.interp(near, points, size))
        return float(max(here.max(), errors(evaluated(made, near), truth, scale, 24, -149).max()))

    centres, values = _centres(shape)
    turned = np.argsort(np.round(shape.low * shape.scale).astype(int) % COUNT)
    careful = shape.power == 0 or (shape.power == 1 and bool(np.all(true * points >= 0)))
    options = [(degree, care) for degree in DEGREES for care in (range(len(CARE)) if careful else (0,))]
    rows: dict[tuple[int, int], Floats] = {}
    wrong: dict[int, float] = {}
    for degree, care in sorted(options, key=lambda option: effort(option[0], option[1], shape.decay)):
        if care and wrong[degree] > HOPELESS * goal:
            continue
        key = degree, LEFT[care]
        if key not in rows:
            rows[key] = _coefficients(shape, centres, values, *key)[turned]
        made = Pieces(
            shape.scale, shape.folded, shape.power, care, tuple(centres[turned].tolist()),
            tuple(map(tuple, rows[key].T.tolist())), shape.decay, shape.above,
        )  # fmt: skip
        if made.operations >= most:
            break
        few = float(measured(made, FEW).max())
        wrong.setdefault(degree, few)
        if few <= goal - UNSEEN or bound(made, FEW) <= goal:
            error = worst(made)
            if error <= goal - UNSEEN or bound(made, ALL) <= goal:
                return replace(made, error=error)
    return None


def shapes(f: _Function) -> list[Shape]:
    """The forms to be tried."""
    power = _power(f)
    if power is None:
        return []
    above, below = f(PLACES), f(-PLACES)
    even = any(_alike(above, sign * below) for sign in (1, -1))
    decay = _decay(f)
    extra = None if even else _extra(above, below)

    def shape(extra: tuple[float, float, int] | None) -> Shape:
        side, k = (-1.0 if extra else 1.0), (decay if even or extra else 0.0)
        return Shape(power, even or extra is not None, k, extra, lambda u: f(side * u) / u**power * np.exp(k * u * u))

    if even or not extra:
        return [shape(None)]
    return [shape(extra)] if decay else [shape(None), shape(extra)]


def _power(f: _Function) -> int | None:
    """k where f behaves like x**k on both sides of 0, None unless it is 0, 1 or 2."""
    near = np.array([-2e-7, -1e-7, 1e-7, 2e-7])
    value = f(near)
    if not np.all(np.isfinite(value)) or np.any(value == 0):
        return None
    found = {round(float(k), 2) for k in np.log2(np.abs(value[[0, 3]] / value[[1, 2]]))}
    power = found.pop()
    return int(power) if not found and power in (0, 1, 2) else None


def _alike(a: Any, b: Any) -> bool:
    return bool(np.allclose(a, b, rtol=EQUAL, atol=0))


def _decay(f: _Function) -> float:
    """The power of 2 nearest to k where f(x) behaves like exp(-k*x**2) for x < 0, 0 if there is none."""
    value = np.log(np.abs(f(-FAR)))
    second = -float(value[0] - 2 * value[1] + value[2]) / (2 * (FAR[1] - FAR[0]) ** 2)
    if not (np.isfinite(second) and second > NEARLY):
        return 0.0
    near = 2.0 ** round(float(np.log2(second)))
    return near if abs(second / near - 1) < NEARLY else 0.0


def _extra(above: Floats, below: Floats) -> tuple[float, float, int] | None:
    """(a, b, s) with f(x) = a + b*x + s*f(-x), a or b being 0 and the other one a float32."""
    for sign in (1, -1):
        rest = above - sign * below
        for power in (0, 1):
            found = rest / PLACES**power
            number = float(np.float32(found[0]))
            if number and _alike(found, number):
                return (number, 0.0, sign) if power == 0 else (0.0, number, sign)
    return None


def _points(shape: Shape, joins: Sequence[float]) -> Floats:
    """Float32 numbers in all intervals, beside their ends and joins, and tiny ones, in order."""
    low = shape.low
    inside = (low[:, None] + np.sort(np.random.default_rng(0).random((low.size, DENSE)), axis=1) / shape.scale).ravel()
    ends = np.array([*low, *joins, -REACH, REACH], np.float32)
    beside = [np.nextafter(ends, np.float32(side)) for side in (-np.inf, np.inf)]
    tiny = np.geomspace(1e-45, 1e-2, 200)
    parts: list[Any] = [inside, ends, *beside, np.zeros(1), tiny, -tiny, *([-inside[::3]] if shape.folded else [])]
    found = np.unique(np.concatenate(parts).astype(np.float32)).astype(np.float64)
    return found[np.abs(found) < REACH]


def _centres(shape: Shape) -> tuple[Floats, Floats]:
    """A number near the middle of each interval where P, and its slope too, is nearly a float32; and P there."""
    step = APART / shape.scale
    tried = single(shape.low[:, None] + 0.5 / shape.scale + (np.arange(CENTRES) - CENTRES / 2) * step)
    value, after, before = (shape.h((tried + d).ravel()).reshape(tried.shape) for d in (0, step, -step))
    slope = (after - before) / (2 * step)
    best = np.argmin(np.maximum(4 * _odd(value), _odd(slope)), axis=1)[:, None]
    return np.take_along_axis(tried, best, 1)[:, 0], np.take_along_axis(value, best, 1)[:, 0]


def _odd(value: Floats) -> Floats:
    """How far numbers are from float32 ones, in units in the last place."""
    return np.abs(value - single(value)) / np.spacing(np.abs(value).astype(np.float32)).astype(np.float64)


def _coefficients(shape: Shape, centres: Floats, values: Floats, degree: int, left: int) -> Floats:
    """Rows of float32 coefficients of polynomials that are near to P relative to it, with `left` of what float32 leaves."""
    count, width, start = 2 * degree, 1 / shape.scale, shape.low
    nodes = start[:, None] + width * (0.5 - 0.5 * np.cos((np.arange(count) + 0.5) * np.pi / count))
    wanted = shape.h(nodes.ravel()).reshape(nodes.shape)
    weight = 1 / np.maximum(np.abs(wanted), 0.05 * np.abs(wanted).max(axis=1, keepdims=True))
    t = nodes - centres[:, None]
    rows = np.zeros((start.size, degree + 3))
    rows[:, 0] = single(values)
    if left > 1:
        rows[:, -1] = single(values - rows[:, 0])
    rest = wanted - (rows[:, 0] + rows[:, -1])[:, None]
    # the rounding of each coefficient is made good by those that follow
    for j in range(1, degree + 1):
        matrix = (t[:, :, None] / width) ** np.arange(j, degree + 1) * weight[:, :, None]
        found = np.linalg.pinv(matrix) @ (rest * weight)[:, :, None]
        exact = found[:, 0, 0] / width**j
        rows[:, j] = single(exact)
        rest = rest - rows[:, j, None] * t**j
        if left and j == 1:
            rows[:, -2] = single(exact - rows[:, 1])
            rest = rest - rows[:, -2, None] * t
    return rows[:, : degree + 1 + left]
