"""Polynomials on intervals of equal width, as data: for kernels that look them up."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "CARE",
    "COUNT",
    "LEFT",
    "MAGIC",
    "POWERS",
    "REACH",
    "Floats",
    "Pieces",
    "certain",
    "effort",
    "evaluated",
    "single",
]

Floats = NDArray[np.float64]

#: Two registers of AVX-512 hold so many float32 numbers.
COUNT = 32
#: Added to a float32 of moderate size it leaves its integer part in the last bits.
MAGIC = 1.5 * 2.0**23
#: The intervals cover |x| < REACH, four standard deviations of inputs that are as wide as they come.
REACH = 12.0
#: Instructions that care costs, and how many rows what float32 leaves of coefficients takes.
CARE, LEFT = (0, 4, 9, 15), (0, 0, 1, 2)
#: Instructions that an exponential costs, without care and with it.
EXPONENTIAL = 15, 18


@dataclass(frozen=True)
class Pieces:
    """f(x) = x**power*h(u) for |x| < REACH, in float32 arithmetic; u is |x| if `folded`, else x.

    h(u) = P(u - c)*exp(-decay*u**2), where P and c are those of the interval floor(u*scale) modulo COUNT, the decay is 0 or
    a power of 2, and the centres are such that P(0) is nearly a float32. With `above` = (a, b, s) it is
    f(x) = |x|**power*h(|x|) for x < 0 and a + b*x + s*f(-x) for x > 0. With `care` 1 h is taken with its last rounding
    error, with 2 also with the ones before, with 3 even where terms cancel; then f has the sign of x if the power is 1.
    `coefficients` begins with those of power 0, and ends with what float32 leaves of the linear ones (care 2 and 3) and of
    the constants (care 3); `error` is the largest that was measured, in units in the last place.
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
        return self.coefficients[: len(self.coefficients) - LEFT[self.care]]

    @property
    def operations(self) -> int:
        """How many instructions a vector takes, roughly."""
        return effort(len(self.terms) - 1, self.care, self.decay) + 12 + self.power + (2 if self.above else 0)

    @property
    def exponential(self) -> tuple[float, float, float, tuple[float, float, float]]:
        """For exp(-decay*s) = 2**k*exp(-decay*r), where k is a multiple of 1/COUNT and r as small as can be.

        The slope of k, the two parts of r - s for k = 1, of which the first times k is exact, and (exp(-decay*r) - 1)/r from
        power 0 on.
        """
        unit = log(2) / self.decay
        high = float(np.float16(unit))
        terms = -self.decay, self.decay**2 / 2, -(self.decay**3) / 6
        return -1 / unit, high, unit - high, terms


def effort(degree: int, care: int, decay: float) -> int:
    """Return how many instructions h takes, roughly."""
    return 2 * degree + CARE[care] + LEFT[care] + (EXPONENTIAL[care > 0] if decay else 0)


def single(value: Floats) -> Floats:
    """Return numbers rounded to float32."""
    return value.astype(np.float32).astype(np.float64)


_POWERS = np.exp2(np.arange(COUNT) / COUNT)
#: 2**(j/COUNT) in float32, and what that leaves.
POWERS = single(_POWERS), single(_POWERS - single(_POWERS))


def evaluated(pieces: Pieces, x: Any) -> Floats:
    """Return what a kernel computes, rounded to float32 after each of its operations."""
    x = np.asarray(x, np.float64)
    u, index, t, rows = _placed(pieces, x)
    slope, before = rows[-1], rows[-1]
    for row in rows[-2:0:-1]:
        slope, before = single(slope * t + row), slope
    value, lost = _sum(slope, t, rows[0], pieces.care)
    left = [np.asarray(row)[index] for row in pieces.coefficients[len(pieces.terms) :]]
    if pieces.care > 2:
        lost = single(lost + left[1])
    if pieces.care > 1:
        lost = single(t * single(single(before * t + single(rows[1] - slope)) + left[0]) + lost)
    power = np.zeros(x.shape, int)
    if pieces.decay:
        value, lost, power = _decayed(pieces, u, value, lost)
    found = _above(pieces, x, value, lost, power) if pieces.above else _plain(pieces, x, value, lost, power)
    return np.copysign(found, x) if pieces.care and pieces.power == 1 else found


