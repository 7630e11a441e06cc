"""Certificates of cards: complete, accepted, and rejected for any other value, function or condition."""

import copy
import json
from contextlib import suppress

import pytest

from symact.certification import certified
from symact.claims.facts import Existence
from symact.claims.files import Entry
from symact.cli import main
from symact.commands.options import facts_of, read_function
from symact.errors import SymactError
from symact.parse import parse_expression
from symact.proof.certificates.requirements import CertificateError
from symact.recheck.facts import check_fact, exists, said, shows, suits
from symact.recheck.vector_facts import check_vector_fact
from symact.render.card import record
from symact.verification import verify_entry


def card_of(text, *names):
    """The card of a function with certificates, of some facts or all."""
    function = read_function(text, ())
    facts = facts_of(function, (), None)
    card = record(facts, function.name, 20)
    card["facts"] = {name: fact for name, fact in card["facts"].items() if not names or name in names}
    return json.loads(json.dumps(certified(card, facts, 20)))


def cases_of(card):
    for name, fact in card["facts"].items():
        for case in fact if isinstance(fact, list) else [fact]:
            if case["status"] == "proved":
                yield name, case


def accept(card, name, case):
    suits(case["certificate"], card, name, case)
    check_fact(case["certificate"])


@pytest.fixture(scope="module")
def relu():
    return card_of("relu")


def test_every_proved_fact_has_a_certificate_that_is_accepted(relu):
    for name, case in cases_of(relu):
        accept(relu, name, case)


#: Facts for which no certificate is built yet: integrals over poles that have no value, integrals that aren't elementary.
OPEN = {
    "silu": {"antiderivative"},
    "quick_gelu": {"antiderivative"},
    "1/(x**2 - 1)": {"gaussian_mean", "gaussian_second_moment", "gain"},
}


@pytest.mark.campaign
@pytest.mark.parametrize(
    "text",
    [
        *OPEN,
        "swish",
        "hard_shrink(lambd=1/2)",
        "prelu",
        "elu",
        "selu(scale=2)",
        "sqrt(x)",
        "(x**3 - 3*x)*exp(-x**2)",
    ],
)
def test_all_but_known_facts_have_a_certificate(text):
    card = card_of(text)
    missing = set()
    for name, case in cases_of(card):
        if case["certificate"] is not None:
            accept(card, name, case)
        else:
            assert case["uncertified"]
            missing.add(name)
    assert missing <= OPEN.get(text, set())


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Piecewise((1, Eq(x, 0)), (sin(x)/x, True))", ("range",)),
        ("log_ndtr", ("convexity", "inflection_points")),
        ("arcsinh", ("gaussian_second_moment", "gain")),
        ("softplus_torch(beta=1,threshold=20)", ("inverse",)),
        ("sign", ("inverse",)),
        ("x**2*exp(x)", ("asymptotes",)),
    ],
)
def test_endless_turns_quotients_logarithms_and_jumps(text, names):
    card = card_of(text, *names)
    for name, case in cases_of(card):
        accept(card, name, case)


def changed(value):
    """Values that differ in one number or word, or lack a place of a list."""
    if isinstance(value, dict):
        for key, part in value.items():
            if key != "latex":
                yield from ({**value, key: other} for other in changed(part))
    elif isinstance(value, list):
        yield from (value[:k] + value[k + 1 :] for k in range(len(value)))
        yield from ([*value[:k], other, *value[k + 1 :]] for k, part in enumerate(value) for other in changed(part))
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield from (f"{value} + 1/10**9", "none" if value in ("odd", "even", "convex") else "x/3", None)
    else:
        yield "0"


def test_changed_values_are_rejected(relu):
    card = relu
    for name, case in cases_of(card):
        for number, value in enumerate(changed(case["value"])):
            if number % 3 == 0:
                with pytest.raises(SymactError):
                    check_fact({**case["certificate"], "value": value})
                with pytest.raises(SymactError):
                    suits(case["certificate"], card, name, {**case, "value": value})


