"""Claims explained step by step: every step is proved, and nothing is explained that wasn't."""

import re
from dataclasses import replace

import pytest

from symact.cli import main
from symact.derivation.checking import faulty
from symact.derivation.explained import explained
from symact.facts.record import Facts
from symact.parse import parse_claim
from symact.proof.decide import decide
from symact.proof.verdict import Proved, Refuted, Undecided
from symact.render.explanation import explanation_text
from symact.statement import unfolded


def explain(says, *assume):
    claim = parse_claim(says, assume)
    return explained(claim, decide(unfolded(claim)))


def test_tanh_from_sigmoid_in_five_lines():
    text = explanation_text(explain("tanh(x) == 2*sigmoid(2*x) - 1"))
    assert text.count(" = ") == 4
    assert [line.split("   ")[-1].strip() for line in text.splitlines()] == [
        "hyperbolic functions as exponentials",
        "one fraction in common exponentials",
        "the right side as such a fraction",
        "definition of sigmoid",
    ]


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("sigmoid(-x) == 1 - sigmoid(x)", ()),
        ("relu(x) + relu(-x) == Abs(x)", ()),
        ("sigmoid(x) == (1 + tanh(x/2))/2", ()),
        ("diff(tanh(x), x) == 1 - tanh(x)**2", ()),
        ("diff(elu(x, a), x) == elu(x, a) + a", ("x < 0", "a > 0")),
        ("limit(sigmoid(x), x, oo) == 1", ()),
        ("range(sigmoid(x), x) == Interval.open(0, 1)", ()),
        ("odd(tanh(x), x)", ()),
        ("silu(x) >= -0.2785", ()),
        ("x - x**3/3 <= tanh(x)", ("x >= 0", "n >= 1")),
        ("elu(x, a) >= -a", ("a > 0",)),
    ],
)
def test_every_step_of_an_explanation_is_proved_and_a_changed_one_is_noticed(says, assume):
    found = explain(says, *assume)
    facts = Facts(found.definition, assume=parse_claim(says, assume).relations)
    assert found.steps
    assert not faulty(found, facts)
    first = next(step for top in found.steps for step in top.leaves() if not step.after.is_Boolean)
    assert faulty(replace(found, steps=(replace(first, after=first.after + 1),)), facts)


def test_an_inequality_follows_from_the_range_of_the_difference():
    text = explanation_text(explain("softplus(x) > relu(x)"))
    assert "f(x) ∈ (0, ln(2)]" in text
    assert "all values of f are positive" in text
    assert "f″" not in text
    assert explain("softplus(x + y) <= softplus(x) + softplus(y)") is None
    assert explained(parse_claim("softplus(x) > relu(x) + 1"), Proved("a lie")) is None


