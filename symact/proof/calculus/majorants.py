"""Bounds on an expression far out: |f(z)| <= m*|z|**k*exp(c*|z|) for |z| >= t, from bounds on its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy import Expr, Symbol

from ...errors import UndecidedError
from ..numbers.ball_rules import BALL_RULES, GeneralPower, ball
from ..numbers.program import compile_expression

__all__ = ["NoBoundError", "Size", "gaussian_tail", "majorant"]


class NoBoundError(UndecidedError):
    """No bound far out was found by these rules."""


@dataclass(frozen=True)
class Size:
    """m*|z|**k*exp(c*|z|), where |z| >= 1."""

    m: arb
    k: int = 0
    c: arb = arb(0)  # noqa: RUF009 - a ball is immutable

    def __add__(self, other: Size) -> Size:
        return Size(self.m + other.m, max(self.k, other.k), self.c.max(other.c))

    def __mul__(self, other: Size) -> Size:
        return Size(self.m * other.m, self.k + other.k, self.c + other.c)

    def __pow__(self, n: int) -> Size:
        return Size(self.m**n, self.k * n, self.c * n)


@dataclass(frozen=True)
class Bound:
    """Values between low and high (None: no bound), at most of a size; `log` bounds |log| of a positive value."""

    low: arb | None
    high: arb | None
    size: Size | None
    log: Size | None = None

    @property
    def best(self) -> Size | None:
        """The size, a constant where both bounds are known."""
        if self.low is not None and self.high is not None:
            return Size(abs(self.low).max(abs(self.high)))
        return self.size


def majorant(expr: Expr, z: Symbol, side: int, t: int) -> Size:
    """Return a size that |expr| doesn't exceed for z >= t (side 1) or z <= -t (side -1), t >= 1.

    Uses the precision in force. Raises NoBoundError where none is found.
    """
    program = compile_expression(expr, (z,))
    start = Bound(arb(t), None, Size(arb(1), 1)) if side > 0 else Bound(None, arb(-t), Size(arb(1), 1))
    found = _bound(program.run([start], _rule)).best
    if found is None or not found.m.is_finite():
        raise NoBoundError(f"no bound on {expr} far out was found")
    return found


def gaussian_tail(size: Size, t: int) -> arb | None:
    """Return a bound on the part of E|f(z)| beyond t on one side for |f| <= size, None where t is too near.

    z**k*exp(c*z - z**2/4) falls from t on where k/t + c <= t/2, and the integral of exp(-z**2/4) is sqrt(pi)*erfc(t/2).
    """
    t_ball = arb(t)
    if not size.k / t_ball + size.c <= t_ball / 2:
        return None
    peak = size.m * t_ball**size.k * (size.c * t_ball - t_ball**2 / 4).exp()
    return peak * (t_ball / 2).erfc() / arb(2).sqrt()


def _bound(value: Any) -> Bound:
    if isinstance(value, Bound):
        return value
    number = ball(value)
    return Bound(number, number, Size(abs(number)), Size(abs(number.log())) if number > 0 else None)


def _rule(head: Any) -> Callable[..., Bound]:
    def rule(*values: Any) -> Bound:
        if not any(isinstance(v, Bound) for v in values):
            return _bound(BALL_RULES[head](*values) if head in BALL_RULES else head.ball(*values))
        if head not in _RULES:
            raise NoBoundError(f"no bound on {getattr(head, '__name__', head)} far out is known")
        if head in (sp.Pow, GeneralPower):
            return _power(_bound(values[0]), values[1])
        return _RULES[head](*map(_bound, values))

    return rule


def _both(rule: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    return None if a is None or b is None else rule(a, b)


def _add(a: Bound, b: Bound) -> Bound:
    low, high = _both(arb.__add__, a.low, b.low), _both(arb.__add__, a.high, b.high)
    return Bound(low, high, _both(Size.__add__, a.best, b.best))


def _mul(a: Bound, b: Bound) -> Bound:
    size, log = _both(Size.__mul__, a.best, b.best), _both(Size.__add__, a.log, b.log)
    if a.low is not None and a.high is not None and b.low is not None and b.high is not None:
        ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        return Bound(reduce(arb.min, ends), reduce(arb.max, ends), size, log)
    (s, least), (t, smallest) = _away_from_zero(a), _away_from_zero(b)
    if s == 0 or t == 0:
        return Bound(None, None, size, log)
    return Bound(least * smallest, None, size, log) if s == t else Bound(None, -least * smallest, size, log)


def _away_from_zero(a: Bound) -> tuple[int, arb]:
    """The sign that all values have, 0 if it isn't known, and the least absolute value."""
    if a.low is not None and a.low >= 0:
        return 1, a.low
    if a.high is not None and a.high <= 0:
        return -1, -a.high
    return 0, arb(0)


