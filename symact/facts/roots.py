"""Zeros, stationary points and inflection points, one by one or as intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Union

from sympy import Expr, S

from ..proof.algebra.assume import Assumptions
from ..proof.algebra.vanishing import vanishes_at_root
from ..proof.functions.shape import Corner
from ..proof.numbers.implicit import ImplicitRoot
from .landscape import Landscape, compared
from .numbers import plain

__all__ = ["Place", "Stationary", "inflection_points", "stationary_points", "zeros"]

#: A point, or the two ends of an interval.
Place = Union[Expr, tuple[Expr, Expr]]  # noqa: UP007 - SymPy is untyped, so that | would make no type of it


@dataclass(frozen=True)
class Stationary:
    """A point where f' is 0, the value there, and whether it is a local minimum, a maximum or neither."""

    x: Expr
    value: Expr
    kind: str


def zeros(land: Landscape) -> list[Place] | None:
    """Return all x with f(x) = 0 in increasing order, intervals as pairs of ends; None if there are infinitely many points."""
    return _places(land, 0, lambda corner: corner.value is not None and _is_zero(corner.value, land.known))


def stationary_points(land: Landscape) -> list[Stationary | tuple[Expr, Expr]] | None:
    """Return all x with f'(x) = 0 in increasing order, one-sided at an end of the domain; None if infinitely many points."""
    places = _places(land, 1, lambda corner: _flat(land, corner))
    if places is None:
        return None
    return [place if isinstance(place, tuple) else _stationary(land, place) for place in places]


def inflection_points(land: Landscape) -> list[Expr] | None:
    """Return all x at which f'' changes sign and f' exists, in increasing order; None if there are infinitely many."""
    corners = {corner.at: corner for corner in land.corners}
    found: list[Expr] = []
    before = 0
    for piece in land.pieces:
        bend = land.course(piece, 2)
        if bend.endless and {-1, 1} <= set(bend.signs):
            return None
        corner = corners.get(piece.left)
        turns = before * bend.signs[0] == -1 and corner is not None and corner.before is not None
        if turns and corner is not None and land.differentiable_at(corner):
            found.append(piece.left)
        found += [p for p, a, b in zip(bend.points, bend.signs, bend.signs[1:], strict=False) if a != b]
        before = bend.signs[-1]
    return found


def _places(land: Landscape, order: int, holds: Callable[[Corner], bool]) -> list[Place] | None:
    """Where the derivative of an order is 0: inside pieces, and at the corners where that `holds`."""
    corners = {corner.at: corner for corner in land.corners}
    parts: list[tuple[Expr, Expr]] = []
    for piece in land.pieces:
        run = land.course(piece, order)
        if run.endless:
            return None
        if (
            piece.left in corners
            and (not parts or parts[-1] != (piece.left, piece.left))
            and holds(corners[piece.left])
        ):
            parts.append((piece.left, piece.left))
        parts += [(piece.left, piece.right)] if run.vanishes else [(p, p) for p in run.points]
        if piece.right in corners and holds(corners[piece.right]):
            parts.append((piece.right, piece.right))
    return [low if low == high else (low, high) for low, high in _joined(parts)]


def _joined(parts: list[tuple[Expr, Expr]]) -> list[tuple[Expr, Expr]]:
    """Points and open intervals in order, put together where a point closes the gap between them."""
    found: list[tuple[Expr, Expr]] = []
    closed = False
    for low, high in parts:
        if found and found[-1][1] == low and (low == high or closed):
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
        closed = low == high
    return found


def _flat(land: Landscape, corner: Corner) -> bool:
    if not land.differentiable_at(corner):
        return False
    slope = land.limits(corner, 1)[0]
    return slope is not None and _is_zero(slope, land.known)


def _stationary(land: Landscape, at: Expr) -> Stationary:
    """The kind of a stationary point by the signs of f' on both sides; at an end of the domain by the one there is."""
    corner = next((c for c in land.corners if c.at == at), None)
    if corner is None:
        piece = next(p for p in land.pieces if at in land.course(p, 1).points)
        run = land.course(piece, 1)
        place = run.points.index(at)
        before, after = run.signs[place], run.signs[place + 1]
        value = piece.expr.subs(land.variable, at)
    else:
        sides = [land.course(p, 1).signs for p in (corner.before, corner.after) if p is not None]
        before = sides[0][-1] if corner.before is not None else -sides[0][0]
        after = sides[-1][0] if corner.after is not None else -sides[0][-1]
        value = corner.value
    kind = {(-1, 1): "minimum", (1, -1): "maximum"}.get((before, after), "neither")
    return Stationary(at, S.Zero if _is_zero(value, land.known) else plain(value), kind)


def _is_zero(value: Expr, known: Assumptions) -> bool:
    if value.has(ImplicitRoot) and vanishes_at_root(value):
        return True
    return compared(value, S.Zero, known) == 0
