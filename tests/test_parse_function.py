"""Functions, values and sets as text, as the options of the commands take them."""

from __future__ import annotations

import pytest
import sympy as sp
from sympy import (
    Abs,
    FiniteSet,
    Interval,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    Union,
    acosh,
    cos,
    cosh,
    exp,
    log,
    oo,
    sqrt,
    tan,
)

from symact.catalogue import definitions, lookup
from symact.errors import InputError
from symact.parse import Function, parse_function, parse_set, parse_values
from symact.symbols import real, x

a, alpha, b = real("a"), real("alpha"), real("b")


def test_a_name_is_the_catalogue_s_definition_with_open_parameters() -> None:
    for found in definitions():
        read = parse_function(found.name)
        assert (read.name, read.definition, read.expression) == (found.name, found, found.expr)
        assert read.parameters == tuple(p.symbol for p in found.parameters)
        assert not read.values
        assert not read.domain
    assert parse_function("SiLU").name == parse_function("swish1").name == "silu"


def test_a_name_with_parameters_has_their_values() -> None:
    read = parse_function("elu(alpha=2)")
    assert read.name == "elu"
    assert read.definition is lookup("elu")
    assert dict(read.values) == {alpha: 2}
    assert read.parameters == ()
    assert read.expression == Piecewise((x, x > 0), (2 * exp(x) - 2, True))
    assert parse_function("elu", ["alpha=2"]).expression == read.expression
    assert parse_function("elu", {alpha: sp.Integer(2)}).expression == read.expression
    partly = parse_function("hard_tanh(max_val=3)", ["min_val=-3"])
    assert partly.expression == parse_function("hard_tanh(min_val=-3, max_val=3)").expression
    assert parse_function("clip(lo=0)").parameters == (real("hi"),)
    assert parse_function("clip", ["hi=oo"]).expression == Max(x, real("lo"))
    assert parse_function("elu(alpha=b**2)").expression.free_symbols == {x, b}


def test_an_expression_is_a_function_of_x() -> None:
    read = parse_function("x*tanh(exp(a*x))")
    assert read.name is None
    assert read.definition.expr == read.expression == x * sp.tanh(exp(a * x))
    assert read.parameters == (a,)
    assert read.text == "x*tanh(exp(a*x))"
    assert parse_function("elu(x, 2)").name is None
    assert parse_function("2").expression == 2
    assert parse_function("a*x", ["a=0.1"]).expression == x / 10
    assert parse_function("elu(x, a)", ["a=1/2"]).expression == parse_function("elu(x, 1/2)").expression


def test_a_function_is_immutable() -> None:
    read = parse_function("elu(alpha=2)")
    with pytest.raises(AttributeError):
        read.name = "relu"  # type: ignore[misc]
    with pytest.raises(TypeError):
        read.values[alpha] = sp.Integer(3)  # type: ignore[index]
    assert isinstance(read, Function)


@pytest.mark.parametrize(
    ("text", "expression", "domain"),
    [
        ("x/x", 1, [Ne(x, 0)]),
        ("x**2/x", x, [Ne(x, 0)]),
        ("1/(1/x)", x, [Ne(x, 0)]),
        ("x/(1/x)/x", x, [Ne(x, 0)]),
        ("(x - 1)**2/(x - 1)", x - 1, [Ne(x - 1, 0)]),
        ("1/x - 1/x", 0, [Ne(x, 0)]),
        ("x - x**-3*x**3", x - 1, [Ne(x, 0)]),
        ("a*x/a", x, [Ne(a, 0)]),
        ("sqrt(x)**2", x, [x >= 0]),
        ("sqrt(x)*sqrt(x)", x, [x >= 0]),
        ("(x**(1/4))**4", x, [x >= 0]),
        ("x**a*x**-a", 1, [x > 0]),
        ("exp(log(x))", x, [x > 0]),
        ("exp(2*log(x))", x**2, [x > 0]),
        ("log(x) - log(x)", 0, [x > 0]),
        ("0*log(x)", 0, [x > 0]),
        ("log(-x)*0", 0, [x < 0]),
        ("sqrt(-x)**2", -x, [x <= 0]),
        ("sin(asin(x))", x, [x**2 - 1 <= 0]),
        ("tanh(atanh(x))", x, [x**2 - 1 < 0]),
        ("erf(erfinv(x))", x, [x**2 - 1 < 0]),
        ("cosh(acosh(x))", x, [x - 1 >= 0]),
        ("tan(x) - tan(x)", 0, [Ne(cos(x), 0)]),
        ("Abs(x)/Abs(x)", 1, [Ne(Abs(x), 0)]),
        ("log1mexp(x) - log1mexp(x)", 0, [1 - exp(-x) > 0]),
    ],
)
def test_what_sympy_cancels_stays_known_as_a_condition(text: str, expression: object, domain: list[object]) -> None:
    read = parse_function(text)
    assert (read.expression, list(read.domain)) == (expression, domain)


