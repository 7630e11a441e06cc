"""Facts of functions of a vector of any length n: the laws they obey, each proved by the claims from which it follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr, Indexed, IndexedBase, Integer, Mul, S, Sum, diff

from ..catalogue import definitions
from ..claims.files import Entry
from ..claims.model import Relation
from ..claims.vector_laws import ALL_REFUTED, LAWS, Given, Law, VectorFunction
from ..definition import Definition
from ..errors import NotSupportedError, SymactError
from ..parse.claim import parse_claim
from ..proof.algebra.assume import NOTHING
from ..proof.decide import decide
from ..proof.vectors.sums import Normalizer, apart, differentiate
from ..proof.verdict import Proved, Undecided, Verdict
from ..statement import unfolded
from ..symbols import LargestOf, i, j, n, real, v, x
from .extent import extent, lipschitz
from .landscape import landscape
from .outputs import in_outputs

__all__ = ["VectorFact", "jacobian_in_outputs", "vector_fact", "vector_facts"]

#: Sums in one form, for two indices that run over the whole vector.
_NORMAL = Normalizer({i: frozenset({n}), j: frozenset({n})}, lambda e: False)


def jacobian_in_outputs(definition: Definition, own: Expr, other: Expr) -> Expr | None:
    """Return d f_i/d v_j with `own` for f_i(v) and `other` for f_j(v), proved by putting them in; None where none is found.

    The result depends on i and j by KroneckerDelta(i, j) only, and on v not at all.
    """
    slope, outputs = _slope(definition), _outputs(definition, "y")
    found = in_outputs(slope, outputs) if slope.has(v) else slope
    found = None if found is None else found.xreplace(dict(zip(outputs, (own, other), strict=True)))
    return None if found is None or found.has(v, Sum, LargestOf) else found


@dataclass(frozen=True)
class VectorFact:
    """A fact by name: the laws that hold, with the claims from which they follow; or the reason why it isn't decided."""

    name: str
    laws: tuple[Law, ...]
    why: str
    reason: str | None = None

    @property
    def value(self) -> str | None:
        """The laws in words, "none" where none holds, None where that isn't decided."""
        if self.reason is not None:
            return None
        return "; ".join(law.value for law in self.laws) or "none"


def vector_facts(definition: Definition) -> tuple[str, ...]:
    """Return the names of the facts that a function of a vector has, in the order of its card."""
    return tuple(name for name, (of, _) in _FACTS.items() if of in (None, definition.expr.has(i)))


def vector_fact(definition: Definition, name: str) -> VectorFact:
    """Return the fact of this name about a function of a vector: the first law of its kind that is proved.

    Where every law is refuted, none holds. Facts are independent of each other, and found when asked for.
    """
    return _FACTS[name][1](definition, name)


def _by_law(needs: Callable[[Definition, str], Iterator[Given]]) -> Callable[[Definition, str], VectorFact]:
    """A fact that is a law, with what `needs` yields put into the laws one after the other; or that all are refuted."""

    def found(definition: Definition, name: str) -> VectorFact:
        missing = None if name in ALL_REFUTED else "no law of this kind was proved"
        try:
            for law in _laws(definition, name, needs):
                verdict = _verdict(law)
                if isinstance(verdict, Proved):
                    return VectorFact(name, (law,), law.why)
                if isinstance(verdict, Undecided):
                    missing = f"{law.value} was not proved: {verdict.reason}"
        except SymactError as error:
            missing = str(error)
        return _without_law(name, missing)

    return found


def _all_laws(definition: Definition, name: str) -> VectorFact:
    """A fact that is every law of its kind that holds."""
    verdicts = [(law, _verdict(law)) for law in _laws(definition, name, _others)]
    proved = [law for law, verdict in verdicts if isinstance(verdict, Proved)]
    if proved:
        return VectorFact(name, tuple(proved), proved[0].why)
    missing = next((v.reason for _, v in verdicts if isinstance(v, Undecided)), None)
    return _without_law(name, missing)


def _laws(definition: Definition, name: str, needs: Callable[[Definition, str], Iterator[Given]]) -> Iterator[Law]:
    function = VectorFunction(definition.name, definition.expr.has(i))
    for given in needs(definition, name):
        yield from LAWS[name](function, given)


def possible_laws(definition: Definition, name: str) -> list[Law]:
    """Return the laws of a kind that needs nothing, or the name of another function: those of which "none" says that none holds."""
    return list(_laws(definition, name, _others if name == "relation" else _nothing))


def _verdict(law: Law) -> Verdict:
    """The first verdict on a claim of the law that isn't a proof, else the last proof."""
    verdict: Verdict = Undecided("a law needs a claim")
    for claim in law.claims:
        verdict = _decided(claim)
        if not isinstance(verdict, Proved):
            break
    return verdict


def _decided(claim: Entry) -> Verdict:
    return _decided_once(unfolded(parse_claim(claim.says, claim.assume)))


#: Laws of several facts, and of functions, share claims.
_decided_once = lru_cache(maxsize=256)(decide)


def _without_law(name: str, missing: str | None) -> VectorFact:
    return VectorFact(name, (), "every law of this kind is refuted" if missing is None else "claims of laws", missing)


# What laws need


def _nothing(definition: Definition, name: str) -> Iterator[Given]:
    yield {}


def _others(definition: Definition, name: str) -> Iterator[Given]:
    """The other functions of a vector with as many values."""
    for other in definitions():
        if other.vector and other != definition and other.expr.has(i) == definition.expr.has(i):
            yield {"other": other.name, "gap": str(_at_zero(definition) - _at_zero(other))}


