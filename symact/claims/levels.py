"""What the facts about values say, as claims: range, Lipschitz constant, limits, asymptotes, moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from .fields import Put
from .statements import (
    Existence,
    Found,
    Point,
    Rule,
    Statement,
    around,
    between,
    bracketed,
    broken,
    exact,
    inside,
    needed,
    nowhere,
    point_of,
    stretches,
    towards,
)

__all__ = ["asymptotes", "expectation", "gain", "limit", "lipschitz", "value_range"]

_INTERVALS = {
    (True, True): "Interval",
    (False, False): "Interval.open",
    (False, True): "Interval.Lopen",
    (True, False): "Interval.Ropen",
}


def value_range(f: str, value: Mapping[str, Any], given: Mapping[str, Any], _put: Put) -> Found:
    """The range as one set; where `given` has a domain by continuity on that one interval, and by the two ends."""
    attained = value["inf_attained"], value["sup_attained"]
    if any(exact(value[end]) in ("oo", "-oo") and value[f"{end}_attained"] is not False for end in ("inf", "sup")):
        raise ValueError("an infinite end is not attained")
    if value["set"] is not None:
        yield Statement(f"range({f}, x) == {value['set']}")
        yield from _hull(f, value, given)
    elif "domain" not in given:
        low, high = needed(value["inf"]), needed(value["sup"])
        if low == high:
            if attained != (True, True):
                raise ValueError("the one value of a constant is attained")
            yield Statement(f"{f} == {low}")
        else:
            yield Statement(f"range({f}, x) == {_INTERVALS[attained]}({low}, {high})")
    else:
        yield from _hull(f, value, given)
        if len(stretches(given["domain"])) != 1:
            raise ValueError("a function on several intervals may leave gaps in its range")
        yield from around(f, given["domain"])
        yield Statement(f"continuous({f}, x)")


def _hull(f: str, value: Mapping[str, Any], given: Mapping[str, Any]) -> Found:
    for end, side in (("inf", 1), ("sup", -1)):
        if type(value[f"{end}_attained"]) is not bool:
            raise TypeError("an end is attained or not")
        yield from _bound(f, value[end], value[f"{end}_attained"], side, given[end])


def _bound(f: str, value: Any, attained: bool, side: int, given: Mapping[str, Any]) -> Found:
    """That a number is the infimum (side 1) or the supremum (side -1), and whether it is a value."""
    weak, strict = (">=", ">") if side > 0 else ("<=", "<")
    level = exact(value)
    if level in ("oo", "-oo"):
        if attained or (level == "-oo") != (side > 0):
            raise ValueError("an infinite end is not attained")
        yield Statement(f"{towards(f, given['towards'])} == {level}")
    elif level is not None:
        yield Statement(f"{f} {weak if attained else strict} {level}")
        if not attained:
            yield Statement(f"{towards(f, given['towards'])} == {level}")
        elif "at" in given:
            yield Statement(f"{f} == {level}", (f"x == {given['at']}",))
        else:
            yield Statement(f"{f} {strict} {level}", verdict="refuted")
    else:
        if not attained:
            raise ValueError("an end that isn't attained has an exact form")
        near, beyond = (value["lower"], value["upper"]) if side > 0 else (value["upper"], value["lower"])
        points = [point_of(part["x"], part["bracket"]) for part in given["turns"]]
        for point in points:
            if point.exact or point.rising != (side > 0):
                raise ValueError("at a minimum the slope rises, at a maximum it falls")
            yield from bracketed(f, f"diff({f}, x)", 1, point)
            yield Statement(f"{f} {weak} {near}", point.here)
            yield Statement(f"{f} {'<' if side > 0 else '>'} {beyond}", (f"x == {point.lower}",))
        for low, high in _outside(points):
            yield Statement(f"{f} {strict} {beyond}", between(low, high))


def _outside(points: Sequence[Point]) -> Iterator[tuple[str, str]]:
    """The gaps between brackets, and beyond them; there is one bracket at least."""
    if not points:
        raise ValueError("a bound is taken at some point")
    edges = ["-oo", *(end for p in points for end in (p.low, p.high)), "oo"]
    yield from zip(edges[::2], edges[1::2], strict=True)


def lipschitz(f: str, value: Any, given: Mapping[str, Any], _put: Put) -> Found:
    """f is continuous, also across holes, and sup|f'| is the constant; or f jumps or |f'| is unbounded."""
    slope, level = f"diff({f}, x)", exact(value)
    if level == "oo":
        yield from _unbounded(f, slope, given)
        return
    yield from around(f, given["domain"])
    parts = stretches(given["domain"])
    for stretch in parts:
        yield Statement(f"continuous({f}, x)", inside(stretch))
    for before, after in pairwise(parts):
        if before[2] == after[0]:
            for way in "-+":
                yield Statement(f"limit({f}, x, {after[0]}, {way!r}) == {given['holes'][after[0]]}")
    if level is None:
        yield from _steepest(f, value, given)
        return
    yield from _of_size(slope, "<=", level)
    square, highest = f"{slope}**2", f"({level})**2"
    if "at" in given:
        yield Statement(f"{square} == {highest}", (f"x == {given['at']}",))
    elif "towards" in given:
        yield Statement(f"{towards(square, given['towards'])} == {highest}")
    elif level != "0":
        yield Statement(f"{square} < {highest}", verdict="refuted")


def _of_size(slope: str, op: str, level: str, assume: tuple[str, ...] = ()) -> Found:
    """|f'| is at most as large as a level, or smaller, from below and from above."""
    yield Statement(f"{slope} {op} {level}", assume)
    yield Statement(f"-{slope} {op} {level}", assume)


