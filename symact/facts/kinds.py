"""The kinds of facts about a function of one variable: how each is found, and by which method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sympy import Expr, Piecewise, diff, nan, oo
from sympy.core.relational import Relational

from ..deadline import deadline
from ..errors import OutOfTimeError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import Assumptions
from ..proof.functions.shape import Shape, within
from ..proof.functions.switches import obstacles
from ..symbols import f as output
from .asymptotes import asymptotes, end_limit
from .cases import equations
from .domain import domain
from .extent import extent, lipschitz
from .fact import Fact
from .gaussian import Enclosed, Moment, gain, mean, second_moment
from .inverse import Inverse, inverse
from .landscape import Landscape
from .output_relation import NO_RELATION, is_unrelated
from .primitive import primitive
from .record import Facts
from .roots import inflection_points, stationary_points, zeros
from .shape import convexity, monotonicity
from .smoothness import continuity, joins
from .symmetry import parity, point_symmetry
from .training import SATURATED, chain_bound, dead_zones, normalising, saturation, torch_gain

__all__ = ["FACTS", "TRAINING", "Kind"]

#: Seconds an antiderivative is looked for.
PATIENCE = 6.0
#: Seconds a moment may take, and its least relative accuracy in bits: 20 digits.
MOMENTS, ENOUGH = 5.0, 68


@dataclass(frozen=True)
class Kind:
    """A kind of fact: how it is found, by which method, and by which that there is none."""

    compute: Callable[[Facts, Assumptions], Any]
    method: str
    absent: str | None = None

    def fact(self, name: str, value: Any, conditions: tuple[Relational, ...]) -> Fact:
        """Return a proved fact of this kind."""
        method = self.absent if value is None and self.absent else self.method
        return Fact(name, value, method, conditions=conditions)


def _of_landscape(compute: Callable[[Landscape], Any], method: str, absent: str | None = None) -> Kind:
    """A fact that the pieces, corners and courses of a function tell."""
    return Kind(lambda facts, known: compute(facts.landscape(known)), method, absent)


def _where_defined(expr: Expr) -> Expr:
    """An expression without the branches that say where it has no value."""
    if not isinstance(expr, Piecewise):
        return expr
    kept = [(value, condition) for value, condition in expr.args if value != nan]
    return Piecewise(*kept[:-1], (kept[-1][0], True)) if kept else expr


def _primitive(land: Landscape) -> Expr | None:
    """The antiderivative that is found soon; the search could go on for ever where there is no elementary one."""
    try:
        with deadline(PATIENCE):
            return primitive(land.shape)
    except OutOfTimeError:
        raise UndecidedError(f"no elementary antiderivative was found within {PATIENCE} s") from None


def _moment(compute: Callable[[Shape], Moment], land: Landscape) -> Moment:
    """A moment under N(0, 1) that is found soon, with at least 20 certain digits."""
    with deadline(MOMENTS):
        found = compute(land.shape)
    if isinstance(found, Enclosed) and found.ball.rel_accuracy_bits() < ENOUGH:
        raise UndecidedError(f"it lies between {found.lower} and {found.upper}, which are too few certain digits")
    return found


def _gain(land: Landscape) -> Moment:
    """The gain, which a function that is 0 almost everywhere hasn't."""
    second = _moment(second_moment, land)
    scale = second.factor if isinstance(second, Enclosed) else second
    if isinstance(scale, Expr) and scale.free_symbols and not _varies(land):
        sign = land.known.sign(scale)
        if sign is None:
            raise UnknownSignError(scale)
        if sign == 0:
            return None
    return gain(second)


def _varies(land: Landscape) -> bool:
    """Whether f certainly isn't constant on one of its pieces, so that it isn't 0 there."""
    slopes = ((diff(p.expr, land.variable), within(land.variable, p, land.known)) for p in land.pieces)
    return any(slope != 0 and 0 not in known.signs(slope) for slope, known in slopes)


def _narrowed(facts: Facts, known: Assumptions) -> Facts:
    """The facts where, besides, `known` holds."""
    if known == facts.known:
        return facts
    return replace(facts, values={**facts.values, **equations(known.relations)}, assume=known.relations)


def _output_relation(facts: Facts, known: Assumptions) -> Expr | None:
    """f' in terms of f, where parameters don't make its denominators vanish; None where it is proved that there is none."""
    found = _narrowed(facts, known).output_relation
    if found is None:
        land = facts.landscape(known)
        if any(is_unrelated(p.expr, land.variable, p.left, p.right, land.known) for p in land.pieces):
            return None
        raise UndecidedError(NO_RELATION)
    for g, allowed in obstacles(found):
        if not g.free_symbols & {facts.variable, output} and not known.signs(g) <= allowed:
            raise UnknownSignError(g)
    return found


