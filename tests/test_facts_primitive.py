"""Antiderivatives against quadrature, their constant, and continuity where pieces meet."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic, sleep

import mpmath
import pytest
from sympy import Expr, Rational, S, lambdify, limit, log, oo
from sympy.core.relational import Relational

from symact.catalogue import definitions, lookup
from symact.deadline import deadline
from symact.errors import OutOfTimeError, UndecidedError
from symact.facts.cases import by_cases
from symact.facts.primitive import primitive
from symact.parse import parse_expression
from symact.proof.algebra.assume import assuming
from symact.proof.functions.shape import Shape, shape
from symact.symbols import real, x

#: Those without an elementary antiderivative (dilogarithms and worse), as far as is known here.
WITHOUT = {
    *("gelu_tanh", "log1mexp", "log_ndtr", "log_sigmoid", "mish", "quick_gelu", "silu", "sinc_normalized"),
    *("softplus", "softplus_torch", "sqrt_softplus", "swiglu", "swish"),
}
SOME = {"celu", "gelu", "hard_swish", "squareplus", "step"}
EXPRESSIONS = [
    *("x*atan(x)", "asinh(x)", "x*asinh(x)", "tanh(x)**2", "1/cosh(x)", "x/cosh(x)**2", "tanh(x)*sigmoid(x)"),
    *("x*exp(x)/(1 + exp(x))**2", "log(1 + exp(x))/(1 + exp(-x))", "x**2*erf(x)", "x*erf(x)**2", "exp(-x**2)*erf(x)"),
    *("sqrt(exp(x) + 1)", "log(x**2 + x + 1)", "x*tanh(x**2)", "(x**2 + 1)/(x**4 + 1)", "x**2*exp(-Abs(x))"),
    *("x + sin(x)**2", "sin(x)*exp(-x)", "1/(exp(x) + exp(-x) + 1)", "(sqrt(x**2 + 1) - 1)/2 + x", "x/(1 + Abs(x))"),
    *("Piecewise((x, x < 0), (x - 10, True))", "Max(0, x - 1) + Heaviside(x + 1)", "tanh(x/2)**3", "x*sinh(x)"),
]


def curve(text: str, *relations: Relational) -> Shape:
    return shape(parse_expression(text).doit(), x, relations)


def check(expr: Expr, found: Expr) -> None:
    f, whole = (lambdify(x, e, "mpmath") for e in (expr, found))
    with mpmath.workdps(20):
        grid = [mpmath.mpf(n) / 2 for n in range(-6, 7)]  # the corners of all functions here are on it
        area = mpmath.quad(f, [mpmath.mpf("-3.2"), *grid, mpmath.mpf("3.7")])
    with mpmath.workdps(60):
        assert abs(whole(mpmath.mpf("3.7")) - whole(mpmath.mpf("-3.2")) - area) < mpmath.mpf(10) ** -15


@pytest.mark.parametrize("definition", [d for d in definitions() if d.name in SOME], ids=lambda d: d.name)
def test_some(definition: object) -> None:
    test_catalogue(definition)


@pytest.mark.campaign
@pytest.mark.parametrize("definition", [d for d in definitions() if not d.vector], ids=lambda d: d.name)
def test_catalogue(definition: object) -> None:
    expr = definition.expr.subs({p.symbol: p.default for p in definition.parameters})  # type: ignore[attr-defined]
    if definition.name in WITHOUT:  # type: ignore[attr-defined]
        return
    found = primitive(shape(expr, x, ()))
    check(expr, found)


@pytest.mark.parametrize("text", EXPRESSIONS[::4])
def test_some_expressions(text: str) -> None:
    check(parse_expression(text).doit(), primitive(curve(text)))


@pytest.mark.campaign
@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expressions(text: str) -> None:
    check(parse_expression(text).doit(), primitive(curve(text)))


@pytest.mark.parametrize("text", ["exp(x)", "exp(-x**2)", "x*exp(-x**2)", "1/(1 + x**2)", "1/cosh(x)**2", "Max(0, x)"])
def test_tends_to_zero_at_minus_infinity(text: str) -> None:
    found = primitive(curve(text))
    assert limit(found.args[0][0] if found.is_Piecewise else found, x, -oo) == 0


@pytest.mark.parametrize(
    "text", ["x", "tanh(x)", "x - tanh(x)", "x*atan(x)", "sign(x)", "cos(x)", "sqrt(x)", "x*exp(-x)"]
)
def test_is_zero_at_zero(text: str) -> None:
    assert primitive(curve(text)).subs(x, 0) == 0


def test_what_has_bounds_instead_of_a_value_at_zero_has_a_limit_there() -> None:
    # SymPy has bounds for atan(1/0)
    found = primitive(curve("x*atan(1/x)"))
    assert found.subs(x, 0) == 0
    assert all(abs(found.subs(x, at).evalf(20)) < 10**-5 for at in (Rational(-1, 10**6), Rational(1, 10**6)))


def test_parts_of_the_domain() -> None:
    found = primitive(curve("1/x"))
    assert found.subs(x, -2) == found.subs(x, 2) == log(2)
    assert primitive(curve("x**2", x >= 1)).subs(x, 3) == 9


def test_none_is_elementary() -> None:
    assert primitive(curve("x*sigmoid(x)")) is None
    assert primitive(curve("Piecewise((x, x > 0), (x*exp(x)/(1 + exp(x)), True))")) is None


def test_undecided_within_a_few_seconds() -> None:
    with deadline(8), pytest.raises(UndecidedError, match="no antiderivative of") as reason:
        primitive(curve("sqrt(log(1 + exp(x)))"))
    assert not isinstance(reason.value, OutOfTimeError)


def test_the_outer_deadline_counts_inside() -> None:
    start = monotonic()
    with pytest.raises(UndecidedError), deadline(0.2):
        primitive(curve("sqrt(x*tanh(log(1 + exp(x))))", x > 0))
    assert monotonic() - start < 1


def test_deadlines_inside_one_another() -> None:
    rounds = 0
    with pytest.raises(OutOfTimeError, match=r"0\.3"), deadline(0.3):  # noqa: PT012 - the loop ends by the outer one
        while True:
            rounds += 1
            with suppress(OutOfTimeError), deadline(0.05):
                sleep(0.2)
            sleep(0.02)
    assert rounds > 1


@pytest.mark.parametrize("name", ["elu", "celu", "squareplus", "hard_tanh"])
def test_parameters(name: str) -> None:
    definition = lookup(name)
    known = assuming(*(p.assume for p in definition.parameters))
    found = by_cases(known, lambda k: primitive(shape(definition.expr, x, k.relations)))
    values = {real("min_val"): S(-2), real("max_val"): S(1), real("alpha"): S(1) / 2, real("b"): S(3)}
    values |= {real("lambd"): S(1), real("beta"): S(1) / 2}
    own = {p.symbol: values[p.symbol] for p in definition.parameters}
    holding = [answer for conditions, answer in found if all(c.subs(own) == S.true for c in conditions)]
    assert holding
    check(definition.expr.subs(own), holding[0].subs(own))
