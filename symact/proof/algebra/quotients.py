"""Quotients of polynomials in kernels, with exact rational coefficients and powers of kernels reduced.

What makes a zero sound: at every point where all kernels have values and no denominator that was inverted is 0,
each step keeps value*den = num with den != 0. No kernel needs to be independent of the others for that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_mpoly_ctx
from sympy import Add, Expr, Mul, Rational

from ...errors import UndecidedError
from .signs import Signs

__all__ = [
    "Kernel",
    "Polynomial",
    "Quotient",
    "Ring",
    "TooManyKernels",
    "number",
]

Polynomial = Any

#: Larger polynomials are given up, so that every test ends soon.
MAX_TERMS = 3000
MAX_WORK = 1_000_000
MAX_GCD_WORK = 20_000
MAX_DEGREE = 20_000
MAX_POWER = 1000
MAX_BITS = 100_000
MAX_FACTOR_TERMS = 60
MAX_FACTOR_DEGREE = 80


class TooManyKernels(Exception):  # noqa: N818 - a signal to start again in a larger ring, never shown
    """The ring has no generator left."""


@dataclass(frozen=True, eq=False)
class Quotient:
    """num/den without a common factor, den with leading coefficient 1."""

    num: Polynomial
    den: Polynomial

    @property
    def is_zero(self) -> bool:
        """Whether it is 0 formally."""
        return bool(self.num.is_zero())

    @property
    def key(self) -> tuple[str, str]:
        """What two equal quotients of one ring have in common."""
        return str(self.num), str(self.den)


@dataclass(eq=False)
class Kernel:
    """A generator that stands for a function: a symbol, a constant, exp(u), log(u), a root, erf(u), ….

    `signs` are the signs it may have where the assumptions hold, None where it may not be real; `parts` are what it
    was made from; `relation` is (n, q) where kernel**n = q is used to reduce powers.
    """

    index: int
    gen: Polynomial
    kind: str
    meaning: Callable[[], Expr]
    constant: bool
    signs: Signs | None
    parts: tuple[Any, ...] = ()
    relation: tuple[int, Quotient] | None = None

    @cached_property
    def expr(self) -> Expr:
        """The kernel as a SymPy expression."""
        return self.meaning()


class Ring:
    """All polynomials in `size` generators, of which kernels take one after the other."""

    def __init__(self, size: int) -> None:
        names = tuple(f"k{index}" for index in reversed(range(size)))
        # In lexicographic order with later kernels first, the power that a relation reduces is its leading term.
        self.context = fmpq_mpoly_ctx.get(names, "lex")
        self.size = size
        self.kernels: list[Kernel] = []
        self._found: dict[Any, Kernel] = {}
        self._related: list[tuple[int, int, Kernel]] = []
        self.unit = self.context.constant(1)
        self.zero = Quotient(self.context.constant(0), self.unit)
        self.one = Quotient(self.unit, self.unit)

    def find(self, key: Any) -> Kernel | None:
        """Return the kernel that was made under a key."""
        return self._found.get(key)

    def kernel(
        self, key: Any, kind: str, meaning: Callable[[], Expr], constant: bool, signs: Signs | None, *parts: Any
    ) -> Kernel:
        """Make the kernel of a new key."""
        index = len(self.kernels)
        if index == self.size:
            raise TooManyKernels
        gen = self.context.gen(self.size - 1 - index)
        made = Kernel(index, gen, kind, meaning, constant, signs, parts)
        self.kernels.append(made)
        self._found[key] = made
        return made

    def relate(self, kernel: Kernel, power: int, value: Quotient) -> None:
        """Reduce kernel**power to value from now on; value has earlier kernels only."""
        kernel.relation = power, value
        self._related.insert(0, (self.size - 1 - kernel.index, power, kernel))

    # Arithmetic

    def constant(self, value: Any) -> Quotient:
        """Return a rational as a quotient."""
        return Quotient(self.context.constant(value), self.unit)

    def polynomial(self, poly: Polynomial) -> Quotient:
        """Return a polynomial as a quotient."""
        return self.quotient(poly, self.unit)

    def quotient(self, num: Polynomial, den: Polynomial) -> Quotient:
        """Return num/den, reduced."""
        if self._related:
            (num, num_den), (den, den_den) = self._reduce(num), self._reduce(den)
            num, den = num * den_den, den * num_den
        if den.is_zero():
            raise UndecidedError("a denominator is 0 everywhere")
        if num.is_zero():
            return self.zero
        if not den.is_constant():
            work = len(num) * len(den)
            if work > MAX_WORK or (work > MAX_GCD_WORK and len(self.kernels_of(num * den)) > 1):
                raise UndecidedError("the normal form is too large")
            if max(num.total_degree(), den.total_degree()) > MAX_DEGREE:
                raise UndecidedError("the degree of the normal form is too large")
            common = num.gcd(den)
            if not common.is_constant():
                num, den = num / common, den / common
        leading = den.leading_coefficient()
        return Quotient(num, den) if leading == 1 else Quotient(num / leading, den / leading)

    def sum(self, terms: Iterable[Quotient]) -> Quotient:
        """Return the sum."""
        num, den = self.zero.num, self.unit
        for term in terms:
            if term.den == den:
                num += term.num
            else:
                reduced = self.quotient(num * term.den + term.num * den, self._product(den, term.den))
                num, den = reduced.num, reduced.den
        return self.quotient(num, den)

    def product(self, factors: Iterable[Quotient]) -> Quotient:
        """Return the product."""
        total = self.one
        for factor in factors:
            num, den = self._product(total.num, factor.num), self._product(total.den, factor.den)
            total = self.quotient(num, den)
        return total

    def inverse(self, value: Quotient) -> Quotient:
        """Return 1/value for a value that differs from 0 wherever it is asked for."""
        return self.quotient(value.den, value.num)

    def power(self, value: Quotient, n: int) -> Quotient:
        """Return value**n for an integer n."""
        if n < 0:
            return self.power(self.inverse(value), -n)
        terms = len(value.num) + len(value.den)
        if n * max(value.num.total_degree(), value.den.total_degree()) > MAX_DEGREE or (terms > 2 and n > MAX_POWER):
            raise UndecidedError(f"the power {n} of an expression is too large")
        if terms == 2 and n * sum(p.leading_coefficient().height_bits() for p in (value.num, value.den)) > MAX_BITS:
            raise UndecidedError(f"the power {n} of a number is too large")
        total, square = self.one, value
        while n:
            if n & 1:
                total = self.product([total, square])
            n >>= 1
            square = self.product([square, square]) if n else square
        return total

    def negative(self, value: Quotient) -> Quotient:
        """Return -value."""
        return Quotient(-value.num, value.den)

    def scaled(self, value: Quotient, factor: Any) -> Quotient:
        """Return factor*value for a rational factor."""
        return Quotient(value.num * factor, value.den) if factor else self.zero

    def _product(self, a: Polynomial, b: Polynomial) -> Polynomial:
        product = a * b if len(a) * len(b) <= MAX_WORK else None
        if product is None or len(product) > MAX_TERMS:
            raise UndecidedError("the normal form is too large")
        return product

    def _reduce(self, poly: Polynomial) -> tuple[Polynomial, Polynomial]:
        """Return (num, den) equal to the polynomial, with no power that a relation reduces."""
        den = self.unit
        degrees = poly.degrees() if not poly.is_zero() else ()
        for position, power, kernel in self._related:
            if degrees and degrees[position] >= power:
                assert kernel.relation is not None
                value = kernel.relation[1]
                if value.den == self.unit:
                    poly = divmod(poly, kernel.gen**power - value.num)[1]
                else:
                    poly, factor = self._substitute(poly, position, power, value)
                    den = den * factor
                degrees = poly.degrees() if not poly.is_zero() else ()
        return (poly, den) if den == self.unit else (poly, self._reduce(den)[0])

    def _substitute(
        self, poly: Polynomial, position: int, power: int, value: Quotient
    ) -> tuple[Polynomial, Polynomial]:
        """Replace gen**power by value, over the common denominator."""
        highest = poly.degrees()[position] // power
        total = self.zero.num
        for monomial, coefficient in poly.terms():
            times, left = divmod(int(monomial[position]), power)
            rest = self.context.from_dict({(*monomial[:position], left, *monomial[position + 1 :]): coefficient})
            total += rest * value.num**times * value.den ** (highest - times)
        return total, value.den**highest

    # Looking inside

    def factor(self, poly: Polynomial) -> tuple[fmpq, list[tuple[Polynomial, int]]]:
        """Return a rational and irreducible polynomials with their powers; a large polynomial is left whole."""
        if len(poly) <= MAX_FACTOR_TERMS and poly.total_degree() <= MAX_FACTOR_DEGREE:
            content, parts = poly.factor()
            return fmpq(content), [(part, int(power)) for part, power in parts]
        content = poly.leading_coefficient()
        return content, [(poly / content, 1)]

    def terms(self, poly: Polynomial) -> Iterator[tuple[fmpq, Polynomial, list[tuple[Kernel, int]]]]:
        """Yield coefficient, monomial and the kernels with their powers."""
        for exponents, coefficient in poly.terms():
            yield coefficient, self.context.from_dict({exponents: 1}), self._powers(exponents)

    def _powers(self, exponents: tuple[int, ...]) -> list[tuple[Kernel, int]]:
        return [(self.kernels[self.size - 1 - p], int(e)) for p, e in enumerate(exponents) if e]

    def kernels_of(self, poly: Polynomial) -> list[Kernel]:
        """Return the kernels that occur, the earliest first."""
        return [] if poly.is_constant() else [kernel for kernel, _ in reversed(self._powers(poly.degrees()))]

    def single(self, poly: Polynomial) -> Kernel | None:
        """Return the kernel that the polynomial is, None where it is anything else."""
        if len(poly) != 1 or poly.total_degree() != 1 or poly.leading_coefficient() != 1:
            return None
        return self.kernels_of(poly)[0]

    def express(self, poly: Polynomial) -> Expr:
        """Return a polynomial as a SymPy expression."""
        return Add(*(Mul(number(c), *(kernel.expr**e for kernel, e in self._powers(m))) for m, c in poly.terms()))

    def expression(self, value: Quotient) -> Expr:
        """Return a quotient as a SymPy expression."""
        return self.express(value.num) / self.express(value.den)

    def is_constant(self, value: Quotient) -> bool:
        """Whether no symbol occurs in it."""
        return all(kernel.constant for poly in (value.num, value.den) for kernel in self.kernels_of(poly))


def number(value: Any) -> Rational:
    """Return a flint rational as a SymPy one."""
    return Rational(int(value.p), int(value.q))
