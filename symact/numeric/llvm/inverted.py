"""Which divisions go by way of the inverse: the unit that divides is busy with a vector for 16 cycles."""

from __future__ import annotations

from collections.abc import Sequence

from ..graph import Graph
from ..operations import LIBRARY, VECTOR_COSTS
from ..spans import Spans

__all__ = ["inverted"]

#: Divisors between these numbers may be inverted.
LEAST, LARGEST = 1.0, 2.0**500
#: Meanwhile other operations of so many ns per element can be done.
BUSY = 0.6


def inverted(graph: Graph, results: Sequence[int], x: int, typical: Spans) -> set[int]:
    """Return the divisions among what results need that take less time so, and can be done so for any finite x there."""
    nodes = [a for a in graph.needed(results) if graph.nodes[a].args]
    found = {a for a in nodes if graph.nodes[a].op == "div" and _possible(graph, a, x, typical)}
    others = sum(VECTOR_COSTS.get(graph.nodes[a].op, LIBRARY) for a in nodes if graph.nodes[a].op != "div")
    return found if others < BUSY * len(found) else set()


def _possible(graph: Graph, a: int, x: int, typical: Spans) -> bool:
    above, below = graph.nodes[a].args
    low, high = typical.of(below)
    # x itself is finite
    finite = max(map(abs, typical.of(above))) <= LARGEST or set(graph.needed([above])) == {x}
    return finite and low >= LEAST and high <= LARGEST
