"""Rational points at which certain values contradict an order, a curvature or a symmetry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from flint import arb
from sympy import Expr, Rational, S, Symbol, diff, oo
from sympy.core.relational import Relational

from ...errors import NotSupportedError, UndecidedError
from ...symbols import x as any_symbol
from ..algebra.assume import NOTHING
from ..algebra.field import is_zero
from ..charts.chart import chart, refine
from ..functions.pieces import Piece
from ..functions.shape import Shape
from ..functions.switches import SWITCHES
from ..numbers import balls
from ..numbers.simplest import length
from ..numbers.witness import sample_points
from ..relations.relation import decide_relation
from ..steps.comparison import fits
from ..text import read_expression
from ..verdict import Refuted

__all__ = ["broken_order", "broken_symmetry", "not_convex", "scattered", "tied", "wrong_slope"]

_REFUSALS = (NotSupportedError, UndecidedError)
_BITS = 512
_FINE = 2048
#: Distances 10**-k from corners.
_NEAR = (1, 3, 6, 12, 24, 48)
_VERY_NEAR = (100, 200, 300)
#: Points with few digits of which all triples are looked at.
PLAIN = 16

Valued = tuple[Rational, arb]


def broken_order(curve: Shape, direction: int, deep: bool) -> dict[str, str] | None:
    """Two points a < b with f(a) > f(b) for direction 1, f(a) < f(b) for -1; None if none are found."""
    found = list(_values(curve, deep))
    pairs = (
        (a, b) for (a, left), (b, right) in combinations(found, 2) if (left > right if direction > 0 else left < right)
    )
    return _plainest(curve.variable, pairs)


def tied(curve: Shape) -> dict[str, str] | None:
    """Two points inside one constant piece."""
    for piece in curve.pieces:
        slope = diff(piece.expr, curve.variable)
        if is_zero(slope) is True:
            points = _inside(piece, 2)
            if len(points) == 2:
                return _named(curve.variable, points)
    return None


def not_convex(curve: Shape, direction: int, deep: bool) -> dict[str, str] | None:
    """Three points a < b < c with f(b) beyond the chord from a to c."""
    found = list(_values(curve, deep))
    plain = sorted(sorted(found, key=lambda p: _size(p[0]))[:PLAIN], key=lambda p: p[0])
    triples = [*combinations(plain, 3), *((found[k], found[k + 1], found[k + 2]) for k in range(len(found) - 2))]
    triples += [(found[0], p, found[-1]) for p in found[1:-1]]
    return _plainest(curve.variable, (tuple(p for p, _ in triple) for triple in triples if _beyond(*triple, direction)))


def _beyond(first: Valued, second: Valued, third: Valued, direction: int) -> bool:
    """Whether the value in the middle is certainly above the chord (direction 1), or below it (-1)."""
    (a, u), (b, v), (c, w) = first, second, third
    with balls.precision(_BITS):
        share = arb((b - a).p) * (c - a).q / ((b - a).q * arb((c - a).p))
        gap = (u + (w - u) * share - v) * direction
    return bool(gap < 0)


def _size(point: Rational) -> tuple[int, Rational]:
    """What makes a number plain: few digits, then closeness to 0."""
    return length(abs(point)), abs(point)


def _plainest(x: Symbol, found: Iterable[tuple[Rational, ...]]) -> dict[str, str] | None:
    """The points with the fewest digits, and then the smallest; None where there are none."""
    best = min(found, key=lambda points: (sum(length(abs(p)) for p in points), sum(map(abs, points))), default=None)
    return None if best is None else _named(x, best)


def broken_symmetry(sign: int) -> Callable[[Expr, Symbol, tuple[Relational, ...]], dict[str, str] | None]:
    """Return a search for a point with f(-x) certainly different from sign*f(x)."""

    def search(expr: Expr, x: Symbol, own: tuple[Relational, ...]) -> dict[str, str] | None:
        if own:
            return None
        for point in sample_points([x], own, 24):
            try:
                here, there = (balls.enclose(expr, {x: p}, _BITS) for p in (point[x], -point[x]))
            except _REFUSALS:
                return None
            if here.is_finite() and there.is_finite() and not (there - sign * here).contains(0):
                return {str(x): str(point[x])}
        return None

    return search


def scattered(direction: int) -> Callable[[Expr, Symbol, tuple[Relational, ...]], dict[str, str] | None]:
    """Return a search for two of some plain points in the wrong order, of a function whose pieces aren't known."""
    by_slope = wrong_slope(1, direction)

    def search(expr: Expr, x: Symbol, own: tuple[Relational, ...]) -> dict[str, str] | None:
        found: list[Valued] = []
        for point in sorted(p[x] for p in sample_points([x], own, 32)):
            try:
                value = balls.enclose(expr, {x: point}, _BITS)
            except _REFUSALS:
                return None
            if value.is_finite():
                found.append((point, value))
        for (a, left), (b, right) in pairwise(found):
            if (left > right) if direction > 0 else (left < right):
                return _named(x, (a, b))
        return by_slope(expr, x, own)

    return search


