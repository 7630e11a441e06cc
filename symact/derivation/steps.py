"""A derivation as data: a tree of steps from one line to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Symbol
from sympy.logic.boolalg import Boolean

from ..definition import Definition

__all__ = ["Derivation", "Prose", "Step"]

#: A sentence: words, and formulas between them.
Prose = tuple[str | Expr, ...]


@dataclass(frozen=True)
class Step:
    """One step: `before` becomes `after` by `rule`, where the conditions hold.

    Both sides may hold unevaluated Derivative and Limit nodes. A step with sub-steps is proved by them, in order; the
    first starts at its `before` and the last ends at its `after`. `goal` is what the line stands for, f'(x) or
    lim f(x), where a chain of equalities begins; `reason` is a sentence for the margin, without mathematics in markup.
    """

    rule: str
    before: Expr
    after: Expr
    reason: str = ""
    conditions: tuple[Boolean, ...] = ()
    goal: Expr | None = None
    substeps: tuple[Step, ...] = ()

    def leaves(self) -> Iterator[Step]:
        """Yield the steps without sub-steps, in order."""
        if not self.substeps:
            yield self
        for step in self.substeps:
            yield from step.leaves()


@dataclass(frozen=True)
class Derivation:
    """How a fact about a function follows: its definition, the steps (one a case), and the result.

    `what` is the kind of fact ("derivative", "limits", …), `goal` what was sought, such as Derivative(f(x), x), and
    `result` what was found; `remarks` are sentences about conventions, such as the slope at a kink, and `parameters`
    the values that were put in.
    """

    what: str
    definition: Definition
    title: str
    goal: Expr
    result: Expr
    steps: tuple[Step, ...]
    remarks: tuple[Prose, ...] = ()
    parameters: tuple[tuple[Symbol, Expr], ...] = ()
