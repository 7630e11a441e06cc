"""The checker of certificates of ranges."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

from sympy import Expr, S, oo

from ..algebra.field import equal
from ..algebra.signs import SIGNS
from ..steps.cases import signs_of
from ..steps.comparison import certain_sign, exact_value, fits
from ..text import read_expression
from .limits import limit_at
from .pieces import (
    Check,
    Part,
    Statement,
    check_corner,
    check_edges,
    check_part,
    read_pieces,
    value_at,
)
from .requirements import CertificateError, require

__all__ = ["check_range", "check_range_witness"]

#: (low, whether it is taken, high, whether it is taken), …
Span = tuple[Expr, bool, Expr, bool]
Ends = list[Span]


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
    """Check that the runs of a function, with the values at the points between and beside them, take exactly the values stated."""
    s, spans, equal_sets = _range(data)
    require(equal_sets, "this kind of certificate shows what the range is")
    parts = read_pieces(s, "continuous", data, check)
    check_edges(s, "continuous", parts, jumps=True)
    found: Ends = []
    following = 0
    for run in data["runs"]:
        first, last = run["first"], run["last"]
        require(type(first) is int and type(last) is int, "a run has no number")
        require(first == following and first <= last < len(parts), "the runs don't follow each other")
        following = last + 1
        pieces = parts[first : last + 1]
        for a, b in pairwise(pieces):
            require(a.right == b.left and value_at(s, a.right) is not None, "a run is interrupted")
            check_corner(s, "continuous", a, b)
        ends = [_check_end(s, run[side], side, pieces, first, data["parts"], check) for side in ("low", "high")]
        found.append((*ends[0], *ends[1]))
        for at in (pieces[0].left, pieces[-1].right):
            value = None if at in (oo, -oo) or not _in_domain(s, at) else value_at(s, at)
            if value is not None:
                found.append((value, True, value, True))
    require(following == len(parts), "a piece is in no run")
    actual, stated = _merged(s, found), _merged(s, spans)
    agree = len(actual) == len(stated) and all(
        _order(s, a[0], b[0]) == 0 == _order(s, a[2], b[2]) and (a[1], a[3]) == (b[1], b[3])
        for a, b in zip(actual, stated, strict=True)
    )
    require(agree, "the values are other ones")


def _check_end(
    s: Statement, entry: Mapping[str, Any], side: str, pieces: list[Part], offset: int, parts: Any, check: Check
) -> tuple[Expr, bool]:
    """A bound on the values inside a run, and the point where it is taken or the end where it is approached."""
    level, taken, op = read_expression(entry["level"]), entry["taken"], ">" if side == "low" else "<"
    require(type(taken) is bool, "an end is neither in the set nor outside")
    left, right = pieces[0].left, pieces[-1].right
    inside = (*([] if left == -oo else [s.x > left]), *([] if right == oo else [s.x < right]))
    if level in (oo, -oo):
        require(not taken and level == (-oo if op == ">" else oo), "an infinite end is never taken")
    else:
        check_part(parts[entry["bound"]], s.expr, op + "=" * taken, level, (*s.relations, *inside), check)
    if taken:
        at = read_expression(entry["at"])
        for end, sign in ((left, 1), (right, -1)):
            beyond = end in (oo, -oo) or s.known.signs(at - end) == {sign}
            require(beyond, "the point is outside its run")
        require(_in_domain(s, at), "the point is outside the assumptions")
        value = value_at(s, at)
        require(
            value is not None and equal(value, level, s.known.relations) is True, f"the value at {at} is not {level}"
        )
        return level, taken
    number = entry["piece"]
    require(type(number) is int and 0 <= number - offset < len(pieces), "a run has no such piece")
    piece = pieces[number - offset]
    require(entry["end"] in ("left", "right"), "an end is neither left nor right")
    end, direction = (piece.left, 1) if entry["end"] == "left" else (piece.right, -1)
    limit = limit_at(piece.formula, s.x, end, direction, s.known)
    tends = limit == level or (not {limit, level} & {oo, -oo} and equal(limit, level, s.known.relations) is True)
    require(tends, f"the values don't tend to {level}")
    return level, taken


def _in_domain(s: Statement, at: Expr) -> bool:
    """Whether the assumptions on the variable hold at a point."""
    for r in s.own:
        signs = signs_of((r.lhs - r.rhs).subs(s.x, at), s.known.relations)
        if not signs & SIGNS[r.rel_op]:
            return False
        require(signs <= SIGNS[r.rel_op], "whether a point is inside the assumptions was not decided")
    return True


def _order(s: Statement, a: Expr, b: Expr) -> int:
    """The sign of a - b; raises where it isn't certain."""
    if a == b:
        return 0
    if {a, b} & {oo, -oo}:
        return 1 if a == oo or b == -oo else -1
    if equal(a, b, s.known.relations) is True:
        return 0
    signs = s.known.signs(a - b)
    require(len(signs) == 1, f"whether {a} < {b} was not decided")
    return next(iter(signs))


def _merged(s: Statement, spans: Ends) -> Ends:
    """The union as separate spans in increasing order."""

    def first(a: Span, b: Span) -> int:
        return _order(s, a[0], b[0]) or int(b[1]) - int(a[1])

    ordered = sorted(spans, key=cmp_to_key(first))
    found = ordered[:1]
    for low, has_low, high, has_high in ordered[1:]:
        before = found[-1]
        gap = _order(s, before[2], low)
        if gap < 0 or (gap == 0 and not before[3] and not has_low):
            found.append((low, has_low, high, has_high))
            continue
        further = _order(s, high, before[2])
        if further >= 0:
            found[-1] = (before[0], before[1], high, has_high or (further == 0 and before[3]))
    return found


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
    relations = tuple(r for r in (r.subs(parameters) for r in s.relations) if r != S.true)
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
        raise CertificateError("the function has no value at the point")
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
