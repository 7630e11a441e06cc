"""The command show as a user types it: the card's JSON, cases, intervals, and what is undecided."""

import json

import pytest
from command_line import run


def test_show_json_follows_the_contract(capsys):
    status, out, _ = run(capsys, "show", "elu", "--json")
    card = json.loads(out)
    assert status == 0
    assert card["name"] == "elu"
    assert card["parameters"]["alpha"] == {"default": "1", "assume": "alpha > 0"}
    facts = card["facts"]
    keys = {"status", "value", "when", "method", "reason"}
    assert all(set(case) == keys for fact in facts.values() for case in (fact if isinstance(fact, list) else [fact]))
    assert facts["domain"]["value"] == "(-oo, oo)"
    assert facts["limit_minus_inf"]["value"]["exact"] == "-alpha"
    assert facts["limit_plus_inf"]["value"] == "oo"
    assert facts["asymptotes"]["value"] == {"-oo": "-alpha", "oo": "x"}
    kink, smooth = facts["joins"]
    assert (kink["when"], smooth["when"], smooth["value"]) == ("alpha != 1", "alpha == 1", [])
    (join,) = kink["value"]
    assert join["slope_left"]["exact"] == "alpha"
    assert join["slope_right"]["exact"] == "1"


def test_show_an_expression(capsys):
    status, out, _ = run(capsys, "show", "tanh(x)/x", "--json")
    card = json.loads(out)
    assert status == 0
    assert card["name"] is None
    assert card["facts"]["domain"]["value"] == "(-oo, 0) U (0, oo)"
    assert card["facts"]["joins"]["value"][0]["value"] is None
    assert card["facts"]["limit_plus_inf"]["value"]["exact"] == "0"


def test_what_is_known_of_parameters_is_said(capsys):
    assumptions = ("--assume", "b > a", "--assume", "a > 0", "--timeout", "0.5")
    status, out, _ = run(capsys, "show", "b*x/a + c", *assumptions, "--json")
    assert status == 0
    assert json.loads(out)["parameters"] == {
        "a": {"default": None, "assume": "b > a and a > 0"},
        "b": {"default": None, "assume": "b > a"},
        "c": {"default": None, "assume": None},
    }
    _, out, _ = run(capsys, "show", "x/a + c", "--set", "c=2", "--timeout", "0.5")
    assert "a != 0, no default" in out
    _, out, _ = run(capsys, "show", "elu(alpha=b)", "--assume", "b < 2", "--timeout", "0.5", "--json")
    assert json.loads(out)["parameters"]["b"] == {"default": None, "assume": "b > 0 and b < 2"}


@pytest.mark.parametrize(
    ("text", "assumption", "message"),
    [
        ("x/a", "a == 0", "f has no value anywhere: a != 0 doesn't hold"),
        ("x**n", "n in integer", "parameters of a function are real"),
    ],
)
def test_assumptions_that_say_nothing_of_the_function_are_refused(capsys, text, assumption, message):
    status, _, error = run(capsys, "show", text, "--assume", assumption)
    assert status == 2
    assert message in error


def test_show_certifies_digits(capsys):
    _, out, _ = run(capsys, "show", "atan(x)", "--json")
    limit = json.loads(out)["facts"]["limit_plus_inf"]["value"]
    assert limit["exact"] == "pi/2"
    assert limit["lower"] < limit["upper"]
    assert limit["lower"].startswith("1.570796326794896619231321691")


def test_show_on_an_interval_and_with_values(capsys):
    status, out, _ = run(capsys, "show", "elu(alpha=2)", "--on", "Interval(0, oo)", "--json")
    facts = json.loads(out)["facts"]
    assert status == 0
    assert facts["domain"]["value"] == "[0, oo)"
    assert facts["joins"]["value"] == []
    status, out, _ = run(capsys, "show", "a*tanh(x)", "--set", "a=3/2", "--json")
    assert json.loads(out)["facts"]["limit_plus_inf"]["value"]["exact"] == "3/2"


def test_an_answer_that_depends_on_a_parameter_comes_in_cases(capsys):
    status, out, _ = run(capsys, "show", "a*x", "--json")
    limit = json.loads(out)["facts"]["limit_plus_inf"]
    assert status == 0
    assert [
        (case["when"], case["value"] if isinstance(case["value"], str) else case["value"]["exact"]) for case in limit
    ] == [
        ("a < 0", "-oo"),
        ("a == 0", "0"),
        ("a > 0", "oo"),
    ]


def test_a_fact_that_is_not_found_is_undecided_with_its_reason(capsys):
    status, out, _ = run(capsys, "show", "Max(sin(x), sin(sqrt(2)*x))", "--json")
    limit = json.loads(out)["facts"]["limit_plus_inf"]
    assert status == 0
    assert limit["status"] == "undecided"
    assert "sin(x)" in limit["reason"]


def test_what_sympy_cancels_stays_outside_the_domain(capsys):
    _, out, _ = run(capsys, "show", "x/x", "--json")
    assert json.loads(out)["facts"]["domain"]["value"] == "(-oo, 0) U (0, oo)"


def test_card_in_the_terminal_shows_intervals(capsys):
    status, out, _ = run(capsys, "show", "elu", "--on", "Interval(0, oo)")
    assert status == 0
    assert "[0, oo)" in out
