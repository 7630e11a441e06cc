"""The textbook claims with their verdicts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Rational

from ..claims.files import Entry
from ..proof.numbers import balls
from ..render.block import Block, Heading, Listing, Paragraph
from ..verification import Result

__all__ = ["Verdict", "claim_row", "claims_page", "verdict_of"]

#: Characters of a fraction that is written out, and digits of a longer one, with the precision for these.
LONGEST, DIGITS, BITS = 20, 12, 96


@dataclass(frozen=True)
class Verdict:
    """A verdict in words: what it is, how it was found, where the claim fails."""

    name: str
    method: str
    witness: str


def verdict_of(result: Result) -> Verdict:
    """Return the words of a result, without the time it took."""
    verdict = result.verdict
    point = getattr(verdict, "counterexample", {})
    witness = ", ".join(f"{name} = {_number(value)}" for name, value in point.items())
    return Verdict(verdict.name, verdict.method, witness)


def _number(text: str) -> str:
    """A value as it is, or by its first digits where it is a long fraction."""
    if len(text) <= LONGEST or not re.fullmatch(r"-?\d+/\d+", text):
        return text
    value = Rational(text)
    return f"{balls.digits_of(balls.enclose(value, bits=BITS), DIGITS)[0]}…"


def claim_row(entry: Entry, verdict: Verdict) -> tuple[str, tuple[str, ...]]:
    """Return a row of a listing: what a claim says, and the verdict."""
    given = f" for {', '.join(entry.assume)}" if entry.assume else ""
    words = f"{verdict.name} ({verdict.method})" if verdict.method else verdict.name
    if verdict.witness:
        words += f"; it fails at {verdict.witness}"
    return f"{entry.says}{given}", (f"{words}. {entry.note}" if entry.note else words,)


def claims_page(books: Sequence[Entry], print_: Sequence[Entry], verdicts: dict[str, Verdict]) -> tuple[Block, ...]:
    """Return the page of all claims: those of textbooks, then formulas that went wrong in print."""
    counts = [
        f"{sum(verdicts[e.says].name == name for e in (*books, *print_))} {name}"
        for name in ("proved", "refuted", "undecided")
    ]
    return (
        Heading("What textbooks say", 1),
        Paragraph((f"{len(books) + len(print_)} claims: {', '.join(counts)}.",)),
        Listing(tuple(claim_row(entry, verdicts[entry.says]) for entry in books)),
        Heading("Formulas that went wrong in print"),
        Listing(tuple(claim_row(entry, verdicts[entry.says]) for entry in print_)),
    )
