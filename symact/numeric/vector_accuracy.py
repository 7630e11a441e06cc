"""How wrong callables of functions of a vector are: ours or another library's, compared with certain enclosures, entry by entry."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray
from sympy import Expr, Symbol

from ..definition import Definition
from ..errors import NotSupportedError
from ..proof.numbers import balls
from ..symbols import LargestOf, n
from .accuracy import FORMATS, Accuracy, faults_of_lost, shown
from .truth import NEAR, Truth, errors, pair
from .vector_builder import OTHER, OWN, Reduction, abstracted

__all__ = ["PreparedRows", "judged_rows", "prepared_rows", "sample_rows"]

Floats = NDArray[np.float64]

#: Bits of a first try, and at most.
BITS = (200, 3200)
#: Entries of short rows, and of a long one.
SHORT, LONG = 5, 300
#: What stands for an infinite entry, and twice it: where both give the same, that is the limit.
FAR = 10**6


def sample_rows(dtype: Any, count: int = 100, seed: int = 0) -> list[Any]:
    """Return arrays of rows where errors show: typical, far apart, all alike, with one entry far above, tiny, huge, long.

    There are about `count` entries of each kind.
    """
    rng = np.random.default_rng(seed)
    info = np.finfo(dtype)
    reach, top = float(np.log(float(info.max))), float(np.log10(float(info.max)))
    shape = (max(count // SHORT, 2), SHORT)
    leading = rng.normal(size=shape)
    leading[np.arange(shape[0]), rng.integers(SHORT, size=shape[0])] += rng.uniform(5, 1.2 * reach, shape[0])
    parts = [
        rng.normal(size=shape) * 3,
        rng.uniform(-1.05 * reach, 1.05 * reach, shape),
        rng.integers(-2, 3, shape) / 2,
        leading,
        rng.choice([-1, 1], shape) * 10.0 ** rng.uniform(-top / 2, 3, shape),
        rng.choice([-1, 1], shape) * 10.0 ** rng.uniform(-top, top - 1, shape),
    ]
    alone = rng.normal(size=(3, 1)) * 3
    return [part.astype(dtype) for part in (np.concatenate(parts), alone, rng.normal(size=(2, LONG)) * 3)]


@dataclass(frozen=True)
class PreparedRows:
    """Rows where a function is measured, what is multiplied to its Jacobian (None: its values are), and what is true there.

    `limits` are rows with an entry that is infinite or nan, with the limit, nan where there is none to be expected.
    """

    x: list[Any]
    g: list[Any] | None
    truth: list[Truth]
    scale: list[Floats]
    limits: list[tuple[Any, Any, Floats]]


@dataclass(frozen=True)
class _Formula:
    """An expression in OWN and a symbol for each reduction."""

    expr: Expr
    reductions: list[Reduction]

    @property
    def keeps(self) -> bool:
        """Whether there is a value for each entry."""
        return bool(self.expr.has(OWN))

    def reduced(self, row: Sequence[arb], bits: int) -> list[arb]:
        """The values of the reductions."""
        found = []
        for r in self.reductions:
            term = balls.compiled(r.term, (OTHER,))
            values = [term(v, bits=bits) for v in row]
            with balls.precision(bits):
                total = values[0]
                for value in values[1:]:
                    total = total.max(value) if r.head is LargestOf else total + value
            found.append(total)
        return found

    def at(self, expr: Expr, row: Sequence[arb], totals: Sequence[arb], bits: int) -> list[arb]:
        """An expression in OWN and the reductions at each entry, or once where it has no OWN."""
        symbols: list[Symbol] = [OWN, n, *(r.symbol for r in self.reductions)]
        function = balls.compiled(expr, symbols)
        return [function(v, len(row), *totals, bits=bits) for v in (row if self.keeps else row[:1])]

    def values(self, row: Sequence[arb], bits: int) -> list[arb]:
        """The function's values."""
        return self.at(self.expr, row, self.reduced(row, bits), bits)

    def products(self, row: Sequence[arb], g: Sequence[arb], bits: int) -> tuple[list[arb], list[arb]]:
        """The sum over i of g_i*J_ik for each k, and the sum of the terms' absolute values."""
        totals = self.reduced(row, bits)
        with balls.precision(bits):
            own = [arb(0)] * len(row)
            if self.keeps:
                own = [a * b for a, b in zip(g, self.at(self.expr.diff(OWN), row, totals, bits), strict=True)]
            others, sizes = [arb(0)] * len(row), [arb(0)] * len(row)
            for r, total in zip(self.reductions, totals, strict=True):
                weights = [a * b for a, b in zip(g, self.at(self.expr.diff(r.symbol), row, totals, bits), strict=True)]
                whole, size = sum(weights, arb(0)), sum(map(abs, weights), arb(0))
                for k, slope in enumerate(self._slopes(r, row, total, bits)):
                    # of functions with one value all of it is the same term
                    here = weights[k] if self.keeps else whole
                    own[k] += here * slope
                    others[k] += (whole - here) * slope
                    sizes[k] += (size - abs(here)) * abs(slope)
            found = [a + b for a, b in zip(own, others, strict=True)]
            return found, [abs(a) + b for a, b in zip(own, sizes, strict=True)]

    def _slopes(self, r: Reduction, row: Sequence[arb], total: arb, bits: int) -> list[arb]:
        """The derivative of a reduction by each entry; of the largest it is that by the first largest one."""
        if r.head is not LargestOf:
            slope = balls.compiled(r.term.diff(OTHER), (OTHER,))
            return [slope(v, bits=bits) for v in row]
        if r.term != OTHER:
            raise NotSupportedError("the derivative of the largest value of a function of entries")
        first = next(k for k, v in enumerate(row) if v == total)
        return [arb(int(k == first)) for k in range(len(row))]


