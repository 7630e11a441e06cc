"""Relations between expectations that are decided as one: Stein's identity, symmetry, and what must exist for that."""

from __future__ import annotations

import copy

import pytest
from records import record, rejected, verdict

from symact.parse import parse_claim
from symact.proof.steps.merging import merged
from symact.proof.verdict import Proved, Refuted, Undecided
from symact.statement import unfolded

STEIN = "expectation(z*tanh(z), z) == expectation(1 - tanh(z)**2, z)"


@pytest.mark.parametrize(
    "says",
    [
        STEIN,
        "expectation(silu(z), z) == expectation(diff(sigmoid(z), z), z)",
        "expectation(sigmoid(z)**2, z) == 1/2 - expectation(z*sigmoid(z), z)",
        "expectation(silu(w), w) == expectation(silu(z), z)",
        "expectation(softplus(z), z) == expectation(log(2*cosh(z/2)), z)",
        "expectation(elu(z)*z, z) == expectation(diff(elu(z), z), z)",
    ],
)
def test_proved_as_one_expectation(says: str) -> None:
    assert isinstance(verdict(says), Proved)


@pytest.mark.parametrize(
    "says",
    [
        "expectation(z*tanh(z), z) == expectation(1 - tanh(z)**2, z) + 10**-40",
        "expectation(z*softplus(z)**2, z) == expectation(softplus(z)*sigmoid(z), z)",
    ],
)
def test_refuted_as_one_expectation(says: str) -> None:
    assert isinstance(verdict(says), Refuted)


def test_an_expectation_that_may_not_exist_is_merged_with_none() -> None:
    # the tails of both cancel, but neither side has a value
    assert isinstance(verdict("expectation(exp(z**2) + 1, z) == expectation(exp(z**2), z) + 1"), Undecided | Refuted)
    assert isinstance(verdict("expectation(1/z + z, z) == expectation(1/z, z)"), Undecided | Refuted)


def test_only_sums_of_expectations_are_merged() -> None:
    def sides(says: str):
        statement = unfolded(parse_claim(says, [])).statement
        return merged(statement.left, statement.right)

    assert sides("expectation(z, z)*expectation(tanh(z), z) == 0") is None
    assert sides("expectation(tanh(z), z) == 0") is None
    found = sides("2*expectation(tanh(z), z) == expectation(sin(w), w) - 3")
    assert found is not None
    assert (found.rest, len(found.functions)) == (-3, 2)


def test_a_certificate_of_one_expectation_is_checked() -> None:
    proved = record(STEIN)
    assert not rejected(proved)
    for key, value in (("merged", None), ("merged", False), ("evaluated", [])):
        forged = copy.deepcopy(proved)
        forged["certificate"][key] = value
        assert rejected(forged)
    wrong = copy.deepcopy(proved)
    wrong["certificate"]["evaluated"][-1]["cases"][0]["pieces"][0]["primitive"] = "exp(-z**2/2)*tanh(z)"
    assert rejected(wrong)
    assert rejected({**proved, "claim": "expectation(exp(z**2) + z, z) == expectation(exp(z**2), z)"})


def test_a_variable_that_stands_for_a_number_elsewhere_is_not_the_common_one() -> None:
    """E[z*tanh(w)] is z*E[tanh(w)], not E[z*tanh(z)], which would be the other side."""
    says = "expectation(z*tanh(w), w) == expectation(1 - tanh(z)**2, z)"
    assert not isinstance(verdict(says), Proved)
    assert rejected({**record(STEIN), "claim": says})
    inside = parse_claim("expectation(tanh(w)*integral(w*z, z, 0, 1), w) == expectation(tanh(z), z)", []).statement
    found = merged(inside.left, inside.right)
    assert found is not None
    assert found.z.name == "w"
    crossed = parse_claim("expectation(z*tanh(w), w) == expectation(w*tanh(z), z)", []).statement
    assert merged(crossed.left, crossed.right) is None
