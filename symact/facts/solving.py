"""Candidates for x in f(x) = y, by undoing functions and solving equations of low degree; nothing here is trusted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from sympy import (
    Abs,
    Dummy,
    Expr,
    LambertW,
    Poly,
    PolynomialError,
    S,
    Symbol,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cancel,
    cos,
    cosh,
    erf,
    erfc,
    erfinv,
    exp,
    expand,
    factor_terms,
    fraction,
    log,
    resultant,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
    together,
)

from ..proof.algebra.generators import Generators, generators

__all__ = ["solutions"]

#: Functions inside one another are undone this deep.
DEEPEST = 12

#: Function → the arguments at which it may have a value.
_INVERSES: dict[Any, tuple[Callable[[Expr], Expr], ...]] = {
    exp: (log,),
    log: (exp,),
    sinh: (asinh,),
    asinh: (sinh,),
    tanh: (atanh,),
    atanh: (tanh,),
    cosh: (acosh, lambda y: -acosh(y)),
    acosh: (cosh,),
    sin: (asin,),
    cos: (acos,),
    acos: (cos,),
    asin: (sin,),
    tan: (atan,),
    atan: (tan,),
    erf: (erfinv,),
    erfinv: (erf,),
    erfc: (lambda y: erfinv(1 - y),),
    LambertW: (lambda y: y * exp(y),),
}


def solutions(expr: Expr, x: Symbol) -> Iterator[Expr]:
    """Yield expressions g, in x too, that may have expr(g(y)) = y; x stands for y in them."""
    y = Dummy("y", real=True)
    seen: set[Expr] = set()
    # two hyperbolic functions of one argument are rational in an exponential
    exponential = expr.replace(lambda e: isinstance(e, sinh | cosh | tanh), lambda e: e.rewrite(exp))
    for found in chain.from_iterable(_solve(form, y, x, DEEPEST) for form in dict.fromkeys((expr, exponential))):
        plain = found.subs(y, x)
        if plain not in seen and not found.has(x):
            seen.add(plain)
            yield plain


def _solve(expr: Expr, value: Expr, x: Symbol, depth: int) -> Iterator[Expr]:
    """Yield x with expr(x) = value."""
    if expr == x:
        yield value
        return
    if not depth or not expr.has(x):
        return
    constant, rest = expr.as_independent(x, as_Add=True)
    if constant != 0:
        yield from _solve(rest, value - constant, x, depth - 1)
        return
    factor, rest = expr.as_independent(x, as_Add=False)
    if factor != 1:
        yield from _solve(rest, value / factor, x, depth - 1)
        return
    if isinstance(expr, exp):
        yield from _solve(expr.exp, log(value), x, depth - 1)
    elif expr.func in _INVERSES:
        for undo in _INVERSES[expr.func]:
            yield from _solve(expr.args[0], undo(value), x, depth - 1)
    elif expr.is_Pow and not expr.exp.has(x):
        for root in _roots(value, expr.exp):
            yield from _solve(expr.base, root, x, depth - 1)
    elif expr.is_Pow and not expr.base.has(x):
        yield from _solve(expr.exp, log(value) / log(expr.base), x, depth - 1)
    yield from _algebraic(expr, value, x, depth)


def _roots(value: Expr, power: Expr) -> Iterator[Expr]:
    yield value ** (1 / power)
    if power.is_Rational and power.p % 2 == 0:
        yield -(value ** (1 / power))
    elif power.is_Rational and power.q % 2:
        yield sign(value) * Abs(value) ** (1 / power)


def _algebraic(expr: Expr, value: Expr, x: Symbol, depth: int) -> Iterator[Expr]:
    """Solve for a kernel, or for x, where the equation is of low degree in it."""
    written = generators(expr, x=x)
    y = Dummy("y", real=True)
    try:
        equation = fraction(together(written.expressions[0] - y))[0]
        unknowns = equation.free_symbols & {x, *written.kernels}
        for s, relation in _radicals(written, unknowns):
            equation = resultant(equation, relation, s)
            unknowns -= {s}
            unknowns |= relation.free_symbols & {x}
        if len(unknowns) == 1:
            (t,) = unknowns
            meaning = written.kernels.get(t, x)
            for root in _of_low_degree(equation, t, y):
                if meaning == x or meaning != expr:
                    yield from _solve(meaning, root.subs(y, value), x, depth - 1)
        elif len(unknowns) == 2 and x in unknowns:
            (t,) = unknowns - {x}
            for root in _lambert(equation, x, t, written.kernels[t]):
                yield root.subs(y, value)
    except (PolynomialError, NotImplementedError):
        return


def _radicals(written: Generators, unknowns: set[Symbol]) -> Iterator[tuple[Symbol, Expr]]:
    """The symbols of radicals, with what their powers are."""
    for relation in written.equations:
        for s in unknowns & relation.free_symbols & set(written.kernels):
            if written.kernels[s].is_Pow and not isinstance(written.kernels[s], exp):
                yield s, relation


def _of_low_degree(equation: Expr, t: Symbol, y: Symbol) -> Iterator[Expr]:
    """Yield t with a linear or quadratic equation in a power of t; y*sqrt(p/y**2) is a root of t**2 = p with the sign of y."""
    poly = equation.as_poly(t)
    if poly is None:
        return
    for factor, _ in poly.factor_list()[1]:
        exponents = [m for (m,) in factor.monoms() if m]
        step = min(exponents, default=0)
        if step and all(m % step == 0 for m in exponents) and max(exponents) // step <= 2:
            degree = max(exponents) // step
            a, b, c = (factor.nth(step * m) if m <= degree else S.Zero for m in (2, 1, 0))
            for power in _quadratic(a, b, c):
                if step == 2:
                    odd = y * sqrt(cancel(power / y**2))
                    yield from (odd, -odd)
                yield from _roots(power, S(step)) if step > 1 else (power,)


def _quadratic(a: Expr, b: Expr, c: Expr) -> tuple[Expr, ...]:
    if a == 0:
        return (-c / b,)
    root = sqrt(factor_terms(expand(b**2 - 4 * a * c)))
    return ((-b + root) / (2 * a), (-b - root) / (2 * a))


def _lambert(equation: Expr, x: Symbol, t: Symbol, meaning: Expr) -> Iterator[Expr]:
    """Solve exp(m*x + c) = p + q*x, (p + q*x)*exp(m*x + c) = r and a*x + b = exp(p + q*x)."""
    poly = Poly(equation, t)
    if poly.degree() != 1:
        return
    top, bottom = (Poly(part, x) for part in (-poly.nth(0), poly.nth(1)))
    if isinstance(meaning, exp):
        line = Poly(meaning.exp, x)
    elif isinstance(meaning, log):
        line, top, bottom = top, Poly(meaning.args[0], x), bottom  # log(u) = line/bottom
        if bottom.degree() == 0:
            line, bottom = Poly(line.as_expr() / bottom.as_expr(), x), Poly(1, x)
    else:
        return
    if line.degree() != 1 or {top.degree(), bottom.degree()} != {0, 1}:
        return
    m, c = line.nth(1), line.nth(0)
    linear, other = (top, bottom) if top.degree() == 1 else (bottom, top)
    p, q = linear.nth(0), linear.nth(1)
    scale = other.as_expr()
    # top: exp(m*x + c) = (p + q*x)/scale; bottom: exp(m*x + c)*(p + q*x) = scale
    for branch in (0, -1):
        if linear is top:
            inner = -m * scale / q * exp(c - m * p / q)
            yield -p / q - LambertW(inner, branch) / m
        else:
            inner = m * scale / q * exp(m * p / q - c)
            yield -p / q + LambertW(inner, branch) / m
