"""Certificates of facts: the claims that say each of them are decided and put beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .claims.files import Entry
from .recheck.facts import said
from .verification import Result, verify_all

__all__ = ["certified"]


def certified(card: Mapping[str, Any], assume: Sequence[str], timeout: float) -> dict[str, Any]:
    """Return a card's data with a certificate for every fact; None where it has none.

    `assume` is what is known of x and the parameters. The claims are decided in processes of their own, each within
    `timeout` seconds.
    """
    cases = [
        (name, case) for name, fact in card["facts"].items() for case in (fact if isinstance(fact, list) else [fact])
    ]
    bare = [_bare(name, card["expression"], case, assume) for name, case in cases]
    entries = [Entry(s.says, assume=s.assume) for _, found in bare for s in found]
    results = iter(list(verify_all(entries, timeout=timeout)))
    for (_, case), (certificate, found) in zip(cases, bare, strict=True):
        records = [next(results) for _ in found]
        good = bool(found) and all(_shows(r, s.verdict) for r, s in zip(records, found, strict=True))
        case["certificate"] = certificate | {"claims": [r.to_json() for r in records]} if good else None
    return dict(card)


def _bare(
    name: str, expression: str, case: Mapping[str, Any], assume: Sequence[str]
) -> tuple[dict[str, Any], Iterable[Any]]:
    """The certificate of a case without its records, and the claims these are about."""
    conditions = [*assume, *(case["when"].split(" and ") if case["when"] else [])]
    certificate = {
        "version": 1,
        "kind": "fact",
        "fact": name,
        "expression": expression,
        "value": case["value"],
        "assume": conditions,
    }
    return certificate, said(name, expression, case["value"], conditions) if case["status"] == "proved" else []


def _shows(result: Result, verdict: str) -> bool:
    return result.verdict.name == verdict and bool(getattr(result.verdict, "certificate", None))
