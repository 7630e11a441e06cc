"""Implicit roots by their equation and a bracket: that there is one zero in it, a simple one, is seen by balls."""

from __future__ import annotations

from functools import partial

from flint import arb
from sympy import Expr, Rational, Symbol, diff

from ...errors import UndecidedError
from . import balls
from .ball_rules import rational
from .continuity import continuous
from .implicit import ImplicitRoot

__all__ = ["bracketed_root"]

#: Bits by which the sign of the slope on a bracket is seen.
BITS = 256
#: Newton steps, each of which about doubles the digits.
MAX_STEPS = 40


def bracketed_root(expr: Expr, low: Rational, high: Rational) -> ImplicitRoot:
    """Return the only zero of an expression in one symbol between two rationals; raises UndecidedError where that isn't certain."""
    if len(expr.free_symbols) != 1 or not low < high:
        raise UndecidedError("a root has one symbol and a bracket")
    (x,) = expr.free_symbols
    if balls.sign(expr, {x: low}) != -(balls.sign(expr, {x: high}) or 2):
        raise UndecidedError(f"{expr} isn't known to change its sign between {low} and {high}")
    with balls.precision(BITS):
        around = arb(rational(low)).union(arb(rational(high)))
    continuous(expr, {x: around}, BITS)
    if balls.enclose(diff(expr, x), {x: around}, BITS).contains(0):
        raise UndecidedError(f"{expr} isn't known to be monotonic between {low} and {high}")
    return ImplicitRoot(expr, x, low, high, partial(_narrowed, expr, x, around))


def _narrowed(expr: Expr, x: Symbol, around: arb, bits: int) -> arb:
    """A ball around the zero of about 2**-bits, by Newton's method on intervals."""
    slope, precision = diff(expr, x), bits + 64
    for _ in range(MAX_STEPS):
        if around.rad() < arb(2) ** -bits:
            return around
        middle = around.mid()
        value = balls.enclose(expr, {x: middle}, precision)
        steep = balls.enclose(slope, {x: around}, precision)
        with balls.precision(precision):
            around = (middle - value / steep).intersection(around)
    raise UndecidedError(f"a zero of {expr} was not narrowed to {bits} bits")
