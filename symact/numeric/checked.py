"""How wrong compiled kernels are: their functions and divisions aren't NumPy's."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

import numpy as np

from ..errors import NotSupportedError
from . import runtime
from .binding import bind
from .llvm.compiler import address
from .llvm.spec import Spec
from .measure import refreshed
from .piecewise import Floats
from .program import Program
from .study import Study
from .truth import Truth, errors, local_scale

__all__ = ["double_kernel_error", "kernel_error"]

#: So many points between -r and r for each of these r, and as many by their order of magnitude.
COUNT, SPANS = 15000, (3.0, 12.0, 40.0, 110.0)
#: So many points between two of a study.
BETWEEN = 3
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


def double_kernel_error(study: Study, program: Program) -> tuple[float, float]:
    """Return the largest error of a float64 program as a kernel between the points of a study, and where it is.

    It is 0 where kernels can't be compiled.
    """
    worst, at = 0.0, 0.0
    rng = np.random.default_rng(0)
    for cell, row in zip(study.subject.cells, study.grids, strict=True):
        for grid in row[:1]:
            gaps = np.diff(grid.marks)
            places = (grid.marks[:-1] + rng.random((BETWEEN, gaps.size)) * gaps).ravel()
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
