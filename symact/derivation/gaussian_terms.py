"""Terms of Gaussian expectations and integrals: powers, exponentials of quadratics, φ, Φ and waves of lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sympy import (
    Add,
    Expr,
    Integral,
    Mul,
    S,
    cos,
    cosh,
    diff,
    exp,
    expand,
    oo,
    sin,
    sinh,
)
from sympy.simplify.fu import TR8

from ..claims.model import Expectation
from ..errors import NotSupportedError
from ..proof.algebra.assume import Assumptions
from ..symbols import z
from .blocks import density, distribution, in_normal_blocks, is_density, is_distribution

__all__ = ["Node", "evaluated", "multiplied_out", "node_of", "rewritten"]

#: Highest power that is multiplied out.
HIGHEST = 12


@dataclass(frozen=True)
class Term:
    """z**power · exp(a z² + b z + c) · Π φ(line) · Π Φ(line) · wave, with φ and Φ as often as they stand there.

    The wave is sin or cos of a line, or 1.
    """

    power: int
    exponent: Expr
    densities: tuple[Expr, ...]
    lines: tuple[Expr, ...]
    wave: Expr = S.One

    def expr(self) -> Expr:
        named = [density(u) for u in self.densities] + [distribution(u) for u in self.lines]
        return z**self.power * exp(self.exponent) * Mul(*named) * self.wave

    def quadratic(self) -> tuple[Expr, Expr, Expr]:
        """a, b, c of all that is exponential, without the factors 1/√(2π)."""
        poly = expand(self.exponent - Add(*(u**2 for u in self.densities)) / 2).as_poly(z)
        if poly is None or poly.degree() > 2:
            raise NotSupportedError("an exponent that isn't quadratic")
        return poly.nth(2), poly.nth(1), poly.nth(0)

    def smooth(self) -> Expr:
        """The factors that aren't exponential."""
        return replace(self, exponent=S.Zero, densities=()).expr()


@dataclass(frozen=True)
class Node:
    """E[e(z)], or the integral of e(z) from low to high."""

    head: Expr
    term: Term
    known: Assumptions

    def with_(self, expr: Expr, low: Expr | None = None, high: Expr | None = None) -> Expr:
        """The same operator applied to another expression, term by term, perhaps between other bounds."""
        if isinstance(self.head, Expectation):
            return _term_by_term(expr, lambda e: S.One if e == 1 else Expectation(e, z))
        bounds = (self.low if low is None else low, self.high if high is None else high)
        return _term_by_term(expr, lambda e: Integral(e, (z, *bounds)))

    @property
    def low(self) -> Expr:
        return self.head.limits[0][1]

    @property
    def high(self) -> Expr:
        return self.head.limits[0][2]

    def between(self, whole: Expr) -> Expr:
        """[whole]: its value at the upper end minus that at the lower."""
        return _value_at(whole, self.high) - _value_at(whole, self.low)


def node_of(head: Expr, known: Assumptions) -> Node | None:
    """Return a node as a single term, None where it has to be multiplied out first."""
    constant, rest = head.function.as_independent(z, as_Add=False)
    if constant != 1 or rest.is_Add:
        return None
    term = _term(rest)
    return None if term is None else Node(head, term, known)


def _term(expr: Expr) -> Term | None:
    power, exponent = 0, S.Zero
    densities: list[Expr] = []
    lines: list[Expr] = []
    wave: Expr = S.One
    for factor in Mul.make_args(expr):
        base, times = factor.as_base_exp()
        if isinstance(factor, exp):
            exponent += factor.exp
            continue
        if not (times.is_Integer and 0 < times <= HIGHEST):
            raise NotSupportedError(f"{factor} has no rule")
        if base.is_Add:
            return None
        if base == z:
            power += int(times)
        elif isinstance(factor, sin | cos) and wave == 1 and not diff(factor.args[0], z).has(z):
            wave = factor
        elif factor != 1:
            kind = densities if is_density(base) else lines if is_distribution(base) else None
            if kind is None or diff(base.argument, z).has(z):
                raise NotSupportedError(f"{factor} has no rule")
            kind += [base.argument] * int(times)
    return Term(power, exponent, tuple(densities), tuple(lines), wave)


def rewritten(head: Expr) -> tuple[str, Expr] | None:
    """Return an expectation in exponentials and single waves, with the name of what leads to it; None where it is so."""
    body = head.function
    name, form = "hyperbolic functions as exponentials", body.replace(_is_hyperbolic, lambda e: e.rewrite(exp))
    if form == body and any(map(_is_product_of_waves, Add.make_args(expand(body)))):
        name, form = "products of waves as sums", TR8(expand(body))
    return None if form == body else (name, head.func(form, *head.limits))


def _is_hyperbolic(expr: Expr) -> bool:
    return isinstance(expr, sinh | cosh) and not diff(expr.args[0], z, 2)


def _is_product_of_waves(term: Expr) -> bool:
    factors = [factor.as_base_exp() for factor in Mul.make_args(term)]
    times = [power for base, power in factors if isinstance(base, sin | cos) and base.has(z)]
    return all(power.is_Integer and power > 0 for power in times) and Add(*times) > 1


def multiplied_out(head: Expr) -> Expr:
    """Return an expectation or integral term by term, constant factors before them."""
    found = expand(in_normal_blocks(head.function))
    limits = head.limits[0]
    if isinstance(head, Expectation):
        return _term_by_term(found, lambda e: S.One if e == 1 else Expectation(e, z))
    return _term_by_term(found, lambda e: Integral(e, limits))


def _term_by_term(expr: Expr, node: Callable[[Expr], Expr]) -> Expr:
    """Σ c·node(t) for an expression Σ c·t with constants c."""
    outer, inner = expr.as_independent(z, as_Add=False)
    found: list[Expr] = []
    for term in Add.make_args(expand(inner, power_exp=False, log=False)):
        constant, rest = term.as_independent(z, as_Add=False)
        found.append(constant * node(rest))
    return outer * Add(*found)


def _value_at(expr: Expr, end: Expr) -> Expr:
    """The value at an end: anything times φ(z) vanishes at infinity, where Φ is 0 or 1."""
    if end in (oo, -oo):
        limit = S.One if end == oo else S.Zero
        body = expr.replace(is_density, lambda e: S.Zero)
        return body.replace(is_distribution, lambda e: limit if diff(e.argument, z).is_positive else 1 - limit)
    return evaluated(expr.subs(z, end))


def evaluated(expr: Expr) -> Expr:
    """Return the expression with φ(-u) = φ(u), φ(0) = 1/√(2π) and Φ(0) = 1/2 used."""
    mirrored = expr.replace(is_density, lambda e: density(e.argument))
    return mirrored.replace(
        lambda e: (is_density(e) or is_distribution(e)) and e.argument == 0, lambda e: e.doit(deep=False)
    )
