"""The derivation of all limits of a function: at both ends of the line and at joins, from either side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from math import lcm

from sympy import Expr, Limit, Ne, Rational, S, Symbol, Tuple, cancel, cos, oo, pi, sin

from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..facts.cases import by_cases, combined, settled
from ..facts.record import Facts, span
from ..proof.algebra.assume import Assumptions
from ..proof.asymptotics.ends import limit_at
from ..proof.functions.pieces import Piece
from ..proof.numbers.implicit import ImplicitRoot
from ..symbols import k
from .limits import limit_steps
from .notation import output
from .steps import ARROW, Prose, Step

__all__ = ["Limits", "limits"]

#: Where in a period the points of a sequence may lie.
SHARES = tuple(map(Rational, (0, "1/2", "1/4", "3/4", "1/8", "5/8")))


@dataclass(frozen=True)
class Limits:
    """The steps to all limits, what they are limits of and their values; remarks say where none was found."""

    steps: tuple[Step, ...]
    goals: Tuple
    values: Tuple
    remarks: tuple[Prose, ...]


def limits(facts: Facts) -> Limits:
    """Return how the limits follow; raise UndecidedError where none is found."""
    x = facts.variable
    cases: list[Step] = []
    goals: list[Expr] = []
    values: list[Expr] = []
    remarks: list[Prose] = []
    reason: UndecidedError | NotSupportedError | None = None
    for piece, at, side in _places(facts):
        goal = Limit(output(x), x, at, "-" if side < 0 else "+")
        try:
            found = by_cases(facts.known, partial(_limit_of, piece, x, at, side, goal))
        except (UndecidedError, NotSupportedError) as refusal:
            reason = refusal
            against = _two_sequences(facts, piece, side)
            cases += against
            if not against:
                words = "" if at in (oo, -oo) else " from the left" if side < 0 else " from the right"
                remarks.append(("No limit was found for ", x, ARROW, at, f"{words}."))
            continue
        if at.has(ImplicitRoot) and (value := _met(facts, at)) is not None:
            found = [(c, (*steps[:-1], replace(steps[-1], after=value))) for c, steps in found]
        for conditions, steps in found:
            cases.append(Step(steps[-1].rule, steps[0].before, steps[-1].after, "", conditions, goal, steps))
        ends = [steps[-1].after for _, steps in found]
        goals.append(goal)
        values.append(
            ends[0] if len(set(ends)) == 1 else combined([(c, steps[-1].after) for c, steps in found]) or S.NaN
        )
    if not cases and reason is not None:
        raise reason
    return Limits(tuple(cases), Tuple(*goals), Tuple(*values), tuple(remarks))


def _places(facts: Facts) -> list[tuple[Piece, Expr, int]]:
    """The ends of pieces in increasing order, each with the side from which it is approached."""
    pieces = facts.pieces.pieces
    inner = [
        (piece, join.at, side)
        for join, before, after in zip(facts.joins, pieces, pieces[1:], strict=False)
        for piece, side in ((before, -1), (after, 1))
    ]
    places = [(pieces[0], pieces[0].left, 1), *inner, (pieces[-1], pieces[-1].right, -1)]
    return [(piece, at, side) for piece, at, side in places if at in (piece.left, piece.right)]


def _limit_of(piece: Piece, x: Symbol, at: Expr, side: int, goal: Expr, known: Assumptions) -> tuple[Step, ...]:
    return limit_steps(settled(piece.expr, known.relations), x, at, side, known & span(x, piece), goal)


def _met(facts: Facts, at: Expr) -> Expr | None:
    """The value at a point known as a root only, where one of the pieces that meet there has it exactly."""
    join = next(join for join in facts.joins if join.at == at)
    ends = [p.expr.subs(facts.variable, at) for p in facts.pieces.pieces if at in (p.left, p.right)]
    return next((end for end in ends if not end.has(ImplicitRoot)), None) if join.continuous else None


def _two_sequences(facts: Facts, piece: Piece, side: int) -> tuple[Step, ...]:
    """f along two sequences of points a period apart, to ∞ (`side` -1) or -∞, that tend to different limits; else ()."""
    x = facts.variable
    period = _common_period(piece.expr, x)
    if period is None or (piece.left if side > 0 else piece.right) not in (oo, -oo):
        return ()
    first: tuple[Expr, Expr, tuple[Step, ...]] | None = None
    for share in SHARES:
        point = -side * (share + k) * period
        body = piece.expr.subs(x, point.expand())
        try:
            value = limit_at(body, k, oo, -1, facts.known)
        except (UndecidedError, NotSupportedError):
            return ()
        if value is None:
            return ()
        if first is not None:
            if value == first[0]:
                continue
            if 0 in facts.known.signs(value - first[0]):
                raise UnknownSignError(value - first[0])
        goal = Limit(output(x).subs(x, point.expand()), k, oo)
        chain = limit_steps(body, k, oo, -1, facts.known, goal)
        step = Step(chain[-1].rule, chain[0].before, chain[-1].after, "", (), goal, chain)
        if first is None:
            first = value, goal, (step,)
            continue
        end = "∞" if side < 0 else "−∞"
        return (*first[2], step, Step(f"so that f has no limit at {end}", S.true, Ne(first[1], goal)))
    return ()


def _common_period(expr: Expr, x: Symbol) -> Expr | None:
    """The common period of all waves in an expression, None where they have none."""
    waves = [e for e in expr.atoms(sin, cos) if e.has(x)]
    slopes = [e.args[0].diff(x) for e in waves]
    ratios = [cancel(slope / slopes[0]) for slope in slopes]
    if not waves or slopes[0].free_symbols or not all(ratio.is_Rational and ratio != 0 for ratio in ratios):
        return None
    shared = lcm(*(int(ratio.q) for ratio in ratios))
    return 2 * pi * shared / abs(slopes[0])
