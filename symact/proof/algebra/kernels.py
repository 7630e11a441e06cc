"""Every smooth function the zero test knows, as a table: function class → how it becomes a quotient of kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from flint import fmpq
from sympy import Expr

from ...errors import NotSupportedError, UndecidedError
from ..numbers.implicit import ImplicitRoot
from .conversion import Conversion, Rules
from .exponentials import NONNEGATIVE, NONPOSITIVE, exponential, logarithm, power, root
from .quotients import Kernel, Polynomial, Quotient
from .signs import ANY, NEGATIVE, POSITIVE, Signs

__all__ = ["RULES", "sine_cosine"]

Rule = Callable[[Conversion, Quotient], Quotient]
Pair = tuple[Quotient, Quotient]

HALF = fmpq(1, 2)
#: A rational just above pi/2, the bound of asin and atan.
ABOVE_HALF_PI = fmpq(11, 7)
MAX_ANGLE = 64


def _unary(rule: Rule) -> Callable[[Conversion, Expr], Quotient]:
    return lambda c, expr: rule(c, c.convert(expr.args[0]))


def _plus(c: Conversion, value: Quotient, constant: int) -> Quotient:
    return c.ring.sum([value, c.ring.constant(constant)])


def _ratio(c: Conversion, num: Quotient, den: Quotient) -> Quotient:
    return c.ring.product([num, c.ring.inverse(den)])


def _square(c: Conversion, value: Quotient) -> Quotient:
    return c.ring.product([value, value])


def _generator(c: Conversion, found: Kernel | Quotient) -> Quotient:
    return found if isinstance(found, Quotient) else c.ring.polynomial(found.gen)


# Hyperbolic functions and their inverses, through exp and log


def _sinh(c: Conversion, u: Quotient) -> Quotient:
    e = exponential(c, u)
    return c.ring.scaled(c.ring.sum([e, c.ring.negative(c.ring.inverse(e))]), HALF)


def _cosh(c: Conversion, u: Quotient) -> Quotient:
    e = exponential(c, u)
    return c.ring.scaled(c.ring.sum([e, c.ring.inverse(e)]), HALF)


def _tanh(c: Conversion, u: Quotient) -> Quotient:
    e = exponential(c, c.ring.scaled(u, 2))
    return _ratio(c, _plus(c, e, -1), _plus(c, e, 1))


def _asinh(c: Conversion, u: Quotient) -> Quotient:
    if not u.is_zero and u.num.leading_coefficient() < 0:
        return c.ring.negative(_asinh(c, c.ring.negative(u)))
    return logarithm(c, c.ring.sum([u, root(c, _plus(c, _square(c, u), 1), HALF)]))


def _acosh(c: Conversion, u: Quotient) -> Quotient:
    roots = c.ring.product([root(c, _plus(c, u, -1), HALF), root(c, _plus(c, u, 1), HALF)])
    return logarithm(c, c.ring.sum([u, roots]))


def _atanh(c: Conversion, u: Quotient) -> Quotient:
    above, below = logarithm(c, _plus(c, u, 1)), logarithm(c, _plus(c, c.ring.negative(u), 1))
    return c.ring.scaled(c.ring.sum([above, c.ring.negative(below)]), HALF)


# Kernels of their own


def _odd(head: Any, bound: fmpq | None, domain: Signs) -> Rule:
    """An odd increasing function with |f| < bound, real where 1 - u**2 has a sign of the domain."""

    def rule(c: Conversion, u: Quotient) -> Quotient:
        u = c.canonical(u)
        if u.is_zero:
            return c.ring.zero
        if u.num.leading_coefficient() < 0:
            return c.ring.negative(rule(c, c.ring.negative(u)))
        size = len(c.ring.kernels)
        signs = c.signs.of(u)
        if domain != ANY and signs is not None:
            inside = c.signs.of(_plus(c, c.ring.negative(_square(c, u)), 1))
            signs = signs if inside is not None and inside <= domain else None
        found = c.function(head, u, signs=signs)
        if isinstance(found, Quotient):
            return found
        if len(c.ring.kernels) > size and signs is not None and bound is not None:
            c.signs.learn(bound - found.gen, POSITIVE)
            c.signs.learn(bound + found.gen, POSITIVE)
        return c.ring.polynomial(found.gen)

    return rule


_erf = _odd(sp.erf, fmpq(1), ANY)
_atan = _odd(sp.atan, ABOVE_HALF_PI, ANY)
_asin = _odd(sp.asin, ABOVE_HALF_PI, NONNEGATIVE)
_erfinv = _odd(sp.erfinv, None, POSITIVE)


def _erfc(c: Conversion, u: Quotient) -> Quotient:
    return _plus(c, c.ring.negative(_erf(c, u)), 1)


def _acos(c: Conversion, u: Quotient) -> Quotient:
    quarter_turn = c.ring.scaled(c.known_number(sp.pi), HALF)
    return c.ring.sum([quarter_turn, c.ring.negative(_asin(c, u))])


def _lambert(c: Conversion, expr: Expr) -> Quotient:
    """LambertW on the branch 0 (>= -1, sign of its argument) or -1 (<= -1)."""
    u = c.canonical(c.convert(expr.args[0]))
    branch = expr.args[1] if len(expr.args) > 1 else sp.S.Zero
    if branch not in (0, -1):
        raise NotSupportedError(f"LambertW is real on its branches 0 and -1 only, not on {branch}")
    key = (sp.LambertW, u.key, c.convert(branch).key)
    signs = c.signs.of(u)
    edge = c.signs.of(_plus(c, c.ring.product([u, exponential(c, c.ring.one)]), 1))
    real = signs is not None and edge is not None and edge <= NONNEGATIVE and (branch == 0 or signs == NEGATIVE)
    new = c.ring.find(key) is None
    found = c.function(sp.LambertW, u, c.convert(branch), signs=signs if real else None)
    if isinstance(found, Quotient):
        return found
    if new and real:
        c.signs.learn(found.gen + 1, NONNEGATIVE if branch == 0 else NONPOSITIVE)
    return c.ring.polynomial(found.gen)


def _sinc(c: Conversion, u: Quotient) -> Quotient:
    """sin(u)/u where u is certainly not 0; else a kernel, so that the value at 0 is left as it is."""
    signs = c.signs.of(u)
    if signs is not None and 0 not in signs:
        return _ratio(c, sine_cosine(c, u)[0], u)
    even = c.ring.negative(u) if not u.is_zero and u.num.leading_coefficient() < 0 else u
    return _generator(c, c.function(sp.sinc, even, signs=None if signs is None else ANY))


# Trigonometric functions: sin**2 = 1 - cos**2 for each independent angle, sums and multiples expanded


def sine_cosine(c: Conversion, u: Quotient) -> Pair:
    """Return sin(u) and cos(u)."""
    total = (c.ring.zero, c.ring.one)
    for coefficient, monomial, divisor in c.basis(c.canonical(u), "angle"):
        total = _add_angles(c, total, _angle(c, coefficient, monomial, divisor))
    return total


def _add_angles(c: Conversion, a: Pair, b: Pair) -> Pair:
    ring = c.ring
    sine = ring.sum([ring.product([a[0], b[1]]), ring.product([a[1], b[0]])])
    cosine = ring.sum([ring.product([a[1], b[1]]), ring.negative(ring.product([a[0], b[0]]))])
    return sine, cosine


def _multiple_angle(c: Conversion, pair: Pair, n: int) -> Pair:
    if abs(n) > MAX_ANGLE:
        raise UndecidedError(f"the {n}-fold angle is too large")
    if n < 0:
        pair, n = (c.ring.negative(pair[0]), pair[1]), -n
    total = (c.ring.zero, c.ring.one)
    while n:
        total = _add_angles(c, total, pair) if n & 1 else total
        n >>= 1
        pair = _add_angles(c, pair, pair) if n else pair
    return total


def _angle(c: Conversion, coefficient: fmpq, monomial: Polynomial, divisor: Polynomial | None) -> Pair:
    """sin and cos of one term: known multiples of pi, asin and atan by their definition, else a pair of kernels."""
    kernel = c.ring.single(monomial) if divisor is None else None
    if kernel is not None and kernel.expr == sp.pi:
        angle = sp.Rational(int(coefficient.p), int(coefficient.q)) * sp.pi
        sine, cosine = sp.sin(angle), sp.cos(angle)
        if not sine.has(sp.sin, sp.cos) and not cosine.has(sp.sin, sp.cos):
            return c.convert(sine), c.convert(cosine)
    if kernel is not None and kernel.kind in ("asin", "atan") and coefficient.q == 1:
        argument = kernel.parts[0]
        square = _square(c, argument)
        if kernel.kind == "asin":
            pair = argument, root(c, _plus(c, c.ring.negative(square), 1), HALF)
        else:
            cosine_of = root(c, _plus(c, square, 1), -HALF)
            pair = c.ring.product([argument, cosine_of]), cosine_of
        return _multiple_angle(c, pair, int(coefficient.p))
    n, unit, basis = c.multiple("angle", coefficient, monomial, divisor)
    return _multiple_angle(c, _angle_kernels(c, unit * basis, monomial, divisor), n)


def _angle_kernels(c: Conversion, angle: Expr, monomial: Polynomial, divisor: Polynomial | None) -> Pair:
    sine, cosine = c.ring.find(("sin", angle)), c.ring.find(("cos", angle))
    if sine is None or cosine is None:
        value = c.ring.quotient(monomial, c.ring.unit if divisor is None else divisor)
        constant, signs = c.ring.is_constant(value), None if c.signs.of(value) is None else ANY
        cosine = c.ring.kernel(("cos", angle), "cos", lambda: sp.cos(angle), constant, signs)
        sine = c.ring.kernel(("sin", angle), "sin", lambda: sp.sin(angle), constant, signs)
        c.ring.relate(sine, 2, c.ring.polynomial(1 - cosine.gen**2))
        for kernel in (sine, cosine) if signs is not None else ():
            c.signs.learn(1 - kernel.gen, NONNEGATIVE)
            c.signs.learn(1 + kernel.gen, NONNEGATIVE)
    return c.ring.polynomial(sine.gen), c.ring.polynomial(cosine.gen)


def _abs(c: Conversion, expr: Expr) -> Quotient:
    u = c.convert(expr.args[0])
    signs = c.signs.of(u)
    if signs is None or not (signs <= NONNEGATIVE or signs <= NONPOSITIVE):
        raise NotSupportedError(f"the sign of {expr.args[0]} isn't known, so {expr} isn't smooth; assume its sign")
    return u if signs <= NONNEGATIVE else c.ring.negative(u)


def _implicit_root(c: Conversion, expr: ImplicitRoot) -> Quotient:
    """A number of which only its sign is used here."""
    if expr.is_positive:
        return c.known_number(expr)
    kernel = c.ring.find(expr) or c.ring.kernel(
        expr, "number", lambda: expr, True, NEGATIVE if expr.is_negative else ANY
    )
    return c.ring.polynomial(kernel.gen)


#: Function class → its quotient of kernels. Each row is an identity wherever both its sides are defined.
RULES: Rules = {
    sp.Add: lambda c, expr: c.ring.sum(map(c.convert, expr.args)),
    sp.Mul: lambda c, expr: c.ring.product(map(c.convert, expr.args)),
    sp.Pow: power,
    sp.Abs: _abs,
    sp.LambertW: _lambert,
    type(sp.E): lambda c, expr: exponential(c, c.ring.one),
    **dict.fromkeys(map(type, (sp.pi, sp.EulerGamma, sp.Catalan)), Conversion.known_number),
    ImplicitRoot: _implicit_root,
    sp.exp: _unary(exponential),
    sp.log: _unary(logarithm),
    sp.sinh: _unary(_sinh),
    sp.cosh: _unary(_cosh),
    sp.tanh: _unary(_tanh),
    sp.coth: _unary(lambda c, u: c.ring.inverse(_tanh(c, u))),
    sp.sech: _unary(lambda c, u: c.ring.inverse(_cosh(c, u))),
    sp.csch: _unary(lambda c, u: c.ring.inverse(_sinh(c, u))),
    sp.asinh: _unary(_asinh),
    sp.acosh: _unary(_acosh),
    sp.atanh: _unary(_atanh),
    sp.erf: _unary(_erf),
    sp.erfc: _unary(_erfc),
    sp.erfinv: _unary(_erfinv),
    sp.atan: _unary(_atan),
    sp.asin: _unary(_asin),
    sp.acos: _unary(_acos),
    sp.sinc: _unary(_sinc),
    sp.sin: _unary(lambda c, u: sine_cosine(c, u)[0]),
    sp.cos: _unary(lambda c, u: sine_cosine(c, u)[1]),
    sp.tan: _unary(lambda c, u: _ratio(c, *sine_cosine(c, u))),
    sp.cot: _unary(lambda c, u: _ratio(c, *reversed(sine_cosine(c, u)))),
    sp.sec: _unary(lambda c, u: c.ring.inverse(sine_cosine(c, u)[1])),
    sp.csc: _unary(lambda c, u: c.ring.inverse(sine_cosine(c, u)[0])),
}
