"""Derivations of the facts about one function, by kind; what one kind needs is imported where it is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from sympy import (
    Basic,
    Derivative,
    Expr,
    Function,
    Integral,
    Ne,
    Piecewise,
    S,
    Symbol,
    Tuple,
    count_ops,
    exp,
    oo,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, Boolean, Or

from ..errors import InputError, UndecidedError
from ..facts.cases import branches, by_cases, equations
from ..facts.record import Facts, span
from ..proof.algebra.assume import Assumptions
from ..proof.functions.pieces import Piece, Pieces
from .blocks import remarks_on
from .differentiation import differentiation_steps
from .kinks import kinks, left_out
from .notation import derivative_goal, output
from .steps import CASE, Derivation, Prose, Step

__all__ = ["KINDS", "derive"]


def derive(facts: Facts, what: str = "derivative", parameter: Symbol | None = None) -> Derivation:
    """Return the derivation of one kind of fact, or of the derivative in a parameter.

    Where the pieces depend on the sign of a parameter it goes case by case. Raises InputError for a kind that isn't among
    KINDS, NotSupportedError for one that isn't known of vector functions.
    """
    if what not in KINDS:
        raise InputError(f"there is no derivation of {what!r}; choose one of {', '.join(KINDS)}")
    if parameter is not None and what != "derivative":
        raise InputError(f"only the derivative is taken with respect to a parameter, not {what}")
    if facts.definition.vector and what == "derivative" and parameter is None:
        from .vectors import vector_derivative

        return vector_derivative(facts.definition)
    find = KINDS[what] if parameter is None else partial(_parameter_derivative, parameter=parameter)
    found = by_cases(facts.known, partial(_under, find, facts))
    derivation = found[0][1] if len(found) == 1 else replace(_in_cases(found), parameters=_given(facts))
    return replace(derivation, assumed=facts.assume)


def _under(find: Callable[[Facts], Derivation], facts: Facts, known: Assumptions) -> Derivation:
    """The derivation where `known` holds; in a case such as a = 0 that of the function with this value."""
    new = [relation for relation in known.relations if relation not in facts.known.relations]
    values = {} if isinstance(find, partial) else {s: v for s, v in equations(new).items() if v.is_number}
    try:
        return find(replace(facts, assume=known.relations, values={**facts.values, **values}))
    except InputError as reason:
        if known == facts.known:
            raise
        # a case that was split off and holds for no parameters at all
        raise UndecidedError(f"a case of the parameters was not excluded: {reason}") from reason


def _in_cases(found: list[tuple[tuple[Relational, ...], Derivation]]) -> Derivation:
    """One derivation whose cases are conditions on parameters."""
    first = found[0][1]
    steps = tuple(
        Step(CASE, d.steps[0].before, d.steps[-1].after, "", conditions, d.steps[0].goal, d.steps)
        for conditions, d in found
    )
    remarks = tuple(_remarks(found))
    if isinstance(first.goal, Tuple):  # of limits each case has its own, at its joins
        values: dict[Expr, list[tuple[tuple[Relational, ...], Expr]]] = {}
        for conditions, d in found:
            for goal, value in zip(d.goal, d.result, strict=True):
                values.setdefault(goal, []).append((conditions, value))
        joined = [_together(cases, len(found)) for cases in values.values()]
        return replace(first, steps=steps, remarks=remarks, goal=Tuple(*values), result=Tuple(*joined))
    tables = tuple(replace(table, conditions=conditions) for conditions, d in found for table in d.tables)
    if len({d.result for _, d in found}) == 1:
        return replace(first, steps=steps, remarks=remarks, tables=tables)
    if not isinstance(first.result, Expr):
        # sets are no branches
        results = [Tuple(d.result, And(*conditions)) for conditions, d in found]
        goals = [d.goal for _, d in found]
        return replace(first, steps=steps, remarks=remarks, tables=tables, goal=Tuple(*goals), result=Tuple(*results))
    result = branches([(conditions, d.result) for conditions, d in found])
    return replace(first, steps=steps, remarks=remarks, result=result)


def _remarks(found: list[tuple[tuple[Relational, ...], Derivation]]) -> Iterator[Prose]:
    """The remarks, with the conditions of those that aren't made in all cases."""
    for remark in dict.fromkeys(remark for _, d in found for remark in d.remarks):
        cases = [And(*conditions) for conditions, d in found if remark in d.remarks]
        yield remark if len(cases) == len(found) else ("For ", _either(cases), ": ", *remark)


