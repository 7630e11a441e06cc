"""Wrong facts, said in every way that is known and proved anew, never get a certificate that the checker accepts."""

import json
from contextlib import suppress
from functools import cache

import pytest

from symact.certification.given import ways
from symact.claims.facts import Statement
from symact.claims.files import Entry
from symact.commands.options import facts_of, read_function
from symact.errors import SymactError
from symact.parse import parse_assumptions, parse_expression
from symact.recheck.facts import check_fact, confirm, said
from symact.render.card import record
from symact.render.values import number
from symact.verification import verify_entry

#: Fact → all words that are its values.
WORDS = {
    "parity": ("odd", "even", "none"),
    "monotonicity": (
        *("strictly increasing", "nondecreasing", "strictly decreasing", "nonincreasing", "constant", "none"),
    ),
    "convexity": ("convex", "concave", "affine", "none"),
    "continuity": ("discontinuous", "C0", "C1", "C2", "Coo"),
    "domain": ("(-oo, oo)", "[0, oo)", "(0, oo)", "(-oo, 0) U (0, oo)"),
}
NUMBERS = ("limit_minus_inf", "limit_plus_inf", "lipschitz", "gaussian_mean", "gaussian_second_moment", "gain")
LISTS = ("zeros", "inflection_points", "stationary_points")
CENTRE = {"x": number(parse_expression("0")), "y": number(parse_expression("0"))}


def wrong(name, value):
    """Values of a fact that it hasn't, if `value` is the right one: each word, each number moved, parts left out or twice."""
    others = [*WORDS.get(name, ()), *([] if name in WORDS else changed(value))]
    others += ["none", "oo", "-oo", *map(number, map(parse_expression, "01"))] if name in NUMBERS else []
    others += [[], "infinite"] if name in LISTS else [[]] if name == "joins" else []
    others += [CENTRE if value is None else None] if name == "point_symmetry" else []
    others += ["x" if value is None else None] if name == "inverse" else []
    seen = []
    for other in others:
        if other != value and other not in seen:
            seen.append(other)
            yield other


def changed(value):
    if isinstance(value, dict) and set(value) == {"exact", "lower", "upper"}:
        if value["exact"] is None:
            yield {
                **value,
                **{
                    key: f"{value[key][:-3]}{'37'[value[key][-3] == '3']}{value[key][-2:]}"
                    for key in value
                    if key != "exact"
                },
            }
        else:
            yield from (number(parse_expression(f"({value['exact']}) + {step}")) for step in ("1", "1/10**9"))
        yield from ("oo", "-oo")
    elif isinstance(value, dict):
        yield from ({**value, key: other} for key, part in value.items() if key != "latex" for other in changed(part))
    elif isinstance(value, list):
        yield from (value[:k] + value[k + 1 :] for k in range(len(value)))
        yield from ([*value[:k], other, *value[k + 1 :]] for k, part in enumerate(value) for other in changed(part))
        yield from ([value[::-1], value + value[-1:]] if value else [])
    elif isinstance(value, bool):
        yield not value
    elif value in ("minimum", "maximum", "neither"):
        yield from (word for word in ("minimum", "maximum", "neither") if word != value)
    elif value in ("oo", "-oo", "none", "infinite"):
        yield from (word for word in ("oo", "-oo", "none") if word != value)
    elif isinstance(value, str):
        yield f"{value} + 1/10**9"


@cache
def decided(says, assume):
    """The record of a claim, of which many wrong facts need the same."""
    return verify_entry(Entry(says, assume=assume), timeout=2).to_json()


def forged(name, expression, value, assume, given):
    """Whether claims that say a value are all proved and the checker accepts their certificate."""
    found = said(name, expression, value, assume, given)
    for part in found:
        if not isinstance(part, Statement):
            confirm(part, [parse_expression(text) for text in given.get("cuts", [])])
    records = []
    for claim in (part for part in found if isinstance(part, Statement)):
        records.append(decided(claim.says, tuple(claim.assume)))
        if records[-1]["verdict"] != claim.verdict:
            return False
    base = {"version": 1, "kind": "fact", "fact": name, "expression": expression, "value": value}
    check_fact(json.loads(json.dumps({**base, "assume": assume, "given": given, "claims": records})))
    return True


