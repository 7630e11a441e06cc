"""A function as data: straight-line steps for each region, with the buffers they use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Symbol

from .graph import Graph
from .lookup_double import Pieces as DoublePieces
from .operations import CONDITIONS, OPERATIONS
from .piecewise import Pieces
from .rounding import nearest

__all__ = ["HIGH", "LOW", "NARROW", "Place", "Program", "Region", "Step", "Steps", "build", "constants"]

#: Where a value stands: ("x", 0), ("out", 0), ("work", k), ("uniform", k), or a number.
Place = tuple[str, int] | float
#: A number, or a 1-tuple that says where among the uniform values.
Uniform = Any

#: The key, among dtypes, of float64 programs for CPUs without AVX-512.
NARROW = "narrow"
#: The keys of programs for float32 values that something is multiplied to, and of what these have too much, if that counts.
HIGH, LOW = "high", "low"

#: A value is shared between regions, and not computed by each anew, if that saves this many ns per element.
SHARE = 1.2


@dataclass(frozen=True)
class Step:
    """One operation; `select` and `copy` are the two that are no ufuncs."""

    op: str
    args: tuple[Place, ...]
    out: Place


@dataclass(frozen=True)
class Steps:
    """Steps that leave their result in `out`; `uses` numbers the shared values they read, `about` says what they compute."""

    steps: tuple[Step, ...]
    uses: tuple[int, ...]
    cost: float
    about: str = ""


@dataclass(frozen=True)
class Region:
    """A node of the graph that holds up to a bound (a node, or None for the last region), which may belong to it."""

    result: int
    bound: int | None = None
    closed: bool = False
    about: str = ""


@dataclass(frozen=True)
class Program:
    """What `runtime.Kernel` needs, as data; the first of the uniform values are the parameters.

    Kernels of vector instructions may take `pieces`, or in float64 `double_pieces`, where they reach. Of a `rough` one they
    may compute elementary functions to a unit in the last place or two.
    """

    dtype: str
    uniform: tuple[Step, ...]
    bounds: tuple[Uniform, ...]
    closed: tuple[bool, ...]
    common: tuple[Steps, ...]
    regions: tuple[Steps, ...]
    points: tuple[tuple[Uniform, Uniform], ...]
    limits: tuple[Uniform, Uniform]
    floats: int
    masks: int
    natural: tuple[bool, bool, bool]
    exact: bool
    pieces: Pieces | None = None
    double_pieces: DoublePieces | None = None
    rough: bool = False


@dataclass
class _Builder:
    graph: Graph
    variable: Symbol
    parameters: Sequence[Symbol]
    uniform: list[Step] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    shared: dict[int, int] = field(default_factory=dict)
    floats: int = 0
    masks: int = 0

    def constant(self, a: int) -> Place:
        """Return the place of what doesn't depend on x, computed among the uniform values."""
        if a not in self.places:
            node = self.graph.nodes[a]
            if node.op == "number":
                self.places[a] = nearest(node.value)
            elif node.op == "symbol":
                self.places[a] = ("uniform", self.parameters.index(node.value))
            else:
                args = tuple(self.constant(b) for b in node.args)
                self.places[a] = ("uniform", len(self.parameters) + len(self.uniform))
                self.uniform.append(Step(node.op, args, self.places[a]))
        return self.places[a]

    def outside(self, a: int) -> Uniform:
        """Return a uniform value as a bound, point or limit."""
        place = self.constant(a)
        return (place[1],) if isinstance(place, tuple) else place

    def steps(self, result: int, dependent: set[int], target: Place = ("out", 0)) -> Steps:
        """Return the steps that compute a node, buffers reused as soon as their value is dead."""
        order, uses = self._order(result, dependent)
        last = {b: a for a in order for b in self.graph.nodes[a].args}
        where: dict[int, Place] = {}
        free: dict[bool, list[int]] = {False: [], True: []}
        used = {False: len(self.shared), True: 0}
        steps = []
        cost = 0.0
        for a in order:
            node = self.graph.nodes[a]
            args = tuple(self._place(b, dependent, where) for b in node.args)
            mask = node.op in CONDITIONS
            dead = [b for b in dict.fromkeys(node.args) if last[b] == a and b in where and b != result]
            keep = set(node.args[:2]) if node.op == "select" else set()
            if a == result:
                out: Place = target
            else:
                for b in dead:
                    if b not in keep:
                        free[self._is_mask(b)].append(where[b][1])  # type: ignore[index]
                if not free[mask]:
                    free[mask].append(used[mask])
                    used[mask] += 1
                out = ("mask" if mask else "work", free[mask].pop())
                for b in dead:
                    if b in keep:
                        free[self._is_mask(b)].append(where[b][1])  # type: ignore[index]
            where[a] = out
            steps.append(Step(node.op, args, out))
            cost += OPERATIONS[node.op].cost
        if result not in where:
            steps.append(Step("copy", (self._place(result, dependent, where),), target))
            cost += 0.2
        self.floats, self.masks = max(self.floats, used[False]), max(self.masks, used[True])
        return Steps(tuple(steps), uses, cost)

    def _is_mask(self, a: int) -> bool:
        return self.graph.nodes[a].op in CONDITIONS

    def _order(self, result: int, dependent: set[int]) -> tuple[list[int], tuple[int, ...]]:
        """The nodes to compute in order, and the shared values to read, which are not computed."""
        seen: set[int] = set()
        uses: set[int] = set()
        stack = [result]
        while stack:
            a = stack.pop()
            if a in self.shared and a != result:
                uses.add(self.shared[a])
            elif a in dependent and a not in seen and self.graph.nodes[a].args:
                seen.add(a)
                stack.extend(self.graph.nodes[a].args)
        return sorted(seen), tuple(sorted(uses))

    def _place(self, a: int, dependent: set[int], where: dict[int, Place]) -> Place:
        if a in where:
            return where[a]
        if a not in dependent:
            return self.constant(a)
        return ("work", self.shared[a]) if a in self.shared else ("x", 0)


