"""Vectors and matrices in claims: what is stated of their entries, as data."""

from __future__ import annotations

import pytest
import sympy as sp
from sympy import Derivative, IndexedBase, MatrixSymbol, Sum, exp, log

from symact.catalogue import lookup
from symact.claims.model import Relation
from symact.errors import InputError
from symact.named import named
from symact.parse import parse_claim
from symact.symbols import LargestOf, i, j, k, n, real, v

a, c = real("a"), real("c")
m = sp.Symbol("m", integer=True, positive=True)


def f(name: str, argument: sp.Expr, *values: sp.Expr) -> sp.Expr:
    return named(lookup(name), argument, *values)


VECTOR = ["v in vector(n)"]


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("softmax(v)[i] == v[j]", exp(v[i]) / Sum(exp(v[k]), (k, 1, n)), v[j]),
        ("softmax(v + c)[i] == 0", exp(c + v[i]) / Sum(exp(c + v[j]), (j, 1, n)), 0),
        ("softmax(2*v)[3] == 0", exp(2 * v[3]) / Sum(exp(2 * v[j]), (j, 1, n)), 0),
        ("Sum(softmax(v)[i], (i, 1, n)) == 1", Sum(exp(v[i]) / Sum(exp(v[j]), (j, 1, n)), (i, 1, n)), 1),
        ("diff(softmax(v)[i], v[j]) == 0", Derivative(exp(v[i]) / Sum(exp(v[k]), (k, 1, n)), v[j]), 0),
        ("maxout(v) == logsumexp(v)", LargestOf(v[j], (j, 1, n)), log(Sum(exp(v[j]), (j, 1, n)))),
        ("sigmoid(v)[i] == exp(-v/2)[i]", f("sigmoid", v[i]), exp(-v[i] / 2)),
        ("softmax(v) == v", exp(v[j]) / Sum(exp(v[k]), (k, 1, n)), v[j]),
        ("cross_entropy(v, softmax(v)) == 0", -Sum(v[j] * log(exp(v[j]) / Sum(exp(v[k]), (k, 1, n))), (j, 1, n)), 0),
        ("(v**2)[i] == 1/v[i]", v[i] ** 2, 1 / v[i]),
    ],
)
def test_vectors(text: str, left: sp.Expr, right: sp.Expr) -> None:
    assert parse_claim(text, VECTOR).statement == Relation(left, "==", sp.sympify(right))


def test_indices_of_sums_are_new_ones() -> None:
    # the formula's own index j must not capture the claim's
    claim = parse_claim("softmax(v)[j] == softmax(v)[k]", VECTOR)
    assert claim.statement == Relation(
        exp(v[j]) / Sum(exp(v[m]), (m, 1, n)), "==", exp(v[k]) / Sum(exp(v[m]), (m, 1, n))
    )
    assert claim.indices == (j, k, n)
    nested = parse_claim("softmax(softmax(v))[i] == 0", VECTOR).statement
    inner = exp(v[j]) / Sum(exp(v[k]), (k, 1, n))
    bottom = exp(exp(v[i]) / Sum(exp(v[j]), (j, 1, n)))
    assert nested == Relation(bottom / Sum(exp(inner), (j, 1, n)), "==", sp.S.Zero)


def test_a_vector_of_known_length_is_written_out() -> None:
    w = IndexedBase("w", shape=(3,), real=True)
    claim = parse_claim("softmax(w)[1] == Sum(w[i], (i, 1, 3))", ["w in vector(3)"])
    assert claim.statement == Relation(exp(w[1]) / (exp(w[1]) + exp(w[2]) + exp(w[3])), "==", w[1] + w[2] + w[3])


def test_matrices_have_symbolic_shapes() -> None:
    p, q = (sp.Symbol(name, integer=True, positive=True) for name in "pq")
    X, W1, b1 = MatrixSymbol("X", n, k), MatrixSymbol("W1", p, n), MatrixSymbol("b1", p, k)
    W2, b2 = MatrixSymbol("W2", q, p), MatrixSymbol("b2", q, k)
    shapes = {"X": "n, k", "W1": "p, n", "b1": "p, k", "W2": "q, p", "b2": "q, k"}
    kinds = [f"{name} in matrix({shape})" for name, shape in shapes.items()]
    claim = parse_claim("W2*(W1*X + b1) + b2 == (W2*W1)*X + (W2*b1 + b2)", kinds)
    assert claim.statement == Relation(W2 * (W1 * X + b1) + b2, "==", W2 * W1 * X + W2 * b1 + b2)
    assert claim.given.matrices == (X, W1, b1, W2, b2)
    assert parse_claim("2*b1 - a*b1/3 == b1", kinds).statement == Relation(2 * b1 - a * b1 / 3, "==", b1)


@pytest.mark.parametrize(
    ("text", "assume", "message"),
    [
        ("softmax(v)[i] == 1", [], 'declare it by the assumption "v in vector(n)"'),
        ("softmax(x) == 1", [], "is not a vector"),
        ("x[1] == 1", [], "is not a vector"),
        ("softmax([x, y])[3] == 1", [], "indices run from 1 to 2"),
        ("softmax([x, y])[0] == 1", [], "indices run from 1 to 2"),
        ("softmax([x, y])[i] == 1", [], "give a number as index"),
        ("x/[1] == 2", [], "give a number as index, such as [a, b][1]"),
        ("v[0] == 1", VECTOR, "indices run from 1 to n"),
        ("v[1/2] == 1", VECTOR, "is not an integer"),
        ("v[4] == 1", ["v in vector(3)"], "indices run from 1 to 3"),
        ("v*v == 1", VECTOR, "multiplies vectors"),
        ("v != 1", VECTOR, "state it of entries"),
        ("(v + w)[i] == 1", [*VECTOR, "w in vector(m)"], "vectors of lengths n and m"),
        ("cross_entropy(v, [x, y]) == 1", VECTOR, "vectors of lengths n and 2"),
        ("cross_entropy(x, y) == 1", [], "is not a vector"),
        ("W*X == X", ["W in matrix(n, n)", "X in matrix(p, n)"], "columns and rows must agree"),
        ("W + X == X", ["W in matrix(n, n)", "X in matrix(p, n)"], "terms must have the same shape"),
        ("W + 1 == W", ["W in matrix(n, n)"], "terms must have the same shape"),
        ("W == 1", ["W in matrix(n, n)"], "matrices of one shape"),
        ("W < W", ["W in matrix(n, n)"], "matrices of one shape"),
        ("W**2 == W", ["W in matrix(n, n)"], "is a power of a matrix"),
        ("1/W == W", ["W in matrix(n, n)"], "division by one"),
        ("relu(W) == W", ["W in matrix(n, n)"], "applies a function to a matrix"),
        ("W*v == v", ["W in matrix(n, n)", *VECTOR], "v in matrix(n, 1)"),
    ],
)
def test_what_is_no_claim_about_vectors(text: str, assume: list[str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_claim(text, assume)
    assert message in str(caught.value)
