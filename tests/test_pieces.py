"""Splitting into smooth pieces: places, values and limits of joins; what can't be split is refused."""

import math
import random

import pytest
from sympy import (
    Abs,
    Eq,
    Heaviside,
    Integer,
    Interval,
    Max,
    Min,
    Piecewise,
    Rational,
    acosh,
    exp,
    lambdify,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
)

from symact.errors import NotSupportedError, UnknownSignError
from symact.proof.algebra.assume import assuming
from symact.proof.functions.pieces import split
from symact.symbols import real, x

alpha, lambd, lo, hi, beta = map(real, ("alpha", "lambd", "lo", "hi", "beta"))


def spans(pieces):
    return [(p.left, p.right) for p in pieces.pieces]


@pytest.mark.parametrize(
    ("expr", "ends"),
    [
        (Max(0, x), [0]),
        (Abs(x) ** 2, []),
        (Abs(x) ** 3, [0]),
        (Max(x, x**2), [0, 1]),
        (Min(Max(x, -1), 1), [-1, 1]),
        (Abs(Abs(x) - 1), [-1, 0, 1]),
        (Max(Abs(x) - 1, Min(x, 3)), [Rational(-1, 2), 3, 4]),
        (Abs(x**2 - 2), [-sqrt(2), sqrt(2)]),
        (Abs(exp(x) - 2), [log(2)]),
        (Max(tanh(x), Rational(1, 2)), [log(3) / 2]),
        (sign(x) * x, [0]),
        (Max(0, x) - Max(0, -x), []),
        (Piecewise((0, x < 0), (1, x < 1), (2, True)), [0, 1]),
        (Piecewise((x, (x > 1) | (x < -1)), (0, True)), [-1, 1]),
        (1 / x, [0]),
        (log(Abs(x)), [0]),
    ],
)
def test_where_pieces_meet(expr, ends):
    pieces = split(expr, x)
    assert [j.at for j in pieces.joins] == ends
    assert spans(pieces)[0][0] == -oo
    assert spans(pieces)[-1][1] == oo


@pytest.mark.parametrize(
    ("expr", "domain"),
    [
        (log(1 - exp(-x)), Interval.open(0, oo)),
        (sqrt(x), Interval(0, oo)),
        (acosh(x), Interval(1, oo)),
        (Max(log(x), 0), Interval.open(0, oo)),
        (1 / sqrt(1 - x**2), Interval.open(-1, 1)),
        (Piecewise((log(x), x > 0), (0, True)), Interval(-oo, oo)),
        (Max(1, -sqrt(x) / 2), Interval(0, oo)),
        (Max(1, x + log(x)), Interval.open(0, oo)),
        (sign(x) / x, Interval.open(-oo, 0) + Interval.open(0, oo)),
        (Abs(x) / x, Interval.open(-oo, 0) + Interval.open(0, oo)),
        (Max(0, x) * log(Abs(x)), Interval.open(-oo, 0) + Interval.open(0, oo)),
    ],
)
def test_natural_domain(expr, domain):
    assert split(expr, x).domain == domain


def test_symbolic_thresholds_need_their_order():
    soft = Piecewise((x - lambd, x > lambd), (x + lambd, x < -lambd), (0, True))
    assert [j.at for j in split(soft, x, assuming(lambd > 0)).joins] == [-lambd, lambd]
    with pytest.raises(UnknownSignError, match="state it as an assumption"):
        split(soft, x)
    clip = Min(Max(x, lo), hi)
    assert [j.at for j in split(clip, x, assuming(lo < hi)).joins] == [lo, hi]
    ramp = Min(Max(alpha * x + beta, 0), 1)
    assert [j.at for j in split(ramp, x, assuming(alpha > 0)).joins] == [-beta / alpha, (1 - beta) / alpha]


def test_values_and_limits_at_joins():
    (jump,) = split(Piecewise((x, x < 0), (x - 10, True)), x).joins
    assert (jump.left, jump.value, jump.right, jump.continuous) == (0, -10, -10, False)
    (step,) = split(Heaviside(x), x).joins
    assert (step.left, step.value, step.right) == (0, Rational(1, 2), 1)
    (hole,) = split(sin(x) / x, x).joins
    assert (hole.left, hole.value, hole.right) == (1, None, 1)
    (filled,) = split(Piecewise((1, Eq(x, 0)), (sin(x) / x, True)), x).joins
    assert filled.continuous
    (pole,) = split(1 / x, x).joins
    assert (pole.left, pole.value, pole.right) == (-oo, None, oo)
    (single,) = split(Piecewise((5, Eq(x, 2)), (x, True)), x).joins
    assert (single.left, single.value, single.right, single.continuous) == (2, 5, 2, False)


def test_slope_at_a_kink_is_the_declared_one_else_the_left_one():
    relu = split(Max(0, x), x)
    assert relu.derivative().value_at == {0: 0}
    assert relu.derivative([(Integer(0), Rational(1, 2))]).value_at == {0: Rational(1, 2)}
    assert relu.derivative().conventional == {0}
    smooth = split(Piecewise((x, x > 0), (exp(x) - 1, True)), x)
    assert smooth.derivative([(Integer(0), Integer(7))]).value_at == {0: 1}
    assert not smooth.derivative().conventional


def test_second_derivative_of_relu_does_not_exist_at_the_kink():
    (join,) = split(Max(0, x), x).derivative().derivative().joins
    assert not join.continuous


def test_restricted_domain():
    pieces = split(x * exp(-x), x, on=Interval(0, oo))
    assert spans(pieces) == [(0, oo)]
    assert pieces.value_at == {0: 0}
    assert split(x, x, on=Interval.open(0, 1)).value_at == {0: None, 1: None}


def test_periodic_switches_are_refused():
    with pytest.raises(NotSupportedError, match="restrict x to a bounded interval"):
        split(Abs(sin(x)), x)


def test_the_pieces_agree_with_the_expression_everywhere():
    rng = random.Random(7)
    atoms = [x, Integer(1), -x, x / 2 - 1, x**2 - 2]

    def build(depth):
        if depth == 0:
            return rng.choice(atoms)
        parts = build(depth - 1), build(depth - 1)
        kind = rng.randrange(6)
        if kind == 0:
            return Max(*parts)
        if kind == 1:
            return Min(*parts)
        if kind == 2:
            return Abs(parts[0])
        if kind == 3:
            return Piecewise((parts[0], x < rng.randint(-2, 2)), (parts[1], True))
        return parts[0] + parts[1] if kind == 4 else parts[0] * rng.randint(-2, 2)

    for _ in range(40):
        expr = build(3)
        # all of these numbers are floats
        values = lambdify(x, (split(expr, x).expression(), expr), "math")
        for point in [rng.randint(-60, 60) / 16 for _ in range(12)]:
            found, wanted = values(point)
            assert found == wanted, (expr, point)


def test_limits_at_infinity():
    pieces = split(x / (1 + Abs(x)), x)
    assert (pieces.limit(-1), pieces.limit(1)) == (-1, 1)
    assert split(sin(pi * x) / (pi * x), x).limit(1) == 0
    assert split(sin(x), x).limit(1) is None
    with pytest.raises(NotSupportedError):
        split(log(x), x).limit(-1)


def test_expression_is_undefined_outside_the_domain():
    whole = split(log(x), x).expression()
    assert math.isnan(float(whole.subs(x, -1)))
