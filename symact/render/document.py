"""A derivation as a sequence of blocks, free of any format: paragraphs, chains of equalities and statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sympy import Basic, Expr, Piecewise, S, Tuple
from sympy.logic.boolalg import Boolean
from sympy.sets.sets import Set
from sympy.tensor.indexed import Indexed

from ..derivation.notation import output
from ..derivation.steps import ARROW, CASE, Derivation, Prose, Step, is_statement
from ..proof.algebra.assume import assuming
from ..symbols import f
from .block import Block, Equalities, Grid, Heading, Line, Paragraph, Statement
from .boxes import Box, Fence, Mark, Name, Number, Row, Script, row
from .breaking import QUAD
from .conditions import effective, merged
from .layout import Layout, Style, enclosed, layout
from .names import EQUALS, TO

__all__ = ["Writer", "blocks"]

IN = Mark(r"\in", "∈", "relation")
#: Signs and arrows of a table, and how many digits of a number that is only enclosed it shows.
TABLE_SIGNS: dict[str, Box] = {
    "+": Name("+", "+"),
    "−": Name("-", "−"),
    "0": Number("0"),
    "↗": Name(r"\nearrow", "↗"),
    "↘": Name(r"\searrow", "↘"),
    "→": Name(r"\rightarrow", "→"),
}
TABLE_DIGITS = 4


@dataclass(frozen=True)
class _Group:
    """A chain of steps under common conditions: goal = first line = … ."""

    conditions: tuple[Boolean, ...]
    goal: Expr | None
    steps: tuple[Step, ...]


def blocks(derivation: Derivation, detail: int = 2) -> tuple[Block, ...]:
    """Return what is printed of a derivation: title, definition, the steps case by case, tables, remarks, result.

    `detail` 1 prints key steps, 2 those of a textbook, 3 every single rule.
    """
    writer = Writer(derivation, detail)
    return (Heading(derivation.title), *writer.definition(), *writer.argument())


class Writer:
    """Expressions as boxes where f stands for f(x) and derivatives by parameters are partial."""

    def __init__(self, derivation: Derivation, detail: int) -> None:
        self.derivation, self.detail = derivation, detail
        definition = derivation.definition
        self.output = layout(output(definition.variable))
        known = assuming(*(p.assume for p in definition.parameters))
        self.style = Style(definition.variable, self.output, known)

    def box(self, expr: Basic) -> Box:
        return layout(expr, self.style)

    def argument(self) -> tuple[Block, ...]:
        """Return the steps, tables, remarks and the result."""
        derivation = self.derivation
        found: list[Block] = []
        groups = [group for step in derivation.steps for group in _groups(step, self.detail)]
        told: tuple[Boolean, ...] = ()
        parameters = {p.symbol for p in derivation.definition.parameters}
        for group in groups:
            if is_statement(group.steps[0].after):
                found += [self._sentence(step, group.conditions) for step in group.steps]
                told = ()
                continue
            if group.conditions and group.conditions != told:
                found.append(Paragraph(("For ", self._conditions(group.conditions), ":")))
            elif told and not group.conditions and not any(c.free_symbols - parameters for c in told):
                found.append(Paragraph(("In every case:",)))
            told = group.conditions
            found += self._group(group)
        for table in derivation.tables:
            if table.conditions:
                found.append(Paragraph(("For ", self._conditions(table.conditions), ":")))
            found.append(Grid(tuple(tuple(map(self._cell, row)) for row in (table.head, *table.rows))))
        found += [Paragraph(("Remark: ", *map(self._prose, remark))) for remark in derivation.remarks]
        if results := tuple(self._results()):
            found += [Paragraph(("Result:",)), Statement(results)]
        return tuple(found)

    def _prose(self, part: str | Basic) -> str | Box:
        return part if isinstance(part, str) else self.box(part)

    def definition(self) -> Iterator[Block]:
        """Yield the definition and what is known of its parameters."""
        definition = self.derivation.definition
        yield Equalities(self._left(), (Line(self.box(definition.expr)),))
        yield from self.parameters()

    def parameters(self) -> Iterator[Block]:
        """Yield what is assumed of the parameters, and their values."""
        definition = self.derivation.definition
        values = dict(self.derivation.parameters)
        given = [row(self.box(symbol), EQUALS, self.box(value)) for symbol, value in values.items()]
        domains = [p.assume for p in definition.parameters if p.symbol not in values and p.assume not in (True, False)]
        stated = dict.fromkeys((*domains, *self.derivation.assumed))
        assumed = [self._conditions((condition,)) for condition in stated]
        for word, formulas in (("where ", assumed), ("with ", given)):
            if formulas:
                parts = [part for m, box in enumerate(formulas) for part in ((", ", box) if m else (box,))]
                yield Paragraph((word, *parts, "."))

    def _left(self) -> Box:
        """f(x), or f_i(v) for a function of a vector."""
        definition = self.derivation.definition
        if not definition.vector:
            return self.output
        entries = definition.expr.atoms(Indexed)
        bound = {index for e in definition.expr.atoms(Basic) if hasattr(e, "limits") for index, *_ in e.limits}
        free = sorted({e.indices[0] for e in entries} - bound, key=str)
        vector = next(iter(entries)).base.label
        name = Script(Name("f", "f"), lower=self.box(free[0])) if free else Name("f", "f")
        return Row((name, Fence(self.box(vector), plain=True)))

    def _conditions(self, conditions: tuple[Boolean, ...]) -> Box:
        return Layout(Tuple(), self.style).condition(merged(map(enclosed, conditions), self.style.known))

    def _group(self, group: _Group) -> Iterator[Block]:
        """A chain of equalities, or a set of values with its reason."""
        for step in group.steps if isinstance(group.steps[0].after, Set) else ():
            reason = self._reason(step)
            yield Paragraph((str(reason[0])[:1].upper() + str(reason[0])[1:], *reason[1:], ":"))
            yield Statement((row(self.box(step.goal or step.before), IN, self.box(step.after)),))
        if not isinstance(group.steps[0].after, Set):
            yield self._chain(group)

    def _sentence(self, step: Step, conditions: tuple[Boolean, ...]) -> Paragraph:
        """For x > 0: f'(x) > 0, as x > 0 and eˣ > 0, so that f increases."""
        where = ("For ", self._conditions(conditions), ": ") if conditions else ()
        why = (", as ", *map(self._prose, step.reason)) if step.reason else ()
        rule = (f", {step.rule}",) if step.rule else ()
        return Paragraph((*where, self.box(step.after), *why, *rule, "."))

    def _cell(self, parts: Prose) -> tuple[str | Box, ...]:
        short = replace(self.style, digits=TABLE_DIGITS)
        return tuple(TABLE_SIGNS.get(part, part) if isinstance(part, str) else layout(part, short) for part in parts)

    def _reason(self, step: Step) -> tuple[str | Box, ...]:
        """The rule, and the sentence that goes with it."""
        given = (step.reason,) if isinstance(step.reason, str) and step.reason else step.reason
        parts = _arrowed([self._prose(part) for part in given or ()])
        return (f"{step.rule}: " if parts else step.rule, *parts) if step.rule else parts

    def _chain(self, group: _Group) -> Equalities:
        first = group.steps[0]
        left = self.box(first.before if group.goal is None else group.goal)
        lines = [] if group.goal is None or group.goal == first.before else [Line(self.box(first.before))]
        for step in group.steps:
            box = self.box(step.after)
            # two forms of one expression that print alike are one line
            if not lines or box != lines[-1].right:
                lines.append(Line(box, self._reason(step)))
        return Equalities(left, tuple(lines))

    def _results(self) -> Iterator[Box]:
        goal, result = self.derivation.goal, self.derivation.result
        several = isinstance(goal, Tuple) and isinstance(result, Tuple)
        for left, right in zip(goal, result, strict=True) if several else [(goal, result)]:
            if is_statement(right):
                yield self.box(right)
            elif isinstance(right, Tuple):
                # a set of values and for which parameters
                branch = Layout(right, self.style).branch(merged([right[1]], self.style.known))
                head = () if is_statement(right[0]) else (self.box(left), IN)
                yield row(*head, self.box(right[0]), QUAD, branch)
            elif isinstance(right, Piecewise) and right.has(f):
                for (value, _), condition in zip(right.args, effective(right.args, self.style.known), strict=True):
                    if condition is not None:
                        branch = Layout(right, self.style).branch(condition)
                        yield row(self.box(left), EQUALS, self.box(value), QUAD, branch)
            else:
                sign = IN if isinstance(right, Set) and not isinstance(left, Set) else EQUALS
                yield row(self.box(left), sign, self.box(right))


