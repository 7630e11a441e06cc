"""Statements about vectors and matrices of every size: true, false and nearly true ones, and their certificates."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Rational, Symbol

from symact.errors import UndecidedError
from symact.parse import parse_claim
from symact.proof.decide import decide
from symact.proof.vectors.abstraction import problem_of
from symact.proof.vectors.induction import induction
from symact.proof.vectors.matrices import words
from symact.proof.vectors.sums import Normalizer, apart
from symact.proof.verdict import Proved, Refuted, Undecided
from symact.recheck import CertificateError, check
from symact.statement import unfolded

V = ("v in vector(n)",)
VY = (*V, "y in vector(n)")
VW = (*V, "w in vector(n)")
ONE = (*VY, "Sum(y[i], (i, 1, n)) == 1")
SQUARE = ("A in matrix(n, n)", "B in matrix(n, n)")
LAYERS = ("X in matrix(n, k)", "W1 in matrix(p, n)", "b1 in matrix(p, k)", "W2 in matrix(q, p)", "b2 in matrix(q, k)")

TRUE = [
    ("Sum(softmax(v)[i], (i, 1, n)) == 1", V),
    ("softmax(v + c)[i] == softmax(v)[i]", V),
    ("diff(softmax(v)[i], v[j]) == softmax(v)[i]*(KroneckerDelta(i, j) - softmax(v)[j])", V),
    ("diff(softmax(v)[i], v[i]) == softmax(v)[i]*(1 - softmax(v)[i])", V),
    ("Sum(diff(softmax(v)[i], v[j]), (i, 1, n)) == 0", V),
    ("diff(cross_entropy(y, softmax(v)), v[j]) == softmax(v)[j] - y[j]", ONE),
    ("diff(cross_entropy(y, softmax(v)), v[j]) == softmax(v)[j]*Sum(y[i], (i, 1, n)) - y[j]", VY),
    ("logsumexp(v + c) == logsumexp(v) + c", V),
    ("diff(logsumexp(v), v[j]) == softmax(v)[j]", V),
    ("diff(logsumexp(v), v[i], 2) == softmax(v)[i]*(1 - softmax(v)[i])", V),
    ("logsumexp(v) >= maxout(v)", V),
    ("logsumexp(v) <= maxout(v) + log(n)", V),
    ("logsumexp(v) >= v[i]", V),
    ("softmax(v)[i] > 0", V),
    ("softmax(v)[i] <= 1", V),
    ("softmax(v)[i] < 1", (*V, "n >= 2")),
    ("log_softmax(v)[i] <= 0", V),
    ("softmax(log_softmax(v))[i] == softmax(v)[i]", V),
    ("maxout(v) >= v[i]", V),
    ("maxout(2*v + c) == 2*maxout(v) + c", V),
    ("Sum((v[i] - Sum(v[j], (j, 1, n))/n)**2, (i, 1, n)) == Sum(v[i]**2, (i, 1, n)) - Sum(v[i], (i, 1, n))**2/n", V),
    ("Sum(Sum(softmax(v)[i]*softmax(w)[j], (i, 1, n)), (j, 1, n)) == 1", VW),
    ("Sum(v[i]**2, (i, 1, n)) >= v[j]**2", V),
    ("Sum(relu(v[i]), (i, 1, n)) >= 0", V),
    ("softmax(v)[1] == sigmoid(v[1] - v[2])", ("v in vector(2)",)),
    ("diff(softmax(v)[i], v[j]) <= 0", (*V, "i != j")),
    ("maxout(v + w) <= maxout(v) + maxout(w)", VW),
    ("maxout(t*v + (1 - t)*w) <= t*maxout(v) + (1 - t)*maxout(w)", (*VW, "0 <= t", "t <= 1")),
    ("maxout(v) - maxout(w) <= maxout(Abs(v - w))", VW),
    ("maxout(v) <= maxout(w)", (*VW, "v[k] <= w[k]")),
    ("maxout(exp(v)) <= exp(maxout(v))", V),
    ("Sum(softplus(v[i]), (i, 1, n)) > Sum(relu(v[i]), (i, 1, n))", V),
    ("2*Sum(v[i]*w[i], (i, 1, n)) <= Sum(v[i]**2, (i, 1, n)) + Sum(w[i]**2, (i, 1, n))", VW),
    ("Sum(sigmoid(v[i]) + sigmoid(-v[i]), (i, 1, n)) == n", V),
    ("Sum(softplus(v[i]) - relu(v[i]), (i, 1, n)) <= n*log(2)", V),
    ("Sum(i, (i, 1, n)) == n*(n + 1)/2", ("n in integer", "n >= 1")),
    ("Sum(a**i, (i, 0, n)) == (1 - a**(n + 1))/(1 - a)", ("n in integer", "n >= 1", "a > 0", "a != 1")),
    ("Sum(1/i, (i, 1, n)) <= 1 + log(n)", ()),
    ("Sum(i + n, (i, 1, n))/n == (3*n + 1)/2", ()),
]
FALSE = [
    ("softmax(c*v)[i] == softmax(v)[i]", V),
    ("diff(softmax(v)[i], v[j]) == -softmax(v)[i]*softmax(v)[j]", V),
    ("diff(cross_entropy(y, softmax(v)), v[j]) == softmax(v)[j] - y[j]", VY),
    ("diff(cross_entropy(y, softmax(v)), v[j]) == softmax(v)[j] - y[j]", (*VY, "Sum(y[i], (i, 1, n)) == 2")),
    ("logsumexp(c*v) == c*logsumexp(v)", (*V, "c > 0")),
    ("logsumexp(v) > maxout(v)", V),
    ("logsumexp(v) < maxout(v) + log(n)", V),
    ("softmax(v)[i] < 1", V),
    ("softmax(v)[i] != 1", V),
    ("softmax(v)[i] + softmax(v)[j] <= 1", V),
    ("Sum(v[i]*w[i], (i, 1, n)) == Sum(v[i], (i, 1, n))*Sum(w[i], (i, 1, n))", VW),
    ("maxout(-v) == -maxout(v)", V),
    ("diff(Sum(v[i]**2, (i, 1, n)), v[j]) == 2*Sum(v[i], (i, 1, n))", V),
    ("softmax(v)[1] == sigmoid(v[1] - v[2])", ("v in vector(3)",)),
    ("diff(softmax(v)[i], v[j]) <= 0", (*V, "i >= j")),
    ("diff(softmax(v)[i], v[j]) >= 0", (*V, "i != j")),
    ("maxout(v) + maxout(w) <= maxout(v + w)", VW),
    ("maxout(v + w) < maxout(v) + maxout(w)", VW),
    ("maxout(v) < 1", (*V, "v[k] < 2")),
    ("Sum(relu(v[i]), (i, 1, n)) > Sum(v[i], (i, 1, n))", V),
    ("Sum(v[i], (i, 1, n)) == 0", (*V, "Sum(v[i], (i, 1, n)) == 1/1000000000")),
    ("Sum(softplus(v[i]) - relu(v[i]), (i, 1, n)) < n*log(2)", V),
    ("diff(softmax(v)[i], v[i]) < 1/4", V),
    ("Sum(sigmoid(v[i]) + sigmoid(-v[i]), (i, 1, n)) == n + 10**-20", V),
    ("Sum(i, (i, 1, n)) == n*(n + 1)/2 + 10**-20*n", ()),
    ("Sum(1/i, (i, 1, n)) < 1 + log(n)", ()),
    ("Sum(i, (i, 1, n)) == n*(n + 1)/2 + (n - 1)*(n - 2)*(n - 3)*10**-9", ()),
]
MATRICES = [
    ("W2*(W1*X + b1) + b2 == (W2*W1)*X + (W2*b1 + b2)", LAYERS, True),
    ("(A + B)*(A - B) == A*A - A*B + B*A - B*B", SQUARE, True),
    ("(a**2 - 1)*A == (a - 1)*(a + 1)*A", SQUARE, True),
    ("A*B == B*A", SQUARE, False),
    ("(A + B)*(A - B) == A*A - B*B", SQUARE, False),
    ("A*B != B*A", SQUARE, False),
    ("a*A == A", (*SQUARE, "a > 1"), False),
]


def verdict(says, assume):
    return decide(unfolded(parse_claim(says, assume)))


@pytest.mark.parametrize(("says", "assume"), TRUE)
def test_true_for_every_length(says, assume):
    found = verdict(says, assume)
    assert isinstance(found, Proved), found
    check(json.loads(json.dumps(found.certificate)))


@pytest.mark.parametrize(("says", "assume"), FALSE)
def test_false_at_a_small_length(says, assume):
    found = verdict(says, assume)
    assert isinstance(found, Refuted), found
    check(json.loads(json.dumps(found.certificate)))


@pytest.mark.parametrize(("says", "assume", "truth"), MATRICES)
def test_matrices(says, assume, truth):
    found = verdict(says, assume)
    assert isinstance(found, Proved if truth else Refuted), found
    check(json.loads(json.dumps(found.certificate)))


def test_an_assumption_about_one_index_neither_proves_nor_refutes_what_needs_all():
    """With v[i] = 0 at one index the claim fails, with it at all indices it holds: which is meant can't be told."""
    assert isinstance(verdict("softmax(v)[i] == 1/n", (*V, "v[i] == 0")), Undecided)


