"""A function of one variable as analytic pieces on its domain, with the values, limits and slopes where they meet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from sympy import And, Expr, Ne, Piecewise, Symbol, diff, nan, oo, zoo
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import Assumptions, assuming
from ..algebra.field import equal, is_zero
from ..algebra.vanishing import vanishes_at_root
from ..algebra.zeros import sort_points
from ..asymptotics.ends import limit_at
from ..numbers.implicit import ImplicitRoot
from .pieces import Piece, Pieces, resolve, split, zeros_inside
from .sign_cases import split_relations
from .switches import SWITCHES, obstacles
from .values import value_of

__all__ = ["Corner", "Shape", "as_condition", "limit_of", "same", "shape", "within"]


@dataclass(frozen=True)
class Corner:
    """A finite end of pieces: the neighbours (None where the domain ends) and the value (None where undefined)."""

    at: Expr
    before: Piece | None
    after: Piece | None
    value: Expr | None


@dataclass(frozen=True)
class Shape:
    """Pieces on whose open intervals the function is analytic, and the corners between and beside them, in order.

    `known` holds the relations between the parameters; the relations on the variable are in the domain of the pieces.
    """

    variable: Symbol
    pieces: tuple[Piece, ...]
    corners: tuple[Corner, ...]
    known: Assumptions

    def limit(self, piece: Piece, at: Expr, order: int = 0) -> Expr | None:
        """Return the limit of the derivative of an order of a piece at one of its ends, None if there is none."""
        side = 1 if at == piece.left else -1
        return limit_of(diff(piece.expr, self.variable, order), self.variable, at, side, self.known)

    @property
    def connected(self) -> bool:
        """Whether the domain is one interval."""
        inner = [c for c in self.corners if c.before is not None and c.after is not None]
        return len(inner) == len(self.pieces) - 1 and all(c.value is not None for c in inner)


def shape(expr: Expr, x: Symbol, relations: Iterable[Relational]) -> Shape:
    """Return the shape of `expr` as a function of x on its natural domain, restricted by the relations that hold x.

    Raises NotSupportedError or UndecidedError where a switch or the domain isn't located exactly.
    """
    others, own = split_relations(relations, x)
    known = assuming(others)
    whole = _with_domain(expr, known)
    restricted = Piecewise((whole, And(*own))) if own else whole
    pieces = split(restricted, x, known)
    _refuse_isolated_points(expr, own, pieces, restricted)
    cut = _cut(pieces)
    corners = []
    for at, value in cut.values:
        before = next((p for p in cut.pieces if p.right == at), None)
        after = next((p for p in cut.pieces if p.left == at), None)
        corners.append(Corner(at, before, after, value))
    return Shape(x, cut.pieces, tuple(corners), known)


def same(a: Expr | None, b: Expr | None, known: Assumptions) -> bool | None:
    """Return whether two values are equal wherever the relations hold; None is undecided."""
    if a is None or b is None or a == b:
        return a is b or a == b
    if a in (oo, -oo) or b in (oo, -oo):
        return False
    if (a - b).has(ImplicitRoot) and vanishes_at_root(a - b):
        return True
    return equal(a, b, known.relations)


def limit_of(expr: Expr, x: Symbol, at: Expr, side: int, known: Assumptions) -> Expr | None:
    """Return a one-sided limit, by substitution where the expression has a value, so that it is continuous on that side."""
    if at not in (oo, -oo) and all(known.signs(g.subs(x, at)) <= allowed for g, allowed in obstacles(expr)):
        value = expr.subs(x, at)
        if not value.has(nan, zoo, oo, -oo):
            return value
    return limit_at(expr, x, at, side, known)


def within(x: Symbol, piece: Piece, known: Assumptions) -> Assumptions:
    """Return what is known inside a piece."""
    more = [] if piece.left == -oo else [x > piece.left]
    return known & (more + ([] if piece.right == oo else [x < piece.right]))


def as_condition(g: Expr, allowed: Iterable[int]) -> Boolean:
    """Return the condition that g has one of the signs."""
    return _CONDITIONS[frozenset(allowed)](g)


_CONDITIONS: dict[frozenset[int], Callable[[Expr], Boolean]] = {
    frozenset({1}): lambda g: g > 0,
    frozenset({0, 1}): lambda g: g >= 0,
    frozenset({-1}): lambda g: g < 0,
    frozenset({-1, 0}): lambda g: g <= 0,
    frozenset({-1, 1}): lambda g: Ne(g, 0),
}


def _with_domain(expr: Expr, known: Assumptions) -> Expr:
    """State where an expression with switches is defined: once they are resolved, 0/x is 0 and Max(1, -sqrt(x)) is 1."""
    if not expr.has(*SWITCHES):
        return expr
    if isinstance(expr, Piecewise):
        return Piecewise(*((_with_domain(value, known), condition) for value, condition in expr.args))
    missing = [(g, allowed) for g, allowed in obstacles(expr) if not known.signs(g) <= allowed]
    if not missing:
        return expr
    if expr.has(Piecewise):
        raise NotSupportedError(f"where {expr} is defined can't be stated: write it as one Piecewise")
    return Piecewise((expr, And(*(as_condition(g, allowed) for g, allowed in missing))))


def _cut(pieces: Pieces) -> Pieces:
    """Cut pieces where they are continuous but need not be smooth: where a radicand or the like is zero."""
    x, known = pieces.variable, pieces.known
    parts: list[Piece] = []
    values = dict(pieces.values)
    for piece in pieces.pieces:
        inside = within(x, piece, known)
        found: list[Expr] = []
        slope = diff(piece.expr, x)
        for g, allowed in (*obstacles(piece.expr), *obstacles(slope)):
            if g.has(x) and not inside.signs(g) <= allowed - {0}:
                found += _edges(g, x, piece.left, piece.right, known)
        points = sort_points(found, known)
        for at in points:
            value = piece.expr.subs(x, at)
            if value.has(nan, zoo, oo, -oo):
                raise UndecidedError(f"the value of {piece.expr} at {x} = {at} was not found")
            values[at] = value
        ends = [piece.left, *points, piece.right]
        parts += [Piece(a, b, piece.expr) for a, b in pairwise(ends)]
    ordered = sort_points(list(values), known)
    return replace(pieces, pieces=tuple(parts), values=tuple((at, values[at]) for at in ordered))


def _refuse_isolated_points(expr: Expr, own: tuple[Relational, ...], pieces: Pieces, restricted: Expr) -> None:
    """Raise NotSupportedError where the domain holds points that belong to no interval, or may hold some."""
    x, known = pieces.variable, pieces.known
    low, high = _bounds(x, own, known)
    ends = [low, *(end for p in pieces.pieces for end in (p.left, p.right)), high]
    gaps = [(a, b) for a, b in zip(ends[::2], ends[1::2], strict=True) if a != b]
    if not gaps:
        return
    switches = expr.atoms(Piecewise)
    conditions = [r for node in switches for r in node.atoms(Relational)]
    closed = [r.lhs - r.rhs for r in (*conditions, *own) if r.rel_op in ("==", "<=", ">=")]
    closed += [g for part in (expr, *(v for s in switches for v, _ in s.args)) for g, ok in obstacles(part) if 0 in ok]
    values = pieces.value_at
    for a, b in gaps:
        points = {end for end in (a, b) if end not in (oo, -oo, *values)}
        for g in closed:
            if g.has(x) and 0 in known.signs(g):
                points |= _edges(g, x, a, b, known)
        for point in points:
            if value_of(restricted, x, point, known) is not None:
                raise NotSupportedError(f"the domain of {expr} may hold the isolated point {point}")


def _bounds(x: Symbol, own: tuple[Relational, ...], known: Assumptions) -> tuple[Expr, Expr]:
    """The largest lower and the smallest upper bound that relations such as x >= 1 state."""
    below, above = [-oo], [oo]
    for r in own:
        if r.rel_op in ("<", "<=", ">", ">=") and x in (r.lts, r.gts) and not (r.lts if r.gts == x else r.gts).has(x):
            (below if r.gts == x else above).append(r.lts if r.gts == x else r.gts)
    finite = [sort_points(ends[1:], known) for ends in (below, above)]
    return (finite[0][-1] if finite[0] else -oo), (finite[1][0] if finite[1] else oo)


def _edges(g: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> set[Expr]:
    """The zeros of an expression in an open interval, or points that these may be: ends of intervals on which it is 0."""
    found: set[Expr] = set()
    for part in resolve(g, x, low, high, known):
        found |= {part.left, part.right} - {low, high}
        if is_zero(part.expr, known.relations) is not True:
            found |= set(zeros_inside(part, x, known))
    return found
