"""The checker of derivatives: the value is SymPy's on every cell without switches, and the limit of slopes at the walls between."""

from __future__ import annotations

from itertools import pairwise

import sympy as sp
from sympy import Expr, Symbol, diff, nan, oo, zoo
from sympy.core.relational import Relational

from ...errors import SymactError, UndecidedError
from ..algebra.assume import Assumptions, assuming
from ..algebra.field import equal, is_zero
from ..algebra.signs import SIGNS
from ..algebra.zeros import real_zeros
from ..functions.switches import obstacles
from ..numbers.implicit import ImplicitRoot
from ..steps.cases import signs_of
from ..steps.comparison import exact_value, number_sign
from ..steps.equality import leaf
from .cells import Cell, cells, is_empty, is_undefined
from .intervals import sign_on
from .limits import limit_at, near
from .requirements import CertificateError, require

__all__ = ["check_derivative"]

Relations = tuple[Relational, ...]


def check_derivative(expr: Expr, x: Symbol, value: Expr, relations: Relations) -> None:
    """Check that a value is the derivative wherever that exists and the relations hold, and undefined elsewhere.

    Raises CertificateError, or another SymactError, where it isn't confirmed.
    """
    for cell in cells((expr, value), relations):
        try:
            _check_slope(expr, x, value, cell)
        except SymactError:
            if not is_empty(cell.relations):
                raise


def _check_slope(expr: Expr, x: Symbol, value: Expr, cell: Cell) -> None:
    smooth, claimed = cell.exprs
    walls = [g for g in cell.walls if g.has(x)]
    if walls:
        _check_wall(expr, x, value, claimed, walls[0], cell.relations)
    elif smooth == nan or is_undefined(smooth, cell.relations):
        _require_undefined(claimed, cell.relations)
    elif claimed != 0 or smooth.has(x):
        require(claimed != nan, f"the derivative of {smooth} is left out")
        _require_domain(smooth, claimed, cell.relations)
        slope = diff(smooth, x)
        require(is_zero(slope - claimed, cell.relations) is True, f"{claimed} is not the derivative of {smooth}")


def _require_undefined(claimed: Expr, relations: Relations) -> None:
    require(claimed == nan or is_undefined(claimed, relations), "a derivative is given where there is no function")


def _require_domain(smooth: Expr, claimed: Expr, relations: Relations) -> None:
    """Where the value is defined, the function is, and not only on one side."""
    stated = {g: set(allowed) for g, allowed in obstacles(claimed)}
    for g, allowed in obstacles(smooth):
        inside = set(allowed) - {0} if 0 in allowed and len(allowed) < 3 else set(allowed)
        if not signs_of(g, relations) <= inside and not stated.get(g, {-1, 0, 1}) <= inside:
            raise CertificateError(f"whether {smooth} is defined was not confirmed")


def _check_wall(expr: Expr, x: Symbol, value: Expr, claimed: Expr, gap: Expr, relations: Relations) -> None:
    """At the zeros of a gap the value is the common limit of the slopes, or undefined where there is none."""
    others = tuple(r for r in relations if not r.has(x))
    known = assuming(*others)
    for point in _zeros(gap, x, value, known):
        here = tuple(r.subs(x, point) for r in relations if r.has(x) and r.lhs - r.rhs != gap)
        if sp.false in here or any(not signs_of(r.lhs - r.rhs, others) & SIGNS[r.rel_op] for r in here if r != sp.true):
            continue
        slope = _slope(expr, x, point, known)
        at = claimed if claimed == nan else claimed.subs(x, point)
        undefined = at.has(nan, zoo, oo, -oo) or is_undefined(claimed, relations)
        if slope is None:
            require(undefined, f"there is no derivative at {x} = {point}")
        else:
            require(not undefined, f"the derivative at {x} = {point} is left out")
            require(equal(at, slope, others) is True, f"the derivative at {x} = {point} is another one")


def _zeros(gap: Expr, x: Symbol, value: Expr, known: Assumptions) -> list[Expr]:
    """All zeros of a gap; where they aren't found as closed forms, those that the value names, if there is a sign between them."""
    try:
        return list(real_zeros(gap, x, known))
    except SymactError:
        found = sorted((r for r in value.atoms(ImplicitRoot) if number_sign(gap.subs(x, r)) == 0), key=float)
        if not found or any(sign_on(gap, x, a, b) not in (-1, 1) for a, b in pairwise([-oo, *found, oo])):
            raise
        return list(found)


def _slope(expr: Expr, x: Symbol, point: Expr, known: Assumptions) -> Expr | None:
    """The derivative at a point: the one limit of the slopes beside it, if the function is continuous there; None for none."""
    here = _value_at(expr, x, point, known)
    if here is None:
        return None
    slopes: list[Expr] = []
    limits: list[Expr] = []
    for side in (-1, 1):
        smooth = near(expr, x, point, side, known)
        if smooth is not None:
            limits.append(limit_at(smooth, x, point, side, known))
            slopes.append(limit_at(diff(smooth, x), x, point, side, known))
    if not slopes or {oo, -oo} & {*slopes, *limits}:
        return None
    pairs = (*((limit, here) for limit in limits), *pairwise(limits), *pairwise(slopes))
    verdicts = [_same(a, b, known) for a, b in pairs]
    if False in verdicts:
        return None
    if None in verdicts:
        raise UndecidedError(f"whether there is a derivative at {x} = {point} was not decided")
    return slopes[0]


def _same(a: Expr, b: Expr, known: Assumptions) -> bool | None:
    """Whether two finite values are equal; None where that is open."""
    if leaf((a, b), known.relations):
        return True
    if not (a - b).free_symbols:
        return True if number_sign(a - b) == 0 else equal(a, b)
    return None if 0 in signs_of(a - b, known.relations) else False


def _value_at(expr: Expr, x: Symbol, point: Expr, known: Assumptions) -> Expr | None:
    """The value at a point in the parameters; None where it is undefined."""
    if expr.free_symbols <= {x} and not point.free_symbols:
        return exact_value(expr, {x: point})
    found = list(cells((expr.subs(x, point),), known.relations))
    values = {c.exprs[0] for c in found}
    if len(values) != 1:
        raise UndecidedError(f"the value at {x} = {point} was not found")
    value = values.pop()
    if value.has(nan, zoo, oo, -oo):
        return None
    for g, allowed in obstacles(value):
        signs = known.signs(g)
        if not signs & set(allowed):
            return None
        if not signs <= set(allowed):
            raise UndecidedError(f"whether {value} is defined was not decided")
    return value
