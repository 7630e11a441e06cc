"""What the checker of certificates of functions reads and recomputes: statements, pieces, corners, ends of the domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sympy import Expr, Integer, diff, nan, oo, zoo
from sympy.core.relational import Relational

from ...errors import SymactError
from ...symbols import real
from ..algebra.assume import Assumptions, assuming
from ..algebra.field import equal, is_zero
from ..functions.removable import is_removable
from ..functions.switches import SWITCHES, obstacles
from ..numbers.implicit import ImplicitRoot
from ..steps.cases import signs_of
from ..steps.comparison import exact_value, number_sign
from ..text import read_expression, read_relation, text_of
from .cells import cells
from .existence import check_existence
from .limits import limit_at
from .requirements import require

__all__ = [
    *("BITS", "CURVES", "MAX_ORDER", "Check", "Part", "Statement"),
    *("check_corner", "check_edges", "check_part", "read_pieces", "value_at"),
]

#: Checks a certificate of a relation; raises CertificateError.
Check = Callable[[Any], None]

MAX_PIECES = 64
MAX_ORDER = 64
BITS = 2048

#: Property → (order of the derivative, relation of it with 0, direction).
CURVES = {
    "increasing": (1, ">=", 1),
    "strictly_increasing": (1, ">=", 1),
    "decreasing": (1, "<=", -1),
    "strictly_decreasing": (1, "<=", -1),
    "convex": (2, ">=", 1),
    "concave": (2, "<=", -1),
}


class Statement:
    """A property of an expression as a function of a variable under relations, read from a certificate."""

    def __init__(self, data: Mapping[str, Any], verdict: str) -> None:
        statement = data["statement"]
        require(data.get("verdict") == verdict, f"this kind of certificate shows that a claim is {verdict}")
        self.name = statement.get("property", "continuous")
        self.expr = read_expression(statement["range" if "range" in statement else "expression"])
        self.x = real(statement["variable"])
        order = statement.get("order")
        self.order = None if order is None else read_expression(order)
        read = [read_relation(text) for text in statement["assume"]]
        require(all(isinstance(r, Relational) for r in read), "an assumption is no relation")
        self.relations: tuple[Relational, ...] = tuple(read)
        self.own = tuple(r for r in read if r.has(self.x))
        self.known = assuming(*(r for r in read if r not in self.own))


@dataclass(frozen=True)
class Part:
    """A formula on an open interval, inside which it is analytic."""

    left: Expr
    right: Expr
    formula: Expr

    def limit(self, s: Statement, at: Expr, order: int) -> Expr:
        """The limit of a derivative at one of the two ends; ±oo where it is that."""
        found = diff(self.formula, s.x, order)
        return limit_at(found, s.x, at, 1 if at == self.left else -1, s.known)


def read_pieces(s: Statement, name: str, data: Mapping[str, Any], check: Check) -> list[Part]:
    """Return the pieces of a certificate, each with its formula and the sign of its slope proved by the parts."""
    entries, certificates = data["pieces"], data["parts"]
    require(0 < len(entries) <= MAX_PIECES, "there are no pieces, or too many")
    found: list[Part] = []
    for entry in entries:
        part = Part(*(read_expression(entry[key]) for key in ("left", "right", "formula")))
        inside = (*([] if part.left == -oo else [s.x > part.left]), *([] if part.right == oo else [s.x < part.right]))
        relations = (*s.relations, *inside)
        require(part.left == -oo or part.right == oo or s.known.sign(part.right - part.left) == 1, "a piece is empty")
        require(not part.formula.has(*SWITCHES), "a formula switches inside its piece")
        known: Assumptions = s.known & inside
        for g, allowed in obstacles(part.formula):
            require(
                signs_of(g, known.relations) <= allowed - {0},
                f"{part.formula} isn't known to be smooth inside its piece",
            )
        if part.formula != s.expr:
            check_part(certificates[entry["identity"]], s.expr, "==", part.formula, relations, check)
        if name in CURVES:
            order, op, _ = CURVES[name]
            slope = diff(part.formula, s.x, order)
            strictly = name.startswith("strictly") and not slope.free_symbols <= {s.x}
            check_part(certificates[entry["slope"]], slope, op[:1] if strictly else op, Integer(0), relations, check)
            if name.startswith("strictly") and not strictly:
                require(is_zero(slope) is False, "the slope may be 0 everywhere")
        found.append(part)
    for a, b in pairwise(found):
        require(a.right not in (oo, -oo), "a piece before the last one has no end")
        if a.right != b.left:
            require(s.known.sign(b.left - a.right) == 1, "the pieces are not in order")
            require(_undefined_between(s, a.right, b.left), "the pieces leave a gap")
    return found


def _undefined_between(s: Statement, left: Expr, right: Expr) -> bool:
    """Whether it is confirmed that there are no values on an open interval."""
    inside = [*([] if left == -oo else [s.x > left]), *([] if right == oo else [s.x < right])]
    try:
        check_existence(s.expr, s.x, (*s.known.relations, *inside), (), False)
    except SymactError:
        return False
    return True


def check_edges(s: Statement, name: str, parts: list[Part], jumps: bool = False) -> None:
    """The pieces reach from -oo to oo, or as far as the assumptions and the domain allow; at an end the value follows,
    where no jumps are allowed."""
    edges = [(parts[0].left, -oo, parts[0], True, True), (parts[-1].right, oo, parts[-1], False, True)]
    for a, b in pairwise(parts):
        if a.right != b.left:
            edges += [(a.right, oo, a, False, False), (b.left, -oo, b, True, False)]
    for end, infinite, part, above, outer in edges:
        if end == infinite:
            continue
        opened, closed = (s.x > end, s.x >= end) if above else (s.x < end, s.x <= end)
        beyond = _undefined_between(s, -oo, end) if above else _undefined_between(s, end, oo)
        require(opened in s.own or closed in s.own or not outer or beyond, "the pieces don't cover the domain")
        if opened in s.own or jumps:
            continue
        value = value_at(s, end)
        if value is not None:
            require(_agree(s, part.limit(s, end, 0), value), f"a jump at {end}")
            for order in range(1, _orders(s, name) + 1):
                slope = part.limit(s, end, order)
                require(slope not in (oo, -oo), f"the derivative of order {order} is not bounded at {end}")
    require(name in (*CURVES, "continuous", "smooth"), "the property is not one that pieces show")


def check_corner(s: Statement, name: str, a: Part, b: Part) -> None:
    """Check that the property holds across the place where two neighbouring pieces meet."""
    at = a.right
    order = CURVES[name][0] if name in CURVES else 0
    value = value_at(s, at) if at == b.left else None
    if value is None:
        require(order < 2, "the domain is no interval")
        if order:
            low, high = a.limit(s, at, 0), b.limit(s, b.left, 0)
            require(
                s.known.signs(CURVES[name][2] * (high - low)) <= {0, 1},
                f"the values around {at} are in the wrong order",
            )
        return
    left, right = a.limit(s, at, 0), b.limit(s, at, 0)
    if name in CURVES and CURVES[name][0] == 1:
        direction = CURVES[name][2]
        for low, high in ((left, value), (value, right)):
            rises = _agree(s, low, high) or s.known.signs(direction * (high - low)) <= {0, 1}
            require(rises, f"the values at {at} are in the wrong order")
        return
    require(
        all(_agree(s, limit, value) for limit in (left, right)), f"the function isn't known to be continuous at {at}"
    )
    if name == "smooth" and s.order == oo:
        known = is_removable(a.formula, b.formula, s.x, at, s.known)
        require(known, f"the function isn't known to be analytic at {at}")
        return
    for order in range(1, _orders(s, name) + 1):
        slopes = [part.limit(s, at, order) for part in (a, b)]
        require(
            _agree(s, slopes[0], slopes[1]), f"the derivative of order {order} isn't known to be continuous at {at}"
        )
    if name in ("convex", "concave"):
        slopes = [part.limit(s, at, 1) for part in (a, b)]
        turn = CURVES[name][2] * (slopes[1] - slopes[0])
        bent = _agree(s, slopes[0], slopes[1]) or s.known.signs(turn) <= {0, 1}
        require(bent, f"the function is bent the wrong way at {at}")


def _agree(s: Statement, a: Expr, b: Expr) -> bool:
    """Whether two values are finite and equal."""
    if {a, b} & {oo, -oo}:
        return False
    return equal(a, b, s.known.relations) is True or ((a - b).has(ImplicitRoot) and number_sign(a - b) == 0)


def _orders(s: Statement, name: str) -> int:
    """How many derivatives must be continuous."""
    if name != "smooth" or s.order is None:
        return 0
    require(s.order.is_Integer and 0 <= s.order <= MAX_ORDER, "the order is not a moderate number")
    return int(s.order)


def value_at(s: Statement, at: Expr) -> Expr | None:
    """The value at a point; parameters stay symbols, and every switch goes one way for all of them."""
    if not s.expr.free_symbols - {s.x}:
        return exact_value(s.expr, {s.x: at})
    value = s.expr.subs(s.x, at)
    found = {cell.exprs[0] for cell in cells((value,), s.known.relations)} if value.has(*SWITCHES) else {value}
    require(len(found) == 1, f"the value at {at} was not found")
    chosen: Expr = found.pop()
    require(not chosen.has(nan, zoo, oo, -oo), f"the value at {at} was not found")
    conditions = [(g.subs(s.x, at), allowed) for g, allowed in obstacles(s.expr)]
    for g, allowed in (*conditions, *obstacles(chosen)):
        require(s.known.signs(g) <= allowed, f"whether there is a value at {at} was not decided")
    return chosen


def check_part(part: Any, left: Expr, op: str, right: Expr, relations: tuple[Any, ...], check: Check) -> None:
    """The part is a proof of exactly this relation."""
    statement = part["statement"]
    require(part.get("verdict") == "proved" and statement["op"] == op, "a part proves another relation")
    require(not statement.get("integers") and not statement.get("positive"), "a part assumes more")
    sides = [read_expression(statement[key]) for key in ("left", "right")]
    texts = [read_expression(text_of(side)) for side in (left, right)]
    require(sides == texts, "a part is about other expressions")
    require({read_relation(t) for t in statement["assume"]} <= set(relations), "a part assumes more")
    check(part)
