"""The derivation of E[f(z)] and E[f(z)²] for z ~ N(0, 1): split at the joins, an antiderivative differentiated back, its limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sympy import Add, Eq, Expr, Integral, Limit, S, Symbol, Tuple, exp, expand, oo, pi, sqrt

from ..claims.model import Expectation
from ..errors import NotSupportedError, UndecidedError
from ..facts.forms import textbook
from ..facts.record import Facts, span
from ..named import Named, unfold
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import is_zero
from ..proof.calculus.integration import antiderivative
from ..proof.functions.pieces import Piece, split
from ..proof.functions.shape import limit_of
from ..proof.numbers.implicit import ImplicitRoot
from ..symbols import z
from .differentiation import differentiation_step
from .notation import output
from .steps import CASE, Step

__all__ = ["Moments", "expectation_steps", "moments"]

_WEIGHT = exp(-(z**2) / 2) / sqrt(2 * pi)


@dataclass(frozen=True)
class Moments:
    """The steps to the moments, their names and values."""

    steps: tuple[Step, ...]
    goals: Tuple
    values: Tuple


def moments(facts: Facts) -> Moments:
    """Return how the mean and the second moment follow; raise UndecidedError where one has no closed form here."""
    if z in facts.expression.free_symbols:
        raise NotSupportedError(f"{z} is a parameter here and can't be the normal variable")
    pieces = facts.pieces
    if any(p.left.has(ImplicitRoot) or p.right.has(ImplicitRoot) for p in pieces.pieces):
        raise UndecidedError("the points where pieces meet have no closed form, so the moments have none")
    ends = [-oo, *(end for p in pieces.pieces for end in (p.left, p.right)), oo]
    if ends[::2] != ends[1::2]:
        raise NotSupportedError("the function isn't defined on the whole line")
    named = output(facts.variable).subs(facts.variable, z)
    steps: list[Step] = []
    goals, values = [], []
    for power in (1, 2):
        goal = Expectation(named**power, z)
        parts = [Piece(p.left, p.right, p.expr.subs(facts.variable, z) ** power) for p in pieces.pieces]
        found = list(_mean(parts, pieces.known, goal))
        steps += found
        goals.append(goal)
        values.append(found[-1].after)
    steps += _at_defaults(facts, goals, values)
    return Moments(tuple(steps), Tuple(*goals), Tuple(*values))


def expectation_steps(left: Expectation, right: Expr, known: Assumptions) -> tuple[Step, ...]:
    """Return the steps to E[e(z)] = right; raise UndecidedError where it has no closed form here."""
    if left.variable != z:
        raise NotSupportedError(f"the normal variable is called {z}")
    pieces = split(unfold(left.function), z, known)
    *parts, whole = _mean([Piece(p.left, p.right, p.expr) for p in pieces.pieces], known, left)
    names = ", ".join(sorted({node.definition.name for node in right.atoms(Named)}))
    chain = list(whole.substeps)
    for line, why in ((unfold(right), "in the form claimed"), (right, f"definition of {names}")):
        if chain[-1].after != line:
            chain.append(Step(why, chain[-1].after, line))
    return *parts, Step(whole.rule, left, right, "", (), left, tuple(chain))


def _mean(parts: list[Piece], known: Assumptions, goal: Expr) -> Iterator[Step]:
    """E[e(z)] for e on parts of the line: the integral over each, then their sum."""
    parts = [Piece(p.left, p.right, p.expr * _WEIGHT) for p in parts if p.expr != 0]
    values = []
    for part in parts:
        whole = textbook(antiderivative(part, z, known, guess=False), known & span(z, part), z)
        yield _back(part, whole, known)
        ends: list[Any] = [limit_of(whole, z, at, side, known) for at, side in ((part.right, -1), (part.left, 1))]
        if None in ends or oo in ends or -oo in ends:
            raise UndecidedError("the integral doesn't converge")
        values.append(textbook(Add(ends[0], -ends[1]), known))
        line = Integral(part.expr, (z, part.left, part.right))
        limits = Limit(whole, z, part.right, "-") - Limit(whole, z, part.left, "+")
        method = _method(part)
        steps = (Step(method, line, limits), Step("limits at the ends", limits, values[-1]))
        yield Step("the antiderivative at the ends", line, values[-1], "", (), line, steps)
    integrals = Add(*(Integral(part.expr, (z, part.left, part.right)) for part in parts))
    total = textbook(Add(*values), known)
    first = Step("split at the joins" if len(parts) > 1 else "the definition", goal, integrals, goal=goal)
    yield Step("the sum", goal, total, "", (), goal, (first, Step("the values found above", integrals, total)))


def _method(part: Piece) -> str:
    """What leads to the antiderivative: completing a square, by parts where a power stands before an exponential."""
    terms = [term.as_ordered_factors() for term in Add.make_args(expand(part.expr, power_exp=False))]
    exponents = [Add(*(e.exp for e in factors if isinstance(e, exp))) for factors in terms]
    words = ["by parts"] * any(e.as_base_exp()[0] == z for factors in terms for e in factors)
    words += ["completing the square"] * any(expand(e).coeff(z, 1) != 0 for e in exponents)
    return ", ".join(words) or "the antiderivative at the ends"


def _back(part: Piece, whole: Expr, known: Assumptions) -> Step:
    """d/dz G = … = f(z) φ(z), on one line where not every rule is asked for."""
    inside = span(z, part)
    steps = [differentiation_step(whole, z)]
    if steps[0].after != part.expr:
        steps.append(Step("simplification", steps[0].after, part.expr))
    line = Step("differentiated back", steps[0].before, part.expr, substeps=tuple(steps))
    whole_step = Step(line.rule, line.before, line.after, substeps=(line,))
    return Step(CASE, line.before, line.after, "", inside, None, (whole_step,))


def _at_defaults(facts: Facts, goals: list[Expr], values: list[Expr]) -> list[Step]:
    """Mean 0 and second moment 1, where the defaults of the parameters solve these two equations."""
    defaults: dict[Symbol, Expr] = {
        p.symbol: p.default
        for p in facts.definition.parameters
        if p.default is not None and p.symbol not in facts.values
    }
    if not defaults or any(default.is_Rational for default in defaults.values()):
        return []
    if any(
        is_zero(value.subs(defaults) - wanted) is not True
        for value, wanted in zip(values, (S.Zero, S.One), strict=True)
    ):
        return []
    steps = []
    for goal, value, wanted in zip(goals, values, (S.Zero, S.One), strict=True):
        put = value.subs(defaults)
        parts = (Step("put in the parameters", goal, put, goal=goal), Step("simplification", put, wanted))
        conditions = tuple(Eq(symbol, default) for symbol, default in defaults.items())
        steps.append(Step(CASE, goal, wanted, "", conditions, goal, parts))
    return steps
