"""Studies with forms that carry rounding errors along."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from sympy import Symbol

from .compensate import compensated, in_parts
from .graph import Graph
from .joins import natural_ends
from .measure import Format, Grid, evaluate
from .program import Program, Region, build
from .sides import lost_products
from .study import Columns, Study, columns_of
from .truth import errors, unit

__all__ = ["in_arithmetic", "in_two_parts", "with_carried"]

#: Operations whose rounding errors are told by other such operations, and those that round nothing.
ARITHMETIC = frozenset({"symbol", "number", "add", "sub", "mul", "neg", "abs", "select", "less", "less_equal"})

#: Forms with this error are tried with compensation.
HOPEFUL = 8.0


def with_carried(study: Study, form: Format, chosen: Iterable[int], budget: float) -> Study:
    """Return the study with forms that carry along what rounding errors come to beyond a budget, made from those chosen."""
    columns = columns_of(study, [getattr(c, form.form) for c in study.found], form)
    found = list(study.found)
    for number in sorted(chosen):
        candidate = study.found[number]
        rows, units = _points(study, columns, number, form)
        node = lost_products(study.graph, [getattr(candidate, form.form)], form.digits)[getattr(candidate, form.form)]
        made = (
            compensated(study.graph, node, study.subject.variable, rows, np.concatenate(units), budget, form.digits)
            if rows
            else None
        )
        if made is not None:
            made_from: dict[str, Any] = {form.form: made}
            found.append(replace(candidate, **made_from))
    return replace(study, found=found)


def in_arithmetic(graph: Graph, result: int) -> bool:
    """Return whether a node needs nothing but sums and products."""
    return all(graph.nodes[a].op in ARITHMETIC for a in graph.needed([result]))


def in_two_parts(
    study: Study, form: Format, chosen: Iterable[int], budget: float, limit: float
) -> tuple[Program, Program] | None:
    """Return the programs of the value of one of the forms chosen and of what it has too much, the cheapest pair.

    None where no pair's error keeps to a limit at all points, in units in the last place, or ends and nan are right in none.
    """
    graph, variable, found = study.graph, study.subject.variable, []
    columns = columns_of(study, [getattr(c, form.form) for c in study.found], form)
    for number in sorted(chosen):
        rows, units = _points(study, columns, number, form)
        if rows:
            node = getattr(study.found[number], form.form)
            pair = in_parts(graph, node, variable, rows, np.concatenate(units), budget, form.digits)
            near = all(_error(graph, pair, variable, grid, form) <= limit for row in study.grids for grid in row)
            if near and all(natural_ends(study, pair[:1])):
                found.append((sum(graph.costs([*pair], variable, vector=True)[0]), pair))
    if not found:
        return None
    natural, ends = (True, True, True), (graph.number(0), graph.number(0))
    high, low = (build(graph, variable, [], [Region(a)], (), ends, form.dtype, natural, False) for a in min(found)[1])
    return high, low


def _error(graph: Graph, pair: tuple[int, int], variable: Symbol, grid: Grid, form: Format) -> float:
    """The largest error of a pair that is added with more digits; where a small part isn't finite it is left out."""
    values = evaluate(graph, pair, variable, grid.x, grid.point, form.dtype)
    high, low = (values[a] for a in pair)
    wrong = errors(high - np.where(np.isfinite(low), low, 0.0), grid.truth, grid.scale, form.digits, form.least)
    return float(np.nanmax(wrong[np.abs(grid.x) <= form.largest], initial=0.0))


def _points(study: Study, columns: Columns, number: int, form: Format) -> tuple[list[Any], list[Any]]:
    """The points of grids where a form is hopeful, and one unit in the last place there."""
    good = (columns.error[number] <= HOPEFUL) & columns.applies[number]
    rows, units = [], []
    for k, row in enumerate(study.grids):
        here = good[columns.cell == k]
        for grid in row:
            rows.append((grid, here))
            units.append(unit(grid.scale[here], form.digits, form.least))
    return rows, units
