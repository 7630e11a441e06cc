"""What claims about shapes are formed with: points that show for all parameters what a function isn't, corners, gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import pairwise, product
from typing import Any

from sympy import Expr, Rational, S, diff, oo

from ..errors import NotSupportedError, SymactError, UndecidedError
from ..facts.domain import domain
from ..facts.landscape import Landscape
from ..proof.algebra.zeros import real_zeros
from ..proof.functions.pieces import Piece, inner_point, lies_between
from . import places
from .levels import domain_of, sides, towards
from .points import Sampled, apart, broken, equal, sampled
from .texts import shown, text

__all__ = ["continuity", "convexity", "inverse", "monotonicity", "parity"]

#: Decimal places of levels between two others, in turn.
_PLACES = (0, 1, 4, 8, 12)

Given = dict[str, Any]
Facts = Mapping[str, Mapping[str, Any]]


def parity(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """With parameters, what excludes both symmetries for all of them: values on both sides of 0, or the limits at the ends."""
    here = sampled(land)
    if value != "none" or not here.parameters:
        yield {}
        return
    found = {
        "odd": here.choose(1, lambda a, b: apart(a, -b), lambda at: (-at,)),
        "even": here.choose(1, apart, lambda at: (-at,)),
    }
    points = {name: at[0] for name, at in found.items() if at}
    if len(points) == 2:
        yield points
    levels = [
        shown(land.limit(p, at)) for p, at in ((land.pieces[0], -oo), (land.pieces[-1], oo)) if at in (p.left, p.right)
    ]
    if len(levels) == 2 and None not in levels:
        yield {**points, "ends": levels}
        yield {"ends": levels}


def monotonicity(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """Points between which f falls, rises, or does neither, where there are parameters."""
    here = sampled(land)
    if value not in ("none", "nondecreasing", "nonincreasing") or not here.parameters:
        yield {}
        return
    falls = here.choose(2, lambda a, b: a > b and apart(a, b)) if value != "nondecreasing" else None
    rises = here.choose(2, lambda a, b: a < b and apart(a, b)) if value != "nonincreasing" else None
    turns = {name: pair for name, pair in (("falls", falls), ("rises", rises)) if pair}
    yield from [turns] if value == "none" else ({**turns, "level": pair} for pair in _level(land))


def _level(land: Landscape) -> Iterator[list[str]]:
    """Two points of one value, on pieces where f is constant first."""
    flat = ((p.left, p.right) for p in land.pieces if not p.expr.has(land.variable))
    for between in (*flat, (-oo, oo)):
        pair = sampled(land).choose(2, equal, between=between)
        if pair:
            yield pair


def convexity(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """A gap in the domain, with points on both sides of it; with parameters, where f is bent the other way for all of them."""
    wanted = {"none": ("convex", "concave"), "convex": ("concave",), "concave": ("convex",)}.get(value, ())
    if not wanted or not sampled(land).parameters:
        yield {}
    else:
        yield from (dict(zip(wanted, ways, strict=True)) for ways in product(*(_bends(land, name) for name in wanted)))
    for a, b in pairwise(land.pieces):
        if value == "none" and a.right != b.left:
            low, high = (a.right + (b.left - a.right) * S(k) / 3 for k in (1, 2))
            first, last = (inner_point(p.left, p.right) for p in (a, b))
            ends = {"low": low, "high": high, "first": first, "last": last}
            yield {"gap": {key: text(end) for key, end in ends.items()}}


def _bends(land: Landscape, name: str) -> list[Any]:
    """Where f is not convex, or not concave: at a chord that it crosses, at a point where f'' has a sign, or at a corner."""
    here, x, sign = sampled(land), land.variable, 1 if name == "convex" else -1
    chord = here.choose(
        2, lambda a, b, m: sign * (2 * m - a - b) > 0 and apart(2 * m, a + b), lambda a, b: ((a + b) / 2,)
    )
    found: list[Any] = [chord] if chord else []
    for piece in land.pieces:
        at = inner_point(piece.left, piece.right) if not (piece.left.free_symbols | piece.right.free_symbols) else None
        if at is not None and land.known.sign(diff(piece.expr, x, 2).subs(x, at)) == -sign:
            found.append({"at": text(at)})
    for order in (0, 1):
        found += (
            {"corner": jump["break"], "order": order, "levels": jump["levels"]}
            for jump in broken(land, order)
            if set(jump["levels"]) == {"-", "+"}
        )
    return found


def continuity(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """An end at which the first derivative that isn't continuous is infinite; with parameters a corner where it jumps."""
    order = -1 if value == "discontinuous" else 0 if value == "Coo" else int(value[1:])
    if value == "Coo" or not sampled(land).parameters:
        yield {}
    else:
        yield from broken(land, order + 1)
    if value in ("Coo", "discontinuous"):
        return
    for piece in land.pieces:
        for at, side in sides(piece):
            slope = None if at in (oo, -oo) else land.limit(piece, at, order + 1)
            if slope in (oo, -oo):
                yield {"slope": str(slope), "towards": towards(at, side)}


