"""Identities that hold at a number because of the equation that defines it."""

from __future__ import annotations

from functools import lru_cache

from sympy import Dummy, Expr, erf, erfc, exp, expand, fraction, prem, tanh, together

from ..numbers import balls
from ..numbers.ball_rules import rational
from ..numbers.implicit import ImplicitRoot
from .generators import generators

__all__ = ["vanishes_at_root"]

#: Bits at which a root is seen to lie between the bounds of another.
OPPOSITE_BITS = 1024


@lru_cache(512)
def vanishes_at_root(expr: Expr) -> bool:
    """Whether an expression in implicit roots is certainly 0, because the equation that defines one of them divides it."""
    if not expr.free_symbols and balls.sign(expr):
        return False
    return _opposite(expr) or any(_divides(root, expr) for root in expr.atoms(ImplicitRoot))


def _opposite(expr: Expr) -> bool:
    """Whether an expression is, up to its sign, the sum of a root and one of the mirrored equation opposite of it."""
    roots = sorted(expr.atoms(ImplicitRoot), key=str)
    if len(roots) != 2 or expr not in (roots[0] + roots[1], -roots[0] - roots[1]):
        return False
    one, other = roots
    mirrored = other.expr.xreplace({other.variable: -one.variable})
    if expand(mirrored - one.expr) != 0 and expand(mirrored + one.expr) != 0:
        return False
    with balls.precision(OPPOSITE_BITS):
        opposite = -other.enclose(OPPOSITE_BITS)
        # there is one root only between these bounds
        return bool(rational(one.low) < opposite and opposite < rational(one.high))


def _divides(root: ImplicitRoot, expr: Expr) -> bool:
    x = Dummy("x", real=True)
    parts = (root.expr.subs(root.variable, x), expr.xreplace({root: x}))
    written = generators(*map(_in_exponentials, parts), x=x)
    defining, (value, below) = fraction(together(written.expressions[0]))[0], fraction(together(written.expressions[1]))
    for kernel in sorted({x, *written.kernels} & defining.free_symbols, key=str):
        divisor, dividend = defining.as_poly(kernel), value.as_poly(kernel)
        if divisor is None or dividend is None or dividend.degree() < divisor.degree():
            continue
        remainder, multiplier = prem(dividend, divisor).as_expr(), divisor.LC()
        # m*value = q*defining + remainder: neither the multiplier m nor the denominator may vanish at the root
        if remainder.expand() == 0 and all(_is_nonzero(written.back(e), x, root) for e in (multiplier, below)):
            return True
    return False


def _is_nonzero(expr: Expr, x: Dummy, root: ImplicitRoot) -> bool:
    """Whether a denominator certainly isn't 0 at a root, for all parameters for which it isn't 0 anyway as a factor of it."""
    factor = expr.as_independent(x, as_Add=False)[1]
    return factor.free_symbols <= {x} and bool(balls.sign(factor.subs(x, root)))


def _in_exponentials(expr: Expr) -> Expr:
    """Write functions that are quotients of exponentials as such, and erfc by erf, so that equal things look alike."""
    plain = expr.replace(erfc, lambda u: 1 - erf(u))
    return plain.replace(tanh, lambda u: (exp(2 * u) - 1) / (exp(2 * u) + 1))
