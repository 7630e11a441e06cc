import time
from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from ball_truth import assert_contains, bounds, truth
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import E, LambertW, Max, Min, Piecewise, Rational, Symbol, exp, log, oo, pi, sqrt, tanh

from symact.errors import InputError, NotSupportedError, UndecidedError
from symact.proof.numbers.ball_rules import BALL_RULES
from symact.proof.numbers.balls import compiled, digits, enclose, precision, sign, taylor
from symact.symbols import real

x, y = real("x"), real("y")
HALF = Rational(1, 2)
THIRD = Rational(1, 3)

ON_THE_LINE = (sp.exp, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh, sp.sech, sp.asinh, sp.atan, sp.erf, sp.erfc)
OFF_ZERO = (sp.csch, sp.coth, sp.csc, sp.sec, sp.cot, sp.sinc, sp.Abs, sp.sign)
INSIDE = (sp.asin, sp.acos, sp.atanh, sp.erfinv)
BEYOND = (sp.log, sp.acosh, sp.sqrt, LambertW)
VALUES = {
    **dict.fromkeys(ON_THE_LINE, ("-7/3", "-1/9", "1/1000000", "2", "31/7")),
    **dict.fromkeys(OFF_ZERO, ("-7/3", "-1/9", "1/1000000", "2", "31/7")),
    **dict.fromkeys(INSIDE, ("-999/1000", "-1/7", "1/1000000", "3/4")),
    **dict.fromkeys(BEYOND, ("8/7", "2", "1000")),
}


@pytest.mark.parametrize("head", VALUES, ids=lambda head: head.__name__)
def test_balls_contain_the_value_and_are_narrow(head):
    for text in VALUES[head]:
        value, slack = truth(head(x), x=Rational(text))
        assert_contains(enclose(head(x), {x: Rational(text)}, 64), value, slack, Fraction(1, 10**14))
        assert_contains(enclose(head(x), {x: Rational(text)}, 400), value, slack)


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (pi, mpmath.pi),
        (E, mpmath.e),
        (sp.EulerGamma, mpmath.euler),
        (sp.Catalan, mpmath.catalan),
        (2**THIRD, mpmath.mpf(2) ** (mpmath.mpf(1) / 3)),
        (pi ** sqrt(2), None),
        (LambertW(Rational(-1, 10)), None),
        (LambertW(Rational(-1, 10), -1), None),
        (5 ** Rational(-7, 3), None),
        (sp.erfc(30), None),
    ],
)
def test_constants(expr, value):
    expected, slack = truth(expr + x - x)
    assert_contains(enclose(expr, bits=128), expected, slack, Fraction(1, 10**30))
    assert value is None or abs(float(value) - float(expected)) < 1e-12


def test_both_lambert_branches_are_told_apart():
    assert enclose(LambertW(x), {x: Rational(-1, 10)}) > -1 > enclose(LambertW(x, -1), {x: Rational(-1, 10)})
    assert not enclose(LambertW(x), {x: -1}).is_finite()
    assert not enclose(LambertW(x, -1), {x: 1}).is_finite()


@pytest.mark.parametrize(
    "expr",
    [log(x), sqrt(x), x**THIRD, 1 / x, x**-2, sp.acosh(x), x ** sqrt(2), sp.coth(x), sp.csc(x), 0 * y + 1 / (x * x)],
)
def test_a_ball_that_touches_the_edge_of_the_domain_knows_nothing(expr):
    assert not enclose(expr, {x: arb(0, 1), y: 0}).is_finite()
    assert sign(expr, {x: arb(0, 1), y: 0}, 256) is None


@pytest.mark.parametrize("expr", [log(x), sqrt(x), x**THIRD, x ** sqrt(2), sp.acosh(x), sp.asin(2 - x), x**y])
def test_nothing_is_known_outside_the_domain(expr):
    assert not enclose(expr, {x: -8, y: THIRD}).is_finite()


@pytest.mark.parametrize("expr", [y / x, y * log(x), y * sp.atanh(x + 1), y * sp.erfinv(x + 1)])
def test_zero_times_an_undefined_value_is_not_zero(expr):
    assert not enclose(expr, {x: 0, y: 0}).is_finite()
    assert sign(expr, {x: 0, y: 0}, 256) is None


