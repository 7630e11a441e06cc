"""Certificates of facts about functions of a vector: the claims from which their laws follow, with records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..claims.files import Entry
from ..definition import Definition
from ..facts.vectors import possible_laws, vector_fact
from ..verification import verify_all

__all__ = ["certified_vector_facts", "unconfirmed"]


def certified_vector_facts(card: Mapping[str, Any], definition: Definition, timeout: float) -> dict[str, Any]:
    """Return a card's data with a certificate for every fact that is proved; None, with the reason, where a claim isn't confirmed."""
    for name, case in card["facts"].items():
        case["certificate"] = None
        if case["status"] != "proved":
            continue
        laws = () if name == "permutation" else vector_fact(definition, name).laws
        if case["value"] == "none":
            records = _refuted(definition, name, timeout)
        else:
            records = _records([claim for law in laws for claim in law.claims], timeout)
        failed = next(
            (record for record in records if not _confirmed(record, _VERDICTS[case["value"] == "none"])), None
        )
        if failed is not None:
            case["uncertified"] = unconfirmed(failed)
        else:
            case["certificate"] = {
                "version": 1,
                "kind": "vector-fact",
                "fact": name,
                "function": definition.name,
                "expression": card["expression"],
                "value": case["value"],
                "assume": [],
                "laws": [{"value": law.value, "given": dict(law.given)} for law in laws],
                "claims": records,
            }
    return dict(card)


def _records(claims: Sequence[Entry], timeout: float) -> list[dict[str, Any]]:
    return [result.to_json() for result in verify_all(claims, timeout=timeout)] if claims else []


def _confirmed(record: Mapping[str, Any], verdict: str) -> bool:
    return record["verdict"] == verdict and bool(record["certificate"])


#: What is shown of the claims of a fact, and of one that says that no law holds.
_VERDICTS = "proved", "refuted"


def unconfirmed(record: Mapping[str, Any]) -> str:
    """Return why a claim that a fact needs has no certificate that shows it."""
    return f"{record['claim']} is {record['verdict']}: {record['reason'] or record['method']}"


def _refuted(definition: Definition, name: str, timeout: float) -> list[dict[str, Any]]:
    """For every law of a kind one of its claims, refuted; one that isn't where there is none."""
    laws = possible_laws(definition, name)
    claims = list(dict.fromkeys(claim for law in laws for claim in law.claims))
    records = dict(zip(claims, _records(claims, timeout), strict=True))
    found: list[dict[str, Any]] = []
    for law in laws:
        mine = [records[claim] for claim in law.claims]
        record = next((r for r in mine if _confirmed(r, "refuted")), mine[0])
        found += [] if record in found else [record]
    return found
