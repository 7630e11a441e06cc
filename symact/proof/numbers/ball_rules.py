"""Every function on balls and exact rationals: a ball always contains the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy.core.relational import (
    Equality,
    GreaterThan,
    LessThan,
    StrictGreaterThan,
    StrictLessThan,
    Unequality,
)
from sympy.logic.boolalg import And, Not, Or

__all__ = ["BALL_RULES", "LARGE", "ZERO", "GeneralPower", "Rule", "Value", "ball", "rational"]

#: A ball, a rational that is known exactly, or the truth of a condition (None where the balls leave it open).
Value = Any
Rule = Callable[..., Value]

ZERO, ONE = fmpq(0), fmpq(1)


class GeneralPower:
    """The head of powers whose exponent isn't written as a rational number."""


#: Longer rationals are rounded to balls, so that exact arithmetic can't grow without bound.
EXACT_BITS = 4096
#: Roots of a higher order than this are taken through exp and log.
ROOT_ORDER = 1000
#: flint ends the process when it is asked for the digits of a number with a huge exponent.
LARGE = arb(2) ** 4096


def rational(number: Any) -> fmpq:
    """Return a SymPy Rational as a flint rational."""
    return fmpq(int(number.p), int(number.q))


def ball(value: Value) -> arb:
    """Return an exact rational as a ball of the current precision, a ball as it is."""
    return value if isinstance(value, arb) else arb(value)


def _nothing() -> Value:
    """The ball that knows nothing: the value may not even exist."""
    return arb.nan()


def _bounded(value: Value) -> Value:
    return arb(value) if isinstance(value, fmpq) and value.height_bits() > EXACT_BITS else value


def _add(*terms: Value) -> Value:
    total = terms[0]
    for term in terms[1:]:
        total = _bounded(total + term)
    return total


def _mul(*factors: Value) -> Value:
    total = factors[0]
    for factor in factors[1:]:
        total = _bounded(total * factor)
    return total


def _integer_power(base: Value, n: int) -> Value:
    """base**n for an integer n; an even power of a ball around 0 is kept nonnegative."""
    if isinstance(base, fmpq):
        if base == 0 and n < 0:
            return _nothing()
        if base.height_bits() * abs(n) <= EXACT_BITS:
            return base**n
        base = arb(base)
    if n == 0:
        return base if base.is_nan() else ONE
    if base.is_zero() and n > 0:
        return ZERO
    if not base.contains(0):
        return base**n
    if n < 0 or base.is_nan():
        return _nothing()
    high = base.upper() ** n if n % 2 else base.abs_upper() ** n
    return (base.lower() ** n if n % 2 else arb(0)).union(high)


def _rational_power(base: Value, exponent: fmpq) -> Value:
    """base**(p/q) of a nonnegative base: the real root; nothing is known where the base may be negative."""
    if base == 0:
        return ZERO if exponent > 0 else _nothing()
    base, order = ball(base), int(exponent.q)
    if not base > 0:
        return _nothing()
    if order > ROOT_ORDER:
        return (base.log() * exponent).exp()
    root = base.sqrt() if order == 2 else base.root(order)
    return _integer_power(root, int(exponent.p))


def _power(base: Value, exponent: Value) -> Value:
    """base**exponent for an exponent that is written as a rational number."""
    if not isinstance(exponent, fmpq):
        return _general_power(base, exponent)
    return _integer_power(base, int(exponent.p)) if exponent.q == 1 else _rational_power(base, exponent)


def _general_power(base: Value, exponent: Value) -> Value:
    """exp(exponent*log(base)) for positive bases, whatever the exponent comes to: x**a has one domain for all a."""
    base = ball(base)
    return (base.log() * exponent).exp() if base > 0 else _nothing()


def _abs(value: Value) -> Value:
    if isinstance(value, fmpq) or not value.contains(0):
        return abs(value)
    return value if value.is_nan() else arb(0).union(value.abs_upper())


def _step(value: Value, at_zero: Value, below: int) -> Value:
    """1 for a positive value, `below` for a negative one, `at_zero` at 0."""
    if value > 0:
        return ONE
    if value < 0:
        return fmpq(below)
    if value == 0:
        return at_zero
    return value if value.is_nan() else arb(below).union(arb(1)).union(ball(at_zero))


def _larger(a: Value, b: Value) -> Value:
    if a >= b:
        return a
    return b if a <= b else ball(a).max(ball(b))


def _smaller(a: Value, b: Value) -> Value:
    if a <= b:
        return a
    return b if a >= b else ball(a).min(ball(b))


def _fold(rule: Rule) -> Rule:
    def folded(*values: Value) -> Value:
        total = values[0]
        for value in values[1:]:
            total = rule(total, value)
        return total

    return folded


def _piecewise(*parts: Value) -> Value:
    """Union of the branches that may be the chosen one."""
    found: list[Value] = []
    for branch, condition in zip(parts[::2], parts[1::2], strict=True):
        if condition is not False:
            found.append(branch)
        if condition is True:
            break
    else:
        return _nothing()
    if len(found) == 1:
        return found[0]
    total = ball(found[0])
    for branch in found[1:]:
        total = total.union(ball(branch))
    return total


def _certainly(holds: bool, fails: bool) -> bool | None:
    return True if holds else False if fails else None


def _all(*conditions: bool | None) -> bool | None:
    return False if False in conditions else None if None in conditions else True


def _not(condition: bool | None) -> bool | None:
    return None if condition is None else not condition


def _any(*conditions: bool | None) -> bool | None:
    return _not(_all(*map(_not, conditions)))


def _lambert(argument: Value, branch: Value = ZERO) -> Value:
    return ball(argument).lambertw(int(branch.p)) if branch in (0, -1) else _nothing()


def _sinc(value: Value) -> Value:
    return ONE if value == 0 else ball(value).sinc()


def _method(name: str) -> Rule:
    def rule(value: Value) -> Value:
        found = getattr(ball(value), name)()
        return found if found.is_finite() or found.contains(0) else _nothing()  # an infinity is no real value

    return rule


#: Function class → its value on balls and exact rationals. A ball always contains the value; nan says nothing.
BALL_RULES: dict[Any, Rule] = {
    sp.Add: _add,
    sp.Mul: _mul,
    sp.Pow: _power,
    GeneralPower: _general_power,
    sp.Abs: _abs,
    sp.sign: lambda value: _step(value, ZERO, -1),
    sp.Heaviside: lambda value, at_zero: _step(value, at_zero, 0),
    sp.Max: _fold(_larger),
    sp.Min: _fold(_smaller),
    sp.Piecewise: _piecewise,
    sp.LambertW: _lambert,
    sp.sinc: _sinc,
    StrictLessThan: lambda a, b: _certainly(a < b, a >= b),
    LessThan: lambda a, b: _certainly(a <= b, a > b),
    StrictGreaterThan: lambda a, b: _certainly(a > b, a <= b),
    GreaterThan: lambda a, b: _certainly(a >= b, a < b),
    Equality: lambda a, b: _certainly(a == b, a != b),
    Unequality: lambda a, b: _certainly(a != b, a == b),
    And: _all,
    Or: _any,
    Not: _not,
    type(sp.pi): arb.pi,
    type(sp.E): arb.const_e,
    type(sp.EulerGamma): arb.const_euler,
    type(sp.Catalan): arb.const_catalan,
    **{
        getattr(sp, name): _method(name)
        for name in (
            *("exp", "log", "sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan", "erf", "erfc", "erfinv"),
            *("sinh", "cosh", "tanh", "coth", "sech", "csch", "asinh", "acosh", "atanh"),
        )
    },
}
