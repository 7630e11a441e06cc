"""Decimal digits of certain values: on both sides of them, and written plainly."""

from fractions import Fraction

import pytest
import sympy as sp
from ball_truth import truth
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import LambertW, Rational, exp, pi

from symact.proof.numbers.balls import digits
from symact.symbols import real

x = real("x")


@given(st.fractions(), st.integers(1, 40))
@settings(max_examples=80, deadline=None)
def test_digits_of_rationals_lie_on_both_sides(value, n):
    lower, upper = map(Fraction, digits(x, {x: Rational(value.numerator, value.denominator)}, n))
    assert lower <= value <= upper
    assert upper - lower <= 2 * abs(value) * Fraction(1, 10 ** (n - 1))


@given(st.floats(-700, 700), st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_digits_of_exponentials_lie_on_both_sides(value, n):
    point = {x: Rational(*value.as_integer_ratio())}
    lower, upper = map(Fraction, digits(exp(x), point, n))
    expected, slack = truth(exp(x), x=point[x])
    assert lower * (1 - slack) <= expected <= upper * (1 + slack)
    assert upper - lower <= 2 * abs(expected) * Fraction(1, 10 ** (n - 1))
    mantissas = (text.split("e")[0].replace(".", "").strip("0") for text in digits(exp(x), point, n))
    assert all(len(mantissa) <= n + 1 for mantissa in mantissas)  # n, or one more next to a power of ten


@pytest.mark.parametrize(
    ("expr", "n", "expected"),
    [
        (pi, 5, ("3.1415", "3.1416")),
        (-pi, 5, ("-3.1416", "-3.1415")),
        (Rational(-1, 2), 9, ("-0.5", "-0.5")),
        (sp.Integer(10) ** 25, 5, ("1e+25", "1e+25")),
        (sp.Integer(1200), 9, ("1200", "1200")),
        (1 - Rational(1, 10**10), 5, ("0.99999", "1")),
        (sp.S.Zero, 5, ("0", "0")),
        (exp(-100), 3, ("3.72e-44", "3.73e-44")),
        (-LambertW(exp(-1)), 20, ("-0.27846454276107379511", "-0.2784645427610737951")),
    ],
)
def test_digits_are_written_plainly(expr, n, expected):
    assert digits(expr, {}, n) == expected
