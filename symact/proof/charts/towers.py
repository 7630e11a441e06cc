"""Making towers: the kernels of expressions on an interval, as many as they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sympy import Expr, Symbol, oo
from sympy.core.relational import Relational

from ...errors import UndecidedError
from ..algebra.assume import Assumptions
from ..algebra.conversion import Conversion, Layout, Restart
from ..algebra.kernels import RULES
from ..algebra.quotients import Quotient, TooManyKernels
from .tower import Tower

__all__ = ["build", "built", "inside"]

T = TypeVar("T", bound=Tower)

MAX_RESTARTS = 16
MAX_KERNELS = 48


def build(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> tuple[Tower, Quotient]:
    """Return the tower of `expr` for low < x < high and the expression in it.

    Raises NotSupportedError where it has no tower, UndecidedError where the tower gets too large.
    """
    tower, (value,) = built((expr,), x, low, high, known, Tower)
    return tower, value


def built(
    exprs: Sequence[Expr], x: Symbol, low: Expr, high: Expr, known: Assumptions, kind: type[T]
) -> tuple[T, list[Quotient]]:
    """Return a tower of a kind with several expressions in it; raises as `build`."""
    relations = inside(x, low, high, known)
    layout = Layout()
    for _ in range(MAX_RESTARTS):
        try:
            conversion = Conversion(layout, RULES, relations)
            values = [conversion.convert(expr) for expr in exprs]
            return kind(conversion, x), values
        except Restart:
            continue
        except TooManyKernels:
            layout.size *= 2
            if layout.size > MAX_KERNELS:
                break
    raise UndecidedError(f"{', '.join(map(str, exprs))} has too many kernels for a sign chart")


def inside(x: Symbol, low: Expr, high: Expr, known: Assumptions) -> list[Relational]:
    """Return what is known together with low < x < high."""
    return [*known.relations, *([x > low] * (low != -oo)), *([x < high] * (high != oo))]
