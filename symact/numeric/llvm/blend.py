"""Which regions every vector computes, and one node for their values in which what costs much is computed once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import erf, sqrt

from ..graph import Graph
from ..operations import LIBRARY, VECTOR_COSTS
from .form import Form

__all__ = ["blended", "hot_regions"]

#: Typical inputs have this standard deviation; a region that holds fewer of them is computed on demand only.
SPREAD, RARE = 3.0, 0.01
#: How far down two values are compared.
DEPTH = 12


def hot_regions(graph: Graph, form: Form) -> list[int]:
    """Return the regions that hold typical inputs; those whose ends parameters decide are among them."""
    ends = form.ends(graph)
    shares = [
        1.0 if low is None or high is None else (erf(high / SPREAD / sqrt(2)) - erf(low / SPREAD / sqrt(2))) / 2
        for low, high in pairwise(ends)
    ]
    count = len(shares)
    return [k for k in range(count) if shares[k] >= RARE] or [max(range(count), key=shares.__getitem__)]


def blended(graph: Graph, form: Form, x: int, hot: list[int], uses: Mapping[int, int]) -> int:
    """Return the node that has the value of each of the hot regions where it holds; regions between go with the next one.

    Two quotients become the quotient of blended operands, and the like: the same numbers, with one division.
    """
    node = form.results[hot[-1]]
    for k in reversed(hot[:-1]):
        condition = graph.apply("less_equal" if form.program.closed[k] else "less", x, form.bounds[k])
        node = _Merge(graph, condition, uses).merged(form.results[k], node)
    return node


@dataclass
class _Merge:
    """Blends two values by a condition, as far down as it saves something."""

    graph: Graph
    condition: int
    uses: Mapping[int, int]
    plans: dict[tuple[int, int], tuple[float, Callable[[], int]]] = field(default_factory=dict)

    def merged(self, u: int, v: int) -> int:
        return self._plan(u, v, 0)[1]()

    def _plan(self, u: int, v: int, depth: int) -> tuple[float, Callable[[], int]]:
        """What is saved against a blend of both values, and what makes the cheapest node."""
        if (u, v) not in self.plans:
            self.plans[u, v] = self._found(u, v, depth)
        return self.plans[u, v]

    def _found(self, u: int, v: int, depth: int) -> tuple[float, Callable[[], int]]:
        g, blend = self.graph, VECTOR_COSTS["select"]
        if u == v:
            return blend, lambda: u
        best: tuple[float, Callable[[], int]] = (0.0, lambda: g.apply("select", self.condition, u, v))
        if depth == DEPTH:
            return best
        first, second = g.nodes[u], g.nodes[v]
        options = []
        if first.op == "neg":
            saving, inner = self._plan(first.args[0], v, depth + 1)
            options.append((saving - blend, lambda: self._negated(inner())))
        if first.op == second.op and first.args and self.uses.get(u) == self.uses.get(v) == 1:
            orders = [second.args, second.args[::-1]] if first.op in ("add", "mul") else [second.args]
            options += [self._same(first.op, first.args, args, depth) for args in orders]
        elif "mul" in (first.op, second.op):
            options += self._factor(u, v, depth)
        return max([best, *options], key=lambda option: option[0])

    def _same(
        self, op: str, first: tuple[int, ...], second: tuple[int, ...], depth: int
    ) -> tuple[float, Callable[[], int]]:
        """The operation on blended arguments."""
        blend = VECTOR_COSTS["select"]
        parts = [self._plan(a, b, depth + 1) for a, b in zip(first, second, strict=True)]
        saving = VECTOR_COSTS.get(op, LIBRARY) + blend - sum(blend - s for s, _ in parts)
        return saving, lambda: self.graph.apply(op, *(make() for _, make in parts))

    def _factor(self, u: int, v: int, depth: int) -> list[tuple[float, Callable[[], int]]]:
        """A product and another value, which is taken for one times itself."""
        g, blend = self.graph, VECTOR_COSTS["select"]
        left = g.nodes[u].op == "mul"
        product, other = (u, v) if left else (v, u)
        one = g.number(1)
        if self.uses.get(product) != 1:
            return []
        found: list[tuple[float, Callable[[], int]]] = []
        a, b = g.nodes[product].args
        for factor, rest in ((a, b), (b, a)):
            saving, make = self._plan(rest, other, depth + 1) if left else self._plan(other, rest, depth + 1)
            pair = (factor, one) if left else (one, factor)

            def build(pair: tuple[int, int] = pair, make: Callable[[], int] = make) -> int:
                return g.apply("mul", g.apply("select", self.condition, *pair), make())

            found.append((saving - blend, build))
        return found

    def _negated(self, a: int) -> int:
        return self.graph.apply("select", self.condition, self.graph.neg(a), a)
