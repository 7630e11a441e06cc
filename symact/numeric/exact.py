"""Correctly rounded values: from float64 where that tells how to round, else one by one from certain enclosures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import copysign, inf, isinf, isnan, nan
from typing import Any

import numpy as np
from flint import arb
from sympy import Expr, Symbol, oo

from ..errors import UndecidedError
from ..proof.numbers import balls
from .rounding import exactly, nearest
from .runtime import check_out
from .subject import Subject
from .truth import NEAR

__all__ = ["fill", "rounded"]

#: Bits at first and at most: a value next to the middle between two numbers needs more than others.
FIRST_BITS, MAX_BITS = 96, 1 << 15
#: Type → its digits, the exponent of its last subnormal bit, the power of 2 from which numbers are infinite.
#: Beyond the one every type has infinity, below the other 0.
_HUGE, _TINY = arb(2) ** 1050, arb(2) ** -1100
#: A smaller radius is taken for this one, which has a fraction of bearable length.
_LEAST = arb(2) ** (-2 * MAX_BITS)
_FORMATS = {"e": (11, -24, 16), "f": (24, -149, 128), "d": (53, -1074, 1024)}
#: What float64 may be wrong by, in parts of the value or near a zero of what is around it: hundreds of times what is measured.
SLACK = 2.0**-40


def rounded(value: Fraction, char: str) -> float:
    """Return the number of a type ("e", "f", "d") next to a fraction, of two the even one."""
    digits, least, top = _FORMATS[char]
    if value == 0:
        return 0.0
    size = abs(value)
    exponent = size.numerator.bit_length() - size.denominator.bit_length()
    if size < Fraction(2) ** exponent:
        exponent -= 1
    unit = max(exponent + 1 - digits, least)
    whole = round(size / Fraction(2) ** unit)
    if whole.bit_length() + unit > top:
        return copysign(inf, value)
    return copysign(float(whole * Fraction(2) ** unit), value)


def fill(
    found: Subject,
    x: Any,
    parameters: Mapping[str, Any],
    near: Any,
    out: Any,
    wide: Callable[[Any], Any] | None = None,
) -> Any:
    """Return the function at x with the dtype of x, each element correctly rounded, in `out` if given.

    `near` has values that are right but for rounding: the sign of 0 and limits that aren't known exactly come from there.
    `wide`, for results in fewer digits, gives the function in float64. Raises UndecidedError where enclosures with 32768 bits
    don't tell how to round.
    """
    if out is not None:
        check_out(out, near.shape, near.dtype)
    x = np.broadcast_to(x, near.shape)
    given = {p.symbol: np.broadcast_to(parameters[p.symbol.name], near.shape) for p in found.parameters}
    result, sure = np.empty(near.shape, near.dtype), np.zeros(near.shape, bool)
    if wide is not None:
        result[...], sure[...] = _settled(x.astype(np.float64), near, wide)
    for index in map(tuple, np.argwhere(~sure)):
        point = {symbol: exactly(values[index]) for symbol, values in given.items()}
        result[index] = _value(found, point, float(x[index]), float(near[index]), near.dtype.char)
    if out is None:
        return result[()]
    np.copyto(out, result, casting="same_kind")
    return out


def _settled(x: Any, near: Any, wide: Callable[[Any], Any]) -> tuple[Any, Any]:
    """Values rounded from float64, and where all that is as near to it as float64 is right is rounded to the same number."""
    with np.errstate(all="ignore"):
        value, before, behind = (np.asarray(wide(x * factor)) for factor in (1.0, 1 - NEAR, 1 + NEAR))
        sizes = np.abs([value, before, behind])
        changes = (np.fmin(before, behind) < 0) & (np.fmax(before, behind) > 0)
        slack = SLACK * np.where(changes, np.fmax.reduce(sizes), sizes[0])
        low, high = ((value + side * slack).astype(near.dtype) for side in (-1, 1))
    sure = np.isfinite(x) & np.isfinite(value) & (low == high)
    return np.where(high == 0, np.copysign(high, near), high), sure


def _value(found: Subject, given: Mapping[Symbol, Expr], x: float, near: float, char: str) -> float:
    if isnan(x):
        return nan
    if isinf(x):
        limit = found.limits[x > 0]
        if isinstance(limit, str):
            return near
        value = nan if limit is None else nearest(limit.subs(given))
        return copysign(value, near) if value == 0 else value
    point = {**given, found.variable: exactly(x)}
    expr = _holding(found, given, point[found.variable])
    if expr is None:
        return nan
    value = _rounded(expr, point, char)
    return copysign(value, near) if value == 0 else value


def _holding(found: Subject, given: Mapping[Symbol, Expr], x: Expr) -> Expr | None:
    """The expression that holds at a point, None outside the domain."""
    for (at, value), cell in zip(found.ends, found.cells, strict=False):
        place = at.subs(given)
        side = -1 if place == oo else 1 if place == -oo else balls.sign(x - place)
        if side is None:
            raise UndecidedError(f"{x} can't be told from {place}")
        if side < 0 or (side == 0 and value == "inner"):
            return cell.expr
        if side == 0:
            return value if isinstance(value, Expr) else None
    return found.cells[-1].expr


def _rounded(expr: Expr, point: Mapping[Symbol, Expr], char: str) -> float:
    used = {s: v for s, v in point.items() if s in expr.free_symbols}
    if expr.is_rational_function():
        exact = expr.subs(used)
        if exact.is_Rational:
            return rounded(Fraction(int(exact.p), int(exact.q)), char)
    bits = FIRST_BITS
    while bits <= MAX_BITS:
        ball = balls.enclose(expr, used, bits)
        if ball.is_finite() and ball.abs_lower() > _HUGE:
            return inf if ball > 0 else -inf
        if ball.is_finite() and ball.abs_upper() < _TINY:
            return 0.0
        if ball.is_finite() and ball.abs_upper() < _HUGE:
            middle, radius = _exactly(ball.mid()), _exactly(max(ball.rad(), _LEAST) if ball.rad() != 0 else ball.rad())
            low, high = rounded(middle - radius, char), rounded(middle + radius, char)
            if low == high:
                return low
        bits *= 2
    raise UndecidedError(f"{expr} at {used} can't be rounded with {MAX_BITS} bits")


def _exactly(point: arb) -> Fraction:
    mantissa, exponent = (int(part) for part in point.man_exp())
    return Fraction(mantissa) * Fraction(2) ** exponent
