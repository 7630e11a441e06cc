"""What the facts of a card say, as claims: a fact holds if its claims have the verdicts listed with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Statement", "statements"]

#: How far beyond an exact bound that isn't a value certain values are found.
CLOSE = "1/10**12"


@dataclass(frozen=True)
class Statement:
    """A claim, what it assumes, and whether it is to be proved or refuted."""

    says: str
    assume: tuple[str, ...] = ()
    verdict: str = "proved"


def statements(
    name: str, f: str, value: Any, assume: Sequence[str] = (), put: Callable[[str, str, str], str] | None = None
) -> list[Statement]:
    """Return claims about the expression f in x that together say what a fact does; none where the language has no words for it.

    `value` is the fact's as JSON; `put(text, name, argument)` writes an argument for a symbol.
    """
    rule = _RULES.get(name)
    if rule is None:
        return []
    return [Statement(s.says, (*assume, *s.assume), s.verdict) for s in rule(f"({f})", value, put)]


Put = Callable[[str, str, str], str] | None
Found = Iterator[Statement]


def _range(f: str, value: Mapping[str, Any], _: Put) -> Found:
    if value["set"] is not None:
        return
    exact = [_exact(value[end]) for end in ("inf", "sup")]
    if None not in exact:
        if exact[0] == exact[1]:
            yield Statement(f"{f} == {exact[0]}")
            return
        kind = _INTERVALS[value["inf_attained"], value["sup_attained"]]
        yield Statement(f"range({f}, x) == {kind}({exact[0]}, {exact[1]})")
        return
    yield from _bound(f, value["inf"], value["inf_attained"], 1)
    yield from _bound(f, value["sup"], value["sup_attained"], -1)


_INTERVALS = {
    (True, True): "Interval",
    (False, False): "Interval.open",
    (False, True): "Interval.Lopen",
    (True, False): "Interval.Ropen",
}


def _bound(f: str, value: Any, attained: bool, side: int) -> Found:
    """That f stays on one side of a bound (above it where side is 1) and comes as near as the bound is known."""
    if value in ("oo", "-oo"):
        return
    weak, strict = (">=", ">") if side > 0 else ("<=", "<")
    exact = _exact(value)
    if exact is None:
        near, beyond = (value["lower"], value["upper"]) if side > 0 else (value["upper"], value["lower"])
        yield Statement(f"{f} {weak} {near}")
        yield Statement(f"{f} {strict} {beyond}", verdict="refuted")
    else:
        yield Statement(f"{f} {weak if attained else strict} {exact}")
        step = "" if attained else f" {'+' if side > 0 else '-'} {CLOSE}"
        yield Statement(f"{f} {strict} {exact}{step}", verdict="refuted")


def _limit(end: str) -> Callable[[str, Any, Put], Found]:
    def rule(f: str, value: Any, _: Put) -> Found:
        if value != "none" and (exact := _exact(value)) is not None:
            yield Statement(f"limit({f}, x, {end}) == {exact}")

    return rule


def _asymptotes(f: str, value: Mapping[str, str | None], _: Put) -> Found:
    for end, line in value.items():
        if line is not None:
            yield Statement(f"limit({f} - ({line}), x, {end}) == 0")


def _words(table: Mapping[str, Sequence[tuple[str, str]]]) -> Callable[[str, Any, Put], Found]:
    """A fact that is a word: the predicates that are proved or refuted for it."""

    def rule(f: str, value: Any, _: Put) -> Found:
        for predicate, verdict in table.get(value, ()):
            yield Statement(f"{predicate}({f}, x)", verdict=verdict)

    return rule


def _point_symmetry(f: str, value: Mapping[str, Any] | None, put: Put) -> Found:
    if value is not None and put is not None:
        x, y = _exact(value["x"]), _exact(value["y"])
        if x is not None and y is not None:
            yield Statement(f"{f} + ({put(f, 'x', f'2*({x}) - x')}) == 2*({y})")


def _continuity(f: str, value: str, _: Put) -> Found:
    if value == "discontinuous":
        yield Statement(f"continuous({f}, x)", verdict="refuted")
    elif value == "Coo":
        yield Statement(f"smooth({f}, x, oo)")
    else:
        yield Statement(f"smooth({f}, x, {value[1:]})")
        yield Statement(f"smooth({f}, x, {int(value[1:]) + 1})", verdict="refuted")


def _lipschitz(f: str, value: Any, _: Put) -> Found:
    if value == "oo":
        return
    slope, exact = f"Abs(diff({f}, x))", _exact(value)
    yield Statement(f"{slope} <= {value['upper'] if exact is None else exact}")
    if exact != "0":
        yield Statement(f"{slope} < {value['lower'] if exact is None else f'{exact} - {CLOSE}'}", verdict="refuted")


def _zeros_of(function: Callable[[str], str]) -> Callable[[str, Any, Put], Found]:
    """Where a function is 0, and that it isn't between."""

    def rule(f: str, value: Any, _: Put) -> Found:
        g = function(f)
        if value == "infinite":
            return
        places = [_ends(place) for place in value]
        if any(end is None for place in places for end in place):
            return
        for low, high in places:
            yield Statement(f"{g} == 0", (f"x == {low}",) if low == high else _between(low, high))
        edges = ["-oo", *(end for place in places for end in place), "oo"]
        for low, high in zip(edges[::2], edges[1::2], strict=True):
            if low != high:
                yield Statement(f"{g} != 0", _between(low, high))

    return rule


