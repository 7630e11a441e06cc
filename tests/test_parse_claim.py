"""Claims and assumptions as text: what they state, as data."""

from __future__ import annotations

import pytest
import sympy as sp
from sympy import (
    Abs,
    Derivative,
    Integral,
    Interval,
    KroneckerDelta,
    Limit,
    Max,
    Ne,
    Rational,
    Sum,
    exp,
    log,
    oo,
    pi,
    sqrt,
    tanh,
)

from symact.catalogue import lookup
from symact.claims.model import Expectation, Extent, Property, Relation
from symact.errors import InputError
from symact.named import named
from symact.parse import parse_claim
from symact.symbols import i, j, n, real, x, z

a, b, c, y = real("a"), real("b"), real("c"), real("y")


def f(name: str, argument: sp.Expr, *values: sp.Expr) -> sp.Expr:
    return named(lookup(name), argument, *values)


VECTOR = ["v in vector(n)"]


@pytest.mark.parametrize(
    ("text", "left", "op", "right"),
    [
        ("tanh(x) == 2*sigmoid(2*x) - 1", tanh(x), "==", 2 * f("sigmoid", 2 * x) - 1),
        ("gelu(x) >= -17/100", f("gelu", x), ">=", Rational(-17, 100)),
        ("softplus(x) - relu(x) <= log(2)", f("softplus", x) - f("relu", x), "<=", log(2)),
        ("sigmoid(x) != x", f("sigmoid", x), "!=", x),
        ("x < a", x, "<", a),
        ("x > a", x, ">", a),
        ("diff(sigmoid(x), x) == a", Derivative(f("sigmoid", x), x), "==", a),
        ("diff(elu(x, a), a) == 0", Derivative(f("elu", x, a), a), "==", 0),
        ("diff(x**2, x, 2) == 2", Derivative(x**2, (x, 2)), "==", 2),
        ("diff(x**2, x, 0) == x**2", x**2, "==", x**2),
        ("limit(relu(x), x, oo) == oo", Limit(f("relu", x), x, oo), "==", oo),
        ("limit(elu(x, a), x, -oo) == -a", Limit(f("elu", x, a), x, -oo), "==", -a),
        ("limit(Abs(x)/x, x, 0) == 1", Limit(Abs(x) / x, x, 0, "+-"), "==", 1),
        ("limit(1/x, x, 0, '-') == -oo", Limit(1 / x, x, 0, "-"), "==", -oo),
        ('limit(1/x, x, 0, "+") == oo', Limit(1 / x, x, 0, "+"), "==", oo),
        ("integral(x, x) == x**2/2", Integral(x, x), "==", x**2 / 2),
        ("integral(exp(-x), x, 0, oo) == 1", Integral(exp(-x), (x, 0, oo)), "==", 1),
        ("integral(a*x, x, a, y) == 0", Integral(a * x, (x, a, y)), "==", 0),
        ("expectation(selu(z)**2, z) == 1", Expectation(f("selu", z) ** 2, z), "==", 1),
        ("maxout(0, x) == relu(x)", Max(0, x), "==", f("relu", x)),
        ("Sum(x**i, (i, 1, 3)) == 0", x + x**2 + x**3, "==", 0),
        ("Sum(x, (i, 3, 1)) == 0", sp.S.Zero, "==", 0),
        ("Sum(i, (i, 1, n)) == 0", Sum(i, (i, 1, n)), "==", 0),
        ("KroneckerDelta(i, j) == 1", KroneckerDelta(i, j), "==", 1),
        ("softmax([x, y])[1] == sigmoid(x - y)", exp(x) / (exp(x) + exp(y)), "==", f("sigmoid", x - y)),
        ("softmax(x, y)[2] == 0", exp(y) / (exp(x) + exp(y)), "==", 0),
        ("logsumexp([x, y]) == 0", log(exp(x) + exp(y)), "==", 0),
        ("cross_entropy([1, 0], [x, y]) == 0", -log(x), "==", 0),
    ],
)
def test_relations(text: str, left: sp.Expr, op: str, right: sp.Expr) -> None:
    assert parse_claim(text).statement == Relation(left, op, sp.sympify(right))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("odd(tanh(x), x)", Property("odd", tanh(x), x)),
        ("even(x**2, x)", Property("even", x**2, x)),
        ("strictly_increasing(a*x, a)", Property("strictly_increasing", a * x, a)),
        ("smooth(relu(x), x, 1)", Property("smooth", f("relu", x), x, sp.S.One)),
        ("smooth(softplus(x), x, oo)", Property("smooth", f("softplus", x), x, oo)),
        ("range(relu(x), x) == Interval(0, oo)", Extent(f("relu", x), x, Interval(0, oo))),
        ("Interval.open(-a, oo) == range(elu(x, a), x)", Extent(f("elu", x, a), x, Interval.open(-a, oo))),
        ("range(sign(x), x) != {-1, 0, 1}", Extent(sp.sign(x), x, sp.FiniteSet(-1, 0, 1), equal=False)),
        ("range(diff(tanh(x), x), x) == Interval.Lopen(0, 1)", Extent(Derivative(tanh(x), x), x, Interval.Lopen(0, 1))),
    ],
)
def test_properties_and_ranges(text: str, expected: object) -> None:
    assert parse_claim(text).statement == expected


