"""The stable program of a function: candidates, measured against balls, chosen along the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from sympy import Expr, nan, oo

from .candidates import Candidate, candidates, clamped, whole_candidates
from .carried import in_arithmetic, in_two_parts, with_carried
from .checked import checked, kernel_error
from .exactness import bounded_in_single, exact_in_single
from .graph import Graph
from .joins import limit_node, natural_ends, regions_of
from .llvm.effort import effort
from .llvm.target import wide
from .local import local_patches
from .measure import FORMATS, Format, grids
from .polynomials import sooner_in_single, time_of, with_double_pieces, with_single_pieces
from .pricing import vector_costs
from .program import HIGH, LOW, NARROW, Program, build
from .proving import agrees
from .regimes import SWITCH, Mixing, Run, choose, gaps
from .samples import Point
from .study import Columns, Report, Study, columns_of
from .subject import Subject

__all__ = ["Stable", "stabilise"]

#: With parameters a bound at one x suits some of their values only: it must be worth this many ns per element.
FEW = 20.0
#: A kernel of vector instructions computes both regions where a vector has elements of two, and nothing else.
VECTOR_SWITCH, VECTOR_MIXING = 0.12, Mixing(0.1, 1.0)
#: Without AVX-512 carrying errors along costs more: it is left out where that takes more than so many times as long.
DEAR = 4.0
#: Where rounding errors are carried along, forms differ little in accuracy.
CARRIED_SWITCH = 0.5
#: Where all regions of a vector are computed, a little more error is well paid for.
VECTOR_AIM = 1.8
#: Forms that are chosen for these multiples of the usual goal are tried with compensation.
ACCURACIES = (1.0, 0.3)
#: What rounding errors that aren't carried along may come to, in units in the last place, the last rounding left out.
BUDGETS = (0.42, 0.2)
#: The same for float32 arithmetic; by what errors are larger between points; what pairs may be wrong by before rounding.
LEFT_OUT, BETWEEN, IN_PARTS = 0.1, 0.05, 0.2
#: What fast results may be wrong by, in units in the last place. Rough ones must be measured to be so much better; what is
#: stated is so many times what was measured, though no more than that.
FAST, ROOM, SURE = 3.0, 0.15, 1.2
#: The rounding errors of numbers in tables count on a part of typical inputs each: so many more points are looked at there.
MORE = 10
#: Parts of the goal that are aimed at, one after the other.
GOALS = (1.0, 0.75, 0.5)


@dataclass(frozen=True)
class Stable:
    """The programs of a function by dtype with what was measured: `blocks` for NumPy, `vectors` for compiled kernels.

    Among the latter those for float64 without AVX-512 have a key of their own. `portable` has those for any other vectors:
    they need no operation that only our kernels have.
    """

    blocks: dict[str, Program]
    vectors: dict[str, Program]
    portable: dict[str, Program]
    reports: dict[str, Report]
    kernel_reports: dict[str, Report]


def stabilise(subject: Subject, points: list[Point], fast: bool = False) -> Stable:
    """Return the programs of a function, chosen for parameter values `points`, the first of which are the defaults.

    `fast` computes float32 in float32 where that doesn't cost too much accuracy.
    """
    study = Study(subject, points)
    study.grids = grids(subject.variable, subject.cells, points, subject.known)
    _collect(study)
    if not subject.parameters:
        _patch(study)
    forms = {"float64": FORMATS["double"], "float32": FORMATS["single"]}
    blocks = {dtype: _program(study, form) for dtype, form in forms.items()}
    vectors = {dtype: _program(study, form, vector=True) for dtype, form in forms.items()}
    portable = dict(vectors)
    if not fast:
        careful, vectors["float64"] = _careful(study, blocks["float64"][0])
        cheap = time_of(careful[0]) <= DEAR * time_of(portable["float64"][0])
        vectors[NARROW] = careful if cheap else portable["float64"]
    elif not subject.parameters:
        vectors["float64"] = _rough(study, blocks["float64"][0], *vectors["float64"])
    if fast and blocks["float32"][0].dtype == "float64":
        study.grids = grids(subject.variable, subject.cells, points, subject.known, "float32")
        for made, vector in ((blocks, False), (vectors, True)):
            made["float32"] = _native(study, vector, blocks["float64"][0]) or made["float32"]
    rounded = not subject.parameters and not vectors["float32"][0].exact
    if rounded:
        vectors["float32"] = with_single_pieces(subject, blocks["float64"][0], *vectors["float32"], fast)
    portable["float32"] = vectors["float32"]
    beside: dict[str, Program] = {}
    if rounded and not fast:
        vectors["float32"], beside = _in_pairs(study, vectors["float32"], blocks["float64"][0])
    vectors.setdefault(NARROW, portable["float64"])
    reports = {
        dtype: max(blocks[dtype][1], made[dtype][1], key=lambda r: r.error)
        for dtype, made in (("float32", vectors), ("float64", portable))
    }
    return Stable(
        _programs(blocks), {**_programs(vectors), **beside}, {**_programs(vectors), **_programs(portable)}, reports,
        {dtype: report for dtype, (_, report) in vectors.items()},
    )  # fmt: skip


def _programs(made: Mapping[str, tuple[Program, Report]]) -> dict[str, Program]:
    return {dtype: program for dtype, (program, _) in made.items()}


def _careful(study: Study, near: Program) -> tuple[tuple[Program, Report], tuple[Program, Report]]:
    """The program that carries rounding errors along, and the same with polynomials where these are faster.

    Where that isn't accurate to one unit as a kernel, more errors are carried along.
    """
    found = []
    for budget in BUDGETS:
        plain = _program(_compensated(study, budget), FORMATS["carried"], vector=True)
        if study.subject.parameters:
            return plain, plain
        found.append((plain, checked(study, *with_double_pieces(study, near, *plain))))
        if found[-1][1][1].error <= 1:
            break
    return min(found, key=lambda pair: pair[1][1].error)


def _rough(study: Study, near: Program, program: Program, report: Report) -> tuple[Program, Report]:
    """The cheapest program with rough elementary functions if these suffice, with polynomials where these are faster."""
    best = program, report
    if wide():
        other = _program(replace(study, rough=True), FORMATS["double"], vector=True)
        found = [
            checked(study, replace(made, rough=True), told, MORE)
            for made, told in ([best] if other[0] == program else [best, other])
        ]
        allowed = max(FAST - ROOM, report.error)
        best = min([best, *(f for f in found if f[1].error <= allowed)], key=lambda pair: effort(pair[0]))
    program, report = checked(study, *with_double_pieces(study, near, *best), 0 if best[0].rough else MORE)
    error, sure = report.error, SURE * report.error
    return program, replace(report, error=error if error <= 1 else min(sure, FAST) if error <= FAST else sure)


def _compensated(study: Study, budget: float) -> Study:
    """The study with forms that carry rounding errors along, made from those that are chosen without and the most accurate."""
    form = FORMATS["double"]
    chosen = {
        run.candidate for part in ACCURACIES for run in _runs(study, replace(form, goal=part * form.goal), True)[0]
    }
    return with_carried(study, form, chosen, budget)


def _in_pairs(
    study: Study, wide: tuple[Program, Report], truth: Program
) -> tuple[tuple[Program, Report], dict[str, Program]]:
    """The program in float32 arithmetic that carries rounding errors along, if that is faster, else the one given.

    With it come programs for what is multiplied to them: of a value and what it has too much, or the one given.
    """
    subject, form = study.subject, FORMATS["pairs"]
    study = replace(study, found=[c for c in study.found if in_arithmetic(study.graph, c.native)])
    meant = set().union(*(c.cells for c in study.found if c.meaning is not None))
    if not meant.issuperset(k for k, cell in enumerate(subject.cells) if cell.expr is not None):
        return wide, {}
    study.grids = grids(subject.variable, subject.cells, study.points, subject.known, form.dtype)
    chosen = {run.candidate for goal in (FAST, form.goal) for run in _runs(study, replace(form, goal=goal), True)[0]}
    program, report = _program(with_carried(study, form, chosen, LEFT_OUT), form, vector=True)
    report = replace(report, error=max(report.error, kernel_error(program, truth)) + BETWEEN)
    if not (report.error <= 1 and sooner_in_single(program, wide[0])):
        return wide, {}
    parts = None if program.points else in_two_parts(study, form, chosen, LEFT_OUT, IN_PARTS)
    return (program, report), {HIGH: wide[0]} if parts is None else dict(zip((HIGH, LOW), parts, strict=True))


def _native(study: Study, vector: bool, truth: Program) -> tuple[Program, Report] | None:
    """The program in float32 arithmetic with the largest error aimed at that keeps to FAST, None where none does."""
    form = FORMATS["fast"]
    for part in GOALS:
        program, report = _program(study, replace(form, goal=part * form.goal), vector)
        error = report.error
        if vector and not study.subject.parameters and error <= FAST:
            error = max(error, kernel_error(program, truth))
        if error <= FAST:
            return program, replace(report, error=error)
    return None


def _collect(study: Study) -> None:
    """Find all candidates; those of two cells that are the same become one."""
    subject, graph = study.subject, study.graph
    found: list[Candidate] = []
    smooth = [k for k, cell in enumerate(subject.cells) if cell.expr is not None]
    if subject.whole is not None:
        found += whole_candidates(graph, subject.whole, smooth)
    for k, cell in enumerate(subject.cells):
        if cell.expr is None:
            found.append(Candidate.constant(graph, nan, k))
        else:
            row = study.grids[k]
            places = row[0].marks.tolist() if row else [0.5]
            found += candidates(graph, subject.variable, cell, k, places, study.points)
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
    study.found = list(merged.values())


def _patch(study: Study) -> None:
    """Add local polynomials where no candidate is accurate."""
    subject, form = study.subject, FORMATS["double"]
    columns = columns_of(study, [c.double for c in study.found], form)
    spans = [(float(columns.x[a]), float(columns.x[b])) for a, b in gaps(columns.error, columns.applies, form.goal)]
    cells = [(*subject.cells[row[0].number].ends({}), row[0].exprs) for row in study.grids if row]
    for patch in local_patches(study.graph, subject.variable, cells, spans):
        where = [row[0].number for row in study.grids if row and row[0].x[0] < patch.high and patch.low < row[0].x[-1]]
        study.found.append(Candidate(None, patch.node, patch.node, patch.node, frozenset(where)))


def _runs(study: Study, form: Format, vector: bool) -> tuple[list[Run], Columns, list[int], list[dict[int, str]]]:
    """Which candidate serves where, with the sample points, the candidates' nodes, and why each is right."""
    subject, graph = study.subject, study.graph
    results = [getattr(c, form.form) for c in study.found]
    columns = columns_of(study, results, form)
    cost, shared = vector_costs(study, results, form) if vector else graph.costs(results, subject.variable)
    switch, mixing = (VECTOR_SWITCH, VECTOR_MIXING) if vector else (SWITCH, Mixing())
    switch = CARRIED_SWITCH if form == FORMATS["carried"] else switch
    aim = form.goal * (VECTOR_AIM if vector and form.goal > 1 else 1.0)
    switch, goal = (FEW, 2 * form.goal) if subject.parameters else (switch, aim)
    while True:
        runs = choose(columns.error, columns.applies, cost, shared, columns.x, goal, switch, mixing)
        reasons = [_reasons(study, columns, run) for run in runs]
        wrong = [(r.candidate, k) for r, found in zip(runs, reasons, strict=True) for k in found if found[k] == "wrong"]
        if not wrong:
            break
        for c, k in wrong:
            columns.applies[c, columns.cell == k] = False
    return runs, columns, results, reasons


