"""What claims about values are formed with: where bounds are taken or approached, where a function stops, why there is no line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from sympy import Expr, Integer, Rational, diff, oo

from ..errors import SymactError
from ..facts.domain import domain
from ..facts.extent import extent
from ..facts.extent import lipschitz as lipschitz_constant
from ..facts.landscape import Landscape
from ..facts.places import limit as limit_of
from ..proof.algebra.field import is_zero
from ..proof.charts.oscillation import period
from ..proof.functions.pieces import Piece, inner_point, lies_between
from ..proof.numbers.implicit import ImplicitRoot
from ..render.values import WRITERS, number
from .points import sampled
from .texts import bracket, shown, text

__all__ = ["asymptotes", "beyond", "domain_of", "limit", "lipschitz", "moment", "sides", "towards", "value_range"]

Given = dict[str, Any]
Facts = Mapping[str, Mapping[str, Any]]


def domain_of(land: Landscape) -> str:
    """Return the domain as the card has it; raises UndecidedError where an end has no closed form."""
    found = domain(land)
    for stretch in found:
        text(stretch.low), text(stretch.high)
    return str(WRITERS["domain"](found))


def sides(piece: Piece) -> tuple[tuple[Expr, int], tuple[Expr, int]]:
    """Return both ends of a piece with the side from which they are approached."""
    return (piece.left, 1), (piece.right, -1)


def towards(at: Expr, side: int) -> list[str]:
    """Return an end as claims have it."""
    return [text(at)] if at in (oo, -oo) else [text(at), "+" if side > 0 else "-"]


def value_range(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """The range at once where both ends are exact, else its ends one by one."""
    exact = all(isinstance(value[end], str) or value[end]["exact"] is not None for end in ("inf", "sup"))
    if value["set"] is None and exact:
        yield {}
    ends = {end: _level(land, value[end], value[f"{end}_attained"]) for end in ("inf", "sup")}
    yield ends if value["set"] is not None else {**ends, "domain": domain_of(land)}


def _level(land: Landscape, value: Any, attained: bool) -> Given:
    """Where a bound is taken or approached."""
    if not isinstance(value, str) and value["exact"] is None:
        return {"turns": list(_turns(land, 1, value))}
    wanted = value if isinstance(value, str) else value["exact"]
    if attained:
        return next(({"at": text(at)} for at, level in _points(land) if shown(level) == wanted), {})
    found = [(at, side) for piece in land.pieces for at, side in sides(piece) if _tends(land, piece, at, wanted)]
    return {"towards": towards(*found[0])} if found else {}


def _tends(land: Landscape, piece: Piece, at: Expr, wanted: str) -> bool:
    try:
        limit = land.limit(piece, at)
    except SymactError:  # another end may be the one that is looked for
        return False
    return limit is not None and shown(limit) == wanted


def _points(land: Landscape) -> Iterator[tuple[Expr, Expr]]:
    """Corners, turning points with a closed form, and a point of each piece, with the values there."""
    for corner in land.corners:
        if corner.value is not None:
            yield corner.at, corner.value
    for piece in land.pieces:
        for at in (*land.course(piece, 1).points, inner_point(piece.left, piece.right)):
            if not at.has(ImplicitRoot):
                yield at, piece.expr.subs(land.variable, at)


def lipschitz(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """Where |f'| is the constant or tends to it, or where f jumps or its slope is unbounded."""
    if value == "oo":
        yield from _unbounded(land)
        return
    holes = {
        text(c.at): shown(land.limit(c.before, c.at))
        for c in land.inner_corners
        if c.value is None and c.before is not None
    }
    base = {"domain": domain_of(land), "holes": holes}
    wanted = value["exact"]
    for piece in land.pieces if wanted is not None else ():
        slope = diff(piece.expr, land.variable)
        for at in (inner_point(piece.left, piece.right), *land.course(piece, 2).points):
            if not at.has(ImplicitRoot) and _is_size(slope.subs(land.variable, at), wanted):
                yield {**base, "at": text(at)}
        for at, side in sides(piece):
            limit = land.limit(piece, at, 1)
            if limit is not None and _is_size(limit, wanted):
                yield {**base, "towards": towards(at, side)}
    yield {**base, "turns": list(_turns(land, 2, value))} if wanted is None else base


def _turns(land: Landscape, degree: int, value: Any) -> Iterator[Given]:
    """The zeros without a closed form of a derivative at which the one before it has a value, up to its sign, with brackets."""
    x = land.variable
    for piece in land.pieces:
        level, slope = (diff(piece.expr, x, k) for k in (degree - 1, degree))
        for at in _candidates(land, piece, degree):
            found = number(level.subs(x, at)) if at.has(ImplicitRoot) else None
            if isinstance(found, dict) and (
                value["lower"] == found["lower"] or (degree == 2 and _opposite(value, found))
            ):
                yield {"x": number(at), "bracket": bracket(slope, x, at, sampled(land).sample)}


