"""Why a derivative has zeros without an end: a period, or places again and again between which its sign changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sympy import Expr, Rational, S, Symbol, cos, diff, oo, pi, sin

from ..facts.landscape import Landscape
from ..proof.charts.oscillation import period
from ..proof.functions.pieces import inner_point
from ..proof.numbers import balls
from ..symbols import real
from .texts import text

__all__ = ["endless"]

Given = dict[str, Any]

#: Which of the places are looked at.
_COUNTS = (1, 2, 3, 4, 5, 10, 100, 1000)


def endless(land: Landscape, degree: int) -> Iterator[Given]:
    """Yield a period of a derivative with a zero of it or two points where it has both signs; else places of both signs."""
    x = land.variable
    found = diff(land.pieces[0].expr, x, degree)
    length = period(found, x)
    if length is None:
        yield from _recurring(land, degree)
        return
    middle = inner_point(land.pieces[0].left, land.pieces[0].right)
    points = [middle + length * Rational(k, 24) for k in range(24)]
    values = [(p, found.subs(x, p)) for p in points]
    low = next((p for p, v in values if v.is_negative), None)
    high = next((p for p, v in values if v.is_positive), None)
    if degree < 2:
        for p, v in values:
            if v == 0:
                others = (q for q, w in values if w != 0 and w.is_number)
                yield {"period": text(length), "zero": text(p), "other": text(next(others, p))}
    if low is not None and high is not None:
        yield {"period": text(length), "signs": [text(low), text(high)]}


def _recurring(land: Landscape, degree: int) -> Iterator[Given]:
    """Places one period of a wave apart, each eighth of one, where the last piece reaches to oo."""
    x, piece, k = land.variable, land.pieces[-1], real("k")
    found = diff(piece.expr, x, degree)
    if piece.right != oo or found.free_symbols != {x}:
        return
    start = S.Zero if piece.left == -oo else piece.left
    for angle in sorted({wave.args[0] for wave in found.atoms(sin, cos)}, key=str):
        speed = diff(angle, x)
        if not speed.is_number or not speed.is_real:
            continue
        places = [(2 * pi * k + pi * Rational(j, 4) - angle.subs(x, 0)) / speed for j in range(8)]
        signs = [_sign(found, x, place, k) for place in places]
        if -1 in signs and 1 in signs:
            low, high = signs.index(-1), signs.index(1)
            above = places[high] if low < high else places[high].subs(k, k + 1)
            shown = {"formula": found, "below": places[low], "above": above}
            yield {"from": text(start), "recurring": {key: str(part) for key, part in shown.items()}}


def _sign(expr: Expr, x: Symbol, place: Expr, k: Symbol) -> int | None:
    """The sign at all places that are looked at, None where it isn't the same."""
    found = {balls.sign(expr, {x: balls.enclose(place.subs(k, n), bits=256)}) for n in _COUNTS}
    return found.pop() if len(found) == 1 else None
