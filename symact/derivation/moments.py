"""The derivation of E[f(z)] and E[f(z)²] for z ~ N(0, 1)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Add, Expr, Tuple, oo

from ..claims.model import Expectation
from ..errors import NotSupportedError, UndecidedError
from ..facts.record import Facts
from ..named import Named, unfold
from ..proof.algebra.assume import Assumptions
from ..proof.functions.pieces import Piece, split
from ..proof.numbers.implicit import ImplicitRoot
from ..symbols import z
from .blocks import remarks_on
from .fixed_point import fixed_point
from .gaussian import average, gaussian_steps, over_piece
from .notation import output
from .steps import Prose, Step

__all__ = ["Moments", "expectation_steps", "moments"]


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
    missing: list[Prose] = []
    for power in (1, 2):
        goal = Expectation(named**power, z)
        parts = [Piece(p.left, p.right, p.expr.subs(facts.variable, z) ** power) for p in pieces.pieces]
        try:
            found = _mean(parts, pieces.known, goal)
        except (UndecidedError, NotSupportedError):
            missing.append(("No closed form of ", goal, " was found."))
            continue
        steps.append(found)
        goals.append(goal)
        values.append(found.after)
    if not goals:
        raise UndecidedError("no closed form of E[f(z)] or of E[f(z)**2] was found")
    fixed, decimals = ((), ()) if missing else fixed_point(facts, values)
    return Moments((*steps, *fixed), Tuple(*goals), Tuple(*values), (*remarks_on(steps, z), *missing, *decimals))


def expectation_steps(left: Expectation, right: Expr, known: Assumptions) -> tuple[Step, ...]:
    """Return the steps to E[e(z)] = right; raise UndecidedError where it has no closed form here."""
    if left.variable != z:
        raise NotSupportedError(f"the normal variable is called {z}")
    pieces = split(unfold(left.function), z, known)
    whole = _mean([Piece(p.left, p.right, p.expr) for p in pieces.pieces], known, left)
    names = ", ".join(sorted({node.definition.name for node in right.atoms(Named)}))
    chain = list(whole.substeps)
    for line, why in ((unfold(right), "in the form claimed"), (right, f"definition of {names}")):
        if chain[-1].after != line:
            chain.append(Step(why, chain[-1].after, line))
    return (Step(whole.rule, left, right, "", (), left, tuple(chain)),)


def _mean(parts: list[Piece], known: Assumptions, goal: Expr) -> Step:
    """E[e(z)]: parts are integrated term by term against the density; what is smooth on the line stays an expectation."""
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
