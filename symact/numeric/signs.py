"""Signs of expressions on a cell, guessed from their values at sample points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sympy import Expr, Symbol

from ..proof.numbers import balls
from .rounding import exactly
from .samples import Cell, Point, positions

__all__ = ["Signs", "sampled_signs"]


@dataclass(frozen=True)
class Signs:
    """The sign of an expression at all places, 0 where it has none or several.

    It is a guess; what is built on it is proved or measured, not trusted.
    """

    places: tuple[Point, ...]

    def __call__(self, expr: Expr) -> int:
        found = {_sign(expr, place) for place in self.places}
        return found.pop() if len(found) == 1 else 0

    def both(self, expr: Expr) -> bool:
        """Whether an expression has both signs."""
        return {-1, 1} <= {_sign(expr, place) for place in self.places}

    def where(self, expr: Expr, sign: int) -> Signs:
        """Return the signs at the places where an expression has a sign."""
        return Signs(tuple(place for place in self.places if _sign(expr, place) == sign))


def _sign(expr: Expr, place: Point) -> int:
    ball = balls.enclose(expr, {s: v for s, v in place.items() if s in expr.free_symbols}, 256)
    return 1 if ball > 0 else -1 if ball < 0 else 0


def sampled_signs(variable: Symbol, cell: Cell, marks: Sequence[float], points: Sequence[Point]) -> Signs:
    """Return the signs inside a cell for values of the parameters, at five of the cell's marks."""
    chosen = np.array([marks[len(marks) * k // 6] for k in range(1, 6)])
    return Signs(
        tuple(
            {variable: exactly(x), **point}
            for point in points
            for x in positions(cell, chosen, point)
            if not np.isnan(x)
        )
    )
