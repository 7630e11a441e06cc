"""Polynomial approximations of real functions, by Chebyshev interpolation in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import arb

from ..proof.numbers.balls import precision
from .rounding import fraction, to_double

__all__ = ["chebyshev", "erf_near_0", "erfcx_parts", "erfcx_scaled", "monomials"]

BITS = 400


def chebyshev(f: Callable[[arb], arb], count: int) -> list[arb]:
    """Return the coefficients c_0 … of the interpolant sum c_k*T_k of f at `count` Chebyshev nodes of (-1, 1)."""
    # cos(pi*j*(2*k + 1)/(2*count)) takes only 4*count values
    table = [(arb.pi() * k / (2 * count)).cos() for k in range(4 * count)]
    values = [f(table[2 * k + 1]) for k in range(count)]
    found = []
    for j in range(count):
        total = sum((y * table[j * (2 * k + 1) % (4 * count)] for k, y in enumerate(values)), arb(0))
        found.append(total * (2 if j else 1) / count)
    return found


def monomials(coefficients: list[arb]) -> list[arb]:
    """Return the coefficients of 1, s, s**2, … of sum c_k*T_k(s)."""
    before, here = [arb(1)], [arb(0), arb(1)]
    found = [arb(0)] * len(coefficients)
    for k, c in enumerate(coefficients):
        for power, t in enumerate(before if k == 0 else here):
            found[power] += c * t
        if k:
            after = [arb(0), *(2 * t for t in here)]
            for power, t in enumerate(before):
                after[power] -= t
            before, here = here, after
    return found


#: erfcx(a) = P(s)/(a + SHIFT) for a >= 0, where s = (a - SCALE)/(a + SCALE). SHIFT is 1/sqrt(pi) nearly, which makes P
#: nearly constant, so that its rounding error counts little, and among its neighbours the one whose first coefficients
#: are nearly doubles; SCALE makes the degree small.
SCALE = Fraction(7, 2)
SHIFT = Fraction(143, 256)


def erfcx_scaled(degree: int) -> list[float]:
    """Return the coefficients of P, erfcx(a) = P(s)/(a + 143/256) with s = (a - 7/2)/(a + 7/2), for all a >= 0."""
    return [high for high, _ in erfcx_parts(degree)]


def erfcx_parts(degree: int) -> list[tuple[float, float]]:
    """Return these coefficients with what they lack."""

    def value(s: arb) -> Any:
        a = arb(7) / 2 * (1 + s) / (1 - s)
        return _erfcx(a) * (a + arb(143) / 256)

    return _economised(value, degree)


def erf_near_0(degree: int) -> list[float]:
    """Return the coefficients of P, erf(u) = u + u*P(u**2) for |u| <= 1."""

    def value(s: arb) -> Any:
        u = ((1 + s) / 2).sqrt()
        return u.erf() / u - 1

    return [high for high, _ in _economised(value, degree, _shifted)]


def _economised(
    f: Callable[[arb], arb], degree: int, change: Callable[[list[arb]], list[arb]] = lambda c: c
) -> list[tuple[float, float]]:
    """The Chebyshev interpolant of f, cut off at a degree; the coefficients rounded, and what they lack."""
    with precision(BITS):
        exact = [fraction(c) for c in change(monomials(chebyshev(f, 2 * degree)[: degree + 1]))]
    rounded = [to_double(c) for c in exact]
    return [(high, to_double(c - Fraction(high))) for c, high in zip(exact, rounded, strict=True)]


def _shifted(coefficients: list[arb]) -> list[arb]:
    """Coefficients in t of a polynomial in s = 2*t - 1."""
    found = [arb(0)]
    for c in reversed(coefficients):
        found = [a - b for a, b in zip([arb(0), *(2 * t for t in found)], [*found, arb(0)], strict=True)]
        found[0] += c
    return found[: len(coefficients)]


def _erfcx(a: arb) -> arb:
    """exp(a**2)*erfc(a), by its asymptotic series for large a."""
    if a < 1000:
        return (a * a).exp() * a.erfc()
    total = term = arb(1)
    for k in range(1, 30):
        term = -term * (2 * k - 1) / (2 * a * a)
        total += term
    return total / (a * arb.pi().sqrt())
