import re
import subprocess
import sys

import pytest
from render_examples import (
    alpha,
    elu_derivative,
    sigmoid_derivative,
    sigmoid_limits,
)
from sympy import (
    Abs,
    Derivative,
    E,
    Eq,
    Float,
    Function,
    Heaviside,
    Integral,
    Interval,
    KroneckerDelta,
    LambertW,
    Limit,
    Max,
    Min,
    Piecewise,
    Rational,
    S,
    Subs,
    Sum,
    Symbol,
    erf,
    exp,
    log,
    nan,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
)

from symact.definition import Definition
from symact.derivation.notation import derivative_goal
from symact.derivation.steps import Derivation, Step
from symact.errors import InputError
from symact.named import derivative_of, named
from symact.proof.algebra.assume import assuming
from symact.render import FORMATS, render
from symact.render.boxes import Mark, Name, Row
from symact.render.breaking import lines
from symact.render.latex import derivation_latex, latex
from symact.render.layout import layout
from symact.render.tex import tex
from symact.symbols import LargestOf, f, i, j, n, real, v, x, z

lambd = real("lambd")
F = Function("f", real=True)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (1 - f, "1 - f"),
        (exp(x) - 1, "e^{x} - 1"),
        (x + 1, "x + 1"),
        (1 + exp(-x), "1 + e^{-x}"),
        (1 / (1 + exp(-x)), r"\frac{1}{1 + e^{-x}}"),
        (alpha * (exp(x) - 1), r"\alpha \left(e^{x} - 1\right)"),
        (x * (1 + exp(-x)), r"x \left(1 + e^{-x}\right)"),
        (exp(x) + exp(-x), "e^{x} + e^{-x}"),
        (exp(2 * x) + 2 * exp(x) + 2, "e^{2 x} + 2 e^{x} + 2"),
        (x - x**2, "x - x^2"),
        (1 - 2 * x - x**2, "1 - 2 x - x^2"),
        (x + sqrt(x**2 + 1), r"x + \sqrt{x^2 + 1}"),
        (-x - 1, "-x - 1"),
        (f + alpha, r"f + \alpha"),
        (tanh(x) ** 2, r"\tanh^2(x)"),
        (1 - tanh(x) ** 2, r"1 - \tanh^2(x)"),
        (tanh(x / 2), r"\tanh\left(\frac{x}{2}\right)"),
        (x / 6, r"\frac{x}{6}"),
        (-x / 6, r"-\frac{x}{6}"),
        (3 * x / 4, r"\frac{3 x}{4}"),
        (x * (1 + erf(x / 2)) / 2, r"\frac{x}{2} \left(1 + \operatorname{erf}\left(\frac{x}{2}\right)\right)"),
        (erf(x / sqrt(2)), r"\operatorname{erf}\left(\frac{x}{\sqrt{2}}\right)"),
        (x * exp(-(x**2) / 2) / sqrt(2 * pi), r"\frac{x e^{-x^2/2}}{\sqrt{2 \pi}}"),
        (sqrt(2 / pi), r"\sqrt{\frac{2}{\pi}}"),
        (sqrt(6) / 3, r"\sqrt{\frac{2}{3}}"),
        (x ** Rational(3, 2), "x^{3/2}"),
        (1 / sqrt(x), r"\frac{1}{\sqrt{x}}"),
        (2 * 3**x, r"2 \cdot 3^x"),
        (x ** Float(1.0), "x"),
        (Float("0.25") * x, r"\frac{x}{4}"),
        (Abs(x), "|x|"),
        (Abs(x - 1), r"\left|x - 1\right|"),
        (sign(x), r"\operatorname{sgn}(x)"),
        (Heaviside(x), "H(x)"),
        (Max(0, x), r"\max\left(0, x\right)"),
        (Max(0, x) ** 2, r"\max\left(0, x\right)^2"),
        (Min(6, Max(0, x)), r"\min\left(6, \max\left(0, x\right)\right)"),
        (-LambertW(exp(-1)), "-W(e^{-1})"),
        (LambertW(x, -1), "W_{-1}(x)"),
        (log(x) ** 2, r"\ln^2(x)"),
        (real("alpha_p") * real("min_val"), r"\alpha_p \, \mathrm{min\_val}"),
        (real("lambda") + real("mu"), r"\lambda + \mu"),
        (real("x1") * real("a_12"), "a_{12} x_1"),
        (Derivative(F(x), x), "f'(x)"),
        (Derivative(F(x), x, x), "f''(x)"),
        (Derivative(F(x), (x, 4)), "f^{(4)}(x)"),
        (Subs(Derivative(F(z), z), z, 2 * x), "f'(2 x)"),
        (Derivative(F(x), alpha), r"\frac{\partial f(x)}{\partial \alpha}"),
        (Derivative(x * exp(x), x), r"\frac{d}{dx}\left[x e^{x}\right]"),
        (Derivative(alpha * x, alpha), r"\frac{\partial}{\partial \alpha}\left[\alpha x\right]"),
        (Derivative(x**5, x, x), r"\frac{d^2}{dx^2}\left[x^5\right]"),
        (Limit(F(x), x, -oo), r"\lim_{x \to -\infty} f(x)"),
        (Limit(1 + exp(x), x, 0, "-"), r"\lim_{x \to 0^{-}} \left[1 + e^{x}\right]"),
        (Limit(x, x, 0, "+-"), r"\lim_{x \to 0} x"),
        (exp(v[i]) / Sum(exp(v[j]), (j, 1, n)), r"\frac{e^{v_i}}{\sum_{j=1}^{n} e^{v_j}}"),
        (KroneckerDelta(i, j), r"\delta_{ij}"),
        (LargestOf(v[j], (j, 1, n)), r"\max_{1 \le j \le n} v_j"),
        (Integral(exp(-x), (x, 0, oo)), r"\int_{0}^{\infty} e^{-x} \, dx"),
        (Interval.Lopen(0, Rational(1, 4)), r"\left(0, \frac{1}{4}\right]"),
        (Eq(F(-x), -F(x)), "f(-x) = -f(x)"),
        (nan, r"\text{undefined}"),
    ],
)
def test_prints_as_published(expr, expected):
    assert latex(expr) == expected