def _reciprocal(a: Bound) -> Bound:
    if a.low is not None and a.low > 0:
        low, high = arb(0) if a.high is None else 1 / a.high, 1 / a.low
    elif a.high is not None and a.high < 0:
        low, high = 1 / a.high, arb(0) if a.low is None else 1 / a.low
    else:
        raise NoBoundError("a denominator is not bounded away from 0 far out")
    return Bound(low, high, Size(abs(low).max(abs(high))), a.log)


def _power(a: Bound, exponent: Any) -> Bound:
    if not isinstance(exponent, fmpq):
        raise NoBoundError("no bound on a power with such an exponent far out is known")
    if exponent < 0:
        return _reciprocal(_power(a, -exponent))
    whole = int(exponent.ceil())
    log = None if a.log is None else a.log * Size(arb(exponent))
    if exponent.q != 1:
        if a.low is None or not a.low >= 0:
            raise NoBoundError("a radicand is not known to be positive far out")
        raised = [None if e is None else e.max(arb(0)) ** arb(exponent) for e in (a.low, a.high)]
        size = a.best
        return Bound(
            raised[0], raised[1], None if size is None else Size(size.m.max(arb(1)), size.k, size.c) ** whole, log
        )
    size = None if a.best is None else a.best**whole
    low, high = (None if e is None else e**whole for e in (a.low, a.high))
    if whole % 2 or (a.low is not None and a.low >= 0):
        return Bound(low, high, size, log)
    if a.high is not None and a.high <= 0:
        return Bound(high, low, size, log)
    return Bound(arb(0), None if low is None or high is None else low.max(high), size)


def _exp(a: Bound) -> Bound:
    low, high = arb(0) if a.low is None else a.low.exp(), None if a.high is None else a.high.exp()
    linear = a.best
    size = Size(arb(1), 0, linear.m) if linear is not None and linear.k <= 1 and linear.c == 0 else None
    return Bound(low, high, size if high is None else Size(high), linear)


def _log(a: Bound) -> Bound:
    high = None if a.high is None or not a.high > 0 else a.high.log()
    if a.low is None or not a.low > 0:
        if a.log is None:
            raise NoBoundError("the argument of a logarithm is not bounded away from 0 far out")
        return Bound(None, high, a.log)
    low = a.low.log()
    if high is not None or a.size is None:
        return Bound(low, high, a.log)
    # log(m*z**k*exp(c*z)) <= |log m| + (k + c)*z
    above = Size(abs(a.size.m.log()) + a.size.k + a.size.c + abs(low), 1)
    return Bound(low, high, above)


def _increasing(name: str, bottom: arb | None, top: arb | None, keeps_size: bool = False) -> Callable[[Bound], Bound]:
    def rule(a: Bound) -> Bound:
        low = bottom if a.low is None else getattr(a.low, name)()
        high = top if a.high is None else getattr(a.high, name)()
        return Bound(low, high, a.best if keeps_size else None)

    return rule


def _erfc(a: Bound) -> Bound:
    """erfc falls from 2 to 0, and |log(erfc(u))| <= u**2 + u + 1 for u >= 0."""
    low = arb(0) if a.high is None else a.high.erfc()
    high = arb(2) if a.low is None else a.low.erfc()
    size = a.best
    log = None
    if size is not None and a.low is not None and a.low >= 0:
        log = size * size + size + Size(arb(1))
    return Bound(low, high, Size(arb(2)), log)


def _hyperbolic(sign: int) -> Callable[[Bound], Bound]:
    def rule(a: Bound) -> Bound:
        up, down = _exp(a), _exp(_mul(a, _bound(fmpq(-1))))
        return _mul(_bound(fmpq(1, 2)), _add(up, _mul(_bound(fmpq(sign)), down)))

    return rule


def _wave(_: Bound) -> Bound:
    return Bound(arb(-1), arb(1), Size(arb(1)))


def _lambert(a: Bound, branch: Bound | None = None) -> Bound:
    """0 <= W(u) <= u for u >= 0."""
    if branch is not None or a.low is None or not a.low >= 0:
        raise NoBoundError("no bound on LambertW far out is known")
    return Bound(arb(0), a.high, a.best)


_RULES: dict[Any, Callable[..., Bound]] = {
    sp.Add: lambda *terms: reduce(_add, terms),
    sp.Mul: lambda *factors: reduce(_mul, factors),
    sp.Pow: _power,
    GeneralPower: _power,
    sp.exp: _exp,
    sp.log: _log,
    sp.tanh: _increasing("tanh", arb(-1), arb(1)),
    sp.erf: _increasing("erf", arb(-1), arb(1)),
    sp.atan: _increasing("atan", arb(-2), arb(2)),
    sp.asin: _increasing("asin", arb(-2), arb(2)),
    sp.asinh: _increasing("asinh", None, None, keeps_size=True),
    sp.erfc: _erfc,
    sp.sinh: _hyperbolic(-1),
    sp.cosh: _hyperbolic(1),
    sp.sin: _wave,
    sp.cos: _wave,
    sp.sinc: _wave,
    sp.LambertW: _lambert,
}
