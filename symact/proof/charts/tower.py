"""A smooth expression of x as a quotient of polynomials in kernels, with the derivatives and values of these.

The kernels form a tower: the derivative of each is a quotient of polynomials in itself and those it depends on, of the
form a*k for exponentials and radicals and free of k for x, log, erf, erfc, atan and asin.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from flint import arb, fmpq
from sympy import Expr, Symbol

from ...errors import NotSupportedError
from ..algebra.conversion import Conversion
from ..algebra.quotients import Kernel, Polynomial, Quotient
from ..algebra.signs import POSITIVE
from ..algebra.slopes import SLOPES
from ..numbers import balls
from ..numbers.ball_rules import ball
from .points import Equation

__all__ = ["PolynomialEquation", "Terms", "Tower"]

#: Values of kernels kept for points met before.
MAX_POINTS = 4096
#: Terms up to which the rules for signs are all tried.
MAX_RULE_TERMS = 12


#: A coefficient and pairs (kernel, power), for each term.
Terms = list[tuple[fmpq, tuple[tuple[int, int], ...]]]


class Tower:
    """Polynomials in the kernels of one conversion: derivatives, values as balls, signs."""

    def __init__(self, conversion: Conversion, x: Symbol) -> None:
        self.x = x
        self.signs = conversion.signs
        self.ring = conversion.ring
        self.base = self.ring.kernels_of(conversion.convert(x).num)[0]
        self._varying: dict[int, bool] = {}
        self._slopes: dict[int, Quotient] = {}
        done = 0
        while done < len(self.ring.kernels):
            # derivatives may bring kernels of their own, such as exp(-x**2) for erf(x)
            kernel = self.ring.kernels[done]
            self._slopes[done] = self._slope_of_kernel(conversion, kernel)
            done += 1
        self._values: dict[Any, list[arb]] = {}
        self._functions = [self._function(k) for k in self.ring.kernels]
        self._constant_sign: dict[str, int] = {}
        self._terms: dict[int, tuple[Polynomial, Terms]] = {}

    # Derivatives

    def _slope_of_kernel(self, c: Conversion, kernel: Kernel) -> Quotient:
        if not self.varies(kernel):
            return self.ring.zero
        rule = SLOPES.get(kernel.kind)
        if kernel is self.base:
            return self.ring.one
        if rule is None:
            raise NotSupportedError(f"{kernel.expr} has no place in a tower of exponentials and primitives")
        argument = kernel.relation[1] if kernel.relation is not None else kernel.parts[0]
        factor = rule(c, kernel, argument)
        return self.ring.product([factor, self.slope_of(argument)])

    def slope_of(self, value: Quotient) -> Quotient:
        """Return the derivative of a quotient."""
        top, below = self.slope(value.num), self.slope(value.den)
        if below.is_zero:
            return self.ring.quotient(top.num, top.den * value.den)
        num = top.num * value.den * below.den - value.num * below.num * top.den
        return self.ring.quotient(num, top.den * below.den * value.den * value.den)

    def slope(self, poly: Polynomial) -> Quotient:
        """Return the derivative of a polynomial."""
        parts = []
        for kernel in self.ring.kernels_of(poly):
            slope = self._slopes[kernel.index]
            if not slope.is_zero:
                partial = poly.derivative(self.position(kernel))
                parts.append(self.ring.quotient(partial * slope.num, slope.den))
        return self.ring.sum(parts)

    def position(self, kernel: Kernel) -> int:
        """Return the place of a kernel among the generators of the polynomials."""
        return self.ring.size - 1 - kernel.index

    def varies(self, kernel: Kernel) -> bool:
        """Whether a kernel depends on x: numbers and parameters don't."""
        if kernel.index not in self._varying:
            self._varying[kernel.index] = not kernel.constant and kernel.expr.has(self.x)
        return self._varying[kernel.index]

    def kernels(self, poly: Polynomial) -> list[Kernel]:
        """Return the kernels of a polynomial that depend on x, the earliest first."""
        return [k for k in self.ring.kernels_of(poly) if self.varies(k)]

    def has_parameters(self, poly: Polynomial) -> bool:
        """Whether a polynomial contains other symbols than x."""
        return any(k.expr.free_symbols - {self.x} for k in self.ring.kernels_of(poly))

    @cached_property
    def below(self) -> dict[int, frozenset[int]]:
        """For each kernel, the others that its derivatives of all orders contain."""
        direct = {
            index: {k.index for poly in (slope.num, slope.den) for k in self.kernels(poly)} - {index}
            for index, slope in self._slopes.items()
        }
        found: dict[int, frozenset[int]] = {}
        for start in direct:
            seen: set[int] = set()
            stack = list(direct[start])
            while stack:
                index = stack.pop()
                if index not in seen:
                    seen.add(index)
                    stack += direct[index]
            found[start] = frozenset(seen)
        return found

    def singularities(self) -> Iterator[Polynomial]:
        """Yield polynomials; where none of them is zero, all kernels are smooth."""
        for kernel in self.ring.kernels:
            if self.varies(kernel):
                yield self._slopes[kernel.index].den
                argument = kernel.relation[1] if kernel.relation is not None else None
                for part in (argument, *kernel.parts):
                    if isinstance(part, Quotient):
                        yield part.den

    # Values

    def _function(self, kernel: Kernel) -> balls.Compiled | None:
        """How a kernel is computed; x itself and what contains parameters is not."""
        if kernel is self.base or kernel.expr.free_symbols - {self.x}:
            return None
        return balls.compiled(kernel.expr, (self.x,))

    def values(self, point: arb | fmpq, bits: int) -> list[arb]:
        """Return balls around all kernels at a rational point or on a ball."""
        key = (str(point), bits) if isinstance(point, fmpq) else None
        if key is None or key not in self._values:
            with balls.precision(bits):
                start = ball(point)
            found = [arb.nan() if f is None else f(point, bits=bits) for f in self._functions]
            found[self.base.index] = start
            if key is None:
                return found
            if len(self._values) > MAX_POINTS:
                self._values.clear()
            self._values[key] = found
        return self._values[key]

    def value(self, poly: Polynomial, point: arb | fmpq, bits: int) -> arb:
        """Return a ball around the value of a polynomial."""
        compiled = self.terms(poly)
        kernels = self.values(point, bits)
        with balls.precision(bits):
            powers: dict[tuple[int, int], arb] = {}
            total = arb(0)
            for coefficient, factors in compiled:
                term = arb(coefficient)
                for factor in factors:
                    if factor not in powers:
                        powers[factor] = _power(kernels[factor[0]], factor[1])
                    term *= powers[factor]
                total += term
        return total

    def terms(self, poly: Polynomial) -> Terms:
        """Return the terms of a polynomial, worked out once for an object."""
        found = self._terms.get(id(poly))
        if found is None:
            terms = [(c, tuple((k.index, n) for k, n in factors)) for c, _, factors in self.ring.terms(poly)]
            # the polynomial is kept with its terms, so that no other can take its identity
            found = self._terms[id(poly)] = poly, terms
        return found[1]

    def equation(self, poly: Polynomial) -> PolynomialEquation:
        """Return a polynomial as an equation."""
        return PolynomialEquation(self, poly)

    def constant_sign(self, poly: Polynomial) -> int:
        """Return the sign of a polynomial that certainly is positive everywhere, or negative everywhere, 0 for others."""
        key = str(poly)
        if key not in self._constant_sign:
            if len(poly) <= MAX_RULE_TERMS:
                known = self.signs.of_polynomial(poly) or frozenset()
                self._constant_sign[key] = next(iter(known)) if len(known) == 1 else 0
            else:
                self._constant_sign[key] = self._common_sign(poly)
        return self._constant_sign[key]

    def _common_sign(self, poly: Polynomial) -> int:
        """The sign of all terms, 0 where they may differ or vanish together."""
        positive = {k.index for k in self.ring.kernels_of(poly) if k.signs == POSITIVE}
        first = poly.leading_coefficient()
        terms = self.terms(poly)
        has_constant = any(not factors for _, factors in terms)
        alike = all(c * first > 0 for c, _ in terms) and all(
            index in positive or (n % 2 == 0 and has_constant) for _, factors in terms for index, n in factors
        )
        return (1 if first > 0 else -1) if alike else 0

    @cached_property
    def _squares(self) -> list[tuple[int, int, int]]:
        """Places of numbers and of their roots, with the order of these: pi, sqrt(pi), 2."""
        found = []
        for kernel in self.ring.kernels:
            if kernel.kind == "root" and kernel.constant and kernel.relation is not None:
                radicand = self.ring.single(kernel.relation[1].num)
                if radicand is not None and radicand.kind == "number" and kernel.relation[1].den == self.ring.unit:
                    found.append((self.position(radicand), self.position(kernel), kernel.relation[0]))
        return found

    def factors(self, poly: Polynomial) -> tuple[int, list[tuple[Polynomial, int]]]:
        """Return a sign and irreducible polynomials with powers, whose product is the polynomial but for a positive rational."""
        for number, root, order in self._squares:
            # pi is written as sqrt(pi)**2, for x**2 - pi isn't irreducible where sqrt(pi) is at hand
            terms: dict[Any, Any] = {}
            for monomial, coefficient in poly.terms():
                powers = list(monomial)
                powers[root] += order * powers[number]
                powers[number] = 0
                terms[tuple(powers)] = coefficient
            poly = self.ring.context.from_dict(terms)
        content, parts = poly.factor()
        return 1 if content > 0 else -1, [(part, int(power)) for part, power in parts]

    def coefficients(self, poly: Polynomial, kernel: Kernel) -> dict[int, Polynomial]:
        """Return the coefficients of the powers of a kernel."""
        position, found = self.position(kernel), dict[int, dict[Any, Any]]()
        for monomial, coefficient in poly.terms():
            rest = (*monomial[:position], 0, *monomial[position + 1 :])
            found.setdefault(int(monomial[position]), {})[rest] = coefficient
        return {power: self.ring.context.from_dict(terms) for power, terms in found.items()}

    def univariate(self, poly: Polynomial, kernel: Kernel) -> list[fmpq]:
        """Return the rational coefficients of a polynomial in one kernel, lowest first."""
        position = self.position(kernel)
        coefficients = [fmpq(0)] * (int(poly.degrees()[position]) + 1)
        for monomial, coefficient in poly.terms():
            coefficients[int(monomial[position])] = coefficient
        return coefficients


class PolynomialEquation(Equation):
    """A polynomial of a tower that is asked for its zeros."""

    def __init__(self, tower: Tower, poly: Polynomial) -> None:
        self.tower, self.poly, self.x = tower, poly, tower.x

    @cached_property
    def expr(self) -> Expr:
        """The function."""
        return self.tower.ring.express(self.poly)

    @cached_property
    def _slope(self) -> Quotient:
        return self.tower.slope(self.poly)

    def value(self, point: arb | fmpq, bits: int) -> arb:
        """Return a ball around the value at a rational point, or around all values on a ball."""
        return self.tower.value(self.poly, point, bits)

    def slope(self, point: arb | fmpq, bits: int) -> arb:
        """Return a ball around the derivative, which need not be finite."""
        num, den = (self.tower.value(poly, point, bits) for poly in (self._slope.num, self._slope.den))
        with balls.precision(bits):
            return num / den


def _power(value: arb, n: int) -> arb:
    """value**n by multiplication, for a power of a ball around 0 is nan in flint."""
    result = value
    for _ in range(n - 1):
        result = result * value
    return result.nonnegative_part() if n % 2 == 0 else result
