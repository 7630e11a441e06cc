"""Certificates of facts: the claims that say a fact, each with a record that is checked by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..claims.facts import Statement, statements
from ..parse import parse_expression
from ..proof.certificates.trees import CertificateError, require
from ..symbols import real
from .records import check_record

__all__ = ["check_fact", "said"]


def said(name: str, expression: str, value: Any, assume: Sequence[str]) -> list[Statement]:
    """Return the claims that say a fact of an expression in x; none where the language of claims has no words for it."""
    return statements(name, expression, value, assume, _put)


def check_fact(certificate: Mapping[str, Any]) -> None:
    """Check that the claims are those that say the fact, and every record of one; raises CertificateError with the reason."""
    require(certificate.get("version") == 1, "this is no certificate of version 1")
    name, expression, assume, records = (certificate.get(key) for key in ("fact", "expression", "assume", "claims"))
    if not (
        isinstance(name, str) and isinstance(expression, str) and isinstance(assume, list) and isinstance(records, list)
    ):
        raise CertificateError("a certificate of a fact has a name, an expression, assumptions and claims")
    require(all(isinstance(part, str) for part in assume), "assumptions are texts")
    require(all(isinstance(record, dict) for record in records), "the claims are records")
    try:
        expected = said(name, expression, certificate.get("value"), assume)
    except (LookupError, TypeError, ValueError, AttributeError):
        raise CertificateError(f"the fact {name} has no such value") from None
    require(bool(expected), "no claims say this fact")
    require(
        [(r.get("claim"), r.get("assume"), r.get("verdict")) for r in records]
        == [(s.says, list(s.assume), s.verdict) for s in expected],
        "the claims aren't those that say the fact",
    )
    for record in records:
        check_record(record)


def _put(text: str, name: str, argument: str) -> str:
    """Write an argument for a symbol in a text."""
    return str(parse_expression(text).subs(real(name), parse_expression(argument)))
