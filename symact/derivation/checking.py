"""Whether the steps of a derivation hold: each is put to the prover as a claim of its own, apart from how it was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

from sympy import (
    Derivative,
    Eq,
    Expr,
    Integer,
    Limit,
    Max,
    S,
    ceiling,
    log,
    oo,
)
from sympy.core.relational import GreaterThan, LessThan, Relational, StrictGreaterThan, StrictLessThan
from sympy.logic.boolalg import Boolean
from sympy.sets.sets import Set

from ..claims.model import Relation
from ..errors import ContradictionError, NotSupportedError, UndecidedError
from ..facts.cases import by_cases
from ..facts.record import Facts
from ..named import unfold
from ..proof.algebra.assume import Assumptions, assuming, conjuncts
from ..proof.algebra.field import is_zero
from ..proof.algebra.signs import SIGNS
from ..proof.algebra.vanishing import vanishes_at_root
from ..proof.calculus.evaluate import NODES
from ..proof.functions.levels import Critical, Level, compare
from ..proof.functions.switches import SWITCHES
from ..proof.numbers import balls
from ..proof.numbers.implicit import ImplicitRoot
from ..proof.properties.course import course
from ..proof.properties.image import image, spans_of
from ..symbols import LargestOf, k, real, v
from .equality import decided, lines_equal
from .steps import CASE, Derivation, Step, is_statement
from .written import differentiated, lies_in, unfolded, written_out

__all__ = ["faulty", "has_several_chains", "links_broken", "step_holds"]

_BOUNDS = (StrictGreaterThan, GreaterThan, StrictLessThan, LessThan)
#: A step about the largest of n components is checked for these n.
LENGTHS = (1, 2, 3)


def faulty(derivation: Derivation, facts: Facts) -> list[Step]:
    """Return the steps, on every level, that the prover doesn't prove under their conditions, and those out of order."""
    return [
        step
        for top in derivation.steps
        for step, conditions in _walk(top, ())
        if not step_holds(step, conditions, facts)
    ] + [step for top in derivation.steps for step in top.walk() if links_broken(step)]


def _walk(step: Step, outer: tuple[Boolean, ...]) -> Iterator[tuple[Step, tuple[Boolean, ...]]]:
    conditions = (*outer, *step.conditions)
    if not _follows_from_parts(step):
        yield step, conditions
    for part in step.substeps:
        yield from _walk(part, conditions)


def has_several_chains(step: Step) -> bool:
    """Whether a step only says under which conditions the chains below it stand, which don't continue each other."""
    return step.rule == CASE and any(a.after != b.before for a, b in pairwise(step.substeps))


def _follows_from_parts(step: Step) -> bool:
    """Whether the sub-steps are one chain from the first line to the last, so that nothing is left to prove but they."""
    lines = [step.before, *(part.before for part in step.substeps[1:]), step.after]
    return bool(step.substeps) and all(
        part.before == before and part.after == after
        for part, (before, after) in zip(step.substeps, pairwise(lines), strict=True)
    )


def links_broken(step: Step) -> bool:
    """Whether the sub-steps don't lead from the step's first line to its last.

    Each begins where one before it ended, is a statement of its own, or begins a chain for another goal.
    """
    if not step.substeps:
        return False
    reached = [step.before]
    for part in step.substeps:
        if part.before not in reached and part.before != S.true and part.goal is None:
            return True
        reached.append(part.after)
    return step.after not in reached


def step_holds(step: Step, conditions: Iterable[Boolean], facts: Facts) -> bool:
    """Return whether the prover shows that `before` and `after` are equal, or that `after` is true, where the conditions hold."""
    conditions = tuple(conditions)
    put = {} if is_statement(step.after) else {c.lhs: c.rhs for c in conditions if _is_value(c, facts)}
    if put:
        facts = replace(facts, values={**facts.values, **put})
        step = replace(step, before=step.before.subs(put), after=step.after.subs(put))
        conditions = tuple(c for c in conditions if not _is_value(c, facts))
    if facts.expression.has(LargestOf):
        return all(_holds_at_length(step, conditions, facts, length) for length in LENGTHS)
    places = {c.lhs: c.rhs for c in conditions if _is_place(c, facts)}
    known = facts.known & tuple(c for c in conditions if not _is_place(c, facts))
    try:
        return all(holds for _, holds in by_cases(known, lambda k: _holds(step, places, k, _in_case(facts, k))))
    except (UndecidedError, NotSupportedError, ContradictionError):
        return False


