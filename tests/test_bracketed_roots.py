"""Roots without a closed form in certificates: an equation and a bracket, which the checker sees to hold one simple zero."""

import pytest
from records import record, rejected
from sympy import Piecewise, Rational, atan, tan

from symact.errors import InputError, UndecidedError
from symact.proof.numbers import balls
from symact.proof.numbers.bracketed import bracketed_root
from symact.proof.text import read_expression, text_of
from symact.symbols import real

x = real("x")


def test_a_root_is_narrowed():
    root = bracketed_root(x**5 - x - 1, Rational(11, 10), Rational(6, 5))
    # OEIS A160155
    assert balls.digits(root, n=20)[0] == "1.1673039782614186842"
    assert root.enclose(3000).rad() < Rational(1, 2**3000)
    assert read_expression(text_of(root + 1)) == root + 1


@pytest.mark.parametrize(
    ("expr", "low", "high"),
    [
        (x**2 - 2, -2, 2),  # two
        (x**2 + 1, -1, 1),  # none
        (x**3, -1, 1),  # the slope is 0 there
        (x**3 - 3 * x + 1, 1, 2),  # the slope is 0 at an end
        (1 / x, -1, 1),  # a pole
        (Piecewise((x - 5, x < 0), (x + 5, True)), -1, 1),  # a jump
        (atan(tan(x)) - Rational(1, 1000), 1, 2),  # one between slopes that are both 1
        (x - 1, 2, 0),
        (x - real("a"), 0, 1),
    ],
)
def test_what_holds_no_simple_zero_is_no_root(expr, low, high):
    with pytest.raises(UndecidedError):
        bracketed_root(expr, Rational(low), Rational(high))
    with pytest.raises(InputError):
        read_expression(f"root({expr}, {low}, {high})")


def test_the_ends_of_a_bracket_are_rational():
    for text in ("root(x**2 - 2, 1, sqrt(3))", "root(x**2 - 2, 1, oo)", "root(x**2 - 2, 1)", "root(x > 1, 1, 2)"):
        with pytest.raises(InputError):
            read_expression(text)


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("continuous(Max(x**3 - 3*x + 1, 0), x)", []),
        ("diff(Max(x**3 - 3*x + 1, 5), x) >= 0", ["x > 0"]),
        ("Min(10, Max(-10, gelu(x))) == 10", ["x > 11"]),
    ],
)
def test_certificates_with_roots(says, assume):
    data = record(says, *assume)
    assert not rejected(data)
    data["verdict"] = data["certificate"]["verdict"] = "refuted"
    assert rejected(data)
