"""The derivative as a function: where it exists, and nowhere else."""

from __future__ import annotations

from sympy import And, Eq, Expr, Piecewise, S, Symbol, diff, oo
from sympy.logic.boolalg import Boolean

from ...errors import UndecidedError
from ..algebra.assume import Assumptions
from ..functions.pieces import Piece
from ..functions.shape import Corner, Shape, as_condition, same, shape
from ..functions.sign_cases import by_cases
from ..functions.switches import SWITCHES, obstacles

__all__ = ["derivative", "slope_at"]

Branches = list[tuple[Expr, Boolean]]


def derivative(expr: Expr, x: Symbol, known: Assumptions) -> Branches:
    """Return ∂expr/∂x as (value, condition) pairs; it doesn't exist where no condition holds.

    `known` holds relations without x. Raises UndecidedError or NotSupportedError where the pieces of `expr` aren't found.
    """
    plain = _plain(expr, x, known)
    if plain is not None:
        return [plain]
    branches: Branches = []
    for conditions, found in by_cases(lambda e, k: _of_shape(shape(e, x, k.relations)), expr, x, known):
        branches += [(value, And(*conditions, condition)) for value, condition in found]
    return branches


def slope_at(curve: Shape, corner: Corner, order: int = 0) -> tuple[Expr, list[Boolean]] | None:
    """Return the derivative of f⁽ᵒʳᵈᵉʳ⁾ at a corner and the equations between parameters under which it exists.

    None means that it doesn't exist. By the mean value theorem a continuous function has there the one-sided slopes to which
    the slopes beside it tend; the value of f⁽ᵒʳᵈᵉʳ⁾ for a positive order is taken to be continuous.
    """
    if corner.value is None:
        return None
    equations: list[Boolean] = []
    slopes: list[Expr] = []
    for piece in filter(None, (corner.before, corner.after)):
        if order == 0 and not _equate(curve.limit(piece, corner.at), corner.value, curve.known, equations):
            return None
        slope = curve.limit(piece, corner.at, order + 1)
        if slope is None:
            raise UndecidedError(f"the slope beside {curve.variable} = {corner.at} has no limit")
        slopes.append(slope)
    if any(slope in (oo, -oo) for slope in slopes):
        return None
    if len(slopes) == 2 and not _equate(slopes[0], slopes[1], curve.known, equations):
        return None
    return slopes[0], equations


def _equate(a: Expr | None, b: Expr, known: Assumptions, equations: list[Boolean]) -> bool:
    """Note under which equation two values are equal; return False where they never are."""
    verdict = same(a, b, known)
    if verdict is True:
        return True
    if a is None or a in (oo, -oo):
        return False
    gap = a - b
    if gap.free_symbols and 0 in known.signs(gap):
        equations.append(Eq(gap, 0))
        return True
    if verdict is None and not gap.free_symbols:
        raise UndecidedError(f"whether {a} = {b} was not decided")
    return False


def _plain(expr: Expr, x: Symbol, known: Assumptions) -> tuple[Expr, Boolean] | None:
    """The derivative by the rules of calculus where no corner can be; None where one may be."""
    if expr.has(*SWITCHES):
        return None
    slope = diff(expr, x)
    domain = [(g, frozenset(allowed)) for g, allowed in obstacles(expr) if not known.signs(g) <= allowed]
    for g, allowed in obstacles(slope):
        if not known.signs(g) <= allowed and not any(g == h and signs <= allowed for h, signs in domain):
            return None
    if any(g.has(x) and 0 in allowed and len(allowed) < 3 for g, allowed in domain):
        return None
    implied = {(g, frozenset(allowed)) for g, allowed in obstacles(slope)}
    return slope, And(*(as_condition(g, allowed) for g, allowed in domain if (g, allowed) not in implied))


def _of_shape(curve: Shape) -> Branches:
    x = curve.variable
    branches: Branches = []
    closed: set[tuple[Piece, Expr]] = set()
    for corner in curve.corners:
        found = slope_at(curve, corner)
        if found is None:
            continue
        slope, equations = found
        owner = next(
            (p for p in (corner.before, corner.after) if p and not equations and _gives(p, x, corner, slope)), None
        )
        if owner is not None:
            closed.add((owner, corner.at))
        else:
            branches.append((slope, And(Eq(x, corner.at), *equations)))
    for piece in curve.pieces:
        low, high = piece.left, piece.right
        above = S.true if low == -oo else x >= low if (piece, low) in closed else x > low
        below = S.true if high == oo else x <= high if (piece, high) in closed else x < high
        branches.append((diff(piece.expr, x), And(above, below)))
    return _joined(branches, x)


def _gives(piece: Piece, x: Symbol, corner: Corner, slope: Expr) -> bool:
    """Whether the formula of a piece gives the slope at its end as it stands."""
    formula = diff(piece.expr, x)
    clear = all(not g.has(x) for g, _ in obstacles(formula))
    return clear and formula.subs(x, corner.at) == slope


def _joined(branches: Branches, x: Symbol) -> Branches:
    """One branch where all say the same and cover the line."""
    values = {value for value, _ in branches}
    if len(values) == 1 and Piecewise(*branches) in values:
        return [(values.pop(), S.true)]
    return branches
