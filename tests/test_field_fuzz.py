"""Verdicts of the zero test on random expressions, against mpmath at many points."""

import random

import mpmath
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from identities import (
    ACTIVATIONS,
    FUNCTIONS,
    NEGATIVE,
    POSITIVE,
    UNIT,
    c,
    half,
    softplus,
    third,
    verdict,
    x,
    y,
)
from sympy import (
    Abs,
    E,
    Rational,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    exp,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from symact.proof.algebra.field import is_zero


def _oracle(expr, assumptions, places=60):
    """The largest relative size of the value at points inside the assumptions; None where there is no real value."""
    symbols = sorted(expr.free_symbols, key=str)
    rng = random.Random(5)
    largest = None
    with mpmath.workdps(places):
        function = sp.lambdify(symbols, expr, "mpmath")
        for _ in range(15):
            point = {symbol: Rational(rng.randint(-240, 240), 80) for symbol in symbols}
            if any(r.subs(point) != sp.true for r in assumptions):
                continue
            try:
                value = function(*(mpmath.mpf(q.p) / q.q for q in point.values()))
            except (ArithmeticError, ValueError, TypeError):
                continue
            if mpmath.isfinite(value) and mpmath.im(value) == 0:
                largest = max(largest or 0, abs(value))
    return largest


def _mutants(expr, rng):
    """The expression with one number changed, one function exchanged, or something tiny added."""
    numbers = sorted(expr.atoms(sp.Rational), key=str)
    for number in rng.sample(numbers, min(2, len(numbers))):
        yield expr.xreplace({number: rng.choice([number + 1, -number, 2 * number, number + Rational(1, 10**9)])})
    for old, new in ((exp, lambda u: exp(-u)), (tanh, atan), (log, lambda u: log(u) + 1), (sin, cos)):
        if expr.has(old):
            yield expr.replace(old, new)
    symbol = min(expr.free_symbols, key=str)
    yield expr + symbol * Rational(1, 10**12)
    yield expr.subs(symbol, symbol * Rational(1000001, 1000000))
    yield expr.subs(symbol, -symbol)


def test_mutants_of_identities_get_no_wrong_verdict():
    rng, counts = random.Random(11), {True: 0, False: 0, None: 0}
    cases = [case for case in ACTIVATIONS + FUNCTIONS if case[1].free_symbols]
    for left, right, assumptions in cases:
        for mutant in _mutants(right, rng):
            gap = left - mutant
            if gap.has(sp.nan, sp.zoo, sp.oo, sp.I):
                continue
            judged = verdict(gap, assumptions)
            counts[judged] += 1
            if judged is True:
                size = _oracle(gap, assumptions)
                assert size is None or size < 1e-40, (gap, assumptions)
            elif judged is False and counts[False] % 4 == 0:
                size = _oracle(gap, assumptions)
                assert size is None or size > 1e-40 or _oracle(gap, assumptions, 1000) > 1e-990, (gap, assumptions)
    assert sum(counts.values()) > 400
    assert counts[None] < 0.05 * sum(counts.values())


EXPRESSIONS = st.recursive(
    st.sampled_from([x, y, sp.Integer(2), half, pi, sqrt(2), E]),
    lambda inner: st.one_of(
        st.builds(lambda u, v: u + v, inner, inner),
        st.builds(lambda u, v: u * v, inner, inner),
        st.builds(
            lambda h, u: h(u), st.sampled_from([exp, tanh, sinh, erf, atan, asinh, sin, log, sqrt, softplus]), inner
        ),
        st.builds(lambda u, n: u**n, inner, st.sampled_from([2, -1, third, Rational(-3, 2)])),
    ),
    max_leaves=5,
)
SOUND = [sp.expand, sp.together, lambda e: e.rewrite(exp), lambda e: sp.expand(e, trig=True), sp.factor]


def _usable(expr):
    return expr.free_symbols and not expr.has(sp.nan, sp.zoo, sp.oo, sp.I, Abs, sp.sign, sp.re, sp.im, sp.arg)


@given(EXPRESSIONS, st.sampled_from(SOUND))
@settings(max_examples=60, deadline=None)
def test_sound_rewrites_are_never_refuted(expr, rewrite):
    assume(_usable(expr) and sp.count_ops(expr) < 30)
    gap = expr - rewrite(expr)
    assume(_usable(gap) or gap == 0)
    assert is_zero(gap) is not False


#: Rules that hold for some arguments only.
PARTIAL = [
    lambda u, v: log(u * v) - log(u) - log(v),
    lambda u, v: log(u**2) - 2 * log(u),
    lambda u, v: log(u / v) + log(v) - log(u),
    lambda u, v: log(exp(u) - exp(v)) * 2 - log((exp(u) - exp(v)) ** 2),
    lambda u, v: sqrt(u * v) - sqrt(u) * sqrt(v),
    lambda u, v: sqrt(u**2 + 2 * u * v + v**2) - u - v,
    lambda u, v: sqrt(1 / u) - 1 / sqrt(u),
    lambda u, v: (u**3) ** third - u,
    lambda u, v: (u**2) ** third - u ** Rational(2, 3),
    lambda u, v: (u * v) ** c - u**c * v**c,
    lambda u, v: asin(sin(u)) - u,
    lambda u, v: atan(tan(u)) - u,
    lambda u, v: acosh(cosh(u)) - u,
    lambda u, v: acos(1 - 2 * u**2) - 2 * asin(u),
    lambda u, v: atan(u) + atan(1 / u) - pi / 2,
    lambda u, v: atan(u) + atan(v) - atan((u + v) / (1 - u * v)),
    lambda u, v: acosh(u) - log(u + sqrt(u**2 - 1)),
]


@given(
    st.sampled_from(PARTIAL), EXPRESSIONS, EXPRESSIONS, st.sampled_from([(), POSITIVE, NEGATIVE, (x > 0, y > 0), UNIT])
)
@settings(max_examples=80, deadline=None)
def test_rules_are_proved_only_where_they_hold(rule, u, v, assumptions):
    gap = rule(u, v)
    if _usable(gap) and verdict(gap, assumptions) is True:
        size = _oracle(gap, assumptions)
        assert size is None or size < 1e-30 or _oracle(gap, assumptions, 1000) < 1e-30