@pytest.mark.parametrize(("n", "low", "high"), [(2, 0, 4), (4, 0, 16), (3, -1, 8), (1, -1, 2)])
def test_integer_powers_of_a_ball_around_zero(n, low, high):
    ball = enclose(x**n, {x: arb(fmpq(1, 2), fmpq(3, 2))})
    assert_contains(ball, low)
    assert_contains(ball, high)
    found = bounds(ball)
    assert found[0] > low - Fraction(1, 1000)
    assert found[1] < high + Fraction(1, 1000)


def test_powers_with_negative_base_and_integer_exponent():
    assert enclose(x**3, {x: -2}) == -8
    assert enclose(x**3, {x: arb(-2)}) == -8
    assert enclose(x**HALF, {x: 0}) == 0
    assert not enclose(1 / x, {x: 0}).is_finite()


@pytest.mark.parametrize(("base", "exponent"), [(-2, 3), (0, 1), (-2, sqrt(2)), (0, -1)])
def test_a_power_with_a_variable_exponent_has_one_domain(base, exponent):
    # whatever y comes to, x**y is exp(y*log(x)) and needs x > 0
    assert not enclose(x**y, {x: base, y: exponent}).is_finite()
    assert enclose(x**y, {x: 2, y: 3}).contains(8)


@pytest.mark.parametrize(
    ("expr", "point", "expected"),
    [
        (tanh(x) - 1, {x: 1000}, -1),
        (exp(x) - 1 - x, {x: Rational(1, 10**30)}, 1),
        (exp(x) - 1 - x, {x: 0}, 0),
        (x**2 - 2, {x: sqrt(2)}, None),
        (pi - Rational(355, 113), {}, -1),
        (exp(pi * sqrt(163)) - 262537412640768744, {}, -1),
        (x**100 - Rational(1, 3) ** 100, {x: THIRD}, 0),
        (log(x), {x: 0}, None),
        (sp.erfinv(x), {x: 1}, None),
        (exp(exp(x)) - 1, {x: 9**60}, None),
        (sp.Abs(x - THIRD), {x: THIRD}, 0),
    ],
)
def test_signs(expr, point, expected):
    assert sign(expr, point) == expected


def test_precision_comes_back_after_nesting_and_after_errors():
    before = ctx.prec, ctx.cap
    with precision(100):
        with precision(300, 7):
            assert (ctx.prec, ctx.cap) == (300, 8)
        assert ctx.prec == 100
    with pytest.raises(KeyError), precision(777):
        raise KeyError
    with pytest.raises(UndecidedError):
        taylor(log(x), x, 0, 3)
    assert (ctx.prec, ctx.cap) == before
    with pytest.raises(InputError):
        enclose(x, {x: 1}, bits=1)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: enclose(x), InputError),
        (lambda: enclose(oo * x + 1, {x: 1}), UndecidedError),
        (lambda: enclose(sp.zoo), UndecidedError),
        (lambda: enclose(sp.Float("0.1") * x, {x: 1}), NotSupportedError),
        (lambda: enclose(sp.gamma(x), {x: 1}), NotSupportedError),
        (lambda: enclose(sp.I * x, {x: 1}), NotSupportedError),
        (lambda: compiled(x + y, (x, y))(1), InputError),
        (lambda: digits(sqrt(2) * sqrt(3 + y) - sqrt(6 + 2 * y), {y: pi}, 5), UndecidedError),
        (lambda: digits(log(x), {x: -1}, 5), UndecidedError),
        (lambda: taylor(sp.Abs(x), x, 1, 3), NotSupportedError),
        (lambda: taylor(Max(x, y - y), x, 1, 3), NotSupportedError),
        (lambda: taylor(1 / x, x, 0, 3), UndecidedError),
        (lambda: taylor(sqrt(x), x, 0, 3), UndecidedError),
        (lambda: taylor(((x + 1) ** 2 - x**2 - 2 * x - 1) * log(x - 1), x, 0, 3), UndecidedError),
    ],
)
def test_refusals(call, error):
    with pytest.raises(error) as caught:
        call()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("expr", "point"),
    [
        (exp(exp(x)), {x: 9**60}),
        (exp(exp(exp(x))) / (1 + exp(exp(exp(x)))), {x: 9**60}),
        (x ** (10**30), {x: 3}),
        (x ** (-(10**30)), {x: 3}),
        (x**y, {x: 3, y: arb(2) ** (10**30)}),
        (x ** Rational(1, 10**30), {x: 3}),
        (sp.sin(x), {x: 10**300}),
        (sp.erfc(x), {x: 10**300}),
        (LambertW(x), {x: 10**300}),
        (sum((Rational(1, k) * x for k in range(1, 3000)), sp.S.Zero), {x: THIRD}),
    ],
)
def test_huge_values_take_no_time(expr, point):
    start = time.process_time()
    enclose(expr, point, 256)
    sign(expr - 1, point, 1024)
    assert time.process_time() - start < 1


