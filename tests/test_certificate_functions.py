"""Certificates of properties and ranges: accepted as written, rejected when anything that matters is changed."""

import copy
import json
from contextlib import suppress
from functools import cache

import pytest

from symact.claims.model import Extent
from symact.errors import InputError, SymactError
from symact.named import unfold
from symact.parse.claim import parse_claim
from symact.proof.certificates.checker import check
from symact.proof.certificates.properties import FUNCTION_KINDS
from symact.proof.properties.extent import decide_extent
from symact.proof.properties.properties import decide_property


def certificate(text, assume=()):
    return json.loads(written(text, tuple(assume)))


@cache
def written(text, assume):
    claim = parse_claim(text, assume)
    s = claim.statement
    if isinstance(s, Extent):
        found = decide_extent(unfold(s.expression), s.variable, unfold(s.values), s.equal, claim.relations)
    else:
        found = decide_property(s.name, unfold(s.expression), s.variable, s.order, claim.relations)
    return json.dumps(dict(found.certificate))


def accepted(data):
    try:
        FUNCTION_KINDS[data["kind"]](data, check)
    except (SymactError, KeyError, TypeError, ValueError, AttributeError, IndexError):
        return False
    return True


CLAIMS = [
    ("increasing(relu(x), x)", []),
    ("strictly_increasing(tanh(x), x)", []),
    ("decreasing(exp(-x), x)", []),
    ("monotonic(softsign(x), x)", []),
    ("convex(softplus(x), x)", []),
    ("convex(Abs(x), x)", []),
    ("concave(log(x), x)", []),
    ("odd(tanh(x), x)", []),
    ("even(x**2, x)", []),
    ("continuous(1/x, x)", []),
    ("smooth(elu(x, 1), x, 1)", []),
    ("increasing(x**2, x)", ["x > 0"]),
    ("convex(silu(x), x)", []),
    ("increasing(x**3 - x/10**6, x)", []),
    ("strictly_increasing(relu(x), x)", []),
    ("odd(relu(x), x)", []),
    ("monotonic(gelu(x), x)", []),
    ("smooth(elu(x, a), x, 1)", ["a > 0"]),
    ("continuous(sign(x), x)", []),
    ("convex(Max(0, 1 - a*x), x)", []),
    ("range(sigmoid(x), x) == Interval.open(0, 1)", []),
    ("range(relu(x), x) == Interval(0, oo)", []),
    ("range(silu(x), x) == Interval(-LambertW(exp(-1)), oo)", []),
    ("range(3*sin(2*x + 1) - 4*cos(2*x + 1) + 1, x) == Interval(-4, 6)", []),
    ("smooth(Piecewise((1, Eq(x, 0)), (x/(exp(x) - 1), True)), x, oo)", []),
    ("range(LambertW(x), x) == Interval.Ropen(-1, oo)", []),
    ("range(sigmoid(x), x) == Interval(0, 1)", []),
    ("range(relu(x), x) == Interval.open(0, oo)", []),
    ("range(elu(x, a), x) == Interval(-a, oo)", ["a > 0"]),
]


@pytest.mark.parametrize(("text", "assume"), CLAIMS)
def test_certificates_are_accepted_and_with_another_verdict_rejected(text, assume):
    data = certificate(text, assume)
    FUNCTION_KINDS[data["kind"]](data, check)
    data["verdict"] = "refuted" if data["verdict"] == "proved" else "proved"
    assert not accepted(data)


@pytest.mark.parametrize(("text", "assume"), [c for c in CLAIMS if "range" not in c[0]])
def test_other_expressions_are_rejected(text, assume):
    data = certificate(text, assume)
    if "witness" in data:
        for expression in ("0", "x"):
            changed = copy.deepcopy(data)
            changed["statement"]["expression"] = expression
            name = changed["statement"]["property"]
            assert not accepted(changed) or (name, expression) in FALSE_OF_LINES
        return
    for expression in (
        "sin(x)",
        "x - 2*exp(x)*x**3 + 1",
        f"({data['statement']['expression']}) + sign(x - 1)*x*(x - 3)",
    ):
        changed = copy.deepcopy(data)
        changed["statement"]["expression"] = expression
        assert not accepted(changed)


