"""The checker's own limits and signs near an end, by series with O-terms; the prover finds them in another way."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from typing import Any

import sympy as sp
from sympy import Expr, Integer, Rational, S, Symbol, oo

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import Assumptions
from ..functions.switches import obstacles
from .expansions import erfc_far_out, lambert_at_0, lambert_at_branch
from .series import FAST, ONE, Arithmetic, Growth, Series

__all__ = ["limit", "sign_near"]

#: How many terms of a power series are taken, in turn.
ORDERS = (3, 6, 12)


def limit(expr: Expr, x: Symbol, end: Expr, side: int, known: Assumptions) -> Expr:
    """Return the limit of a smooth `expr` as x tends to an end from the right (side 1) or the left (-1); ±oo where it is that.

    Raises UndecidedError or NotSupportedError where these series don't show one.
    """
    found: Expr = _in_turn(lambda line: line.limit(line.convert(line.at_end(expr, x, end, side))), known)
    return found


def sign_near(expr: Expr, x: Symbol, end: Expr, side: int, known: Assumptions) -> int:
    """Return the sign of a smooth `expr` everywhere close to an end; arguments and errors as for `limit`."""

    def leading(line: Line) -> int:
        found = line.convert(line.at_end(expr, x, end, side))
        if not found.terms and found.error is None:
            return 0
        return line.certain(line.leading(found)[1])

    sign: int = _in_turn(leading, known)
    return sign


def _in_turn(compute: Callable[[Line], Any], known: Assumptions) -> Any:
    reason: Exception = UndecidedError("no order was tried")
    for order in ORDERS:
        try:
            return compute(Line(known, order))
        except UndecidedError as refusal:
            reason = refusal
    raise reason


class Line(Arithmetic):
    """Series of expressions in one t → oo."""

    def __init__(self, known: Assumptions, order: int) -> None:
        super().__init__(known, order)
        self.t = sp.Dummy("t", positive=True)
        self._done: dict[Expr, Series] = {}

    def at_end(self, expr: Expr, x: Symbol, end: Expr, side: int) -> Expr:
        """The expression in t, where x is ±t, or end ± 1/t."""
        if end in (oo, -oo):
            return expr.subs(x, self.t if end == oo else -self.t)
        return expr.subs(x, end + side / self.t)

    def convert(self, expr: Expr) -> Series:
        if expr not in self._done:
            self._done[expr] = self._convert(expr)
        return self._done[expr]

    def _convert(self, expr: Expr) -> Series:
        if not expr.has(self.t):
            if expr.has(oo, -oo, sp.nan, sp.zoo):
                raise UndecidedError("a part has no finite value")
            return self.constant(expr)
        if expr == self.t:
            return Series(((((), S.One, S.Zero), S.One),))
        rule = _RULES.get(expr.func)
        if rule is None:
            raise NotSupportedError(f"the checker knows no limits of {expr.func.__name__}")
        return rule(self, expr)

    def power(self, a: Series, r: Expr) -> Series:
        if not r.is_Rational:
            return self.exp(self.scaled(self.log(a), r))
        if r.is_Integer and 0 < r <= 6:
            return reduce(self.multiply, [a] * int(r))
        growth, c, d = self.leading(a)
        if not r.is_Integer and self.certain(c) != 1:
            raise UndecidedError("the base of a root is not positive")
        factor = Series(((self.raised(growth, r), c**r),))
        return self.multiply(self.power_series(d, [sp.binomial(r, k) for k in range(self.order)]), factor)

    def exp(self, a: Series) -> Series:
        powers: dict[tuple[Rational, Rational], Expr] = {}
        exponent, constant = S.Zero, S.Zero
        small: list[tuple[Growth, Expr]] = []
        for number, (growth, c) in enumerate(a.terms):
            if self.way(growth) < 0:
                small.append((growth, c))
            elif growth == ONE:
                constant = c
            elif not growth[0] and (growth[1] > 0 or growth[2] > 1) and growth[1] < FAST:
                powers[growth[1], growth[2]] = c
            elif growth == ((), S.Zero, S.One):
                exponent = c
            elif number == 0 and self.certain(c) < 0 and (growth[0] or growth[1] > 0):
                return self._vanishing(growth)
            else:
                raise NotSupportedError("an exponential grows faster than those of powers")
        main: Growth = tuple(sorted(powers.items(), reverse=True)), exponent, S.Zero
        if a.error is not None and self.way(a.error) > 0:
            raise UndecidedError("an exponent is not known well enough")
        if a.error is not None and self.way(a.error) == 0:
            return Series((), main)
        small_part = self.power_series(Series(tuple(small), a.error), [1 / sp.factorial(k) for k in range(self.order)])
        return self.multiply(small_part, Series(((main, sp.exp(constant)),)))

    def _vanishing(self, growth: Growth) -> Series:
        """exp(-u) for a u that grows like exp(c*t**p) or like t**a*log(t)**b for an a >= FAST."""
        power = Rational(FAST) if growth[0] else growth[1] / 2
        return Series((), ((((power, S.Zero), S.NegativeOne),), S.Zero, S.Zero))

    def log(self, a: Series) -> Series:
        growth, c, d = self.leading(a)
        if self.certain(c) != 1:
            raise UndecidedError("the argument of a logarithm is not positive")
        if growth[2]:
            raise NotSupportedError("a logarithm of a logarithm is no growth here")
        terms: list[tuple[Growth, Expr]] = [(((), p, q), k) for (p, q), k in growth[0]]
        terms += [(((), S.Zero, S.One), growth[1])] if growth[1] else []
        coefficients = [S.Zero, *((-1) ** (k + 1) / Integer(k) for k in range(1, self.order))]
        return self.add(self.constant(sp.log(c)), self.make(terms, []), self.power_series(d, coefficients))

    def diverges(self, a: Series) -> int:
        """1 or -1 where a series tends to oo or -oo, 0 where it is bounded."""
        if a.terms and self.way(a.terms[0][0]) > 0:
            return self.certain(a.terms[0][1])
        return 0

    def analytic(self, head: Any, a: Series) -> Series:
        """f(c + d) by Taylor's formula, where f is analytic at the limit c."""
        centre, d = self.settled(a)
        u = sp.Dummy("u", real=True)
        coefficients, slope = [], head(u)
        for k in range(self.order):
            for g, allowed in obstacles(slope):
                if self.certain(g.subs(u, centre)) not in allowed - {0}:
                    raise UndecidedError(f"{head.__name__} is not known to be analytic at {centre}")
            coefficients.append(slope.subs(u, centre) / sp.factorial(k))
            slope = sp.diff(slope, u)
        return self.power_series(d, coefficients)

    def wave(self, head: Any, a: Series) -> Series:
        bounded = Series((), ONE)  # at most 1, whatever the argument is
        try:
            if self.diverges(a) or (a.error is not None and self.way(a.error) >= 0):
                return bounded
            return self.analytic(head, a)
        except UndecidedError:
            return bounded

    def erfc(self, a: Series) -> Series:
        """exp(-u**2)/(u*sqrt(pi)) times a series in 1/u**2, for a u that tends to oo."""
        way = self.diverges(a)
        if not way:
            return self.analytic(sp.erfc, a)
        if way < 0:
            return self.add(
                self.constant(Integer(2)), self.scaled(self.erfc(self.scaled(a, S.NegativeOne)), S.NegativeOne)
            )
        inverse = self.power(a, S.NegativeOne)
        main = self.multiply(
            self.exp(self.scaled(self.multiply(a, a), S.NegativeOne)), self.scaled(inverse, 1 / sp.sqrt(sp.pi))
        )
        return self.multiply(main, self.power_series(self.multiply(inverse, inverse), erfc_far_out(self.order)))

    def atan(self, a: Series) -> Series:
        way = self.diverges(a)
        if not way:
            return self.analytic(sp.atan, a)
        inverse = self.analytic(sp.atan, self.power(a, S.NegativeOne))
        return self.add(self.constant(way * sp.pi / 2), self.scaled(inverse, S.NegativeOne))

    def rewritten(self, expr: Expr) -> Series:
        """By the rules of other functions where the argument grows or tends to where the function isn't analytic."""
        a = self.convert(expr.args[0])
        try:
            return self.analytic(expr.func, a)
        except UndecidedError:
            return self.convert(_REWRITTEN[expr.func](expr.args[0]))

    def arcsine(self, expr: Expr) -> Series:
        """way*(pi/2 - 2*asin(sqrt((1 - way*u)/2))), for a u that tends to way = ±1."""
        a = self.convert(expr.args[0])
        try:
            return self.analytic(sp.asin, a)
        except UndecidedError:
            way = self.certain(self.settled(a)[0])
        if way == 0 or self.certain(self.settled(a)[0] - way) != 0:
            raise UndecidedError("an arcsine is taken beyond its domain")
        return self.convert(way * (sp.pi / 2 - 2 * sp.asin(sp.sqrt((1 - way * expr.args[0]) / 2))))

    def lambert(self, a: Series) -> Series:
        """By Taylor's formula, at -1/e in sqrt(2*(e*u + 1)); log(u) + O(sqrt(log(u))) for a u that tends to oo."""
        if self.diverges(a) > 0:
            main = self.log(a)
            return self.add(main, Series((), self.raised(main.terms[0][0], S.Half)))
        centre, d = self.settled(a)
        if self.certain(centre) == 0:
            return self.power_series(d, lambert_at_0(self.order))
        if self.certain(centre + sp.exp(-1)) == 0:
            return self.power_series(self.power(self.scaled(d, 2 * sp.E), S.Half), lambert_at_branch(self.order))
        return self.analytic(sp.LambertW, a)

    def tanh(self, a: Series) -> Series:
        """way*(1 - 2*q/(1 + q)) with q = exp(-2*way*u), for a u that tends to way*oo."""
        way = self.diverges(a)
        if not way:
            return self.analytic(sp.tanh, a)
        q = self.exp(self.scaled(a, Integer(-2 * way)))
        ratio = self.multiply(q, self.power(self.add(self.constant(S.One), q), S.NegativeOne))
        return self.scaled(self.add(self.constant(S.One), self.scaled(ratio, Integer(-2))), Integer(way))

    def asinh(self, a: Series) -> Series:
        """way*log(way*u + sqrt(u**2 + 1)), for a u that tends to way*oo."""
        way = self.diverges(a)
        if not way:
            return self.analytic(sp.asinh, a)
        size = self.scaled(a, Integer(way))
        root = self.power(self.add(self.multiply(a, a), self.constant(S.One)), S.Half)
        return self.scaled(self.log(self.add(size, root)), Integer(way))


