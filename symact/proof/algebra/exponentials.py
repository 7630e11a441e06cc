"""exp, log and powers of quotients of kernels.

A product is taken apart under a logarithm or a root only where all but one factor are certainly not negative.
"""

from __future__ import annotations

import sympy as sp
from flint import fmpq
from sympy import Expr

from ...errors import UndecidedError
from .conversion import Conversion, primes
from .quotients import Polynomial, Quotient, number
from .signs import ANY, POSITIVE, Signs

__all__ = ["exponential", "logarithm", "power", "root"]

NONNEGATIVE: Signs = frozenset({0, 1})
NONPOSITIVE: Signs = frozenset({0, -1})


def exponential(c: Conversion, value: Quotient) -> Quotient:
    """exp(sum of q*m) = product of exp(unit*m)**n; exp(q*log(u)) = u**q; exp(LambertW(u)) = u/LambertW(u)."""
    return c.ring.product([_exponential_of_term(c, *term) for term in c.basis(c.canonical(value), "exp")])


def _exponential_of_term(
    c: Conversion, coefficient: fmpq, monomial: Polynomial, divisor: Polynomial | None
) -> Quotient:
    kernel = c.ring.single(monomial) if divisor is None else None
    if kernel is not None and kernel.kind == "log":
        return root(c, kernel.parts[0], coefficient)
    if kernel is not None and kernel.kind == "LambertW" and 0 not in (c.signs.of(kernel.parts[0]) or ANY):
        ratio = c.ring.product([kernel.parts[0], c.ring.inverse(c.ring.polynomial(kernel.gen))])
        return root(c, ratio, coefficient)
    n, unit, basis = c.multiple("exp", coefficient, monomial, divisor)
    found = c.ring.find(("exp", unit * basis))
    if found is None:
        exponent = c.ring.quotient(monomial, c.ring.unit if divisor is None else divisor)
        signs = c.signs.of(exponent)
        constant = c.ring.is_constant(exponent)
        found = c.ring.kernel(
            ("exp", unit * basis),
            "exp",
            lambda: sp.exp(unit * basis),
            constant,
            None if signs is None else POSITIVE,
            c.ring.scaled(exponent, fmpq(unit.p, unit.q)),
        )
        if signs is not None:
            c.signs.learn(found.gen - 1, signs)
    return c.ring.power(c.ring.polynomial(found.gen), n)


