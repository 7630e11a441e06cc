"""Towers of kernels: the expression, its derivative and its balls agree with those of SymPy and of the balls room."""

from __future__ import annotations

import pytest
from flint import fmpq
from sympy import Expr, Rational, S, asin, asinh, atan, diff, erf, exp, log, oo, pi, sin, sqrt, tanh

from symact.errors import NotSupportedError
from symact.proof.algebra.assume import NOTHING, assuming
from symact.proof.charts.bounds import span
from symact.proof.charts.towers import build
from symact.proof.numbers import balls
from symact.symbols import real, x

EXPRESSIONS = [
    x / (1 + exp(-x)),
    x * (1 + erf(x / sqrt(2))) / 2,
    x * tanh(log(1 + exp(x))),
    asinh(x) * sqrt(x**2 + 1),
    atan(x / 3) ** 2 - exp(-(x**2) / 2 + x),
    x / 2 * (1 + tanh(sqrt(2 / pi) * (x + Rational(44715, 10**6) * x**3))),
    log(2 + x**2) ** 2 / (x**2 + exp(x / 3)),
    (1 + x**2) ** Rational(2, 3) * exp(sqrt(1 + x**2)),
    x * erf(log(1 + exp(x))),
]


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_values_and_slopes_agree_with_the_expression(expr: Expr) -> None:
    tower, value = build(expr, x, -oo, oo, NOTHING)
    for quotient, goal in ((value, expr), (tower.slope_of(value), diff(expr, x))):
        function = balls.compiled(goal, (x,))
        for k in range(-30, 31):
            at = fmpq(k, 7)
            with balls.precision(200):
                found = tower.value(quotient.num, at, 200) / tower.value(quotient.den, at, 200)
            wanted = function(at, bits=200)
            assert found.overlaps(wanted)
            assert found.rel_accuracy_bits() > 100 or wanted.contains(0)


@pytest.mark.parametrize("expr", EXPRESSIONS, ids=str)
def test_each_slope_has_lower_kernels_only(expr: Expr) -> None:
    tower, _ = build(expr, x, -oo, oo, NOTHING)
    for index, lower in tower.below.items():
        assert index not in lower
        for other in lower:
            assert index not in tower.below[other]


def test_a_ball_contains_the_values_of_all_its_points() -> None:
    tower, value = build(EXPRESSIONS[1], x, -oo, oo, NOTHING)
    wide = span(fmpq(1), fmpq(2), 64)
    over = tower.value(value.num, wide, 64)
    for k in range(11):
        assert over.overlaps(tower.value(value.num, 1 + fmpq(k, 10), 64))


def test_constant_signs_and_parameters() -> None:
    a = real("a")
    tower, value = build(exp(a * x) + x**2 + 1, x, -oo, oo, assuming(a > 0))
    assert tower.constant_sign(value.num) == 1
    assert tower.has_parameters(value.num)
    tower, value = build(x**2 - pi, x, -oo, oo, NOTHING)
    assert tower.constant_sign(value.num) == 0
    for side in (1, -1):
        sign, ((factor, power),) = tower.factors(side * value.num)
        assert power == 1
        assert sign * tower.equation(factor).certain_sign(fmpq(3)) == side


def test_products_over_a_root_of_a_number_are_split() -> None:
    # with sqrt(pi) at hand, x**2 - pi is (x - sqrt(pi))*(x + sqrt(pi))
    tower, value = build((x**2 - pi) / sqrt(pi), x, -oo, oo, NOTHING)
    assert len([f for f, _ in tower.factors(value.num)[1] if tower.kernels(f)]) == 2


def test_functions_without_a_place_are_refused() -> None:
    with pytest.raises(NotSupportedError, match="no place in a tower"):
        build(sin(x) + x, x, -oo, oo, NOTHING)


def test_asin_inside_its_domain() -> None:
    tower, value = build(asin(x / 2), x, -S(1), S(1), NOTHING)
    slope = tower.slope_of(value)
    with balls.precision(100):
        found = tower.value(slope.num, fmpq(1, 3), 100) / tower.value(slope.den, fmpq(1, 3), 100)
    assert found.overlaps(balls.enclose(diff(asin(x / 2), x), {x: Rational(1, 3)}, bits=100))
