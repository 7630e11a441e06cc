"""The continuity class: the largest k such that f has k continuous derivatives on its domain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import Expr, Integer, Symbol, cancel, exp, fraction, oo, together

from ..errors import NotSupportedError, UndecidedError
from ..proof.algebra.field import equal
from ..proof.algebra.generators import generators
from ..proof.asymptotics.ends import limit_at
from ..proof.functions.removable import is_analytic, is_quotient
from ..proof.functions.shape import Corner, same
from ..proof.numbers.implicit import ImplicitRoot
from .landscape import Landscape, compared

__all__ = ["Bend", "continuity", "joins"]

#: Derivatives that are compared at corners one by one.
MAX_ORDER = 12


@dataclass(frozen=True)
class Bend:
    """A kink, jump, hole or pole: value (None where undefined), one-sided limits and slopes (None where there is none)."""

    x: Expr
    left: Expr | None
    value: Expr | None
    right: Expr | None
    slope_left: Expr | None
    slope_right: Expr | None


def joins(land: Landscape) -> list[Bend]:
    """Return the points between pieces where f isn't continuously differentiable."""
    found = []
    for corner in land.inner_corners:
        if not land.differentiable_at(corner):
            (left, right), slopes = land.limits(corner), land.limits(corner, 1)
            found.append(Bend(corner.at, *_alike([left, corner.value, right], land), *slopes))
    return found


def _alike(values: list[Expr | None], land: Landscape) -> list[Expr | None]:
    """The values, equal ones written alike: as the shortest of them, without a root that is only enclosed if possible."""
    shortest = sorted((v for v in values if v is not None), key=lambda v: (v.has(ImplicitRoot), v.count_ops()))
    return [v if v is None else next(s for s in shortest if same(v, s, land.known) is True) for v in values]


def continuity(land: Landscape) -> Expr:
    """Return the largest k with f in C^k on its domain, oo where all derivatives are continuous, -1 where f isn't."""
    orders = [_order_at(land, corner) for corner in land.corners if corner.value is not None]
    return min(orders, default=oo)


def _order_at(land: Landscape, corner: Corner) -> Expr:
    """The number of derivatives that are continuous at a corner."""
    for order, continuous in enumerate(_levels(land, corner)):
        if not continuous:
            return Integer(order - 1)
    return oo


def _levels(land: Landscape, corner: Corner) -> Iterator[bool]:
    """Whether f, f', f'', … are continuous at a corner, as far as needed."""
    yield land.continuous_at(corner)
    if _analytic_sides_agree(land, corner):
        return
    for order in range(1, MAX_ORDER + 1):
        limits = land.limits(corner, order)
        if None in limits:
            yield False
        yield not set(limits) & {oo, -oo} and compared(limits[0], limits[-1], land.known) == 0
    raise UndecidedError(
        f"derivatives up to order {MAX_ORDER} are continuous at {corner.at}; the others weren't compared"
    )


def _analytic_sides_agree(land: Landscape, corner: Corner) -> bool:
    """Whether both sides are the same analytic function but for parts that vanish faster than any power."""
    try:
        sides = [
            _analytic_part(piece.expr, land.variable, corner.at, side, land)
            for piece, side in ((corner.before, -1), (corner.after, 1))
            if piece is not None
        ]
    except (NotSupportedError, UndecidedError):
        return False
    if None in sides:
        return False
    return len(sides) == 1 or equal(sides[0], sides[1], land.known.relations) is True


def _analytic_part(expr: Expr, x: Symbol, at: Expr, side: int, land: Landscape) -> Expr | None:
    """An analytic function that differs from `expr` on this side by a flat one; None where none is found.

    `expr` is analytic there itself, or a quotient of polynomials in x and one t = exp(h), h rational with a pole and limit
    -oo: as t vanishes faster than any power, so does every derivative of what is left out where t is put to 0.
    """
    if is_quotient(expr, x, at, land.known):
        return expr  # where its denominator vanishes the singularity is removable, as there is a limit
    written = generators(expr, x=x)
    if len(written.kernels) != 1:
        return None
    ((symbol, kernel),) = written.kernels.items()
    if not (isinstance(kernel, exp) and kernel.exp.is_rational_function(x)):
        return None
    top, bottom = fraction(cancel(together(written.expressions[0])))
    if limit_at(kernel.exp, x, at, side, land.known) == oo:
        degree = max(top.as_poly(symbol).degree(), bottom.as_poly(symbol).degree())
        top, bottom = ((part.subs(symbol, 1 / symbol) * symbol**degree).expand() for part in (top, bottom))
    elif limit_at(kernel.exp, x, at, side, land.known) != -oo:
        return None
    rest, below = top.subs(symbol, 0), bottom.subs(symbol, 0)
    if below == 0 or not is_analytic(cancel(rest / below), x, at, land.known):
        return None
    return cancel(rest / below)
