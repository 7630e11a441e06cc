"""The card as a person sees it: in the terminal, in Markdown, LaTeX and HTML."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from command_line import run

import symact
from symact.catalogue import definitions


def test_the_terminal_shows_values_and_how_they_were_found(capsys):
    status, out, _ = run(capsys, "show", "hard_swish")
    assert status == 0
    for text in (
        "[-3/8, oo)",
        "x = -3: kink, slopes 0",
        "from -oo to -3",
        "x = -3/2: minimum -3/8",
        "sign chart of f'",
    ):
        assert text in re.sub(r"[│\s]+", " ", out)


def test_markdown_is_a_table_with_formulas(capsys):
    status, out, _ = run(capsys, "show", "Abs(x - 1)*x", "--format", "markdown")
    rows = [line for line in out.splitlines() if line.startswith("|")]
    assert status == 0
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {4}
    assert "| continuity | C0 |" in out
    assert "x = $1$: kink, slopes $-1$ and $1$" in out


def test_html_is_well_formed_and_escapes_words(capsys):
    status, out, _ = run(capsys, "show", "1/x", "--format", "html")
    assert status == 0
    body = re.search(r"<body>.*</body>", out, re.DOTALL).group()
    table = ElementTree.fromstring(body.replace("<br>", "<br/>")).find("table")
    cells = {row[0].text: "".join(row[1].itertext()) for row in table}
    assert cells["joins"] == "x = 0: pole, from −∞ to ∞"
    assert cells["domain"] == "(−∞, 0) ∪ (0, ∞)"


def test_latex_is_a_document(capsys):
    status, out, _ = run(capsys, "show", "elu", "--format", "latex")
    assert status == 0
    assert out.count(r"\begin{") == out.count(r"\end{")
    assert r"if alpha $\neq$" in out or "alpha != 1" in out
    assert "@" not in out


def test_a_function_of_a_vector_has_facts_of_its_own(capsys):
    status, out, _ = run(capsys, "show", "softmax", "--json")
    facts = json.loads(out)["facts"]
    assert status == 0
    assert facts["jacobian"] == {
        "status": "proved",
        "value": "dy_i/dv_j = y_i*(delta_ij - y_j)",
        "when": None,
        "method": "differentiated",
        "reason": None,
    }
    assert facts["lipschitz"]["value"].startswith("1/2")


@pytest.mark.parametrize("arguments", [("--certificates",), ("--format", "pdf")])
def test_options_that_make_no_sense_are_refused(capsys, arguments):
    status, _, err = run(capsys, "show", "relu", *arguments)
    assert status == 2
    assert err.count("\n") == 1


def test_facts_of_all_functions_stand_side_by_side(capsys):
    status, out, _ = run(capsys, "table", "--facts", "monotonicity,continuity")
    head, *rows = out.splitlines()
    assert status == 0
    assert head.split() == ["function", "monotonicity", "continuity"]
    found = {row.split()[0]: re.split(r"\s{2,}", row)[1:] for row in rows}
    assert len(found) == sum(not d.vector for d in definitions())
    assert found["elu"] == ["strictly increasing", "C0 if alpha != 1; C1 if alpha == 1"]
    assert found["sign"] == ["nondecreasing", "discontinuous"]


def test_an_unknown_fact_is_refused(capsys):
    status, _, err = run(capsys, "table", "--facts", "range,colour")
    assert status == 2
    assert "colour: no such fact; known: domain, range" in err
    assert run(capsys, "table", "--format", "text")[0] == 2


def test_what_follows_for_training(capsys):
    status, out, _ = run(capsys, "show", "relu", "--training", "--json")
    found = json.loads(out)["training"]
    assert status == 0
    assert found["dead_zones"]["value"] == [["-oo", "0"]]
    assert found["chain_bound"]["value"]["base"]["exact"] == "1"
    assert found["torch_gain"]["value"]["exact"] == "sqrt(2)"
    sigmoid = json.loads(run(capsys, "show", "sigmoid", "--training", "--json")[1])["training"]
    assert sigmoid["chain_bound"]["value"]["base"]["exact"] == "1/4"
    assert "(1/4)**n" in run(capsys, "show", "sigmoid", "--training")[1]


def test_a_fact_is_explained_by_its_claims_and_its_derivation(capsys):
    status, out, _ = run(capsys, "show", "elu(alpha=1)", "--explain", "range")
    assert status == 0
    assert out.startswith("range: (-1, oo)\n    found by: values at turning points")
    assert "says: range((" in out
    assert "By continuity" in out
    status, out, _ = run(capsys, "show", "elu", "--explain", "lipschitz")
    assert status == 0
    assert "lipschitz: alpha if alpha > 1" in out
    assert "says: -diff((" in out
    assert "for alpha > 0, alpha > 1" in out
    status, _, err = run(capsys, "show", "elu", "--explain", "colour")
    assert (status, err.count("\n")) == (2, 1)


def test_a_notebook_shows_a_card_as_a_table():
    html = symact.get("relu").facts()._repr_html_()
    assert "<style>" not in html  # the notebook has its own
    assert "<table>" in html
    assert "kink" in html
