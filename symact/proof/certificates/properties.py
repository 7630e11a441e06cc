"""The checker of certificates of properties and ranges of functions: it recomputes every step and searches for nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from sympy import Expr, Piecewise, S

from ..algebra.field import is_zero
from ..functions.switches import SWITCHES, obstacles
from ..steps.cases import impossible
from ..steps.signs import sign_cases
from ..text import read_expression, text_of
from .pieces import (
    Check,
    Statement,
    check_corner,
    check_edges,
    check_part,
    read_pieces,
)
from .ranges import check_range, check_range_witness
from .requirements import require
from .witnesses import check_property_witness

__all__ = ["FUNCTION_KINDS"]


def _check_property(data: Mapping[str, Any], check: Check) -> None:
    s = Statement(data, "proved")
    if s.name in ("odd", "even"):
        _check_symmetry(s, data, check)
        return
    name = s.name if s.name != "monotonic" else data["direction"]
    require(s.name != "monotonic" or name in ("increasing", "decreasing"), "the direction is neither of the two")
    parts = read_pieces(s, name, data, check)
    for a, b in pairwise(parts):
        check_corner(s, name, a, b)
    check_edges(s, name, parts)


def _check_symmetry(s: Statement, data: Mapping[str, Any], check: Check) -> None:
    require(not s.own, "symmetry is about the whole domain")
    (part,) = data["parts"]
    sign = -1 if s.name == "odd" else 1
    check_part(part, s.expr.subs(s.x, -s.x), "==", sign * s.expr, s.relations, check)
    require(_domain_is_symmetric(s), "the domain isn't known to be symmetric")


def _domain_is_symmetric(s: Statement) -> bool:
    """Whether every condition of the domain that may fail has its mirror image among the conditions."""
    open_ones = [(g, frozenset(allowed)) for g, allowed in obstacles(s.expr) if not s.known.signs(g) <= allowed]
    if s.expr.has(Piecewise):
        return not open_ones and not any(node.args[-1].cond != S.true for node in s.expr.atoms(Piecewise))
    return all(any(_mirrored(s, one, other) for other in open_ones) for one in open_ones)


def _mirrored(s: Statement, one: tuple[Expr, frozenset[int]], other: tuple[Expr, frozenset[int]]) -> bool:
    """Whether a condition at -x is the other one at x."""
    g, h = one[0].subs(s.x, -s.x), other[0]
    for sign, allowed in ((1, one[1]), (-1, frozenset(-k for k in one[1]))):
        same = g == sign * h or (not g.has(*SWITCHES) and is_zero(g - sign * h) is True)
        if same and allowed == other[1]:
            return True
    return False


def _check_signs(data: Mapping[str, Any], check: Check) -> None:
    """The same property in every case of the sign of an expression in parameters."""
    s = Statement(data, "proved")
    shown, gap, recorded = data["statement"], read_expression(data["of"]), data["parts"]
    require(gap.free_symbols and s.x not in gap.free_symbols, "the cases are not those of parameters")
    expected = list(sign_cases(gap, s.x))
    require([case["when"] for case in recorded] == [text_of(c) for c, _ in expected], "a case is missing")
    for (condition, solution), case in zip(expected, recorded, strict=True):
        part = case["part"]
        if part is None:
            require(impossible(condition, s.known), f"the case {condition} is not impossible")
            continue
        expr, held = s.expr, [*s.relations, condition]
        if solution is not None:
            expr, held = expr.subs(*solution), [r for r in (r.subs(*solution) for r in s.relations) if r != S.true]
        wanted = {**shown, "expression": text_of(expr), "assume": [text_of(r) for r in held]}
        require(part["statement"] == wanted, f"the part for {condition} is about something else")
        require(
            part["kind"] in ("property", "signs") and part["verdict"] == "proved", "a part is no proof of a property"
        )
        check(part)


#: Kind of certificate → its checker; the second argument checks the relations that are its parts.
FUNCTION_KINDS: dict[str, Callable[[Mapping[str, Any], Check], None]] = {
    "property": _check_property,
    "signs": _check_signs,
    "property witness": check_property_witness,
    "range": check_range,
    "range witness": check_range_witness,
}
