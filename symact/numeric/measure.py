"""Candidates computed at sample points and compared with the truth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy import Expr, Symbol

from ..proof.algebra.assume import Assumptions
from ..proof.numbers import balls
from .binding import function
from .candidates import FEW, restated
from .graph import Graph
from .proving import agrees
from .rounding import exactly, nearest
from .samples import Cell, Point, marks, positions
from .signs import sampled_signs
from .truth import Truth, errors, local_scale, true_values

__all__ = ["FORMATS", "Format", "Grid", "evaluate", "grids", "measured", "refreshed"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Format:
    """How a result is computed and judged.

    The digits of its format, the exponent of the last subnormal bit, the range; the error to aim at; the dtype of the
    arithmetic; and which of a candidate's nodes is computed.
    """

    digits: int
    least: int
    largest: float
    goal: float
    dtype: str
    form: str


_SINGLE = (24, -149, 3.4028234663852886e38)

#: "carried" is float64 with rounding errors carried along.
#: Float32 results are computed in float64, and their error before the last rounding must vanish against that rounding;
#: the fast ones are computed in float32, and so are "pairs", with rounding errors carried along.
FORMATS = {
    "double": Format(53, -1074, 1.7976931348623157e308, 2.4, "float64", "double"),
    "carried": Format(53, -1074, 1.7976931348623157e308, 0.85, "float64", "double"),
    "single": Format(*_SINGLE, 1 / 128, "float64", "single"),
    "fast": Format(*_SINGLE, 2.2, "float32", "native"),
    "pairs": Format(*_SINGLE, 0.6, "float32", "native"),
}


#: Bits with which an argument's sign is looked at.
BITS = 1024
#: Where there are more such stretches, the function oscillates.
STRETCHES = 3
#: Marks that are added on each stretch where values become subnormal, and how often: it may be short.
UNDERFLOW, ROUNDS = 24, 3


@dataclass(frozen=True)
class Grid:
    """A cell's sample points for one choice of parameters, with the true values there; `exprs` are equal ways to say them.

    The function is `undefined` where a root or logarithm of a negative number is.
    """

    number: int
    marks: Floats
    point: Point
    x: Floats
    truth: Truth
    scale: Floats
    exprs: tuple[Expr, ...]
    undefined: NDArray[np.bool_]


def grids(
    variable: Symbol, cells: Sequence[Cell], points: Sequence[Point], known: Assumptions, dtype: str = "float64"
) -> list[list[Grid]]:
    """Return for each cell its grids, one for each choice of parameters; none where the function is undefined.

    The points are numbers of the dtype.
    """
    found = []
    for number, cell in enumerate(cells):
        row = []
        if cell.expr is not None:
            places = marks(cell, dense=len(points) == 1)
            exprs = (cell.expr, *stated_otherwise(variable, cell, places, points, known))
            for point in points:
                ends = cell.ends(point)
                if ends[0] < ends[1]:
                    x, truth = _sampled(variable, cell, places, point, dtype, exprs)
                    for seed in range(ROUNDS if len(points) == 1 else 0):
                        more = _gradual_underflow(places, np.abs(truth.high), dtype, seed)
                        between, values = _sampled(variable, cell, more, point, dtype, exprs)
                        order = np.argsort(np.concatenate([x, between]), kind="stable")
                        places, x, high, low = (
                            np.concatenate(pair)[order]
                            for pair in (
                                (places, more),
                                (x, between),
                                (truth.high, values.high),
                                (truth.low, values.low),
                            )
                        )
                        truth = Truth(high, low)
                    scale = local_scale(x, truth.high, ends)
                    undefined = _undefined(exprs[0], variable, x, point, truth)
                    row.append(Grid(number, places, point, x, truth, scale, exprs, undefined))
        found.append(row)
    return found


def _sampled(
    variable: Symbol, cell: Cell, places: Floats, point: Point, dtype: str, exprs: Sequence[Expr]
) -> tuple[Floats, Truth]:
    """The points at marks, and the values there."""
    largest = float(np.finfo(dtype).max)
    x = np.clip(positions(cell, places, point), -largest, largest).astype(dtype).astype(np.float64)
    return x, true_values(exprs, variable, x.tolist(), point)


def _gradual_underflow(places: Floats, size: Floats, dtype: str, seed: int) -> Floats:
    """Random marks where values or their rounding errors become subnormal, a few hits there telling little."""
    small = float(np.finfo(dtype).tiny / np.finfo(dtype).eps)
    with np.errstate(invalid="ignore"):
        change = (np.minimum(size[1:], size[:-1]) < small) & (np.maximum(size[1:], size[:-1]) > 0)
    ends = np.flatnonzero(np.diff(np.concatenate([[0], change.astype(int), [0]])))
    runs = list(zip(places[ends[::2]].tolist(), places[ends[1::2]].tolist(), strict=True))
    if len(runs) > STRETCHES:
        return np.zeros(0)
    rng = np.random.default_rng(seed)
    return np.concatenate([np.zeros(0), *(rng.uniform(min(run), max(run), UNDERFLOW) for run in runs)])


def refreshed(variable: Symbol, cell: Cell, grid: Grid, places: Floats, dtype: str) -> Grid:
    """Return a grid with other marks, the scale of errors taken from the given one."""
    x = positions(cell, places, grid.point).astype(dtype).astype(np.float64)
    truth = true_values(grid.exprs, variable, x.tolist(), grid.point)
    known = ~np.isnan(grid.truth.high)
    around = np.interp(x, grid.x[known], (grid.scale > np.abs(grid.truth.high))[known]) > 0
    scale = np.where(around, np.interp(x, grid.x[known], grid.scale[known]), np.abs(truth.high))
    scale = np.fmax(scale, np.abs(truth.high))
    undefined = _undefined(grid.exprs[0], variable, x, grid.point, truth)
    return Grid(grid.number, places, grid.point, x, truth, scale, grid.exprs, undefined)


def _undefined(expr: Expr, variable: Symbol, x: Floats, point: Point, truth: Truth) -> NDArray[np.bool_]:
    """Where a root or logarithm of a negative number is asked for, which only parameters can bring about inside a cell."""
    found = np.zeros(x.shape, np.bool_)
    roots = [power.base for power in expr.atoms(sp.Pow) if power.exp.is_Rational and not power.exp.is_Integer]
    arguments = roots + [logarithm.args[0] for logarithm in expr.atoms(sp.log)]
    for k in np.flatnonzero(np.isnan(truth.high)).tolist():
        place = {**point, variable: exactly(x[k])}
        signs = (balls.enclose(a, {s: place[s] for s in a.free_symbols}, BITS) for a in arguments)
        found[k] = any(sign < 0 for sign in signs)
    return found


def stated_otherwise(
    variable: Symbol, cell: Cell, places: Floats, points: Sequence[Point], known: Assumptions
) -> list[Expr]:
    """Return the cell's expression in a form with less cancellation, if it is proved equal."""
    assert cell.expr is not None
    other = restated(cell.expr, sampled_signs(variable, cell, places.tolist(), points[:FEW]))
    return [other] if other is not None and agrees(other, cell, variable, known) else []


