"""Mean and second moment under N(0, 1) of functions that mix x with waves and switch at infinitely many places."""

from __future__ import annotations

from dataclasses import replace

from sympy import Add, Expr, S, exp, sign

from ..errors import UndecidedError
from ..proof.algebra.field import is_zero
from ..proof.functions.switches import SWITCHES, obstacles
from .amplitudes import settled_limit
from .gaussian import Moment, mean
from .landscape import landscape
from .threads import ENDS, Threads

__all__ = ["threaded_mean", "threaded_second_moment"]


def threaded_mean(found: Threads) -> Expr:
    """Return 0, the mean of an odd function without poles that grows more slowly than exp(x**2/4); raise UndecidedError else."""
    x = found.variable
    shrunk = replace(found, expr=Add(*(term * exp(-(x**2) / 4) for term in Add.make_args(found.expr))))
    odd = found.expr.xreplace({x: -x}) == -found.expr
    if found.obstacles or not odd or any(settled_limit(shrunk, end) != 0 for end in ENDS):
        raise UndecidedError(f"the mean of {found.expr} was not found")
    return S.Zero


def threaded_second_moment(found: Threads) -> Moment:
    """Return E[f(z)**2] where the square has no switches but at single points: |u|**2 = u**2, sign(u)**2 = 1 for u != 0."""
    square = found.expr**2
    square = square.xreplace({node**2: S.One for node in square.atoms(sign) if _has_isolated_zeros(node.args[0])})
    if square.has(*SWITCHES) or found.obstacles:
        raise UndecidedError(f"the second moment of {found.expr} was not found")
    return mean(landscape(square, found.variable, found.known).shape)


def _has_isolated_zeros(expr: Expr) -> bool:
    """Whether an expression is analytic everywhere, without cases, denominators or roots, and isn't 0."""
    return not expr.has(*SWITCHES) and not any(True for _ in obstacles(expr)) and is_zero(expr) is False
