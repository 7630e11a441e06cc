"""Programs as vector instructions: one graph, regions blended where inputs are typical, branches where they are rare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf, sqrt
from typing import Any

from sympy import Symbol

from ..graph import Graph
from ..program import Place, Program, Step
from ..rounding import exactly, nearest
from ..sides import lost_products, spoiled
from ..spans import ANYWHERE, Spans
from .blend import blended, hot_regions
from .elementary import FUNCTIONS, ROUGH, Elementary
from .exponentials import NEARLY
from .form import Form, cost, on_sides
from .inverted import inverted

__all__ = ["Lowering"]

_X = Symbol("x", real=True)
#: Operations that are cheaper where it is known between which numbers their argument lies.
_BOUNDED = frozenset({"exp", "exp_excess", "expm1", "expm1_excess", "log1p", "log1p_excess", "tanh"})


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
        ends = [(form.ends(self.graph), hot) for form, hot in zip(self.forms, self.hot, strict=True)]
        low = [-inf if (end := e[h[0]]) is None else end for e, h in ends]
        high = [inf if (end := e[h[-1] + 1]) is None else end for e, h in ends]
        #: Where nodes lie in typical regions, and anywhere; some, if written for those, may be wrong outside.
        self.typical = Spans(self.graph, self.x, (min(low), max(high)))
        self.anywhere = Spans(self.graph, self.x, ANYWHERE)
        #: Divisions by way of the inverse, for which x must be finite.
        self.inverted = inverted(self.graph, self.blends, self.x, self.typical) if self.digits == NEARLY else set()
        self.assuming = self._assuming()

    def write(self, e: Elementary, x: str, parameters: Sequence[str]) -> list[str]:
        """Write the values of the programs at x; return their registers."""
        self.e, self.w, self.spans = e, e.w, self.typical
        self.careful = Elementary(e.w, 53) if e.digits == NEARLY else e
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

    def _assuming(self) -> set[int]:
        """The nodes that are written for typical regions, and what is made from them."""
        found = set(self.inverted)
        for a in self.graph.needed([*self.blends, *self._roots()]):
            node = self.graph.nodes[a]
            rough = self.digits == NEARLY and node.op in ROUGH
            bounded = node.op in _BOUNDED and self.typical.of(*node.args) != self.anywhere.of(*node.args)
            if rough or bounded or found.intersection(node.args):
                found.add(a)
        return found

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
        if node.op in _BOUNDED:
            self.e.reach = self.spans.of(*node.args)
        self.e.by_inverse = a in self.inverted and self.spans is self.typical
        found = FUNCTIONS[node.op](self.e, *args)
        self.e.reach, self.e.by_inverse = ANYWHERE, False
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
        masks = {k: self._inside(below, k, count) for k in cold}
        tests, special = self._special(form, x, hot)
        special += [masks[k] for k in cold if hot[0] < k < hot[-1]]
        if not (tests or special):
            return found
        saved = dict(self.values)
        with w.branch(w.anywhere(tests, x, special)) as branch:
            self.spans, inside, rough, self.e = self.anywhere, found, self.e, self.careful
            self.values = {a: v for a, v in saved.items() if a not in self.assuming}
            for k in cold:
                kept = dict(self.values)
                with w.rarely(masks[k]) as inner:
                    there = w.select(masks[k], self.value(form.results[k]), inside)
                self.values = kept
                inside = w.either(inner, inside, there)
            inside = self._with_points(form, x, inside)
            inside = self._with_ends(form, x, inside)
        self.values, self.spans, self.e = saved, self.typical, rough
        return w.either(branch, found, inside)

    def _inside(self, below: dict[int, str], k: int, count: int) -> str:
        """The mask of a region; nan belongs to the last one."""
        w = self.w
        if k == 0:
            return below[0]
        outside = w.negated(below[k - 1])
        return outside if k == count - 1 else w.logic("and", below[k], outside)

    def _special(self, form: Form, x: str, hot: Sequence[int]) -> tuple[list[tuple[str, str]], list[str]]:
        """What the typical regions don't give: beyond which bounds, and masks of single points, of nan, of bounds that vary."""
        w = self.w
        (low, high), nan = self._natural(form), form.program.natural[2]
        tests, masks = [], [w.compare("oeq", x, self.value(at)) for at, _ in form.points]
        # what lies beyond a bound is infinity too
        if hot[0] > 0:
            k = hot[0] - 1
            tests.append(("ole" if form.program.closed[k] else "olt", self.value(form.bounds[k])))
        elif not low:
            tests.append(("ole", w.number(-inf)))
        if hot[-1] < len(form.results) - 1:
            k = hot[-1]
            tests.append(("ogt" if form.program.closed[k] else "oge", self.value(form.bounds[k])))
        elif not high:
            tests.append(("oge", w.number(inf)))
        if not (nan or all(spoiled(self.graph, form.results[k], self.x) for k in hot)):
            masks.append(w.compare("uno", x, x))
        constant = [test for test in tests if test[1].startswith("splat")]
        masks += [w.compare(relation, x, bound) for relation, bound in tests if (relation, bound) not in constant]
        return constant, masks

    def _natural(self, form: Form) -> tuple[bool, bool]:
        """Whether typical regions that reach to -inf and to inf are right there."""
        low, high, _ = form.program.natural
        return low and not self.inverted, high and not self.inverted

    def _with_points(self, form: Form, x: str, found: str) -> str:
        w = self.w
        for at, v in form.points:
            value = self.value(v) if isinstance(v, int) else x if v == "x" else w.neg(x)
            found = w.select(w.compare("oeq", x, self.value(at)), value, found)
        return found

    def _with_ends(self, form: Form, x: str, found: str) -> str:
        """The limits at ±inf, and nan for nan."""
        w = self.w
        for limit, side, region, natural in zip(form.limits, (-inf, inf), (0, -1), self._natural(form), strict=True):
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
        far = w.select(huge, w.copysign(w.number(inf), far), far)
        return w.select(w.compare("uno", here, here), far, here)

    def _at(self, result: int, x: str) -> str:
        """A form at another x."""
        saved = self.values
        self.values = {self.x: x, **{a: saved[a] for a in self.given}}
        value = self.value(result)
        self.values = saved
        return value
