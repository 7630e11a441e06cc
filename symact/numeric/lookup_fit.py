"""Polynomials on intervals of |x| for float64, fitted to any function of one variable in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray
from sympy import Symbol

from ..errors import UndecidedError
from ..proof.numbers import balls
from .fit import chebyshev, monomials
from .local import Function
from .lookup_double import CARE, EVEN, FINER, REACH, Emulated, Layout, Pieces, value
from .measure import Grid
from .piecewise_fit import Shape, shapes
from .rounding import fraction, to_double
from .samples import Cell
from .truth import Truth, errors, local_scale, true_values

__all__ = ["fitted_double"]

Floats = NDArray[np.float64]

#: Degrees that are tried, and how many nodes are interpolated.
DEGREES, NODES = range(5, 19), 24
#: Between the points measured the error is somewhat larger: what is nearer to the goal is taken where nothing safer is found.
SAFE = 0.94
#: Working precision.
BITS = 256
#: What may be lost by cutting off a polynomial, against its least value.
LOSS = 2.0**-56
#: A centre is looked for among so many numbers, this part of the width apart.
CENTRES, APART = 300, 2.0**-12
#: Below TINY an error counts for this part.
TINY, SUBNORMAL = 2.0**-1021, 0.9
#: Random points of a cell at which the error is measured, besides those of the study.
RANDOM = 250


def fitted_double(
    f: Callable[[Floats], Floats],
    variable: Symbol,
    cells: Sequence[Cell],
    grids: Sequence[Grid],
    joins: Mapping[float, float],
    goal: float,
    limit: float,
) -> Pieces | None:
    """Return pieces whose error doesn't exceed the goal, what is even, odd or nearly so, first; else the most accurate.

    None where their error exceeds the limit too.

    `f` gives the function's values nearly, the cells and grids exactly, one grid for each cell; `joins` are the places with
    a value of their own, and these.
    """
    places = np.array([*(at for at in joins if abs(at) < REACH), 0.0, -0.0])
    wanted = np.array([joins.get(at, np.nan) for at in places])
    wanted = np.where(np.isnan(wanted), f(places), wanted)
    if not np.all(np.isfinite(wanted)):
        return None

    def joined(made: Pieces) -> bool:
        """Whether the values at joins are right, and the sign of zeros is."""
        there = value(Emulated(), made, places)
        signs = np.signbit(there) == np.signbit(f(places))
        return bool(np.all(np.abs(there - wanted) <= np.spacing(np.abs(wanted))) and np.all(signs | (there != 0)))

    spans = [(*cell.ends({}), grid.exprs) for cell, grid in zip(cells, grids, strict=True)]
    points = _points(variable, cells, grids)
    if points is None:
        return None
    found = []
    with balls.precision(BITS):
        exact = Function(spans, variable, BITS)
        for shape in sorted(shapes(f), key=lambda shape: not shape.folded):
            for layout in (EVEN, FINER):
                made = _fitted(exact, shape, layout, *points, SAFE * goal)
                if made is None or made.error > max(goal, limit) or not joined(made):
                    continue
                if made.care < 2 and made.error <= SAFE * goal:
                    return made
                found.append(made)
    return min(found, key=lambda made: (max(made.error, SAFE * goal), made.operations), default=None)


def _points(variable: Symbol, cells: Sequence[Cell], grids: Sequence[Grid]) -> tuple[Floats, Truth, Floats] | None:
    """Points within reach with true values and the scale of errors, None where the function is 0 or undefined."""
    parts = []
    rng = np.random.default_rng(0)
    for cell, grid in zip(cells, grids, strict=True):
        low, high = (float(np.clip(end, -REACH, REACH)) for end in cell.ends({}))
        if low < high:
            inside = np.abs(grid.x) < REACH
            more = np.sort(rng.uniform(low, high, RANDOM))
            truth = true_values(grid.exprs, variable, more.tolist(), grid.point)
            x = np.concatenate([grid.x[inside], more])
            order = np.argsort(x)
            high_part = np.concatenate([grid.truth.high[inside], truth.high])[order]
            low_part = np.concatenate([grid.truth.low[inside], truth.low])[order]
            scale = local_scale(x[order], high_part, cell.ends({}))
            parts.append((x[order], high_part, low_part, scale))
    x, true, rest, scale = (np.concatenate(part) for part in zip(*parts, strict=True))
    if np.any(np.isnan(true)) or np.any((true == 0) & (x != 0)):
        return None
    return x, Truth(true, rest), scale


def _fitted(
    exact: Function, shape: Shape, layout: Layout, x: Floats, truth: Truth, scale: Floats, goal: float
) -> Pieces | None:
    """The pieces with the least care that keep to the goal, else the most accurate ones."""
    signs = (-1,) if shape.above else (1,) if shape.folded else (-1, 1)
    try:
        series = [[_series(exact, shape, sign, *edges) for edges in layout.edges] for sign in signs]
    except (UndecidedError, ZeroDivisionError):
        return None
    degree = max(max(_degree(*interval[:2]) for interval in side) for side in series)
    if degree > DEGREES[-1]:
        return None
    degree = max(degree, DEGREES[0])
    rows = [
        [_coefficients(found, *edges, degree) for (found, _), edges in zip(side, layout.edges, strict=True)]
        for side in series
    ]
    found = []
    for care in range(len(CARE)):
        kept = None if care == 2 else -1
        sides = tuple(tuple(zip(*(row[:kept] for row in side), strict=True)) for side in rows)
        made = Pieces(layout, shape.power, care, sides, shape.decay, shape.above)
        with np.errstate(all="ignore"):
            # a subnormal number is rounded twice, by half a unit each
            wrong = np.where(scale < TINY, SUBNORMAL, 1.0) * errors(value(Emulated(), made, x), truth, scale)
        found.append(replace(made, error=float(np.max(wrong))))
        if found[-1].error <= goal:
            break
    return min(found, key=lambda made: made.error)


def _series(exact: Function, shape: Shape, sign: int, low: float, high: float) -> tuple[list[arb], float]:
    """Chebyshev coefficients of h on an interval, and its least size."""
    middle, half, sizes = (arb(low) + arb(high)) / 2, (arb(high) - arb(low)) / 2, []

    def h(s: arb) -> arb:
        u = middle + half * s
        found = exact(sign * u) / (sign * u if not shape.above else u) ** shape.power
        found = found * (shape.decay * u * u).exp() if shape.decay else found
        sizes.append(abs(float(found)))
        return found

    return chebyshev(h, NODES), min(sizes)


def _degree(found: Sequence[arb], least: float) -> int:
    sizes = np.abs([float(c) for c in found])
    tails = np.cumsum(sizes[::-1])[::-1]
    good = np.flatnonzero(tails[1:] <= LOSS * least)
    return int(good[0]) if good.size else NODES


def _coefficients(found: Sequence[arb], low: float, high: float, degree: int) -> list[float]:
    """A centre, the coefficients by powers of what is beyond it, and what the linear one lacks."""
    middle, half = (low + high) / 2, (high - low) / 2
    powers = monomials(list(found[: degree + 1]))
    parts = [(float(c), float(c - arb(float(c)))) for c in powers]
    tried = middle + (np.arange(CENTRES) - CENTRES / 2) * (APART * (high - low))
    s = (tried.astype(np.longdouble) - middle) / half
    near, slope = np.zeros_like(s), np.zeros_like(s)
    for first, second in reversed(parts):
        slope = slope * s + near
        near = near * s + first + second
    best = int(np.argmin(np.maximum(4 * _odd(near), _odd(slope / half))))
    centre = float(tried[best])
    shift, total = (arb(centre) - arb(middle)) / half, [arb(0)]
    for c in reversed(powers):
        moved = [arb(0), *(t / half for t in total)]
        total = [a + shift * b for a, b in zip(moved, [*total, arb(0)], strict=True)]
        total[0] += c
    exact = [fraction(c) for c in total[: degree + 1]]
    rounded = [to_double(c) for c in exact]
    return [centre, *rounded, to_double(exact[1] - type(exact[1])(rounded[1]))]


def _odd(number: Any) -> Any:
    """How far numbers are from doubles, in units in the last place."""
    near = number.astype(np.float64)
    return np.abs(number - near) / np.spacing(np.abs(near))