@pytest.mark.parametrize("name", ["increasing", "decreasing", "strictly_decreasing", "convex", "concave", "continuous"])
def test_each_property_is_read(name: str) -> None:
    assert parse_claim(f"{name}(x, x)").statement == Property(name, x, x)


def test_free_variables_are_named_and_bound_ones_are_not() -> None:
    claim = parse_claim("limit(swish(x, b), b, oo) == x + KroneckerDelta(i, j)", ["x > 0"])
    assert claim.variables == (x,)
    assert claim.indices == (i, j)
    assert parse_claim("expectation(relu(z), z) == 0").variables == ()
    assert parse_claim("integral(x, x) == x").variables == (x,)
    assert parse_claim("softmax(v + c)[i] == 0", VECTOR).variables == (c,)
    assert parse_claim("range(elu(x, a), x) == Interval(b, oo)").variables == (a, b, x)


def test_expectation_keeps_the_weight_apart() -> None:
    inner = Expectation(exp(z) * x, z)
    assert inner.free_symbols == {x}
    assert inner.function == exp(z) * x
    assert inner.subs(x, 2) == Expectation(2 * exp(z), z)
    assert inner.subs(z, 2) == inner
    assert inner.func(*inner.args) == inner
    assert inner.doit() == Integral(x * exp(z) * exp(-(z**2) / 2) / sqrt(2 * pi), (z, -oo, oo))
    assert str(inner) == "expectation(x*exp(z), z)"
    assert sp.simplify(Expectation(z**2, z).doit().doit()) == 1
    nested = Expectation(Expectation(z * x, x), z)
    assert nested.function == Expectation(z * x, x)
    assert "Expectation" not in str(nested)
    assert r"\mathbb{E}" in sp.latex(nested)


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("exp(log(x)) >= 0", [x > 0]),
        ("x/x == 1", [Ne(x, 0)]),
        ("odd(x**2/x, x)", [Ne(x, 0)]),
        ("range(sqrt(x)**2, x) == Interval(0, oo)", [x >= 0]),
        ("diff(exp(log(x)), x) == 1", [x > 0]),
        ("log(x) == log(x)", []),
        ("sin(x)/x <= 1", []),
        ("limit(log(x), x, 1) == 0", []),
        ("limit(a/a*x, x, 1) == 0", [Ne(a, 0)]),
        ("1/x - 1/x == 1/x**2", []),
    ],
)
def test_a_statement_holds_where_it_is_defined_as_written(text: str, domain: list[object]) -> None:
    claim = parse_claim(text)
    assert list(claim.domain) == domain
    assert list(claim.relations) == domain


def test_assumptions_and_domain_stand_together() -> None:
    claim = parse_claim("exp(log(x)) > a", ["a < 0"])
    assert claim.relations == (a < 0, x > 0)
    assert claim.assume == ("a < 0",)
    assert claim.text == "exp(log(x)) > a"


