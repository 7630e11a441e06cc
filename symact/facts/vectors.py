"""Facts of functions of a vector of any length n: the laws they obey, each proved by the claims from which it follows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sympy import Expr, Indexed, IndexedBase, Integer, Interval, S, Sum, diff

from ..catalogue import definitions
from ..claims.files import Entry
from ..claims.model import Relation
from ..claims.vector_laws import LAWS, Law, VectorFunction
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

__all__ = ["VectorFact", "vector_fact", "vector_facts"]

Given = Mapping[str, str]

#: Sums in one form, for two indices that run over the whole vector.
_NORMAL = Normalizer({i: frozenset({n}), j: frozenset({n})}, lambda e: False)


@dataclass(frozen=True)
class VectorFact:
    """A fact by name: the law that holds, None where none does, and how; or the reason why it isn't decided.

    The law that holds carries the claims from which it follows.
    """

    name: str
    law: Law | None
    why: str
    reason: str | None = None

    @property
    def value(self) -> str | None:
        """The law in words, "none" where no law holds, None where that isn't decided."""
        if self.law is not None:
            return self.law.value
        return "none" if self.reason is None else None


def vector_facts(definition: Definition) -> tuple[str, ...]:
    """Return the names of the facts that a function of a vector has, in the order of its card."""
    return tuple(name for name, (of, _) in _FACTS.items() if of in (None, definition.expr.has(i)))


def vector_fact(definition: Definition, name: str) -> VectorFact:
    """Return the fact of this name about a function of a vector: the first law of its kind that is proved.

    Where every law is refuted, none holds. Facts are independent of each other, and found when asked for.
    """
    return _FACTS[name][1](definition, name)


def _by_law(
    needs: Callable[[Definition, str], Iterator[Given]], exhaustive: bool = False
) -> Callable[[Definition, str], VectorFact]:
    """A fact that is a law, with what `needs` yields put into the laws one after the other.

    Where the laws are `exhaustive`, that all are refuted is a fact too.
    """

    def found(definition: Definition, name: str) -> VectorFact:
        missing = None if exhaustive else "no law of this kind was proved"
        try:
            for law in _laws(definition, name, needs):
                verdict = _verdict(law)
                if isinstance(verdict, Proved):
                    return VectorFact(name, law, law.why)
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
        value, claims = "; ".join(law.value for law in proved), tuple(c for law in proved for c in law.claims)
        return VectorFact(name, Law(value, claims, proved[0].why), proved[0].why)
    missing = next((v.reason for _, v in verdicts if isinstance(v, Undecided)), None)
    return _without_law(name, missing)


def _laws(definition: Definition, name: str, needs: Callable[[Definition, str], Iterator[Given]]) -> Iterator[Law]:
    function = VectorFunction(definition.name, definition.expr.has(i))
    for given in needs(definition, name):
        yield from LAWS[name](function, given)


def _verdict(law: Law) -> Verdict:
    """The first verdict on a claim of the law that isn't a proof, else the last proof."""
    verdict: Verdict = Undecided("a law needs a claim")
    for claim in law.claims:
        verdict = _decided(claim)
        if not isinstance(verdict, Proved):
            break
    return verdict


def _decided(claim: Entry) -> Verdict:
    return decide(unfolded(parse_claim(claim.says, claim.assume)))


def _without_law(name: str, missing: str | None) -> VectorFact:
    return VectorFact(name, None, "every law of this kind is refuted" if missing is None else "claims of laws", missing)


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
                yield {"slope": f"{other.name}(v)[j]", "shown": f"{other.name}(v)_j"}
    slope = _slope(definition)
    found = in_outputs(slope, _outputs(definition, "y"))
    if found is None:
        raise NotSupportedError("its slope has no form in terms of its values that was found")
    yield {"slope": _claimed(definition, found), "shown": _shown(found)}


