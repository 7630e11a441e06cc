"""Floating-point forms of an expression in kernels: products of Horner schemes, written so that little cancels."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

from sympy import Dummy, Expr, Rational, S, Symbol

from .graph import Graph
from .kernels import Kernel, Kernels
from .quotient import Polynomial, Quotient, Ring

__all__ = ["Form", "Lowering"]

#: Products of factors are multiplied out only up to this many terms.
MAX_TERMS = 12

#: The powers of what varies in a term → its coefficient, free of the variable.
Terms = dict[tuple[tuple[Symbol, int], ...], Expr]


@dataclass(frozen=True)
class Form:
    """How to write a quotient of polynomials in kernels.

    log1p: log(R) as log1p(R - 1).
    halved: exp(m) as the square of exp(m/2), multiplied in at both ends, so that no product underflows early.
    powers_last: Horner's scheme in x outside.
    folded: |x| instead of x in exponents, so that both half lines share their exponentials.
    expanded: numerator and denominator multiplied out, which rounds less often where the kernels are small.
    """

    log1p: bool = True
    halved: bool = False
    powers_last: bool = False
    folded: bool = False
    expanded: bool = False


@dataclass
class Lowering:
    """Builds the nodes of expressions in kernels.

    `inverse` is a symbol that stands for 1/variable. `side` is the sign of the variable, needed to fold.
    """

    graph: Graph
    kernels: Kernels
    variable: Symbol
    form: Form = Form()
    side: int = 0
    inverse: Symbol | None = None
    _nodes: dict[Symbol, int] = field(default_factory=dict)

    def node(self, expr: Expr) -> int:
        """Return the node of an expression in symbols."""
        if expr.is_number:
            return self.graph.number(expr)
        return self._quotient(self.kernels.quotient(expr))

    def _uniform(self, symbol: Symbol) -> bool:
        """Whether a symbol is free of the variable."""
        kernel = self.kernels.found.get(symbol)
        if kernel is None:
            return symbol not in (self.variable, self.inverse)
        return all(self._uniform(s) for s in kernel.argument.free_symbols)

    def _symbol(self, symbol: Symbol) -> int:
        if symbol not in self._nodes:
            kernel = self.kernels.found.get(symbol)
            if kernel is not None:
                self._nodes[symbol] = self._kernel(kernel)
            elif symbol == self.inverse:
                self._nodes[symbol] = self.graph.div(self.graph.number(1), self.graph.symbol(self.variable))
            else:
                self._nodes[symbol] = self.graph.symbol(symbol)
        return self._nodes[symbol]

    def _kernel(self, kernel: Kernel) -> int:
        g = self.graph
        if kernel.head in ("exp", "expm1", "erfcx"):
            return g.apply(kernel.head, self._argument(kernel.argument))
        if kernel.head == "log":
            below = 1 / kernel.argument
            if below in (self.variable, -self.variable):
                return g.neg(g.apply("log", self.node(below)))
            if self.form.log1p and not (below.is_Symbol or (-below).is_Symbol):
                return g.apply("log1p", self.node(kernel.argument - 1))
        if kernel.head == "root":
            base = self.node(kernel.argument)
            op = {2: "sqrt", 3: "cbrt"}.get(kernel.root)
            return g.apply(op, base) if op else g.apply("pow", base, g.number(Rational(1, kernel.root)))
        return g.apply(kernel.head, self.node(kernel.argument))

    def _argument(self, expr: Expr) -> int:
        """The node of an exponent, in |x| where the form is folded."""
        if not (self.form.folded and self.side and expr.has(self.variable)):
            return self.node(expr)
        size = Dummy("size", positive=True)
        inner = Lowering(self.graph, self.kernels, size, self.form, 0, self.inverse)
        inner._nodes = {**self._nodes, size: self.graph.apply("abs", self.graph.symbol(self.variable))}
        return inner.node(expr.xreplace({self.variable: self.side * size}))

    def _quotient(self, quotient: Quotient) -> int:
        """A product of powers, one by one in an order in which nothing overflows on the way."""
        g, ring = self.graph, quotient.ring
        scale, factors = quotient.factors()
        exponent = S.Zero
        ranked: list[tuple[int, int, int]] = []
        sums: list[tuple[Polynomial, int]] = []
        for polynomial, k in factors:
            atom = ring.expr(polynomial)
            kernel = self.kernels.found.get(atom)
            special = self._special(polynomial, ring)
            if all(self._uniform(s) for s in atom.free_symbols):
                scale *= atom**k
            elif kernel is not None and kernel.head == "exp":
                exponent += k * kernel.argument
            elif special is not None and special[0] == "exp":
                exponent += k * special[1]
            elif special is not None:
                ranked.append((0, g.apply(special[0], self._argument(special[1])), k))
            elif atom == self.inverse:
                ranked.append((2, g.symbol(self.variable), -k))
            elif atom.is_Symbol:
                ranked.append((0 if kernel else 2, self._symbol(atom), k))
            else:
                sums.append((polynomial, k))
        if self.form.expanded:
            sums = _multiplied_out(sums)
        for polynomial, k in sums:
            terms = self._terms(polynomial, ring)
            if abs(k) == 1 and (absorbed := self._absorbed(terms, scale**k)) is not None:
                terms, scale = absorbed, S.One
            ranked.append((1, self._horner(terms), k))
        ranked.sort(key=lambda item: item[0])
        above = [node for _, node, k in ranked for _ in range(k)]
        below = [node for _, node, k in ranked for _ in range(-k)]
        last = None
        if exponent != 0:
            if self.form.halved:
                last = g.apply("exp", self._argument(exponent / 2))
                above.insert(0, last)
            else:
                above.insert(0, self._exponential(exponent))
        total = self._product(scale, above, below)
        return total if last is None else g.mul(total, last)

    def _product(self, scale: Expr, above: list[int], below: list[int]) -> int:
        """scale*above/below, factors and divisors in turn, the scale as early as possible."""
        g = self.graph
        if not above:
            above = [self._scale(scale)]
        elif scale.is_Rational and abs(scale.p) == 1 and not _dyadic(scale):
            above[0] = g.div(above[0], g.number(1 / scale))
        elif scale == -1:
            above[0] = g.neg(above[0])
        elif scale != 1:
            above[0] = g.mul(self._scale(scale), above[0])
        total, *above = above
        while above or below:
            if below:
                total = g.div(total, below.pop(0))
            if above:
                total = g.mul(total, above.pop(0))
        return total

    def _scale(self, scale: Expr) -> int:
        """The node of what is free of the variable."""
        g = self.graph
        if scale.is_number:
            return g.number(scale)
        number, factors = self.kernels.quotient(scale).factors()
        ring = self.kernels.quotient(scale).ring
        total = g.number(number * prod(ring.expr(p) ** k for p, k in factors if ring.expr(p).is_number))
        for p, k in factors:
            atom = ring.expr(p)
            if not atom.is_number:
                terms = {tuple(powers.items()): c for powers, c in ring.terms(p)}
                base = self._symbol(atom) if atom.is_Symbol else self._horner(terms)
                power = g.power(base, abs(k))
                total = g.mul(total, power) if k > 0 else g.div(total, power)
        return total

    def _exponential(self, exponent: Expr) -> int:
        """exp of a combination of kernels' exponents: a power of one kernel where it is one."""
        for symbol in self.kernels.of("exp"):
            ratio = exponent / self.kernels.found[symbol].argument
            if ratio.is_Integer and ratio > 0:
                return self.graph.power(self._symbol(symbol), int(ratio))
        return self.graph.apply("exp", self._argument(exponent))

    def _special(self, polynomial: Polynomial, ring: Ring) -> tuple[str, Expr] | None:
        """t - 1 = expm1(m) for t = exp(m), and 1 + e = exp(m) for e = expm1(m)."""
        for symbol in ring.generators:
            kernel = self.kernels.found.get(symbol)
            if kernel is not None and kernel.head == "exp" and polynomial == ring.generators[symbol] - 1:
                return "expm1", kernel.argument
            if kernel is not None and kernel.head == "expm1" and polynomial == ring.generators[symbol] + 1:
                return "exp", kernel.argument
        return None

    def _terms(self, polynomial: Polynomial, ring: Ring) -> Terms:
        """The terms of a sum; what is free of the variable is part of the coefficients."""
        found: Terms = {}
        for powers, c in ring.terms(polynomial):
            key = tuple((s, p) for s, p in powers.items() if not self._uniform(s))
            uniform = prod((s**p for s, p in powers.items() if self._uniform(s)), start=S.One)
            found[key] = found.get(key, S.Zero) + c * uniform
        return found

    def _absorbed(self, terms: Terms, scale: Expr) -> Terms | None:
        """The terms times a scale, if that costs no additional multiplication and rounds nothing."""
        if scale == 1:
            return None
        if scale.is_Rational and _dyadic(scale):
            return {key: c * scale for key, c in terms.items()}
        if scale.is_number:
            return None
        after = {key: self.kernels.quotient(c * scale).expr() for key, c in terms.items()}
        return after if _multiplications(after) <= _multiplications(terms) else None

    def _horner(self, terms: Terms) -> int:
        """Horner's scheme in one generator, the coefficients likewise in the others."""
        g = self.graph
        generators = sorted({s for key in terms for s, _ in key}, key=self._place)
        if not generators:
            return self._scale(terms[()])
        main = generators[0]
        groups: dict[int, Terms] = {}
        for key, c in terms.items():
            rest = tuple((s, p) for s, p in key if s != main)
            groups.setdefault(dict(key).get(main, 0), {})[rest] = c
        degrees = sorted(groups, reverse=True)
        total = self._horner(groups[degrees[0]])
        for high, low in zip(degrees, [*degrees[1:], 0], strict=True):
            if high > low:
                total = g.mul(total, g.power(self._symbol(main), high - low))
            if low in groups and low < high:
                total = g.add(total, self._horner(groups[low]))
        return total

    def _place(self, symbol: Symbol) -> tuple[int, str]:
        """The place of a generator in nested Horner schemes: outermost first."""
        if symbol == self.variable:
            return (0 if self.form.powers_last else 3), ""
        kernel = self.kernels.found.get(symbol)
        if kernel is None:
            return 0, str(symbol)
        return (1 if kernel.head in ("exp", "expm1") else 2), str(symbol)


def _multiplied_out(sums: list[tuple[Polynomial, int]]) -> list[tuple[Polynomial, int]]:
    """The sums above and below, each multiplied out."""
    found = []
    for sign in (1, -1):
        part = [p ** abs(k) for p, k in sums if k * sign > 0]
        whole = prod(part[1:], start=part[0]) if part else None
        if whole is not None and len(whole) <= MAX_TERMS:
            found.append((whole, sign))
        else:
            found += [(p, k) for p, k in sums if k * sign > 0]
    return found


def _dyadic(number: Expr) -> bool:
    return bool(abs(number.p).bit_count() == 1 and number.q.bit_count() == 1)


def _multiplications(terms: Terms) -> int:
    return sum(c not in (1, -1) for key, c in terms.items() if key)
