"""Inequalities in several variables: without logarithms or roots, by slopes, by one argument; and their false neighbours."""

import pytest
from sympy import Gt, exp, log, sqrt, tan

from symact.proof.steps.transform import TRANSFORMS
from symact.symbols import real
from symact.worker import answer

x, y = real("x"), real("y")

TRUE = [
    ("Max(x, y) < log(exp(x) + exp(y))", ()),
    ("log(exp(x) + exp(y)) <= Max(x, y) + log(2)", ()),
    ("softplus((x + y)/2) <= (softplus(x) + softplus(y))/2", ()),
    ("(x + y)/2 >= sqrt(x*y)", ("x >= 0", "y >= 0")),
    ("Abs(tanh(x) - tanh(y)) <= Abs(x - y)", ()),
    ("Abs(sigmoid(x) - sigmoid(y)) <= Abs(x - y)/4", ()),
    ("sqrt(x**2 + y**2) <= Abs(x) + Abs(y)", ()),
    ("sqrt(x**2 + y**2) >= (x + y)/sqrt(2)", ()),
    ("sqrt(x) + sqrt(y) >= sqrt(x + y)", ("x >= 0", "y >= 0")),
    ("exp(x)*exp(y) >= 1 + x + y", ()),
    ("log(x*y) <= x*y - 1", ()),
    ("log((x + y)/2) >= (log(x) + log(y))/2", ("x > 0", "y > 0")),
    ("tanh(x)**2 <= x**2", ("n >= 1", "m > n")),
    ("diff(swish(x, b), x, 2) < 0", ("b > 0", "x > 5/(2*b)")),
    ("swish(x, b) >= -LambertW(exp(-1))/b", ("b > 0",)),
    ("diff(a*x*sigmoid(b*x + c), x) > 0", ("a > 0", "b < 0", "x < -(c + 2)/b", "x > (1 - c)/b", "c < -2")),
    ("limit(swish(x, b), x, oo) == oo", ("b >= 0",)),
    ("range(swish(x, b), x) == Interval.Ropen(-LambertW(exp(-1))/b, oo)", ("b > 0",)),
]
FALSE = [
    ("log(exp(x) + exp(y)) < Max(x, y) + log(2)", ()),
    ("softplus((x + y)/2) < (softplus(x) + softplus(y))/2", ()),
    ("(x + y)/2 > sqrt(x*y)", ("x >= 0", "y >= 0")),
    ("sqrt(x*y) <= (x + y)/2", ()),
    ("tanh(x)**2 <= x**2/2", ("n >= 1", "m > n")),
    ("1/x <= 1/y", ("x >= y",)),
    ("tan(x) >= tan(y)", ("x >= y",)),
    ("-1/x**3 <= -1/y**3", ("x <= y",)),
    ("Abs(gelu(x) - gelu(y)) <= Abs(x - y)", ()),
    ("exp(x)*exp(y) > 1 + x + y", ()),
    ("x*y <= x**2/4 + y**2*(1 - 1e-12)", ()),
    ("diff(swish(x, b), x, 2) < 0", ("b > 0", "x > 23/(10*b)")),
    ("range(swish(x, b), x) == Interval.open(-LambertW(exp(-1))/b, oo)", ("b > 0",)),
]


@pytest.mark.parametrize(
    ("says", "assume"), [pytest.param(*claim, marks=[pytest.mark.campaign] * (k % 2)) for k, claim in enumerate(TRUE)]
)
def test_true_ones_are_proved(says, assume):
    assert answer((says, assume)).name == "proved"


@pytest.mark.parametrize(("says", "assume"), FALSE)
def test_false_ones_are_refuted(says, assume):
    assert answer((says, assume)).name == "refuted"


def test_a_difference_across_a_pole_is_left_alone():
    assert TRANSFORMS["difference"](1 / x - 1 / y, [x >= y]) is None
    assert TRANSFORMS["difference"](tan(x) - tan(y), [x >= y]) is None


def test_parameters_leave_by_scaling_where_their_signs_are_known():
    d = exp(y * x + 1) - y * x - 2
    assert TRANSFORMS["scaled"](d, []) is None
    step = TRANSFORMS["scaled"](d, [y < 0, x > 3 / y, x * x < y])
    assert step.main == exp(x) - x - 1
    assert step.relations == (Gt(4, x),)  # what still has y is left out


def test_what_the_steps_make():
    assert TRANSFORMS["logarithms"](log(x) / 2 - log(y), []).main == x - y**2
    step = TRANSFORMS["root"](sqrt(x * y) - x, [])
    assert (step.main, step.side) == (x * y - x**2, -x)
    assert TRANSFORMS["root"](x - sqrt(x * y), []).main == x**2 - x * y
    assert TRANSFORMS["logarithms"](log(x) * y, []) is None


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("Abs(sin(x)) + Abs(cos(x)) >= 1", "proved"),
        ("Abs(sin(x)) + Abs(cos(x)) > 1", "refuted"),
        ("Abs(sin(x) + cos(x)) <= sqrt(2)", "proved"),
        ("Abs(sin(x) + cos(x)) < sqrt(2)", "refuted"),
        ("Max(sin(x), cos(x)) >= -sqrt(2)/2", "proved"),
        ("cos(3*x) + cos(x) >= -2", "proved"),
        ("cos(3*x) + cos(x) > -2", "refuted"),
        ("1 + cos(x) > 0", "refuted"),
        ("exp(sin(x)) <= E", "proved"),
        ("sin(x)/x <= 1", "proved"),
        ("sin(x)/x >= -0.2173", "proved"),
        ("sin(x)/x >= -0.2172", "refuted"),
        ("gelu_tanh(x) - gelu(x) < 0.001", "proved"),
    ],
)
def test_waves_and_factors(says, expected):
    assert answer((says, ())).name == expected


@pytest.mark.parametrize(
    ("says", "assume", "expected"),
    [
        ("log(x*y) == log(x) + log(y)", (), "proved"),
        ("log(x*y) == log(Abs(x)) + log(Abs(y))", (), "proved"),
        ("sqrt(x*y) == sqrt(x)*sqrt(y)", (), "proved"),
        ("sqrt(x/y) == sqrt(x)/sqrt(y)", (), "proved"),
        ("sqrt(x**2*y) == x*sqrt(y)", (), "refuted"),
        ("log(x*y) == log(x) - log(y)", (), "refuted"),
        ("log(x*y) == log(x) + log(-y)", (), "undecided"),
        ("log(x*y) == log(x) + log(y)", ("x*y > 0",), "undecided"),
        ("log(x**2) == 2*log(x)", ("x != 0",), "undecided"),
        ("1/(x - y)*(x - y)**2 == x - y", ("x >= y",), "proved"),
        ("tan(x)*cos(x) == sin(x)", ("x >= -10",), "proved"),
        ("Abs(Max(x, y) - Max(u, w)) <= Max(Abs(x - u), Abs(y - w))", (), "proved"),
        ("sqrt(x) + sqrt(-x) == 0", (), "proved"),
        ("sqrt(x) + sqrt(-x) == 1", (), "refuted"),
        ("cos(x)*cos(y) <= 1", (), "proved"),
        ("gelu(gelu(gelu(x))) >= -0.2", (), "proved"),
    ],
)
def test_only_where_both_sides_are_defined(says, assume, expected):
    assert answer((says, assume)).name == expected
