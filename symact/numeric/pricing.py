"""What candidates cost in compiled kernels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .graph import Graph
from .measure import Format
from .sides import lost_products, on_side, size
from .spans import ANYWHERE, Spans
from .study import Study

__all__ = ["vector_costs"]

#: A rough log1p of what lies between 0 and 1, in ns per element.
NEAR_LOGARITHM = 0.35


def vector_costs(study: Study, results: Sequence[int], form: Format) -> tuple[Any, Any]:
    """Return the costs of candidates in compiled kernels, where what they make of |x| on both sides of 0 is computed once."""
    digits = form.digits if form.dtype == "float32" else 53
    key = digits, study.rough, *results
    if key in study.costs:
        return study.costs[key]
    graph, subject = study.graph.copy(), study.subject
    fused = lost_products(graph, results, digits)
    results = [fused[a] for a in results]
    x = graph.symbol(subject.variable)
    sides = {sign: on_side(graph, results, x, sign, size(graph, x, False), strict=sign < 0) for sign in (-1, 1)}
    ends = [cell.ends(study.points[0]) for cell in subject.cells]
    found = []
    for candidate, a in zip(study.found, results, strict=True):
        below = all(ends[k][1] <= 0 for k in candidate.cells)
        above = all(ends[k][0] >= 0 for k in candidate.cells)
        found.append(sides[1 if above else -1][a] if below != above else a)
    special = _near_logarithms(graph, found, x) if study.rough else {}
    study.costs[key] = graph.costs(found, subject.variable, vector=True, special=special)
    return study.costs[key]


def _near_logarithms(graph: Graph, results: Sequence[int], x: int) -> dict[int, float]:
    """The logarithms that are looked up straight away, and what they cost."""
    spans, found = Spans(graph, x, ANYWHERE), {}
    for a in graph.needed(results):
        if graph.nodes[a].op == "log1p":
            low, high = spans.of(*graph.nodes[a].args)
            if low >= 0 and high <= 1:
                found[a] = NEAR_LOGARITHM
    return found
