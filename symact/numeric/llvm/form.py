"""Programs as nodes of one graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..graph import Graph
from ..operations import LIBRARY, VECTOR_COSTS
from ..program import Program
from ..rounding import nearest
from ..sides import on_side, size

__all__ = ["Form", "cost", "on_sides"]


@dataclass(frozen=True)
class Form:
    """A program as nodes: bounds and whether they belong to the region before, results, points and limits."""

    program: Program
    bounds: tuple[int, ...]
    results: tuple[int, ...]
    points: tuple[tuple[int, Any], ...]
    limits: tuple[Any, Any]

    @property
    def roots(self) -> list[int]:
        """The nodes it is made from."""
        found = [*self.results, *self.bounds, *(a for a, _ in self.points)]
        found += [v for _, v in self.points if isinstance(v, int)]
        return found + [v for v in self.limits if isinstance(v, int)]

    def ends(self, graph: Graph) -> list[float | None]:
        """Return the ends of all regions as far as they are numbers."""
        values = [graph.value(b) for b in self.bounds]
        return [float("-inf"), *(None if v is None else nearest(v) for v in values), float("inf")]

    def moved(self, to: Mapping[int, int]) -> Form:
        """Return the form with other nodes."""

        def at(a: Any) -> Any:
            return to[a] if isinstance(a, int) else a

        return Form(
            self.program, tuple(map(at, self.bounds)), tuple(map(at, self.results)),
            tuple((at(a), at(v)) for a, v in self.points), (at(self.limits[0]), at(self.limits[1])),
        )  # fmt: skip


def on_sides(graph: Graph, form: Form, x: int) -> Form:
    """Return the form with x = -s in regions below 0 and x = s in those above, where s is |x| but for the sign of zeros.

    What regions on both sides compute from |x| is then computed once.
    """
    ends = form.ends(graph)
    closed = any(end == 0 and c for end, c in zip(ends[1:-1], form.program.closed, strict=True))
    node = size(graph, x, closed)
    results = []
    for a, low, high in zip(form.results, ends, ends[1:], strict=False):
        sign = -1 if high is not None and high <= 0 else 1 if low is not None and low >= 0 else 0
        strict = closed == (sign > 0)
        results.append(on_side(graph, [a], x, sign, node, strict)[a] if sign else a)
    return replace(form, results=tuple(results))


def cost(graph: Graph, forms: Sequence[Form]) -> float:
    """Return what forms cost together, in ns per element."""
    nodes = graph.needed([a for form in forms for a in form.results])
    return sum(VECTOR_COSTS.get(graph.nodes[a].op, LIBRARY) for a in nodes if graph.nodes[a].args)
