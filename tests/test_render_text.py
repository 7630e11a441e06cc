import math
import re
import unicodedata

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from render_examples import alpha, beta, elu_derivative, examples, expressions, mish_second_derivative, sigmoid_limits
from sympy import (
    Abs,
    Derivative,
    Expr,
    Function,
    Integral,
    Limit,
    Max,
    Piecewise,
    Rational,
    Sum,
    erf,
    exp,
    lambdify,
    log,
    nan,
    oo,
    pi,
    sqrt,
    tanh,
    zoo,
)

from symact.catalogue import definitions
from symact.render.text import derivation_text, derivations_text, text
from symact.symbols import f, j, n, real, v, x

F = Function("f", real=True)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (alpha * exp(x), "α·eˣ"),
        (1 / (1 + exp(-x)), "1/(1 + e⁻ˣ)"),
        (2 * x - 3, "2x − 3"),
        (2 * pi * x, "2π·x"),
        (exp(-(x**2) / 2), "e^(−x²/2)"),
        (x ** (alpha * 2), "x^(2α)"),
        (x ** Rational(1, 3), "∛x"),
        (sqrt(2 * pi) * x, "√(2π)·x"),
        (x / (2 * alpha), "x/(2α)"),
        ((x + 1) / (alpha + 1), "(x + 1)/(α + 1)"),
        (tanh(x) ** 2, "tanh²(x)"),
        (Derivative(F(x), x), "f′(x)"),
        (Derivative(F(x), (x, 5)), "f⁽⁵⁾(x)"),
        (Derivative(F(x), alpha), "∂f(x)/∂α"),
        (Derivative(x**2, x), "d/dx[x²]"),
        (Limit(F(x), x, -oo), "lim[x→−∞] f(x)"),
        (Sum(exp(v[j]), (j, 1, n)), "Σ[j=1..n] e^(vⱼ)"),
        (Integral(x, (x, 0, 1)), "∫[0..1] x dx"),
        (real("alpha_p") + real("min_val"), "αₚ + min_val"),
        (Max(0, x), "max(0, x)"),
        (Abs(x - 1), "|x − 1|"),
        (f * (1 - f), "f·(1 − f)"),
    ],
)
def test_short_formulas_stand_on_one_line(expr, expected):
    assert text(expr) == expected


def test_branches_and_fractions_are_drawn():
    elu = Piecewise((x, x > 0), (alpha * (exp(x) - 1), True))
    assert text(elu).splitlines() == ["⎧ x           for x > 0", "⎨", "⎩ α·(eˣ − 1)  for x ≤ 0"]
    tall = text(Piecewise((x / (1 + exp(-x)), x > 0), (sqrt(1 / (1 + x**2)), True)))
    assert "───" in tall
    long = (1 + exp(x)) ** 3 * (x + alpha + beta) / (x**2 + alpha * x + beta + exp(-x) + log(1 + exp(x)))
    drawn = text(long).splitlines()
    assert len(drawn) == 3
    assert set(drawn[1].strip()) == {"─"}
    assert len({len(line) for line in [drawn[1], max(drawn, key=len)]}) == 1


_SCRIPTS = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ᵃ-ᵡˣᵝⁿⁱ]+)")


def _python(line: str) -> str:
    """The line as a Python expression, read by the rules of precedence every programming language has."""
    powers = re.compile(r"(ln|tanh|erf)" + _SCRIPTS.pattern + r"\(")
    line = powers.sub(lambda m: f"{m[1]}_to({unicodedata.normalize('NFKD', m[2])}, ", line)
    line = _SCRIPTS.sub(lambda m: f"^({unicodedata.normalize('NFKD', m[1])})", line)
    line = re.sub(r"√(\d+|\w)", r"√(\1)", line)
    line = re.sub(r"(\d)(?=[^\W\d]|√|\()", r"\1*", line)
    return line.replace("√", "sqrt").replace("^", "**").replace("·", "*").replace("−", "-")


@given(expressions)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_what_a_programmer_computes_is_the_expression(expr: Expr):
    # SymPy may write |exp(...)| with atan2 and cos, which the reader of this test doesn't know
    assume(not expr.has(nan, zoo, oo, -oo) and {type(e) for e in expr.atoms(Function)} <= {exp, log, tanh, erf})
    line = text(expr, width=10**6)
    assume("\n" not in line)
    values = {"x": 0.6, "α": 1.3, "β": 0.7}
    known = {"e": math.e, "π": math.pi, "sqrt": math.sqrt, "tanh": math.tanh, "ln": math.log, "erf": math.erf}
    known |= {f"{name}_to": lambda n, u, g=known[name]: g(u) ** n for name in ("tanh", "ln", "erf")}
    try:
        exact = lambdify([x, alpha, beta], expr, "math")(*values.values())
        read = eval(_python(line), {"__builtins__": {}}, known | values)
    except (OverflowError, ZeroDivisionError):
        reject()
    assume(isinstance(exact, int | float) and 1e-6 < abs(exact) < 1e12)
    assert math.isclose(read, exact, rel_tol=1e-6), (line, _python(line))


@given(expressions)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_drawings_keep_the_width_where_they_can(expr: Expr):
    assume(not expr.has(nan, zoo, oo, -oo))
    wide = text(expr, width=200).splitlines()
    narrow = text(expr, width=60).splitlines()
    assert max(map(len, narrow)) <= max(60, min(map(len, wide)))


def test_derivations_end_in_the_output():
    shown = derivation_text(elu_derivative())
    assert "  f′(x) = d/dx[α·(eˣ − 1)]" in shown
    assert re.search(r"= α·eˣ +sum rule", shown)
    result = shown[shown.index("Result:") :]
    assert "f′(x) = f(x) + α  for x < 0" in result
    assert "lim[x→−∞] f(x) = 0" in derivation_text(sigmoid_limits())


def test_lines_keep_the_width_and_have_no_blanks_at_the_end():
    shown = derivations_text([*examples(), mish_second_derivative()], width=80)
    assert max(map(len, shown.splitlines())) <= 80
    assert not any(line.endswith(" ") for line in shown.splitlines())


def test_the_whole_catalogue_is_printed_within_the_width():
    for definition in definitions():
        for expr in (definition.expr, Derivative(definition.expr, definition.variable)):
            shown = text(expr, width=80)
            assert max(map(len, shown.splitlines())) <= 80, definition.name
            assert "Piecewise" not in shown
    assert text(erf(x / sqrt(2))) == "erf(x/√2)"
