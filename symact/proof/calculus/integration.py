"""Definite integrals with proof, and whether an expression is an antiderivative."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sympy import And, Expr, Symbol, Tuple, diff, exp, log, oo, pi, sqrt
from sympy.core.relational import Relational

from ...errors import InputError, NotSupportedError, UndecidedError, UnknownSignError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero
from ..functions.pieces import Piece
from ..functions.shape import Shape, limit_of, same, shape, within
from ..functions.sign_cases import NoValueError, by_cases, possible, pruned
from ..functions.switches import SWITCHES, obstacles
from ..numbers import balls
from ..steps.halves import part_of_line
from ..text import text_of
from .antiderivatives import candidates
from .gaussian_integrals import gaussian_mean

__all__ = ["Primitives", "antiderivative", "area", "definite_integral", "joined"]


#: The ends of a piece and the antiderivative on it.
Primitives = list[dict[str, str]]


def definite_integral(
    expr: Expr,
    v: Symbol,
    low: Expr,
    high: Expr,
    known: Assumptions,
    shown: list[dict[str, Any]] | None = None,
) -> Expr:
    """Return ∫ expr dv from low to high in closed form; ±oo where it diverges to it.

    `shown` takes up the antiderivatives, piece by piece in each case of the value. Raises NoValueError where the integral
    doesn't exist, UndecidedError where it isn't found.
    """

    def compute(parts: Expr, within_case: Assumptions) -> tuple[Expr, Primitives]:
        integrand, start, end = parts.args
        used: Primitives = []
        return _definite(integrand, start, end, v, within_case, used), used

    if low.has(v) or high.has(v):
        raise UndecidedError(f"{v} is bound by the integral and stands in its bounds too: rename one of them")
    cases = by_cases(compute, Tuple(expr, low, high), v, known)
    found = joined(cases, known, shown)
    if found is None:
        raise UndecidedError("no case of the integral is possible")
    return found


def joined(
    cases: Sequence[tuple[tuple[Relational, ...], tuple[Expr, Primitives]]],
    known: Assumptions,
    shown: list[dict[str, Any]] | None,
) -> Expr | None:
    """Return the values of the possible cases as one expression; `shown` takes up their antiderivatives."""
    kept = [(c, value, used) for c, (value, used) in cases if possible(known.relations, And(*c))]
    if shown is not None:
        shown += [{"when": [text_of(r) for r in c], "value": text_of(value), "pieces": used} for c, value, used in kept]
    found: Expr | None = pruned([(value, And(*c)) for c, value, _ in kept], known.relations)
    return found


def antiderivative(piece: Piece, v: Symbol, known: Assumptions, guess: bool = True) -> Expr:
    """Return a function that is smooth inside a piece and proved to have its expression as derivative there."""
    inside = within(v, piece, known)
    for candidate in candidates(piece.expr, v, inside, guess):
        found = candidate.replace(log, lambda u: log(-u) if inside.signs(u) == {-1} else log(u))
        if (
            not _has_balls(found)
            or found.has(*SWITCHES)
            or not all(inside.signs(g) <= allowed - {0} for g, allowed in obstacles(found))
        ):
            continue
        try:
            if is_zero(diff(found, v) - piece.expr, inside.relations) is True:
                return found
        except NotSupportedError:
            continue
    raise UndecidedError(f"no antiderivative of {piece.expr} was found")


def _has_balls(expr: Expr) -> bool:
    """Whether values can be enclosed, which those of Si and Ei can't."""
    try:
        balls.compiled(expr, sorted(expr.free_symbols, key=str))
    except (NotSupportedError, UndecidedError, InputError):
        return False
    return True


def area(curve: Shape, guess: bool = True, used: Primitives | None = None) -> Expr:
    """Return the integral over all pieces; ±oo where it diverges to it. `used` takes up the antiderivatives."""
    found: list[Expr] = []
    for piece in curve.pieces:
        whole = antiderivative(piece, curve.variable, curve.known, guess)
        start = limit_of(whole, curve.variable, piece.left, 1, curve.known)
        end = limit_of(whole, curve.variable, piece.right, -1, curve.known)
        if start is None or end is None:
            raise NoValueError(f"the integral of {piece.expr} doesn't converge")
        found += [end, -start]
        if used is not None:
            used.append({"left": text_of(piece.left), "right": text_of(piece.right), "primitive": text_of(whole)})
    infinite = {value for value in found if value in (oo, -oo)}
    if len(infinite) > 1:
        raise NoValueError("the integral doesn't converge")
    return infinite.pop() if infinite else sum(found[1:], found[0])


def _definite(expr: Expr, low: Expr, high: Expr, v: Symbol, known: Assumptions, used: Primitives) -> Expr:
    order = 1 if low == -oo or high == oo else -1 if low == oo or high == -oo else known.sign(high - low)
    if order is None:
        raise UnknownSignError(high - low)
    if order == 0 or low == high:
        return high * 0 if high not in (oo, -oo) else low * 0
    if order < 0:
        return -_definite(expr, high, low, v, known, used)
    bounds = [v > low] * (low != -oo) + [v < high] * (high != oo)
    curve = shape(expr, v, (*known.relations, *bounds))
    _check_covered(curve, low, high)
    if len(curve.pieces) == 1:
        try:
            return _of_bell(curve.pieces[0].expr, v, low, high, known)
        except (NotSupportedError, UndecidedError):
            pass
    return area(curve, used=used)


def _of_bell(expr: Expr, v: Symbol, low: Expr, high: Expr, known: Assumptions) -> Expr:
    """∫ f over the whole line is sqrt(2*pi)*E[f(z)*exp(z**2/2)], for sums of products with Gaussians that have rules.

    That of an even f over half of the line is half of it.
    """
    part = part_of_line(expr, v, low, high)
    if part is None or not any(diff(e.exp, v, 2) != 0 for e in expr.atoms(exp)):
        raise NotSupportedError("it is no integral of a Gaussian over the line")
    return part * sqrt(2 * pi) * gaussian_mean(expr * exp(v**2 / 2), v, known)


def _check_covered(curve: Shape, low: Expr, high: Expr) -> None:
    ends = [low, *(end for p in curve.pieces for end in (p.left, p.right)), high]
    if any(a != b and same(a, b, curve.known) is not True for a, b in zip(ends[::2], ends[1::2], strict=True)):
        raise UndecidedError("the integrand isn't known to be defined between the bounds")