def _steepest(f: str, value: Any, given: Mapping[str, Any]) -> Found:
    """|f'| has its bound at points where f'' changes sign, and stays below it elsewhere."""
    slope = f"diff({f}, x)"
    points = [point_of(part["x"], part["bracket"]) for part in given["turns"]]
    for point in points:
        if point.exact:
            raise ValueError("at an exact point the slope has an exact form")
        yield from bracketed(f, f"diff({f}, x, 2)", 2, point)
        sign, size = ("<", f"-{slope}") if point.rising else (">", slope)
        yield Statement(f"{slope} {sign} 0", (f"x >= {point.low}", f"x <= {point.high}"))
        yield Statement(f"{size} <= {value['upper']}", point.here)
        yield Statement(f"{size} >= {value['lower']}", (f"x == {point.lower}",))
    for low, high in _outside(points):
        yield from _of_size(slope, "<", value["lower"], between(low, high))


def _unbounded(f: str, slope: str, given: Mapping[str, Any]) -> Found:
    if "slope" in given:
        if given["slope"] not in ("oo", "-oo"):
            raise ValueError("the slope is not unbounded")
        yield Statement(f"{towards(slope, given['towards'])} == {given['slope']}")
        return
    yield from broken(f, 0, given["jump"], given["levels"])


def limit(end: str) -> Rule:
    """Return the rule for the limit at oo or -oo: it is the value, or there is none."""

    def rule(f: str, value: Any, given: Mapping[str, Any], put: Put) -> Found:
        if value == "none" and "period" in given:
            yield from _repeated(f, given, put)
        else:
            yield from _limit(f, end, value, given)

    return rule


def _repeated(f: str, given: Mapping[str, Any], put: Put) -> Found:
    """f is periodic and takes two values, so that it tends to nothing, and follows no line."""
    period = given["period"]
    yield Statement(f"{put(f, 'x', f'x + ({period})')} == {f}")
    yield Statement(f"({period}) > 0")
    first, second = given["points"]
    yield Existence(f, (), True)
    yield Statement(f"({put(f, 'x', first)}) != ({put(f, 'x', second)})")


def _limit(f: str, end: str, value: Any, given: Mapping[str, Any]) -> Found:
    """What a limit at infinity is; where there is none f ends before, or oscillates."""
    missing: Found = iter(())
    if "beyond" in given:
        missing = nowhere(f, given["beyond"], end) if end == "oo" else nowhere(f, end, given["beyond"])
    yield from _number(f"limit({f}, x, {end})", value, missing)


def _number(what: str, value: Any, missing: Found) -> Found:
    """A number is a value, or between two; where it isn't there, what is said instead, or that it isn't 0 for it isn't there."""
    level = exact(value)
    if level is None:
        yield Statement(f"{what} > {value['lower']}")
        yield Statement(f"{what} < {value['upper']}")
    elif level != "none":
        yield Statement(f"{what} == {level}")
    else:
        instead = tuple(missing)
        yield from instead or (Statement(f"{what} == 0", verdict="refuted", missing=True),)


def asymptotes(f: str, value: Mapping[str, str | None], given: Mapping[str, Any], put: Put) -> Found:
    """f minus the line tends to 0; where there is none f ends before, f/x has no finite limit a, or f - a*x has none."""
    if set(value) != {"-oo", "oo"}:
        raise ValueError("there are two ends")
    for end, line in value.items():
        if line is not None:
            yield Statement(f"limit({f} - ({line}), x, {end}) == 0")
            yield Statement(f"diff({line}, x, 2) == 0")
            continue
        why = given[end]
        if "beyond" in why:
            yield from _limit(f, end, "none", why)
            continue
        if "period" in why:
            yield from _repeated(f, why, put)
            continue
        # x + 1 counts as x does far out, and a quotient by it may stay one where x cancels
        shift = why.get("shift", 0)
        if type(shift) is not int:
            raise TypeError("a shift is a whole number")
        yield from _limit(f"{f}/(x + {shift})" if shift else f"{f}/x", end, why["slope"], {})
        if why["slope"] not in ("oo", "-oo", "none"):
            if why["rest"] not in ("oo", "-oo", "none"):
                raise ValueError("f follows a line")
            yield from _limit(f"{f} - ({why['slope']})*x", end, why["rest"], {})


def expectation(power: int) -> Rule:
    """Return the rule for E[f(z)**power]."""

    def rule(f: str, value: Any, given: Mapping[str, Any], _put: Put) -> Found:
        missing = nowhere(f, *given["beyond"]) if "beyond" in given else iter(())
        yield from _number(f"expectation({f if power == 1 else f'{f}**{power}'}, x)", value, missing)

    return rule


def gain(f: str, value: Any, given: Mapping[str, Any], _put: Put) -> Found:
    """1/sqrt(E[f(z)**2]); there is none where that is 0 or isn't there."""
    second, level = f"expectation({f}**2, x)", exact(value)
    if level is None:
        yield Statement(f"{value['lower']} > 0")
        yield Statement(f"{second} > 1/({value['upper']})**2")
        yield Statement(f"{second} < 1/({value['lower']})**2")
    elif level == "none":
        if "beyond" in given:
            yield from nowhere(f, *given["beyond"])
        elif given.get("second") == "0":
            yield Statement(f"{second} == 0")
        else:
            yield Statement(f"{second} == 0", verdict="refuted", missing=True)
    elif level == "0":
        yield Statement(f"{second} == oo")
    else:
        yield Statement(f"{level} > 0")
        yield Statement(f"{second} == 1/({level})**2")