@pytest.mark.parametrize(
    "text",
    [
        "sin(x)/x",
        "1/x",
        "1/(2*x)",
        "1/(-3*x**3)",
        "(x + 1)/(2*x + 2)",
        "x/(x**2 + 1)",
        "exp(x)/exp(x)",
        "1/(1 + exp(-x))",
        "sqrt(4*x)",
        "sqrt(x**2)",
        "1/sqrt(x)",
        "x**(-3/2)",
        "log(2*x)",
        "log(x**2)",
        "log(x/3) - log(x)",
        "x*exp(-1/x)",
        "x**a",
        "tan(x)",
        "acosh(x) + asin(x) + atanh(x) + erfinv(x) + LambertW(x)",
        "x**0",
        "log(exp(x))",
        "relu(x)/sigmoid(x)",
        "Piecewise((log(x), x > 0), (1/x, x < 0), (0, True))",
        "Max(log(x), 1/x)",
    ],
)
def test_conditions_that_the_expression_shows_are_not_repeated(text: str) -> None:
    assert parse_function(text).domain == ()


def test_a_branch_must_show_where_it_is_undefined() -> None:
    with pytest.raises(InputError, match="no longer shows x != 0: write it simplified"):
        parse_function("Piecewise((x/x, x > 0), (0, True))")


