"""The operations of graphs: what each means, the NumPy ufunc that does it, and what it costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy import Expr

__all__ = ["CONDITIONS", "LIBRARY", "OPERATIONS", "VECTOR_COSTS", "Operation"]


@dataclass(frozen=True)
class Operation:
    """What an operation means, the NumPy ufunc that does it, and its cost in ns per float64 element in cache."""

    meaning: Callable[..., Any]
    ufunc: str
    cost: float


def _select(condition: Any, yes: Expr, no: Expr) -> Expr:
    return sp.Piecewise((yes, condition), (no, True))


#: Name of an operation → its meaning, its ufunc and its cost.
OPERATIONS: dict[str, Operation] = {
    "add": Operation(lambda a, b: a + b, "add", 0.3),
    "sub": Operation(lambda a, b: a - b, "subtract", 0.3),
    "mul": Operation(lambda a, b: a * b, "multiply", 0.3),
    "div": Operation(lambda a, b: a / b, "divide", 0.7),
    "neg": Operation(lambda a: -a, "negative", 0.25),
    "abs": Operation(lambda a: sp.Abs(a), "absolute", 0.25),
    "sqrt": Operation(lambda a: sp.sqrt(a), "sqrt", 1.0),
    "cbrt": Operation(lambda a: sp.cbrt(a), "cbrt", 1.2),
    "pow": Operation(lambda a, b: a**b, "power", 2.9),
    "exp": Operation(lambda a: sp.exp(a), "exp", 0.8),
    "expm1": Operation(lambda a: sp.exp(a) - 1, "expm1", 1.3),
    "log": Operation(lambda a: sp.log(a), "log", 1.0),
    "log1p": Operation(lambda a: sp.log(1 + a), "log1p", 1.3),
    "tanh": Operation(lambda a: sp.tanh(a), "tanh", 1.7),
    "sinh": Operation(lambda a: sp.sinh(a), "sinh", 1.4),
    "cosh": Operation(lambda a: sp.cosh(a), "cosh", 1.0),
    "sin": Operation(lambda a: sp.sin(a), "sin", 12.0),
    "cos": Operation(lambda a: sp.cos(a), "cos", 12.0),
    "tan": Operation(lambda a: sp.tan(a), "tan", 12.0),
    "asin": Operation(lambda a: sp.asin(a), "arcsin", 2.5),
    "acos": Operation(lambda a: sp.acos(a), "arccos", 2.5),
    "atan": Operation(lambda a: sp.atan(a), "arctan", 1.5),
    "asinh": Operation(lambda a: sp.asinh(a), "arcsinh", 2.4),
    "acosh": Operation(lambda a: sp.acosh(a), "arccosh", 2.4),
    "atanh": Operation(lambda a: sp.atanh(a), "arctanh", 4.3),
    "max": Operation(lambda a, b: sp.Max(a, b), "maximum", 0.35),
    "min": Operation(lambda a, b: sp.Min(a, b), "minimum", 0.35),
    "sign": Operation(lambda a: sp.sign(a), "sign", 0.5),
    "rint": Operation(lambda a: sp.floor(a + sp.S.Half), "rint", 0.25),
    "less": Operation(lambda a, b: sp.Lt(a, b), "less", 0.2),
    "less_equal": Operation(lambda a, b: sp.Le(a, b), "less_equal", 0.2),
    "equal": Operation(lambda a, b: sp.Eq(a, b), "equal", 0.2),
    "and": Operation(lambda a, b: sp.And(a, b), "logical_and", 0.1),
    "or": Operation(lambda a, b: sp.Or(a, b), "logical_or", 0.1),
    "not": Operation(lambda a: sp.Not(a), "logical_not", 0.1),
    "select": Operation(_select, "", 2.0),
    # the special functions are expanded into the operations above before anything is computed
    "sinpi": Operation(lambda a: sp.sin(sp.pi * a), "", 15.0),
    "cospi": Operation(lambda a: sp.cos(sp.pi * a), "", 15.0),
    "erf": Operation(lambda a: sp.erf(a), "", 20.0),
    "erfc": Operation(lambda a: sp.erfc(a), "", 20.0),
    "erfcx": Operation(lambda a: sp.exp(a**2) * sp.erfc(a), "", 15.0),
    # what only kernels of vector instructions have: a*b + c rounded once, a*b - c, 1/a nearly, a sign,
    # what rounding adds to functions
    "fma": Operation(lambda a, b, c: a * b + c, "", 0.0),
    "lost": Operation(lambda a, b, c: a * b - c, "", 0.0),
    "inverse": Operation(lambda a: 1 / a, "", 0.0),
    "copysign": Operation(lambda a, b: sp.Abs(a) * sp.sign(b), "", 0.0),
    **{f"{name}_excess": Operation(lambda a: sp.S.Zero, "", 0.0) for name in ("exp", "expm1", "log", "log1p")},
}

#: What operations cost in a kernel of vector instructions; what isn't here is left to the C library.
VECTOR_COSTS: dict[str, float] = {
    **dict.fromkeys(("add", "sub", "mul", "select", "less", "less_equal", "equal", "max", "min", "rint"), 0.05),
    **dict.fromkeys(("neg", "abs", "and", "or", "not"), 0.02),
    **dict.fromkeys(("fma", "lost", "copysign"), 0.05),
    "inverse": 0.13,
    "exp_excess": 0.1,
    "expm1_excess": 0.1,
    **dict.fromkeys(("log_excess", "log1p_excess"), 0.15),
    "sign": 0.1,
    "div": 0.25,
    "sqrt": 0.35,
    "exp": 0.35,
    "expm1": 0.6,
    "tanh": 1.1,
    "sinh": 1.5,
    "cosh": 1.5,
    "log": 0.7,
    "log1p": 0.85,
    "sin": 1.0,
    "cos": 1.0,
    "atan": 1.1,
}
#: What the others cost there.
LIBRARY = 15.0

#: Operations whose result is a truth value.
CONDITIONS = frozenset({"less", "less_equal", "equal", "and", "or", "not"})
