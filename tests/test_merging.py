"""Relations between expectations that are decided as one: Stein's identity, symmetry, and what must exist for that."""

from __future__ import annotations

import copy
import json

import pytest

from symact.parse import parse_claim
from symact.proof.steps.merging import merged
from symact.proof.verdict import Proved, Refuted, Undecided
from symact.recheck import CertificateError, check_record
from symact.statement import unfolded
from symact.worker import answer

STEIN = "expectation(z*tanh(z), z) == expectation(1 - tanh(z)**2, z)"


def verdict(says: str, *assume: str):
    return answer((says, assume))


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
    found = verdict(STEIN)
    assert isinstance(found, Proved)
    record = {
        "claim": STEIN,
        "assume": [],
        "verdict": "proved",
        "certificate": json.loads(json.dumps(found.certificate)),
    }
    check_record(record)
    for key, value in (("merged", None), ("merged", False), ("evaluated", [])):
        forged = copy.deepcopy(record)
        forged["certificate"][key] = value
        with pytest.raises(CertificateError):
            check_record(forged)
    wrong = copy.deepcopy(record)
    wrong["certificate"]["evaluated"][-1]["cases"][0]["pieces"][0]["primitive"] = "exp(-z**2/2)*tanh(z)"
    with pytest.raises(CertificateError):
        check_record(wrong)
    other = record | {"claim": "expectation(exp(z**2) + z, z) == expectation(exp(z**2), z)"}
    with pytest.raises(CertificateError):
        check_record(other)
