"""What a certificate of a property or a range is made of: the pieces, and relations that are proved on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sympy import Expr, Rational, S, Symbol, atan, cos, diff, oo, pi, sin
from sympy.core.relational import Relational

from ...errors import NotSupportedError, UndecidedError, UnknownSignError
from ..algebra.assume import NOTHING, Assumptions
from ..algebra.zeros import real_zeros
from ..charts.chart import real_roots
from ..functions.pieces import Piece
from ..functions.shape import Shape, limit_of, same, shape
from ..numbers.implicit import ImplicitRoot
from ..numbers.parameters import instances
from ..relations.relation import decide_relation
from ..steps.factors import without_signs
from ..text import text_of
from ..verdict import Proved
from .course import course
from .image import Span, image_of, inner_value

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
        wanted: list[tuple[str, Expr, str, Expr]] = []
        if piece.expr != expr:
            wanted.append(("identity", expr, "==", piece.expr))
        if name in _SLOPES:
            order, op = _SLOPES[name]
            slope = diff(piece.expr, x, order)
            # for a function of x alone it is checked that the slope isn't 0 everywhere
            strictly = name.startswith("strictly") and not slope.free_symbols <= {x}
            wanted.append(("slope", slope, op[:1] if strictly else op, S.Zero))
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


def range_parts(expr: Expr, x: Symbol, relations: tuple[Relational, ...]) -> dict[str, Any]:
    """Return why the values of a function are what they are: on each run of pieces that are joined, bounds, and where each end is
    taken or approached.

    Empty where a part has no certificate.
    """
    try:
        found = _justified("continuous", expr, x, relations)
        if not found:
            return {}
        curve = shape(expr, x, relations)
        runs = [_run(curve, expr, first, last, relations, found["parts"]) for first, last in _runs(curve)]
    except (UndecidedError, NotSupportedError):
        return {}
    return {**found, "runs": runs} if all(runs) else {}


def _runs(curve: Shape) -> list[tuple[int, int]]:
    """The first and the last of pieces that are joined without a jump."""
    found = [(0, 0)]
    for k, piece in enumerate(curve.pieces[1:], 1):
        corner = next((c for c in curve.corners if c.at == piece.left and c.before and c.after), None)
        joined = corner is not None and all(
            same(curve.limit(side, corner.at), corner.value, curve.known) is True
            for side in (corner.before, corner.after)
            if side is not None
        )
        if joined:
            found[-1] = (found[-1][0], k)
        else:
            found.append((k, k))
    return found


def _run(
    curve: Shape, expr: Expr, first: int, last: int, relations: tuple[Relational, ...], parts: list[dict[str, Any]]
) -> dict[str, Any]:
    """The values between the ends of a run, without these."""
    x, pieces = curve.variable, curve.pieces[first : last + 1]
    left, right = pieces[0].left, pieces[-1].right
    corners = tuple(c for c in curve.corners if c.before in pieces and c.after in pieces and c.before != c.after)
    part = Shape(x, pieces, corners, curve.known)
    spans = image_of(part)
    if len(spans) != 1:
        return {}
    inside = (*relations, *([] if left == -oo else [x > left]), *([] if right == oo else [x < right]))
    ends = {side: _end(part, expr, spans[0], side, inside, parts, first) for side in ("low", "high")}
    return {"first": first, "last": last, **ends} if all(ends.values()) else {}


def _end(
    curve: Shape,
    expr: Expr,
    span: Span,
    side: str,
    relations: tuple[Relational, ...],
    parts: list[dict[str, Any]],
    offset: int,
) -> dict[str, Any]:
    level, taken = (span.low, span.has_low) if side == "low" else (span.high, span.has_high)
    if not isinstance(level, Expr):
        return {}
    entry: dict[str, Any] = {"level": text_of(level), "taken": taken}
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
            if _tends(curve, piece, end, direction, level):
                return {**entry, "piece": k + offset, "end": name}
    return {}


def _tends(curve: Shape, piece: Piece, end: Expr, direction: int, level: Expr) -> bool:
    """Whether a piece tends to a level at an end; where that takes cases of the parameters, whether it does for some."""
    x, known = curve.variable, curve.known
    try:
        limit = limit_of(piece.expr, x, end, direction, known)
    except UnknownSignError:
        parameters = sorted((piece.expr.free_symbols | end.free_symbols | level.free_symbols) - {x}, key=str)
        point = next(instances(parameters, known.relations), None)
        if point is None:
            raise
        known = NOTHING
        limit = limit_of(piece.expr.subs(point), x, end.subs(point), direction, known)
        level = level.subs(point)
    return limit is not None and same(limit, level, known) is True


def taken_at(curve: Shape, level: Expr) -> Expr | None:
    """Return an exact point at which a function has a value, None if none is found."""
    for corner in curve.corners:
        if corner.value is not None and same(corner.value, level, curve.known) is True:
            return corner.at
    for piece in curve.pieces:
        if not piece.expr.has(curve.variable):
            if same(piece.expr, level, curve.known) is True:
                return inner_value(Piece(piece.left, piece.right, curve.variable), curve.variable)
            continue
        if piece.expr.has(sin, cos):
            for turn in (*_TURNS, *_crests(piece.expr, curve.variable)):
                inside = _is_inside(piece, turn, curve.known)
                if inside and same(piece.expr.subs(curve.variable, turn), level, curve.known) is True:
                    return turn
        for turn in _turns(piece, curve):
            if same(piece.expr.subs(curve.variable, turn), level, curve.known) is True:
                return turn
        if piece.left.free_symbols | piece.right.free_symbols:
            continue  # charts have numbers as ends
        try:
            roots = real_roots(piece.expr - level, curve.variable, piece.left, piece.right, curve.known)
        except (UndecidedError, NotSupportedError):
            continue
        exact = next((root.exact for root in roots if root.exact is not None), None)
        if exact is not None:
            return exact
    return None


#: Points at which waves are often largest.
_TURNS = tuple(pi * Rational(n, 12) for k in range(25) for n in ((k, -k) if k else (0,)))


def _crests(expr: Expr, x: Symbol) -> Iterator[Expr]:
    """Where a*sin(u) + b*cos(u) + c is largest and where smallest, for numbers a, b, c and a linear u: tan(u) = a/b there."""
    angles = {wave.args[0] for wave in expr.atoms(sin, cos)}
    if len(angles) != 1:
        return
    (u,) = angles
    poly = expr.as_poly(sin(u), cos(u))
    if poly is None or poly.total_degree() != 1 or poly.free_symbols_in_domain or not diff(u, x).is_Rational:
        return
    a, b = (poly.coeff_monomial(wave) for wave in (sin(u), cos(u)))
    for angle in (atan(a / b) if b else pi / 2, (atan(a / b) if b else pi / 2) + pi):
        yield (angle - u.subs(x, 0)) / diff(u, x)


def _turns(piece: Piece, curve: Shape) -> list[Expr]:
    """Zeros of the slope in closed form."""
    x = curve.variable
    if piece.expr.free_symbols != {x}:
        try:
            points = course(diff(piece.expr, x), x, piece.left, piece.right, curve.known).points
        except (UndecidedError, NotSupportedError):
            return []
        return [p for p in points if not p.has(ImplicitRoot)]
    near = [r for r in (x > piece.left, x < piece.right) if r != S.true]
    try:
        found = real_zeros(without_signs(diff(piece.expr, x), near), x, NOTHING)
    except (UndecidedError, NotSupportedError, NotImplementedError):
        return []
    return [z for z in found if _is_inside(piece, z, curve.known)]


def _is_inside(piece: Piece, at: Expr, known: Assumptions) -> bool:
    return (piece.left == -oo or known.sign(at - piece.left) == 1) and (
        piece.right == oo or known.sign(piece.right - at) == 1
    )
