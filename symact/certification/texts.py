"""Numbers as the texts of claims."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Rational, diff, oo

from ..errors import SymactError, UndecidedError
from ..facts.numbers import plain
from ..proof.numbers import balls
from ..proof.numbers.implicit import ImplicitRoot
from ..render.values import number

__all__ = ["bracket", "shown", "text"]

#: Half the widths of brackets that are tried around a zero, by the power of ten.
WIDTHS = (1, 2, 4, 8, 16)


def text(value: Expr) -> str:
    """Return a number as the card has it; raises UndecidedError where it has no closed form."""
    if value in (oo, -oo):
        return str(value)
    if value.has(ImplicitRoot):
        raise UndecidedError("a number has no closed form")
    return str(plain(value))


def shown(value: Expr | None) -> str | None:
    """Return a level as the card has it: infinite, "none", or exact; None where it has no closed form."""
    found = number(value)
    return found if isinstance(found, str) else found["exact"]


def bracket(expr: Expr, x: Expr, at: Expr) -> dict[str, Any]:
    """Return rationals around a zero of a smooth expression between which its slope has one sign, and which.

    Raises UndecidedError where none is found.
    """
    if at.free_symbols:
        raise UndecidedError("a place that moves with a parameter has no closed form")
    slope = diff(expr, x)
    for power in WIDTHS:
        scale = 10**power
        middle = Rational(round(at.evalf(power + 15) * scale), scale)
        low, high = middle - Rational(1, scale), middle + Rational(1, scale)
        try:
            with balls.precision(256):
                around = balls.enclose(low, bits=256).union(balls.enclose(high, bits=256))
            found = balls.enclose(slope, {x: around}, 256)
        except SymactError:
            continue
        if found > 0 or found < 0:
            return {"low": str(low), "high": str(high), "rising": bool(found > 0)}
    raise UndecidedError(f"whether {at} is a simple zero was not decided")