def _at_zero(definition: Definition) -> Expr:
    """The value where all entries are 0."""
    flat = definition.expr.replace(lambda e: isinstance(e, Indexed), lambda e: S.Zero)
    return flat.replace(lambda e: isinstance(e, LargestOf), lambda e: e.function).doit()


def _slopes(definition: Definition, name: str) -> Iterator[Given]:
    """The gradient as the outputs of another function; the slope in terms of the outputs."""
    if name == "gradient":
        for other in definitions():
            if other.vector and other.expr.has(i):
                yield {"slope": f"{other.name}(v)[j]"}
    slope = _slope(definition)
    found = in_outputs(slope, _outputs(definition, "y"))
    if found is None:
        raise NotSupportedError("its slope has no form in terms of its values that was found")
    yield {"slope": _claimed(definition, found, "y")}


def _hessians(definition: Definition, name: str) -> Iterator[Given]:
    """The second derivatives in terms of the gradient where that is another function, else of the value."""
    gradients = [law.given["slope"] for law in vector_fact(definition, "gradient").laws]
    slope = _NORMAL(differentiate(_slope(definition).xreplace({j: i}), v[j]))
    for other in definitions():
        if f"{other.name}(v)[j]" in gradients:
            found = in_outputs(slope, _outputs(other, "p"))
            if found is not None:
                yield {"hessian": _claimed(other, found, "p"), "gradient": other.name}
                return
    found = in_outputs(slope, _outputs(definition, "y"))
    if found is None:
        raise NotSupportedError("its second derivatives have no form in terms of its values that was found")
    yield {"hessian": _claimed(definition, found, "y")}


def _slope(definition: Definition) -> Expr:
    return _NORMAL(differentiate(apart(definition.expr), v[j]))


def _outputs(definition: Definition, name: str) -> dict[Expr, Expr]:
    """The outputs at i and j by a name, with their formulas."""
    expr = _NORMAL(apart(definition.expr))
    if not definition.expr.has(i):
        return {real(name): expr}
    output = IndexedBase(name, shape=(n,), real=True)
    return {output[i]: expr, output[j]: expr.xreplace({i: j})}


def _claimed(definition: Definition, slope: Expr, name: str) -> str:
    """A slope as a claim has it: f(v)[i] for an output."""
    return re.sub(rf"\b{name}\b", f"{definition.name}(v)", _written(slope))


def _written(expr: Expr) -> str:
    """An expression with what is subtracted at the end of a sum, and sums at the end of a product."""
    if expr.is_Add:
        terms = sorted(expr.args, key=lambda term: (term.could_extract_minus_sign(), str(term)))
        return " + ".join(map(_written, terms)).replace("+ -", "- ")
    number, rest = expr.as_coeff_Mul()
    if number == 1 and not rest.is_Mul:
        return str(expr)
    factors = sorted(Mul.make_args(rest), key=lambda factor: (factor.is_Add, str(factor)))
    product = "*".join(f"({_written(factor)})" if factor.is_Add else str(factor) for factor in factors)
    return {1: "", -1: "-"}.get(number, f"{number}*") + product


def _bound(definition: Definition, name: str) -> Iterator[Given]:
    """The supremum of the slopes in the first entry at two entries (x, 0), which the diagonal of the Jacobian may not exceed."""
    if not definition.expr.has(i):
        yield {}
        return
    statement = unfolded(parse_claim(f"{definition.name}([x, 0])[1] == 0")).statement
    assert isinstance(statement, Relation)
    bound = lipschitz(landscape(statement.left, x, NOTHING))
    slopes = extent(landscape(diff(statement.left, x), x, NOTHING))
    yield {"constant": str(2 * bound), "ends": _INTERVALS[slopes.inf_attained, slopes.sup_attained]}


#: Whether both ends are values → what the claim language calls such an interval.
_INTERVALS = {
    (True, True): "Interval",
    (False, True): "Interval.Lopen",
    (True, False): "Interval.Ropen",
    (False, False): "Interval.open",
}


def _permutation(definition: Definition, name: str) -> VectorFact:
    """Whether the entries occur only as v_i, and as v_j under sums and maxima over all j."""
    expr = definition.expr
    folds = list(expr.atoms(Sum, LargestOf))
    inside = {e for fold in folds for e in fold.function.atoms(Indexed)}
    over_all = all(len(fold.limits) == 1 and tuple(fold.limits[0]) == (j, Integer(1), n) for fold in folds)
    if not over_all or any(e.indices != ((j,) if e in inside else (i,)) for e in expr.atoms(Indexed)):
        return VectorFact(name, (), "", "the entries enter in more ways than by one and by all of them")
    kept = "permuting v permutes the output alike" if expr.has(i) else "permuting v changes nothing"
    return VectorFact(name, (Law(kept, (), ""),), "v enters by one entry and by sums and maxima over all entries")


#: Fact → whether it is one of functions with n values (None: of all), and how it is found.
_FACTS: dict[str, tuple[bool | None, Callable[[Definition, str], VectorFact]]] = {
    "range": (None, _by_law(_nothing)),
    "gradient": (False, _by_law(_slopes)),
    "jacobian": (True, _by_law(_slopes)),
    "jacobian_rows": (True, _by_law(_nothing)),
    "hessian": (False, _by_law(_hessians)),
    "hessian_rows": (False, _by_law(_nothing)),
    "convexity": (False, _by_law(_nothing)),
    "lipschitz": (None, _by_law(_bound)),
    "shift": (None, _by_law(_nothing)),
    "scale": (None, _by_law(_nothing)),
    "bounds": (False, _by_law(_others)),
    "relation": (None, _all_laws),
    "permutation": (None, _permutation),
}
