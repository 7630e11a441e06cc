"""A function on its domain as analytic pieces and the corners between them, with the courses of its derivatives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from sympy import Expr, Interval, Symbol, diff, oo

from ..errors import UndecidedError, UnknownSignError
from ..proof.algebra.assume import Assumptions
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Corner, Shape, limit_of, same, shape
from ..proof.properties.course import Course, course
from .values import restriction

__all__ = ["Landscape", "compared", "landscape"]


@dataclass(frozen=True)
class Landscape:
    """A function's pieces and corners in increasing order; `known` holds what is known of its parameters."""

    shape: Shape

    @property
    def variable(self) -> Symbol:
        """The x of f(x)."""
        return self.shape.variable

    @property
    def known(self) -> Assumptions:
        """The relations between the parameters."""
        return self.shape.known

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The open intervals on which f is analytic."""
        return self.shape.pieces

    @property
    def corners(self) -> tuple[Corner, ...]:
        """The finite ends of the pieces."""
        return self.shape.corners

    @property
    def inner_corners(self) -> list[Corner]:
        """The corners with a piece on both sides."""
        return [c for c in self.corners if c.before is not None and c.after is not None]

    def course(self, piece: Piece, order: int = 0) -> Course:
        """Return zeros and signs of the derivative of an order inside a piece."""
        return course(diff(piece.expr, self.variable, order), self.variable, piece.left, piece.right, self.known)

    def limit(self, piece: Piece, at: Expr, order: int = 0) -> Expr | None:
        """Return the limit of the derivative of an order of a piece at one of its ends, None if there is none."""
        side = 1 if at == piece.left else -1
        return limit_of(diff(piece.expr, self.variable, order), self.variable, at, side, self.known)

    def limits(self, corner: Corner, order: int = 0) -> list[Expr | None]:
        """Return the limits of the derivative of an order at a corner, from the sides on which there is a piece."""
        return [self.limit(piece, corner.at, order) for piece in (corner.before, corner.after) if piece is not None]

    def continuous_at(self, corner: Corner) -> bool:
        """Whether f has a value at a corner that all limits there agree with."""
        limits = self.limits(corner)
        return corner.value is not None and all(
            limit is not None and compared(limit, corner.value, self.known) == 0 for limit in limits
        )

    def differentiable_at(self, corner: Corner) -> bool:
        """Whether f has a finite derivative at a corner, one-sided at an end of the domain."""
        if not self.continuous_at(corner):
            return False
        slopes = self.limits(corner, 1)
        if any(slope in (None, oo, -oo) for slope in slopes):
            return False
        return compared(slopes[0], slopes[-1], self.known) == 0


@lru_cache(256)
def landscape(expr: Expr, x: Symbol, known: Assumptions, on: Interval | None = None) -> Landscape:
    """Return the landscape of `expr` as a function of x on its natural domain within `on`."""
    return Landscape(shape(expr, x, (*known.relations, *restriction(x, on))))


def compared(a: Expr | None, b: Expr | None, known: Assumptions) -> int:
    """Return the sign of a - b, of which either may be infinite; raise UnknownSignError or UndecidedError where it isn't known."""
    if a is None or b is None:
        raise UndecidedError("a function has no limit where one is needed")
    if a in (oo, -oo) or b in (oo, -oo):
        return 0 if a == b else 1 if a == oo or b == -oo else -1
    if same(a, b, known) is True:
        return 0
    sign = known.sign(a - b)
    if sign is None:
        if (a - b).free_symbols:
            raise UnknownSignError(a - b)
        raise UndecidedError(f"whether {a} and {b} are equal was not decided")
    return sign
