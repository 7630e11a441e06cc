"""A function of one number as one node: regions, single points, infinities, nan and the domains of parameters are choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sympy import S, oo

from ..numeric import NumpyFunction, compile_function
from ..numeric.graph import Graph
from ..numeric.llvm.form import Form
from ..numeric.llvm.lowering import Lowering
from ..numeric.parameters import Condition
from ..numeric.program import Program
from ..numeric.rounding import exactly
from ..numeric.source import Source

__all__ = ["Whole", "condition_node", "whole"]

#: The largest double, and what is taken as infinite there.
LARGEST, HUGE = 1.7976931348623157e308, 1.3e154


@dataclass(frozen=True)
class Whole:
    """The node `result` of a graph computes a function, in double precision, from the nodes x and given (the parameters).

    `about` says what each region computes, and whether that was proved equal to the definition; `limits_known` whether those
    at ±infinity were found.
    """

    graph: Graph
    x: int
    given: tuple[int, ...]
    result: int
    about: tuple[str, ...]
    limits_known: bool


def whole(data: Source) -> Whole:
    """Return a function as one node, from the float64 program that needs no operation only our kernels have.

    At infinities it is the limit where that was found, for nan it is nan, and so where a parameter lies outside its domain.
    """
    program = data.portable["float64"]
    without = _without_infinities(data)
    lowering = Lowering((program,) if without is None else (program, without), len(data.parameters), 53)
    graph, x = lowering.graph, lowering.x
    result = _chosen(graph, lowering.plain[0], x)
    if without is not None:
        finite = _chosen(graph, lowering.plain[1], x)
        for known, a in zip(data.definition.parameters, lowering.given, strict=True):
            if known.default in (oo, -oo):
                default = graph.number(known.default)
                finite = graph.apply("select", graph.apply("equal", a, default), finite, result)
        result = finite
    for p in data.parameters:
        if p.condition is not None:
            holds = condition_node(graph, p.condition, lowering.given)
            result = graph.apply("select", holds, result, graph.number(S.NaN))
    about = dict.fromkeys(region.about for region in program.regions if region.about)
    return Whole(graph, x, tuple(lowering.given), result, tuple(about), "form" not in program.limits)


def _without_infinities(data: Source) -> Program | None:
    """The program where parameters have their infinite defaults, at which a piece is missing; None where there are none."""
    definition = data.definition
    infinite = {p.symbol: p.default for p in definition.parameters if p.default in (oo, -oo)}
    if not infinite:
        return None
    slopes = tuple((at.subs(infinite), slope.subs(infinite)) for at, slope in definition.slopes)
    made = compile_function(replace(definition, expr=definition.expr.subs(infinite), slopes=slopes), data.order)
    assert isinstance(made, NumpyFunction)
    return made.source.portable["float64"]


def condition_node(graph: Graph, condition: Condition, given: Sequence[int]) -> int:
    """Return the node of a condition on parameters."""
    places = list(given)

    def at(place: Any) -> int:
        return places[place[1]] if isinstance(place, tuple) else graph.number(exactly(place))

    # a step may take what those before it give
    for step in condition.steps:
        places += [graph.apply(step.op, *map(at, step.args))]
    return at(condition.result)


def _chosen(graph: Graph, form: Form, x: int) -> int:
    """The value: that of a region, what holds at single points and at infinity, nan for nan."""
    program = form.program
    found = form.results[-1]
    for bound, result, closed in reversed(list(zip(form.bounds, form.results, program.closed, strict=False))):
        inside = graph.apply("less_equal" if closed else "less", x, bound)
        found = graph.apply("select", inside, result, found)
    for at, v in form.points:
        value = v if isinstance(v, int) else x if v == "x" else graph.opposite(x)
        found = graph.apply("select", graph.apply("equal", x, at), value, found)
    ends = zip((-oo, oo), form.limits, (form.results[0], form.results[-1]), program.natural, strict=False)
    for end, limit, result, natural in ends:
        if natural:
            continue
        there = graph.apply("equal", x, graph.number(end))
        if limit == "form":
            value = _far(graph, result, x, there, found, exactly(LARGEST if end > 0 else -LARGEST))
        else:
            value = graph.number(S.NaN) if limit is None else limit
        found = graph.apply("select", there, value, found)
    # a form that doesn't depend on x isn't nan for nan, whatever was measured
    return graph.apply("select", graph.apply("equal", x, x), found, x)


def _far(graph: Graph, result: int, x: int, there: int, found: int, largest: Any) -> int:
    """What a form gives at ±inf, or where that is nan at the largest number, taken as infinite if it is huge."""
    moved = graph.replaced(result, x, graph.apply("select", there, graph.number(largest), x))
    sides = graph.apply("select", graph.apply("less", moved, graph.number(0)), graph.number(-oo), graph.number(oo))
    huge = graph.apply("less", graph.number(exactly(HUGE)), graph.apply("abs", moved))
    moved = graph.apply("select", huge, sides, moved)
    return graph.apply("select", graph.apply("equal", found, found), found, moved)
