"""The card of a function: every fact by name, computed when it is first asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from time import monotonic
from typing import Any

from sympy import Expr, Piecewise, diff, nan, oo

from ..deadline import deadline
from ..errors import NotSupportedError, OutOfTimeError, SymactError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import Assumptions
from ..proof.functions.shape import Shape, within
from ..proof.functions.switches import obstacles
from ..symbols import f as output
from .asymptotes import asymptotes, end_limit
from .cases import by_cases, equations
from .domain import domain
from .extent import extent, lipschitz
from .fact import Fact
from .gaussian import Enclosed, Moment, gain, mean, second_moment
from .inverse import Inverse, inverse
from .landscape import Landscape
from .output_relation import NO_RELATION
from .primitive import primitive
from .record import Facts
from .roots import inflection_points, stationary_points, zeros
from .shape import convexity, monotonicity
from .smoothness import continuity, joins
from .symmetry import parity, point_symmetry
from .training import SATURATED, chain_bound, dead_zones, normalising, saturation, torch_gain
from .vectors import vector_fact, vector_facts

__all__ = ["FACTS", "TRAINING", "Card"]

#: Share of the time of a card that every fact has, however long those before it took.
LEAST = 0.01
#: Seconds an antiderivative is looked for.
PATIENCE = 3.0
#: Seconds a moment may take, and its least relative accuracy in bits: 20 digits.
MOMENTS, ENOUGH = 5.0, 68


@dataclass(frozen=True)
class _Kind:
    """A kind of fact: how it is found, and by which method."""

    compute: Callable[[Facts, Assumptions], Any]
    method: str


def _of_landscape(compute: Callable[[Landscape], Any], method: str) -> _Kind:
    """A fact that the pieces, corners and courses of a function tell."""
    return _Kind(lambda facts, known: compute(facts.landscape(known)), method)


def _where_defined(expr: Expr) -> Expr:
    """An expression without the branches that say where it has no value."""
    if not isinstance(expr, Piecewise):
        return expr
    kept = [(value, condition) for value, condition in expr.args if value != nan]
    return Piecewise(*kept[:-1], (kept[-1][0], True)) if kept else expr


def _primitive(land: Landscape) -> Expr:
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


def _output_relation(facts: Facts, known: Assumptions) -> Expr:
    """f' in terms of f, where parameters don't make its denominators vanish."""
    found = _narrowed(facts, known).output_relation
    if found is None:
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
FACTS: dict[str, _Kind] = {
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
    "derivative": _Kind(
        lambda facts, known: _where_defined(_narrowed(facts, known).derivative.expression()),
        "rules of differentiation, piece by piece",
    ),
    "output_relation": _Kind(_output_relation, "elimination, proved by substitution"),
    "inverse": _of_landscape(_inverse, "solved piece by piece, proved by putting f in"),
    "antiderivative": _of_landscape(_primitive, "proved by differentiating"),
    "gaussian_mean": _of_landscape(partial(_moment, mean), "closed form, or quadrature with certain errors"),
    "gaussian_second_moment": _of_landscape(
        partial(_moment, second_moment), "closed form, or quadrature with certain errors"
    ),
    "gain": _of_landscape(_gain, "1/sqrt(E[f(z)**2]) from the second moment"),
}


#: What follows for training, by name.
TRAINING: dict[str, _Kind] = {
    "parameter_derivatives": _Kind(_parameter_derivatives, "rules of differentiation, piece by piece"),
    "dead_zones": _of_landscape(lambda land: dead_zones(land.shape), "where f' is 0 on an interval"),
    "saturation": _of_landscape(lambda land: saturation(land.shape, SATURATED), f"sign chart: |f'| < {SATURATED}"),
    "chain_bound": _of_landscape(
        lambda land: chain_bound(lipschitz(land)), "bounds the product of n slopes: sup|f'| to the power n"
    ),
    "standardisation": _of_landscape(
        lambda land: normalising(mean(land.shape), second_moment(land.shape), land.known),
        "a*f(z) + b has mean 0 and variance 1",
    ),
    "torch_gain": _Kind(
        lambda facts, _: torch_gain(facts.definition, facts.values), "what torch.nn.init.calculate_gain documents"
    ),
}


def _computed(name: str, kind: _Kind, facts: Facts, known: Assumptions) -> Any:
    """A fact by its own method, else from one period where the function repeats itself."""
    try:
        return kind.compute(facts, known)
    except UnknownSignError:
        raise
    except (UndecidedError, NotSupportedError):
        from .repeated import REPEATED  # few functions need it

        repeating = facts.repeating(known) if name in REPEATED else None
        if repeating is None:
            raise
        return REPEATED[name](repeating)


@dataclass
class Card:
    """Facts about a function as attributes: `card.range` is a Fact, or a list of them where conditions on parameters decide.

    Each is found at most once, within `timeout` seconds; one that isn't found is undecided, with the reason. All of a card,
    one after the other, take about as long at most: none takes more than half of what is left.

    >>> import symact
    >>> card = symact.get("elu").facts(alpha=1)
    >>> card.monotonicity.value, card.range.value.inf
    ('strictly increasing', -1)
    """

    facts: Facts
    timeout: float = 20.0
    _found: dict[str, Fact | list[Fact]] = field(default_factory=dict, repr=False)

    def __getattr__(self, name: str) -> Fact | list[Fact]:
        if name.startswith("_") or name in ("facts", "timeout"):
            raise AttributeError(name)  # asked before they are set, as copying does
        if name not in self._names and name not in TRAINING:
            raise AttributeError(f"there is no fact named {name}; known: {', '.join(self._names)}")
        return self._within(name, self.timeout)

    def _within(self, name: str, seconds: float) -> Fact | list[Fact]:
        if name not in self._found:
            self._found[name] = self._find(name, seconds)
        return self._found[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._names]

    def __iter__(self) -> Iterator[tuple[str, Fact | list[Fact]]]:
        """Yield every fact with its name, found one by one."""
        return self._one_by_one(self._names)

    def training(self) -> Iterator[tuple[str, Fact | list[Fact]]]:
        """Yield what follows for training, found one by one; nothing for functions of vectors."""
        return self._one_by_one(() if self.facts.definition.vector else TRAINING)

    def _one_by_one(self, names: Iterable[str]) -> Iterator[tuple[str, Fact | list[Fact]]]:
        left = self.timeout
        for name in names:
            start = monotonic()
            yield name, self._within(name, max(left / 2, LEAST * self.timeout))
            left -= monotonic() - start

    @property
    def _names(self) -> Iterable[str]:
        """The names of facts; those of a function of a vector of any length are others than those of one variable."""
        return vector_facts(self.facts.definition) if self.facts.definition.vector else FACTS

    def _find(self, name: str, seconds: float) -> Fact | list[Fact]:
        if self.facts.definition.vector:
            return self._of_vector(name, seconds)
        kind, known = (FACTS | TRAINING)[name], self.facts.known
        try:
            with deadline(seconds):
                cases = by_cases(known, partial(_computed, name, kind, self.facts))
        except SymactError as reason:
            return Fact(name, None, kind.method, proved=False, reason=str(reason))
        except _FAULTS as bug:  # a fault of ours or of SymPy's in one fact doesn't cost the others
            if os.environ.get("SYMACT_DEBUG"):
                raise
            return Fact(name, None, kind.method, proved=False, reason=f"internal error: {type(bug).__name__}: {bug}")
        found = [Fact(name, value, kind.method, conditions=conditions) for conditions, value in cases]
        return found if len(found) > 1 else found[0]

    def _of_vector(self, name: str, seconds: float) -> Fact:
        try:
            with deadline(seconds):
                found = vector_fact(self.facts.definition, name)
        except SymactError as reason:
            return Fact(name, None, "laws of functions of a vector", proved=False, reason=str(reason))
        return Fact(name, found.value, found.why, found.reason is None, found.reason)


_FAULTS = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError),
    *(SystemError, TypeError, ValueError),
)