def _together(cases: list[tuple[tuple[Relational, ...], Expr]], all_cases: int) -> Expr:
    """One value, or a Piecewise in the parameters where cases differ or are missing."""
    if len(cases) < all_cases:
        values = dict.fromkeys(value for _, value in cases)
        return Piecewise(*((v, _either([And(*c) for c, value in cases if value == v])) for v in values))
    return cases[0][1] if len({value for _, value in cases}) == 1 else branches(cases)


def _either(conditions: list[Boolean]) -> Boolean:
    """That one of some conditions holds, a != 1 for a < 1 or a > 1."""
    together = Or(*conditions)
    bounds = all(relation.lhs.is_Symbol and relation.rhs.is_number for relation in together.atoms(Relational))
    if len(conditions) == 1 or len(together.free_symbols) > 1 or not bounds:
        return together
    return together.as_set().as_relational(*together.free_symbols)


def _derivative(facts: Facts) -> Derivation:
    goal = derivative_goal(facts.variable, 1)
    related = [
        r if r is not None and not r.has(facts.variable) and _is_simpler(r, short.expr) else None
        for r, short in zip(facts.relations, facts.derivative.pieces, strict=True)
    ]
    cases = [
        _case(facts, piece, short, goal, relation)
        for piece, short, relation in zip(facts.pieces.pieces, facts.derivative.pieces, related, strict=True)
    ]
    result = _joined(facts, facts.derivative, [c.after for c in cases])
    remarks = (*remarks_on(cases, facts.variable), *left_out(facts, related), *kinks(facts))
    return _derivation(facts, "derivative", "derivative", goal, result, cases, remarks)


def _is_simpler(relation: Expr, derivative: Expr) -> bool:
    """Whether f′ in terms of f is no longer than f′ itself and holds no more functions."""
    functions = [len(e.atoms(Function, exp)) for e in (relation, derivative)]
    return count_ops(relation) <= count_ops(derivative) and functions[0] <= functions[1]


def _second_derivative(facts: Facts) -> Derivation:
    goal = derivative_goal(facts.variable, 2)
    pairs = zip(facts.derivative.pieces, facts.second_derivative.pieces, strict=True)
    cases = [_case(facts, piece, short, goal, None) for piece, short in pairs]
    result = _joined(facts, facts.second_derivative, [c.after for c in cases])
    return _derivation(
        facts, "second-derivative", "second derivative", goal, result, cases, remarks_on(cases, facts.variable)
    )


def _parameter_derivative(facts: Facts, parameter: Symbol) -> Derivation:
    goal = Derivative(output(facts.variable), parameter)
    found = facts.parameter_derivative(parameter)
    cases = [
        _case(facts, piece, short, goal, None, parameter)
        for piece, short in zip(facts.pieces.pieces, found.pieces, strict=True)
    ]
    result = _joined(facts, found, [c.after for c in cases])
    title, remarks = f"derivative with respect to {parameter}", remarks_on(cases, facts.variable)
    return _derivation(facts, "derivative", title, goal, result, cases, remarks)


def _output_relation(facts: Facts) -> Derivation:
    goal = derivative_goal(facts.variable, 1)
    if facts.output_relation is None:
        raise UndecidedError(
            f"elimination found no relation between the derivative of {facts.definition.name} and its output"
        )
    cases = [
        _case(facts, piece, short, goal, relation)
        for piece, short, relation in zip(facts.pieces.pieces, facts.derivative.pieces, facts.relations, strict=True)
    ]
    result = _joined(facts, facts.derivative, [c.after for c in cases])
    remarks = (*left_out(facts, facts.relations), *kinks(facts))
    return _derivation(facts, "output-relation", "derivative in terms of the output", goal, result, cases, remarks)


def _limits(facts: Facts) -> Derivation:
    from .all_limits import limits

    found = limits(facts)
    derivation = _derivation(facts, "limits", "limits", found.goals, found.values, [], found.remarks)
    return replace(derivation, steps=found.steps)


