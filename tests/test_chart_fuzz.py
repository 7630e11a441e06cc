"""Sign charts of polynomials and of expressions at random."""

from __future__ import annotations

from chart_signs import agrees, everywhere
from hypothesis import given, settings
from hypothesis import strategies as st
from smooth_functions import SMOOTH
from sympy import Expr, Poly, Rational, S, Symbol, exp, log, oo

from symact.proof.algebra.assume import NOTHING
from symact.proof.charts.chart import chart, refine
from symact.symbols import x

Q = Rational


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=2, max_size=8).filter(lambda c: any(c[1:])))
def test_polynomials_against_sturm_sequences(coefficients: list[int]) -> None:
    expr = sum(c * x**k for k, c in enumerate(coefficients))
    for function, low in ((expr, -oo), (expr.subs(x, exp(x / 3)), 0)):
        found = everywhere(function)
        sturm = Poly(expr, x).count_roots(low if low == -oo else None, None)
        if low == 0:
            sturm = sum(1 for r in set(Poly(expr, x).real_roots()) if r > 0)
        assert len(found.roots) == sturm


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 2), st.booleans()), min_size=2, max_size=4),
    st.sampled_from(SMOOTH),
    st.sampled_from(SMOOTH),
    st.integers(-5, 5),
    st.sampled_from([(-oo, oo), (S.Zero, oo), (-S(2), S(3)), (-log(2), oo)]),
)
def test_random_expressions_against_balls(
    terms: list[tuple[int, int, bool]], first: Expr, second: Expr, constant: int, interval: tuple[Expr, Expr]
) -> None:
    expr = constant + sum(Q(c, 3) * (first if which else second) * x**power for c, power, which in terms)
    if not expr.has(Symbol) or not expr.has(x):
        return
    low, high = interval
    found = chart(expr, x, low, high, NOTHING)
    points = [Q(k, 8) + Q(1, 1000) for k in range(-48, 49)] + [Q(s * 10**k) for k in (1, 2) for s in (-1, 1)]
    assert agrees(found, [p for p in points if low < p < high])
    width = Q(1, 10**12)
    around = [p for r in found.roots for p in (refine(r, 12).low - width, refine(r, 12).high + width)]
    assert agrees(found, [p for p in around if low < p < high])
