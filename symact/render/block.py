"""What a page is made of: headings, paragraphs, chains of equalities, tables, pictures and links, free of any format."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .boxes import Box

__all__ = [
    "Block",
    "Equalities",
    "Grid",
    "Heading",
    "Line",
    "Links",
    "Listing",
    "Paragraph",
    "Picture",
    "Statement",
]


class Block:
    """A part of a derivation in print."""


@dataclass(frozen=True)
class Heading(Block):
    """A title: that of a page has level 1, of a derivation level 2."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Listing(Block):
    """Names and what is said of each, in words and formulas."""

    rows: tuple[tuple[str, tuple[str | Box, ...]], ...]


@dataclass(frozen=True)
class Picture(Block):
    """A picture by the name of its file without the ending, and what it shows."""

    name: str
    shows: str


@dataclass(frozen=True)
class Links(Block):
    """Links to other pages of the book: a word before them, then text and name of each page."""

    word: str
    pages: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Paragraph(Block):
    """Words and formulas in running text."""

    parts: tuple[str | Box, ...]


@dataclass(frozen=True)
class Line:
    """One line of a chain, "= right", with the reason in the margin."""

    right: Box
    reason: tuple[str | Box, ...] = ()


@dataclass(frozen=True)
class Equalities(Block):
    """left = right = right = …"""

    left: Box
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Grid(Block):
    """A table of formulas and words; the first row is its head, the first column names the others."""

    rows: tuple[tuple[tuple[str | Box, ...], ...], ...]

    def narrow(self, measure: Callable[[str | Box], float], gap: float, room: float) -> Iterator[Grid]:
        """Yield the table in parts that are no wider than the room where columns allow it, each with the first column."""
        first, *others = zip(*self.rows, strict=True)
        widths = [max(sum(map(measure, cell)) for cell in column) + gap for column in (first, *others)]
        part, used = [first], widths[0]
        for column, wide in zip(others, widths[1:], strict=True):
            if len(part) > 2 and used + wide > room:
                yield Grid(tuple(zip(*part, strict=True)))
                # the point where one part ends begins the next
                last = part[-1]
                part, used = [first, last], widths[0] + max(sum(map(measure, cell)) for cell in last) + gap
            part.append(column)
            used += wide
        yield Grid(tuple(zip(*part, strict=True)))


@dataclass(frozen=True)
class Statement(Block):
    """Formulas under each other, each standing for itself."""

    formulas: tuple[Box, ...]