def inverse(land: Landscape, value: Any, facts: Facts) -> Iterator[Given]:
    """The domain; without an inverse, an interval on which f is continuous and neither rises nor falls, or equal values."""
    if value is not None:
        yield {"domain": domain_of(land)}
        return
    here = sampled(land)
    if facts.get("parity", {}).get("value") == "even":
        last = land.pieces[-1]
        point = inner_point(places.max_of(last.left, S.Zero, land), last.right)
        yield {"points": [text(-point), text(point)]}
    yield from ({"points": pair} for pair in _level(land))
    yield from ({"points": pair} for pair in _overlaps(land))
    whole = domain(land)
    unbroken = len(whole) == 1 and all(land.continuous_at(c) for c in land.inner_corners)
    spans = [(s.low, s.has_low, s.high, s.has_high) for s in whole if unbroken]
    spans += [(p.left, False, p.right, False) for p in land.pieces if not _one_way(land, p)]
    for low, has_low, high, has_high in spans:
        between = {"between": [text(low), has_low, text(high), has_high]}
        if here.parameters:
            yield from ({**between, **turn} for turn in _turns(here, low, high))
        else:
            yield between


def _overlaps(land: Landscape) -> Iterator[list[str]]:
    """Two points of one value on both sides of a jump, about halfway between the levels there."""
    for corner in land.inner_corners:
        sides = [p for p in (corner.before, corner.after) if p is not None]
        levels = [level for p in sides if (level := land.limit(p, corner.at)) is not None]
        if len(levels) < 2 or any(level in (oo, -oo) or level.free_symbols for level in levels):
            continue
        middle = (levels[0] + levels[1]) / 2
        for digits in _PLACES:
            level = Rational(round(middle.evalf(digits + 20) * 10**digits), 10**digits)
            found = [z for p in sides for z in _taken(land, p, level)[:1]]
            if len(found) == 2:
                yield [text(z) for z in found]
                break


def _taken(land: Landscape, piece: Piece, level: Expr) -> list[Expr]:
    """The points of a piece in closed form at which a level is taken."""
    try:
        zeros = real_zeros(piece.expr - level, land.variable, land.known)
        return [z for z in zeros if lies_between(piece.left, z, piece.right, land.known)]
    except SymactError:
        return []


def _one_way(land: Landscape, piece: Piece) -> bool:
    """Whether a piece is certainly monotonic."""
    with suppress(UndecidedError, NotSupportedError):
        return len(set(land.course(piece, 1).signs)) == 1
    return False


def _turns(here: Sampled, low: Expr, high: Expr) -> Iterator[Given]:
    for name, sign in (("hump", 1), ("valley", -1)):
        found = here.choose(
            3,
            lambda a, b, c, sign=sign: all(sign * b > sign * end or equal(b, end) for end in (a, c)),
            between=(low, high),
        )
        if found:
            yield {name: found}
