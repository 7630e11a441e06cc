"""Boxes: what a formula looks like, free of any format; LaTeX, Unicode text and MathML are written from these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = [
    "EMPTY",
    "Box",
    "Cases",
    "Fence",
    "Fraction",
    "Mark",
    "Name",
    "Number",
    "Operator",
    "Primed",
    "Product",
    "Root",
    "Row",
    "Script",
    "Words",
    "holds_cases",
    "holds_operator",
    "is_sum",
    "is_tall",
    "row",
]


class Box:
    """A part of a formula."""


@dataclass(frozen=True)
class Name(Box):
    """A symbol or the name of a function, in LaTeX and in Unicode; `operator` sets an argument off by a space."""

    latex: str
    text: str
    operator: bool = False


@dataclass(frozen=True)
class Number(Box):
    """A natural number."""

    digits: str


@dataclass(frozen=True)
class Mark(Box):
    """A sign of a kind: binary, relation or times between spaces, prefix, open, close, comma or space."""

    latex: str
    text: str
    kind: str


@dataclass(frozen=True)
class Words(Box):
    """Words within a formula."""

    text: str


@dataclass(frozen=True)
class Row(Box):
    """Boxes beside each other: terms with their signs, or a name with its argument."""

    parts: tuple[Box, ...]


@dataclass(frozen=True)
class Product(Box):
    """Factors beside each other."""

    factors: tuple[Box, ...]


@dataclass(frozen=True)
class Fraction(Box):
    """A quotient, with a bar or `slashed` on one line."""

    top: Box
    bottom: Box
    slashed: bool = False


@dataclass(frozen=True)
class Script(Box):
    """A base with a superscript, a subscript or both."""

    base: Box
    upper: Box | None = None
    lower: Box | None = None


@dataclass(frozen=True)
class Primed(Box):
    """The derivative f', f'', f''' or f⁽ⁿ⁾ of a named function."""

    base: Box
    order: int


@dataclass(frozen=True)
class Root(Box):
    """A square root, or a root of the given index."""

    body: Box
    index: Box | None = None


@dataclass(frozen=True)
class Fence(Box):
    """A box in brackets, which grow with what they hold unless `plain`."""

    body: Box
    left: str = "("
    right: str = ")"
    plain: bool = False


@dataclass(frozen=True)
class Operator(Box):
    """A sum, a limit, a maximum or an integral sign with what stands below and above it."""

    name: Name
    below: Box | None = None
    above: Box | None = None


@dataclass(frozen=True)
class Cases(Box):
    """Branches under each other behind a brace, each with its condition."""

    rows: tuple[tuple[Box, Box], ...]


EMPTY = Row(())


def row(*parts: Box) -> Box:
    """Return the parts as one row, rows within it flattened."""
    flat = tuple(q for p in parts for q in (p.parts if isinstance(p, Row) else (p,)))
    return flat[0] if len(flat) == 1 else Row(flat)


def is_sum(box: Box) -> bool:
    """Whether the box has a sign of its own, so that a factor or a power beside it needs brackets."""
    signs = {"binary", "relation", "prefix"}
    return isinstance(box, Row) and any(isinstance(part, Mark) and part.kind in signs for part in box.parts)


#: Box class → the boxes within it, for the classes that have any.
INSIDE: dict[type[Box], Callable[[Any], tuple[Box | None, ...]]] = {
    Row: lambda b: b.parts,
    Product: lambda b: b.factors,
    Fraction: lambda b: (b.top, b.bottom),
    Script: lambda b: (b.base, b.upper, b.lower),
    Primed: lambda b: (b.base,),
    Root: lambda b: (b.body, b.index),
    Fence: lambda b: (b.body,),
    Operator: lambda b: (b.below, b.above),
    Cases: lambda b: tuple(part for branch in b.rows for part in branch),
}


def _any(box: Box, test: Callable[[Box], bool]) -> bool:
    """Whether the test holds for the box or one within it."""
    inside = INSIDE.get(type(box), lambda b: ())(box)
    return test(box) or any(_any(part, test) for part in inside if part is not None)


def is_tall(box: Box, but: type[Box] | None = None) -> bool:
    """Whether the box is higher than a line of letters with exponents, boxes of the class `but` not counted."""
    tall = {Operator, Cases, Root} - {but}
    return _any(box, lambda b: type(b) in tall or (isinstance(b, Fraction) and not b.slashed))


def holds_operator(box: Box) -> bool:
    """Whether the box holds a sum, a limit or branches, which can't stand in an exponent."""
    return _any(box, lambda b: isinstance(b, Operator | Cases))


def holds_cases(box: Box) -> bool:
    """Whether the box holds branches."""
    return _any(box, lambda b: isinstance(b, Cases))