def attack(text, names):
    """Wrong values of facts that the checker accepts."""
    function = read_function(text, ())
    facts = facts_of(function, (), None)
    card = json.loads(json.dumps(record(facts, function.name, 20)))
    for name in names:
        for case in card["facts"][name] if isinstance(card["facts"][name], list) else [card["facts"][name]]:
            if case["status"] != "proved":
                continue
            conditions = case["when"].split(" and ") if case["when"] else []
            land = facts.landscape(facts.known & parse_assumptions(conditions).relations)
            known = {key: fact for key, fact in card["facts"].items() if isinstance(fact, dict)}
            right = list(ways(name, land, case, known))
            for value in wrong(name, case["value"]):
                given = [*right, {}]
                with suppress(SymactError, LookupError, TypeError, ValueError, AttributeError):
                    given += ways(name, land, {**case, "value": value}, known)
                for way in given:
                    with suppress(SymactError, NotImplementedError):
                        if forged(name, card["expression"], value, [*facts.stated, *conditions], way):
                            yield name, case["when"], case["value"], value, way


SHAPES = ("parity", "monotonicity", "convexity", "continuity", "joins", "inverse", "point_symmetry")


def test_wrong_shapes_are_never_certified():
    assert not list(attack("1/x", ("joins",)))


def whole(level):
    end = {"exact": level, "lower": None, "upper": None}
    return {"inf": end, "sup": end, "inf_attained": True, "sup_attained": True, "set": None}


@pytest.mark.parametrize(
    ("name", "expression", "value", "given"),
    [
        ("range", "tanh(x)", whole("tanh(x)"), {}),
        ("range", "tanh(x)", whole("tanh(x)"), {"domain": "(-oo, oo)", "inf": {"at": "x"}, "sup": {"at": "x"}}),
        ("lipschitz", "exp(x)", whole("exp(x)")["inf"], {"domain": "(-oo, oo)", "at": "x", "holes": {}}),
        ("point_symmetry", "exp(x)", {"x": whole("x")["inf"], "y": whole("exp(x)")["inf"]}, {"domain": "(-oo, oo)"}),
        ("asymptotes", "Max(0, x)", {"-oo": "0", "oo": "Abs(x)"}, {}),
        *(
            ("asymptotes", "x", {"-oo": "x", "oo": None}, {"oo": {"slope": "0", "rest": "oo", "shift": shift}})
            for shift in ("oo", "x**2", True, 1)
        ),
    ],
)
def test_what_has_the_variable_in_it_is_no_number_and_a_line_has_no_kinks(name, expression, value, given):
    with suppress(SymactError):
        assert not forged(name, expression, value, [], given)


LINE, ZERO = "(-oo, oo)", number(parse_expression("0"))
#: A number whose decimals are others, hidden by a part that no number has.
WRONG = {"exact": "0", "lower": "5", "upper": "6", "digits": 1}
NEAR = {"from": "-oo", "to": "oo", "signs": ["!=", "!="]}
INTERVAL = {**whole("1"), "inf": number(parse_expression("-1")), "sup": number(parse_expression("1"))}
WAVE = {"formula": "x*sin(x)", "below": "2*pi*k - pi/2", "above": "2*pi*k + pi/2"}
HOLE = {"domain": LINE, "holes": {"-oo": ["0"]}, "cuts": ["0"]}


