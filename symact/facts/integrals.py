"""A search for antiderivatives by parts and substitution; every one that it returns has been differentiated back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integral,
    Mul,
    Piecewise,
    PolynomialError,
    RootSum,
    S,
    Symbol,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cancel,
    cosh,
    coth,
    csch,
    diff,
    erf,
    exp,
    expand,
    factor_list,
    fraction,
    log,
    powsimp,
    sech,
    sinh,
    tanh,
    together,
)
from sympy.integrals.rationaltools import ratint

from ..deadline import deadline
from ..errors import NotSupportedError, OutOfTimeError, UndecidedError
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import is_zero
from ..proof.algebra.generators import generators
from ..proof.algebra.kernels import RULES
from ..proof.calculus.antiderivatives import candidates
from ..proof.functions.switches import SWITCHES, obstacles
from .places import holds

__all__ = ["Search"]

#: Integrals inside one another, and integrals in all.
DEEPEST, MOST = 5, 80
#: Seconds for a whole search.
BUDGET = 4.0
#: Functions whose derivatives are simpler than they are, so that they are differentiated by parts.
_INVERSE = (log, asinh, acosh, atanh, atan, asin, erf)
_HYPERBOLIC = (sinh, cosh, tanh, coth, sech, csch)
#: What SymPy's integrators and factoring may raise besides refusals.
_FAILURES = (
    *(ArithmeticError, AttributeError, LookupError, NotImplementedError, PolynomialError),
    *(RecursionError, TypeError, ValueError),
)


class Search:
    """A search for antiderivatives in x where `inside` holds; a call returns one that is proved, None if none is found.

    A formal one need not be real inside: it serves another search, which looks at that.
    """

    def __init__(self, x: Symbol, inside: Assumptions, formal: bool = False) -> None:
        self.x, self.inside, self.formal = x, inside, formal
        self._known: dict[Expr, Expr | None] = {}
        self._names = {
            s: Dummy(s.name, positive=True)
            for s in {s for r in inside.relations for s in r.free_symbols} - {x}
            if inside.sign(s) == 1
        }

    def __call__(self, expr: Expr, depth: int = DEEPEST) -> Expr | None:
        if expr in self._known:
            return self._known[expr]
        if not depth or len(self._known) > MOST:
            return None
        self._known[expr] = None  # so that it isn't looked for inside itself
        for method in self._methods(expr):
            for candidate in method(expr, depth):
                found = self._proved(candidate, expr)
                if found is not None:
                    self._known[expr] = found
                    return found
        return None

    def within_budget(self, expr: Expr) -> Expr | None:
        """Return what a call does, None also where it takes too long."""
        try:
            with deadline(BUDGET):
                return self(expr)
        except OutOfTimeError:
            return None

    def _methods(self, expr: Expr) -> Iterator[Callable[[Expr, int], Iterator[Expr]]]:
        yield self._by_rules
        if expr.is_Add:
            yield self._by_terms
        hyperbolic = expr.has(*_HYPERBOLIC)
        if hyperbolic:
            yield self._by_table
        yield self._by_substitution
        yield self._by_parts
        if hyperbolic:
            yield self._of_exponentials
        yield self._expanded
        yield self._of_radical
        yield self._guessed

    def _proved(self, candidate: Expr, expr: Expr) -> Expr | None:
        """The candidate with real logarithms if it is smooth inside and has the right derivative."""
        if candidate.has(Integral, Piecewise, RootSum, *SWITCHES) or any(
            node.func not in RULES for node in candidate.atoms(Function)
        ):
            return None
        negative = [node for node in candidate.atoms(log) if not self.formal and holds(node.args[0], {-1}, self.inside)]
        real = candidate.xreplace({node: log(-node.args[0]) for node in negative})
        try:
            if not self.formal and not all(holds(g, allowed - {0}, self.inside) for g, allowed in obstacles(real)):
                return None
            return real if is_zero(diff(real, self.x) - expr, self.inside.relations) is True else None
        except (NotSupportedError, UndecidedError):
            return None

    def _by_rules(self, expr: Expr, depth: int) -> Iterator[Expr]:
        yield from candidates(expr, self.x, self.inside, guess=False)
        if expr.is_rational_function(self.x):
            try:
                yield ratint(expr.xreplace(self._names), self.x, real=True).xreplace(self._back)
            except _FAILURES:
                return

    def _by_table(self, expr: Expr, depth: int) -> Iterator[Expr]:
        """Basic integrals of hyperbolic functions of a line."""
        for u in {node.args[0] for node in expr.atoms(*_HYPERBOLIC)}:
            slope = diff(u, self.x)
            if not slope.has(self.x):
                for integrand, whole in _TABLE:
                    if expr == integrand(u):
                        yield whole(u) / slope

    @property
    def _back(self) -> dict[Symbol, Symbol]:
        return {name: symbol for symbol, name in self._names.items()}

    def _by_terms(self, expr: Expr, depth: int) -> Iterator[Expr]:
        found = []
        for term in expr.args:
            factor, rest = term.as_independent(self.x, as_Add=False)
            part = self(rest, depth - 1)
            if part is None:
                return
            found.append(factor * part)
        yield Add(*found)

    def _expanded(self, expr: Expr, depth: int) -> Iterator[Expr]:
        wide = expand(expr)
        if wide.is_Add and wide != expr:
            yield from self._by_terms(wide, depth)

    def _of_exponentials(self, expr: Expr, depth: int) -> Iterator[Expr]:
        """tanh, cosh and the like as rational functions of an exponential."""
        plain = powsimp(expr.replace(lambda e: isinstance(e, _HYPERBOLIC), lambda e: e.rewrite(exp)))
        written = generators(plain, x=self.x)
        try:
            found = self(written.back(cancel(together(written.expressions[0]))), depth - 1)
        except _FAILURES:
            return
        if found is not None:
            yield found

    def _by_substitution(self, expr: Expr, depth: int) -> Iterator[Expr]:
        """h(u)*u' for an inner function u; and any function of a line u."""
        x = self.x
        inner = {a for node in expr.atoms(Function) for a in (node, *node.args) if a.has(x) and a != x}
        inner |= {p.base for p in expr.atoms(type(S.One / x)) if p.base.has(x) and p.base != x}
        for u in sorted(inner, key=lambda e: (e.count_ops(), str(e))):
            slope = diff(u, x)
            name = Dummy("u", real=True)
            if slope.has(x):
                rest = self._in_terms_of(expr / slope, u, name)
            elif u.is_Add or u.is_Mul:
                offset = u.subs(x, 0)
                if not (slope.free_symbols or offset != 0):
                    continue
                rest = expr.xreplace({u: name}).subs(x, (name - offset) / slope) / slope
            else:
                continue
            if rest is None or rest.has(x):
                continue
            found = Search(name, Assumptions(self._about(u, name)), formal=True)(rest, depth - 1)
            if found is not None:
                yield found.subs(name, u)

    def _in_terms_of(self, expr: Expr, u: Expr, name: Symbol) -> Expr | None:
        try:
            written = generators(expr, u, x=self.x)
            plain, inner = written.expressions
            if inner.is_Symbol:
                plain = written.back(cancel(together(plain)).subs(inner, name))
            else:
                plain = cancel(together(expr)).subs(u, name)
        except _FAILURES:
            return None
        return None if plain.has(self.x) else plain

    def _about(self, u: Expr, name: Symbol) -> tuple[Any, ...]:
        """What is known of parameters and of the sign of u."""
        kept = tuple(r for r in self.inside.relations if not r.has(self.x))
        sign = self.inside.sign(u)
        return (*kept, name > 0) if sign == 1 else (*kept, name < 0) if sign == -1 else kept

    def _by_parts(self, expr: Expr, depth: int) -> Iterator[Expr]:
        """∫ g*h = G*h - ∫ G*h′ with G = ∫ g, for h an inverse function or a power of x."""
        x = self.x
        factors = [(f, *f.as_base_exp()) for f in Mul.make_args(expr) if f.has(x)]
        chosen = [f for f, base, n in factors if isinstance(base, _INVERSE) and n.is_Integer and n > 0]
        chosen += [f for f, base, n in factors if base == x and n.is_Integer and len(factors) > 1]
        for h in chosen:
            outer = self(expr / h, depth - 1)
            if outer is None:
                continue
            rest = self(_tidy(outer * diff(h, x)), depth - 1)
            if rest is not None:
                yield outer * h - rest

    def _of_radical(self, expr: Expr, depth: int) -> Iterator[Expr]:
        """A rational function of s = sqrt(a*t + b), where t is x or an exponential of a line."""
        x = self.x
        written = generators(expr, x=x)
        if len(written.equations) != 1:
            return
        (equation,) = written.equations
        t = next((t for t in (x, *written.kernels) if equation.has(t) and t not in _roots(written.kernels)), None)
        (s,) = _roots(written.kernels)
        poly = None if t is None else equation.as_poly(t)
        if poly is None or poly.degree() != 1 or t is None:
            return
        inverse = -poly.nth(0) / poly.nth(1)
        slope = (
            diff(inverse, s) if t == x else diff(inverse, s) / (t * diff(written.kernels[t], x) / written.kernels[t])
        )
        name = Dummy("s", positive=True)
        rest = cancel(together((written.expressions[0] * slope).subs(t, inverse).subs(s, name)))
        if rest.has(x, *written.kernels):
            return
        found = Search(name, Assumptions(tuple(r for r in self.inside.relations if not r.has(x))), formal=True)(
            rest, depth - 1
        )
        if found is not None:
            yield found.subs(name, written.kernels[s])

    def _guessed(self, expr: Expr, depth: int) -> Iterator[Expr]:
        if depth < DEEPEST - 1:
            return
        named = expr.xreplace(self._names)
        yield from (found.xreplace(self._back) for found in candidates(named, self.x, Assumptions(), guess=True))


#: (g, G) with G' = g.
_TABLE: tuple[tuple[Callable[[Expr], Expr], Callable[[Expr], Expr]], ...] = (
    (tanh, lambda u: log(cosh(u))),
    (lambda u: tanh(u) ** 2, lambda u: u - tanh(u)),
    (lambda u: tanh(u) ** 3, lambda u: log(cosh(u)) - tanh(u) ** 2 / 2),
    (lambda u: 1 / cosh(u), lambda u: atan(sinh(u))),
    (lambda u: cosh(u) ** -2, tanh),
    (sech, lambda u: atan(sinh(u))),
    (lambda u: sech(u) ** 2, tanh),
)


def _roots(kernels: dict[Symbol, Expr]) -> list[Symbol]:
    return [s for s, meaning in kernels.items() if meaning.is_Pow and not isinstance(meaning, exp)]


def _tidy(expr: Expr) -> Expr:
    try:
        written = generators(expr)  # exp(851*x/500) is one symbol, and not the 851st power of exp(x/500)
        top, bottom = fraction(cancel(together(written.expressions[0])))
        content, factors = factor_list(bottom)
        return written.back(top / (content * Mul(*(f**m for f, m in factors))))
    except _FAILURES:
        return expr
