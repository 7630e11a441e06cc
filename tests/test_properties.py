"""Properties at jumps, kinks and holes; never a wrong verdict."""

from itertools import pairwise

import pytest
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Max, Min, Piecewise, Rational, exp, log, sign, tanh

from symact.errors import InputError
from symact.named import unfold
from symact.parse.claim import parse_claim
from symact.proof.numbers import balls
from symact.proof.properties.properties import decide_property
from symact.symbols import x


def verdict(text, assume=()):
    claim = parse_claim(text, assume)
    s = claim.statement
    return decide_property(s.name, unfold(s.expression), s.variable, s.order, claim.relations)


TRUE = [
    "odd(tanh(x), x)",
    "even(Abs(x), x)",
    "odd(1/x, x)",
    "even(log(Abs(x)), x)",
    "increasing(relu(x), x)",
    "strictly_increasing(x**3, x)",
    "strictly_increasing(x + sin(x), x)",
    "decreasing(exp(-x), x)",
    "monotonic(softsign(x), x)",
    "monotonic(3, x)",
    "convex(softplus(x), x)",
    "convex(x**4, x)",
    "convex(exp(x) - 1 - x, x)",
    "concave(log(x), x)",
    "continuous(1/x, x)",
    "continuous(sin(x)/x, x)",
    "smooth(Abs(x)**3, x, 2)",
    "smooth(sqrt(x**2 + 1), x, oo)",
    "smooth(relu(x)**2, x, 1)",
    "smooth(elu(x, 1), x, 1)",
    "smooth(Piecewise((exp(-1/x), x > 0), (0, True)), x, 2)",
    "convex(Piecewise((x**2, x < 1), (x**3, True)), x)",
]
FALSE = [
    "odd(log(x), x)",
    "odd(x + 1/10**40, x)",
    "even(Piecewise((1, x == 3), (x**2, True)), x)",
    "strictly_increasing(relu(x), x)",
    "increasing(Piecewise((x, x < 0), (x - 10, True)), x)",
    "increasing(Piecewise((x, x < 0), (x - 1/10**30, True)), x)",
    "decreasing(1/x, x)",
    "convex(1/x, x)",
    "convex(Piecewise((0, x <= 0), (1, True)), x)",
    "convex(sin(x), x)",
    "convex(silu(x), x)",
    "monotonic(gelu(x), x)",
    "increasing(hardswish(x), x)",
    "increasing(x**3 - x/10**6, x)",
    "continuous(sign(x), x)",
    "continuous(Piecewise((x, x < 0), (x - 10, True)), x)",
    "continuous(Piecewise((5, x == 1), (x, True)), x)",
    "smooth(relu(x), x, 1)",
    "smooth(Abs(x)**3, x, 3)",
    "smooth(sqrt(x**2 + x**4), x, 1)",
    "smooth(softsign(x), x, 2)",
]


@pytest.mark.parametrize("text", TRUE)
def test_true_properties_are_proved(text):
    assert verdict(text).name == "proved"


@pytest.mark.parametrize("text", FALSE)
def test_false_properties_are_refuted(text):
    assert verdict(text).name == "refuted"


@pytest.mark.parametrize(
    ("text", "assume", "expected"),
    [
        ("smooth(elu(x, a), x, 1)", ["a > 0"], "refuted"),
        ("continuous(elu(x, a), x)", ["a > 0"], "proved"),
        ("smooth(celu(x, a), x, 1)", ["a > 0"], "proved"),
        ("convex(leaky_relu(x, a), x)", ["a >= 0", "a <= 1"], "proved"),
        ("convex(leaky_relu(x, a), x)", ["a > 0"], "refuted"),
        ("convex(elu(x, a), x)", ["a > 0", "a <= 1"], "proved"),
        ("increasing(leaky_relu(x, a), x)", ["a >= 0"], "proved"),
        ("strictly_increasing(leaky_relu(x, a), x)", ["a >= 0"], "refuted"),
        ("convex(Max(0, 1 - a*x), x)", [], "proved"),
        ("concave(Max(0, 1 - a*x), x)", [], "refuted"),
        ("continuous(Max(0, a*x - b), x)", [], "proved"),
        ("increasing(x**2, x)", ["x >= 0"], "proved"),
        ("increasing(x**2, x)", [], "refuted"),
        ("increasing(a*x, x)", [], "refuted"),
        ("even(a*x**2, x)", [], "proved"),
    ],
)
def test_parameters_and_restricted_domains(text, assume, expected):
    assert verdict(text, assume).name == expected


def test_counterexamples_name_the_parameters_and_the_point():
    assert verdict("smooth(elu(x, a), x, 1)", ["a > 0"]).counterexample == {"a": "2", "x": "0"}
    assert set(verdict("convex(silu(x), x)").counterexample) == {"x1", "x2", "x3"}


def test_unknown_property():
    with pytest.raises(InputError, match="unknown property"):
        decide_property("nice", x, x)


def test_resolved_switches_do_not_extend_the_domain():
    # sign(x)/x has no value at 0, although 0/x is 0
    assert verdict("continuous(sign(x)/x, x)").name == "proved"
    assert verdict("even(Max(1, -sqrt(x)/2), x)").name == "refuted"


ATOMS = st.sampled_from(
    [x, x**2, exp(x), tanh(x), Abs(x), Max(x, 0), Min(x, 1), sign(x), log(1 + exp(x)), exp(-(x**2)), 1 / x]
)
NUMBERS = st.sampled_from([Rational(n) for n in ("-2", "-1", "-1/3", "0", "1/2", "1", "3")])
POINTS = [Rational(n, 7) for n in range(-30, 31)]


@st.composite
def functions(draw):
    f, g, c = draw(ATOMS), draw(ATOMS), draw(NUMBERS)
    return draw(
        st.sampled_from([f + c * g, f * g, Piecewise((f, x < c), (g, True)), Max(f, c * g), f.subs(x, 2 * x + c)])
    )


@given(functions(), st.sampled_from(["increasing", "decreasing", "convex", "concave"]))
@settings(max_examples=40, deadline=None)
def test_samples_never_contradict_a_proof(f, name):
    if decide_property(name, f, x).name != "proved":
        return
    values = [(p, balls.enclose(f, {x: p}, 256)) for p in POINTS]
    values = [(p, v) for p, v in values if v.is_finite()]
    slopes = [(v - u) / arb(fmpq(int((q - p).p), int((q - p).q))) for (p, u), (q, v) in pairwise(values)]
    tests = {
        "increasing": all(not s < 0 for s in slopes),
        "decreasing": all(not s > 0 for s in slopes),
        "convex": all(not s > t for s, t in pairwise(slopes)),
        "concave": all(not s < t for s, t in pairwise(slopes)),
    }
    assert tests[name]
