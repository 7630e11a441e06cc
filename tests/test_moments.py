"""Expectations under N(0, 1): closed forms against certain enclosures, and what has none."""

import pytest
from sympy import oo

from symact.errors import NotSupportedError, UndecidedError
from symact.named import unfold
from symact.parse.claim import parse_claim
from symact.proof.algebra.field import equal
from symact.proof.calculus.enclosures import decide_by_enclosure, enclosed
from symact.proof.calculus.evaluate import evaluate
from symact.proof.numbers import balls
from symact.recheck import CertificateError, check_record
from symact.symbols import real
from symact.worker import answer


def parsed(text, assume=()):
    claim = parse_claim(text, assume)
    return unfold(claim.statement.left), claim.statement.op, unfold(claim.statement.right), claim.relations


@pytest.mark.parametrize(
    "text",
    [
        "expectation(selu(z), z) == 0",
        "expectation(selu(z)**2, z) == 1",
        "expectation(relu(z), z) == 1/sqrt(2*pi)",
        "expectation(z**4, z) == 3",
        "expectation(gelu(z), z) == 1/(2*sqrt(pi))",
        "expectation(gelu(z)**2, z) == 1/3 + 1/(2*sqrt(3)*pi)",
        "expectation(tanh(z), z) == 0",
        "expectation(sigmoid(z), z) == 1/2",
        "expectation(exp(z), z) == sqrt(E)",
        "expectation(z**2*sigmoid(z), z) == 1/2",
        "expectation(Abs(z), z) == sqrt(2/pi)",
    ],
)
def test_closed_forms_are_exact(text):
    left, _, right, relations = parsed(text)
    assert equal(evaluate(left, relations), right) is True


@pytest.mark.parametrize(
    "name", ["relu", "selu", "elu", "gelu", "hardtanh", "relu6", "softshrink", "hardsigmoid", "leaky_relu"]
)
@pytest.mark.parametrize("power", [1, 2])
def test_closed_forms_lie_in_the_enclosures(name, power):
    left, _, _, _ = parsed(f"expectation({name}(z)**{power}, z) == 0")
    found = balls.enclose(evaluate(left), bits=128)
    assert found.overlaps(enclosed(left, 64))


def test_parameters_stay_symbols():
    left, _, _, relations = parsed("expectation(leaky_relu(z, a)**2, z) == 0", ["a > 0"])
    a = real("a")
    assert equal(evaluate(left, relations), (1 + a**2) / 2) is True


def test_a_divergent_expectation_is_infinite():
    left, _, _, _ = parsed("expectation(exp(z**2/2), z) == 0")
    assert evaluate(left) == oo


@pytest.mark.parametrize("text", ["exp(z**2)", "1/z", "log(z)", "exp(z**3)*z"])
def test_expectations_that_do_not_exist_get_no_finite_value(text):
    left, _, _, _ = parsed(f"expectation({text}, z) == 0")
    with pytest.raises((UndecidedError, NotSupportedError)):
        evaluate(left)
    with pytest.raises((UndecidedError, NotSupportedError)):
        enclosed(left, 64)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("expectation(silu(z), z) < 0.2067", "proved"),
        ("expectation(silu(z), z) < 0.2066", "refuted"),
        ("expectation(silu(z), z) == 0.2066", "refuted"),
        ("expectation(silu(z), z) != 0.2066", "proved"),
        ("expectation(mish(z), z) > expectation(silu(z), z)", "proved"),
        ("expectation(erf(z)**2, z) == 2/pi*asin(2/3)", "undecided"),
        ("integral(exp(-x**4), x, 0, 1) >= 0.845", "refuted"),
    ],
)
def test_relations_by_enclosures(text, verdict):
    left, op, right, _ = parsed(text)
    assert decide_by_enclosure(left, op, right).name == verdict


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("expectation(sigmoid(a*z + b), z) == sigmoid(b/sqrt(1 + pi*a**2/8))", ("a > 0", "b > 1")),
        ("integral(x**a, x, 0, 1) == 1/(a + 1)", ("a > -1.0001",)),
    ],
)
def test_what_has_no_closed_form_is_refuted_at_a_point_of_its_parameters(says, assume):
    found = answer((says, assume))
    assert found.name == "refuted"
    record = {"claim": says, "assume": list(assume), "verdict": "refuted"}
    at = found.certificate["at"]
    for changed in ({}, at | {"c": "1"}, at | {next(iter(at)): "-oo"}, at | {next(iter(at)): "sqrt(2)"}):
        with pytest.raises(CertificateError):
            check_record(record | {"certificate": {**found.certificate, "at": changed}})
