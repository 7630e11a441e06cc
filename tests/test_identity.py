"""Claims explained step by step: every step is proved, and nothing is explained that wasn't."""

from dataclasses import replace

import pytest

from symact.cli import main
from symact.derivation.checking import faulty
from symact.derivation.identity import explained
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
        "the right side in the same way",
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
    ],
)
def test_every_step_of_an_explanation_is_proved_and_a_changed_one_is_noticed(says, assume):
    found = explain(says, *assume)
    facts = Facts(found.definition, assume=parse_claim(says, assume).relations)
    assert found.steps
    assert not faulty(found, facts)
    first = next(step for top in found.steps for step in top.leaves() if not step.after.is_Boolean)
    assert faulty(replace(found, steps=(replace(first, after=first.after + 1),)), facts)


def test_a_refutation_shows_both_sides_at_the_counterexample():
    found = explain("tanh(x) == sigmoid(x) - 1/2", "x >= 1")
    text = explanation_text(found)
    assert text.count("put in the point") == 2
    assert "tanh(x) = tanh(" in text
    # the verdict itself says rational values
    assert explain("leaky_relu(x, a) == Max(a*x, x)", "a >= 0") is None


@pytest.mark.parametrize("verdict", [Proved("a lie"), Refuted("a lie", {"x": "1"}), Undecided("open")])
def test_what_is_false_is_not_explained_whatever_the_verdict_says(verdict):
    found = explained(parse_claim("tanh(x) == sigmoid(x) - 1/2"), verdict)
    assert found is None or isinstance(verdict, Refuted)
    assert explained(parse_claim("odd(sigmoid(x), x)"), verdict) is None
    assert explained(parse_claim("range(tanh(x), x) == Interval(-1, 1)"), verdict) is None


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
