"""Certain signs of polynomials in kernels, under facts about some of them."""

from __future__ import annotations

from itertools import islice, pairwise, product
from typing import Any

from flint import arb, fmpq, fmpq_poly

from ...errors import SymactError
from ..numbers import balls
from .quotients import Kernel, Polynomial, Quotient, Ring
from .signs import ANY, NEGATIVE, POSITIVE, Signs, power_signs, product_signs, sum_signs

__all__ = ["KernelSigns"]

#: How deep rules that reduce a sign to others may nest, and how many shifts of bounded kernels are tried.
MAX_DEPTH = 2
MAX_SHIFTS = 16
MAX_STURM_DEGREE = 60

Interval = tuple[fmpq | None, fmpq | None]


def _sign(value: Any) -> Signs:
    return frozenset({int(value > 0) - int(value < 0)})


class KernelSigns:
    """What is known of signs: `facts` are polynomials with the signs they have wherever the assumptions hold."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self.facts: list[tuple[Polynomial, Signs]] = []
        self._memo: dict[tuple[str, int], Signs | None] = {}

    def learn(self, poly: Polynomial, signs: Signs) -> None:
        """Note that a polynomial has one of these signs."""
        if poly.is_constant() or signs == ANY:
            return
        self._memo.clear()
        leading = poly.leading_coefficient()
        self.facts.append((poly / leading, product_signs(signs, _sign(leading))))
        kernel = self.ring.single(self.facts[-1][0])
        if kernel is not None and kernel.signs is not None:
            kernel.signs &= self.facts[-1][1]

    def of(self, value: Quotient) -> Signs | None:
        """Return signs that a quotient may have, None where it may not be real."""
        num, den = self.of_polynomial(value.num), self.of_polynomial(value.den)
        return None if num is None or den is None else product_signs(num, den - {0})

    def of_polynomial(self, poly: Polynomial, depth: int = 0) -> Signs | None:
        """Return signs that a polynomial may have where the assumptions hold, None where it may not be real."""
        if poly.is_constant():
            return _sign(0 if poly.is_zero() else poly.leading_coefficient())
        key = str(poly), depth
        if key not in self._memo:
            self._memo[key] = self._find(poly, depth)
        return self._memo[key]

    def _find(self, poly: Polynomial, depth: int) -> Signs | None:
        kernels = self.ring.kernels_of(poly)
        known = self._fact(poly)
        if any(kernel.signs is None for kernel in kernels):
            return None if known == ANY else known
        for rule in (
            self._by_terms,
            self._by_shifts,
            self._by_factors,
            self._by_sturm,
            self._by_root,
            self._by_discriminant,
            self._by_box,
        ):
            if len(known) <= 1 or depth > MAX_DEPTH:
                break
            known &= rule(poly, kernels, depth)
        return known

    def _fact(self, poly: Polynomial) -> Signs:
        leading = poly.leading_coefficient()
        monic, known = poly / leading, ANY
        for fact, signs in self.facts:
            if fact == monic:
                known &= product_signs(signs, _sign(leading))
        return known

    def _by_terms(self, poly: Polynomial, kernels: list[Kernel], depth: int) -> Signs:
        """The signs of the monomials, those in constants taken together as one number."""
        return self._sum_of_terms(poly, {})

    def _sum_of_terms(self, poly: Polynomial, shifted: dict[int, Signs]) -> Signs:
        groups: dict[Any, tuple[Polynomial, Signs]] = {}
        for coefficient, _, powers in self.ring.terms(poly):
            number, signs, key = self.ring.unit * coefficient, POSITIVE, []
            for kernel, n in powers:
                if kernel.constant:
                    number = number * kernel.gen**n
                else:
                    assert kernel.signs is not None
                    signs = product_signs(signs, power_signs(shifted.get(kernel.index, kernel.signs), n))
                    key.append((kernel.index, n))
            group = tuple(key)
            groups[group] = (number + groups[group][0] if group in groups else number), signs
        known: Signs = frozenset({0})
        for number, signs in groups.values():
            known = sum_signs(known, product_signs(self._constant(number), signs))
            if known == ANY:
                break
        return known

    def _constant(self, poly: Polynomial) -> Signs:
        if poly.is_constant():
            return _sign(0 if poly.is_zero() else poly.leading_coefficient())
        try:
            sign = balls.sign(self.ring.express(poly), max_bits=512)
        except SymactError:
            sign = None
        return ANY if sign is None else frozenset({sign})

    def _by_shifts(self, poly: Polynomial, kernels: list[Kernel], depth: int) -> Signs:
        """Replace kernels by their distance to a bound, which is nonnegative."""
        options = [[(kernel, None, ANY), *self._shifts(kernel)] for kernel in kernels if not kernel.constant]
        known = ANY
        for choice in islice(product(*options), 1, MAX_SHIFTS):
            shifted: dict[int, Signs] = {}
            moved = poly
            for kernel, image, signs in choice:
                if image is None:
                    continue
                if any(other.index in shifted for other in self.ring.kernels_of(image)):
                    break  # the image means a kernel that now stands for its distance
                moved = self._substitute(moved, kernel, image)
                shifted[kernel.index] = signs
            else:
                known &= self._sum_of_terms(moved, shifted)
                if len(known) == 1:
                    break
        return known

    def _substitute(self, poly: Polynomial, kernel: Kernel, image: Polynomial) -> Polynomial:
        images = [self.ring.context.gen(p) for p in range(self.ring.size)]
        images[self.ring.size - 1 - kernel.index] = image
        return poly.compose(*images)

    def _shifts(self, kernel: Kernel) -> list[tuple[Kernel, Polynomial, Signs]]:
        """Read facts c*kernel + rest >= 0 as kernel = (k' - rest)/c with a nonnegative k'."""
        found = []
        for fact, signs in self.facts:
            side = 1 if signs <= {0, 1} else -1 if signs <= {0, -1} else 0
            split = self._linear(fact, kernel)
            if side and split is not None and not split[1].is_zero():
                slope, rest = split
                image = (kernel.gen * side - rest) / slope
                if not any(other.signs is None for other in self.ring.kernels_of(rest)):
                    found.append((kernel, image, frozenset(side * s for s in signs)))
        return found

    def _linear(self, poly: Polynomial, kernel: Kernel) -> tuple[fmpq, Polynomial] | None:
        """Split c*kernel + rest with a rational c; None for any other polynomial."""
        slope = poly.derivative(self.ring.size - 1 - kernel.index)
        if slope.is_zero() or not slope.is_constant():
            return None
        return slope.leading_coefficient(), poly - slope * kernel.gen

    def _by_factors(self, poly: Polynomial, kernels: list[Kernel], depth: int) -> Signs:
        constant, factors = self.ring.factor(poly)
        if len(factors) == 1 and factors[0][1] == 1:
            return ANY
        known = _sign(constant)
        for factor, n in factors:
            known = product_signs(known, power_signs(self.of_polynomial(factor, depth + 1) or ANY, n))
        return known

    def _by_box(self, poly: Polynomial, kernels: list[Kernel], depth: int) -> Signs:
        """One ball over all values of its symbols, where these are bounded on both sides."""
        expr = self.ring.express(poly)
        box: dict[Any, Any] = {}
        for symbol in expr.free_symbols:
            kernel = self.ring.find(symbol)
            low, high = (None, None) if kernel is None else self._interval(kernel)
            if low is None or high is None:
                return ANY
            box[symbol] = arb(low).union(arb(high))
        try:
            value = balls.enclose(expr, box)
        except SymactError:
            return ANY
        return _sign(value) if value.is_finite() and (value > 0 or value < 0) else ANY

    def _by_sturm(self, poly: Polynomial, kernels: list[Kernel], depth: int) -> Signs:
        """A polynomial in one kernel without a root in the interval of that kernel."""
        if len(kernels) != 1 or poly.total_degree() > MAX_STURM_DEGREE:
            return ANY
        position = self.ring.size - 1 - kernels[0].index
        coefficients = [fmpq(0)] * (poly.total_degree() + 1)
        for exponents, coefficient in poly.terms():
            coefficients[int(exponents[position])] = coefficient
        return _sign_on(fmpq_poly(coefficients), *self._interval(kernels[0]))

    def _interval(self, kernel: Kernel) -> Interval:
        """The tightest rational bounds among the facts."""
        low: list[fmpq] = []
        high: list[fmpq] = []
        assert kernel.signs is not None
        if kernel.signs <= {0, 1}:
            low.append(fmpq(0))
        if kernel.signs <= {0, -1}:
            high.append(fmpq(0))
        for fact, signs in self.facts:
            split = self._linear(fact, kernel)
            if split is not None and split[1].is_constant() and (signs <= {0, 1} or signs <= {0, -1}):
                slope, rest = split
                bound = -(rest.leading_coefficient() if not rest.is_zero() else fmpq(0)) / slope
                (low if (slope > 0) == (signs <= {0, 1}) else high).append(bound)
        return max(low, default=None), min(high, default=None)

    def _by_root(self, poly: Polynomial, kernels: list[Kernel], depth: int) -> Signs:
        """a + b*sqrt(v) has the sign of a where a**2 - b**2*v > 0, of b where it is negative."""
        for kernel in reversed(kernels):
            if kernel.kind != "root" or kernel.relation is None or kernel.relation[0] != 2:
                continue
            position = self.ring.size - 1 - kernel.index
            even, odd = self._split(poly, position)
            value = kernel.relation[1]
            norm = self.ring.quotient(even * even * value.den - odd * odd * value.num, value.den)
            signs = self.of_polynomial(norm.num, depth + 1) if value.den == self.ring.unit else ANY
            leader = {POSITIVE: even, NEGATIVE: odd}.get(signs or ANY)
            if leader is not None:
                found = self.of_polynomial(leader, depth + 1) or ANY
                return found - {0}
        return ANY

    def _split(self, poly: Polynomial, position: int) -> tuple[Polynomial, Polynomial]:
        """Split a + b*s, where s occurs to the first power at most."""
        odd = poly.derivative(position)
        return poly - odd * self.ring.context.gen(position), odd

    def _by_discriminant(self, poly: Polynomial, kernels: list[Kernel], depth: int) -> Signs:
        """a*k**2 + b*k + c has the sign of a where b**2 - 4*a*c < 0."""
        for kernel in kernels:
            position = self.ring.size - 1 - kernel.index
            if poly.degrees()[position] == 2:
                a = poly.derivative(position).derivative(position) / 2
                b = (poly - a * kernel.gen**2).derivative(position)
                c = poly - a * kernel.gen**2 - b * kernel.gen
                if self.of_polynomial(b * b - 4 * a * c, depth + 1) == NEGATIVE:
                    return (self.of_polynomial(a, depth + 1) or ANY) - {0}
        return ANY


def _sign_on(poly: fmpq_poly, low: fmpq | None, high: fmpq | None) -> Signs:
    """The signs a polynomial has between two bounds, which themselves may belong to the interval."""
    chain = [poly, poly.derivative()]
    while chain[-1].degree() > 0:
        rest = chain[-2] % chain[-1]
        if rest.degree() < 0:
            break
        chain.append(-rest)
    ends = [frozenset() if end is None else _sign(poly(end)) for end in (low, high)]
    if frozenset({0}) in ends or _changes(chain, low, -1) != _changes(chain, high, 1):
        return ANY
    return ends[0] | ends[1] or _sign(poly(fmpq(0)))


def _changes(chain: list[fmpq_poly], at: fmpq | None, infinity: int) -> int:
    """Sign changes in a Sturm chain at a point or an infinity."""
    values = []
    for poly in chain:
        value = poly(at) if at is not None else poly[poly.degree()] * infinity ** (poly.degree() % 2)
        if value != 0:
            values.append(value > 0)
    return sum(a != b for a, b in pairwise(values))
