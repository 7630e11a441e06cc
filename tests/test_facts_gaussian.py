"""Gaussian moments against quadrature by other means, closed forms, divergence; the bounds far out."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr, Rational, S, asin, erf, exp, lambdify, oo, pi, sqrt
from sympy.core.relational import Relational

from symact.catalogue import definitions, lookup
from symact.commands.options import facts_of
from symact.errors import UndecidedError
from symact.facts.card import Card
from symact.facts.gaussian import Enclosed, gain, mean, second_moment
from symact.parse import parse_expression, parse_function
from symact.proof.calculus.majorants import majorant
from symact.proof.functions.shape import Shape, shape
from symact.proof.numbers import balls
from symact.symbols import real, x

EXPRESSIONS = [
    *(
        "x*log(1 + sigmoid(x))",
        "x*tanh(exp(x))",
        "x*erf(log(1 + exp(x)))",
        "log(cosh(x)) - Abs(x)",
        "atan(sinh(x)) + 1",
    ),
    *("x*sin(x)", "x + sin(x)**2", "cos(x)*cos(4*x)", "x**2*erf(x - 1)*exp(x)", "x*erf(x)", "erf(x)*erf(x/2) + x**4"),
    *(
        "exp(-x**2)*cos(x) + x**3*sin(2*x + 1)",
        "(sqrt(x**2 + 1) - 1)/2 + x",
        "sqrt(Abs(x))",
        "1/(1 + x**2)",
        "asinh(x**3)",
    ),
    *("1 - exp(-exp(x))", "x**2*exp(x)", "Piecewise((x, x < 0), (x - 10, True))", "Max(0, x - 3)**3", "sin(x)/x"),
    *("x*log(Abs(x))", "(exp(x) - 1)/x", "Abs(x)**(2/3)", "exp(-1/x**2)"),
]
SOME = {"gelu", "mish", "elu", "tanh_shrink"}


def curve(text: str, *relations: Relational) -> Shape:
    return shape(parse_expression(text).doit(), x, relations)


def reference(expr: Expr, power: int) -> mpmath.mpf:
    """Tanh-sinh quadrature at 25 digits; all corners of the functions here are multiples of 1/2."""
    f = lambdify(x, expr, "mpmath")
    breaks = [mpmath.mpf(n) / 2 for n in range(-28, 29)]

    def integrand(t: mpmath.mpf) -> mpmath.mpf:
        return f(t) ** power * mpmath.npdf(t)

    with mpmath.workdps(25):
        return mpmath.quad(integrand, breaks, maxdegree=7)


def close(found: object, expected: mpmath.mpf) -> bool:
    with mpmath.workdps(30):
        if isinstance(found, Enclosed):
            low, high = mpmath.mpf(found.lower), mpmath.mpf(found.upper)
            assert high - low < mpmath.mpf(10) ** -25 * max(1, abs(high))
            return bool(low - mpmath.mpf(10) ** -18 < expected < high + mpmath.mpf(10) ** -18)
        value = mpmath.mpf(found.evalf(30))  # type: ignore[attr-defined]
        return bool(abs(value - expected) < mpmath.mpf(10) ** -18 * max(1, abs(value)))


def check(expr: Expr) -> None:
    function = shape(expr, x, ())
    assert close(mean(function), reference(expr, 1))
    assert close(second_moment(function), reference(expr, 2))


@pytest.mark.parametrize("text", EXPRESSIONS[::10])
def test_some_expressions(text: str) -> None:
    check(parse_expression(text).doit())


@pytest.mark.campaign
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(text: str) -> None:
    check(parse_expression(text).doit())


@pytest.mark.parametrize("definition", [d for d in definitions() if d.name in SOME], ids=lambda d: d.name)
def test_some(definition: object) -> None:
    check(definition.expr.subs({p.symbol: p.default for p in definition.parameters}))  # type: ignore[attr-defined]


@pytest.mark.campaign
@pytest.mark.parametrize("definition", [d for d in definitions() if not d.vector], ids=lambda d: d.name)
def test_catalogue(definition: object) -> None:
    if definition.name in ("log1mexp", "gelu_10", "log_ndtr"):  # type: ignore[attr-defined]
        return  # not defined on the whole line; a corner that is no multiple of 1/2; mpmath rounds erf to -1
    check(definition.expr.subs({p.symbol: p.default for p in definition.parameters}))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Max(0, x)", (1 / sqrt(2 * pi), HALF := Rational(1, 2))),
        ("x/2*(1 + erf(x/sqrt(2)))", (1 / (2 * sqrt(pi)), Rational(1, 3) + sqrt(3) / (6 * pi))),
        ("erf(x)", (0, 2 * asin(Rational(2, 3)) / pi)),
        ("(1 + erf(x/sqrt(2)))/2", (HALF, Rational(1, 3))),
        ("exp(x)", (exp(HALF), exp(2))),
        ("exp(-x**2)", (1 / sqrt(3), 1 / sqrt(5))),
        ("sin(x)", (0, (1 - exp(-2)) / 2)),
        ("x**10", (945, 654729075)),
        ("log(erf(sqrt(2)*x/2)/2 + 1/2)", (-1, 2)),
        ("sigmoid(x)", (HALF, None)),
        ("tanh(x)", (0, None)),
        ("exp(x**2/3)", (sqrt(3), oo)),
        ("exp(x**2)", (oo, oo)),
        ("x/Abs(x)", (0, 1)),
        ("1/x**2", (oo, oo)),
    ],
)
def test_closed_forms(text: str, expected: tuple[object, object]) -> None:
    found = mean(curve(text)), second_moment(curve(text))
    for value, wanted in zip(found, expected, strict=True):
        assert isinstance(value, Enclosed) if wanted is None else value == wanted or (value - wanted).equals(0)  # type: ignore[operator]


def test_selu_is_normalised() -> None:
    definition = lookup("selu")
    function = shape(definition.expr.subs({p.symbol: p.default for p in definition.parameters}), x, ())
    assert (mean(function), second_moment(function), gain(second_moment(function))) == (0, 1, 1)


def test_no_value() -> None:
    assert mean(curve("1/x")) is None
    assert second_moment(curve("1/x")) == oo
    assert gain(oo) == 0
    assert mean(curve("log(x)")) is None
    assert gain(S.Zero) is None


def test_gain() -> None:
    assert gain(second_moment(curve("Max(0, x)"))) == sqrt(2)
    found = gain(second_moment(curve("tanh(x)")))
    assert isinstance(found, Enclosed)
    assert found.lower.startswith("1.5925374197228314277")


def test_anchors() -> None:
    swish, mish = mean(curve("x*sigmoid(x)")), mean(curve("x*tanh(log(1 + exp(x)))"))
    assert isinstance(swish, Enclosed)
    assert isinstance(mish, Enclosed)
    assert swish.lower.startswith("0.206620964141907037262350828")
    assert mish.lower.startswith("0.24040388837479144371312213443")


def test_narrow_and_far() -> None:
    bump = mean(shape(exp(-((x - 5) ** 2) * 10**8) + x / (1 + exp(-x)), x, ()))
    assert isinstance(bump, Enclosed)
    plain = mean(curve("x*sigmoid(x)"))
    assert isinstance(plain, Enclosed)
    with balls.precision(200):
        extra = balls.enclose(exp(-Rational(25 * 10**8, 2 * 10**8 + 1)) / sqrt(2 * 10**8 + 1), bits=200)
        assert (bump.ball - plain.ball).overlaps(extra)
        assert not bump.ball.overlaps(plain.ball)


def test_parameters() -> None:
    a, b = real("a"), real("b")
    function = shape(a * erf(x + b), x, ())
    assert mean(function) == a * erf(b / sqrt(3))
    with pytest.raises(UndecidedError, match="parameters"):
        mean(shape(x / (1 + exp(-a * x)), x, (a > 0,)))


@pytest.mark.parametrize("text", [*EXPRESSIONS[:2], "x*exp(2*x)*sin(x)"])
@pytest.mark.parametrize("side", [-1, 1])
@given(distance=st.integers(0, 400))
def test_bounds_far_out(text: str, side: int, distance: int) -> None:
    expr = curve(text).pieces[0 if side < 0 else -1].expr
    with balls.precision(400):
        try:
            size = majorant(expr, x, side, 6)
        except UndecidedError:
            return
        at = 6 + Rational(distance, 10)
        value = abs(balls.enclose(expr, {x: side * at}, 400))
        z = arb(at.p) / at.q
        assert not value > size.m * z**size.k * (size.c * z).exp()


@pytest.mark.parametrize(
    ("text", "mean", "second"),
    [
        ("(x**2 - 1)/(x - 1)", "1", "2"),
        ("x**3/x", "1", "3"),
        ("(1 - cos(x))/x**2", "0.462155051604782", "0.215973808259184"),  # by mpmath.quad with 40 digits
        ("(tanh(x) - x)/x**3", "-0.26277960", "0.073373561"),  # these by mpmath.quad without |x| < 1e-9
        ("(exp(x) - exp(-x) - 2*x)/x**3", "0.35127872", "0.124148964"),
        ("(x - atan(x))/(x**2*atan(x))", "0.28811645", "0.084807306"),
    ],
)
def test_a_removable_hole_does_not_count(text, mean, second):
    card = Card(facts_of(parse_function(text, []), (), None))
    for fact, value in ((card.gaussian_mean, mean), (card.gaussian_second_moment, second)):
        assert str(fact.value).startswith(value)


def test_a_small_moment_has_as_many_certain_digits() -> None:
    found = mean(curve("5*tanh(x/5) + Max(0, x - 10)"))
    assert isinstance(found, Enclosed)
    with mpmath.workdps(60):  # E[max(z - 10, 0)], to which the odd term adds nothing
        expected = mpmath.npdf(10) - 5 * mpmath.erfc(10 / mpmath.sqrt(2))
        assert mpmath.mpf(found.lower) <= expected <= mpmath.mpf(found.upper)
    assert found.ball.rel_accuracy_bits() >= 100


def test_parameters_in_a_factor_scale_a_moment() -> None:
    card = Card(facts_of(parse_function("a*x*sigmoid(x)", ()), (), None))
    shown = [(case.when, str(case.value)) for case in card.gaussian_mean]
    assert shown[1:] == [("a == 0", "0"), ("a > 0", "0.206620964141907037262350828718...*(a)")]
    assert shown[0] == ("a < 0", "-0.206620964141907037262350828719...*(-a)")
    assert [case.when for case in card.gain] == ["a != 0", "a == 0"]
    (second,) = [card.gaussian_second_moment]
    assert str(second.value) == "0.355775519817352156230794292333...*(a**2)"


def test_odd_functions_with_parameters_have_mean_zero() -> None:
    card = Card(facts_of(parse_function("sign(x)*log(1 + a*Abs(x))/a", ()), ["a > 0"], None))
    assert card.gaussian_mean.value == 0
