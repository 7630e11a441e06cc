"""Assumptions as text: relations and declarations."""

from __future__ import annotations

import pytest
import sympy as sp
from sympy import Eq, IndexedBase, MatrixSymbol, Ne, Rational, Sum

from symact.claims.model import Given
from symact.errors import InputError
from symact.parse import parse_assumptions, parse_claim
from symact.symbols import i, n, real, v, x

a, b = real("a"), real("b")
m = sp.Symbol("m", integer=True, positive=True)
VECTOR = ["v in vector(n)"]


@pytest.mark.parametrize(
    ("texts", "relations"),
    [
        ([], ()),
        (["a > 0", "x >= -1", "x != 0"], (a > 0, x >= -1, Ne(x, 0))),
        (["0 <= a <= 1"], (a >= 0, a <= 1)),
        (["a > 0 and b < 1"], (a > 0, b < 1)),
        (["a == 1/2"], (Eq(a, Rational(1, 2)),)),
        (["not a > 0"], (a <= 0,)),
        (["a > 0", "a > 0"], (a > 0,)),
        (["x**2 >= 0"], ()),
        (["exp(log(a)) < 5"], (a < 5, a > 0)),
        (["0.1 < a"], (a > Rational(1, 10),)),
    ],
)
def test_assumed_relations(texts: list[str], relations: tuple[object, ...]) -> None:
    assert parse_assumptions(texts) == Given(relations)


def test_declarations_in_any_order() -> None:
    target = IndexedBase("y", shape=(n,), real=True)
    total = Eq(Sum(target[i], (i, 1, n)), 1)
    assert parse_assumptions(["Sum(y[i], (i, 1, n)) == 1", "y in vector(n)"]) == Given((total,), (target,))
    assert parse_assumptions(VECTOR).vectors == (v,)
    assert parse_assumptions(["W in matrix(m, 3)"]).matrices == (MatrixSymbol("W", m, 3),)
    whole = sp.Symbol("k", integer=True)
    assert parse_assumptions(["k in integer"]).integers == (whole,)
    assert parse_claim("relu(k) == k", ["k in integer", "k >= 0"]).given.relations == (whole >= 0,)
    # a length is a positive integer, also where that is said
    assert parse_assumptions(["n in integer", *VECTOR]).integers == (n,)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["a"], "'a' is no assumption: write a relation such as a > 0"),
        (["not a"], "'a' is no assumption"),
        (["f(a)"], "'f(a)' is no assumption"),
        (["a = 1"], "write == for equality"),
        (["1 > 2"], "never holds"),
        (["x**2 < 0"], "never holds"),
        (["a > 0 or b > 0"], "is no assumption"),
        (["True"], "is no assumption"),
        (["v in vector(n)", "v in vector(m)"], "declared twice"),
        (["v in vector(0)"], "a length is a name such as n"),
        (["v in vector(2*n)"], "a length is a name such as n"),
        (["v in vector(n, m)"], "write 'v in vector(n)'"),
        (["W in matrix(n)"], "write 'v in vector(n)'"),
        (["k in real"], "write 'v in vector(n)'"),
        (["x in Interval(0, 1)"], "write 'v in vector(n)'"),
        (["v not in vector(n)"], "write 'v in vector(n)'"),
        (["2 in integer"], "write 'v in vector(n)'"),
        (["v in vector(n) in vector(m)"], "write 'v in vector(n)'"),
        (["relu in vector(n)"], "already has a meaning"),
        (["pi in integer"], "already has a meaning"),
        (["v in vector(exp)"], "is a function"),
        (["v > 0", *VECTOR], "is not a number"),
        (["n >= 0", *VECTOR], "is 1 at least"),
        (["0 <= n <= 7", *VECTOR], "is 1 at least"),
        (["a < oo"], "only read as the end of an interval"),
        (["diff(x, x) = 1"], "write == for equality"),
        (["a > 0"] * 33, "at most 32"),
    ],
)
def test_what_is_no_assumption(texts: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_assumptions(texts)
    assert message in str(caught.value)
