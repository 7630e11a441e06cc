"""Every callable against certain enclosures of the true values, and against the formulas textbooks print."""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Eq, Expr, Max, Piecewise, Rational, atan, cos, cosh, erf, exp, log, pi, sign, sin, sqrt, tanh

from symact.catalogue import definitions, lookup
from symact.definition import Definition, Parameter
from symact.numeric import compile_function
from symact.numeric.accuracy import Accuracy, measure
from symact.numeric.rounding import fraction
from symact.parse import parse_expression
from symact.proof.numbers import balls
from symact.symbols import real, x

#: Largest error in units in the last place outside the neighbourhoods of zeros.
LIMITS = {np.float64: 8.0, np.float32: 1.0, np.float16: 0.51}
ELEMENTWISE = [d.name for d in definitions() if not d.vector]


def function(expr: Expr, *parameters: Parameter, **more: object) -> Definition:
    return Definition(name="f", expr=expr, title="f", parameters=parameters, **more)  # type: ignore[arg-type]


def check(definition: Definition, order: int, dtype: type, count: int = 40) -> Accuracy:
    found = measure(compile_function(definition, order), definition, order, dtype, count=count)
    assert found.points > 50
    assert not found.faults
    assert found.worst <= LIMITS[dtype], found
    return found


UNSEEN: dict[str, Expr] = {
    "tanhexp": x * tanh(exp(x)),
    "logish": x * log(1 + 1 / (1 + exp(-x))),
    "serf": x * erf(log(1 + exp(x))),
    "log cosh": log(cosh(x)),
    "x/sqrt(1 + x**2)": x / sqrt(1 + x**2),
    "symlog": sign(x) * log(1 + Abs(x)),
    "gaussian": exp(-(x**2) / 2),
    "atan": atan(x) * 2 / pi,
    "complementary log-log": 1 - exp(-exp(x)),
    "growing cosine unit's kin": x * sin(x),
    "a Piecewise of one's own": Piecewise((x**2, x < 0), (sin(x), x < 2), (3 - x, True)),
    "a join without closed form": Max(x, exp(-x)),
    "a double zero": exp(x) - 1 - x,
    "sinc": Piecewise((1, Eq(x, 0)), (sin(x) / x, True)),
    "a removable singularity": Piecewise((1, Eq(x, 0)), (x / (exp(x) - 1), True)),
    "a cancelling root": sqrt(1 + x**2) - x,
    "an overflowing logarithm": log(1 + x + x**2),
    "half a domain": log(1 - exp(-x)),
    "an inverse that cancels": log(x + sqrt(1 + x**2)),
    "a cube root that overflows in between": (1 + x**2) ** Rational(1, 3),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.campaign] * (k % 2 or k > 17)) for k, name in enumerate(UNSEEN)]
)
def test_expressions_nobody_has_seen(name: str) -> None:
    definition = function(UNSEEN[name])
    for order in (0, 1) if name in ("tanhexp", "gaussian", "a cancelling root", "a double zero") else (0,):
        check(definition, order, np.float64, 20)
        check(definition, order, np.float32, 20)


def test_names_of_the_catalogue_inside_an_expression() -> None:
    definition = function(parse_expression("x*log(1 + sigmoid(x))"))
    for order in (0, 1):
        check(definition, order, np.float64, 20)
        written_out = compile_function(function(UNSEEN["logish"]), order)
        v = np.linspace(-30, 30, 101)
        np.testing.assert_allclose(compile_function(definition, order)(v), written_out(v), rtol=1e-14, atol=1e-15)


def test_a_function_whose_pieces_are_not_found_is_computed_with_its_switches() -> None:
    definition = function(Max(sin(x) * exp(x), cos(3 * x), x / 2))
    for order in (0, 1):
        call = compile_function(definition, order)
        for point in np.random.default_rng(3).uniform(-6, 6, 60):
            near = [
                call(point),
                *(float(balls.enclose(definition.expr, {x: p}, 200)) for p in (point - 1e-7, point, point + 1e-7)),
            ]
            wanted = near[2] if order == 0 else (near[3] - near[1]) / 2e-7
            assert near[0] == pytest.approx(
                wanted, rel=1e-15 if order == 0 else 1e-5, abs=1e-14 if order == 0 else 1e-5
            )


