"""The stable program of a function: candidates, measured against balls, chosen along the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Rational, S, nan, oo

from .candidates import Candidate, candidates, clamped, whole_candidates
from .direct import Direct
from .graph import Graph
from .local import local_patches
from .measure import FORMATS, Format, Grid, evaluate, grids, measured, refreshed
from .program import Program, Region, build
from .proving import agrees
from .regimes import SWITCH, Run, choose, gaps
from .rounding import exactly, nearest
from .samples import Cell, Point
from .subject import Subject

__all__ = ["Report", "Stable", "stabilise"]

Floats = NDArray[np.float64]

#: With parameters a bound at one x suits some of their values only: it must be worth this many ns per element.
FEW = 20.0
#: Above this error float32 arithmetic isn't good enough to be fast.
TOO_MUCH = 16.0
#: Beyond this |x| even functions with parameters are taken by their leading terms.
FAR = 1e290
#: A bound between two sample points is looked for in so many rounds of seven points each.
ROUNDS = 3
#: How far, in units in the last place, the form next to a join may be from the value there.
AT_JOIN = 4.0


@dataclass(frozen=True)
class Report:
    """The largest measured error in units in the last place and where; what each region computes, and why that is right.

    The reason is "proved" (equal to the definition), "undecided" (measured only) or "approximation" (measured only).
    """

    error: float
    at: float
    forms: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Stable:
    """The programs of a function by dtype, with what was measured."""

    programs: dict[str, Program]
    reports: dict[str, Report]


@dataclass
class _Work:
    subject: Subject
    points: list[Point]
    graph: Graph = field(default_factory=Graph)
    grids: list[list[Grid]] = field(default_factory=list)
    found: list[Candidate] = field(default_factory=list)
    proofs: dict[tuple[int, int], str] = field(default_factory=dict)


def stabilise(subject: Subject, points: list[Point], fast: bool = False) -> Stable:
    """Return the programs of a function, chosen for parameter values `points`, the first of which are the defaults.

    `fast` computes float32 in float32 where that doesn't cost too much accuracy.
    """
    work = _Work(subject, points)
    work.grids = grids(subject.variable, subject.cells, points, subject.known)
    _collect(work)
    if not subject.parameters:
        _patch(work)
    made = {name: _program(work, FORMATS[name]) for name in ("double", "single")}
    if fast and made["single"][0].dtype == "float64":
        work.grids = grids(subject.variable, subject.cells, points, subject.known, "float32")
        quick = _program(work, FORMATS["fast"])
        if quick[1].error <= TOO_MUCH:
            made["single"] = quick
    names = {"double": "float64", "single": "float32"}
    return Stable(
        {names[k]: program for k, (program, _) in made.items()}, {names[k]: report for k, (_, report) in made.items()}
    )


def _collect(work: _Work) -> None:
    """Find all candidates; those of two cells that are the same become one."""
    subject, graph = work.subject, work.graph
    found: list[Candidate] = []
    smooth = [k for k, cell in enumerate(subject.cells) if cell.expr is not None]
    if subject.whole is not None:
        found += whole_candidates(graph, subject.whole, smooth)
    for k, cell in enumerate(subject.cells):
        if cell.expr is None:
            found.append(Candidate.constant(graph, nan, k))
        else:
            row = work.grids[k]
            places = row[0].marks.tolist() if row else [0.5]
            found += candidates(graph, subject.variable, cell, k, places, work.points)
    for limit, k in zip(subject.limits, (0, len(subject.cells) - 1), strict=True):
        if isinstance(limit, Expr) and subject.cells[k].expr is not None and limit not in (oo, -oo):
            found.append(Candidate.constant(graph, limit, k, far=True))
    cost, _ = graph.costs([c.double for c in found], subject.variable)
    found += clamped(graph, subject.variable, subject.ends, found, cost.tolist())
    merged: dict[tuple[int, bool], Candidate] = {}
    for c in found:
        key = c.double, c.meaning is None
        other = merged.get(key)
        merged[key] = c if other is None else replace(other, cells=other.cells | c.cells, far=other.far and c.far)
    work.found = list(merged.values())


def _patch(work: _Work) -> None:
    """Add local polynomials where no candidate is accurate."""
    subject, form = work.subject, FORMATS["double"]
    columns = _columns(work, [c.double for c in work.found], form)
    spans = [(float(columns.x[a]), float(columns.x[b])) for a, b in gaps(columns.error, columns.applies, form.goal)]
    cells = [(*subject.cells[row[0].number].ends({}), row[0].exprs) for row in work.grids if row]
    for patch in local_patches(work.graph, subject.variable, cells, spans):
        where = [row[0].number for row in work.grids if row and row[0].x[0] < patch.high and patch.low < row[0].x[-1]]
        work.found.append(Candidate(None, patch.node, patch.node, frozenset(where)))


@dataclass(frozen=True)
class _Columns:
    """Sample points of all cells side by side: their cell, their mark, x for typical parameters, errors of candidates."""

    cell: NDArray[np.int64]
    mark: Floats
    x: Floats
    error: Floats
    applies: NDArray[np.bool_]


def _columns(work: _Work, results: Sequence[int], form: Format) -> _Columns:
    parts: list[tuple[Any, ...]] = []
    for k in range(len(work.subject.cells)):
        row = work.grids[k]
        applies = np.array([k in c.cells for c in work.found])
        far = np.array([c.far for c in work.found])
        if row:
            error = measured(work.graph, work.subject.variable, results, row, form)
            places, x = row[0].marks, row[0].x
        else:
            low, high = work.subject.cells[k].ends(work.points[0])
            middle = np.clip((max(low, -1e300) + min(high, 1e300)) / 2, -1e300, 1e300)
            error, places, x = np.zeros((len(results), 1)), np.array([0.5]), np.array([middle])
        # with parameters, what holds beyond one x for some values may not hold there for others
        bounded = np.abs(x) < FAR if work.subject.parameters else np.zeros(x.size, bool)
        where = applies[:, None] & ~(far[:, None] & bounded)
        parts.append((np.full(x.size, k), places, x, error, where))
    cell, mark, x, error, applies = (np.concatenate(p, axis=-1) for p in zip(*parts, strict=True))
    return _Columns(cell, mark, x, error, applies)


def _program(work: _Work, form: Format) -> tuple[Program, Report]:
    subject, graph = work.subject, work.graph
    results = [getattr(c, form.form) for c in work.found]
    columns = _columns(work, results, form)
    cost, shared = graph.costs(results, subject.variable)
    switch, goal = (FEW, 2 * form.goal) if subject.parameters else (SWITCH, form.goal)
    while True:
        runs = choose(columns.error, columns.applies, cost, shared, columns.x, goal, switch)
        reasons = [_reasons(work, columns, run) for run in runs]
        refuted = [(run.candidate, k) for run, found in zip(runs, reasons, strict=True) for k, r in found.items() if r == "wrong"]
        if not refuted:
            break
        for c, k in refuted:
            columns.applies[c, columns.cell == k] = False
    regions, points = _regions(work, results, columns, runs, form)
    limits = tuple(_limit(work, limit) for limit in subject.limits)
    natural = _natural(work, [region.result for region in regions])
    exact = form.digits == 24 and _exact_in_single(graph, regions)
    dtype = "float32" if exact else form.dtype
    if dtype == "float32":
        regions = [_bounded_in_single(graph, region) for region in regions]
    forms = [
        (_meaning(graph, work.found[run.candidate]), min(found.values(), key=_REASONS.index))
        for run, found in zip(runs, reasons, strict=True)
    ]
    regions = [replace(r, about=f"{text} ({reason})") for r, (text, reason) in zip(regions, forms, strict=True)]
    symbols = [p.symbol for p in subject.parameters]
    program = build(graph, subject.variable, symbols, regions, points, (limits[0], limits[1]), dtype, natural, exact)
    used = np.concatenate([columns.error[run.candidate, run.first : run.last + 1] for run in runs])
    at = int(np.nanargmax(np.where(np.isnan(used), -1, used)))
    last = 0.0 if dtype != form.dtype or form.dtype == "float32" or form.digits == 53 else 0.5
    error = 0.5 if exact else last + float(used[at])
    return program, Report(error, float(columns.x[at]), tuple(forms))


_REASONS = ["undecided", "approximation", "proved"]


def _reasons(work: _Work, columns: _Columns, run: Run) -> dict[int, str]:
    """Why a form is right on each cell it serves: by proof, or as an approximation by measurement only."""
    candidate, subject = work.found[run.candidate], work.subject
    found = {}
    for k in np.unique(columns.cell[run.first : run.last + 1]).tolist():
        if candidate.meaning is None:
            found[k] = "approximation"
            continue
        key = candidate.meaning, k
        if key not in work.proofs:
            meaning = work.graph.meaning(candidate.meaning)
            verdict = agrees(meaning, subject.cells[k], subject.variable, subject.known)
            work.proofs[key] = {True: "proved", False: "wrong", None: "undecided"}[verdict]
        found[k] = work.proofs[key]
    return found


def _meaning(graph: Graph, candidate: Candidate) -> str:
    return "a local approximation" if candidate.meaning is None else str(graph.meaning(candidate.meaning))


def _regions(
    work: _Work, results: Sequence[int], columns: _Columns, runs: Sequence[Run], form: Format
) -> tuple[list[Region], list[tuple[int, Any]]]:
    """Regions with their bounds, and points whose value no neighbouring form gives."""
    lower = Direct(work.graph)
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
                at, value = work.subject.ends[here]
                closed, special = _side(work, results[run.candidate], after, here, at, value)
                if special is not None:
                    points.append((lower.node(at), special if isinstance(special, str) else lower.node(special)))
                if k in inner:
                    bounds[m] = _bound(lower, at, closed)
            elif k in inner:
                forms = results[run.candidate], results[runs[m + 1].candidate]
                mark = _refined(work, here, forms, columns.mark[k], columns.mark[k + 1], form)
                bounds[m] = (lower.node(work.subject.cells[here].at(mark)), False)
    regions = [Region(results[run.candidate], *bounds.get(m, (None, False))) for m, run in enumerate(runs)]
    return regions, points


def _refined(work: _Work, cell: int, forms: tuple[int, int], a: float, b: float, form: Format) -> Expr:
    """A mark between two others up to which the first form is better, or as good as the goal, and from which the second."""
    for _ in range(ROUNDS):
        inner = _spread(a, b)
        grids = [
            refreshed(work.subject.variable, work.subject.cells[cell], grid, inner, form.dtype)
            for grid in work.grids[cell][:2]
        ]
        error = measured(work.graph, work.subject.variable, forms, grids, form)
        error = np.where(np.isnan(error), 0, np.maximum(error, form.goal))
        worst = [max(np.max(error[0, :k], initial=0), np.max(error[1, k:], initial=0)) for k in range(inner.size + 1)]
        good = np.flatnonzero(np.asarray(worst) == min(worst))
        k = int(good[good.size // 2])
        a, b = (inner[k - 1] if k else a), (inner[k] if k < inner.size else b)
    return _between(a, b)


def _spread(a: float, b: float) -> Floats:
    """Marks between two others."""
    part = np.linspace(0, 1, 9)[1:-1]
    if np.sign(a) == np.sign(b) != 0 and not 0.5 < b / a < 2:
        return np.sign(a) * np.exp(np.log(abs(a)) * (1 - part) + np.log(abs(b)) * part)
    return a * (1 - part) + b * part


def _between(a: float, b: float) -> Expr:
    """The shortest decimal near the middle of two positive or two negative numbers."""
    far = a != 0 and not 0.5 < b / a < 2
    middle = float(np.sqrt(abs(a)) * np.sqrt(abs(b)) * np.sign(a)) if far else a / 2 + b / 2
    for digits in range(1, 17):
        text = f"{middle:.{digits}g}"
        if min(a, b) < float(text) < max(a, b):
            return Rational(text)
    return exactly(middle)


def _bound(lower: Direct, at: Expr, closed: bool) -> tuple[int, bool]:
    """A bound as a double; where it lies between two doubles the lower one belongs to the left region."""
    if at.is_number:
        double = exactly(nearest(at))
        return lower.graph.number(double), closed if double == at else bool(double < at)
    return lower.node(at), closed


def _value(work: _Work, cell: int, at: Expr, value: Expr | str | None) -> Expr:
    if value is None:
        return S.NaN
    if value == "inner":
        expr = work.subject.cells[cell].expr
        assert expr is not None
        return expr.subs(work.subject.variable, at)
    return value


def _side(
    work: _Work, left: int, right: int, cell: int, at: Expr, value: Expr | str | None
) -> tuple[bool, Any]:
    """Whether a join belongs to the left region, and what is to be put in there: None if the form gives it.

    At a simple zero x = 0 the sign of zero counts; where the forms lose it, x itself or -x is put in.
    """
    cells = work.subject.cells
    if value is None:
        undefined = cells[cell].expr is None, cells[cell + 1].expr is None
        return undefined[0], None if any(undefined) else S.NaN
    exact = _value(work, cell, at, value)
    fits, signed = [True, True], [True, True]
    slope = _slope_at_zero(work, cell) if at == 0 and exact == 0 else 0
    for point in work.points:
        place = float(nearest(at.subs(point)))
        if not np.isfinite(place):
            continue
        wanted = float(nearest(exact.subs(point)))
        x = np.array([place, -0.0] if place == 0 else [place])
        found = evaluate(work.graph, {left, right}, work.subject.variable, x, point)
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


def _slope_at_zero(work: _Work, cell: int) -> int:
    """The sign of the slope at x = 0 if the function changes its sign there, else 0."""
    signs = []
    for row, k in ((work.grids[cell], -1), (work.grids[cell + 1], 0)):
        found = {float(np.sign(grid.truth.high[k])) for grid in row}
        signs.append(found.pop() if len(found) == 1 else 0.0)
    return {(-1.0, 1.0): 1, (1.0, -1.0): -1}.get((signs[0], signs[1]), 0)


def _limit(work: _Work, limit: Expr | str | None) -> Any:
    if limit is None or isinstance(limit, str):
        return limit
    return Direct(work.graph).node(limit)


def _natural(work: _Work, forms: Sequence[int]) -> tuple[bool, bool, bool]:
    """Whether the forms of the regions are right at -inf, at inf and for nan as they stand."""
    found = [limit != "form" for limit in work.subject.limits] + [True]
    x = np.array([-np.inf, np.inf, np.nan])
    for point in work.points:
        values = evaluate(work.graph, set(forms), work.subject.variable, x, point)
        ends = values[forms[0]][0], values[forms[-1]][1]
        for side, (value, limit) in enumerate(zip(ends, work.subject.limits, strict=True)):
            if found[side]:
                wanted = np.nan if limit is None else nearest(limit.subs(point))  # type: ignore[union-attr]
                found[side] = bool(value == wanted or (value != value and wanted != wanted))
        found[2] &= all(bool(np.isnan(values[a][2])) for a in forms)
    return found[0], found[1], found[2]


_ROUNDING = frozenset({"add", "sub", "mul", "div", "sqrt"})
_CHOOSING = frozenset({"neg", "abs", "max", "min", "select", "sign", "less", "less_equal", "equal", "and", "or", "not"})


def _exact_in_single(graph: Graph, regions: Sequence[Region]) -> bool:
    """Whether float32 arithmetic gives the correctly rounded result: at most one rounding, of exact operands."""
    bounds = [region.bound for region in regions if region.bound is not None]
    return all(_roundings(graph, region.result) <= 1 for region in regions) and all(
        graph.nodes[b].op == "symbol" or graph.value(b) is not None or _roundings(graph, b) == 0 for b in bounds
    )


def _roundings(graph: Graph, a: int) -> int:
    """How often float32 arithmetic rounds on the way to a node; 2 stands for too often."""
    node = graph.nodes[a]
    if node.op == "symbol":
        return 0
    if node.op == "number":
        value = nearest(node.value)
        return 0 if value != value or float(np.float32(value)) == value and exactly(value) == node.value else 2
    below = [_roundings(graph, b) for b in node.args]
    if node.op in _CHOOSING:
        return max(below)
    return 1 if node.op in _ROUNDING and max(below) == 0 else 2


def _bounded_in_single(graph: Graph, region: Region) -> Region:
    """The region with its bound as a float32."""
    if region.bound is None or graph.value(region.bound) is None:
        return region
    exact = graph.value(region.bound)
    single = exactly(float(np.float32(nearest(exact))))
    closed = region.closed if single == exact else bool(single < exact)
    return replace(region, bound=graph.number(single), closed=closed)
