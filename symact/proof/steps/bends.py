"""A variable less by the shape of a function in it: where it rises, falls or is bent one way, few of its values bound the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy import Expr, Symbol

from ...errors import UndecidedError
from ..functions.switches import obstacles
from .cases import is_undefined, plain, signs_of
from .comparison import number_sign
from .equality import leaf

__all__ = ["WAYS", "Bend", "Duty", "duties"]

WEAK = frozenset({-1, 0})
STRICT = frozenset({-1})

#: What has to be shown: an expression, the signs it may have, and the relations under which it has them.
Duty = tuple[Expr, frozenset[int], list[Any]]


@dataclass(frozen=True)
class Bend:
    """A function of `symbol` on the closed interval from `low` to `high` (None: endless), both free of it, is of the shape `way`.

    `at` is where a concave function is largest. `sharp` tells that the shape is strict and that the symbol is none of the
    places at which the function is bounded, so that it is less than the bound.
    """

    symbol: Symbol
    way: str
    low: Expr | None
    high: Expr | None
    at: Expr | None = None
    sharp: bool = False


def duties(d: Expr, bend: Bend, allowed: Collection[int], relations: Sequence[Any]) -> list[Duty]:
    """Return what shows that a smooth d has one of the allowed signs, {-1} or {-1, 0}, wherever the relations hold.

    Raises UndecidedError where the interval, or that d is defined and smooth on it, isn't certain.
    """
    v, ends = bend.symbol, (bend.low, bend.high)
    if any(e is not None and is_undefined((e, e)) for e in (*ends, bend.at)):
        raise UndecidedError("a place is no number")
    for end, signs in zip(ends, ({0, 1}, {-1, 0}), strict=True):
        if end is not None and (end.has(v) or not signs_of(v - end, relations) <= signs):
            raise UndecidedError(f"{v} may lie beyond {end}")
    others = [r for r in relations if v not in r.free_symbols]
    if bend.low is not None and bend.high is not None:
        room = plain(bend.high - bend.low >= 0)
        others += [room] if room != sp.true and room not in others else []
    inside = others + [r for r in (_after(v, bend.low), _before(v, bend.high)) if r is not None]
    closed = others + [r for r in (_from(v, bend.low), _until(v, bend.high)) if r is not None]
    slope = sp.diff(d, v)
    for place in (*ends, bend.at):
        if place is not None:
            _require_values(place, others)
    _require_values(d, closed)
    _require_values(slope, inside)
    needed = frozenset(allowed) if not bend.sharp else WEAK
    return WAYS[bend.way](_Setting(d, slope, bend, relations, others, inside, needed))


@dataclass(frozen=True)
class _Setting:
    d: Expr
    slope: Expr
    bend: Bend
    relations: Sequence[Any]
    others: list[Any]
    inside: list[Any]
    needed: frozenset[int]

    def shape(self, derivative: Expr) -> Duty:
        """That a derivative is negative, or 0 at single points if the shape is sharp, anywhere if it isn't."""
        weak = not self.bend.sharp or _has_single_zeros(derivative, self.bend.symbol)
        return derivative, WEAK if weak else STRICT, self.inside

    def value(self, at: Expr | None) -> Duty:
        """That the bound at a place has the sign needed; where the shape is sharp, the symbol must not be there."""
        v = self.bend.symbol
        if at is None:
            raise UndecidedError(f"{v} has no bound there")
        if self.bend.sharp and 0 in signs_of(v - at, self.relations):
            raise UndecidedError(f"{v} may be {at}")
        found = self.d.subs(v, at)
        if is_undefined((found, found)):
            raise UndecidedError(f"{self.d} has no value at {v} = {at}")
        return found, self.needed, self.others


def _rising(s: _Setting) -> list[Duty]:
    return [s.value(s.bend.high), s.shape(-s.slope)]


def _falling(s: _Setting) -> list[Duty]:
    return [s.value(s.bend.low), s.shape(s.slope)]


def _convex(s: _Setting) -> list[Duty]:
    curvature = sp.diff(s.slope, s.bend.symbol)
    _require_values(curvature, s.inside)
    return [s.value(s.bend.low), s.value(s.bend.high), s.shape(-curvature)]


def _concave(s: _Setting) -> list[Duty]:
    """Below its tangent at a place in the interval, which is level there, or descends from one end of it."""
    v, at = s.bend.symbol, s.bend.at
    found = [s.value(at)]
    for end, signs in ((s.bend.low, {0, 1}), (s.bend.high, {-1, 0})):
        if end is not None and not signs_of(at - end, s.others) <= signs:
            raise UndecidedError(f"{at} may lie beyond {end}")
    curvature = sp.diff(s.slope, v)
    _require_values(curvature, s.inside)
    for g, allowed in obstacles(s.slope):
        if not signs_of(g.subs(v, at), s.others) <= set(allowed):
            raise UndecidedError(f"{s.d} may have no slope at {v} = {at}")
    slope = s.slope.subs(v, at)
    if is_undefined((slope, slope)):
        raise UndecidedError(f"{s.d} has no slope at {v} = {at}")
    if not leaf((slope, sp.S.Zero), s.others):
        if at not in (s.bend.low, s.bend.high):
            raise UndecidedError(f"{s.d} isn't known to be level at {v} = {at}")
        found.append((slope if at == s.bend.low else -slope, WEAK, s.others))
    return [*found, s.shape(curvature)]


#: Name of a shape → what is to be shown for it.
WAYS: Mapping[str, Callable[[_Setting], list[Duty]]] = {
    "rising": _rising,
    "falling": _falling,
    "convex": _convex,
    "concave": _concave,
}


def _require_values(expr: Expr, relations: Sequence[Any]) -> None:
    for g, allowed in obstacles(expr):
        if not signs_of(g, relations) <= set(allowed):
            raise UndecidedError(f"whether {expr} is defined was not decided")


def _has_single_zeros(derivative: Expr, v: Symbol) -> bool:
    """Whether a function of v alone that is analytic on the line isn't 0 everywhere, so that its zeros are single points."""
    analytic = all(signs_of(g, []) <= set(allowed) - {0} for g, allowed in obstacles(derivative))
    return derivative.free_symbols == {v} and analytic and number_sign(derivative.subs(v, 1)) in (-1, 1)


def _after(v: Symbol, end: Expr | None) -> Any:
    return None if end is None else v > end


def _before(v: Symbol, end: Expr | None) -> Any:
    return None if end is None else v < end


def _from(v: Symbol, end: Expr | None) -> Any:
    return None if end is None else v >= end


def _until(v: Symbol, end: Expr | None) -> Any:
    return None if end is None else v <= end
