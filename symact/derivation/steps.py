"""A derivation as data: a tree of steps from one line to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Symbol
from sympy.core.basic import Basic
from sympy.logic.boolalg import Boolean

from ..definition import Definition

__all__ = ["ARROW", "CASE", "Derivation", "Prose", "Step", "Table", "is_statement"]

#: A sentence: words, and formulas between them.
Prose = tuple[str | Basic, ...]
#: Stands in a sentence between a quantity and its limit.
ARROW = " → "
#: The rule of a step that only says for which x or parameters its sub-steps hold.
CASE = "case"


def is_statement(part: Basic) -> bool:
    """Whether a side of a step is true or false rather than a number; SymPy counts symbols among both."""
    return isinstance(part, Boolean) and not isinstance(part, Expr)


@dataclass(frozen=True)
class Step:
    """One step: `before` becomes `after` by `rule`, where the conditions hold.

    Both sides may hold unevaluated Derivative, Limit and Integral nodes. Where `before` is true, `after` is a statement,
    such as a relation; where both are statements, `after` follows from `before`. A step with sub-steps is proved by them,
    in order; the first starts at its `before` and the last ends at its `after`. `goal` is what the line stands for,
    f'(x) or lim f(x), where a chain of equalities begins; `reason` is a sentence for the margin.
    """

    rule: str
    before: Basic
    after: Basic
    reason: str | Prose = ""
    conditions: tuple[Boolean, ...] = ()
    goal: Expr | None = None
    substeps: tuple[Step, ...] = ()

    def leaves(self) -> Iterator[Step]:
        """Yield the steps without sub-steps, in order."""
        if not self.substeps:
            yield self
        for step in self.substeps:
            yield from step.leaves()

    def walk(self) -> Iterator[Step]:
        """Yield the step itself and all below it."""
        yield self
        for step in self.substeps:
            yield from step.walk()


@dataclass(frozen=True)
class Table:
    """A table of signs under conditions: a column for every point and every interval between, a row for f, f' and f''."""

    head: tuple[Prose, ...]
    rows: tuple[tuple[Prose, ...], ...]
    conditions: tuple[Boolean, ...] = ()


@dataclass(frozen=True)
class Derivation:
    """How a fact about a function follows: its definition, the steps (one a case), and the result.

    `what` is the kind of fact ("derivative", "limits", …), `goal` what was sought, such as Derivative(f(x), x), and
    `result` what was found; `remarks` are sentences about conventions, such as the slope at a kink, `parameters` the
    values that were put in, `assumed` what was assumed besides the domains of the parameters, and `tables` what the
    steps showed at a glance.
    """

    what: str
    definition: Definition
    title: str
    goal: Expr
    result: Basic
    steps: tuple[Step, ...]
    remarks: tuple[Prose, ...] = ()
    parameters: tuple[tuple[Symbol, Expr], ...] = ()
    tables: tuple[Table, ...] = ()
    assumed: tuple[Boolean, ...] = ()