def _parameter_derivatives(facts: Facts, known: Assumptions) -> dict[str, Expr]:
    """∂f/∂a for every parameter a that has no value."""
    found = _narrowed(facts, known)
    free = sorted(found.expression.free_symbols - {facts.variable}, key=str)
    return {a.name: _where_defined(found.parameter_derivative(a).expression()) for a in free}


def _inverse(land: Landscape) -> Inverse | None:
    """The inverse; a continuous function on an interval has one only where it is strictly monotonic."""
    strict = monotonicity(land).startswith("strictly")
    if not strict and land.shape.connected and all(land.continuous_at(corner) for corner in land.inner_corners):
        return None
    return inverse(land.shape)


#: Every fact by name, in the order of the card.
FACTS: dict[str, Kind] = {
    "domain": _of_landscape(domain, "signs of every radicand, denominator and argument"),
    "range": _of_landscape(extent, "values at turning points and corners, limits at the ends, continuity between"),
    "joins": _of_landscape(joins, "one-sided limits of f and f' where pieces meet"),
    "limit_minus_inf": _of_landscape(lambda land: end_limit(land, -oo), "leading term of the last piece"),
    "limit_plus_inf": _of_landscape(lambda land: end_limit(land, oo), "leading term of the last piece"),
    "asymptotes": _of_landscape(asymptotes, "limits of f(x)/x and of f(x) - a*x"),
    "parity": _of_landscape(lambda land: parity(land.shape), "f(-x) compared with f(x) and -f(x), exactly"),
    "point_symmetry": _of_landscape(
        lambda land: point_symmetry(land.shape), "f(2*c - x) + f(x) compared with 2*f(c) at every point c it leaves"
    ),
    "monotonicity": _of_landscape(monotonicity, "sign chart of f', steps where pieces meet"),
    "convexity": _of_landscape(convexity, "sign chart of f'', kinks where pieces meet"),
    "continuity": _of_landscape(continuity, "one-sided limits of the derivatives where pieces meet"),
    "lipschitz": _of_landscape(lipschitz, "range of f'"),
    "zeros": _of_landscape(zeros, "sign chart of f"),
    "stationary_points": _of_landscape(stationary_points, "sign chart of f'"),
    "inflection_points": _of_landscape(inflection_points, "sign chart of f''"),
    "derivative": Kind(
        lambda facts, known: _where_defined(_narrowed(facts, known).derivative.expression()),
        "rules of differentiation, piece by piece",
    ),
    "output_relation": Kind(
        _output_relation, "elimination, proved by substitution", "f and f' are algebraically independent over C(x)"
    ),
    "inverse": _of_landscape(_inverse, "solved piece by piece, proved by putting f in", "f takes a value twice"),
    "antiderivative": _of_landscape(
        _primitive, "proved by differentiating", "none is made of elementary functions and those in f (Liouville)"
    ),
    "gaussian_mean": _of_landscape(partial(_moment, mean), "closed form, or quadrature with certain errors"),
    "gaussian_second_moment": _of_landscape(
        partial(_moment, second_moment), "closed form, or quadrature with certain errors"
    ),
    "gain": _of_landscape(_gain, "1/sqrt(E[f(z)**2]) from the second moment"),
}


#: What follows for training, by name.
TRAINING: dict[str, Kind] = {
    "parameter_derivatives": Kind(_parameter_derivatives, "rules of differentiation, piece by piece"),
    "dead_zones": _of_landscape(lambda land: dead_zones(land.shape), "where f' is 0 on an interval"),
    "saturation": _of_landscape(lambda land: saturation(land.shape, SATURATED), f"sign chart: |f'| < {SATURATED}"),
    "chain_bound": _of_landscape(
        lambda land: chain_bound(lipschitz(land)), "bounds the product of n slopes: sup|f'| to the power n"
    ),
    "standardisation": _of_landscape(
        lambda land: normalising(mean(land.shape), second_moment(land.shape), land.known),
        "a*f(z) + b has mean 0 and variance 1",
    ),
    "torch_gain": Kind(
        lambda facts, _: torch_gain(facts.definition, facts.values), "what torch.nn.init.calculate_gain documents"
    ),
}
