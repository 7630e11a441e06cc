"""Functions that mix x with waves and switch, or have poles, at infinitely many places, such as x*|sin(x)|.

On the points p + n*T, with a common period T of the waves, these are constant: there f is a function without waves, the
thread of p, whose limit is one of f along a sequence. And what a window around 0 shows to be wrong of f is wrong of f.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sympy import Expr, Interval, Mul, Rational, Symbol, ceiling, diff, nan, oo, pi, zoo

from ..errors import NotSupportedError, UndecidedError
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import is_zero
from ..proof.asymptotics.ends import limit_at, sign_at_end
from ..proof.charts.chart import chart
from ..proof.functions.switches import choose, next_switch, obstacles, surfaces
from .cycle import speed_of, waves_of
from .landscape import Landscape, landscape

__all__ = ["ENDS", "Threads", "threads"]

ENDS = (-oo, oo)
#: Threads begin at these shares of a period, where sines of x have short values.
SHARES = tuple(Rational(k, 12) for k in range(13))


@dataclass(frozen=True)
class Threads:
    """A function of x and of waves with a common period, of which x has no parameters."""

    expr: Expr
    variable: Symbol
    period: Expr
    known: Assumptions

    @cached_property
    def waves(self) -> list[Expr]:
        """The sines and the like of lines."""
        return waves_of(self.expr, self.variable)

    @cached_property
    def reach(self) -> Expr:
        """A rational number beyond one and a half periods."""
        return ceiling(Rational(8, 5) * self.period) + Rational(1, 7)

    @cached_property
    def window(self) -> Landscape:
        """The function between -reach and reach."""
        return landscape(self.expr, self.variable, self.known, Interval(-self.reach, self.reach))

    @cached_property
    def obstacles(self) -> list[tuple[Expr, set[int]]]:
        """What must have certain signs for f to be defined, and may have others."""
        return [(g, allowed) for g, allowed in obstacles(self.expr) if not self.known.signs(g) <= allowed]

    @property
    def places(self) -> list[Expr]:
        """Where threads begin, in increasing order, the first and the last one a period apart."""
        return [share * self.period for share in SHARES]

    def thread(self, expr: Expr, place: Expr) -> Expr:
        """Return a function that an expression of x and the waves is on all points place + n*period."""
        found = expr.xreplace({wave: wave.subs(self.variable, place) for wave in waves_of(expr, self.variable)})
        if found.has(nan, zoo, oo, -oo):
            raise UndecidedError(f"{expr} has no value at {self.variable} = {place}")
        return found

    def sign(self, expr: Expr, place: Expr, end: Expr) -> int:
        """Return the sign that a smooth expression keeps far out on a thread, 0 if it is 0 there."""
        thread = self.thread(expr, place)
        if is_zero(thread) is True:
            return 0
        return sign_at_end(thread, self.variable, end, 0, self.known)

    def branch(self, place: Expr, end: Expr) -> tuple[Expr, list[Expr]]:
        """Return the smooth expression that f is near all points of a thread that lie far out, and what decides that by its sign.

        Raises UndecidedError where f switches at these points, or isn't known to be defined.
        """
        expr, gates = self.expr, list[Expr]()
        while (node := next_switch(expr)) is not None:
            signs = {g: self.sign(g, place, end) for g in surfaces(node)}
            if 0 in signs.values():
                raise UndecidedError(f"{self.expr} switches at {self.variable} = {place}")
            gates += signs
            expr = expr.xreplace({node: choose(node, signs)})
        if expr.has(nan) or any(self.sign(g, place, end) not in allowed - {0} for g, allowed in obstacles(expr)):
            raise UndecidedError(f"{self.expr} isn't defined at {self.variable} = {place}")
        return expr, [*gates, *(g for g, _ in obstacles(expr))]

    def along(self, expr: Expr, place: Expr, end: Expr) -> Expr:
        """Return the smooth function without waves that an expression is on the points of a thread that lie far out."""
        found = self.thread(expr, place)
        while (node := next_switch(found)) is not None:
            found = found.xreplace({node: choose(node, {g: self.sign(g, place, end) for g in surfaces(node)})})
        if found.has(nan) or any(self.sign(g, place, end) not in allowed for g, allowed in obstacles(found)):
            raise UndecidedError(f"{expr} isn't defined at {self.variable} = {place}")
        return found

    def values(self, expr: Expr, end: Expr) -> Iterator[Expr]:
        """Yield what an expression is along the threads on which that is seen."""
        for place in self.places[:-1]:
            with suppress(UndecidedError, NotSupportedError):
                yield self.along(expr, place, end)

    def limits(self, expr: Expr, end: Expr) -> Iterator[Expr]:
        """Yield limits of an expression along the threads that have some."""
        yield from self._limits(self.values(expr, end), end)

    def _limits(self, along: Iterator[Expr], end: Expr) -> Iterator[Expr]:
        for value in along:
            with suppress(UndecidedError, NotSupportedError):
                # that a thread has no limit as a function of real x says nothing of its values at place + n*period
                limit = limit_at(value, self.variable, end, 0, self.known)
                if limit is not None:
                    yield limit

    def slopes(self, end: Expr) -> Iterator[Expr]:
        """Yield limits of f' along the threads that have some."""
        yield from self._limits(self._slopes(end), end)

    def _slopes(self, end: Expr) -> Iterator[Expr]:
        for low, high, branch in self._stretches(end):
            for place in (low, high):
                with suppress(UndecidedError, NotSupportedError):
                    yield self.thread(diff(branch, self.variable), place)

    def turns(self, order: int) -> bool:
        """Whether it is seen that a derivative of an order changes its sign between switches infinitely often."""
        for end in ENDS:
            for low, high, branch in self._stretches(end):
                slope = diff(branch, self.variable, order)
                with suppress(UndecidedError, NotSupportedError):
                    if self.sign(slope, low, end) * self.sign(slope, high, end) < 0:
                        return True
        return False

    def vanishes(self, order: int) -> bool:
        """Whether it is seen that a derivative of an order is 0 on infinitely many intervals and isn't between them."""
        for end in ENDS:
            seen = {is_zero(diff(branch, self.variable, order)) for _, _, branch in self._stretches(end)}
            if {True, False} <= seen:
                return True
        return False

    def _stretches(self, end: Expr) -> Iterator[tuple[Expr, Expr, Expr]]:
        """Yield neighbouring places and the smooth expression that f is between them however far out."""
        # over two places as well, for a derivative may be 0 at the one between them
        for low, high in [*pairwise(self.places), *zip(self.places, self.places[2:], strict=False)]:
            for place in (low, high):
                with suppress(UndecidedError, NotSupportedError):
                    branch, gates = self.branch(place, end)
                    if all(self._keeps_sign(g, low, high) for g in gates):
                        yield low, high, branch
                        break

    def breaks(self, end: Expr) -> bool:
        """Whether it is seen that f isn't defined at places however far out, or jumps or has a kink, but is smooth beside them."""
        places = self.places
        for before, place, after in zip(places, places[1:], places[2:], strict=False):
            try:
                (left, gates), (right, others) = self.branch(before, end), self.branch(after, end)
                if not all(
                    [self._keeps_sign(g, before, place) for g in gates]
                    + [self._keeps_sign(g, place, after) for g in others]
                ):
                    continue
                if any(self.sign(g, place, end) not in allowed for g, allowed in self.obstacles):
                    return True
                if self.sign(left - right, place, end) or self.sign(diff(left - right, self.variable), place, end):
                    return True
            except (UndecidedError, NotSupportedError):
                continue
        return False

    def _keeps_sign(self, g: Expr, low: Expr, high: Expr) -> bool:
        """Whether a product of waves and of factors without them has no zero between two places, however far out."""
        for factor in Mul.make_args(g):
            waving = waves_of(factor, self.variable)
            if not waving:
                continue  # what has no waves has no zeros far out, for its sign on the threads is known there
            if self.thread(factor, low).has(self.variable) or chart(factor, self.variable, low, high, self.known).roots:
                return False
        return True


def threads(expr: Expr, x: Symbol, known: Assumptions) -> Threads | None:
    """Return a function as threads, None where it has no waves, or some of incommensurable periods or with parameters."""
    found = speed_of(expr, x)
    if found is None or expr.free_symbols != {x}:
        return None
    speed, step = found
    return Threads(expr, x, 2 * pi / (abs(speed) * step), known)
