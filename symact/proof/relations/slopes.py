"""A sign on an interval by slopes: the function rises and falls between its turning points, so that its ends decide."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import count
from typing import Any

import sympy as sp
from sympy import Expr, Rational, Symbol, diff, oo

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import NOTHING
from ..algebra.zeros import real_zeros
from ..asymptotics.ends import limit_at
from ..charts.chart import chart, refine
from ..numbers import balls
from ..steps.cases import signs_of
from ..steps.comparison import number_sign
from ..steps.factors import slow_part_alone, without_signs
from ..steps.subdivision import below_zero, prove_negative
from ..text import text_of
from .failure import REFUSALS, Failure

__all__ = ["negative_by_slopes", "negative_without_factors"]

MAX_DEPTH = 4
MAX_BOXES = 600
#: Stretches whose slopes are looked at in all.
MAX_STRETCHES = 20
#: Decimal digits to which turning points without a closed form are enclosed, in turn.
DIGITS = (20, 60)
MAX_DENOMINATOR = 10**4


def negative_by_slopes(d: Expr, x: Symbol, low: Expr, high: Expr, strict: bool) -> dict[str, Any] | None:
    """Return data that shows d < 0 on the open interval (low, high), but at turning points with value 0 if not strict.

    None where it isn't shown; raises Failure for a turning point at which it fails.
    """
    try:
        return _by_slopes(d, x, low, high, strict, 0, count(1))
    except (*REFUSALS, ZeroDivisionError, OverflowError):
        return None


def negative_without_factors(d: Expr, x: Symbol, low: Expr, high: Expr, slopes: bool = False) -> dict[str, Any] | None:
    """Return data that shows d < 0 on an open interval once factors of certain sign are left out, by boxes or by slopes.

    None where it isn't shown.
    """
    near = [r for r in (x > low, x < high) if r != sp.true]
    try:
        plain = without_signs(d, near)
        if plain == d:
            return None
        if signs_of(plain, near) == {-1}:
            return {"of": text_of(plain), "then": {"signs": True}}
        name, found = (
            ("slopes", negative_by_slopes(plain, x, low, high, True))
            if slopes
            else ("boxes", prove_negative(plain, x, low, high, [], MAX_BOXES))
        )
    except (Failure, *REFUSALS):
        return None
    return None if found is None else {"of": text_of(plain), "then": {name: found}}


def _by_slopes(
    d: Expr, x: Symbol, low: Expr, high: Expr, strict: bool, depth: int, counter: Iterator[int]
) -> dict[str, Any]:
    if depth > MAX_DEPTH:
        raise UndecidedError("the slopes have no simple signs")
    slope = diff(d, x)
    try:
        found = chart(slope, x, low, high, NOTHING)
    except REFUSALS:
        if depth:
            raise
        return _monotonic(d, slope, x, low, high, depth, counter)
    if 0 in found.signs:
        raise NotSupportedError("a function without slope needs another method")
    if not all(root.defined for root in found.roots):
        raise NotSupportedError("the slope has poles")
    known = _closed_forms(slope, x, low, high) if any(root.exact is None for root in found.roots) else []
    turns = [_turn(d, x, root, known) for root in found.roots]
    edges = [low, *(e for turn in turns for e in turn), high]
    gaps = list(zip(edges[::2], edges[1::2], strict=True))
    for (a, b), way in zip(gaps, found.signs, strict=True):
        end, side = (b, -1) if way > 0 else (a, 1)
        value = _value(d, x, end, side, inner=end not in (low, high))
        if value not in ((-1, 0) if end in (low, high) or not strict else (-1,)):
            if depth == 0 and end not in (low, high) and value is not None:
                raise Failure([end], x)
            raise UndecidedError("a value at a turning point is not negative")
    proofs = [
        _negative(-way * slope, x, a, b, depth + 1, counter) for (a, b), way in zip(gaps, found.signs, strict=True)
    ]
    shown = [[text_of(a), text_of(b)] for a, b in turns]
    return {"turns": shown, "ways": list(found.signs), "proofs": proofs}


def _monotonic(
    d: Expr, slope: Expr, x: Symbol, low: Expr, high: Expr, depth: int, counter: Iterator[int]
) -> dict[str, Any]:
    """A function without turning points, where no chart of its slope is known."""
    for way, end, side in ((1, high, -1), (-1, low, 1)):
        if _value(d, x, end, side, inner=False) not in (-1, 0):
            continue
        try:
            proof = _negative(-way * slope, x, low, high, depth + 1, counter)
        except REFUSALS:
            continue
        return {"turns": [], "ways": [way], "proofs": [proof]}
    raise UndecidedError("the slope has no simple sign")


def _turn(d: Expr, x: Symbol, root: Any, known: list[Expr]) -> tuple[Expr, Expr]:
    """A turning point in closed form, or the ends of an interval on which the function is negative."""
    for digits in (0, *DIGITS):
        narrow = refine(root, digits) if digits else root
        exact = narrow.exact or next((z for z in known if _within(z, narrow)), None)
        if exact is None and digits:
            exact = _rational(diff(d, x), x, narrow)
        if exact is not None:
            return exact, exact
        if digits and below_zero(d, x, narrow.low, narrow.high):
            return narrow.low, narrow.high
    raise UndecidedError("the value at a turning point is not certainly negative")


def _rational(slope: Expr, x: Symbol, root: Any) -> Expr | None:
    """A rational of few digits that is the root."""
    middle = (root.low + root.high) / 2
    near = Fraction(int(middle.p), int(middle.q)).limit_denominator(MAX_DENOMINATOR)
    point = Rational(near.numerator, near.denominator)
    return point if root.low <= point <= root.high and number_sign(slope.subs(x, point)) == 0 else None


def _within(point: Expr, root: Any) -> bool:
    return balls.sign(point - root.low) == 1 and balls.sign(root.high - point) == 1


def _closed_forms(slope: Expr, x: Symbol, low: Expr, high: Expr) -> list[Expr]:
    near = [r for r in (x > low, x < high) if r != sp.true]
    try:
        return list(real_zeros(without_signs(slope, near), x, NOTHING))
    except (*REFUSALS, TypeError):
        return []


def _value(d: Expr, x: Symbol, end: Expr, side: int, inner: bool) -> int | None:
    """The sign of the value, or of the limit, at the end of a gap."""
    if inner:
        return number_sign(d.subs(x, end))
    limit = limit_at(d, x, end, side, NOTHING)
    if limit is None:
        return None
    return (1 if limit == oo else -1) if limit in (oo, -oo) else number_sign(limit)


def _negative(d: Expr, x: Symbol, low: Expr, high: Expr, depth: int, counter: Iterator[int]) -> dict[str, Any]:
    if next(counter) > MAX_STRETCHES:
        raise UndecidedError("there are too many stretches")
    near = [r for r in (x > low, x < high) if r != sp.true]
    if signs_of(d, near) == {-1}:
        return {"signs": True}
    plain = without_signs(d, near)
    for expr in dict.fromkeys((d, plain)):
        if signs_of(expr, near) == {-1}:
            return {"of": text_of(expr), "then": {"signs": True}}
        boxes = prove_negative(expr, x, low, high, [], MAX_BOXES)
        if boxes is not None:
            return {"of": text_of(expr), "then": {"boxes": boxes}}
    try:
        return {"of": text_of(plain), "then": {"slopes": _by_slopes(plain, x, low, high, True, depth, counter)}}
    except REFUSALS:
        alone = slow_part_alone(plain, near)
        if alone == plain:
            raise
    return {"of": text_of(alone), "then": {"slopes": _by_slopes(alone, x, low, high, True, depth, counter)}}
