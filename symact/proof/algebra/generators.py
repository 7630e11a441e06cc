"""Kernels of x (exponentials, radicals, other functions) as plain symbols, so that polynomial algebra stays polynomial and small."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import gcd, lcm

from sympy import Dummy, Expr, Integer, Rational, S, Symbol, cancel, exp, expand, expand_mul, preorder_traversal

__all__ = ["LARGEST_POWER", "Generators", "generators"]

#: Exponentials that would need higher powers of one symbol get symbols of their own: SymPy's polynomials are dense.
LARGEST_POWER = 1000


@dataclass(frozen=True)
class Generators:
    """Expressions written in symbols for their kernels.

    `kernels` gives each symbol's meaning, `equations` the polynomial equations the radicals among them satisfy.
    """

    expressions: tuple[Expr, ...]
    kernels: dict[Symbol, Expr]
    equations: tuple[Expr, ...]

    def back(self, expr: Expr) -> Expr:
        """Put the kernels back in."""
        return expr.xreplace(self.kernels)


def generators(*exprs: Expr, x: Symbol | None = None) -> Generators:
    """Replace the outermost kernels that hold x, or any symbol, by symbols.

    Exponentials whose exponents have simple rational ratios share one symbol t = exp(m) in whole powers; in particular
    exp(851*x/500) is t and not the 851st power of exp(x/500). A radical p**(k/q) becomes s**k with s**q = p.
    """
    alone = x is None or not set().union(*(e.free_symbols for e in exprs)) - {x}
    return _written(exprs, None if alone else x)


@lru_cache(2048)
def _written(exprs: tuple[Expr, ...], x: Symbol | None) -> Generators:
    """The same symbols for the same expressions, so that what is worked out of them is found again."""
    exprs = tuple(_distributed(e).expand(power_exp=True, deep=True, **_ONLY_EXPONENTS) for e in exprs)
    kernels: dict[Symbol, Expr] = {}
    equations: list[Expr] = []
    table: dict[Expr, Expr] = {}
    nodes = [n for e in exprs for n in preorder_traversal(e) if (n.free_symbols if x is None else n.has(x))]
    exponents = list(dict.fromkeys(n.exp for n in nodes if isinstance(n, exp)))
    while exponents:
        powers, argument = _shared(exponents)
        t = Dummy("t", positive=True)
        kernels[t] = exp(argument)
        table |= {exp(u): t**n for u, n in powers.items()}
        exponents = [u for u in exponents if u not in powers]
    for node in nodes:
        if node.is_Pow and not isinstance(node, exp) and node.exp.is_Rational and not node.exp.is_Integer:
            root = node.base ** (S.One / node.exp.q)
            s = next((s for s, e in kernels.items() if e == root), None)
            if s is None:
                s = Dummy("s", nonnegative=True)
                kernels[s] = root
                equations.append(s**node.exp.q - node.base)
            table[node] = s**node.exp.p
        elif node.is_Pow and not isinstance(node, exp) and not node.exp.is_number:
            kernels[g := Dummy("g", positive=True)] = node
            table[node] = g
        elif node.is_Function and not isinstance(node, exp) and node not in table:
            kernels[g := Dummy("g", real=True)] = node
            table[node] = g
    replaced = tuple(_replace(e, table) for e in exprs)
    return Generators(replaced, kernels, tuple(_replace(e, table) for e in equations))


def _shared(exponents: list[Expr]) -> tuple[dict[Expr, Integer], Expr]:
    """Write the first exponent, and others, as whole multiples n*m of one m with moderate n; return these n and m."""
    first = exponents[0]
    ratios, step = {first: S.One}, S.One
    for u in exponents[1:]:
        ratio = cancel(u / first)
        if ratio.is_Rational:
            finer = Rational(gcd(step.p, ratio.p), lcm(step.q, ratio.q))
            if all(abs(r) <= LARGEST_POWER * finer for r in (*ratios.values(), ratio)):
                ratios[u], step = ratio, finer
    return {u: r / step for u, r in ratios.items()}, expand(first * step)


def _distributed(expr: Expr) -> Expr:
    """Write exp(-(a + x)), which isn't split as exp(-a - x) is, in the second form."""
    products = [n for n in expr.atoms(exp) if n.exp.is_Mul and n.exp.as_coeff_Mul()[1].is_Add]
    return expr.xreplace({n: exp(expand_mul(n.exp, deep=False)) for n in products})


_ONLY_EXPONENTS = dict.fromkeys(("mul", "multinomial", "log", "power_base", "basic"), False)


def _replace(expr: Expr, table: dict[Expr, Expr]) -> Expr:
    if expr in table:
        return table[expr]
    return expr.func(*(_replace(a, table) for a in expr.args)) if expr.args else expr
