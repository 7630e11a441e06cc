"""What claims about symmetry and formulas are formed with: what excludes a centre, where a formula has values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sympy import Expr, oo

from ..claims.statements import needed, stretches
from ..errors import SymactError
from ..facts.asymptotes import end_limit
from ..facts.domain import domain
from ..facts.landscape import Landscape
from ..facts.places import order
from ..parse import parse_expression
from . import places
from .levels import beyond, domain_of
from .obstructions import independent, obstructions
from .points import Sampled, apart, breaks, sampled
from .texts import shown, text

__all__ = ["antiderivative", "derivative", "output_relation", "point_symmetry"]

Given = dict[str, Any]
Facts = Mapping[str, Mapping[str, Any]]


def antiderivative(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """The domain; without one, a residue that no derivative of an elementary function has."""
    yield from obstructions(land) if value is None else [{"domain": domain_of(land)}]


def point_symmetry(land: Landscape, value: Any, facts: Facts) -> Iterator[Given]:
    """The limits at both ends, or another fact that leaves one centre; with parameters points that exclude that one."""
    if value is not None:
        yield {"domain": domain_of(land)}
        return
    here = sampled(land)
    ends = _ends(land)
    if ends is not None and _exclude(ends["-oo"]["value"], ends["oo"]["value"], facts):
        if here.parameters and ends["oo"]["value"] == ends["-oo"]["value"]:
            level = land.limit(land.pieces[-1], oo)
            other = here.choose(1, apart, lambda at: (level,)) if level is not None else None
            ends |= {"other": other[0]} if other else {}
        yield {"ends": ends}
    for name, rule in (("domain", None), ("joins", places.joins), ("inflection_points", places.inflection_points)):
        case = facts.get(name, {})
        if case.get("status") != "proved" or case["value"] in ([], "infinite", "(-oo, oo)"):
            continue
        try:
            total = _total(name, case["value"])
        except ValueError:  # a place without a closed form
            continue
        for found in [{}] if rule is None else rule(land, case["value"], facts):
            shown = {"fact": name, "value": case["value"], "given": found}
            if not here.parameters:
                yield from ({**shown, "defined": defined} for defined in (False, True))
            elif total is None:
                yield shown
            elif pair := _unequal_sums(here, total):
                yield {**shown, "apart": pair}


def _unequal_sums(here: Sampled, total: Expr) -> list[str] | None:
    """Two points at which f(x) + f(total - x) has different values."""
    return here.choose(2, lambda a, b, c, d: apart(a + c, b + d), lambda a, b: (total - a, total - b))


def _total(name: str, value: Any) -> Expr | None:
    """Twice the only centre that a fact leaves; None where it leaves none."""
    if name == "domain":
        parts = stretches(value)
        low, high = parts[0][0], parts[-1][2]
        if low == "-oo" and high == "oo":
            low, high = parts[0][2], parts[-1][0]
        elif low == "-oo" or high == "oo":
            return None
    else:
        low, high = (needed(place["x"] if name == "joins" else place) for place in (value[0], value[-1]))
    return parse_expression(low) + parse_expression(high)


def _ends(land: Landscape) -> Given | None:
    try:
        return {str(end): {"value": shown(end_limit(land, end)), **beyond(land, end)} for end in (-oo, oo)}
    except SymactError:
        return None


def _exclude(left: str, right: str, facts: Facts) -> bool:
    kinds = [{"oo": "infinite", "-oo": "infinite", "none": "none"}.get(value, "finite") for value in (left, right)]
    if kinds[0] == "finite" == kinds[1]:
        return left == right and facts.get("parity", {}).get("value") == "even"
    return kinds[0] != kinds[1] or (kinds[0] == "infinite" and left == right)


def derivative(land: Landscape, _value: Any, facts: Facts) -> Iterator[Given]:
    """The domain; points in it where there is no derivative, at which a formula for it may have no value either."""
    found = {"domain": domain_of(land)}
    yield found
    jumps = breaks(land)
    corners = [corner.at for corner in land.inner_corners if text(corner.at) in jumps]
    if corners:
        yield {**found, "holes": _by_stretch(land, corners), "breaks": jumps}


def output_relation(land: Landscape, value: Any, facts: Facts) -> Iterator[Given]:
    """The same where there is a relation; without one, f and f' by two functions that are independent."""
    yield from independent(land) if value is None else derivative(land, value, facts)


def _by_stretch(land: Landscape, points: list[Expr]) -> dict[str, list[str]]:
    """Points in increasing order, each with the interval of the domain that it is inside, by the lower end of that."""
    found: dict[str, list[str]] = {}
    for stretch in domain(land):
        inside = [p for p in points if order(stretch.low, p, land.known) < 0 < order(stretch.high, p, land.known)]
        if inside:
            found[text(stretch.low)] = [text(p) for p in inside]
    return found
