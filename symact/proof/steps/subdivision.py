"""Signs on a whole interval by balls: boxes on a compact part, terms with certain errors beyond it, Taylor at known zeros."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy import Expr, Symbol, oo

from ...errors import SymactError, UndecidedError
from ..functions.switches import obstacles
from ..numbers import balls
from ..numbers.ball_rules import rational
from ..text import text_of
from .cases import signs_of
from .comparison import certain_sign, exact_value, number_sign
from .tails import tail_sign

__all__ = ["below_zero", "ends_allow", "is_defined", "prove_negative"]

#: Starts of the half-lines that are tried in turn.
STARTS = (4, 8, 16, 32, 64, 128)
BITS = 96
FINE = 512
MAX_ORDER = 6
#: Widths around a zero at which the sign of a derivative is tried: 2**-k.
WIDTHS = (1, 3, 6, 10, 16)


def prove_negative(
    d: Expr, x: Symbol, low: Expr, high: Expr, zeros: Sequence[Expr], budget: int
) -> dict[str, Any] | None:
    """Return data that shows d < 0 on the open interval (low, high) but at the given zeros, None where it isn't shown.

    `budget` bounds the number of boxes.
    """
    try:
        return _prove(d, x, low, high, zeros, budget)
    except (SymactError, ZeroDivisionError, OverflowError, RecursionError):
        return None


def _prove(d: Expr, x: Symbol, low: Expr, high: Expr, zeros: Sequence[Expr], budget: int) -> dict[str, Any]:
    if not zeros and low.is_Rational and high.is_Rational and below_zero(d, x, low, high):
        return {"starts": [None, None], "zeros": [], "count": 1}
    slope = sp.diff(d, x)
    function, derivative = balls.compiled(d, (x,)), balls.compiled(slope, (x,))
    if not zeros and not _plausible(function, low, high):
        raise UndecidedError("the sign is another one")
    starts = [_tail(d, x, side) if end in (oo, -oo) else None for end, side in ((low, -1), (high, 1))]
    marks = list(zeros) + [e for e in (low, high) if e not in (oo, -oo) and number_sign_at(d, x, e) == 0]
    gaps = [_around(d, x, zero, 1 if zero == low else -1 if zero == high else 0) for zero in dict.fromkeys(marks)]
    left, right = starts
    first = balls.enclose(low, bits=BITS).lower().fmpq() if left is None else fmpq(-left)
    last = balls.enclose(high, bits=BITS).upper().fmpq() if right is None else fmpq(right)
    at, count = first, 0
    for a, b in [*sorted(gaps, key=lambda g: g[0]), (last, last)]:
        if a > at:
            count += _boxes(function, derivative, at, min(a, last), budget - count)
        at = max(at, b)
    return {"starts": starts, "zeros": [text_of(z) for z in zeros], "count": count}


def ends_allow(d: Expr, x: Symbol, ends: tuple[Expr, Expr], relations: Sequence[Any], allowed: Collection[int]) -> bool:
    """Whether d has an allowed sign, or no value, at each end of an interval that the relations don't exclude."""
    for end in ends:
        if end in (oo, -oo) or 0 not in signs_of(x - end, relations):
            continue
        value = exact_value(d, {x: end})
        if value is not None and number_sign(value) not in allowed:
            return False
    return True


def is_defined(d: Expr, x: Symbol, low: Expr, high: Expr, near: Sequence[Any]) -> bool:
    """Whether a smooth expression certainly has a value everywhere on an open interval."""
    for g, allowed in obstacles(d):
        if signs_of(g, near) <= set(allowed):
            continue
        certain = {way for way in (-1, 1) if prove_negative(-way * g, x, low, high, [], 2000) is not None}
        if not certain & set(allowed):
            return False
    return True


def below_zero(d: Expr, x: Symbol, low: Expr, high: Expr) -> bool:
    """Whether d < 0 on a short interval between rationals, by its value in the middle and a bound on its slope."""
    start, end = rational(low), rational(high)
    middle = (start + end) / 2
    centre = balls.enclose(d, {x: middle}, FINE)
    with balls.precision(FINE):
        box = arb(start).union(arb(end))
    slope = balls.enclose(sp.diff(d, x), {x: box}, FINE)
    with balls.precision(FINE):
        return bool(slope.is_finite() and centre + slope * (box - arb(middle)) < 0)


