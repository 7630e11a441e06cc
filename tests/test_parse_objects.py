"""Numbers and expressions from callers: what they stand for exactly, and what is refused."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from sympy import Float, Interval, Rational, oo

from symact.errors import InputError
from symact.parse.objects import exact
from symact.symbols import x


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (0.1, Rational(1, 10)),
        (np.float64(0.1), Rational(1, 10)),
        (np.float32(0.1), Rational(1, 10)),
        # 24 bits are more than six digits
        (np.float32(1) / np.float32(3), Rational(33333334, 10**8)),
        (np.float16(0.3), Rational("0.3")),
        (Decimal("0.12345678901234567890123"), Rational("0.12345678901234567890123")),
        (Fraction(1, 3), Rational(1, 3)),
        (np.int8(-3), -3),
        ("1.5", Rational(3, 2)),
        (oo, oo),
        (Float("0.25") * x, x / 4),
    ],
    ids=repr,
)
def test_a_number_stands_for_what_it_prints(value, number):
    assert exact(value) == number


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), np.float32("inf"), True, np.bool_(True), None, [1], np.ones(2), Interval(0, 1), x > 0],
    ids=repr,
)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(InputError, match="is neither a number nor an expression"):
        exact(value)