def test_other_functions_are_rejected(relu):
    card = relu
    for name, case in cases_of(card):
        other = {**case["certificate"], "expression": "Max(0, x) + x**2"}
        with pytest.raises(SymactError):
            suits(other, card, name, case)
        if name != "domain":  # which is the same
            with pytest.raises(SymactError):
                check_fact(other)


def test_other_conditions_are_rejected():
    card = card_of("prelu", "monotonicity")
    (name, case), *_ = cases_of(card)
    other = copy.deepcopy(case)
    other["when"] = "a != 7"
    with pytest.raises(SymactError):
        suits(case["certificate"], card, name, other)
    other["certificate"]["assume"][-1] = "a != 7"
    with pytest.raises(SymactError):
        accept(card, name, other)


ZERO, ONE = ({"exact": text, "lower": text, "upper": text} for text in ("0", "1"))
MINUS = {"exact": "-1", "lower": "-1", "upper": "-1"}
STEP = "Piecewise((0, x < 0), (1, True))"
TURN = {"points": [ZERO], "between": ["-", "+"]}
LINE = {"domain": "(-oo, oo)"}
SPLIT = {"domain": "(-oo, 0) U (0, oo)"}


def shown(fact, expression, value, given, assume=()):
    """Whether every claim of a certificate, and all that is said of values, holds."""
    for part in said(fact, expression, value, assume, given):
        if isinstance(part, Existence):
            exists(part, [parse_expression(text) for text in given.get("cuts", [])])
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


def test_on_a_part_of_the_line_facts_have_certificates():
    facts = facts_of(read_function("log(x)", ()), ("x > 3",), None)
    card = record(facts, "log(x)", 20)
    names = ("domain", "range", "limit_plus_inf", "limit_minus_inf", "monotonicity", "continuity")
    card["facts"] = {name: card["facts"][name] for name in names}
    for name, case in cases_of(json.loads(json.dumps(certified(card, facts, 20)))):
        accept({**card, "assume": facts.stated}, name, case)


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


def test_facts_of_vectors_are_certified_by_laws(capsys, tmp_path):
    """Each law's claims are re-checked; another value, law, function or a claim less is rejected."""
    status = main(["show", "softmax", "--json", "--certificates"])
    card = json.loads(capsys.readouterr().out)
    assert status == 0
    assert not [(name, fact) for name, fact in card["facts"].items() if not fact["certificate"]]
    none, permuted = (card["facts"][name]["certificate"] for name in ("scale", "permutation"))
    check_vector_fact(none)
    check_vector_fact(permuted)
    certificate = card["facts"]["jacobian"]["certificate"]
    check_vector_fact(certificate)
    check_vector_fact(card["facts"]["relation"]["certificate"])
    lipschitz = card["facts"]["lipschitz"]["certificate"]
    for changed in (
        {**certificate, "value": "dy_i/dv_j = y_i*(delta_ij + y_j)"},
        {**certificate, "function": "softmin"},
        {**certificate, "expression": "v[i]"},
        {**certificate, "claims": []},
        {**certificate, "fact": "shift"},
        {**certificate, "fact": "no such fact"},
        {**certificate, "laws": [{"value": certificate["value"], "given": {"slope": "softmax(v)[i] # 0"}}]},
        {**certificate, "claims": [{**certificate["claims"][0], "verdict": "refuted"}]},
        {**certificate, "claims": certificate["claims"] * 2},
        {**certificate, "claims": lipschitz["claims"][:1]},
        {**lipschitz, "value": lipschitz["value"].replace("1/2", "1")},
        {**certificate, "value": "none", "laws": []},
        {**none, "fact": "shift"},
        {**none, "claims": none["claims"][:1]},
        {**none, "claims": [{**claim, "verdict": "proved"} for claim in none["claims"]]},
        {**permuted, "value": "permuting v changes nothing"},
        {**permuted, "value": None},
        {**permuted, "claims": none["claims"]},
    ):
        with pytest.raises(CertificateError):
            check_vector_fact(changed)
    card["facts"]["jacobian"]["value"] = "dy_i/dv_j = 0"
    file = tmp_path / "card.json"
    file.write_text(json.dumps(card))
    assert main(["check", str(file)]) == 1
    assert capsys.readouterr().out.count("rejected") == 1