def test_no_witness_outside_the_domain_of_what_is_differentiated():
    """At v = -1 the logarithm has no derivative, although 1/v has a value there."""
    assert not isinstance(verdict("diff(log(v[i]), v[i]) == 1/Abs(v[i])", V), Refuted)


def test_an_index_of_no_vector_may_or_may_not_stay_within_the_lengths():
    assert isinstance(verdict("Sum(KroneckerDelta(i, j), (i, 1, n)) == 1", V), Undecided)
    assert isinstance(verdict("Sum(KroneckerDelta(i, j), (i, 1, n)) == 2", V), Refuted)


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        # the right side has no value at 4, so that nothing is known of the one at 5
        ("Sum(i, (i, 1, n)) <= n*(n + 1)/2 + 4 + 10/(n - 4)", ()),
        ("Sum(i, (i, 1, n)) == Piecewise((n*(n + 1)/2, n < 4), (log(4 - n), n < 5), (n*(n + 1)/2 + 1, True))", ()),
        ("Sum(1/(i - 3), (i, 1, n)) >= 0", ("n in integer", "n >= 5")),
        ("Sum(i, (i, 3, n)) == n*(n + 1)/2 - 3", ()),
        # the slope by the sum is 1, but from n = 13 on the left side is smaller
        ("atan(tan(Sum(1/i**2, (i, 1, n)))) == Sum(1/i**2, (i, 1, n))", ()),
        # n - 2 terms at n = 1
        ("Sum(i, (i, 1, n)) + Sum(1, (i, 3, n)) == n*(n + 1)/2 + n - 2", ("n in integer", "n >= 1")),
    ],
)
def test_induction_needs_a_value_at_each_step(says, assume):
    with pytest.raises(UndecidedError):
        induction(problem_of(unfolded(parse_claim(says, assume))))


