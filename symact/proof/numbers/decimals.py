"""Decimals of exact values at a point."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Symbol

from ...errors import SymactError
from . import balls

__all__ = ["decimals"]


def decimals(expr: Expr, point: dict[Symbol, Any], digits: int = 8) -> str:
    """Return a decimal that is right up to its last digit, 0 where nothing else is certain."""
    try:
        low, _ = balls.digits(expr, {s: point[s] for s in sorted(expr.free_symbols, key=str)}, digits, max_bits=4096)
    except SymactError:
        return "0"
    return low
