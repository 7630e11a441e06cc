"""Symmetry of a function that repeats itself: its centres are half a period apart, and one is near 0 if there are any."""

from __future__ import annotations

from functools import cmp_to_key

from sympy import Expr, S, diff, floor

from ..errors import UndecidedError
from ..proof.algebra.field import is_zero
from ..proof.functions.shape import Corner, within
from .cycle import Cycle
from .landscape import Landscape
from .mirror import centre_of, is_centre
from .places import order
from .symmetry import candidates_inside, parity

__all__ = ["parity_of_cycle", "point_symmetry_of_cycle"]


def parity_of_cycle(found: Cycle) -> str:
    """Return the parity, which a function has if it has it on a closed interval around 0 that is a period long."""
    word = parity(found.around(S.Zero))
    if word == "even" and found.drift != 0:
        raise UndecidedError(f"{found.expr} drifts and yet seems to be even")
    return word


def point_symmetry_of_cycle(found: Cycle) -> tuple[Expr, Expr] | None:
    """Return the centre of symmetry nearest to 0, at x > 0 of two; None where it is proved that there is none."""
    for centre in _candidates(found):
        curve = found.around(centre)
        if is_centre(curve, centre):
            x, y = centre_of(curve, centre)
            return x / found.scale, y
    return None


def _candidates(found: Cycle) -> list[Expr]:
    """All points within a quarter of a period around 0 that may be centres, nearest first."""
    land, half = found.land, found.period / 2
    certain = [c.at for c in land.corners if _certain(land, c)]
    if certain:
        # a centre maps a point where f isn't differentiable, or not defined, to another one
        places = [(certain[0] + at) / 2 for at in certain]
    else:
        curve = found.unrolled(-1, 1)
        places = [c.at for c in land.corners]
        for piece in land.pieces:
            bent = diff(piece.expr, found.variable, 2)
            if is_zero(bent, within(found.variable, piece, found.known).relations) is True:
                raise UndecidedError(f"{found.expr} has straight parts without corners")
            places += candidates_inside(curve, piece, bent)
    near = {at - half * _whole(at / half) for at in places}

    def nearer(a: Expr, b: Expr) -> int:
        return order(abs(a), abs(b), found.known) or order(b, a, found.known)

    return sorted(near, key=cmp_to_key(nearer))


def _whole(value: Expr) -> Expr:
    """The integer nearest to a number, the smaller one of two, so that the rest is in (-1/2, 1/2]."""
    return -floor(S.Half - value)


def _certain(land: Landscape, corner: Corner) -> bool:
    """Whether a corner is a point where f certainly isn't differentiable, or an end of the domain."""
    return corner.value is None or corner.before is None or corner.after is None or not land.differentiable_at(corner)
