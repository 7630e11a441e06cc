"""An expression as open intervals with smooth expressions, and the joins between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from sympy import Eq, Expr, FiniteSet, Interval, Piecewise, S, Symbol, Union, diff, nan, oo, zoo
from sympy.sets.sets import Set

from ...errors import NotSupportedError, SymactError, UndecidedError, UnknownSignError
from ..algebra.assume import NOTHING, Assumptions
from ..algebra.field import equal, is_zero
from ..algebra.vanishing import vanishes_at_root
from ..algebra.zeros import real_zeros, sort_points
from ..asymptotics.ends import limit_at
from ..numbers.implicit import ImplicitRoot
from .switches import choose, next_switch, obstacles, surfaces
from .values import value_of

__all__ = ["Join", "Piece", "Pieces", "inner_point", "lies_between", "resolve", "split", "zeros_inside"]


@dataclass(frozen=True)
class Piece:
    """A smooth expression on the open interval (left, right); the ends may be infinite."""

    left: Expr
    right: Expr
    expr: Expr


@dataclass(frozen=True)
class Join:
    """A point between two pieces: the value there (None where undefined) and the limits from both sides (None if none).

    It is continuous where value and both limits are proved equal.
    """

    at: Expr
    left: Expr | None
    value: Expr | None
    right: Expr | None
    continuous: bool


@dataclass(frozen=True)
class Pieces:
    """A function of x as smooth pieces in increasing order and its values at their finite ends (None: undefined there).

    At the `conventional` points the function doesn't exist and the value is an agreed one, as a slope at a kink is.
    """

    variable: Symbol
    pieces: tuple[Piece, ...]
    values: tuple[tuple[Expr, Expr | None], ...]
    known: Assumptions = NOTHING
    conventional: frozenset[Expr] = frozenset()

    @property
    def value_at(self) -> dict[Expr, Expr | None]:
        """The ends of pieces with the function's value there."""
        return dict(self.values)

    @cached_property
    def joins(self) -> tuple[Join, ...]:
        """The points where one piece ends and the next begins."""
        found = []
        for a, b in pairwise(self.pieces):
            if a.right == b.left:
                left, value, right = self._limit(a, a.right, -1), self.value_at[a.right], self._limit(b, b.left, 1)
                exists = value is not None and a.right not in self.conventional
                continuous = exists and self._same(left, value) and self._same(right, value)
                found.append(Join(a.right, left, value, right, continuous))
        return tuple(found)

    @property
    def domain(self) -> Set:
        """The set of x at which the function has a value."""
        parts = [Interval.open(p.left, p.right) for p in self.pieces]
        return Union(*parts, FiniteSet(*(at for at, value in self.values if value is not None)))

    def limit(self, side: int) -> Expr | None:
        """Return the limit at -oo (side = -1) or oo (side = 1), None if there is none."""
        piece = self.pieces[0 if side < 0 else -1]
        end = piece.left if side < 0 else piece.right
        if end not in (oo, -oo):
            raise NotSupportedError(f"the function isn't defined near {'-oo' if side < 0 else 'oo'}")
        return self._limit(piece, end, -side)

    def derivative(self, slopes: Iterable[tuple[Expr, Expr]] = ()) -> Pieces:
        """Return f′; at a kink its value is the slope `slopes` gives there by convention, else the slope from the left."""
        declared = dict(slopes)
        raw = tuple(Piece(p.left, p.right, diff(p.expr, self.variable)) for p in self.pieces)
        first = Pieces(self.variable, raw, tuple((at, None) for at, _ in self.values), self.known)
        joins = {join.at: join for join in self.joins}
        values = []
        conventional = set()
        for at, value in self.values:
            slope = None
            if value is not None and at in joins:
                left, right = next((j.left, j.right) for j in first.joins if j.at == at)
                smooth = joins[at].continuous and left is not None and right is not None and self._same(left, right)
                slope = left if smooth else declared.get(at, left)
                if not smooth:
                    conventional.add(at)
            elif value is not None:
                slope = next(self._limit(p, at, 1 if p.left == at else -1) for p in raw if at in (p.left, p.right))
            values.append((at, slope if slope not in (oo, -oo) else None))
        return Pieces(self.variable, raw, tuple(values), self.known, frozenset(conventional))

    def map(self, change: Callable[[Expr], Expr]) -> Pieces:
        """Return the same pieces with `change` applied to every expression; it must not change their values."""
        pieces = tuple(Piece(p.left, p.right, change(p.expr)) for p in self.pieces)
        return replace(self, pieces=pieces)

    def expression(self) -> Expr:
        """Return one SymPy expression for the whole function, a Piecewise in increasing x where there are several pieces."""
        x = self.variable
        points: list[tuple[Expr, object]] = []
        branches: list[tuple[Expr, object]] = []
        for m, piece in enumerate(self.pieces):
            before = self.pieces[m - 1].right if m else -oo
            if piece.left != before:
                branches.append((nan, x < piece.left))
            at, value = piece.right, self.value_at.get(piece.right)
            neighbours = [q for q in self.pieces[m : m + 2] if at != oo and at in (q.left, q.right)]
            owners = [q for q in neighbours if self.owns(q, at)]
            if at != oo and not owners:
                points.append((nan if value is None else value, Eq(x, at)))
            branches.append((piece.expr, True if at == oo else x <= at if piece in owners[:1] else x < at))
        return Piecewise(*points, *branches) if len(points) + len(branches) > 1 else branches[0][0]

    def owns(self, piece: Piece, at: Expr) -> bool:
        """Whether the piece's own expression gives the function's value at one of its ends."""
        value = self.value_at[at]
        return value is not None and self._same(value_of(piece.expr, self.variable, at, self.known), value)

    def _same(self, a: Expr | None, b: Expr | None) -> bool:
        return _same(a, b, self.known)

    def _limit(self, piece: Piece, point: Expr, side: int) -> Expr | None:
        """Limit of a piece at one of its ends, by substitution where the expression is continuous there."""
        if point not in (oo, -oo):
            value = value_of(piece.expr, self.variable, point, self.known)
            if value is not None:
                return value
        return limit_at(piece.expr, self.variable, point, side, self.known)