def _ends(place: Any) -> tuple[str | None, str | None]:
    """Both ends of an interval, or a point twice."""
    if isinstance(place, list):
        return place[0], place[1]
    point = _exact(place.get("x", place))
    return point, point


def _between(low: str | None, high: str | None) -> tuple[str, ...]:
    return (*([] if low == "-oo" else [f"x > {low}"]), *([] if high == "oo" else [f"x < {high}"]))


def _derivative(f: str, value: Mapping[str, str], _: Put) -> Found:
    yield Statement(f"diff({f}, x) == {value['expression']}")


def _antiderivative(f: str, value: str | None, _: Put) -> Found:
    if value is not None:
        yield Statement(f"diff({value}, x) == {f}")


def _inverse(f: str, value: str | None, put: Put) -> Found:
    if value is not None and put is not None:
        yield Statement(f"{put(value, 'x', f)} == x")


def _output_relation(f: str, value: str | None, put: Put) -> Found:
    if value is not None and put is not None:
        yield Statement(f"diff({f}, x) == {put(value, 'f', f)}")


def _expectation(integrand: Callable[[str], str]) -> Callable[[str, Any, Put], Found]:
    def rule(f: str, value: Any, _: Put) -> Found:
        if value in ("oo", "-oo", "none"):
            return
        mean, exact = f"expectation({integrand(f)}, x)", _exact(value)
        if exact is not None:
            yield Statement(f"{mean} == {exact}")
        else:
            yield Statement(f"{mean} > {value['lower']}")
            yield Statement(f"{mean} < {value['upper']}")

    return rule


def _exact(value: Any) -> str | None:
    """The exact form of a number of a card."""
    return value if isinstance(value, str) else value["exact"]


def _same(f: str) -> str:
    return f


#: Fact → the claims that say it.
_RULES: dict[str, Callable[[str, Any, Put], Found]] = {
    "range": _range,
    "limit_minus_inf": _limit("-oo"),
    "limit_plus_inf": _limit("oo"),
    "asymptotes": _asymptotes,
    "parity": _words(
        {"odd": [("odd", "proved")], "even": [("even", "proved")], "none": [("odd", "refuted"), ("even", "refuted")]}
    ),
    "point_symmetry": _point_symmetry,
    "monotonicity": _words(
        {
            "strictly increasing": [("strictly_increasing", "proved")],
            "nondecreasing": [("increasing", "proved"), ("strictly_increasing", "refuted")],
            "strictly decreasing": [("strictly_decreasing", "proved")],
            "nonincreasing": [("decreasing", "proved"), ("strictly_decreasing", "refuted")],
            "constant": [("increasing", "proved"), ("decreasing", "proved")],
            "none": [("monotonic", "refuted")],
        }
    ),
    "convexity": _words(
        {
            "convex": [("convex", "proved"), ("concave", "refuted")],
            "concave": [("concave", "proved"), ("convex", "refuted")],
            "affine": [("convex", "proved"), ("concave", "proved")],
            "none": [("convex", "refuted"), ("concave", "refuted")],
        }
    ),
    "continuity": _continuity,
    "lipschitz": _lipschitz,
    "zeros": _zeros_of(_same),
    "stationary_points": _zeros_of(lambda f: f"diff({f}, x)"),
    "derivative": _derivative,
    "output_relation": _output_relation,
    "antiderivative": _antiderivative,
    "inverse": _inverse,
    "gaussian_mean": _expectation(_same),
    "gaussian_second_moment": _expectation(lambda f: f"{f}**2"),
}
