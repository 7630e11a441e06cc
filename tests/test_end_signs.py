"""Leading terms and signs at ends, some at random against balls."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smooth_functions import SMOOTH, sigmoid, softplus
from sympy import Expr, Rational, S, asin, cos, erf, exp, log, oo, pi, sin, sinh, sqrt, tanh

from symact.proof.algebra.assume import NOTHING, assuming
from symact.proof.asymptotics.ends import dominant, limit_at, sign_at_end
from symact.proof.numbers import balls
from symact.symbols import real, x

a, b = real("a"), real("b")
POSITIVE = assuming(a > 0, b > a)
VALUES = {a: Rational(3, 2), b: Rational(7, 3)}

Q = Rational


@pytest.mark.parametrize(
    ("expr", "point", "side", "coefficient", "growth"),
    [
        (softplus, -oo, 1, S.One, exp(x)),
        (softplus - x, oo, 1, S.One, exp(-x)),
        (x * (1 + erf(x / sqrt(2))) / 2, -oo, 1, -1 / sqrt(2 * pi), exp(-(x**2) / 2)),
        (x * tanh(softplus), -oo, 1, -S.One, -x * exp(x)),
        (sqrt(x**2 + 1) - x, oo, 1, Q(1, 2), 1 / x),
        (log(x), S.Zero, 1, -S.One, -log(x)),
        (1 - cos(x), S.Zero, -1, Q(1, 2), x**2),
        (asin(x) - pi / 2, S.One, -1, -sqrt(2), sqrt(1 - x)),
        (exp(a * x) + x**5, oo, 1, S.One, exp(a * x)),
        (sinh(x) / x, oo, 1, Q(1, 2), exp(x) / x),
        (7 * log(log(x)) ** 2 + sin(1 / x), oo, 1, S(7), log(log(x)) ** 2),
    ],
    ids=str,
)
def test_leading_terms(expr: Expr, point: Expr, side: int, coefficient: Expr, growth: Expr) -> None:
    found = dominant(expr, x, point, side, POSITIVE)
    assert found is not None
    assert (found.coefficient - coefficient).equals(0)
    assert (
        (found.growth / growth)
        .subs(VALUES)
        .subs(x, Q(1, 3) if point in (0, 1) else -3 if point == -oo else 20)
        .equals(1)
    )
    assert limit_at(expr / found.expr, x, point, side, POSITIVE) == 1


def test_leading_term_of_zero() -> None:
    assert dominant(sin(x) ** 2 + cos(x) ** 2 - 1, x, S.Zero, 1, NOTHING) is None
    assert sign_at_end((1 + exp(-x)) * sigmoid - 1, x, oo, 1, NOTHING) == 0


@pytest.mark.parametrize(
    ("expr", "point", "side", "sign"),
    [
        (softplus - x, oo, 1, 1),
        (tanh(x) - 1, oo, 1, -1),
        (1 - tanh(1000 * x) - Q(1, 10**400), oo, 1, -1),
        (x * sigmoid, -oo, 1, -1),
        (erf(x) - 1 + exp(-(x**2)), oo, 1, 1),
        (erf(x) - tanh(x), oo, 1, 1),
        (sqrt(x**2 + 1) - x - 1 / (2 * x), oo, 1, -1),
        (exp(x) - 1 - x - x**2 / 2, S.Zero, -1, -1),
        (exp(x) - 1 - x - x**2 / 2, S.Zero, 1, 1),
        (x - sin(x), S.Zero, 1, 1),
        (exp(-1 / x**2) - x**100, S.Zero, 1, -1),
        (exp(x) - 2, log(2), -1, -1),
        ((x**2 - 2) * log(x), sqrt(2), -1, -1),
        (log(log(x)) - 10**3, oo, 1, 1),
        (exp(a * x) - exp(b * x), oo, 1, -1),
        (a * x - b * x + 10**9, oo, 1, -1),
    ],
    ids=str,
)
def test_signs_at_ends(expr: Expr, point: Expr, side: int, sign: int) -> None:
    assert sign_at_end(expr, x, point, side, POSITIVE) == sign


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 3), st.integers(0, 2)), min_size=2, max_size=5),
    st.lists(st.sampled_from(SMOOTH), min_size=3, max_size=3),
    st.sampled_from([oo, -oo, S.Zero]),
)
def test_random_signs_against_balls(terms: list[tuple[int, int, int]], kernels: list[Expr], end: Expr) -> None:
    expr = sum(c * kernels[k] * x**power for c, power, k in terms)
    if not isinstance(expr, Expr) or not expr.has(x):
        return
    sign = sign_at_end(expr, x, end, 1, NOTHING)
    at = Q(1, 10**5) if end == 0 else Q(1000) if end == oo else -Q(1000)
    if sign:
        assert balls.sign(expr, {x: at}, 1 << 17) in (sign, None)
    limit = limit_at(expr, x, end, 1, NOTHING)
    assert limit is not None
    if sign and limit not in (oo, -oo):
        gap = abs(balls.enclose(expr - limit, {x: at}, bits=1 << 13))
        # no term tends to its limit slower than 1/x
        assert gap < 10**4 * abs(1 / at if end != 0 else at)
    elif sign:
        assert limit == sign * oo
