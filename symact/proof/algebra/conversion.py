"""What converting expressions into quotients of kernels shares: kernels, signs, common denominators."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from math import gcd, lcm
from typing import Any

from flint import fmpq, fmpz
from sympy import Expr, Rational, Symbol
from sympy.core.relational import Relational

from ...errors import NotSupportedError, UndecidedError
from ..numbers.ball_rules import rational
from .kernel_signs import KernelSigns
from .quotients import Kernel, Polynomial, Quotient, Ring, number
from .signs import ANY, POSITIVE, SIGNS, Signs, product_signs

__all__ = ["Conversion", "Layout", "Restart", "Rules"]

#: Limits beyond which a conversion is given up or a part of it is left as it is.
MAX_DEPTH = 80
MAX_TERMS = 24
MAX_MULTIPLE = 20_000
TRIAL_PRIMES = 168


class Restart(Exception):  # noqa: N818 - a signal to start again with a finer layout, never shown
    """A kernel turned out too coarse: exp(x) where exp(x/2) is needed."""


@dataclass
class Layout:
    """How fine kernels must be; it grows until a conversion goes through.

    `units`: exp(unit*basis) is the kernel for multiples of a basis up to the largest one met; `orders`: the root of this
    order is the kernel for powers of a radicand; `divisors`: denominators that exponents and angles are written over.
    """

    size: int = 12
    units: dict[tuple[str, Expr], list[tuple[Rational, Rational]]] = field(default_factory=dict)
    orders: dict[Expr, int] = field(default_factory=dict)
    divisors: dict[str, list[Expr]] = field(default_factory=dict)


Rules = dict[Any, Callable[["Conversion", Expr], Quotient]]


class Conversion:
    """Expressions as quotients of kernels, under relations between real symbols."""

    def __init__(self, layout: Layout, rules: Rules, relations: Iterable[Relational] = ()) -> None:
        self.layout = layout
        self.rules = rules
        self.ring = Ring(layout.size)
        self.signs = KernelSigns(self.ring)
        self._memo: dict[Expr, Quotient] = {}
        self._divisors: dict[str, list[Polynomial]] = {}
        self._depth = 0
        for relation in relations:
            self._assume(relation)
        for kernel in self.ring.kernels:
            if kernel.kind == "symbol" and kernel.signs is not None:
                kernel.signs &= self.signs.of_polynomial(kernel.gen) or ANY

    def _assume(self, relation: Relational) -> None:
        """Learn what a relation says; one that can't be converted only makes fewer signs known."""
        try:
            gap = self.convert(relation.lhs - relation.rhs)
        except (NotSupportedError, UndecidedError):
            return
        below = self.signs.of_polynomial(gap.den)
        if below is not None and len(below) == 1:
            self.signs.learn(gap.num, product_signs(SIGNS[relation.rel_op], below))

    def convert(self, expr: Expr) -> Quotient:
        """Return an expression as a quotient of kernels, equal to it wherever it is defined."""
        found = self._memo.get(expr)
        if found is None:
            if self._depth > MAX_DEPTH:
                raise UndecidedError("the expression is nested too deeply")
            self._depth += 1
            found = self._memo[expr] = self._convert(expr)
            self._depth -= 1
        return found

    def _convert(self, expr: Expr) -> Quotient:
        if expr.is_Rational:
            return self.ring.constant(rational(expr))
        if isinstance(expr, Symbol):
            return self.symbol(expr)
        rule = self.rules.get(expr.func)
        if rule is None:
            name = expr.func.__name__
            raise NotSupportedError(f"{name} has no exact zero test: it isn't smooth, or isn't known here")
        return rule(self, expr)

    def symbol(self, symbol: Symbol) -> Quotient:
        """Return a real symbol with what SymPy was told about its sign."""
        kernel = self.ring.find(symbol)
        if kernel is None:
            if symbol.is_real is False:
                raise NotSupportedError(f"{symbol} isn't real")
            excluded = {(symbol.is_positive, 1), (symbol.is_zero, 0), (symbol.is_negative, -1)}
            signs = ANY - {sign for fact, sign in excluded if fact is False}
            kernel = self.ring.kernel(symbol, "symbol", lambda: symbol, False, signs)
        return self.ring.polynomial(kernel.gen)

    def known_number(self, expr: Expr) -> Quotient:
        """Return a positive constant that nothing else is known of."""
        kernel = self.ring.find(expr) or self.ring.kernel(expr, "number", lambda: expr, True, POSITIVE)
        return self.ring.polynomial(kernel.gen)

    def function(self, head: Any, *arguments: Quotient, signs: Signs | None) -> Kernel | Quotient:
        """Return the kernel of a function; of a number that SymPy knows the value of, that value."""
        key = (head, *(argument.key for argument in arguments))
        kernel = self.ring.find(key)
        if kernel is None:
            constant = all(self.ring.is_constant(argument) for argument in arguments)
            if constant:
                value = head(*map(self.ring.expression, arguments))
                if not value.has(head):
                    return self.convert(value)
            kernel = self.ring.kernel(
                key,
                head.__name__,
                lambda: head(*map(self.ring.expression, arguments)),
                constant,
                signs,
                *arguments,
            )
        return kernel

    # Shared by exponents and angles

    def basis(self, value: Quotient, group: str) -> Iterator[tuple[fmpq, Polynomial, Polynomial | None]]:
        """Write a value as a sum of rational multiples of monomials, or of monomials over one common divisor."""
        whole, rest, divisor = value.num, None, None
        if value.den != self.ring.unit:
            divisor = self._divisor(group, value.den)
            whole, rest = divmod(value.num * (divisor / value.den), divisor)
        parts = [(whole, None)] + ([(rest, divisor)] if rest is not None else [])
        if sum(len(poly) for poly, _ in parts) > MAX_TERMS:
            raise UndecidedError("an exponent or an angle has too many terms")
        for poly, below in parts:
            for coefficient, monomial, _ in self.ring.terms(poly):
                yield coefficient, monomial, below

    def _divisor(self, group: str, den: Polynomial) -> Polynomial:
        """Return the common multiple of a denominator and all others that are linked to it by common factors."""
        exprs = self.layout.divisors.setdefault(group, [])
        if group not in self._divisors:
            known = self._divisors[group] = []
            for expr in list(exprs):  # in the order in which they came up, for later ones may contain earlier kernels
                known += [self.convert(expr).num]
        known = self._divisors[group]
        common = self.ring.unit
        linked, rest = den, list(known)
        while linked != common:
            common = linked
            for poly in [p for p in rest if not p.gcd(common).is_constant()]:
                rest.remove(poly)
                linked = _common_multiple(linked, poly)
        if not any(self._divides(den, poly) for poly in known):
            known.append(den)
            exprs.append(self.ring.express(den))
            if len(rest) + 1 < len(known):
                raise Restart  # kernels were made over a smaller common multiple
        return common

    def _divides(self, divisor: Polynomial, poly: Polynomial) -> bool:
        return bool(divmod(poly, divisor)[1].is_zero())

    def multiple(
        self, group: str, coefficient: fmpq, monomial: Polynomial, divisor: Polynomial | None
    ) -> tuple[int, Rational, Expr]:
        """Return (n, unit, basis) with coefficient*monomial/divisor = n*unit*basis for an integer n."""
        basis = self.ring.express(monomial) / (1 if divisor is None else self.ring.express(divisor))
        wanted = number(abs(coefficient))
        scales = self.layout.units.setdefault((group, basis), [])
        for place, (unit, largest) in enumerate(scales):
            finer = Rational(gcd(unit.p * wanted.q, wanted.p * unit.q), unit.q * wanted.q)
            if max(largest, wanted) / finer <= MAX_MULTIPLE:
                scales[place] = finer, max(largest, wanted)
                if finer != unit:
                    raise Restart
                break
        else:
            # exp(x) is not taken for the billionth part of a power of exp(10**9*x): both are kernels of their own
            unit = wanted
            scales.append((wanted, wanted))
        n = int(wanted / unit) * (1 if coefficient > 0 else -1)
        return n, unit, basis

    def order(self, radicand: Expr, wanted: int) -> int:
        """Return the order of the root that is the kernel for this radicand."""
        order = self.layout.orders.setdefault(radicand, wanted)
        if order % wanted:
            self.layout.orders[radicand] = lcm(order, wanted)
            raise Restart
        return order

    def canonical(self, value: Quotient) -> Quotient:
        """Remove roots from the denominator where what it is multiplied by certainly isn't 0."""
        for kernel in reversed(self.ring.kernels_of(value.den)):
            if kernel.kind != "root" or kernel.relation is None:
                continue
            position = self.ring.size - 1 - kernel.index
            order, radicand = kernel.relation
            least = min(int(exponents[position]) for exponents in value.den.monoms())
            if least:
                factor = kernel.gen ** (order - least)
            elif order == 2 and value.den.degrees()[position] == 1 and radicand.den == self.ring.unit:
                odd = value.den.derivative(position)
                factor = value.den - 2 * odd * kernel.gen
                if 0 in (self.signs.of_polynomial(self.ring.polynomial(value.den * factor).num) or ANY):
                    continue
            else:
                continue
            value = self.ring.quotient(value.num * factor, value.den * factor)
        return value

    def factors(self, value: Quotient) -> tuple[fmpq, list[tuple[Polynomial, int]]]:
        """Return a rational and polynomials with powers whose product is the value."""
        (above, top), (below, bottom) = self.ring.factor(value.num), self.ring.factor(value.den)
        return above / below, top + [(part, -power) for part, power in bottom]


def _common_multiple(a: Polynomial, b: Polynomial) -> Polynomial:
    common = a * (b / a.gcd(b))
    return common / common.leading_coefficient()


def primes(value: fmpq) -> list[tuple[int, int]]:
    """Write a positive rational as a product of powers of integers > 1: primes, but for large factors."""
    found = []
    for part, side in ((value.p, 1), (value.q, -1)):
        found += [(int(p), side * int(e)) for p, e in fmpz(part).factor(trial_limit=TRIAL_PRIMES)]
    return found
