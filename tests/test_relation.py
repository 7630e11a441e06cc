"""Relations: true, false and deceptive ones, each with the verdict it must get."""

import json

import pytest
from relation_fuzz import IDENTITIES, Judge, a, campaign, gelu, relu, sigmoid, softplus, x, y
from sympy import (
    Abs,
    E,
    Eq,
    Heaviside,
    LambertW,
    Max,
    Min,
    Ne,
    Piecewise,
    Rational,
    S,
    Symbol,
    acosh,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    exp,
    log,
    oo,
    pi,
    sign,
    sin,
    sqrt,
    sympify,
    tanh,
)

from symact.errors import InputError
from symact.proof.certificates.checker import check
from symact.proof.relations.relation import decide_relation
from symact.recheck import CertificateError
from symact.worker import answer

k = Symbol("k", integer=True)
m = Symbol("m", integer=True, positive=True)
tiny = Rational(1, 10**20)
gelu_tanh = x * (1 + tanh(sqrt(2 / pi) * (x + Rational(44715, 10**6) * x**3))) / 2
leaky = Piecewise((a * x, x < 0), (x, True))


def elu(of):
    return Piecewise((exp(of) - 1, of < 0), (of, True))


TRUE = [
    (exp(x), ">=", 1 + x, ()),
    (exp(x), ">", 1 + x, (Ne(x, 0),)),
    (exp(x), ">", 1 + x - tiny, ()),
    (1 - tanh(S(1000)), ">", 0, ()),
    (1 - tanh(x), ">", 0, ()),
    (E**x - 1 - x, ">=", 0, ()),
    (x**2, "!=", -2, ()),
    (1 / x, "!=", 0, ()),
    (Piecewise((x + 1, x >= 0), (a * x - y, True)), "!=", 0, (a > 0, y > 0)),
    (log(x), "<=", x - 1, ()),
    (log(x), "<", x, ()),
    (Piecewise((x, x < sqrt(2)), (x, True)), "==", x, ()),
    (sign(x) * x, "==", Abs(x), ()),
    (sign(x) ** 2, "==", 1, (Ne(x, 0),)),
    (Heaviside(x), "==", (1 + sign(x)) / 2, ()),
    (relu(exp(x) - 1), "==", Max(exp(x), 1) - 1, ()),
    (relu(exp(x) - 2) + relu(2 - exp(x)), "==", Abs(exp(x) - 2), ()),
    (relu(x + y), "<=", relu(x) + relu(y), ()),
    (Max(x, y) * Min(x, y), "==", x * y, ()),
    (x**2 + y**2, ">=", 2 * x * y, ()),
    (leaky, "<=", relu(x), (a >= 0, a <= 1)),
    (leaky, ">=", x, (a <= 1,)),
    (softplus(x), ">", relu(x), ()),
    (softplus(x) - relu(x), "<=", log(2), ()),
    (tanh(x), "<", x, (x > 0,)),
    (sin(x), "<=", x, (x >= 0,)),
    (atan(x) + atan(1 / x), ">=", pi / 2, (x > 0,)),
    (sqrt(x**2), "==", x, (x >= 0,)),
    (exp(-((x - 123) ** 2)), ">", 0, ()),
    (x**3 - 3 * x + 2, ">=", 0, (x >= 0,)),
    (x * sigmoid(x), ">=", -LambertW(exp(-1)), ()),
    (Abs(x * sigmoid(Rational(851, 500) * x) - gelu(x)), "<", Rational(204, 10**4), ()),
    (Abs(gelu_tanh - gelu(x)), "<", Rational(1, 2000), ()),
    (Abs(gelu(x) - relu(x)), "<", Rational(17, 100), ()),
    (gelu(x), ">=", -Rational(17, 100), ()),
    (x * y, "<", 1, (x >= 0, x < 1, y >= 0, y <= 1)),
    (sigmoid(x) * (1 - sigmoid(x)) * sigmoid(y) * (1 - sigmoid(y)), "<=", Rational(1, 16), ()),
    (x, "==", 0, (x >= 0, x <= 0)),
    (x + y, "==", 1, (Eq(x, 1 - y),)),
    (x, "<", oo, ()),
    (oo, "==", oo, ()),
    (m, ">=", 1, ()),
    (cosh(x), ">=", 1 + x**2 / 2, ()),
    (relu(x) - relu(y), "<=", relu(x - y), ()),
    (Abs(Abs(x) - Abs(y)), "<=", Abs(x - y), ()),
    (Abs(Max(x, a) - Max(y, a)), "<=", Abs(x - y), ()),
    (x * y, ">", 0, (x * y > 1,)),
    (Abs(elu(x) - elu(y)), "<=", Abs(x - y), ()),
    (x, "==", 0, (Eq(x**2 + y**2, 0),)),
    (y, "!=", -y, (Ne(x, y), Eq(x, -y))),
    (x, "==", 0, (Eq(exp(x), 1 + x),)),
    (sqrt(1 - sin(x) ** 2), "==", cos(x), (x >= -pi / 2, x <= pi / 2)),
    (sqrt(x + 2 * sqrt(x) + 1), "==", 1 + sqrt(x), ()),
    (acosh(2 * x**2 - 1), "==", 2 * acosh(x), (x >= 1,)),
    (LambertW(x), "<=", x, ()),
    (LambertW(x * exp(x)), ">=", x, ()),
    (LambertW(x * exp(x)), ">", x, (x < -1,)),
    (LambertW(x), "<", log(1 + x), (x > 0,)),
]
FALSE = [
    (tanh(x) + Rational(1, 10**40), "==", tanh(x), ()),
    (Abs(x), "==", x * tanh(1000 * x), ()),
    (exp(x), ">", 1 + x, ()),
    (exp(x), ">=", 1 + x + tiny, ()),
    (x**2, ">", 0, ()),
    ((x - sqrt(2)) ** 2, ">", 0, ()),
    (x**2, "!=", 2, ()),
    (log(x), "!=", 0, ()),
    (Piecewise((5, Eq(x, Rational(7, 3))), (x, True)), "==", x, ()),
    (Piecewise((x, x < sqrt(2)), (x + 1, Eq(x, sqrt(2))), (x, True)), "==", x, ()),
    (Piecewise((x, x < 1000), (x + 1, x < 1000 + Rational(1, 10**9)), (x, True)), "==", x, ()),
    (sign(x) ** 2, "==", 1, ()),
    (Heaviside(x, 1), "==", (1 + sign(x)) / 2, ()),
    (relu(x + y), "==", relu(x) + relu(y), ()),
    (leaky, "==", Max(a * x, x), (a >= 0,)),
    (leaky, ">=", x, (a >= 0,)),
    (softplus(x) - relu(x), "<", log(2), ()),
    (softplus(x) - relu(x), "<=", log(2) - Rational(1, 10**15), ()),
    (tanh(x), "<", x, (x > -1,)),
    (sin(x), "<", 1, ()),
    (atan(x) + atan(1 / x), "==", pi / 2, ()),
    (exp(-((x - 123) ** 2) * 10**20) / 10**30, "==", 0, ()),
    (exp(x), "==", exp(x) + exp(-(10**6) * x**2 - 10**6), ()),
    (x + exp(-((x - Rational(1, 3)) ** 2) * 10**12), "<", x + 1, ()),
    (exp(-((x - sqrt(3)) ** 2) * 10**12), "<", 1 - Rational(1, 10**8), ()),
    (x**3 - 3 * x + 2, ">=", Rational(1, 10**12), (x >= 0,)),
    (Abs(x) ** 3, "==", x**3, (x >= -Rational(1, 10**30),)),
    (Max(x, x**3), "==", x**3, (x > 1 - Rational(1, 10**25),)),
    (gelu(x), ">=", -Rational(169971207, 10**9), ()),
    (gelu_tanh, "==", gelu(x), ()),
    (Abs(gelu_tanh - gelu(x)), "<", Rational(47, 10**5), ()),
    (1 - tanh(x) ** 2, ">", sigmoid(x) * (1 - sigmoid(x)), ()),
    (sigmoid(x) * sigmoid(y), "<=", Rational(1, 2), ()),
    (erf(x), "==", tanh(x), ()),
    (Max(x - 1000, 0) + cos(x), "==", cos(x), ()),
    (x * y, "<", 1, (x >= 0, x <= 1, y >= 0, y <= 1)),
    (x, "==", oo, ()),
    (oo, "<", oo, ()),
    (1 / x, ">", 0, ()),
    (asinh(x), "==", log(x + sqrt(x**2 + 2)), ()),
    (k**2, ">", k, ()),
    ((x - 3 * y - Rational(1, 7)) ** 2, ">", 0, ()),
    (a * exp(-1) - x, "!=", x + y, (a > 0, x > 0, y > 0)),
    (x * exp(y), "!=", 3, (x > 2,)),
    (x, "==", y, (Eq(x**2, y**2),)),
    (elu(x), "!=", -(x**3) - Rational(1, 10), ()),
    (exp(x), "!=", 3 * x**2, (x > 1,)),
    (1 / x + x**3, "!=", exp(x), ()),
    (sqrt(1 - sin(x) ** 2), "==", cos(x), (x >= -pi / 2, x <= pi / 2 + tiny)),
    (sqrt(x - 2 * sqrt(x) + 1), "==", 1 - sqrt(x), ()),
    (log(x + sqrt(x**2 - 1)) + log(x - sqrt(x**2 - 1)), "==", tiny, (x > 1,)),
    (LambertW(x), ">", -1, (x >= -exp(-1),)),
    (LambertW(x), "<", x, ()),
    (LambertW(x * exp(x)), "<=", x, (x > -1 - tiny,)),
]


