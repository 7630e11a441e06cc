"""Quotients of polynomials in symbols, radicals and irrational numbers, reduced to lowest terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import lcm
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx
from sympy import Add, Expr, Mul, Rational, S, Symbol

__all__ = ["Polynomial", "Quotient", "Ring"]

#: A flint polynomial; the package has no types.
Polynomial = Any


def _fmpq(number: Any) -> fmpq:
    return fmpq(int(number.p), int(number.q))


def _rational(number: Any) -> Expr:
    number = fmpq(number)
    return Rational(int(number.p), int(number.q))


@dataclass(frozen=True)
class Quotient:
    """num/den in lowest terms, in the generators of a ring."""

    ring: Ring
    num: Polynomial
    den: Polynomial

    def __add__(self, other: Quotient) -> Quotient:
        return self.ring.reduced(self.num * other.den + other.num * self.den, self.den * other.den)

    def __mul__(self, other: Quotient) -> Quotient:
        return self.ring.reduced(self.num * other.num, self.den * other.den)

    def __pow__(self, n: int) -> Quotient:
        if n < 0:
            return Quotient(self.ring, self.den, self.num) ** -n
        return self.ring.reduced(self.num**n, self.den**n)

    def expr(self) -> Expr:
        """Return the quotient as an expression, the same one for equal quotients."""
        return self.ring.expr(self.num) / self.ring.expr(self.den)

    def factors(self) -> tuple[Expr, list[tuple[Polynomial, int]]]:
        """Return a constant and the irreducible polynomials whose powers, negative ones too, give the quotient."""
        (a, above), (b, below) = self.num.factor(), self.den.factor()
        found = [(p, int(k)) for p, k in above] + [(p, -int(k)) for p, k in below]
        return _rational(a) / _rational(b), found


class Ring:
    """The polynomials over Q in given symbols and in the irrational numbers of given expressions.

    `radicals` maps a symbol s to (q, B) where s**q = B.
    """

    def __init__(self, exprs: Iterable[Expr], radicals: Mapping[Symbol, tuple[int, Expr]] = {}) -> None:
        exprs = list(exprs)
        symbols = _closed(set().union(*(e.free_symbols for e in exprs)), radicals)
        exprs += [radicals[s][1] for s in symbols if s in radicals]
        self.roots = _number_roots(exprs)
        atoms: list[Expr] = [base ** Rational(1, q) for base, q in self.roots.items()]
        self.atoms: tuple[Expr, ...] = (*sorted(symbols, key=_order), *sorted(atoms, key=str))
        names = tuple(f"g{k}" for k in range(len(self.atoms))) or ("g0",)
        self.context = fmpq_mpoly_ctx.get(names, Ordering.degrevlex)
        self.generators = dict(zip(self.atoms, self.context.gens(), strict=False))
        self.one = self.context.from_dict({(0,) * len(names): fmpq(1)})
        self._relations: list[tuple[Polynomial, int, Quotient]] = []
        for base, q in self.roots.items():
            if base.is_Rational and q > 1:
                self._relations.append((self.generators[base ** Rational(1, q)], q, self.quotient(base)))
        for s in symbols:
            if s in radicals:
                self._relations.append((self.generators[s], radicals[s][0], self.quotient(radicals[s][1])))

    def quotient(self, expr: Expr) -> Quotient:
        """Return an expression as a quotient; its parts must be rational in the generators."""
        if expr.is_Rational:
            return Quotient(self, self.one * _fmpq(expr), self.one)
        if expr in self.generators:
            return Quotient(self, self.generators[expr], self.one)
        if expr.is_Add or expr.is_Mul:
            total, *rest = (self.quotient(a) for a in expr.args)
            for part in rest:
                total = total + part if expr.is_Add else total * part
            return total
        base, power = expr.as_base_exp()
        if power.is_Integer and base != expr:
            return self.quotient(base) ** int(power)
        root = self.roots[base]
        return self.quotient(base ** Rational(1, root)) ** int(power * root)

    def reduced(self, num: Polynomial, den: Polynomial) -> Quotient:
        """Return num/den in lowest terms, powers of radicals replaced."""
        for s, q, value in self._relations:
            num, down = _replaced(num, s, q, value)
            den, up = _replaced(den, s, q, value)
            num, den = num * up, den * down
        common = num.gcd(den)
        if not common.is_constant():
            num, den = num // common, den // common
        lead = den.leading_coefficient()
        return Quotient(self, num / lead, den / lead)

    def expr(self, polynomial: Polynomial) -> Expr:
        """Return a polynomial as an expression."""
        terms = [
            Mul(_rational(c), *(a**p for a, p in zip(self.atoms, powers, strict=False) if p))
            for powers, c in sorted(polynomial.to_dict().items())
        ]
        return Add(*terms)

    def terms(self, polynomial: Polynomial) -> list[tuple[dict[Expr, int], Expr]]:
        """Return the terms as (powers of symbols, coefficient); irrational numbers are part of the coefficient."""
        found: dict[tuple[tuple[Expr, int], ...], Expr] = {}
        for powers, c in polynomial.to_dict().items():
            pairs = [(a, int(p)) for a, p in zip(self.atoms, powers, strict=False) if p]
            key = tuple((a, p) for a, p in pairs if a.is_Symbol)
            factor = Mul(_rational(c), *(a**p for a, p in pairs if not a.is_Symbol))
            found[key] = found.get(key, S.Zero) + factor
        return [(dict(key), c) for key, c in sorted(found.items(), key=str) if c != 0]


def _order(symbol: Symbol) -> tuple[str, int]:
    return symbol.name, getattr(symbol, "dummy_index", 0)


def _closed(symbols: set[Any], radicals: Mapping[Symbol, tuple[int, Expr]]) -> set[Symbol]:
    """The symbols together with those their radicals are built from."""
    todo = list(symbols)
    while todo:
        s = todo.pop()
        if s in radicals:
            new = radicals[s][1].free_symbols - symbols
            symbols |= new
            todo.extend(new)
    return symbols


def _number_roots(exprs: Iterable[Expr]) -> dict[Expr, int]:
    """The bases of all irrational numbers with the order of the root that must be a generator."""
    roots: dict[Expr, int] = {}
    stack = list(exprs)
    while stack:
        e = stack.pop()
        if e.is_Rational or e.is_Symbol:
            continue
        if e.is_Add or e.is_Mul:
            stack.extend(e.args)
            continue
        base, power = e.as_base_exp()
        if power.is_Integer and base != e:
            stack.append(base)
        elif power.is_Rational and base.is_number:
            roots[base] = lcm(roots.get(base, 1), int(power.q))
        elif e.is_number:
            roots[e] = lcm(roots.get(e, 1), 1)
        else:
            raise ValueError(f"{e} is not rational in the generators")
    return roots


def _replaced(p: Polynomial, s: Polynomial, q: int, value: Quotient) -> tuple[Polynomial, Polynomial]:
    """Return (n, d) with p = n/d where s occurs in n to powers below q only, given s**q = value."""
    place = next(k for k, e in enumerate(next(iter(s.to_dict()))) if e)
    top = max((powers[place] for powers in p.to_dict()), default=0) // q
    if top == 0:
        return p, s**0
    parts: dict[int, dict[Any, Any]] = {}
    for powers, c in p.to_dict().items():
        whole, rest = divmod(int(powers[place]), q)
        key = (*powers[:place], rest, *powers[place + 1 :])
        parts.setdefault(whole, {})[key] = c
    context = p.context()
    total = sum(
        (context.from_dict(part) * value.num**k * value.den ** (top - k) for k, part in parts.items()),
        context.from_dict({}),
    )
    return total, value.den**top
