"""Inequalities with variable exponents, and slopes of logarithms times something: proved with certificates, or refuted."""

from __future__ import annotations

import pytest
from sympy import log

from symact.proof.steps.factors import slow_part_alone
from symact.proof.steps.transform import TRANSFORMS
from symact.proof.verdict import Proved, Refuted
from symact.symbols import real
from symact.worker import answer

x, a = real("x"), real("a")


@pytest.mark.parametrize(
    ("says", "assume", "holds"),
    [
        ("(1 + 1/x)**x < E", ("x > 0",), True),
        ("(1 + 1/x)**(x + 0.49999999) > E", ("x > 0",), False),
        ("x**x > exp(-exp(-1))", ("x > 0",), False),
        ("2**x >= x**2", ("x >= 4",), True),
        pytest.param("increasing((1 + 1/x)**x, x)", ("x > 0",), True, marks=pytest.mark.campaign),
        ("convex(x*tanh(x), x)", ("x > -1", "x < 1"), True),
    ],
)
def test_powers(says: str, assume: tuple[str, ...], holds: bool) -> None:
    assert isinstance(answer((says, assume)), Proved if holds else Refuted)


def test_only_differences_of_positive_products_lose_their_powers() -> None:
    powers = TRANSFORMS["powers"]
    found = powers(x**a - 2, [x > 0])
    assert found is not None
    assert found.main == a * log(x) - log(2)
    assert powers(x**a + 2, [x > 0]) is None
    assert powers(x**2 - 2, [x > 0]) is None
    assert powers(x**a - a, [x > 0]) is None


def test_a_logarithm_alone() -> None:
    assert slow_part_alone((x + 1) * log(x) - 1, [x > 0]) == log(x) - 1 / (x + 1)
    assert slow_part_alone(-x * log(x) + 2, [x > 0]) == -log(x) + 2 / x
    for left in (x * log(x) - 1, log(x) ** 2 - x, log(x) + log(x + 1)):
        assert slow_part_alone(left, []) == left
