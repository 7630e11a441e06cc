"""Certificates of facts about functions of a vector: the claims from which their laws follow, with records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..claims.files import Entry
from ..definition import Definition
from ..facts.vectors import possible_laws, vector_fact
from ..verification import verify_all

__all__ = ["certified_vector_facts"]


def certified_vector_facts(card: Mapping[str, Any], definition: Definition, timeout: float) -> dict[str, Any]:
    """Return a card's data with a certificate for every fact that is proved; None for one whose claims aren't confirmed."""
    for name, case in card["facts"].items():
        case["certificate"] = None
        if case["status"] != "proved":
            continue
        laws = () if name == "permutation" else vector_fact(definition, name).laws
        if case["value"] == "none":
            records = _refuted(definition, name, timeout)
        else:
            records = _records([claim for law in laws for claim in law.claims], timeout)
            confirmed = all(_confirmed(record, "proved") for record in records)
            records = records if confirmed and (records or name == "permutation") else None
        if records is not None:
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


def _refuted(definition: Definition, name: str, timeout: float) -> list[dict[str, Any]] | None:
    """For every law of a kind one of its claims, refuted; None where there is one without."""
    laws = possible_laws(definition, name)
    claims = list(dict.fromkeys(claim for law in laws for claim in law.claims))
    records = dict(zip(claims, _records(claims, timeout), strict=True))
    found: list[dict[str, Any]] = []
    for law in laws:
        record = next((records[claim] for claim in law.claims if _confirmed(records[claim], "refuted")), None)
        if record is None:
            return None
        found += [] if record in found else [record]
    return found
