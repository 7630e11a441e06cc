"""Several expectations in one relation as one: a*E[f] + b*E[g] is E[a*f + b*g] where both exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy as sp
from sympy import Dummy, Expr, Symbol

from ...claims.model import Expectation

__all__ = ["Merged", "merged"]


@dataclass(frozen=True)
class Merged:
    """left - right is the sum of coefficients times E[function] for z ~ N(0, 1), minus the rest."""

    z: Symbol
    functions: tuple[Expr, ...]
    coefficients: tuple[Expr, ...]
    rest: Expr

    def together(self, functions: Sequence[Expr]) -> Expr:
        """Return the one expectation, with the functions as they were carried out."""
        return Expectation(sp.Add(*(c * f for c, f in zip(self.coefficients, functions, strict=True))), self.z)


def merged(left: Expr, right: Expr) -> Merged | None:
    """Return the difference of two sides as a sum of expectations; None where it isn't linear in at least two."""
    nodes = sorted(left.atoms(Expectation) | right.atoms(Expectation), key=str)
    names = {node: Dummy(f"e{k}", real=True) for k, node in enumerate(nodes)}
    gap = (left - right).xreplace(names)
    if len(nodes) < 2 or any(node.function.has(Expectation) for node in nodes):
        return None
    z = _common_variable(nodes)
    if z is None or gap.has(z) or not gap.is_polynomial(*names.values()):
        return None
    poly = sp.Poly(gap, *names.values())
    if poly.total_degree() != 1:
        return None
    functions = tuple(node.function.xreplace({node.variable: z}) for node in nodes)
    coefficients = tuple(poly.coeff_monomial(name) for name in names.values())
    return Merged(z, functions, coefficients, -poly.coeff_monomial(1))


def _common_variable(nodes: Sequence[Expectation]) -> Symbol | None:
    """A variable of one of them that means nothing else in the others, so that it may stand for theirs."""
    variables = dict.fromkeys(node.variable for node in nodes)
    return next((z for z in variables if not any(node.variable != z and node.function.has(z) for node in nodes)), None)
