"""Facts of functions of vectors: all proved, their premises numerically true, and none for a wrong premise."""

from __future__ import annotations

import numpy as np
import pytest

from symact.catalogue import lookup
from symact.facts.vectors import VectorFact, _premise, vector_facts
from symact.proof.verdict import Proved

OTHERS = [pytest.param(name, marks=pytest.mark.campaign) for name in ("log_softmax", "softmin", "maxout")]


@pytest.mark.parametrize("name", ["softmax", "logsumexp", pytest.param("glu", marks=pytest.mark.campaign), *OTHERS])
def test_all_are_proved(name: str) -> None:
    found = vector_facts(lookup(name))
    assert len({fact.name for fact in found}) == len(found) > 1
    for fact in found:
        assert fact.proved, (fact.name, fact.reason)


def test_none_for_others() -> None:
    assert vector_facts(lookup("relu")) == []


def test_a_wrong_premise_proves_nothing() -> None:
    wrong = VectorFact("x", "x", (_premise("softmax(v)[i] < 1"),), "")
    assert not wrong.proved
    assert wrong.reason is not None
    assert "refuted" in wrong.reason
    assert isinstance(_premise("softmax(v)[i] < 1 given n >= 2").verdict, Proved)


def test_lipschitz_constant_of_softmax_by_its_jacobian() -> None:
    rng = np.random.default_rng(5)
    norms = []
    for length in (2, 3, 7):
        for scale in (0.1, 1, 10):
            v = rng.normal(size=length) * scale
            p = np.exp(v - v.max()) / np.exp(v - v.max()).sum()
            norms.append(np.linalg.norm(np.diag(p) - np.outer(p, p), 2))
    norms.append(np.linalg.norm(np.diag([0.5, 0.5]) - 0.25, 2))
    assert max(norms) == pytest.approx(0.5)
    assert all(norm <= 0.5 + 1e-12 for norm in norms)


def test_permutation_is_stated_of_symmetric_ones() -> None:
    facts = {name: {f.name: f.value for f in vector_facts(lookup(name))} for name in ("softmax", "logsumexp")}
    assert "alike" in facts["softmax"]["permutation"]
    assert "nothing" in facts["logsumexp"]["permutation"]