@pytest.mark.parametrize(
    ("expr", "conditions"),
    [
        (Piecewise((x, x > 0), (alpha * (exp(x) - 1), True)), ["x > 0", r"x \le 0"]),
        (Piecewise((0, x <= -3), (x, x >= 3), (x * (x + 3) / 6, True)), [r"x \le -3", r"x \ge 3", "{-}3 < x < 3"]),
        (Piecewise((0, x <= -1), (x / 2, x < 1), (x, True)), [r"x \le -1", "{-}1 < x < 1", r"x \ge 1"]),
        (Piecewise((-1, x < 0), (0, Eq(x, 0)), (1, True)), ["x < 0", "x = 0", "x > 0"]),
        (Piecewise((1, Eq(x, 0)), (sin(x) / x, True)), ["x = 0", r"x \ne 0"]),
        (Piecewise((1, (x > -1) & (x < 1)), (0, True)), ["{-}1 < x < 1", r"x \le -1 \text{ or } x \ge 1"]),
        (Piecewise((x, x > lambd), (0, True)), [r"x > \lambda", r"x \le \lambda"]),
        (Piecewise((x, Abs(x) > lambd), (0, True)), [r"|x| > \lambda", r"|x| \le \lambda"]),
    ],
)
def test_branches_state_when_they_count(expr, conditions):
    assert re.findall(r"\\text\{for \} (.*?)(?: \\\\| \\end)", latex(expr)) == conditions


def test_assumptions_shorten_conditions_and_their_lack_never_makes_them_wrong():
    shrink = Piecewise((x - lambd, x > lambd), (x + lambd, x < -lambd), (0, True))
    assert r"\text{for } x < -\lambda" in latex(shrink, known=assuming(lambd >= 0))
    assert r"\text{otherwise for } x < -\lambda" in latex(shrink)
    nested = Piecewise((Piecewise((1, x > 1), (2, True)), x > 0), (3, True))
    assert latex(nested).count(r"\begin{cases}") >= 1


def test_derivative_by_another_symbol_than_the_variable_is_partial():
    assert r"\partial" in latex(Derivative(x * z, z), variable=x)
    assert r"\partial" not in latex(Derivative(x * z, z), variable=z)


def test_a_parameter_called_e_is_not_eulers_number():
    text = latex(Symbol("e", real=True) * exp(x))
    assert text == r"e \exp(x)"
    assert latex(Symbol("e", real=True) + E) != latex(2 * E)


def test_named_functions_keep_their_name():
    sigma = Definition("sigmoid", 1 / (1 + exp(-x)), "Sigmoid", latex=r"\sigma")
    assert latex(named(sigma, 2 * x)) == r"\sigma(2 x)"
    assert latex(derivative_of(sigma, 1, x) ** 2) == r"\sigma'(x)^2"
    assert latex(x * named(sigma, x) * (1 - named(sigma, x))) == r"x \sigma(x) \left(1 - \sigma(x)\right)"
    assert latex(named(Definition("my_gate", x, "Gate"), x)) == r"\operatorname{my\_gate}(x)"


def test_other_objects_are_refused_in_one_line():
    with pytest.raises(InputError, match="not str"):
        latex("x")


def test_a_broken_quotient_keeps_its_extent():
    top, bottom = (sum(tanh(m * x) for m in range(a, b)) for a, b in ((1, 9), (10, 19)))
    text = "".join(map(tex, lines(layout(top / bottom * Derivative(F(x), x)), 30)))
    assert text.index(r"\Bigl(\Bigl(") < text.index(r"\Big/") < text.index(r"\Bigr)\Bigr)") < text.index("f'(x)")
    plain = "".join(map(tex, lines(layout(top / bottom), 30)))
    assert r"\Bigl(\Bigl(" not in plain
    assert r"\Big/" in plain


