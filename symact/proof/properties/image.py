"""The set of values of a function of one variable, as intervals between exact or enclosed values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cmp_to_key

from sympy import (
    Add,
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
    factor_terms,
    nan,
    oo,
    sin,
    tan,
    together,
    zoo,
)

from ...errors import NotSupportedError, UndecidedError, UnknownSignError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero
from ..charts.chart import chart
from ..functions.levels import Critical, Level, compare
from ..functions.pieces import Piece
from ..functions.shape import Shape, limit_of, shape, within
from ..functions.switches import SWITCHES
from ..relations.relation import decide_relation
from ..verdict import Proved

__all__ = ["Span", "image", "inner_value", "merged", "spans_of", "turning_points"]


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
    period = _over_a_period(expr, x, known) if not tuple(relations) else None
    if period is not None:
        curve, extra = period
    else:
        curve, extra = shape(expr, x, (*known.relations, *relations)), []
    spans = [_of_piece(curve, piece) for piece in curve.pieces]
    points = [*extra, *(c.value for c in curve.corners if c.value is not None)]
    return merged([*spans, *(Span(p, True, p, True) for p in points)], known)


def turning_points(curve: Shape, piece: Piece) -> tuple[set[int], list[Critical | Expr]]:
    """Return the signs that the slope of a piece may have inside it, and the values where it changes sign.

    {0} says that the piece is constant; 0 among others that it may be. Separate zeros don't count.
    """
    x = curve.variable
    slope = diff(piece.expr, x)
    if not slope.has(x) and not slope.free_symbols and is_zero(slope) is True:
        return {0}, []
    signs = within(x, piece, curve.known).signs(slope)
    if len(signs) == 1:
        return set(signs), []
    if is_zero(slope, within(x, piece, curve.known).relations) is True:
        return {0}, []
    if signs in ({0, 1}, {-1, 0}):
        return _without_zeros(slope, x, set(signs), curve.known), []
    factor, rest = factor_terms(slope).as_independent(x, as_Add=False)
    scale = curve.known.sign(factor)
    if not scale:
        raise UnknownSignError(factor)
    try:
        found = chart(rest, x, piece.left, piece.right, curve.known)
    except (UndecidedError, NotSupportedError):
        one_way = _one_way(slope, x, within(x, piece, curve.known))
        if one_way is None:
            raise
        return one_way, []
    changing = tuple(root for root in found.roots if root.changes)
    values: list[Critical | Expr] = []
    for root in changing:
        if root.exact is not None:
            values.append(piece.expr.subs(x, root.exact))
        elif piece.expr.free_symbols == {x}:
            values.append(Critical(piece, x, root, found.roots))
        else:
            raise UndecidedError(f"the extreme values of {piece.expr} have no closed form")
    return {scale * sign for sign in found.signs}, values


def _one_way(slope: Expr, x: Symbol, inside: Assumptions) -> set[int] | None:
    """The sign that a slope keeps, but for separate zeros, where an inequality proves it; it is analytic and not 0 everywhere."""
    for op, sign in ((">=", 1), ("<=", -1)):
        if isinstance(decide_relation(slope, op, S.Zero, inside.relations), Proved):
            return _without_zeros(slope, x, {0, sign}, inside)
    return None


def _without_zeros(slope: Expr, x: Symbol, signs: set[int], known: Assumptions) -> set[int]:
    """The signs without 0 where the analytic slope isn't 0 everywhere, so that its zeros are separate points.

    With parameters it may be 0 everywhere for some of their values.
    """
    return signs - {0} if slope.free_symbols <= {x} and is_zero(slope, known.relations) is False else signs


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
            found[-1] = replace(last, has_high=last.has_high or span.has_high)
    return found


def _of_piece(curve: Shape, piece: Piece) -> Span:
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
    low, has_low = _extreme(levels, lambda a, b: compare(a, b, known) < 0, known)
    high, has_high = _extreme(levels, lambda a, b: compare(a, b, known) > 0, known)
    return Span(low, has_low, high, has_high)


def inner_value(piece: Piece, x: Symbol) -> Expr:
    """Return the value of a constant piece."""
    if not piece.expr.has(x):
        return piece.expr
    if piece.left == -oo:
        return piece.expr.subs(x, 0 if piece.right == oo else piece.right - 1)
    return piece.expr.subs(x, piece.left + 1 if piece.right == oo else (piece.left + piece.right) / 2)


def _extreme(
    levels: list[tuple[Level, bool]], better: Callable[[Level, Level], bool], known: Assumptions
) -> tuple[Level, bool]:
    best, taken = levels[0]
    for level, attained in levels[1:]:
        if better(level, best):
            best, taken = level, attained
        elif not taken and attained and compare(level, best, known) == 0:
            best, taken = level, True
    return best, taken


def _over_a_period(expr: Expr, x: Symbol, known: Assumptions) -> tuple[Shape, list[Expr]] | None:
    """A smooth function of sin(w) and cos(w), w linear, as one of t = tan(w/2), with its value at w = pi; else None."""
    if expr.has(*SWITCHES) or not expr.has(sin, cos, tan) or expr.has(tan):
        return None
    plain = expr
    angles = {node.args[0] for node in plain.atoms(sin, cos) if node.has(x)}
    if len(angles) > 1:
        slopes = [diff(angle, x) for angle in angles]
        least = min(slopes, key=abs) if all(slope.is_Rational for slope in slopes) else S.Zero
        if least == 0 or any(abs(slope / least) > MAX_MULTIPLE for slope in slopes):
            return None
        plain = expand_trig(expr)
        angles = {node.args[0] for node in plain.atoms(sin, cos) if node.has(x)}
    if len(angles) != 1:
        return None
    (angle,) = angles
    slope = diff(angle, x)
    if slope.has(x) or known.sign(slope) in (0, None):
        return None
    rational = plain.subs({sin(angle): 2 * x / (1 + x**2), cos(angle): (1 - x**2) / (1 + x**2)})
    swapped = plain.subs({sin(angle): sin(x), cos(angle): cos(x)})
    if Add(swapped).subs({sin(x): 1, cos(x): 1}).has(x):
        return None
    at_pi = plain.subs({sin(angle): 0, cos(angle): -1})
    curve = shape(together(rational), x, known.relations)
    if curve.corners or at_pi.has(x, zoo, nan):
        return None
    return curve, [at_pi]
