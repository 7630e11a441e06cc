"""What the facts of a card are said with: claims, whether there are values, and the texts these are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .fields import Independence, Obstruction, Put

__all__ = [
    *("Existence", "Found", "Part", "Point", "Rule", "Statement", "Stretch"),
    *("around", "between", "assuming", "bracketed", "broken", "derivative_of", "exact", "inside", "needed", "nowhere"),
    *("ordered", "point_of", "stretches", "torn", "towards", "values_at"),
]


@dataclass(frozen=True)
class Statement:
    """A claim, what it assumes, and whether it is to be proved or refuted.

    One that is proved at a single x also says that its sides have values there, for all parameters. With `missing` it is refuted
    because a limit or an integral in it doesn't exist, with `at` by what happens at that point.
    """

    says: str
    assume: tuple[str, ...] = ()
    verdict: str = "proved"
    missing: bool = False
    at: str | None = None


@dataclass(frozen=True)
class Existence:
    """That an expression in x has a value wherever the assumptions hold, or nowhere there."""

    expression: str
    assume: tuple[str, ...]
    exists: bool


#: What a fact comes to.
Part = Statement | Existence | Obstruction | Independence
Found = Iterator[Part]
#: The claims for an expression, a value, and what is given besides; raises LookupError, TypeError or ValueError where that misfits.
Rule = Callable[[str, Any, Mapping[str, Any], Put], Found]


def exact(value: Any) -> str | None:
    """Return the exact form of a number of a card."""
    found = value if isinstance(value, str) else value["exact"]
    if found is not None and not isinstance(found, str):
        raise TypeError("a number is a text")
    return found


def needed(value: Any) -> str:
    """Return the exact form of a number that must have one."""
    found = exact(value)
    if found is None:
        raise ValueError("a number without an exact form")
    return found


def between(low: str, high: str) -> tuple[str, ...]:
    """Return the relations that hold between two ends, which may be infinite."""
    return (*([] if low == "-oo" else [f"x > {low}"]), *([] if high == "oo" else [f"x < {high}"]))


def nowhere(f: str, low: str, high: str) -> Found:
    """Yield that f has no values between two ends, and that there is something between them."""
    yield Existence(f, between(low, high), False)
    if low != "-oo" and high != "oo":
        yield Statement(f"{low} < {high}")


def towards(what: str, end: Sequence[str]) -> str:
    """Return the limit of a function of x at an end: ["oo"], ["-oo"], or a point with "+" or "-"."""
    point, *direction = end
    if direction not in (["+"], ["-"]) and (direction or point not in ("oo", "-oo")):
        raise ValueError("an end is a point with a direction")
    return f"limit({what}, x, {point}{''.join(f', {way!r}' for way in direction)})"


Stretch = tuple[str, bool, str, bool]


def stretches(domain: str) -> list[Stretch]:
    """Return the intervals of a domain such as "(-oo, 0) U [1, 2]": low, whether that belongs to it, high, the same."""
    found: list[Stretch] = []
    for part in domain.split(" U "):
        if len(part) < 2 or part[0] not in "([" or part[-1] not in ")]":
            raise ValueError("a domain consists of intervals")
        low, high = _halves(part[1:-1])
        if (low == "-oo" and part[0] == "[") or (high == "oo" and part[-1] == "]"):
            raise ValueError("an infinite end belongs to no interval")
        found.append((low, part[0] == "[", high, part[-1] == "]"))
    if any(low == "-oo" for low, *_ in found[1:]) or any(part[2] == "oo" for part in found[:-1]):
        raise ValueError("the intervals are not in order")
    return found


def _halves(text: str) -> tuple[str, str]:
    """Both sides of the one comma that is in no bracket."""
    depth, commas = 0, []
    for at, letter in enumerate(text):
        depth += (letter in "([") - (letter in ")]")
        if letter == "," and depth == 0:
            commas.append(at)
    (comma,) = commas
    return text[:comma].strip(), text[comma + 1 :].strip()


def inside(stretch: Stretch) -> tuple[str, ...]:
    """Return the relations that hold on an interval with its ends."""
    low, has_low, high, has_high = stretch
    lower = () if low == "-oo" else (f"x >{'=' * has_low} {low}",)
    return lower + (() if high == "oo" else (f"x <{'=' * has_high} {high}",))


def around(f: str, domain: str, what: str | None = None) -> Found:
    """Yield that f has values on a domain and none beyond; with `what` that this has values wherever f does."""
    parts = stretches(domain)
    for stretch in parts:
        yield Existence(what or f, inside(stretch), True)
        low, _, high, _ = stretch
        if low != "-oo" and high != "oo":
            yield Statement(f"{low} < {high}")
    (first, has_first, *_), (*_, last, has_last) = parts[0], parts[-1]
    if first != "-oo":
        yield Existence(f, inside(("-oo", False, first, not has_first)), False)
    for (_, _, low, has_low), (high, has_high, _, _) in pairwise(parts):
        if low == high and (has_low or has_high):
            raise ValueError("two intervals are one")
        gap = (f"x == {low}",) if low == high else inside((low, not has_low, high, not has_high))
        yield Existence(f, gap, False)
        if low != high:
            yield Statement(f"{low} < {high}")
    if last != "oo":
        yield Existence(f, inside((last, not has_last, "oo", False)), False)


def derivative_of(f: str, order: int) -> str:
    """Return the derivative of an order, f itself for order 0."""
    return f if order == 0 else f"diff({f}, x)" if order == 1 else f"diff({f}, x, {order})"


def broken(f: str, order: int, at: str, levels: Mapping[str, str]) -> Found:
    """Yield that a derivative jumps at a point: two of its limits from the left (-) and the right (+) and f's value (at) differ,
    or one of them is infinite.
    """
    if at in ("oo", "-oo"):
        raise ValueError("a jump is at a point")
    for key, level in levels.items():
        if key not in ("-", "+", "at") or (key == "at" and order):
            raise ValueError("a value is at a point or beside it")
        if key == "at":
            yield Statement(f"{f} == {level}", (f"x == {at}",))
        else:
            yield Statement(f"limit({derivative_of(f, order)}, x, {at}, {key!r}) == {level}")
    if not {"oo", "-oo"} & set(levels.values()):
        first, second = levels.values()
        yield Statement(f"{first} != {second}")


def torn(f: str, at: str, breaks: Mapping[str, Any]) -> Found:
    """Yield that f has a value at a point, but jumps there, or its slope does: it has no derivative there."""
    found = breaks[at]
    if found["order"] not in (0, 1):
        raise ValueError("f jumps or its slope does")
    yield from broken(f, found["order"], at, found["levels"])
    yield Existence(f, (f"x == {at}",), True)


def ordered(*points: str) -> Found:
    """Yield that points follow each other in increasing order."""
    for a, b in pairwise(points):
        yield Statement(f"({a}) < ({b})")


def values_at(f: str, points: Sequence[str], put: Put) -> tuple[list[Part], list[str]]:
    """Return that f has a value at each of some points, and these values as texts."""
    there: list[Part] = [Existence(f, (f"x == {point}",), True) for point in points]
    return there, [f"({put(f, 'x', f'({point})')})" for point in points]


@dataclass(frozen=True)
class Point:
    """Where a function is 0: exactly there, or at one place between `lower` and `upper`, and no other between `low` and `high`.

    One that `moves` does so with a parameter.
    """

    low: str
    high: str
    lower: str = ""
    upper: str = ""
    rising: bool = True
    moves: bool = False

    @property
    def exact(self) -> bool:
        """Whether the point itself is given."""
        return not self.lower

    @property
    def here(self) -> tuple[str, ...]:
        """The relations that hold where the point certainly is."""
        return (f"x == {self.low}",) if self.exact else (f"x >= {self.lower}", f"x <= {self.upper}")


def point_of(value: Any, bracket: Any) -> Point:
    """Return the point that a number of a card is; one without an exact form has a bracket.

    Whether it is in its bracket is seen here, unless an end has a parameter: then `bracketed` states it.
    """
    found = exact(value)
    if found is not None:
        return Point(found, found)
    low, lower, upper, high = bracket["low"], value["lower"], value["upper"], bracket["high"]
    if type(bracket["rising"]) is not bool:
        raise TypeError("a slope rises or it doesn't")
    try:
        inside = Fraction(low) <= Fraction(lower) < Fraction(upper) <= Fraction(high)
    except ValueError:
        return Point(low, high, lower, upper, bracket["rising"], moves=True)
    if not inside:
        raise ValueError("a number is not in its bracket")
    return Point(low, high, lower, upper, bracket["rising"])


def bracketed(f: str, g: str, order: int, point: Point) -> Found:
    """Yield that g, the derivative of f of an order, is 0 at a point, or at the one in its bracket."""
    if point.exact:
        yield Statement(f"{g} == 0", point.here)
        return
    if point.moves:
        yield Statement(f"{point.low} <= {point.lower}")
        yield Statement(f"{point.lower} < {point.upper}")
        yield Statement(f"{point.upper} <= {point.high}")
    span = (f"x >= {point.low}", f"x <= {point.high}")
    yield Existence(f, span, True)
    signs = "<>" if point.rising else "><"
    yield Statement(f"smooth({f}, x, {order + 1})", span)
    yield Statement(f"diff({f}, x, {order + 1}) {signs[1]} 0", span)
    for end, sign in zip((point.lower, point.upper), signs, strict=True):
        yield Statement(f"{g} {sign} 0", (f"x == {end}",))


def assuming(found: Found, assume: Sequence[str]) -> Found:
    """Yield the same under more assumptions."""
    for statement in found:
        yield replace(statement, assume=(*assume, *statement.assume))
