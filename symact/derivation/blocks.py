"""Building blocks that texts have names for: the density and the distribution function of N(0, 1)."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Eq, Expr, erf, erfc, exp, pi, sqrt

from ..definition import Definition
from ..named import Named, derivative_of, named
from ..symbols import x, z
from .steps import Prose, Step

__all__ = ["density", "distribution", "in_normal_blocks", "is_density", "is_distribution", "remarks_on", "slope_of"]

_DENSITY = Definition(
    name="φ", expr=exp(-(x**2) / 2) / sqrt(2 * pi), title="Density of the normal distribution", latex=r"\varphi"
)
_DISTRIBUTION = Definition(
    name="Φ", expr=(1 + erf(x / sqrt(2))) / 2, title="Distribution function of the normal distribution", latex=r"\Phi"
)


def density(u: Expr) -> Expr:
    """Return φ(u) = exp(-u²/2)/√(2π), named, where φ(-u) is written φ(u)."""
    return named(_DENSITY, -u if u.could_extract_minus_sign() else u)


def distribution(u: Expr) -> Expr:
    """Return Φ(u) = (1 + erf(u/√2))/2, named."""
    return named(_DISTRIBUTION, u)


def is_density(expr: Expr) -> bool:
    """Whether an expression is φ(u)."""
    return isinstance(expr, Named) and expr.definition == _DENSITY and expr.order == 0


def is_distribution(expr: Expr) -> bool:
    """Whether an expression is Φ(u)."""
    return isinstance(expr, Named) and expr.definition == _DISTRIBUTION and expr.order == 0


def slope_of(block: Named) -> Expr:
    """Return φ′(u) or Φ′(u) for φ(u) or Φ(u)."""
    return derivative_of(block.definition, 1, block.argument)


def remarks_on(steps: Iterable[Step]) -> tuple[Prose, ...]:
    """Return what φ and Φ are, where they stand in any of the steps."""
    found = {node.definition for top in steps for step in top.leaves() for node in step.after.atoms(Named)}
    remarks: list[Prose] = []
    for definition, words in (
        (_DENSITY, "is the density of N(0, 1)."),
        (_DISTRIBUTION, "is the distribution function of N(0, 1)."),
    ):
        if definition in found:
            remarks.append((Eq(named(definition, z), definition.expr.subs(x, z)), f" {words}"))
    return tuple(remarks)


def in_normal_blocks(expr: Expr) -> Expr:
    """Return an expression in z with erf(w) = 2Φ(√2 w) - 1 and erfc(w) = 2 - 2Φ(√2 w) written so."""
    written = expr.replace(
        lambda e: isinstance(e, erf) and e.has(z), lambda e: 2 * distribution(sqrt(2) * e.args[0]) - 1
    )
    return written.replace(
        lambda e: isinstance(e, erfc) and e.has(z), lambda e: 2 - 2 * distribution(sqrt(2) * e.args[0])
    )
