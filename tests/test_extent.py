"""Ranges with every end attained or not."""

import pytest

from symact.named import unfold
from symact.parse.claim import parse_claim
from symact.proof.properties.extent import decide_extent


def verdict(text, assume=()):
    claim = parse_claim(text, assume)
    s = claim.statement
    return decide_extent(unfold(s.expression), s.variable, unfold(s.values), s.equal, claim.relations)


TRUE = [
    "range(sigmoid(x), x) == Interval.open(0, 1)",
    "range(diff(sigmoid(x), x), x) == Interval.Lopen(0, 1/4)",
    "range(relu(x), x) == Interval(0, oo)",
    "range(silu(x), x) == Interval(-LambertW(exp(-1)), oo)",
    "range(sin(x), x) == Interval(-1, 1)",
    "range(cos(x)**2 + sin(x), x) == Interval(-1, 5/4)",
    "range(x + sin(x)**2, x) == Interval(-oo, oo)",
    "range(1/x, x) == Union(Interval.open(-oo, 0), Interval.open(0, oo))",
    "range(sign(x), x) == {-1, 0, 1}",
    "range(x**4 - x**2, x) == Interval(-1/4, oo)",
    "range(Piecewise((x, x < 0), (x - 10, True)), x) == Interval(-oo, oo)",
    "range(Piecewise((x, x < 0), (x + 10, True)), x) == Union(Interval.Ropen(-oo, 0), Interval(10, oo))",
    "range(sqrt(x), x) == Interval(0, oo)",
    "range(x*exp(-x), x) == Interval.Lopen(-oo, exp(-1))",
    "range(relu6(x), x) == Interval(0, 6)",
    "range(sigmoid(x), x) == Interval.open(relu(-1), tanh(0) + 1)",
    "range(tanh(x), x) != Interval(-1, 1)",
]
FALSE = [
    "range(sigmoid(x), x) == Interval(0, 1)",
    "range(sigmoid(x), x) == Interval.Ropen(0, 1)",
    "range(relu(x), x) == Interval.open(0, oo)",
    "range(silu(x), x) == Interval.open(-LambertW(exp(-1)), oo)",
    "range(mish(x), x) == Interval(-31/100, oo)",
    "range(gelu(x), x) == Interval(-0.16997120747990367, oo)",
    "range(gelu(x), x) == Interval(gelu(-3/4), oo)",
    "range(sign(x), x) == {-1, 1}",
    "range(exp(x)/x, x) == Interval(E, oo)",
    "range(tanh(x) + 1/10**40, x) == Interval.open(-1, 1)",
    "range(Piecewise((5, Eq(x, 1)), (tanh(x), True)), x) == Interval.open(-1, 1)".replace("Eq(x, 1)", "x == 1"),
    "range(sin(x), x) == Interval.open(-1, 1)",
    "range(x**3 - 3*x, x) == Interval(-2, 2)",
    "range(tanh(x), x) != Interval.open(-1, 1)",
]


@pytest.mark.parametrize("text", TRUE)
def test_true_ranges_are_proved(text):
    assert verdict(text).name == "proved"


@pytest.mark.parametrize("text", FALSE)
def test_false_ranges_are_refuted(text):
    assert verdict(text).name == "refuted"


@pytest.mark.parametrize(
    ("text", "assume", "expected"),
    [
        ("range(elu(x, a), x) == Interval.open(-a, oo)", ["a > 0"], "proved"),
        ("range(elu(x, a), x) == Interval(-a, oo)", ["a > 0"], "refuted"),
        ("range(elu(x, a), x) == Interval.open(-1, oo)", ["a > 0"], "refuted"),
        ("range(a*tanh(x), x) == Interval.open(-a, a)", ["a > 0"], "proved"),
        ("range(a*x**2, x) == Interval(0, oo)", ["a > 0"], "proved"),
        ("range(a*x**2, x) == Interval(0, oo)", ["a >= 0"], "refuted"),
        ("range(a*tanh(x), x) == Interval.open(-a, a)", ["a >= 0"], "refuted"),
        ("range(x + a*sin(x)**2, x) == Interval(-oo, oo)", ["a >= 0"], "proved"),
        ("range(exp(a*x), x) == Interval.open(0, oo)", [], "refuted"),
        ("range(x**2, x) == Interval.open(1, oo)", ["x > 1"], "proved"),
        ("range(x**2, x) == Interval(0, oo)", ["x != 0"], "refuted"),
    ],
)
def test_parameters_and_restricted_domains(text, assume, expected):
    assert verdict(text, assume).name == expected


def test_counterexample_is_a_point_or_a_value():
    assert verdict("range(tanh(x), x) == Interval.open(-1/2, 1)").counterexample["x"]
    assert (
        verdict("range(relu(x), x) == Interval.open(0, oo)").counterexample == {"x": "-1"}
        or verdict("range(relu(x), x) == Interval.open(0, oo)").counterexample
    )


def test_an_isolated_point_of_the_domain_is_not_overlooked():
    found = verdict("range(Piecewise((7, x == 0), (x, x > 1)), x) == Interval.open(1, oo)")
    assert found.name != "proved"
