"""An expression of several variables as a polynomial in functions of one variable each."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp
from sympy import Dummy, Expr, Symbol

from ...errors import UndecidedError

__all__ = ["abstracted", "is_affine", "slope_of_line"]


def abstracted(expr: Expr, groups: dict[Expr, Symbol]) -> Expr:
    """Return `expr` with each part that depends on one variable replaced by a symbol; `groups` collects part → symbol.

    Exponentials of sums are products of exponentials here. Raises UndecidedError for other functions of several variables.
    """
    if not expr.free_symbols:
        return expr
    if len(expr.free_symbols) == 1:
        return groups.setdefault(expr, Dummy(f"u{len(groups)}", real=True))
    if isinstance(expr, sp.Pow) and expr.exp.is_Integer and not isinstance(expr, sp.exp):
        return abstracted(expr.base, groups) ** expr.exp
    if not isinstance(expr, sp.Add | sp.Mul | sp.exp):
        raise UndecidedError(f"{expr} depends on several variables at once")
    parts = _factors(expr) if not isinstance(expr, sp.Add) else list(expr.args)
    head = sp.Add if isinstance(expr, sp.Add) else sp.Mul
    total: Expr = head(*(p for p in parts if not p.free_symbols))
    single: dict[Symbol, list[Expr]] = {}
    for part in parts:
        if len(part.free_symbols) == 1:
            single.setdefault(next(iter(part.free_symbols)), []).append(part)
        elif part.free_symbols:
            total = head(total, abstracted(part, groups))
    for symbol in sorted(single, key=str):
        total = head(total, abstracted(head(*single[symbol]), groups))
    return total


def _factors(expr: Expr) -> list[Expr]:
    found = []
    for factor in sp.Mul.make_args(expr):
        if isinstance(factor, sp.exp) and isinstance(factor.args[0], sp.Add):
            by_symbols: dict[frozenset[Symbol], list[Expr]] = {}
            for term in factor.args[0].args:
                by_symbols.setdefault(frozenset(term.free_symbols), []).append(term)
            if any(len(symbols) > 1 for symbols in by_symbols):
                raise UndecidedError(f"{factor} depends on several variables at once")
            found += [sp.exp(sp.Add(*terms)) for terms in by_symbols.values()]
        elif isinstance(factor, sp.exp) and len(factor.free_symbols) > 1:
            raise UndecidedError(f"{factor} depends on several variables at once")
        else:
            found.append(factor)
    return found


def is_affine(body: Expr, names: Sequence[Symbol]) -> bool:
    """Whether an expression is a polynomial, of degree 1 at most in each of the symbols, which are all it contains."""
    if not body.free_symbols <= set(names) or not body.is_polynomial(*names):
        return False
    return all(power <= 1 for monomial in sp.Poly(body, *names).monoms() for power in monomial)


def slope_of_line(expr: Expr, x: Symbol) -> Expr | None:
    """Return a for a*x + b with a and b that x isn't in, None for others: atan(tan(x)) is none, though its slope is 1."""
    poly = expr.as_poly(x)
    return None if poly is None or poly.degree() > 1 else sp.diff(expr, x)
