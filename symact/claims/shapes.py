"""What the facts about shape say, as claims: parity, monotonicity, convexity, continuity.

That a function hasn't a property is a claim that is refuted, or said by points at which it fails: with parameters that are left
open it has to fail for all of them, which a refutation doesn't tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .fields import Put
from .statements import Existence, Found, Statement, broken, ordered, towards, values_at

__all__ = ["continuity", "convexity", "monotonicity", "parity"]


def parity(f: str, value: str, given: Mapping[str, Any], put: Put) -> Found:
    """f(-x) is -f(x), or f(x); it is neither at points that are given, or somewhere."""
    if value in ("odd", "even"):
        yield Statement(f"{value}({f}, x)")
        return
    if value != "none":
        raise ValueError("a function is odd, even or neither")
    for name, sign in (("odd", "-"), ("even", "")):
        if name in given:
            there, (here, mirrored) = values_at(f, [given[name], f"-({given[name]})"], put)
            yield from there
            yield Statement(f"{mirrored} != {sign}{here}")
        elif "ends" in given:
            yield from _ends(f, given["ends"], sign)
        else:
            yield Statement(f"{name}({f}, x)", verdict="refuted")


def _ends(f: str, levels: Sequence[str], sign: str) -> Found:
    """The limit at -oo is not the one at oo, or not what that is with another sign."""
    left, right = levels
    for end, level in (("-oo", left), ("oo", right)):
        yield Statement(f"limit({f}, x, {end}) == {level}")
    turned = {"oo": "-oo", "-oo": "oo"}.get(right, right) if sign else right
    if {left, right} & {"oo", "-oo"}:
        if left == turned:
            raise ValueError("the limits are those of a symmetric function")
    else:
        yield Statement(f"{left} != {sign}({right})")


#: Word → the properties that f has, and those that it hasn't, with how f compares at two points because of that.
_RISES: Mapping[str, tuple[tuple[str, ...], tuple[tuple[str, str, str], ...]]] = {
    "strictly increasing": (("strictly_increasing",), ()),
    "nondecreasing": (("increasing",), (("strictly_increasing", "level", "=="), ("decreasing", "rises", "<"))),
    "strictly decreasing": (("strictly_decreasing",), ()),
    "nonincreasing": (("decreasing",), (("strictly_decreasing", "level", "=="), ("increasing", "falls", ">"))),
    "constant": (("increasing", "decreasing"), ()),
    "none": ((), (("increasing", "falls", ">"), ("decreasing", "rises", "<"))),
}


def monotonicity(f: str, value: str, given: Mapping[str, Any], put: Put) -> Found:
    """f is monotonic, strictly or not: then it has one value at two points and two at others; or it falls and it rises somewhere."""
    has, hasnt = _RISES[value]
    for name in has:
        yield Statement(f"{name}({f}, x)")
    for name, where, op in hasnt:
        if where in given:
            yield from _pair(f, given[where], op, put)
        else:
            yield Statement(f"{name}({f}, x)", verdict="refuted")


def _pair(f: str, points: Sequence[str], op: str, put: Put) -> Found:
    """f compares as is said at two points."""
    first, second = points
    there, (before, after) = values_at(f, [first, second], put)
    yield from there
    yield from ordered(first, second)
    yield Statement(f"{before} {op} {after}")


#: Word → the properties that f has, and those that it hasn't.
_BENDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "convex": (("convex",), ("concave",)),
    "concave": (("concave",), ("convex",)),
    "affine": (("convex", "concave"), ()),
    "none": ((), ("convex", "concave")),
}


def convexity(f: str, value: str, given: Mapping[str, Any], put: Put) -> Found:
    """f is below its chords or above them; at the middle of two points it is not; or its domain is no interval."""
    if value == "none" and "gap" in given:
        low, high, first, last = (given["gap"][key] for key in ("low", "high", "first", "last"))
        yield Existence(f, (f"x >= {low}", f"x <= {high}"), False)
        yield from ordered(first, low, high, last)
        for point in (first, last):
            yield Existence(f, (f"x == {point}",), True)
        return
    has, hasnt = _BENDS[value]
    for name in has:
        yield Statement(f"{name}({f}, x)")
    for name in hasnt:
        if name not in given:
            yield Statement(f"{name}({f}, x)", verdict="refuted")
            continue
        yield from (_crossed if isinstance(given[name], list) else _bent)(f, name, given[name], put)


def _crossed(f: str, name: str, points: Sequence[str], put: Put) -> Found:
    """In the middle of two points f isn't on the side of its chord where a convex or concave function is."""
    first, second = points
    there, (a, b, middle) = values_at(f, [first, second, f"(({first}) + ({second}))/2"], put)
    yield from there
    yield Statement(f"2*{middle} {'>' if name == 'convex' else '<'} {a} + {b}")


def _bent(f: str, name: str, given: Mapping[str, Any], _put: Put) -> Found:
    """f'' has the other sign at a point; or f jumps inside its domain, or its slope jumps the other way."""
    below = "<" if name == "convex" else ">"
    if "at" in given:
        yield Statement(f"diff({f}, x, 2) {below} 0", (f"x == {given['at']}",))
        return
    levels = {side: given["levels"][side] for side in ("-", "+")}
    yield from broken(f, given["order"], given["corner"], levels)
    if given["order"] == 1 and not {"oo", "-oo"} & set(levels.values()):
        yield Statement(f"{levels['+']} {below} {levels['-']}")
    elif given["order"] != 0:
        raise ValueError("a slope jumps between two finite limits")


def continuity(f: str, value: str, given: Mapping[str, Any], _put: Put) -> Found:
    """The order up to which derivatives are continuous, and that the next one isn't: it jumps or is infinite somewhere."""
    if value == "Coo":
        yield Statement(f"smooth({f}, x, oo)")
        return
    if value != "discontinuous" and not value.removeprefix("C").isdecimal():
        raise ValueError("a function is discontinuous, C0, C1, … or Coo")
    order = -1 if value == "discontinuous" else int(value.removeprefix("C"))
    if value not in ("discontinuous", f"C{order}"):
        raise ValueError("an order is written without more digits than it has")
    if order >= 0:
        yield Statement(f"smooth({f}, x, {order})")
    if "break" in given:
        yield from broken(f, order + 1, given["break"], given["levels"])
        yield Existence(f, (f"x == {given['break']}",), True)
    elif order < 0:
        yield Statement(f"continuous({f}, x)", verdict="refuted")
    elif "towards" in given:  # a slope at an end of the domain that is infinite, where f has a value
        if given["slope"] not in ("oo", "-oo"):
            raise ValueError("the slope is finite")
        what = f"diff({f}, x, {order + 1})"
        yield Statement(f"{towards(what, given['towards'])} == {given['slope']}")
        yield Existence(f, (f"x == {given['towards'][0]}",), True)
    else:
        yield Statement(f"smooth({f}, x, {order + 1})", verdict="refuted")