def _candidates(land: Landscape, piece: Piece, degree: int) -> Iterator[Expr]:
    """The zeros of a derivative; where they don't end those that the range or the Lipschitz constant is made of."""
    run = land.course(piece, degree)
    yield from run.points
    if run.endless:
        found = extent(land) if degree == 1 else None
        levels = [lipschitz_constant(land)] if found is None else [found.inf, found.sup]
        roots = [root for level in levels for root in sorted(level.atoms(ImplicitRoot), key=str)]
        # the same zero may be isolated twice
        places = {str(number(at)): at for root in roots for at in (root, -root)}
        inside = (at for at in places.values() if lies_between(piece.left, at, piece.right, land.known))
        yield from sorted(inside, key=float)


def _opposite(value: Any, found: Any) -> bool:
    return bool(value["lower"] == found["upper"].removeprefix("-") and found["upper"].startswith("-"))


def _is_size(level: Expr, wanted: str) -> bool:
    return level not in (oo, -oo) and wanted in (shown(level), shown(-level))


def _unbounded(land: Landscape) -> Iterator[Given]:
    for piece in land.pieces:
        for at, side in sides(piece):
            slope = land.limit(piece, at, 1)
            if slope in (oo, -oo):
                yield {"slope": str(slope), "towards": towards(at, side)}
    for corner in land.corners:
        found: dict[str, str | None] = {}
        for beside, way in ((corner.before, "-"), (corner.after, "+")):
            level = None if beside is None else land.limit(beside, corner.at)
            if level in (oo, -oo):
                yield {"jump": text(corner.at), "levels": {way: str(level)}}
            elif level is not None:
                found[way] = shown(level)
        if corner.value is not None:
            found["at"] = shown(corner.value)
        for pair in pairwise([*found, *list(found)[:1]]):
            if found[pair[0]] != found[pair[1]]:
                yield {"jump": text(corner.at), "levels": {key: found[key] for key in pair}}


def limit(way: int) -> Callable[[Landscape, Any, Facts], Iterator[Given]]:
    """Return the rule for the limit at oo (1) or -oo (-1)."""

    def rule(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
        if value == "none":
            yield from _repeats(land)
        yield beyond(land, way * oo) if value == "none" else {}

    return rule


def _repeats(land: Landscape) -> Iterator[Given]:
    """A period, and two points with different values."""
    expr, x = land.pieces[0].expr, land.variable
    length = period(expr, x)
    if length is not None and len(land.pieces) == 1:
        points = [length * Rational(k, 12) for k in range(12)]
        other = next((p for p in points if is_zero(expr.subs(x, p) - expr.subs(x, 0)) is False), None)
        if other is not None:
            yield {"period": text(length), "points": ["0", text(other)]}


def beyond(land: Landscape, end: Expr) -> Given:
    """Return where a function stops that isn't defined as far as an end; nothing where it is."""
    last = land.pieces[-1].right if end == oo else land.pieces[0].left
    return {} if last == end else {"beyond": text(last)}


def asymptotes(land: Landscape, value: Any, _facts: Facts) -> Iterator[Given]:
    """Why there is no line at an end."""
    for repeated in _repeats(land):
        yield {str(end): repeated for end in (-oo, oo)}
    reasons = {str(end): _no_line(land, end) for end in (-oo, oo) if value[str(end)] is None}
    yield reasons
    for shift in (1, 2):
        yield {end: {**why, "shift": shift} if "slope" in why else why for end, why in reasons.items()}


def _no_line(land: Landscape, end: Expr) -> Given:
    before = beyond(land, end)
    if before:
        return before
    piece, x = land.pieces[-1 if end == oo else 0], land.variable
    side = -1 if end == oo else 1
    slope = limit_of(piece.expr / x, x, end, side, land.known)
    if slope in (None, oo, -oo):
        return {"slope": shown(slope)}
    rest = limit_of(piece.expr - slope * x, x, end, side, land.known)
    return {"slope": shown(slope), "rest": shown(rest)}


def moment(land: Landscape, value: Any, facts: Facts) -> Iterator[Given]:
    """Where there are no values, if there is no moment; for a gain that there is none where the second moment is 0."""
    if value != "none":
        yield {}
        return
    ends = [-oo, *(end for piece in land.pieces for end in (piece.left, piece.right)), oo]
    gaps = [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a != b]
    second = facts.get("gaussian_second_moment", {}).get("value")
    if gaps:
        yield {"beyond": [text(end) for end in gaps[0]]}
    elif isinstance(second, dict) and second["exact"] == str(Integer(0)):
        yield {"second": "0"}
    else:
        yield {}
