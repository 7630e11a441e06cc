"""Certificates that prove something, but not what the record claims, are rejected."""

import pytest

from symact.proof.certificates.checker import CertificateError
from symact.recheck import check, check_record
from symact.verification import verify


def record(claim, certificate, assume=(), verdict="proved"):
    return {"claim": claim, "assume": list(assume), "verdict": verdict, "certificate": certificate}


def genuine(claim, assume=()):
    return dict(verify(claim, assume).certificate)


@pytest.mark.parametrize(
    ("claim", "proved", "assume"),
    [
        ("diff(x, x) == 2", "1 == 1", []),
        ("diff(x**2, x) == 7*x", "2*x == 2*x", []),
        ("limit(1/x, x, oo) == 5", "0 == 0", []),
        ("expectation(z, z) == 1", "0 == 0", []),
        ("x == 1", "x == x", []),
        ("x > 0", "x >= 0", ["x >= 0"]),
        ("range(tanh(x), x) == {5}", "range(tanh(x), x) == Interval.open(-1, 1)", []),
        ("range(tanh(x), x) == Interval(-1, 1)", "range(tanh(x), x) == Interval.open(-1, 1)", []),
        ("increasing(diff(sin(x), x), x)", "increasing(x, x)", []),
    ],
)
def test_a_certificate_of_another_claim(claim, proved, assume):
    certificate = genuine(proved, assume)
    check(certificate)
    with pytest.raises(CertificateError):
        check_record(record(claim, certificate))


@pytest.mark.parametrize("claim", ["x**2 > 1", "tanh(x) == 2*sigmoid(2*x) - 1", "increasing(x**2, x)"])
def test_an_example_outside_the_assumptions(claim):
    """What is assumed must hold somewhere: of nothing everything is so."""
    certificate = genuine(claim, ["x > 1"])
    check_record(record(claim, certificate, ["x > 1"]))
    for example in ({"x": "1/2"}, {"x": "1"}, {}):
        with pytest.raises(CertificateError):
            check_record(record(claim, {**certificate, "example": example}, ["x > 1"]))


@pytest.mark.parametrize(("claim", "key"), [("Abs(x) == x", "positive"), ("sin(pi*x) == 0", "integers")])
def test_a_certificate_that_assumes_more_of_a_symbol(claim, key):
    certificate = genuine("x == x")
    certificate["statement"] = {**certificate["statement"], "left": claim.split(" == ")[0], key: ["x"]}
    certificate["statement"]["right"] = claim.split(" == ")[1]
    with pytest.raises(CertificateError):
        check_record(record(claim, certificate))


LINE = {"pieces": [{"left": "-oo", "right": "oo", "formula": "x"}], "parts": []}
CONTINUOUS = {"property": "continuous", "expression": "x", "variable": "x", "order": None}
SAME = {"left": "x", "op": "==", "right": "x"}


@pytest.mark.parametrize(
    ("claim", "verdict", "kind", "statement", "proof"),
    [
        ("x == 1", "proved", "property", {**SAME, "right": "1", **CONTINUOUS}, LINE),
        ("x > 1", "proved", "property", {"left": "x", "op": ">", "right": "1", **CONTINUOUS}, LINE),
        (
            "range(x, x) == {5}",
            "proved",
            "property",
            {"range": "x", "variable": "x", "op": "==", "values": [["5", True, "5", True]]},
            LINE,
        ),
        (
            "convex(-x**2, x)",
            "proved",
            "identity",
            {**SAME, **CONTINUOUS, "property": "convex", "expression": "-x**2"},
            {"proof": {"zero": True}},
        ),
        ("x == x", "refuted", "property witness", {**SAME, **CONTINUOUS, "property": "even"}, {"witness": {"x": "1"}}),
    ],
)
def test_a_statement_of_two_kinds_says_nothing(claim, verdict, kind, statement, proof):
    base = {"version": 1, "verdict": verdict, "kind": kind, "example": {"x": "0"}}
    with pytest.raises(CertificateError):
        check_record(record(claim, {**base, "statement": {**statement, "assume": []}, **proof}, verdict=verdict))


def test_cases_are_cases_of_parameters_and_leave_nothing_out():
    claim, assume = "limit(x/(1 + exp(-b*x)), x, oo) == oo", ["b >= 0"]
    certificate = genuine(claim, assume)
    check_record(record(claim, certificate, assume))
    (step,) = certificate["evaluated"]
    for cases in (step["cases"][:1], [], [{"when": ["x > 0"]}, {"when": ["x <= 0"]}]):
        with pytest.raises(CertificateError):
            check_record(record(claim, {**certificate, "evaluated": [{**step, "cases": cases}]}, assume))
    weaker = {**certificate, "statement": {**certificate["statement"], "assume": []}}
    with pytest.raises(CertificateError):
        check_record(record(claim, weaker))


@pytest.mark.parametrize(
    "broken",
    [
        {},
        [],
        None,
        {"version": [1], "kind": ["identity"], "verdict": {}},
        {
            "version": 1,
            "kind": "identity",
            "verdict": "proved",
            "statement": {**SAME, "assume": ["x > nan"]},
            "proof": {},
        },
        {"version": 1, "kind": "property", "verdict": "proved", "statement": {**CONTINUOUS, "assume": []}},
        {"version": 1, "kind": "matrices", "verdict": "refuted", "statement": {"claim": "A*B == B*A", "assume": []}},
    ],
)
def test_broken_data(broken):
    with pytest.raises(CertificateError):
        check(broken)


def test_what_is_evaluated_is_evaluated_again():
    check_record(record("diff(tanh(x), x) == 1 - tanh(x)**2", genuine("diff(tanh(x), x) == 1 - tanh(x)**2")))
