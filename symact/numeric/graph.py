"""Real-valued operations as a graph in which equal nodes are one node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import sympy as sp
from numpy.typing import NDArray
from sympy import Expr, Symbol

__all__ = ["CONDITIONS", "OPERATIONS", "Graph", "Node", "Operation"]


@dataclass(frozen=True)
class Operation:
    """What an operation means, the NumPy ufunc that does it, and its cost in ns per float64 element in cache."""

    meaning: Callable[..., Any]
    ufunc: str
    cost: float


def _select(condition: Any, yes: Expr, no: Expr) -> Expr:
    return sp.Piecewise((yes, condition), (no, True))


#: Name of an operation → its meaning, its ufunc and its cost.
OPERATIONS: dict[str, Operation] = {
    "add": Operation(lambda a, b: a + b, "add", 0.3),
    "sub": Operation(lambda a, b: a - b, "subtract", 0.3),
    "mul": Operation(lambda a, b: a * b, "multiply", 0.3),
    "div": Operation(lambda a, b: a / b, "divide", 0.7),
    "neg": Operation(lambda a: -a, "negative", 0.25),
    "abs": Operation(lambda a: sp.Abs(a), "absolute", 0.25),
    "sqrt": Operation(lambda a: sp.sqrt(a), "sqrt", 1.0),
    "cbrt": Operation(lambda a: sp.cbrt(a), "cbrt", 1.2),
    "pow": Operation(lambda a, b: a**b, "power", 2.9),
    "exp": Operation(lambda a: sp.exp(a), "exp", 0.8),
    "expm1": Operation(lambda a: sp.exp(a) - 1, "expm1", 1.3),
    "log": Operation(lambda a: sp.log(a), "log", 1.0),
    "log1p": Operation(lambda a: sp.log(1 + a), "log1p", 1.3),
    "tanh": Operation(lambda a: sp.tanh(a), "tanh", 1.7),
    "sinh": Operation(lambda a: sp.sinh(a), "sinh", 1.4),
    "cosh": Operation(lambda a: sp.cosh(a), "cosh", 1.0),
    "sin": Operation(lambda a: sp.sin(a), "sin", 12.0),
    "cos": Operation(lambda a: sp.cos(a), "cos", 12.0),
    "tan": Operation(lambda a: sp.tan(a), "tan", 12.0),
    "asin": Operation(lambda a: sp.asin(a), "arcsin", 2.5),
    "acos": Operation(lambda a: sp.acos(a), "arccos", 2.5),
    "atan": Operation(lambda a: sp.atan(a), "arctan", 1.5),
    "asinh": Operation(lambda a: sp.asinh(a), "arcsinh", 2.4),
    "acosh": Operation(lambda a: sp.acosh(a), "arccosh", 2.4),
    "atanh": Operation(lambda a: sp.atanh(a), "arctanh", 4.3),
    "max": Operation(lambda a, b: sp.Max(a, b), "maximum", 0.35),
    "min": Operation(lambda a, b: sp.Min(a, b), "minimum", 0.35),
    "sign": Operation(lambda a: sp.sign(a), "sign", 0.5),
    "rint": Operation(lambda a: sp.floor(a + sp.S.Half), "rint", 0.25),
    "less": Operation(lambda a, b: sp.Lt(a, b), "less", 0.2),
    "less_equal": Operation(lambda a, b: sp.Le(a, b), "less_equal", 0.2),
    "equal": Operation(lambda a, b: sp.Eq(a, b), "equal", 0.2),
    "and": Operation(lambda a, b: sp.And(a, b), "logical_and", 0.1),
    "or": Operation(lambda a, b: sp.Or(a, b), "logical_or", 0.1),
    "not": Operation(lambda a: sp.Not(a), "logical_not", 0.1),
    "select": Operation(_select, "", 2.0),
    # the special functions are expanded into the operations above before anything is computed
    "sinpi": Operation(lambda a: sp.sin(sp.pi * a), "", 15.0),
    "cospi": Operation(lambda a: sp.cos(sp.pi * a), "", 15.0),
    "erf": Operation(lambda a: sp.erf(a), "", 20.0),
    "erfc": Operation(lambda a: sp.erfc(a), "", 20.0),
    "erfcx": Operation(lambda a: sp.exp(a**2) * sp.erfc(a), "", 15.0),
    # what only kernels of vector instructions have: a*b + c rounded once, a*b - c, 1/a nearly, a sign,
    # what rounding adds to functions
    "fma": Operation(lambda a, b, c: a * b + c, "", 0.0),
    "lost": Operation(lambda a, b, c: a * b - c, "", 0.0),
    "inverse": Operation(lambda a: 1 / a, "", 0.0),
    "copysign": Operation(lambda a, b: sp.Abs(a) * sp.sign(b), "", 0.0),
    **{f"{name}_excess": Operation(lambda a: sp.S.Zero, "", 0.0) for name in ("exp", "expm1", "log", "log1p")},
}

#: What operations cost in a kernel of vector instructions; what isn't here is left to the C library.
VECTOR_COSTS: dict[str, float] = {
    **dict.fromkeys(("add", "sub", "mul", "select", "less", "less_equal", "equal", "max", "min", "rint"), 0.05),
    **dict.fromkeys(("neg", "abs", "and", "or", "not"), 0.02),
    **dict.fromkeys(("fma", "lost", "copysign"), 0.05),
    "inverse": 0.13,
    "exp_excess": 0.1,
    "expm1_excess": 0.1,
    **dict.fromkeys(("log_excess", "log1p_excess"), 0.15),
    "sign": 0.1,
    "div": 0.25,
    "sqrt": 0.35,
    "exp": 0.35,
    "expm1": 0.6,
    "tanh": 1.1,
    "sinh": 1.5,
    "cosh": 1.5,
    "log": 0.7,
    "log1p": 0.85,
    "sin": 1.0,
    "cos": 1.0,
    "atan": 0.9,
}
LIBRARY = 15.0

Floats = NDArray[np.float64]

#: Operations whose result is a truth value.
CONDITIONS = frozenset({"less", "less_equal", "equal", "and", "or", "not"})


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

    def power(self, a: int, n: int) -> int:
        """Return a**n for n >= 1 by repeated multiplication."""
        if n == 1:
            return a
        half = self.power(a, n // 2)
        square = self.mul(half, half)
        return self.mul(square, a) if n % 2 else square

    def value(self, a: int) -> Expr | None:
        """Return the exact number a node is, None for any other node."""
        node = self.nodes[a]
        return node.value if node.op == "number" else None

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

    def costs(self, results: Sequence[int], variable: Symbol, vector: bool = False) -> tuple[Floats, Floats]:
        """Return the cost of each result in ns per element, and of what each two have in common.

        What doesn't depend on the variable costs nothing. `vector` takes the costs of compiled kernels.
        """
        varying: set[int] = set()
        price = np.zeros(len(self.nodes))
        for a, node in enumerate(self.nodes):
            if node.value == variable:
                varying.add(a)
            elif varying.intersection(node.args):
                varying.add(a)
                price[a] = VECTOR_COSTS.get(node.op, LIBRARY) if vector else OPERATIONS[node.op].cost
        uses = np.zeros((len(results), len(self.nodes)))
        for k, a in enumerate(results):
            uses[k, self.needed([a])] = 1
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
    if v is not None and _power_of_two(v):
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


def _power_of_two(value: Expr) -> bool:
    return bool(value.is_Rational) and (abs(value.p).bit_count(), value.q.bit_count()) == (1, 1)


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
