"""Where a function is measured: cells of the line, points inside them, values for the parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from math import inf, nextafter

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Rational, S, Symbol, oo

from ..definition import Parameter
from ..proof.algebra.assume import Assumptions
from .rounding import exactly, nearest

__all__ = ["Cell", "Point", "marks", "parameter_points", "positions"]

Floats = NDArray[np.float64]

#: Exact values of the parameters.
Point = dict[Symbol, Expr]


@dataclass(frozen=True)
class Cell:
    """An open interval on which the function is one smooth expression; None where it is undefined."""

    low: Expr
    high: Expr
    expr: Expr | None

    @property
    def kind(self) -> str:
        """Which ends are finite: "both", "low", "high" or "none"."""
        return {(True, True): "both", (True, False): "low", (False, True): "high"}.get(
            (self.low != -oo, self.high != oo), "none"
        )

    def ends(self, point: Mapping[Symbol, Expr]) -> tuple[float, float]:
        """Return the ends for parameter values, rounded."""
        low, high = (nearest(end.subs(point)) for end in (self.low, self.high))
        return low, high

    def at(self, t: Expr) -> Expr:
        """Return the place of a mark t: its distance from the finite end, or its part of the width from the low end."""
        if self.kind == "both":
            return self.low + t * (self.high - self.low)
        return {"low": self.low + t, "high": self.high - t, "none": t}[self.kind]


#: Points so many units in the last place from an end, or beyond this |x|, stay where they are.
_CLOSE, _FAR = 64, 1e300


@cache
def _distances(dense: bool) -> tuple[float, ...]:
    """Distances from an end: tiny ones, then closely spaced where functions live, then huge ones.

    No distance is a short number, at which rounding errors happen to vanish.
    """
    k = 1 if dense else 4
    tiny = [1.2345e-310, *(10.0**e * 1.37 for e in range(-307, -20, 41)), *(10.0**e * 1.91 for e in range(-20, -4, k))]
    small = list(np.geomspace(1.3e-4, 0.05, 24 // k))
    middle = [
        *np.geomspace(0.0531, 1.03, 120 // k),
        *np.linspace(1.041, 8.3, 180 // k),
        *np.linspace(8.41, 45.3, 120 // k),
    ]
    tail = [*np.geomspace(46.07, 690.1, 60 // k), *np.linspace(691.3, 751.9, 30 // k)]
    # up to the largest float32 no step is so large that a cancellation goes unseen
    tens = (*range(6, 42, 2 * k), *range(42, 308, 9 * k))
    huge = [*np.geomspace(761.3, 1.17e5, 12 // k), *(10.0**e * 1.53 for e in tens), 1.4e308, 1.79e308]
    return tuple(float(d) for d in [*tiny, *small, *middle, *tail, *huge])


def marks(cell: Cell, dense: bool = True) -> Floats:
    """Return the marks of a cell's points (see `Cell.at`), in the order in which x increases."""
    steps = np.array(_distances(dense))
    if cell.kind == "both":
        least = 0 if cell.low == 0 else 1e-17
        near = np.concatenate(
            [steps[(steps > least) & (steps < 0.31)], np.linspace(0.3117, 0.4983, 16 if dense else 5)]
        )
        return np.concatenate([near, (1 - near[near > 1e-15])[::-1]])
    if cell.kind == "none":
        return np.concatenate([-steps[::-1], [0.0], steps])
    end = cell.low if cell.kind == "low" else cell.high
    if end.is_number and end != 0:
        size = abs(nearest(end))
        steps = np.concatenate([size * np.geomspace(3.1e-15, 1.1e-6, 10), steps[steps > 2e-6 * size]])
    return steps if cell.kind == "low" else steps[::-1]


def positions(cell: Cell, found: Floats, point: Mapping[Symbol, Expr]) -> Floats:
    """Return the points of the cell at its marks, for parameter values; none where the cell is empty for them."""
    low, high = cell.ends(point)
    if not low < high:
        return np.full(found.shape, np.nan)
    with np.errstate(all="ignore"):
        if cell.kind == "both" and low > -inf and high < inf:
            x = np.where(found < 0.5, low + found * (high - low), high - (1 - found) * (high - low))
        elif cell.kind == "both":
            # an end that depends on parameters may be infinite
            up, down = found / (1 - found), (1 - found) / found
            x = low + up if low > -inf else high - down if high < inf else up - down
        else:
            x = {"low": low + found, "high": high - found, "none": found}[cell.kind]
        x = _with_all_digits(x, low, high)
    return np.clip(x, nextafter(low, inf), nextafter(high, -inf))


def _with_all_digits(x: Floats, low: float, high: float) -> Floats:
    """Move points by a few units in the last place: a sum with an end has few digits, and no rounding error shows there."""
    unit = np.spacing(np.abs(x))
    inside = np.minimum(x - low, high - x) > _CLOSE * unit
    return np.where(inside & (np.abs(x) < _FAR), x + unit * (np.arange(x.size) * 5 % 8), x)


#: Factors for the defaults: moderate ones, in which parameters also differ from each other, and extreme ones.
_MODERATE = (S.One, Rational(17, 128), Rational(121, 16), Rational(-5, 7))
_EXTREME = (Rational(1, 999983), Rational(1000003))


def parameter_points(parameters: Sequence[Parameter], known: Assumptions, count: int = 6) -> list[Point]:
    """Return values of the parameters inside their domain: first the defaults, then smaller, larger and negative ones."""
    if not parameters:
        return [{}]
    start: Point = {p.symbol: S.One if p.default is None else p.default for p in parameters}
    found: list[Point] = []
    for factors in islice(_mixed(len(parameters)), 200):
        point = {s: _scaled(v, factor) for (s, v), factor in zip(start.items(), factors, strict=True)}
        if point not in found and _inside(known, point):
            found.append(point)
        if len(found) == count:
            break
    return found or [start]


def _scaled(value: Expr, factor: Expr) -> Expr:
    """A value near the default, as a double; an infinite one is kept or becomes finite."""
    if factor != 1 and value in (oo, -oo, 0):
        value = {oo: S(3), -oo: S(-3), S.Zero: S.One}[value]
        factor = abs(factor) if value != 1 else factor
    return exactly(nearest(value * factor))


def _mixed(count: int) -> list[tuple[Expr, ...]]:
    """Factors for the parameters: all alike first, then mixed."""
    alike = [(factor,) * count for factor in (*_MODERATE, *_EXTREME)]
    mixed = [f for f in product(_MODERATE[:3], repeat=count) if f not in alike] if count <= 3 else []
    return alike + mixed


def _inside(known: Assumptions, point: Point) -> bool:
    return all(relation.subs(point) in (True, S.true) for relation in known.relations)
