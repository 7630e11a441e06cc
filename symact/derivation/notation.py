"""The symbols a derivation is written in: f(x), f'(x) and limits of f."""

from __future__ import annotations

from sympy import Derivative, Expr, Function, Symbol

__all__ = ["derivative_goal", "output"]


def output(x: Symbol) -> Expr:
    """Return f(x), the function under study, undefined so that it prints as f(x)."""
    return Function("f", real=True)(x)


def derivative_goal(x: Symbol, order: int) -> Expr:
    """Return the n-th derivative of f(x), unevaluated."""
    return Derivative(output(x), (x, order))
