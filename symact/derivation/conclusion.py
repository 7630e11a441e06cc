"""Whether the result that a derivation prints is what its steps lead to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sympy import And, Basic, Derivative, Eq, Expr, Integral, Limit, Or, Piecewise, S, Symbol, Tuple
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean
from sympy.sets.sets import Set

from ..facts.record import Facts
from ..proof.algebra.assume import Assumptions, conjuncts
from ..proof.algebra.signs import SIGNS
from .checking import has_several_chains, step_holds
from .steps import Derivation, Step, is_statement

__all__ = ["result_follows"]

#: A step and all conditions under which it stands.
_Placed = tuple[Step, tuple[Boolean, ...]]


def result_follows(derivation: Derivation, facts: Facts) -> bool:
    """Return whether each part of the result is the last line of its steps, or proved equal to it where they stand.

    An antiderivative follows where its derivative is f in each case that was integrated, and where its branches are
    those that were shown to meet.
    """
    result, goal = derivation.result, derivation.goal
    placed = list(_placed(derivation.steps, ()))
    if isinstance(goal, Integral):
        return _is_antiderivative(result, goal, placed, facts)
    if not isinstance(result, Tuple):
        return _is_reached(goal, result, placed, facts)
    if any(isinstance(part, Tuple) for part in result):
        return all(_is_reached(goal, value, _where(condition, placed), facts) for value, condition in result)
    return all(_is_reached(*pair, placed, facts) for pair in zip(goal, result, strict=True))


def _placed(steps: Iterable[Step], outer: tuple[Boolean, ...]) -> Iterator[_Placed]:
    """The steps on every level with the conditions around them."""
    for step in steps:
        conditions = (*outer, *step.conditions)
        yield step, conditions
        yield from _placed(step.substeps, conditions)


def _where(condition: Boolean, placed: list[_Placed]) -> list[_Placed]:
    """The steps of one case of the parameters."""
    return [(step, conditions) for step, conditions in placed if set(conjuncts(condition)) <= set(conditions)]


def _is_reached(goal: Expr, value: Basic, placed: list[_Placed], facts: Facts) -> bool:
    if isinstance(value, Set):
        return any(step.before == S.true and step.after == value for step, _ in placed)
    if is_statement(value):
        said = {line for step, _ in placed for line in (step.after, _equation(step))}
        return all(part in said for part in conjuncts(value))
    ends = _ends(goal, placed)
    return bool(ends) and all(
        step.after == _where_known(value, facts.known & conditions)
        or step_holds(Step("", value, step.after), conditions, facts)
        for step, conditions in ends
    )


def _equation(step: Step) -> Boolean:
    """What a chain of equalities for a goal says."""
    return S.true if step.goal is None or is_statement(step.after) else Eq(step.goal, step.after)


def _ends(goal: Expr, placed: list[_Placed]) -> list[_Placed]:
    """The steps that say what the goal is under some conditions: of those within each other, the outermost."""
    mine = [
        (step, conditions)
        for step, conditions in placed
        if step.goal == goal and not is_statement(step.after) and not has_several_chains(step)
    ]
    inner = {id(part) for step, _ in mine for part in step.walk() if part is not step}
    return [(step, conditions) for step, conditions in mine if id(step) not in inner]


def _where_known(value: Expr, known: Assumptions) -> Expr:
    """A value with each Piecewise in it as the branch that certainly holds, as it is where none does."""
    if not isinstance(value, Piecewise):
        return value.func(*(_where_known(part, known) for part in value.args)) if value.has(Piecewise) else value
    for branch, condition in value.args:
        truth = _truth(condition, known)
        if truth:
            return _where_known(branch, known)
        if truth is None:
            break
    return value


def _truth(condition: Boolean, known: Assumptions) -> bool | None:
    if isinstance(condition, And | Or):
        parts = [_truth(part, known) for part in condition.args]
        deciding = isinstance(condition, Or)
        return deciding if deciding in parts else None if None in parts else not deciding
    if not isinstance(condition, Relational):
        return True if condition == S.true else None
    signs, wanted = known.signs(condition.lhs - condition.rhs), SIGNS[condition.rel_op]
    return True if signs <= wanted else None if signs & wanted else False


def _is_antiderivative(result: Expr, goal: Expr, placed: list[_Placed], facts: Facts) -> bool:
    """Whether the result is an antiderivative in each case that was integrated, or differentiated back."""
    x = facts.variable
    forwards = [(step.after, conditions) for step, conditions in _ends(goal, placed)]
    back = [
        (step.goal.expr, conditions)
        for step, conditions in placed
        if isinstance(step.goal, Derivative) and step.goal == step.before
    ]
    meeting = (step.goal for step, _ in placed if isinstance(step.goal, Limit))
    return (
        bool(forwards or back)
        and all(result.has(limit.args[0]) for limit in meeting)
        and all(_differs_by_constant(result, found, conditions, x, facts) for found, conditions in (*forwards, *back))
    )


def _differs_by_constant(result: Expr, found: Expr, conditions: tuple[Boolean, ...], x: Symbol, facts: Facts) -> bool:
    """Whether the result, where the conditions hold, is the antiderivative found there but for a constant."""
    whole = _where_known(result, facts.known & conditions)
    if not (whole - found).expand().has(x):
        return True
    return step_holds(Step("", Derivative(whole, x).doit(), facts.expression), conditions, facts)
