"""A function under study: its candidates, where they are measured, and what their errors are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .candidates import Candidate
from .graph import Graph
from .measure import Format, Grid, measured
from .samples import Point
from .subject import Subject

__all__ = ["Columns", "Report", "Study", "columns_of"]

Floats = NDArray[np.float64]

#: Beyond this |x| even functions with parameters are taken by their leading terms.
FAR = 1e290


@dataclass
class Study:
    """A function with the choices of its parameters, the candidates found so far, and which of them are proved.

    What is cheap in `rough` kernels counts as such.
    """

    subject: Subject
    points: list[Point]
    graph: Graph = field(default_factory=Graph)
    grids: list[list[Grid]] = field(default_factory=list)
    found: list[Candidate] = field(default_factory=list)
    proofs: dict[tuple[int, int], str] = field(default_factory=dict)
    measured: dict[Any, Any] = field(default_factory=dict)
    costs: dict[tuple[int, ...], tuple[Floats, Floats]] = field(default_factory=dict)
    rough: bool = False


@dataclass(frozen=True)
class Columns:
    """Sample points of all cells side by side: their cell, their mark, x for typical parameters, errors of candidates."""

    cell: NDArray[np.int64]
    mark: Floats
    x: Floats
    error: Floats
    applies: NDArray[np.bool_]


@dataclass(frozen=True)
class Report:
    """The largest measured error in units in the last place and where; what each region computes, and why that is right.

    The reason is "proved" (equal to the definition), "undecided" (measured only) or "approximation" (measured only).
    """

    error: float
    at: float
    forms: tuple[tuple[str, str], ...]


def columns_of(study: Study, results: Sequence[int], form: Format) -> Columns:
    """Return the sample points with the errors of the candidates' results there."""
    parts: list[tuple[Any, ...]] = []
    for k in range(len(study.subject.cells)):
        row = study.grids[k]
        applies = np.array([k in c.cells for c in study.found])
        far = np.array([c.far for c in study.found])
        if row:
            key = tuple(results), id(row), replace(form, goal=0.0)
            if key not in study.measured:
                study.measured[key] = row, measured(study.graph, study.subject.variable, results, row, form)
            error = study.measured[key][1]
            places, x = row[0].marks, row[0].x
        else:
            low, high = study.subject.cells[k].ends(study.points[0])
            middle = np.clip((max(low, -1e300) + min(high, 1e300)) / 2, -1e300, 1e300)
            error, places, x = np.zeros((len(results), 1)), np.array([0.5]), np.array([middle])
        # with parameters, what holds beyond one x for some values may not hold there for others
        bounded = np.abs(x) < FAR if study.subject.parameters else np.zeros(x.size, bool)
        # an approximation isn't trusted where there is no true value to compare it with
        trusted = far | np.array([c.meaning is not None for c in study.found])
        where = applies[:, None] & ~(far[:, None] & bounded) & (trusted[:, None] | ~np.isnan(error))
        error = np.where(far[:, None], error, _carried_on(error))
        parts.append((np.full(x.size, k), places, x, error, where))
    cell, mark, x, error, applies = (np.concatenate(p, axis=-1) for p in zip(*parts, strict=True))
    return Columns(cell, mark, x, error, applies)


def _carried_on(error: Floats) -> Floats:
    """Errors that aren't known are those at the nearest point where they are: what cancels goes on cancelling."""
    found = error.copy()
    for row in found:
        known = np.flatnonzero(~np.isnan(row))
        if known.size:
            halfway = (known[1:] + known[:-1]) / 2
            row[:] = row[known[np.searchsorted(halfway, np.arange(row.size))]]
    return found
