"""The checker of certificates of ranges."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from sympy import Expr, Symbol, oo

from ...errors import InputError
from ..algebra.field import equal
from ..asymptotics.ends import limit_at
from ..relations.comparison import certain_sign, exact_value, fits
from ..text import read_expression
from .pieces import (
    Check,
    Statement,
    check_corner,
    check_edges,
    check_part,
    read_pieces,
    require,
    value_at,
)

__all__ = ["check_range", "check_range_witness"]

Ends = list[tuple[Expr, bool, Expr, bool]]


def _range(data: Mapping[str, Any]) -> tuple[Statement, Ends, bool]:
    """The statement, its spans, and whether the sets are shown to be equal."""
    equal_sets = (data["statement"]["op"] == "==") == (data.get("verdict") == "proved")
    require(
        data["statement"]["op"] in ("==", "!=") and data.get("verdict") in ("proved", "refuted"),
        "no known relation of sets",
    )
    s = Statement(data, data["verdict"])
    spans: Ends = []
    for low, has_low, high, has_high in data["statement"]["values"]:
        require(type(has_low) is bool and type(has_high) is bool, "an end is neither in the set nor outside")
        spans.append((read_expression(low), has_low, read_expression(high), has_high))
    return s, spans, equal_sets


def check_range(data: Mapping[str, Any], check: Check) -> None:
    """Check that a continuous function on an interval takes exactly the values of one interval."""
    s, spans, equal_sets = _range(data)
    require(equal_sets and len(spans) == 1, "this kind of certificate shows that the range is one interval")
    parts = read_pieces(s, "continuous", data, check)
    for a, b in pairwise(parts):
        require(a.right == b.left and value_at(s, a.right) is not None, "the domain is no interval")
        check_corner(s, "continuous", a, b)
    check_edges(s, "continuous", parts)
    low, has_low, high, has_high = spans[0]
    for level, taken, entry, op in ((low, has_low, data["low"], ">"), (high, has_high, data["high"], "<")):
        if level in (oo, -oo):
            require(not taken and level == (-oo if op == ">" else oo), "an infinite end is never taken")
        else:
            part = data["parts"][entry["bound"]]
            check_part(part, s.expr, op + "=" * taken, level, s.relations, check)
        if taken:
            at = read_expression(entry["at"])
            plain = not at.free_symbols and not _others(s)
            require(fits({s.x: at}, s.own) if plain else not s.own, "the point is outside the assumptions")
            value = value_at(s, at)
            require(
                value is not None and equal(value, level, s.known.relations) is True,
                f"the value at {at} is not {level}",
            )
        else:
            piece = parts[entry["piece"]]
            end, side = (piece.left, 1) if entry["end"] == "left" else (piece.right, -1)
            limit = limit_at(piece.formula, s.x, end, side, s.known)
            tends = limit == level or (
                limit is not None and not {limit, level} & {oo, -oo} and equal(limit, level, s.known.relations)
            )
            require(tends is True, f"the values don't tend to {level}")


def _others(s: Statement) -> set[Symbol]:
    return {p for r in s.own for p in r.free_symbols} - {s.x}


def check_range_witness(data: Mapping[str, Any], check: Check) -> None:
    """Check that a value is in one of two sets only."""
    s, spans, equal_sets = _range(data)
    require(not equal_sets, "a witness shows that the sets differ")
    given = {key: read_expression(text) for key, text in data["witness"].items()}
    ends = {p for low, _, high, _ in spans for p in low.free_symbols | high.free_symbols}
    parameters = {p: given[p.name] for p in (s.expr.free_symbols | ends) - {s.x}}
    require(
        data["verdict"] == "refuted" or not parameters, "parameters with which the sets differ don't prove it for all"
    )
    expr = s.expr.subs(parameters)
    relations = tuple(r for r in (r.subs(parameters) for r in s.relations) if r != True)  # noqa: E712 - SymPy's true
    inside = [
        (low.subs(parameters), has_low, high.subs(parameters), has_high) for low, has_low, high, has_high in spans
    ]
    if "missing value" in given:
        value = given["missing value"]
        require(
            fits(parameters, [r for r in s.relations if r not in s.own]), "the parameters are outside the assumptions"
        )
        require(_within(value, inside), "the value isn't in the set")
        check_part(data["parts"][0], expr, "!=", value, relations, check)
        return
    point = given[s.x.name]
    require(fits({**parameters, s.x: point}, s.relations), "the point is outside the assumptions")
    taken = exact_value(expr, {s.x: point})
    if taken is None:
        raise InputError("the function has no value at the point")
    require(not _within(taken, inside), "the value at the point is in the set")


def _within(value: Expr, spans: Ends) -> bool:
    """Whether a number is in one of the spans; raises where that isn't certain."""
    for low, has_low, high, has_high in spans:
        above = 1 if low == -oo else -1 if low == oo else _sign_of(value, low)
        below = 1 if high == oo else -1 if high == -oo else _sign_of(high, value)
        if (above > 0 or (above == 0 and has_low)) and (below > 0 or (below == 0 and has_high)):
            return True
    return False


def _sign_of(a: Expr, b: Expr) -> int:
    return 0 if equal(a, b) is True else certain_sign(a - b)
