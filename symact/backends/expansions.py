"""Operations made from others, in double precision, for backends that lack them or have them inaccurate."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from sympy import Rational, S

from ..errors import NotSupportedError
from ..numeric.graph import Graph
from ..numeric.llvm import coefficients as made
from ..numeric.rounding import exactly

__all__ = ["EXPANSIONS", "expanded"]

#: Beyond it sqrt(1 + x**2) is |x|.
FAR = 2.0**28
#: Beyond it exp(x) is halved by the way it is computed.
NEAR_OVERFLOW = 708.0
LN2 = 0.6931471805599453


@dataclass(frozen=True)
class _Value:
    """A node that can be calculated with."""

    graph: Graph
    node: int

    def _make(self, op: str, *args: Any) -> _Value:
        return _Value(self.graph, self.graph.apply(op, *(self._node(a) for a in args)))

    def _node(self, a: Any) -> int:
        return a.node if isinstance(a, _Value) else self.graph.number(exactly(a))

    def __add__(self, other: Any) -> _Value:
        return self._make("add", self, other)

    def __sub__(self, other: Any) -> _Value:
        return self._make("sub", self, other)

    def __rsub__(self, other: Any) -> _Value:
        return self._make("sub", other, self)

    def __mul__(self, other: Any) -> _Value:
        return self._make("mul", self, other)

    def __truediv__(self, other: Any) -> _Value:
        return self._make("div", self, other)

    def __rtruediv__(self, other: Any) -> _Value:
        return self._make("div", other, self)

    def __neg__(self) -> _Value:
        return self._make("neg", self)

    @property
    def is_number(self) -> bool:
        """Whether it is a number."""
        return self.graph.value(self.node) is not None

    def below(self, other: Any) -> _Value:
        """Return self < other."""
        return self._make("less", self, other)

    def above(self, other: Any) -> _Value:
        """Return self > other."""
        return self._make("less", other, self)

    def equals(self, other: Any) -> _Value:
        """Return self == other."""
        return self._make("equal", self, other)

    def of(self, op: str, *more: Any) -> _Value:
        """Return op(self, *more)."""
        return self._make(op, self, *more)

    def choose(self, yes: Any, no: Any) -> _Value:
        """Return yes where this condition holds, else no."""
        return self._make("select", self, yes, no)

    def odd(self, of_size: Callable[[_Value], _Value]) -> _Value:
        """Return the odd function with these values for positive x; zeros keep their sign."""
        y = of_size(self.of("abs"))
        return self.equals(0.0).choose(self, self.below(0.0).choose(-y, y))


def _expm1(x: _Value) -> _Value:
    u = x.of("exp")
    near = u.equals(1.0).choose(x, (u - 1.0) * x / u.of("log"))  # Kahan: the error of u cancels
    return x.of("abs").below(1.0).choose(near, u - 1.0)


def _log1p(x: _Value) -> _Value:
    u = x + 1.0
    near = u.equals(1.0).choose(x, u.of("log") * x / (u - 1.0))
    return x.of("abs").below(1.0).choose(near, u.of("log"))


def _tanh(x: _Value) -> _Value:
    def positive(a: _Value) -> _Value:
        e = (a * -2.0).of("expm1")
        return -e / (e + 2.0)

    return x.odd(positive)


def _sinh(x: _Value) -> _Value:
    def positive(a: _Value) -> _Value:
        e, h = a.of("expm1"), (a * 0.5).of("exp")
        return a.above(NEAR_OVERFLOW).choose(h * 0.5 * h, (e + e / (e + 1.0)) * 0.5)

    return x.odd(positive)


def _cosh(x: _Value) -> _Value:
    a = x.of("abs")
    e, h = a.of("exp"), (a * 0.5).of("exp")
    return a.above(NEAR_OVERFLOW).choose(h * 0.5 * h, (e + 1.0 / e) * 0.5)


def _atan(x: _Value) -> _Value:
    def positive(a: _Value) -> _Value:
        far, middle = a.above(2.414213562373095), a.above(0.41421356237309503)
        above = far.choose(-1.0, middle.choose(a - 1.0, a))
        below = far.choose(a, middle.choose(a + 1.0, 1.0))
        quarters = far.choose(2.0, middle.choose(1.0, 0.0))
        t = above / below
        z = t * t
        tail = z * made.ATAN[-1] + made.ATAN[-2]
        for c in reversed(made.ATAN[:-2]):
            tail = tail * z + c
        return quarters * made.QUARTER_PI[0] + (t + (z * t * tail + quarters * made.QUARTER_PI[1]))

    return x.odd(positive)


def _asinh(x: _Value) -> _Value:
    def positive(a: _Value) -> _Value:
        square = a * a
        near = (a + square / ((square + 1.0).of("sqrt") + 1.0)).of("log1p")
        return a.above(FAR).choose(a.of("log") + LN2, near)

    return x.odd(positive)


def _acosh(x: _Value) -> _Value:
    t = x - 1.0
    near = (t + (t * 2.0 + t * t).of("sqrt")).of("log1p")
    return x.below(1.0).choose(S.NaN, x.above(FAR).choose(x.of("log") + LN2, near))


def _cbrt(x: _Value) -> _Value:
    def positive(a: _Value) -> _Value:
        y = a.of("pow", Rational(1, 3))
        return y.above(1e200).choose(y, y - (y - a / (y * y)) * 0.3333333333333333)

    return x.odd(positive)


def _extreme(a: _Value, b: _Value, replaced: Callable[[_Value, Any], _Value]) -> _Value:
    """The larger or the smaller one; nan wins."""
    if b.is_number:
        a, b = b, a
    if a.is_number:
        return replaced(b, a).choose(a, b)
    return replaced(b, a).of("or", a.equals(a).of("not")).choose(a, b)


#: Operation → the same made from others.
EXPANSIONS: dict[str, Callable[..., _Value]] = {
    "expm1": _expm1,
    "log1p": _log1p,
    "tanh": _tanh,
    "sinh": _sinh,
    "cosh": _cosh,
    "tan": lambda x: x.of("sin") / x.of("cos"),
    "asin": lambda x: x.equals(0.0).choose(x, (x / ((1.0 - x) * (x + 1.0)).of("sqrt")).of("atan")),
    "acos": lambda x: ((1.0 - x) / (x + 1.0)).of("sqrt").of("atan") * 2.0,
    "atan": _atan,
    "asinh": _asinh,
    "acosh": _acosh,
    "atanh": lambda x: x.odd(lambda a: (a * 2.0 / (1.0 - a)).of("log1p") * 0.5),
    "cbrt": _cbrt,
    "sign": lambda x: x.above(0.0).choose(1.0, x.below(0.0).choose(-1.0, x)),
    "max": lambda a, b: _extreme(a, b, _Value.below),
    "min": lambda a, b: _extreme(a, b, _Value.above),
}


def expanded(graph: Graph, a: int, known: Set[str], backend: str) -> int:
    """Return node `a` made from operations of `known` alone; raise NotSupportedError for one that can't be."""

    def apply(op: str, *args: int) -> int:
        if op in known:
            return graph.apply(op, *args)
        if op not in EXPANSIONS:
            raise NotSupportedError(f"{backend} has no operation {op}")
        inner = EXPANSIONS[op](*(_Value(graph, b) for b in args)).node
        # what it is made from may have to be made itself; its arguments are done
        return rebuilt(inner, {b: b for b in args})

    def rebuilt(top: int, done: dict[int, int]) -> int:
        for b in graph.needed([top]):
            node = graph.nodes[b]
            if b not in done:
                done[b] = apply(node.op, *(done[c] for c in node.args)) if node.args else b
        return done[top]

    return rebuilt(a, {})
