"""Named functions as citizens of SymPy."""

import pickle

import mpmath
import pytest
import sympy
from sympy import Integer, Piecewise, Rational, Symbol, cos, diff, exp, lambdify, latex, limit, oo, series, sqrt, tanh

import symact
from symact.catalogue import definitions, lookup
from symact.errors import InputError
from symact.named import Named, derivative_of, named, unfold
from symact.symbols import real, x

sigmoid, elu = symact.get("sigmoid"), symact.get("elu")
alpha, t = real("alpha"), real("t")


def test_the_name_stays_until_doit():
    assert str(sigmoid(2 * x)) == "sigmoid(2*x)"
    assert str(sigmoid(sigmoid(x)) + 1) == "sigmoid(sigmoid(x)) + 1"
    assert sigmoid(0).has(Named)
    assert sigmoid(0).doit() == Rational(1, 2)
    assert sigmoid(2 * x).doit() == 1 / (1 + exp(-2 * x))
    assert (3 * sigmoid(x) ** 2).doit() == 3 / (1 + exp(-x)) ** 2
    assert unfold(sigmoid(sigmoid(x))) == 1 / (1 + exp(-1 / (1 + exp(-x))))


def test_parameters_in_order_by_name_and_at_their_defaults():
    assert str(elu(x)) == "elu(x)"
    assert str(elu(x, 2)) == "elu(x, 2)"
    assert elu(x, alpha=2) == elu(x, 2)
    assert elu(x, 1) == elu(x)
    assert elu(x, alpha).doit() == elu.expr
    for wrong in ({"beta": 1}, {"alpha": 1, "lambd": 2}):
        with pytest.raises(InputError, match="takes an argument and alpha"):
            elu(x, **wrong)
    with pytest.raises(InputError):
        elu(x, 1, 2)
    with pytest.raises(InputError):
        elu(x, 1, alpha=1)


def test_chain_rule():
    derivative = diff(sigmoid(2 * x), x)
    assert derivative == 2 * derivative_of(lookup("sigmoid"), 1, 2 * x)
    assert derivative.subs(x, 0).doit() == Rational(1, 2)
    assert diff(sigmoid(x), t) == 0
    second = diff(sigmoid(x**2), x, 2).doit()
    assert abs((second - diff(1 / (1 + exp(-(x**2))), x, 2)).subs(x, Rational(3, 7)).evalf(30)) < 1e-28


@pytest.mark.parametrize("definition", [d for d in definitions() if not d.vector], ids=lambda d: d.name)
def test_derivative_of_every_entry_is_that_of_its_definition(definition):
    f = named(definition, t, *(p.default for p in definition.parameters))
    for point in (Rational(-37, 10), Rational(-7, 50), Rational(3, 10), Rational(28, 11)):
        value = f.diff(t).subs(t, point).doit()
        if value.has(sympy.nan):
            continue  # outside the domain
        h = mpmath.mpf(10) ** -12
        with mpmath.workdps(40):
            low, high = (unfold(f).subs(t, point + sign * Rational(1, 10**12)).evalf(40) for sign in (-1, 1))
            slope = (mpmath.mpf(high) - mpmath.mpf(low)) / (2 * h)
            assert abs(slope - mpmath.mpf(value.evalf(40))) < 1e-9, point


def test_derivative_in_a_parameter():
    prelu = symact.get("prelu")
    a = real("a")
    slope = prelu(x, a).diff(a)
    assert slope.subs(x, -3).doit() == -3
    assert slope.subs(x, 3).doit() == 0
    swish = symact.get("swish")
    b = Symbol("b", positive=True)
    assert abs((swish(t, b).diff(b) - diff(t / (1 + exp(-b * t)), b)).subs({t: 2, b: 3}).evalf(30)) < 1e-28


def test_slope_at_a_kink_follows_the_convention():
    relu = symact.get("relu")
    assert relu(x).diff(x).subs(x, 0).doit() == 0


def test_substitution_and_evaluation():
    assert sigmoid(x).subs(x, t) == sigmoid(t)
    assert elu(x, alpha).subs(alpha, 3) == elu(x, 3)
    assert abs(sigmoid(1).evalf(30) - (1 / (1 + exp(-1))).evalf(30)) < 1e-29
    assert abs(float(sigmoid(x).subs(x, 2)) - 0.8807970779778823) < 1e-15
    assert sigmoid(x).is_real


def test_rewrite_limits_and_series():
    assert sigmoid(x).rewrite(tanh) == (1 / (1 + exp(-x))).rewrite(tanh)
    assert symact.get("tanh")(x).rewrite(exp) == tanh(x).rewrite(exp)
    assert limit(sigmoid(x), x, oo) == 1
    assert series(sigmoid(x), x, 0, 4).removeO() == Rational(1, 2) + x / 4 - x**3 / 48


def test_latex_and_code():
    assert latex(sigmoid(2 * x)) == r"\sigma\left(2 x\right)"
    assert latex(sigmoid(x) ** 2) == r"\sigma^{2}\left(x\right)"
    assert latex(sigmoid(x).diff(x)) == r"\sigma'\left(x\right)"
    assert abs(lambdify(t, sigmoid(t) + cos(t), "math")(0.5) - 1.5000419) < 1e-6


def test_names_survive_pickling_and_hashing():
    expr = 2 * elu(x, 2) + sigmoid(x)
    assert pickle.loads(pickle.dumps(expr)) == expr
    assert len({sigmoid(x), symact.get("expit")(x)}) == 1


def test_two_definitions_of_one_name_stay_apart():
    one, two = symact.define("mine", x**2), symact.define("mine", x**3)
    assert one(x) != two(x)
    assert one(Integer(2)).doit() == 4
    assert two(Integer(2)).doit() == 8


def test_a_missing_parameter_value_is_an_error():
    mine = symact.define("mine", real("k0") * x)
    with pytest.raises(InputError, match="needs a value for k0"):
        mine(x)
    assert mine(x, 3).doit() == 3 * x


def test_sums_and_products_of_named_functions():
    relu = symact.get("relu")
    assert (relu(x) + relu(t)).subs(t, x) == 2 * relu(x)
    assert (sigmoid(x) * relu(x) * sigmoid(t)).subs({x: 0, t: 0}).doit() == 0


def test_invariant_of_sympy():
    expr = elu(sqrt(x), 2)
    assert expr.func(*expr.args) == expr
    assert isinstance(unfold(expr), Piecewise)
