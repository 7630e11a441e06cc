"""The card of a function: every fact by name, computed when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sympy import oo

from ..deadline import deadline
from ..errors import NotSupportedError, UndecidedError
from ..proof.algebra.assume import Assumptions
from .asymptotes import asymptotes, end_limit
from .cases import by_cases
from .domain import domain
from .extent import extent, lipschitz
from .fact import Fact
from .inverse import Inverse, inverse
from .landscape import Landscape
from .primitive import primitive
from .record import Facts
from .roots import inflection_points, stationary_points, zeros
from .shape import convexity, monotonicity
from .smoothness import continuity, joins
from .symmetry import parity, point_symmetry

__all__ = ["FACTS", "Card"]


@dataclass(frozen=True)
class _Kind:
    """A kind of fact: how it is found, and by which method."""

    compute: Callable[[Facts, Assumptions], Any]
    method: str


def _of_landscape(compute: Callable[[Landscape], Any], method: str) -> _Kind:
    """A fact that the pieces, corners and courses of a function tell."""
    return _Kind(lambda facts, known: compute(facts.landscape(known)), method)


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
    "derivative": _Kind(lambda facts, _: facts.derivative.expression(), "rules of differentiation, piece by piece"),
    "output_relation": _Kind(lambda facts, _: facts.output_relation, "elimination, proved by substitution"),
    "inverse": _of_landscape(_inverse, "solved piece by piece, proved by putting f in"),
    "antiderivative": _of_landscape(lambda land: primitive(land.shape), "proved by differentiating"),
}


@dataclass
class Card:
    """Facts about a function as attributes: `card.range` is a Fact, or a list of them where conditions on parameters decide.

    Each is found at most once, within `timeout` seconds; one that isn't found is undecided, with the reason.

    >>> import symact
    >>> card = symact.get("elu").facts(alpha=1)
    >>> card.monotonicity.value, card.range.value.inf
    ('strictly increasing', -1)
    """

    facts: Facts
    timeout: float = 20.0
    _found: dict[str, Fact | list[Fact]] = field(default_factory=dict, repr=False)

    def __getattr__(self, name: str) -> Fact | list[Fact]:
        if name not in FACTS:
            raise AttributeError(f"there is no fact named {name}; known: {', '.join(FACTS)}")
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *FACTS]

    def __iter__(self) -> Iterator[tuple[str, Fact | list[Fact]]]:
        """Yield every fact with its name, found one by one."""
        return ((name, getattr(self, name)) for name in FACTS)

    def _find(self, name: str) -> Fact | list[Fact]:
        kind = FACTS[name]
        try:
            with deadline(self.timeout):
                cases = by_cases(self.facts.known, lambda known: kind.compute(self.facts, known))
        except (UndecidedError, NotSupportedError) as reason:
            return Fact(name, None, kind.method, proved=False, reason=str(reason))
        found = [Fact(name, value, kind.method, conditions=conditions) for conditions, value in cases]
        return found if len(found) > 1 else found[0]
