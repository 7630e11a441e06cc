"""Derivatives, limits and integrals carried out: right where they exist, absent where they don't."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    Derivative,
    Integral,
    Limit,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    exp,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
)

from symact.errors import UndecidedError
from symact.named import unfold
from symact.parse.claim import parse_claim
from symact.proof.algebra.field import equal
from symact.proof.calculus.evaluate import NoValueError, evaluate
from symact.proof.calculus.quadrature import enclose_integral
from symact.proof.decide import decide
from symact.proof.numbers import balls
from symact.statement import unfolded
from symact.symbols import real, x

a, b = real("a"), real("b")


def value(text, assume=()):
    claim = parse_claim(f"{text} == 0", assume)
    return evaluate(unfold(claim.statement.left), claim.relations)


def test_derivative_of_a_smooth_function():
    assert equal(value("diff(sigmoid(x), x)"), value("sigmoid(x)*(1 - sigmoid(x))")) is True


def test_no_derivative_at_a_kink():
    slope = value("diff(relu(x), x)")
    assert slope.subs(x, 1) == 1
    assert slope.subs(x, -1) == 0
    assert slope.subs(x, 0) is S.NaN


def test_derivative_where_the_slopes_meet():
    slope = value("diff(x*Abs(x), x)")
    assert slope.subs(x, 0) == 0
    assert slope.subs(x, -3) == 6
    assert value("diff(x*Abs(x), x, 2)").subs(x, 0) is S.NaN


def test_derivative_at_a_join_depends_on_the_parameter():
    slope = value("diff(elu(x, a), x)", ["a > 0"])
    assert slope.subs({x: 0, a: 1}) == 1
    assert slope.subs({x: 0, a: 2}) is S.NaN
    assert slope.subs({x: -1, a: 2}) == 2 * exp(-1)


def test_branches_excluded_by_the_assumptions_are_gone():
    assert value("diff(elu(x, a), x)", ["a > 0", "x < 0"]) == a * exp(x)
    assert value("diff(relu(x), x)", ["x > 0"]) == 1


def test_derivative_in_a_parameter():
    assert value("diff(prelu(x, a), a)").subs(x, -3) == -3
    assert value("diff(prelu(x, a), a)").subs(x, 0) == 0


def test_derivative_stays_on_the_domain_of_the_function():
    slope = value("diff(log(x), x)")
    assert slope.subs(x, 2) == Rational(1, 2)
    assert slope.subs(x, -2) is S.NaN


def test_radical_with_a_hidden_kink():
    assert value("diff(sqrt(x**2 + x**4), x)").subs(x, 0) is S.NaN
    assert value("diff(sqrt(x**4 + x**6), x)").subs(x, 0) == 0


def test_jump_has_no_derivative():
    assert evaluate(Derivative(Piecewise((x, x < 0), (x + 1, True)), x)).subs(x, 0) is S.NaN
    assert evaluate(Derivative(Piecewise((5, x > 0), (5, x < 0), (6, True)), x)).subs(x, 0) is S.NaN


def test_assumptions_on_the_variable_do_not_bend_the_function():
    # restricted to x >= 0 relu would have the slope 1 at 0
    assert value("diff(relu(x), x)", ["x >= 0"]).subs(x, 0) is S.NaN


def test_several_variables_by_cases():
    slope = value("diff(relu(a*x), x)")
    for sx in (-2, 3):
        for sa in (-1, 0, 2):
            assert slope.subs({x: sx, a: sa}) == (sa if sa * sx > 0 else 0)


@pytest.mark.parametrize(
    ("text", "assume", "expected"),
    [
        ("limit(sigmoid(x), x, oo)", [], 1),
        ("limit(gelu(x), x, -oo)", [], 0),
        ("limit(elu(x, a), x, -oo)", ["a > 0"], -a),
        ("limit(diff(tanh(x), x), x, oo)", [], 0),
        ("limit(swish(x, b), b, oo)", ["x > 0"], x),
        ("limit(relu(x)/x, x, oo)", [], 1),
        ("limit(sin(x)/x, x, 0)", [], 1),
        ("limit(Abs(x)/x, x, 0, '-')", [], -1),
        ("limit(log(x), x, 0)", [], -oo),
        ("limit(log(x)/x**a, x, oo)", ["a > 0"], 0),
        ("limit(diff(relu(x), x), x, -oo)", ["x > 0"], 0),
    ],
)
def test_limits(text, assume, expected):
    assert value(text, assume) == expected


@pytest.mark.parametrize(
    "text", ["limit(sin(x), x, oo)", "limit(1/x, x, 0)", "limit(Abs(x)/x, x, 0)", "limit(log(x), x, -oo)"]
)
def test_limits_that_do_not_exist(text):
    with pytest.raises(NoValueError):
        value(text)


def test_limit_in_a_parameter_by_cases():
    found = value("limit(swish(x, b), b, oo)")
    assert [found.subs(x, p) for p in (-2, 0, 3)] == [0, 0, 3]


def test_missing_limit_of_some_parameters_is_no_proof():
    with pytest.raises(UndecidedError) as error:
        value("limit(sin(a*x), x, oo)")
    assert not isinstance(error.value, NoValueError)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("integral(x**2, x, 0, 1)", Rational(1, 3)),
        ("integral(x**2, x, 1, 0)", -Rational(1, 3)),
        ("integral(exp(-x**2), x, -oo, oo)", sqrt(pi)),
        ("integral(1/x, x, 1, oo)", oo),
        ("integral(relu(x), x, -1, 2)", 2),
        ("integral(diff(sigmoid(x), x), x, -oo, oo)", 1),
        ("integral(1/(1 + x**2), x, -oo, oo)", pi),
        ("integral(1/cosh(x)**2, x, -oo, oo)", 2),
        ("integral(tanh(x)/cosh(x), x, 0, oo)", 1),
    ],
)
def test_definite_integrals(text, expected):
    assert value(text) == expected


IMPROPER = [
    "integral(1/x, x, -1, 1)",
    "integral(x, x, -oo, oo)",
    "integral(1/x**2, x, -1, 1)",
    "integral(log(x), x, -1, 1)",
]


@pytest.mark.parametrize("text", IMPROPER)
def test_integrals_that_do_not_exist_get_no_finite_value(text):
    with suppress(UndecidedError):
        assert value(text) in (oo, -oo)


def test_integral_up_to_a_variable():
    found = value("integral(sigmoid(t), t, 0, x)")
    for p in (-2, 0, 3):
        truth = log(1 + exp(p)) - log(2)
        assert abs(float(balls.enclose(found.subs(x, p) - truth, bits=128).mid())) < 1e-15


PARTS = [x, x**2, exp(-x), tanh(x), Max(x, 0), Min(x, 1), Abs(x - 1), sign(x + 1), 1 / (1 + exp(-x)), sin(x)]


@given(st.sampled_from(PARTS), st.sampled_from(PARTS), st.integers(-3, 3), st.sampled_from([-7, -3, -1, 1, 3, 5, 9]))
@settings(max_examples=30, deadline=None)
def test_derivatives_agree_with_differences(f, g, c, place):
    expr, point = f * g + c * f, Rational(place, 4)
    slope = evaluate(Derivative(expr, x)).subs(x, point)
    step = Rational(1, 10**12)
    gap = balls.enclose((expr.subs(x, point + step) - expr.subs(x, point - step)) / (2 * step) - slope, bits=256)
    assert slope is S.NaN or abs(float(gap.mid())) < 1e-9


def test_enclosures_of_integrals_agree_with_closed_forms():
    assert enclose_integral(sin(x) * exp(x), x, S.Zero, S(2), 64).overlaps(
        balls.enclose(exp(2) * (sin(2) - sin(2 + pi / 2)) / 2 + Rational(1, 2), bits=96)
    )


def test_expectations_are_enclosed_to_many_digits():
    for mean, digits in (
        ("expectation(Max(z, 0)**2 + log(1 + exp(z)), z)", "1.306059183347439784528228831503"),
        ("expectation(z/(1 + exp(-z)), z)", "0.206620964141907037262350828718"),
    ):
        assert decide(unfolded(parse_claim(f"{mean} > {digits}")))
        assert decide(unfolded(parse_claim(f"{mean} < {digits[:-1]}9")))
        assert not decide(unfolded(parse_claim(f"{mean} > {digits[:-1]}9")))


def test_unknown_nodes_stay_refused():
    with pytest.raises(UndecidedError):
        evaluate(Integral(exp(-(x**4)), (x, 0, 1)))
    with pytest.raises(UndecidedError):
        evaluate(Integral(x, x))
    assert evaluate(Limit(b, x, 0, "+-")) == b
