"""Zeros without a closed form: found by sign charts, and identities that hold at them."""

from __future__ import annotations

from functools import partial

from sympy import Dummy, Expr, Symbol, fraction, prem, together
from sympy.polys.polyerrors import PolynomialError

from . import balls
from .assume import Assumptions
from .chart import enclosure, real_roots, refine
from .generators import generators
from .implicit import ImplicitRoot

__all__ = ["charted_zeros", "vanishes_at_root"]

#: Digits to which brackets are narrowed, so that they tell most numbers apart at a glance.
BRACKET = 10


def charted_zeros(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> list[Expr]:
    """Return all zeros of a smooth expression on (low, high), as closed forms where these are proved, else as implicit roots.

    Raises UndecidedError where the sign chart isn't proved complete.
    """
    found = []
    for root in real_roots(expr, x, low, high, known):
        narrow = refine(root, BRACKET)
        implicit = narrow.exact is None
        found.append(ImplicitRoot(expr, x, narrow.low, narrow.high, partial(enclosure, root)) if implicit else narrow.exact)
    return found


def vanishes_at_root(expr: Expr) -> bool:
    """Whether an expression in implicit roots is certainly 0, because the equation that defines one of them divides it."""
    return any(_divides(root, expr) for root in expr.atoms(ImplicitRoot))


def _divides(root: ImplicitRoot, expr: Expr) -> bool:
    x = Dummy("x", real=True)
    written = generators(root.expr.subs(root.variable, x), expr.xreplace({root: x}), x=x)
    defining, (value, below) = fraction(together(written.expressions[0]))[0], fraction(together(written.expressions[1]))
    for kernel in sorted({x, *written.kernels} & defining.free_symbols, key=str):
        try:
            remainder = prem(value, defining, kernel)
            multiplier = defining.as_poly(kernel).LC()
        except PolynomialError:
            continue
        # m*value = q*defining + remainder: neither the multiplier m nor the denominator may vanish at the root
        if remainder.expand() == 0 and all(balls.sign(written.back(e).subs(x, root)) for e in (multiplier, below)):
            return True
    return False