EXTREMES = [
    *(arb(v) for v in ("0", "1", "-1", "1e-400", "-1e-400", "1e300", "-1e300", "0.5")),
    *(arb(10) ** (10**40), -(arb(10) ** (10**40)), arb(10) ** -(10**40), arb.nan(), arb.pos_inf(), arb.neg_inf()),
    *(arb(0, 1), arb(0, 1e300), arb(1, 1), arb(0).union(arb.pos_inf()), Rational(10**400, 3), Rational(3, 10**400)),
]


@pytest.mark.parametrize("head", [h for h in BALL_RULES if issubclass(h, sp.Function) and h is not Piecewise])
def test_no_rule_fails_or_hangs_at_extreme_arguments(head):
    start = time.process_time()
    for value in EXTREMES:
        for bits in (64, 2048):
            assert isinstance(enclose(head(x, y) if head in (Max, Min) else head(x), {x: value, y: 1}, bits), arb)
    assert time.process_time() - start < 3


def test_compiled_agrees_with_enclose_and_takes_floats_exactly():
    mish = x * tanh(log(1 + exp(x)))
    f = compiled(mish, (x,))
    for value in (-3.7, -1e-9, 0.1, 12.25):
        exact = Rational(*value.as_integer_ratio())
        assert f(value, bits=280).overlaps(enclose(mish, {x: exact}, 200))
        assert not f(value, bits=280).overlaps(enclose(mish, {x: exact + Rational(1, 10**40)}, 280))
    assert f(0, bits=64) == 0


def test_variables_keep_their_order():
    assert compiled(x - 2 * y, (y, x))(1, 10) == 8


def test_shared_parts_are_computed_once():
    part = exp(x) + 1
    for k in range(1, 6):
        part = part * exp(part) + k
    assert len(compiled(part, (x,)).program.steps) < 20


@given(st.lists(st.sampled_from(["+", "*", "exp", "tanh", "square", "erf", "-"]), min_size=1, max_size=12), st.data())
@settings(max_examples=40, deadline=None)
def test_wide_balls_contain_what_narrow_ones_find(moves, data):
    expr = x
    for move in moves:
        other = data.draw(st.sampled_from([x, y, THIRD, sp.Integer(-2)]))
        expr = {
            "+": lambda e, o=other: e + o,
            "*": lambda e, o=other: e * o,
            "-": lambda e, o=other: o - e,
            "exp": lambda e, o=other: exp(tanh(e)),
            "tanh": lambda e, o=other: tanh(e),
            "erf": lambda e, o=other: sp.erf(e),
            "square": lambda e, o=other: tanh(e) ** 2,
        }[move](expr)
    wide = enclose(expr, {x: arb(0, 1), y: arb(1, 2)})
    for a, b in ((-1, 3), (0, 0), (1, -1), (THIRD, Rational(5, 7))):
        assert wide.overlaps(enclose(expr, {x: a, y: b}, 200))


def test_a_symbol_of_another_name_is_not_mixed_up():
    with pytest.raises(InputError):
        enclose(x + Symbol("w", real=True), {x: 1})