def _in_case(facts: Facts, known: Assumptions) -> Facts:
    """The facts under what is known of the parameters besides."""
    new = tuple(r for r in known.relations if r not in facts.known.relations and not r.has(facts.variable))
    return replace(facts, assume=(*facts.assume, *new)) if new else facts


def _holds(step: Step, places: dict[Expr, Expr], known: Assumptions, facts: Facts) -> bool:
    if has_several_chains(step):
        return True  # it says no more than its parts
    if isinstance(step.after, Set):
        return _has_values(step, known, facts)
    if is_statement(step.after):
        parts = conjuncts(step.after)
        if places:
            return all(_holds_at(part, places, known, facts) for part in parts)
        outward = assuming(*map(_outward, known.relations))
        given = () if step.before == S.true else conjuncts(unfolded(step.before, known, facts))
        if len(given) == len(parts) == 1 and _solves(given[0], parts[0], known):
            return True
        assumed = (outward & given) if given else outward
        return all(_is_proved(part, known, assumed, facts) for part in parts)
    sides = [unfolded(side, known, facts) for side in (step.before, step.after)]
    return lines_equal(sides[0], sides[1], facts.variable, known)


def _is_proved(part: Any, known: Assumptions, assumed: Assumptions, facts: Facts) -> bool:
    """Whether a statement holds: by a chart first, which is at hand where the step was found by it."""
    refusal = None
    try:
        if _keeps_its_sign(part, known, facts):
            return True
    except (UndecidedError, NotSupportedError) as reason:
        refusal = reason
    if _relation_holds(unfolded(part, known, facts), assumed):
        return True
    if refusal is not None:
        raise refusal  # it may be for a sign that cases would tell
    return False


def _solves(equation: Any, solution: Any, known: Assumptions) -> bool:
    """Whether an equation has one solution p = s: s is one, and its sides' difference is strictly monotonic in p."""
    if not (isinstance(equation, Eq) and isinstance(solution, Eq) and solution.lhs.is_Symbol):
        return False
    p, gap = solution.lhs, equation.lhs - equation.rhs
    bounded = all(isinstance(r, _BOUNDS) and r.lhs == p and not r.rhs.has(p) for r in known.relations if r.has(p))
    if solution.rhs.has(p) or not bounded or is_zero(gap.subs(p, unfold(solution.rhs)), known.relations) is not True:
        return False
    return known.sign(gap.diff(p)) in (1, -1) or any(
        _relation_holds(r, known) for r in (gap.diff(p) > 0, gap.diff(p) < 0)
    )


def _is_place(condition: Boolean, facts: Facts) -> bool:
    """Whether a condition is x = a."""
    return isinstance(condition, Eq) and condition.lhs == facts.variable


def _is_value(condition: Boolean, facts: Facts) -> bool:
    """Whether a condition gives a value to a symbol of a claim or to a parameter."""
    return isinstance(condition, Eq) and condition.lhs.is_Symbol and condition.rhs.is_number


def _holds_at(statement: Any, places: dict[Expr, Expr], known: Assumptions, facts: Facts) -> bool:
    """Whether an equation holds at a point, which may be known as the only zero in an interval."""
    if not isinstance(statement, Eq):
        return False
    ((x, at),) = places.items()
    piece = next((p for p in facts.pieces.pieces if lies_in(at, p, known)), None)
    if piece is None:
        return False
    gap = differentiated(written_out(statement.lhs - statement.rhs, piece.expr, facts))
    here = gap.subs(x, at)
    if not isinstance(at, ImplicitRoot):
        if is_zero(here, known.relations) is True:
            return True
        rooted = here.has(ImplicitRoot) and vanishes_at_root(here)
        return rooted or at in course(gap, x, piece.left, piece.right, known).points
    with suppress(UndecidedError, NotSupportedError):  # at hand where the step was found by it
        if at in course(gap, x, piece.left, piece.right, known).points:
            return True
    if is_zero(here, known.relations) is True or vanishes_at_root(here):
        return True
    # the root is a zero of its expression, and of its multiples
    ratio = (gap / at.expr).subs(x, at.low)
    return is_zero(gap - ratio * at.expr, known.relations) is True


