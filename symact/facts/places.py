"""Points of the line, values, limits and signs there, with more means than the assumptions alone have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sympy import Dummy, Eq, Expr, Rational, S, Symbol, atan, cos, erf, expand, oo, pi, sin, tanh

from ..errors import UnknownSignError
from ..proof.algebra.assume import Assumptions
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Corner, Shape, limit_of, same
from ..proof.relations.relation import decide_relation
from ..proof.verdict import Proved

__all__ = ["domain_ends", "holds", "limit", "order", "samples", "settled", "value_at"]

#: Where an equation between parameters is read off, as shares of an interval.
_SHARES = tuple(Rational(n, 7) for n in (3, 1, 5, 2, 6))


def order(a: Expr, b: Expr, known: Assumptions) -> int:
    """Return the sign of a - b, where both may be infinite; raise UnknownSignError where it isn't known."""
    if a == b:
        return 0
    if a in (oo, -oo) or b in (oo, -oo):
        return 1 if a == oo or b == -oo else -1
    sign = 0 if same(a, b, known) is True else known.sign(a - b)
    for op, way in ((">", 1), ("<", -1)):
        if sign is None and isinstance(decide_relation(a, op, b, known.relations), Proved):
            sign = way
    if sign is None:
        raise UnknownSignError(a - b)
    return sign


def value_at(curve: Shape, point: Expr) -> Expr | None:
    """Return f at a finite point, None outside the domain."""
    for corner in curve.corners:
        if order(corner.at, point, curve.known) == 0:
            return corner.value
    for piece in curve.pieces:
        if order(piece.left, point, curve.known) < 0 < order(piece.right, point, curve.known):
            return piece.expr.subs(curve.variable, point)
    return None


def domain_ends(curve: Shape) -> list[Expr]:
    """Return the ends of the intervals that the domain consists of, but for single points, in increasing order."""
    ends = [end for p in curve.pieces for end in (p.left, p.right)]
    inner = list(zip(ends[1:-1:2], ends[2:-1:2], strict=True))
    return [ends[0], *(end for a, b in inner if a != b for end in (a, b)), ends[-1]]


def samples(low: Expr, high: Expr) -> Iterator[Expr]:
    """Yield some points between two ends."""
    for share in _SHARES:
        if low == -oo:
            yield share / (1 - share) - 1 if high == oo else high - share / (1 - share)
        else:
            yield low + share / (1 - share) if high == oo else low + share * (high - low)


def settled(curve: Shape) -> Shape:
    """Put in the values that equations between what is known, such as a = 1, give to parameters."""
    values = {r.lhs: r.rhs for r in curve.known.relations if isinstance(r, Eq) and isinstance(r.lhs, Symbol)}
    if not values:
        return curve

    def put(expr: Expr | None) -> Expr | None:
        return None if expr is None else expr.subs(values)

    pieces: dict[Piece | None, Piece] = {p: Piece(put(p.left), put(p.right), put(p.expr)) for p in curve.pieces}
    corners = tuple(Corner(put(c.at), pieces.get(c.before), pieces.get(c.after), put(c.value)) for c in curve.corners)
    return replace(curve, pieces=tuple(pieces.values()), corners=corners)


def limit(expr: Expr, x: Symbol, at: Expr, side: int, known: Assumptions) -> Expr | None:
    """Return a one-sided limit, None if there is none; of erf((x - m)/s) and the like without asking for the sign of m."""
    found = _through(expr, x, at, known) if at in (oo, -oo) else None
    return limit_of(expr, x, at, side, known) if found is None else found


def _through(expr: Expr, x: Symbol, at: Expr, known: Assumptions) -> Expr | None:
    """The limit at ±oo of sums and products of constants and bounded functions of a line; None where it says nothing."""
    if not expr.has(x):
        return expr
    if expr.is_Add or expr.is_Mul:
        parts = [_through(part, x, at, known) for part in expr.args]
        return None if None in parts else expr.func(*parts)
    if expr.func not in _ENDS:
        return None
    slope = expr.args[0].diff(x)
    sign = None if slope.has(x) else known.sign(slope)
    return None if not sign else _ENDS[expr.func] * (sign if at == oo else -sign)


#: Odd functions with the limit they have at oo.
_ENDS: dict[Any, Expr] = {erf: S.One, tanh: S.One, atan: pi / 2}


def holds(g: Expr, allowed: set[int], inside: Assumptions) -> bool:
    """Whether g has one of the signs wherever the relations hold."""
    if inside.signs(g) <= allowed:
        return True
    names = {node: Dummy(real=True) for node in g.atoms(erf, tanh, sin, cos)}
    bounds = [
        bound
        for node, name in names.items()
        for bound in ((name >= -1, name <= 1) if isinstance(node, sin | cos) else (name > -1, name < 1))
    ]
    if (inside & bounds).signs(expand(g.xreplace(names))) <= allowed:
        return True
    op = _OPERATORS.get(frozenset(allowed))
    return op is not None and isinstance(decide_relation(g, op, S.Zero, inside.relations), Proved)


_OPERATORS = {
    frozenset({1}): ">",
    frozenset({0, 1}): ">=",
    frozenset({-1}): "<",
    frozenset({-1, 0}): "<=",
    frozenset({-1, 1}): "!=",
}