def evaluate(
    graph: Graph,
    results: Iterable[int],
    variable: Symbol,
    x: Floats,
    point: Mapping[Symbol, Expr],
    dtype: str = "float64",
) -> dict[int, Any]:
    """Return the floating-point values of nodes at points x, for exact parameter values that are rounded first."""
    kind = np.dtype(dtype).type
    x = x.astype(kind)
    values: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for a in graph.needed(results):
            node = graph.nodes[a]
            if node.op == "number":
                values[a] = kind(nearest(node.value))
            elif node.op == "symbol":
                values[a] = x if node.value == variable else kind(nearest(point[node.value]))
            else:
                args = [values[b] for b in node.args]
                if node.op == "select":
                    values[a] = np.where(*args)
                else:
                    values[a] = function(node.op)(*args)
    return {a: np.broadcast_to(values[a], x.shape).astype(np.float64) for a in results}


def measured(graph: Graph, variable: Symbol, results: Sequence[int], row: Sequence[Grid], form: Format) -> Floats:
    """Return the errors of nodes at a cell's points in the last place of a format, the worst over all parameter values."""
    worst = np.full((len(results), row[0].x.size), np.nan)
    for grid in row:
        values = evaluate(graph, set(results), variable, grid.x, grid.point, form.dtype)
        found = np.array([errors(values[a], grid.truth, grid.scale, form.digits, form.least) for a in results])
        # however large its neighbourhood is, a normal number is not lost
        normal = np.abs(grid.truth.high) >= 2.0 ** (form.least + form.digits - 1)
        lost = np.array([graph.value(a) == 0 for a in results], bool)
        found[lost[:, None] & normal] = np.inf
        # where the truth is unknown there is a value, but for where there is none
        missing = np.isnan(grid.truth.high) & ~grid.undefined
        found[missing & np.isnan([values[a] for a in results])] = np.inf
        outside = np.abs(grid.x) > form.largest
        worst = np.fmax(worst, np.where(outside, np.nan, found))
    return worst
