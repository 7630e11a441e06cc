"""Exact rational points inside assumptions, and refutations: a ball without 0 at such a point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from sympy import Expr, Rational, Symbol
from sympy.core.relational import Relational

from ...errors import SymactError, UndecidedError
from . import balls

__all__ = ["Witness", "refute", "sample_points"]

Point = dict[Symbol, Rational]
#: Values of a symbol on the whole line, and distances from a bound; places between two bounds.
DISTANCES = [Rational(n) for n in ("1", "1/2", "2", "3", "1/7", "5", "1/1000", "10", "7/3", "40", "1/1000000", "1000")]
PLACES = [Rational(n) for n in ("1/2", "1/3", "3/4", "1/10", "9/10", "1/1000", "999/1000")]
#: Symbols run through their values in different steps, so that few points meet many combinations.
STRIDES = (1, 5, 7, 11, 13, 17)
ATTEMPTS = 5
#: Between a bound and a whole number that is closer than this lies a value worth a look.
CLOSE = Rational(1, 100)


@dataclass(frozen=True)
class Witness:
    """A point where a value certainly differs from 0: decimals below and above it, from balls of `bits` bits."""

    point: tuple[tuple[Symbol, Rational], ...]
    lower: str
    upper: str
    bits: int


def sample_points(
    symbols: Sequence[Symbol], relations: Sequence[Relational], count: int, origin: bool = False
) -> Iterator[Point]:
    """Yield up to `count` rational points at which all relations certainly hold, the origin first if wanted."""
    everything = sorted(set(symbols).union(*(r.free_symbols for r in relations)), key=str)
    choices = [_values(symbol, relations) for symbol in everything]
    if not all(choices):
        return
    tries = min(max(map(len, choices), default=1), count) * ATTEMPTS
    spread = (
        tuple(c[(k * STRIDES[m % len(STRIDES)] + m) % len(c)] for m, c in enumerate(choices)) for k in range(tries)
    )
    zero = Rational(0)
    at_origin = [(zero,) * len(everything)] * (origin and all(_allowed(symbol, zero) for symbol in everything))
    candidates = dict.fromkeys(chain(at_origin, spread))
    for values in candidates:
        point = dict(zip(everything, values, strict=True))
        if count and _fits(point, relations):
            yield {symbol: point[symbol] for symbol in symbols}
            count -= 1


def _fits(point: Point, relations: Sequence[Relational]) -> bool:
    """Whether a point certainly satisfies the relations."""
    try:
        return all(balls.holds(r, {s: point[s] for s in r.free_symbols}, max_bits=512) is True for r in relations)
    except SymactError:
        return False


def refute(
    expr: Expr, symbols: Sequence[Symbol], relations: Sequence[Relational], count: int, max_bits: int
) -> Witness | None:
    """Return a point inside the relations at which `expr` is certainly defined and not 0, None if none is found."""
    try:
        function = balls.compiled(expr, symbols)
    except SymactError:
        return None
    for point in sample_points(symbols, relations, count):
        bits = balls.FIRST_BITS
        while bits <= max_bits:
            value = function(*point.values(), bits=bits)
            if value.is_finite() and (value > 0 or value < 0):
                try:
                    return Witness(tuple(point.items()), *balls.digits(expr, point, 6), bits)
                except UndecidedError:
                    break  # too large or too small to be written down
            if value == 0 or (bits > 256 and not value.is_finite()):
                break
            bits *= 2
    return None


def _allowed(symbol: Symbol, value: Rational) -> bool:
    """Whether a value agrees with what SymPy was told about a symbol."""
    told = (
        (symbol.is_positive, value.p > 0),
        (symbol.is_negative, value.p < 0),
        (symbol.is_zero, value.p == 0),
        (symbol.is_integer, value.q == 1),
    )
    return all(fact is None or fact == true for fact, true in told) and symbol.is_rational is not False


def _values(symbol: Symbol, relations: Sequence[Relational]) -> list[Rational]:
    """Plain values between the bounds that single relations set, none where there is no room."""
    lows: list[Rational] = []
    highs: list[Rational] = []
    for relation in relations:
        bound = _bound(symbol, relation)
        if bound is not None:
            (lows if bound[0] > 0 else highs).append(bound[1])
    if symbol.is_nonnegative:
        lows.append(Rational(0))
    if symbol.is_nonpositive:
        highs.append(Rational(0))
    low, high = max(lows, default=None), min(highs, default=None)
    if low is not None and high is not None:
        values = [low + (high - low) * place for place in PLACES] if low < high else [low]
    elif low is None and high is None:
        values = [*chain.from_iterable((d, -d) for d in DISTANCES), Rational(0)]
    else:
        values = [low + d if high is None else high - d for d in DISTANCES]
    ends = [end for end in (low, high) if end is not None]
    values[2:2] = [*ends, *((end + round(end)) / 2 for end in ends if 0 < abs(end - round(end)) < CLOSE)]
    if symbol.is_integer:
        ends = [low or Rational(0), high or Rational(0)]
        values = [*values, *(Rational(int(end) + k) for end in ends for k in range(-3, 4))]
    return [value for value in values if _allowed(symbol, value)]


def _bound(symbol: Symbol, relation: Relational) -> tuple[int, Rational] | None:
    """Read c*symbol + d > 0 as (sign of c, a rational next to -d/c)."""
    if relation.free_symbols != {symbol} or relation.rel_op not in ("<", "<=", ">", ">="):
        return None
    gap = relation.gts - relation.lts
    slope = gap.diff(symbol)
    if slope.free_symbols:
        return None
    try:
        side = balls.sign(slope, max_bits=128)
        edge = -gap.subs(symbol, 0) / slope
        rational = edge if edge.is_Rational else Rational(balls.digits(edge, {}, 12)[side != 1])
    except SymactError:
        return None
    return (side, rational) if side else None
