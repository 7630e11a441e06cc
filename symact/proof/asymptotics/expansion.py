"""Expressions as series of a scale: one rule a function, each an addition theorem, a Taylor series or an asymptotic series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy import Dummy, Expr, S, Symbol, diff, exp, factorial, pi, sqrt
from sympy.functions.combinatorial.numbers import stirling

from ...errors import UndecidedError
from ..algebra.function_quotients import QUOTIENTS
from .scale import Scale
from .series import Series

__all__ = ["expand_at"]


def expand_at(expr: Expr, variables: dict[Symbol, Series], scale: Scale) -> Series:
    """Return the series of `expr` from those of its variables; what isn't among these is a constant.

    Raises UndecidedError where a step depends on what isn't known, or a function has no rule.
    """
    return _Expansion(variables, scale)(expr)


class _Expansion:
    """Expands an expression bottom-up; equal subexpressions once."""

    def __init__(self, variables: dict[Symbol, Series], scale: Scale) -> None:
        self.scale = scale
        self._variables = set(variables)
        self._found: dict[Expr, Series] = dict(variables)

    def __call__(self, expr: Expr) -> Series:
        if expr not in self._found:
            self._found[expr] = self._expand(expr)
        return self._found[expr]

    def _expand(self, expr: Expr) -> Series:
        scale, args = self.scale, expr.args
        if not expr.free_symbols & self._variables:
            return scale.constant(expr)
        if expr.is_Add:
            return scale.total(*map(self, args))
        if expr.is_Mul:
            result = self(args[0])
            for factor in args[1:]:
                result = scale.product(result, self(factor))
            return result
        if isinstance(expr, exp):
            return scale.exp(self(expr.exp))
        if expr.is_Pow:
            if args[1].free_symbols & self._variables:
                return scale.exp(scale.product(self(args[1]), scale.log(self(args[0]))))
            return scale.power(self(args[0]), args[1])
        if expr.func in QUOTIENTS:
            return self(QUOTIENTS[expr.func](args[0]))
        if expr.func not in RULES or any(a.free_symbols & self._variables for a in args[1:]):
            raise UndecidedError(f"no expansion of {expr.func.__name__} near an end is known")
        return RULES[expr.func](scale, Head(expr.func, args[1:]), self(args[0]))


@dataclass(frozen=True)
class Head:
    """A function of one argument: a class with its other arguments fixed."""

    function: Any
    others: tuple[Expr, ...] = ()

    def __call__(self, y: Expr) -> Expr:
        return self.function(y, *self.others)


#: The argument of a function in a table.
_Y = Dummy("y", real=True)

Rule = Callable[[Scale, Head, Series], Series]


def _taylor(scale: Scale, head: Head, f: Series) -> Series:
    """head(a + r) by the derivatives of head at a."""
    if f.element is None:
        return scale.constant(head(f.value))
    base, rest, large = scale.around(f)
    if not large.is_null:
        raise UndecidedError(f"{head(f.expr)} has no expansion where its argument is unbounded")
    y = Dummy("y", real=True)
    slopes = [head(y)]

    def coefficient(k: int) -> Series:
        while len(slopes) <= k:
            slopes.append(diff(slopes[-1], y))
        if k == 0:
            return at_base
        value = scale.constant(slopes[k].xreplace({y: base.value})) if base.element is None else at(slopes[k])
        return scale.scaled(1 / factorial(k), value)

    at = _Expansion({y: base}, scale)
    at_base = _taylor(scale, head, base)
    return scale.compose(coefficient, rest, lambda: head(base.expr + rest.expr))


def _hyperbolic(scale: Scale, head: Head, f: Series) -> Series:
    """(exp(f) - exp(-f))/2 and alike; near a constant k by sinh(k + s) = sinh(k)*cosh(s) + cosh(k)*sinh(s) and alike."""
    F, k, s = scale.split(f)
    if k != 0 and F.is_null:
        sinh, cosh = (_hyperbolic(scale, Head(h), s) for h in (sp.sinh, sp.cosh))
        sinh_k, cosh_k, tanh_k = (scale.constant(h(k)) for h in (sp.sinh, sp.cosh, sp.tanh))
        if head.function is sp.tanh:
            tanh = scale.quotient(sinh, cosh)
            return scale.quotient(scale.total(tanh_k, tanh), scale.total(scale.one, scale.product(tanh_k, tanh)))
        first, second = (sinh_k, cosh_k) if head.function is sp.sinh else (cosh_k, sinh_k)
        return scale.total(scale.product(first, cosh), scale.product(second, sinh))
    return _EXPONENTIAL_FORMS[head.function](scale, f)


def _sinh(scale: Scale, f: Series) -> Series:
    t = scale.exp(f)
    return scale.scaled(S.Half, scale.total(t, scale.negative(scale.power(t, S.NegativeOne))))


def _cosh(scale: Scale, f: Series) -> Series:
    t = scale.exp(f)
    return scale.scaled(S.Half, scale.total(t, scale.power(t, S.NegativeOne)))


def _tanh(scale: Scale, f: Series) -> Series:
    t = scale.exp(scale.scaled(S(2), f))
    return scale.quotient(scale.total(t, scale.constant(S.NegativeOne)), scale.total(t, scale.one))


_EXPONENTIAL_FORMS: dict[Any, Callable[[Scale, Series], Series]] = {sp.sinh: _sinh, sp.cosh: _cosh, sp.tanh: _tanh}


def _asinh(scale: Scale, head: Head, f: Series) -> Series:
    """asinh(f) = sign*log(sign*f + sqrt(f**2 + 1)), with the sign of f against cancellation."""
    sign = S(scale.sign(f) if scale.is_large(f) else 1)
    f = scale.scaled(sign, f)
    root = scale.power(scale.total(scale.product(f, f), scale.one), S.Half)
    return scale.scaled(sign, scale.log(scale.total(f, root)))


def _atan(scale: Scale, head: Head, f: Series) -> Series:
    """atan(f) = ±pi/2 - atan(1/f); atan(a + r) = atan(a) + atan(r/(1 + a*(a + r)))."""
    if f.element is None:
        return scale.constant(head(f.value))
    if scale.is_large(f):
        inverse = _atan(scale, head, scale.power(f, S.NegativeOne))
        return scale.total(scale.constant(scale.sign(f) * pi / 2), scale.negative(inverse))
    base, rest, _ = scale.around(f)
    if not base.is_null:
        rest = scale.quotient(rest, scale.total(scale.one, scale.product(base, f)))
    series = scale.compose(
        lambda k: scale.constant(S((-1) ** (k // 2)) / k) if k % 2 else scale.zero, rest, lambda: head(rest.expr)
    )
    return scale.total(_atan(scale, head, base), series)


def _error(scale: Scale, head: Head, f: Series) -> Series:
    """erf and erfc: erf(a + r) = erf(a) + 2/sqrt(pi)*exp(-a**2) * sum of (-1)**k*H_k(a)*r**(k + 1)/(k + 1)! [DLMF 7.10.1]."""
    if f.element is None:
        return scale.constant(head(f.value))
    slope = S.One if head.function is sp.erf else S.NegativeOne
    if scale.is_large(f):
        # erf = ±(1 - tail), erfc = tail or 2 - tail
        sign = scale.sign(f)
        tail = _erfc_of_large(scale, scale.scaled(S(sign), f))
        return scale.total(scale.constant(S(sign) if slope == 1 else S(1 - sign)), scale.scaled(-slope * sign, tail))
    a, r, _ = scale.around(f)
    front = scale.scaled(slope * 2 / sqrt(pi), scale.exp(scale.negative(scale.product(a, a))))
    hermite = [scale.one, scale.scaled(S(2), a)]

    def coefficient(k: int) -> Series:
        if k == 0:
            return scale.zero
        while len(hermite) < k:
            n = len(hermite) - 1
            twice = scale.product(hermite[1], hermite[n])
            hermite.append(scale.total(twice, scale.scaled(S(-2 * n), hermite[n - 1])))
        return scale.scaled(S((-1) ** (k - 1)) / factorial(k), hermite[k - 1])

    gain = scale.compose(coefficient, r, lambda: (head(a.expr + r.expr) - head(a.expr)) / front.expr)
    return scale.total(_error(scale, head, a), scale.product(front, gain))


def _erfc_of_large(scale: Scale, f: Series) -> Series:
    """erfc(f) = exp(-f**2)/(f*sqrt(pi)) * sum of (-1)**k*(2k - 1)!!/(2*f**2)**k [DLMF 7.12.1]."""
    square = scale.product(f, f)
    odd = [S.One]

    def coefficient(k: int) -> Series:
        while len(odd) <= k:
            odd.append(-odd[-1] * (2 * len(odd) - 1))
        return scale.constant(odd[k])

    r = scale.scaled(S.Half, scale.power(square, S.NegativeOne))
    series = scale.compose(coefficient, r, lambda: sqrt(pi) * f.expr * exp(f.expr**2) * sp.erfc(f.expr))
    front = scale.product(scale.exp(scale.negative(square)), scale.power(f, S.NegativeOne))
    return scale.scaled(1 / sqrt(pi), scale.product(front, series))


def _lambert(scale: Scale, head: Head, f: Series) -> Series:
    """W(f) = omega(log f) with omega(A) + log omega(A) = A."""
    if not scale.is_large(f):
        return _near_zero_or(scale, head, f)
    if scale.sign(f) < 0 or head.others:
        raise UndecidedError("LambertW isn't real near the end")
    return _omega(scale, scale.log(f))


def _omega(scale: Scale, A: Series) -> Series:
    """omega(A) = A - B + sum of (-1)**n/A**n * sum of [n; n - m + 1]*(-B)**m/m! with B = log A [DLMF 4.13.10].

    Where A is large with a lower element only, the Taylor series there, by omega' = omega/(1 + omega).
    """
    if not scale.is_large(A):
        base, rest, _ = scale.around(A)
        if rest.is_null:
            raise UndecidedError("LambertW has no expansion here")
        at = _Expansion({_Y: _omega(scale, base)}, scale)
        slopes = [_Y]

        def taylor(k: int) -> Series:
            while len(slopes) <= k:
                slopes.append(sp.factor(diff(slopes[-1], _Y) * _Y / (1 + _Y)))
            return scale.scaled(1 / factorial(k), at(slopes[k]))

        return scale.compose(taylor, rest, lambda: sp.LambertW(exp(A.expr)))
    B = scale.log(A)
    minus = scale.negative(B)

    def coefficient(n: int) -> Series:
        parts = [scale.zero]
        for m in range(1, n + 1):
            number = stirling(n, n - m + 1, kind=1)
            parts.append(scale.scaled((-1) ** n * number / factorial(m), scale.power(minus, S(m))))
        return scale.total(*parts)

    rest = scale.compose(coefficient, scale.power(A, S.NegativeOne), lambda: sp.LambertW(exp(A.expr)) - A.expr + B.expr)
    return scale.total(A, minus, rest)


def _near_zero_or(scale: Scale, head: Head, f: Series) -> Series:
    """W(r) = sum of (-k)**(k - 1)/k!*r**k; elsewhere by derivatives [DLMF 4.13.5]."""
    base, rest, _ = scale.around(f)
    if not base.is_null:
        return _interior(scale, head, f)
    if head.others:
        raise UndecidedError("the other branch of LambertW has no expansion at 0 here")
    return scale.compose(
        lambda k: scale.constant(S(-k) ** (k - 1) / factorial(k)) if k else scale.zero, rest, lambda: head(rest.expr)
    )


def _interior(scale: Scale, head: Head, f: Series) -> Series:
    """Taylor series where the limit of f lies strictly inside the domain; else by another form."""
    F, k, _ = scale.split(f)
    function = head.function
    if F.is_null and scale.constant_sign(_INTERIOR[function](k)) == 1:
        return _taylor(scale, head, f)
    if function not in _OTHER_FORMS:
        raise UndecidedError(f"no expansion of {function.__name__} at the end of its domain is known")
    return _Expansion({_Y: f}, scale)(_OTHER_FORMS[function](_Y))


#: Function class → what is positive exactly inside its domain.
_INTERIOR: dict[Any, Callable[[Expr], Expr]] = {
    **dict.fromkeys((sp.asin, sp.acos, sp.atanh, sp.erfinv), lambda y: 1 - y**2),
    sp.acosh: lambda y: y - 1,
    sp.LambertW: lambda y: y + exp(-1),
}

#: Function class → the same function by others that have expansions at the ends of its domain.
_OTHER_FORMS: dict[Any, Callable[[Expr], Expr]] = {
    sp.asin: lambda y: sp.atan(y / sqrt(1 - y**2)),
    sp.acos: lambda y: pi / 2 - sp.atan(y / sqrt(1 - y**2)),
    sp.acosh: lambda y: sp.log(y + sqrt(y**2 - 1)),
    sp.atanh: lambda y: (sp.log(1 + y) - sp.log(1 - y)) / 2,
}

#: Function class → its rule.
RULES: dict[Any, Rule] = {
    sp.log: lambda scale, head, f: scale.log(f),
    **dict.fromkeys((sp.sinh, sp.cosh, sp.tanh), _hyperbolic),
    **dict.fromkeys((sp.sin, sp.cos), _taylor),
    **dict.fromkeys((sp.erf, sp.erfc), _error),
    **dict.fromkeys((sp.asin, sp.acos, sp.acosh, sp.atanh, sp.erfinv), _interior),
    sp.atan: _atan,
    sp.asinh: _asinh,
    sp.LambertW: _lambert,
}