def test_names_that_stand_for_sums_are_not_those_of_variables():
    """Sums and rests are given names such as s1, r1 and t1 in proofs; variables of that name stay what they are."""
    for name in ("s1", "r1", "t1", "u1", "v1", "n1"):
        assert not isinstance(verdict(f"softmax(v)[i] <= 1 + {name}", V), Proved)
        assert not isinstance(verdict(f"logsumexp(v) >= maxout(v) + {name}", V), Proved)
        assert isinstance(verdict(f"softmax(v)[i] <= 1 + {name}**2", V), Proved)


def test_vector_of_fixed_length_one():
    assert isinstance(verdict("softmax(v)[1] == 1", ("v in vector(1)",)), Proved)


def test_indices_inside_and_outside_a_sum_with_one_name():
    assert isinstance(verdict("diff(Sum(v[j], (j, 1, n)), v[j]) == 1", V), Proved)
    assert isinstance(verdict("Sum(v[j], (j, 1, n)) == v[j]", V), Refuted)


@pytest.mark.parametrize(
    "says", ["Sum(softmax(v)[i], (i, 1, n)) == oo", "convex(logsumexp(v), x)", "limit(softmax(t*v)[i], t, 0) == 1/n"]
)
def test_what_is_not_supported_is_undecided_with_a_reason(says):
    found = verdict(says, V)
    assert isinstance(found, Undecided)
    assert found.reason


def mutations(data):
    """Every certificate with one leaf changed, or one entry of a list dropped."""
    for path in paths(data):
        changed = copy.deepcopy(data)
        *front, last = path
        place = changed
        for key in front:
            place = place[key]
        leaf = place[last]
        if isinstance(leaf, list):
            if not leaf:
                continue
            place[last] = leaf[:-1]
        elif isinstance(leaf, str):
            swapped = {"proved": "refuted", "refuted": "proved", "==": "!=", "<=": ">", ">=": "<"}
            place[last] = swapped.get(leaf, leaf.replace("1", "3") if "1" in leaf else leaf + " + 1")
        elif isinstance(leaf, int) and not isinstance(leaf, bool):
            place[last] = leaf + 1
        else:
            continue
        yield path, changed


