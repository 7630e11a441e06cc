"""Facts of functions of a vector of any length n: each follows from claims that are proved when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Indexed, Sum

from ..definition import Definition
from ..parse.claim import parse_claim
from ..proof.decide import decide
from ..proof.verdict import Proved, Undecided, Verdict
from ..statement import unfolded
from ..symbols import LargestOf, i, j, n

__all__ = ["Premise", "VectorFact", "vector_facts"]

_VECTORS = ("v in vector(n)", "w in vector(n)", "p in vector(n)")


@dataclass(frozen=True)
class Premise:
    """A claim about vectors v, w and p of length n, with what it assumes, and its verdict."""

    says: str
    assume: tuple[str, ...]
    verdict: Verdict


@dataclass(frozen=True)
class VectorFact:
    """A fact by name, in words, the premises it follows from, and how; it is proved where all premises are."""

    name: str
    value: str
    premises: tuple[Premise, ...]
    why: str

    @property
    def proved(self) -> bool:
        """Whether every premise is proved."""
        return all(isinstance(p.verdict, Proved) for p in self.premises)

    @property
    def reason(self) -> str | None:
        """What is missing where it isn't proved."""
        if self.proved:
            return None
        missing = next(p for p in self.premises if not isinstance(p.verdict, Proved))
        cause = missing.verdict.reason if isinstance(missing.verdict, Undecided) else "it is refuted"
        return f"{missing.says} was not proved: {cause}"


def vector_facts(definition: Definition) -> list[VectorFact]:
    """Return the facts that are known of a function of a vector, an empty list for other functions.

    Those of `softmax` are its values, its Jacobian, the shifts and permutations that leave it unchanged, and its Lipschitz
    constant; those of `logsumexp` its gradient, Hessian, convexity and bounds, and so on.
    """
    found = [
        VectorFact(name, value, tuple(_premise(claim) for claim in claims), why)
        for name, value, claims, why in _FACTS.get(definition.name, ())
    ]
    if definition.vector and _is_symmetric(definition.expr):
        kept = "permuting v permutes the output alike" if definition.expr.has(i) else "permuting v changes nothing"
        found.append(
            VectorFact("permutation", kept, (), "v enters by one entry and by sums and maxima over all entries")
        )
    return found


def _premise(claim: str) -> Premise:
    says, _, given = claim.partition(" given ")
    assume = (*_VECTORS, *(part for part in given.split("; ") if part))
    used = tuple(a for a in assume if " in vector" not in a or _mentions(claim, a[0]))
    return Premise(says, used, decide(unfolded(parse_claim(says, used))))


def _mentions(claim: str, name: str) -> bool:
    return any(f"{name}{mark}" in claim for mark in (")", "[", " +", "*")) or f"*{name}" in claim


def _is_symmetric(expr: Expr) -> bool:
    """Whether the entries occur only as v_i and as v_j under sums and maxima over all j."""
    bound = list(expr.atoms(Sum, LargestOf))
    if any(len(node.limits) != 1 or tuple(node.limits[0]) != (j, 1, n) for node in bound):
        return False
    inside = {e for node in bound for e in node.function.atoms(Indexed)}
    return all(e.indices == ((j,) if e in inside else (i,)) for e in expr.atoms(Indexed))


_JACOBIAN = "diff(softmax(v)[i], v[j]) == softmax(v)[i]*(KroneckerDelta(i, j) - softmax(v)[j])"
_POSITIVE = "softmax(v)[i] > 0"
_TOTAL = "Sum(softmax(v)[i], (i, 1, n)) == 1"
_VARIANCE = (
    "Sum(softmax(v)[i]*w[i]**2, (i, 1, n)) - Sum(softmax(v)[i]*w[i], (i, 1, n))**2"
    " == Sum(softmax(v)[i]*(w[i] - Sum(softmax(v)[j]*w[j], (j, 1, n)))**2, (i, 1, n))"
)
_HESSIAN = "diff(diff(logsumexp(v), v[i]), v[j]) == softmax(v)[i]*(KroneckerDelta(i, j) - softmax(v)[j])"
_GRADIENT = "diff(logsumexp(v), v[j]) == softmax(v)[j]"


