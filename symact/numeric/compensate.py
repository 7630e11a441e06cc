"""Forms in which the rounding errors that count are carried along and added at the end, for kernels of vector instructions."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import S, Symbol

from .graph import Graph
from .measure import Grid, evaluate
from .pairs import PAIRS, Pair
from .rounding import split
from .sensitivity import DTYPES, contributions, fused_products, node_values, worth_keeping
from .sides import nonnegative

__all__ = ["compensated", "in_parts"]

Floats = NDArray[np.float64]

#: A summand this many times larger than the other takes the small parts by way of it.
LARGER = 16.0


def compensated(
    graph: Graph,
    result: int,
    variable: Symbol,
    rows: Sequence[tuple[Grid, Any]],
    unit: Floats,
    budget: float,
    digits: int = 53,
) -> int | None:
    """Return a node that means what the result does, with rounding errors below a budget; None where it is that itself.

    What counts is found at the chosen points of the grids, where `unit` is one unit in the last place; the arithmetic has
    so many digits.
    """
    made = _compensation(graph, result, variable, rows, unit, budget, digits)
    found = made.final(result)
    if found == result:
        return None
    zeros = np.array([0.0, -0.0])
    plain, signed = (
        evaluate(graph, [a], variable, zeros, rows[0][0].point, DTYPES[digits])[a] for a in (result, found)
    )
    if np.any((plain == 0) & (signed == 0) & (np.signbit(plain) != np.signbit(signed))):
        return graph.apply("copysign", found, made.pair(result)[0])
    return found


def in_parts(
    graph: Graph,
    result: int,
    variable: Symbol,
    rows: Sequence[tuple[Grid, Any]],
    unit: Floats,
    budget: float,
    digits: int,
) -> tuple[int, int]:
    """Return a node that means what the result does, and one that holds what it has too much but for the budget."""
    made = _compensation(graph, result, variable, rows, unit, budget, digits, {result})
    high, low = made.pair(result)
    return high, graph.number(S.Zero) if low is None else low


def _compensation(
    graph: Graph,
    result: int,
    variable: Symbol,
    rows: Sequence[tuple[Grid, Any]],
    unit: Floats,
    budget: float,
    digits: int,
    beside: Set[int] = frozenset(),
) -> _Compensation:
    """What rebuilds the result; the errors of the nodes `beside` are kept too."""
    nodes = graph.needed([result])
    values = node_values(graph, nodes, variable, rows, digits)
    fused = fused_products(graph, nodes)
    shares = contributions(graph, result, values, unit, set(fused.values()), digits)
    kept = worth_keeping(graph, result, shares, budget).union(beside)
    touched: set[int] = set()
    for a in nodes:
        if a in kept or touched.intersection(graph.nodes[a].args):
            touched.add(a)
    return _Compensation(graph, values, fused, kept, touched, digits)


@dataclass
class _Compensation:
    """Rebuilds nodes as pairs; `values` are those of the old nodes at sample points."""

    graph: Graph
    values: dict[int, Floats]
    fused: dict[int, int]
    kept: set[int]
    touched: set[int]
    digits: int
    _pairs: dict[int, Pair] = field(default_factory=dict)

    def pair(self, a: int) -> Pair:
        """Return the value of an old node and what it lacks."""
        if a not in self._pairs:
            self._pairs[a] = self._made(a)
        return self._pairs[a]

    def final(self, a: int) -> int:
        """Return the value of an old node, rounded once."""
        g, node = self.graph, self.graph.nodes[a]
        if a not in self.touched:
            return self.pair(a)[0]
        if node.op == "neg":
            return g.neg(self.final(node.args[0]))
        if node.op == "select":
            return g.apply("select", self.pair(node.args[0])[0], *(self.final(b) for b in node.args[1:]))
        if a in self.fused or node.op in ("add", "sub", "mul"):
            return self._last(a)
        high, low = self.pair(a)
        if node.op == "div":
            quotient, rest, inverse = self._divided(node.args)
            return g.apply("fma", g.neg(rest), inverse, quotient)
        return high if low is None else g.sub(high, low)

    def _last(self, a: int) -> int:
        """A sum or product with the small parts of its operands, rounded once."""
        g, node = self.graph, self.graph.nodes[a]
        if a not in self.fused and node.op == "mul":
            (u, _), (v, _) = pairs = [self.pair(b) for b in node.args]
            crossed = self.crossed(*pairs)
            return self._fma(u, v, None if crossed is None else g.neg(crossed))
        first, second = self._summands(a)
        small = self.graph.plus(first[2], second[2])
        if small is None:
            return self._sum(first, second)
        for one, other in ((first, second), (second, first)):
            if self._dominates(one[3], other[3], LARGER):
                return self._sum((one[0], one[1], None, one[3]), (*self._with(other, small), None, other[3]))
        high, error = self._exact_sum(first, second)
        return g.sub(high, g.add(error, small) if error is not None else small)

    # a summand is a factor, another factor or None, what their product has too much, and its values

    def _summands(self, a: int) -> tuple[Any, Any]:
        """The two summands of a sum or difference."""
        node = self.graph.nodes[a]
        product = self.fused.get(a)
        found: list[Any] = []
        for k, b in enumerate(node.args):
            minus = k == 1 and node.op == "sub"
            if b == product and not any(s[1] is not None for s in found):
                u, v = (self.pair(c) for c in self.graph.nodes[b].args)
                first, second, low = u[0], v[0], self.crossed(u, v)
            else:
                (first, low), second = self.pair(b), None
            if minus:
                first, low = self.graph.opposite(first), None if low is None else self.graph.neg(low)
            found.append((first, second, low, self.values[b]))
        return found[0], found[1]

    def crossed(self, u: Pair, v: Pair) -> int | None:
        """What a product has too much because its factors have."""
        total = None if u[1] is None else self.graph.mul(v[0], u[1])
        if v[1] is not None:
            total = self._fma(u[0], v[1], total)
        return total

    def _fma(self, a: int, b: int, c: int | None) -> int:
        return self.graph.mul(a, b) if c is None else self.graph.apply("fma", a, b, c)

    def _with(self, summand: Any, small: int) -> tuple[int, int | None]:
        """A summand less something small, which then has no second factor."""
        first, second = summand[:2]
        less = self.graph.sub(first, small) if second is None else self._fma(first, second, self.graph.neg(small))
        return less, None

    def _sum(self, first: Any, second: Any) -> int:
        """The rounded sum of two summands, at most one of them a product."""
        if second[1] is not None:
            first, second = second, first
        return self.graph.add(first[0], second[0]) if first[1] is None else self._fma(first[0], first[1], second[0])

    def _dominates(self, one: Floats, other: Floats, times: float = 1.0) -> bool:
        with np.errstate(all="ignore"):
            return not np.any(np.abs(one) < times * np.abs(other))

    def _exact_sum(self, first: Any, second: Any) -> Pair:
        """The sum of two summands and what rounding added to it."""
        g = self.graph
        if second[1] is not None:
            first, second = second, first
        lost = None
        if first[1] is not None:
            if self._dominates(second[3], first[3]):
                total = self._fma(first[0], first[1], second[0])
                return total, self._fma(g.neg(first[0]), first[1], g.sub(total, second[0]))
            product = g.mul(first[0], first[1])
            lost = self._rounded_off(first[0], first[1], product)
            first = product, None, None, first[3]
        if self._dominates(second[3], first[3]):
            first, second = second, first
        a, b = first[0], second[0]
        total = g.add(a, b)
        if self._dominates(first[3], second[3]):
            error = g.sub(g.sub(total, a), b)
        elif nonnegative(g, a) and nonnegative(g, b):
            # a number, which isn't nan, comes first
            a, b = (b, a) if g.value(b) is not None else (a, b)
            error = g.sub(g.sub(total, g.apply("max", a, b)), g.apply("min", a, b))
        else:
            part = g.sub(total, a)
            error = g.add(g.sub(g.sub(total, part), a), g.sub(part, b))
        return total, error if lost is None else g.add(error, lost)

    def _divided(self, args: tuple[int, ...]) -> tuple[int, int, int]:
        """A quotient nearly, what its product with the divisor has too much, and the inverse of the divisor."""
        g = self.graph
        (a, a_low), (b, b_low) = (self.pair(c) for c in args)
        inverse = g.apply("inverse", b)
        quotient = g.mul(a, inverse)
        rest = g.apply("fma", quotient, b, g.neg(a))
        if b_low is not None:
            rest = g.apply("fma", g.neg(quotient), b_low, rest)
        return quotient, rest if a_low is None else g.add(rest, a_low), inverse

    # nodes

    def _made(self, a: int) -> Pair:
        g, node = self.graph, self.graph.nodes[a]
        if node.op == "number" and a in self.kept:
            high, low = split(node.value, self.digits)
            return g.number(high), g.number(-low)
        if not node.args:
            return a, None
        if a in self.touched:
            if a in self.fused or node.op in ("add", "sub"):
                return self._sum_pair(a)
            if node.op == "div":
                quotient, rest, inverse = self._divided(node.args)
                return quotient, g.mul(rest, inverse)
            if node.op in PAIRS:
                return PAIRS[node.op](self, a, *(self.pair(b) for b in node.args))
        elif a in self.fused:
            return self._sum(*self._summands(a)), None
        return g.apply(node.op, *(self.pair(b)[0] for b in node.args)), None

    def _sum_pair(self, a: int) -> Pair:
        first, second = self._summands(a)
        small = self.graph.plus(first[2], second[2])
        if a not in self.kept:
            return self._sum(first, second), small
        total, error = self._exact_sum(first, second)
        return total, self.graph.plus(error, small)

    def lost(self, a: int, *args: int) -> int | None:
        """What rounding added to a product or function if it is to be kept."""
        g, op = self.graph, self.graph.nodes[a].op
        if a not in self.kept:
            return None
        return self._rounded_off(*args) if op == "mul" else g.apply(f"{op}_excess", *args)

    def _rounded_off(self, a: int, b: int, product: int) -> int:
        return self.graph.apply("fma", self.graph.neg(a), b, product)
