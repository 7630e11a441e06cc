"""Moments of a function that repeats itself under z ~ N(0, 1): the sum over the periods near 0, and a bound on the rest."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import lru_cache

from flint import arb
from sympy import S, ceiling, oo

from ..errors import NotSupportedError, UndecidedError
from ..proof.calculus.holomorphic import gaussian_expectation
from ..proof.calculus.majorants import Size, gaussian_tail
from ..proof.functions.pieces import Piece
from ..proof.numbers import balls
from .cycle import Cycle
from .extent import extent
from .gaussian import BITS, Moment, divergence, enclosed, gain, raised
from .places import domain_ends
from .repeated_symmetry import parity_of_cycle

__all__ = ["gain_of_cycle", "mean_of_cycle", "second_moment_of_cycle"]

#: Beyond this many standard deviations a function that doesn't grow fast counts for less than 2**-100.
REACH = 14
#: Pieces that are integrated one by one.
MOST = 400


def mean_of_cycle(found: Cycle) -> Moment:
    """Return E[f(z)]; None where it doesn't exist."""
    span = extent(found.land)
    if not {span.inf, span.sup} & {oo, -oo} and len(domain_ends(found.land.shape)) == 2:
        with suppress(UndecidedError, NotSupportedError):
            if parity_of_cycle(found) == "odd":
                return S.Zero
    return _moment(found, 1)


def second_moment_of_cycle(found: Cycle) -> Moment:
    """Return E[f(z)**2], oo where it diverges; None where f isn't defined for almost all z."""
    return _moment(found, 2)


def gain_of_cycle(found: Cycle) -> Moment:
    """Return 1/sqrt(E[f(z)**2])."""
    return gain(second_moment_of_cycle(found))


@lru_cache(64)
def _moment(found: Cycle, power: int) -> Moment:
    curve = found.land.shape
    if any(p.expr.free_symbols - {found.variable} for p in curve.pieces) or found.scale != 1:
        raise UndecidedError("parameters have no values")
    if len(domain_ends(curve)) > 2:
        return None
    span = extent(found.land)
    if {span.inf, span.sup} & {oo, -oo}:
        known = divergence(raised(curve, power))
        if known is None:
            raise UndecidedError("whether the integral converges at the poles was not decided")
        return known[0]
    line = found.drift / found.period
    periods = int(ceiling(REACH / found.period)) + 1
    if 2 * periods * len(curve.pieces) > MOST:
        raise UndecidedError(f"there are more than {MOST} pieces within {REACH} standard deviations")
    near = raised(found.unrolled(-periods, periods - 1), power)
    low, high = near.pieces[0].left, near.pieces[-1].right
    whole = (Piece(-oo, low, S.Zero), *near.pieces, Piece(high, oo, S.Zero))
    total = gaussian_expectation(replace(near, pieces=whole))
    # |f(z)| <= most*|z| beyond: its largest value on a period, and the drift of the |z|/period + 1 periods up to z
    with balls.precision(BITS):
        most = sum((abs(balls.enclose(v, bits=BITS)) for v in (span.inf, span.sup, found.drift, line)), arb(0))
        tail = gaussian_tail(Size(most**power, power), REACH)
        if tail is None:
            raise UndecidedError("what is far out was not bounded")
        return enclosed(total + arb(0, (2 * tail).upper()))
