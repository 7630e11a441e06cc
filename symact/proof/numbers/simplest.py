"""Plain rational numbers near or between others."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Integer, Rational, ceiling, floor

__all__ = ["length", "roundings", "simplest_between"]

#: Numbers as short as this are plain enough.
SHORT = 6
#: Leading digits to which a number is rounded.
MAX_DIGITS = 12


def length(value: Rational) -> int:
    """Return how many characters a number takes."""
    return len(str(value))


def roundings(value: Rational) -> Iterator[Rational]:
    """Yield a long number rounded down and up to more and more leading digits; nothing for a short one."""
    if length(value) <= SHORT:
        return
    size = len(str(abs(value.p))) - len(str(value.q))
    for digits in range(1, MAX_DIGITS):
        unit = Rational(10) ** (size - digits + 1)
        for rounded in (floor(value / unit) * unit, ceiling(value / unit) * unit):
            if length(rounded) < length(value):
                yield rounded


def simplest_between(low: Rational, high: Rational) -> Rational:
    """Return the rational of the least denominator between two, the one nearest to 0 of these."""
    if low < 0 < high:
        return Integer(0)
    if high <= 0:
        return -simplest_between(-high, -low)
    whole = floor(low)
    if whole + 1 < high:
        return whole + 1
    if low == whole:
        # 1/q below high - whole
        return whole + Rational(1, floor(1 / (high - whole)) + 1)
    return whole + 1 / simplest_between(1 / (high - whole), 1 / (low - whole))
