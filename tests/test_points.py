"""Isolated zeros: narrowing, closed forms that must be proved, comparison."""

from __future__ import annotations

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st
from sympy import Rational, S, cos, exp, log, pi, sin, sqrt

from symact.errors import UndecidedError
from symact.proof.charts.bounds import bounds, closed_forms, simplest_between
from symact.proof.charts.boxes import SmoothEquation
from symact.proof.charts.points import Zero, before, coincide
from symact.proof.numbers import balls
from symact.symbols import x


def zero(expr: object, low: object, high: object) -> Zero:
    return Zero(SmoothEquation(expr, x), fmpq(low), fmpq(high))


@given(st.fractions(-50, 50), st.fractions(0, 3))
def test_simplest_between_has_the_least_denominator(low: object, width: object) -> None:
    a, b = Rational(str(low)), Rational(str(low + width))
    found = simplest_between(fmpq(int(a.p), int(a.q)), fmpq(int(b.p), int(b.q)))
    assert fmpq(int(a.p), int(a.q)) <= found <= fmpq(int(b.p), int(b.q))
    assert all((b * q).floor() < (a * q).ceiling() for q in range(1, min(int(found.q), 60)))


@pytest.mark.parametrize(
    ("expr", "low", "high", "exact"),
    [
        (3 * x - 7, 0, 9, Rational(7, 3)),
        (exp(x) - 2, 0, 1, log(2)),
        (x**2 - 2, 1, 2, sqrt(2)),
        (x**2 - 3, -2, -1, -sqrt(3)),
        (sin(x), 6, 7, 2 * pi),
        (sin(x), -1, 2, S.Zero),
        (exp(x) - 1 - 10**30 * x**3, Rational(-1, 4), Rational(-1, 10**18), None),
        (x**3 - x - 1, 1, 2, None),
        (cos(x) - x, 0, 1, None),
    ],
    ids=str,
)
def test_closed_forms_are_found_only_where_they_are_proved(
    expr: object, low: object, high: object, exact: object
) -> None:
    found = Zero(SmoothEquation(expr, x), *(fmpq(int(S(e).p), int(S(e).q)) for e in (low, high)))
    found.guess()
    assert found.exact == exact


def test_a_zero_next_to_a_simple_number_is_not_taken_for_it() -> None:
    near = zero(x - 1 - Rational(1, 10**60), 0, 2)
    near.guess()
    assert near.exact is None or near.exact == 1 + Rational(1, 10**60)
    assert not coincide(near, zero(2 * x - 2, 0, 3))


def test_narrowing_keeps_the_zero_and_reaches_any_width() -> None:
    found = zero(cos(x) - x, 0, 1)
    for bits in (10, 100, 1000, 5000):
        found.narrow(bits)
        assert found.high - found.low <= fmpq(1, 2**bits)
        assert found.equation.certain_sign(found.low) == 1
        assert found.equation.certain_sign(found.high) == -1


def test_signs_of_others_at_a_zero() -> None:
    root = zero(x**2 - 2, 1, 2)
    assert root.sign_of(SmoothEquation(x - Rational(141421356237309504880168872420969807856967, 10**41), x)) == 1
    assert root.sign_of(SmoothEquation(x**4 - 4, x)) == 0
    hidden = zero(x**5 - x - 1, 1, 2)
    with pytest.raises(UndecidedError, match="was not decided"):
        hidden.sign_of(SmoothEquation((x**5 - x - 1) * exp(x), x))


def test_order_and_coincidence() -> None:
    third, root, same = zero(exp(x) - 2, 0, 1), zero(x**3 - x - 1, 1, 2), zero(exp(2 * x) - 4, 0, 5)
    assert before(third, root)
    assert coincide(third, same)
    assert not coincide(third, root)
    close = zero(x - Rational(1, 10**100) - 1, 0, 2)
    assert before(zero(x - 1, 0, 2), close)


def test_bounds_are_exact_and_refuse_what_is_out_of_reach() -> None:
    with balls.precision(200):
        value = arb(1) / 3
    low, high = bounds(value)
    assert low < fmpq(1, 3) < high
    assert high - low < fmpq(1, 2**190)
    with pytest.raises(UndecidedError, match="out of reach"):
        bounds(arb(10**9).exp())
    assert list(closed_forms(fmpq(10**9), fmpq(10**9) + fmpq(1, 2**90))) in ([S(10**9)], [])
