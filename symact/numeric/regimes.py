"""Choosing, along the line, the cheapest form that is accurate enough."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["SWITCH", "Mixing", "Run", "choose", "gaps"]

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: Where no form meets the goal, one that comes this near to the best is good enough.
NEARLY = 1.5
#: An error up to this multiple of the goal is tolerated where it saves regions, at a price per point and multiple.
TOLERATED, PENALTY = 1.4, 0.5
#: Errors are random: a form counts as the worst of this many neighbouring points on either side.
REACH = 12
LARGE = 16.0
#: How many points beyond a stretch without a good form an approximation should reach.
MARGIN = 4
#: A region that holds a smaller part of typical inputs is given to its neighbours where they are as good.
LITTLE = 1e-4
#: The cost of one more region, in ns per element.
SWITCH = 1.5


@dataclass(frozen=True)
class Mixing:
    """What a block with elements of two regions costs beyond its arithmetic, and which part of both must be computed."""

    extra: float = 2.4
    part: float = 0.5


@dataclass(frozen=True)
class Run:
    """Candidate number `candidate` serves the points first … last."""

    candidate: int
    first: int
    last: int


def choose(
    error: Floats,
    applies: Truths,
    cost: Floats,
    shared: Floats,
    points: Floats,
    goal: float,
    switch: float = SWITCH,
    mixing: Mixing = Mixing(),
) -> list[Run]:
    """Return runs that cover all points in order.

    error[c, k] is candidate c's error at point k, nan where it isn't known; applies[c, k] tells where it is meant to be
    used; shared[c, d] is the cost of what two candidates have in common. By dynamic programming: the cost of the forms
    weighted by typical inputs, plus the cost of switching, to which `switch` adds.
    """
    count, size = error.shape
    smooth = _smooth(error, applies)
    allowed = applies & (
        (smooth <= np.maximum(TOLERATED * goal, NEARLY * smooth.min(axis=0))) | np.isinf(smooth.min(axis=0))
    )
    excess = PENALTY * np.clip(smooth / goal - 1, 0, 10)
    kept = _undominated(allowed, excess, cost)
    count, allowed, excess, cost, shared = (
        len(kept),
        allowed[kept],
        excess[kept],
        cost[kept],
        shared[np.ix_(kept, kept)],
    )
    typical = np.exp(-(np.minimum(np.abs(points), 100) ** 2) / 18)
    weight = typical * np.abs(np.gradient(np.clip(points, -50, 50))) if size > 1 else np.ones(1)
    weight = weight / max(float(weight.sum()), 1e-300) + 1e-3 / size
    mixed = mixing.extra + (np.minimum(cost[:, None], cost[None, :]) - shared) * mixing.part
    total = np.where(allowed[:, 0], weight[0] * cost + excess[:, 0], np.inf)
    came = np.tile(np.arange(count), (size, 1))
    for k in range(1, size):
        jump = total[:, None] + switch + mixed * max(typical[k - 1], typical[k])
        best = jump.argmin(axis=0)
        value = jump[best, np.arange(count)]
        moved = value < total
        came[k][moved] = best[moved]
        total = np.where(allowed[:, k], np.where(moved, value, total) + weight[k] * cost + excess[:, k], np.inf)
    chosen = [int(np.argmin(total))]
    for k in range(size - 1, 0, -1):
        chosen.append(int(came[k][chosen[-1]]))
    chosen.reverse()
    _spread_neighbours(chosen, weight, allowed)
    edges = [0, *(k for k in range(1, size) if chosen[k] != chosen[k - 1]), size]
    return [Run(int(kept[chosen[a]]), a, b - 1) for a, b in pairwise(edges)]


def _spread_neighbours(chosen: list[int], weight: Floats, allowed: Truths) -> None:
    """Give the points of inner regions without weight to the regions beside them, where these are allowed."""
    size = len(chosen)
    edges = [0, *(k for k in range(1, size) if chosen[k] != chosen[k - 1]), size]
    for a, b in pairwise(edges):
        if a > 0 and b < size and weight[a:b].sum() < LITTLE:
            before, after = chosen[a - 1], chosen[b]
            here = a
            while here < b and allowed[before, here]:
                here += 1
            if allowed[after, here:b].all():
                chosen[a:b] = [before] * (here - a) + [after] * (b - here)


def _undominated(allowed: Truths, excess: Floats, cost: Floats) -> NDArray[np.int64]:
    """The candidates but those for which a cheaper one is as good wherever they are allowed."""
    price = np.where(allowed, excess, np.inf)
    kept: list[int] = []
    for c in np.argsort(cost, kind="stable").tolist():
        if allowed[c].any() and not any((price[d] <= price[c]).all() for d in kept):
            kept.append(c)
    return np.asarray(kept)


def gaps(error: Floats, applies: Truths, goal: float) -> list[tuple[int, int]]:
    """Return the first and last point of each stretch where no candidate meets the goal, with some margin."""
    bad = _smooth(error, applies).min(axis=0) > goal
    edges = np.flatnonzero(np.diff(np.concatenate([[0], bad.astype(int), [0]])))
    last = error.shape[1] - 1
    found: list[tuple[int, int]] = []
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        start = found.pop()[0] if found and a - found[-1][1] <= REACH else max(a - MARGIN, 0)
        found.append((start, min(b - 1 + MARGIN, last)))
    return found


def _smooth(error: Floats, applies: Truths) -> Floats:
    """The largest error of a candidate at neighbouring points, inf where it isn't meant to be used."""
    known = np.where(applies, np.where(np.isnan(error), 0, error), np.inf)
    found = known.copy()
    # a much larger error is no accident: it is where the form stops being right
    limit = np.maximum(known, 1)
    for k in range(1, REACH + 1):
        for here, there in ((np.s_[:, k:], np.s_[:, :-k]), (np.s_[:, :-k], np.s_[:, k:])):
            near = np.where(known[there] / LARGE < limit[here], known[there], 0)
            found[here] = np.maximum(found[here], near)
    return found
