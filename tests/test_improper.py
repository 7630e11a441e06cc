"""Improper integrals: of Gaussians over the line, and enclosures of those whose tails fall like an exponential."""

from __future__ import annotations

import copy
import json

import pytest
from records import record, rejected, verdict

from symact.proof.verdict import Proved, Refuted, Undecided


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("integral(exp(-x**2)*cos(a*x), x, -oo, oo) == sqrt(pi)*exp(-a**2/4)", ()),
        ("integral(exp(-a*x**2 + b*x), x, -oo, oo) == sqrt(pi/a)*exp(b**2/(4*a))", ("a > 0",)),
        ("integral(exp(-x**2)*erf(x)**2, x, -oo, oo) == sqrt(pi)/3", ()),
        ("integral(exp(-x**2)*cos(x), x, 0, oo) == sqrt(pi)*exp(-1/4)/2", ()),
        ("integral(exp(-a*x**2), x, -oo, 0) == sqrt(pi/a)/2", ("a > 0",)),
        ("integral(1/x**a, x, 1, oo) == 1/(a-1)", ("a > 1",)),
        ("integral(Abs(sin(x)), x, 0, 2*pi) == 4", ()),
        ("integral(softplus(x) - relu(x), x, -oo, oo) > 1.6449", ()),
    ],
)
def test_proved(says: str, assume: tuple[str, ...]) -> None:
    assert isinstance(verdict(says, *assume), Proved)


@pytest.mark.parametrize(
    "says",
    [
        "integral(exp(-x**2)*cos(a*x), x, -oo, oo) == sqrt(pi)*exp(-a**2/2)",
        "integral(softplus(-x), x, 0, oo) == pi**2/6",
        "integral(relu(x) - silu(x), x, -oo, oo) == 1.64493406684823",
        "integral(exp(-x**2)*sin(x), x, 0, oo) == sqrt(pi)*exp(-1/4)/2",  # odd: no half of anything
    ],
)
def test_refuted(says: str) -> None:
    assert isinstance(verdict(says), Refuted)


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("integral(exp(a*x**2), x, -oo, oo) == sqrt(pi/-a)", ("a < 1",)),
        ("integral(1/(1 + x**4)*exp(sin(x)), x, -oo, oo) > 0", ()),
    ],
)
def test_tails_that_may_not_fall_are_left_open(says: str, assume: tuple[str, ...]) -> None:
    assert isinstance(verdict(says, *assume), Undecided)


def test_an_integral_without_antiderivatives_is_checked() -> None:
    says = "integral(exp(-x**2)*cos(x), x, 0, oo) == sqrt(pi)*exp(-1/4)/2"
    proved = record(says)
    assert not rejected(proved)
    text = json.dumps(proved)
    for old, new in (("0, oo)", "1, oo)"), ("cos(x)", "sin(x)"), ("exp(-x**2)", "exp(x**2)")):
        assert rejected(json.loads(text.replace(old, new)))
    wrong = copy.deepcopy(proved)
    wrong["certificate"]["evaluated"][0]["value"] = "sqrt(pi)*exp(-1/4)"
    assert rejected(wrong)
