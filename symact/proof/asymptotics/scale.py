"""The arithmetic of series in an asymptotic scale, which grows by logarithms and exponentials as these are met.

[D. Richardson, B. Salvy, J. Shackell, J. van der Hoeven, Asymptotic expansions of exp-log functions, 1996]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sympy import Add, Expr, S, exp, log

from ...errors import UndecidedError
from ..algebra.assume import Assumptions
from .growth import Growth
from .series import Element, Head, Item, Monomial, Series

__all__ = ["Scale"]

#: Terms unfolded in one scale before the work is given up.
MAX_TERMS = 5_000


class Scale(Growth):
    """An asymptotic scale: elements of strictly increasing growth, and series in them."""

    def __init__(self, known: Assumptions) -> None:
        super().__init__(known)
        self._elements = [self.root]
        self._terms = 0
        self.zero, self.one = self.constant(S.Zero), self.constant(S.One)

    def constant(self, value: Expr) -> Series:
        """Return a constant."""
        return Series(None, (), lambda: value, value)

    def power_of(self, element: Element, exponent: Expr, coefficient: Series | None = None) -> Series:
        """Return coefficient * element**exponent."""
        c = self.one if coefficient is None else coefficient
        if exponent == 0:
            return c
        return Series(element, [(exponent, c)], lambda: c.expr * element.expr**exponent)

    def renew(self) -> None:
        """Grant the full number of terms again."""
        self._terms = 0

    def _tick(self) -> None:
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise UndecidedError(f"the expansion needs more than {MAX_TERMS} terms")

    def _merge(self, heads: list[Head]) -> Item | None:
        """Take the largest exponent off the heads."""
        heads[:] = [h for h in heads if h.item is not None]
        best: list[tuple[Head, Item]] = []
        for head in heads:
            if head.item is not None:
                order = self._compare(head.item[0], best[0][1][0]) if best else 1
                best = [(head, head.item)] if order > 0 else [*best, (head, head.item)] if order == 0 else best
        if not best:
            return None
        self._tick()
        exponent = best[0][1][0]
        coefficient = self.total(*(c for _, (_, c) in best))
        for head, _ in best:
            head.advance()
        return exponent, coefficient

    def total(self, *parts: Series) -> Series:
        """Return the sum."""
        if len(parts) == 1:
            return parts[0]
        parts = tuple(p for p in parts if not p.is_null)
        top = max((p.element for p in parts if p.element is not None), key=lambda e: e.rank, default=None)
        if top is None:
            return self.constant(Add(*(p.value for p in parts)))
        if len(parts) == 1:
            return parts[0]
        upper = [p for p in parts if p.element is top]
        lower = self.total(self.zero, *(p for p in parts if p.element is not top))

        def items() -> Iterator[Item]:
            heads = [Head(p) for p in upper]
            if not lower.is_null:
                heads.append(Head(Series(top, [(S.Zero, lower)], lambda: lower.expr)))
            while (item := self._merge(heads)) is not None:
                yield item

        return Series(top, items(), lambda: Add(*(p.expr for p in parts)))

    def product(self, a: Series, b: Series) -> Series:
        """Return a*b."""
        if a.is_null or b.is_null:
            return self.zero
        if a.element is None and b.element is None:
            return self.constant(a.value * b.value)
        if a is self.one or b is self.one:
            return b if a is self.one else a
        if a.element is b.element:
            return Series(a.element, self._convolution(a, b), lambda: a.expr * b.expr)
        if b.element is None or (a.element is not None and a.element.rank > b.element.rank):
            a, b = b, a
        return Series(b.element, ((e, self.product(a, c)) for e, c in b.since(0)), lambda: a.expr * b.expr)

    def _convolution(self, a: Series, b: Series) -> Iterator[Item]:
        rows: list[Head] = []

        def row(item: Item) -> Head:
            shift, factor = item
            shifted = ((shift + e, self.product(factor, c)) for e, c in b.since(0))
            return Head(Series(b.element, shifted, lambda: S.Zero))

        while True:
            # a row is opened once the one before it has been used
            while (item := a.item(len(rows))) is not None and (not rows or rows[-1].index):
                rows.append(row(item))
            found = self._merge([r for r in rows if r.item is not None])
            if found is None:
                return
            yield found

    def quotient(self, a: Series, b: Series) -> Series:
        """Return a/b."""
        return self.product(a, self.power(b, S.NegativeOne))

    def scaled(self, factor: Expr, f: Series) -> Series:
        """Return factor*f."""
        return f if factor == 1 else self.product(self.constant(factor), f)

    def negative(self, f: Series) -> Series:
        """Return -f."""
        return self.scaled(S.NegativeOne, f)

    def compose(self, coefficient: Callable[[int], Series | None], r: Series, meaning: Callable[[], Expr]) -> Series:
        """Return sum of coefficient(k) * r**k for an r infinitely small with its element; the coefficients end with None.

        None of the coefficients may tend to oo with the element of r.
        """
        start = r.item(0)
        if start is None:
            return coefficient(0) or self.zero
        if self._certain(start[0]) >= 0:
            raise UndecidedError("an expansion was asked for in what isn't infinitely small")
        return Series(r.element, self._powers(coefficient, r, start[0]), meaning)

    def _powers(self, coefficient: Callable[[int], Series | None], r: Series, step: Expr) -> Iterator[Item]:
        heads: list[Head] = []
        power, k, ended = self.one, 0, False
        while True:
            # the next power comes in as soon as it may matter
            while not ended and all(self._compare(k * step, h.item[0]) >= 0 for h in heads if h.item):
                a = coefficient(k)
                if a is None:
                    ended = True
                    break
                term = self.product(a, power)
                if term.element is not r.element:
                    # a constant term, or one that vanishes, which still counts as one
                    term = Series(r.element, [(k * step, term)], lambda: S.Zero)
                heads.append(Head(term))
                power, k = self.product(power, r), k + 1
            found = self._merge(heads)
            if found is not None:
                yield found
            elif ended:
                return

    def _normal(self, f: Series) -> tuple[Expr, Series, Series]:
        """Write f = coefficient * element**exponent * (1 + r) with an infinitely small r."""
        index = self.first(f)
        if index is None or f.element is None:
            raise UndecidedError("a denominator or the argument of a logarithm is identically zero")
        element, (exponent, coefficient) = f.element, f._items[index]
        inverse = self.power(coefficient, S.NegativeOne)
        rest = ((e - exponent, self.product(inverse, c)) for e, c in f.since(index + 1))
        return (
            exponent,
            coefficient,
            Series(element, rest, lambda: f.expr / (coefficient.expr * element.expr**exponent) - 1),
        )

    def power(self, f: Series, p: Expr) -> Series:
        """Return f**p for a constant p; f must be positive unless p is an integer."""
        if p == 0:
            return self.one
        if p.is_Integer and 0 < p <= 4:
            half = self.power(f, S(p // 2)) if p > 1 else self.one
            return self.product(self.product(half, half), f if p % 2 else self.one)
        if self.vanishes(f):
            if self._certain(p) < 0:
                raise UndecidedError("a denominator is identically zero")
            return self.zero
        if not p.is_Integer and self.sign(f) < 0:
            raise UndecidedError("the base of a power isn't positive near the end")
        if f.element is None:
            return self.constant(f.value**p)
        exponent, coefficient, r = self._normal(f)
        factors = [S.One]

        def binomial(k: int) -> Series | None:
            while len(factors) <= k:
                factors.append(factors[-1] * (p - len(factors) + 1) / len(factors))
            return self.constant(factors[k]) if factors[k] != 0 else None

        lead = self.power_of(f.element, exponent * p, self.power(coefficient, p))
        return self.product(lead, self.compose(binomial, r, lambda: (1 + r.expr) ** p))

    def log(self, f: Series) -> Series:
        """Return log f; f must be positive."""
        if self.sign(f) <= 0:
            raise UndecidedError("the argument of a logarithm isn't positive near the end")
        if f.element is None:
            return self.constant(log(f.value))
        exponent, coefficient, r = self._normal(f)
        small = self.compose(
            lambda k: self.constant(S(-((-1) ** k)) / k) if k else self.zero, r, lambda: log(1 + r.expr)
        )
        return self.total(self.product(self.constant(exponent), self._log_of(f.element)), self.log(coefficient), small)

    def _log_of(self, element: Element) -> Series:
        if element.log is None:
            deeper = Element(log(element.expr), None)
            self._insert(deeper, 0)
            element.log = self.power_of(deeper, S.One)
        return element.log

    def _insert(self, element: Element, position: int) -> None:
        self._elements.insert(position, element)
        for rank, e in enumerate(self._elements):
            e.rank = rank

    def split(self, f: Series) -> tuple[Series, Expr, Series]:
        """Write f = F + k + s: every term of F tends to oo or -oo, k is constant, s is infinitely small."""
        if f.element is None:
            return self.zero, f.value, self.zero
        base, rest, large = self.around(f)
        F, k, s = self.split(base)
        return self.total(large, F), k, self.total(s, rest)

    def around(self, f: Series) -> tuple[Series, Series, Series]:
        """Write f = base + rest + large by negative (rest) and positive (large) powers of its element."""
        if f.element is None:
            return f, self.zero, self.zero
        element, large, index, base = f.element, [], 0, self.zero
        while (item := f.item(index)) is not None and (size := self._certain(item[0])) >= 0:
            index += 1
            if size == 0:
                base = item[1]
                break
            if not self.vanishes(item[1]):
                large.append(item)
        high = (
            Series(element, large, lambda: Add(*(c.expr * element.expr**e for e, c in large))) if large else self.zero
        )
        rest = Series(element, f.since(index), lambda: f.expr - base.expr - high.expr)
        return base, rest if rest.item(0) is not None else self.zero, high

    def exp(self, f: Series) -> Series:
        """Return exp f; where f is infinite and outside the scale, the scale gets a new element."""
        F, k, s = self.split(f)
        result = self.product(self.constant(exp(k)), self._exp_small(s))
        while (lead := self.lead(F)) is not None:
            monomial, c = lead
            position, alike, growth = self._place(monomial)
            if alike is None or alike.log is None:
                inverse = self.scaled(1 / c, F)
                new = Element(exp(inverse.expr), inverse)
                self._insert(new, position)
                return self.product(result, self.power_of(new, c))
            result = self.product(result, self.power_of(alike, c / growth))
            F, k, s = self.split(self.total(F, self.scaled(-c / growth, alike.log)))
            result = self.product(self.product(result, self.constant(exp(k))), self._exp_small(s))
        return result

    def _place(self, monomial: Monomial) -> tuple[int, Element | None, Expr]:
        """Return the element whose logarithm grows like c*monomial, with c, or None and the place of one that does."""
        for position, element in enumerate(self._elements):
            growth = None if element.log is None else self.lead(element.log)
            order = 1 if growth is None else self.compare(monomial, growth[0])
            if growth is not None and order <= 0:
                return position, element if order == 0 else None, growth[1]
        return len(self._elements), None, S.One

    def _exp_small(self, s: Series) -> Series:
        if s.element is None:
            return self.one
        base, rest, _ = self.around(s)
        factorials = [S.One]

        def coefficient(k: int) -> Series:
            while len(factorials) <= k:
                factorials.append(factorials[-1] / len(factorials))
            return self.constant(factorials[k])

        return self.product(self._exp_small(base), self.compose(coefficient, rest, lambda: exp(rest.expr)))
