"""What makes the coefficients of the elementary functions: Chebyshev interpolation in ball arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

import numpy as np
from flint import arb

from ...proof.numbers.balls import precision
from ..fit import chebyshev, monomials
from ..rounding import fraction, to_double
from .logarithms import LOG1P_STEPS, LOG_FIRST

__all__ = ["GENERATORS", "interpolated", "parts"]

BITS = 400
#: ln(2)/2 and a little more, pi/4 and a little more, tan(pi/8) and a little more.
HALF_LN2, QUARTER_TURN, EIGHTH = Fraction(3467, 10000), Fraction(7857, 10000), Fraction(4143, 10000)
#: sqrt(1/2) - 1 and sqrt(2) - 1, and a little more.
LOW_F, HIGH_F = Fraction(-2930, 10000), Fraction(4143, 10000)


def interpolated(f: Callable[[arb], arb], low: Fraction, high: Fraction, degree: int) -> tuple[float, ...]:
    """Return the coefficients of a polynomial of a degree that is near f between low and high."""
    with precision(BITS):
        middle, half = _ball((low + high) / 2), _ball((high - low) / 2)
        found = monomials(chebyshev(lambda s: f(middle + half * s), 2 * degree + 2)[: degree + 1])
        # s = (r - middle)/half
        total = [arb(0)]
        for c in reversed(found):
            moved = [arb(0), *(t / half for t in total)]
            total = [a - middle / half * b for a, b in zip(moved, [*total, arb(0)], strict=True)]
            total[0] += c
        return tuple(to_double(fraction(c)) for c in total[: degree + 1])


def parts(value: Callable[[], arb], count: int, single: bool = False) -> tuple[float, ...]:
    """Return a number as an unevaluated sum of doubles, or of floats."""
    found = []
    with precision(BITS):
        rest = value()
        for _ in range(count):
            part = to_double(fraction(rest))
            found.append(float(np.float32(part)) if single else part)
            rest -= arb(found[-1])
    return tuple(found)


def _short_first(value: Callable[[], arb], bits: int) -> tuple[float, ...]:
    """A number as a double with few bits, whose products with small integers are exact, and a double for the rest."""
    with precision(BITS):
        number = value()
        exact = fraction(number)
        first = round(exact * 2**bits) / 2**bits
        return first, to_double(exact - Fraction(first))


def _ball(value: Fraction) -> arb:
    return arb(value.numerator) / value.denominator


def _exp(degree: int) -> tuple[float, ...]:
    """(exp(r) - 1 - r)/r**2."""
    return interpolated(lambda r: (r.exp() - 1 - r) / r**2, -HALF_LN2, HALF_LN2, degree)


def _log(degree: int) -> tuple[float, ...]:
    """(log((1 + s)/(1 - s)) - 2*s)/s**3 in s**2."""

    def value(z: arb) -> arb:
        s = z.sqrt()
        return (((1 + s) / (1 - s)).log() - 2 * s) / s**3

    return interpolated(value, Fraction(0), Fraction(296, 10000), degree)


def _log_short(degree: int) -> tuple[float, ...]:
    """(log(1 + f) - f + f**2/2)/f**3."""
    return interpolated(lambda f: ((1 + f).log() - f + f**2 / 2) / f**3, LOW_F, HIGH_F, degree)


def _sin(degree: int) -> tuple[float, ...]:
    """(sin(r) - r)/r**3 in r**2."""
    return interpolated(lambda z: (z.sqrt().sin() - z.sqrt()) / z.sqrt() ** 3, Fraction(0), QUARTER_TURN**2, degree)


def _cos(degree: int) -> tuple[float, ...]:
    """(cos(r) - 1 + r**2/2)/r**4 in r**2."""
    return interpolated(lambda z: (z.sqrt().cos() - 1 + z / 2) / z**2, Fraction(0), QUARTER_TURN**2, degree)


def _atan(degree: int) -> tuple[float, ...]:
    """(atan(t) - t)/t**3 in t**2."""
    return interpolated(lambda z: (z.sqrt().atan() - z.sqrt()) / z.sqrt() ** 3, Fraction(0), EIGHTH**2, degree)


def _exp_table(degree: int) -> tuple[float, ...]:
    """(exp(r) - 1 - r)/r**2 for |r| <= ln(2)/32."""
    return interpolated(lambda r: (r.exp() - 1 - r) / r**2, -HALF_LN2 / 16, HALF_LN2 / 16, degree)


def _powers(low: bool) -> tuple[float, ...]:
    """2**(j/16), or what to add to the exponent to make good that this is rounded."""
    found = []
    with precision(BITS):
        for j in range(16):
            exact = arb(2) ** (arb(j) / 16)
            near = to_double(fraction(exact))
            found.append(to_double(fraction((exact / arb(near)).log())) if low else near)
    return tuple(found)


def _log_factors() -> tuple[float, ...]:
    """Numbers with 6 bits behind the point near 1/m, m in the middle of 16 parts of what is between sqrt(1/2) and sqrt(2)."""
    ends = (np.uint64(LOG_FIRST) + np.arange(17, dtype=np.uint64) * np.uint64(1 << 48)).view(np.float64)
    return tuple((np.round(64 * 2 / (ends[:-1] + ends[1:])) / 64).tolist())


def _log1p_factors() -> tuple[float, ...]:
    """Numbers with 10 bits behind the point near 1/(1 + j/15), less 1."""
    return tuple(float(np.round(1024 / (1 + j / LOG1P_STEPS)) / 1024 - 1) for j in range(LOG1P_STEPS + 1))


def _log1p_powers(low: bool) -> tuple[float, ...]:
    """-log of these and 1 in two parts, the first with 32 bits behind the point."""
    parts = [_short_first(partial(_minus_log, 1 + c), 32) for c in _log1p_factors()]
    return tuple(part[low] for part in parts)


def _minus_log(c: float) -> arb:
    return -arb(c).log()


def _log_powers(low: bool) -> tuple[float, ...]:
    """-log of these in two parts, the first with 32 bits behind the point."""
    parts = [_short_first(partial(_minus_log, c), 32) for c in _log_factors()]
    return tuple(part[low] for part in parts)


def _log_table() -> tuple[float, ...]:
    """(log(1 + r) - r + r**2/2)/r**3 for |r| <= 9/256."""
    return interpolated(lambda r: ((1 + r).log() - r + r**2 / 2) / r**3, -Fraction(9, 256), Fraction(9, 256), 7)


def _ln2() -> arb:
    return arb(2).log()


#: Name in `coefficients.py` → what makes it.
GENERATORS: dict[str, Callable[[], tuple[float, ...]]] = {
    "EXP": lambda: _exp(10),
    "EXP_TABLE": lambda: _exp_table(5),
    "EXP_TABLE_SHORT": lambda: _exp_table(4),
    "POWERS": lambda: _powers(low=False),
    "POWERS_LOW": lambda: _powers(low=True),
    "LOG_FACTORS": _log_factors,
    "LOG_POWERS": lambda: _log_powers(low=False),
    "LOG_POWERS_LOW": lambda: _log_powers(low=True),
    "LOG_TABLE": _log_table,
    "LOG1P_FACTORS": _log1p_factors,
    "LOG1P_POWERS": lambda: _log1p_powers(low=False),
    "LOG1P_POWERS_LOW": lambda: _log1p_powers(low=True),
    "EXP_32": lambda: _exp(5),
    "EXP_24": lambda: _exp(4),
    "LOG": lambda: _log(6),
    "LOG_32": lambda: _log(3),
    "LOG_24": lambda: _log_short(8),
    "SIN": lambda: _sin(6),
    "SIN_32": lambda: _sin(3),
    "SIN_24": lambda: _sin(3),
    "COS": lambda: _cos(6),
    "COS_32": lambda: _cos(3),
    "COS_24": lambda: _cos(2),
    "ATAN": lambda: _atan(11),
    "ATAN_32": lambda: _atan(6),
    "ATAN_24": lambda: _atan(4),
    "LN2": lambda: parts(_ln2, 2),
    "LN2_24": lambda: parts(_ln2, 2, single=True),
    "LN2_SHORT": lambda: _short_first(_ln2, 32),
    "LN2_SHORT_24": lambda: _short_first(_ln2, 14),
    "HALF_PI": lambda: parts(lambda: arb.pi() / 2, 3),
    "HALF_PI_24": lambda: parts(lambda: arb.pi() / 2, 3, single=True),
    "QUARTER_PI": lambda: parts(lambda: arb.pi() / 4, 2),
    "QUARTER_PI_24": lambda: parts(lambda: arb.pi() / 4, 2, single=True),
}
