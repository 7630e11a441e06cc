"""Programs as vector instructions: one graph, regions blended where inputs are typical, branches where they are rare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

from sympy import Symbol

from ..graph import Graph
from ..program import Place, Program, Step
from ..rounding import exactly, nearest
from ..sides import lost_products, nonnegative, nonpositive
from .blend import blended, hot_regions
from .elementary import FUNCTIONS, Elementary
from .form import Form, cost, on_sides

__all__ = ["Lowering"]

_X = Symbol("x", real=True)
#: Operations that are cheaper where the sign of their argument is known.
_SIGNED = frozenset({"exp", "exp_excess", "expm1", "expm1_excess", "log1p", "log1p_excess"})


@dataclass
class Lowering:
    """Writes the values of several programs of the same x and parameters; `digits` as in `Elementary`.

    `plain` has the programs as nodes, step by step, `forms` what is computed, `blends` the values of typical regions.
    """

    programs: Sequence[Program]
    parameters: int
    digits: int
    graph: Graph = field(default_factory=Graph)

    def __post_init__(self) -> None:
        symbols = [Symbol(f"p{k}", real=True) for k in range(self.parameters)]
        self.x = self.graph.symbol(_X)
        self.given = [self.graph.symbol(s) for s in symbols]
        self.plain = [self._form(program) for program in self.programs]
        fused = lost_products(self.graph, [a for form in self.plain for a in form.roots], self.digits)
        self.forms = [form.moved(fused) for form in self.plain]
        folded = [on_sides(self.graph, form, self.x) for form in self.forms]
        if cost(self.graph, folded) < cost(self.graph, self.forms):
            self.forms = folded
        self.hot = [hot_regions(self.graph, form) for form in self.forms]
        uses = self._uses(self.graph, [a for form in self.forms for a in form.roots])
        self.blends = [
            blended(self.graph, form, self.x, hot, uses) for form, hot in zip(self.forms, self.hot, strict=True)
        ]
        self.uses = self._uses(self.graph, [*self.blends, *self._roots()])

    def write(self, e: Elementary, x: str, parameters: Sequence[str]) -> list[str]:
        """Write the values of the programs at x; return their registers."""
        self.e, self.w = e, e.w
        self.values = {self.x: x, **dict(zip(self.given, parameters, strict=True))}
        return [self._written(*given, x) for given in zip(self.forms, self.hot, self.blends, strict=True)]

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
        """The nodes that are computed besides the blends."""
        return [
            a
            for form, hot in zip(self.forms, self.hot, strict=True)
            for a in form.roots
            if a not in {form.results[k] for k in hot}
        ]

    @staticmethod
    def _uses(graph: Graph, roots: Sequence[int]) -> dict[int, int]:
        """How often a node is used."""
        uses: dict[int, int] = {}
        for a in [*roots, *(b for c in graph.needed(roots) for b in graph.nodes[c].args)]:
            uses[a] = uses.get(a, 0) + 1
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
        fused = self._fused(a)
        if fused:
            return fused
        args = [self.value(b) for b in node.args]
        if node.op in _SIGNED:
            (b,) = node.args
            self.e.sign_known = 1 if nonnegative(self.graph, b) else -1 if nonpositive(self.graph, b) else 0
        found = FUNCTIONS[node.op](self.e, *args)
        self.e.sign_known = 0
        return found

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
        return self.graph.nodes[a].op == "mul" and self.uses.get(a) == 1 and a not in self.values

    # regions

    def _written(self, form: Form, hot: Sequence[int], blend: int, x: str) -> str:
        w, program = self.w, form.program
        count = len(form.results)
        below = {
            k: w.compare("ole" if program.closed[k] else "olt", x, self.value(form.bounds[k])) for k in range(count - 1)
        }
        # rare regions between are put in afterwards
        found = self.value(blend)
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
