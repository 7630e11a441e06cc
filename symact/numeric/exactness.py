"""Where float32 arithmetic already gives the correctly rounded result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .graph import Graph
from .program import Region
from .rounding import exactly, nearest

__all__ = ["bounded_in_single", "exact_in_single"]

_ROUNDING = frozenset({"add", "sub", "mul", "div", "sqrt"})
_CHOOSING = frozenset({"neg", "abs", "max", "min", "select", "sign", "less", "less_equal", "equal", "and", "or", "not"})


def exact_in_single(graph: Graph, regions: Sequence[Region]) -> bool:
    """Return whether float32 arithmetic gives the correctly rounded result: at most one rounding, of exact operands."""
    bounds = [region.bound for region in regions if region.bound is not None]
    return all(_roundings(graph, region.result) <= 1 for region in regions) and all(
        graph.nodes[b].op == "symbol" or graph.value(b) is not None or _roundings(graph, b) == 0 for b in bounds
    )


def _roundings(graph: Graph, a: int) -> int:
    """How often float32 arithmetic rounds on the way to a node; 2 stands for too often."""
    found: dict[int, int] = {}
    for b in graph.needed([a]):
        node = graph.nodes[b]
        below = max((found[c] for c in node.args), default=0)
        if node.op == "number":
            value = nearest(node.value)
            exact = value != value or (float(np.float32(value)) == value and exactly(value) == node.value)
            found[b] = 0 if exact else 2
        elif node.op in _ROUNDING and below == 0:
            found[b] = 1
        else:
            found[b] = below if node.op in _CHOOSING or not node.args else 2
    return found[a]


def bounded_in_single(graph: Graph, region: Region) -> Region:
    """Return the region with its bound as a float32."""
    if region.bound is None or graph.value(region.bound) is None:
        return region
    exact = graph.value(region.bound)
    single = exactly(float(np.float32(nearest(exact))))
    closed = region.closed if single == exact else bool(single < exact)
    return replace(region, bound=graph.number(single), closed=closed)
