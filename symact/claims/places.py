"""What the facts about places say, as claims: domain, joins, zeros, stationary points, inflection points; nothing may be left out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from .fields import Put
from .statements import (
    Existence,
    Found,
    Point,
    Statement,
    around,
    between,
    bracketed,
    derivative_of,
    exact,
    needed,
    nowhere,
    point_of,
    torn,
)

__all__ = ["COUNT", "domain", "inflection_points", "joins", "stationary_points", "zeros"]

_RELATIONS = {"+": ">", "-": "<", "0": "=="}
_KINDS = {("-", "+"): "minimum", ("+", "-"): "maximum"}
_OPPOSITE = {"+": "-", "-": "+"}


def domain(f: str, value: str, _given: Mapping[str, Any], _put: Put) -> Found:
    """There are values on the intervals and none beyond."""
    yield from around(f, value)


def _on(f: str, order: int, word: str, low: str, high: str) -> Found:
    """What a word says of a derivative between two ends: its sign, or that f has no values."""
    if word == "undefined":
        yield from nowhere(f, low, high)
    else:
        yield Statement(f"{derivative_of(f, order)} {_RELATIONS[word]} 0", between(low, high))


def zeros(f: str, value: Any, given: Mapping[str, Any], put: Put) -> Found:
    """The places are zeros, and there are none between."""
    yield from _places(f, 0, value, given, put)


def stationary_points(f: str, value: Any, given: Mapping[str, Any], put: Put) -> Found:
    """The places are zeros of the slope, there are none between, and the values and signs around them are right."""
    yield from _places(f, 1, value, given, put)
    if value == "infinite":
        return
    alone = [k for k, place in enumerate(value) if not isinstance(place, list)]
    for k, near in zip(alone, given.get("near", []), strict=True):
        place, point = value[k], _edges(value[k], _bracket(given, k))
        level = exact(place["f"])
        if level is not None and point.exact:
            yield Statement(f"{f} == {level}", point.here)
        elif level is None:
            yield Statement(f"{f} >= {place['f']['lower']}", point.here)
            yield Statement(f"{f} <= {place['f']['upper']}", point.here)
        else:
            raise ValueError("the value at a point that isn't exact has no exact form")
        yield from _kind(f, place["kind"], point, near)


def _kind(f: str, kind: str, point: Point, near: Mapping[str, Any]) -> Found:
    """The signs of the slope on both sides; at an end of the domain the other one is taken as on the side that there is."""
    left, right = near["signs"]
    before, after = (left, right) if left != "undefined" else (_OPPOSITE[right], right)
    if right == "undefined":
        after = _OPPOSITE[left]
    if kind != _KINDS.get((before, after), "neither"):
        raise ValueError("the signs of the slope make another kind")
    low, high = near["from"], near["to"]
    for word, a, b in ((left, low, point.low), (right, point.high, high)):
        yield from _on(f, 1, word, a, b)
        if word != "undefined":
            yield Existence(f, between(a, b), True)


def _places(f: str, order: int, value: Any, given: Mapping[str, Any], put: Put) -> Found:
    """Where a derivative is 0, and that it isn't between; an interval says nothing about its ends."""
    if value == "infinite":
        yield from _endless(f, order, given, put)
        return
    g = derivative_of(f, order)
    edges = ["-oo"]
    for k, place in enumerate(value):
        if isinstance(place, list):
            low, high = place
            yield Statement(f"{g} == 0", between(low, high))
            yield Existence(f, between(low, high), True)
            if order:
                yield Statement(f"smooth({f}, x, {order})", between(low, high))
        else:
            point = _edges(place, _bracket(given, k))
            yield from bracketed(f, g, order, point)
            low, high = point.low, point.high
        edges += [low, high]
    edges.append("oo")
    gaps = list(zip(edges[::2], edges[1::2], strict=True))
    inner = zip(gaps[1:-1], pairwise(value), strict=True)
    for (low, high), pair in inner:
        if low == high:
            yield from _parted(f, order, pair, given)
    words = given.get("gaps", ["!="] * len(gaps))
    for (low, high), word in zip(gaps, words, strict=True):
        if word not in ("!=", "undefined"):
            raise ValueError("a gap is without zeros or undefined")
        if low != high:
            yield from nowhere(f, low, high) if word == "undefined" else [Statement(f"{g} != 0", between(low, high))]