def _hessians(definition: Definition, name: str) -> Iterator[Given]:
    """The second derivatives in terms of the gradient where that is another function, else of the value."""
    gradient = vector_fact(definition, "gradient").law
    slope = _NORMAL(differentiate(_slope(definition).xreplace({j: i}), v[j]))
    for other in definitions():
        if gradient is not None and gradient.given["slope"] == f"{other.name}(v)[j]":
            found = in_outputs(slope, _outputs(other, "p"))
            if found is not None:
                yield {"hessian": _claimed(other, found), "shown": f"{_shown(found)} with p = {other.name}(v)"}
                return
    found = in_outputs(slope, _outputs(definition, "y"))
    if found is None:
        raise NotSupportedError("its second derivatives have no form in terms of its values that was found")
    yield {"hessian": _claimed(definition, found), "shown": _shown(found)}


def _slope(definition: Definition) -> Expr:
    return _NORMAL(differentiate(apart(definition.expr), v[j]))


def _outputs(definition: Definition, name: str) -> dict[Expr, Expr]:
    """The outputs at i and j by a name, with their formulas."""
    expr = _NORMAL(apart(definition.expr))
    if not definition.expr.has(i):
        return {real(name): expr}
    output = IndexedBase(name, shape=(n,), real=True)
    return {output[i]: expr, output[j]: expr.xreplace({i: j})}


def _claimed(definition: Definition, slope: Expr) -> str:
    """A slope as a claim has it: f(v)[i] for an output."""
    return re.sub(r"\b[yp]\b", f"{definition.name}(v)", str(slope))


def _shown(slope: Expr) -> str:
    """A slope as a card has it: y_i for an output, delta_ij."""
    text = str(slope).replace("KroneckerDelta(i, j)", "delta_ij")
    return re.sub(r"\b(\w+)\[(\w+)\]", r"\1_\2", text)


def _bound(definition: Definition, name: str) -> Iterator[Given]:
    """The supremum of the slopes in the first entry at two entries (x, 0), which the diagonal of the Jacobian may not exceed."""
    if not definition.expr.has(i):
        yield {}
        return
    pair = f"{definition.name}([x, 0])[1]"
    statement = unfolded(parse_claim(f"{pair} == 0")).statement
    assert isinstance(statement, Relation)
    bound = lipschitz(landscape(statement.left, x, NOTHING))
    slopes = extent(landscape(diff(statement.left, x), x, NOTHING))
    if slopes.set is not None:
        raise NotSupportedError("the slopes at two entries aren't one interval")
    values = Interval(slopes.inf, slopes.sup, not slopes.inf_attained, not slopes.sup_attained)
    yield {"bound": str(bound), "constant": str(2 * bound), "slopes": str(values)}


def _permutation(definition: Definition, name: str) -> VectorFact:
    """Whether the entries occur only as v_i, and as v_j under sums and maxima over all j."""
    expr = definition.expr
    folds = list(expr.atoms(Sum, LargestOf))
    inside = {e for fold in folds for e in fold.function.atoms(Indexed)}
    over_all = all(len(fold.limits) == 1 and tuple(fold.limits[0]) == (j, Integer(1), n) for fold in folds)
    if not over_all or any(e.indices != ((j,) if e in inside else (i,)) for e in expr.atoms(Indexed)):
        return VectorFact(name, None, "", "the entries enter in more ways than by one and by all of them")
    kept = "permuting v permutes the output alike" if expr.has(i) else "permuting v changes nothing"
    return VectorFact(name, Law(kept, (), ""), "v enters by one entry and by sums and maxima over all entries")


#: Fact → whether it is one of functions with n values (None: of all), and how it is found.
_FACTS: dict[str, tuple[bool | None, Callable[[Definition, str], VectorFact]]] = {
    "range": (None, _by_law(_nothing)),
    "gradient": (False, _by_law(_slopes)),
    "jacobian": (True, _by_law(_slopes)),
    "jacobian_rows": (True, _by_law(_nothing, exhaustive=True)),
    "hessian": (False, _by_law(_hessians)),
    "hessian_rows": (False, _by_law(_nothing, exhaustive=True)),
    "convexity": (False, _by_law(_nothing, exhaustive=True)),
    "lipschitz": (None, _by_law(_bound)),
    "shift": (None, _by_law(_nothing, exhaustive=True)),
    "scale": (None, _by_law(_nothing, exhaustive=True)),
    "bounds": (False, _by_law(_others)),
    "relation": (None, _all_laws),
    "permutation": (None, _permutation),
}