@pytest.mark.parametrize(
    ("text", "settings", "message"),
    [
        ("relru", [], "unknown function 'relru'; did you mean 'relu'?"),
        ("sin", [], "write sin(x)"),
        ("a", [], "contains no x"),
        ("alpha", ["alpha=2"], "contains no x"),
        ("elu(2)", [], "contains no x: write elu(alpha=…) or elu(x, …)"),
        ("elu(alpha=-1)", [], "alpha must satisfy alpha > 0"),
        ("elu", ["alpha=-1"], "alpha must satisfy alpha > 0"),
        ("elu(x, a)", ["a=-1"], "alpha must satisfy alpha > 0"),
        ("elu(alpha=oo)", [], "must be finite"),
        ("elu(alpha=x)", [], "alpha must not depend on x"),
        ("elu(beta=1)", [], "has no parameter 'beta'"),
        ("elu(alpha=1, alpha=2)", [], ""),
        ("elu(alpha=1)", ["alpha=2"], "open are: none"),
        ("elu", ["beta=2"], "beta is no open parameter of 'elu'; open are: alpha"),
        ("relu", ["alpha=2"], "open are: none"),
        ("a*x", ["b=2"], "doesn't contain it"),
        ("hard_tanh(min_val=2, max_val=1)", [], "min_val < max_val"),
        ("relu()", [], "write relu(x)"),
        ("x/a", ["a=0"], "divides by zero"),
        ("x**a", ["a=10**9"], "exponents up to 1000"),
        ("a*x", ["a=oo"], "not a finite real number"),
        ("oo", [], "only read as the end of an interval"),
    ],
)
def test_functions_that_are_none(text: str, settings: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_function(text, settings)
    assert message in str(caught.value)


def test_values_are_exact() -> None:
    values = parse_values(["a=2", " beta = sqrt(2)/3 ", "lambd=0.1", "hi=-oo", "c1=-1e-3"])
    assert values == {
        a: 2,
        real("beta"): sqrt(2) / 3,
        real("lambd"): Rational(1, 10),
        real("hi"): -oo,
        real("c1"): Rational(-1, 1000),
    }
    assert parse_values([]) == {}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["a"], "such as a=2"),
        (["=2"], "such as a=2"),
        (["a==2"], "such as a=2"),
        (["2=a"], "such as a=2"),
        (["a="], "empty"),
        (["a=b"], "must be a number, but 'b' contains b"),
        (["a=2", "a=2"], "given two values"),
        (["x=2"], "the variable or a constant"),
        (["pi=3"], "the variable or a constant"),
        (["sigmoid=3"], "'sigmoid' is a function"),
        (["__a=3"], "not allowed"),
        (["lambda=3"], "reserved"),
        (["a=1/0"], "divides by zero"),
        (["a=asin(2)"], "no real value"),
        (["a=2 b=3"], "cannot read"),
    ],
)
def test_values_that_are_none(texts: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_values(texts)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Interval(0, oo)", Interval(0, oo)),
        ("Interval.open(-1, 1)", Interval.open(-1, 1)),
        ("Interval.Lopen(0, 0.25)", Interval.Lopen(0, Rational(1, 4))),
        ("Interval.Ropen(-sqrt(2), pi)", Interval.Ropen(-sqrt(2), sp.pi)),
        ("Interval(-LambertW(exp(-1)), oo)", Interval(-sp.LambertW(exp(-1)), oo)),
        ("{0, 1}", FiniteSet(0, 1)),
        ("FiniteSet(0, 1)", FiniteSet(0, 1)),
        ("Interval(1, 1)", FiniteSet(1)),
        ("Union({0}, Interval.open(1, 2))", Union(FiniteSet(0), Interval.open(1, 2))),
    ],
)
def test_sets(text: str, expected: sp.Set) -> None:
    assert parse_set(text) == expected
    assert parse_set(str(expected)) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Interval(1, 0)", "write the smaller one first"),
        ("Interval(oo, 0)", "write the smaller one first"),
        ("Interval(0, -oo)", "write the smaller one first"),
        ("Interval(pi, 3.14159)", "write the smaller one first"),
        ("Interval(0, cosh(1)**2 - sinh(1)**2 - 1)", "can't be told"),
        ("Interval.open(1, 1)", "is empty"),
        ("Interval(oo, oo)", "is empty"),
        ("Interval(-oo, -oo)", "is empty"),
        ("Interval(a, 1)", "must consist of numbers"),
        ("Interval(0, x)", "must consist of numbers"),
        ("{x}", "must consist of numbers"),
        ("{oo}", "only read as the end"),
        ("{}", "is not a set"),
        ("Interval", "is not a set"),
        ("Interval(0)", "is not a set"),
        ("Interval(0, 1, True)", "is not a set"),
        ("Interval(0, 1, left_open=True)", "is not a set"),
        ("Interval.closed(0, 1)", "is not a set"),
        ("Interval.open.open(0, 1)", "is not a set"),
        ("(0, 1)", "is not a set"),
        ("[0, 1]", "is not a set"),
        ("x > 0", "is not a set"),
        ("Union(1, 2)", "is not a set"),
    ],
)
def test_sets_that_are_none(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_set(text)
    assert message in str(caught.value)


def test_total_functions_of_partial_ones_keep_their_conditions() -> None:
    assert parse_function("Min(exp(log(x)), 1)").expression == Min(x, 1)
    assert parse_function("Min(exp(log(x)), 1)").domain == (x > 0,)
    assert parse_function("cosh(acosh(a))*x").domain == (a - 1 >= 0,)
    assert parse_function("acosh(cosh(x))").expression == acosh(cosh(x))
    assert parse_function("sigmoid(log(x)) + tan(x)").expression.has(log, tan)
