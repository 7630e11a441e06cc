"""The derivation of a property of a function: signs of a derivative on the pieces and what happens where they meet."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Eq, S

from ..claims.model import Property
from ..facts.landscape import Landscape
from ..facts.record import Facts, span
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Corner
from .extent import derivative_step, limit_step, sign_steps, value_step
from .notation import derivative_goal, output
from .steps import Step
from .symmetry import symmetry_steps

__all__ = ["meeting_steps", "property_steps"]

#: The sign that the derivative of an order must have.
_COURSES: dict[str, tuple[int, int]] = {
    "increasing": (1, 1),
    "strictly_increasing": (1, 1),
    "decreasing": (1, -1),
    "strictly_decreasing": (1, -1),
    "monotonic": (1, 0),
    "convex": (2, 1),
    "concave": (2, -1),
}
_SYMMETRIES = {"odd": -1, "even": 1}
#: Derivatives of higher order are not compared one by one.
HIGHEST = 3


def property_steps(facts: Facts, statement: Property) -> tuple[Step, ...]:
    """Return how one sees that a function has a property; () where no derivation of it is known."""
    if statement.name in _SYMMETRIES:
        return _symmetry(facts, _SYMMETRIES[statement.name])
    land = facts.landscape(facts.known)
    if statement.name in _COURSES:
        return _course(land, *_COURSES[statement.name])
    highest = 0 if statement.name == "continuous" else statement.order
    if highest is None or highest > HIGHEST:
        return ()
    return tuple(
        step
        for corner in land.inner_corners
        for order in range(int(highest) + 1)
        for step in meeting_steps(land, corner, order)
    )


def _symmetry(facts: Facts, sign: int) -> tuple[Step, ...]:
    steps, shown = symmetry_steps(facts)
    x = facts.variable
    return steps if shown == Eq(output(x).subs(x, -x), sign * output(x)) else ()


def _course(land: Landscape, order: int, wanted: int) -> tuple[Step, ...]:
    """f′ or f″ on every piece with its signs, then f or f′ where pieces meet."""
    steps: list[Step] = []
    for piece in land.pieces:
        run = land.course(piece, order)
        signs = {sign for sign in run.signs if sign}
        wanted = wanted or next(iter(signs), 0)
        if signs - {wanted}:
            return ()
        steps += _weakly(land, piece, order, wanted) if run.endless else sign_steps(land, piece, run, order)
    for corner in land.inner_corners:
        for lower in range(order):
            steps += meeting_steps(land, corner, lower)
    return tuple(steps)


def _weakly(land: Landscape, piece: Piece, order: int, sign: int) -> Iterator[Step]:
    """Yield f′ or f″ and that it is >= 0, or <= 0, where its zeros don't end."""
    goal = derivative_goal(land.variable, order)
    relation = goal >= 0 if sign > 0 else goal <= 0
    yield derivative_step(land, piece, order)
    yield Step("with isolated zeros", S.true, relation, "", span(land.variable, piece))


def meeting_steps(land: Landscape, corner: Corner, order: int) -> Iterator[Step]:
    """Yield the limits of the derivative of an order from both sides of a corner, for the function also its value."""
    if order == 0 and land.continuous_at(corner) and corner.value is not None and corner.before is not None:
        yield value_step(land, corner.at, corner.value, corner)
        return
    for piece, side in ((corner.before, -1), (corner.after, 1)):
        if piece is not None:
            yield limit_step(land, piece, corner.at, side, order)
    if order == 0 and corner.value is not None:
        yield value_step(land, corner.at, corner.value, corner)
