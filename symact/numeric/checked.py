"""How wrong a compiled kernel in float32 arithmetic is: its functions and divisions aren't NumPy's."""

from __future__ import annotations

import ctypes
from functools import cache

import numpy as np

from ..errors import NotSupportedError
from . import runtime
from .binding import bind
from .llvm.compiler import address
from .llvm.spec import Spec
from .piecewise import Floats
from .program import Program
from .truth import Truth, errors, local_scale

__all__ = ["kernel_error"]

#: So many points between -r and r for each of these r, and as many by their order of magnitude.
COUNT, SPANS = 15000, (3.0, 12.0, 40.0, 110.0)
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
    try:
        loop = address(Spec((program,), 0, "float"))
    except NotSupportedError:
        return 0.0
    found = np.empty_like(x)
    place = ctypes.c_void_p
    arrays, count, steps = (
        (place * 2)(x.ctypes.data, found.ctypes.data),
        ctypes.c_int64(x.size),
        (ctypes.c_int64 * 2)(4, 4),
    )
    ctypes.CFUNCTYPE(None, place, place, place, place)(loop)(*map(ctypes.addressof, (arrays, count, steps)), None)
    points = x.astype(np.float64)
    wrong = errors(
        found.astype(np.float64),
        Truth(true, np.zeros(true.shape)),
        local_scale(points, true, (-np.inf, np.inf)),
        24,
        -149,
    )
    return float(np.nanmax(wrong, initial=0.0))


@cache
def _points() -> Floats:
    """Float32 numbers where errors show, in order."""
    rng = np.random.default_rng(0)
    parts = [rng.uniform(-r, r, COUNT) for r in SPANS]
    parts.append(rng.choice([-1, 1], COUNT) * 10.0 ** rng.uniform(-38, 4, COUNT))
    return np.unique(np.concatenate(parts).astype(np.float32))
