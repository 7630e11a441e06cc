"""Certificates of claims with derivatives, limits, integrals and expectations: what these come to is checked again."""

import copy

import pytest
from records import record, rejected

CLAIMS = [
    ("diff(Max(x, x**2), x) == Piecewise((1, (x > 0) & (x < 1)), (2*x, True))", ()),
    ("diff(elu(x, a), x) == Piecewise((1, x > 0), (a*exp(x), x < 0))", ("a > 0",)),
    ("diff(x*Abs(x), x, 2) == 2*sign(x)", ("x != 0",)),
    ("diff(x**3*sign(x), x) == 3*x*Abs(x)", ()),
    ("diff(Abs(x), x) == sign(x)", ()),
    ("diff(log(x), x) == 1/x", ()),
    ("limit(tanh(b*x), b, oo) == sign(x)", ()),
    ("limit(softplus(b*x)/b, b, oo) == relu(x)", ()),
    ("limit(gelu(x) - x, x, oo) == 0", ()),
    ("limit(x**k*exp(-x), x, oo) == 0", ("k > 0",)),
    ("limit(x**a/(1 + x**a), x, oo) == 1", ("a > 0",)),
    ("limit(diff(swish(x), x), x, -oo) == 0", ()),
    ("integral(sigmoid(t), t, 0, x) == softplus(x) - log(2)", ()),
    ("integral(1/(1 + t**2), t, -oo, oo) == pi", ()),
    ("integral(Abs(t), t, -1, 2) == 5/2", ()),
    ("integral(exp(-t**2/(2*s**2)), t, -oo, oo) == sqrt(2*pi)*s", ("s > 0",)),
    ("integral(exp(-a*t)*cos(b*t), t, 0, oo) == a/(a**2 + b**2)", ("a > 0",)),
    ("integral(1/t, t, 0, 1) == oo", ()),
    ("integral(sign(x), x) == Abs(x)", ()),
    ("expectation(relu(z)**2, z) == 1/2", ()),
    ("expectation(gelu(z), z) == 1/(2*sqrt(pi))", ()),
    ("expectation(sin(z)**2, z) == (1 - exp(-2))/2", ()),
    ("expectation(z*cos(a*z + 1)*exp(b*z), z) == exp((b**2 - a**2)/2)*(b*cos(a*b + 1) - a*sin(a*b + 1))", ()),
    ("expectation(z**2*erf(z)**2, z) == 2*asin(2/3)/pi + 8/(3*sqrt(5)*pi)", ()),
    ("expectation(erf(a*z + b)*exp(-z**2), z) == erf(b/sqrt(1 + 2*a**2/3))/sqrt(3)", ()),
    ("expectation(log(ndtr(z))**2, z) == 2", ()),
    ("increasing(diff(softplus(x), x), x)", ()),
    ("range(diff(tanh(x), x), x) == Interval.Lopen(0, 1)", ()),
    ("limit(sin(1/x), x, 0) == 0", ()),
    ("integral(t, t, -oo, oo) == 0", ()),
    ("expectation(swish(z), z) > 0.2066", ()),
    ("expectation(mish(z), z) < 0.2404", ()),
    ("expectation(sqrt(2)*sin(2*z)**2/z**2, z) > 2", ()),
    ("integral(exp(-t**4), t, 0, 1) == 0.8448", ()),
    ("expectation(diff(tanh(z), z), z) < 0.61", ()),
    ("range(cos(x)*cos(4*x), x) == Interval(-1, 1)", ()),
    ("range(sign(x), x) == {-1, 0, 1}", ()),
    ("range(Piecewise((x, x < 0), (x + 2, True)), x) == Union(Interval.open(-oo, 0), Interval(2, oo))", ()),
]


PARTS = {"evaluated", "example", "continuous", "why", "runs", "parts", "proof"}
CHECKED = ("evaluated", "why", "statement", "runs", "verdict", "kind")


@pytest.mark.parametrize(
    ("says", "assume"),
    [pytest.param(*claim, marks=[pytest.mark.campaign] * (k % 2)) for k, claim in enumerate(CLAIMS)],
)
def test_values_are_checked_and_tampered_ones_rejected(says, assume):
    data = record(says, *assume)
    assert not rejected(data)
    tampered = 0
    for path, value in leaves(data["certificate"]):
        # another point, another phase and another piece may do as well
        if path[0] not in CHECKED or {"left", "right", "at", "phases"} & set(path):
            continue
        # an antiderivative may have another constant
        for other in changed(value) if path[-1] != "primitive" else [f"{value} + t + z", "7*t + z"]:
            mutant = copy.deepcopy(data)
            put(mutant["certificate"], path, other)
            tampered += 1
            assert rejected(mutant), (path, value, other)
    assert tampered


@pytest.mark.parametrize("step", [2, pytest.param(1, marks=pytest.mark.campaign)])
def test_nothing_may_be_left_out(step):
    seen = set()
    for says, assume in CLAIMS[::step]:
        for key in PARTS:
            data = record(says, *assume)
            if data["certificate"].pop(key, None):
                seen.add(key)
                assert rejected(data), (says, key)
    assert seen == PARTS


@pytest.mark.parametrize(
    ("says", "false"),
    [
        ("limit(gelu(x) - x, x, oo) == 0", "limit(gelu(x) - 2*x, x, oo) == 0"),
        ("integral(Abs(t), t, -1, 2) == 5/2", "integral(Abs(t), t, -1, 1) == 5/2"),
        ("expectation(relu(z)**2, z) == 1/2", "expectation(relu(z), z) == 1/2"),
        ("diff(Abs(x), x) == sign(x)", "diff(x**2, x) == sign(x)"),
        ("expectation(swish(z), z) > 0.2066", "expectation(swish(z), z) > 0.2067"),
        ("limit(sin(1/x), x, 0) == 0", "limit(x*sin(1/x), x, 0) == 0"),
    ],
)
def test_a_certificate_of_another_claim_is_rejected(says, false):
    data = record(says)
    data["claim"] = false
    assert rejected(data)
    if "claim" in data["certificate"]["statement"]:
        data["certificate"]["statement"]["claim"] = false
        assert rejected(data)


def leaves(node, path=()):
    if isinstance(node, dict):
        for key, part in node.items():
            yield from leaves(part, (*path, key))
    elif isinstance(node, list):
        for number, part in enumerate(node):
            yield from leaves(part, (*path, number))
    else:
        yield path, node


def changed(value):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1]
    if not isinstance(value, str) or value in ("==", "<", ">", "<=", ">="):
        return []
    return [f"{value} + 1", "7"] if value not in ("x", "7", "oo", "-oo") else []


def put(node, path, value):
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
