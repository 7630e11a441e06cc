"""Derivations go through a real LaTeX engine, without errors and without lines that stick out: a sample, and the catalogue."""

import re

import pytest
from render_examples import alpha, compiled, examples, mish_second_derivative, needs_latex
from sympy import Abs, Derivative, Expr, Integral, Limit, Max, Piecewise, exp, oo, sqrt, tanh

from symact.catalogue import definitions, lookup
from symact.definition import Definition
from symact.derivation.build import KINDS, derive
from symact.derivation.notation import derivative_goal
from symact.derivation.steps import Derivation, Step
from symact.errors import NotSupportedError, UndecidedError
from symact.facts.record import Facts
from symact.named import named
from symact.proof.algebra.assume import assuming
from symact.render import render
from symact.render.block import Block
from symact.render.boxes import Box
from symact.render.breaking import width
from symact.render.document import blocks
from symact.render.latex import derivation_latex, latex
from symact.render.layout import layout
from symact.render.rows import rows
from symact.render.sheet import sheet
from symact.render.tex import tex
from symact.symbols import f, real, x

pytestmark = needs_latex

#: Every kind, and every kind of block and box that a derivation of the catalogue has.
SAMPLE = (
    ("keras_relu", "derivative"),
    ("keras_relu", "integral"),
    ("mish", "second-derivative"),
    ("selu", "limits"),
    ("selu", "moments"),
    ("swish", "range"),
    ("sigmoid", "symmetry"),
    ("softmax", "derivative"),
    ("softsign", "output-relation"),
)


def document(derivations, standalone, detail=2):
    made = render(derivations, "latex", standalone, detail)
    if standalone:
        return made
    # a fragment needs amsmath only
    return f"\\documentclass{{article}}\n\\usepackage{{amsmath}}\n\\begin{{document}}\n{made}\n\\end{{document}}\n"


def layouts(value):
    """The classes of blocks and boxes in a value."""
    if isinstance(value, tuple):
        return {found for part in value for found in layouts(part)}
    if isinstance(value, Block | Box):
        return {type(value)} | {found for part in vars(value).values() for found in layouts(part)}
    return {found for part in getattr(value, "__dict__", {}).values() for found in layouts(part)}


@pytest.fixture(scope="module")
def sample():
    return [derive(Facts(lookup(name)), kind) for name, kind in SAMPLE] + examples()


@pytest.fixture(scope="module")
def everything():
    found = []
    for definition in definitions():
        facts = Facts(definition)
        for kind in KINDS:
            try:
                found.append(derive(facts, kind))
            except (UndecidedError, NotSupportedError):
                continue
    return found


@pytest.mark.parametrize(("standalone", "detail"), [(True, 2), (False, 3)])
def test_a_sample_compiles(sample, tmp_path, standalone, detail):
    assert {derivation.what for derivation in sample} == set(KINDS)
    assert "Missing character" not in compiled(document(sample, standalone, detail), tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize(("standalone", "detail"), [(True, 2), (False, 3)])
def test_every_derivation_compiles(everything, tmp_path, standalone, detail):
    assert len(everything) > 400
    compiled(document(everything, standalone, detail), tmp_path)


@pytest.mark.campaign
def test_the_sample_has_every_layout_there_is(sample, everything):
    shown = {layout for derivation in sample for layout in layouts(blocks(derivation))}
    assert {layout for derivation in everything for layout in layouts(blocks(derivation))} <= shown


@pytest.mark.campaign
def test_the_cheat_sheet_compiles(tmp_path):
    compiled(sheet(rows(definitions(), 20.0, str), "latex"), tmp_path)


@pytest.mark.parametrize("body", [r"$\undefinedmacro$", r"x \hbox to 900pt{}"])
def test_a_mistake_would_be_noticed(tmp_path, body):
    source = f"\\documentclass{{article}}\\begin{{document}}{body}\\end{{document}}"
    with pytest.raises(AssertionError):
        compiled(source, tmp_path)


def test_all_definitions_compile(tmp_path):
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