def certain(pieces: Pieces, x: Floats, true: Floats, unit: Floats) -> Floats:
    """Return a bound on the error, in units, that holds however the operations round; inf with care or an exponential."""
    if pieces.care or pieces.decay:
        return np.full(x.shape, np.inf)
    _, _, t, rows = _placed(pieces, x)
    slope = exact = rows[-1]
    off = np.zeros(x.shape)
    for row in rows[-2:0:-1]:
        slope, exact = single(slope * t + row), exact * t + row
        off = off * np.abs(t) + _half(slope)
    exact, off = exact * t + rows[0], off * np.abs(t)
    factor, base = _factor(pieces, x), _base(pieces, x)
    if pieces.power or pieces.above:
        off = (off + _half(exact)) * np.abs(factor)
    before_last = (np.abs(exact * factor + base - true) + off) / unit
    # from a whole unit on a power of 2 may be passed, beyond which units are twice as large
    return np.asarray(before_last + np.where(before_last < 1, 0.5, 1.0))


def _half(value: Floats) -> Floats:
    """Half a unit in the last place."""
    return np.spacing(np.abs(value).astype(np.float32)).astype(np.float64) / 2


def _placed(pieces: Pieces, x: Floats) -> tuple[Floats, Any, Floats, Floats]:
    """u, the place in the table, u - c and the coefficients there."""
    u = np.abs(x) if pieces.folded else x
    index = np.floor(u * np.float32(pieces.scale)).astype(int) % COUNT
    return u, index, single(u - np.asarray(pieces.centres)[index]), np.asarray(pieces.terms)[:, index]


def _factor(pieces: Pieces, x: Floats) -> Floats:
    """What h is multiplied by."""
    if pieces.above is None:
        return single(x**pieces.power)
    if pieces.above[2] > 0:
        return np.abs(x) ** pieces.power
    return -x if pieces.power else np.where(x < 0, 1.0, -1.0)


def _base(pieces: Pieces, x: Floats) -> Floats:
    """What is added to that."""
    constant, slope, _ = pieces.above or (0.0, 0.0, 1)
    return np.where(x < 0, 0.0, constant) if constant else single(np.where(x < 0, 0.0, x) * slope)


def _sum(slope: Floats, t: Floats, constant: Floats, care: int) -> tuple[Floats, Floats]:
    """constant + slope*t, and its rounding error: that is exact if the constant is the larger part, or with care 3."""
    if care < 3:
        value = single(slope * t + constant)
        return value, single(slope * t + single(constant - value))
    value = single(single(slope * t) + constant)
    part = single(value - constant)
    return value, single(single(slope * t - part) + single(constant - single(value - part)))


def _plain(pieces: Pieces, x: Floats, value: Floats, lost: Floats, power: Any) -> Floats:
    if pieces.power == 0:
        return _scaled(single(value + lost) if pieces.care else value, power)
    factor = _scaled(_factor(pieces, x), power)
    return single(factor * value + single(factor * lost)) if pieces.care else single(factor * value)


def _above(pieces: Pieces, x: Floats, value: Floats, lost: Floats, power: Any) -> Floats:
    factor, base = _scaled(_factor(pieces, x), power), _base(pieces, x)
    found = single(factor * value + base)
    if not pieces.care:
        return found
    rest = single(factor * lost + single(factor * value + single(base - found)))
    return single(found + rest)


def _scaled(value: Floats, power: Any) -> Floats:
    return single(np.ldexp(value, power))


def _decayed(pieces: Pieces, u: Floats, value: Floats, lost: Floats) -> tuple[Floats, Floats, Any]:
    """The same times exp(-decay*u**2)/2**power for a whole power, and that power."""
    slope, high, low, terms = (single(np.asarray(v)) for v in pieces.exponential)
    magic = MAGIC / COUNT
    k = single(single(u * u) * slope + magic) - magic
    r = single(k * low + single(u * u + k * high))
    part = single(r * single(r * single(r * terms[2] + terms[1]) + terms[0]))
    power = np.floor(k).astype(int)
    main, left = (row[np.round((k - power) * COUNT).astype(int)] for row in POWERS)
    part = single(main * part + left)
    found = single(main * value)
    if not pieces.care:
        return single(part * value + found), lost, power
    return found, single(part * value + single(main * lost + single(main * value - found))), power
