"""Derivations built by hand and helpers that the tests of printing share."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import strategies as st
from sympy import (
    Abs,
    Derivative,
    E,
    Expr,
    Limit,
    Piecewise,
    Rational,
    S,
    Tuple,
    erf,
    exp,
    log,
    oo,
    pi,
    sqrt,
    tanh,
)

from symact.definition import Definition, Parameter
from symact.derivation.notation import derivative_goal, output
from symact.derivation.steps import Derivation, Step
from symact.symbols import f, real, x

alpha = real("alpha")
beta = real("beta")

#: Characters that mean something to LaTeX, Markdown or HTML, and some that LaTeX doesn't know.
NASTY = r"50% of a_b & #1 ~ {x} \cmd $5 <tag> *bold* `code` | α ≥ 0 → ∞, naïve, 漢, “q” ^ [link](x)"

needs_latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex isn't installed")


def slope(expr: Expr) -> Expr:
    return Derivative(expr, x)


def elu_derivative() -> Derivation:
    definition = Definition(
        "elu",
        Piecewise((x, x > 0), (alpha * (exp(x) - 1), True)),
        "Exponential linear unit",
        (Parameter(alpha, S.One, alpha > 0, "scale"),),
    )
    goal = derivative_goal(x, 1)
    body = alpha * (exp(x) - 1)
    right = Step("case", slope(x), S.One, "", (x > 0,), goal, (Step("derivative of x", slope(x), S.One),))
    inner = (
        Step("constant multiple", slope(body), alpha * slope(exp(x) - 1)),
        Step("sum rule", alpha * slope(exp(x) - 1), alpha * exp(x)),
        Step("in terms of the output", alpha * exp(x), f + alpha, NASTY),
    )
    left = Step("case", slope(body), f + alpha, "", (x < 0,), goal, inner)
    result = Piecewise((1, x > 0), (f + alpha, x < 0))
    return Derivation("derivative", definition, "Derivative of ELU: " + NASTY, goal, result, (right, left), ((NASTY,),))


def sigmoid_derivative() -> Derivation:
    sigmoid = 1 / (1 + exp(-x))
    lines = (
        slope(sigmoid),
        -slope(1 + exp(-x)) / (1 + exp(-x)) ** 2,
        exp(-x) / (1 + exp(-x)) ** 2,
        f * (1 - f),
    )
    goal = derivative_goal(x, 1)
    steps = tuple(
        Step(rule, before, after, goal=goal if m == 0 else None)
        for m, (rule, before, after) in enumerate(
            zip(("reciprocal rule", "chain rule", "in terms of the output"), lines, lines[1:], strict=False)
        )
    )
    case = Step("case", lines[0], lines[-1], goal=goal, substeps=steps)
    definition = Definition("sigmoid", sigmoid, "Logistic sigmoid")
    return Derivation("derivative", definition, "Derivative of the sigmoid", goal, lines[-1], (case,))


def sigmoid_limits() -> Derivation:
    sigmoid = 1 / (1 + exp(-x))
    goals, values, steps = [], [], []
    for end, value in ((-oo, S.Zero), (oo, S.One)):
        goal = Limit(output(x), x, end)
        steps.append(Step("limit laws", Limit(sigmoid, x, end), value, "exp(-x) tends to its limit", (), goal))
        goals.append(goal)
        values.append(value)
    definition = Definition("sigmoid", sigmoid, "Logistic sigmoid")
    return Derivation("limits", definition, "Limits of the sigmoid", Tuple(*goals), Tuple(*values), tuple(steps))


def mish_second_derivative() -> Derivation:
    mish = x * tanh(log(1 + exp(x)))
    goal = derivative_goal(x, 2)
    first = mish.diff(x)
    lines = (slope(first), first.diff(x), first.diff(x).together(), first.diff(x).expand())
    long = "a reason so long that it can't stand in the margin beside anything, let alone beside a formula like this"
    steps = tuple(Step("rule", a, b, long, goal=goal if a is lines[0] else None) for a, b in pairwise(lines))
    return Derivation("second-derivative", Definition("mish", mish, "Mish"), "Mish", goal, lines[-1], steps)


def examples() -> list[Derivation]:
    return [elu_derivative(), sigmoid_derivative(), sigmoid_limits(), mish_second_derivative()]


def compiled(source: str, folder: Path) -> str:
    """Compile a LaTeX document and return its log; fail on an error or a line more than 20 pt too wide."""
    (folder / "page.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"]
    run = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    log_text = (folder / "page.log").read_text(encoding="latin-1")
    assert run.returncode == 0, log_text[-2000:]
    too_wide = [float(w) for w in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log_text)]
    assert not [w for w in too_wide if w > 20], too_wide
    return log_text


_leaves = st.one_of(
    st.sampled_from([x, alpha, beta, pi, sqrt(2), sqrt(pi), S.One, S(2), E]),
    st.integers(-6, 6).map(S),
    st.builds(Rational, st.integers(-7, 7), st.integers(1, 6)),
)


def _grown(inner):
    return st.one_of(
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] / p[1] if p[1] != 0 else p[0]),
        st.tuples(inner, st.sampled_from([2, 3, -1, -2])).map(lambda p: p[0] ** p[1] if p[0] != 0 else x),
        inner.map(exp),
        inner.map(tanh),
        inner.map(erf),
        inner.map(Abs),
        inner.map(lambda e: sqrt(1 + e**2)),
        inner.map(lambda e: log(1 + exp(e))),
    )


expressions = st.recursive(_leaves, _grown, max_leaves=9)
