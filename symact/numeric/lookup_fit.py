"""Polynomials on intervals of |x| for float64, fitted to any function of one variable in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from math import inf
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray
from sympy import Symbol

from ..errors import UndecidedError
from ..proof.numbers import balls
from .fit import chebyshev, monomials
from .local import Function
from .lookup_check import dense
from .lookup_double import CARE, EVEN, FINER, REACH, SIGNED, Emulated, Layout, Pieces, value
from .measure import Grid
from .piecewise_fit import Shape, shapes
from .rounding import fraction, to_double
from .samples import Cell
from .truth import Truth, errors

__all__ = ["fitted_double"]

Floats = NDArray[np.float64]
Exact = Callable[[arb], arb]
#: Chebyshev coefficients for each side, or for one, by interval.
Sides = list[list[list[arb]]]
#: Points with true values and the scale of errors.
Points = tuple[Floats, Truth, Floats]

#: The degrees that are tried, and how many nodes are interpolated; on intervals of x, which are twice as wide, more of them.
LEAST, MOST, NODES, WIDER = 5, 23, 24, 32
#: Errors are measured at so many further points an interval, one after the other, and by so much larger ones were seen at ten
#: times as many.
COUNTS, UNSEEN = (0, 100, 2000), 0.09
#: Which side of 0 has the smaller values is looked at here.
FAR = 11.0
#: Working precision.
BITS = 256
#: What may be lost by cutting off a polynomial, against its least value.
LOSS = 2.0**-56
#: A centre is looked for among so many numbers, this part of the width apart.
CENTRES, APART = 300, 2.0**-12
#: Below TINY an error of one unit counts as what with UNSEEN makes one.
TINY, SUBNORMAL = 2.0**-1021, 1 - UNSEEN


def fitted_double(
    f: Callable[[Floats], Floats],
    variable: Symbol,
    cells: Sequence[Cell],
    grids: Sequence[Grid],
    joins: Mapping[float, float],
    goal: float,
    limit: float,
) -> Pieces | None:
    """Return the cheapest pieces whose error doesn't exceed the goal, else the limit; None where there are none.

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
    points = _points(grids)
    if points is None:
        return None
    x, truth, scale = points
    below, above = np.abs(f(np.array([-FAR, FAR])))
    mirrored = bool(below > above)
    turn = -1 if mirrored else 1
    known = turn * x, truth, scale
    with balls.precision(BITS):
        exact = Function(spans, variable, BITS)

        @cache
        def fits(folded: bool) -> list[tuple[Pieces, Sides]]:
            """What may serve, the cheapest first."""
            found = [
                fit
                for shape in shapes(lambda x: f(turn * x))
                for layout in ((EVEN, FINER) if folded else (EVEN, FINER, SIGNED))
                if shape.folded == folded
                for fit in _fitted(lambda x: exact(turn * x), shape, layout)
            ]
            return sorted(found, key=lambda fit: fit[0].operations)

        # what is even, odd or nearly so is cheaper: the rest is fitted only where that doesn't serve
        for allowed, folded in product(sorted({goal, max(goal, limit)}), (True, False)):
            for made, series in fits(folded):
                error = UNSEEN + _error(made, series, known, allowed - UNSEEN)
                found = replace(made, mirrored=mirrored, error=error)
                if error <= allowed and joined(found):
                    return found
    return None


def _points(grids: Sequence[Grid]) -> Points | None:
    """Points within reach with true values and the scale of errors, None where the function is 0 or undefined."""
    parts = [
        [part[np.abs(grid.x) < REACH] for part in (grid.x, grid.truth.high, grid.truth.low, grid.scale)]
        for grid in grids
    ]
    x, true, rest, scale = (np.concatenate(part) for part in zip(*parts, strict=True))
    if np.any(np.isnan(true)) or np.any((true == 0) & (x != 0)):
        return None
    return x, Truth(true, rest), scale


def _fitted(exact: Exact, shape: Shape, layout: Layout) -> Iterator[tuple[Pieces, Sides]]:
    """Pieces with any care, and the series they are made from."""
    signs = (-1,) if shape.above else (1,) if shape.folded or layout.signed else (-1, 1)
    try:
        count = WIDER if layout.signed else NODES
        series = [[_series(exact, shape, sign, *edges, count) for edges in layout.edges] for sign in signs]
    except (UndecidedError, ZeroDivisionError):
        return
    degree = max(max(_degree(*interval) for interval in side) for side in series)
    if degree > MOST:
        return
    degree = max(degree, LEAST)
    rows = [
        [_coefficients(found, *edges, degree) for (found, _), edges in zip(side, layout.edges, strict=True)]
        for side in series
    ]
    for care in range(len(CARE)):
        kept = None if care >= 2 else -1
        sides = tuple(tuple(zip(*(row[:kept] for row in side), strict=True)) for side in rows)
        yield (
            Pieces(layout, shape.power, care, sides, shape.decay, shape.above),
            [[found for found, _ in side] for side in series],
        )


def _error(made: Pieces, series: Sides, known: Points, allowed: float) -> float:
    """The largest error at the points known and at many more, in units in the last place; infinite if it isn't allowed."""
    worst = 0.0
    for count in COUNTS:
        with np.errstate(all="ignore"):
            x, truth, scale = dense(made, series, *known, count) if count else known
            wrong = errors(value(Emulated(), made, x), truth, scale)
            # a subnormal number is rounded twice, by half a unit each
            worst = max(worst, float(np.max(np.where(scale < TINY, SUBNORMAL, 1.0) * wrong)))
        if worst > allowed:
            return inf
    return worst


def _series(exact: Exact, shape: Shape, sign: int, low: float, high: float, count: int) -> tuple[list[arb], float]:
    """Chebyshev coefficients of h on an interval, and its least size."""
    middle, half, sizes = (arb(low) + arb(high)) / 2, (arb(high) - arb(low)) / 2, []

    def h(s: arb) -> arb:
        u = middle + half * s
        found = exact(sign * u) / (sign * u if not shape.above else u) ** shape.power
        found = found * (shape.decay * u * u).exp() if shape.decay else found
        sizes.append(abs(float(found)))
        return found

    return chebyshev(h, count), min(sizes)


def _degree(found: Sequence[arb], least: float) -> int:
    sizes = np.abs([float(c) for c in found])
    tails = np.cumsum(sizes[::-1])[::-1]
    good = np.flatnonzero(tails[1:] <= LOSS * least)
    return int(good[0]) if good.size else len(found)


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
