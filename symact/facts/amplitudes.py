"""Bounds of functions with waves: limits of waves that fade, and suprema that are approached far out only."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Abs, Add, Expr, Interval, Mul, S, oo, sqrt

from ..errors import UndecidedError
from ..proof.charts.oscillation import harmonics
from .asymptotes import end_limit
from .cycle import cycle, waves_of
from .extent import Extent, extent
from .landscape import compared, landscape
from .repeated import REPEATED
from .threads import ENDS, Threads

__all__ = ["approached", "product_range", "settled_limit"]


def approached(found: Threads, slopes: Iterable[Expr]) -> Expr:
    """Return the supremum of |f'| for the derivatives of all branches of f, if it is a limit along a thread.

    |A + B*cos(u) + C*sin(u) + …| <= |A| + sqrt(B**2 + C**2) + … for A, B, C without waves. Raises UndecidedError otherwise.
    """
    x, known = found.variable, found.known
    reached = _largest((abs(limit) for end in ENDS for limit in found.slopes(end)), found)
    for slope in slopes:
        steady, waves = harmonics(slope, x)
        bound = Abs(steady) + Add(*(sqrt(b**2 + c**2) for b, c in waves.values()))
        if compared(extent(landscape(bound, x, known)).sup, reached, known) > 0:
            raise UndecidedError(f"the largest slope of {found.expr} was not found")
    return reached


def product_range(found: Threads, near: Extent) -> Extent:
    """Return the range of a continuous product of a bounded wave and a function without waves; `near` is that in the window.

    It is that in the window where the function is small enough beyond. Else its ends are products of those of the factors,
    if these are limits along threads. A product that isn't 0 is no value then, as the ends of the function aren't.
    """
    x, known, reach = found.variable, found.known, found.reach
    steady, wave = found.expr.as_independent(*found.waves, as_Add=False)
    repeating = cycle(wave, x, known)
    if repeating is None or repeating.drift != 0:
        raise UndecidedError(f"{found.expr} is no product of a wave and a function without waves")
    waving = REPEATED["range"](repeating)
    sides = [extent(landscape(steady, x, known, on)) for on in (Interval(-oo, -reach), Interval(reach, oo))]
    if near.inf_attained and near.sup_attained:
        beyond = _products(sides, waving)
        if all(compared(near.inf, p, known) <= 0 <= compared(near.sup, p, known) for p in beyond):
            return near
    whole = extent(landscape(steady, x, known))
    corners = _products([whole], waving)
    limits = [limit for end in ENDS for limit in found.limits(found.expr, end)]
    low, high = -_largest((-v for v in limits), found), _largest(limits, found)
    if any(compared(low, p, known) > 0 or compared(p, high, known) > 0 for p in corners):
        raise UndecidedError(f"the ends of the range of {found.expr} were not found")
    if whole.inf_attained or whole.sup_attained:
        raise UndecidedError(f"whether {found.expr} takes the ends of its range as values was not decided")
    has_low, has_high = (_has(end, near, found) for end in (low, high))
    return Extent(low, high, has_low, has_high, (Interval(low, high, not has_low, not has_high),))


def _has(end: Expr, near: Extent, found: Threads) -> bool:
    """Whether an end of the range, which is no value unless it is 0, is a value."""
    if compared(end, S.Zero, found.known) != 0 or 0 not in found.known.signs(found.expr):
        return False
    if not ((near.inf == 0 and near.inf_attained) or (near.sup == 0 and near.sup_attained)):
        raise UndecidedError(f"whether {found.expr} is 0 anywhere was not decided")
    return True


def _products(spans: Iterable[Extent], waving: Extent) -> list[Expr]:
    """The products of the ends of ranges, between which those of their values lie."""
    found = [a * b for far in spans for a in (far.inf, far.sup) for b in (waving.inf, waving.sup)]
    if any(p.has(oo, -oo, S.NaN) for p in found):
        raise UndecidedError("a factor is not bounded")
    return found


def _largest(values: Iterable[Expr], found: Threads) -> Expr:
    """The largest of some numbers, of which there must be one."""
    top: Expr | None = None
    for value in values:
        if top is None or compared(value, top, found.known) > 0:
            top = value
    if top is None:
        raise UndecidedError(f"no limits of {found.expr} were found")
    return top


def settled_limit(found: Threads, end: Expr) -> Expr:
    """Return the limit of a sum in which all that waves tends to 0, being a bounded wave times what tends to 0.

    Raises UndecidedError for others.
    """
    x, parts = found.variable, list[Expr]()
    for term in Add.make_args(found.expr):
        waving = [f for f in Mul.make_args(term) if waves_of(f, x)]
        steady = Mul(*(f for f in Mul.make_args(term) if f not in waving))
        limit = end_limit(landscape(steady, x, found.known), end)
        if limit is None or (waving and (limit != 0 or not all(_bounded(f, found) for f in waving))):
            raise UndecidedError(f"the limit of {found.expr} was not found")
        parts.append(limit)
    if Add(*parts) is S.NaN:
        raise UndecidedError(f"the limit of {found.expr} was not found")
    return Add(*parts)


def _bounded(expr: Expr, found: Threads) -> bool:
    """Whether an expression is periodic and bounded."""
    repeating = cycle(expr, found.variable, found.known)
    if repeating is None or repeating.drift != 0:
        return False
    span = REPEATED["range"](repeating)
    return not {span.inf, span.sup} & {oo, -oo}
