"""Bounds on a half-line [M, oo): an expression as a few exact terms c*x**a*exp(p(x)) and a certain bound on what is left.

For x >= M the error is at most bound*x**a*exp(p(x)) with the recorded growth. Comparing growths needs that their quotient
decreases from M on, which is checked; where it doesn't, a larger M is asked for by UndecidedError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cmp_to_key, reduce
from itertools import pairwise
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy import Expr, Integer, Rational, S, Symbol

from ...errors import NotSupportedError, UndecidedError
from ..numbers import balls
from .comparison import number_sign

__all__ = ["tail_bound", "tail_sign"]

BITS = 128
MAX_TERMS = 6
ORDER = 3

#: exp(sum of c*x**p) * x**a, as (((p, c), …), a) with the highest p first.
Growth = tuple[tuple[tuple[int, Expr], ...], Rational]
CONSTANT: Growth = ((), S.Zero)


ZERO = arb(0)


@dataclass(frozen=True)
class _Tail:
    """Terms by growth, the largest first, and a bound on the rest: |error| <= bound * growth."""

    terms: tuple[tuple[Growth, Expr], ...]
    growth: Growth = CONSTANT
    bound: arb = ZERO


def tail_sign(expr: Expr, x: Symbol, start: int) -> int:
    """Return the sign of a smooth `expr` for all x >= start.

    Raises UndecidedError or NotSupportedError where the terms found don't decide it.
    """
    with balls.precision(BITS):
        half_line = _HalfLine(x, start)
        value = half_line.convert(expr)
        if not value.terms:
            if value.bound.is_zero():
                return 0
            raise UndecidedError("no term stands out of the error")
        growth, coefficient = value.terms[0]
        rest = half_line.envelope(_Tail(value.terms[1:], value.growth, value.bound), growth)
        if not rest < abs(half_line.number(coefficient)):
            raise UndecidedError("the leading term doesn't dominate yet")
        sign = number_sign(coefficient)
        if not sign:
            raise UndecidedError("the sign of the leading term was not decided")
        return sign


def tail_bound(expr: Expr, x: Symbol, start: int) -> arb:
    """Return a bound on the size of a smooth `expr` for all x >= start; raises as `tail_sign`."""
    with balls.precision(BITS):
        half_line = _HalfLine(x, start)
        return half_line.envelope(half_line.convert(expr), CONSTANT)


class _HalfLine:
    """Arithmetic of tails on [start, oo)."""

    def __init__(self, x: Symbol, start: int) -> None:
        self.x, self.start = x, arb(start)
        self._done: dict[Expr, _Tail] = {}

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

    def make(self, terms: Iterable[tuple[Growth, Expr]], errors: Iterable[tuple[Growth, arb]]) -> _Tail:
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
            return _Tail(tuple(kept[:MAX_TERMS]))
        top = left[0][0]
        for g, _ in left[1:]:
            top = g if self.compare(g, top) > 0 else top
        bound = sum((b * self.at_most(self.quotient(g, top)) for g, b in left), arb(0))
        if not bound.is_finite():
            raise UndecidedError("an error is not bounded")
        return _Tail(tuple(kept[:MAX_TERMS]), top, bound)

    def envelope(self, t: _Tail, growth: Growth) -> arb:
        """Return B with |t| <= B * growth."""
        parts = [(g, abs(self.number(c))) for g, c in t.terms] + (
            [(t.growth, t.bound)] if not t.bound.is_zero() else []
        )
        return sum((b * self.at_most(self.quotient(g, growth)) for g, b in parts), arb(0))

    def constant(self, value: Expr) -> _Tail:
        return self.make([(CONSTANT, value)], [])

    def add(self, *tails: _Tail) -> _Tail:
        return self.make([t for a in tails for t in a.terms], [(a.growth, a.bound) for a in tails])

    def multiply(self, a: _Tail, b: _Tail) -> _Tail:
        terms = [(self.times(g, h), c * d) for g, c in a.terms for h, d in b.terms]
        errors = [(self.times(a.growth, b.growth), a.bound * b.bound)] if not (a.bound * b.bound).is_zero() else []
        for one, other in ((a, b), (b, a)):
            if not one.bound.is_zero():
                errors += [(self.times(one.growth, g), one.bound * abs(self.number(c))) for g, c in other.terms]
        return self.make(terms, errors)

    def scaled(self, a: _Tail, factor: Expr) -> _Tail:
        return self.multiply(a, self.constant(factor))

    def leading(self, a: _Tail) -> tuple[Growth, Expr, _Tail]:
        """Split a = c*growth*(1 + d) with a d that tends to 0."""
        if not a.terms:
            raise UndecidedError("no term stands out of the error")
        growth, c = a.terms[0]
        inverse = _Tail(((self.power_of(growth, S.NegativeOne), 1 / c),))
        rest = self.multiply(_Tail(a.terms[1:], a.growth, a.bound), inverse)
        return growth, c, rest

    def series(self, d: _Tail, coefficients: list[Expr], remainder: Callable[[arb], arb]) -> _Tail:
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
        error = _Tail((), self.power_of(top, Integer(n)), remainder(q) * size**n)
        return self.add(total, error)

    # Expressions

    def convert(self, expr: Expr) -> _Tail:
        if expr not in self._done:
            self._done[expr] = self._convert(expr)
        return self._done[expr]

    def _convert(self, expr: Expr) -> _Tail:
        if not expr.has(self.x):
            return self.constant(expr)
        if expr == self.x:
            return _Tail((((((), S.One)), S.One),))
        rule = _RULES.get(expr.func)
        if rule is None:
            raise NotSupportedError(f"{expr.func.__name__} has no bounds on a half-line here")
        return rule(self, expr)

    def power(self, a: _Tail, r: Expr) -> _Tail:
        if not r.is_Rational:
            raise NotSupportedError("a power has no rational exponent")
        if r.is_Integer and 0 < r <= 4:
            return reduce(self.multiply, [a] * int(r))
        growth, c, d = self.leading(a)
        if not r.is_Integer and number_sign(c) != 1:
            raise UndecidedError("the base of a root is not positive")
        coefficients = [sp.binomial(r, k) for k in range(ORDER)]
        number = abs(arb(fmpq(int(sp.binomial(r, ORDER).p), int(sp.binomial(r, ORDER).q))))
        exponent = arb(fmpq(int((r - ORDER).p), int((r - ORDER).q)))

        def remainder(q: arb) -> arb:
            ends = [((1 + s * q).log() * exponent).exp() for s in (-1, 1)]
            return number * ends[0].max(ends[1])

        factor = _Tail(((self.power_of(growth, r), c**r),))
        return self.multiply(self.series(d, coefficients, remainder), factor)

    def exp(self, a: _Tail) -> _Tail:
        powers: dict[int, Expr] = {}
        constant, small = S.Zero, []
        for (exponents, p), c in a.terms:
            if not exponents and p.is_Integer and p > 0:
                powers[int(p)] = c
            elif not exponents and p == 0:
                constant = c
            elif self.direction((exponents, p)) < 0:
                small.append(((exponents, p), c))
            else:
                raise NotSupportedError("an exponential grows faster than those of polynomials")
        d = _Tail(tuple(small), a.growth, a.bound)
        growth = tuple(sorted(powers.items(), reverse=True)), S.Zero
        series = self.series(d, [S.One / sp.factorial(k) for k in range(ORDER)], lambda q: q.exp() / arb(ORDER).fac())
        return self.multiply(series, _Tail(((growth, sp.exp(constant)),)))

    def log(self, a: _Tail) -> _Tail:
        growth, c, d = self.leading(a)
        if growth[1] != 0 or number_sign(c) != 1:
            raise NotSupportedError("a logarithm grows more slowly than every power")
        coefficients = [S.Zero, *((-1) ** (k + 1) / Integer(k) for k in range(1, ORDER))]
        series = self.series(d, coefficients, lambda q: 1 / (ORDER * (1 - q) ** ORDER))
        terms = [(((), Integer(p)), k) for p, k in growth[0]]
        return self.add(self.constant(sp.log(c)), self.make(terms, []), series)

    def settles(self, a: _Tail) -> bool:
        """Whether all that is known of an argument is that it tends to 0."""
        growths = [a.terms[0][0]] if a.terms else []
        growths += [] if a.bound.is_zero() else [a.growth]
        return all(self.direction(g) < 0 for g in growths)

    def cubic(self, a: _Tail, slope: Expr, third: Expr) -> _Tail:
        """slope*d up to third*|d|**3, for a d that tends to 0."""
        if not a.terms and a.bound.is_zero():
            return self.constant(S.Zero)
        top = a.terms[0][0] if a.terms else a.growth
        if a.terms and not a.bound.is_zero() and self.compare(a.growth, top) > 0:
            top = a.growth
        size = self.envelope(a, top)
        error = _Tail((), self.power_of(top, Integer(3)), self.number(third) * size**3)
        return self.add(self.scaled(a, slope), error)

    def erfc(self, a: _Tail) -> _Tail:
        """exp(-u**2)/(u*sqrt(pi)) times something between 1 - 1/(2*u**2) and 1, for a u that tends to oo."""
        if self.settles(a):
            near = self.cubic(a, 2 / sp.sqrt(sp.pi), 2 / (3 * sp.sqrt(sp.pi)))
            return self.add(self.constant(S.One), self.scaled(near, S.NegativeOne))
        growth, c, _ = self.leading(a)
        way = self.direction(growth) * (number_sign(c) or 0)
        if self.direction(growth) <= 0:
            raise NotSupportedError("an error function has an argument that does not grow")
        if way < 0:
            return self.add(
                self.constant(Integer(2)), self.scaled(self.erfc(self.scaled(a, S.NegativeOne)), S.NegativeOne)
            )
        inverse = self.power(a, S.NegativeOne)
        main = self.multiply(
            self.exp(self.scaled(self.multiply(a, a), S.NegativeOne)), self.scaled(inverse, 1 / sp.sqrt(sp.pi))
        )
        spread = self.multiply(main, self.scaled(self.multiply(inverse, inverse), S.Half))
        top = spread.terms[0][0]
        return self.add(main, _Tail((), top, self.envelope(spread, top)))

    def sin(self, a: _Tail) -> _Tail:
        return self.cubic(a, S.One, Rational(1, 6)) if self.settles(a) else self.bounded()

    def bounded(self) -> _Tail:
        return _Tail((), CONSTANT, arb(1))

    def atan(self, a: _Tail) -> _Tail:
        if self.settles(a):
            return self.cubic(a, S.One, Rational(1, 3))
        growth, c, _ = self.leading(a)
        if self.direction(growth) <= 0:
            raise NotSupportedError("an arc tangent has an argument that does not grow")
        if number_sign(c) != 1:
            return self.scaled(self.atan(self.scaled(a, S.NegativeOne)), S.NegativeOne)
        inverse = self.power(a, S.NegativeOne)
        cube = self.scaled(reduce(self.multiply, [inverse] * 3), Rational(1, 3))
        top = cube.terms[0][0]
        error = _Tail((), top, self.envelope(cube, top))
        return self.add(self.constant(sp.pi / 2), self.scaled(inverse, S.NegativeOne), error)


def _through(form: Callable[[Expr], Expr]) -> Callable[[_HalfLine, Expr], _Tail]:
    return lambda h, e: h.convert(form(e.args[0]))


_RULES: dict[Any, Callable[[_HalfLine, Expr], _Tail]] = {
    sp.Add: lambda h, e: h.add(*map(h.convert, e.args)),
    sp.Mul: lambda h, e: reduce(h.multiply, map(h.convert, e.args)),
    sp.Pow: lambda h, e: h.power(h.convert(e.base), e.exp),
    sp.exp: lambda h, e: h.exp(h.convert(e.args[0])),
    sp.log: lambda h, e: h.log(h.convert(e.args[0])),
    sp.erfc: lambda h, e: h.erfc(h.convert(e.args[0])),
    sp.erf: lambda h, e: h.add(h.constant(S.One), h.scaled(h.erfc(h.convert(e.args[0])), S.NegativeOne)),
    sp.atan: lambda h, e: h.atan(h.convert(e.args[0])),
    sp.tanh: _through(lambda u: 1 - 2 / (sp.exp(2 * u) + 1)),
    sp.sinh: _through(lambda u: (sp.exp(u) - sp.exp(-u)) / 2),
    sp.cosh: _through(lambda u: (sp.exp(u) + sp.exp(-u)) / 2),
    sp.asinh: _through(lambda u: sp.log(u + sp.sqrt(u**2 + 1))),
    sp.sin: lambda h, e: h.sin(h.convert(e.args[0])),
    sp.cos: lambda h, e: h.bounded(),
}
