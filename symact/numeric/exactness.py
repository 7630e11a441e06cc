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
    node = graph.nodes[a]
    if node.op == "symbol":
        return 0
    if node.op == "number":
        value = nearest(node.value)
        return 0 if value != value or (float(np.float32(value)) == value and exactly(value) == node.value) else 2
    below = [_roundings(graph, b) for b in node.args]
    if node.op in _CHOOSING:
        return max(below)
    return 1 if node.op in _ROUNDING and max(below) == 0 else 2


def bounded_in_single(graph: Graph, region: Region) -> Region:
    """Return the region with its bound as a float32."""
    if region.bound is None or graph.value(region.bound) is None:
        return region
    exact = graph.value(region.bound)
    single = exactly(float(np.float32(nearest(exact))))
    closed = region.closed if single == exact else bool(single < exact)
    return replace(region, bound=graph.number(single), closed=closed)