def _keeps_its_sign(statement: Any, inside: Assumptions, facts: Facts) -> bool:
    """Whether the chart of a derivative shows its sign on an interval without zeros, whose ends may hold parameters."""
    x = facts.variable
    if not isinstance(statement, Relational) or statement.rhs != 0 or statement.has(Limit):
        return False
    known = assuming(c for c in inside.relations if not c.has(x))
    low = next((c.rhs for c in inside.relations if isinstance(c, StrictGreaterThan) and c.lhs == x), -oo)
    high = next((c.rhs for c in inside.relations if isinstance(c, StrictLessThan) and c.lhs == x), oo)
    for piece in facts.pieces.pieces:
        slope = differentiated(written_out(statement.lhs, piece.expr, facts))
        first, last = piece.left, piece.right
        run = course(slope, x, first, last, known)
        if run.endless:
            # on one interval around many zeros, the same for all steps that lie in it
            below, above = (getattr(low, "low", low), getattr(high, "high", high))
            if not all(end.is_number for end in (first, last, below, above)):
                continue  # parameters don't tell how far that is
            reach = Integer(2) ** ceiling(log(max(abs(below), abs(above), 1), 2))
            first = max(first, S.Zero if below >= 0 else -reach)
            last = min(last, S.Zero if above <= 0 else reach)
            if first >= last or reach == oo:
                continue
            run = course(slope, x, first, last, known)
        for (a, b), sign in zip(pairwise([first, *run.points, last]), run.signs, strict=True):
            if _in_order(a, low, known) and _in_order(high, b, known):
                return sign == {">": 1, "<": -1, "==": 0}.get(statement.rel_op)
    return False


def _in_order(a: Expr, b: Expr, known: Assumptions) -> bool:
    """Whether certainly a <= b."""
    return _same_place(a, b) or -oo in (a, -b) or (oo not in (a, -b) and known.sign(b - a) == 1)


def _same_place(a: Expr, b: Expr) -> bool:
    """Whether two ends are the same; of zeros, whether one lies where the other is the only zero of the same expression."""
    if a == b or not (isinstance(a, ImplicitRoot) and isinstance(b, ImplicitRoot)):
        return bool(a == b)
    equation = a.variable == b.variable and a.expr in (b.expr, -b.expr)
    return equation and balls.sign(b - a.low) == balls.sign(a.high - b) == 1


def _outward(relation: Relational) -> Relational:
    """x > a for an enclosed zero a becomes x >= high: between a and the end of its enclosure lies no other zero."""
    for root in relation.atoms(ImplicitRoot):
        if relation.rhs == root and isinstance(relation, StrictGreaterThan):
            return relation.lhs >= root.high
        if relation.rhs == root and isinstance(relation, StrictLessThan):
            return relation.lhs <= root.low
    return relation


def _relation_holds(relation: Any, known: Assumptions) -> bool:
    if isinstance(relation, Relational) and relation.has(Derivative) and not relation.has(*SWITCHES):
        relation = differentiated(relation)
    if relation in (S.true, S.false):
        return bool(relation)
    if not isinstance(relation, Relational):
        return False
    if not relation.has(*NODES) and known.signs(relation.lhs - relation.rhs) <= SIGNS[relation.rel_op]:
        return True
    try:
        return decided(Relation(relation.lhs, relation.rel_op, relation.rhs), known)
    except (UndecidedError, NotSupportedError):
        return False


def _holds_at_length(step: Step, conditions: Iterable[Boolean], facts: Facts, length: int) -> bool:
    """Whether a step about a maximum holds for vectors of a length, the largest component being the only one."""
    entries = [real(f"v_{m + 1}") for m in range(length)]
    largest = Max(*entries)
    for variable in entries:
        others = [e for e in entries if e != variable]
        rows: list[tuple[Boolean, ...]] = [tuple(variable > e for e in others)]
        if any(isinstance(c, StrictLessThan) for c in conditions):
            rows = [(variable < e, *(e > o for o in others if o != e)) for e in others]
        put = {facts.expression: largest, v[k]: variable}
        for row in rows:
            sides = [side.xreplace(put) for side in (step.before, step.after)]
            if not decided(Relation(sides[0], "==", sides[1]), assuming(row)):
                return False
    return True


def _has_values(step: Step, known: Assumptions, facts: Facts) -> bool:
    x = facts.variable
    relations = [*known.relations]
    if facts.on is not None:
        relations += [r for r in conjuncts(facts.on.as_relational(x)) if isinstance(r, Relational)]
    found, stated = image(facts.expression, x, relations, known), spans_of(step.after, known)
    return len(found) == len(stated) and all(
        (a.has_low, a.has_high) == (b.has_low, b.has_high)
        and _same_level(a.low, b.low, known)
        and _same_level(a.high, b.high, known)
        for a, b in zip(found, stated, strict=True)
    )


def _same_level(found: Level, stated: Level, known: Assumptions) -> bool:
    return (isinstance(found, Critical) and found.value == stated) or compare(found, stated, known) == 0