def prepared_rows(definition: Definition, order: int, dtype: Any, count: int = 100, seed: int = 0) -> PreparedRows:
    """Return where a function of a vector, or g times its Jacobian for order 1, is to be measured along the last axis."""
    formula = _Formula(*abstracted(definition.expr))
    rng = np.random.default_rng(seed + 1)
    x = sample_rows(dtype, count, seed)
    g = None if order == 0 else [rng.normal(size=_result(formula, part)).astype(dtype) for part in x]
    truth, scale = [], []
    for k, part in enumerate(x):
        found = [_true(formula, row, None if g is None else np.atleast_1d(g[k][m])) for m, row in enumerate(part)]
        shape = _result(formula, part) if g is None else part.shape
        truth.append(Truth(*(np.array([f[m] for f in found]).reshape(shape) for m in (0, 1))))
        scale.append(np.array([f[2] for f in found]).reshape(shape))
    return PreparedRows(x, g, truth, scale, _limits(formula, order, np.dtype(dtype)))


def _result(formula: _Formula, rows: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = rows.shape
    return shape if formula.keeps else shape[:1]


def _true(formula: _Formula, row: Any, g: Any) -> tuple[list[float], list[float], list[float]]:
    """True values as high + low, and the scale of errors."""
    bits = BITS[0]
    entries = [arb(float(v)) for v in row]
    while True:
        if g is None:
            found = formula.values(entries, bits)
        else:
            found, terms = formula.products(entries, [arb(float(v)) for v in g], bits)
        pairs = [pair(ball) for ball in found]
        if None not in pairs or bits >= BITS[1]:
            break
        bits *= 2
    split = [(np.nan, 0.0) if p is None else p for p in pairs]
    high, low = [p[0] for p in split], [p[1] for p in split]
    size = np.abs(high)
    if g is not None:
        return high, low, np.maximum(size, [NEAR * float(a) for a in terms]).tolist()
    around = [formula.values([v * factor for v in entries], bits) for factor in (1 - NEAR, 1 + NEAR)]
    three = np.array([high, *([float(v) for v in values] for values in around)])
    crossing = (three.min(axis=0) < 0) & (three.max(axis=0) > 0)
    return high, low, np.where(crossing, np.abs(three).max(axis=0), size).tolist()


def _limits(formula: _Formula, order: int, dtype: np.dtype[Any]) -> list[tuple[Any, Any, Floats]]:
    """Rows with an entry that isn't finite."""
    base = np.array([[0.5, -1.0, 2.0]], dtype)
    found = []
    g = np.array([[1.5, -0.5, 0.75] if formula.keeps else 1.5], dtype) if order else None
    g = g if g is None or formula.keeps else g.reshape(1)
    for value in (np.nan, -np.inf, np.inf):
        row = base.copy()
        row[0, 1] = value
        if np.isnan(value):
            size = 3 if order or formula.keeps else 1
            found.append((row, g, np.full(size, np.nan)))
            continue
        near, far = (_far(formula, base[0], g, int(np.sign(value)) * k * FAR) for k in (1, 2))
        limit = [_limit(a, b) for a, b in zip(near, far, strict=True)]
        if not np.isnan(limit).any():
            found.append((row, g, np.array(limit)))
    return found


def _far(formula: _Formula, base: Any, g: Any, entry: int) -> list[arb]:
    row = [arb(float(v)) for v in base]
    row[1] = arb(entry)
    if g is None:
        return formula.values(row, BITS[1])
    return formula.products(row, [arb(float(v)) for v in np.ravel(g)], BITS[1])[0]


def _limit(near: arb, far: arb) -> float:
    """What two values far out go to; nan where they don't tell."""
    a, b = float(near), float(far)
    if abs(a) < 1e-300 and abs(b) <= abs(a):
        return 0.0
    if abs(near - far) < abs(far) * 2.0**-60:
        return b
    return float(np.copysign(np.inf, b)) if abs(b) > FAR / 2 and b / a > 1.5 else np.nan


def judged_rows(call: Callable[..., Any], where: PreparedRows) -> Accuracy:
    """Return how far call(x), or call(x, g), is from the truth; its `at` is a row, and `entry` the place in the result."""
    dtype = where.x[0].dtype
    digits, least = FORMATS[dtype]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        computed = [np.asarray(call(x) if where.g is None else call(x, where.g[k])) for k, x in enumerate(where.x)]
        special = [np.asarray(call(x) if g is None else call(x, g)) for x, g, _ in where.limits]
    faults = [f"warning: {w.message}" for w in caught if issubclass(w.category, RuntimeWarning)]
    for (x, _, wanted), found in zip(where.limits, special, strict=True):
        if not np.allclose(np.ravel(found), wanted, rtol=4 * np.finfo(dtype).eps, atol=0, equal_nan=True):
            faults.append(f"{shown(np.ravel(found))} at {shown(x[0])}, not {shown(wanted)}")
    worst = Accuracy(np.nan, np.nan, np.nan, np.nan, np.nan, 0, ())
    all_errors = []
    for x, y, truth, scale in zip(where.x, computed, where.truth, where.scale, strict=True):
        error = errors(y.astype(np.float64), truth, scale, digits, least)
        faults += faults_of_lost(x, y, truth, error)
        all_errors.append(error.ravel()[~np.isnan(error.ravel())])
        if all_errors[-1].size and not np.nanmax(error) <= worst.worst:
            at = np.unravel_index(np.nanargmax(error), error.shape)
            entry = int(at[1]) if error.ndim > 1 else None
            worst = Accuracy(
                float(error[at]), tuple(x[at[0]].tolist()), float(y[at]), float(truth.high[at]), 0.0, 0, (), entry=entry
            )
    known = np.concatenate(all_errors)
    finite = known[np.isfinite(known)]
    return Accuracy(
        worst.worst, worst.at, worst.computed, worst.true, float(np.median(known)), known.size,
        tuple(dict.fromkeys(faults)), float(finite.max(initial=0)), worst.entry,
    )  # fmt: skip
