"""Zeros without a closed form: found by sign charts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sympy import Expr, Rational, Symbol, ceiling, count_ops, floor

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import NOTHING, Assumptions
from ..algebra.zeros import real_zeros
from ..numbers import balls
from ..numbers.implicit import ImplicitRoot
from .chart import Root, enclosure, real_roots, refine

__all__ = ["charted_zeros", "located"]

#: Brackets are steps of this grid where the isolating interval allows, so that equal roots have equal brackets.
GRID = Rational(1, 10**12)
#: Roots are narrowed to this many digits first.
DIGITS = 80
#: Expressions with more operations aren't solved for x.
LARGEST = 120


def charted_zeros(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> list[Expr]:
    """Return all zeros of a smooth expression on (low, high), as closed forms where these are proved, else as implicit roots.

    Raises UndecidedError where the sign chart isn't proved complete.
    """
    return located(real_roots(expr, x, low, high, known), expr, x)


def located(roots: Sequence[Root], expr: Expr, x: Symbol) -> list[Expr]:
    """Return roots of an expression without parameters as closed forms where these are proved, else as implicit roots."""
    closed = _closed_forms(expr, x) if any(root.exact is None for root in roots) else []
    return [_located(root, expr, x, closed) for root in roots]


def _located(root: Root, expr: Expr, x: Symbol, closed: Sequence[Expr]) -> Expr:
    narrow = refine(root, DIGITS)
    exact = narrow.exact if narrow.exact is not None else next((z for z in closed if _holds(narrow, z)), None)
    if exact is not None:
        return exact
    low, high = floor(narrow.low / GRID) * GRID, ceiling(narrow.high / GRID) * GRID
    if not (root.low <= low and high <= root.high):
        low, high = narrow.low, narrow.high
    return ImplicitRoot(expr, x, low, high, partial(enclosure, root))


def _closed_forms(expr: Expr, x: Symbol) -> list[Expr]:
    """Zeros that undoing functions gives, which large expressions have none of."""
    if count_ops(expr) > LARGEST:
        return []
    try:
        return list(real_zeros(expr, x, NOTHING))
    except (NotSupportedError, UndecidedError):
        return []


def _holds(root: Root, point: Expr) -> bool:
    """Whether a zero is this root: the only one within its bounds."""
    return balls.sign(point - root.low) in (0, 1) and balls.sign(root.high - point) in (0, 1)
