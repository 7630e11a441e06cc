"""Certain enclosures of E[f(z)] by quadrature; where f can't be enclosed near a corner, it is bounded beside that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flint import arb
from sympy import Expr, Rational, S, diff, oo, sqrt

from ..errors import NotSupportedError, UndecidedError
from ..proof.calculus.holomorphic import gaussian_expectation
from ..proof.calculus.majorants import NoBoundError
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Shape
from ..proof.numbers import balls
from ..proof.properties.course import course
from .places import limit

__all__ = ["accurate_expectation"]

#: Bits that an enclosure may lack and evaluations of the integrand that it may take, in the order in which they are tried.
ATTEMPTS = ((0, 12_000), (56, 80_000))
#: Bits of a number that may be lost because it is small.
SMALL = 28
#: Bits that all slivers together are below what is asked for, and the bits of their bounds.
SPARE, BITS = 16, 128


def accurate_expectation(curve: Shape, bits: int) -> arb:
    """Return a ball around E[f(z)], z ~ N(0, 1), of a function without parameters on the line but for points.

    Its radius is about 2**-bits, or that times the number where it is small but isn't 0. Raises UndecidedError where none is found.
    """
    ball = _attempted(curve, bits)
    missing = bits - SMALL - ball.rel_accuracy_bits()
    return ball if missing <= 0 or ball.contains(0) else _attempted(curve, bits + int(missing) + 8)


def _attempted(curve: Shape, bits: int) -> arb:
    way, reason = curve, UndecidedError("the integral was not enclosed")
    for fewer, evaluations in ATTEMPTS:
        for compute in (gaussian_expectation, _without_slivers):
            try:
                return compute(way, bits - fewer, evaluations)
            except NoBoundError:
                way = _mirrored(curve)
                return gaussian_expectation(way, bits - fewer, evaluations)
            except UndecidedError as refusal:
                reason = refusal
    raise reason


def _mirrored(curve: Shape) -> Shape:
    """f(-z), which has the same moments; far out one of the two may be easier to bound."""
    x = curve.variable
    pieces = tuple(Piece(-p.right, -p.left, p.expr.subs(x, -x)) for p in reversed(curve.pieces))
    return Shape(x, pieces, (), curve.known)


def _without_slivers(curve: Shape, bits: int, evaluations: int) -> arb:
    """The expectation with a bound on f beside every finite end c of a piece, where f or sqrt(|z - c|)*f(z) is monotonic."""
    bound, pieces = arb(0), []
    for piece in curve.pieces:
        left, right = piece.left, piece.right
        if left != -oo:
            width, most = _sliver(curve, piece, left, bits + SPARE)
            left, bound = left + width, bound + most
        if right != oo:
            width, most = _sliver(curve, piece, right, bits + SPARE)
            right, bound = right - width, bound + most
        if left != -oo and right != oo and balls.sign(right - left) != 1:
            raise UndecidedError(f"a piece between {piece.left} and {piece.right} is too short")
        pieces.append(replace(piece, left=left, right=right))
    found = gaussian_expectation(replace(curve, pieces=tuple(pieces), corners=()), bits, evaluations)
    with balls.precision(bits + SPARE):
        return found + arb(0, bound.upper())


def _sliver(curve: Shape, piece: Piece, end: Expr, bits: int) -> tuple[Rational, arb]:
    """The width of an interval beside an end, and a bound on the integral over it, about 2**-bits.

    The density of the normal distribution is below 1/2. Where |f| <= m the bound is width*m/2; where
    sqrt(|z - end|)*|f| <= m it is sqrt(width)*m.
    """
    x, side = curve.variable, 1 if end == piece.left else -1
    for weight, width in ((S.One, Rational(1, 2**bits)), (sqrt(side * (x - end)), Rational(1, 4**bits))):
        weighed = weight * piece.expr
        most = _largest(curve, weighed, end, side, width)
        if most is not None:
            with balls.precision(BITS):
                return width, most * balls.enclose(width if weight == 1 else sqrt(width), bits=BITS)
    raise UndecidedError(f"{piece.expr} was not bounded beside {end}")


def _largest(curve: Shape, expr: Expr, end: Expr, side: int, width: Rational) -> arb | None:
    """A bound on |expr| between an end and a point beside it, where it is monotonic; None where that isn't seen."""
    x, cut = curve.variable, end + side * width
    try:
        level = limit(expr, x, end, side, curve.known)
        if level in (None, oo, -oo):
            return None
        run = course(diff(expr, x), x, *(end, cut)[::side], curve.known)
    except (UndecidedError, NotSupportedError):
        return None
    if run.points or run.endless:
        return None
    values = list(_finite(expr.subs(x, cut), level))
    return values[0].max(values[1]) if len(values) == 2 else None


def _finite(*values: Expr) -> Iterator[arb]:
    for value in values:
        ball = abs(balls.enclose(value, bits=BITS))
        if ball.is_finite():
            yield arb(ball.upper())
