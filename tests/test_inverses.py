"""Inverse functions of the functions they undo: on the branch, and beside it."""

from __future__ import annotations

import pytest
from sympy import LambertW, Ne, acos, asin, atan, cos, exp, pi, sin, tan

from symact.proof.algebra.constancy import connected
from symact.proof.algebra.field import is_zero
from symact.symbols import real

x, y = real("x"), real("y")


@pytest.mark.parametrize(
    ("expr", "relations"),
    [
        (asin(sin(x)) - x, [x >= -pi / 2, x <= pi / 2]),
        (asin(sin(x)) - pi + x, [x >= pi / 2, x <= 3 * pi / 2]),
        (acos(cos(x)) + x, [x >= -pi, x <= 0]),
        (acos(cos(x)) - 2 * pi + x, [x >= pi, x <= 2 * pi]),
        (atan(tan(2 * x)) - 2 * x, [x > -pi / 4, x < pi / 4]),
        (atan(tan(x)) - x + pi, [x > pi / 2, x < 3 * pi / 2]),
        (LambertW(x * exp(x)) - x, [x >= -1]),
        (LambertW(x * exp(x), -1) - x, [x <= -1]),
        (LambertW(x) * exp(LambertW(x)) - x, []),
        (atan(x) + atan(y) - atan((x + y) / (1 - x * y)), [x * y < 1]),
    ],
)
def test_on_the_branch(expr, relations) -> None:
    assert is_zero(expr, relations) is True


@pytest.mark.parametrize(
    ("expr", "relations"),
    [
        (asin(sin(x)) - x, [x >= -pi / 2, x <= 2]),
        (acos(cos(x)) - x, [x >= -1, x <= 1]),
        (atan(tan(x)) - x, [x > 0, x < 3]),
        (LambertW(x * exp(x)) - x, [x >= -2]),
        (LambertW(x * exp(x)) - x, [x <= -1]),
        (atan(x) + atan(y) - atan((x + y) / (1 - x * y)), [x * y < 2]),
    ],
)
def test_beside_the_branch(expr, relations) -> None:
    assert is_zero(expr, relations) is not True


def test_what_is_connected() -> None:
    assert connected([x, y], [x * y < 1])
    assert connected([x, y], [x * y < 1, x > 0])
    assert connected([x, y], [x > 1])
    assert not connected([x, y], [x * y > 1])  # two parts
    assert not connected([x, y], [x * y < 1, x > 1, x**2 > 2])
    assert not connected([x, y], [x * y > 0])
    assert not connected([x, y], [x**2 + x < 1, Ne(y, 0)])
