"""The façade: what get() and define() hand out."""

import copy
import pickle
from fractions import Fraction

import numpy as np
import pytest
from sympy import (
    Abs,
    Float,
    Function,
    Interval,
    Max,
    Piecewise,
    Rational,
    Symbol,
    csch,
    erf,
    exp,
    floor,
    gamma,
    oo,
    sinc,
    sqrt,
    tanh,
    zoo,
)

import symact
from symact.errors import InputError
from symact.symbols import real, x

alpha = real("alpha")


def test_names_and_aliases():
    assert symact.get("expit") == symact.get("sigmoid") == symact.get("SIGMOID")
    assert symact.get("elu").parameters[alpha].default == 1
    assert "gelu" in symact.names()
    with pytest.raises(InputError, match="did you mean relu"):
        symact.get("relru")


def test_define_takes_any_one_real_symbol():
    t, slope = Symbol("t"), Symbol("slope")
    mine = symact.define("mine", Max(slope * t, t), slope=Rational(1, 5))
    assert mine.expr == Max(real("slope") * x, x)
    assert mine.parameters[real("slope")].default == Rational(1, 5)
    assert symact.define("mine", "x*tanh(exp(x))").expr == x * tanh(exp(x))


@pytest.mark.parametrize(
    ("value", "exact"),
    [
        (0.1, Rational(1, 10)),
        (Float("0.25"), Rational(1, 4)),
        (Fraction(1, 3), Rational(1, 3)),
        (2, 2),
        ("1/7", Rational(1, 7)),
    ],
)
def test_numbers_are_exact(value, exact):
    assert symact.define("mine", "a*x", a=value).parameters[real("a")].default == exact
    assert symact.get("elu")(x, value).doit() == Piecewise((x, x > 0), (exact * (exp(x) - 1), True))


@pytest.mark.parametrize(
    ("name", "expr", "parameters"),
    [
        ("my gate", "x", {}),
        ("mine", "a*b", {}),
        ("mine", "x", {"a": 1}),
        ("mine", "x +", {}),
        ("mine", "__import__('os')", {}),
        ("mine", object(), {}),
        ("mine", 3, {}),
        # poles and jumps that wouldn't be seen: the domain of gamma(x) was all real numbers, floor(x) smooth
        ("mine", gamma(x), {}),
        ("mine", floor(x), {}),
        ("mine", Function("g")(x), {}),
        ("mine", sqrt(-1) * x, {}),
        ("mine", x > 0, {}),
        ("mine", zoo * x, {}),
    ],
)
def test_define_refuses_what_is_no_activation(name, expr, parameters):
    with pytest.raises(InputError):
        symact.define(name, expr, **parameters)


def test_reciprocals_have_the_poles_they_have():
    """SymPy's csch was taken for smooth, with the domain of all real numbers."""
    assert [(s.low, s.high) for s in symact.define("mine", csch(x)).facts().domain.value] == [(-oo, 0), (0, oo)]
    assert symact.define("mine", sinc(x)).facts().joins.value == []


def test_find_takes_any_one_symbol():
    """An x without assumptions, and another letter, were none of the known activations."""
    plain, t, a = Symbol("x"), Symbol("t"), Symbol("a")
    assert str(symact.find(plain * (1 + erf(plain / sqrt(2))) * 0.5)[0]) == "gelu(x)"
    leaky = Piecewise((plain, plain > 0), (a * plain, True))
    assert str(symact.find(Max(0, t))[0]) == "relu(x)"
    assert {str(symact.find(leaky, known)[0]) for known in ([a >= 0], ["a >= 0"])} == {"leaky_relu(x, alpha=a)"}
    for wrong in (floor(x), a * t, x > 0):
        with pytest.raises(InputError):
            symact.find(wrong)
    with pytest.raises(InputError, match="is a list"):
        symact.find(leaky, "a > 0")


def test_a_definition_of_ones_own_gets_everything():
    mine = symact.define("mine", Piecewise((x, x > 0), (alpha * x, True)), slopes={0: 1}, alpha=Rational(1, 3))
    page = mine.derive()
    assert page.result == Piecewise((1, x > 0), (alpha, x < 0))
    assert "convention" in page.text()
    assert r"\alpha" in page.latex()
    assert page.html().startswith("<")
    assert "f'(x)" in page._repr_markdown_()
    slope = mine.numpy(order=1)
    np.testing.assert_array_equal(slope(np.array([-2.0, 0.0, 5.0])), [1 / 3, 1, 1])
    assert mine.numpy(alpha=2)(-3.0) == -6.0
    assert mine.facts(alpha=2).limit_minus_inf.value == -oo
    assert pickle.loads(pickle.dumps(mine)) == mine


