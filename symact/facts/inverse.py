"""The inverse of a function on its range: solved for x piece by piece, proved by putting f back in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Eq,
    Expr,
    FiniteSet,
    Interval,
    LambertW,
    Piecewise,
    Pow,
    Rational,
    S,
    Set,
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
from .forms import size, textbook
from .places import holds, limit, order, settled
from .solving import solutions

__all__ = ["Inverse", "inverse"]


@dataclass(frozen=True)
class Inverse:
    """The expression of f⁻¹ in the variable of f, and its domain, the range of f, as sets without common points."""

    expr: Expr
    domain: tuple[Set, ...]


@dataclass(frozen=True)
class _Branch:
    """f⁻¹ on the values between low and high, taken on one piece; at an end where it holds too `closed` has it."""

    low: Expr
    high: Expr
    expr: Expr | None
    closed: frozenset[Expr] = frozenset()


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
    if _taken_twice(branches, [value for value, _ in points], known):
        return None
    if any(branch.expr is None for branch in branches):
        raise UndecidedError("f is injective, but no closed form of its inverse was found")
    return _joined(curve, branches, points)


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
    if not all(holds(g.subs(x, piece.expr), allowed, inside) for g, allowed in obstacles(candidate)):
        return False
    composed = _evaluated(candidate.subs(x, piece.expr), x, inside)
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


def _evaluated(expr: Expr, x: Symbol, inside: Assumptions) -> Expr:
    """Put in the value that W(a), sqrt(a) or erfinv(a) must have for the expression to be x, where it is proved to be that.

    W(u*exp(u)) = u for u >= -1, on the other branch for u <= -1; sqrt(u**2) = u for u >= 0; erfinv(erf(u)) = u;
    asin(sin(u)) = u for |u| <= pi/2, acos(cos(u)) = u for 0 <= u <= pi.
    """
    for node in expr.atoms(LambertW, Pow, erfinv, asin, acos):
        rule = _BRANCHES.get(node.func)
        w = Dummy("w", real=True)
        line = expr.xreplace({node: w}).as_poly(w)
        if rule is None or (node.is_Pow and node.exp != S.Half) or line is None or line.degree() != 1:
            continue
        u = cancel((x - line.nth(0)) / line.nth(1))
        argument, edge, allowed = rule(node, u)
        if equal(argument, node.args[0], inside.relations) is True and holds(edge, allowed, inside):
            return expr.xreplace({node: u})
    return expr


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
    return slope == 0 or (slope.free_symbols == {curve.variable} and len(_seen_signs(slope, curve, piece)) > 1)


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


def _branch(curve: Shape, piece: Piece, found: Expr | None) -> _Branch:
    low, high = _span(curve, piece)
    if found is None:
        return _Branch(low, high, None)
    image = within(curve.variable, Piece(low, high, found), curve.known)
    forms = {found, _of_reciprocals(found)}
    for change in (_turned, lambda e: textbook(e, image, curve.variable), _turned):
        forms |= {change(form) for form in forms}
    return _Branch(low, high, next((f for f in sorted(forms, key=size) if _same(f, found, image)), found))


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


def _taken_twice(branches: list[_Branch], points: list[Expr], known: Assumptions) -> bool:
    """Whether branches overlap, or a single value lies in one of them or occurs twice."""
    for m, a in enumerate(branches):
        if any(order(a.low, b.high, known) < 0 < order(a.high, b.low, known) for b in branches[m + 1 :]):
            return True
        if any(order(a.low, p, known) < 0 < order(a.high, p, known) for p in points):
            return True
    return any(order(p, q, known) == 0 for m, p in enumerate(points) for q in points[m + 1 :])


def _joined(curve: Shape, branches: list[_Branch], points: list[tuple[Expr, Expr]]) -> Inverse:
    """All branches in one expression, with the values at single points that no branch gives."""
    y, known = curve.variable, curve.known
    singles = []
    for value, at in points:
        owner = next((m for m, b in enumerate(branches) if _gives(b, value, at, y, known)), None)
        if owner is None:
            singles.append((at, Eq(y, value)))
        else:
            branches[owner] = replace(branches[owner], closed=branches[owner].closed | {value})
    ordered = _sorted(branches, known)
    domain = _domain(ordered, [condition.rhs for _, condition in singles], known)
    merged = ordered[:1]
    for branch in ordered[1:]:
        last = merged[-1]
        meet = order(last.high, branch.low, known) == 0
        hole = last.high not in last.closed and branch.low not in branch.closed
        if last.expr == branch.expr and (not meet or not any(at[1].rhs == last.high for at in singles) or not hole):
            merged[-1] = replace(last, high=branch.high, closed=last.closed | branch.closed)
        else:
            merged.append(branch)
    if len(merged) == 1 and not singles and merged[0].expr is not None:
        return Inverse(merged[0].expr, domain)
    mirrored = _mirrored(merged, singles, y, known)
    if mirrored is not None:
        return Inverse(mirrored, domain)
    conditions = [
        (b.expr, S.true if m == len(merged) - 1 else y <= b.high if b.high in b.closed else y < b.high)
        for m, b in enumerate(merged)
    ]
    return Inverse(Piecewise(*singles, *conditions), domain)


def _domain(branches: list[_Branch], singles: list[Expr], known: Assumptions) -> tuple[Set, ...]:
    """The values of the branches and the single ones, joined where they touch."""
    spans: list[tuple[Expr, bool, Expr, bool]] = []
    for b in branches:
        span = (b.low, b.low in (*b.closed, *singles), b.high, b.high in (*b.closed, *singles))
        if spans and order(spans[-1][2], b.low, known) == 0 and (spans[-1][3] or span[1]):
            spans[-1] = (*spans[-1][:2], *span[2:])
        else:
            spans.append(span)
    ends = {end for span in spans for end in (span[0], span[2])}
    apart = [FiniteSet(p) for p in singles if p not in ends]
    return (*(Interval(a, b, not has_a, not has_b) for a, has_a, b, has_b in spans), *apart)


def _gives(branch: _Branch, value: Expr, at: Expr, y: Symbol, known: Assumptions) -> bool:
    """Whether a branch continued to one of its ends gives the right point there."""
    assert branch.expr is not None
    if not any(end not in (oo, -oo) and order(end, value, known) == 0 for end in (branch.low, branch.high)):
        return False
    if not all(known.signs(g.subs(y, value)) <= allowed for g, allowed in obstacles(branch.expr)):
        return False
    return same(branch.expr.subs(y, value), at, known) is True


def _sorted(branches: list[_Branch], known: Assumptions) -> list[_Branch]:
    found: list[_Branch] = []
    for branch in branches:
        place = next((m for m, b in enumerate(found) if order(branch.low, b.low, known) < 0), len(found))
        found.insert(place, branch)
    return found


def _mirrored(
    branches: list[_Branch], singles: list[tuple[Expr, object]], y: Symbol, known: Assumptions
) -> Expr | None:
    """y*h(|y|) for both branches of an odd function that is cut at 0."""
    if len(branches) != 2 or singles or order(branches[0].high, S.Zero, known) != 0:
        return None
    left, right = branches[0].expr, branches[1].expr
    assert left is not None
    assert right is not None
    share = textbook(right / y, known & (y > 0), y)
    folded = y * share.subs(y, Abs(y))
    below = folded.subs(Abs(y), -y)
    there = all(known.signs(g.subs(y, 0)) <= allowed for g, allowed in obstacles(share))
    if folded.has(Abs) and there and equal(below, left, (known & (y < 0)).relations) is True:
        return folded
    return None
