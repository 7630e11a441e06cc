"""How wrong compiled kernels are: their functions and divisions aren't NumPy's."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from ..errors import NotSupportedError
from . import runtime
from .binding import bind
from .llvm.compiler import address
from .llvm.spec import Spec
from .measure import Grid, refreshed
from .piecewise import Floats
from .program import Program
from .sensitivity import ERRORS, EXACT, LIBRARY
from .study import Report, Study
from .truth import Truth, errors, local_scale

__all__ = ["checked", "kernel_error"]

#: So many points between -r and r for each of these r, and as many by their order of magnitude.
COUNT, SPANS = 15000, (3.0, 12.0, 40.0, 110.0)
#: The error of a result that is rounded once.
ONCE = 0.5
#: Other errors are larger by so much elsewhere; a result that underflows may be the number beside the nearest one.
UNSEEN, BESIDE = 0.05, 1.0
#: Programs with more steps take LLVM too long.
LONG = 1200
#: Most inputs are less than this in size.
TYPICAL = 10.0
#: With more zeros than this there is no telling what is near to one.
ZEROS = 60


def kernel_error(program: Program, truth: Program) -> float:
    """Return the largest error of a float32 program as a kernel, in units in the last place, at many points.

    `truth` computes the same in float64. It is 0 where kernels can't be compiled.
    """
    x = _points()
    with np.errstate(all="ignore"):
        true = runtime.apply({"float64": bind(truth, 0)}, x.astype(np.float64), None, ())
    if np.count_nonzero(np.diff(np.sign(true))) > ZEROS:
        return 0.0
    found = _values(program, x)
    if found is None:
        return 0.0
    points = x.astype(np.float64)
    wrong = errors(
        found.astype(np.float64),
        Truth(true, np.zeros(true.shape)),
        local_scale(points, true, (-np.inf, np.inf)),
        24,
        -149,
    )
    return float(np.nanmax(wrong, initial=0.0))


def checked(study: Study, program: Program, report: Report, more: int = 0) -> tuple[Program, Report]:
    """Return a float64 program with a report on what it gives as a kernel, between the points of a study too.

    That is at one number between each two points, and so many more where inputs are typical.
    """
    error, at = max(_between(study, program, more), (report.error, report.at))
    if error > ONCE or not _basic(program):
        error = max(error, min(error + UNSEEN, 1.0))
        if any(np.any(_underflows(grid)) for row in study.grids for grid in row):
            error = max(error, BESIDE)
    return program, replace(report, error=error, at=at)


def _underflows(grid: Grid) -> Any:
    """Where results are subnormal though x isn't small."""
    size = np.abs(grid.truth.high)
    return (size > 0) & (size < np.finfo(np.float64).tiny) & (np.abs(grid.x) > np.sqrt(np.finfo(np.float64).tiny))


def _basic(program: Program) -> bool:
    """Whether a program has only operations whose results are rounded correctly."""
    steps = [step for part in (*program.common, *program.regions) for step in part.steps]
    return all(step.op in {"copy", *EXACT} or ERRORS.get(step.op, LIBRARY) <= ONCE for step in steps)


def _between(study: Study, program: Program, more: int) -> tuple[float, float]:
    """The largest error between the points of a study, and where it is; 0 where kernels can't be compiled, or not soon."""
    worst, at = 0.0, 0.0
    if sum(len(part.steps) for part in (*program.common, *program.regions)) > LONG:
        return worst, at
    rng = np.random.default_rng(more)
    for cell, row in zip(study.subject.cells, study.grids, strict=True):
        for grid in row[:1]:
            gaps = np.diff(grid.marks)
            typical = np.flatnonzero(np.abs(grid.x[:-1]) < TYPICAL)
            chosen = np.sort(np.concatenate([np.arange(gaps.size), np.repeat(typical, more)]))
            places = grid.marks[chosen] + rng.random(chosen.size) * gaps[chosen]
            dense = refreshed(study.subject.variable, cell, grid, places, "float64")
            found = _values(program, dense.x)
            if found is not None:
                wrong = errors(found, dense.truth, dense.scale)
                wrong = np.where(np.isnan(wrong), 0.0, wrong)
                k = int(np.argmax(wrong))
                worst, at = max((worst, at), (float(wrong[k]), float(dense.x[k])))
    return worst, at


def _values(program: Program, x: Any) -> Any | None:
    """The values of a program without parameters as a kernel; None where kernels can't be compiled."""
    try:
        loop = address(Spec((program,), 0, {4: "float", 8: "double"}[x.itemsize]))
    except NotSupportedError:
        return None
    found = np.empty_like(x)
    place = ctypes.c_void_p
    arrays, count, steps = (
        (place * 2)(x.ctypes.data, found.ctypes.data),
        ctypes.c_int64(x.size),
        (ctypes.c_int64 * 2)(x.itemsize, x.itemsize),
    )
    ctypes.CFUNCTYPE(None, place, place, place, place)(loop)(*map(ctypes.addressof, (arrays, count, steps)), None)
    return found


@cache
def _points() -> Floats:
    """Float32 numbers where errors show, in order."""
    rng = np.random.default_rng(0)
    parts = [rng.uniform(-r, r, COUNT) for r in SPANS]
    parts.append(rng.choice([-1, 1], COUNT) * 10.0 ** rng.uniform(-38, 4, COUNT))
    return np.unique(np.concatenate(parts).astype(np.float32))
