"""Operations on pairs: a value, and what it has too much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sympy import S

from .graph import Graph

__all__ = ["PAIRS", "Pair"]

#: A node that holds a value, and a node that holds what it has too much (None where that doesn't count). An excess rather
#: than a lack: where nothing is rounded it is +0, and taking it off keeps the sign of a zero.
Pair = tuple[int, int | None]


class Carrying(Protocol):
    """What makes pairs of the nodes of a graph."""

    graph: Graph

    def crossed(self, u: Pair, v: Pair) -> int | None:
        """Return what a product has too much because its factors have."""

    def lost(self, a: int, *args: int) -> int | None:
        """Return what rounding added to a product or function if it is to be kept."""


def _product(e: Carrying, a: int, u: Pair, v: Pair) -> Pair:
    g = e.graph
    product, small = g.mul(u[0], v[0]), e.crossed(u, v)
    if any(g.power_of_two(b) for b in g.nodes[a].args):
        return product, small
    return product, g.plus(e.lost(a, u[0], v[0], product), small)


def _root(e: Carrying, a: int, u: Pair) -> Pair:
    """s - (s**2 - a)/(2*s)."""
    g = e.graph
    s = g.apply("sqrt", u[0])
    rest = g.apply("fma", s, s, g.neg(u[0]))
    rest = rest if u[1] is None else g.add(rest, u[1])
    return s, g.mul(g.mul(g.number(S.Half), rest), g.apply("inverse", s))


def _corrected(slope: Callable[[Graph, int, int, int], int]) -> Callable[..., Pair]:
    """A function's value and its slope times what the argument has too much."""

    def pair(e: Carrying, a: int, u: Pair) -> Pair:
        g = e.graph
        value = g.apply(g.nodes[a].op, u[0])
        small = None if u[1] is None else slope(g, value, u[0], u[1])
        return value, g.plus(e.lost(a, u[0]), small)

    return pair


def _select(e: Carrying, a: int, c: Pair, u: Pair, v: Pair) -> Pair:
    g = e.graph
    zero = g.number(0)
    lows = [zero if low is None else low for _, low in (u, v)]
    return g.apply("select", c[0], u[0], v[0]), None if lows == [zero, zero] else g.apply("select", c[0], *lows)


def _absolute(e: Carrying, a: int, u: Pair) -> Pair:
    g = e.graph
    high = g.apply("abs", u[0])
    if u[1] is None:
        return high, None
    return high, g.apply("select", g.apply("less", u[0], g.number(0)), g.neg(u[1]), u[1])


#: Operation → the same on pairs.
PAIRS: dict[str, Callable[..., Pair]] = {
    "mul": _product,
    "sqrt": _root,
    "neg": lambda e, a, u: (e.graph.neg(u[0]), None if u[1] is None else e.graph.neg(u[1])),
    "abs": _absolute,
    "select": _select,
    "exp": _corrected(lambda g, value, u, low: g.mul(value, low)),
    "expm1": _corrected(lambda g, value, u, low: g.apply("fma", value, low, low)),
    "log": _corrected(lambda g, value, u, low: g.mul(low, g.apply("inverse", u))),
    "log1p": _corrected(lambda g, value, u, low: g.mul(low, g.apply("inverse", g.add(g.number(1), u)))),
    "tanh": _corrected(lambda g, value, u, low: g.mul(low, g.sub(g.number(1), g.mul(value, value)))),
    "sin": _corrected(lambda g, value, u, low: g.mul(low, g.apply("cos", u))),
    "cos": _corrected(lambda g, value, u, low: g.neg(g.mul(low, g.apply("sin", u)))),
    "atan": _corrected(lambda g, value, u, low: g.mul(low, g.apply("inverse", g.add(g.number(1), g.mul(u, u))))),
}
