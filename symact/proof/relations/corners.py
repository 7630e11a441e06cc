"""Inequalities that are linear in each of several functions of one variable each: the corners of their values suffice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sympy import Expr, Symbol

from ...errors import UndecidedError
from ..steps.comparison import number_sign
from ..steps.separation import abstracted, is_affine
from ..text import text_of
from .one_variable import extremes

__all__ = ["separable"]


def separable(
    d: Expr,
    allowed: Collection[int],
    relations: Sequence[Any],
    prove: Callable[[Expr, list[Any]], dict[str, Any]],
) -> dict[str, Any]:
    """Return the functions with the numbers that their values lie between, if d has an allowed sign at all corners.

    `prove(gap, relations)` proves gap <= 0. Raises UndecidedError where d is no such expression or has another sign somewhere.
    """
    groups: dict[Expr, Symbol] = {}
    body = abstracted(d, groups)
    names = list(groups.values())
    if len(names) < 2 or not is_affine(body, names):
        raise UndecidedError(f"{d} is not linear in functions of one variable each")
    parts: list[dict[str, Any]] = []
    corners: list[dict[Symbol, Expr]] = [{}]
    for group, name in groups.items():
        (x,) = group.free_symbols
        mine = [r for r in relations if r.free_symbols == {x}]
        low, high = extremes(group, x, mine)
        below, above = (prove(gap, mine) for gap in (low - group, group - high))
        parts.append({"of": text_of(group), "low": text_of(low), "high": text_of(high), "below": below, "above": above})
        corners = [c | {name: end} for c in corners for end in (low, high)]
    if not all(number_sign(body.subs(corner)) in allowed for corner in corners):
        raise UndecidedError(f"the ranges of the parts do not decide the sign of {d}")
    return {"separable": parts}
