"""What the checker asks of a fact's certificate: enough that nothing wrong, and nothing that is so only sometimes, is shown."""

from contextlib import suppress

import pytest

from symact.claims.facts import Statement
from symact.claims.files import Entry
from symact.errors import SymactError
from symact.parse import parse_expression
from symact.proof.certificates.requirements import CertificateError
from symact.recheck.facts import check_fact, confirm, said, shows, suits
from symact.verification import verify_entry

ZERO, ONE = ({"exact": text, "lower": text, "upper": text} for text in ("0", "1"))
MINUS = {"exact": "-1", "lower": "-1", "upper": "-1"}
STEP = "Piecewise((0, x < 0), (1, True))"
TURN = {"points": [ZERO], "between": ["-", "+"]}
LINE = {"domain": "(-oo, oo)"}
SPLIT = {"domain": "(-oo, 0) U (0, oo)"}


def shown(fact, expression, value, given, assume=()):
    """Whether every claim of a certificate, and all that is said of values, holds."""
    for part in said(fact, expression, value, assume, given):
        if not isinstance(part, Statement):
            confirm(part, [parse_expression(text) for text in given.get("cuts", [])])
        else:
            record = verify_entry(Entry(part.says, assume=part.assume), timeout=5).to_json()
            if record["verdict"] != part.verdict or not shows(record, part):
                return False
    return True


@pytest.mark.parametrize(
    ("fact", "expression", "value", "given"),
    [
        ("domain", "log(x)", "(1, oo)", {}),
        ("domain", "x", "(-oo, 0] U (0, oo)", {}),
        ("domain", "Max(1, -sqrt(x - 3/2))", "(-oo, oo)", {"cuts": ["1", "2"]}),
        (
            "range",
            "exp(x)",
            {"inf": ZERO, "sup": "oo", "inf_attained": False, "sup_attained": True, "set": None},
            {},
        ),
        ("joins", "1/x", [], {"edges": [], "between": ["smooth"]}),
        ("joins", "Abs(x)", [], {"edges": ["0"], "between": ["smooth", "smooth"]}),
        ("joins", "Abs(x)", [], {"edges": ["1", "-1"], "between": ["smooth", "undefined", "smooth"]}),
        ("zeros", "x**2 - 1", [ONE], {}),
        ("zeros", "x - 1", [ONE, ONE], {}),
        ("zeros", "x + 2", "infinite", {"period": "0", "zero": "-2"}),
        ("stationary_points", "x**3", [], {}),
        (
            "stationary_points",
            "x**3",
            [{"x": ZERO, "f": ZERO, "kind": "minimum"}],
            {"near": [{"from": "1", "to": "oo", "signs": ["undefined", "+"]}]},
        ),
        ("inflection_points", "x**3 + Abs(x + 1)", [], TURN),
        ("lipschitz", "x/Abs(x)", ZERO, {**SPLIT, "holes": {"0": "1"}}),
        ("antiderivative", "1", "x + sign(x)", SPLIT),
        ("derivative", "x", {"expression": "Piecewise((1, x > 0))", "latex": ""}, LINE),
        (
            "range",
            STEP,
            {"inf": ZERO, "sup": ONE, "inf_attained": True, "sup_attained": True, "set": None},
            {**LINE, "inf": {"at": "-1"}, "sup": {"at": "1"}},
        ),
        ("asymptotes", "exp(x)", {"-oo": "0", "oo": "exp(x)"}, {}),
        ("limit_plus_inf", "tanh(x)", "none", {}),
        (
            "point_symmetry",
            "x**3",
            None,
            {"fact": "inflection_points", "value": [ZERO], "given": {"points": [ZERO], "between": ["-", "+"]}},
        ),
        ("inverse", "x**2", "sqrt(x)", LINE),
        ("gain", "x", MINUS, {}),
        # a gap without a point, a side without values next to a point, values that end after some periods
        ("inflection_points", "x**3", [], {"points": [ZERO, ZERO], "between": ["-", "undefined", "+"]}),
        (
            "stationary_points",
            "Piecewise((x, x < -1), (x**2, x >= 0))",
            [{"x": ZERO, "f": ZERO, "kind": "neither"}],
            {"near": [{"from": "-2", "to": "oo", "signs": ["+", "+"]}], "cuts": ["-1", "0"]},
        ),
        (
            "zeros",
            "Piecewise((sin(x), (x > -100) & (x < 100)))",
            "infinite",
            {"period": "2*pi", "zero": "0", "other": "1", "cuts": ["-100", "100"]},
        ),
        # intervals and places where f or its slope has no value
        (
            "zeros",
            "Piecewise((0, (x > 0) & (x < 1)), (x, x > 5))",
            [["0", "5"]],
            {"gaps": ["undefined", "!="], "cuts": ["0", "1", "5"]},
        ),
        ("stationary_points", STEP, [["-oo", "oo"]], {}),
        ("inflection_points", "Piecewise((x**3, Ne(x, 0)))", [ZERO], TURN),
        ("zeros", "Piecewise((x**2, Ne(x, a)))", [ZERO], {}),
        ("zeros", "x**2*(x - a)/(x - a)", [ZERO], {}),
        ("continuity", STEP, "C-1", {}),
    ],
)
def test_what_is_not_so_has_no_certificate(fact, expression, value, given):
    with suppress(SymactError):
        assert not shown(fact, expression, value, given)