@lru_cache(256)
def split(expr: Expr, x: Symbol, known: Assumptions = NOTHING, on: Interval | None = None) -> Pieces:
    """Return `expr` as smooth pieces on its natural domain within `on`.

    Raises NotSupportedError where a switch or the edge of the domain can't be located exactly.
    """
    low, high = (on.start, on.end) if on is not None else (-oo, oo)
    cells = resolve(expr, x, low, high, known)
    if not cells:
        raise NotSupportedError(f"{expr} has no real values on an interval")
    ends = {end for cell in cells for end in (cell.left, cell.right) if end not in (oo, -oo)}
    values = {at: value_of(expr, x, at, known) for at in ends}
    if on is not None:
        values |= {
            end: None for end, is_open in ((low, on.left_open), (high, on.right_open)) if is_open and end in ends
        }
    merged = [cells[0]]
    for cell in cells[1:]:
        last = merged[-1]
        value = values.get(cell.left)
        seamless = (
            last.right == cell.left and value is not None and equal(last.expr, cell.expr, known.relations) is True
        )
        if seamless and _same(value_of(cell.expr, x, cell.left, known), value, known):
            merged[-1] = Piece(last.left, cell.right, last.expr)
            del values[cell.left]
        else:
            merged.append(cell)
    ordered = sort_points(list(values), known)
    return Pieces(x, tuple(merged), tuple((at, values[at]) for at in ordered), known)


def _same(a: Expr | None, b: Expr | None, known: Assumptions) -> bool:
    """Whether two values are equal; raise UndecidedError where neither that nor the contrary is proved."""
    if a is None or b is None or a == b:
        return a == b
    if a in (oo, -oo) or b in (oo, -oo):
        return False
    if (a - b).has(ImplicitRoot) and vanishes_at_root(a - b):
        return True
    found = equal(a, b, known.relations)
    if found is None:
        raise UndecidedError(f"whether {a} and {b} are equal isn't known")
    return found


def resolve(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> list[Piece]:
    """Return smooth expressions on the parts of (low, high) where `expr` is defined.

    What a switch leaves unused, as in 0*log(x), must be defined all the same, so the domain is looked at before it is resolved.
    """
    if expr.has(nan, zoo):
        return []
    spans = _defined(expr, x, low, high, known)
    node = next_switch(expr)
    if node is None:
        return [Piece(a, b, expr) for a, b in spans]
    cells: list[tuple[Expr, Expr, dict[Expr, int]]] = [(a, b, {}) for a, b in spans]
    for surface in surfaces(node):
        cells = [
            (a, b, {**signs, surface: sign})
            for start, end, signs in cells
            for a, b, sign in _sign_cells(surface, x, start, end, known)
        ]
    return [p for a, b, signs in cells for p in resolve(expr.xreplace({node: choose(node, signs)}), x, a, b, known)]


def _defined(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> list[tuple[Expr, Expr]]:
    """The parts of (low, high) where everything that always counts in `expr` is defined."""
    spans = [(low, high)]
    for g, allowed in obstacles(expr):
        if g.has(x) and not known.signs(g) <= allowed:
            spans = [(a, b) for s, e in spans for a, b, sign in _sign_cells(g, x, s, e, known) if sign in allowed]
    return spans


def _sign_cells(g: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> list[tuple[Expr, Expr, int]]:
    """Open intervals that cover the part of (low, high) where g is defined, but for points, with the sign of g on each."""
    signs = known.signs(g)
    if len(signs) == 1:
        return [(low, high, next(iter(signs)))]
    cells = []
    for piece in resolve(g, x, low, high, known):
        if is_zero(piece.expr, known.relations) is True:
            cells.append((piece.left, piece.right, 0))
            continue
        ends = [piece.left, *zeros_inside(piece, x, known), piece.right]
        for a, b in pairwise(ends):
            value = piece.expr.subs(x, inner_point(a, b))
            sign = known.sign(value)
            if sign is None:
                raise UnknownSignError(value)
            cells.append((a, b, sign))
    return cells


def zeros_inside(piece: Piece, x: Symbol, known: Assumptions) -> list[Expr]:
    """Return the zeros of a piece in its open interval, in closed form where undoing its functions gives one, else from a chart."""
    try:
        return [p for p in real_zeros(piece.expr, x, known) if lies_between(piece.left, p, piece.right, known)]
    except NotSupportedError as reason:
        from ..charts.transcendental import charted_zeros  # sign charts take long to load and are seldom needed

        try:
            return charted_zeros(piece.expr, x, piece.left, piece.right, known)
        except SymactError:
            raise reason from None


def lies_between(low: Expr, point: Expr, high: Expr, known: Assumptions) -> bool:
    """Return whether low < point < high; raise UnknownSignError where that isn't known."""
    for gap in [point - low] * (low != -oo) + [high - point] * (high != oo):
        sign = known.sign(gap)
        if sign is None:
            if equal(gap, gap * 0, known.relations) is True:
                return False
            raise UnknownSignError(gap)
        if sign <= 0:
            return False
    return True


def inner_point(low: Expr, high: Expr) -> Expr:
    """Return a point inside (low, high)."""
    if low == -oo:
        return S.Zero if high == oo else high - 1
    return low + 1 if high == oo else (low + high) / 2
