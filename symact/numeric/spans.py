"""Between which numbers the nodes of a graph lie while the variable is between two numbers."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, expm1, inf, isnan, log1p, sqrt

from .graph import Graph
from .rounding import nearest
from .sides import nonnegative

__all__ = ["ANYWHERE", "Span", "Spans"]

#: The least and the largest value.
Span = tuple[float, float]
ANYWHERE: Span = (-inf, inf)


class Spans:
    """Spans of nodes for the variable in `reach`, rounded to nearest: what is compared with them needs some room.

    What is nan is left out of account.
    """

    def __init__(self, graph: Graph, x: int, reach: Span) -> None:
        self.graph, self._known = graph, {x: reach}

    def of(self, a: int) -> Span:
        """Return the span of a node."""
        if a not in self._known:
            for b in self.graph.needed([a]):
                if b not in self._known:
                    self._known[b] = self._found(b)
        return self._known[a]

    def _found(self, a: int) -> Span:
        node, value = self.graph.nodes[a], self.graph.value(a)
        if value is not None:
            number = nearest(value)
            return ANYWHERE if isnan(number) else (number, number)
        rule = _RULES.get(node.op)
        low, high = rule(*(self._known[b] for b in node.args)) if rule else ANYWHERE
        # not even the size of x, a choice between x and -x, is negative
        return (max(low, 0.0), max(high, 0.0)) if nonnegative(self.graph, a) else (low, high)


def _hull(values: list[float]) -> Span:
    return ANYWHERE if any(map(isnan, values)) else (min(values), max(values))


def _add(a: Span, b: Span) -> Span:
    return _hull([a[0] + b[0], a[1] + b[1]])


def _mul(a: Span, b: Span) -> Span:
    # a bound that isn't reached times 0
    return _hull([0.0 if u == 0 or v == 0 else u * v for u in a for v in b])


def _neg(a: Span) -> Span:
    return -a[1], -a[0]


def _increasing(f: Callable[[float], float]) -> Callable[[Span], Span]:
    return lambda a: (f(a[0]), f(a[1]))


def _exp(x: float) -> float:
    return exp(x) if x < 709 else inf


def _expm1(x: float) -> float:
    return expm1(x) if x < 709 else inf


#: Operation → the span of its values; what isn't here may be anything.
_RULES: dict[str, Callable[..., Span]] = {
    "add": _add,
    "sub": lambda a, b: _add(a, _neg(b)),
    "mul": _mul,
    "fma": lambda a, b, c: _add(_mul(a, b), c),
    "neg": _neg,
    "abs": lambda a: (0.0 if a[0] <= 0 <= a[1] else min(map(abs, a)), max(map(abs, a))),
    "sqrt": _increasing(lambda v: sqrt(v) if v > 0 else 0.0),
    "exp": _increasing(_exp),
    "expm1": _increasing(_expm1),
    "log1p": _increasing(lambda v: log1p(v) if v > -1 else -inf),
    "tanh": lambda a: (-1.0 if a[0] < 0 else 0.0, 1.0 if a[1] > 0 else 0.0),
    "max": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    "min": lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    "select": lambda c, a, b: (min(a[0], b[0]), max(a[1], b[1])),
    "copysign": lambda a, b: (-max(map(abs, a)), max(map(abs, a))),
}
