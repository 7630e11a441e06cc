"""Factors of expressions, safely: SymPy would write exp(10**9) as a power of e and multiply it out."""

from __future__ import annotations

from functools import lru_cache

from sympy import Dummy, Expr, Integer, S, Symbol, exp, factor_list
from sympy.polys.polyerrors import PolynomialError

__all__ = ["factors", "without_numeric_powers"]


def without_numeric_powers(expr: Expr, beyond: int = 0) -> tuple[Expr, dict[Symbol, Expr]]:
    """Return the expression with symbols for exponentials of numbers of more than a size, and what these symbols mean."""
    numeric = (node for node in expr.atoms(exp) if node.exp.is_number)
    names = {node: Dummy(positive=True) for node in numeric if not beyond or abs(node.exp) > beyond}
    return expr.xreplace(names), {name: node for node, name in names.items()}


@lru_cache(2048)
def factors(expr: Expr) -> tuple[Expr, tuple[tuple[Expr, int], ...]]:
    """Return a constant and the (factor, power) pairs whose product `expr` is; itself as one factor where it has no others."""
    named, back = without_numeric_powers(expr)
    try:
        constant, found = factor_list(named)
    except (PolynomialError, TypeError):  # SymPy sorts by comparing what can't be compared
        return S.One, ((expr, 1),)
    if not all(isinstance(power, int | Integer) for _, power in found):  # (x**2 + 1)**a
        return S.One, ((expr, 1),)
    return constant.xreplace(back), tuple((factor.xreplace(back), int(power)) for factor, power in found)
