"""Regions from the chosen forms: their bounds, which side a join belongs to, and what holds at single points and at infinity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sympy import Expr, I, S, nan, zoo

from .bounds import refined
from .direct import Direct
from .measure import Format, evaluate
from .program import Region
from .regimes import Run
from .rounding import exactly, nearest
from .study import Columns, Study

__all__ = ["limit_node", "natural_ends", "regions_of"]

#: How far, in units in the last place, the form next to a join may be from the value there.
AT_JOIN = 4.0


def regions_of(
    study: Study, results: Sequence[int], columns: Columns, runs: Sequence[Run], form: Format
) -> tuple[list[Region], list[tuple[int, Any]]]:
    """Return the regions with their bounds, and points whose value no neighbouring form gives."""
    lower = Direct(study.graph)
    points: list[tuple[int, Any]] = []
    bounds: dict[int, tuple[int, bool]] = {}
    inner = {run.last: m for m, run in enumerate(runs[:-1])}
    for m, run in enumerate(runs):
        for k in range(run.first, run.last + 1):
            if k + 1 == columns.cell.size:
                continue
            here, there = int(columns.cell[k]), int(columns.cell[k + 1])
            after = results[runs[inner[k] + 1].candidate] if k in inner else results[run.candidate]
            if here != there:
                at, value = study.subject.ends[here]
                closed, special = _side(study, results[run.candidate], after, here, at, value)
                if special is not None:
                    points.append((lower.node(at), special if isinstance(special, str) else lower.node(special)))
                if k in inner:
                    bounds[m] = _bound(lower, at, closed)
            elif k in inner:
                forms = results[run.candidate], results[runs[m + 1].candidate]
                mark = refined(study, here, forms, columns.mark[k], columns.mark[k + 1], form)
                bounds[m] = (lower.node(study.subject.cells[here].at(mark)), False)
    regions = [Region(results[run.candidate], *bounds.get(m, (None, False))) for m, run in enumerate(runs)]
    return regions, points


def _bound(lower: Direct, at: Expr, closed: bool) -> tuple[int, bool]:
    """A bound as a double; where it lies between two doubles the lower one belongs to the left region."""
    if at.is_number:
        double = exactly(nearest(at))
        return lower.graph.number(double), closed if double == at else bool(double < at)
    return lower.node(at), closed


def _value(study: Study, cell: int, at: Expr, value: Expr | str | None) -> Expr:
    if value is None:
        return S.NaN
    if value == "inner":
        expr = study.subject.cells[cell].expr
        assert expr is not None
        return expr.subs(study.subject.variable, at)
    return value


def _side(study: Study, left: int, right: int, cell: int, at: Expr, value: Expr | str | None) -> tuple[bool, Any]:
    """Whether a join belongs to the left region, and what is to be put in there: None if the form gives it.

    At a simple zero x = 0 the sign of zero counts; where the forms lose it, x itself or -x is put in.
    """
    cells = study.subject.cells
    if value is None:
        undefined = cells[cell].expr is None, cells[cell + 1].expr is None
        return undefined[0], None if any(undefined) else S.NaN
    if at.is_number and exactly(nearest(at)) != at:
        # no double lies at the join
        return False, None
    exact = _value(study, cell, at, value)
    fits, signed = [True, True], [True, True]
    slope = _slope_at_zero(study, cell) if at == 0 and exact == 0 else 0
    for point in study.points:
        join, there = at.subs(point), exact.subs(point)
        if join.has(I, nan, zoo) or there.has(I, nan, zoo):
            continue  # no join for these parameters
        place, wanted = float(nearest(join)), float(nearest(there))
        if not np.isfinite(place):
            continue
        x = np.array([place, -0.0] if place == 0 else [place])
        found = evaluate(study.graph, {left, right}, study.subject.variable, x, point)
        for side, node in enumerate((left, right)):
            with np.errstate(all="ignore"):
                error = np.abs(found[node] - wanted) / np.spacing(np.abs(wanted))
            fits[side] &= bool(np.all((error <= AT_JOIN) | (found[node] == wanted)))
            signed[side] &= not slope or list(np.signbit(found[node] * slope)) == [False, True]
    for side in (1, 0):
        if fits[side] and signed[side]:
            return side == 0, None
    if slope:
        return False, "x" if slope > 0 else "-x"
    return False, exact


def _slope_at_zero(study: Study, cell: int) -> int:
    """The sign of the slope at x = 0 if the function changes its sign there, else 0."""
    signs = []
    for row, k in ((study.grids[cell], -1), (study.grids[cell + 1], 0)):
        found = {float(np.sign(grid.truth.high[k])) for grid in row}
        signs.append(found.pop() if len(found) == 1 else 0.0)
    return {(-1.0, 1.0): 1, (1.0, -1.0): -1}.get((signs[0], signs[1]), 0)


def limit_node(study: Study, limit: Expr | str | None) -> Any:
    """Return the node of a limit, None or "form" as they are."""
    if limit is None or isinstance(limit, str):
        return limit
    return Direct(study.graph).node(limit)


def natural_ends(study: Study, forms: Sequence[int]) -> tuple[bool, bool, bool]:
    """Return whether the forms of the regions are right at -inf, at inf and for nan as they stand."""
    found = [limit != "form" for limit in study.subject.limits] + [True]
    x = np.array([-np.inf, np.inf, np.nan])
    for point in study.points:
        values = evaluate(study.graph, set(forms), study.subject.variable, x, point)
        ends = values[forms[0]][0], values[forms[-1]][1]
        for side, (value, limit) in enumerate(zip(ends, study.subject.limits, strict=True)):
            if found[side]:
                wanted = np.nan if limit is None else nearest(limit.subs(point))  # type: ignore[union-attr]
                found[side] = bool(value == wanted or (value != value and wanted != wanted))
        found[2] &= all(bool(np.isnan(values[a][2])) for a in forms)
    return found[0], found[1], found[2]