@pytest.mark.parametrize(("left", "op", "right", "relations"), TRUE, ids=str)
def test_proved(left, op, right, relations):
    verdict = decide_relation(sympify(left), op, sympify(right), relations)
    assert verdict.name == "proved", verdict
    if verdict.certificate:
        check(json.loads(json.dumps(verdict.certificate)))


@pytest.mark.parametrize(("left", "op", "right", "relations"), FALSE, ids=str)
def test_refuted(left, op, right, relations):
    verdict = decide_relation(sympify(left), op, sympify(right), relations)
    assert verdict.name == "refuted", verdict
    check(json.loads(json.dumps(verdict.certificate)))


@pytest.mark.parametrize(("left", "right", "relations"), IDENTITIES, ids=str)
def test_identities_are_proved(left, right, relations):
    verdict = decide_relation(left, "==", right, relations)
    assert verdict.name == "proved", verdict
    check(json.loads(json.dumps(verdict.certificate)))
    assert decide_relation(left, "<", right, relations).name == "refuted"
    assert decide_relation(left, ">=", right, relations).name in ("proved", "undecided")


@pytest.mark.parametrize(
    ("left", "op", "right", "relations"),
    [
        (sqrt(x - 1) + sqrt(1 - x), "==", 1, (x > 2,)),
        (x, "==", x + 1, (x > 1, x < 0)),
        (log(-Abs(x)), "==", 0, ()),
    ],
    ids=str,
)
def test_never_wrong_where_nothing_is_claimed(left, op, right, relations):
    assert decide_relation(sympify(left), op, sympify(right), relations).name == "undecided"


