"""Mirror symmetry: odd, even, and symmetric about a point, each proved or excluded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cmp_to_key

from flint import arb
from sympy import Expr, Rational, S, diff, oo

from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import NOTHING
from ..proof.algebra.field import equal, is_zero
from ..proof.algebra.zeros import real_zeros
from ..proof.charts.chart import Root, chart, enclosure
from ..proof.charts.oscillation import period
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Shape, same, within
from ..proof.numbers import balls
from .mirror import centre_of, identical, is_centre, mirrored
from .places import domain_ends, limit, order

__all__ = ["candidates_inside", "parity", "point_symmetry"]

#: Precision of the enclosures that exclude a centre without a closed form.
_BITS = 256


def parity(curve: Shape) -> str:
    """Return "odd" where f(-x) = -f(x), "even" where f(-x) = f(x), "none" where both are excluded; zero is even.

    Raises UnknownSignError where it depends on parameters, UndecidedError where it isn't found.
    """
    if mirrored(curve, S.Zero, 1, S.Zero):
        return "even"
    return "odd" if mirrored(curve, S.Zero, -1, S.Zero) else "none"


def point_symmetry(curve: Shape) -> tuple[Expr, Expr] | None:
    """Return the centre (c, d) with f(2*c - x) = 2*d - f(x) on the domain, None where it is proved that there is none.

    Of several centres it is the one nearest to x = 0, at x > 0 of two; so (0, f(0)) for a line. Raises as `parity`.
    """
    try:
        if is_centre(curve, S.Zero):
            return centre_of(curve, S.Zero)
    except UnknownSignError:
        pass  # whether it is 0 for some parameters matters less than where it is for all
    for candidates in (_of_domain, _of_ends, _of_corners, _of_period, _of_curvature):
        found = candidates(curve)
        if found is None:
            continue
        for centre in found:
            if is_centre(curve, centre):
                return centre_of(curve, centre)
        return None
    raise UndecidedError("no centre of symmetry was found, and none was excluded")


# Where a centre may be: each returns all points that are left, or None where it says nothing.


def _of_domain(curve: Shape) -> list[Expr] | None:
    """The middle of the domain, where that isn't the whole line."""
    ends = domain_ends(curve)
    return None if len(ends) == 2 and ends == [-oo, oo] else _middle(ends)


def _middle(points: list[Expr]) -> list[Expr] | None:
    first, last = points[0], points[-1]
    if (first == -oo) != (last == oo):
        return []
    finite = [p for p in points if p not in (oo, -oo)]
    return [(finite[0] + finite[-1]) / 2] if finite else None


def _of_corners(curve: Shape) -> list[Expr] | None:
    """The middle of the points where f is not analytic, where that is certain of the outermost ones."""
    if not curve.corners:
        return None
    for corner in (curve.corners[0], curve.corners[-1]):
        if corner.before is None or corner.after is None:
            return None
        limits = [curve.limit(p, corner.at) for p in (corner.before, corner.after)]
        jumps = corner.value is None or any(same(v, corner.value, curve.known) is False for v in limits)
        parts = corner.before.expr, corner.after.expr
        both = curve.known.relations
        if (parts[0] - parts[1]).free_symbols <= {curve.variable}:
            if not jumps and equal(*parts, both) is not False:
                return None
        elif not jumps and identical(*parts, curve.variable, corner.at, oo, curve.known):
            return None
    return [(curve.corners[0].at + curve.corners[-1].at) / 2]