def wrong_slope(order: int, direction: int) -> Callable[[Expr, Symbol, tuple[Relational, ...]], dict[str, str] | None]:
    """Return a search for two or three points around one where the derivative of an order has the wrong sign."""

    def search(expr: Expr, x: Symbol, own: tuple[Relational, ...]) -> dict[str, str] | None:
        if expr.has(*SWITCHES) or expr.free_symbols != {x}:
            return None
        found = decide_relation(direction * diff(expr, x, order), ">=", S.Zero, own)
        if not isinstance(found, Refuted):
            return None
        at = read_expression(found.counterexample[x.name])
        if not at.is_Rational:
            at = Rational(balls.digits(at, {}, 30)[0])
        for k in range(1, 60, 2):
            points = [at - Rational(1, 2**k), *([at] if order == 2 else []), at + Rational(1, 2**k)]
            if not all(fits({x: p}, own) for p in points):
                continue
            values = [balls.enclose(expr, {x: p}, _BITS) for p in points]
            with balls.precision(_BITS):
                bend = values[-1] - values[0] if order == 1 else values[0] + values[2] - 2 * values[1]
            if bend * direction < 0:
                return _named(x, points)
        return None

    return search


def _values(curve: Shape, deep: bool) -> Iterator[Valued]:
    """Certain values at rational points in increasing order: sample points, around turning points, beside corners, at corners."""
    bits = _FINE if deep else _BITS
    points: set[Rational] = set()
    exact: dict[Rational, Expr] = {c.at: c.value for c in curve.corners if c.value is not None and c.at.is_Rational}
    for piece in curve.pieces:
        points |= {p for p in _inside(piece, 40, deep) if p not in exact}
    for point in sorted(points | set(exact)):
        if point in exact:
            value = balls.enclose(exact[point], bits=bits)
        else:
            holder = next(p for p in curve.pieces if _is_inside(p, point))
            value = balls.enclose(holder.expr, {curve.variable: point}, bits)
        if value.is_finite():
            yield point, value


def _inside(piece: Piece, count: int, deep: bool = False) -> list[Rational]:
    """Rational points inside a piece: plain ones, and those between the zeros of its first two derivatives."""
    (x,) = piece.expr.free_symbols or {any_symbol}
    bounds = tuple([x > piece.left] * (piece.left != -oo) + [x < piece.right] * (piece.right != oo))
    points = {p[x] for p in sample_points([x], bounds, count)}
    if deep:
        for order in (1, 2):
            try:
                roots = chart(diff(piece.expr, x, order), x, piece.left, piece.right, NOTHING).roots
            except _REFUSALS:
                continue
            edges = [e for root in (refine(r, 12) for r in roots) for e in (root.low, root.high)]
            for root in edges:
                for step in (Rational(1, 10**9), Rational(1, 10**6), Rational(1, 1000), Rational(1, 10), Rational(1)):
                    points |= {root - step, root + step}
            points |= {(a + b) / 2 for a, b in pairwise(sorted(edges))}
    if count > 2:
        for end in (piece.left, piece.right):
            if end.is_Rational:
                points |= {
                    end + s * Rational(1, 10**k) for k in (*_NEAR, *(_VERY_NEAR if deep else ())) for s in (1, -1)
                }
    found = sorted(p for p in points if _is_inside(piece, p))
    return found[:count] if count <= 2 else found


def _is_inside(piece: Piece, point: Rational) -> bool:
    return (piece.left == -oo or balls.sign(point - piece.left) == 1) and (
        piece.right == oo or balls.sign(piece.right - point) == 1
    )


def _named(x: Symbol, points: Sequence[Rational]) -> dict[str, str]:
    return {f"{x}{k}": str(point) for k, point in enumerate(points, 1)}
