"""Facts of functions of vectors: laws that hold are found for any function, numerically true, and no others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sympy import Sum, exp, log, sqrt

from symact import catalogue
from symact.catalogue import definitions, lookup
from symact.claims.vector_laws import LAWS, VectorFunction
from symact.facts import vectors
from symact.facts.vectors import vector_fact, vector_facts
from symact.symbols import i, j, n, v

VECTORS = [d.name for d in definitions() if d.vector]

#: Function → fact → what its law says: all by claims that don't name the function in any table.
KNOWN = {
    "softmax": {
        "range": "all y with y_i > 0 and sum y_i = 1",
        "jacobian_rows": "symmetric, rows and columns sum to 0, entries off the diagonal <= 0",
        "lipschitz": "1/2 in the Euclidean and in the maximum norm, over all n",
        "shift": "softmax(v + c) = softmax(v)",
        "scale": "none",
        "relation": "log(softmax(v)) = log_softmax(v); softmax(v) = softmin(-v)",
        "permutation": "permuting v permutes the output alike",
    },
    "log_softmax": {
        "range": "all y with sum exp(y_i) = 1",
        "jacobian_rows": "rows sum to 0, entries off the diagonal <= 0",
        "lipschitz": "2 in the maximum norm, over all n",
    },
    "softmin": {"lipschitz": "1/2 in the Euclidean and in the maximum norm, over all n"},
    "logsumexp": {
        "range": "(-oo, oo)",
        "gradient": "dy/dv_j = softmax(v)_j",
        "convexity": "convex",
        "lipschitz": "1 in the maximum norm",
        "shift": "logsumexp(v + c) = logsumexp(v) + c",
        "bounds": "maxout(v) <= logsumexp(v) <= maxout(v) + log(n)",
        "permutation": "permuting v changes nothing",
    },
    "maxout": {
        "range": "(-oo, oo)",
        "convexity": "convex",
        "lipschitz": "1 in the maximum norm",
        "scale": "maxout(c*v) = c*maxout(v) for c > 0",
        "bounds": "logsumexp(v) - log(n) <= maxout(v) <= logsumexp(v)",
    },
}
#: A maximum has no slope where two entries are the largest.
UNDECIDED = {("maxout", "gradient"), ("maxout", "hessian"), ("maxout", "hessian_rows")}


@pytest.mark.parametrize(("name", "fact"), [(name, fact) for name, facts in KNOWN.items() for fact in facts])
def test_known(name: str, fact: str) -> None:
    assert vector_fact(lookup(name), fact).value == KNOWN[name][fact]


@pytest.mark.campaign
@pytest.mark.parametrize("name", VECTORS)
def test_all_are_decided_or_say_why(name: str) -> None:
    for fact in vector_facts(lookup(name)):
        found = vector_fact(lookup(name), fact)
        assert (found.reason is not None) == ((name, fact) in UNDECIDED), (fact, found.reason)


def slope_of(function, at, step=1e-6):
    columns = [(function(at + step * e) - function(at - step * e)) / (2 * step) for e in np.eye(len(at))]
    return np.array(columns).T


def test_jacobians_and_norms_agree_with_differences() -> None:
    rng = np.random.default_rng(5)
    functions = {
        "softmax": lambda u: np.exp(u) / np.exp(u).sum(),
        "log_softmax": lambda u: u - np.log(np.exp(u).sum()),
    }
    worst = dict.fromkeys(functions, 0.0)
    for name, function in functions.items():
        (law,) = vector_fact(lookup(name), "jacobian").laws
        shown = law.value.partition(" = ")[2]
        for length in (2, 3, 7):
            at = rng.normal(size=length)
            y, slopes = function(at), slope_of(function, at)
            values = {"exp": np.exp, "y_i": y[:, None], "y_j": y[None, :], "delta_ij": np.eye(length)}
            assert np.allclose(slopes, eval(shown, values), atol=1e-8), shown
            wide = slope_of(function, 8 * at)
            worst[name] = max(worst[name], np.abs(wide).sum(axis=1).max(), np.abs(slopes).sum(axis=1).max())
    assert worst["softmax"] <= 0.5 + 1e-6
    assert 1.5 < worst["log_softmax"] <= 2 + 1e-6


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (
            exp(2 * v[i]) / Sum(exp(2 * v[j]), (j, 1, n)),
            {"range": False, "shift": True, "scale": False, "lipschitz": "1 in"},
        ),
        (log(Sum(exp(3 * v[j]), (j, 1, n))) / 3, {"shift": True, "convexity": "convex", "lipschitz": "1 in"}),
        (Sum(v[j], (j, 1, n)) / n, {"shift": True, "scale": True, "permutation": True}),
        (sqrt(1 + v[1] ** 2), {"shift": False, "permutation": False}),
        (v[i] + v[1], {"permutation": False}),
    ],
)
def test_functions_nobody_has_seen(monkeypatch, expr, expected) -> None:
    """A function that borrows a name of the catalogue: the laws speak of what the name means."""
    definition = replace(lookup("softmax"), name="softmax", expr=expr)
    real_find = catalogue.find
    monkeypatch.setattr(catalogue, "find", lambda name: definition if name == "softmax" else real_find(name))
    monkeypatch.setattr(vectors, "definitions", lambda: ())
    for fact, wanted in expected.items():
        value = vector_fact(definition, fact).value
        if isinstance(wanted, str):
            assert value is not None
            assert value.startswith(wanted), value
        else:
            assert (value not in (None, "none")) == wanted, (fact, value)


def test_a_law_that_fails_is_not_reported(monkeypatch) -> None:
    """With the sign of a slope turned, or half a bound, nothing is proved."""
    softmax, needs = lookup("softmax"), vectors._bound

    def halved(definition, name):
        for given in needs(definition, name):
            yield given | {"constant": "1/4"}

    assert vectors._by_law(halved)(softmax, "lipschitz").laws == ()
    claims = next(LAWS["jacobian"](VectorFunction("softmax", True), {"slope": "-softmax(v)[i]"})).claims
    assert not isinstance(vectors._decided(claims[0]), vectors.Proved)
