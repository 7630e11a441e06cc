"""A function that repeats itself, f(x + T) = f(x) + D for all x: all that is true of it is seen on one closed period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import gcd, lcm

from sympy import Dummy, Expr, Rational, S, Symbol, acos, asin, atan, cos, cot, csc, expand, floor, pi, sec, sin, tan

from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import Assumptions
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Corner, Shape, shape
from .landscape import Landscape

__all__ = ["Cycle", "cycle", "speed_of", "waves_of"]

_CIRCULAR = (sin, cos, tan, cot, sec, csc)
#: Where a period may begin, as shares of it; not every place will do, as isolated points of [p, p + T] are no intervals.
_STARTS = tuple(Rational(k, 14) for k in (-7, 0, -5, -6, -3, -4, -1))
#: How far an interval around a centre reaches, in periods.
_REACHES = (Rational(1, 2), Rational(4, 7), Rational(9, 14), Rational(3, 5))


@dataclass(frozen=True)
class Cycle:
    """A function f(x) = g(scale*x) with g(t + period) = g(t) + drift for all t; `expr` is g(x), and scale > 0."""

    expr: Expr
    variable: Symbol
    period: Expr
    drift: Expr
    scale: Expr
    known: Assumptions

    @cached_property
    def start(self) -> Expr:
        """Where a closed period begins whose ends are no isolated points of the domain in it."""
        reason: Exception | None = None
        for share in _STARTS:
            try:
                self.between(share * self.period, (share + 1) * self.period)
            except UnknownSignError:
                raise
            except (UndecidedError, NotSupportedError) as refusal:
                reason = reason or refusal
            else:
                return share * self.period
        raise UndecidedError(f"{self.expr} was not split into pieces on one period: {reason}")

    @property
    def once(self) -> Landscape:
        """The function g on one closed period."""
        return Landscape(self.between(self.start, self.start + self.period))

    @cached_property
    def land(self) -> Landscape:
        """The pieces of one period, and the corners but for the last, with what is before the first one."""
        curve, low = self.once.shape, self.start
        high = low + self.period
        first, last = curve.pieces[0], curve.pieces[-1]
        ends = [c for c in curve.corners if c.at in (low, high)]
        inner = [c for c in curve.corners if c not in ends]
        if ends:
            before = self.moved(last, -1) if last.right == high else None
            value = next((c.value for c in ends if c.at == low), None if ends[0].value is None else ends[0].value)
            if ends[0].at == high and value is not None:
                value -= self.drift
            inner = [Corner(low, before, first if first.left == low else None, value), *inner]
        return Landscape(replace(curve, corners=tuple(inner)))

    def moved(self, piece: Piece, periods: int) -> Piece:
        """Return a piece as it is some periods further on."""
        by = periods * self.period
        expr = piece.expr.xreplace({self.variable: self.variable - by}) + periods * self.drift
        return Piece(piece.left + by, piece.right + by, expr)

    def between(self, low: Expr, high: Expr) -> Shape:
        """Return g on a closed interval."""
        return _between(self.expr, self.variable, self.known, low, high)

    def around(self, centre: Expr) -> Shape:
        """Return g on a closed interval around a point that is a period long at least."""
        reason: Exception | None = None
        for reach in _REACHES:
            try:
                return self.between(centre - reach * self.period, centre + reach * self.period)
            except UnknownSignError:
                raise
            except (UndecidedError, NotSupportedError) as refusal:
                reason = refusal
        raise UndecidedError(f"{self.expr} was not split into pieces around {centre}: {reason}")

    def unrolled(self, first: int, last: int) -> Shape:
        """Return g on several periods, from the one of that number to another: its pieces, and corners without their values."""
        pieces = [self.moved(p, k) for k in range(first, last + 1) for p in self.land.pieces]
        return Shape(self.variable, tuple(pieces), (), self.known)


@lru_cache(256)
def _between(expr: Expr, x: Symbol, known: Assumptions, low: Expr, high: Expr) -> Shape:
    found = shape(expr, x, (*known.relations, x >= low, x <= high))
    straight: dict[Piece | None, Piece] = {
        piece: replace(piece, expr=_straightened(piece, x)) for piece in found.pieces
    }
    corners = (replace(c, before=straight.get(c.before), after=straight.get(c.after)) for c in found.corners)
    return replace(found, pieces=tuple(straight.values()), corners=tuple(corners))


def _straightened(piece: Piece, x: Symbol) -> Expr:
    """The expression of a piece without asin(sin(u)), acos(cos(u)) and the like, where the line u stays on one branch."""
    expr = piece.expr
    for node in expr.atoms(asin, acos, atan):
        wave = node.args[0]
        if not isinstance(wave, tan if isinstance(node, atan) else sin | cos):
            continue
        angle = wave.args[0] + (pi / 2 if isinstance(wave, cos) else 0)
        ends = [angle.subs(x, end) / pi for end in (piece.left, piece.right)]
        turn = floor((ends[0] + ends[1] + 1) / 2)
        if angle.diff(x).has(x) or any((abs(end - turn) <= S.Half) != S.true for end in ends):
            continue
        line = angle - turn * pi
        line *= 1 if isinstance(node, atan) else (-1) ** turn
        expr = expr.xreplace({node: pi / 2 - line if isinstance(node, acos) else line})
    return expr


@lru_cache(64)
def cycle(expr: Expr, x: Symbol, known: Assumptions) -> Cycle | None:
    """Return how a function repeats itself, None where that isn't seen: x occurs in sines and the like of c*x + d, or cancels.

    The c have rational ratios; their sign must be known.
    """
    found = speed_of(expr, x)
    if found is None:
        return None
    speed, step = found
    scale = S.One
    if speed.free_symbols:
        sign = known.sign(speed)
        if sign is None:
            raise UnknownSignError(speed)
        if sign == 0:
            return None
        scale = sign * speed
        expr = expand(expr.xreplace({x: x / scale}), deep=True, mul=True, power_exp=False, log=False)
        speed = S(sign)
    period = 2 * pi / (abs(speed) * step)
    waves = {n: Dummy(real=True) for n in waves_of(expr, x)}
    rest = expr.xreplace(waves)
    drift = expand(rest.xreplace({x: x + period}) - rest)
    if drift.has(x, *waves.values()) or not drift.is_finite:
        return None
    return Cycle(expr, x, period, drift, scale, known)


def waves_of(expr: Expr, x: Symbol) -> list[Expr]:
    """Return the sines and the like of lines that aren't constant."""
    return [n for n in expr.atoms(*_CIRCULAR) if n.has(x) and not n.args[0].diff(x).has(x)]


def speed_of(expr: Expr, x: Symbol) -> tuple[Expr, Rational] | None:
    """Return one of the c in sin(c*x + d), and the largest rational of whose product with it all c are multiples; None if none is."""
    speeds = sorted({n.args[0].diff(x) for n in waves_of(expr, x)}, key=str)
    ratios = [speed / speeds[0] for speed in speeds]
    if not speeds or not all(r.is_Rational and r != 0 for r in ratios):
        return None
    return speeds[0], Rational(gcd(*(r.p for r in ratios)), lcm(*(r.q for r in ratios)))