def _of_ends(curve: Shape) -> list[Expr] | None:
    """None is left where the limits at -oo and oo don't fit, or f is even and has a limit."""
    first, last = curve.pieces[0], curve.pieces[-1]
    try:
        limits = [
            limit(first.expr, curve.variable, -oo, 1, curve.known),
            limit(last.expr, curve.variable, oo, -1, curve.known),
        ]
    except (UndecidedError, NotSupportedError) as reason:
        if isinstance(reason, UnknownSignError):
            raise
        return None
    if (limits[0] is None) != (limits[1] is None):
        return []
    if limits[0] is None:
        return None
    infinite = [limit in (oo, -oo) for limit in limits]
    if infinite[0] != infinite[1] or (infinite[0] and limits[0] == limits[1]):
        return []
    if not infinite[0] and same(limits[0], limits[1], curve.known) is True and mirrored(curve, S.Zero, 1, S.Zero):
        return []  # even and symmetric about a point is periodic, and a periodic function with a limit is constant
    return None


def _of_period(curve: Shape) -> list[Expr] | None:
    """Zeros of f″ within a quarter of its period, if it has one: centres are half a period apart."""
    if len(curve.pieces) != 1 or curve.corners:
        return None
    x = curve.variable
    bent = diff(curve.pieces[0].expr, x, 2)
    length = period(bent, x) if bent.free_symbols == {x} else None
    if length is None:
        return None
    reach = length / 4
    found = candidates_inside(
        curve, replace(curve.pieces[0], left=-reach - Rational(1, 64), right=reach + Rational(1, 64)), bent
    )

    def nearer(a: Expr, b: Expr) -> int:
        return order(abs(a), abs(b), NOTHING) or order(b, a, NOTHING)

    return sorted(found, key=cmp_to_key(nearer))


def _of_curvature(curve: Shape) -> list[Expr] | None:
    """Zeros of f″ and corners; points that are only enclosed are left out where an enclosure excludes them."""
    x, known = curve.variable, curve.known
    found = [c.at for c in curve.corners]
    for piece in curve.pieces:
        bent = diff(piece.expr, x, 2)
        if bent == 0 or is_zero(bent, within(x, piece, known).relations) is True:
            return None
        found += candidates_inside(curve, piece, bent)
    return found


def candidates_inside(curve: Shape, piece: Piece, bent: Expr) -> Iterator[Expr]:
    """Yield the zeros of f″ = `bent` inside a piece, but for those that are no centres."""
    x = curve.variable
    if bent.free_symbols - {x}:
        yield from real_zeros(bent, x, within(x, piece, curve.known))
        return
    roots = chart(bent, x, piece.left, piece.right, curve.known).zeros
    for root in roots:
        if root.exact is not None:
            yield root.exact
        elif not _excluded(curve, piece, root, roots):
            raise UndecidedError("an inflection point that may be a centre of symmetry has no closed form")


def _excluded(curve: Shape, piece: Piece, root: Root, roots: Sequence[Root]) -> bool:
    """Whether f(c + t) + f(c - t) certainly isn't 2*f(c) for some t, at the only point c of a small enclosure.

    Besides plain ones t is the distance to another zero of f″: a narrow bump there has no counterpart.
    """
    x = curve.variable
    centre = enclosure(root, _BITS)
    middle = balls.enclose(piece.expr, {x: centre}, _BITS)
    others = (abs(other.low - root.low) for other in roots if other is not root)
    for step in (Rational(1, 8), Rational(1), Rational(5), *others):
        with balls.precision(_BITS):
            places = [centre + balls.enclose(s * step, bits=_BITS) for s in (-1, 1)]
        values = [_enclosed(curve, place) for place in places]
        with balls.precision(_BITS):
            if values[0] is not None and values[1] is not None:
                gap = values[0] + values[1] - 2 * middle
                if not gap.contains(0):
                    return True
    return False


def _enclosed(curve: Shape, place: arb) -> arb | None:
    """f on a ball that lies inside one piece, None where it doesn't."""
    for piece in curve.pieces:
        ends = [None if e in (oo, -oo) else balls.enclose(e, bits=_BITS) for e in (piece.left, piece.right)]
        if (ends[0] is None or ends[0] < place) and (ends[1] is None or place < ends[1]):
            value = balls.enclose(piece.expr, {curve.variable: place}, _BITS)
            return value if value.is_finite() else None
    return None
