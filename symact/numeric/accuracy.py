"""How wrong a callable is: any callable, ours or another library's, compared with certain enclosures of the true values."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Symbol, oo

from ..definition import Definition
from .measure import stated_otherwise
from .rounding import nearest
from .samples import Cell, marks
from .subject import Subject, subject
from .truth import NEAR, Truth, errors, true_values

__all__ = [
    "FORMATS",
    "Accuracy",
    "Prepared",
    "faults_of_lost",
    "judged",
    "measure",
    "prepared",
    "sample_points",
    "shown",
]

Floats = NDArray[np.float64]

#: Entries of a row that are shown.
SHOWN = 6
#: Digits and exponent of the last subnormal bit.
FORMATS = {np.dtype(np.float16): (11, -24), np.dtype(np.float32): (24, -149), np.dtype(np.float64): (53, -1074)}


@dataclass(frozen=True)
class Accuracy:
    """The largest error in units in the last place, where it is, what came out there and what is true; and the median.

    It is infinite where nan or infinity came out for a finite number or the reverse; `finite` is the largest besides.
    Near a zero other than x = 0 the unit is that of the neighbourhood. `faults` says what went wrong at nan, at ±inf and at
    joins, and which warnings there were. For functions of a vector, `at` is the vector, and `entry` the place in the result
    where it has several numbers.
    """

    worst: float
    at: float | tuple[float, ...]
    computed: float
    true: float
    median: float
    points: int
    faults: tuple[str, ...]
    finite: float = 0.0
    entry: int | None = None


def sample_points(dtype: Any, count: int = 100, seed: int = 0) -> Any:
    """Return numbers of a dtype where errors show: typical ones, tails, tiny and huge ones, zeros, subnormals."""
    rng = np.random.default_rng(seed)
    info = np.finfo(dtype)
    reach = float(np.log(float(info.max)))
    top = float(np.log10(float(info.max)))
    parts = [
        rng.normal(size=count) * 3,
        rng.uniform(-40, 40, count),
        rng.uniform(-1.05 * reach, 1.05 * reach, count),
        rng.choice([-1, 1], count) * 10.0 ** rng.uniform(-top / 2, 3, count),
        rng.choice([-1, 1], count // 2) * 10.0 ** rng.uniform(-top, top, count // 2),
        np.arange(-7, 8) / 2,
        np.array([1, -1]) * float(info.max),
        np.array([1, -1]) * float(info.smallest_subnormal),
        np.array([1, -1]) * float(info.tiny) * 1.37,
    ]
    with np.errstate(over="ignore"):
        x = np.concatenate(parts).astype(dtype)
    return np.unique(x[np.isfinite(x)])


@dataclass(frozen=True)
class Prepared:
    """Where a function is to be measured: points of a dtype with the true values there, and the scale of errors."""

    subject: Subject
    point: Mapping[Symbol, Expr]
    x: Any
    truth: Truth
    scale: Floats


def prepared(
    definition: Definition,
    order: int = 0,
    dtype: Any = np.float64,
    values: Mapping[Symbol, Expr] = {},
    count: int = 100,
    seed: int = 0,
) -> Prepared:
    """Return where the definition's derivative of an order is to be measured; `values` gives parameters other than defaults."""
    point = {p.symbol: values.get(p.symbol, p.default) for p in definition.parameters}
    # at an infinite value a piece is missing
    infinite = {s: v for s, v in point.items() if v in (oo, -oo)}
    finite = tuple(p for p in definition.parameters if p.symbol not in infinite)
    slopes = tuple((at.subs(infinite), slope.subs(infinite)) for at, slope in definition.slopes)
    found = subject(replace(definition, expr=definition.expr.subs(infinite), parameters=finite, slopes=slopes), order)
    x = sample_points(dtype, count, seed)
    truth, scale = _true(found, point, x.astype(np.float64))
    return Prepared(found, point, x, truth, scale)


def measure(
    call: Callable[[Any], Any],
    definition: Definition,
    order: int = 0,
    dtype: Any = np.float64,
    values: Mapping[Symbol, Expr] = {},
    count: int = 100,
    seed: int = 0,
) -> Accuracy:
    """Return how far call(x) is from the definition's derivative of an order, for arrays x of a dtype.

    `values` gives parameters; the rest have their defaults. Points whose true value can't be enclosed are left out.
    """
    return judged(call, prepared(definition, order, dtype, values, count, seed))


