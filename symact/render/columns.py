"""Plain text in columns, for pipes and files: lines aren't folded, so that each can be searched as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

__all__ = ["columns"]

#: Cells that are longer push the rest of their line aside.
WIDEST = 48

#: The lines of a cell.
Cell = Sequence[str]


def columns(rows: Iterable[Sequence[Cell]], widest: int = WIDEST) -> str:
    """Return rows of cells as text; a cell of several lines continues below itself."""
    found = [list(_lines(row)) for row in rows]
    count = max((len(line) for lines in found for line in lines), default=0)
    widths = [
        max((len(line[k]) for lines in found for line in lines if k < len(line) and len(line[k]) <= widest), default=0)
        for k in range(count)
    ]
    return "\n".join(
        "  ".join(part.ljust(width) for part, width in zip(line, widths, strict=False)).rstrip()
        for lines in found
        for line in lines
    )


def _lines(row: Sequence[Cell]) -> Iterator[tuple[str, ...]]:
    yield from zip_longest(*(cell or ("",) for cell in row), fillvalue="")
