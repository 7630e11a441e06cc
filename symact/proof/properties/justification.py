"""What a certificate of a property or a range is made of: the pieces, and relations that are proved on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Expr, S, Symbol, diff, oo
from sympy.core.relational import Relational

from ...errors import NotSupportedError, UndecidedError
from ..charts.chart import real_roots
from ..functions.pieces import Piece
from ..functions.shape import Shape, limit_of, same, shape
from ..relations.relation import decide_relation
from ..text import text_of
from ..verdict import Proved
from .image import Span, inner_value

__all__ = ["bounds_of_piece", "corner_of", "justified", "range_parts", "symmetry", "taken_at"]

#: Property → (the derivative with a certain sign, the relation with 0 that holds inside pieces).
_SLOPES: Mapping[str, tuple[int, str]] = {
    "increasing": (1, ">="),
    "strictly_increasing": (1, ">="),
    "decreasing": (1, "<="),
    "strictly_decreasing": (1, "<="),
    "convex": (2, ">="),
    "concave": (2, "<="),
}


def justified(name: str, expr: Expr, x: Symbol, relations: tuple[Relational, ...]) -> dict[str, Any]:
    """Return the pieces of a function with certificates: of its formula on each, and of the sign of its derivative.

    Empty where a part has no certificate.
    """
    names = ("increasing", "decreasing") if name == "monotonic" else (name,)
    for direction in names:
        try:
            found = _justified(direction, expr, x, relations)
        except (UndecidedError, NotSupportedError):
            found = {}
        if found:
            return {"direction": direction, **found}
    return {}


def symmetry(sign: int, expr: Expr, x: Symbol, relations: tuple[Relational, ...]) -> dict[str, Any]:
    """Return the certificate of f(-x) = sign*f(x) as the one part."""
    found = decide_relation(expr.subs(x, -x), "==", sign * expr, relations)
    return {"parts": [dict(found.certificate)]} if isinstance(found, Proved) and found.certificate else {}


def bounds_of_piece(curve: Shape, k: int) -> tuple[Relational, ...]:
    """Return the relations that hold inside a piece besides those on parameters."""
    x, piece = curve.variable, curve.pieces[k]
    return (*([] if piece.left == -oo else [x > piece.left]), *([] if piece.right == oo else [x < piece.right]))


def _justified(name: str, expr: Expr, x: Symbol, relations: tuple[Relational, ...]) -> dict[str, Any]:
    curve = shape(expr, x, relations)
    parts: list[dict[str, Any]] = []
    pieces: list[dict[str, Any]] = []
    for k, piece in enumerate(curve.pieces):
        inside = (*relations, *bounds_of_piece(curve, k))
        entry: dict[str, Any] = {
            "left": text_of(piece.left),
            "right": text_of(piece.right),
            "formula": text_of(piece.expr),
        }
        wanted: Sequence[tuple[str, Expr, str, Expr]] = [
            *([("identity", expr, "==", piece.expr)] if piece.expr != expr else []),
            *([("slope", diff(piece.expr, x, _SLOPES[name][0]), _SLOPES[name][1], S.Zero)] if name in _SLOPES else []),
        ]
        for key, left, op, right in wanted:
            found = decide_relation(left, op, right, inside)
            if not isinstance(found, Proved) or not found.certificate:
                return {}
            entry[key] = len(parts)
            parts.append(dict(found.certificate))
        pieces.append(entry)
    return {"pieces": pieces, "parts": parts}


def corner_of(curve: Shape, expr: Expr, relations: tuple[Relational, ...], at: Expr, level: int) -> dict[str, Any]:
    """Return the formulas beside a corner, each with the certificate that the function is given by it there."""
    parts: list[dict[str, Any]] = []
    sides: dict[str, Any] = {}
    for k, piece in enumerate(curve.pieces):
        if at not in (piece.left, piece.right):
            continue
        entry: dict[str, Any] = {
            "left": text_of(piece.left),
            "right": text_of(piece.right),
            "formula": text_of(piece.expr),
        }
        if piece.expr != expr:
            found = decide_relation(expr, "==", piece.expr, (*relations, *bounds_of_piece(curve, k)))
            if not isinstance(found, Proved) or not found.certificate:
                return {}
            entry["identity"] = len(parts)
            parts.append(dict(found.certificate))
        sides["after" if piece.left == at else "before"] = entry
    return {"corner": {"at": text_of(at), "level": level, **sides}, "parts": parts}


def range_parts(expr: Expr, x: Symbol, spans: Sequence[Span], relations: tuple[Relational, ...]) -> dict[str, Any]:
    """Return why the values of a continuous function are one span: bounds, and where each end is taken or approached.

    Empty where a part has no certificate.
    """
    if len(spans) != 1:
        return {}
    try:
        found = _justified("continuous", expr, x, relations)
        curve = shape(expr, x, relations)
        ends = {side: _end(curve, expr, spans[0], side, relations, found.get("parts", [])) for side in ("low", "high")}
    except (UndecidedError, NotSupportedError):
        return {}
    return {**found, **ends} if found and all(ends.values()) else {}


def _end(
    curve: Shape, expr: Expr, span: Span, side: str, relations: tuple[Relational, ...], parts: list[dict[str, Any]]
) -> dict[str, Any]:
    level, taken = (span.low, span.has_low) if side == "low" else (span.high, span.has_high)
    if not isinstance(level, Expr):
        return {}
    entry: dict[str, Any] = {}
    if level not in (oo, -oo):
        found = decide_relation(expr, (">" if side == "low" else "<") + "=" * taken, level, relations)
        if not isinstance(found, Proved) or not found.certificate:
            return {}
        entry["bound"] = len(parts)
        parts.append(dict(found.certificate))
    if taken:
        at = taken_at(curve, level)
        return {} if at is None else {**entry, "at": text_of(at)}
    for k, piece in enumerate(curve.pieces):
        for name, end, direction in (("left", piece.left, 1), ("right", piece.right, -1)):
            limit = limit_of(piece.expr, curve.variable, end, direction, curve.known)
            if limit is not None and same(limit, level, curve.known) is True:
                return {**entry, "piece": k, "end": name}
    return {}


def taken_at(curve: Shape, level: Expr) -> Expr | None:
    """Return an exact point at which a function has a value, None if none is found."""
    for corner in curve.corners:
        if corner.value is not None and same(corner.value, level, curve.known) is True:
            return corner.at
    for piece in curve.pieces:
        try:
            roots = real_roots(piece.expr - level, curve.variable, piece.left, piece.right, curve.known)
        except NotSupportedError:
            if not piece.expr.has(curve.variable):
                return inner_value(Piece(piece.left, piece.right, curve.variable), curve.variable)
            continue
        except UndecidedError:
            continue
        exact = next((root.exact for root in roots if root.exact is not None), None)
        if exact is not None:
            return exact
    return None
