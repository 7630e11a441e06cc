"""Re-checks what is shown in one variable: on open intervals between points that are given, and at these points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy import Expr, Symbol, oo

from ..algebra.assume import NOTHING
from ..algebra.field import is_zero
from ..algebra.signs import SIGNS
from ..steps.cases import first_switch, signs_of
from ..steps.comparison import certain_sign, exact_value
from ..steps.equality import leaf
from ..steps.factors import slow_part_alone, without_signs
from ..steps.subdivision import below_zero, is_defined, prove_negative
from ..text import read_expression, text_of
from .intervals import resolve, sign_on
from .limits import limit_at
from .requirements import mapping, require

__all__ = ["LineChecker", "equal_at"]

MAX_BOXES = 10_000


def equal_at(pair: tuple[Expr, Expr], x: Symbol, point: Expr) -> None:
    """Check that both sides are equal at a point, if they have values there."""
    values = [exact_value(side, {x: point}) for side in pair]
    if values[0] is not None and values[1] is not None:
        require(is_zero(values[0] - values[1]) is True, f"the sides differ at {x} = {point}")


class LineChecker:
    """Checks relations and signs along the line; `count` is called for each step."""

    def __init__(self, count: Callable[[], None]) -> None:
        self.count = count

    def line(
        self, pair: tuple[Expr, Expr], node: Mapping[str, Any], relations: list[Any], allowed: set[int] | None
    ) -> None:
        """Check a relation of two sides (their difference has one of the signs, or they are equal) between and at points."""
        names = {s.name: s for side in (*pair, *relations) for s in side.free_symbols}
        require(set(names) == {node["line"]}, "the statement has other variables")
        x = names[node["line"]]
        points = [read_expression(text) for text in node["ends"]]
        for a, b in pairwise(points):
            require(certain_sign(b - a) == 1, "the points are not in increasing order")
        cells = {(c["low"], c["high"]): c for c in map(mapping, node["cells"])}
        used = 0
        for low, high in pairwise([-oo, *points, oo]):
            self.count()
            if not all(sign_on(r.lhs - r.rhs, x, low, high) in SIGNS[r.rel_op] for r in relations):
                continue
            sides = [resolve(side, x, low, high) for side in pair]
            if sides[0] is None or sides[1] is None:
                continue
            if allowed is None:
                near = [r for r in (x > low, x < high) if r != sp.true]
                require(is_zero(sides[0] - sides[1], near) is True, f"the sides differ between {low} and {high}")
                continue
            cell = cells.get((text_of(low), text_of(high)))
            require(cell is not None, f"nothing is shown between {low} and {high}")
            assert cell is not None
            used += 1
            self._cell(sides[0], x, low, high, allowed, cell)
        require(allowed is None or used == len(cells), "a cell is out of place")
        for at in points:
            self._at(pair, x, at, relations, allowed)

    def _at(self, pair: tuple[Expr, Expr], x: Symbol, at: Expr, relations: list[Any], allowed: set[int] | None) -> None:
        for r in relations:
            value = exact_value(r.lhs - r.rhs, {x: at})
            if value is None or certain_sign(value) not in SIGNS[r.rel_op]:
                return
        if allowed is None:
            equal_at(pair, x, at)
            return
        value = exact_value(pair[0], {x: at})
        require(value is None or certain_sign(value) in allowed, f"the inequality fails at {x} = {at}")

    def _cell(self, d: Expr, x: Symbol, low: Expr, high: Expr, allowed: set[int], cell: Mapping[str, Any]) -> None:
        near = [r for r in (x > low, x < high) if r != sp.true]
        if "zero" in cell:
            require(0 in allowed and leaf((d, sp.S.Zero), near), f"{d} == 0 was not confirmed")
            return
        if "signs" in cell:
            signs = signs_of(d, near) if d.has(x) else {certain_sign(d)}
            require(signs <= allowed, f"the sign of {d} was not confirmed")
            return
        if "plain" in cell:
            self._negative(d, x, low, high, mapping(cell["plain"]))
            return
        if "slopes" in cell:
            self.slopes(d, x, low, high, 0 in allowed, cell["slopes"])
            return
        boxes = mapping(cell["boxes"] if "boxes" in cell else mapping(cell["chart"])["boxes"])
        zeros = [read_expression(text) for text in boxes["zeros"]]
        require(0 in allowed or not zeros, "a strict inequality has zeros")
        if "chart" in cell:
            self._roots(d, x, cell["chart"], allowed)
        self.boxes(d, x, low, high, boxes, zeros)

    def slopes(self, d: Expr, x: Symbol, low: Expr, high: Expr, touching: bool, data: Any) -> None:
        """Between the turning points the function rises or falls, and it is negative at the higher end of each stretch."""
        node = mapping(data)
        turns = [tuple(read_expression(e) for e in turn) for turn in node["turns"]]
        edges = [low, *(e for turn in turns for e in turn), high]
        gaps = list(zip(edges[::2], edges[1::2], strict=True))
        ways, proofs = node["ways"], node["proofs"]
        require(len(ways) == len(proofs) == len(gaps) and set(ways) <= {1, -1}, "a stretch is missing")
        for a, b in turns:
            require(a == b or (a.is_Rational and b.is_Rational and below_zero(d, x, a, b)), "a turn is not negative")
        for (a, b), way, proof in zip(gaps, ways, proofs, strict=True):
            self.count()
            require(a == -oo or b == oo or certain_sign(b - a) == 1, "a stretch is empty")
            self._negative(-way * sp.diff(d, x), x, a, b, mapping(proof))
            end, side = (b, -1) if way > 0 else (a, 1)
            value = limit_at(d, x, end, side, NOTHING)
            sign = (1 if value == oo else -1) if value in (oo, -oo) else certain_sign(value)
            require(sign == -1 or (sign == 0 and (touching or end in (low, high))), f"{d} is not negative at {end}")

    def _negative(self, d: Expr, x: Symbol, low: Expr, high: Expr, node: Mapping[str, Any]) -> None:
        """d < 0 on an open interval, by its sign, by boxes, or by its own slopes, factors of certain sign left out."""
        near = [r for r in (x > low, x < high) if r != sp.true]
        require(first_switch((d, d)) is None, "a slope switches")
        require(is_defined(d, x, low, high, near), f"{d} isn't known to be defined")
        if "signs" in node:
            require(signs_of(d, near) == {-1}, f"the sign of {d} was not confirmed")
            return
        e = read_expression(node["of"])
        plain = without_signs(d, near)
        require(e in (d, plain, slow_part_alone(plain, near)), "a slope is another one")
        then = mapping(node["then"])
        if "signs" in then:
            require(signs_of(e, near) == {-1}, f"the sign of {e} was not confirmed")
        elif "boxes" in then:
            self.boxes(e, x, low, high, mapping(then["boxes"]), [])
        else:
            self.slopes(e, x, low, high, False, then["slopes"])

    def boxes(self, d: Expr, x: Symbol, low: Expr, high: Expr, boxes: Mapping[str, Any], zeros: list[Expr]) -> None:
        """Check d < 0 on an open interval but for zeros, by the boxes recorded."""
        found = prove_negative(d, x, low, high, zeros, MAX_BOXES)
        require(found == boxes, f"the sign of {d} between {low} and {high} was not confirmed")

    def _roots(self, d: Expr, x: Symbol, chart: Mapping[str, Any], allowed: set[int]) -> None:
        roots, signs = chart["roots"], chart["signs"]
        require(len(signs) == len(roots) + 1 and set(signs) <= allowed - {0}, "the signs of a chart are wrong")
        zeros = mapping(chart["boxes"])["zeros"]
        require([r["exact"] for r in roots] == zeros, "the roots of a chart are others")
        for root in roots:
            exact = read_expression(root["exact"])
            require(not exact.is_Rational or root["low"] == root["high"] == root["exact"], "a root lies elsewhere")
            for end, way in ((root["low"], {0, 1}), (root["high"], {-1, 0})):
                require(certain_sign(exact - read_expression(end)) in way, "a root lies outside its bounds")
