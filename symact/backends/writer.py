"""Nodes of a graph as statements: what the backends of frameworks share; each has a table from operation to text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..numeric.graph import Graph
from ..numeric.rounding import nearest
from .expansions import expanded
from .whole import Whole

__all__ = ["PYTHON", "Table", "literal", "text_of"]

#: Operation → Python on numbers; the rest is left out.
PYTHON: dict[str, str] = {
    "add": "({a} + {b})",
    "sub": "({a} - {b})",
    "mul": "({a} * {b})",
    "neg": "(-{a})",
    "abs": "abs({a})",
    "max": "max({a}, {b})",
    "min": "min({a}, {b})",
    "less": "{a} < {b}",
    "less_equal": "{a} <= {b}",
    "equal": "{a} == {b}",
    "and": "({a} and {b})",
    "or": "({a} or {b})",
    "not": "(not {a})",
}


def literal(value: float) -> str:
    """Return a number in Python, where inf and nan are known."""
    return repr(value) if value >= 0 else f"({value!r})" if value < 0 else "nan"


@dataclass
class Table:
    """How a backend writes: operation → text, in which {a}, {b}, {c} are the arguments and {A}, {B}, {C} the same as arrays.

    `array` writes a number as an array, `reuses` says whether names are used again once their value is dead. What one of the
    operations in `guarded` gives to one of those named there is written as `guard`.
    """

    backend: str
    texts: Mapping[str, str]
    number: Callable[[float], str] = literal
    array: Callable[[float], str] = literal
    statement: str = "    {name} = {text}"
    reuses: bool = True
    guarded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    guard: str = "{text}"

    def statements(self, of: Whole, x: str, given: tuple[str, ...]) -> tuple[list[str], str]:
        """Return the statements that compute a function from the variables x and given, and the variable it is in."""
        graph = of.graph
        result = expanded(graph, of.result, self.texts.keys(), self.backend)
        named = {of.x: x, **dict(zip(of.given, given, strict=True))}
        order = [a for a in graph.needed([result]) if graph.nodes[a].args]
        names = _Names(graph, order, result, self.reuses)
        users: dict[int, set[str]] = {}
        for a in order:
            for b in graph.nodes[a].args:
                users.setdefault(b, set()).add(graph.nodes[a].op)
        lines = []
        for a in order:
            args = graph.nodes[a].args
            plain = [self._place(graph, b, named, self.number) for b in args]
            arrays = [self._place(graph, b, named, self.array) for b in args]
            places = {**dict(zip("abc", plain, strict=False)), **dict(zip("ABC", arrays, strict=False))}
            named[a] = names.taken(a)
            op = graph.nodes[a].op
            text = self.texts[op].format(**places)
            if self.guarded.get(op, frozenset()) & users.get(a, set()):
                text = self.guard.format(text=text)
            lines.append(self.statement.format(name=named[a], text=text))
        return lines, self._place(graph, result, named, self.array)

    @staticmethod
    def _place(graph: Graph, a: int, named: Mapping[int, str], number: Callable[[float], str]) -> str:
        value = graph.value(a)
        return named[a] if value is None else number(nearest(value))


@dataclass
class _Names:
    """Names of variables t0, t1, …"""

    graph: Graph
    order: list[int]
    result: int
    reuses: bool
    free: list[int] = field(default_factory=list)
    held: dict[int, int] = field(default_factory=dict)
    count: int = 0

    def __post_init__(self) -> None:
        self.last = {b: a for a in self.order for b in self.graph.nodes[a].args}

    def taken(self, a: int) -> str:
        """Return the name for the value of a node; arguments that nothing later needs give theirs back."""
        if self.reuses:
            for b in dict.fromkeys(self.graph.nodes[a].args):
                if b in self.held and self.last[b] == a and b != self.result:
                    self.free.append(self.held.pop(b))
        if not self.free:
            self.free.append(self.count)
            self.count += 1
        self.held[a] = self.free.pop()
        return f"t{self.held[a]}"


def text_of(graph: Graph, a: int, named: Mapping[int, str], texts: Mapping[str, str] = PYTHON) -> str | None:
    """Return a node as one expression, None where the table lacks an operation."""
    if a in named:
        return named[a]
    node = graph.nodes[a]
    value = graph.value(a)
    if value is not None:
        return literal(nearest(value))
    args = [text_of(graph, b, named, texts) for b in node.args]
    if node.op not in texts or None in args:
        return None
    return texts[node.op].format(**dict(zip("abc", args, strict=False)))
