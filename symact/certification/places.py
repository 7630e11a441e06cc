"""What claims about places are formed with: the ends of pieces, signs between them, brackets around numbers without a closed form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from sympy import Expr, diff, oo

from ..errors import UndecidedError
from ..facts.landscape import Landscape
from ..facts.places import order
from ..facts.roots import Stationary
from ..facts.roots import inflection_points as inflections_of
from ..facts.roots import stationary_points as stationary_of
from ..facts.roots import zeros as zeros_of
from ..proof.functions.pieces import Piece
from ..proof.numbers.implicit import ImplicitRoot
from ..render.values import number
from .endless import endless
from .points import breaks, sampled
from .texts import bracket, rounded, text

__all__ = ["inflection_points", "joins", "stationary_points", "zeros"]

Given = dict[str, Any]
Facts = Mapping[str, Mapping[str, Any]]
_WORDS = {1: "+", -1: "-", 0: "0"}


def joins(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """The joins and the ends of what is outside the domain, and which of both is between them."""
    places = {join["x"]["exact"] for join in value}
    edges: list[str] = []
    words: list[str] = []
    last: Expr = -oo
    for piece in land.pieces:
        if piece.left != last:  # a gap
            edges += [text(last)] if last != -oo else []
            edges.append(text(piece.left))
            words += ["undefined", "smooth"]
        elif last == -oo:
            words.append("smooth")
        elif text(last) in places:
            edges.append(text(last))
            words.append("smooth")
        last = piece.right
    if last != oo:
        edges.append(text(last))
        words.append("undefined")
    yield {"edges": edges, "between": words}


def zeros(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """Which gaps are outside the domain, and brackets."""
    if value == "infinite":
        yield from endless(land, 0)
        return
    if _plain(value):
        yield {}
    yield _gaps(land, 0, [(p if isinstance(p, tuple) else (p, p)) for p in zeros_of(land) or ()])


def stationary_points(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """The same for the slope, with the signs of it next to each point."""
    if value == "infinite":
        yield from endless(land, 1)
        return
    if all(isinstance(place, list) for place in value):
        yield {}
    found = stationary_of(land) or []
    places = [(p.x, p.x) if isinstance(p, Stationary) else p for p in found]
    ends = [*(c.at for c in land.corners), *(end for place in places for end in place), -oo, oo]
    near = [_near(land, p.x, ends) for p in found if isinstance(p, Stationary)]
    yield {**_gaps(land, 1, places), "near": near}


def _plain(value: Any) -> bool:
    """Whether all places are intervals or have a closed form."""
    return all(isinstance(place, list) or place["exact"] is not None for place in value)


def _gaps(land: Landscape, degree: int, places: list[tuple[Expr, Expr]]) -> Given:
    edges = [-oo, *(end for place in places for end in place), oo]
    words = []
    for low, high in zip(edges[::2], edges[1::2], strict=True):
        met = any(
            order(max_of(p.left, low, land), min_of(p.right, high, land), land.known) < 0
            for p in (land.pieces if low != high else ())
        )
        words.append("!=" if met or low == high else "undefined")
    brackets = {
        str(k): bracket(
            diff(_piece_at(land, low).expr, land.variable, degree), land.variable, low, sampled(land).sample
        )
        for k, (low, high) in enumerate(places)
        if low == high and low.has(ImplicitRoot)
    }
    meet = {high for (_, high), (low, _) in pairwise(places) if low == high}
    return {"gaps": words, "brackets": brackets, **({"breaks": breaks(land)} if meet else {})}


def max_of(a: Expr, b: Expr, land: Landscape) -> Expr:
    """Return the larger of two places, which may be infinite."""
    return a if order(a, b, land.known) >= 0 else b


def min_of(a: Expr, b: Expr, land: Landscape) -> Expr:
    """Return the smaller of two places, which may be infinite."""
    return b if order(a, b, land.known) >= 0 else a


def _piece_at(land: Landscape, at: Expr) -> Piece:
    """The piece a point is inside."""
    for piece in land.pieces:
        if order(piece.left, at, land.known) < 0 < order(piece.right, at, land.known):
            return piece
    raise UndecidedError(f"{at} is inside no piece")


def _near(land: Landscape, at: Expr, ends: list[Expr]) -> Given:
    """The places next to a stationary point on both sides, and the signs of the slope up to there."""
    ways = [order(end, at, land.known) for end in ends]
    low = high = at
    for place, way in zip(ends, ways, strict=True):
        if way < 0 and (low == at or order(place, low, land.known) > 0):
            low = place
        if way > 0 and (high == at or order(place, high, land.known) < 0):
            high = place
    signs = []
    for a, b, end in ((low, at, 1), (at, high, 0)):
        piece = next(
            (p for p in land.pieces if order(p.left, a, land.known) <= 0 <= order(p.right, b, land.known)), None
        )
        if piece is None:
            signs.append("undefined")
            continue
        run = land.course(piece, 1)
        here = run.points.index(at) + 1 - end if at in run.points else (-1 if end else 0)
        signs.append(_WORDS[run.signs[here]])
    return {"from": _reached(low, at), "to": _reached(high, at), "signs": signs}


def _reached(end: Expr, at: Expr) -> str:
    """An end as text; a place about half the way to it where it has none."""
    if not end.has(ImplicitRoot):
        return text(end)
    return text(rounded((end + at) / 2))


def inflection_points(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """The points at which the sign of f'' changes, or f stops, with the signs between."""
    if value == "infinite":
        yield from endless(land, 2)
        return
    x, wanted = land.variable, inflections_of(land) or []
    points: list[Expr] = []
    words: list[str] = []
    last: Expr = -oo
    for piece in land.pieces:
        run = land.course(piece, 2)
        if piece.left != last:
            points += [last] if last != -oo else []
            points.append(piece.left)
            words += ["undefined", _WORDS[run.signs[0]]]
        else:
            points += [last] if last != -oo else []
            words.append(_WORDS[run.signs[0]])
        points += run.points
        words += [_WORDS[sign] for sign in run.signs[1:]]
        last = piece.right
    if last != oo:
        points.append(last)
        words.append("undefined")
    kept = [k for k, (a, b) in enumerate(pairwise(words)) if a != b or points[k] in wanted]
    words = [words[0], *(words[k + 1] for k in kept)]
    points = [points[k] for k in kept]
    values = {corner.at: corner.value for corner in land.corners}
    yield {
        "breaks": breaks(land) if sampled(land).parameters else {},
        "points": [number(p) for p in points],
        "between": words,
        "holes": [k for k, p in enumerate(points) if p in values and values[p] is None],
        "brackets": {
            str(k): bracket(diff(_piece_at(land, p).expr, x, 2), x, p, sampled(land).sample)
            for k, p in enumerate(points)
            if p.has(ImplicitRoot)
        },
    }
