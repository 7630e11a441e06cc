"""An antiderivative on the whole domain: continuous where pieces meet, differentiated back inside them."""

from __future__ import annotations

from functools import lru_cache

from sympy import AccumBounds, Eq, Expr, Function, Piecewise, Pow, S, Symbol, expand, log, nan, oo, zoo

from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import equal
from ..proof.calculus.liouville import is_not_elementary
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Shape, within
from ..proof.functions.switches import obstacles
from .forms import size, textbook
from .integrals import Search
from .places import limit, order, settled

__all__ = ["primitive", "searched"]

_INFINITE = (nan, zoo, oo, -oo, AccumBounds)


def primitive(curve: Shape) -> Expr | None:
    """Return F with F′ = f inside all pieces, continuous wherever f is bounded on both sides.

    F tends to 0 at -oo where it has a finite limit there, else F(0) = 0; on a part of the domain that reaches neither it
    tends to 0 at oo, or has the constant it was found with. None where it is proved that a piece has none made of elementary
    functions and those in f. Raises UndecidedError where no closed form was found.
    """
    curve = settled(curve)
    x = curve.variable
    if any(is_not_elementary(p.expr, x, p.left, p.right, curve.known) for p in curve.pieces if p.expr.has(x)):
        return None
    whole = [_found(curve, piece) for piece in curve.pieces]
    groups = _connected(curve, whole)
    fixed: list[Expr] = []
    for group in groups:
        constant = _constant(curve, group)
        fixed += [_short(expr - constant, piece, curve) for piece, expr in group]
    return _joined(curve, fixed)


def searched(expr: Expr, x: Symbol, inside: Assumptions) -> Expr:
    """Return an antiderivative that is proved.

    Raises UndecidedError where a search of bounded length finds none, UnknownSignError where one may depend on the sign of the
    speed of an inner function, as that of a**x = exp(x*log(a)).
    """
    found = _search(expr, x, inside)
    if found is not None:
        return found
    arguments = {arg for node in expr.atoms(Function) for arg in node.args}
    arguments |= {p.exp * log(p.base) for p in expr.atoms(Pow) if not p.base.has(x)}
    for speed in sorted({arg.diff(x) for arg in arguments}, key=str):
        if speed.free_symbols and not speed.has(x) and 0 in inside.signs(speed):
            raise UnknownSignError(speed)
    raise UndecidedError(f"no antiderivative of {expr} in closed form was found")


@lru_cache(256)
def _search(expr: Expr, x: Symbol, inside: Assumptions) -> Expr | None:
    return Search(x, inside).within_budget(expr)


def _found(curve: Shape, piece: Piece) -> Expr:
    x = curve.variable
    return searched(piece.expr, x, within(x, piece, curve.known)) if piece.expr.has(x) else piece.expr * x


def _connected(curve: Shape, whole: list[Expr]) -> list[list[tuple[Piece, Expr]]]:
    """Pieces with continuous antiderivatives, in groups between which there is a gap or a pole."""
    x, known = curve.variable, curve.known
    groups: list[list[tuple[Piece, Expr]]] = []
    for piece, expr in zip(curve.pieces, whole, strict=True):
        last = groups[-1][-1] if groups else None
        if last is not None and last[0].right == piece.left:
            before, after = (limit(e, x, piece.left, s, known) for e, s in ((last[1], -1), (expr, 1)))
            if before is None or after is None:
                raise UndecidedError(f"whether the integral converges at {piece.left} was not decided")
            if {before, after}.isdisjoint({oo, -oo}):
                groups[-1].append((piece, expr - after + before))
                continue
        groups.append([(piece, expr)])
    return groups


def _constant(curve: Shape, group: list[tuple[Piece, Expr]]) -> Expr:
    """What is to be subtracted so that the group tends to 0 at -oo, is 0 at 0, or tends to 0 at oo."""
    x, known = curve.variable, curve.known
    (first, start), (last, end) = group[0], group[-1]
    if first.left == -oo:
        value = _limit(start, x, -oo, 1, known)
        if value is not None and value not in (oo, -oo):
            return value
    for piece, expr in group:
        if order(piece.left, S.Zero, known) <= 0 <= order(piece.right, S.Zero, known):
            side = 1 if order(piece.left, S.Zero, known) == 0 else -1
            at_zero = _value(expr, x, S.Zero, known)
            value = at_zero if at_zero is not None else limit(expr, x, S.Zero, side, known)
            if value is not None and value not in (oo, -oo):
                return value
    value = _limit(end, x, oo, -1, known) if last.right == oo else None
    return S.Zero if value is None or value in (oo, -oo) else value


def _limit(expr: Expr, x: Symbol, at: Expr, side: int, known: Assumptions) -> Expr | None:
    """A limit, None also where it isn't found: the constant is free."""
    try:
        return limit(expr, x, at, side, known)
    except UnknownSignError:
        raise
    except (UndecidedError, NotSupportedError):
        return None


def _short(expr: Expr, piece: Piece, curve: Shape) -> Expr:
    x, inside = curve.variable, within(curve.variable, piece, curve.known)
    forms = dict.fromkeys((expr, expand(expr)))
    found = sorted((textbook(form, inside, x) for form in forms), key=size)
    return next((form for form in found if _same(form, expr, inside)), expr)


def _same(a: Expr, b: Expr, known: Assumptions) -> bool:
    try:
        return a == b or equal(a, b, known.relations) is True
    except (NotSupportedError, UndecidedError):
        return False


def _joined(curve: Shape, parts: list[Expr]) -> Expr:
    """One expression; equal neighbours are one branch, and points at which no branch has its value are branches of their own."""
    x = curve.variable
    branches: list[tuple[Expr, Expr]] = []  # (expression, right end)
    points: list[tuple[Expr, Expr]] = []  # (point, value)
    for m, (piece, expr) in enumerate(zip(curve.pieces, parts, strict=True)):
        if m and curve.pieces[m - 1].right == piece.left:
            at, before = piece.left, branches[-1][0]
            here = [e for e in (before, expr) if _value(e, x, at, curve.known) is not None]
            value = limit(expr, x, at, 1, curve.known)
            if not here and value is not None and value not in (oo, -oo):
                points.append((at, value))
            if before == expr or _same(before, expr, curve.known):
                branches[-1] = (branches[-1][0], piece.right)
                continue
        branches.append((expr, piece.right))
    if len(branches) == 1 and not points:
        return branches[0][0]
    conditions = [
        (expr, S.true if m == len(branches) - 1 else _up_to(right, branches[m + 1][0], curve))
        for m, (expr, right) in enumerate(branches)
    ]
    return Piecewise(*((value, Eq(x, at)) for at, value in points), *conditions)


def _up_to(right: Expr, after: Expr, curve: Shape) -> Expr:
    """x < right, or x <= right where the branch after has no value there."""
    x = curve.variable
    return x <= right if _value(after, x, right, curve.known) is None else x < right


def _value(expr: Expr, x: Symbol, at: Expr, known: Assumptions) -> Expr | None:
    """What an expression is with a point put in, None where a part has no value there: SymPy has bounds for atan(1/0)."""
    for g, allowed in obstacles(expr):
        here = g.subs(x, at)
        if here.has(*_INFINITE) or known.signs(here).isdisjoint(allowed):
            return None
    value = expr.subs(x, at)
    return None if value.has(*_INFINITE) else value