def _arrowed(parts: Sequence[str | Box]) -> tuple[str | Box, ...]:
    """Make one formula of two with an arrow between them."""
    found: list[str | Box] = []
    for m, part in enumerate(parts):
        before, after = (parts[m - 1] if m else None, parts[m + 1] if m + 1 < len(parts) else None)
        if part == ARROW and isinstance(before, Box) and isinstance(after, Box):
            found[-1] = row(before, TO, after)
        elif not (m and before == ARROW and isinstance(part, Box)):
            found.append(part)
    return tuple(found)


def _groups(step: Step, detail: int, conditions: tuple[Boolean, ...] = (), goal: Expr | None = None) -> list[_Group]:
    """The steps down to a level of detail as chains; a new one begins where conditions change, a goal is set or lines don't meet."""
    conditions = conditions + tuple(c for c in step.conditions if c != S.true and c not in conditions)
    goal = step.goal if step.goal is not None else goal
    if not step.substeps or (step.rule != CASE and detail == 1):
        return [_Group(conditions, goal, (step,))]
    found: list[_Group] = []
    for m, part in enumerate(step.substeps):
        for group in _groups(part, detail - (step.rule != CASE), conditions, goal if m == 0 else None):
            last = found[-1] if found else None
            meets = last is not None and last.steps[-1].after == group.steps[0].before
            if last is not None and meets and group.goal is None and group.conditions == last.conditions:
                found[-1] = _Group(last.conditions, last.goal, last.steps + group.steps)
            else:
                found.append(group)
    return found
