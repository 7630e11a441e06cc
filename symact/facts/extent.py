"""The range, with its ends attained or not, and the Lipschitz constant."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, FiniteSet, Interval, Set, Union, diff, oo

from ..proof.functions.levels import Critical, Level, compare
from ..proof.functions.shape import Shape
from ..proof.properties.image import Span, image_of
from .landscape import Landscape, compared
from .numbers import plain

__all__ = ["Extent", "extent", "lipschitz"]


@dataclass(frozen=True)
class Extent:
    """The infimum and supremum of f, whether they are values of f, and the parts of the range in increasing order."""

    inf: Expr
    sup: Expr
    inf_attained: bool
    sup_attained: bool
    parts: tuple[Set, ...]

    @property
    def set(self) -> Set | None:
        """The range where it isn't one interval."""
        return Union(*self.parts) if len(self.parts) > 1 else None


def extent(land: Landscape) -> Extent:
    """Return the range of f over its domain."""
    spans = image_of(land.shape)
    low, high = spans[0], spans[-1]
    return Extent(_exact(low.low), _exact(high.high), low.has_low, high.has_high, tuple(map(_set, spans)))


def lipschitz(land: Landscape) -> Expr:
    """Return sup |f'| over the domain, oo where f' is unbounded or f jumps."""
    for corner in land.corners:
        levels = [*land.limits(corner), *([] if corner.value is None else [corner.value])]
        if None in levels:
            return oo  # a function with bounded slopes has a limit
        if any(level in (oo, -oo) or compared(levels[0], level, land.known) != 0 for level in levels):
            return oo
    x = land.variable
    slopes = Shape(x, tuple(type(p)(p.left, p.right, diff(p.expr, x)) for p in land.pieces), (), land.known)
    spans = image_of(slopes)
    low, high = -spans[0].low, spans[-1].high
    return _exact(high if compare(high, low, land.known) >= 0 else low)


def _exact(level: Level) -> Expr:
    return level.value if isinstance(level, Critical) else plain(level)


def _set(span: Span) -> Set:
    low, high = _exact(span.low), _exact(span.high)
    if span.low == span.high:
        return FiniteSet(low)
    return Interval(low, high, not span.has_low, not span.has_high)
