"""What the claims that say a fact are formed with besides its value: the domain, where signs change, why there is no asymptote.

Nothing of it need be right: the claims are decided, and checked, by themselves. A fact may be said in several ways, which are
tried in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sympy import Expr, PolynomialError

from ..errors import SymactError
from ..facts.landscape import Landscape
from ..proof.numbers.implicit import ImplicitRoot
from . import levels, places, relations, shapes
from .texts import text

__all__ = ["ways"]

Way = Callable[[Landscape, Any, Mapping[str, Mapping[str, Any]]], Iterator[dict[str, Any]]]


def ways(
    name: str, land: Landscape, case: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield what the claims for a fact of a function may be formed with; nothing where no way is known.

    `case` is the fact as on the card, `facts` are the others that hold at the same time.
    """
    rule = _WAYS.get(name)
    if rule is None:
        return
    cuts = [text(at) for at in _cuts(land)]
    try:
        for found in rule(land, case["value"], facts):
            yield {**found, "cuts": cuts} if cuts else found
    except (SymactError, PolynomialError):  # SymPy refuses to factor what is no polynomial
        return


def _cuts(land: Landscape) -> list[Expr]:
    """The corners that are exact numbers."""
    return [c.at for c in land.corners if not c.at.free_symbols and not c.at.has(ImplicitRoot)]


def _as_it_is(_land: Landscape, _value: Any, _facts: Any) -> Iterator[dict[str, Any]]:
    yield {}


#: Fact → what is given besides.
_WAYS: dict[str, Way] = {
    "domain": _as_it_is,
    "range": levels.value_range,
    "joins": places.joins,
    "limit_minus_inf": levels.limit(-1),
    "limit_plus_inf": levels.limit(1),
    "asymptotes": levels.asymptotes,
    "parity": shapes.parity,
    "point_symmetry": relations.point_symmetry,
    "monotonicity": shapes.monotonicity,
    "convexity": shapes.convexity,
    "continuity": shapes.continuity,
    "lipschitz": levels.lipschitz,
    "zeros": places.zeros,
    "stationary_points": places.stationary_points,
    "inflection_points": places.inflection_points,
    "derivative": relations.derivative,
    "output_relation": relations.output_relation,
    "inverse": shapes.inverse,
    "antiderivative": relations.antiderivative,
    "gaussian_mean": levels.moment,
    "gaussian_second_moment": levels.moment,
    "gain": levels.moment,
}
