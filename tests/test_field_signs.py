"""Signs of normal forms: what is claimed holds at every sample."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from identities import (
    NEGATIVE,
    UNIT,
    half,
    x,
    y,
)
from sympy import (
    LambertW,
    Ne,
    Rational,
    atan,
    cos,
    erf,
    exp,
    log,
    pi,
    sin,
    sqrt,
)

from symact.proof.algebra.conversion import Conversion, Layout, Restart
from symact.proof.algebra.kernels import RULES
from symact.proof.numbers import balls


def _conversion(relations):
    return Conversion(Layout(), RULES, relations)


def _signs(expr, relations):
    layout = Layout()
    while True:
        try:
            conversion = Conversion(layout, RULES, relations)
            return conversion.signs.of(conversion.convert(expr))
        except Restart:
            continue


@pytest.mark.parametrize(
    ("expr", "relations", "expected"),
    [
        (x**2 + 1, (), {1}),
        (x**2 - x + 1, (), {1}),
        (x**2 + x * y + y**2 + 1, (), {1}),
        (x + sqrt(x**2 + 1), (), {1}),
        (x - sqrt(x**2 + 1), (), {-1}),
        (1 - erf(x) ** 2, (), {1}),
        (2 + sin(x), (), {1}),
        (1 - x**2, UNIT, {1}),
        (1 - x * y, (x > 0, y > 0, x < half, y < 1), {1}),
        (x + 1 - sqrt(2), (x > half,), {1}),
        (1 - exp(x), NEGATIVE, {1}),
        (exp(x) - x - 10, (), {-1, 0, 1}),
        (log(x), (x > 1,), {1}),
        (log(x), (x < 1, x > 0), {-1}),
        (x - y, (x > y,), {1}),
        (x**2 - y**2, (x > y, y > 0), {1}),
        (x - 1, (x >= 1,), {0, 1}),
        (LambertW(x) + 1, (x >= 0,), {1}),
        (cos(x), UNIT, {1}),
        (x, (Ne(x, 0),), {-1, 1}),
        (x**2, (Ne(x, 0),), {1}),
        (x**4 - 4 * x**2 + 4, (x > 2,), {1}),
        (atan(x) - 2, (), {-1}),
    ],
    ids=str,
)
def test_signs_under_assumptions(expr, relations, expected):
    assert _signs(expr, relations) == expected


coefficients = st.integers(-4, 4)
atoms = st.sampled_from([x, y, exp(x), erf(y), sqrt(1 + x**2), sin(x), x**2, x * y, sqrt(2), pi, x**3, y**2, log(2)])
RELATIONS = [x > 0, x < 1, x >= -1, x < 3, y > 0, y < 2, y > x, x + y > 1, x > 2 * y, Ne(x, 1), y <= half]
PREDICATES = {relation: sp.lambdify((x, y), relation) for relation in RELATIONS}
SAMPLES = [
    (Fraction(i, 8), Fraction(j, 8)) for i in (-37, -8, -7, -3, 0, 1, 5, 7, 8, 11, 39) for j in (-19, -2, 0, 3, 4, 9)
]


@given(
    st.lists(st.tuples(coefficients, atoms, atoms), min_size=1, max_size=4),
    coefficients,
    st.lists(st.sampled_from(RELATIONS), max_size=3, unique=True),
)
@settings(max_examples=60, deadline=None)
def test_claimed_signs_hold_at_samples(terms, constant, relations):
    expr = sum((k * p * q for k, p, q in terms), sp.Integer(constant))
    signs = _signs(expr, relations)
    assume(signs is not None and len(signs) < 3)
    function = balls.compiled(expr, (x, y))
    for point in SAMPLES:
        if all(PREDICATES[relation](*point) for relation in relations):
            value = function(*(Rational(q.numerator, q.denominator) for q in point), bits=200)
            found = {s for s, true in ((1, value > 0), (-1, value < 0), (0, value == 0)) if true}
            assert found <= signs
