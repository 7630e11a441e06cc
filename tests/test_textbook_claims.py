"""The claims supplied, and their truths checked by numbers on a separate road."""

import subprocess
import sys

import mpmath
import pytest
from claim_numbers import UnsampledError, outcomes

from symact.claims.files import Entry, misprints, textbook
from symact.parse import parse_claim

EVERY = (*textbook(), *misprints())
BY_ID = {entry.id: entry for entry in EVERY}

DIGITS = 50

#: Claims about vectors of any length, matrices and smoothness aren't checked by numbers.
NOT_SAMPLED = {
    "relu-continuous",
    "relu-differentiable",
    "elu-continuous",
    "elu-smooth-at-one",
    "elu-smooth-at-any-alpha",
    "softplus-smooth",
    "sqnl-smoothness-misprinted",
    "sqnl-smoothness-corrected",
    "two-affine-layers-are-one",
    "softmax-sums-to-one",
    "softmax-shift-invariance",
    "softmax-two-classes-is-sigmoid",
    "softmax-jacobian",
    "cross-entropy-gradient",
    "cross-entropy-gradient-unnormalised-target",
}


def test_counts():
    assert len(textbook()) == 101
    assert len(BY_ID) == len(EVERY), "an id occurs in both files"
    assert sum(entry.truth is False for entry in textbook()) == 19
    assert textbook() is textbook()


def test_every_supplied_entry_is_complete():
    for entry in EVERY:
        assert entry.id
        assert isinstance(entry.truth, bool)
        assert entry.note or entry.truth or entry in misprints(), f"{entry.id} is false for no stated reason"
        assert not entry.note or (entry.note[0].isupper() and entry.note.endswith("."))


def test_every_misprint_is_followed_by_what_is_right():
    wrong, right = misprints()[::2], misprints()[1::2]
    assert len(wrong) == len(right) == 14
    for bad, good in zip(wrong, right, strict=True):
        assert bad.id.removesuffix("-misprinted") == good.id.removesuffix("-corrected")
        assert (bad.id.endswith("-misprinted"), good.id.endswith("-corrected")) == (True, True)
        assert (bad.truth, good.truth) == (False, True)
        assert bad.note


@pytest.mark.parametrize("entry", EVERY, ids=lambda entry: entry.id)
def test_every_statement_is_read(entry):
    claim = parse_claim(entry.says, entry.assume)
    assert claim.text == entry.says
    assert claim.assume == entry.assume


def test_no_statement_occurs_twice():
    assert len({(entry.says, entry.assume) for entry in EVERY}) == len(EVERY)


def test_reading_claims_loads_no_sympy():
    program = "import sys, symact.claims.files as f; f.textbook(); f.misprints(); assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)


@pytest.mark.parametrize("entry", [e for e in EVERY if e.id not in NOT_SAMPLED], ids=lambda entry: entry.id)
def test_truth_agrees_with_numbers(entry):
    with mpmath.workdps(DIGITS):
        assert all(outcomes(entry)) is entry.truth


@pytest.mark.parametrize("name", sorted(NOT_SAMPLED))
def test_what_is_not_sampled_cannot_be(name):
    with mpmath.workdps(DIGITS), pytest.raises(UnsampledError):
        outcomes(BY_ID[name])


@pytest.mark.parametrize(
    ("says", "truth"),
    [
        ("sigmoid(x) == 1/(1 + exp(-x)) + 1e-20", False),
        ("diff(prelu(x, a), a) == Max(0, x)", False),
        ("range(sigmoid(x), x) == Interval.open(0, 1001/1000)", False),
        ("range(tanh(x), x) == Interval.open(-1, 1)", True),
        ("convex(tanh(x), x)", False),
        ("expectation(selu(z)**2, z) == 1 + 1e-20", False),
        ("limit(sigmoid(x), x, oo) == 1 - 1e-20", False),
        ("even(sigmoid(x), x)", False),
    ],
)
def test_the_numbers_can_contradict(says, truth):
    with mpmath.workdps(DIGITS):
        assert all(outcomes(Entry(says, id="own"))) is truth
