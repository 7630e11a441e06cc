"""Expectations under z ~ N(0, 1) in closed form, with proof."""

from __future__ import annotations

from typing import Any

from sympy import Dummy, Expr, S, Symbol, erf, erfc, exp, factor, oo, pi, sqrt

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero, normal_form
from ..asymptotics.ends import limit_at
from ..functions.pieces import Piece
from ..functions.shape import Corner, Shape, shape
from ..functions.sign_cases import NoValueError, by_cases
from ..text import text_of
from .gaussian_integrals import gaussian_mean
from .integration import Primitives, antiderivative, area, joined

__all__ = ["check_exists", "expectation"]


def expectation(expr: Expr, z: Symbol, known: Assumptions, shown: list[dict[str, Any]] | None = None) -> Expr:
    """Return E[expr] for z ~ N(0, 1) in closed form, ±oo where it diverges to it; `known` holds relations without z.

    Piece by piece an antiderivative is differentiated back; or the rules of `gaussian_mean` give it; or expr is a function of the
    normal distribution function, which is distributed uniformly; or expr(z) + expr(-z) is integrated over z > 0. `shown` takes
    up the antiderivatives, piece by piece in each case, none by those rules. Raises UndecidedError where no way leads to one.
    """
    found = joined(by_cases(lambda e, k: _expectation(e, z, k), expr, z, known), known, shown)
    if found is None:
        raise UndecidedError("no case of the expectation is possible")
    return found


def _expectation(expr: Expr, z: Symbol, known: Assumptions) -> tuple[Expr, Primitives]:
    curve = shape(expr, z, known.relations)
    ends = [end for p in curve.pieces for end in (p.left, p.right)]
    if ends[0] != -oo or ends[-1] != oo or any(a != b for a, b in zip(ends[1:-1:2], ends[2:-1:2], strict=True)):
        raise UndecidedError(f"{expr} isn't defined on the whole line")
    reason: Exception = UndecidedError(f"{expr} has no expectation in closed form that was found")
    for way in (_by_parts_of_line, _by_rules, _of_uniform, _by_halves):
        try:
            return way(curve)
        except NoValueError:
            raise
        except (UndecidedError, NotSupportedError) as refusal:
            reason = refusal
    raise reason


def _by_parts_of_line(curve: Shape) -> tuple[Expr, Primitives]:
    used: Primitives = []
    return area(_weighted(curve), False, used), used


def _by_halves(curve: Shape) -> tuple[Expr, Primitives]:
    used: Primitives = []
    return area(_weighted(_folded(curve)), False, used), used


def _by_rules(curve: Shape) -> tuple[Expr, Primitives]:
    if len(curve.pieces) > 1:
        raise UndecidedError("the rules are for functions that are smooth on the line")
    return gaussian_mean(curve.pieces[0].expr, curve.variable, curve.known), []


def _of_uniform(curve: Shape) -> tuple[Expr, Primitives]:
    """An antiderivative in u = (1 + erf(z/sqrt(2)))/2, where the function depends on u alone."""
    z, u = curve.variable, Dummy("u", real=True)
    line = erf(z / sqrt(2))
    expr = curve.pieces[0].expr.xreplace({line: 2 * u - 1, erfc(z / sqrt(2)): 2 - 2 * u})
    if len(curve.pieces) > 1 or expr.has(z):
        raise UndecidedError("the function doesn't depend on the normal distribution function alone")
    inner = Piece(S.Zero, S.One, factor(expr))
    whole = antiderivative(inner, u, curve.known).xreplace({u: (1 + line) / 2})
    start, end = (limit_at(whole, z, at, side, curve.known) for at, side in ((-oo, 1), (oo, -1)))
    if start in (None, oo, -oo) or end in (None, oo, -oo):
        raise UndecidedError("whether the integral converges was not decided")
    return end - start, [{"left": "-oo", "right": "oo", "primitive": text_of(whole)}]


def _weighted(curve: Shape) -> Shape:
    weight = exp(-(curve.variable**2) / 2) / sqrt(2 * pi)
    pieces = tuple(Piece(p.left, p.right, p.expr * weight) for p in curve.pieces)
    return Shape(curve.variable, pieces, (), curve.known)


def _folded(curve: Shape) -> Shape:
    """f(z) + f(-z) on z > 0, in normal form; its integral is that of f, as both tails converge absolutely."""
    z, known = curve.variable, curve.known
    for piece, end in ((curve.pieces[0], -oo), (curve.pieces[-1], oo)):
        if limit_at(piece.expr * exp(-(z**2) / 4), z, end, 1, known) != 0:
            raise UndecidedError(f"whether {piece.expr} has an expectation was not decided")
    if any(c.at != 0 for c in curve.corners):
        raise UndecidedError("the expectation has no closed form here")
    for corner in curve.corners:
        _check_finite(curve, corner)
    left, right = curve.pieces[0].expr, curve.pieces[-1].expr
    pair = right + left.subs(z, -z)
    if len(curve.pieces) == 1 and is_zero(pair - pair.subs(z, 0), known.relations) is True:
        both = pair.subs(z, 0)
    else:
        both = normal_form(pair, (*known.relations, z > 0)).expression
    return Shape(z, (Piece(z * 0, oo, both),), (), known)


def check_exists(expr: Expr, z: Symbol, known: Assumptions) -> None:
    """Refuse an expression of which it isn't known that E[|expr|] is finite; raise UndecidedError there."""
    _folded(shape(expr, z, known.relations))


def _check_finite(curve: Shape, corner: Corner) -> None:
    for piece in filter(None, (corner.before, corner.after)):
        if curve.limit(piece, corner.at) in (None, oo, -oo):
            raise UndecidedError(f"the function isn't known to be bounded near {corner.at}")
