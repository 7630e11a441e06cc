"""What the facts of a card say, as claims: a fact holds if its claims have the verdicts listed with them.

A claim is about all places where its sides have values; that there are values is said beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from . import levels, places, shapes
from .fields import Independence, Obstruction, Put
from .statements import (
    Existence,
    Found,
    Part,
    Rule,
    Statement,
    Stretch,
    around,
    assuming,
    between,
    inside,
    needed,
    ordered,
    stretches,
    torn,
    values_at,
)

__all__ = ["FACTS", "Existence", "Independence", "Obstruction", "Part", "Statement", "statements"]


def statements(name: str, f: str, value: Any, assume: Sequence[str], given: Mapping[str, Any], put: Put) -> list[Part]:
    """Return claims about the expression f in x that together say what a fact does; none where the language has no words for it.

    `value` is the fact's as JSON, `given` what they are formed with besides: points where the signs of a slope change,
    the domain, why there is no asymptote. `put(text, name, argument)` writes an argument for a symbol. Raises
    LookupError, TypeError or ValueError where the value or what is given is nothing that such a fact can have.
    """
    rule = FACTS.get(name)
    if "recurring" in given and any(map(places.COUNT.search, assume)):
        raise ValueError("k counts the places")
    return [] if rule is None else list(assuming(rule(f"({f})", value, given, put), assume))


def _point_symmetry(f: str, value: Mapping[str, Any] | None, given: Mapping[str, Any], put: Put) -> Found:
    """f(2*c - x) + f(x) = 2*f(c); there is no such centre where the ends, or the only centre that is left, exclude it."""
    if value is not None:
        x, y = needed(value["x"]), needed(value["y"])
        yield Statement(f"{f} + ({put(f, 'x', f'2*({x}) - x')}) == 2*({y})")
        yield from around(f, given["domain"])
        for stretch in stretches(given["domain"]):
            yield Existence(put(f, "x", f"2*({x}) - x"), inside(stretch), True)
    elif "ends" in given:
        yield from _ends(f, given["ends"])
    else:
        yield from _no_centre(f, given, put)


def _ends(f: str, ends: Mapping[str, Any]) -> Found:
    """The limits at -oo and oo are not opposite about any height, or f is even and has a limit at oo that isn't its only value."""
    left, right = ends["-oo"], ends["oo"]
    yield from levels.limit("-oo")(f, left["value"], left, _unused)
    yield from levels.limit("oo")(f, right["value"], right, _unused)
    values = [needed(left["value"]), needed(right["value"])]
    kinds = [_KINDS.get(v, "finite") for v in values]
    if kinds == ["finite", "finite"] and values[0] == values[1]:
        yield Statement(f"even({f}, x)")
        if "other" in ends:
            yield Existence(f, (f"x == {ends['other']}",), True)
            yield Statement(f"{f} != {values[0]}", (f"x == {ends['other']}",))
        else:
            yield Statement(f"{f} == {values[0]}", verdict="refuted")
    elif kinds[0] == kinds[1] and not (kinds[0] == "infinite" and values[0] == values[1]):
        raise ValueError("the ends don't exclude a centre")


_KINDS = {"oo": "infinite", "-oo": "infinite", "none": "none"}


def _no_centre(f: str, given: Mapping[str, Any], put: Put) -> Found:
    """Another fact leaves one centre: the middle of its outermost places, or none; the sum of f on both sides isn't constant."""
    name, value = given["fact"], given["value"]
    yield from _PLACES[name](f, value, given["given"], put)
    if name == "domain":
        parts = stretches(value)
        low, high = parts[0][0], parts[-1][2]
        if (low == "-oo") != (high == "oo"):
            return
        if low == "-oo":
            low, high = parts[0][2], parts[-1][0]
            if len(parts) < 2:
                raise ValueError("a domain that is the whole line leaves all centres")
    else:
        found = [needed(place["x"] if name == "joins" else place) for place in value]
        low, high = found[0], found[-1]
    mirrored = put(f, "x", f"({low}) + ({high}) - x")
    if "apart" in given:
        yield from _apart(f, mirrored, given["apart"], put)
    elif given.get("defined") is True:  # then the sum is twice the value at the centre
        centre = f"(({low}) + ({high}))/2"
        yield Existence(f, (f"x == {centre}",), True)
        yield Statement(f"{f} + ({mirrored}) == 2*({put(f, 'x', centre)})", verdict="refuted")
    else:
        yield Statement(f"diff({f} + ({mirrored}), x) == 0", verdict="refuted")


def _apart(f: str, mirrored: str, points: Sequence[str], put: Put) -> Found:
    """The sum of f and what is mirrored has two values at two points."""
    sums: list[str] = []
    for part in (f, f"({mirrored})"):
        there, values = values_at(part, points, put)
        yield from there
        sums = values if not sums else [f"{a} + {b}" for a, b in zip(sums, values, strict=True)]
    first, second = sums
    yield Statement(f"{first} != {second}")


_PLACES: dict[str, Rule] = {
    "domain": places.domain,
    "joins": places.joins,
    "inflection_points": places.inflection_points,
}


