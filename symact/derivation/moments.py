"""The derivation of E[f(z)] and E[f(z)²] for z ~ N(0, 1): forwards where the rules allow, else by antiderivatives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sympy import Add, Expr, Integral, Limit, Tuple, exp, expand, oo, pi, sqrt

from ..claims.model import Expectation
from ..errors import NotSupportedError, UndecidedError
from ..facts.forms import textbook
from ..facts.record import Facts, span
from ..named import Named, unfold
from ..proof.algebra.assume import Assumptions
from ..proof.calculus.integration import antiderivative
from ..proof.functions.pieces import Piece, split
from ..proof.functions.shape import limit_of
from ..proof.numbers.implicit import ImplicitRoot
from ..symbols import z
from .blocks import remarks_on
from .differentiation import differentiation_step
from .fixed_point import fixed_point
from .gaussian import average, gaussian_steps, over_piece
from .notation import output
from .steps import CASE, Prose, Step

__all__ = ["Moments", "expectation_steps", "moments"]

_WEIGHT = exp(-(z**2) / 2) / sqrt(2 * pi)


@dataclass(frozen=True)
class Moments:
    """The steps to the moments, their names and values."""

    steps: tuple[Step, ...]
    goals: Tuple
    values: Tuple
    remarks: tuple[Prose, ...]


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
        found = _mean(parts, pieces.known, goal)
        steps += found
        goals.append(goal)
        values.append(found[-1].after)
    fixed, decimals = fixed_point(facts, values)
    return Moments((*steps, *fixed), Tuple(*goals), Tuple(*values), (*remarks_on(steps, z), *decimals))


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


def _mean(parts: list[Piece], known: Assumptions, goal: Expr) -> list[Step]:
    """E[e(z)] for e on parts of the line."""
    try:
        return [_forwards(parts, known, goal)]
    except NotSupportedError:
        return list(_by_antiderivatives(parts, known, goal))


def _forwards(parts: list[Piece], known: Assumptions, goal: Expr) -> Step:
    """Parts are integrated term by term against the density; what is smooth on the line stays an expectation."""
    if len(parts) == 1:
        name, line = "the definition", average(parts[0].expr)
    else:
        name, line = "split at the joins", Add(*(over_piece(p.expr, p.left, p.right) for p in parts if p.expr != 0))
    chain = [Step(name, goal, line, goal=goal)] if line != goal else []
    chain += gaussian_steps(line, known)
    if not chain:
        raise NotSupportedError("nothing is left to integrate")
    names = ", ".join(dict.fromkeys(step.rule for step in chain[1:])) or name
    chain[0] = replace(chain[0], goal=goal)
    return Step(names, goal, chain[-1].after, "", (), goal, tuple(chain))


def _by_antiderivatives(parts: list[Piece], known: Assumptions, goal: Expr) -> Iterator[Step]:
    """The integral over each part by an antiderivative that is differentiated back, then their sum."""
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
