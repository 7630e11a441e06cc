"""The course of a smooth expression along an open interval: its zeros, and its signs between them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import prod

from sympy import (
    Expr,
    Function,
    Integer,
    S,
    Symbol,
    cancel,
    cos,
    diff,
    factor_terms,
    fraction,
    oo,
    ordered,
    sin,
    tan,
    together,
)

from ...deadline import deadline
from ...errors import NotSupportedError, UndecidedError, UnknownSignError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero
from ..algebra.zeros import real_zeros, sort_points
from ..asymptotics.ends import takes_both_signs
from ..charts.chart import Chart, chart, chart_by_boxes, one_period
from ..charts.far_forms import without_cancellation
from ..charts.oscillation import period, recurs
from ..charts.parts import signed_factors
from ..charts.towers import build
from ..charts.transcendental import located
from ..functions.pieces import Piece, inner_point, lies_between
from ..functions.shape import limit_of, within
from ..numbers import balls
from ..steps.tails import tail_sign
from .composition import composed_signs

__all__ = ["Course", "course"]

#: Where the tails of a function are tried to begin.
STARTS = (16, 128, 1024, 8192, 65536)
#: From so many kernels on a bounded interval is subdivided first, for this many seconds at most.
INTRICATE, PATIENCE = 8, 5.0
#: What is being composed from simpler courses at the moment.
_ACTIVE: set[tuple[Expr, Expr, Expr]] = set()


@dataclass(frozen=True)
class Course:
    """Signs in order and the zeros between them; a function that is 0 everywhere has the one sign 0.

    An endless course has infinitely many zeros: then `signs` holds all signs it takes, once each, and `points` is empty.
    """

    points: tuple[Expr, ...]
    signs: tuple[int, ...]
    endless: bool = False

    @property
    def vanishes(self) -> bool:
        """Whether the expression is 0 everywhere."""
        return self.signs == (0,)


@lru_cache(1024)
def course(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> Course:
    """Return the complete course of a smooth expression on (low, high).

    Raises UnknownSignError where it depends on the sign of a parameter, UndecidedError or NotSupportedError with the
    reason where it isn't found.
    """
    inside = within(x, Piece(low, high, expr), known)
    if is_zero(expr, inside.relations) is True:
        return Course((), (0,))
    signs = inside.signs(expr)
    if len(signs) == 1:
        return Course((), tuple(signs))
    if expr.has(sin, cos):
        top, bottom = fraction(together(expr))
        below = inside.sign(bottom)
        if below and bottom.has(x):
            return course(below * top, x, low, high, known)
    factor, rest = factor_terms(expr).as_independent(x, as_Add=False)
    scale = known.sign(factor)
    if not scale:
        raise UnknownSignError(factor)
    symbols = rest.free_symbols | low.free_symbols | high.free_symbols
    found = _with_parameters if symbols - {x} else _charted
    plain = found(rest, x, low, high, known)
    return Course(plain.points, tuple(scale * sign for sign in plain.signs), plain.endless)


def _charted(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> Course:
    if {low, high} & {oo, -oo} and _is_intricate(expr, x, low, high, known):
        with suppress(UndecidedError, NotSupportedError), deadline(PATIENCE):
            quick = _bounded(expr, x, low, high, known)
            if quick is not None:
                return quick
    try:
        return _of_chart(chart(expr, x, low, high, known))
    except (UndecidedError, NotSupportedError) as reason:
        for method in (_oscillating, _bounded, _composed):
            with suppress(UndecidedError, NotSupportedError):  # the chart's reason says more
                found = method(expr, x, low, high, known)
                if found is not None:
                    return found
        raise reason


def _bounded(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> Course | None:
    """The course by a chart on a bounded interval, beyond which terms of largest growth tell the sign."""
    if not {low, high} & {oo, -oo}:
        return None
    ends = [_last(expr, x, 1 if end == oo else -1) if end in (oo, -oo) else end for end in (low, high)]
    if None in ends:
        return None
    return _of_chart(chart_by_boxes(without_cancellation(expr), x, ends[0], ends[1]))


def _is_intricate(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> bool:
    """Whether a tower of an expression has so many kernels that their elimination takes long."""
    try:
        tower, _ = build(expr, x, low, high, known)
    except (NotSupportedError, UndecidedError):
        return False
    return len(tower.ring.kernels) >= INTRICATE


def _composed(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> Course | None:
    """The course of g(u(x)) by that of g on the values of u, of a product by those of its factors."""
    asked = expr, low, high
    if asked in _ACTIVE:
        return None  # the derivative of an inner function, or a factor, has led back here
    _ACTIVE.add(asked)
    try:
        found = composed_signs(expr, x, low, high, known, course)
        if found is not None:
            return Course(*found)
        sign, factors = signed_factors(expr, x)
        if factors == ((expr, 1),) or not factors:
            return None
        return _product(sign, [(course(g, x, low, high, known), n) for g, n in factors], expr, known)
    finally:
        _ACTIVE.discard(asked)


def _product(sign: int, parts: list[tuple[Course, int]], expr: Expr, known: Assumptions) -> Course:
    """The course of a product of powers."""
    if any(run.endless or (n < 0 and run.points) for run, n in parts):
        raise UndecidedError(f"{expr} has poles, or infinitely many zeros")
    points = sort_points([p for run, _ in parts for p in run.points], known)
    signs = []
    for place in range(len(points) + 1):
        # of every part the sign after all its zeros up to this place
        now = [run.signs[sum(_up_to(p, points[:place]) for p in run.points)] ** (n % 2) for run, n in parts]
        signs.append(sign * prod(now))
    return Course(tuple(points), tuple(signs))


def _up_to(point: Expr, points: list[Expr]) -> bool:
    return any(point == other or balls.sign(point - other) == 0 for other in points)


def _last(expr: Expr, x: Symbol, side: int) -> Expr | None:
    """A number beyond which an expression has no zero, None where none is found."""
    mirrored = expr if side > 0 else expr.xreplace({x: -x})
    for start in STARTS:
        with suppress(UndecidedError, NotSupportedError):
            if tail_sign(mirrored, x, start):
                return Integer(side * start)
    return None


def _of_chart(found: Chart) -> Course:
    if any(not root.defined for root in found.roots):
        raise UndecidedError(f"{found.expr} has poles between {found.low} and {found.high}")
    return Course(tuple(located(found.roots, found.expr, found.variable)), found.signs)


def _oscillating(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> Course | None:
    """The endless course of a periodic function on an infinite interval, or of one that keeps changing sign at an end."""
    if not expr.has(sin, cos, tan):
        return None
    if (oo in (low, high) or -oo in (low, high)) and period(expr, x) is not None:
        once = one_period(expr, x, known)
        return Course((), tuple(dict.fromkeys(once.signs)), endless=bool(once.roots))
    if {low, high} & {oo, -oo} and recurs(expr, x) and {-1, 1} <= {balls.sign(expr.subs(x, n)) for n in range(-12, 13)}:
        return Course((), (-1, 1), endless=True)
    for end, side in ((low, 1), (high, -1)):
        if takes_both_signs(expr, x, end, side, known):
            return Course((), (-1, 1), endless=True)
    return None


def _with_parameters(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> Course:
    """The course of an expression with parameters: zeros in closed form, or those of a function without parameters, scaled."""
    scaled = _scaled(expr, x, low, high, known)
    if scaled is not None:
        return scaled
    try:
        points = [p for p in real_zeros(expr, x, known) if lies_between(low, p, high, known)]
    except UnknownSignError:
        raise
    except (UndecidedError, NotSupportedError):
        only = _crossing(expr, x, low, high, known)
        if only is None:
            raise
        return only
    signs = [_sign_between(expr, x, a, b, known) for a, b in pairwise([low, *points, high])]
    return Course(tuple(points), tuple(signs))


def _crossing(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> Course | None:
    """The course of an expression that is 0 at x = 0 and whose derivative has one sign, but for separate zeros."""
    if expr.subs(x, 0) != 0 or not lies_between(low, S.Zero, high, known):
        return None
    slope = course(diff(expr, x), x, low, high, known)
    (sign, *others) = set(slope.signs)
    return None if others or not sign else Course((S.Zero,), (-sign, sign))


def _sign_between(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> int:
    """The sign of an expression on an interval without zeros: that of a limit at an end, else of a value."""
    for end, side in ((low, 1), (high, -1)):
        with suppress(UndecidedError):
            limit = limit_of(expr, x, end, side, known)
            sign = None if limit is None else known.sign(limit)
            if sign:
                return sign
    value = expr.subs(x, inner_point(low, high))
    sign = known.sign(value)
    if sign is None:
        raise UnknownSignError(value)
    return sign


def _scaled(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> Course | None:
    """The course where x = (u - b)/a, for an argument a*x + b of one of its functions, leaves no parameter but in a factor."""
    arguments = dict.fromkeys(node.args[0] for node in ordered(expr.atoms(Function)) if node.has(x))
    for argument in arguments:
        slope = diff(argument, x)
        shift = argument.subs(x, 0)
        if slope.has(x) or slope == 0 or not (slope.free_symbols or shift.free_symbols):
            continue
        scale = known.sign(slope)
        if not scale:
            raise UnknownSignError(slope)
        plain = factor_terms(cancel(expr.subs(x, (x - shift) / slope)))
        factor, rest = plain.as_independent(x, as_Add=False)
        ends = [_image(end, slope * scale, shift, scale) for end in (low, high)][::scale]
        if rest.free_symbols != {x} or any(end.free_symbols for end in ends):
            continue
        sign = known.sign(factor)
        if not sign:
            raise UnknownSignError(factor)
        found = course(rest, x, ends[0], ends[1], known)
        points = tuple((p - shift) / slope for p in found.points)[::scale]
        return Course(points, tuple(sign * s for s in found.signs)[::scale], found.endless)
    return None


def _image(end: Expr, size: Expr, shift: Expr, scale: int) -> Expr:
    return scale * end if end in (oo, -oo) else cancel(scale * size * end + shift)