def _unused(text: str, name: str, argument: str) -> str:
    raise ValueError(f"nothing is put for {name} in {text}: {argument}")


def _derivative(f: str, value: Mapping[str, str], given: Mapping[str, Any], _put: Put) -> Found:
    """The slope wherever there is one, with a value everywhere inside the domain but where there is none."""
    slope = f"({value['expression']})"
    yield Statement(f"diff({f}, x) == {slope}")
    yield from _inside(f, slope, given)


def _inside(f: str, what: str, given: Mapping[str, Any]) -> Found:
    """An expression has values wherever f has, but for ends of the domain, and points where f has no derivative."""
    yield from around(f, given["domain"])
    for low, _, high, _ in stretches(given["domain"]):
        holes = given.get("holes", {}).get(low, [])
        for a, b in pairwise([low, *holes, high]):
            yield Existence(what, inside((a, False, b, False)), True)
        for at in holes:
            yield from torn(f, at, given["breaks"])


def _antiderivative(f: str, value: str | None, given: Mapping[str, Any], put: Put) -> Found:
    """Differentiated back; continuous on every interval of the domain, and with values there; there is none on one interval."""
    if value is None:
        found = Obstruction(f, **given["obstruction"])
        near, rest = between(*given["between"]), found.function(put)
        for part in (f, found.known, rest):
            yield Existence(part, near, True)
        yield Statement(f"{f} == diff({found.known}, x) + {rest}", near)
        yield found
        return
    yield Statement(f"diff({value}, x) == {f}")
    yield from around(f, given["domain"], f"({value})")
    for stretch in stretches(given["domain"]):
        yield Statement(f"continuous({value}, x)", inside(stretch))


def _inverse(f: str, value: str | None, given: Mapping[str, Any], put: Put) -> Found:
    """The inverse of f(x) is x for all x of the domain; there is none where f is continuous and not monotonic between two ends."""
    if value is not None:
        back = put(value, "x", f)
        yield Statement(f"{back} == x")
        yield from around(f, given["domain"], f"({back})")
    elif "points" in given:
        first, second = given["points"]
        yield Statement(f"({put(f, 'x', first)}) == ({put(f, 'x', second)})")
        yield Statement(f"({first}) < ({second})")
        for point in (first, second):
            yield Existence(f, (f"x == {point}",), True)
    else:
        low, has_low, high, has_high = given["between"]
        stretch = low, has_low, high, has_high
        near = inside(stretch)
        yield Existence(f, near, True)
        yield Statement(f"continuous({f}, x)", near)
        for name, op in (("hump", ">="), ("valley", "<=")):
            if name in given:
                yield from _turn(f, stretch, given[name], op, put)
                return
        for way in ("increasing", "decreasing"):
            yield Statement(f"strictly_{way}({f}, x)", near, "refuted")


def _turn(f: str, stretch: Stretch, points: Sequence[str], op: str, put: Put) -> Found:
    """At the middle one of three points of an interval f is at least as large, or at most, as at the others."""
    low, has_low, high, has_high = stretch
    left, _, right = points
    for end, mark in ((low, f"({left}) >{'=' * has_low} {low}"), (high, f"({right}) <{'=' * has_high} {high}")):
        if end not in ("oo", "-oo"):
            yield Statement(mark)
    yield from ordered(*points)
    a, b, c = values_at(f, points, put)[1]
    yield Statement(f"{b} {op} {a}")
    yield Statement(f"{b} {op} {c}")


def _output_relation(f: str, value: str | None, given: Mapping[str, Any], put: Put) -> Found:
    """f' in terms of f, with a value inside the domain but for points where f has no derivative; there is none on one interval."""
    if value is None:
        independent = Independence(**given["independent"])
        near = between(*given["between"])
        yield Existence(f, near, True)
        for what, part in ((f, independent.value), (f"diff({f}, x)", independent.slope)):
            shown = independent.function(part, put)
            yield Existence(shown, near, True)
            yield Statement(f"{what} == {shown}", near)
        yield independent
        return
    found = put(value, "f", f)
    yield Statement(f"diff({f}, x) == {found}")
    yield from _inside(f, f"({found})", given)


#: Fact → the claims that say it.
FACTS: dict[str, Rule] = {
    "domain": places.domain,
    "range": levels.value_range,
    "joins": places.joins,
    "limit_minus_inf": levels.limit("-oo"),
    "limit_plus_inf": levels.limit("oo"),
    "asymptotes": levels.asymptotes,
    "parity": shapes.parity,
    "point_symmetry": _point_symmetry,
    "monotonicity": shapes.monotonicity,
    "convexity": shapes.convexity,
    "continuity": shapes.continuity,
    "lipschitz": levels.lipschitz,
    "zeros": places.zeros,
    "stationary_points": places.stationary_points,
    "inflection_points": places.inflection_points,
    "derivative": _derivative,
    "output_relation": _output_relation,
    "inverse": _inverse,
    "antiderivative": _antiderivative,
    "gaussian_mean": levels.expectation(1),
    "gaussian_second_moment": levels.expectation(2),
    "gain": levels.gain,
}
