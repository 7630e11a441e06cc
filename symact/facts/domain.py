"""The domain as intervals."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Expr, oo

from .landscape import Landscape

__all__ = ["Repeated", "Stretch", "domain"]


@dataclass(frozen=True)
class Stretch:
    """The numbers between two ends, each of which belongs to it or not."""

    low: Expr
    high: Expr
    has_low: bool
    has_high: bool


@dataclass(frozen=True)
class Repeated:
    """Intervals that are repeated in both directions, a period apart."""

    once: tuple[Stretch, ...]
    period: Expr


def domain(land: Landscape) -> tuple[Stretch, ...]:
    """Return the intervals on which f has a value, in increasing order and as few as possible."""
    defined = {corner.at: corner.value is not None for corner in land.corners}
    found: list[Stretch] = []
    for piece in land.pieces:
        has_low, has_high = (end not in (oo, -oo) and defined[end] for end in (piece.left, piece.right))
        if found and found[-1].high == piece.left and has_low:
            found[-1] = replace(found[-1], high=piece.right, has_high=has_high)
        else:
            found.append(Stretch(piece.left, piece.right, has_low, has_high))
    return tuple(found)
