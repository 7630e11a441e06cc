"""Known activations in disguise, look-alikes told apart, and the command."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, log

import symact
from symact.catalogue import definitions, lookup
from symact.cli import main
from symact.errors import NotSupportedError
from symact.facts.recognition import duplicates, find
from symact.parse import parse_expression
from symact.symbols import real, x


def more(text: str, first: str) -> object:
    """A case for the long run."""
    return pytest.param(text, first, marks=pytest.mark.campaign)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("x*sigmoid(1.702*x)", "quick_gelu(x)"),
        ("x*sigmoid(3*x)", "swish(x, beta=3)"),
        ("x/(1 + exp(log(2) - x))", "x*sigmoid(x - log(2))"),
        more("4*sigmoid(2*x - 3) + 1", "4*sigmoid(2*x - 3) + 1"),
        ("2/(1 + exp(-2*x)) - 1", "tanh(x)"),
        more("log(1 + 2*exp(x))", "softplus(x + log(2))"),
        more("x*(exp(2*x) + 2*exp(x))/(exp(2*x) + 2*exp(x) + 2)", "mish(x)"),
        ("Max(0, 2*x - 1) + 3", "2*relu(x - 1/2) + 3"),
        ("Min(1, Max(0, x/6 + 1/2))", "hard_sigmoid(x)"),
        more("x*Min(Max(x + 3, 0), 6)/6", "hard_swish(x)"),
        ("Piecewise((0, x < -1), (x, x > 1), (x*(x + 1)/2, True))", "hard_swish(3*x)/3"),
        ("Piecewise((x, x > 0), (2*(exp(x) - 1), True))", "elu(x, alpha=2)"),
        more("Piecewise((x, x > 0), (2*(exp(x/2) - 1), True))", "celu(x, alpha=2)"),
        more("Piecewise((3*x, x > 0), (5*(exp(x) - 1), True))", "3*elu(x, alpha=5/3)"),
        ("x/2*(1 + erf(x/sqrt(2)))", "gelu(x)"),
        more("x*erfc(-x)", "sqrt(2)*gelu(sqrt(2)*x)"),
        more("(x + sqrt(x**2 + 9))/2", "squareplus(x, b=9)"),
        ("log(sigmoid(x))", "log_sigmoid(x)"),
        more("1 - Heaviside(x)", "1/2 - sign(x)/2"),
        ("erf(2*x + 1)", "erf(2*x + 1)"),
        ("x*tanh(x)", "x*tanh(x)"),
        more("Piecewise((2*x + 1, x > 0), (x/3 + 1, True))", "2*leaky_relu(x, alpha=1/6) + 1"),
        more("Piecewise((x - 1, x > 1), (3*(exp(x - 1) - 1), True))", "elu(x - 1, alpha=3)"),
        ("Piecewise((-1, x < 0), (1, True))", "2*step(x) - 1"),
        more("Piecewise((x, x > 1), (exp(x - 1), True))", "celu(x - 1) + 1"),
        ("x*sigmoid(x) + 10**-20", "silu(x) + 1/100000000000000000000"),
    ],
)
def test_first_answer(text: str, first: str) -> None:
    assert str(find(text)[0]) == first


@pytest.mark.parametrize(
    "text",
    [
        "sin(x)",
        "exp(-x**2)",
        "3",
        "x/sqrt(1 + x**2)",
        "Piecewise((x, x > 0), (exp(x) - 1 + 10**-30, True))",
        "Piecewise((x, x > 1), (exp(2*x - 2), True))",
        "x*sigmoid(x) + 10**-20*exp(-x**2)",
        "Piecewise((0, x < -1), (x, x > 1), (x*(x + 1)/2 + 10**-25*(x**2 - 1), True))",
        "Piecewise((-1, x < 0), (1/3, Eq(x, 0)), (1, True))",  # as sign(x), but for one point
        "Piecewise((tanh(x), Ne(x, 0)))",  # has a hole
    ],
)
def test_look_alikes(text: str) -> None:
    assert find(text) == []


def test_names_and_values() -> None:
    [first, *_] = find("x*sigmoid(3*x)")
    assert (first.name, first.values) == ("swish", {lookup("swish").parameters[0].symbol: 3})
    gate = find("x/(1 + exp(log(2) - x))")[0]
    assert (gate.gate, gate.input_shift) == (True, -log(2))
    assert symact.find("Max(0, x)")[0].name == "relu"


def test_symbolic_parameters() -> None:
    a, b = real("a"), real("b")
    leaky = parse_expression("Piecewise((x, x > 0), (a*x, True))")
    assert str(find(leaky)[0]) == "prelu(x, a=a)"
    assert str(find(leaky, (a >= 0,))[0]) == "leaky_relu(x, alpha=a)"
    scaled = parse_expression("log(1 + exp(b*x))/b")
    assert str(find(scaled, (b > 0,))[0]) == "softplus(x, beta=b)"
    assert find(scaled) == []  # for b < 0 it is another function


def test_scales_and_shifts_with_parameters() -> None:
    assert str(find("a*tanh(b*x + c) + d")[0]) == "a*tanh(b*x + c) + d"


@pytest.mark.campaign
def test_more_scales_and_shifts_with_parameters() -> None:
    assert str(find("a/(1 + exp(-k*(x - m)))")[0]) == "a*sigmoid(-k*m + k*x)"
    assert not find("x*sigmoid(a*x) + x")


def test_a_line_with_parameters_is_taken_with_the_sign_that_makes_the_answer_simple() -> None:
    assert str(find("1/(1 + exp(-a*x))")[0]) == "sigmoid(a*x)"
    assert "tanh(a*x/2)/2 + 1/2" in map(str, find("1/(1 + exp(-a*x))"))
    assert str(find("exp(b - a*x)")[0]) == "exponential(-a*x + b)"


def test_no_scale_is_divided_by_a_parameter_that_may_be_zero() -> None:
    assert not any("/b" in str(match) for match in find("a*x*sigmoid(b*x)"))
    assert "a*silu(b*x)/b" in [str(match) for match in find("a*x*sigmoid(b*x)", [real("b") > 0])]


@pytest.mark.campaign
@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(
        ["sigmoid", "gelu", "mish", "softplus", "hard_swish", "elu", "relu6", "tanh_shrink", "arctan"]
    ),
    b=st.fractions(min_value=Rational(1, 4), max_value=4, max_denominator=6),
    a=st.fractions(min_value=Rational(1, 4), max_value=4, max_denominator=6),
    c=st.fractions(min_value=-3, max_value=3, max_denominator=5),
    d=st.fractions(min_value=-3, max_value=3, max_denominator=5),
)
def test_scaled_and_shifted(name: str, a: object, b: object, c: object, d: object) -> None:
    a, b, c, d = (Rational(str(v)) for v in (a, b, c, d))
    definition = lookup(name)
    inner = definition.expr.subs({p.symbol: p.default for p in definition.parameters}).subs(x, b * x + c)
    found = {m.name: m for m in find(a * inner + d)}
    assert name in found
    match = found[name]
    if name in ("gelu", "mish", "hard_swish", "tanh_shrink"):  # whose scales and shifts are determined
        assert (match.input_scale, match.input_shift, match.output_scale, match.output_shift) == (b, c, a, d)


def test_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", "x*sigmoid(3*x)", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] == {
        "name": "swish",
        "text": "swish(x, beta=3)",
        "input_scale": "1",
        "input_shift": "0",
        "output_scale": "1",
        "output_shift": "0",
        "parameters": {"beta": "3"},
        "times_x": False,
        "status": "proved",
    }
    assert main(["find", "x*sigmoid(x)"]) == 0
    assert "silu(x)" in capsys.readouterr().out
    assert main(["find", "sin(x)"]) == 1
    assert capsys.readouterr().out == ""
    assert main(["find"]) == 2


@pytest.mark.campaign
def test_duplicates() -> None:
    found = {(name, str(match)) for name, match in duplicates()}
    assert {
        ("celu", "elu(x)"),
        ("silu", "swish(x)"),
        ("relu", "keras_relu(x)"),
        ("hard_shrink", "onnx_shrink(x)"),
    } <= found
    assert not any(name == match.split("(")[0] for name, match in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Max(0, a*x + b)", "relu(a*x + b)"),
        ("c*Max(0, a*x + b) + d", "c*relu(a*x + b) + d"),
        ("Abs(x - a)", "vrelu(-a + x)"),
        ("Heaviside(a*x)", "step(a*x, value=1/2)"),
        ("Heaviside(x)", "step(x, value=1/2)"),
        ("Piecewise((0, x < 0), (1/3, Eq(x, 0)), (1, True))", "step(x, value=1/3)"),
    ],
)
def test_lines_with_parameters_and_values_at_jumps(text: str, expected: str) -> None:
    assert str(find(text)[0]) == expected


@pytest.mark.parametrize("name", [d.name for d in definitions() if d.vector])
def test_functions_of_vectors_are_refused(name: str) -> None:
    with pytest.raises(NotSupportedError, match="maps a vector"):
        find(name)


def test_two_lines_with_different_parameters_are_no_one_line() -> None:
    assert find("tanh(a*x) + tanh(b*x)") == []