def test_a_natural_domain_is_nan_outside() -> None:
    call = compile_function(function(log(1 - exp(-x))))
    y = call(np.array([-np.inf, -1.0, -0.0, 0.0, 1e-300, 1.0, 800.0, np.inf]))
    assert np.isnan(y[:4]).all()
    assert y[4] == np.log(1e-300)
    assert y[5] == pytest.approx(-0.4586751453870819, rel=1e-15)
    assert y[6:].tolist() == [0.0, 0.0]
    root = compile_function(function(sqrt(x)))
    assert root([0.0, 4.0]).tolist() == [0.0, 2.0]
    assert np.isnan(root(-1.0))


def test_far_out_where_no_value_is_known_for_certain_a_form_that_cancels_is_not_chosen() -> None:
    bend = compile_function(lookup("log_ndtr"), 2)
    for dtype in (np.float32, np.float64):
        assert np.array_equal(bend(np.array([-1e7, -1e10, -1e30], dtype)), np.full(3, -1, dtype))


def test_gelu_in_single_precision_where_every_library_fails() -> None:
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        y = compile_function(lookup("gelu"))(np.float32([-10, -0.0, 40, np.nan, np.inf, -np.inf]))
    assert y.dtype == np.float32
    assert y[0] == np.float32(-7.619853e-23)
    assert y[1] == 0
    assert np.signbit(y[1])
    assert y[2] == 40
    assert np.isnan(y[3])
    assert y[4] == np.inf
    assert y[5] == 0


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_no_nan_or_inf_from_finite_input_and_zeros_keep_their_sign(name: str) -> None:
    call = compile_function(lookup(name))
    v = np.concatenate([s * 10.0 ** np.arange(-320, 308.2, 0.5) for s in (-1, 1)])
    if name == "log1mexp":
        v = v[v > 0]
    with np.errstate(all="raise"):
        y = call(v)
    assert not np.isnan(y).any()
    # some grow beyond the largest number
    large = 700 if name in ("exponential", "relu_squared", "xielu", "log_ndtr") else np.inf
    assert np.isfinite(y[np.abs(v) < large]).all()
    small, minus, plus = call(np.array([-1e-30, -0.0, 0.0]))
    if small < 0 < call(1e-30) and minus == 0:
        assert np.signbit(minus)
        assert not np.signbit(plus)


@settings(max_examples=150, deadline=None)
@given(
    st.floats(width=32, allow_nan=False, allow_infinity=False),
    st.sampled_from(["gelu", "mish", "softplus", "elu", "silu"]),
)
def test_float32_is_right_to_one_unit_in_the_last_place(v: float, name: str) -> None:
    y = compile_function(lookup(name))(np.float32(v))
    assert abs(Fraction(float(y)) - truth_fraction(name, v)) <= Fraction(float(np.spacing(np.abs(y))))


def truth_fraction(name: str, v: float) -> Fraction:
    definition = lookup(name)
    defaults = {p.symbol: p.default for p in definition.parameters}
    bits = 400
    while True:
        ball = balls.enclose(definition.expr.subs(defaults), {x: Rational(*v.as_integer_ratio())}, bits)
        if ball.is_finite() and (ball.abs_upper() < 2.0**-300 or ball.rel_accuracy_bits() > 100):
            return fraction(ball)
        bits *= 2


def test_parameters_over_their_domain() -> None:
    a, b = real("a"), real("b")
    definition = function(
        log(1 + exp(b * x)) / b + a * x, Parameter(a, Rational(1, 10)), Parameter(b, Rational(1), b > 0)
    )
    call = compile_function(definition)
    for b_value in (1e-4, 0.3, 1.0, 7.5, 1e4):
        for v in (-300.0, -2.5, -1e-8, 0.0, 0.7, 30.0, 1e5):
            exact = {x: Rational(*v.as_integer_ratio()), a: Rational(1, 4), b: Rational(*b_value.as_integer_ratio())}
            true = float(balls.enclose(definition.expr, exact, 100000 if abs(v * b_value) > 1000 else 2000))
            assert call(v, a=0.25, b=b_value) == pytest.approx(true, rel=3e-15)
