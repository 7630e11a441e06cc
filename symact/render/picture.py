"""Boxes as Unicode on several lines: fractions with bars, branches behind a brace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .boxes import EMPTY, Box, Cases, Fence, Fraction, Mark, Operator, Primed, Product, Root, Row, Script
from .unicode import linear, primes

__all__ = ["Picture", "beside", "picture"]


@dataclass(frozen=True)
class Picture:
    """Lines of equal length, of which the one numbered `base` is level with the text."""

    lines: tuple[str, ...]
    base: int = 0

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.lines[0])

    @property
    def height(self) -> int:
        """Number of lines."""
        return len(self.lines)


def picture(box: Box) -> Picture:
    """Return a box drawn on as many lines as it needs."""
    draw = _DRAW.get(type(box))
    return draw(box) if draw else Picture((linear(box),))


def beside(pictures: Iterable[Picture]) -> Picture:
    """Return pictures set beside each other on one base line."""
    pictures = [p for p in pictures if p.width]
    if not pictures:
        return Picture(("",))
    above = max(p.base for p in pictures)
    below = max(p.height - p.base for p in pictures)
    columns = [
        (" " * p.width,) * (above - p.base) + p.lines + (" " * p.width,) * (below - p.height + p.base) for p in pictures
    ]
    return Picture(tuple(map("".join, zip(*columns, strict=True))), above)


def _stacked(parts: Iterable[Picture], base: int) -> Picture:
    """Pictures under each other, centred; `base` counts lines of the whole."""
    parts = list(parts)
    width = max(p.width for p in parts)
    return Picture(tuple(line.center(width) for p in parts for line in p.lines), base)


def _row(box: Row) -> Picture:
    found = []
    for m, part in enumerate(box.parts):
        drawn = picture(part)
        kind = part.kind if isinstance(part, Mark) else ""
        if kind in {"binary", "relation"}:
            drawn = Picture((f" {drawn.lines[0]} " if m else f"{drawn.lines[0]} ",))
        elif kind == "comma" or isinstance(part, Operator):
            drawn = beside([drawn, Picture((" ",))])
        found.append(drawn)
    return beside(found)


def _product(box: Product) -> Picture:
    if all(picture(factor).height == 1 for factor in box.factors):
        return Picture((linear(box),))
    parts = [picture(box.factors[0])]
    for factor in box.factors[1:]:
        parts += [Picture(("·",)) if not isinstance(factor, Mark) else Picture(("",)), picture(factor)]
    return beside(parts)


def _fraction(box: Fraction) -> Picture:
    if box.slashed:
        return Picture((linear(box),))
    top, bottom = picture(box.top), picture(box.bottom)
    bar = Picture(("─" * max(top.width, bottom.width),))
    return _stacked((top, bar, bottom), top.height)


def _script(box: Script) -> Picture:
    base = picture(box.base)
    script = linear(Script(EMPTY, box.upper, box.lower))
    if base.height == 1:
        return beside([base, Picture((script,))])
    # beside a tall base the exponent stands at its upper edge
    script = script.removeprefix("^")
    return beside([base, Picture((script, *[" " * len(script)] * base.base), base.base)])


_EDGES = {
    "(": "⎛⎜⎝",
    ")": "⎞⎟⎠",
    "[": "⎡⎢⎣",
    "]": "⎤⎥⎦",
    "{": "⎧⎨⎩",
    "}": "⎫⎬⎭",
    "|": "│││",
}


def _edge(side: str, body: Picture) -> Picture:
    if body.height == 1:
        return Picture((side,))
    top, middle, bottom = tuple(_EDGES[side])
    return Picture((top, *([middle] * (body.height - 2)), bottom), body.base)


def _fence(box: Fence) -> Picture:
    body = picture(box.body)
    return beside([_edge(box.left, body), body, _edge(box.right, body)])


def _root(box: Root) -> Picture:
    body = picture(box.body)
    if body.height == 1 or box.index is not None:
        return Picture((linear(box),))
    lines = (" ┌" + "─" * body.width, *(" │" + line for line in body.lines[:-1]), "√│" + body.lines[-1])
    return Picture(lines, body.base + 1)


def _operator(box: Operator) -> Picture:
    parts = [Picture((linear(part),)) for part in (box.above, box.name, box.below) if part is not None]
    return _stacked(parts, 0 if box.above is None else 1)


def _cases(box: Cases) -> Picture:
    values = [picture(value) for value, _ in box.rows]
    width = max(p.width for p in values)
    rows = [
        beside([value, Picture((" " * (width - value.width + 2),)), picture(condition)])
        for value, (_, condition) in zip(values, box.rows, strict=True)
    ]
    lines = list(rows[0].lines)
    for above, below in pairwise(rows):
        # the brace takes three lines at least, and tall branches a gap
        gap = len(rows) == 2 or max(above.height, below.height) > 1
        lines += [*[""] * gap, *below.lines]
    length = max(map(len, lines))
    middle = len(lines) // 2
    brace = ["⎧", *["⎪"] * (len(lines) - 2), "⎩"] if len(lines) > 1 else ["{"]
    if len(lines) > 2:
        brace[middle] = "⎨"
    return Picture(tuple(f"{b} {line.ljust(length)}" for b, line in zip(brace, lines, strict=True)), middle)


_DRAW: dict[type[Box], Callable[[Any], Picture]] = {
    Row: _row,
    Product: _product,
    Fraction: _fraction,
    Script: _script,
    Primed: lambda b: beside([picture(b.base), Picture((primes(b.order),))]),
    Root: _root,
    Fence: _fence,
    Operator: _operator,
    Cases: _cases,
}
