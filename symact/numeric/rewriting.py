"""Other ways to write an expression in kernels, in which other terms cancel."""

from __future__ import annotations

from math import prod

from sympy import Dummy, Expr, S, Symbol

from .kernels import Kernel, Kernels

__all__ = ["conjugated", "leading", "shifted"]


def shifted(expr: Expr, kernels: Kernels) -> Expr:
    """Return `expr` with each exponential kernel t replaced by 1 + e for a kernel e = expm1(m), which is added to `kernels`."""
    changes = {}
    for symbol in kernels.of("exp"):
        e = Dummy(f"expm1{len(kernels.found)}", real=True)
        kernels.found[e] = Kernel("expm1", kernels.found[symbol].argument)
        changes[symbol] = 1 + e
    return expr.xreplace(changes)


def leading(expr: Expr, kernels: Kernels) -> Expr:
    """Return `expr` with each factor cut down to its terms of least degree in the exponential kernels."""
    small = set(kernels.of("exp"))
    quotient = kernels.quotient(expr)
    total, factors = quotient.factors()
    for polynomial, k in factors:
        terms = quotient.ring.terms(polynomial)
        degrees = [sum(p for s, p in powers.items() if s in small) for powers, _ in terms]
        kept = [(powers, c) for (powers, c), d in zip(terms, degrees, strict=True) if d == min(degrees)]
        total *= sum((c * prod(s**p for s, p in powers.items()) for powers, c in kept), S.Zero) ** k
    return total


def conjugated(expr: Expr, kernels: Kernels) -> Expr:
    """Return `expr` with each factor a + b*s, for a square root s, as (a**2 - b**2*s**2)/(a - b*s)."""
    quotient = kernels.quotient(expr)
    ring = quotient.ring
    total, factors = quotient.factors()
    for polynomial, k in factors:
        factor = ring.expr(polynomial)
        for symbol in kernels.of("root"):
            kernel = kernels.found[symbol]
            if kernel.root == 2 and symbol != factor and _degrees(ring.terms(polynomial), symbol) == {0, 1}:
                a = factor.xreplace({symbol: S.Zero})
                factor = (a**2 - (factor - a) ** 2 * kernel.argument / symbol**2) / (2 * a - factor)
                break
        total *= factor**k
    return total


def _degrees(terms: list[tuple[dict[Expr, int], Expr]], symbol: Symbol) -> set[int]:
    return {powers.get(symbol, 0) for powers, _ in terms}
