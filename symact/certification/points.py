"""Points at which a function with parameters lacks a property for all of them, as far as a few values of these tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import combinations, pairwise
from math import isnan, nan
from typing import Any

from flint import arb
from sympy import Expr, Rational, S, Symbol, oo

from ..errors import SymactError
from ..facts.landscape import Landscape
from ..proof.functions.shape import same
from ..proof.numbers import balls
from ..proof.numbers.implicit import ImplicitRoot
from ..proof.numbers.parameters import instances
from ..proof.numbers.witness import sample_points
from .texts import shown, text

__all__ = ["Sampled", "apart", "breaks", "broken", "equal", "sampled"]

Given = dict[str, Any]

#: How many values of the parameters are looked at besides plain ones.
_SAMPLES = 16
#: How far from corners points are tried, how many points at most, and the least size of a difference that counts.
_STEPS = tuple(Rational(s) for s in ("1", "2", "1/2", "3"))
_MOST = 60
_LEAST = 1e-9
#: Bits of values.
_BITS = 128
#: Multiples of turning points, which may move with a parameter.
_SHARES = tuple(Rational(s) for s in ("1", "2", "1/2", "-1", "4", "-4"))


def apart(a: float, b: float) -> bool:
    """Return whether two values differ by more than errors of rounding."""
    return abs(a - b) > _LEAST * (1 + abs(a) + abs(b))


def equal(a: float, b: float) -> bool:
    """Return whether two values are the same but for errors of rounding."""
    return not apart(a, b)


class Sampled:
    """A function's values at a few points, in terms of the parameters, for a few values of these."""

    def __init__(self, land: Landscape) -> None:
        self.land = land
        parts = [e for piece in land.pieces for e in (piece.left, piece.right, piece.expr)]
        symbols = frozenset().union(*(p.free_symbols for p in (*parts, *land.known.relations)))
        self.parameters: list[Symbol] = sorted(symbols - {land.variable}, key=str)
        self._numbers: dict[Expr, list[float]] = {}
        self._values: dict[tuple[Expr, int], float | None] = {}

    @cached_property
    def samples(self) -> list[tuple[Rational, ...]]:
        """The values of the parameters."""
        known = self.land.known.relations
        if not self.parameters:
            return [()]
        found = (*instances(self.parameters, known), *sample_points(self.parameters, known, _SAMPLES))
        return list(dict.fromkeys(tuple(point.values()) for point in found))

    @property
    def sample(self) -> Mapping[Symbol, Rational]:
        """The first values of the parameters; none where none are found."""
        return dict(zip(self.parameters, self.samples[0], strict=True)) if self.samples else {}

    @cached_property
    def points(self) -> list[Expr]:
        """Corners, 0, places between them and beside them, the plain ones first."""
        corners = [c.at for c in self.land.corners if not c.at.has(ImplicitRoot)]
        turns = self._turns() if self.parameters else []
        bases = list(dict.fromkeys([*corners, S.Zero, *(at * share for at in turns for share in _SHARES)]))
        found = [*bases, *(base + sign * step for base in bases for step in _STEPS for sign in (1, -1))]
        found += [a + (b - a) * share / 4 for a, b in pairwise(corners) for share in (1, 2, 3)]
        by_place = sorted(dict.fromkeys(found), key=lambda at: self.numbers(at)[0])
        return sorted(by_place, key=lambda at: at.count_ops())[:_MOST]

    def _turns(self) -> list[Expr]:
        """Zeros of the first two derivatives, or places close to those without a closed form."""
        found: list[Expr] = []
        for piece in self.land.pieces:
            for order in (1, 2):
                try:
                    found += self.land.course(piece, order).points
                except SymactError:
                    continue
        return list(dict.fromkeys(at.xreplace({r: _close(r) for r in at.atoms(ImplicitRoot)}) for at in found))

    def numbers(self, at: Expr) -> list[float]:
        """Return what a place, which may be infinite, is for the values of the parameters; nan where that isn't known."""
        if at not in self._numbers:
            self._numbers[at] = (
                [float(at)] * len(self.samples)
                if at in (oo, -oo)
                else [_value(at, self.parameters, sample) for sample in self.samples]
            )
        return self._numbers[at]

    def _is_between(self, at: Expr, ends: tuple[Expr, Expr]) -> bool:
        low, place, high = map(self.numbers, (ends[0], at, ends[1]))
        return all(a < b < c for a, b, c in zip(low, place, high, strict=True))

    def _value_at(self, at: Expr, number: int) -> float | None:
        """The value at a point for the values of the parameters of a number, None where there is none."""
        if (at, number) not in self._values:
            self._values[at, number] = self._looked_up(at, number)
        return self._values[at, number]

    def _looked_up(self, at: Expr, number: int) -> float | None:
        sample, place = self.samples[number], self.numbers(at)[number]
        for corner in self.land.corners:
            if not corner.at.has(ImplicitRoot) and self.numbers(corner.at)[number] == place:
                return None if corner.value is None else _value(corner.value, self.parameters, sample)
        for piece in self.land.pieces:
            if self.numbers(piece.left)[number] < place < self.numbers(piece.right)[number]:
                inside = _ball(at, self.parameters, sample)
                return (
                    None
                    if inside is None
                    else _value(piece.expr, (self.land.variable, *self.parameters), (inside, *sample))
                )
        return None

    def choose(
        self,
        count: int,
        holds: Callable[..., bool],
        extra: Callable[..., Sequence[Expr]] = lambda *at: (),
        between: tuple[Expr, Expr] = (-oo, oo),
    ) -> list[str] | None:
        """Return the first points, in increasing order, at which f has values of which something holds for all parameters.

        `extra` are more points, in terms of the others, whose values `holds` is given too. None where there are none.
        """
        for chosen in combinations([at for at in self.points if self._is_between(at, between)], count):
            at = sorted(chosen, key=lambda p: self.numbers(p)[0])
            rows = zip(*map(self.numbers, at), strict=True)
            if all(all(a < b for a, b in pairwise(row)) for row in rows) and self._hold(holds, (*at, *extra(*at))):
                return [text(p) for p in at]
        return None

    def _hold(self, holds: Callable[..., bool], places: Sequence[Expr]) -> bool:
        """Whether something holds of the values at places for all parameters for which they are known."""
        clear = False
        for number in range(len(self.samples)):
            row = [self._value_at(at, number) for at in places]
            if None in row:
                return False
            if not any(v is not None and isnan(v) for v in row):
                if not holds(*row):
                    return False
                clear = True
        return clear


