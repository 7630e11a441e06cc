"""What makes nodes cheaper on vectors: fused product errors, and |x| in place of x on both sides of 0."""

from __future__ import annotations

from collections.abc import Iterable

from .expand import SPLITTER, Expansion
from .graph import Graph

__all__ = ["lost_products", "nonnegative", "nonpositive", "on_side", "size", "spoiled"]


def lost_products(graph: Graph, roots: Iterable[int], digits: int) -> dict[int, int]:
    """Return the nodes the roots need, with one node for a*b - fl(a*b) in place of Dekker's seventeen operations."""
    needed = graph.needed(roots)
    expansion = Expansion(graph, digits=24 if digits == 24 else 53)
    products = [(a, graph.nodes[a].args) for a in needed if graph.nodes[a].op == "mul"]
    splitter = graph.number(SPLITTER[expansion.digits])
    halved = {b for _, factors in products if splitter in factors for b in factors}
    errors: dict[int, tuple[int, int, int]] = {}
    for a, factors in products:
        # a factor that is neither a number nor taken apart leaves no such error
        if all(b in halved if (v := graph.value(b)) is None else v.is_Rational for b in factors):
            first, second = factors
            product, error = expansion.exact_product(first, second)
            if product == a and error is not None:
                errors[error] = first, second, a
    found: dict[int, int] = {}
    for a in needed:
        node = graph.nodes[a]
        if a in errors:
            found[a] = graph.apply("lost", *(found[b] for b in errors[a]))
        else:
            found[a] = graph.apply(node.op, *(found[b] for b in node.args)) if node.args else a
    return found


def size(graph: Graph, x: int, closed: bool) -> int:
    """Return the node of |x| but for the sign of zeros: x where it isn't negative, or with `closed` where it is positive."""
    below = graph.apply("less_equal" if closed else "less", x, graph.number(0))
    return graph.apply("select", below, graph.neg(x), x)


def on_side(graph: Graph, roots: Iterable[int], x: int, sign: int, size: int, strict: bool) -> dict[int, int]:
    """Return the nodes the roots need, with x written as `sign` times its size; `strict` tells that x isn't 0."""
    found = {x: size if sign > 0 else graph.neg(size)}
    if strict:
        found[graph.apply("abs", x)] = size
    for a in graph.needed(roots):
        node = graph.nodes[a]
        if a not in found:
            found[a] = graph.apply(node.op, *(found[b] for b in node.args)) if node.args else a
    return found


def nonnegative(graph: Graph, a: int) -> bool:
    """Whether a value is seen to be at least 0, or nan."""
    node = graph.nodes[a]
    if node.op == "number":
        value = graph.value(a)
        return value is not None and bool(value.is_nonnegative)
    if node.op in ("exp", "abs", "sqrt", "cosh"):
        return True
    if node.op == "select":
        condition, yes, no = node.args
        test = graph.nodes[condition]
        if test.op in ("less", "less_equal") and test.args == (no, graph.number(0)) and yes == graph.neg(no):
            return True
        return nonnegative(graph, yes) and nonnegative(graph, no)
    if node.op in ("add", "mul", "div"):
        return all(nonnegative(graph, b) for b in node.args)
    return node.op == "neg" and nonpositive(graph, node.args[0])


def nonpositive(graph: Graph, a: int) -> bool:
    """Whether a value is seen to be at most 0, or nan."""
    node = graph.nodes[a]
    if node.op == "number":
        value = graph.value(a)
        return value is not None and bool(value.is_nonpositive)
    if node.op == "neg":
        return nonnegative(graph, node.args[0])
    if node.op == "add":
        return all(nonpositive(graph, b) for b in node.args)
    if node.op in ("mul", "div"):
        return any(nonpositive(graph, b) and nonnegative(graph, c) for b, c in (node.args, node.args[::-1]))
    return False


#: Operations that give nan where any argument is nan.
_SPOILED = frozenset(
    {
        "add",
        "sub",
        "mul",
        "div",
        "neg",
        "abs",
        "sqrt",
        "fma",
        "exp",
        "expm1",
        "log",
        "log1p",
        "tanh",
        "inverse",
        "max",
        "min",
    }
)


def spoiled(graph: Graph, a: int, x: int) -> bool:
    """Whether a value is seen to be nan where x is."""
    node = graph.nodes[a]
    if a == x:
        return True
    if node.op == "select":
        return all(spoiled(graph, b, x) for b in node.args[1:])
    if node.op == "copysign":
        return spoiled(graph, node.args[0], x)
    return node.op in _SPOILED and any(spoiled(graph, b, x) for b in node.args)
