"""Polynomials on 16 intervals of |x| for float64 kernels that look their coefficients up: what is computed, on any arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from .llvm import coefficients as c

__all__ = ["CARE", "COUNT", "EVEN", "FINER", "REACH", "SIGNED", "Arithmetic", "Emulated", "Layout", "Pieces", "value"]

#: So many intervals cover |x| < REACH.
COUNT, REACH = 16, 12.0


class Layout(NamedTuple):
    """Where the intervals are: four bits of slope*u + start, from bit `first` on, are the interval's number.

    u is x if `signed`, else |x|.
    """

    slope: float
    start: float
    first: int
    signed: bool
    edges: tuple[tuple[float, float], ...]


#: Intervals of |x| of the same width; half as wide ones for |x| < 4, for which the sum is in two octaves; intervals of x.
EVEN = Layout(2 / 3, 8.0, 48, False, tuple((0.75 * k, 0.75 * (k + 1)) for k in range(COUNT)))
FINER = Layout(
    1.0,
    4.0,
    49,
    False,
    tuple((k / 2 - 4.0, k / 2 - 3.5) if k >= COUNT // 2 else (k + 4.0, k + 5.0) for k in range(COUNT)),
)
SIGNED = Layout(2 / 3, 24.0, 48, True, tuple((1.5 * k - REACH, 1.5 * (k + 1) - REACH) for k in range(COUNT)))
#: Instructions that care costs.
CARE = (0, 4, 10, 13)


@dataclass(frozen=True)
class Pieces:
    """f(x) = x**power*h(u) for |x| < REACH; there is a row of numbers for each side, or one for both.

    h(u) = P(u - centre)*exp(-decay*u**2), the decay being 0 or a power of 2; the centres are such that P(0) is nearly a
    double. With `above` = (a, b, s) it is f(x) = |x|**power*h(|x|) for x < 0 and a + b*x + s*f(-x) for x > 0. What is
    `mirrored` is all that with -x for x. With `care` 1 h is taken with its last rounding error, with 2 also with the ones
    before, with 3 even where P vanishes. `sides` hold centres, coefficients by power, and from care 2 on what the linear
    ones lack; the side below 0 comes first. `error` is the largest that was measured, in units in the last place.
    """

    layout: Layout
    power: int
    care: int
    sides: tuple[tuple[tuple[float, ...], ...], ...]
    decay: float = 0.0
    above: tuple[float, float, int] | None = None
    mirrored: bool = False
    error: float = 0.0

    @property
    def operations(self) -> int:
        """How many instructions a vector takes, roughly."""
        rows = len(self.sides[0])
        looked_up = rows * (1 if len(self.sides) == 1 else 3)
        return (
            looked_up
            + rows
            + 8
            + 2 * self.power
            + CARE[self.care]
            + (21 if self.decay else 0)
            + (5 if self.above else 0)
            + (1 if self.mirrored else 0)
        )


class Arithmetic(Protocol):
    """What `value` needs: a writer of instructions, or numbers themselves."""

    def number(self, value: float) -> Any: ...
    def add(self, a: Any, b: Any) -> Any: ...
    def sub(self, a: Any, b: Any) -> Any: ...
    def mul(self, a: Any, b: Any) -> Any: ...
    def neg(self, a: Any) -> Any: ...
    def abs(self, a: Any) -> Any: ...
    def fma(self, a: Any, b: Any, c: Any) -> Any: ...
    def copysign(self, a: Any, b: Any) -> Any: ...
    def compare(self, relation: str, a: Any, b: Any) -> Any: ...
    def select(self, mask: Any, yes: Any, no: Any) -> Any: ...
    def as_bits(self, a: Any) -> Any: ...
    def bits(self, value: int) -> Any: ...
    def on_bits(self, op: str, a: Any, b: Any) -> Any: ...
    def looked_up(self, table: tuple[float, ...], place: Any) -> Any: ...
    def settle(self, values: Any) -> None: ...
    def scaled(self, value: Any, exponent: Any) -> Any: ...


class Emulated:
    """The same on arrays of doubles."""

    def number(self, value: float) -> Any:
        """Return a number."""
        return np.float64(value)

    def add(self, a: Any, b: Any) -> Any:
        """Return a + b."""
        return a + b

    def sub(self, a: Any, b: Any) -> Any:
        """Return a - b."""
        return a - b

    def mul(self, a: Any, b: Any) -> Any:
        """Return a*b."""
        return a * b

    def neg(self, a: Any) -> Any:
        """Return -a."""
        return -a

    def abs(self, a: Any) -> Any:
        """Return |a|."""
        return np.abs(a)

    def fma(self, a: Any, b: Any, c: Any) -> Any:
        """Return a*b + c, rounded once but for a few cases."""
        return (np.asarray(a, np.longdouble) * b + c).astype(np.float64)

    def copysign(self, a: Any, b: Any) -> Any:
        """Return |a| with the sign of b."""
        return np.copysign(a, b)

    def compare(self, relation: str, a: Any, b: Any) -> Any:
        """Return whether a < b, the only relation that is needed."""
        assert relation == "olt"
        return a < b

    def select(self, mask: Any, yes: Any, no: Any) -> Any:
        """Return yes where the mask is set, else no."""
        return np.where(mask, yes, no)

    def as_bits(self, a: Any) -> Any:
        """Return the bits of numbers."""
        return np.asarray(a).view(np.uint64)

    def bits(self, value: int) -> Any:
        """Return an integer."""
        return np.uint64(value)

    def on_bits(self, op: str, a: Any, b: Any) -> Any:
        """Return a shifted to the right, the only operation that is needed."""
        assert op == "lshr"
        return a >> b

    def looked_up(self, table: tuple[float, ...], place: Any) -> Any:
        """Return the numbers of a table at places, of which the last four bits count."""
        return np.array(table)[(place & np.uint64(COUNT - 1)).astype(int)]

    def settle(self, values: Any) -> None:
        """Nothing waits."""

    def scaled(self, value: Any, exponent: Any) -> Any:
        """Return value*2**(integer part of the exponent)."""
        return np.ldexp(value, np.floor(exponent).astype(int))


def value(w: Arithmetic, p: Pieces, x: Any) -> Any:
    """Return f(x) on some arithmetic."""
    x = w.neg(x) if p.mirrored else x
    slope, start, first, signed, _ = p.layout
    u = x if signed else w.abs(x)
    place = w.on_bits("lshr", w.as_bits(w.fma(u, w.number(slope), w.number(start))), w.bits(first))
    below = w.compare("olt", x, w.number(0.0)) if p.above or len(p.sides) == 2 else None

    def row(k: int) -> Any:
        found = [w.looked_up(side[k], place) for side in p.sides]
        return found[0] if len(found) == 1 else w.select(below, *found)

    count = len(p.sides[0]) - (1 if p.care >= 2 else 0)
    t = w.sub(u, row(0))
    high = before = last = row(count - 1)
    for k in range(count - 2, 1, -1):
        w.settle(before)
        last = row(k)
        before, high = high, w.fma(high, t, last)
    constant = row(1)
    plain = w.fma(high, t, constant)

    def lost() -> Any:
        less = w.sub(constant, plain)
        found = w.fma(high, t, less)
        if p.care < 2:
            return found
        if p.care == 3:
            found = w.add(found, w.sub(constant, w.add(less, plain)))
        return w.fma(t, w.add(w.fma(before, t, w.sub(last, high)), row(count)), found)

    h = _decayed(w, p, u, plain, lost) if p.decay else _Value(plain, lost, lambda a: a)
    if p.above:
        return _above(w, p, x, u, below, h)
    if p.power == 0:
        return h.scaled(w.add(h.main, h.rest()) if p.care else h.main)
    factor = h.scaled(x if p.power == 1 else w.mul(x, x))
    if not p.care:
        return w.mul(factor, h.main)
    found = w.fma(factor, h.main, w.mul(factor, h.rest()))
    # the sign that a zero must have
    return w.copysign(found, w.mul(factor, h.main)) if p.power == 1 else found


class _Value(NamedTuple):
    """scaled(main + rest()), where `rest` writes what is less."""

    main: Any
    rest: Callable[[], Any]
    scaled: Callable[[Any], Any]


def _decayed(w: Arithmetic, p: Pieces, u: Any, plain: Any, lost: Callable[[], Any]) -> _Value:
    """(plain + lost())*exp(-decay*u**2)."""
    times = w.mul(u, w.number(-p.decay))
    magic = w.number(1.5 * 2.0**48)
    counted = w.fma(w.mul(u, times), w.number(c.LOG2_E), magic)
    k = w.sub(counted, magic)
    # a decay is a power of 2, and the first part of ln 2 is short: nothing is rounded before the first sum
    first, second = c.LN2_SHORT
    near = w.fma(k, w.number(-second), w.fma(times, u, w.mul(k, w.number(-first))))
    power, missing = (w.looked_up(table, w.as_bits(counted)) for table in (c.POWERS, c.POWERS_LOW))
    r = w.add(near, missing)
    q = w.number(c.EXP_TABLE[-1])
    for term in c.EXP_TABLE[-2::-1]:
        q = w.fma(q, r, w.number(term))
    # exp(r) - 1
    small = w.fma(w.mul(r, r), q, r)
    found = w.mul(power, plain)

    def scaled(a: Any) -> Any:
        return w.scaled(a, k)

    def rest() -> Any:
        return w.fma(small, found, w.fma(power, lost(), w.fma(power, plain, w.neg(found))))

    return _Value(found, rest, scaled) if p.care else _Value(w.fma(small, found, found), lost, scaled)


def _above(w: Arithmetic, p: Pieces, x: Any, u: Any, below: Any, h: _Value) -> Any:
    """|x|**power*h for x < 0, a + b*x + s*f(-x) for x > 0."""
    assert p.above is not None
    constant, slope, sign = p.above
    zero, one = w.number(0.0), w.number(1.0)
    base = w.select(below, zero, w.number(constant) if constant else w.mul(x, w.number(slope)))
    if p.power:
        factor = u if sign > 0 else w.neg(x)
        # |x|**power*h belongs to x < 0
        factor = factor if p.power == 1 else w.mul(factor, u)
    else:
        factor = one if sign > 0 else w.select(below, one, w.number(-1.0))
    factor = h.scaled(factor)
    found = w.fma(factor, h.main, base)
    if not p.care:
        return found
    if p.power or constant:
        lost = w.fma(factor, h.main, w.sub(base, found))
    else:
        # near 0 b*x is the smaller summand
        other = w.sub(found, base)
        lost = w.add(w.fma(factor, h.main, w.neg(other)), w.sub(base, w.sub(found, other)))
    small = w.fma(factor, h.rest(), lost)
    return w.copysign(w.add(found, small), found) if p.power else w.add(found, small)
