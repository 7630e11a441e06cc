"""Points at which a function with parameters lacks a property for all of them, as far as a few values of these tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import combinations, pairwise
from math import isnan, nan
from typing import Any

from sympy import Expr, Rational, S, Symbol, oo

from ..errors import SymactError
from ..facts.landscape import Landscape
from ..proof.functions.shape import same
from ..proof.numbers.implicit import ImplicitRoot
from ..proof.numbers.parameters import instances
from ..proof.numbers.witness import sample_points
from .texts import shown, text

__all__ = ["Sampled", "apart", "broken", "equal", "sampled"]

Given = dict[str, Any]

#: How many values of the parameters are looked at besides plain ones.
_SAMPLES = 16
#: How far from corners points are tried, and the least size of a difference that counts.
_STEPS = tuple(Rational(s) for s in ("1", "2", "1/2", "3"))
_LEAST = 1e-9
#: Multiples of turning points, which may move with a parameter.
_SHARES = (S.One, Rational(2), S.Half, Rational(-1))


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
        self._values: dict[Expr, list[float | None]] = {}

    @cached_property
    def samples(self) -> list[Mapping[Symbol, Expr]]:
        """The values of the parameters."""
        known = self.land.known.relations
        if not self.parameters:
            return [{}]
        return [*instances(self.parameters, known), *sample_points(self.parameters, known, _SAMPLES)]

    @cached_property
    def points(self) -> list[Expr]:
        """Corners, 0, places between them and beside them, in increasing order for the first values of the parameters."""
        corners = [c.at for c in self.land.corners if not c.at.has(ImplicitRoot)]
        turns = self._turns() if self.parameters else []
        bases = list(dict.fromkeys([*corners, S.Zero, *(at * share for at in turns for share in _SHARES)]))
        found = [*bases, *(base + sign * step for base in bases for step in _STEPS for sign in (1, -1))]
        found += [a + (b - a) * share / 4 for a, b in pairwise(corners) for share in (1, 2, 3)]
        return sorted(dict.fromkeys(found), key=lambda at: self._numbers(at)[0])

    def _turns(self) -> list[Expr]:
        """Zeros of the first two derivatives in closed form."""
        found: list[Expr] = []
        for piece in self.land.pieces:
            for order in (1, 2):
                try:
                    found += self.land.course(piece, order).points
                except SymactError:
                    continue
        return [at for at in dict.fromkeys(found) if not at.has(ImplicitRoot)]

    def _numbers(self, value: Expr) -> list[float]:
        return [float(value.subs(sample)) for sample in self.samples]

    def _is_between(self, at: Expr, ends: tuple[Expr, Expr]) -> bool:
        low, place, high = map(self._numbers, (ends[0], at, ends[1]))
        return all(a < b < c for a, b, c in zip(low, place, high, strict=True))

    def values(self, at: Expr) -> list[float | None]:
        """Return the values at a point, None where there is none."""
        if at not in self._values:
            self._values[at] = [self._value(at, sample) for sample in self.samples]
        return self._values[at]

    def _value(self, at: Expr, sample: Mapping[Symbol, Expr]) -> float | None:
        place = at.subs(sample)
        for corner in self.land.corners:
            if corner.at.subs(sample) == place:
                return None if corner.value is None else float(corner.value.subs(sample))
        for piece in self.land.pieces:
            if piece.left.subs(sample) < place < piece.right.subs(sample):
                try:
                    return float(piece.expr.subs(sample).subs(self.land.variable, place))
                except (OverflowError, TypeError):
                    return nan  # too large to tell anything
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
        if not self.samples:
            return None
        plain = sorted((at for at in self.points if self._is_between(at, between)), key=lambda at: at.count_ops())
        for chosen in combinations(plain, count):
            at = sorted(chosen, key=lambda p: self._numbers(p)[0])
            if not all(all(a < b for a, b in pairwise(row)) for row in zip(*map(self._numbers, at), strict=True)):
                continue
            rows = list(zip(*map(self.values, (*at, *extra(*at))), strict=True))
            clear = [row for row in rows if not any(v is not None and isnan(v) for v in row)]
            if clear and all(None not in row and holds(*row) for row in clear):
                return [text(p) for p in at]
        return None


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