def _parted(f: str, order: int, pair: tuple[Any, Any], given: Mapping[str, Any]) -> Found:
    """Where one interval of zeros ends and the next begins f has no value, or isn't 0, or its slope isn't there."""
    if not all(isinstance(place, list) for place in pair):
        raise ValueError("a place is listed twice")
    at = pair[0][1]
    if at not in given.get("breaks", {}):
        yield Existence(f, (f"x == {at}",), False)
    elif order:
        yield from torn(f, at, given["breaks"])
    else:
        yield Statement(f"{f} != 0", (f"x == {at}",))


def _bracket(given: Mapping[str, Any], k: int) -> Any:
    return given.get("brackets", {}).get(str(k))


def _edges(place: Any, bracket: Any) -> Point:
    return point_of(place.get("x", place), bracket)


def _endless(f: str, order: int, given: Mapping[str, Any], put: Put) -> Found:
    """A derivative is periodic with a zero or both signs, from there on f has values; and it isn't 0 everywhere.

    Or it has both signs again and again at places that are given.
    """
    if "recurring" in given:
        yield from _recurring(f, order, given["from"], given["recurring"], put)
        return
    g = derivative_of(f, order)
    if "other" in given:
        yield Statement(f"{g} != 0", (f"x == {given['other']}",))
    elif "signs" not in given:
        yield Statement(f"{g} == 0", verdict="refuted")
    moved = derivative_of(put(f, "x", f"x + ({given['period']})"), order)
    yield Statement(f"{moved} == {g}")
    yield Statement(f"({given['period']}) > 0")
    for point in [given["zero"]] if "zero" in given else given["signs"]:
        yield Existence(f, (f"x >= {point}",), True)
    if "zero" in given:
        yield Statement(f"{g} == 0", (f"x == {given['zero']}",))
    else:
        low, high = given["signs"]
        yield Statement(f"{g} < 0", (f"x == {low}",))
        yield Statement(f"{g} > 0", (f"x == {high}",))
    if order or "signs" in given:
        yield Statement(f"smooth({f}, x, {order})")


#: A positive integer, and what is assumed of it.
COUNT, _EACH = re.compile(r"\bk\b"), ("k in integer", "k >= 1")


def _recurring(f: str, order: int, start: str, given: Mapping[str, str], put: Put) -> Found:
    """From a point on a derivative is continuous, below 0 at one place and above at the next, for k = 1, 2, … without an end."""
    formula, low, high = given["formula"], given["below"], given["above"]
    if COUNT.search(f) or COUNT.search(formula):
        raise ValueError("k counts the places")
    near = between(start, "oo")
    for part in (f, formula):
        yield Existence(part, near, True)
    yield Statement(f"smooth({f}, x, {order})", near)
    yield Statement(f"{derivative_of(f, order)} == {formula}", near)
    places = [start, put(low, "k", "k"), put(high, "k", "k"), put(low, "k", "k + 1")]
    for a, b in pairwise(places):
        yield Statement(f"({a}) < ({b})", _EACH)
    for place, sign in ((low, "<"), (high, ">")):
        yield Statement(f"({put(formula, 'x', place)}) {sign} 0", _EACH)