def _close(root: ImplicitRoot) -> Expr:
    return Rational(round(float(root) * 8), 8)


def _ball(expr: Expr, variables: Sequence[Symbol], values: Sequence[Any]) -> arb | None:
    try:
        found = balls.compiled(expr, variables)(*values, bits=_BITS)
    except SymactError:
        return None
    return found if found.is_finite() else None


def _value(expr: Expr, variables: Sequence[Symbol], values: Sequence[Any]) -> float:
    """A value at a point; nan where it is too large, or not found, to tell anything."""
    found = _ball(expr, variables, values)
    return nan if found is None else float(found.mid())


@lru_cache(16)
def sampled(land: Landscape) -> Sampled:
    """Return a function with its values at a few points."""
    return Sampled(land)


def broken(land: Landscape, order: int) -> Iterator[Given]:
    """Yield corners with a value where a derivative jumps, and what it is on both sides; for f itself at the corner too."""
    for corner in land.corners:
        if corner.value is None or corner.at.has(ImplicitRoot):
            continue
        found: dict[str, Expr] = {"at": corner.value} if order == 0 else {}
        for piece, side in ((corner.before, "-"), (corner.after, "+")):
            try:
                level = None if piece is None else land.limit(piece, corner.at, order)
            except SymactError:
                level = None
            if level is not None:
                found[side] = level
        for pair in combinations(found, 2):
            a, b = (found[key] for key in pair)
            if {a, b} & {oo, -oo} or same(a, b, land.known) is not True:
                yield {"break": text(corner.at), "levels": {key: str(shown(found[key])) for key in pair}}


def breaks(land: Landscape) -> dict[str, Given]:
    """Return the corners where f jumps (order 0) or its slope does (order 1), with what that is on both sides."""
    return {
        jump["break"]: {"order": order, "levels": jump["levels"]} for order in (1, 0) for jump in broken(land, order)
    }
