"""Smooth functions of which random expressions are made."""

from __future__ import annotations

from sympy import Expr, asinh, atan, erf, exp, log, sqrt, tanh

from symact.symbols import x

__all__ = ["SMOOTH", "sigmoid", "softplus"]

sigmoid = 1 / (1 + exp(-x))
softplus = log(1 + exp(x))

SMOOTH: list[Expr] = [
    x,
    exp(x),
    exp(2 * x),
    exp(-x),
    exp(-(x**2)),
    tanh(x),
    atan(x),
    erf(x),
    softplus,
    sqrt(x**2 + 1),
    sigmoid,
    asinh(x),
    x / (1 + x**2),
]
