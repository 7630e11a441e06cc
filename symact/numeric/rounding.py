"""Exact numbers and balls to floating point, correctly rounded."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import inf, nan
from typing import Any

import numpy as np
from flint import arb
from sympy import Expr, Rational, S, oo

from ..errors import UndecidedError
from ..proof.numbers import balls

__all__ = ["exactly", "fraction", "nearest", "split", "to_double"]

LARGEST = arb(2) ** 1024
_SPECIAL = {oo: inf, -oo: -inf, S.NaN: nan}


#: Numbers beyond these powers of 2 have no double near them, and may have more digits than there is memory.
SMALL, LARGE = -1200, 1100


def fraction(value: arb) -> Fraction:
    """Return the midpoint of a ball as an exact fraction, 0 where it is too small for any double.

    Raises UndecidedError where it is too large for any double.
    """
    return _exact(value.mid())


def _exact(point: arb) -> Fraction:
    mantissa, exponent = (int(part) for part in point.man_exp())
    place = exponent + mantissa.bit_length()
    if mantissa == 0 or place < SMALL:
        return Fraction(0)
    if place > LARGE:
        raise UndecidedError("a number is too large for a double")
    return Fraction(mantissa) * Fraction(2) ** exponent


def to_double(value: Fraction) -> float:
    """Return the double next to a fraction; ±inf beyond the range."""
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return inf if value > 0 else -inf


@lru_cache(maxsize=4096)
def nearest(number: Expr) -> float:
    """Return the double next to an exact number; raise UndecidedError where it can't be told."""
    if number in _SPECIAL:
        return _SPECIAL[number]
    if number.is_Rational:
        return to_double(Fraction(int(number.p), int(number.q)))
    bits = 128
    while bits <= 8192:
        ball = balls.enclose(number, bits=bits)
        if ball.is_finite() and ball.abs_lower() > LARGEST:
            return inf if ball > 0 else -inf
        if ball.is_finite():
            middle, radius = _exact(ball.mid()), _exact(ball.rad())
            low, high = to_double(middle - radius), to_double(middle + radius)
            if low == high:
                return low
        bits *= 2
    raise UndecidedError(f"{number} can't be rounded to a double")


def exactly(value: Any) -> Rational | Expr:
    """Return a float as the exact rational it stands for."""
    value = float(value)
    if np.isfinite(value):
        return Rational(*value.as_integer_ratio())
    return S.NaN if value != value else oo if value > 0 else -oo


def split(number: Expr, digits: int = 53) -> tuple[Expr, Expr]:
    """Return (hi, number - hi) where hi is the double next to the number, or with 24 digits a float next to it."""
    high = exactly(nearest(number) if digits == 53 else np.float32(nearest(number)))
    return high, number - high
