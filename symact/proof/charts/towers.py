"""Making towers: the kernels of expressions on an interval, as many as they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sympy import Expr, Symbol, oo
from sympy.core.relational import Relational

from ..algebra.assume import Assumptions
from ..algebra.conversion import Conversion
from ..algebra.quotients import Quotient
from ..algebra.restarts import settled
from .tower import Tower

__all__ = ["build", "built", "inside"]

T = TypeVar("T", bound=Tower)


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

    def made(conversion: Conversion) -> tuple[T, list[Quotient]]:
        values = [conversion.convert(expr) for expr in exprs]
        return kind(conversion, x), values

    return settled(inside(x, low, high, known), made)


def inside(x: Symbol, low: Expr, high: Expr, known: Assumptions) -> list[Relational]:
    """Return what is known together with low < x < high."""
    return [*known.relations, *([x > low] * (low != -oo)), *([x < high] * (high != oo))]
