"""Counterexamples are exact, and as plain as a person would choose them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Rational

from symact.proof.numbers.simplest import length, roundings, simplest_between
from symact.proof.verdict import Refuted
from symact.worker import answer

fractions = st.fractions(-100, 100, max_denominator=1000).map(lambda f: Rational(f.numerator, f.denominator))


@given(fractions, fractions)
def test_the_simplest_number_between_two(a: Rational, b: Rational) -> None:
    low, high = min(a, b), max(a, b)
    if low == high:
        return
    found = simplest_between(low, high)
    assert low < found < high
    simpler = [Rational(p, q) for q in range(1, min(found.q, 8)) for p in range(int(low * q) - 1, int(high * q) + 2)]
    assert not any(low < value < high for value in simpler)


@given(st.fractions().map(lambda f: Rational(f.numerator, f.denominator)))
def test_roundings_are_shorter_and_close(value: Rational) -> None:
    found = list(roundings(value))
    assert all(length(rounded) < length(value) for rounded in found)
    assert all(abs(rounded - value) <= 10 * abs(value) for rounded in found)


@pytest.mark.parametrize(
    ("says", "assume", "point"),
    [
        ("increasing(silu(x), x)", (), {"x1": "-2", "x2": "-1"}),
        ("concave(tanh(x), x)", (), {"x1": "-2", "x2": "-1", "x3": "0"}),
        ("convex(x*tanh(x), x)", (), {"x1": "-3", "x2": "-2", "x3": "-1"}),
        ("strictly_decreasing(1/x, x)", (), {"x1": "-1", "x2": "1"}),
        ("range(silu(x), x) == Interval.open(-1/2, oo)", (), {"missing value": "-1/3"}),
        ("range(mish(x), x) == Interval(-oo, oo)", (), {"missing value": "-1"}),
        ("acosh(cosh(x)) == x", ("x > -1/10**25",), {"x": "-1/" + str(10**40)}),
        ("gelu(x) >= -0.16997120", (), None),
        ("Abs(silu(x) - silu(y)) <= 1.0998*Abs(x - y)", (), {"x": "12/5", "y": "239/100"}),
    ],
)
def test_plain_points(says: str, assume: tuple[str, ...], point: dict[str, str] | None) -> None:
    found = answer((says, assume))
    assert isinstance(found, Refuted)
    if point is None:
        assert all(len(value) <= 12 for value in found.counterexample.values())
    else:
        assert dict(found.counterexample) == point
