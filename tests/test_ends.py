"""Limits, signs and leading terms at ends, checked against balls at points that tend to the end."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise

import pytest
from flint import arb
from sympy import (
    E,
    Expr,
    LambertW,
    Rational,
    S,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    erf,
    erfc,
    erfinv,
    exp,
    log,
    oo,
    pi,
    sech,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from symact.errors import UndecidedError
from symact.proof.algebra.assume import NOTHING, assuming
from symact.proof.asymptotics.ends import limit_at
from symact.proof.numbers import balls
from symact.symbols import real, x

a, b, alpha = real("a"), real("b"), real("alpha")
POSITIVE = assuming(a > 0, b > a)
VALUES = {a: Rational(3, 2), b: Rational(7, 3), alpha: Rational(-5, 4)}

sigmoid = 1 / (1 + exp(-x))
softplus = log(1 + exp(x))
Q = Rational

#: (expression, limit at oo)
AT_INFINITY: list[tuple[Expr, Expr]] = [
    # cancellation
    (sqrt(x**2 + x) - x, Q(1, 2)),
    (softplus - x, S.Zero),
    (log(cosh(x)) - x, -log(2)),
    (exp(x + exp(-x)) - exp(x), S.One),
    (x * (erf(x) - 1), S.Zero),
    (cosh(x) - sinh(x), S.Zero),
    (sqrt(x + sqrt(x + sqrt(x))) - sqrt(x), Q(1, 2)),
    ((x**3 + x**2) ** Q(1, 3) - x, Q(1, 3)),
    (x * (sqrt(x**2 + 1) - x), Q(1, 2)),
    (x * (log(x + 1) - log(x)), S.One),
    (x**2 * (log(1 + 1 / x) - 1 / x), -Q(1, 2)),
    (asinh(x) - log(x), log(2)),
    (acosh(x) - asinh(x), S.Zero),
    (x - x**2 * log(1 + 1 / x), Q(1, 2)),
    (x * (pi / 2 - atan(x)), S.One),
    (x**3 * (atan(x) - pi / 2 + 1 / x), Q(1, 3)),
    (x * tanh(softplus) - x, S.Zero),
    (x * sigmoid - x, S.Zero),
    (x * (1 + erf(x / sqrt(2))) / 2 - x, S.Zero),
    (exp(x) * (sigmoid - 1), -S.One),
    (exp(2 * x) * (tanh(x) - 1), -S(2)),
    (exp(x) * (softplus - x), S.One),
    (exp(2 * x) * (softplus - x - exp(-x)), -Q(1, 2)),
    (x**2 + x - x * sqrt(x**2 + 2 * x + Q(1, 10**30)), Q(1, 2) - Q(1, 2 * 10**30)),
    (x * (sqrt(1 + Q(1, 10**30) + 1 / x) - sqrt(1 + Q(1, 10**30))), 1 / (2 * sqrt(1 + Q(1, 10**30)))),
    (sqrt(x**2 + 10**30 * x) - x, S(10**30) / 2),
    (exp(-x) * (x + 10**40), S.Zero),
    (1 + Q(1, 10**30) - tanh(x), Q(1, 10**30)),
    (log(x + exp(-x)) - log(x), S.Zero),
    ((exp(1 / x) - 1) * x, S.One),
    (x**2 * (1 - x * sin(1 / x)), Q(1, 6)),
    (x**2 * (cos(1 / x) - 1), -Q(1, 2)),
    # error functions
    (x * exp(x**2) * erfc(x), 1 / sqrt(pi)),
    (x**3 * (sqrt(pi) * x * exp(x**2) * erfc(x) - 1) / x, -Q(1, 2)),
    (exp(x**2 + 2 * x) * erfc(x + 1) * (x + 1), 1 / (sqrt(pi) * E)),
    (erfc(x + exp(-x)) / erfc(x), S.One),
    (erfc(x + 1 / x) / erfc(x), exp(-2)),
    (erf(x + 1) - erf(x), S.Zero),
    (log(erfc(x)) / x**2, -S.One),
    (erf(softplus), S.One),
    (erf(1 / x) * x, 2 / sqrt(pi)),
    # powers, e, and growth
    ((1 + 1 / x) ** x, E),
    ((1 + 2 / x) ** (3 * x), exp(6)),
    ((1 + 1 / x) ** (x**2) * exp(-x), exp(-Q(1, 2))),
    (x ** (1 / x), S.One),
    ((2**x + 3**x) ** (1 / x), S(3)),
    (x**100 * exp(-x), S.Zero),
    (exp(sqrt(x)) * exp(-x), S.Zero),
    (exp(x) / exp(x - log(x)), oo),
    (x ** log(x) * exp(-x), S.Zero),
    (exp(log(x) ** 2) * exp(-sqrt(x)), S.Zero),
    (exp(exp(x)) / exp(exp(x) + exp(-x)), S.One),
    (exp(exp(x)) / exp(exp(x - exp(-x))), E),
    (exp(exp(exp(x + exp(-x)))) / exp(exp(exp(x))), oo),
    (exp(exp(x) / (1 - 1 / x)) / exp(exp(x)), oo),
    (x**x / exp(x**2), S.Zero),
    (exp(x * log(x)) / x**x, S.One),
    # logarithms
    (log(log(x)), oo),
    (log(x) / log(2 * x), S.One),
    (log(x + 1) * log(log(x)) / (log(x) * log(log(x + x**2))), S.One),
    (log(log(x**2)) - log(log(x)), log(2)),
    (log(x**2 + 1) - 2 * log(x), S.Zero),
    (log(1 + exp(x) + exp(2 * x)) / x, S(2)),
    (log(exp(x) + x) - x, S.Zero),
    (log(x) ** 50 / x, S.Zero),
    (log(sigmoid), S.Zero),
    # inverse functions
    (atan(x), pi / 2),
    (atan(-exp(x)), -pi / 2),
    (asinh(exp(x)) - x, log(2)),
    (atanh(tanh(x)) - x, S.Zero),
    (asin(1 - 1 / x), pi / 2),
    (acos(1 / x), pi / 2),
    (sqrt(x) * acos(1 - 1 / x), sqrt(2)),
    (erfinv(1 / x) * x, sqrt(pi) / 2),
    (LambertW(x) / log(x), S.One),
    (LambertW(x) * exp(LambertW(x)) / x, S.One),
    (LambertW(x) - log(x) + log(log(x)), S.Zero),
    (LambertW(exp(x)) - x + log(x), S.Zero),
    (LambertW(1 / x) * x, S.One),
    (LambertW(x + 1) - LambertW(x), S.Zero),
    # oscillation that dies out or doesn't matter
    (sin(x) / x, S.Zero),
    (exp(-x) * sin(x**2), S.Zero),
    (x + sin(x), oo),
    (x * (2 + sin(x)), oo),
    (-x * (3 + sin(x) + cos(x)), -oo),
    (1 / (x + sin(x)), S.Zero),
    ((x + sin(x)) / x, S.One),
    (x * sin(1 / x), S.One),
    (sin(sin(x) / x), S.Zero),
    (exp(x * (2 + cos(x))) / exp(x / 2), oo),
    (atan(x + x * sin(x) / 2), pi / 2),
    # parameters: a > 0, b > a, alpha any real
    (exp(-a * x), S.Zero),
    (x**alpha * exp(-x), S.Zero),
    (exp(a * x) / exp(b * x), S.Zero),
    (x**b / x**a, oo),
    (alpha * x / (1 + x), alpha),
    (x * log(1 + alpha / x), alpha),
    ((1 + alpha / x) ** x, exp(alpha)),
    (log(1 + exp(a * x)) / a - x, S.Zero),
    (x / sqrt(1 + a * x**2), 1 / sqrt(a)),
    ((x + sqrt(x**2 + b)) / 2 - x, S.Zero),
    (sqrt(x**2 + alpha * x) - x, alpha / 2),
    (alpha * (exp(-x) - 1), -alpha),
    ((a * x + sin(alpha * x)) / x, a),
    (tanh(a * x) * erf(b * x), S.One),
    (x * sech(a * x), S.Zero),
    (x**2 * sigmoid * (1 - sigmoid), S.Zero),
]

#: (expression, point, side, limit)
AT_POINTS: list[tuple[Expr, Expr, int, Expr]] = [
    (sin(x) / x, S.Zero, 1, S.One),
    ((exp(x) - 1 - x) / x**2, S.Zero, -1, Q(1, 2)),
    ((sin(x) - x) / x**3, S.Zero, 1, -Q(1, 6)),
    ((tan(x) - sin(x)) / x**3, S.Zero, 1, Q(1, 2)),
    ((exp(x) - 1) ** 20 / x**20, S.Zero, 1, S.One),
    ((cosh(x) - cos(x)) / x**2, S.Zero, -1, S.One),
    ((asin(x) - atan(x)) / x**3, S.Zero, 1, Q(1, 2)),
    ((erf(x) - 2 * x / sqrt(pi)) / x**3, S.Zero, 1, -2 / (3 * sqrt(pi))),
    ((tanh(x) - sin(x)) / x**3, S.Zero, -1, -Q(1, 6)),
    (x * log(x), S.Zero, 1, S.Zero),
    (x**x, S.Zero, 1, S.One),
    (sqrt(x) * log(x) ** 5, S.Zero, 1, S.Zero),
    (exp(-1 / x), S.Zero, 1, S.Zero),
    (exp(-1 / x), S.Zero, -1, oo),
    (exp(-1 / x**2) / x**50, S.Zero, 1, S.Zero),
    (1 / x, S.Zero, -1, -oo),
    (x * sin(1 / x), S.Zero, 1, S.Zero),
    (atan(1 / x), S.Zero, -1, -pi / 2),
    (1 / (1 + exp(1 / x)), S.Zero, -1, S.One),
    (log(x) / (x - 1), S.One, -1, S.One),
    (asin(x), S.One, -1, pi / 2),
    (acos(x) / sqrt(1 - x), S.One, -1, sqrt(2)),
    (atanh(x) / log(1 - x), S.One, -1, -Q(1, 2)),
    ((x**2 - 2) / (x - sqrt(2)), sqrt(2), 1, 2 * sqrt(2)),
    ((exp(x) - 2) / (x - log(2)), log(2), -1, S(2)),
    (tan(x) * (x - pi / 2), pi / 2, -1, -S.One),
    ((x - a) / (sqrt(x) - sqrt(a)), a, 1, 2 * sqrt(a)),
    ((exp(alpha * x) - 1) / x, S.Zero, 1, alpha),
    ((erf(x) - erf(1)) / (x - 1), S.One, 1, 2 / (sqrt(pi) * E)),
    ((LambertW(x) - LambertW(1)) * 2 / (x - 1), S.One, 1, 2 * LambertW(1) / (1 + LambertW(1))),
    ((x * exp(x) / (exp(x) + 1)), S.Zero, 1, S.Zero),
    ((cos(x) - 1 + x**2 / 2 - x**4 / 24) / x**6, S.Zero, 1, -Q(1, 720)),
]

#: Expressions without a limit at oo.
WITHOUT_LIMIT = [
    sin(x),
    x * sin(x),
    cos(x) ** 2,
    tan(x),
    sin(x) + sin(x**2) / x,
    exp(sin(x)),
    sin(x + 1 / x),
    x * cos(x) ** 2,
]

#: What must be refused: the answer depends on what isn't known, or isn't real.
UNDECIDED = [
    alpha * x,
    exp(alpha * x),
    x**alpha,
    alpha + sin(x) * x * alpha,
    log(-x),
    sqrt(alpha - x),
    x * (alpha - 1) + 1,
]


def value(expr: Expr, at: Expr, bits: int) -> arb:
    return balls.enclose(expr.subs(VALUES), {x: at}, bits=bits)


def tends(expr: Expr, points: list[Expr], limit: Expr) -> bool:
    """Whether values at points come closer and closer, or grow beyond bounds."""
    values = [v for p in points if (v := value(expr, p, 4000)).is_finite()]
    if len(values) < 3:
        return False
    if limit in (oo, -oo):
        sign = 1 if limit == oo else -1
        return all(u * sign < v * sign for u, v in pairwise(values)) and values[-1] * sign > 2
    goal = balls.enclose(limit.subs(VALUES), bits=4000)
    errors = [abs(v - goal) for v in values]
    small = abs(goal) / 4 + arb(1) / 4 if goal == 0 else abs(goal) / 4
    return bool(errors[-1] < small) and all(bool(v < u) or bool(v < arb(10) ** -300) for u, v in pairwise(errors))


#: Points that tend to oo: fast ones for slow functions, slow ones for towers.
FAR = [
    [S(10) ** k for k in (30, 60, 120, 240)],
    [S(k) for k in (20, 30, 40, 60, 90)],
    [Q(k, 2) for k in (3, 4, 5, 6, 7)],
]


@pytest.mark.parametrize(("expr", "limit"), AT_INFINITY, ids=str)
def test_limits_at_infinity_agree_with_balls(expr: Expr, limit: Expr) -> None:
    found = limit_at(expr, x, oo, 1, POSITIVE)
    assert found is not None
    assert found == limit or balls.enclose((found - limit).subs(VALUES), bits=2000).contains(0)
    assert any(tends(expr, points, found) for points in FAR)
    mirrored = limit_at(expr.subs(x, -x), x, -oo, 1, POSITIVE)
    assert mirrored == found or balls.enclose((mirrored - found).subs(VALUES), bits=2000).contains(0)


@pytest.mark.parametrize(("expr", "point", "side", "limit"), AT_POINTS, ids=str)
def test_limits_at_points_agree_with_balls(expr: Expr, point: Expr, side: int, limit: Expr) -> None:
    found = limit_at(expr, x, point, side, POSITIVE)
    assert found is not None
    assert found == limit or balls.enclose((found - limit).subs(VALUES), bits=2000).contains(0)
    assert tends(expr, [(point + side * Q(1, 8**k)).subs(VALUES) for k in (8, 16, 32, 64, 128)], found)


@pytest.mark.parametrize("expr", WITHOUT_LIMIT, ids=str)
def test_no_limit_is_proved_by_two_phases(expr: Expr) -> None:
    assert limit_at(expr, x, oo, 1, NOTHING) is None


@pytest.mark.parametrize("expr", UNDECIDED, ids=str)
def test_what_is_not_known_is_refused(expr: Expr) -> None:
    with pytest.raises(UndecidedError):
        limit_at(expr, x, oo, 1, POSITIVE)


@pytest.mark.parametrize("text", ["twice", "sum"])
def test_large_and_deep_expressions_end_in_bounded_work(text: str) -> None:
    expr = x
    if text == "sum":
        expr = sum(x**k * exp(-k * x) for k in range(40)) - 1
        assert limit_at(expr, x, oo, 1, NOTHING) == 0
        return
    for _ in range(60):
        expr = log(1 + exp(expr))
    with suppress(UndecidedError):
        assert limit_at(expr, x, oo, 1, NOTHING) == oo
