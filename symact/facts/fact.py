"""One fact about a function: its status, its value, and how it was established."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Fact"]


@dataclass(frozen=True)
class Fact:
    """A statement that is proved, with its value, or undecided, with the reason; `when` is a condition on parameters."""

    value: Any
    method: str
    proved: bool = True
    reason: str | None = None
    when: str | None = None

    @property
    def status(self) -> str:
        """The status as a word: proved or undecided."""
        return "proved" if self.proved else "undecided"
