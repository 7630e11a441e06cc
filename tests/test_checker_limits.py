"""The checker's own limits: against known ones, and against the prover's, found in another way."""

import pytest
from sympy import S, oo

from symact.errors import NotSupportedError, UndecidedError
from symact.proof.algebra.assume import NOTHING, assuming
from symact.proof.algebra.field import equal
from symact.proof.asymptotics.ends import limit_at as prover_limit
from symact.proof.certificates.landau import limit, sign_near
from symact.proof.certificates.limits import limit_of_value
from symact.proof.text import read_expression, read_relation
from symact.symbols import real

x = real("x")

LIMITS = [
    ("sin(x)/x", 0, 1, "1"),
    ("exp(-1/x)", 0, 1, "0"),
    ("exp(-1/x)", 0, -1, "oo"),
    ("1/(2*sqrt(x))", 0, 1, "oo"),
    ("x*log(x)", 0, 1, "0"),
    ("(exp(x) - 1 - x)/x**2", 0, -1, "1/2"),
    ("x*erfc(-x)/2", "-oo", 1, "0"),
    ("x*erfc(-x)/2 - x", "oo", 1, "0"),
    ("x*tanh(log(1 + exp(x))) - x", "oo", 1, "0"),
    ("(1 + 1/x)**x", "oo", 1, "E"),
    ("erfc(x)*exp(x**2)*x", "oo", 1, "1/sqrt(pi)"),
    ("exp(-exp(-x))", "-oo", 1, "0"),
    ("exp(-exp(-x))", "oo", 1, "1"),
    ("exp(x)/x**100", "oo", 1, "oo"),
    ("x**100*exp(-x)", "oo", 1, "0"),
    ("sin(x)/x", "oo", 1, "0"),
    ("x*sin(1/x)", 0, 1, "0"),
    ("atan(x)", "-oo", 1, "-pi/2"),
    ("asinh(x) - log(2*x)", "oo", 1, "0"),
    ("tan(x)", "pi/2", -1, "oo"),
    ("x**x", "oo", 1, "oo"),
    ("x**x*exp(-x**2)", "oo", 1, "0"),
    ("x**(-x)*exp(100*x)", "oo", 1, "0"),
    ("exp(log(x)**2)/x**100", "oo", 1, "oo"),
    ("atanh(x)", 1, -1, "oo"),
    ("LambertW(x)/x", 0, 1, "1"),
    ("LambertW(x)/log(x)", "oo", 1, "1"),
    ("LambertW(exp(x)*x**2)/x", "oo", 1, "1"),
    ("(x - 1)/log(x)", 1, 1, "1"),
    ("sqrt(x + 1) - sqrt(x)", "oo", 1, "0"),
    ("cosh(x)*exp(-x)", "oo", 1, "1/2"),
    ("exp(x)*(log(1 + exp(-x)) - exp(-x))*exp(x)", "oo", 1, "-1/2"),
]


@pytest.mark.parametrize(("text", "end", "side", "expected"), LIMITS)
def test_known_limits(text, end, side, expected):
    at = read_expression(str(end))
    found = limit(read_expression(text), x, at, side, NOTHING)
    assert found == read_expression(expected) or equal(found, read_expression(expected)) is True
    other = prover_limit(read_expression(text), x, at, side, NOTHING)
    assert found == other or equal(found, other) is True


def test_where_lambert_w_begins():
    # W = -1 + p - p**2/3 + 11*p**3/72 - … with p = sqrt(2*(E*x + 1))
    end, p = read_expression("-exp(-1)"), "sqrt(2*(E*x + 1))"
    for text, expected in (
        ("LambertW(x)", "-1"),
        (f"(LambertW(x) + 1 - {p})/(E*x + 1)", "-2/3"),
        (f"(LambertW(x) + 1 - {p} + {p}**2/3)/{p}**3", "11/72"),
    ):
        assert equal(limit(read_expression(text), x, end, 1, NOTHING), read_expression(expected)) is True


def test_log_log_is_no_growth():
    with pytest.raises((UndecidedError, NotSupportedError)):
        limit(read_expression("LambertW(x) - log(x)"), x, oo, 1, NOTHING)


@pytest.mark.parametrize("text", ["sin(x)", "x*sin(x)", "cos(x**2)", "exp(sin(x))", "sin(x) + 1/x"])
def test_no_limit_is_made_up(text):
    with pytest.raises((UndecidedError, NotSupportedError)):
        limit(read_expression(text), x, oo, 1, NOTHING)


def test_parameters_need_known_signs():
    a = real("a")
    assert limit(read_expression("tanh(a*x)"), x, oo, 1, assuming(a > 0)) == 1
    assert limit(read_expression("a*tanh(x)"), x, oo, 1, NOTHING) == a
    with pytest.raises(UndecidedError):
        limit(read_expression("exp(a*x)"), x, oo, 1, NOTHING)
    assert limit(read_expression("exp(-x)*cos(a*x)"), x, oo, 1, NOTHING) == 0
    with pytest.raises(UndecidedError):
        limit(read_expression("cos(a*x)"), x, oo, 1, NOTHING)


@pytest.mark.parametrize(
    ("text", "end", "side", "expected"),
    [
        ("x - sin(x)", 0, 1, 1),
        ("x - sin(x)", 0, -1, -1),
        ("1 - tanh(x) - 2*exp(-2*x)", "oo", 1, -1),
        ("x - x", 0, 1, 0),
    ],
)
def test_signs_near_an_end(text, end, side, expected):
    assert sign_near(read_expression(text), x, read_expression(str(end)), side, NOTHING) == expected


def test_switches_are_resolved_near_the_end():
    assert limit_of_value(read_expression("Abs(x)/x"), x, S.Zero, -1, NOTHING) == -1
    assert limit_of_value(read_expression("Max(0, x)/x"), x, oo, 1, NOTHING) == 1
    assert limit_of_value(read_expression("log(Max(0, x))"), x, S.Zero, -1, NOTHING) is None
    assert limit_of_value(read_piecewise(), x, S.Zero, 1, NOTHING) == 5


def read_piecewise():
    assert read_relation("x > 0") == (x > 0)
    return read_expression("Piecewise((5, x > 0), (log(x), True))")