def judged(call: Callable[[Any], Any], where: Prepared) -> Accuracy:
    """Return how far call(x) is from the truth."""
    x, truth = where.x, where.truth
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        computed = np.asarray(call(x))
        special = np.asarray(call(np.array([np.nan, -np.inf, np.inf], x.dtype)))
    faults = [f"warning: {w.message}" for w in caught if issubclass(w.category, RuntimeWarning)]
    faults += _faults(special, where.subject, where.point)
    digits, least = FORMATS[x.dtype]
    error = errors(computed.astype(np.float64), truth, where.scale, digits, least)
    known = ~np.isnan(error)
    faults += faults_of_lost(x, computed, truth, error)
    if not known.any():
        return Accuracy(np.nan, np.nan, np.nan, np.nan, np.nan, 0, tuple(dict.fromkeys(faults)))
    k = int(np.argmax(np.where(known, error, -1)))
    finite = error[np.isfinite(error)]
    return Accuracy(
        float(error[k]), float(x[k]), float(computed[k]), float(truth.high[k]), float(np.median(error[known])), int(known.sum()),
        tuple(dict.fromkeys(faults)), float(finite.max(initial=0)),
    )  # fmt: skip


def faults_of_lost(x: Any, computed: Any, truth: Truth, error: Floats) -> list[str]:
    """Return zeros for normal numbers, and nan or infinity for what is finite, each with the x, or row of them, next to 0."""
    info, true = np.finfo(x.dtype), np.abs(truth.high)
    reached = np.isfinite(truth.high) & (true < float(info.max))
    found = []
    for name, bad in (
        ("0", (computed == 0) & (true >= float(info.tiny))),
        ("nan", np.isnan(computed) & reached),
        ("inf", np.isinf(computed) & reached & ~(error <= 0)),
    ):
        places = np.argwhere(bad)
        if places.size:
            sizes = [np.abs(x[place[0]]).max() for place in places]
            at = tuple(places[int(np.argmin(sizes))])
            found.append(f"{name} at {shown(x[at[0]])}, not {truth.high[at]:.6g}")
    return found


def shown(x: Any) -> str:
    """Return a number, or a row of them, not all where these are many."""
    if np.ndim(x) == 0:
        return f"{float(x):.6g}"
    more = ", …" if len(x) > SHOWN else ""
    return f"({', '.join(f'{float(v):.6g}' for v in x[:SHOWN])}{more})"


def _faults(special: Any, found: Subject, point: Mapping[Symbol, Expr]) -> list[str]:
    """What is wrong at nan, -inf and inf."""
    faults = [] if np.isnan(special[0]) else [f"{special[0]} at nan"]
    for value, limit, name in ((special[1], found.limits[0], "-inf"), (special[2], found.limits[1], "inf")):
        if not isinstance(limit, str):
            wanted = np.nan if limit is None else nearest(limit.subs(point))
            near = value == wanted or (np.isnan(value) and np.isnan(wanted))
            if not near and not abs(value - wanted) <= 2 * np.finfo(special.dtype).eps * abs(wanted):
                faults.append(f"{value} at {name}, not {wanted}")
    return faults


def _true(found: Subject, point: Mapping[Symbol, Expr], x: Floats) -> tuple[Truth, Floats]:
    """True values at points, and the scale of errors: |value|, or that of the neighbourhood of a zero."""
    high, low, scale = np.full(x.shape, np.nan), np.zeros(x.shape), np.zeros(x.shape)
    for cell in found.cells:
        inside = _inside(cell, point, x)
        if cell.expr is None or not inside.any():
            continue
        places = marks(cell, dense=False)
        exprs = [cell.expr, *stated_otherwise(found.variable, cell, places, [dict(point)], found.known)]
        here = true_values(exprs, found.variable, x[inside].tolist(), point)
        high[inside], low[inside] = here.high, here.low
        around = [_neighbours(exprs, found.variable, cell, point, x[inside], factor) for factor in (1 - NEAR, 1 + NEAR)]
        three = np.array([around[0], here.high, around[1]])
        crossing = (np.fmin.reduce(three) < 0) & (np.fmax.reduce(three) > 0)
        scale[inside] = np.where(crossing, np.fmax.reduce(np.abs(three)), np.abs(here.high))
    for at, value in found.ends:
        if isinstance(value, Expr) and at not in (oo, -oo):
            exact = nearest(value.subs(point))
            here = x == nearest(at.subs(point))
            high[here], low[here], scale[here] = exact, 0, abs(exact)
    return Truth(high, low), scale


def _inside(cell: Cell, point: Mapping[Symbol, Expr], x: Floats) -> Any:
    low, high = cell.ends(point)
    return (low < x) & (x < high)


def _neighbours(
    exprs: Sequence[Expr], variable: Symbol, cell: Cell, point: Mapping[Symbol, Expr], x: Floats, factor: float
) -> Floats:
    """True values at factor*x, nan outside the cell."""
    with np.errstate(over="ignore"):
        moved = x * factor
    inside = _inside(cell, point, moved)
    found = np.full(x.shape, np.nan)
    found[inside] = true_values(exprs, variable, moved[inside].tolist(), point).high
    return found
