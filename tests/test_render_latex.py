import math
import re
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from render_examples import (
    alpha,
    beta,
    compiled,
    elu_derivative,
    examples,
    expressions,
    mish_second_derivative,
    needs_latex,
    sigmoid_derivative,
    sigmoid_limits,
)
from sympy import (
    Abs,
    Derivative,
    E,
    Eq,
    Expr,
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
    lambdify,
    log,
    nan,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    tanh,
    zoo,
)

from symact.catalogue import definitions
from symact.definition import Definition
from symact.derivation.notation import derivative_goal
from symact.derivation.steps import Derivation, Step
from symact.errors import InputError
from symact.named import derivative_of, named
from symact.proof.algebra.assume import assuming
from symact.render import FORMATS, render
from symact.render.breaking import lines, width
from symact.render.latex import derivation_latex, derivations_latex, latex
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


# An evaluator of the LaTeX written here, by the conventions of print: what a reader would compute.

_TOKEN = re.compile(r"\\(?:operatorname\{\w+\}|left.|right.|[A-Za-z]+|,)|\d+|[A-Za-z]|[-+^_{}()|/']")
_NAMES = {r"\alpha": 1.3, r"\beta": 0.7, "x": 0.6, r"\pi": 3.141592653589793, "e": 2.718281828459045}
_FUNCTIONS = {r"\tanh": math.tanh, r"\ln": math.log, r"\operatorname{erf}": math.erf, r"\exp": math.exp}


class Reader:
    """Recursive descent: sum of products of factors; a product is what stands beside each other."""

    def __init__(self, text):
        self.tokens = _TOKEN.findall(text.replace(r"\cdot", " ").replace(r"\,", " "))
        assert "".join(self.tokens) == re.sub(r"\s|\\cdot|\\,", "", text)

    def peek(self):
        return self.tokens[0] if self.tokens else ""

    def take(self, *expected):
        token = self.tokens.pop(0)
        assert not expected or token in expected, (token, expected)
        return token

    def sum(self):
        total = -self.product() if self.peek() == "-" and self.take() else self.product()
        while self.peek() in {"+", "-"}:
            total = total + self.product() if self.take() == "+" else total - self.product()
        return total

    def product(self):
        value = self.power()
        slashed = False
        while (
            self.peek()
            and self.peek() not in {"+", "-", "}", ")", r"\right)", r"\right|"}
            and not (self.peek() == "|" and self.bars)
        ):
            if self.peek() == "/":
                self.take()
                value = value / self.power()
                slashed = True
            else:
                assert not slashed, "a/b c is ambiguous"
                value = value * self.power()
        return value

    bars = 0

    def power(self):
        value = self.atom()
        if self.peek() == "^":
            self.take()
            value = value ** self.argument()
        return value

    def argument(self):
        if self.peek() == "{":
            return self.group("{", "}")
        return float(self.take()) if self.peek().isdigit() else self.named(self.take())

    def group(self, left, right):
        self.take(left)
        bars, self.bars = self.bars, 0
        value = self.sum()
        self.bars = bars
        self.take(right)
        return value

    def named(self, token):
        return _NAMES[token]

    def atom(self):
        token = self.peek()
        if token in {"(", r"\left("}:
            return self.group(token, {"(": ")", r"\left(": r"\right)"}[token])
        if token in {"|", r"\left|"}:
            self.take()
            self.bars += token == "|"
            value = self.sum()
            self.bars -= token == "|"
            self.take("|", r"\right|")
            return abs(value)
        self.take()
        if token == r"\frac":
            top = self.group("{", "}")
            return top / self.group("{", "}")
        if token == r"\sqrt":
            return math.sqrt(self.group("{", "}"))
        if token in _FUNCTIONS:
            power = 1.0
            if self.peek() == "^":
                self.take()
                power = self.argument()
            return _FUNCTIONS[token](self.atom_of_call()) ** power
        return float(token) if token.isdigit() else self.named(token)

    def atom_of_call(self):
        assert self.peek() in {"(", r"\left("}
        return self.atom()


@given(expressions)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_what_a_reader_computes_is_the_expression(expr: Expr):
    assume(not expr.has(nan, zoo, oo, -oo) and expr.count_ops() < 60)
    try:
        exact = lambdify([x, alpha, beta], expr, "math")(*(_NAMES[c] for c in ("x", r"\alpha", r"\beta")))
        reader = Reader(latex(expr))
        read = reader.sum()
    except (OverflowError, ZeroDivisionError):
        reject()
    assume(isinstance(exact, int | float) and 1e-6 < abs(exact) < 1e12)
    assert not reader.tokens
    assert math.isclose(read, exact, rel_tol=1e-6), latex(expr)