def _program(study: Study, form: Format, vector: bool = False) -> tuple[Program, Report]:
    subject, graph = study.subject, study.graph
    runs, columns, results, reasons = _runs(study, form, vector)
    regions, points = regions_of(study, results, columns, runs, form)
    limits = limit_node(study, subject.limits[0]), limit_node(study, subject.limits[1])
    natural = natural_ends(study, [region.result for region in regions])
    exact = form.digits == 24 and exact_in_single(graph, regions)
    dtype = "float32" if exact else form.dtype
    if dtype == "float32":
        regions = [bounded_in_single(graph, region) for region in regions]
    forms = [
        (_meaning(graph, study.found[run.candidate]), min(found.values(), key=_REASONS.index))
        for run, found in zip(runs, reasons, strict=True)
    ]
    regions = [replace(r, about=f"{text} ({reason})") for r, (text, reason) in zip(regions, forms, strict=True)]
    symbols = [p.symbol for p in subject.parameters]
    program = build(graph, subject.variable, symbols, regions, points, limits, dtype, natural, exact)
    used = np.concatenate([columns.error[run.candidate, run.first : run.last + 1] for run in runs])
    at = int(np.nanargmax(np.where(np.isnan(used), -1, used)))
    # a float32 result computed in float64 is rounded once more
    last = 0.5 if form.digits == 24 and form.dtype == "float64" else 0.0
    error = 0.5 if exact else last + float(used[at])
    return program, Report(error, float(columns.x[at]), tuple(forms))


_REASONS = ["undecided", "approximation", "proved"]


def _reasons(study: Study, columns: Columns, run: Run) -> dict[int, str]:
    """Why a form is right on each cell it serves: by proof, or as an approximation by measurement only."""
    candidate, subject = study.found[run.candidate], study.subject
    found = {}
    for k in np.unique(columns.cell[run.first : run.last + 1]).tolist():
        if candidate.meaning is None:
            found[k] = "approximation"
            continue
        key = candidate.meaning, k
        if key not in study.proofs:
            meaning = study.graph.meaning(candidate.meaning)
            verdict = agrees(meaning, subject.cells[k], subject.variable, subject.known)
            study.proofs[key] = {True: "proved", False: "wrong", None: "undecided"}[verdict]
        found[k] = study.proofs[key]
    return found


def _meaning(graph: Graph, candidate: Candidate) -> str:
    return "a local approximation" if candidate.meaning is None else str(graph.meaning(candidate.meaning))
