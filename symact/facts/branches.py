"""The branches of an inverse, one for each piece of a function, joined in one expression with a domain."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sympy import Abs, Eq, Expr, FiniteSet, Interval, Piecewise, S, Set, Symbol, oo

from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import equal
from ..proof.functions.shape import Shape, same
from ..proof.functions.switches import obstacles
from .forms import textbook
from .places import order

__all__ = ["Branch", "Inverse", "joined", "taken_twice"]


@dataclass(frozen=True)
class Inverse:
    """The expression of f⁻¹ in the variable of f, and its domain, the range of f, as sets without common points."""

    expr: Expr
    domain: tuple[Set, ...]


@dataclass(frozen=True)
class Branch:
    """f⁻¹ on the values between low and high, taken on one piece; at an end where it holds too `closed` has it."""

    low: Expr
    high: Expr
    expr: Expr | None
    closed: frozenset[Expr] = frozenset()


def taken_twice(branches: list[Branch], points: list[Expr], known: Assumptions) -> bool:
    """Return whether branches overlap, or a single value lies in one of them or occurs twice."""
    for m, a in enumerate(branches):
        if any(order(a.low, b.high, known) < 0 < order(a.high, b.low, known) for b in branches[m + 1 :]):
            return True
        if any(order(a.low, p, known) < 0 < order(a.high, p, known) for p in points):
            return True
    return any(order(p, q, known) == 0 for m, p in enumerate(points) for q in points[m + 1 :])


def joined(curve: Shape, branches: list[Branch], points: list[tuple[Expr, Expr]]) -> Inverse:
    """Return all branches in one expression, with the values at single points that no branch gives."""
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


def _domain(branches: list[Branch], singles: list[Expr], known: Assumptions) -> tuple[Set, ...]:
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


def _gives(branch: Branch, value: Expr, at: Expr, y: Symbol, known: Assumptions) -> bool:
    """Whether a branch continued to one of its ends gives the right point there."""
    assert branch.expr is not None
    if not any(end not in (oo, -oo) and order(end, value, known) == 0 for end in (branch.low, branch.high)):
        return False
    if not all(known.signs(g.subs(y, value)) <= allowed for g, allowed in obstacles(branch.expr)):
        return False
    return same(branch.expr.subs(y, value), at, known) is True


def _sorted(branches: list[Branch], known: Assumptions) -> list[Branch]:
    found: list[Branch] = []
    for branch in branches:
        place = next((m for m, b in enumerate(found) if order(branch.low, b.low, known) < 0), len(found))
        found.insert(place, branch)
    return found


def _mirrored(branches: list[Branch], singles: list[tuple[Expr, object]], y: Symbol, known: Assumptions) -> Expr | None:
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