def test_order_is_stable():
    names = [real(c) for c in "abcdefg"]
    assert latex(sum(names)) == latex(sum(reversed(names)))
    assert latex((x + 1) * tanh(x) * exp(x)) == r"\left(x + 1\right) e^{x} \tanh(x)"


# Derivations


def test_elu_ends_in_its_output():
    text = derivation_latex(elu_derivative())
    assert r"f(x) &= \begin{cases} x & \text{for } x > 0 \\ \alpha \left(e^{x} - 1\right) & \text{for } x \le 0" in text
    assert r"where $\alpha > 0$." in text
    assert text.index("For $x > 0$:") < text.index("For $x < 0$:") < text.index("Remark:") < text.index("Result:")
    chain = text[text.index("For $x < 0$") : text.index("Remark")]
    assert re.findall(r"&= (.*?)(?: &&| \\\\)", chain)[:4] == [
        r"\frac{d}{dx}\left[\alpha \left(e^{x} - 1\right)\right]",
        r"\alpha \frac{d}{dx}\left[e^{x} - 1\right]",
        r"\alpha e^{x}",
        r"f(x) + \alpha",
    ]
    assert r"f'(x) = f(x) + \alpha \quad \text{for } x < 0" in text[text.index("Result:") :]


def test_reasons_stand_in_the_margin_and_lines_that_print_alike_are_one():
    text = derivation_latex(sigmoid_derivative())
    assert r"&= f(x) \left(1 - f(x)\right) && \text{in terms of the output}" in text
    goal = derivative_goal(x, 1)
    same = Step("no change", x / 2 + S.Half, x / 2 + S.Half, goal=goal)
    one = Derivation("derivative", Definition("g", x, "G"), "G", goal, x, (same,))
    assert r"\text{no change}" not in derivation_latex(one)


def test_limits_are_paired_with_their_values():
    text = derivation_latex(sigmoid_limits())
    result = text[text.index("Result:") :]
    assert r"\lim_{x \to -\infty} f(x) = 0" in result
    assert r"\lim_{x \to \infty} f(x) = 1" in result


def test_conditions_of_substeps_begin_chains_of_their_own():
    inner = tuple(Step("rule", x, S(m), conditions=(c,)) for m, c in enumerate((x > 1, x < -1)))
    made = Derivation("d", Definition("g", x, "G"), "G", x, x, (Step("all", x, x, "", (alpha > 0,), substeps=inner),))
    text = derivation_latex(made)
    assert r"For $\alpha > 0 \text{ and } x > 1$:" in text
    assert r"For $\alpha > 0 \text{ and } x < -1$:" in text


def test_wide_conditions_stand_on_lines_of_their_own():
    wide = Eq(alpha, sum(exp(m * x) / (1 + m) for m in range(1, 12)))
    made = Derivation("d", Definition("g", x, "G"), "G", x, x, (Step("all", x, x, conditions=(wide,)),))
    shown = re.search(r"\nFor \\\[\\begin\{aligned\} & (.*): \\end\{aligned\}\\\]\n", derivation_latex(made))
    assert shown is not None
    assert r" \\ " in shown[1]


def test_lines_end_after_commas():
    names = [real(f"a_name_of_number_{m}") for m in range(6)]
    broken = list(map(tex, lines(layout(Max(*names)), 14)))
    assert len(broken) > 2
    assert all(line.endswith(",") for line in broken[:-1])


def test_values_of_parameters_are_stated():
    elu = elu_derivative()
    made = Derivation(elu.what, elu.definition, elu.title, elu.goal, elu.result, elu.steps, (), ((alpha, S(2)),))
    text = derivation_latex(made)
    assert r"with $\alpha = 2$." in text
    assert "where" not in text


def test_vector_functions_have_an_index_on_the_left():
    softmax = Definition("softmax", exp(v[i]) / Sum(exp(v[j]), (j, 1, n)), "Softmax", vector=True)
    largest = Definition("maxout", LargestOf(v[j], (j, 1, n)), "Maxout", vector=True)
    for definition, left in ((softmax, "f_i(v) &= "), (largest, "f(v) &= ")):
        step = Step("rule", definition.expr, definition.expr)
        text = derivation_latex(Derivation("d", definition, "T", definition.expr, definition.expr, (step,)))
        assert left in text


def test_formats_and_render():
    made = [elu_derivative(), sigmoid_derivative()]
    assert set(FORMATS) == {"latex", "markdown", "text", "html"}
    for form in FORMATS:
        assert render(made, form).count("Result") >= 2
    assert render(made, standalone=True).startswith(r"\documentclass")
    with pytest.raises(InputError, match="unknown format 'word'"):
        render(made, "word")


def test_importing_render_does_not_load_matplotlib():
    program = "import sys, symact.render; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_line_that_begins_with_an_operator_has_its_space():
    """TeX takes a sign at the beginning for a prefix, unless something stands before it."""
    assert tex(Row((Mark("+", "+", "binary"), Name("x", "x")))) == "{} + x"
    assert tex(Row((Mark("-", "−", "prefix"), Name("x", "x")))) == "-x"
