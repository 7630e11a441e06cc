"""Certificates of facts about functions of a vector: the laws that say a fact, and a record of every claim they follow from.

{"version": 1, "kind": "vector-fact", "fact": name, "function": name in the catalogue, "expression": its formula, "value": as on
the card, "assume": [], "laws": what each law was given besides the function, with the words it comes to, "claims": records of
`symact verify --json` in the order of the laws}.

Where the value is "none" there are no laws: the records refute a claim of every law of that kind. That a permutation of the entries
permutes the values, or leaves the one value as it is, needs no record: it is read off the formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Indexed, Sum, Tuple

from ..catalogue import definitions, find
from ..claims.vector_laws import ALL_REFUTED, LAWS, Law, VectorFunction
from ..definition import Definition
from ..proof.certificates.checker import guarded
from ..proof.certificates.requirements import CertificateError, require
from ..symbols import LargestOf, i, j, n, v
from .records import check_record

__all__ = ["check_vector_fact"]


def check_vector_fact(certificate: Mapping[str, Any]) -> None:
    """Check that the claims are those from which the laws follow, and every record; raises CertificateError with the reason."""
    require(certificate.get("version") == 1, "this is no certificate of version 1")
    guarded(lambda: _check(certificate))


def _check(certificate: Mapping[str, Any]) -> None:
    definition = find(certificate["function"])
    if definition is None or not definition.vector:
        raise CertificateError("this is no function of a vector of the catalogue")
    require(str(definition.expr) == certificate["expression"], "the function has another formula")
    function = VectorFunction(definition.name, bool(definition.expr.has(i)))
    stated, records = certificate["laws"], list(certificate["claims"])
    if certificate["fact"] == "permutation":
        require(not stated and not records, "there are claims that the formula doesn't need")
        shown = _permuted(definition)
        require(shown is not None and certificate["value"] == shown, "the formula doesn't say that")
        return
    if certificate["value"] == "none":
        _check_none(certificate["fact"], definition, function, stated, records)
        return
    require("; ".join(law["value"] for law in stated) == certificate["value"], "the laws say another value")
    for law in stated:
        used = _followed(LAWS[certificate["fact"]](function, law["given"]), law["value"], records)
        require(used > 0, "the claims aren't those from which the law follows")
        for record in records[:used]:
            require(record["verdict"] == "proved", "a claim of a law isn't proved")
            check_record(record)
        del records[:used]
    require(bool(stated) and not records, "there are claims that no law needs")


def _permuted(definition: Definition) -> str | None:
    """What a permutation of the entries does, where these occur by v_i and under sums and maxima over all j only; else None."""
    waiting: list[tuple[Any, Any]] = [(definition.expr, i)]
    while waiting:
        part, index = waiting.pop()
        if isinstance(part, Sum | LargestOf):
            if index != i or part.limits != (Tuple(j, 1, n),):
                return None
            waiting.append((part.function, j))
        elif isinstance(part, Indexed):
            if part.base != v or part.indices != (index,):
                return None
        elif part == n or not part.args:
            if part in (i, j):
                return None
        else:
            waiting += ((inner, index) for inner in part.args)
    return "permuting v permutes the output alike" if definition.expr.has(i) else "permuting v changes nothing"


def _check_none(
    fact: str, definition: Definition, function: VectorFunction, stated: Any, records: list[Mapping[str, Any]]
) -> None:
    """Every law of a kind has a claim that is refuted, with each function of as many values that it may name."""
    require(fact in ALL_REFUTED and not stated, "that there is no such law isn't shown by refuting some")
    refuted = {(record["claim"], tuple(record["assume"])) for record in records if record["verdict"] == "refuted"}
    for record in records:
        check_record(record)
    others = [d.name for d in definitions() if d.vector and d != definition and d.expr.has(i) == function.many]
    laws = [law for given in [{}, *({"other": name} for name in others)] for law in LAWS[fact](function, given)]
    require(bool(laws), "there are no laws of this kind")
    require(all(refuted & set(_texts(law)) for law in laws), "a law isn't refuted")


def _followed(laws: Any, value: str, records: list[Mapping[str, Any]]) -> int:
    """How many of the first records are the claims of a law with this value, 0 where it is none's."""
    shown = [(record["claim"], tuple(record["assume"])) for record in records]
    found: list[Law] = [law for law in laws if law.value == value]
    return max((len(law.claims) for law in found if shown[: len(law.claims)] == _texts(law)), default=0)


def _texts(law: Law) -> list[tuple[str, tuple[str, ...]]]:
    return [(claim.says, claim.assume) for claim in law.claims]
