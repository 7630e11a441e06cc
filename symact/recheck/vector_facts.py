"""Certificates of facts about functions of a vector: the laws that say a fact, and a record of every claim they follow from.

{"version": 1, "kind": "vector-fact", "fact": name, "function": name in the catalogue, "expression": its formula, "value": as on
the card, "assume": [], "laws": what each law was given besides the function, with the words it comes to, "claims": records of
`symact verify --json` in the order of the laws}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..catalogue import find
from ..claims.vector_laws import LAWS, Law, VectorFunction
from ..proof.certificates.requirements import require
from ..symbols import i
from .records import check_record, guarded

__all__ = ["check_vector_fact"]


def check_vector_fact(certificate: Mapping[str, Any]) -> None:
    """Check that the claims are those from which the laws follow, and every record; raises CertificateError with the reason."""
    require(certificate.get("version") == 1, "this is no certificate of version 1")
    guarded(lambda: _check(certificate))


def _check(certificate: Mapping[str, Any]) -> None:
    definition = find(certificate["function"])
    require(definition is not None and definition.vector, "this is no function of a vector of the catalogue")
    require(str(definition.expr) == certificate["expression"], "the function has another formula")  # type: ignore[union-attr]
    function = VectorFunction(definition.name, bool(definition.expr.has(i)))  # type: ignore[union-attr]
    stated, records = certificate["laws"], list(certificate["claims"])
    require("; ".join(law["value"] for law in stated) == certificate["value"], "the laws say another value")
    for law in stated:
        used = _followed(LAWS[certificate["fact"]](function, law["given"]), law["value"], records)
        require(used > 0, "the claims aren't those from which the law follows")
        for record in records[:used]:
            require(record["verdict"] == "proved", "a claim of a law isn't proved")
            check_record(record)
        del records[:used]
    require(bool(stated) and not records, "there are claims that no law needs")


def _followed(laws: Any, value: str, records: list[Mapping[str, Any]]) -> int:
    """How many of the first records are the claims of a law with this value, 0 where it is none's."""
    shown = [(record["claim"], tuple(record["assume"])) for record in records]
    found: list[Law] = [law for law in laws if law.value == value]
    return max((len(law.claims) for law in found if shown[: len(law.claims)] == _texts(law)), default=0)


def _texts(law: Law) -> list[tuple[str, tuple[str, ...]]]:
    return [(claim.says, claim.assume) for claim in law.claims]
