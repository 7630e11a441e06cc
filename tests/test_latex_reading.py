"""What a reader computes from the LaTeX of an expression, by the conventions of print, is the value of the expression."""

import math
import re

from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st
from render_examples import alpha, beta, expressions
from sympy import Abs, Expr, lambdify, nan, oo, zoo

from symact.render.breaking import lines
from symact.render.latex import latex
from symact.render.layout import layout
from symact.render.tex import tex
from symact.symbols import x

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


@given(expressions)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_sum_begins_with_a_minus_and_no_decimals(expr: Expr):
    assume(not expr.has(nan, zoo, oo, -oo))
    text = latex(expr)
    assert not re.search(r"\d\.\d|\\operatorname\{re\}|\\operatorname\{im\}|\^\{1\}", text)
    for inside in re.findall(r"\\left\((-[^()]*)\\right\)", text):
        assert not re.search(r" \+ ", re.sub(r"\{[^{}]*\}", "", inside)), text
