"""No proof of nothing: contradictory assumptions, empty domains, values that don't exist."""

import pytest
from sympy import S

from symact.errors import InputError
from symact.proof.relations.examples import example
from symact.proof.text import read_expression, read_relation
from symact.worker import answer


def verdict(says, *assume):
    return answer((says, assume))


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("x == 1", ("sin(x) == 2",)),
        ("x == 1", ("x == 0", "x != 0")),
        ("x == 1", ("x == y", "x != y")),
        ("x == 5", ("tanh(x) >= 1",)),
        ("x == 5", ("log(x) < 0", "x > 2")),
        ("x == 5", ("sqrt(x) < 0",)),
        ("x == 5", ("x > 1", "1/x > 2")),
        ("x > 5", ("x**2 < 1", "x > 2")),
        ("x > 5", ("exp(x) == 1", "x > 1")),
        ("A*B == A*B", ("A in matrix(n, n)", "B in matrix(n, n)", "sin(c) == 2")),
    ],
)
def test_contradictory_assumptions_are_bad_input(says, assume):
    found = verdict(says, *assume)
    assert isinstance(found, InputError)
    assert "contradict" in str(found)


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("log(x) == 5", ("x < 0",)),
        ("1/x > 0", ("x == 0",)),
        ("atanh(x) == 7", ("x > 1",)),
        ("log(x) > 3", ("x <= 0",)),
        ("softmax(v)[3] > 0", ("v in vector(n)", "n == 2")),
        ("softmax(v)[3] == exp(v[3])/Sum(exp(v[i]), (i, 1, n))", ("v in vector(n)", "n == 2")),
        ("diff(Abs(x), x) == 7", ("x == 0",)),
    ],
)
def test_what_is_nowhere_defined_is_undecided(says, assume):
    assert getattr(verdict(says, *assume), "name", None) == "undecided"


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("exp(x) == 2", ("x == log(2)",)),
        ("x*y == 1", ("x == 1/y", "y > 10**6")),
        ("x**2 >= 4", ("x**2 == 4",)),
        ("x + y == 3", ("x + y == 3", "x > 100")),
        ("k >= 3", ("k in integer", "k**2 == 9", "k > 0")),
        ("softmax(v)[13] > 0", ("v in vector(n)",)),
        ("softmax(v)[i] > 0", ("v in vector(n)", "n > 10")),
        ("Sum(softmax(v)[i], (i, 1, n)) == 1", ("v in vector(n)", "Sum(v[i], (i, 1, n)) == 1", "v[i] > 0")),
        ("sinh(x) == 1", ("sinh(x) == 1",)),
    ],
)
def test_assumptions_that_hold_somewhere_leave_the_proof_as_it_is(says, assume):
    found = verdict(says, *assume)
    assert found.name == "proved"
    assert found.certificate["example"]


@pytest.mark.parametrize(
    "says",
    [
        "limit(sin(x), x, oo) == 7",
        "limit(sin(x), x, oo) <= 7",
        "limit(1/x, x, 0) == oo",
        "limit(sign(x), x, 0) == 0",
        "limit(sin(1/x), x, 0) == 0",
        "limit(exp(x)*cos(3*x), x, -oo) + limit(sin(x)*x, x, oo) == 0",
        "limit(Abs(x)/x, x, 0) == 0",
        "integral(t, t, -oo, oo) == 0",
        "integral(t**3, t, -oo, oo) == 0",
    ],
)
def test_a_value_that_does_not_exist_is_equal_to_nothing(says):
    found = verdict(says)
    assert found.name == "refuted"
    assert found.certificate["kind"] == "missing"


@pytest.mark.parametrize(
    "says", ["limit(sin(x), x, oo) != 7", "limit(sin(x)/x, x, oo) == 1/10", "limit(sin(x)*exp(-x), x, oo) == 0"]
)
def test_other_limits_are_not_taken_for_missing(says):
    found = verdict(says)
    assert getattr(found, "certificate", {}).get("kind") != "missing"


@pytest.mark.parametrize(
    ("exprs", "relations"),
    [
        (["log(x)"], ["x > 0", "x < Rational(1, 1000)"][:1]),
        (["1/x"], ["x**2 < 1"]),
        (["sqrt(y - x**2)"], ["y < 1"]),
        (["x"], ["Eq(x**2 + y**2, 1)", "x > 0"]),
        (["x"], ["Eq(sin(x), 1)"]),
    ],
)
def test_examples_satisfy_what_is_asked(exprs, relations):
    parts = [read_expression(e) for e in exprs], [read_relation(r) for r in relations]
    point = example(*parts)
    assert point is not None
    assert all(r.subs(point) == S.true for r in parts[1])
    assert all(e.subs(point).is_finite for e in parts[0])


def test_no_example_of_the_impossible():
    assert example([read_expression("log(-x**2 - 1)")], []) is None
    assert example([], [read_relation("x > 1"), read_relation("x**2 < 1")]) is None


@pytest.mark.parametrize(
    ("says", "assume", "expected"),
    [
        ("Abs(tanh(x)) < tanh(sqrt(2))", ("x >= 0", "x <= sqrt(2)"), "refuted"),
        ("Abs(tanh(x) + atan(x)) < tanh(sqrt(2)) + atan(sqrt(2))", ("x >= 0", "x <= sqrt(2)"), "refuted"),
        ("Abs(tanh(x) + atan(x)) < tanh(sqrt(2)) + atan(sqrt(2))", ("x >= 0", "x < sqrt(2)"), "proved"),
        ("Abs(x) > sqrt(2)", ("x >= sqrt(2)",), "refuted"),
        ("tan(x) > x", ("x > 0", "x < 3/2"), "proved"),
        ("tan(x) > x", ("x >= 0", "x < 3/2"), "refuted"),
        ("log(x)/x <= 1/E", ("x > 0",), "proved"),
        ("x**x >= exp(-1/E)", ("x > 0",), "proved"),
        ("exp(x) >= E*x - 1e-50", (), "proved"),
        ("exp(x) >= E*x + 1e-50", (), "refuted"),
    ],
)
def test_equality_at_an_end_or_a_turning_point(says, assume, expected):
    assert verdict(says, *assume).name == expected


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("x**x > exp(-1/E)", ("x > 0",)),
        ("increasing(tan(x), x)", ()),
        ("strictly_increasing(x + 1.0000001*sin(x), x)", ()),
        ("convex(softplus(x) + 1e-9*sin(x), x)", ()),
        ("increasing(Piecewise((x, x < 0), (x - 1e-200, True)), x)", ()),
    ],
)
def test_what_only_a_turning_point_or_a_tiny_jump_refutes(says, assume):
    assert verdict(says, *assume).name == "refuted"
