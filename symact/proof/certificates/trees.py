"""Re-checks the trees of identities and inequalities, node by node, with the steps the proof names."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, product
from typing import Any

import sympy as sp
from sympy import Expr, Symbol, nan, oo, zoo

from ...errors import InputError
from ..algebra.assume import NOTHING, assuming
from ..algebra.field import is_zero
from ..algebra.zeros import real_zeros
from ..functions.switches import choose, next_switch, obstacles, surfaces
from ..steps.cases import cases_of, first_switch, impossible, is_thin, is_undefined, leaf, nowhere, resolved, signs_of
from ..steps.circle import around_circle
from ..steps.comparison import certain_sign, exact_value
from ..steps.factors import without_signs
from ..steps.separation import abstracted, is_affine
from ..steps.subdivision import below_zero, ends_allow, is_defined, prove_negative
from ..steps.transform import TRANSFORMS
from ..text import read_expression, text_of
from .limits import limit_at

__all__ = ["CertificateError", "TreeChecker", "mapping", "require", "resolve", "sign_on"]

MAX_STEPS = 2000
MAX_BOXES = 10_000

#: Relation → the signs of left - right with which it holds.
ALLOWED = {"<": {-1}, "<=": {-1, 0}, ">": {1}, ">=": {0, 1}, "==": {0}, "!=": {-1, 1}}


class CertificateError(InputError):
    """A certificate does not show what it claims; the message says which step fails."""


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a JSON object as it is; raise CertificateError for anything else."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise CertificateError("a certificate consists of JSON objects")
    return value


def require(condition: bool, what: str) -> None:
    """Raise CertificateError with a reason unless the condition holds."""
    if not condition:
        raise CertificateError(what)


class TreeChecker:
    """Walks the tree of one proof."""

    def __init__(self) -> None:
        self.steps = 0

    def count(self) -> None:
        """Count one step; raise CertificateError where there are too many."""
        self.steps += 1
        require(self.steps <= MAX_STEPS, "the proof is too long")

    # equality

    def equality(self, pair: tuple[Expr, Expr], hard: list[Any], soft: list[Any], tree: Any) -> None:
        """Check that both sides are equal wherever they are defined and the conditions hold."""
        self.count()
        node = mapping(tree)
        if "zero" in node:
            require(
                first_switch(pair) is None and leaf(pair, [*hard, *soft]), f"{pair[0]} == {pair[1]} was not confirmed"
            )
        elif "undefined" in node:
            plain = first_switch(pair) is None
            require(is_undefined(pair) or (plain and nowhere(pair, [*hard, *soft])), "a side is not undefined")
        elif "line" in node:
            self._line(pair, node, [*hard, *soft], None)
        else:
            self._equality_cases(pair, hard, soft, node)

    def _equality_cases(
        self, pair: tuple[Expr, Expr], hard: list[Any], soft: list[Any], node: Mapping[str, Any]
    ) -> None:
        switch = first_switch(pair)
        continuous = isinstance(switch, sp.Abs | sp.Max | sp.Min)
        kept = 0
        for (condition, value), case in self._cases(switch, node):
            then = mapping(case["then"])
            if "empty" in then:
                require(impossible(condition, assuming(*hard, *soft)), f"the case {condition} is not empty")
                continue
            if "thin" in then:
                require(continuous and is_thin(condition, hard, soft), f"the case {condition} is not covered by others")
                continue
            kept += 1
            if "points" in then:
                self._points(condition, pair, then["points"])
                continue
            more = [] if condition == sp.true or condition in (*hard, *soft) else [condition]
            replaced = resolved(pair, switch, value)
            self.equality(
                replaced, hard if continuous else [*hard, *more], [*soft, *more] if continuous else soft, then
            )
        require(kept > 0 or not continuous, "no case is left")

    def _cases(self, switch: Any, node: Mapping[str, Any]) -> list[tuple[tuple[Any, Any], Mapping[str, Any]]]:
        require(switch is not None and node.get("switch") == text_of(switch), "the cases are those of another switch")
        expected, recorded = cases_of(switch), node["cases"]
        require(isinstance(recorded, list) and len(recorded) == len(expected), "a case is missing")
        found = list(zip(expected, map(mapping, recorded), strict=True))
        conditional = [case for (_, _), case in found if case["when"] is not None]
        require(len(conditional) in (0, len(found)), "some cases have no condition")
        require(all(case["when"] == text_of(c) for (c, _), case in found if conditional), "a case is another one")
        return found

    def _points(self, condition: Any, pair: tuple[Expr, Expr], recorded: Any) -> None:
        require(condition.rel_op == "==" and len(condition.free_symbols) == 1, "the case is not an equation")
        (x,) = condition.free_symbols
        zeros = real_zeros(condition.lhs - condition.rhs, x, NOTHING)
        require(recorded == [text_of(zero) for zero in zeros], "the points of a case are others")
        for zero in zeros:
            self._equal_at(pair, x, zero)

    def _equal_at(self, pair: tuple[Expr, Expr], x: Symbol, point: Expr) -> None:
        values = [exact_value(side, {x: point}) for side in pair]
        if values[0] is not None and values[1] is not None:
            require(is_zero(values[0] - values[1]) is True, f"the sides differ at {x} = {point}")

    # inequality: d < 0 or d <= 0

    def inequality(self, d: Expr, allowed: set[int], relations: list[Any], tree: Any) -> None:
        """Check that d has one of the allowed signs wherever it is defined and the relations hold."""
        self.count()
        node = mapping(tree)
        if "undefined" in node:
            require(is_undefined((d, d)), "the difference is not undefined")
        elif "signs" in node:
            require(first_switch((d, d)) is None, "a sign can't be read off a switch")
            require(signs_of(d, relations) <= allowed, f"the sign of {d} was not confirmed")
        elif "zero" in node:
            equal = first_switch((d, d)) is None and leaf((d, sp.S.Zero), relations)
            require(0 in allowed and equal, f"{d} == 0 was not confirmed")
        elif "line" in node:
            self._line((d, sp.S.Zero), node, relations, allowed)
        elif "span" in node:
            self._span(d, allowed, relations, node)
        elif "affine" in node:
            self._affine(d, allowed, relations, node)
        elif "turned" in node:
            self._turned(d, allowed, relations, node)
        elif "transformed" in node:
            self._transformed(d, allowed, relations, node)
        elif "separable" in node:
            self._separable(d, allowed, relations, node["separable"])
        else:
            self._inequality_cases(d, allowed, relations, node)

    def _inequality_cases(self, d: Expr, allowed: set[int], relations: list[Any], node: Mapping[str, Any]) -> None:
        switch = first_switch((d, d))
        for (condition, value), case in self._cases(switch, node):
            then = mapping(case["then"])
            if case["when"] is None:
                require(isinstance(switch, sp.Abs | sp.Max | sp.Min), "the cases of a switch need conditions")
                self.inequality(resolved((d, d), switch, value)[0], allowed, relations, then)
            elif "empty" in then:
                require(impossible(condition, assuming(*relations)), f"the case {condition} is not empty")
            else:
                more = [] if condition == sp.true or condition in relations else [condition]
                self.inequality(resolved((d, d), switch, value)[0], allowed, [*relations, *more], then)

    def _span(self, d: Expr, allowed: set[int], relations: list[Any], node: Mapping[str, Any]) -> None:
        x = next((s for s in d.free_symbols if s.name == node["of"]), None)
        require(d.free_symbols == {x} and first_switch((d, d)) is None, "a half-line has another variable")
        low, high = (read_expression(end) for end in node["span"])
        require(low == -oo or signs_of(x - low, relations) <= {0, 1}, f"{x} may lie below {low}")
        require(high == oo or signs_of(x - high, relations) <= {0, -1}, f"{x} may lie above {high}")
        require(ends_allow(d, x, (low, high), relations, allowed), "the inequality fails at an end of the assumptions")
        near = [r for r in (x > low, x < high) if r != sp.true]
        if "slopes" in node:
            require(is_defined(d, x, low, high, near), f"{d} isn't known to be defined")
            self._slopes(d, x, low, high, 0 in allowed, node["slopes"])
            return
        self._boxes(d, x, low, high, mapping(node["boxes"]), [])

    def _affine(self, d: Expr, allowed: set[int], relations: list[Any], node: Mapping[str, Any]) -> None:
        a = next((s for s in d.free_symbols if s.name == node["affine"]), None)
        require(a is not None and first_switch((d, d)) is None, "the symbol of a linear step does not occur")
        slope = sp.diff(d, a)
        require(a not in slope.free_symbols, f"{d} is not linear in {a}")
        ends = [None if node[name] is None else read_expression(node[name]) for name in ("low", "high")]
        for end, signs in zip(ends, ({0, 1}, {-1, 0}), strict=True):
            require(end is None or signs_of(a - end, relations) <= signs, f"{a} may lie beyond {end}")
        others = [r for r in relations if a not in r.free_symbols]
        first, second = node["parts"]
        present = [end for end in ends if end is not None]
        require(bool(present), "a linear step needs an end")
        self.inequality(d.subs(a, present[0]), allowed, others, first)
        if len(present) == 2:
            self.inequality(d.subs(a, present[1]), allowed, others, second)
        else:
            self.inequality(slope if ends[0] is not None else -slope, {-1, 0}, others, second)

    def _turned(self, d: Expr, allowed: set[int], relations: list[Any], node: Mapping[str, Any]) -> None:
        (x,) = d.free_symbols if len(d.free_symbols) == 1 else (None,)
        other = None if x is None else around_circle(d, x)
        if other is None:
            raise CertificateError(f"{d} is no function of the sine and cosine of one angle")
        require(
            all(certain_sign(value) in allowed for value in other.opposite), "the value at the opposite point is wrong"
        )
        self.inequality(other.main, allowed, [], node["then"])

    def _transformed(self, d: Expr, allowed: set[int], relations: list[Any], node: Mapping[str, Any]) -> None:
        name = node["transformed"]
        require(first_switch((d, d)) is None and name in TRANSFORMS, "the step is unknown")
        other = TRANSFORMS[name](d, relations)
        if other is None:
            raise CertificateError(f"the step doesn't apply to {d}")
        require(0 in allowed or not other.weak, "the step shows no strict inequality")
        if other.side is not None:
            self.inequality(other.side, {-1, 0}, relations, node["side"])
        self.inequality(other.main, allowed, [] if other.free else relations, node["then"])

    def _separable(self, d: Expr, allowed: set[int], relations: list[Any], parts: Any) -> None:
        groups: dict[Expr, Symbol] = {}
        body = abstracted(d, groups)
        require(is_affine(body, list(groups.values())), "the parts do not make up the difference")
        require(isinstance(parts, list) and len(parts) == len(groups), "a part is missing")
        ends: list[tuple[Expr, Expr]] = []
        for group, part in zip(groups, parts, strict=True):
            require(part["of"] == text_of(group), "a part is another one")
            mine = [r for r in relations if r.free_symbols == group.free_symbols]
            low, high = read_expression(part["low"]), read_expression(part["high"])
            self.inequality(low - group, {-1, 0}, mine, part["below"])
            self.inequality(group - high, {-1, 0}, mine, part["above"])
            ends.append((low, high))
        for corner in product(*ends):
            value = body.subs(dict(zip(groups.values(), corner, strict=True)))
            require(certain_sign(value) in allowed, "a corner has the wrong sign")

    # one variable: open intervals between points that are given

    def _line(
        self, pair: tuple[Expr, Expr], node: Mapping[str, Any], relations: list[Any], allowed: set[int] | None
    ) -> None:
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
            if not all(sign_on(r.lhs - r.rhs, x, low, high) in ALLOWED[r.rel_op] for r in relations):
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
            if value is None or certain_sign(value) not in ALLOWED[r.rel_op]:
                return
        if allowed is None:
            self._equal_at(pair, x, at)
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
            self._slopes(d, x, low, high, 0 in allowed, cell["slopes"])
            return
        boxes = mapping(cell["boxes"] if "boxes" in cell else mapping(cell["chart"])["boxes"])
        zeros = [read_expression(text) for text in boxes["zeros"]]
        require(0 in allowed or not zeros, "a strict inequality has zeros")
        if "chart" in cell:
            self._roots(d, x, cell["chart"], allowed)
        self._boxes(d, x, low, high, boxes, zeros)

    def _slopes(self, d: Expr, x: Symbol, low: Expr, high: Expr, touching: bool, data: Any) -> None:
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
        require(e in (d, without_signs(d, near)), "a slope is another one")
        then = mapping(node["then"])
        if "signs" in then:
            require(signs_of(e, near) == {-1}, f"the sign of {e} was not confirmed")
        elif "boxes" in then:
            self._boxes(e, x, low, high, mapping(then["boxes"]), [])
        else:
            self._slopes(e, x, low, high, False, then["slopes"])

    def _boxes(self, d: Expr, x: Symbol, low: Expr, high: Expr, boxes: Mapping[str, Any], zeros: list[Expr]) -> None:
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


def sign_on(g: Expr, x: Symbol, low: Expr, high: Expr) -> int:
    """Return the one sign of g on an open interval, 2 where it is undefined; raise CertificateError where it isn't confirmed."""
    smooth = resolve(g, x, low, high)
    if smooth is None:
        return 2  # undefined: no sign at all
    if not smooth.has(x):
        return certain_sign(smooth)
    near = [r for r in (x > low, x < high) if r != sp.true]
    signs = signs_of(smooth, near)
    if len(signs) == 1:
        return next(iter(signs))
    for way in (-1, 1):
        if prove_negative(-way * smooth, x, low, high, [], 2000) is not None:
            return way
    raise CertificateError(f"the sign of {smooth} between {low} and {high} was not confirmed")


def resolve(expr: Expr, x: Symbol, low: Expr, high: Expr) -> Expr | None:
    """Return the smooth expression on an open interval, None where it is undefined."""
    while (node := next_switch(expr)) is not None:
        signs = {surface: sign_on(surface, x, low, high) for surface in surfaces(node)}
        if 2 in signs.values():
            return None
        expr = expr.xreplace({node: choose(node, signs)})
    if expr.has(nan, zoo):
        return None
    near = [r for r in (x > low, x < high) if r != sp.true]
    for g, allowed in obstacles(expr):
        signs_found = signs_of(g, near)
        if not signs_found <= allowed and not signs_found & allowed:
            return None
    return expr