def test_parameter_values_outside_their_domain_are_refused():
    elu = symact.get("elu")
    for call in (lambda: elu.numpy(alpha=-1), lambda: elu.derive(alpha=-1), lambda: elu.facts(alpha=0)):
        with pytest.raises(InputError, match="alpha must satisfy alpha > 0"):
            call()
    for value in (-1, "-1/2"):
        with pytest.raises(InputError, match="alpha must satisfy alpha > 0"):
            elu(x, value)
    assert elu(x, alpha).args[-1] == alpha
    with pytest.raises(InputError, match="no parameter 'beta'"):
        elu.numpy(beta=1)
    with pytest.raises(InputError, match="function of a vector"):
        symact.get("softmax")(x)


def test_a_parameter_of_either_sign_loses_no_slope_far_out():
    """Between 1e7 and 1e38 v + (1 - v*t)*t with t = tanh(v) cancels: it was 0 where the slope is 1."""
    slope = symact.define("mine", "x*tanh(a*x)").numpy(order=1)
    far = np.float32([-3e38, -1e30, -1e17, 1e17, 1e30, 3e38])
    assert np.array_equal(slope(far, a=1.0), np.sign(far))
    assert np.array_equal(slope(far, a=-2.0), -np.sign(far))


def test_derivatives_in_parameters():
    page = symact.get("prelu").derive(wrt="a")
    assert page.result.subs(x, -2) == -2
    with pytest.raises(InputError, match="no parameter 'b'"):
        symact.get("prelu").derive(wrt="b")


def test_shown_in_a_notebook():
    gelu = symact.get("gelu")
    assert repr(gelu).startswith("<Activation gelu: ")
    assert gelu._repr_latex_().startswith("$\\displaystyle ")
    assert r"\operatorname{softmax}(v)_i = " in symact.get("softmax")._repr_latex_()
    assert r"(v) = " in symact.get("logsumexp")._repr_latex_()
    card = gelu.facts()
    assert repr(card).startswith("<Facts of gelu: f(x) = ")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: symact.get(3), "is a text such as 'gelu', not 3"),
        (lambda: symact.get("gleu"), "did you mean glu, gelu"),
        (lambda: symact.get("x*tanh(x)"), "only names are looked up; symact.define"),
        (lambda: symact.define(None, "x"), "must be an ASCII identifier"),
        (lambda: symact.get("elu").facts(timeout=0), "a timeout of 0 s is no time"),
        (lambda: symact.get("elu").facts(timeout=float("nan")), "a timeout of nan s is no time"),
        (lambda: symact.verify(3), "a claim is a text such as"),
        (lambda: symact.find(3), "an expression in x, or a text, was expected, not 3"),
    ],
)
def test_what_is_of_another_type_is_said_in_one_line(call, message):
    with pytest.raises(InputError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_answers_are_values():
    elu = symact.get("elu")
    (match,) = symact.find("elu(x, 3)")[:1]
    assert repr(match) == "<Match elu(x, alpha=3)>"
    for answer in (elu, elu.derive(), match, symact.verify("x == x"), symact.verify("x == 1"), elu.facts().domain):
        assert pickle.loads(pickle.dumps(answer)) == answer == copy.deepcopy(answer)
        assert hash(pickle.loads(pickle.dumps(answer))) == hash(answer)


def test_the_slope_at_an_undeclared_kink_is_the_left_one():
    mine = symact.define("mine", Abs(x))
    assert mine.numpy(order=1)(0.0) == -1.0


def test_text_is_taken_where_it_is_defined():
    """SymPy makes x/x a 1 and exp(log(x)) an x; the text has no value at 0, and none for x < 0."""
    ratio = symact.define("ratio", "t/t")
    assert [(s.low, s.high) for s in ratio.facts().domain.value] == [(-oo, 0), (0, oo)]
    np.testing.assert_array_equal(ratio.numpy()([0.0, 2.0]), [np.nan, 1.0])
    assert symact.define("back", "exp(log(x))").facts().range.value.parts == (Interval.open(0, oo),)
    shifted = symact.define("shifted", "x*a/a + a", a=2)
    assert shifted.expr == shifted.x + real("a")
    with pytest.raises(InputError, match="a"):
        shifted.numpy(a=0)
