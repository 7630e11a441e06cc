"""What claims about shapes and formulas are formed with: what excludes a centre or an inverse, where a formula has values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from sympy import Expr, S, oo

from ..errors import SymactError
from ..facts.asymptotes import end_limit
from ..facts.domain import domain
from ..facts.landscape import Landscape
from ..facts.places import order
from ..named import unfold
from ..parse import parse_expression
from ..proof.functions.pieces import inner_point
from ..proof.functions.switches import obstacles
from ..proof.numbers.implicit import ImplicitRoot
from ..proof.properties.course import course
from ..symbols import f as output
from . import places
from .levels import beyond, domain_of, sides, towards
from .texts import shown, text

__all__ = ["continuity", "convexity", "derivative", "inverse", "on_domain", "output_relation", "point_symmetry"]

Given = dict[str, Any]
Facts = Mapping[str, Mapping[str, Any]]


def on_domain(land: Landscape, _value: Any, _facts: Facts) -> Iterator[Given]:
    """The domain."""
    yield {"domain": domain_of(land)}


def convexity(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """A gap in the domain, with points on both sides of it."""
    yield {}
    for a, b in pairwise(land.pieces):
        if value == "none" and a.right != b.left:
            low, high = (a.right + (b.left - a.right) * S(k) / 3 for k in (1, 2))
            first, last = (inner_point(p.left, p.right) for p in (a, b))
            ends = {"low": low, "high": high, "first": first, "last": last}
            yield {"gap": {key: text(end) for key, end in ends.items()}}


def continuity(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """An end at which the first derivative that isn't continuous is infinite."""
    yield {}
    if value in ("Coo", "discontinuous"):
        return
    for piece in land.pieces:
        for at, side in sides(piece):
            slope = None if at in (oo, -oo) else land.limit(piece, at, int(value[1:]) + 1)
            if slope in (oo, -oo):
                yield {"slope": str(slope), "towards": towards(at, side)}


def point_symmetry(land: Landscape, value: Any, facts: Facts) -> Iterator[Given]:
    """The limits at both ends, or another fact that leaves one centre."""
    if value is not None:
        yield {"domain": domain_of(land)}
        return
    ends = _ends(land)
    if ends is not None and _exclude(ends["-oo"]["value"], ends["oo"]["value"], facts):
        yield {"ends": ends}
    for name, rule in (("domain", None), ("joins", places.joins), ("inflection_points", places.inflection_points)):
        case = facts.get(name, {})
        if case.get("status") != "proved" or case["value"] in ([], "infinite", "(-oo, oo)"):
            continue
        for found in [{}] if rule is None else rule(land, case["value"], facts):
            for defined in (False, True):
                yield {"fact": name, "value": case["value"], "given": found, "defined": defined}


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
    """The domain, and the joins in it."""
    found = facts.get("joins", {}).get("value") or []
    yield {"domain": domain_of(land), "holes": _by_stretch(land, [c.at for c in land.inner_corners] if found else [])}


def output_relation(land: Landscape, value: Any, facts: Facts) -> Iterator[Given]:
    """The domain, the joins, and the points where the relation has a hole."""
    if value is None:
        return
    relation = unfold(parse_expression(value))
    holes = [c.at for c in land.inner_corners]
    for piece in land.pieces:
        for g, allowed in obstacles(relation.subs(output, piece.expr)):
            run = course(g, land.variable, piece.left, piece.right, land.known)
            holes += [] if 0 in allowed else [p for p in run.points if not p.has(ImplicitRoot)]
    yield {"domain": domain_of(land), "holes": _by_stretch(land, holes)}


def _by_stretch(land: Landscape, points: list[Expr]) -> dict[str, list[str]]:
    """Points in the inside of each interval of the domain, by its lower end, in increasing order."""
    found: dict[str, list[str]] = {}
    for stretch in domain(land):
        mine = [p for p in points if order(stretch.low, p, land.known) < 0 < order(stretch.high, p, land.known)]
        ordered: list[Expr] = []
        for p in mine:
            at = sum(order(q, p, land.known) < 0 for q in ordered)
            if p not in ordered:
                ordered.insert(at, p)
        if ordered:
            found[text(stretch.low)] = [text(p) for p in ordered]
    return found


def inverse(land: Landscape, value: Any, facts: Facts) -> Iterator[Given]:
    """The domain; without an inverse, an interval on which f is continuous and neither rises nor falls, or mirrored points."""
    if value is not None:
        yield {"domain": domain_of(land)}
        return
    whole = domain(land)
    spans = [(s.low, s.has_low, s.high, s.has_high) for s in whole] if len(whole) == 1 else []
    spans += [(p.left, False, p.right, False) for p in land.pieces]
    for low, has_low, high, has_high in spans:
        yield {"between": [text(low), has_low, text(high), has_high]}
    if facts.get("parity", {}).get("value") == "even":
        last = land.pieces[-1]
        point = inner_point(places.max_of(last.left, S.Zero, land), last.right)
        yield {"points": [text(-point), text(point)]}
