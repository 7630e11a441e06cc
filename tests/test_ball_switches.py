"""Balls through switches: conditions that are decided, that are open, and kinks."""

import math
from fractions import Fraction

import pytest
import sympy as sp
from ball_truth import assert_contains, bounds
from flint import arb
from sympy import Heaviside, Max, Min, Piecewise, Rational, exp, log, pi, sqrt

from symact.proof.numbers.balls import enclose, holds, sign
from symact.symbols import real

x, y = real("x"), real("y")
THIRD = Rational(1, 3)


def test_absolute_value_of_a_ball_around_zero_is_not_negative():
    low, high = bounds(enclose(sp.Abs(x), {x: arb(1, 3)}))
    assert -Fraction(1, 1000) < low <= 0
    assert 4 <= high < Fraction(4001, 1000)


def test_conditions_are_decided_exactly_where_rationals_meet():
    step = Piecewise((1, x < THIRD), (2, sp.Eq(x, THIRD)), (3, True))
    assert [int(enclose(step, {x: v}).fmpq().p) for v in (0, THIRD, 1)] == [1, 2, 3]
    assert sign(x - THIRD, {x: THIRD}) == 0


def test_an_undecided_condition_covers_all_branches():
    step = Piecewise((exp(x), x < pi), (log(x), True))
    ball = enclose(step, {x: arb(3, 1)})
    assert_contains(ball, Fraction(0) + Fraction(math.log(4)).limit_denominator(10**6), Fraction(1, 10**5))
    assert ball.contains(arb(3).exp())
    exact = enclose(Piecewise((7, x < 1), (7, True)), {x: arb(1, 1)})
    assert_contains(exact, 7, width=Fraction(1, 10**5))


def test_idle_branches_may_be_undefined_but_not_chosen_ones():
    relu_like = Piecewise((log(x), x > 0), (0, True))
    assert enclose(relu_like, {x: -1}) == 0
    assert not enclose(relu_like, {x: arb(0, 1)}).is_finite()
    assert not enclose(Piecewise((1, x > 0)), {x: -1}).is_finite()


def test_kinks():
    at_zero = {x: 0}
    assert enclose(Max(x, 0) + Min(x, 0) + sp.Abs(x) + sp.sign(x), at_zero) == 0
    assert enclose(Heaviside(x), at_zero) == arb(0.5)
    assert enclose(Heaviside(x, 1), at_zero) == 1
    assert_contains(enclose(Heaviside(x), {x: arb(0, 1)}), 1)
    assert_contains(enclose(sp.sign(x), {x: arb(0, 1)}), -1)
    assert not enclose(sp.sign(log(x)), {x: -1}).is_finite()
    assert not enclose(Max(1, log(x)), {x: -1}).is_finite()


@pytest.mark.parametrize(
    ("condition", "point", "expected"),
    [
        ((x > 0) & (x < 1), {x: THIRD}, True),
        ((x > 0) | (1 / x > 0), {x: 0}, None),
        (x < sqrt(2), {x: Rational(3, 2)}, False),
        (x >= THIRD, {x: THIRD}, True),
        (x > THIRD, {x: THIRD}, False),
        (sp.Ne(x**2, 2), {x: sqrt(2)}, None),
        (sp.Ne(x, 0), {x: Rational(1, 10**300)}, True),
        (exp(x) <= exp(x) * (1 + Rational(1, 10**100)), {x: 1}, True),
        (log(x) > 0, {x: -1}, None),
        (sp.true, {}, True),
    ],
)
def test_conditions_have_three_values(condition, point, expected):
    assert holds(condition, point) is expected