@pytest.mark.parametrize(
    ("name", "expression", "value", "given"),
    [
        *(
            ("derivative", "x", {"expression": "Piecewise((1, x < 0), (1, x > 0))", "latex": ""}, {**HOLE, **more})
            for more in ({}, {"breaks": {"0": {"order": 1, "levels": {"-": "1", "+": "1"}}}})
        ),
        ("output_relation", "exp(x)", "Piecewise((f, f < 1), (f, f > 1))", HOLE),
        ("inflection_points", "x*Abs(x)", [], {"points": [], "between": ["!="]}),
        ("stationary_points", "x**2", [{"x": ZERO, "f": ZERO, "kind": "neither"}], {"near": [NEAR]}),
        ("domain", "log(-x)", "(-oo, 0) U (5, 3)", {}),
        ("zeros", "Max(0, x)", [["-oo", "-1"], ["-1", "0"]], {}),
        ("stationary_points", "Max(0, x)", [["-oo", "-1"], ["-1", "0"]], {}),
        ("continuity", "Abs(x)", "C00", {}),
        ("range", "sin(x)", {**INTERVAL, "set": "Interval(-1, 1)"}, {"inf": {"at": "-pi/2"}, "sup": {"at": "pi/2"}}),
        ("zeros", "x", [WRONG], {}),
        ("limit_plus_inf", "exp(-x)", WRONG, {}),
        ("monotonicity", "0*x", "nondecreasing", {}),
        # places again and again that don't change the sign, lie in another order, or count by a parameter
        *(
            ("zeros", expression, "infinite", {"from": "0", "recurring": {**WAVE, **change}})
            for expression, change in (
                ("x*sin(x)**2", {"formula": "x*sin(x)**2"}),
                ("x*sin(x)", {"above": "2*pi*k - pi"}),
                ("x*sin(x)", {"above": "2*pi*k + 5*pi/2"}),
                ("x*sin(x)", {"below": "3*pi/2", "above": "5*pi/2"}),
                ("x*sin(x)", {"formula": "Piecewise((x*sin(x), x < 10))"}),
                ("x*sin(x)*k", {"formula": "x*sin(x)*k"}),
                ("Piecewise((x*sin(x), x < 100), (x, True))", {}),
            )
        ),
        ("zeros", "sign(sin(x))*x", "infinite", {"from": "0", "recurring": {**WAVE, "formula": "sign(sin(x))*x"}}),
        # f' is 1 - exp(-f)
        (
            "output_relation",
            "log(1 + exp(x))",
            None,
            {
                "between": ["0", "1"],
                "independent": {"head": "log", "outer": "1 + s", "inner": "x", "value": "t", "slope": "s/(1 + s)"},
            },
        ),
        # holes that vanish where an expression is simplified
        ("point_symmetry", "x*(x - 1)/(x - 1)", CENTRE, {"domain": "(-oo, 1) U (1, oo)", "cuts": ["1", "-1"]}),
        ("inverse", "x", "x*(x - 1)/(x - 1)", {"domain": LINE, "cuts": ["1"]}),
        ("output_relation", "exp(x)", "f*(f - 1)/(f - 1)", {"domain": LINE, "cuts": ["0"]}),
        ("derivative", "x", {"expression": "(x - 1)/(x - 1)", "latex": ""}, {"domain": LINE, "cuts": ["1"]}),
    ],
)
def test_what_is_true_but_not_all_that_is_true_is_no_fact(name, expression, value, given):
    with suppress(SymactError):
        assert not forged(name, expression, value, [], given)


@pytest.mark.parametrize("assumed", ["k == 1", "k <= 1"])
def test_what_counts_places_is_nothing_that_is_assumed(assumed):
    places = {"formula": "x - 2", "below": "9*k - 8", "above": "9*k - 6"}
    with suppress(SymactError):
        assert not forged("zeros", "x - 2", "infinite", [assumed], {"from": "0", "recurring": places})


@pytest.mark.parametrize(
    ("name", "expression", "value", "given"),
    [
        (
            "derivative",
            "Abs(x)",
            {"expression": "x/Abs(x)", "latex": ""},
            {**HOLE, "breaks": {"0": {"order": 1, "levels": {"-": "-1", "+": "1"}}}},
        ),
        (
            "stationary_points",
            "sign(x)",
            [["-oo", "0"], ["0", "oo"]],
            {"breaks": {"0": {"order": 0, "levels": {"-": "-1", "+": "1"}}}},
        ),
        ("zeros", "Piecewise((1, Eq(x, 0)), (0, True))", [["-oo", "0"], ["0", "oo"]], {"breaks": {"0": {}}}),
        ("zeros", "0/x", [["-oo", "0"], ["0", "oo"]], {"cuts": ["0"]}),
        ("zeros", "x*sin(x)", "infinite", {"from": "0", "recurring": WAVE}),
    ],
)
def test_a_place_without_a_derivative_or_a_value_may_be_left_out(name, expression, value, given):
    assert forged(name, expression, value, [], given)


@pytest.mark.campaign
@pytest.mark.parametrize(
    "text", ["Max(0, x)", "1/x", "sign(x)", "sqrt(x)", "x**3 - 3*x", "sin(x)", "prelu", "hard_shrink"]
)
@pytest.mark.parametrize(
    "names", [SHAPES, (*NUMBERS, "range", "asymptotes"), (*LISTS, "domain")], ids=["shapes", "numbers", "places"]
)
def test_wrong_facts_are_never_certified(text, names):
    assert not list(attack(text, names))
