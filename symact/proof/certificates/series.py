"""Arithmetic of the checker's own series: a function of t as terms c*exp(p(t, log(t)))*t**a*log(t)**b and an O-term, for t → oo.

It shares nothing with the expansions the prover finds limits by. No constant of an O-term is known, so that these series tell
limits and signs near oo, and nothing about any single t.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cmp_to_key, reduce
from itertools import pairwise

import sympy as sp
from sympy import Expr, Integer, Rational, S, oo

from ...errors import UndecidedError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero
from ..steps.comparison import number_sign

__all__ = ["FAST", "ONE", "Arithmetic", "Growth", "Series"]

MAX_TERMS = 12
#: What falls faster than every growth that is written is at most exp(-t**FAST).
FAST = 64

#: exp(sum of c*t**p*log(t)**q) * t**a * log(t)**b as ((((p, q), c), …), a, b) with the highest (p, q) first, which is above (0, 1).
#: The exponents a and b may hold parameters.
Growth = tuple[tuple[tuple[tuple[Rational, Rational], Expr], ...], Expr, Expr]
ONE: Growth = ((), S.Zero, S.Zero)


@dataclass(frozen=True)
class Series:
    """Terms by growth, the largest first, and O(error); None where there is no error."""

    terms: tuple[tuple[Growth, Expr], ...]
    error: Growth | None = None


class Arithmetic:
    """Arithmetic of series in one t → oo, under relations between the parameters, to one order."""

    def __init__(self, known: Assumptions, order: int) -> None:
        self.known, self.order = known, order

    # signs of coefficients

    def sign(self, value: Expr) -> int | None:
        if not value.free_symbols:
            return number_sign(value)
        found = self.known.signs(value)
        if len(found) == 1:
            return next(iter(found))
        return 0 if is_zero(value, self.known.relations) is True else None

    def certain(self, value: Expr) -> int:
        found = self.sign(value)
        if found is None:
            raise UndecidedError(f"the sign of {value} was not found")
        return found

    # growths

    def quotient(self, a: Growth, b: Growth) -> Growth:
        powers = dict(a[0])
        for p, c in b[0]:
            powers[p] = sp.expand(powers.get(p, S.Zero) - c)
        kept = [(p, c) for p, c in powers.items() if c != 0 and self.certain(c) != 0]
        return (
            tuple(sorted(kept, key=lambda pair: pair[0], reverse=True)),
            sp.expand(a[1] - b[1]),
            sp.expand(a[2] - b[2]),
        )

    def times(self, a: Growth, b: Growth) -> Growth:
        return self.quotient(a, (tuple((p, -c) for p, c in b[0]), -b[1], -b[2]))

    def raised(self, a: Growth, n: Rational) -> Growth:
        return tuple((p, sp.expand(c * n)) for p, c in a[0]), sp.expand(a[1] * n), sp.expand(a[2] * n)

    def way(self, g: Growth) -> int:
        """1 where the growth tends to oo, -1 where to 0, 0 where it is 1."""
        if g[0]:
            return self.certain(g[0][0][1])
        signs = (int(sp.sign(e)) if e.is_Rational else self.certain(e) for e in g[1:])
        return next(filter(None, signs), 0)

    def _descending(self, a: Growth, b: Growth) -> int:
        return self.compare(b, a)

    def compare(self, a: Growth, b: Growth) -> int:
        return self.way(self.quotient(a, b))

    # series

    def make(self, terms: Iterable[tuple[Growth, Expr]], errors: Iterable[Growth]) -> Series:
        merged: dict[Growth, Expr] = {}
        for growth, c in terms:
            merged[growth] = merged.get(growth, S.Zero) + c
        sizes = sorted(merged, key=cmp_to_key(self._descending))
        for a, b in pairwise(sizes):
            if self.compare(a, b) == 0:  # one growth in two forms
                merged[b] += merged.pop(a)
        kept = [(g, merged[g]) for g in sizes if g in merged and self._present(merged[g])]
        rest = [*errors, *(g for g, _ in kept[MAX_TERMS:])]
        if not rest:
            return Series(tuple(kept))
        top = reduce(lambda a, b: a if self.compare(a, b) >= 0 else b, rest)
        return Series(tuple((g, c) for g, c in kept[:MAX_TERMS] if self.compare(g, top) > 0), top)

    def _present(self, c: Expr) -> bool:
        return c != 0 and self.sign(sp.expand(c)) != 0

    def constant(self, value: Expr) -> Series:
        return self.make([(ONE, value)], [])

    def add(self, *parts: Series) -> Series:
        return self.make([t for a in parts for t in a.terms], [a.error for a in parts if a.error is not None])

    def multiply(self, a: Series, b: Series) -> Series:
        terms = [(self.times(g, h), c * d) for g, c in a.terms for h, d in b.terms]
        errors = [self.times(a.error, b.error)] if a.error is not None and b.error is not None else []
        for one, other in ((a, b), (b, a)):
            if one.error is not None:
                errors += [self.times(one.error, g) for g, _ in other.terms]
        return self.make(terms, errors)

    def scaled(self, a: Series, factor: Expr) -> Series:
        return self.multiply(a, self.constant(factor))

    def leading(self, a: Series) -> tuple[Growth, Expr, Series]:
        """Split a = c*growth*(1 + d) with a d that tends to 0."""
        if not a.terms:
            raise UndecidedError("no term stands out of the error")
        growth, c = a.terms[0]
        self.certain(c)
        inverse = Series(((self.raised(growth, S.NegativeOne), 1 / c),))
        return growth, c, self.multiply(Series(a.terms[1:], a.error), inverse)

    def limit(self, a: Series) -> Expr:
        """The limit of what the series stands for."""
        ways = [self.way(g) for g, _ in a.terms]
        if ways and ways[0] > 0:
            return oo * self.certain(a.terms[0][1])
        if a.error is not None and self.way(a.error) >= 0:
            raise UndecidedError("the error does not tend to 0")
        return next((c for (_, c), w in zip(a.terms, ways, strict=True) if w == 0), S.Zero)

    def settled(self, a: Series) -> tuple[Expr, Series]:
        """Split into the finite limit and what tends to 0."""
        value = self.limit(a)
        if value in (oo, -oo):
            raise UndecidedError("an argument is not bounded")
        return value, self.add(a, self.constant(-value))

    def power_series(self, d: Series, coefficients: list[Expr]) -> Series:
        """The sum of c_k*d**k plus O(d**n) for a d that tends to 0."""
        if not d.terms and d.error is None:
            return self.constant(coefficients[0])
        top = d.terms[0][0] if d.terms else d.error
        assert top is not None
        if self.way(top) >= 0:
            raise UndecidedError("an argument does not settle")
        total, power = self.constant(coefficients[0]), d
        for c in coefficients[1:]:
            total = self.add(total, self.scaled(power, c)) if c != 0 else total
            power = self.multiply(power, d)
        return self.add(total, Series((), self.raised(top, Integer(len(coefficients)))))
