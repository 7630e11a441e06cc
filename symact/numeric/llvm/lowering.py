"""Programs as vector instructions: one graph, regions blended where inputs are typical, branches where they are rare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import erf, sqrt
from typing import Any

from sympy import Symbol

from ..expand import Expansion
from ..graph import Graph
from ..program import Place, Program, Step
from ..rounding import exactly, nearest
from .elementary import FUNCTIONS, Elementary

__all__ = ["Form", "Lowering"]

_X = Symbol("x", real=True)
#: Typical inputs have this standard deviation; a region that holds fewer of them is computed on demand only.
SPREAD, RARE = 3.0, 0.01


@dataclass(frozen=True)
class Form:
    """A program as nodes: bounds and whether they belong to the region before, results, points and limits."""

    program: Program
    bounds: tuple[int, ...]
    results: tuple[int, ...]
    points: tuple[tuple[int, Any], ...]
    limits: tuple[Any, Any]


@dataclass
class Lowering:
    """Writes the values of several programs of the same x and parameters; `digits` as in `Elementary`."""

    programs: Sequence[Program]
    parameters: int
    digits: int
    graph: Graph = field(default_factory=Graph)

    def __post_init__(self) -> None:
        symbols = [Symbol(f"p{k}", real=True) for k in range(self.parameters)]
        self.x = self.graph.symbol(_X)
        self.given = [self.graph.symbol(s) for s in symbols]
        self.forms = [self._form(program) for program in self.programs]
        self.errors = self._product_errors()
        self.uses = self._uses()

    def write(self, e: Elementary, x: str, parameters: Sequence[str]) -> list[str]:
        """Write the values of the programs at x; return their registers."""
        self.e, self.w = e, e.w
        self.values = {self.x: x, **dict(zip(self.given, parameters, strict=True))}
        return [self._written(form, x) for form in self.forms]

    # programs to nodes

    def _form(self, program: Program) -> Form:
        uniform: list[int] = list(self.given)

        def outside(item: Any) -> int:
            return uniform[item[0]] if isinstance(item, tuple) else self.graph.number(exactly(item))

        def place(item: Place, known: dict[Any, int]) -> int:
            if not isinstance(item, tuple):
                return self.graph.number(exactly(item))
            if item[0] == "uniform":
                return uniform[item[1]]
            return self.x if item[0] == "x" else known[item]

        def run(steps: Sequence[Step], known: dict[Any, int]) -> int:
            for step in steps:
                args = [place(a, known) for a in step.args]
                known[step.out] = args[0] if step.op == "copy" else self.graph.apply(step.op, *args)
            return known[steps[-1].out]

        uniform.extend(self.graph.apply(step.op, *(place(a, {}) for a in step.args)) for step in program.uniform)
        common: dict[Any, int] = {}
        for steps in program.common:
            run(steps.steps, common)
        shared = {("work", k): common["work", k] for k in range(len(program.common))}
        results = tuple(run(steps.steps, dict(shared)) for steps in program.regions)
        points = tuple((outside(at), v if isinstance(v, str) else outside(v)) for at, v in program.points)
        limits = tuple(v if v in (None, "form") else outside(v) for v in program.limits)
        return Form(program, tuple(map(outside, program.bounds)), results, points, limits)  # type: ignore[arg-type]

    def _roots(self) -> list[int]:
        found: list[int] = []
        for form in self.forms:
            found += [*form.results, *form.bounds, *(a for a, _ in form.points)]
            found += [v for _, v in form.points if isinstance(v, int)]
            found += [v for v in form.limits if isinstance(v, int)]
        return found

    def _product_errors(self) -> dict[int, tuple[int, int, int]]:
        """Nodes that hold a*b - fl(a*b) by Dekker's seventeen operations: one fused multiplication does the same."""
        needed = set(self.graph.needed(self._roots()))
        expansion = Expansion(self.graph, digits=24 if self.digits == 24 else 53)
        found: dict[int, tuple[int, int, int]] = {}
        for a in sorted(needed):
            node = self.graph.nodes[a]
            if node.op == "mul":
                first, second = node.args
                product, error = expansion.exact_product(first, second)
                if product == a and error in needed and error is not None:
                    found[error] = first, second, a
        return found

    def _uses(self) -> dict[int, int]:
        """How often a node is used, those a fused product error saves left out."""
        seen: set[int] = set()
        uses: dict[int, int] = {}
        stack = self._roots()
        for a in stack:
            uses[a] = uses.get(a, 0) + 1
        while stack:
            a = stack.pop()
            if a in seen:
                continue
            seen.add(a)
            for b in self.errors.get(a, self.graph.nodes[a].args):
                uses[b] = uses.get(b, 0) + 1
                stack.append(b)
        return uses

    # nodes to instructions

    def value(self, a: int) -> str:
        """Return the register of a node; `rarely` blocks forget what they computed."""
        if a not in self.values:
            self.values[a] = self._instruction(a)
        return self.values[a]

    def _instruction(self, a: int) -> str:
        node = self.graph.nodes[a]
        if node.op == "number":
            assert node.value is not None
            return self.w.number(nearest(node.value))
        if a in self.errors:
            first, second, product = (self.value(b) for b in self.errors[a])
            return self.w.fma(first, second, self.w.neg(product))
        fused = self._fused(a)
        return fused or FUNCTIONS[node.op](self.e, *(self.value(b) for b in node.args))

    def _fused(self, a: int) -> str | None:
        """A sum or difference with a product that nothing else needs, rounded once."""
        node = self.graph.nodes[a]
        if node.op not in ("add", "sub"):
            return None
        first, second = node.args
        if self._fusible(second):
            u, v = (self.value(b) for b in self.graph.nodes[second].args)
            return self.w.fma(self.w.neg(u) if node.op == "sub" else u, v, self.value(first))
        if self._fusible(first):
            u, v = (self.value(b) for b in self.graph.nodes[first].args)
            other = self.value(second)
            return self.w.fma(u, v, self.w.neg(other) if node.op == "sub" else other)
        return None

    def _fusible(self, a: int) -> bool:
        return self.graph.nodes[a].op == "mul" and self.uses[a] == 1 and a not in self.values

    # regions

    def _written(self, form: Form, x: str) -> str:
        w, program = self.w, form.program
        count = len(form.results)
        shares = [self._share(form, k) for k in range(count)]
        hot = [k for k in range(count) if shares[k] >= RARE] or [max(range(count), key=shares.__getitem__)]
        below = {
            k: w.compare("ole" if program.closed[k] else "olt", x, self.value(form.bounds[k])) for k in range(count - 1)
        }
        found = self.value(form.results[hot[-1]])
        for k in reversed(hot[:-1]):
            # rare regions between are put in afterwards
            found = w.select(below[k], self.value(form.results[k]), found)
        cold = [k for k in range(count) if k not in hot]
        special = self._special(form, x, hot)
        masks = {k: self._inside(below, k, count) for k in cold}
        conditions = [*masks.values(), *special]
        if not conditions:
            return found
        rare = conditions[0]
        for condition in conditions[1:]:
            rare = w.logic("or", rare, condition)
        saved = dict(self.values)
        with w.rarely(rare) as branch:
            inside = found
            for k in cold:
                kept = dict(self.values)
                with w.rarely(masks[k]) as inner:
                    there = w.select(masks[k], self.value(form.results[k]), inside)
                self.values = kept
                inside = w.either(inner, inside, there)
            inside = self._with_points(form, x, inside)
            inside = self._with_ends(form, x, inside)
        self.values = saved
        return w.either(branch, found, inside)

    def _share(self, form: Form, k: int) -> float:
        """The part of typical inputs in a region, 1 where parameters decide."""
        ends = [float("-inf"), *(self._constant(b) for b in form.bounds), float("inf")]
        low, high = ends[k : k + 2]
        if low is None or high is None:
            return 1.0
        return (erf(high / SPREAD / sqrt(2)) - erf(low / SPREAD / sqrt(2))) / 2

    def _constant(self, a: int) -> float | None:
        value = self.graph.value(a)
        return None if value is None else nearest(value)

    def _inside(self, below: dict[int, str], k: int, count: int) -> str:
        """The mask of a region; nan belongs to the last one."""
        w = self.w
        if k == 0:
            return below[0]
        outside = w.negated(below[k - 1])
        return outside if k == count - 1 else w.logic("and", below[k], outside)

    def _special(self, form: Form, x: str, hot: Sequence[int]) -> list[str]:
        """Masks of what the typical regions don't give: single points, infinities, nan."""
        w = self.w
        found = [w.compare("oeq", x, self.value(at)) for at, _ in form.points]
        low, high, nan = form.program.natural
        if not low:
            found.append(w.compare("oeq", x, w.number(float("-inf"))))
        if not high:
            found.append(w.compare("oeq", x, w.number(float("inf"))))
        if not nan:
            found.append(w.compare("uno", x, x))
        return found

    def _with_points(self, form: Form, x: str, found: str) -> str:
        w = self.w
        for at, v in form.points:
            value = self.value(v) if isinstance(v, int) else x if v == "x" else w.neg(x)
            found = w.select(w.compare("oeq", x, self.value(at)), value, found)
        return found

    def _with_ends(self, form: Form, x: str, found: str) -> str:
        """The limits at ±inf, and nan for nan."""
        w = self.w
        for limit, side, region, natural in zip(
            form.limits, (float("-inf"), float("inf")), (0, -1), form.program.natural[:2], strict=True
        ):
            if natural:
                continue
            mask = w.compare("oeq", x, w.number(side))
            if limit == "form":
                value = self._far(form.results[region], x, side, found)
            else:
                value = w.number(float("nan")) if limit is None else self.value(limit)
            found = w.select(mask, value, found)
        return found if form.program.natural[2] else w.select(w.compare("uno", x, x), x, found)

    def _far(self, result: int, x: str, side: float, found: str) -> str:
        """What a form gives at ±inf, or where that is nan at the largest number, taken as infinite if it is huge."""
        w = self.w
        here = self._at(result, w.number(side))
        largest = 1.7976931348623157e308 if w.kind == "double" else 3.4028234663852886e38
        far = self._at(result, w.number(largest if side > 0 else -largest))
        huge = w.compare("ogt", w.abs(far), w.number(sqrt(largest)))
        far = w.select(huge, w.copysign(w.number(float("inf")), far), far)
        return w.select(w.compare("uno", here, here), far, here)

    def _at(self, result: int, x: str) -> str:
        """A form at another x."""
        saved = self.values
        self.values = {self.x: x, **{a: saved[a] for a in self.given}}
        value = self.value(result)
        self.values = saved
        return value
