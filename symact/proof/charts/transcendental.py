"""Zeros without a closed form: found by sign charts, and identities that hold at them."""

from __future__ import annotations

from functools import partial

from sympy import Dummy, Expr, Rational, Symbol, ceiling, floor, fraction, prem, together
from sympy.polys.polyerrors import PolynomialError

from ..algebra.assume import Assumptions
from ..algebra.generators import generators
from ..numbers import balls
from ..numbers.implicit import ImplicitRoot
from .chart import enclosure, real_roots, refine

__all__ = ["charted_zeros", "vanishes_at_root"]

#: Brackets are steps of this grid where the isolating interval allows, so that equal roots have equal brackets.
GRID = Rational(1, 10**12)
DIGITS = 80


def charted_zeros(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> list[Expr]:
    """Return all zeros of a smooth expression on (low, high), as closed forms where these are proved, else as implicit roots.

    Raises UndecidedError where the sign chart isn't proved complete.
    """
    found = []
    for root in real_roots(expr, x, low, high, known):
        isolated = root.low, root.high
        narrow = refine(root, DIGITS)
        if narrow.exact is None:
            low, high = floor(narrow.low / GRID) * GRID, ceiling(narrow.high / GRID) * GRID
            bracket = (low, high) if isolated[0] <= low and high <= isolated[1] else (narrow.low, narrow.high)
            found.append(ImplicitRoot(expr, x, *bracket, partial(enclosure, root)))
        else:
            found.append(narrow.exact)
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
