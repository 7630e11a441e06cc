"""Inequalities in one variable: between the ends of the assumptions, on the pieces of the line, on a piece.

What is proved is D < 0 (D <= 0 where not strict). Nodes are plain data: {"line": …}, {"span": …}, {"switch": …}; on a piece they
end in {"signs": true}, {"zero": true}, {"boxes": …}, {"plain": …}, {"slopes": …} or {"chart": …}.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy import Expr, Rational, Symbol, oo

from ...errors import InputError, NotSupportedError, UndecidedError
from ..algebra.assume import NOTHING
from ..asymptotics.ends import limit_at
from ..charts.chart import chart
from ..functions.switches import SWITCHES
from ..numbers import balls
from ..numbers.implicit import ImplicitRoot
from ..steps.cases import cases_of, first_switch, resolved, signs_of
from ..steps.comparison import number_sign
from ..steps.equality import leaf
from ..steps.subdivision import ends_allow, is_defined, prove_negative
from ..text import text_of
from .failure import REFUSALS, Failure
from .grid import grid
from .slopes import negative_by_slopes, negative_without_factors

__all__ = ["Line", "bounds", "extremes"]


@dataclass(frozen=True)
class Line:
    """What a sign chart, boxes and slopes prove about an expression in one variable."""

    strict: bool

    @property
    def allowed(self) -> frozenset[int]:
        """The signs that D may have."""
        return frozenset({-1} if self.strict else {-1, 0})

    def certain(self, d: Expr, relations: Sequence[Any]) -> bool:
        """Return whether the parts of D give it a sign that is allowed."""
        try:
            return signs_of(d, relations) <= self.allowed
        except InputError:
            return False

    def boxed(self, d: Expr, x: Symbol, relations: list[Any], level: int) -> dict[str, Any] | None:
        """Return a node: each value of Abs, Max or Min is negative between the ends of the assumptions, without any zero."""
        switch = first_switch((d, d))
        if not d.has(x):
            return {"signs": True} if number_sign(d) == -1 else None
        if switch is None:
            low, high = bounds(x, relations)
            ends = -oo if low is None else low, oo if high is None else high
            found = prove_negative(d, x, *ends, [], 6000) if ends_allow(d, x, ends, relations, self.allowed) else None
            return None if found is None else {"span": [text_of(e) for e in ends], "of": x.name, "boxes": found}
        if not isinstance(switch, sp.Abs | sp.Max | sp.Min) or level > 2:
            return None
        parts: list[dict[str, Any]] = []
        for _, value in cases_of(switch):
            then = self.boxed(resolved((d, d), switch, value)[0], x, relations, level + 1)
            if then is None:
                return None
            parts.append({"when": None, "then": then})
        return {"switch": text_of(switch), "cases": parts}

    def spanned(self, d: Expr, x: Symbol, relations: list[Any]) -> dict[str, Any] | None:
        """Return a node between the ends of the assumptions, where what lies beyond them has no simple pieces."""
        low, high = bounds(x, relations)
        ends = -oo if low is None else low, oo if high is None else high
        near = [r for r in (x > ends[0], x < ends[1]) if r != sp.true]
        if not ends_allow(d, x, ends, relations, self.allowed) or not is_defined(d, x, *ends, near):
            return None
        shown = {"span": [text_of(e) for e in ends], "of": x.name}
        boxes = prove_negative(d, x, *ends, [], 6000)
        if boxes is not None:
            return shown | {"boxes": boxes}
        slopes = negative_by_slopes(d, x, *ends, self.strict)
        return None if slopes is None else shown | {"slopes": slopes}

    def pieces(self, d: Expr, x: Symbol, relations: list[Any]) -> dict[str, Any]:
        """Return a node of all pieces of the line; raises Failure with the points at which D has another sign."""
        found = grid([d], x, relations)
        for at, (value,) in found.points:
            if number_sign(value) not in self.allowed:
                if number_sign(value) is None:
                    raise UndecidedError(f"the sign of {value} was not decided")
                raise Failure([at], x)
        cells = [self._cell(cell.exprs[0], x, cell.low, cell.high) for cell in found.cells]
        # an end without a closed form isn't recorded where it lies outside the assumptions
        met = {*(at for at, _ in found.points), *(end for cell in found.cells for end in (cell.low, cell.high))}
        ends = [text_of(end) for end in found.ends if end in met or not end.has(ImplicitRoot)]
        return {"line": x.name, "ends": ends, "cells": cells}

    def _cell(self, d: Expr, x: Symbol, low: Expr, high: Expr) -> dict[str, Any]:
        shown: dict[str, Any] = {"low": text_of(low), "high": text_of(high)}
        if not d.has(x):
            if number_sign(d) not in self.allowed:
                raise Failure([_inside(low, high)], x)
            return shown | {"signs": True}
        near = [r for r in (x > low, x < high) if r != sp.true]
        if self.certain(d, near):
            return shown | {"signs": True}
        if not self.strict and leaf((d, sp.S.Zero), near):
            return shown | {"zero": True}
        found = prove_negative(d, x, low, high, [], 3000)
        if found is not None:
            return shown | {"boxes": found}
        plain = negative_without_factors(d, x, low, high)
        return shown | (self._chart(d, x, low, high) if plain is None else {"plain": plain})

    def _chart(self, d: Expr, x: Symbol, low: Expr, high: Expr) -> dict[str, Any]:
        try:
            found = chart(d, x, low, high, NOTHING)
        except REFUSALS:
            boxes = prove_negative(d, x, low, high, [], 6000)
            if boxes is not None:
                return {"boxes": boxes}
            slopes = negative_by_slopes(d, x, low, high, self.strict)
            if slopes is None:
                raise
            return {"slopes": slopes}
        ends: list[Any] = [low, *found.roots, high]
        bad: list[Expr] = []
        for k, sign in enumerate(found.signs):
            if sign not in self.allowed:
                left = ends[k] if k == 0 else Rational(ends[k].high)
                right = ends[k + 1] if k == len(found.roots) else Rational(ends[k + 1].low)
                bad.append(_inside(left, right))
        if bad:
            raise Failure(bad, x)
        touching = [r for r in found.roots if r.defined]
        if self.strict and touching:
            exact = [r.exact for r in touching if r.exact is not None]
            if exact:
                raise Failure(exact, x)
            raise UndecidedError("both sides meet at a point that has no closed form")
        roots = [
            {"low": text_of(r.low), "high": text_of(r.high), "exact": None if r.exact is None else text_of(r.exact)}
            for r in found.roots
        ]
        helped = prove_negative(d, x, low, high, [r.exact for r in found.roots if r.exact is not None], 2000)
        if helped is None:
            plain = negative_without_factors(d, x, low, high, slopes=True)
            if plain is not None:
                return {"plain": plain}
            slopes = negative_by_slopes(d, x, low, high, self.strict)
            if slopes is not None:
                return {"slopes": slopes}
        return {"chart": {"roots": roots, "signs": list(found.signs), "boxes": helped}}


def _inside(low: Expr, high: Expr) -> Expr:
    """A rational inside an open interval."""
    a, b = (None if e in (oo, -oo) else balls.digits(e, {}, 20) if not e.is_Rational else (e, e) for e in (low, high))
    if a is not None and b is not None:
        return (Rational(a[1]) + Rational(b[0])) / 2
    if a is not None:
        return Rational(a[1]) + 1
    return Rational(0) if b is None else Rational(b[0]) - 1


def bounds(a: Symbol, relations: Sequence[Any]) -> tuple[Expr | None, Expr | None]:
    """Return the numbers between which relations in one symbol keep it, closed."""
    low: Expr | None = None
    high: Expr | None = None
    for r in relations:
        if r.free_symbols != {a} or r.rel_op not in ("<", "<=", ">", ">="):
            continue
        if r.gts == a and (low is None or number_sign(r.lts - low) == 1):
            low = r.lts
        elif r.lts == a and (high is None or number_sign(high - r.gts) == 1):
            high = r.gts
    return low, high


def extremes(group: Expr, x: Symbol, relations: Sequence[Any]) -> tuple[Expr, Expr]:
    """Return the least and the greatest of the values and limits at which a function of one variable may be extreme."""
    if isinstance(group, sp.sin | sp.cos):
        return sp.S.NegativeOne, sp.S.One
    if group.has(*SWITCHES):
        raise NotSupportedError(f"the range of {group} was not found")
    first, last = bounds(x, relations)
    low, high = -oo if first is None else first, oo if last is None else last
    values = [limit_at(group, x, end, side, NOTHING) for end, side in ((low, 1), (high, -1))]
    found = chart(sp.diff(group, x), x, low, high, NOTHING)
    for root in found.roots:
        if root.exact is None:
            raise UndecidedError(f"an extreme value of {group} has no closed form")
        values.append(group.subs(x, root.exact))
    kept = [v for v in values if v is not None]
    if len(kept) < len(values) or any(v in (oo, -oo) for v in kept):
        raise UndecidedError(f"{group} is not bounded")
    least = greatest = kept[0]
    for v in kept[1:]:
        least = v if number_sign(v - least) == -1 else least
        greatest = v if number_sign(v - greatest) == 1 else greatest
    return least, greatest
