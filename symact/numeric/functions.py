"""The functions of expressions: the operations that compute them, and what they are in other functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy import Expr, S

from ..errors import NotSupportedError

__all__ = ["EXPANSIONS", "HEADS", "MEANINGS", "QUOTIENTS", "SLOPES", "operation"]


def _double(u: Expr) -> Expr:
    return sp.exp(2 * u)


#: Hyperbolic functions in exponentials.
EXPANSIONS: dict[Any, Callable[[Expr], Expr]] = {
    sp.tanh: lambda u: (_double(u) - 1) / (_double(u) + 1),
    sp.sinh: lambda u: (sp.exp(u) - sp.exp(-u)) / 2,
    sp.cosh: lambda u: (sp.exp(u) + sp.exp(-u)) / 2,
}

#: Functions that vanish at 0, with their slopes there.
SLOPES: dict[Any, Expr] = {
    **dict.fromkeys((sp.tanh, sp.sinh, sp.sin, sp.tan, sp.asin, sp.atan, sp.asinh, sp.atanh), S.One),
    sp.erf: 2 / sp.sqrt(sp.pi),
}

#: Functions that are quotients of others.
QUOTIENTS: dict[Any, Callable[[Expr], Expr]] = {
    sp.coth: lambda u: 1 / sp.tanh(u),
    sp.sech: lambda u: 1 / sp.cosh(u),
    sp.csch: lambda u: 1 / sp.sinh(u),
    sp.cot: lambda u: sp.cos(u) / sp.sin(u),
    sp.sec: lambda u: 1 / sp.cos(u),
    sp.csc: lambda u: 1 / sp.sin(u),
    sp.sinc: lambda u: sp.sin(u) / u,
}

#: Function class → operation of the same meaning.
HEADS: dict[Any, str] = {
    getattr(sp, name): name
    for name in (
        *("exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "erf", "erfc"),
        *("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"),
    )
}

#: Operation → the function it computes.
MEANINGS: dict[str, Callable[[Expr], Expr]] = {
    **{name: function for function, name in HEADS.items()},
    "sinpi": lambda u: sp.sin(sp.pi * u),
    "cospi": lambda u: sp.cos(sp.pi * u),
}


def operation(expr: Expr) -> tuple[str, Expr]:
    """Return the operation that computes a function, and its argument; sin(pi*u) is sinpi of u.

    Raises NotSupportedError for a function without operation.
    """
    if expr.func not in HEADS or len(expr.args) != 1:
        raise NotSupportedError(f"{expr.func.__name__} has no floating-point operation")
    (argument,) = expr.args
    if expr.func in (sp.sin, sp.cos) and not (argument / sp.pi).has(sp.pi):
        return HEADS[expr.func] + "pi", argument / sp.pi
    return HEADS[expr.func], argument
