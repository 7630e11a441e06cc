"""What a graph shows besides its lines: turning points with their coordinates, and the lines that it approaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, oo

from ..errors import NotSupportedError, UndecidedError
from ..facts.landscape import Landscape
from ..facts.record import Facts
from ..proof.functions.pieces import Piece
from ..proof.numbers import balls
from ..proof.properties.course import Course

__all__ = ["Asymptote", "Turn", "asymptotes", "figure", "number", "poles", "turns"]


@dataclass(frozen=True)
class Turn:
    """A local maximum (`top`) or minimum."""

    x: float
    y: float
    top: bool

    @property
    def label(self) -> str:
        """The coordinates to three decimals; nothing where that would call a height 0 that isn't."""
        if self.y and not round(self.y, 3):
            return ""
        return f"({figure(round(self.x, 3))}, {figure(round(self.y, 3))})"


@dataclass(frozen=True)
class Asymptote:
    """The line slope*x + offset, approached at oo (`side` 1) or -oo (`side` -1)."""

    slope: float
    offset: float
    side: int

    def at(self, x: float) -> float:
        """Return the height of the line."""
        return self.slope * x + self.offset


def figure(value: float) -> str:
    """Return a number in print, with a minus sign.

    >>> figure(-0.5)
    '−0.5'
    """
    return f"{value:g}".replace("-", "−")


def number(expr: Expr) -> float:
    """Return the nearest float to the middle of an enclosure."""
    return float(balls.enclose(expr, bits=96).mid())


def turns(land: Landscape) -> Iterator[Turn]:
    """Yield where f turns, inside pieces and where they meet, from left to right."""
    courses = {piece: _course(land, piece) for piece in land.pieces}
    for m, piece in enumerate(land.pieces):
        run = courses[piece]
        if run is None:
            continue
        for point, before, after in zip(run.points, run.signs, run.signs[1:], strict=False):
            if before * after == -1:
                yield Turn(number(point), number(piece.expr.subs(land.variable, point)), before == 1)
        following = land.pieces[m + 1] if m + 1 < len(land.pieces) else None
        onward = None if following is None else courses[following]
        corner = next((c for c in land.inner_corners if c.before == piece), None)
        if corner is None or onward is None or corner.value is None or run.endless or onward.endless:
            continue
        if run.signs[-1] * onward.signs[0] == -1 and land.continuous_at(corner):
            yield Turn(number(corner.at), number(corner.value), run.signs[-1] == 1)


def _course(land: Landscape, piece: Piece) -> Course | None:
    try:
        return land.course(piece, 1)
    except (UndecidedError, NotSupportedError):
        return None


def poles(land: Landscape) -> Iterator[float]:
    """Yield where f grows beyond all bounds."""
    for corner in land.corners:
        if any(limit in (oo, -oo) for limit in land.limits(corner)):
            yield number(corner.at)


def asymptotes(facts: Facts) -> Iterator[Asymptote]:
    """Yield the lines that f approaches without being one, where they don't depend on parameters."""
    x = facts.variable
    for side in (-1, 1):
        try:
            line = facts.asymptote(side)
        except (UndecidedError, NotSupportedError):
            continue
        outer = facts.pieces.pieces[0 if side < 0 else -1].expr
        if line is None or line.free_symbols - {x} or line == outer:
            continue
        yield Asymptote(number(line.coeff(x, 1)), number(line.subs(x, 0)), side)
