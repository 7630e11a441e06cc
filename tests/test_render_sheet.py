import re

import pytest
from render_examples import NASTY, alpha, compiled, needs_latex
from sympy import Abs, Derivative, Interval, Max, Min, Piecewise, S, exp, oo, sign, tanh
from test_render_markdown import check, parser
from test_render_page import tree, words

from symact.catalogue import definitions
from symact.errors import InputError
from symact.render.sheet import SHEETS, Row, sheet
from symact.symbols import f, x

ROWS = (
    Row("sigmoid", "Logistic sigmoid", 1 / (1 + exp(-x)), exp(-x) / (1 + exp(-x)) ** 2, f * (1 - f), (S.Zero, S.One),
        Interval.open(0, 1)),
    Row("elu", "Exponential linear unit", Piecewise((x, x > 0), (alpha * (exp(x) - 1), True)),
        Piecewise((1, x > 0), (alpha * exp(x), True)), Piecewise((1, x > 0), (f + alpha, True)), (-alpha, oo)),
    Row("soft_sign", NASTY, x / (1 + Abs(x)), None, (1 - Abs(f)) ** 2, (S(-1), None)),
)  # fmt: skip


def catalogue_rows() -> list[Row]:
    """Every definition with its derivative as SymPy finds it, which is long rather than short."""
    rows = []
    for d in definitions():
        pending = d.vector or d.expr.has(Max, Min, sign, Abs)
        slope = Derivative(d.expr, d.variable) if pending else d.expr.diff(d.variable)
        known = tuple(p.assume for p in d.parameters)
        rows.append(Row(d.name, d.title, d.expr, slope, None, (S.Zero, oo), None, known))
    return rows


@needs_latex
@pytest.mark.parametrize("rows", [ROWS, catalogue_rows()], ids=["three", "catalogue"])
def test_the_document_compiles_and_nothing_leaves_the_page(rows, tmp_path):
    log_text = compiled(sheet(rows, "latex"), tmp_path)
    assert not re.findall(r"Overfull \\hbox", log_text)


def test_wide_formulas_are_broken_within_their_column():
    wide = tanh(x) * exp(-x) / (1 + exp(x)) + x * exp(-x) / (1 + exp(x)) ** 2 + sum(tanh(m * x) for m in range(2, 12))
    document = sheet([Row("wide", "Wide", wide, wide)], "latex")
    assert document.count(r"\begin{aligned}") == 2


def test_markdown_is_one_table_that_survives():
    source = sheet(ROWS, "markdown")
    check(source)
    tokens = parser.parse(source)
    rows = [token for token in tokens if token.type == "tr_open"]
    cells = [token for token in tokens if token.type in {"td_open", "th_open"}]
    assert len(rows) == 4
    assert len(cells) == 4 * 7
    assert r"$f \left(1 - f\right)$" in source


def test_html_is_well_formed_and_semantic():
    page = sheet(ROWS, "html")
    root = tree(page)
    assert len(root.findall(".//tbody/tr")) == 3
    assert all(cell.get("scope") in {"row", "col"} for cell in root.iter("th"))
    assert root.find(".//caption") is not None
    assert "<script" not in page
    assert "http" not in page
    assert " ".join(NASTY.split()) in words(page)


@pytest.mark.parametrize("form", SHEETS)
def test_unknown_cells_are_dashes_and_empty_columns_are_left_out(form):
    assert "–" in sheet(ROWS, form)
    assert "range" in sheet(ROWS, form)
    assert "range" not in sheet(ROWS[1:], form)


def test_unknown_formats_are_refused():
    with pytest.raises(InputError, match="unknown format 'word'"):
        sheet(ROWS, "word")
