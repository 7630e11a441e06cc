"""Factors of expressions, safely: SymPy would write exp(10**9) as a power of e and multiply it out."""

from __future__ import annotations

from sympy import Dummy, Expr, Integer, S, exp, factor_list
from sympy.polys.polyerrors import PolynomialError

__all__ = ["factors"]


def factors(expr: Expr) -> tuple[Expr, list[tuple[Expr, int]]]:
    """Return a constant and the (factor, power) pairs whose product `expr` is; itself as one factor where it has no others."""
    names = {node: Dummy(positive=True) for node in expr.atoms(exp) if node.exp.is_number}
    back = {name: node for node, name in names.items()}
    try:
        constant, found = factor_list(expr.xreplace(names))
    except (PolynomialError, TypeError):  # SymPy sorts by comparing what can't be compared
        return S.One, [(expr, 1)]
    if not all(isinstance(power, int | Integer) for _, power in found):  # (x**2 + 1)**a
        return S.One, [(expr, 1)]
    return constant.xreplace(back), [(factor.xreplace(back), int(power)) for factor, power in found]