#: Function class → the same by exponentials, logarithms, sine and cosine.
_REWRITTEN: dict[Any, Callable[[Expr], Expr]] = {
    sp.sinh: lambda u: (sp.exp(u) - sp.exp(-u)) / 2,
    sp.cosh: lambda u: (sp.exp(u) + sp.exp(-u)) / 2,
    sp.sech: lambda u: 2 / (sp.exp(u) + sp.exp(-u)),
    sp.acosh: lambda u: sp.log(u + sp.sqrt(u**2 - 1)),
    sp.atanh: lambda u: (sp.log(1 + u) - sp.log(1 - u)) / 2,
    sp.tan: lambda u: sp.sin(u) / sp.cos(u),
    sp.cot: lambda u: sp.cos(u) / sp.sin(u),
}


def _of(method: Callable[[Line, Series], Series]) -> Callable[[Line, Expr], Series]:
    return lambda line, e: method(line, line.convert(e.args[0]))


def _wave(head: Any, line: Line, a: Series) -> Series:
    return line.wave(head, a)


def _analytic(head: Any, line: Line, a: Series) -> Series:
    return line.analytic(head, a)


#: Function class → its series.
_RULES: dict[Any, Callable[[Line, Expr], Series]] = {
    sp.Add: lambda line, e: line.add(*map(line.convert, e.args)),
    sp.Mul: lambda line, e: reduce(line.multiply, map(line.convert, e.args)),
    sp.Pow: lambda line, e: (
        line.convert(sp.exp(e.exp * sp.log(e.base))) if e.exp.has(line.t) else line.power(line.convert(e.base), e.exp)
    ),
    sp.exp: _of(Line.exp),
    sp.log: _of(Line.log),
    sp.erfc: _of(Line.erfc),
    sp.erf: lambda line, e: line.add(
        line.constant(S.One), line.scaled(line.erfc(line.convert(e.args[0])), S.NegativeOne)
    ),
    sp.atan: _of(Line.atan),
    sp.tanh: _of(Line.tanh),
    sp.asinh: _of(Line.asinh),
    **{head: _of(partial(_wave, head)) for head in (sp.sin, sp.cos)},
    sp.LambertW: _of(Line.lambert),
    **dict.fromkeys(_REWRITTEN, lambda line, e: line.rewritten(e)),
    sp.asin: lambda line, e: line.arcsine(e),
    sp.acos: lambda line, e: line.add(
        line.constant(sp.pi / 2), line.scaled(line.convert(sp.asin(e.args[0])), S.NegativeOne)
    ),
    sp.erfinv: _of(partial(_analytic, sp.erfinv)),
}