def number_sign_at(d: Expr, x: Symbol, point: Expr) -> int | None:
    """Return the certain sign of d at a point, None where it has none."""
    try:
        value = balls.enclose(d, {x: point}, bits=BITS)
        if value > 0 or value < 0:
            return 1 if value > 0 else -1
        found = d.subs(x, point)
        return None if found.has(sp.nan, sp.zoo, oo, -oo) else number_sign(found)
    except SymactError:
        return None


def _plausible(function: balls.Compiled, low: Expr, high: Expr) -> bool:
    """Whether a few values are negative, or at least not positive."""
    values = [fmpq(n, 4) for n in (-80, -30, -13, -7, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 7, 13, 30, 80)]
    for v in values:
        inside = all(
            balls.holds(r) is True
            for r in (low < sp.Rational(int(v.p), int(v.q)), sp.Rational(int(v.p), int(v.q)) < high)
        )
        if inside and function(v, bits=64) >= 0:
            return False
    return True


def _tail(d: Expr, x: Symbol, side: int) -> int:
    """The start from which on d < 0 is certain towards oo (side = 1) or -oo."""
    mirrored = d if side > 0 else d.xreplace({x: -x})
    reason: SymactError = UndecidedError("no half-line was tried")
    for start in STARTS:
        try:
            if tail_sign(mirrored, x, start) < 0:
                return start
            raise UndecidedError("the sign at infinity is another one")
        except UndecidedError as error:
            reason = error
            if "another one" in str(error) or "two growths" in str(error):
                break
    raise reason


def _around(d: Expr, x: Symbol, zero: Expr, side: int) -> tuple[fmpq, fmpq]:
    """An interval around a zero, on one side of it where side is 1 or -1, on which d < 0 elsewhere, by the first derivative
    that isn't 0 there."""
    current, order, sign = d, 0, 0
    while order <= MAX_ORDER:
        sign = certain_sign(current.subs(x, zero))
        if sign:
            break
        current, order = sp.diff(current, x), order + 1
    good = sign == -1 if side > 0 else sign * (-1) ** order == -1 if side < 0 else sign == -1 and order % 2 == 0
    if order == 0 or order > MAX_ORDER or not good:
        raise UndecidedError(f"{d} doesn't only touch 0 at {zero}")
    function = balls.compiled(current, (x,))
    for k in WIDTHS:
        centre = balls.enclose(zero, bits=BITS)
        left, right = centre.lower().fmpq() - fmpq(1, 2**k), centre.upper().fmpq() + fmpq(1, 2**k)
        left, right = (centre.lower().fmpq() if side > 0 else left), (centre.upper().fmpq() if side < 0 else right)
        with balls.precision(BITS):
            box = arb(left).union(arb(right))
        value = function(box, bits=BITS)
        if (value < 0) if sign < 0 else (value > 0):
            return left, right
    raise UndecidedError(f"no interval around {zero} was found")


def _boxes(function: balls.Compiled, derivative: balls.Compiled, low: fmpq, high: fmpq, budget: int) -> int:
    """Cover [low, high] by boxes with negative values; return how many were looked at."""
    stack, count = [(low, high)], 0
    while stack:
        a, b = stack.pop()
        count += 1
        if count > budget:
            raise UndecidedError("too many boxes")
        with balls.precision(BITS):
            box, middle = arb(a).union(arb(b)), (a + b) / 2
        if function(box, bits=BITS) < 0:
            continue
        slope, centre = derivative(box, bits=BITS), function(middle, bits=BITS)
        if centre >= 0:
            raise UndecidedError("a value is not negative")
        with balls.precision(BITS):
            if slope.is_finite() and centre + slope * (box - arb(middle)) < 0:
                continue
        if a == b or (b - a) * 2**40 < 1:
            raise UndecidedError("the values come too close to 0")
        stack += [(middle, b), (a, middle)]
    return count
