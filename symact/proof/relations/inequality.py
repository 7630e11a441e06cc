"""Inequalities as a tree of exact arguments that end in certain signs, in sign charts, or in boxes and tails.

What is proved is D < 0 or D <= 0 wherever D is defined and the relations hold. A node is plain data and one of
{"signs": true}, {"switch": text, "cases": [{"when": text | null, "then": node}, …]}, {"empty": true}, {"undefined": true},
{"affine": name, "low": text, "high": text | null, "parts": [node, node]}, {"chart": …}, {"boxes": …}, {"slopes": …},
{"transformed": name, "side": node, "then": node}, {"separable": …}, {"bend": name, "way": …, "parts": [node, …]},
{"order": [name, name], "parts": [node, node]}.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import sympy as sp
from sympy import Expr, Symbol
from sympy.core.relational import Relational

from ...errors import UndecidedError
from ..algebra.assume import assuming
from ..steps.bends import Duty
from ..steps.cases import (
    cases_of,
    first_switch,
    impossible,
    is_linear,
    is_linear_by_parts,
    is_linear_form,
    is_undefined,
    resolved,
    signs_of,
)
from ..steps.circle import around_circle
from ..steps.comparison import number_sign
from ..steps.equality import leaf
from ..steps.separation import slope_of_line
from ..steps.transform import TRANSFORMS
from ..text import text_of
from .corners import separable
from .elimination import bends, plausible, shown
from .failure import REFUSALS, Failure
from .one_variable import Line, bounds

__all__ = ["JUMPS", "Failure", "prove_inequality"]

#: Nodes of one search, and of one among linear parts; to look for shapes takes as long as some of them.
MAX_NODES, MAX_LINEAR_NODES, SHAPES = 120, 600, 8
MAX_DEPTH = 12
#: Switches of which samples say nothing.
JUMPS = (sp.Piecewise, sp.sign, sp.Heaviside)


def prove_inequality(difference: Expr, strict: bool, relations: Sequence[Relational]) -> dict[str, Any]:
    """Return the tree that proves difference < 0 (<= 0 if not strict) wherever it is defined and the relations hold.

    Raises Failure where it finds points of failure, UndecidedError or NotSupportedError where there is no proof.
    """
    most = MAX_LINEAR_NODES if is_linear_by_parts(difference) else MAX_NODES
    try:
        return _Prover(strict, _Search(most)).node(difference, list(relations), 0)
    except REFUSALS:
        if len(difference.free_symbols) < 2:
            raise
    # shapes open many ways, so that they come last
    return _Prover(strict, _Search(MAX_NODES, shapes=True)).node(difference, list(relations), 0)


@dataclass
class _Search:
    """What all parts of a search share: how many nodes are left, and at what depth which node failed and why."""

    left: int
    shapes: bool = False
    failed: dict[Any, tuple[int, Exception]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Prover:
    strict: bool
    search: _Search

    @property
    def reasons(self) -> list[str]:
        return self.search.reasons

    @property
    def weak(self) -> _Prover:
        """The same search for D <= 0."""
        return _Prover(False, self.search)

    @property
    def line(self) -> Line:
        return Line(self.strict)

    def node(self, d: Expr, relations: list[Any], depth: int) -> dict[str, Any]:
        key = d, frozenset(relations), self.strict
        before, reason = self.search.failed.get(key, (depth + 1, None))
        if reason is not None and before <= depth:
            raise reason
        try:
            return self._node(d, relations, depth)
        except (Failure, *REFUSALS) as error:
            self.search.failed[key] = depth, error
            raise

    def _node(self, d: Expr, relations: list[Any], depth: int) -> dict[str, Any]:
        self.search.left -= 1
        if self.search.left < 0 or depth > MAX_DEPTH:
            raise UndecidedError("the inequality needs too many cases")
        switch = first_switch((d, d))
        symbols = sorted(d.free_symbols, key=str)
        if is_undefined((d, d)):
            return {"undefined": True}
        if switch is None and self.line.certain(d, relations):
            return {"signs": True}
        if switch is None and len(symbols) > 1 and is_linear_form(d) and is_linear(relations):
            raise UndecidedError(f"the sign of {d} was not decided")  # elimination would have told
        if switch is None and not self.strict and leaf((d, sp.S.Zero), relations):
            return {"zero": True}
        linked = any(not r.free_symbols <= set(symbols) for r in relations)
        if (len(symbols) > 1 or linked) and not d.has(*JUMPS) and not plausible(d, self.line.allowed, relations):
            raise UndecidedError(f"{d} seems to have another sign")
        if len(symbols) == 1 and linked:
            try:
                return self._alone(d, relations, depth)
            except REFUSALS as reason:
                self.reasons.append(str(reason))
        elif len(symbols) == 1:
            turned = self._turned(d, symbols[0], depth) if not relations else None
            turned = turned or (self._inverted(d, relations, depth) if switch is None else None)
            if turned is not None:
                return turned
            if isinstance(switch, sp.Abs | sp.Max | sp.Min):
                boxed = self.line.boxed(d, symbols[0], relations, 0)
                if boxed is not None:
                    return boxed
            try:
                return self.line.pieces(d, symbols[0], relations)
            except REFUSALS as reason:
                self.reasons.append(str(reason))
            spanned = self.line.spanned(d, symbols[0], relations) if switch is None else None
            if spanned is not None:
                return spanned
        attempts = [self._unconditional, self._cases]
        if switch is None:
            attempts = [self._affine, self._separable, self._transformed] if len(symbols) > 1 else []
            attempts += [self._bent, self._ordered] if len(symbols) > 1 and self.search.shapes else []
        for attempt in attempts:
            try:
                return attempt(d, relations, depth)
            except REFUSALS as reason:
                self.reasons.append(str(reason))
            except Failure:
                if attempt != self._unconditional:
                    raise
        raise self._undecided(d)

    def _undecided(self, d: Expr) -> UndecidedError:
        return UndecidedError(self.reasons[-1] if self.reasons else f"the sign of {d} was not decided")

    def _alone(self, d: Expr, relations: list[Any], depth: int) -> dict[str, Any]:
        """What the relations say of one variable alone suffices."""
        mine = [r for r in relations if r.free_symbols <= d.free_symbols]
        try:
            return {"alone": True, "then": self.node(d, mine, depth + 1)}
        except Failure as reason:
            raise UndecidedError(str(reason)) from None

    # Switches

    def _unconditional(self, d: Expr, relations: list[Any], depth: int) -> dict[str, Any]:
        """Each value that Abs, Max or Min may have satisfies the inequality, wherever it is taken."""
        switch = first_switch((d, d))
        if not isinstance(switch, sp.Abs | sp.Max | sp.Min):
            raise UndecidedError("the cases exclude each other")
        parts = [
            {"when": None, "then": self.node(resolved((d, d), switch, value)[0], relations, depth + 1)}
            for _, value in cases_of(switch)
        ]
        return {"switch": text_of(switch), "cases": parts}

    def _cases(self, d: Expr, relations: list[Any], depth: int) -> dict[str, Any]:
        switch = first_switch((d, d))
        parts = []
        for condition, value in cases_of(switch):
            if impossible(condition, assuming(*relations)):
                parts.append({"when": text_of(condition), "then": {"empty": True}})
                continue
            more = [] if condition == sp.true or condition in relations else [condition]
            then = self.node(resolved((d, d), switch, value)[0], [*relations, *more], depth + 1)
            parts.append({"when": text_of(condition), "then": then})
        return {"switch": text_of(switch), "cases": parts}

    def _turned(self, d: Expr, x: Symbol, depth: int) -> dict[str, Any] | None:
        """Sine and cosine of one angle as rational functions of t = tan(angle/2); None where d is no function of these."""
        other = around_circle(d, x)
        if other is None or not all(number_sign(value) in self.line.allowed for value in other.opposite):
            return None
        try:
            return {"turned": True, "then": self.node(other.main, [], depth + 1)}
        except (Failure, *REFUSALS) as reason:
            self.reasons.append(str(reason))
            return None

    def _inverted(self, d: Expr, relations: list[Any], depth: int) -> dict[str, Any] | None:
        """Powers with variable exponents by their logarithms, LambertW by its inverse; None where neither applies."""
        try:
            return self._transformed(d, relations, depth, ("powers", "lambert"))
        except UndecidedError:
            return None

    # Several variables

    def _affine(self, d: Expr, relations: list[Any], depth: int) -> dict[str, Any]:
        """Linear in a symbol between two numbers: both ends suffice; above one number: that end and the slope."""
        for a in sorted(d.free_symbols, key=str):
            low, high = bounds(a, relations)
            others = [r for r in relations if a not in r.free_symbols]
            if (low is None and high is None) or any(a in r.free_symbols and r.free_symbols != {a} for r in relations):
                continue
            slope = slope_of_line(d, a)
            if slope is None:
                continue
            shown = {"affine": a.name, "low": _text(low), "high": _text(high)}
            try:
                parts = [self.node(d.subs(a, end), others, depth + 1) for end in (low, high) if end is not None]
                if len(parts) == 1:
                    parts.append(self.weak.node(slope if low is not None else -slope, others, depth + 1))
            except (Failure, *REFUSALS) as reason:
                self.reasons.append(str(reason))
                continue
            return shown | {"parts": parts}
        raise self._undecided(d)

    def _transformed(
        self, d: Expr, relations: list[Any], depth: int, names: Iterable[str] = TRANSFORMS
    ) -> dict[str, Any]:
        """Another expression has the same sign, by one of the transforms named."""
        for name in names:
            other = TRANSFORMS[name](d, relations)
            if other is None or (other.weak and self.strict):
                continue
            shown: dict[str, Any] = {"transformed": name}
            known = relations if other.relations is None else list(other.relations)
            try:
                if other.side is not None:
                    shown["side"] = self.weak.node(other.side, known, depth + 1)
                return shown | {"then": self.node(other.main, known, depth + 1)}
            except (Failure, *REFUSALS) as reason:
                self.reasons.append(str(reason))
        raise self._undecided(d)

    def _bent(self, d: Expr, relations: list[Any], depth: int) -> dict[str, Any]:
        """By the shape of d in one variable, few values of which bound the others."""
        self.search.left -= SHAPES
        for bend, needed in bends(d, self.strict, relations):
            try:
                return shown(bend) | {"parts": [self._duty(duty, depth + 1) for duty in needed]}
            except (Failure, *REFUSALS) as reason:
                self.reasons.append(str(reason))
        raise self._undecided(d)

    def _duty(self, duty: Duty, depth: int) -> dict[str, Any]:
        expr, allowed, relations = duty
        if 0 in allowed and expr == 0:
            return {"zero": True}
        return _Prover(0 not in allowed, self.search).node(expr, relations, depth)

    def _ordered(self, d: Expr, relations: list[Any], depth: int) -> dict[str, Any]:
        """One of two variables is the smaller one."""
        for u, v in combinations(sorted(d.free_symbols, key=str), 2):
            if len(signs_of(u - v, relations)) == 3:
                parts = [self.node(d, [*relations, r], depth + 1) for r in (u <= v, u >= v)]
                return {"order": [u.name, v.name], "parts": parts}
        raise self._undecided(d)

    def _separable(self, d: Expr, relations: list[Any], depth: int) -> dict[str, Any]:
        return separable(d, self.line.allowed, relations, lambda gap, own: self.weak.node(gap, own, depth + 1))


def _text(end: Expr | None) -> str | None:
    return None if end is None else text_of(end)
