"""f' = R(f), found by elimination; every relation is checked at 40 digits on a separate road."""

import mpmath
import pytest
from sympy import (
    Rational,
    asinh,
    atan,
    atanh,
    cosh,
    diff,
    erf,
    erfinv,
    exp,
    lambdify,
    log,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from symact.facts.output_relation import output_relation
from symact.proof.algebra.assume import assuming
from symact.symbols import f, real, x

alpha, beta = real("alpha"), real("beta")
POSITIVE = assuming(alpha > 0, beta > 0)


@pytest.mark.parametrize(
    ("expr", "relation"),
    [
        (1 / (1 + exp(-x)), f * (1 - f)),
        (tanh(x), 1 - f**2),
        (log(1 + exp(beta * x)) / beta, 1 - exp(-beta * f)),
        (-log(1 + exp(-x)), 1 - exp(f)),
        (x - tanh(x), (x - f) ** 2),
        (atan(x), 1 / (1 + tan(f) ** 2)),
        (exp(x), f),
        (sinh(x), sqrt(1 + f**2)),
        ((1 + erf(x / sqrt(2))) / 2, exp(-(erfinv(2 * f - 1) ** 2)) / sqrt(2 * pi)),
        (exp(-(x**2)), -2 * x * f),
        (exp(-exp(x)), f * log(f)),
        (1 - exp(-exp(x)), (f - 1) * log(1 - f)),
        (x / sqrt(1 + alpha * x**2), (1 - alpha * f**2) ** Rational(3, 2)),
        ((x + sqrt(x**2 + beta)) / 2, 4 * f**2 / (4 * f**2 + beta)),
        (x / (1 + exp(-x)), f * (1 + x - f) / x),
        (2 / (1 + exp(-Rational(851, 500) * x)), Rational(851, 1000) * f * (2 - f)),
        (sqrt(log(1 + exp(x))), (1 - exp(-(f**2))) / (2 * f)),
        (3 * x + 2, 3),
        (x / sqrt(1 + x**2), (1 - f**2) ** Rational(3, 2)),
        (x**3, 3 * abs(f) ** Rational(2, 3)),
        (log(cosh(x)), sqrt(1 - exp(-2 * f)) * sign(x)),
        (1 / cosh(x), -f * sqrt(1 - f**2) * sign(x)),
        (exp(x) + exp(2 * x), 2 * f + Rational(1, 2) - sqrt(4 * f + 1) / 2),
        (log(1 + x**2), 2 * x * exp(-f)),
        (x * tanh(exp(x)), f / x + x * atanh(f / x) * (1 - f**2 / x**2)),
    ],
)
def test_relations_on_the_whole_line(expr, relation):
    found = output_relation(expr, x, POSITIVE)
    assert found is not None
    assert found.has(x) == relation.has(x) if hasattr(relation, "has") else found == relation
    value = {alpha: Rational(3, 7), beta: Rational(11, 5)}
    for point in (Rational(-13, 8), Rational(-1, 5), Rational(2, 7), Rational(9, 4)):
        with mpmath.workdps(40):
            here = {**value, x: point}
            y = expr.subs(here).evalf(40)
            slope = diff(expr, x).subs(here).evalf(40)
            for side in (found, relation):
                at = lambdify((f, x), side.subs(value) if hasattr(side, "subs") else side, "mpmath")
                assert abs(at(mpmath.mpf(y), mpmath.mpf(point.evalf(40))) - mpmath.mpf(slope)) < mpmath.mpf(10) ** -33


@pytest.mark.parametrize(
    ("expr", "relations", "found"),
    [
        (alpha * (exp(x) - 1), (x < 0, alpha > 0), f + alpha),
        (alpha * (exp(x / alpha) - 1), (x < 0, alpha > 0), (f + alpha) / alpha),
        (x / (1 + x), (x > 0,), (1 - f) ** 2),
        (x / (1 - x), (x < 0,), (1 + f) ** 2),
        ((x + 1) ** 2 / 4, (x > -1,), sqrt(f)),
    ],
)
def test_relations_on_a_half_line(expr, relations, found):
    relation = output_relation(expr, x, assuming(*relations))
    assert (relation - found).expand() == 0


@pytest.mark.parametrize("expr", [x * (1 + erf(x / sqrt(2))) / 2, x**2, x * sin(x), asinh(x) + x])
def test_no_relation_is_none(expr):
    assert output_relation(expr, x, POSITIVE) is None


def test_the_wrong_branch_is_not_returned():
    # on x < -1 the same expression has the slope -sqrt(f)
    assert output_relation((x + 1) ** 2 / 4, x, assuming(x < -1)) in (None, -sqrt(f))