def logarithm(c: Conversion, value: Quotient) -> Quotient:
    """Logarithms of the factors that are certainly not negative, of the others together."""
    if value.is_zero:
        raise UndecidedError("the logarithm of 0 doesn't exist")
    constant, factors = c.factors(c.canonical(value))
    rest, terms = c.ring.one, []
    for factor, n in factors:
        signs = c.signs.of_polynomial(factor)
        if signs is None or (not signs <= NONNEGATIVE and not signs <= NONPOSITIVE and n % 2):
            rest = c.ring.product([rest, c.ring.power(c.ring.polynomial(factor), n)])
        elif signs <= NONNEGATIVE:
            terms.append(c.ring.scaled(_log_of_factor(c, factor), n))
        elif signs <= NONPOSITIVE:
            constant = -constant if n % 2 else constant
            terms.append(c.ring.scaled(_log_of_factor(c, -factor), n))
        else:
            terms.append(c.ring.scaled(_log_kernel(c, c.ring.polynomial(factor * factor)), n // 2))
    terms += [c.ring.scaled(_log_kernel(c, c.ring.constant(p)), n) for p, n in primes(abs(constant))]
    rest = c.ring.negative(rest) if constant < 0 else rest
    if rest.num == -1 and rest.den == 1:
        raise UndecidedError("the logarithm of a negative number isn't real")
    if rest.num != 1 or rest.den != 1:
        terms.append(_log_kernel(c, rest))
    return c.ring.sum(terms)


def _log_of_factor(c: Conversion, factor: Polynomial) -> Quotient:
    """log(exp(u)) = u; log(v**(1/n)) = log(v)/n; log(LambertW(u)) = log(u) - LambertW(u); else a kernel."""
    kernel = c.ring.single(factor)
    if kernel is not None and kernel.kind == "exp":
        exponent: Quotient = kernel.parts[0]
        return exponent
    if kernel is not None and kernel.kind == "root" and kernel.relation is not None:
        order, radicand = kernel.relation
        return c.ring.scaled(logarithm(c, radicand), fmpq(1, order))
    if kernel is not None and kernel.kind == "LambertW" and c.signs.of(kernel.parts[0]) == POSITIVE:
        return c.ring.sum([logarithm(c, kernel.parts[0]), c.ring.negative(c.ring.polynomial(factor))])
    return _log_kernel(c, c.ring.polynomial(factor))


def _log_kernel(c: Conversion, value: Quotient) -> Quotient:
    kernel = c.ring.find(("log", value.key))
    if kernel is None:
        below = c.signs.of(value)
        above_one = c.signs.of(c.ring.sum([value, c.ring.constant(-1)]))
        kernel = c.ring.kernel(
            ("log", value.key),
            "log",
            lambda: sp.log(c.ring.expression(value)),
            c.ring.is_constant(value),
            above_one if below is not None and below <= NONNEGATIVE else None,
            value,
        )
    return c.ring.polynomial(kernel.gen)


def power(c: Conversion, expr: Expr) -> Quotient:
    """u**q for a rational q; u**v = exp(v*log(u)) for a positive u; any other power is a kernel of its own."""
    base, exponent = c.convert(expr.base), c.convert(expr.exp)
    if exponent.num.is_constant() and exponent.den.is_constant():
        return root(c, base, fmpq(0) if exponent.is_zero else exponent.num.leading_coefficient())
    if c.signs.of(base) == POSITIVE:
        return exponential(c, c.ring.product([exponent, logarithm(c, base)]))
    found = c.function(sp.Pow, base, exponent, signs=None)
    return found if isinstance(found, Quotient) else c.ring.polynomial(found.gen)


def root(c: Conversion, value: Quotient, exponent: fmpq) -> Quotient:
    """Rational powers of the factors that are certainly not negative, of the others together."""
    if exponent.q == 1:
        return c.ring.power(value, int(exponent.p))
    if value.is_zero:
        if exponent < 0:
            raise UndecidedError("a denominator is 0 everywhere")
        return c.ring.zero
    constant, factors = c.factors(c.canonical(value))
    rest, found = c.ring.one, []
    for factor, n in factors:
        signs = c.signs.of_polynomial(factor)
        if signs is None or (not signs <= NONNEGATIVE and not signs <= NONPOSITIVE):
            rest = c.ring.product([rest, c.ring.power(c.ring.polynomial(factor), n)])
        elif signs <= NONNEGATIVE:
            found.append(_root_of_factor(c, factor, exponent * n, signs))
        else:
            constant = -constant if n % 2 else constant
            found.append(_root_of_factor(c, -factor, exponent * n, frozenset(-s for s in signs)))
    found += [_root_of_factor(c, c.ring.constant(p).num, exponent * n, POSITIVE) for p, n in primes(abs(constant))]
    rest = c.ring.negative(rest) if constant < 0 else rest
    if rest.num == -1 and rest.den == 1:
        raise UndecidedError("a root of a negative number isn't real")
    if rest.num != 1 or rest.den != 1:
        found.append(_root_kernel(c, rest, exponent, None))
    return c.ring.product(found)


def _root_of_factor(c: Conversion, factor: Polynomial, exponent: fmpq, signs: Signs) -> Quotient:
    """exp(u)**q = exp(q*u); (v**(1/n))**q = v**(q/n); else whole powers and a kernel."""
    kernel = c.ring.single(factor)
    if kernel is not None and kernel.kind == "exp":
        return exponential(c, c.ring.scaled(kernel.parts[0], exponent))
    if kernel is not None and kernel.kind == "root" and kernel.relation is not None:
        order, radicand = kernel.relation
        return root(c, radicand, exponent / order)
    whole = exponent.floor()
    value = c.ring.polynomial(factor)
    whole_power = c.ring.power(value, int(whole))
    if exponent == whole:
        return whole_power
    return c.ring.product([whole_power, _root_kernel(c, value, exponent - whole, signs)])


def _root_kernel(c: Conversion, radicand: Quotient, exponent: fmpq, signs: Signs | None) -> Quotient:
    """radicand**(p/q) = kernel**(p*order/q), where kernel**order = radicand."""
    expr = c.ring.expression(radicand)
    order = c.order(expr, int(exponent.q))
    kernel = c.ring.find(("root", radicand.key))
    if kernel is None:
        kernel = c.ring.kernel(
            ("root", radicand.key),
            "root",
            lambda: expr ** sp.Rational(1, order),
            c.ring.is_constant(radicand),
            signs,
            radicand,
        )
        c.ring.relate(kernel, order, radicand)
        if signs is not None:
            c.signs.learn(kernel.gen - 1, c.signs.of(c.ring.sum([radicand, c.ring.constant(-1)])) or ANY)
    return c.ring.power(c.ring.polynomial(kernel.gen), int(number(exponent * order)))
