"""The set of values of a function of one variable, as intervals between exact or enclosed values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cmp_to_key

from sympy import (
    Dummy,
    Expr,
    FiniteSet,
    Interval,
    S,
    Set,
    Symbol,
    Union,
    cos,
    diff,
    expand_trig,
    nan,
    oo,
    sin,
    tan,
    together,
    zoo,
)

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import Assumptions
from ..functions.levels import Level, compare
from ..functions.pieces import Piece
from ..functions.shape import Shape, limit_of, shape
from .composition import compositions
from .torus import two_waves
from .turning import extreme, simpler, turning_points
from .waves import extreme_of_waves

__all__ = ["Span", "image", "image_of", "inner_value", "merged", "spans_of"]


#: sin(n*w) is written in sin(w) and cos(w) for n up to this.
MAX_MULTIPLE = 6


@dataclass(frozen=True)
class Span:
    """All values between two levels, each of which belongs to it or not."""

    low: Level
    has_low: bool
    high: Level
    has_high: bool


def image(expr: Expr, x: Symbol, relations: Iterable[object], known: Assumptions) -> list[Span]:
    """Return the values of `expr` as separate spans in increasing order.

    Raises UndecidedError or NotSupportedError where they aren't all found.
    """
    return image_of(shape(expr, x, (*known.relations, *relations)))


def image_of(curve: Shape) -> list[Span]:
    """Return the values of a function of known shape as separate spans in increasing order; raises as `image`."""
    spans = [span for piece in curve.pieces for span in _of_piece(curve, piece)]
    values = [c.value for c in curve.corners if c.value is not None]
    return merged([*spans, *(Span(v, True, v, True) for v in values)], curve.known)


def spans_of(values: Set, known: Assumptions) -> list[Span]:
    """Return a set of SymPy's as separate spans in increasing order."""
    parts: list[Span] = []
    if values is S.EmptySet:
        return parts
    for part in values.args if isinstance(values, Union) else (values,):
        if isinstance(part, Interval):
            parts.append(Span(part.start, not part.left_open, part.end, not part.right_open))
        elif isinstance(part, FiniteSet):
            parts += [Span(value, True, value, True) for value in part]
        else:
            raise NotSupportedError(f"{part} is no interval and no finite set")
    return merged(parts, known)


def merged(spans: list[Span], known: Assumptions) -> list[Span]:
    """Return the union of spans as separate ones in increasing order."""

    def before(a: Span, b: Span) -> int:
        return compare(a.low, b.low, known) or int(b.has_low) - int(a.has_low)

    ordered = sorted(dict.fromkeys(spans), key=cmp_to_key(before))
    found = ordered[:1]
    for span in ordered[1:]:
        last = found[-1]
        gap = compare(last.high, span.low, known)
        if gap < 0 or (gap == 0 and not last.has_high and not span.has_low):
            found.append(span)
            continue
        further = compare(span.high, last.high, known)
        if further > 0:
            found[-1] = replace(last, high=span.high, has_high=span.has_high)
        elif further == 0:
            found[-1] = replace(last, high=simpler(last.high, span.high), has_high=last.has_high or span.has_high)
    return found


def _of_piece(curve: Shape, piece: Piece) -> list[Span]:
    """The values on a piece: by its turning points, or where it oscillates by a period, by what it is composed of, by its waves."""
    try:
        return [_between_turning_points(curve, piece)]
    except (UndecidedError, NotSupportedError) as reason:
        for method in (_over_a_period, _composed, _of_two_waves, _of_waves):
            found = method(curve, piece)
            if found is not None:
                return found
        raise reason


def _between_turning_points(curve: Shape, piece: Piece) -> Span:
    x, known = curve.variable, curve.known
    ends = [limit_of(piece.expr, x, at, side, known) for at, side in ((piece.left, 1), (piece.right, -1))]
    if set(ends) == {oo, -oo}:
        return Span(-oo, False, oo, False)
    signs, inner = turning_points(curve, piece)
    if signs == {0}:
        value = inner_value(piece, x)
        return Span(value, True, value, True)
    if 0 in signs:
        raise UndecidedError(f"whether {piece.expr} is constant was not decided")
    if any(end is None for end in ends):
        raise UndecidedError(f"{piece.expr} has no limit at an end of ({piece.left}, {piece.right})")
    levels: list[tuple[Level, bool]] = [*((end, False) for end in ends if end is not None), *((v, True) for v in inner)]
    low, high = (extreme(levels, direction, known) for direction in (-1, 1))
    return Span(low[0], low[1], high[0], high[1])


