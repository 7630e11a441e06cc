"""Signs under assumptions: certain or not given at all."""

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Integer, Rational, cos, exp, lambdify, log, oo, pi, sin, sqrt, tanh

from symact.errors import InputError
from symact.proof.algebra.assume import NOTHING, assuming
from symact.symbols import real, x

a, b, c = real("a"), real("b"), real("c")


@pytest.mark.parametrize(
    ("relations", "expr", "sign"),
    [
        ([a > 0], a, 1),
        ([a > 0], -2 * a, -1),
        ([a > 1], a - 1, 1),
        ([a > 0, b > a], b, 1),
        ([a > 0, b > a, c > b], c - a, 1),
        ([b > a], b - a, 1),
        ([b > a], 3 * a - 3 * b, -1),
        ([a > b], b - a, -1),
        ([exp(a) > b], exp(a) - b, 1),
        ([exp(a) < b], 2 * b - 2 * exp(a), 1),
        ([a > 0, a < 1], a - a**2, 1),
        ([a > 0, a < pi], sin(a), 1),
        ([a > pi, a < 2 * pi], sin(a), -1),
        ([a > -pi, a < 0], sin(a), -1),
        ([a > -pi / 2, a < pi / 2], cos(a), 1),
        ([a > 0, a < pi / 2], sin(2 * a), 1),
        ([a > 0], exp(-1 / a) - 1, -1),
        ([], exp(a) + 1, 1),
        ([], a**2 + Rational(1, 10**30), 1),
        ([], 1 + tanh(a) ** 2, 1),
        ([a < 0], tanh(a), -1),
        ([a > 1], log(a), 1),
        ([a < 0, b < 0], a * b, 1),
        ([a >= 1], sqrt(a), 1),
        ([], Integer(0), 0),
        ([], sqrt(2) - Rational(141421356237, 10**11), 1),
        ([], oo, 1),
    ],
)
def test_signs_that_follow(relations, expr, sign):
    found = assuming(relations).sign(expr)
    assert found == sign
    assert isinstance(found, int)


@pytest.mark.parametrize(
    ("relations", "expr"),
    [
        ([], a),
        ([a >= 0], a),
        ([a > 0], a - 1),
        ([a > 0, b > 0], a - b),
        ([], a**2),
        ([a > 0], log(a)),
        ([a > -1], a),
        ([a < 1], a),
        ([a != 0], a),
        ([a > 0, a <= pi], sin(a)),
        ([a > 0, a < 4], sin(a)),
        ([a >= -pi / 2, a < pi / 2], cos(a)),
        ([b > 0, b < pi], sin(a)),
    ],
)
def test_signs_that_do_not_follow(relations, expr):
    assert assuming(relations).sign(expr) is None


def test_contradiction_is_refused():
    with pytest.raises(InputError, match="contradict"):
        assuming(a > 1, a < 0)
    with pytest.raises(InputError, match="contradict"):
        assuming(a > b, b > c, c > a)


@given(st.integers(0, 10**6))
def test_a_sign_given_is_the_sign_at_every_point(seed):
    rng = random.Random(seed)
    relations = rng.sample([a > 0, b > a, c > b, a < 2, c < 5, b >= 1], 3)
    known = assuming(relations)
    expr = sum(rng.randint(-3, 3) * m for m in (a, b, c, a * b, a**2, Integer(1)))
    signs = known.signs(expr)
    exact = lambdify((a, b, c), (expr, *relations), "math")
    for _ in range(40):
        value, *held = exact(*(Fraction(rng.randint(-30, 60), 10) for _ in range(3)))
        if all(held):
            assert (value > 0) - (value < 0) in signs


def test_nothing_is_known_of_a_bare_symbol():
    assert NOTHING.signs(x) == {-1, 0, 1}
