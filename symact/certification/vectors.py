"""Certificates of facts about functions of a vector: the claims from which their laws follow, with records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..definition import Definition
from ..facts.vectors import vector_fact
from ..verification import verify_all

__all__ = ["certified_vector_facts"]


def certified_vector_facts(card: Mapping[str, Any], definition: Definition, timeout: float) -> dict[str, Any]:
    """Return a card's data with a certificate for every fact that is a law; None for others.

    What is read off the formula, as that a permutation of the entries permutes the output, has no claims.
    """
    for name, case in card["facts"].items():
        case["certificate"] = None
        laws = vector_fact(definition, name).laws if case["status"] == "proved" else ()
        claims = [claim for law in laws for claim in law.claims]
        records = [result.to_json() for result in verify_all(claims, timeout=timeout)] if claims else []
        if records and all(record["verdict"] == "proved" and record["certificate"] for record in records):
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