def test_a_side_that_is_never_real_is_no_error():
    assert decide_relation(asinh(x), "==", log(x + sqrt(-(x**2) - 1)), ()).name == "undecided"
    assert decide_relation(asinh(x), "<", log(x + sqrt(-(x**2) - 1)), ()).name == "undecided"


def test_a_side_that_is_undefined_refutes_nothing():
    assert decide_relation(log(x) + x, "==", log(x) + Piecewise((x, x > 0), (7, True)), ()).name == "proved"
    assert decide_relation(sqrt(x), ">=", S.Zero, ()).name == "proved"


def test_the_point_lies_inside_the_assumptions():
    verdict = decide_relation(x**2, "<=", S(4), (x > 2, x < Rational(21, 10)))
    assert verdict.name == "refuted"
    assert 2 < Rational(verdict.counterexample["x"]) < Rational(21, 10)


def test_unknown_operator():
    with pytest.raises(InputError, match="no relation"):
        decide_relation(x, "=", x, ())


def test_mutations_are_never_judged_wrongly():
    found = list(campaign(seed=11, count=40))
    assert not [outcome for outcome in found if outcome.false]
    assert sum(outcome.verdict == "undecided" for outcome in found) <= 4


@pytest.mark.campaign
def test_many_mutations_are_never_judged_wrongly():
    found = list(campaign(seed=12, count=600))
    assert not [outcome for outcome in found if outcome.false]
    assert sum(outcome.verdict == "undecided" for outcome in found) <= 30


@pytest.mark.parametrize(
    "variant",
    [(x, "==", x, ()), (exp(x), ">=", 1 + x, ()), (x, "<", x + tiny, ()), (relu(a * x), "==", a * relu(x), (a >= 0,))],
    ids=str,
)
def test_the_judge_finds_no_fault_with_what_holds(variant):
    assert not Judge(*variant).fails_somewhere()


@pytest.mark.parametrize(
    "variant",
    [
        (tanh(x), "==", tanh(x) + tiny, ()),
        (exp(x), ">", 1 + x, ()),
        (cos(x) * cos(2 * x), ">", -1, ()),
        (Max(0, x - 1000) + x, "==", x, ()),
        (relu(a * x), "==", a * relu(x), ()),
    ],
    ids=str,
)
def test_the_judge_finds_what_fails(variant):
    left, op, right, relations = variant
    assert Judge(sympify(left), op, sympify(right), relations).fails_somewhere()


@pytest.mark.parametrize(
    ("says", "assume", "expected"),
    [
        ("k*(k - 1) >= 0", ("k in integer",), "proved"),
        ("2*k != 1", ("k in integer",), "proved"),
        ("k == 0", ("k in integer", "k**2 < 1"), "proved"),
        ("k >= 1", ("k in integer", "k > 0"), "proved"),
        ("2**k >= k + 1", ("k in integer", "k >= 0"), "proved"),
        ("k**2 - 3*k + 2 >= 0", ("k in integer",), "proved"),
        ("k**2 - 3*k + 2 > 0", ("k in integer",), "refuted"),
        ("k > 1", ("k in integer", "k > 0"), "refuted"),
        ("k**3 - k >= 0", ("k in integer",), "refuted"),
        ("k*(k - 1) >= 0", (), "refuted"),
        ("sin(x + 2*pi*k) == sin(x)", ("k in integer",), "proved"),
    ],
)
def test_integers(says, assume, expected):
    found = answer((says, assume))
    assert found.name == expected
    if found.certificate.get("kind") == "integers":
        changed = json.loads(json.dumps(dict(found.certificate)))
        changed["bounds"] = [b * 2 for b in changed["bounds"]]
        with pytest.raises(CertificateError):
            check(changed)


def test_at_values_without_those_of_an_assumption_nothing_is_looked_for():
    assert decide_relation(x * y, "!=", S.One, (x < 1 / y,)).name != "refuted"
