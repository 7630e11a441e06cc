"""Arithmetic of bounds on a half-line [M, oo): a few exact terms c*x**a*exp(p(x)) and a certain bound on what is left.

For x >= M the error is at most bound*x**a*exp(p(x)) with the recorded growth. Comparing growths needs that their quotient
decreases from M on, which is checked; where it doesn't, a larger M is asked for by UndecidedError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy import Expr, Integer, Rational, S

from ...errors import UndecidedError
from ..numbers import balls
from .comparison import number_sign

__all__ = ["BITS", "CONSTANT", "Arithmetic", "Growth", "Tail"]

BITS = 128
MAX_TERMS = 6

#: exp(sum of c*x**p) * x**a, as (((p, c), …), a) with the highest p first.
Growth = tuple[tuple[tuple[int, Expr], ...], Rational]
CONSTANT: Growth = ((), S.Zero)

ZERO = arb(0)


@dataclass(frozen=True)
class Tail:
    """Terms by growth, the largest first, and a bound on the rest: |error| <= bound * growth."""

    terms: tuple[tuple[Growth, Expr], ...]
    growth: Growth = CONSTANT
    bound: arb = ZERO


class Arithmetic:
    """Sums, products and series of tails on [start, oo)."""

    def __init__(self, start: int) -> None:
        self.start = arb(start)

    def number(self, value: Expr) -> arb:
        return balls.enclose(value, bits=BITS)

    # Growths

    def quotient(self, a: Growth, b: Growth) -> Growth:
        powers = dict(a[0])
        for p, c in b[0]:
            powers[p] = sp.expand(powers.get(p, S.Zero) - c)
        kept = [(p, c) for p, c in powers.items() if c != 0 and number_sign(c) != 0]
        return tuple(sorted(kept, reverse=True)), a[1] - b[1]

    def times(self, a: Growth, b: Growth) -> Growth:
        return self.quotient(a, (tuple((p, -c) for p, c in b[0]), -b[1]))

    def power_of(self, a: Growth, n: Rational) -> Growth:
        return tuple((p, sp.expand(c * n)) for p, c in a[0]), a[1] * n

    def direction(self, g: Growth) -> int:
        """1 where the growth tends to oo, -1 where to 0, 0 where it is 1."""
        lead = g[0][0][1] if g[0] else g[1]
        sign = number_sign(lead)
        if sign is None:
            raise UndecidedError(f"the sign of {lead} was not decided")
        return sign

    def at_most(self, g: Growth) -> arb:
        """Return the largest value of a growth that tends to 0 or is 1, where it decreases from the start on."""
        way = self.direction(g)
        if way > 0:
            raise UndecidedError("a growth is not bounded")
        if g[0]:
            lead, c = g[0][0]
            slope = self.number(c) * lead
            for p, k in g[0][1:]:
                value = self.number(k) * p
                slope += value.max(arb(0)) * self.start ** (p - lead)
            slope += arb(fmpq(int(g[1].p), int(g[1].q))).max(arb(0)) * self.start ** (-lead)
            if not slope < 0:
                raise UndecidedError("the half-line begins too early")
        total = sum((self.number(c) * self.start**p for p, c in g[0]), arb(0))
        power = (self.start.log() * arb(fmpq(int(g[1].p), int(g[1].q)))).exp() if g[1] else arb(1)
        return total.exp() * power

    def compare(self, a: Growth, b: Growth) -> int:
        return self.direction(self.quotient(a, b))

    def _descending(self, a: tuple[Growth, Any], b: tuple[Growth, Any]) -> int:
        return self.compare(b[0], a[0])

    # Tails

    def make(self, terms: Iterable[tuple[Growth, Expr]], errors: Iterable[tuple[Growth, arb]]) -> Tail:
        merged: dict[Growth, Any] = {}
        for growth, c in terms:
            merged[growth] = merged.get(growth, S.Zero) + c
        kept = [(g, c) for g, c in merged.items() if c != 0 and number_sign(sp.expand(c)) != 0]
        kept.sort(key=cmp_to_key(self._descending))
        for (a, _), (b, _) in pairwise(kept):
            if self.compare(a, b) == 0:
                raise UndecidedError("two growths are equal in different forms")
        left = [(g, abs(self.number(c))) for g, c in kept[MAX_TERMS:]] + [(g, b) for g, b in errors if not b.is_zero()]
        if not left:
            return Tail(tuple(kept[:MAX_TERMS]))
        top = left[0][0]
        for g, _ in left[1:]:
            top = g if self.compare(g, top) > 0 else top
        bound = sum((b * self.at_most(self.quotient(g, top)) for g, b in left), arb(0))
        if not bound.is_finite():
            raise UndecidedError("an error is not bounded")
        return Tail(tuple(kept[:MAX_TERMS]), top, bound)

    def envelope(self, t: Tail, growth: Growth) -> arb:
        """Return B with |t| <= B * growth."""
        parts = [(g, abs(self.number(c))) for g, c in t.terms] + (
            [(t.growth, t.bound)] if not t.bound.is_zero() else []
        )
        return sum((b * self.at_most(self.quotient(g, growth)) for g, b in parts), arb(0))

    def constant(self, value: Expr) -> Tail:
        return self.make([(CONSTANT, value)], [])

    def add(self, *tails: Tail) -> Tail:
        return self.make([t for a in tails for t in a.terms], [(a.growth, a.bound) for a in tails])

    def multiply(self, a: Tail, b: Tail) -> Tail:
        terms = [(self.times(g, h), c * d) for g, c in a.terms for h, d in b.terms]
        errors = [(self.times(a.growth, b.growth), a.bound * b.bound)] if not (a.bound * b.bound).is_zero() else []
        for one, other in ((a, b), (b, a)):
            if not one.bound.is_zero():
                errors += [(self.times(one.growth, g), one.bound * abs(self.number(c))) for g, c in other.terms]
        return self.make(terms, errors)

    def scaled(self, a: Tail, factor: Expr) -> Tail:
        return self.multiply(a, self.constant(factor))

    def leading(self, a: Tail) -> tuple[Growth, Expr, Tail]:
        """Split a = c*growth*(1 + d) with a d that tends to 0."""
        if not a.terms:
            raise UndecidedError("no term stands out of the error")
        growth, c = a.terms[0]
        inverse = Tail(((self.power_of(growth, S.NegativeOne), 1 / c),))
        rest = self.multiply(Tail(a.terms[1:], a.growth, a.bound), inverse)
        return growth, c, rest

    def series(self, d: Tail, coefficients: list[Expr], remainder: Callable[[arb], arb]) -> Tail:
        """Return the sum of c_k*d**k plus at most remainder(q)*|d|**n for |d| <= q < 1."""
        if not d.terms and d.bound.is_zero():
            return self.constant(coefficients[0])
        top = d.terms[0][0] if d.terms else d.growth
        if d.terms and not d.bound.is_zero() and self.compare(d.growth, top) > 0:
            top = d.growth
        if self.direction(top) >= 0:
            raise UndecidedError("an argument does not settle")
        size = self.envelope(d, top)
        q = size * self.at_most(top)
        if not q < 0.75:
            raise UndecidedError("the half-line begins too early")
        total, power = self.constant(coefficients[0]), d
        for c in coefficients[1:]:
            total = self.add(total, self.scaled(power, c))
            power = self.multiply(power, d)
        n = len(coefficients)
        error = Tail((), self.power_of(top, Integer(n)), remainder(q) * size**n)
        return self.add(total, error)

    def settles(self, a: Tail) -> bool:
        """Whether all that is known of an argument is that it tends to 0."""
        growths = [a.terms[0][0]] if a.terms else []
        growths += [] if a.bound.is_zero() else [a.growth]
        return all(self.direction(g) < 0 for g in growths)

    def cubic(self, a: Tail, slope: Expr, third: Expr) -> Tail:
        """slope*d up to third*|d|**3, for a d that tends to 0."""
        if not a.terms and a.bound.is_zero():
            return self.constant(S.Zero)
        top = a.terms[0][0] if a.terms else a.growth
        if a.terms and not a.bound.is_zero() and self.compare(a.growth, top) > 0:
            top = a.growth
        size = self.envelope(a, top)
        error = Tail((), self.power_of(top, Integer(3)), self.number(third) * size**3)
        return self.add(self.scaled(a, slope), error)