def build(
    graph: Graph,
    variable: Symbol,
    parameters: Sequence[Symbol],
    regions: Sequence[Region],
    points: Sequence[tuple[int, Any]],
    limits: tuple[Any, Any],
    dtype: str,
    natural: tuple[bool, bool, bool],
    exact: bool,
) -> Program:
    """Return the program of a function in regions; points and limits are nodes free of the variable.

    The value at a point may also be "x" or "-x", a limit None or "form".
    """
    dependent = _dependent(graph, variable)
    builder = _Builder(graph, variable, parameters)
    results = [region.result for region in regions]
    for number, a in enumerate(_worth_sharing(graph, variable, results, dependent)):
        builder.shared[a] = number
    common = []
    for a, number in builder.shared.items():
        common.append(builder.steps(a, dependent, ("work", number)))
    found = [replace(builder.steps(region.result, dependent), about=region.about) for region in regions]
    bounds = tuple(builder.outside(region.bound) for region in regions if region.bound is not None)
    closed = tuple(region.closed for region in regions if region.bound is not None)
    at = tuple((builder.outside(a), b if isinstance(b, str) else builder.outside(b)) for a, b in points)
    low, high = (limit if limit in (None, "form") else builder.outside(limit) for limit in limits)
    return Program(
        dtype, tuple(builder.uniform), bounds, closed, tuple(common), tuple(_with_all_uses(found, common)), at,
        (low, high), max(builder.floats, len(common)), builder.masks, natural, exact,
    )  # fmt: skip


def _with_all_uses(regions: Sequence[Steps], common: Sequence[Steps]) -> list[Steps]:
    """Regions with the shared values that their shared values are made from."""
    found = []
    for region in regions:
        uses = set(region.uses)
        todo = list(uses)
        while todo:
            for number in common[todo.pop()].uses:
                if number not in uses:
                    uses.add(number)
                    todo.append(number)
        found.append(replace(region, uses=tuple(sorted(uses))))
    return found


def _dependent(graph: Graph, variable: Symbol) -> set[int]:
    found: set[int] = set()
    for a, node in enumerate(graph.nodes):
        if node.value == variable or found.intersection(node.args):
            found.add(a)
    return found


def _worth_sharing(graph: Graph, variable: Symbol, results: Sequence[int], dependent: set[int]) -> list[int]:
    """Nodes that at least two regions need, whose own cost beyond other shared nodes is worth a buffer."""
    needed = [set(graph.needed([a])) & dependent for a in results]
    found: list[int] = []
    for a in sorted(set().union(*needed)):
        users = [k for k, nodes in enumerate(needed) if a in nodes]
        if len(users) < 2 or not graph.nodes[a].args or graph.nodes[a].op in CONDITIONS:
            continue
        below = set(graph.needed([a])) - {b for c in found for b in graph.needed([c])}
        cost = sum(OPERATIONS[graph.nodes[b].op].cost for b in below & dependent if graph.nodes[b].args)
        # a node that is needed only on the way to another shared one need not be kept
        outer = {b for k in users for b in needed[k] if a in graph.nodes[b].args}
        everywhere = all(sum(b in nodes for nodes in needed) == len(users) for b in outer) and outer
        if cost >= SHARE and not everywhere:
            found.append(a)
    return found


def constants(graph: Graph, result: int, parameters: Sequence[Symbol]) -> tuple[tuple[Step, ...], Place]:
    """Return the steps that compute a node from the parameters alone, and the place of its value."""
    builder = _Builder(graph, Symbol(""), parameters)
    place = builder.constant(result)
    return tuple(builder.uniform), place