@pytest.mark.parametrize(
    ("fact", "expression", "value", "assume"),
    [
        ("domain", "log(x)", "(-oo, oo)", ["x > 3"]),
        ("limit_plus_inf", "exp(-x)", ZERO, ["x < 4"]),
        ("gaussian_mean", "Max(0, x) - x/2", {"exact": "1/sqrt(2*pi)", "lower": "0", "upper": "1"}, ["x > 0"]),
    ],
)
def test_what_is_assumed_of_x_makes_the_domain_smaller(fact, expression, value, assume):
    with suppress(SymactError):
        assert not shown(fact, expression, value, {}, assume)


def test_assumptions_that_never_hold_show_nothing():
    base = {"version": 1, "kind": "fact", "fact": "domain", "expression": "log(x)", "value": "(0, oo)", "claims": []}
    check_fact({**base, "assume": ["a > b", "b > c"]})
    with pytest.raises(CertificateError):
        check_fact({**base, "assume": ["a > b", "b > c", "c > a"]})


LEAKY = "Piecewise((x, x >= 0), (a*x, True))"


@pytest.mark.parametrize(
    ("fact", "value", "assume", "given"),
    [
        ("parity", "none", ["a > 0"], {}),
        ("parity", "none", ["a > 0"], {"odd": "1", "even": "1"}),
        ("parity", "none", ["a > 0"], {"ends": ["-oo", "oo"], "odd": "1"}),
        ("convexity", "none", ["a > 0"], {}),
        ("convexity", "none", ["a > 0"], {"convex": ["-1", "1"], "concave": ["-1", "1"]}),
        ("convexity", "none", [], {"convex": {"at": "1"}, "concave": {"at": "1"}}),
        (
            "convexity",
            "none",
            ["a > 1"],
            {name: {"corner": "0", "order": 1, "levels": {"-": "a", "+": "1"}} for name in ("convex", "concave")},
        ),
        ("monotonicity", "none", ["a < 2"], {}),
        ("monotonicity", "none", ["a < 2"], {"falls": ["-1", "0"], "rises": ["0", "1"]}),
        ("monotonicity", "nondecreasing", ["a >= 0"], {"level": ["-2", "-1"]}),
        ("continuity", "C0", ["a > 0"], {}),
        ("continuity", "C0", ["a > 0"], {"break": "0", "levels": {"-": "a", "+": "1"}}),
        ("continuity", "discontinuous", [], {"break": "0", "levels": {"-": "0", "+": "a"}}),
        ("inverse", None, ["a < 2"], {"between": ["-oo", False, "oo", False]}),
        ("inverse", None, ["a < 2"], {"between": ["-oo", False, "oo", False], "valley": ["-1", "0", "1"]}),
        ("inverse", None, ["a < 0"], {"between": ["0", True, "oo", False], "valley": ["-1", "0", "1"]}),
        ("point_symmetry", None, ["a > 0"], {"ends": {"-oo": {"value": "-oo"}, "oo": {"value": "oo"}}}),
    ],
)
def test_what_is_so_for_some_parameters_only_has_no_certificate(fact, value, assume, given):
    with suppress(SymactError):
        assert not shown(fact, LEAKY, value, given, assume)


def test_what_is_so_for_all_parameters_is_shown_at_points():
    """Values, chords, corners and limits exclude a property for all parameters at once."""
    assert shown("convexity", LEAKY, "convex", {"concave": ["-1", "1"]}, ["a >= 0", "a < 1"])
    corner = {"corner": "0", "order": 1, "levels": {"-": "a", "+": "1"}}
    assert shown("convexity", LEAKY, "concave", {"convex": corner}, ["a > 1"])
    assert shown("parity", LEAKY, "none", {"odd": "1", "even": "1"}, ["a > 0", "a != 1"])
    assert shown("monotonicity", LEAKY, "none", {"falls": ["-1", "0"], "rises": ["0", "1"]}, ["a < 0"])
    assert shown(
        "inverse", LEAKY, None, {"between": ["-oo", False, "oo", False], "valley": ["-1", "0", "1"]}, ["a < 0"]
    )


@pytest.mark.parametrize("text", ["x) + (1/x", "0 if x > 0 else 0", "x, x", "__import__('os')"])
def test_texts_that_are_no_expressions_are_refused(text):
    certificate = {"version": 1, "kind": "fact", "fact": "asymptotes", "expression": "x", "assume": [], "claims": []}
    with pytest.raises(SymactError, match="re-checked"):
        check_fact({**certificate, "value": {"-oo": text, "oo": "x"}})


def test_a_certificate_about_1_is_none_about_true():
    certificate = {"kind": "fact", "fact": "zeros", "expression": "x", "value": 1, "assume": []}
    case = {"status": "proved", "value": 1}
    suits(certificate, {"expression": "x"}, "zeros", case)
    with pytest.raises(CertificateError, match="about another value"):
        suits(certificate, {"expression": "x"}, "zeros", case | {"value": True})
