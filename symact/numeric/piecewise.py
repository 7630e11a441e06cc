"""Polynomials on intervals of equal width, as data: for kernels that look them up."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .llvm.coefficients import EXP_24, LN2_SHORT_24

__all__ = ["CARE", "COUNT", "MAGIC", "REACH", "Pieces", "evaluated", "single"]

Floats = NDArray[np.float64]

#: Two registers of AVX-512 hold so many float32 numbers.
COUNT = 32
#: Added to a float32 of moderate size it leaves its integer part in the last bits.
MAGIC = 1.5 * 2.0**23
#: The intervals cover |x| < REACH, four standard deviations of inputs that are as wide as they come.
REACH = 12.0
#: Instructions that care costs.
CARE = (0, 4, 10)


@dataclass(frozen=True)
class Pieces:
    """f(x) = x**power*h(u) for |x| < REACH, in float32 arithmetic; u is |x| if `folded`, else x.

    h(u) = P(u - c)*exp(-decay*u**2), where P and c are those of the interval floor(u*scale) modulo COUNT, the decay is 0 or
    a power of 2, and the centres are such that P(0) is nearly a float32. With `above` = (a, b, s) it is
    f(x) = |x|**power*h(|x|) for x < 0 and a + b*x + s*f(-x) for x > 0. With `care` 1 h is taken with its last rounding
    error, with 2 also with the ones before; then f has the sign of x if the power is 1. `coefficients` begins with those of
    power 0, and with care 2 ends with what float32 leaves of the linear ones; `error` is the largest that was measured, in
    units in the last place.
    """

    scale: float
    folded: bool
    power: int
    care: int
    centres: tuple[float, ...]
    coefficients: tuple[tuple[float, ...], ...]
    decay: float = 0.0
    above: tuple[float, float, int] | None = None
    error: float = 0.0

    @property
    def terms(self) -> tuple[tuple[float, ...], ...]:
        """The coefficients by power."""
        return self.coefficients[:-1] if self.care == 2 else self.coefficients

    @property
    def operations(self) -> int:
        """How many instructions a vector takes, roughly."""
        exponential = 14 if self.decay else 0
        return 2 * len(self.coefficients) + 10 + self.power + CARE[self.care] + exponential + (2 if self.above else 0)

    @property
    def exponential(self) -> tuple[float, float, float, tuple[float, ...]]:
        """For exp(-decay*s) = 2**k*E(r): the slope of k, the two parts of r - s for k = 1, and (E - 1)/r from power 0 on."""
        terms = (1.0, *EXP_24)
        return (
            self.decay / log(2), LN2_SHORT_24[0] / self.decay, LN2_SHORT_24[1] / self.decay,
            tuple(c * (-self.decay) ** (j + 1) for j, c in enumerate(terms)),
        )  # fmt: skip


def single(value: Floats) -> Floats:
    """Return numbers rounded to float32."""
    return value.astype(np.float32).astype(np.float64)


def evaluated(pieces: Pieces, x: Any) -> Floats:
    """Return what a kernel computes, rounded to float32 after each of its operations."""
    x = np.asarray(x, np.float64)
    u = np.abs(x) if pieces.folded else x
    index = np.floor(u * np.float32(pieces.scale)).astype(int) % COUNT
    t = single(u - np.asarray(pieces.centres)[index])
    rows = np.asarray(pieces.terms)[:, index]
    slope, before = rows[-1], rows[-1]
    for row in rows[-2:0:-1]:
        slope, before = single(slope * t + row), slope
    value = single(slope * t + rows[0])
    lost = single(slope * t + single(rows[0] - value))
    if pieces.care == 2:
        low = np.asarray(pieces.coefficients[-1])[index]
        lost = single(t * single(single(before * t + single(rows[1] - slope)) + low) + lost)
    if pieces.decay:
        value, lost = _decayed(pieces, u, value, lost)
    found = _above(pieces, x, u, value, lost) if pieces.above else _plain(pieces, x, value, lost)
    return np.copysign(found, x) if pieces.care and pieces.power == 1 else found


def _plain(pieces: Pieces, x: Floats, value: Floats, lost: Floats) -> Floats:
    if pieces.power == 0:
        return single(value + lost) if pieces.care else value
    factor = x if pieces.power == 1 else single(x * x)
    return single(factor * value + single(factor * lost)) if pieces.care else single(factor * value)


def _above(pieces: Pieces, x: Floats, u: Floats, value: Floats, lost: Floats) -> Floats:
    assert pieces.above is not None
    constant, slope, sign = pieces.above
    base = np.where(x < 0, 0.0, constant) if constant else single(np.where(x < 0, 0.0, x) * slope)
    factor = (u if sign > 0 else -x) if pieces.power else (1.0 if sign > 0 else np.where(x < 0, 1.0, -1.0))
    found = single(factor * value + base)
    if not pieces.care:
        return found
    rest = single(factor * lost + single(factor * value + single(base - found)))
    return single(found + rest)


def _decayed(pieces: Pieces, u: Floats, value: Floats, lost: Floats) -> tuple[Floats, Floats]:
    """What is to be multiplied by exp(-decay*u**2), and its rounding error."""
    slope, high, low, terms = (single(np.asarray(v)) for v in pieces.exponential)
    square = single(u * u)
    k = MAGIC - single(square * slope + MAGIC)
    main, small = single(k * high + square), single(k * low + single(u * u - square))
    r = single(main + small)
    q = before = terms[-1] * np.ones_like(r)
    for c in terms[-2::-1]:
        q, before = single(q * r + c), q
    e = single(q * r + 1)
    missing = single(q * r + single(1 - e))
    if pieces.care == 2:
        missing = single(r * single(before * r + single(terms[0] - q)) + missing)
        missing = single(single(single(small - single(r - main)) * terms[0]) * e + missing)
    found = single(e * value)
    rest = single(missing * value + single(e * lost + single(e * value - found)))
    power = k.astype(int)
    return single(np.ldexp(found, power)), single(np.ldexp(rest, power))