def _range(facts: Facts) -> Derivation:
    from .extent import range_steps

    found = range_steps(facts)
    derivation = _derivation(facts, "range", "range", output(facts.variable), found.values, list(found.steps), ())
    return replace(derivation, steps=found.steps, tables=found.tables)


def _symmetry(facts: Facts) -> Derivation:
    from .symmetry import symmetry_steps

    steps, statement = symmetry_steps(facts)
    goal = output(facts.variable).subs(facts.variable, -facts.variable)
    return replace(_derivation(facts, "symmetry", "symmetry", goal, statement, [], ()), steps=steps)


def _integral(facts: Facts) -> Derivation:
    from .integral import primitive

    found = primitive(facts)
    goal = Integral(output(facts.variable), facts.variable)
    derivation = _derivation(facts, "integral", "integral", goal, found.result, [], found.remarks)
    return replace(derivation, steps=found.steps)


def _moments(facts: Facts) -> Derivation:
    from .moments import moments

    found = moments(facts)
    derivation = _derivation(
        facts, "moments", "moments of a normal variable", found.goals, found.values, [], found.remarks
    )
    return replace(derivation, steps=found.steps)


KINDS: dict[str, Callable[[Facts], Derivation]] = {
    "derivative": _derivative,
    "second-derivative": _second_derivative,
    "limits": _limits,
    "range": _range,
    "symmetry": _symmetry,
    "output-relation": _output_relation,
    "integral": _integral,
    "moments": _moments,
}


def _case(
    facts: Facts, piece: Piece, short: Piece, goal: Expr, relation: Expr | None, variable: Symbol | None = None
) -> Step:
    steps = differentiation_steps(
        piece.expr, variable or facts.variable, goal, short.expr, relation, facts.within(piece)
    )
    return Step(CASE, steps[0].before, steps[-1].after, "", span(facts.variable, piece), goal, steps)


def _joined(facts: Facts, derivative: Pieces, results: list[Expr]) -> Expr:
    """The result as cases in x, closed at joins where the derivative exists and is continuous."""
    x, pieces = facts.variable, derivative.pieces
    owners = {
        join.at: next(
            (m for m, p in enumerate(pieces) if join.at in (p.left, p.right) and derivative.owns(p, join.at)), None
        )
        for join in derivative.joins
        if join.continuous
    }
    # one branch for each run of pieces with the same result
    runs: list[list[int]] = []
    for m, result in enumerate(results):
        adjacent = m > 0 and pieces[m - 1].right == pieces[m].left
        if adjacent and results[m - 1] == result:
            runs[-1].append(m)
        else:
            runs.append([m])
    shown = []
    for run in runs:
        left, right = pieces[run[0]].left, pieces[run[-1]].right
        lower = x >= left if owners.get(left) in run else x > left
        upper = x <= right if owners.get(right) in run else x < right
        holes = [Ne(x, pieces[m].right) for m in run[:-1] if owners.get(pieces[m].right) is None]
        shown.append((results[run[0]], And(lower, upper, *holes)))
    if len(shown) == 1 and shown[0][1] == S.true:
        return shown[0][0]
    return Piecewise(*(reversed(shown) if _reads_downwards(facts) else shown))


def _reads_downwards(facts: Facts) -> bool:
    """Whether the definition lists the cases from right to left."""
    expr = facts.expression
    if not isinstance(expr, Piecewise):
        return False
    first = facts.pieces.pieces[-1]
    inside = first.left + 1 if first.left != -oo else S.Zero
    return bool(expr.args[0].cond.subs(facts.variable, inside) == S.true)


def _derivation(
    facts: Facts, what: str, kind: str, goal: Expr, result: Basic, cases: list[Step], remarks: tuple[Prose, ...]
) -> Derivation:
    ordered = list(reversed(cases)) if _reads_downwards(facts) else cases
    title = f"{facts.definition.title}: {kind}"
    return Derivation(what, facts.definition, title, goal, result, tuple(ordered), remarks, _given(facts))


def _given(facts: Facts) -> tuple[tuple[Symbol, Expr], ...]:
    """The values of parameters, in the order of their names."""
    return tuple(sorted(facts.values.items(), key=lambda item: str(item[0])))
