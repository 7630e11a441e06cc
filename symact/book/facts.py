"""The card of facts as a listing: each value in words and formulas, under its conditions on parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from itertools import takewhile
from typing import Any

from sympy import Basic, Expr, FiniteSet, Interval, Tuple, count_ops, oo, sqrt

from ..claims.model import Expectation
from ..derivation.notation import output
from ..facts.domain import Stretch
from ..facts.extent import Extent
from ..facts.fact import Fact
from ..facts.forms import closed
from ..facts.numbers import plain
from ..render.block import Listing
from ..render.boxes import Box, row
from ..render.layout import Style, layout
from ..render.names import EQUALS, TO, symbol_name
from ..symbols import z

__all__ = ["listing"]

#: Characters that are shown of a number that is only enclosed.
LONGEST = 22
#: Operations of the longest gain that is written out.
LONGEST_GAIN = 60

Words = tuple[str | Box, ...]

#: Facts that the derivations of a page show already.
SHOWN = ("derivative", "antiderivative", "output_relation")


def listing(card: dict[str, Fact | list[Fact]], style: Style) -> Listing:
    """Return all facts in their order; of one that is undecided, the reason."""
    rows = []
    for name, fact in card.items():
        if name in SHOWN:
            continue
        cases = fact if isinstance(fact, list) else [fact]
        parts: list[str | Box] = []
        for m, case in enumerate(cases):
            parts += ["; "] * bool(m)
            parts += _case(case, style)
        rows.append(
            (name.replace("_minus_inf", " at −∞").replace("_plus_inf", " at ∞").replace("_", " "), tuple(parts))
        )
    return Listing(tuple(rows))


def _case(fact: Fact, style: Style) -> Words:
    if not fact.proved:
        return (f"undecided: {fact.reason}",)
    write = _OWN.get(fact.name, _words)
    words = write(fact.value, style)
    if not fact.conditions:
        return words
    conditions = [layout(condition, style) for condition in fact.conditions]
    given = (part for m, box in enumerate(conditions) for part in ((" and ", box) if m else (box,)))
    return ("for ", *given, ": ", *words)


def _continuity(order: Any, style: Style) -> Words:
    if order < 0:
        return ("discontinuous",)
    return ("smooth (all derivatives are continuous)",) if order == oo else (f"C{order}",)


def _point(value: Any, style: Style) -> Words:
    """A centre as a point."""
    return ("none",) if value is None else ("about ", layout(Tuple(*map(plain, value)), style))


def _gain(value: Any, style: Style) -> Words:
    """The gain, by the second moment above it where it is long."""
    if not isinstance(value, Expr) or count_ops(plain(value)) <= LONGEST_GAIN:
        return _words(value, style)
    return (layout(1 / sqrt(Expectation(output(z) ** 2, z)), style), " with the second moment above")


def _places(value: Any, style: Style) -> Words:
    """Points and intervals, of which there may be infinitely many."""
    return ("infinitely many",) if value is None else _several(value, style)


#: Facts that are written in a way of their own.
_OWN: dict[str, Callable[[Any, Style], Words]] = {
    "continuity": _continuity,
    "point_symmetry": _point,
    "gain": _gain,
    "joins": _places,
    "zeros": _places,
    "stationary_points": _places,
    "inflection_points": _places,
    "saturation": _places,
}


def _words(value: Any, style: Style) -> Words:
    """A value of any kind: by its class, else as a formula or as text."""
    if is_dataclass(value) and not isinstance(value, Extent | Stretch):
        return _record(value, style)
    for kind, write in _KINDS:
        if isinstance(value, kind):
            return write(value, style)
    return ("none",) if value is None else (str(value),)


def _several(values: Any, style: Style) -> Words:
    found: list[str | Box] = []
    for value in values:
        found += ["; "] * bool(found)
        found += _words(value, style)
    return tuple(found) or ("none",)


def _pair(value: tuple[Any, ...], style: Style) -> Words:
    if len(value) == 2 and all(isinstance(end, Basic) for end in value):
        return (layout(Interval(*value), style),)
    return _several(value, style)


def _extent(value: Extent, style: Style) -> Words:
    if value.set is not None:
        return (layout(value.set, style),)
    if value.inf == value.sup:
        return (layout(FiniteSet(value.inf), style),)
    ends = (closed(plain(end)) for end in (value.inf, value.sup))
    return (layout(Interval(*ends, not value.inf_attained, not value.sup_attained), style),)


def _stretch(value: Stretch, style: Style) -> Words:
    return (layout(Interval(value.low, value.high, not value.has_low, not value.has_high), style),)


def _ends(value: dict[Any, Any], style: Style) -> Words:
    found: list[str | Box] = []
    for end, line in value.items():
        found += ["; "] * bool(found)
        sign = oo if str(end) == "oo" else -oo
        found += [*_words(line, style), " for ", row(symbol_name("x"), TO, layout(sign, style))]
    return tuple(found) or ("none",)


def _enclosed(value: Any) -> Words:
    """A number by the digits that its bounds have in common."""
    common = takewhile(lambda pair: pair[0] == pair[1], zip(value.lower, value.upper, strict=False))
    return ("".join(digit for digit, _ in common)[:LONGEST] + "…",)


def _record(value: Any, style: Style) -> Words:
    """The fields of a record: x = 0, left = 0, …"""
    if hasattr(value, "lower") and hasattr(value, "upper"):
        return _enclosed(value)
    found: list[str | Box] = []
    for field in fields(value):
        part = getattr(value, field.name)
        name = "f" if field.name == "value" and hasattr(value, "kind") else field.name.replace("_", " ")
        found += [", "] * bool(found)
        if name == "expr":
            found += _words(part, style)
        elif isinstance(part, Expr) and len(name) == 1:
            found.append(row(symbol_name(name), EQUALS, layout(closed(plain(part)), style)))
        else:
            found += [f"{name}: " if name != "kind" else "", *_words(part, style)]
    return tuple(part for part in found if part != "")


#: Class of a value → how it is written; the first that fits counts.
_KINDS: tuple[tuple[type | tuple[type, ...], Callable[[Any, Style], Words]], ...] = (
    (Extent, _extent),
    (Stretch, _stretch),
    (Expr, lambda value, style: (layout(closed(plain(value)), style),)),
    (Basic, lambda value, style: (layout(value, style),)),
    (dict, _ends),
    (list, _several),
    (tuple, _pair),
    (str, lambda value, style: (value,)),
)
