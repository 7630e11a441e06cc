"""The three verdicts on a claim; only a proved one is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Proved", "Refuted", "Undecided", "Verdict"]


@dataclass(frozen=True)
class Proved:
    """The claim holds wherever its assumptions do; the certificate lets an independent checker see why."""

    method: str
    certificate: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    name = "proved"

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class Refuted:
    """The claim fails at an exact point inside its assumptions.

    `left` and `right` are certified decimals of the two sides there, computed with `bits` bits.
    """

    method: str
    counterexample: Mapping[str, str] = field(hash=False)
    left: str = ""
    right: str = ""
    bits: int = 0
    certificate: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)

    name = "refuted"

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True)
class Undecided:
    """No method established or excluded the claim; `reason` says what was missing."""

    reason: str
    method: str = ""

    name = "undecided"

    def __bool__(self) -> bool:
        return False


Verdict = Proved | Refuted | Undecided
