"""Values of fitted functions at many points in extended precision: where the error of looked-up polynomials is measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from .lookup_double import Pieces
from .truth import Truth

__all__ = ["dense"]

Floats = NDArray[np.float64]
#: The extended precision of x86, the only processors that have such kernels: 11 bits more than a double.
Long = np.longdouble

#: So many numbers in a unit have squares that are exact.
SHORT = 2.0**20


def dense(
    p: Pieces, series: Sequence[Sequence[Sequence[arb]]], x: Floats, truth: Truth, scale: Floats, count: int
) -> tuple[Floats, Truth, Floats]:
    """Return so many points in each interval with true values and the scale of errors, which is known at some points x.

    `series` are the Chebyshev coefficients of h, for each side, or for one, by interval. The pieces aren't mirrored.
    """
    low, high = (np.array(ends)[:, None] for ends in zip(*p.layout.edges, strict=True))
    # errors are largest near the ends
    u = low + (high - low) * np.random.default_rng(1).beta(0.5, 0.5, (len(low), count))
    signs = (-1,) if p.above else (1,) if len(series) == 1 else (-1, 1)
    found = []
    for sign, rows in zip(signs, series, strict=True):
        h = _values(rows, (u.astype(Long) - (low + high) / 2) / ((high - low) / 2)) * _decayed(u, p.decay)
        found.append((sign * u, h * (u if p.above else sign * u).astype(Long) ** p.power))
    if p.above:
        constant, slope, sign = p.above
        found.append((u, constant + slope * u.astype(Long) + sign * found[0][1]))
    more, values = (np.concatenate([part[k].ravel() for part in found]) for k in (0, 1))
    near = values.astype(np.float64)
    order = np.argsort(x)
    vanishing = np.interp(more, x[order], (scale > np.abs(truth.high))[order].astype(np.float64)) > 0
    size = np.where(vanishing, np.fmax(np.interp(more, x[order], scale[order]), np.abs(near)), np.abs(near))
    return more, Truth(near, (values - near).astype(np.float64)), size


def _values(rows: Sequence[Sequence[arb]], s: Any) -> Any:
    """Sums of Chebyshev polynomials by Clenshaw's rule, one row of s each."""
    columns = [
        np.array([Long(float(c)) + Long(float(c - arb(float(c)))) for c in column])
        for column in zip(*rows, strict=True)
    ]
    last, here = np.zeros_like(s), np.zeros_like(s)
    for column in columns[:0:-1]:
        last, here = here, 2 * s * here - last + column[:, None]
    return s * here - last + columns[0][:, None]


def _decayed(u: Floats, decay: float) -> Any:
    """exp(-decay*u**2)."""
    short = np.round(u * SHORT) / SHORT
    rest = (u.astype(Long) - short) * (u.astype(Long) + short)
    return np.exp(-decay * short.astype(Long) ** 2) * np.exp(-decay * rest)
