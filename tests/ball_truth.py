"""Values by another library, and what a ball must contain."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import sympy as sp
from flint import arb
from sympy import Expr, Rational

from symact.proof.numbers.balls import precision

__all__ = ["assert_contains", "bounds", "truth"]


def truth(expr: Expr, **values: Rational) -> tuple[Fraction, Fraction]:
    """The value by another library, as an exact rational close to it and how close."""
    with mpmath.workdps(60):
        symbols = sorted(expr.free_symbols, key=str)
        arguments = [mpmath.mpf(values[str(s)].p) / values[str(s)].q for s in symbols]
        value = mpmath.mpf(sp.lambdify(symbols, expr, "mpmath")(*arguments))
    negative, mantissa, exponent, _ = value._mpf_
    return Fraction(int(mantissa)) * Fraction(2) ** exponent * (-1) ** negative, Fraction(1, 10**45)


def bounds(ball: arb) -> tuple[Fraction, Fraction]:
    """The ends of a ball as exact fractions."""
    with precision(200):
        return tuple(Fraction(int(e.p), int(e.q)) for e in (ball.lower().fmpq(), ball.upper().fmpq()))


def assert_contains(
    ball: arb, value: Fraction | float, slack: Fraction = Fraction(0), width: Fraction | None = None
) -> None:
    """Assert that a ball contains a value that is known up to a relative slack, and is at most so wide."""
    low, high = bounds(ball)
    assert low - slack * max(1, abs(value)) <= value <= high + slack * max(1, abs(value))
    if width is not None:
        assert high - low <= width * max(1, abs(value))
