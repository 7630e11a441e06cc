"""Rational bounds of balls and intervals, and simple numbers in closed form between bounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flint import arb, fmpq
from sympy import Expr, Rational, log, pi, sqrt

from ...errors import UndecidedError
from ..algebra.quotients import number
from ..numbers import balls

__all__ = ["GUESS_BITS", "binary_size", "bounds", "closed_forms", "simplest_between", "span"]

#: Bits that are known of a number before a closed form is looked for.
GUESS_BITS = 96
#: A closed form is tried if its rational has at most this share of the bits that are known.
MAX_SHARE = 0.2
#: Balls around numbers beyond 2**±MAX_EXPONENT have no rational bounds here.
MAX_EXPONENT = 100_000


def bounds(ball: arb) -> tuple[fmpq, fmpq]:
    """Return the least and the largest number of a ball; raise UndecidedError where it isn't finite."""
    if not ball.is_finite():
        raise UndecidedError("a number isn't known to be finite")
    # arb.lower() and arb.upper() would round to the current precision
    middle, radius = (_rational(part) for part in (ball.mid(), ball.rad()))
    return middle - radius, middle + radius


def _rational(number: arb) -> fmpq:
    exponent = 0 if number == 0 else int(number.man_exp()[1])
    if abs(exponent) > MAX_EXPONENT:
        raise UndecidedError(f"a number around 2**{exponent} is out of reach")
    return number.fmpq()


def span(low: fmpq, high: fmpq, bits: int) -> arb:
    """Return a ball around an interval."""
    with balls.precision(bits):
        return arb(low).union(arb(high))


def simplest_between(low: fmpq, high: fmpq) -> fmpq:
    """Return the rational of least denominator in [low, high]."""
    whole = low.ceil()
    if whole <= high:
        return fmpq(0) if low <= 0 <= high else fmpq(whole if low > 0 else high.floor())
    base = low.floor()
    return base + 1 / simplest_between(1 / (high - base), 1 / (low - base))


def binary_size(value: fmpq) -> int:
    """Return the binary logarithm of a positive rational, rounded up or down."""
    return int(value.p).bit_length() - int(value.q).bit_length()


#: Increasing functions with their inverses: a zero may be the inverse of a simple rational.
_FORMS: tuple[tuple[Callable[[arb], arb], Callable[[Rational], Expr]], ...] = (
    (lambda v: v, lambda r: r),
    (lambda v: v.exp(), log),
    (lambda v: v * abs(v), lambda r: sqrt(r) if r >= 0 else -sqrt(-r)),
    (lambda v: v / arb.pi(), lambda r: r * pi),
)


def closed_forms(low: fmpq, high: fmpq) -> Iterator[Expr]:
    """Yield closed forms in [low, high] that are much simpler than the bounds."""
    bits = GUESS_BITS + 32
    for function, inverse in _FORMS:
        with balls.precision(bits):
            image = function(arb(low).union(arb(high)))
        # only moderate numbers are simple, and huge or tiny ones would be long rationals
        if not abs(image) < 2**bits or (not image.contains(0) and abs(image) < arb(2) ** -bits):
            continue
        below, above = bounds(image)
        found = simplest_between(below, above)
        known = -binary_size(above - below) if above > below else bits
        # zero counts once, as itself
        if found.height_bits() <= MAX_SHARE * known and (found != 0 or inverse is _FORMS[0][1]):
            yield inverse(number(found))
