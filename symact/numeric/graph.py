"""Real-valued operations as a graph in which equal nodes are one node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy import Expr, Symbol

from .operations import LIBRARY, OPERATIONS, VECTOR_COSTS

__all__ = ["Graph", "Node"]

Floats = NDArray[np.float64]


class Node(NamedTuple):
    """An operation on earlier nodes; a leaf is a "number" or a "symbol" with its value."""

    op: str
    args: tuple[int, ...] = ()
    value: Expr | None = None


@dataclass
class Graph:
    """Nodes in an order in which each comes after its arguments."""

    nodes: list[Node] = field(default_factory=list)
    _index: dict[Node, int] = field(default_factory=dict)
    _meanings: dict[int, Any] = field(default_factory=dict)

    def _put(self, node: Node) -> int:
        if node not in self._index:
            self._index[node] = len(self.nodes)
            self.nodes.append(node)
        return self._index[node]

    def copy(self) -> Graph:
        """Return a graph with the same nodes, to which others can be added."""
        return Graph(list(self.nodes), dict(self._index))

    def number(self, value: Any) -> int:
        """Return the node of an exact number."""
        return self._put(Node("number", (), sp.sympify(value)))

    def symbol(self, symbol: Symbol) -> int:
        """Return the node of the variable or a parameter."""
        return self._put(Node("symbol", (), symbol))

    def apply(self, op: str, *args: int) -> int:
        """Return the node of an operation, simplified where that can't change a rounding error."""
        rule = _SIMPLER.get(op)
        found = rule(self, *args) if rule else None
        return self._put(Node(op, args)) if found is None else found

    def add(self, a: int, b: int) -> int:
        """Return a + b."""
        return self.apply("add", a, b)

    def sub(self, a: int, b: int) -> int:
        """Return a - b."""
        return self.apply("sub", a, b)

    def mul(self, a: int, b: int) -> int:
        """Return a*b."""
        return self.apply("mul", a, b)

    def div(self, a: int, b: int) -> int:
        """Return a/b."""
        return self.apply("div", a, b)

    def neg(self, a: int) -> int:
        """Return -a."""
        return self.apply("neg", a)

    def opposite(self, a: int) -> int:
        """Return -a, made from the node itself: -(c*b) isn't (-c)*b, of which no rounding error is known."""
        return self.nodes[a].args[0] if self.nodes[a].op == "neg" else self._put(Node("neg", (a,)))

    def power(self, a: int, n: int) -> int:
        """Return a**n for n >= 1 by repeated multiplication."""
        if n == 1:
            return a
        half = self.power(a, n // 2)
        square = self.mul(half, half)
        return self.mul(square, a) if n % 2 else square

    def plus(self, *parts: int | None) -> int | None:
        """Return the sum of nodes, those that are None left out; None where all are."""
        total: int | None = None
        for part in parts:
            if part is not None:
                total = part if total is None else self.add(total, part)
        return total

    def value(self, a: int) -> Expr | None:
        """Return the exact number a node is, None for any other node."""
        node = self.nodes[a]
        return node.value if node.op == "number" else None

    def power_of_two(self, a: int) -> bool:
        """Whether a node is a power of 2, or the opposite of one."""
        value = self.value(a)
        return value is not None and bool(value.is_Rational) and abs(value.p).bit_count() == value.q.bit_count() == 1

    def meaning(self, a: int) -> Any:
        """Return the expression a node computes, if it were computed exactly."""
        if a not in self._meanings:
            for b in self.needed([a]):
                node = self.nodes[b]
                if b not in self._meanings:
                    parts = [self._meanings[c] for c in node.args]
                    self._meanings[b] = OPERATIONS[node.op].meaning(*parts) if parts else node.value
        return self._meanings[a]

    def needed(self, results: Iterable[int]) -> list[int]:
        """Return the nodes the results depend on, themselves included, in order."""
        seen: set[int] = set()
        stack = list(results)
        while stack:
            a = stack.pop()
            if a not in seen:
                seen.add(a)
                stack.extend(self.nodes[a].args)
        return sorted(seen)

    def constant(self, a: int, variable: Symbol) -> bool:
        """Whether a node doesn't depend on the variable."""
        return not any(self.nodes[b].value == variable for b in self.needed([a]))

    def replaced(self, a: int, old: int, new: int) -> int:
        """Return node `a` with node `new` in place of node `old`."""
        found = {old: new}
        for b in self.needed([a]):
            node = self.nodes[b]
            if b not in found:
                found[b] = self.apply(node.op, *(found[c] for c in node.args)) if node.args else b
        return found[a]

    def costs(
        self, results: Sequence[int], variable: Symbol, vector: bool = False, special: Mapping[int, float] = {}
    ) -> tuple[Floats, Floats]:
        """Return the cost of each result in ns per element, and of what each two have in common.

        What doesn't depend on the variable costs nothing. `vector` takes the costs of compiled kernels, but for `special` nodes.
        """
        needed = self.needed(results)
        varying: set[int] = set()
        price = np.zeros(len(needed))
        for k, a in enumerate(needed):
            node = self.nodes[a]
            if node.value == variable:
                varying.add(a)
            elif varying.intersection(node.args):
                varying.add(a)
                usual = VECTOR_COSTS.get(node.op, LIBRARY) if vector else OPERATIONS[node.op].cost
                price[k] = special.get(a, usual)
        uses = np.zeros((len(results), len(needed)))
        for k, a in enumerate(results):
            uses[k, np.searchsorted(needed, self.needed([a]))] = 1
        return uses @ price, (uses * price) @ uses.T


def _simpler_add(g: Graph, a: int, b: int) -> int | None:
    u, v = g.value(a), g.value(b)
    if u is not None and v is not None:
        return g.number(u + v)
    if u == 0 or v == 0:
        return b if u == 0 else a
    for one, other in ((a, b), (b, a)):
        if g.nodes[other].op == "neg":
            return g.sub(one, g.nodes[other].args[0])
    return None if a <= b else g._put(Node("add", (b, a)))


def _simpler_sub(g: Graph, a: int, b: int) -> int | None:
    u, v = g.value(a), g.value(b)
    if u is not None and v is not None:
        return g.number(u - v)
    if u == 0:
        return g.neg(b)
    if v == 0:
        return a
    if v is not None and v.is_negative:
        return g.add(a, g.number(-v))
    if g.nodes[b].op == "neg":
        return g.add(a, g.nodes[b].args[0])
    if g.nodes[a].op == "neg":
        return g.neg(g.add(g.nodes[a].args[0], b))
    return None


def _simpler_mul(g: Graph, a: int, b: int) -> int | None:
    u, v = g.value(a), g.value(b)
    if u is not None and v is not None:
        return g.number(u * v)
    for one, other in ((a, b), (b, a)):
        if g.value(one) == 1:
            return other
        if g.value(one) == -1:
            return g.neg(other)
        if g.nodes[one].op == "neg":
            return g.neg(g.mul(g.nodes[one].args[0], other))
    return None if a <= b else g._put(Node("mul", (b, a)))


def _simpler_div(g: Graph, a: int, b: int) -> int | None:
    u, v = g.value(a), g.value(b)
    if u is not None and v is not None:
        return g.number(u / v)
    if v in (1, -1):
        return a if v == 1 else g.neg(a)
    if v is not None and g.power_of_two(b):
        return g.mul(a, g.number(1 / v))
    for one, other, swap in ((a, b, False), (b, a, True)):
        if g.nodes[one].op == "neg":
            inside = g.nodes[one].args[0]
            return g.neg(g.div(other, inside) if swap else g.div(inside, other))
    return None


def _simpler_neg(g: Graph, a: int) -> int | None:
    node = g.nodes[a]
    if node.op == "neg":
        return node.args[0]
    if node.op == "sub":
        return g.sub(node.args[1], node.args[0])
    if node.op in ("mul", "div"):
        a, b = node.args
        for one, other, swap in ((a, b, False), (b, a, True)):
            value = g.value(one)
            if value is not None:
                minus = g.number(-value)
                return g.apply(node.op, other, minus) if swap else g.apply(node.op, minus, other)
    return g.number(-node.value) if node.value is not None and node.op == "number" else None


def _simpler_abs(g: Graph, a: int) -> int | None:
    return g.apply("abs", g.nodes[a].args[0]) if g.nodes[a].op == "neg" else None


def _simpler_lost(g: Graph, a: int, b: int, product: int) -> int | None:
    """a*b - product, the rounding error of a product; kernels of vector instructions have it as one operation."""
    for one, other in ((a, b), (b, a)):
        if g.nodes[one].op == "neg":
            inside, value = g.nodes[one].args[0], g.value(other)
            if value is not None or g.nodes[other].op == "neg":
                return g.apply("lost", inside, g.neg(other), product)
            return g.neg(g.apply("lost", inside, other, g.neg(product)))
    return None if a <= b else g._put(Node("lost", (b, a, product)))


def _simpler_fma(g: Graph, a: int, b: int, c: int) -> int | None:
    for one, other in ((a, b), (b, a)):
        if g.nodes[one].op == "neg":
            inside = g.nodes[one].args[0]
            if g.nodes[other].op == "neg":
                return g.apply("fma", inside, g.nodes[other].args[0], c)
            if g.nodes[c].op == "neg":
                return g.neg(g.apply("fma", inside, other, g.nodes[c].args[0]))
    return None if a <= b else g._put(Node("fma", (b, a, c)))


def _simpler_inverse(g: Graph, a: int) -> int | None:
    return g.neg(g.apply("inverse", g.nodes[a].args[0])) if g.nodes[a].op == "neg" else None


#: Operation → its simpler form, None where there is none.
_SIMPLER: dict[str, Callable[..., int | None]] = {
    "add": _simpler_add,
    "sub": _simpler_sub,
    "mul": _simpler_mul,
    "div": _simpler_div,
    "neg": _simpler_neg,
    "abs": _simpler_abs,
    "lost": _simpler_lost,
    "fma": _simpler_fma,
    "inverse": _simpler_inverse,
}
