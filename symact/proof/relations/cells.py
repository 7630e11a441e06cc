"""Equality by cells: a tree of cases that resolves every switch, with an exact zero test at each of its leaves.

The tree is plain data, so that it is its own certificate. A node is one of
{"switch": text, "cases": [{"when": text, "then": node}, …]}, {"zero": true}, {"empty": true}, {"thin": true},
{"undefined": true} and {"points": [text, …]}: the finitely many points at which the equation of the case holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp
from sympy import Expr, Symbol

from ...errors import SymactError, UndecidedError
from ..algebra.assume import NOTHING, assuming
from ..algebra.field import is_zero
from ..algebra.zeros import real_zeros
from ..steps.cases import Pair, cases_of, first_switch, impossible, is_thin, is_undefined, nowhere, resolved
from ..steps.comparison import exact_value
from ..steps.equality import leaf
from ..text import text_of

__all__ = ["prove_equal"]

MAX_LEAVES = 160


class _Search:
    """One proof by cases; counts the leaves so that it ends."""

    def __init__(self) -> None:
        self.leaves = 0

    def node(self, pair: Pair, hard: list[Any], soft: list[Any]) -> dict[str, Any]:
        if is_undefined(pair):
            return {"undefined": True}
        switch = first_switch(pair)
        if switch is None:
            return self._leaf(pair, [*hard, *soft])
        cases = []
        continuous = isinstance(switch, sp.Abs | sp.Max | sp.Min)
        for condition, value in cases_of(switch):
            cases.append(self._case(pair, switch, condition, value, continuous, hard, soft))
        if continuous and not any("then" in c and not {"empty", "thin"} & set(c["then"]) for c in cases):
            raise UndecidedError(f"{switch} switches where nothing is left")
        return {"switch": text_of(switch), "cases": cases}

    def _case(
        self, pair: Pair, switch: Any, condition: Any, value: Any, continuous: bool, hard: list[Any], soft: list[Any]
    ) -> dict[str, Any]:
        known = assuming(*hard, *soft)
        shown = {"when": text_of(condition)}
        if impossible(condition, known):
            return shown | {"then": {"empty": True}}
        if continuous and condition != sp.true and is_thin(condition, hard, soft):
            return shown | {"then": {"thin": True}}
        more = [] if condition == sp.true or condition in (*hard, *soft) else [condition]
        try:
            then = self.node(
                resolved(pair, switch, value),
                hard if continuous else [*hard, *more],
                [*soft, *more] if continuous else soft,
            )
        except UndecidedError:
            points = _points(condition, pair, [*hard, *soft])
            if points is None:
                raise
            then = {"points": points}
        return shown | {"then": then}

    def _leaf(self, pair: Pair, relations: list[Any]) -> dict[str, Any]:
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            raise UndecidedError("there are too many cases")
        if leaf(pair, relations):
            return {"zero": True}
        if nowhere(pair, relations):
            return {"undefined": True}
        where = ", ".join(map(str, relations)) or "everywhere"
        raise UndecidedError(f"{pair[0]} == {pair[1]} was not proved ({where})")


def _points(condition: Any, pair: Pair, relations: Sequence[Any]) -> list[str] | None:
    """The points of an equation in one variable, at which both sides are equal or one is undefined; None where that fails."""
    if condition.rel_op != "==" or len(condition.free_symbols) != 1:
        return None
    (x,) = condition.free_symbols
    try:
        zeros = real_zeros(condition.lhs - condition.rhs, x, NOTHING)
    except (SymactError, NotImplementedError):
        return None
    try:
        if not all(_agree(pair, {x: zero}) for zero in zeros):
            return None
    except SymactError:
        return None
    return [text_of(z) for z in zeros]


def _agree(pair: Pair, point: Mapping[Symbol, Expr]) -> bool:
    values = [exact_value(side, dict(point)) for side in pair]
    if values[0] is None or values[1] is None:
        return True
    return is_zero(values[0] - values[1]) is True


def prove_equal(left: Expr, right: Expr, relations: Sequence[Any]) -> dict[str, Any]:
    """Return the tree that proves left == right wherever both are defined and the relations hold.

    Raises UndecidedError or NotSupportedError with the reason where there is none.
    """
    tree = _Search().node((left, right), list(relations), [])
    if not _says_something(tree):
        raise UndecidedError("no place is known where both sides are defined")
    return tree


def _says_something(tree: Mapping[str, Any]) -> bool:
    return bool({"zero", "points"} & set(tree)) or any(_says_something(c["then"]) for c in tree.get("cases", []))
