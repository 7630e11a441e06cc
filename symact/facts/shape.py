"""Monotonicity and convexity: the signs of f' and f'' on all pieces, and of the steps and kinks between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import pairwise

from sympy import Expr, S, diff, expand, nan, oo, zoo

from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..proof.asymptotics.ends import sign_at_end
from ..proof.charts.far_forms import without_cancellation
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Corner
from ..proof.numbers import balls
from .landscape import Landscape, compared
from .places import samples

__all__ = ["convexity", "monotonicity"]

#: Where the sign of a derivative with parameters may be seen, if not at the ends.
_POINTS = (S.Zero, S.One, S.NegativeOne)


def monotonicity(land: Landscape) -> str:
    """Return how f runs on its domain: strictly increasing, nondecreasing, strictly decreasing, nonincreasing, constant, none."""
    if {-1, 1} <= _seen(land, 1):
        return "none"
    slopes = [partial(_signs, land, piece, 1) for piece in land.pieces]
    signs = _collected([*slopes, *_steps(land)])
    if {-1, 1} <= signs:
        return "none"
    if signs <= {0}:
        return "constant"
    flat = any(0 in slope() for slope in slopes)
    return _DIRECTIONS[1 if 1 in signs else -1, flat]


_DIRECTIONS = {
    (1, False): "strictly increasing",
    (1, True): "nondecreasing",
    (-1, False): "strictly decreasing",
    (-1, True): "nonincreasing",
}


def convexity(land: Landscape) -> str:
    """Return whether f is convex, concave or affine, as far as points of its domain tell; none where that has gaps.

    A removable hole is no gap: the inequality holds for all points beside it.
    """
    if any(a.right != b.left for a, b in pairwise(land.pieces)):
        return "none"
    if any(not _closed(land, corner) for corner in land.inner_corners):
        return "none"
    if {-1, 1} <= _seen(land, 2):
        return "none"
    bends = [partial(_signs, land, piece, 2) for piece in land.pieces]
    kinks = [partial(_kink, land, corner) for corner in land.corners]
    signs = _collected([*bends, *kinks])
    if {-1, 1} <= signs:
        return "none"
    return {frozenset({1}): "convex", frozenset({-1}): "concave"}.get(frozenset(signs - {0}), "affine")


def _closed(land: Landscape, corner: Corner) -> bool:
    """Whether f is continuous at a corner, or would be with a value there."""
    if corner.value is not None:
        return land.continuous_at(corner)
    left, right = land.limits(corner)
    return left not in (None, oo, -oo) and compared(left, right, land.known) == 0


def _collected(parts: Iterable[Callable[[], Iterable[int]]]) -> set[int]:
    """All signs of the parts; where both are found nothing else matters, not even what is undecided."""
    signs: set[int] = set()
    reason: Exception | None = None
    for part in parts:
        try:
            signs |= set(part())
        except (UndecidedError, NotSupportedError) as error:
            # a sign that parameters decide matters more than what can't be decided at all
            reason = error if reason is None or isinstance(error, UnknownSignError) else reason
    if reason is not None and not {-1, 1} <= signs:
        raise reason
    return signs


def _steps(land: Landscape) -> Iterator[Callable[[], list[int]]]:
    """The signs of the steps from limit to value to limit between pieces, across gaps, and at the ends of the domain."""
    values = {corner.at: corner.value for corner in land.corners}
    for before, after in pairwise((None, *land.pieces, None)):
        ends = dict.fromkeys([*([before.right] if before else []), *([after.left] if after else [])])

        def signs(
            before: Piece | None = before, after: Piece | None = after, ends: Iterable[Expr] = tuple(ends)
        ) -> list[int]:
            levels = [] if before is None or before.right == oo else [land.limit(before, before.right)]
            levels += [values[at] for at in ends if values.get(at) is not None]
            levels += [] if after is None or after.left == -oo else [land.limit(after, after.left)]
            return [compared(b, a, land.known) for a, b in pairwise(levels)]

        yield signs


def _signs(land: Landscape, piece: Piece, order: int) -> Iterable[int]:
    """The signs of a derivative on a piece; both where both are seen, even if it isn't known where they change."""
    try:
        return land.course(piece, order).signs
    except UnknownSignError:
        raise
    except (UndecidedError, NotSupportedError):
        both = set(_certain(land, piece, order))
        if {-1, 1} <= both:
            return both
        raise


def _certain(land: Landscape, piece: Piece, order: int) -> Iterator[int]:
    """Signs of a derivative with parameters that it keeps near the ends of a piece, and at points of the whole line."""
    x = land.variable
    slope = diff(piece.expr, x, order)
    for end, side in ((piece.left, 1), (piece.right, -1)):
        with suppress(UndecidedError, NotSupportedError):
            yield sign_at_end(slope, x, end, side, land.known)
    for point in _POINTS if (piece.left, piece.right) == (-oo, oo) else ():
        sign = land.known.sign(expand(without_cancellation(slope.subs(x, point))))
        if sign is not None:
            yield sign


def _seen(land: Landscape, order: int) -> set[int]:
    """Signs of a derivative at some points, which is quickly seen where it has no parameters."""
    found: set[int] = set()
    for piece in land.pieces:
        slope = diff(piece.expr, land.variable, order)
        if not slope.free_symbols <= {land.variable} or piece.left.free_symbols or piece.right.free_symbols:
            continue
        for point in samples(piece.left, piece.right):
            value = slope.subs(land.variable, point)
            found |= set() if value.has(nan, zoo) else {balls.sign(value) or 0}
    return found


def _kink(land: Landscape, corner: Corner) -> tuple[int, ...]:
    """The sign of the change of slope at an inner corner, of value minus limit at an end of the domain."""
    limits = land.limits(corner)
    if len(limits) == 2:
        left, right = land.limits(corner, 1)
        return (compared(right, left, land.known),)
    return () if corner.value is None else (compared(corner.value, limits[0], land.known),)
