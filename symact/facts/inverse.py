"""The inverse of a function on its range: solved for x piece by piece, proved by putting f back in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    LambertW,
    Pow,
    Rational,
    S,
    Symbol,
    acos,
    asin,
    cancel,
    cos,
    diff,
    erf,
    erfinv,
    exp,
    factor_terms,
    fraction,
    log,
    oo,
    pi,
    sin,
    sqrt,
    together,
)
from sympy import sign as sign_of

from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import equal
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Shape, same, shape, within
from ..proof.functions.switches import obstacles
from ..proof.numbers import balls
from ..proof.properties.course import course
from ..proof.properties.turning import turning_points
from .branches import Branch, Inverse, joined, taken_twice
from .forms import size, textbook
from .places import holds, limit, order, samples, settled
from .solving import solutions

__all__ = ["Inverse", "inverse"]

#: Precision of the balls that tell wrong candidates.
_BITS = 128


def inverse(curve: Shape) -> Inverse | None:
    """Return f⁻¹ with f⁻¹(f(x)) = x for all x of the domain; None where it is proved that f takes a value twice.

    Raises UndecidedError where no closed form was found, UnknownSignError where it depends on parameters.
    """
    curve = settled(curve)
    branches = []
    for piece in curve.pieces:
        if _turns(curve, piece):
            return None
        found = _closed_form(curve, piece)
        if found is None and not _injective(curve, piece):
            return None
        branches.append(_branch(curve, piece, found))
    known = curve.known
    points = [(c.value, c.at) for c in curve.corners if c.value is not None]
    if taken_twice(branches, [value for value, _ in points], known):
        return None
    if any(branch.expr is None for branch in branches):
        raise UndecidedError("f is injective, but no closed form of its inverse was found")
    return joined(curve, branches, points)


def _closed_form(curve: Shape, piece: Piece) -> Expr | None:
    """The inverse of a piece in terms of the variable, proved."""
    x = curve.variable
    unknown: UnknownSignError | None = None
    for candidate in solutions(piece.expr, x):
        try:
            if _inverts(curve, piece, candidate):
                return candidate
        except UnknownSignError as reason:
            unknown = unknown or reason
        except (NotSupportedError, UndecidedError):
            continue
    if unknown is not None and not (isinstance(unknown.expr, Expr) and unknown.expr.has(x)):
        raise unknown
    return None


def _inverts(curve: Shape, piece: Piece, candidate: Expr) -> bool:
    """Whether candidate(f(x)) = x on a piece, where it is defined all over."""
    x = curve.variable
    inside = within(x, piece, curve.known)
    if not _returns(candidate, piece, x):
        return False
    composed, needed = _evaluated(candidate, piece.expr, x, inside)
    if not all(holds(g, allowed, inside) for g, allowed in needed):
        return False
    if not candidate.has(Abs, sign_of):
        return equal(composed, x, inside.relations) is True
    parts = shape(composed, x, inside.relations)
    ends = ((parts.pieces[0].left, piece.left), (parts.pieces[-1].right, piece.right))
    return (
        parts.connected
        and all(same(a, b, curve.known) is True for a, b in ends)
        and all(equal(p.expr, x, within(x, p, parts.known).relations) is True for p in parts.pieces)
        and all(same(c.value, c.at, parts.known) is True for c in parts.corners if c.before and c.after)
    )


def _returns(candidate: Expr, piece: Piece, x: Symbol) -> bool:
    """Whether balls leave it open that the candidate leads back to a point of a piece; where there are parameters they do."""
    point = next(samples(piece.left, piece.right))
    if (candidate.free_symbols | piece.expr.free_symbols | point.free_symbols) - {x}:
        return True
    back = balls.enclose(candidate, {x: balls.enclose(piece.expr.subs(x, point), bits=_BITS)}, _BITS)
    return bool(back.overlaps(balls.enclose(point, bits=_BITS)))


def _evaluated(
    candidate: Expr, value: Expr, x: Symbol, inside: Assumptions
) -> tuple[Expr, list[tuple[Expr, set[int]]]]:
    """The candidate at x = value, and expressions with the signs they must have for it to be defined there.

    W(a), sqrt(a) or erfinv(a) are given the value that they must have for the candidate to be x, where they are proved to have
    it; then they are defined too. W(u*exp(u)) = u for u >= -1, on the other branch for u <= -1; sqrt(u**2) = u for u >= 0;
    erfinv(erf(u)) = u; asin(sin(u)) = u for |u| <= pi/2, acos(cos(u)) = u for 0 <= u <= pi.
    """

    def needed(expr: Expr) -> list[tuple[Expr, set[int]]]:
        return [(g.subs(x, value), allowed) for g, allowed in obstacles(expr)]

    for node in candidate.atoms(*_BRANCHES):
        w = Dummy("w", real=True)
        opened, inner = candidate.xreplace({node: w}), node.args[0]
        line = opened.subs(x, value).as_poly(w)
        if (node.is_Pow and node.exp != S.Half) or line is None or line.degree() != 1:
            continue
        u = cancel((x - line.nth(0)) / line.nth(1))
        argument, edge, allowed = _BRANCHES[node.func](node, u)
        if equal(argument, inner.subs(x, value), inside.relations) is True and holds(edge, allowed, inside):
            outer = [(g.subs(w, u), signs) for g, signs in needed(opened)]
            return opened.subs(x, value).subs(w, u), [*needed(inner), *outer]
    return candidate.subs(x, value), needed(candidate)


#: Function → what its argument must be for it to be u, and on which branch that is so: the sign of an expression.
_BRANCHES: dict[Any, Callable[[Expr, Expr], tuple[Expr, Expr, set[int]]]] = {
    LambertW: lambda node, u: (u * exp(u), u + 1, {0, 1} if node.args[1:] in ((), (0,)) else {-1, 0}),
    Pow: lambda node, u: (u**2, u, {0, 1}),
    erfinv: lambda node, u: (erf(u), S.One, {1}),
    asin: lambda node, u: (sin(u), pi**2 / 4 - u**2, {0, 1}),
    acos: lambda node, u: (cos(u), u * (pi - u), {0, 1}),
}


def _injective(curve: Shape, piece: Piece) -> bool:
    """Whether a piece takes no value twice; False is proved as well."""
    slope = diff(piece.expr, curve.variable)
    try:
        signs, _ = turning_points(curve, piece)
    except UndecidedError:
        if not course(slope, curve.variable, piece.left, piece.right, curve.known).endless:
            raise
        signs = {-1, 1}
    if signs == {0} or {-1, 1} <= signs:
        return False
    if 0 in signs:
        scale, _ = factor_terms(slope).as_independent(curve.variable, as_Add=False)
        if curve.known.sign(scale) is None:
            raise UnknownSignError(scale)
        raise UndecidedError(f"whether {piece.expr} is constant was not decided")
    return True


def _turns(curve: Shape, piece: Piece) -> bool:
    """Whether the slope is certainly 0, or positive at one point and negative at another."""
    slope = diff(piece.expr, curve.variable)
    symbols = slope.free_symbols | piece.left.free_symbols | piece.right.free_symbols
    if slope == 0 or symbols == {curve.variable}:
        return slope == 0 or len(_seen_signs(slope, curve, piece)) > 1
    try:
        return not _injective(curve, piece)
    except (NotSupportedError, UndecidedError):
        return False


def _seen_signs(slope: Expr, curve: Shape, piece: Piece) -> set[int]:
    """Certain signs of the slope at a few points of a piece."""
    found: set[int] = set()
    for share in (Rational(n, 9) for n in range(1, 9)):
        step = share / (1 - share)
        low, high = piece.left, piece.right
        if low == -oo:
            point = 4 * (2 * share - 1) if high == oo else high - step
        else:
            point = low + step if high == oo else low + share * (high - low)
        try:
            found.add(balls.sign(slope, {curve.variable: point}, max_bits=256) or 0)
        except (NotSupportedError, UndecidedError):
            continue
    return found - {0}


def _span(curve: Shape, piece: Piece) -> tuple[Expr, Expr]:
    """The limits of a monotonic piece at its ends, the lower one first."""
    ends = [limit(piece.expr, curve.variable, at, s, curve.known) for at, s in ((piece.left, 1), (piece.right, -1))]
    first, last = ends
    if first is None or last is None:
        raise UndecidedError(f"{piece.expr} has no limit at an end of ({piece.left}, {piece.right})")
    return (first, last) if order(first, last, curve.known) < 0 else (last, first)


def _branch(curve: Shape, piece: Piece, found: Expr | None) -> Branch:
    low, high = _span(curve, piece)
    if found is None:
        return Branch(low, high, None)
    image = within(curve.variable, Piece(low, high, found), curve.known)
    forms = {found, _of_reciprocals(found)}
    for change in (_turned, lambda e: textbook(e, image, curve.variable), _turned):
        forms |= {change(form) for form in forms}
    return Branch(low, high, next((f for f in sorted(forms, key=size) if _same(f, found, image)), found))


def _same(a: Expr, b: Expr, known: Assumptions) -> bool:
    try:
        return equal(a, b, known.relations) is True
    except NotSupportedError:
        return False


def _of_reciprocals(expr: Expr) -> Expr:
    """Write -log(1/y - 1) as log(y/(1 - y))."""
    logs = (node for node in expr.atoms(log) if fraction(together(node.args[0]))[1] != 1)
    return expr.xreplace({node: -log(cancel(1 / node.args[0])) for node in logs})


def _turned(expr: Expr) -> Expr:
    """Write -y/(y - 1) as y/(1 - y), and sqrt(1/u) as 1/sqrt(u)."""
    if not expr.args or not isinstance(expr, Expr):
        return expr
    parts = expr.func(*(_turned(a) if isinstance(a, Expr) else a for a in expr.args))
    top, bottom = fraction(parts)
    if parts.is_Mul and bottom.is_Add and top.could_extract_minus_sign():
        return -top / Add(*(-term for term in bottom.args))
    if parts.is_Pow and parts.exp == S.Half:
        top, bottom = fraction(factor_terms(parts.base))
        number, rest = top.as_coeff_Mul()
        return sqrt(number) * sqrt(rest) / sqrt(bottom) if number > 0 else parts
    return parts
