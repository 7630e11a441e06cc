"""Certificates of facts: the claims that say each of them are decided and put beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..claims.facts import Part, Statement
from ..claims.files import Entry
from ..errors import SymactError
from ..facts.landscape import Landscape
from ..facts.record import Facts
from ..parse import parse_assumptions, parse_expression
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.signs import SIGNS
from ..recheck.facts import confirm, said, shows
from ..verification import verify_all
from .given import ways
from .vectors import certified_vector_facts, unconfirmed

__all__ = ["certified", "worded"]


@dataclass
class _Case:
    """A proved fact of a card under conditions, and the ways to say it that are left."""

    name: str
    case: dict[str, Any]
    assume: list[str]
    left: Iterator[dict[str, Any]]
    given: dict[str, Any] = field(default_factory=dict)
    claims: list[Statement] = field(default_factory=list)
    reason: str = "no claims that say it are known"


def certified(card: Mapping[str, Any], facts: Facts, timeout: float) -> dict[str, Any]:
    """Return a card's data with what is assumed, and a certificate for every fact; None where it has none, with the reason.

    The claims are decided in processes of their own, each within `timeout` seconds. A fact that may be said in several ways
    is said in the first that is confirmed.
    """
    if facts.definition.vector:
        return certified_vector_facts(card, facts.definition, timeout)
    expression, stated = card["expression"], facts.stated
    for _, printed in _each(card["facts"]):
        printed["certificate"] = None
    waiting = list(_cases(card["facts"], facts, stated))
    while waiting:
        waiting = [case for case in waiting if _next_way(case, expression) or _given_up(case)]
        # facts share claims
        entries = list(dict.fromkeys(_entry(claim) for case in waiting for claim in case.claims))
        results = dict(zip(entries, verify_all(entries, timeout=timeout), strict=True))
        rest: list[_Case] = []
        for case in waiting:
            records = [results[_entry(claim)].to_json() for claim in case.claims]
            pairs = zip(records, case.claims, strict=True)
            failed = next((record for record, claim in pairs if not _good(record, claim)), None)
            if failed is not None:
                case.reason = unconfirmed(failed)
                rest.append(case)
                continue
            case.case["certificate"] = {
                "version": 1,
                "kind": "fact",
                "fact": case.name,
                "expression": expression,
                "value": case.case["value"],
                "assume": case.assume,
                "given": case.given,
                "claims": records,
            }
        waiting = rest
    return {**card, "assume": stated}


def worded(facts: Facts, name: str, case: Mapping[str, Any]) -> list[Part]:
    """Return the claims that say a proved fact of a card in the first way that is known; none where no way is."""
    for found in _cases({name: case}, facts, facts.stated):
        for given in found.left:
            with suppress(SymactError):
                return said(name, str(facts.expression), case["value"], found.assume, given)
    return []


def _entry(claim: Statement) -> Entry:
    return Entry(claim.says, assume=claim.assume)


def _good(record: Mapping[str, Any], claim: Statement) -> bool:
    return record["verdict"] == claim.verdict and bool(record["certificate"]) and shows(record, claim)


def _given_up(case: _Case) -> bool:
    """Note why a fact has no certificate."""
    case.case["uncertified"] = case.reason
    return False


def _next_way(case: _Case, expression: str) -> bool:
    """Take the next way to say a fact of which everything but the claims is confirmed; False where there is none."""
    for given in case.left:
        try:
            found = said(case.name, expression, case.case["value"], case.assume, given)
            for part in found:
                if not isinstance(part, Statement):
                    confirm(part, [parse_expression(text) for text in given.get("cuts", [])])
        except (SymactError, NotImplementedError) as error:
            case.reason = " ".join(str(error).split())
            continue
        case.given, case.claims = given, [s for s in found if isinstance(s, Statement)]
        return True
    return False


def _each(facts: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, fact in facts.items():
        for case in fact if isinstance(fact, list) else [fact]:
            yield name, case


def _cases(shown: Mapping[str, Any], facts: Facts, stated: list[str]) -> Iterator[_Case]:
    for name, case in _each(shown):
        if case["status"] == "proved":
            conditions = case["when"].split(" and ") if case["when"] else []
            left = _ways(name, case, shown, facts, conditions)
            yield _Case(name, case, [*stated, *conditions], left)


def _ways(
    name: str, case: Mapping[str, Any], shown: Mapping[str, Any], facts: Facts, conditions: list[str]
) -> Iterator[dict[str, Any]]:
    try:
        known = facts.known & parse_assumptions(conditions).relations
        land: Landscape = facts.landscape(known)
    except SymactError:
        return
    same = {other: fact for other, fact in _each(shown) if _applies(fact["when"], known)}
    yield from ways(name, land, case, same)


def _applies(when: str | None, known: Assumptions) -> bool:
    """Whether the conditions of a fact hold for all parameters of which something is known."""
    try:
        conditions = () if when is None else parse_assumptions(when.split(" and ")).relations
    except SymactError:
        return False
    return all(r in known.relations or known.signs(r.lhs - r.rhs) <= SIGNS[r.rel_op] for r in conditions)
