"""True values at many points, and how far computed ones are from them in units in the last place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, ldexp

import numpy as np
from flint import arb
from numpy.typing import NDArray
from sympy import Expr, Symbol

from ..proof.numbers import balls
from .rounding import fraction, to_double

__all__ = ["Truth", "errors", "local_scale", "pair", "true_values", "unit"]

Floats = NDArray[np.float64]

FIRST_BITS = 128
MAX_BITS = 4096
#: Good bits a ball must have: 53 for the value, 53 for what is beyond it.
GOOD_BITS = 100


@dataclass(frozen=True)
class Truth:
    """True values as high + low; high is nan where no ball was good enough."""

    high: Floats
    low: Floats


def true_values(
    exprs: Sequence[Expr], variable: Symbol, points: Sequence[float], values: Mapping[Symbol, Expr] = {}
) -> Truth:
    """Return the values of an expression at points (taken exactly) for exact values of the parameters.

    Further expressions, proved equal to the first, serve where that one cancels beyond the largest precision.
    """
    high, low = np.full(len(points), np.nan), np.zeros(len(points))
    for expr in exprs:
        used = sorted(expr.free_symbols - {variable}, key=str)
        function = balls.compiled(expr, (variable, *used))
        parameters = [values[symbol] for symbol in used]
        bits = FIRST_BITS
        for k in np.flatnonzero(np.isnan(high)).tolist():
            high[k], low[k], bits = _value(function, float(points[k]), parameters, bits)
    return Truth(high, low)


def _value(function: balls.Compiled, point: float, parameters: Sequence[Expr], bits: int) -> tuple[float, float, int]:
    """A value as a sum of two doubles, and the bits it took; begins with what the point before needed, halved."""
    bits = max(FIRST_BITS, bits // 2)
    while bits <= MAX_BITS:
        found = pair(function(point, *parameters, bits=bits))
        if found is not None:
            return *found, bits
        bits *= 2
    return np.nan, 0.0, FIRST_BITS


def pair(ball: arb) -> tuple[float, float] | None:
    """Return what a ball encloses as a sum of two doubles, None where it is too wide."""
    if not ball.is_finite():
        return None
    if _vanishes(ball):
        return 0.0, 0.0
    if ball.rel_accuracy_bits() < GOOD_BITS:
        return None
    if ball > _HUGE or ball < -_HUGE:
        return (inf if ball > 0 else -inf), 0.0
    if -_TINY < ball < _TINY:
        return 0.0, 0.0
    mantissa, exponent = (int(part) for part in ball.mid().man_exp())
    digits = mantissa.bit_length()
    if digits < _LONG and abs(exponent + digits) < _LONG:
        # nothing is rounded but the two doubles
        near = float(mantissa)
        return ldexp(near, exponent), ldexp(float(mantissa - int(near)), exponent)
    exact = fraction(ball)
    high = to_double(exact)
    return high, to_double(exact - type(exact)(high)) if abs(high) != inf else 0.0


#: Whole numbers with fewer binary digits are in the range of doubles.
_LONG = 1000
_TINY = arb(2) ** -1100
_HUGE = arb(2) ** 1030


def _vanishes(ball: arb) -> bool:
    """Whether the value is certainly too small for any double, though its sign is open."""
    return bool(ball.abs_upper() < _TINY)


#: Digits of a format → the least number that rounds to infinity; for doubles the largest one, as no double lies between.
_BEYOND = {53: 1.7976931348623157e308, 24: 3.4028235677973366e38, 11: 65520.0}


def unit(scale: Floats, digits: int, least: int) -> Floats:
    """Return one unit in the last place of numbers of `digits` bits with `least` the last bit of the format."""
    exponent = np.where((scale == 0) | ~np.isfinite(scale), least, np.frexp(scale)[1] - digits)
    return np.ldexp(1.0, np.maximum(exponent, least))


def errors(computed: Floats, truth: Truth, scale: Floats, digits: int = 53, least: int = -1074) -> Floats:
    """Return |computed - true| in units in the last place of `scale`, a number of `digits` bits with `least` its last bit.

    nan where the truth is unknown; inf where only one of the two is finite, or nan was computed.
    """
    with np.errstate(all="ignore"):
        found = np.abs((computed - truth.high) - truth.low) / unit(scale, digits, least)
        # beyond the range of the format any number that rounds to infinity is right
        limit = _BEYOND[digits]
        same = (computed == truth.high) & (truth.low == 0)
        both = (np.abs(computed) >= limit) & (np.abs(truth.high) >= limit) & (np.sign(computed) == np.sign(truth.high))
    found = np.where(same | both, 0.0, np.where(np.isnan(computed) | ~np.isfinite(found), inf, found))
    return np.where(np.isnan(truth.high), np.nan, found)


#: The neighbourhood of a zero c reaches from c*(1 - 1/8) to c*(1 + 1/8).
NEAR = 1 / 8
#: A value this much smaller than its neighbourhood at a finite end counts as a zero at that end.
SMALL = 1e-7


def local_scale(x: Floats, values: Floats, ends: tuple[float, float]) -> Floats:
    """Return |value|, or near a zero other than x = 0 the largest |value| in its neighbourhood.

    There only the error relative to the neighbourhood can be small. Zeros show as sign changes between points, and as
    values that vanish towards an end of the cell.
    """
    size = np.abs(values)
    found = size.copy()
    signs = np.sign(values)
    changes = np.flatnonzero(signs[1:] * signs[:-1] < 0).tolist()
    zeros = [float(x[k] / 2 + x[k + 1] / 2) for k in changes]
    for end, k in ((ends[0], 0), (ends[1], -1)):
        if (
            np.isfinite(end)
            and end != 0
            and size[k] < SMALL * np.nanmax(size[np.abs(x - end) <= NEAR * abs(end)], initial=0)
        ):
            zeros.append(end)
    for zero in zeros:
        near = np.abs(x - zero) <= NEAR * abs(zero)
        found[near] = np.maximum(found[near], np.nanmax(size[near], initial=0))
    for k in changes:
        if x[k + 1] - x[k] <= 2 * NEAR * max(abs(x[k]), abs(x[k + 1])):
            found[k : k + 2] = np.maximum(found[k : k + 2], size[k : k + 2].max())
    return found
