"""A property asked of a function, and the answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Symbol
from sympy.core.relational import Relational

from ..algebra.assume import Assumptions, assuming
from ..functions.shape import Shape, shape
from ..functions.switches import SWITCHES, obstacles

__all__ = ["Answer", "No", "Question"]


@dataclass(frozen=True)
class Question:
    """A function of x under relations; those that hold x restrict its domain."""

    expr: Expr
    x: Symbol
    own: tuple[Relational, ...]
    others: tuple[Relational, ...]
    order: Expr | None = None

    @property
    def known(self) -> Assumptions:
        """What is known of the parameters."""
        return assuming(self.others)

    @property
    def shape(self) -> Shape:
        """The function as analytic pieces."""
        return shape(self.expr, self.x, (*self.own, *self.others))

    @property
    def total(self) -> bool:
        """Whether the function has no switches and is certainly defined everywhere."""
        if self.expr.has(*SWITCHES):
            return False
        return all(self.known.signs(g) <= allowed for g, allowed in obstacles(self.expr))

    @property
    def parameters(self) -> list[Symbol]:
        """The symbols besides x."""
        return sorted(self.expr.free_symbols - {self.x}, key=str)


@dataclass(frozen=True)
class No:
    """The property fails, at points that are named if rational ones were found."""

    point: dict[str, str]
    reason: str
    shown: Mapping[str, Any] = field(default_factory=dict)


#: True: proved. No: refuted. None: undecided.
Answer = bool | No | None
