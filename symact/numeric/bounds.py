"""Bounds between forms: looked for more closely between two sample points, and written as short numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sympy import Expr, Rational

from .measure import Format, measured, refreshed
from .rounding import exactly
from .study import Study

__all__ = ["refined"]

Floats = NDArray[np.float64]

#: A bound between two sample points is looked for in so many rounds of seven points each.
ROUNDS = 3


def refined(study: Study, cell: int, forms: tuple[int, int], a: float, b: float, form: Format) -> Expr:
    """Return a mark between two others up to which the first form is better, or as good as the goal, and from which the second."""
    for _ in range(ROUNDS):
        inner = _spread(a, b)
        grids = [
            refreshed(study.subject.variable, study.subject.cells[cell], grid, inner, form.dtype)
            for grid in study.grids[cell][:2]
        ]
        error = measured(study.graph, study.subject.variable, forms, grids, form)
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
        return np.asarray(np.sign(a) * np.exp(np.log(abs(a)) * (1 - part) + np.log(abs(b)) * part))
    return np.asarray(a * (1 - part) + b * part)


def _between(a: float, b: float) -> Expr:
    """The shortest decimal near the middle of two positive or two negative numbers."""
    far = a != 0 and not 0.5 < b / a < 2
    middle = float(np.sqrt(abs(a)) * np.sqrt(abs(b)) * np.sign(a)) if far else a / 2 + b / 2
    for digits in range(1, 17):
        text = f"{middle:.{digits}g}"
        if min(a, b) < float(text) < max(a, b):
            return Rational(text)
    return exactly(middle)
