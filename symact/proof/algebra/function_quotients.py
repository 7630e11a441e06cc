"""Functions that are quotients of others, as a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from sympy import Expr

__all__ = ["CIRCULAR", "QUOTIENTS", "circular_quotients"]

#: Function class → the same function as a quotient.
QUOTIENTS: dict[Any, Callable[[Expr], Expr]] = {
    sp.tan: lambda y: sp.sin(y) / sp.cos(y),
    sp.cot: lambda y: sp.cos(y) / sp.sin(y),
    sp.sec: lambda y: 1 / sp.cos(y),
    sp.csc: lambda y: 1 / sp.sin(y),
    sp.sinc: lambda y: sp.sin(y) / y,
    sp.coth: lambda y: 1 / sp.tanh(y),
    sp.sech: lambda y: 1 / sp.cosh(y),
    sp.csch: lambda y: 1 / sp.sinh(y),
}

#: Quotients of sin and cos.
CIRCULAR = (sp.tan, sp.cot, sp.sec, sp.csc, sp.sinc)


def circular_quotients(expr: Expr) -> Expr:
    """Return the expression with tan, cot, sec, csc and sinc written by sin and cos."""
    return expr.replace(lambda e: isinstance(e, CIRCULAR), lambda e: QUOTIENTS[e.func](e.args[0]))
