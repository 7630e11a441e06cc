"""Expressions as text: what is read, exactly, and what is printed of it."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import (
    Abs,
    E,
    Heaviside,
    LambertW,
    Max,
    Min,
    Piecewise,
    Rational,
    erf,
    erfc,
    erfinv,
    exp,
    log,
    oo,
    pi,
    sqrt,
    tanh,
)

from symact.catalogue import aliases, lookup, names
from symact.catalogue.constants import selu_alpha, selu_scale
from symact.errors import InputError
from symact.named import Named, named, unfold
from symact.parse import parse_expression
from symact.parse.words import FUNCTIONS, VARIADIC
from symact.proof.numbers.balls import enclose
from symact.symbols import real, x

a, b, alpha = real("a"), real("b"), real("alpha")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", x),
        ("  x ", x),
        ("x*tanh(exp(x))", x * tanh(exp(x))),
        ("-x**2", -(x**2)),
        ("(-x)**2", x**2),
        ("2**-1", Rational(1, 2)),
        ("1 - 2 - 3", sp.Integer(-4)),
        ("8/4/2", sp.Integer(1)),
        ("a - b - x", a - b - x),
        ("x/a/b", x / (a * b)),
        ("x/(a*b)", x / (a * b)),
        ("x/(a/b)", x * b / a),
        ("+x - -x", 2 * x),
        ("E**x", exp(x)),
        ("x**(1/3)", x ** Rational(1, 3)),
        ("pi*E", pi * E),
        ("ln(x) + log(x)", 2 * log(x)),
        ("abs(x) + Abs(x)", 2 * Abs(x)),
        ("max(0, x, 1)", Max(1, x)),
        ("Min(x, a, 3)", Min(x, a, 3)),
        ("arctan(x) + atan(x)", 2 * sp.atan(x)),
        ("arcsinh(x)", sp.asinh(x)),
        ("erf(x) + erfc(x) + erfinv(x)", erf(x) + erfc(x) + erfinv(x)),
        ("Heaviside(x)*sign(x)", Heaviside(x) * sp.sign(x)),
        ("-LambertW(exp(-1))", -LambertW(exp(-1))),
        ("selu_scale*selu_alpha", selu_scale * selu_alpha),
        ("alpha*b1 + lambd", alpha * real("b1") + real("lambd")),
        ("sqrt(8)", 2 * sqrt(2)),
        ("1 - tanh(1000)", 1 - tanh(1000)),
    ],
)
def test_expressions_are_read_as_written(text: str, expected: sp.Expr) -> None:
    assert parse_expression(text) == expected


@pytest.mark.parametrize(
    ("text", "numerator", "denominator"),
    [
        ("0.1", 1, 10),
        (".5", 1, 2),
        ("5.", 5, 1),
        ("1e-3", 1, 1000),
        ("1.E2", 100, 1),
        ("2.5e+1", 25, 1),
        ("1.0507009873554804934193349852946", 10507009873554804934193349852946, 10**31),
        ("0.30000000000000004", 30000000000000004, 10**17),
        ("1e-30", 1, 10**30),
        ("1e400", 10**400, 1),
        ("0.1 + 0.2", 3, 10),
        ("9007199254740993", 9007199254740993, 1),
    ],
)
def test_numbers_are_exact(text: str, numerator: int, denominator: int) -> None:
    assert parse_expression(text) == Rational(numerator, denominator)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**9), max_value=10**9))
def test_any_decimal_is_that_rational(number: object) -> None:
    assert parse_expression(str(number)) == Rational(str(number))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Piecewise((x, x >= 0), (a*x, True))", Piecewise((x, x >= 0), (a * x, True))),
        ("Piecewise((1, 0 < x <= 1), (0, True))", Piecewise((1, (x > 0) & (x <= 1)), (0, True))),
        ("Piecewise((1, (x > 0) & (x <= 1)), (0, True))", Piecewise((1, (x > 0) & (x <= 1)), (0, True))),
        ("Piecewise((1, x < 0 or x > 1), (0, True))", Piecewise((1, (x < 0) | (x > 1)), (0, True))),
        ("Piecewise((1, not x > 0), (0, True))", Piecewise((1, x <= 0), (0, True))),
        ("Piecewise((1, ~(x > 0)), (0, True))", Piecewise((1, x <= 0), (0, True))),
        ("Piecewise((1, x == 0), (sin(x)/x, True))", Piecewise((1, sp.Eq(x, 0)), (sp.sin(x) / x, True))),
        ("Piecewise((1, Eq(x, 0)), (2, Ne(x, 1)))", Piecewise((1, sp.Eq(x, 0)), (2, sp.Ne(x, 1)))),
        ("Piecewise((1, And(x > 0, Or(x < 1, x > 2))))", Piecewise((1, (x > 0) & ((x < 1) | (x > 2))))),
        ("Piecewise((log(x), x > 0))", Piecewise((log(x), x > 0))),
        ("Piecewise((x, 0 < 1), (2, True))", x),
    ],
)
def test_piecewise_and_its_conditions(text: str, expected: sp.Expr) -> None:
    assert parse_expression(text) == expected


def test_catalogue_names_are_functions_that_stay_named() -> None:
    elu = lookup("elu")
    assert parse_expression("sigmoid(2*x)") == named(lookup("sigmoid"), 2 * x)
    assert parse_expression("ReLU(x)") == parse_expression("ramp(x)") == named(lookup("relu"), x)
    assert parse_expression("elu(x)") == parse_expression("elu(x, 1)") == named(elu, x)
    assert parse_expression("elu(x, 2)") == parse_expression("elu(x, alpha=2)") == named(elu, x, sp.Integer(2))
    assert parse_expression("elu(a*x, alpha=b)") == named(elu, a * x, b)
    assert parse_expression("clip(x, hi=6)") == named(lookup("clip"), x, -oo, sp.Integer(6))
    assert parse_expression("clip(x, -oo, oo)") == named(lookup("clip"), x)
    assert parse_expression("hard_tanh(x, -2, 2)").args[2:] == (x, -2, 2)


@pytest.mark.parametrize("name", sorted({*names(), *aliases()} & {*FUNCTIONS, *VARIADIC}))
def test_a_word_for_a_sympy_function_means_the_same_in_the_catalogue(name: str) -> None:
    assert parse_expression(f"{name}(x)") == lookup(name).expr


@pytest.mark.parametrize("name", names())
def test_every_scalar_definition_can_be_called(name: str) -> None:
    found = lookup(name)
    if found.vector:
        with pytest.raises(InputError, match="function of a vector"):
            parse_expression(f"{name}(x)")
        return
    call = f"{name}(x)"
    assert unfold(parse_expression(call)) == found.expr.subs({p.symbol: p.default for p in found.parameters})


@pytest.mark.parametrize("call", ["elu(x, 0)", "elu(x, exp(1) - E)", "squareplus(x, 0)", "keras_relu(x, 0, 1, 1)"])
def test_the_ends_of_a_domain_are_read_where_the_formula_has_a_value(call):
    at = {x: Rational(-7, 3)}
    assert unfold(parse_expression(call)).subs(at) == 0


def test_hidden_zeros_and_tiny_values_are_read() -> None:
    assert parse_expression("cosh(1)**2 - sinh(1)**2 - 1") == sp.cosh(1) ** 2 - sp.sinh(1) ** 2 - 1
    assert parse_expression("exp(-1000)") == exp(-1000)
    assert parse_expression("LambertW(-exp(-1))") == -1
    assert parse_expression("sqrt(0) + 0**2") == 0


def test_given_symbols_and_values_take_the_place_of_names() -> None:
    k = sp.Symbol("k", integer=True)
    assert parse_expression("k*x + a", symbols={"k": k, "a": sp.Integer(2)}) == k * x + 2
    with pytest.raises(InputError, match="divides by zero"):
        parse_expression("x/a", symbols={"a": sp.Integer(0)})


def test_parameters_are_real_and_shared() -> None:
    (symbol,) = parse_expression("beta**2").free_symbols
    assert symbol is real("beta")
    assert parse_expression("threshold*x").free_symbols == {x, real("threshold")}


_leaves = st.sampled_from(["x", "a", "2", "0.5", "1/3", "pi", "E", "7", "1e-3", "(-1)"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    functions = st.sampled_from([*FUNCTIONS, "relu", "sigmoid", "elu", "gelu", "swish", "hard_tanh"])
    pairs = st.tuples(inner, st.sampled_from(["+", "-", "*", "/"]), inner)
    powers = st.tuples(inner, st.sampled_from(["2", "3", "(-1)", "(1/2)", "x", "a"]))
    relations = st.tuples(inner, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner)
    return st.one_of(
        st.builds("{}({})".format, functions, inner),
        pairs.map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        powers.map(lambda p: f"({p[0]})**{p[1]}"),
        st.tuples(inner, inner).map(lambda p: f"Max({p[0]}, {p[1]})"),
        st.tuples(inner, relations, inner).map(
            lambda p: f"Piecewise(({p[0]}, {p[1][0]} {p[1][1]} {p[1][2]}), ({p[2]}, True))"
        ),
    )


@settings(max_examples=150, deadline=None)
@given(st.recursive(_leaves, _grown, max_leaves=6))
def test_what_is_printed_is_read_again(text: str) -> None:
    try:
        expr = parse_expression(text)
    except InputError:
        return
    again = parse_expression(str(expr))
    if again == expr:
        return
    # SymPy may simplify further the second time; the values must be the same
    for at in (Rational(-5, 3), Rational(2, 7), Rational(9, 4)):
        point = {x: at, a: at + 1}
        first, second = (enclose(unfold(e), point) for e in (expr, again))
        assert first.overlaps(second) or not (first.is_finite() and second.is_finite())


@pytest.mark.parametrize(
    "text",
    [
        "1/(2*(3 - b))",
        "-(x + a)*exp(x)",
        "-(x + a)/erfc(1)",
        "1/(100*(b + 1/3))",
        "x*(1 + erf(x/sqrt(2)))/2",
        "Piecewise((x, (x > 0) & Ne(x, 3)), (a*(exp(x) - 1), (x < -5) | (x < -1)), (0, True))",
        "selu(x) + elu(x, 2) + clip(x, -oo, 6) + swish(x, b)",
        "exp(1/2)*sqrt(2)*LambertW(2)/pi",
        "x**(2/3)/a**b",
        "selu_scale",
    ],
)
def test_the_printed_form_is_a_fixed_point(text: str) -> None:
    expr = parse_expression(text)
    assert parse_expression(str(expr)) == expr
    assert not expr.atoms(sp.Float)


def test_no_float_reaches_an_expression() -> None:
    assert not parse_expression("0.1*x + exp(0.5) + elu(x, 0.25) + x**0.5").atoms(sp.Float)
    assert parse_expression("gelu(0.1)").atoms(Named)