@given(expressions, st.sampled_from([10, 14, 20, 30]))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_broken_lines_read_as_the_expression(expr: Expr, room: int):
    assume(not expr.has(nan, zoo, oo, -oo, Abs) and expr.count_ops() < 60)
    broken = " ".join(map(tex, lines(layout(expr), room)))
    for fixed, plain in ((r"\Bigl", ""), (r"\Bigr", ""), (r"\times", ""), (r"\Big/", "/"), ("{}", "")):
        broken = broken.replace(fixed, plain)
    try:
        exact = lambdify([x, alpha, beta], expr, "math")(*(_NAMES[c] for c in ("x", r"\alpha", r"\beta")))
        read = Reader(broken).sum()
    except (OverflowError, ZeroDivisionError):
        reject()
    assume(isinstance(exact, int | float) and 1e-6 < abs(exact) < 1e12)
    assert math.isclose(read, exact, rel_tol=1e-6), broken


def test_a_broken_quotient_keeps_its_extent():
    top, bottom = (sum(tanh(m * x) for m in range(a, b)) for a, b in ((1, 9), (10, 19)))
    text = "".join(map(tex, lines(layout(top / bottom * Derivative(F(x), x)), 30)))
    assert text.index(r"\Bigl(\Bigl(") < text.index(r"\Big/") < text.index(r"\Bigr)\Bigr)") < text.index("f'(x)")
    plain = "".join(map(tex, lines(layout(top / bottom), 30)))
    assert r"\Bigl(\Bigl(" not in plain
    assert r"\Big/" in plain


@given(expressions)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_sum_begins_with_a_minus_and_no_decimals(expr: Expr):
    assume(not expr.has(nan, zoo, oo, -oo))
    text = latex(expr)
    assert not re.search(r"\d\.\d|\\operatorname\{re\}|\\operatorname\{im\}|\^\{1\}", text)
    for inside in re.findall(r"\\left\((-[^()]*)\\right\)", text):
        assert not re.search(r" \+ ", re.sub(r"\{[^{}]*\}", "", inside)), text


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


@needs_latex
def test_documents_compile_without_long_lines(tmp_path):
    log_text = compiled(derivations_latex(examples(), standalone=True), tmp_path)
    assert "Overfull" not in log_text


@needs_latex
def test_fragments_need_only_amsmath(tmp_path):
    body = derivations_latex(examples())
    source = f"\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{body}\\end{{document}}\n"
    log_text = compiled(source, tmp_path)
    assert "Missing character" not in log_text


@needs_latex
def test_the_whole_catalogue_compiles(tmp_path):
    formulas = [latex(d.expr, d.variable, assuming(*(p.assume for p in d.parameters))) for d in definitions()]
    formulas += [latex(named(d, d.variable, *(p.symbol for p in d.parameters))) for d in definitions() if not d.vector]
    formulas += [latex(Derivative(d.expr, d.variable)) for d in definitions()]
    formulas += [latex(p.assume) for d in definitions() for p in d.parameters]
    body = "\n".join(f"\\[ {formula} \\]" for formula in formulas)
    source = f"\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    compiled(source, tmp_path)


def _deep(depth: int) -> Expr:
    expr: Expr = x
    for m in range(depth):
        expr = 1 / (1 + expr) if m % 2 else alpha + expr / (m + 2)
    return expr


@needs_latex
def test_hard_cases_compile_and_fit(tmp_path):
    nested = Piecewise((Piecewise((x, x > 1), (x**2, True)), x > 0), (Max(-1, x), True))
    wide = (sum(real(f"name_number_{m}") * x**m for m in range(12)) + exp(x)) ** 2 / (1 + sum(x**m for m in range(20)))
    long_exponent = exp(sum(real(c) * x**m for m, c in enumerate("abcdfghklmopqrstuvw")))
    many = Piecewise(*((long_exponent + m, x < m) for m in range(4)), (wide, True))
    goal = derivative_goal(x, 1)
    hard = [_deep(12), nested, wide, long_exponent, many, -wide, sqrt(wide + 1), tanh(wide) * wide, 1 / wide]
    hard += [Limit(wide, x, oo), Derivative(wide, x), Integral(wide, (x, 0, 1)), Abs(wide), wide * nested]
    steps = tuple(Step(f"rule {m} & 100%", e, e + 1, "because_of #1") for m, e in enumerate(hard))
    made = Derivation("d", Definition("g", wide, "G"), "G", goal, Piecewise((wide, x > 0), (f, True)), steps)
    compiled(derivation_latex(made, standalone=True), tmp_path)


@needs_latex
def test_estimated_widths_are_those_of_print(tmp_path):
    boxes = [layout(d.expr) for d in definitions()] + [layout(mish_second_derivative().result)]
    measured = "\n".join(f"\\setbox0\\hbox{{$\\displaystyle {tex(box)}$}}\\typeout{{W\\the\\wd0}}" for box in boxes)
    log_text = compiled(
        f"\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{measured}\n\\end{{document}}\n",
        tmp_path,
    )
    widths = [float(w) / 10 for w in re.findall(r"W([\d.]+)pt", log_text)]
    assert len(widths) == len(boxes)
    for box, real_width in zip(boxes, widths, strict=True):
        assert 0.94 * real_width - 0.6 < width(box) < 1.3 * real_width + 0.8, tex(box)


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