def _rows() -> Iterator[tuple[str, tuple[tuple[str, str, tuple[str, ...], str], ...]]]:
    """Function -> (name of the fact, the fact, premises as "claim given assumptions", how it follows)."""
    yield (
        "softmax",
        (
            (
                "range",
                "all p with p_i > 0 and sum p_i = 1",
                (_POSITIVE, _TOTAL, "softmax(log(p))[i] == p[i] given Sum(p[i], (i, 1, n)) == 1; p[i] > 0"),
                "the outputs are positive with sum 1, and every such p is the image of log(p)",
            ),
            ("jacobian", "dy_i/dv_j = y_i*(delta_ij - y_j)", (_JACOBIAN,), "differentiated"),
            (
                "jacobian_rows",
                "rows and columns of the Jacobian sum to 0",
                (
                    "Sum(diff(softmax(v)[i], v[j]), (j, 1, n)) == 0",
                    "Sum(diff(softmax(v)[i], v[j]), (i, 1, n)) == 0",
                    "diff(softmax(v)[i], v[j]) == diff(softmax(v)[j], v[i])",
                ),
                "summed",
            ),
            (
                "shift",
                "softmax(v + c) = softmax(v)",
                ("softmax(v + c)[i] == softmax(v)[i]",),
                "the factor exp(c) cancels",
            ),
            (
                "lipschitz",
                "1/2 in the Euclidean norm, for n >= 2",
                (
                    _JACOBIAN,
                    _POSITIVE,
                    "Sum(softmax(v)[i]*softmax(v)[j], (j, 1, n)) - softmax(v)[i]**2 == softmax(v)[i]*(1 - softmax(v)[i])",
                    "2*s*(1 - s) <= 1/2",
                    "diff(softmax([x, -x])[1], x) == 2*sigmoid(2*x)*(1 - sigmoid(2*x))",
                    "2*sigmoid(0)*(1 - sigmoid(0)) == 1/2",
                ),
                "the absolute values in row i of the symmetric Jacobian sum to 2*y_i*(1 - y_i), which bounds its eigenvalues; "
                "at v = 0, n = 2, along (1, -1), and as a limit for larger n, 1/2 is reached",
            ),
        ),
    )
    yield (
        "log_softmax",
        (
            (
                "range",
                "y_i < 0 for n >= 2",
                ("log_softmax(v)[i] < 0 given n >= 2",),
                "the sum exceeds each of its terms",
            ),
            (
                "jacobian",
                "dy_i/dv_j = delta_ij - softmax(v)_j",
                ("diff(log_softmax(v)[i], v[j]) == KroneckerDelta(i, j) - softmax(v)[j]",),
                "differentiated",
            ),
            (
                "shift",
                "log_softmax(v + c) = log_softmax(v)",
                ("log_softmax(v + c)[i] == log_softmax(v)[i]",),
                "c cancels",
            ),
            (
                "exponential",
                "exp(log_softmax(v)) = softmax(v)",
                ("exp(log_softmax(v)[i]) == softmax(v)[i]",),
                "by definition",
            ),
        ),
    )
    yield (
        "softmin",
        (
            ("softmax", "softmin(v) = softmax(-v)", ("softmin(v)[i] == softmax(-v)[i]",), "by definition"),
            (
                "jacobian",
                "dy_i/dv_j = y_i*(y_j - delta_ij)",
                ("diff(softmin(v)[i], v[j]) == softmin(v)[i]*(softmin(v)[j] - KroneckerDelta(i, j))",),
                "differentiated",
            ),
            (
                "shift",
                "softmin(v + c) = softmin(v)",
                ("softmin(v + c)[i] == softmin(v)[i]",),
                "the factor exp(-c) cancels",
            ),
        ),
    )
    yield (
        "logsumexp",
        (
            ("gradient", "dy/dv_j = softmax(v)_j", (_GRADIENT,), "differentiated"),
            (
                "hessian",
                "H_ij = p_i*(delta_ij - p_j) with p = softmax(v)",
                (_HESSIAN,),
                "differentiated twice",
            ),
            (
                "convexity",
                "convex: the Hessian is positive semidefinite",
                (_HESSIAN, _VARIANCE, _POSITIVE),
                "w'Hw = sum p_i*w_i**2 - (sum p_i*w_i)**2 is a sum of squares with positive weights",
            ),
            (
                "bounds",
                "max(v) <= logsumexp(v) <= max(v) + log(n)",
                ("maxout(v) <= logsumexp(v)", "logsumexp(v) <= maxout(v) + log(n)"),
                "the largest of n positive terms is at most, and at least a part 1/n of, their sum",
            ),
            (
                "shift",
                "logsumexp(v + c) = logsumexp(v) + c",
                ("logsumexp(v + c) == logsumexp(v) + c",),
                "exp(c) factors out",
            ),
            (
                "lipschitz",
                "1 in the maximum norm",
                (_GRADIENT, _POSITIVE, _TOTAL),
                "the gradient has positive entries with sum 1, and equal changes of all entries change the output alike",
            ),
        ),
    )
    yield (
        "maxout",
        (
            (
                "bounds",
                "v_i <= maxout(v) <= logsumexp(v)",
                ("maxout(v) >= v[i]", "maxout(v) <= logsumexp(v)"),
                "by definition",
            ),
            ("shift", "maxout(v + c) = maxout(v) + c", ("maxout(v + c) == maxout(v) + c",), "by definition"),
            (
                "scale",
                "maxout(c*v) = c*maxout(v) for c > 0",
                ("maxout(c*v) == c*maxout(v) given c > 0",),
                "by definition",
            ),
        ),
    )
    yield (
        "glu",
        (
            (
                "gradient",
                "dy/dx = z*s*(1 - s), dy/dz = s with s = sigmoid(x)",
                ("diff(glu(x, z), x) == z*sigmoid(x)*(1 - sigmoid(x))", "diff(glu(x, z), z) == sigmoid(x)"),
                "differentiated",
            ),
            (
                "linear",
                "linear in the value z",
                ("glu(x, c*z) == c*glu(x, z)", "glu(x, y + z) == glu(x, y) + glu(x, z)"),
                "by definition",
            ),
        ),
    )


_FACTS = dict(_rows())
