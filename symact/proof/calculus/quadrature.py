"""Certain enclosures of integrals: Taylor polynomials with a ball for the remainder."""

from __future__ import annotations

from flint import arb, fmpq
from sympy import Expr, Symbol, oo

from ...errors import UndecidedError
from ..functions.shape import Shape, shape
from ..numbers import balls

__all__ = ["enclose_integral"]

ORDER = 24
#: Intervals are halved until the remainder is below 2**-bits, at most this often.
MAX_BOXES = 3000


def enclose_integral(expr: Expr, v: Symbol, low: Expr, high: Expr, bits: int = 64) -> arb:
    """Return a ball that contains ∫ expr dv over a finite interval; no parameters.

    Raises UndecidedError or NotSupportedError where there is none that is finite.
    """
    return _over(shape(expr, v, (v > low, v < high)), low, high, bits)


def _over(curve: Shape, low: Expr, high: Expr, bits: int) -> arb:
    total = arb(0)
    reached = low
    for piece in curve.pieces:
        a = low if piece.left == -oo or piece.left == low else piece.left
        b = high if piece.right == oo or piece.right == high else piece.right
        if a != reached:
            raise UndecidedError("the integrand isn't defined between the bounds")
        reached = b
        part = _piece(piece.expr, curve.variable, a, b, bits)
        with balls.precision(bits + 32):
            total += part
    if reached != high:
        raise UndecidedError("the integrand isn't defined between the bounds")
    return total


def _piece(expr: Expr, v: Symbol, a: Expr, b: Expr, bits: int) -> arb:
    """Integrate between two constants; the cuts between boxes are rational, the ends balls."""
    if not expr.has(v):
        with balls.precision(bits + 32):
            return balls.enclose(expr * (b - a), bits=bits + 32)
    start, end = (balls.enclose(e, bits=bits + 32) for e in (a, b))
    with balls.precision(bits + 32):
        inner = [fmpq(k) for k in range(int(start.upper().ceil().fmpq().p), int(end.lower().floor().fmpq().p) + 1)]
        inner = [c for c in inner if start < c and end > c]
        stack = list(zip([start, *map(arb, inner)], [*map(arb, inner), end], strict=True))
    total, boxes = arb(0), 0
    while stack:
        left, right = stack.pop()
        boxes += 1
        if boxes > MAX_BOXES:
            raise UndecidedError(f"the integral of {expr} needs more than {MAX_BOXES} boxes")
        found = _box(expr, v, left, right, bits)
        with balls.precision(bits + 32):
            if found is None:
                middle = arb(((left + right) / 2).mid())
                if not (left < middle and middle < right):
                    raise UndecidedError(f"{expr} isn't known to be smooth between its pieces")
                stack += [(left, middle), (middle, right)]
            else:
                total += found
    return total


def _box(expr: Expr, v: Symbol, left: arb, right: arb, bits: int) -> arb | None:
    """The integral over one box, None where the box is too wide for its Taylor polynomial."""
    with balls.precision(bits + 32):
        centre = arb(((left + right) / 2).mid())
        whole = left.union(right)
    try:
        around = balls.taylor(expr, v, whole, ORDER, bits + 32)
        inside = balls.taylor(expr, v, centre, ORDER - 1, bits + 32)
    except UndecidedError:
        return None
    with balls.precision(bits + 32):
        a, b = left - centre, right - centre
        total = arb(0)
        for k, c in enumerate([*inside, around[ORDER]]):
            if k < ORDER:
                total += c * (b ** (k + 1) - a ** (k + 1)) / (k + 1)
            else:
                # c*(v - centre)**ORDER with c in the ball at every v; ORDER is even, so that the power isn't negative
                rest = c * (b ** (k + 1) - a ** (k + 1)) / (k + 1)
                if rest.rad() > arb(2) ** -bits:
                    return None
                total += rest
    return total
