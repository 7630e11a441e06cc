"""Re-checks the trees of identities and inequalities, node by node, with the steps the proof names."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import sympy as sp
from sympy import Expr, Symbol, oo

from ..algebra.assume import NOTHING, assuming
from ..algebra.zeros import real_zeros
from ..steps.bends import WAYS, Bend, duties
from ..steps.cases import cases_of, first_switch, impossible, is_thin, is_undefined, nowhere, resolved, signs_of
from ..steps.circle import around_circle
from ..steps.comparison import certain_sign
from ..steps.equality import leaf
from ..steps.separation import abstracted, is_affine, slope_of_line
from ..steps.subdivision import ends_allow, is_defined
from ..steps.transform import TRANSFORMS
from ..text import read_expression, text_of
from .line import LineChecker, equal_at
from .requirements import CertificateError, mapping, require

__all__ = ["TreeChecker"]

MAX_STEPS = 2000


class TreeChecker:
    """Walks the tree of one proof."""

    def __init__(self) -> None:
        self.steps = 0
        self.along = LineChecker(self.count)

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
            self.along.line(pair, node, [*hard, *soft], None)
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
            equal_at(pair, x, zero)

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
            self.along.line((d, sp.S.Zero), node, relations, allowed)
        elif "span" in node:
            self._span(d, allowed, relations, node)
        elif "affine" in node:
            self._affine(d, allowed, relations, node)
        elif "turned" in node:
            self._turned(d, allowed, relations, node)
        elif "transformed" in node:
            self._transformed(d, allowed, relations, node)
        elif "bend" in node:
            self._bent(d, allowed, relations, node)
        elif "order" in node:
            self._ordered(d, allowed, relations, node)
        elif "alone" in node:
            self.inequality(d, allowed, [r for r in relations if r.free_symbols <= d.free_symbols], node["then"])
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
            self.along.slopes(d, x, low, high, 0 in allowed, node["slopes"])
            return
        self.along.boxes(d, x, low, high, mapping(node["boxes"]), [])

    def _affine(self, d: Expr, allowed: set[int], relations: list[Any], node: Mapping[str, Any]) -> None:
        a = next((s for s in d.free_symbols if s.name == node["affine"]), None)
        require(a is not None and first_switch((d, d)) is None, "the symbol of a linear step does not occur")
        slope = slope_of_line(d, a)
        if slope is None:
            raise CertificateError(f"{d} is not linear in {a}")
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

    def _bent(self, d: Expr, allowed: set[int], relations: list[Any], node: Mapping[str, Any]) -> None:
        v = next((s for s in d.free_symbols if s.name == node["bend"]), None)
        require(v is not None and first_switch((d, d)) is None, "the symbol of a shape does not occur")
        assert v is not None
        require(node["way"] in WAYS and type(node["sharp"]) is bool, "the shape is unknown")
        low, high, at = (None if node.get(k) is None else read_expression(node[k]) for k in ("low", "high", "at"))
        needed = duties(d, Bend(v, node["way"], low, high, at, node["sharp"]), allowed, relations)
        require(len(node["parts"]) == len(needed), "a part is missing")
        for (expr, signs, held), part in zip(needed, node["parts"], strict=True):
            self.inequality(expr, set(signs), held, part)

    def _ordered(self, d: Expr, allowed: set[int], relations: list[Any], node: Mapping[str, Any]) -> None:
        named = {s.name: s for s in d.free_symbols}
        u, v = (named[name] for name in node["order"])
        first, second = node["parts"]
        self.inequality(d, allowed, [*relations, u <= v], first)
        self.inequality(d, allowed, [*relations, u >= v], second)

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
        known = relations if other.relations is None else list(other.relations)
        if other.side is not None:
            self.inequality(other.side, {-1, 0}, known, node["side"])
        self.inequality(other.main, allowed, known, node["then"])

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