def test_a_refutation_shows_both_sides_at_the_counterexample():
    found = explain("tanh(x) == sigmoid(x) - 1/2", "x >= 1")
    text = explanation_text(found)
    assert text.count("put in the point") == 2
    assert "tanh(x) = tanh(" in text
    parameters = explanation_text(explain("leaky_relu(x, a) == Max(a*x, x)", "a >= 0"))
    assert re.search(r"For a = \d+ and x = −?\d+:", parameters)


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("increasing(sigmoid(x), x)", ["f′(x) > 0, as (1 + e⁻ˣ)² and e⁻ˣ are positive, so that f increases"]),
        ("strictly_decreasing(exp(-x), x)", ["f′(x) < 0, so that f decreases"]),
        ("convex(elu(x), x)", ["f″(x) > 0, so that f is convex", "lim[x→0⁻] f′(x)", "f(0) = 0   continuous there"]),
        ("monotonic(step(x), x)", ["lim[x→0⁻] f(x)", "the value at the jump"]),
        ("smooth(elu(x), x, 1)", ["lim[x→0⁻] f′(x)", "lim[x→0⁺] f′(x)"]),
        ("increasing(x + sin(x), x)", ["f′(x) ≥ 0, with isolated zeros"]),
        ("limit((1 - cos(x))/x**2, x, 0) == 1/2", ["lim[x→0⁻] sin(x)/(2x)", "lim[x→0⁺] cos(x)/2"]),
        ("softplus(x) - softplus(-x) == x", ["factor out the exponential"]),
        ("odd(sigmoid(x), x)", ["f(0) = 1/2", "f(0) ≠ −f(0), so that f isn't odd"]),
        ("even(tanh(x), x)", ["that is −0.76159416", "f(−1) ≠ f(1), so that f isn't even"]),
        ("increasing(gelu(x), x)", ["f(−2) > f(−1), so that f isn't increasing"]),
        ("convex(silu(x), x)", ["f(−3) > (f(−5) + f(−1))/2, beyond the chord"]),
        ("increasing(leaky_relu(x, a), x)", ["For a = −1: f(−1) > f(0)"]),
        ("continuous(step(x), x)", ["lim[x→0⁻] f(x)", "the value at the jump"]),
        ("smooth(elu(x), x, 2)", ["lim[x→0⁻] f″(x)", "lim[x→0⁺] f″(x)"]),
        ("range(silu(x), x) == Interval(-1/2, oo)", ["f(x) ∈ [−W(e⁻¹), ∞)"]),
        ("expectation(x*Heaviside(x - z), z) == gelu(x)", ["x·∫[−∞..x] φ(z) dz", "= x·Φ(x)", "definition of gelu"]),
        ("diff(log(1 + exp(-y*x)), x) == -y*sigmoid(-y*x)", ["chain rule", "= −y·sigmoid(−x·y)"]),
    ],
)
def test_properties_expectations_and_losses_are_explained(says, words):
    text = explanation_text(explain(says))
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("says", "last"),
    [
        ("A*(B + C) == A*B + A*C", "A·(B + C) = A·B + A·C   the distributive law"),
        ("A*(A*B)*C == (A*A)*(B*C)", "A²·B·C = A²·B·C   products are associative"),
        ("(a**2 - 1)*A + B*A == ((a - 1)*(a + 1)*A + B*A)", "coefficients simplified"),
        ("(A + B)*(A - B) == A*A - A*B + B*A - B*B", "= A² + B·A − A·B − B²"),
    ],
)
def test_products_of_matrices_are_multiplied_out(says, last):
    found = explain(says, *(f"{name} in matrix(n, n)" for name in "ABC"))
    assert last in explanation_text(found)
    step = next(found.steps[0].leaves())
    facts = Facts(found.definition, assume=())
    assert not faulty(found, facts)
    assert faulty(replace(found, steps=(replace(step, after=2 * step.after),)), facts)


@pytest.mark.parametrize("verdict", [Proved("a lie"), Refuted("a lie", {"x": "1"}), Undecided("open")])
def test_what_is_false_is_not_explained_whatever_the_verdict_says(verdict):
    found = explained(parse_claim("tanh(x) == sigmoid(x) - 1/2"), verdict)
    assert found is None or isinstance(verdict, Refuted)
    refuted = isinstance(verdict, Refuted)
    assert explained(parse_claim("odd(tanh(x), x)" if refuted else "odd(sigmoid(x), x)"), verdict) is None
    assert explained(parse_claim("even(Abs(x), x)" if refuted else "increasing(gelu(x), x)"), verdict) is None
    assert explained(parse_claim("range(tanh(x), x) == Interval.open(-1, 1)"), Refuted("a lie", {"y": "0"})) is None
    assert explained(parse_claim("expectation(selu(z), z) == 1"), Proved("a lie")) is None


@pytest.mark.parametrize(
    "points", [{"x1": "0", "x2": "1"}, {"x1": "1", "x2": "1"}, {"x": "0"}, {}, {"x1": "sqrt(2)", "x2": "3"}]
)
def test_a_counterexample_that_shows_nothing_is_not_printed(points):
    assert explained(parse_claim("increasing(tanh(x), x)"), Refuted("a lie", points)) is None


def test_the_command_explains(capsys):
    assert main(["verify", "sigmoid(-x) == 1 - sigmoid(x)", "--explain"]) == 0
    assert "definition of sigmoid" in capsys.readouterr().out


def test_the_gradient_of_cross_entropy_is_p_minus_y():
    given = ("v in vector(n)", "y in vector(n)", "Sum(y[i], (i, 1, n)) == 1")
    says = "diff(cross_entropy(y, softmax(v)), v[j]) == softmax(v)[j] - y[j]"
    found = explain(says, *given)
    rules = [step.rule for step in found.steps[0].substeps]
    assert rules[:3] == ["the logarithm of a quotient", "the sum of each term", "the sum that is assumed"]
    # without the targets' sum it is false, and nothing shows it
    claim = parse_claim(says, given[:2])
    assert explained(claim, Proved("a lie")) is None