def paths(data, front=()):
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, part in items:
        if isinstance(part, dict):
            yield from paths(part, (*front, key))
        else:
            yield (*front, key)
            if isinstance(part, list):
                yield from paths(part, (*front, key))


@pytest.mark.parametrize(
    ("says", "assume"),
    [
        ("diff(cross_entropy(y, softmax(v)), v[j]) == softmax(v)[j] - y[j]", ONE),
        ("diff(softmax(v)[i], v[j]) == softmax(v)[i]*(KroneckerDelta(i, j) - softmax(v)[j])", V),
        ("softmax(v)[i] == softmax(2*v)[i]", V),
        ("diff(softmax(v)[i], v[j]) <= 0", (*V, "i != j")),
        ("maxout(v) <= maxout(Abs(v))", V),
        ("Sum(tanh(v[i])**2, (i, 1, n)) <= Sum(v[i]**2, (i, 1, n))", V),
        ("Sum(1/(i*(i + 1)), (i, 1, n)) >= n/(n + 1)", ()),
        ("A*B == B*A", SQUARE),
    ],
)
def test_changed_certificates_are_rejected(says, assume):
    certificate = json.loads(json.dumps(verdict(says, assume).certificate))
    check(certificate)
    count = 0
    for path, changed in mutations(certificate):
        if "integers" in path or "positive" in path:
            continue
        count += 1
        try:
            check(changed)
        except CertificateError:
            continue
        # only another true statement, or another refuting point, may pass
        assert changed["verdict"] == certificate["verdict"], path
        if path[0] == "example" or (changed["kind"] == "matrices" and path[0] == "point"):
            continue
        other = verdict(changed["statement"]["claim"], tuple(changed["statement"]["assume"]))
        assert other.name == changed["verdict"], path
        assert path[0] == "statement" or changed["statement"] != certificate["statement"], path
    assert count >= 8


@pytest.mark.parametrize(
    "hostile", [{}, [], None, {"kind": "sums"}, {"kind": "sums", "version": 1, "verdict": "proved"}]
)
def test_what_is_no_certificate_is_rejected(hostile):
    with pytest.raises(CertificateError):
        check(hostile)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(["v[i]", "w[i]", "exp(v[i])", "a", "v[i]**2", "1", "-2"]), min_size=1, max_size=3),
    st.lists(
        st.sampled_from(["v[i]", "w[i]", "Sum(w[j], (j, 1, n))", "KroneckerDelta(i, k)*v[i]", "3"]),
        min_size=1,
        max_size=3,
    ),
)
def test_the_normal_form_has_the_value_of_the_sum(left, right):
    """At n = 3, with numbers for entries, a sum and its normal form are the same."""
    text = f"Sum(({' + '.join(left)})*({' + '.join(right)}), (i, 1, n)) == v[k]"
    claim = parse_claim(text, VW)
    expr = claim.statement.left
    n, k = (next(s for s in claim.indices if s.name == name) for name in "nk")
    normal = Normalizer({k: frozenset((n,))}, lambda e: False)(apart(expr))
    values = {"v": [2, -1, Rational(1, 3)], "w": [Rational(5, 2), 0, -3]}

    def value(e):
        e = e.subs({n: 3, k: 2}).doit().expand()
        return e.replace(lambda p: p.is_Indexed, lambda p: values[str(p.base)][int(p.indices[0]) - 1]).subs(
            Symbol("a", real=True), 7
        )

    assert (value(expr) - value(normal)).expand() == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from("AB"), min_size=1, max_size=4), st.lists(st.sampled_from("AB"), min_size=1, max_size=4))
def test_products_are_equal_only_if_spelled_alike(left, right):
    found = verdict(f"{'*'.join(left)} == {'*'.join(right)}", SQUARE)
    assert isinstance(found, Proved if left == right else Refuted), found


def test_words_multiply_out():
    claim = parse_claim("(A + B)*(A + B) == A*A", SQUARE)
    found = {"".join(m.name for m in word): c for word, c in words(claim.statement.left).items()}
    assert found == {"AA": 1, "AB": 1, "BA": 1, "BB": 1}