@pytest.mark.parametrize(
    ("text", "assume", "message"),
    [
        ("x", [], "is no claim"),
        ("relu(x)", [], "is no claim"),
        ("x > 0 > -1", [], "states two relations"),
        ("x > 0 and x < 1", [], "is no claim"),
        ("not odd(x, x)", [], "is no claim"),
        ("x in vector(n)", [], "is no claim"),
        ("range(x, x)", [], "is no claim"),
        ("convx(x, x)", [], "did you mean 'convex'?"),
        ("odd(x)", [], "odd takes 2 arguments, not 1"),
        ("odd(x, x, 1)", [], "odd takes 2 arguments, not 3"),
        ("odd(x, 2)", [], "is not a real variable"),
        ("odd(x, x) == 1", [], "is a statement"),
        ("range(x, x) + 1 == 2", [], "is a statement"),
        ("smooth(x, x)", [], "smooth takes 3 arguments, not 2"),
        ("smooth(x, x, -1)", [], "is not a number from 0"),
        ("smooth(x, x, 1/2)", [], "is not a number from 0"),
        ("range(x, x) < Interval(0, 1)", [], "compares a set"),
        ("x == Interval(0, 1)", [], "compares a set"),
        ("range(x, x) == 1", [], "is not a set"),
        ("range(x, x) == Interval(1, 0)", [], "write the smaller one first"),
        ("range(x, x) == Interval(0, x)", [], "must not contain x"),
        ("diff(x) == 1", [], "diff takes 2 to 3 arguments"),
        ("diff(x, 2) == 1", [], "is not a real variable"),
        ("diff(x, x, a) == 1", [], "is not a number from 0"),
        ("diff(x, x, -1) == 1", [], "is not a number from 0"),
        ("limit(x, x) == 1", [], "limit takes 3 to 4 arguments"),
        ("limit(x, x, x) == 1", [], "the point must not contain x"),
        ("limit(x, 1, 2) == 1", [], "is not a real variable"),
        ("limit(x, x, 0, 1) == 1", [], "is not a direction"),
        ("limit(exp(log(x)), x, 1) == 1", [], "no longer shows x > 0"),
        ("0*limit(1/x, x, 0) == 0", [], "whether it has a value or not"),
        ("integral(1/x, x, 0, 1) - integral(1/x, x, 0, 1) == 0", [], "whether it has a value or not"),
        ("expectation(0*integral(1/x, x, 0, 1), z) == 0", [], "whether it has a value or not"),
        ("integral(x, x, 0) == 1", [], "has one bound"),
        ("integral(x/x, x, -1, 1) == 2", [], "no longer shows x != 0"),
        ("x + '+' == 1", [], "is not a number"),
        ("oo + 1 == oo", [], "only read as the end of an interval"),
        ("Sum(x, i) == 1", [], "write Sum(e, (i, 1, n))"),
        ("Sum(x, (i, 1, 100)) == 1", [], "up to 32 are written out"),
        ("Sum(x, (i, 1, oo)) == 1", [], "only read as the end of an interval"),
        ("Sum(x, (i, 1, 1/2)) == 1", [], "is not an integer"),
        ("KroneckerDelta(1/2, i) == 1", [], "is not an integer"),
        ("elu(x, -1) == x", [], "alpha must satisfy alpha > 0"),
        ("x == y = z", [], "write == for equality"),
    ],
)
def test_what_is_no_claim(text: str, assume: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_claim(text, assume)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "assume"),
    [
        ("diff(sigmoid(x), x)*diff(sigmoid(y), y)*diff(sigmoid(z), z) <= 1/64", []),
        ("range(Max(-1/100, 1/100 + exp(-Abs(x))), x) == Interval(-1/100, 1/100)", []),
        ("leaky_relu(x, a) == Max(a*x, x)", ["a >= 0", "a <= 1"]),
        ("leaky_relu(x, 0) == relu(x)", []),
        ("diff(prelu(x, a), a) == Min(0, x)", []),
        ("diff(selu(x), x) == selu(x) + selu_scale*selu_alpha", ["x < 0"]),
        ("Abs(selu_scale - 1.0507009873554804934193349852946) < 1e-30", []),
        ("range(silu(x), x) == Interval(-LambertW(exp(-1)), oo)", []),
        ("diff(gelu(x), x) == (1 + erf(x/sqrt(2)))/2 + x*exp(-x**2/2)/sqrt(2*pi)", []),
        ("Abs(x*sigmoid(1.702*x) - gelu(x)) < 0.0204", []),
        (
            "diff(softmax(v)[i], v[j]) == softmax(v)[i]*(KroneckerDelta(i, j) - softmax(v)[j])",
            VECTOR,
        ),
        (
            "diff(cross_entropy(y, softmax(v)), v[j]) == softmax(v)[j] - y[j]",
            [*VECTOR, "y in vector(n)", "Sum(y[i], (i, 1, n)) == 1"],
        ),
        ("diff(-y*log(sigmoid(x)) - (1 - y)*log(1 - sigmoid(x)), x) == sigmoid(x) - y", []),
        ("maxout(x, -x) == Abs(x)", []),
    ],
)
def test_claims_of_textbooks_are_read(text: str, assume: list[str]) -> None:
    claim = parse_claim(text, assume)
    assert claim.text == text
    assert claim.domain == ()
    assert not any(part.atoms(sp.Float) for part in vars(claim.statement).values() if isinstance(part, sp.Basic))