def inflection_points(f: str, value: Any, given: Mapping[str, Any], put: Put) -> Found:
    """f'' has one sign between points that are given; where that changes f' exists at the inflection points only."""
    if value == "infinite":
        if "signs" not in given and "recurring" not in given:
            raise KeyError("signs")
        yield from _endless(f, 2, given, put)
        return
    numbers, brackets, words = given["points"], given.get("brackets", {}), given["between"]
    points = [point_of(number, brackets.get(str(k))) for k, number in enumerate(numbers)]
    if list(value) != [number for number in numbers if number in value]:
        raise ValueError("the inflection points are not among the points, or not in their order")
    edges = ["-oo", *(e for p in points for e in (p.low, p.high)), "oo"]
    for (low, high), word in zip(zip(edges[::2], edges[1::2], strict=True), words, strict=True):
        yield from _on(f, 2, word, low, high)
    lows, highs = ["-oo", *(p.high for p in points)], [*(p.low for p in points), "oo"]
    for k, (point, (before, after)) in enumerate(zip(points, pairwise(words), strict=True)):
        turns = after == _OPPOSITE.get(before)
        span = between(lows[k], highs[k + 1])
        if not point.exact:
            yield from bracketed(f, derivative_of(f, 2), 2, point)
            if (before, after) != (("-", "+") if point.rising else ("+", "-")) or numbers[k] not in value:
                raise ValueError("a simple zero of f'' is an inflection point")
        elif numbers[k] in value:
            if not turns:
                raise ValueError("f'' has the same sign on both sides of an inflection point")
            yield Statement(f"smooth({f}, x, 1)", span)
            yield Existence(f, point.here, True)
        elif turns and k in given.get("holes", []):
            yield Existence(f, point.here, False)
        elif turns and point.low in given.get("breaks", {}):
            yield from torn(f, point.low, given["breaks"])
        elif turns:
            yield Statement(f"smooth({f}, x, 1)", span, "refuted", at=point.low)


def joins(f: str, value: Sequence[Mapping[str, Any]], given: Mapping[str, Any], _put: Put) -> Found:
    """What happens at each join, and that f has values and is continuously differentiable between them, or has none there."""
    edges, words = given["edges"], given["between"]
    places = [needed(join["x"]) for join in value]
    if places != [edge for edge in edges if edge in places]:
        raise ValueError("the joins are not among the ends of the pieces, or not in their order")
    bounds = ["-oo", *edges, "oo"]
    for (low, high), word in zip(pairwise(bounds), words, strict=True):
        if word == "undefined":
            yield from nowhere(f, low, high)
        elif word == "smooth":
            yield Statement(f"smooth({f}, x, 1)", between(low, high))
            yield Existence(f, between(low, high), True)
        else:
            raise ValueError("between two ends f is smooth or undefined")
    for edge, sides in zip(edges, pairwise(words), strict=True):
        if (edge in places) == ("undefined" in sides):
            raise ValueError("an end between two smooth pieces is a join, any other end is not")
    for join in value:
        yield from _join(f, join)


def _join(f: str, join: Mapping[str, Any]) -> Found:
    at, slope = needed(join["x"]), derivative_of(f, 1)
    found: dict[str, str] = {}
    for key, what, way in (
        *(("left", f, "-"), ("right", f, "+")),
        *(("slope_left", slope, "-"), ("slope_right", slope, "+")),
    ):
        limit, level = f"limit({what}, x, {at}, {way!r})", needed(join[key])
        found[key] = level
        if level == "none":
            yield Statement(f"{limit} == 0", verdict="refuted", missing=True)
        else:
            yield Statement(f"{limit} == {level}")
    if join["value"] is None:
        yield Existence(f, (f"x == {at}",), False)
        return
    level = needed(join["value"])
    yield Statement(f"{f} == {level}", (f"x == {at}",))
    if not set(found.values()) & {"oo", "-oo", "none"}:
        jumps = [f"Abs({found[side]} - ({level}))" for side in ("left", "right")]
        kink = f"Abs({found['slope_left']} - ({found['slope_right']}))"
        yield Statement(f"{' + '.join([*jumps, kink])} > 0")