def _composed(curve: Shape, piece: Piece) -> list[Span] | None:
    """The values of g(u(x)) as those of g on all values of u; None where there is no such u."""
    x = curve.variable
    for inner, outer, t in compositions(piece.expr, x):
        try:
            spans = image_of(Shape(x, (Piece(piece.left, piece.right, inner),), (), curve.known))
        except (UndecidedError, NotSupportedError):
            continue
        if len(spans) != 1 or not all(isinstance(level, Expr) for level in (spans[0].low, spans[0].high)):
            continue
        span = spans[0]
        within_span = [t >= span.low] if span.has_low else [] if span.low == -oo else [t > span.low]
        within_span += [t <= span.high] if span.has_high else [] if span.high == oo else [t < span.high]
        try:
            return image(outer, t, within_span, curve.known)
        except (UndecidedError, NotSupportedError):
            continue
    return None


def inner_value(piece: Piece, x: Symbol) -> Expr:
    """Return the value of a constant piece."""
    if not piece.expr.has(x):
        return piece.expr
    if piece.left == -oo:
        return piece.expr.subs(x, 0 if piece.right == oo else piece.right - 1)
    return piece.expr.subs(x, piece.left + 1 if piece.right == oo else (piece.left + piece.right) / 2)


def _over_a_period(curve: Shape, piece: Piece) -> list[Span] | None:
    """The values on a half-line of a smooth function of sin(w) and cos(w), w linear: as one of t = tan(w/2), and at w = pi."""
    expr, x, known = piece.expr, curve.variable, curve.known
    if not {piece.left, piece.right} & {oo, -oo} or not expr.has(sin, cos) or expr.has(tan):
        return None
    angles = {node.args[0] for node in expr.atoms(sin, cos) if node.has(x)}
    if len(angles) > 1:
        slopes = [diff(angle, x) for angle in angles]
        least = min(slopes, key=abs) if all(slope.is_Rational for slope in slopes) else S.Zero
        if least == 0 or any(abs(slope / least) > MAX_MULTIPLE for slope in slopes):
            return None
        expr = expand_trig(expr)
        angles = {node.args[0] for node in expr.atoms(sin, cos) if node.has(x)}
    if len(angles) != 1:
        return None
    (angle,) = angles
    slope = diff(angle, x)
    if (
        slope.has(x)
        or known.sign(slope) in (0, None)
        or expr.xreplace({sin(angle): Dummy(), cos(angle): Dummy()}).has(x)
    ):
        return None
    rational = together(expr.xreplace({sin(angle): 2 * x / (1 + x**2), cos(angle): (1 - x**2) / (1 + x**2)}))
    at_pi = expr.xreplace({sin(angle): S.Zero, cos(angle): S.NegativeOne})
    if at_pi.has(zoo, nan):
        return None
    whole = shape(rational, x, known.relations)
    if whole.corners:
        return None
    return merged([*image_of(whole), Span(at_pi, True, at_pi, True)], known)


def _of_two_waves(curve: Shape, piece: Piece) -> list[Span] | None:
    """The values of a sum of two waves of different frequencies."""
    found = two_waves(piece, curve.variable, curve.known)
    if found is None:
        return None
    (low, has_low), (high, has_high) = found
    return [Span(low, has_low, high, has_high)]


def _of_waves(curve: Shape, piece: Piece) -> list[Span] | None:
    """The values of a function without parameters that oscillates towards infinite ends of a piece."""
    if piece.expr.free_symbols != {curve.variable} or not piece.expr.has(sin, cos):
        return None
    low, high = (extreme_of_waves(piece, curve.variable, curve.known, direction) for direction in (-1, 1))
    return [Span(low[0], low[1], high[0], high[1])]