#: What is false of the constant 0 and of x, so that a witness may show it.
FALSE_OF_LINES = {("strictly_increasing", "0"), ("strictly_decreasing", "0"), ("even", "x")}


def test_a_dropped_piece_is_rejected():
    for text in (
        "increasing(relu(x), x)",
        "convex(Abs(x), x)",
        "smooth(elu(x, 1), x, 1)",
        "range(relu(x), x) == Interval(0, oo)",
    ):
        data = certificate(text)
        assert len(data["pieces"]) == 2
        for k in (0, 1):
            changed = copy.deepcopy(data)
            del changed["pieces"][k]
            assert not accepted(changed)


def test_cases_of_a_sign_are_complete_and_about_the_same_function():
    data, other = certificate("convex(Max(0, 1 - a*x), x)"), certificate("convex(Max(0, 2 - a*x), x)")
    negative, zero, positive = data["parts"]
    assert accepted(data)
    broken = [
        {"parts": [negative, zero]},
        {"parts": [negative, positive, zero]},
        {"parts": [negative, {**zero, "part": None}, positive]},
        {"parts": [negative, zero, {**positive, "part": negative["part"]}]},
        {"parts": [negative, zero, other["parts"][2]]},
        {"of": "x"},
        {"of": "a + 1"},
        {"of": "1"},
    ]
    for change in broken:
        assert not accepted({**data, **change})


def test_changed_pieces_are_rejected():
    data = certificate("increasing(relu(x), x)")
    for k in (0, 1):
        for key, value in (("left", "-7"), ("right", "7"), ("formula", "2*x"), ("slope", 7), ("identity", 1 - k)):
            changed = copy.deepcopy(data)
            changed["pieces"][k][key] = value
            assert not accepted(changed)


def test_a_stronger_property_is_rejected():
    data = certificate("increasing(relu(x), x)")
    for name in ("strictly_increasing", "decreasing", "concave", "odd", "nice"):
        changed = copy.deepcopy(data)
        changed["statement"]["property"] = name
        assert not accepted(changed)
    data = certificate("smooth(elu(x, 1), x, 1)")
    for order in ("2", "oo", "x", "1/2"):
        changed = copy.deepcopy(data)
        changed["statement"]["order"] = order
        assert not accepted(changed)


def test_a_dropped_assumption_is_rejected():
    data = certificate("increasing(x**2, x)", ["x > 0"])
    data["statement"]["assume"] = []
    assert not accepted(data)


def test_part_of_the_domain_is_not_the_domain():
    # the pieces of x**2 on x > 0 alone say nothing about the whole line
    data = certificate("increasing(x**2, x)", ["x > 0"])
    data["statement"]["assume"] = ["x > -1"]
    assert not accepted(data)
    bounded = certificate("increasing(-x**2, x)", ["x < 0"])
    bounded["statement"]["assume"] = []
    assert not accepted(bounded)


def test_moved_witnesses_are_rejected():
    data = certificate("convex(silu(x), x)")
    keys = sorted(data["witness"])
    for key in keys:
        changed = copy.deepcopy(data)
        changed["witness"][key] = changed["witness"][keys[0] if key != keys[0] else keys[1]]
        assert not accepted(changed)
    data = certificate("smooth(elu(x, a), x, 1)", ["a > 0"])
    for key, value in (("a", "1"), ("a", "-1"), ("x", "1")):
        changed = copy.deepcopy(data)
        changed["witness"][key] = value
        assert not accepted(changed)


def test_other_ends_of_a_range_are_rejected():
    for text in ("range(sigmoid(x), x) == Interval.open(0, 1)", "range(relu(x), x) == Interval(0, oo)"):
        data = certificate(text)
        for k, value in ((0, "-1"), (0, "1/2"), (2, "2"), (1, not data["statement"]["values"][0][1]), (3, True)):
            changed = copy.deepcopy(data)
            changed["statement"]["values"][0][k] = value
            assert not accepted(changed)


def test_hostile_certificates_are_only_refused():
    data = certificate("increasing(relu(x), x)")
    for path in ("statement", "pieces", "parts"):
        for value in (None, 3, [], {}, "__import__('os')", [[]], {"property": []}):
            changed = copy.deepcopy(data)
            changed[path] = value
            assert not accepted(changed)
    with suppress(InputError):
        assert not accepted({"kind": "range"})
