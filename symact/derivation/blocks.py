"""Building blocks that texts have letters for: σ, softplus, and the density and distribution function of N(0, 1)."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Eq, Expr, Symbol, erf, erfc, exp, log, pi, sqrt

from ..definition import Definition
from ..named import Named, derivative_of, named
from ..symbols import x, z
from .steps import Prose, Step

__all__ = [
    "density",
    "distribution",
    "free_of_letters",
    "in_normal_blocks",
    "is_density",
    "is_distribution",
    "logistic",
    "remarks_on",
    "slope_of",
    "softplus",
]

_DENSITY = Definition(
    name="φ", expr=exp(-(x**2) / 2) / sqrt(2 * pi), title="Density of the normal distribution", latex=r"\varphi"
)
_DISTRIBUTION = Definition(
    name="Φ", expr=(1 + erf(x / sqrt(2))) / 2, title="Distribution function of the normal distribution", latex=r"\Phi"
)

_LOGISTIC = Definition(name="σ", expr=1 / (1 + exp(-x)), title="Logistic sigmoid", latex=r"\sigma")
_SOFTPLUS = Definition(name="softplus", expr=log(1 + exp(x)), title="Softplus")
#: In the order in which they are explained, with what is said of each.
_WORDS = (
    (_LOGISTIC, "."),
    (_SOFTPLUS, "."),
    (_DENSITY, " is the density of N(0, 1)."),
    (_DISTRIBUTION, " is the distribution function of N(0, 1)."),
)
#: Parameters of these names would be taken for the blocks.
_TAKEN = {"sigma", "phi", "Phi", "σ", "φ", "Φ"}


def logistic(u: Expr) -> Expr:
    """Return σ(u) = 1/(1 + exp(-u)), named."""
    return named(_LOGISTIC, u)


def softplus(u: Expr) -> Expr:
    """Return log(1 + exp(u)), named."""
    return named(_SOFTPLUS, u)


def free_of_letters(expr: Expr) -> bool:
    """Whether no parameter has the letter of a block."""
    return all(symbol.name not in _TAKEN for symbol in expr.free_symbols)


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


def remarks_on(steps: Iterable[Step], variable: Symbol) -> tuple[Prose, ...]:
    """Return what the blocks are that stand in any of the steps."""
    found = {node.definition for top in steps for step in top.leaves() for node in step.after.atoms(Named)}
    return tuple(
        (Eq(named(definition, variable), definition.expr.subs(x, variable)), words)
        for definition, words in _WORDS
        if definition in found
    )


def in_normal_blocks(expr: Expr, z: Symbol = z) -> Expr:
    """Return an expression with error functions of z as blocks: erf(w) = 2Φ(√2 w) - 1 and erfc(w) = 2 - 2Φ(√2 w)."""
    written = expr.replace(
        lambda e: isinstance(e, erf) and e.has(z), lambda e: 2 * distribution(sqrt(2) * e.args[0]) - 1
    )
    return written.replace(
        lambda e: isinstance(e, erfc) and e.has(z), lambda e: 2 - 2 * distribution(sqrt(2) * e.args[0])
    )
