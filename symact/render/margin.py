"""Words and formulas in a margin: lines of a given width."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from .boxes import Box

__all__ = ["Words", "extent", "wrapped"]

#: A line of running text.
Words = tuple[str | Box, ...]
Measure = Callable[[str | Box], float]


def extent(parts: Sequence[str | Box], measure: Measure) -> float:
    """Return the width of parts on one line."""
    return sum(map(measure, parts))


def wrapped(parts: Sequence[str | Box], room: float, measure: Measure) -> list[Words]:
    """Return parts as lines that end between words where they would be wider than the room."""
    found: list[list[str | Box]] = []
    used = 0.0
    for chunk in _chunks(parts):
        wide = extent(chunk, measure)
        if found and used + measure(" ") + wide <= room:
            found[-1] += [" ", *chunk]
            used += measure(" ") + wide
        else:
            found.append(list(chunk))
            used = wide
    return [_joined(line) for line in found]


def _chunks(parts: Sequence[str | Box]) -> Iterator[list[str | Box]]:
    """What stays together: words and formulas without a space between them."""
    chunk: list[str | Box] = []
    for part in parts:
        if isinstance(part, Box):
            chunk.append(part)
            continue
        for m, word in enumerate(part.split(" ")):
            if m and chunk:
                yield chunk
                chunk = []
            if word:
                chunk.append(word)
    if chunk:
        yield chunk


def _joined(parts: Sequence[str | Box]) -> Words:
    found: list[str | Box] = []
    for part in parts:
        if found and isinstance(part, str) and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return tuple(found)
