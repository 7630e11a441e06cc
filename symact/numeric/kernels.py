"""A smooth expression as a quotient of polynomials in its kernels, so that what cancels does so before anything is rounded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import gcd
from typing import Any

import sympy as sp
from sympy import Dummy, Expr, Rational, S, Symbol

from .functions import EXPANSIONS, MEANINGS, QUOTIENTS, SLOPES, operation
from .quotient import Quotient, Ring

__all__ = ["Kernel", "Kernels", "Tower", "rewritten"]


@dataclass(frozen=True)
class Kernel:
    """What a symbol stands for: exp(argument), argument**(1/root) or head(argument); arguments hold lower kernels."""

    head: str
    argument: Expr
    root: int = 1


@dataclass
class Kernels:
    """Kernels by symbol, lower ones first."""

    found: dict[Symbol, Kernel] = field(default_factory=dict)

    @property
    def radicals(self) -> dict[Symbol, tuple[int, Expr]]:
        """Symbols s with (q, B) where s**q = B."""
        return {s: (k.root, k.argument) for s, k in self.found.items() if k.head == "root"}

    def quotient(self, expr: Expr) -> Quotient:
        """Return an expression in symbols in lowest terms."""
        return Ring([expr], self.radicals).quotient(expr)

    def of(self, head: str) -> list[Symbol]:
        """Return the symbols with this head."""
        return [s for s, k in self.found.items() if k.head == head]


#: Another way to write an expression in kernels.
Rewriting = Callable[[Expr, Kernels], Expr]


class _Refine(Exception):  # noqa: N818
    """The exponential kernel of this number must have its exponent divided by `step`."""

    def __init__(self, number: int, step: int) -> None:
        self.number, self.step = number, step


@dataclass
class Tower:
    """Rewrites expressions into kernels on a part of the line.

    `sign` gives the sign of an expression there (0 where it isn't known). Exponentials get negative exponents; with
    `expand`, hyperbolic functions become exponentials, and erf and erfc become exp(-u**2)*erfcx(|u|). In the `tail`,
    where exponentials vanish against 1, log(1 + t), sin(t) and the like are t. With `split`, exp(a + b) is exp(a)*exp(b);
    log(w**k*R) is log(R) - k*log(1/|w|) for the symbol w = `outer`. `inside` is a rewriting of the arguments of logarithms.
    """

    sign: Callable[[Expr], int]
    expand: bool = True
    tail: bool = False
    split: bool = False
    outer: Symbol | None = None
    inside: Rewriting | None = None
    kernels: Kernels = field(default_factory=Kernels)
    steps: list[int] = field(default_factory=list)
    _meanings: dict[Symbol, Expr] = field(default_factory=dict)
    _seen: dict[Expr, Expr] = field(default_factory=dict)

    def meaning(self, expr: Expr) -> Expr:
        """Return an expression in symbols with the kernels put back in."""
        return expr.xreplace(self._meanings)

    def write(self, expr: Expr) -> Expr:
        """Return `expr` in symbols for its kernels, rational in them."""
        if expr not in self._seen:
            self._seen[expr] = self._written(expr)
        return self._seen[expr]

    def _written(self, expr: Expr) -> Expr:
        if expr.is_number or expr.is_Symbol:
            return expr
        if isinstance(expr, sp.Add | sp.Mul):
            return expr.func(*(self.write(a) for a in expr.args))
        if isinstance(expr, sp.Pow) and not isinstance(expr, sp.exp):
            return self._power(expr)
        if self.tail and expr.func in SLOPES and self._vanishes(argument := self.write(expr.args[0])):
            return SLOPES[expr.func] * argument
        if self.expand and expr.func in EXPANSIONS:
            return self.write(EXPANSIONS[expr.func](expr.args[0]))
        if self.expand and expr.func in (sp.erf, sp.erfc):
            return self._error_function(expr)
        if isinstance(expr, sp.exp):
            return self.exponential(self.write(expr.exp))
        if isinstance(expr, sp.log):
            return self._logarithm(expr)
        if expr.func in QUOTIENTS:
            return self.write(QUOTIENTS[expr.func](expr.args[0]))
        head, argument = operation(expr)
        return self._kernel(head, self.write(argument), MEANINGS[head])

    def _kernel(self, head: str, argument: Expr, meaning: Any, root: int = 1) -> Symbol:
        kernel = Kernel(head, self.kernels.quotient(argument).expr(), root)
        for symbol, known in self.kernels.found.items():
            if known == kernel:
                return symbol
        symbol = Dummy(f"{head}{len(self.kernels.found)}", positive=True)
        self.kernels.found[symbol] = kernel
        self._meanings[symbol] = meaning(self.meaning(argument))
        return symbol

    def exponential(self, exponent: Expr) -> Expr:
        """Return exp(exponent): powers of logarithms' arguments times a power of an exponential kernel."""
        factor = S.One
        rest = []
        logs = set(self.kernels.of("log"))
        terms = sp.Add.make_args(sp.expand_mul(exponent)) if logs & exponent.free_symbols else [exponent]
        for term in terms:
            coefficient, symbol = term.as_coeff_Mul()
            if symbol in logs:
                factor *= self._root(self.kernels.found[symbol].argument, coefficient)
            else:
                rest.append(term)
        exponent = sp.Add(*rest)
        if exponent.is_number:
            return factor * sp.exp(exponent)
        if self.tail and self._vanishes(exponent):
            return factor
        if self.split and exponent.is_Add:
            return factor * sp.Mul(*(self.exponential(term) for term in exponent.args))
        exponentials = self.kernels.of("exp")
        for symbol, step in zip(exponentials, self.steps, strict=False):
            ratio = sp.cancel(exponent / self.kernels.found[symbol].argument)
            if ratio.is_Rational:
                if not ratio.is_Integer:
                    raise _Refine(exponentials.index(symbol), step * int(ratio.q))
                return factor * symbol**ratio
        if self.sign(self.meaning(exponent)) > 0:
            return factor / self._new_exponential(-exponent)
        return factor * self._new_exponential(exponent)

    def _new_exponential(self, exponent: Expr) -> Expr:
        """A new exponential kernel, its exponent divided as an earlier pass found necessary."""
        number = len(self.kernels.of("exp"))
        if number == len(self.steps):
            self.steps.append(1)
        step = self.steps[number]
        return self._kernel("exp", exponent / step, sp.exp) ** step

    def _logarithm(self, expr: Expr) -> Expr:
        """log(t**k*R) = k*m + log(R) for the exponential kernels t = exp(m)."""
        exponent, rest = self._split(self.write(expr.args[0]))
        if self.inside is not None:
            rest = self.inside(rest, self.kernels)
        if self.outer is not None:
            power = self._power_of(rest, self.outer)
            if power:
                size = self.outer * self.sign(self.outer)
                rest = rest / self.outer**power * S(self.sign(self.outer)) ** power
                exponent -= power * self._kernel("log", 1 / size, sp.log)
        if rest.is_number:
            return exponent + sp.log(rest)
        if self.tail and self._vanishes(rest - 1):
            return exponent + rest - 1
        constant, factors = self.kernels.quotient(rest).factors()
        power = gcd(*(k for _, k in factors)) * (-1 if all(k < 0 for _, k in factors) else 1)
        root = rest ** Rational(1, power) if constant == 1 else rest
        if constant != 1 or (power % 2 == 0 and self.sign(self.meaning(root)) <= 0):
            power, root = 1, rest
        return exponent + power * self._kernel("log", root, sp.log)

    def _power_of(self, expr: Expr, symbol: Symbol) -> int:
        """The power with which a symbol is a factor of an expression."""
        quotient = self.kernels.quotient(expr)
        _, factors = quotient.factors()
        return next((k for p, k in factors if quotient.ring.expr(p) == symbol), 0)

    def _vanishes(self, expr: Expr) -> bool:
        """Whether an expression has a positive power of an exponential kernel as a factor."""
        exponentials = set(self.kernels.of("exp"))
        quotient = self.kernels.quotient(expr)
        terms = quotient.ring.terms(quotient.num)
        return bool(terms) and all(exponentials & set(powers) for powers, _ in terms)

    def _split(self, expr: Expr) -> tuple[Expr, Expr]:
        """Return (m, R) with expr = exp(m)*R and no exponential kernel as a factor of R."""
        quotient = self.kernels.quotient(expr)
        constant, factors = quotient.factors()
        exponent, rest = S.Zero, constant
        for polynomial, k in factors:
            factor = quotient.ring.expr(polynomial)
            kernel = self.kernels.found.get(factor)
            if kernel is not None and kernel.head == "exp":
                exponent += k * kernel.argument
            else:
                rest *= factor**k
        return exponent, rest

    def _root(self, base: Expr, power: Rational) -> Expr:
        """Return base**power for a rational power."""
        if power.q == 1:
            return base**power
        exponent, rest = self._split(base)
        root = int(power.q)
        outside, rest = self._whole_powers(rest, root)
        kernel = rest ** Rational(1, root) if rest.is_number else self._radical(rest, root)
        return (self.exponential(exponent * power) if exponent != 0 else S.One) * (outside * kernel) ** int(power.p)

    def _radical(self, base: Expr, root: int) -> Symbol:
        return self._kernel("root", base, lambda e: e ** Rational(1, root), root)

    def _whole_powers(self, expr: Expr, root: int) -> tuple[Expr, Expr]:
        """Return (a, b) with expr**(1/root) = a*b**(1/root), a made from symbols whose sign is known.

        All powers of the symbol `outer` belong to a, so that b doesn't overflow.
        """
        quotient = self.kernels.quotient(expr)
        constant, factors = quotient.factors()
        outside, inside = S.One, constant
        for polynomial, k in factors:
            factor = quotient.ring.expr(polynomial)
            split = factor.is_Symbol and (k % root == 0 or factor == self.outer)
            sign = self.sign(self.meaning(factor)) if split else 0
            if sign and k % root == 0:
                outside *= (sign * factor) ** (k // root)
                inside *= S(sign) ** k
            elif sign:
                outside *= self._radical(1 / (sign * factor), root) ** -k
                inside *= S(sign) ** k
            else:
                inside *= factor**k
        return outside, inside

    def _power(self, expr: Expr) -> Expr:
        base, power = expr.args
        if power.is_Integer:
            return self.write(base) ** power
        if power.is_Rational:
            return self._root(self.write(base), power)
        return self.exponential(self.write(power) * self.write(sp.log(base)))

    def _error_function(self, expr: Expr) -> Expr:
        u = expr.args[0]
        sign = self.sign(u)
        if sign == 0:
            return self._kernel(operation(expr)[0], self.write(u), expr.func)
        size = self.write(sign * u)
        square = self.kernels.quotient(size**2).expr()
        tail = self.exponential(-square) * self._kernel("erfcx", size, lambda e: sp.exp(e**2) * sp.erfc(sp.Abs(e)))
        if expr.func == sp.erf:
            return sign * (1 - tail)
        return tail if sign > 0 else 2 - tail


def rewritten(
    expr: Expr,
    sign: Callable[[Expr], int],
    expand: bool = True,
    tail: bool = False,
    split: bool = False,
    outer: Symbol | None = None,
    inside: Rewriting | None = None,
) -> tuple[Expr, Tower]:
    """Return `expr` in kernels with the tower that explains them.

    A pass that meets a broken power of a kernel is repeated with that kernel's exponent divided.
    """
    steps: list[int] = []
    while True:
        tower = Tower(sign, expand, tail, split, outer, inside, steps=steps)
        try:
            return tower.write(expr), tower
        except _Refine as need:
            steps[need.number] = need.step
