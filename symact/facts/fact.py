"""One fact about a function: its status, its value, and how it was established."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy.core.relational import Relational

__all__ = ["Fact"]


@dataclass(frozen=True)
class Fact:
    """A statement that is proved, with its value, or undecided, with the reason; `conditions` are those on parameters."""

    name: str
    value: Any
    method: str
    proved: bool = True
    reason: str | None = None
    conditions: tuple[Relational, ...] = ()

    @property
    def status(self) -> str:
        """The status as a word: proved or undecided."""
        return "proved" if self.proved else "undecided"

    @property
    def when(self) -> str | None:
        """The conditions on parameters as text, None where there are none."""
        return " and ".join(f"{c.lhs} {c.rel_op} {c.rhs}" for c in self.conditions) or None

    def __bool__(self) -> bool:
        return self.proved
