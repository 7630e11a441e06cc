"""Identities that hold at a number because of the equation that defines it."""

from __future__ import annotations

from sympy import Dummy, Expr, fraction, prem, together

from ..numbers import balls
from ..numbers.implicit import ImplicitRoot
from .generators import generators

__all__ = ["vanishes_at_root"]


def vanishes_at_root(expr: Expr) -> bool:
    """Whether an expression in implicit roots is certainly 0, because the equation that defines one of them divides it."""
    if not expr.free_symbols and balls.sign(expr):
        return False
    return any(_divides(root, expr) for root in expr.atoms(ImplicitRoot))


def _divides(root: ImplicitRoot, expr: Expr) -> bool:
    x = Dummy("x", real=True)
    written = generators(root.expr.subs(root.variable, x), expr.xreplace({root: x}), x=x)
    defining, (value, below) = fraction(together(written.expressions[0]))[0], fraction(together(written.expressions[1]))
    for kernel in sorted({x, *written.kernels} & defining.free_symbols, key=str):
        divisor, dividend = defining.as_poly(kernel), value.as_poly(kernel)
        if divisor is None or dividend is None or dividend.degree() < divisor.degree():
            continue
        remainder, multiplier = prem(dividend, divisor).as_expr(), divisor.LC()
        # m*value = q*defining + remainder: neither the multiplier m nor the denominator may vanish at the root
        if remainder.expand() == 0 and all(balls.sign(written.back(e).subs(x, root)) for e in (multiplier, below)):
            return True
    return False
