"""Inequalities of several variables by the shape of their difference in one of them, and refutations near equal values."""

from __future__ import annotations

import pytest
from sympy import Rational, exp, log, oo, sin, sqrt, tan

from symact.errors import UndecidedError
from symact.parse import parse_claim
from symact.proof.decide import decide
from symact.proof.steps.bends import Bend, duties
from symact.proof.verdict import Proved, Refuted
from symact.statement import unfolded
from symact.symbols import real
from symact.worker import answer

x, y, a = real("x"), real("y"), real("a")
WEAK = frozenset({-1, 0})


def verdict(says: str, *assume: str):
    return answer((says, assume))


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("x**2 + y**2 + z**2 >= x*y + y*z + z*x", ()),
        ("x**a <= a*x + 1 - a", ("x > 0", "a > 0", "a < 1")),
        ("(1 + x)**a >= 1 + a*x", ("x > -1", "a >= 1")),
        ("sigmoid(x)**a <= 1", ("a >= 0",)),
        ("exp(a*x + (1-a)*y) <= a*exp(x) + (1-a)*exp(y)", ("a >= 0", "a <= 1")),
        ("(x + y)/2 > sqrt(x*y)", ("x > 0", "y > 0", "x != y")),
        ("x*y <= x**3/3 + 2*y**(3/2)/3", ("x > 0", "y > 0")),
        ("exp(x) - exp(y) != 0", ("x != y",)),
        pytest.param("Abs(elu(x) - elu(y)) <= Abs(x - y)", (), marks=pytest.mark.campaign),
        pytest.param("Abs(tanh(x) - tanh(y)) < Abs(x - y)", ("x != y",), marks=pytest.mark.campaign),
        pytest.param("sigmoid((x+y)/2) >= Min(sigmoid(x), sigmoid(y))", (), marks=pytest.mark.campaign),
    ],
)
def test_a_variable_less(says: str, assume: tuple[str, ...]) -> None:
    assert isinstance(verdict(says, *assume), Proved)


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("(1 + x)**a >= 1 + a*x", ("x > -1", "a >= 0.9999999")),
        ("(x + y)/2 > sqrt(x*y)", ("x > 0", "y > 0")),
        ("exp(a*x + (1-a)*y) < a*exp(x) + (1-a)*exp(y)", ("a > 0", "a < 1")),
        ("x**2 + y**2 + z**2 > x*y + y*z + z*x", ()),
        ("Abs(tanh(x) - tanh(y)) <= 0.999999999999999*Abs(x - y)", ()),
        ("Abs(silu(x) - silu(y)) <= 1.0998*Abs(x - y)", ()),
        ("Abs(leaky_relu(x, a) - leaky_relu(y, a)) <= Abs(x - y)", ("a >= -1", "a <= 1.0000000000001")),
        ("leaky_relu(a*x, b) == a*leaky_relu(x, b)", ("a >= -1/10**20", "b > 0")),
    ],
)
def test_what_fails_by_little_is_refuted(says: str, assume: tuple[str, ...]) -> None:
    assert isinstance(verdict(says, *assume), Refuted)


@pytest.mark.parametrize(
    ("d", "bend", "relations"),
    [
        (exp(x) - y, Bend(x, "rising", None, oo), []),
        (x * y, Bend(x, "rising", None, y), []),  # nothing keeps x below y
        (log(x) + y, Bend(x, "rising", None, y), [x <= y]),  # no value for x <= 0
        (tan(x) + y, Bend(x, "rising", None, y), [x <= y]),
        (1 / x + y, Bend(x, "falling", Rational(-1), None), [x >= -1]),
        (-((x - y) ** 2), Bend(x, "concave", None, None, y + 1), []),  # not level there
        (-sqrt(x) + y, Bend(x, "concave", Rational(0), None, Rational(0)), [x >= 0]),  # no slope there
        (x**2 - y, Bend(x, "convex", Rational(0), None), [x >= 0]),
        (x - y, Bend(x, "rising", None, y, None, True), [x <= y]),  # strict, but x may be y
        (sin(x) - y, Bend(x, "concave", None, None, None), []),
        (x * sqrt(y) - x**2 / 2 - y, Bend(x, "concave", None, None, sqrt(y)), []),  # no real number for y < 0
    ],
)
def test_a_shape_needs_its_interval_and_values_on_it(d, bend: Bend, relations) -> None:
    with pytest.raises(UndecidedError):
        duties(d, bend, WEAK if not bend.sharp else frozenset({-1}), relations)


def test_a_shape_says_what_is_to_be_shown() -> None:
    value, slope = duties(exp(x) - exp(y), Bend(x, "rising", None, y), WEAK, [x <= y])
    assert value == (0, WEAK, [])
    assert slope == (-exp(x), WEAK, [x < y])
    sharp = duties(exp(x) - exp(y), Bend(x, "rising", None, y, None, True), {-1}, [x < y])
    assert [duty[1] for duty in sharp] == [WEAK, WEAK]  # exp is 0 nowhere
    steep = duties(y * exp(x) - exp(y), Bend(x, "rising", None, y, None, True), {-1}, [x < y, y > 0])
    assert [duty[1] for duty in steep] == [WEAK, {-1}]


def test_a_condition_on_a_piecewise_is_one_on_its_cases() -> None:
    claim = unfolded(parse_claim("leaky_relu(leaky_relu(x, a), b) == leaky_relu(x, a*b)", ["a > -1", "b > 0"]))
    assert isinstance(decide(claim), Refuted)
    assert isinstance(verdict("leaky_relu(leaky_relu(x, a), b) == leaky_relu(x, a*b)", "a >= 0"), Proved)
