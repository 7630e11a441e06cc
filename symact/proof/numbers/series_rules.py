"""Every smooth function on power series with balls for coefficients.

Every step is checked to be finite, since the product of an empty series with nan is 0 in flint.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from operator import mul
from typing import Any

import sympy as sp
from flint import arb, arb_series, ctx, fmpq

from ...errors import NotSupportedError, UndecidedError
from .ball_rules import ZERO, GeneralPower, Rule, Value, ball
from .program import ball_rule

__all__ = ["SERIES_RULES", "series_rule"]


def series_rule(head: Any) -> Rule:
    """Return the rule of a function class over series; constants among the arguments stay balls."""

    def rule(*values: Value) -> Value:
        if not any(isinstance(value, arb_series) for value in values):
            found = ball_rule(head)(*values)
            finite = isinstance(found, fmpq | bool) or (found is not None and found.is_finite())
        elif head in SERIES_RULES:
            found = SERIES_RULES[head](*values)
            finite = all(c.is_finite() for c in found.coeffs())
        else:
            raise NotSupportedError(f"{head.__name__} has no Taylor series here: it is not smooth everywhere")
        if not finite:
            raise UndecidedError(f"{head.__name__} isn't known to be smooth at the centre")
        return found

    return rule


def _reciprocal(s: Any) -> Any:
    if s[0].contains(0):
        raise UndecidedError("a denominator isn't known to differ from 0 at the centre")
    return 1 / s


def _power_series(base: Value, exponent: Value) -> Any:
    if isinstance(exponent, arb_series):
        return (exponent * (base.log() if isinstance(base, arb_series) else ball(base).log())).exp()
    if isinstance(exponent, fmpq) and exponent.q == 1:
        n = int(exponent.p)
        return base**n if n >= 0 else _reciprocal(base**-n)
    if not base[0] > 0:
        raise UndecidedError("the base of a power isn't known to be positive at the centre")
    return base ** ball(exponent)


def _primitive(name: str, slope: Callable[[Any], Any]) -> Rule:
    """f(g) as the integral of f′(g)*g′ from the centre."""

    def rule(g: Any) -> Any:
        return (slope(g) * g.derivative()).integral() + getattr(g[0], name)()

    return rule


def _erfinv_series(g: Any) -> Any:
    """Iterate y′ = sqrt(pi)/2*exp(y**2)*g′; each round makes one more coefficient right."""
    y = arb_series([g[0].erfinv()])
    for _ in range(ctx.cap - 1):
        y = ((y * y).exp() * g.derivative() * (arb.pi().sqrt() / 2)).integral() + g[0].erfinv()
    return y


def _sinc_series(g: Any) -> Any:
    if g[0] != 0:
        return g.sin() / g
    if g[0] == 0:
        return arb_series([(-1) ** (k // 2) * (k % 2 == 0) / arb(k + 1).fac() for k in range(ctx.cap)])(g)
    raise UndecidedError("the argument of sinc can't be told from 0 at the centre")


def _lambert_series(g: Any, branch: Value = ZERO) -> Any:
    return g.lambertw(int(branch.p))


def _series_method(name: str) -> Rule:
    return lambda g: getattr(g, name)()


#: Function class → its value on power series.
SERIES_RULES: dict[Any, Rule] = {
    sp.Add: lambda *terms: sum(terms[1:], terms[0]),
    sp.Mul: lambda *factors: reduce(mul, factors),
    sp.Pow: _power_series,
    GeneralPower: _power_series,
    sp.LambertW: _lambert_series,
    sp.sinc: _sinc_series,
    sp.erfinv: _erfinv_series,
    sp.cot: lambda g: g.cos() * _reciprocal(g.sin()),
    sp.sec: lambda g: _reciprocal(g.cos()),
    sp.csc: lambda g: _reciprocal(g.sin()),
    sp.sinh: lambda g: (g.exp() - (-g).exp()) / 2,
    sp.cosh: lambda g: (g.exp() + (-g).exp()) / 2,
    sp.tanh: lambda g: 1 - 2 * _reciprocal((2 * g).exp() + 1),
    sp.coth: lambda g: 1 + 2 * _reciprocal((2 * g).exp() - 1),
    sp.sech: lambda g: 2 * _reciprocal(g.exp() + (-g).exp()),
    sp.csch: lambda g: 2 * _reciprocal(g.exp() - (-g).exp()),
    sp.asinh: _primitive("asinh", lambda g: (g * g + 1).rsqrt()),
    sp.acosh: _primitive("acosh", lambda g: (g * g - 1).rsqrt()),
    sp.atanh: _primitive("atanh", lambda g: _reciprocal(1 - g * g)),
    **{
        getattr(sp, name): _series_method(name)
        for name in ("exp", "log", "sin", "cos", "tan", "asin", "acos", "atan", "erf", "erfc")
    },
}
