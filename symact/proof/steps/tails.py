"""Bounds on a half-line [M, oo): the sign and the size of an expression far out, from the terms of its parts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import reduce
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy import Expr, Integer, Rational, S, Symbol

from ...errors import NotSupportedError, UndecidedError
from ..numbers import balls
from .comparison import number_sign
from .tail_arithmetic import BITS, CONSTANT, Arithmetic, Tail

__all__ = ["FAR", "tail_area", "tail_bound", "tail_sign"]

#: Terms of series.
ORDER = 3


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
        rest = half_line.envelope(Tail(value.terms[1:], value.growth, value.bound), growth)
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


#: Where the tails of improper integrals begin.
FAR = 128


def tail_area(expr: Expr, x: Symbol) -> arb:
    """Return a ball around 0 that holds ∫ expr dx from FAR to oo; raises as `tail_sign`.

    |expr|*exp(x/4) <= b there, so that it is at most 4*b*exp(-FAR/4).
    """
    bound = tail_bound(expr * sp.exp(x / 4), x, FAR)
    with balls.precision(BITS):
        mass = 4 * bound * (-arb(FAR) / 4).exp()
        return mass.union(-mass)


class _HalfLine(Arithmetic):
    """Expressions on [start, oo)."""

    def __init__(self, x: Symbol, start: int) -> None:
        super().__init__(start)
        self.x = x
        self._done: dict[Expr, Tail] = {}

    def convert(self, expr: Expr) -> Tail:
        if expr not in self._done:
            self._done[expr] = self._convert(expr)
        return self._done[expr]

    def _convert(self, expr: Expr) -> Tail:
        if not expr.has(self.x):
            return self.constant(expr)
        if expr == self.x:
            return Tail((((((), S.One)), S.One),))
        rule = _RULES.get(expr.func)
        if rule is None:
            raise NotSupportedError(f"{expr.func.__name__} has no bounds on a half-line here")
        return rule(self, expr)

    def power(self, a: Tail, r: Expr) -> Tail:
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

        factor = Tail(((self.power_of(growth, r), c**r),))
        return self.multiply(self.series(d, coefficients, remainder), factor)

    def exp(self, a: Tail) -> Tail:
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
        d = Tail(tuple(small), a.growth, a.bound)
        growth = tuple(sorted(powers.items(), reverse=True)), S.Zero
        series = self.series(d, [S.One / sp.factorial(k) for k in range(ORDER)], lambda q: q.exp() / arb(ORDER).fac())
        return self.multiply(series, Tail(((growth, sp.exp(constant)),)))

    def log(self, a: Tail) -> Tail:
        growth, c, d = self.leading(a)
        if number_sign(c) != 1:
            raise NotSupportedError("what a logarithm is taken of isn't positive")
        # of x**p a logarithm has no terms: |p*log(x)| <= |p|*(2/e)*sqrt(x)
        slow = Tail((), ((), S.Half), 2 * abs(self.number(growth[1])) / arb(1).exp())
        coefficients = [S.Zero, *((-1) ** (k + 1) / Integer(k) for k in range(1, ORDER))]
        series = self.series(d, coefficients, lambda q: 1 / (ORDER * (1 - q) ** ORDER))
        terms = [(((), Integer(p)), k) for p, k in growth[0]]
        parts = (self.constant(sp.log(c)), self.make(terms, []), series)
        return self.add(*parts) if growth[1] == 0 else self.add(*parts, slow)

    def erfc(self, a: Tail) -> Tail:
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
        return self.add(main, Tail((), top, self.envelope(spread, top)))

    def wave(self, of: Callable[[Expr], Expr], a: Tail) -> Tail:
        """sin or cos of c + d for a d that tends to 0, by Taylor's formula; of other arguments something between -1 and 1."""
        c = next((k for growth, k in a.terms if growth == CONSTANT), S.Zero)
        d = Tail(tuple(term for term in a.terms if term[0] != CONSTANT), a.growth, a.bound)
        if self.settles(d):
            u = sp.Dummy("u", real=True)
            coefficients = [of(u).diff(u, k).subs(u, c) / sp.factorial(k) for k in range(ORDER)]
            with suppress(UndecidedError):  # d isn't small yet
                return self.series(d, coefficients, lambda q: 1 / arb(ORDER).fac())
        return Tail((), CONSTANT, arb(1))

    def atan(self, a: Tail) -> Tail:
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
        error = Tail((), top, self.envelope(cube, top))
        return self.add(self.constant(sp.pi / 2), self.scaled(inverse, S.NegativeOne), error)


def _through(form: Callable[[Expr], Expr]) -> Callable[[_HalfLine, Expr], Tail]:
    return lambda h, e: h.convert(form(e.args[0]))


_RULES: dict[Any, Callable[[_HalfLine, Expr], Tail]] = {
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
    **dict.fromkeys((sp.sin, sp.cos), lambda h, e: h.wave(e.func, h.convert(e.args[0]))),
}
