"""Limits at infinity, and lines that a function approaches there."""

from __future__ import annotations

from sympy import Abs, Expr, Rational, Symbol, cos, diff, expand, oo, sin, tan

from ..errors import UndecidedError, UnknownSignError
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import is_zero
from ..proof.asymptotics.ends import limit_at
from ..proof.charts.oscillation import period, recurs
from ..proof.numbers import balls
from .landscape import Landscape

__all__ = ["asymptote", "asymptotes", "end_limit"]

#: Shares of a period at which a function is compared with its value at 0.
_PHASES = tuple(Rational(1, n) for n in (4, 2, 3, 8))


def end_limit(land: Landscape, end: Expr) -> Expr | None:
    """Return the limit of f at oo or -oo; None where it has none or isn't defined that far out."""
    piece = land.pieces[-1 if end == oo else 0]
    if end not in (piece.left, piece.right):
        return None
    return None if _repeats(piece.expr, land.variable, land.known) else land.limit(piece, end)


def _repeats(expr: Expr, x: Symbol, known: Assumptions) -> bool:
    """Whether a function is periodic and not constant, so that it has no limit; raise UnknownSignError where that depends."""
    length = period(expr, x)
    if length is None and expr.free_symbols == {x} and recurs(expr, x):
        return balls.sign(expr.subs(x, 1) - expr.subs(x, 0)) in (-1, 1)
    if length is None or is_zero(diff(expr, x), known.relations) is not False:
        return False
    if expr.free_symbols == {x}:
        return True
    speeds = sorted({node.args[0].diff(x) for node in expr.atoms(sin, cos, tan) if node.has(x)}, key=str)
    for speed in speeds:
        if 0 in known.signs(speed):
            raise UnknownSignError(speed)
    length = length.replace(Abs, lambda inner: inner)  # a period but for its sign
    steps = [expr.subs(x, length * share) - expr.subs(x, 0) for share in _PHASES]
    changes = [step for step in steps if is_zero(step, known.relations) is not True]
    if any(0 not in known.signs(step) for step in changes):
        return True
    raise UnknownSignError(changes[0]) if changes else UndecidedError(f"whether {expr} is constant was not decided")


def asymptotes(land: Landscape) -> dict[str, Expr | None]:
    """Return the lines that f approaches at -oo and oo, None where there is none."""
    found: dict[str, Expr | None] = {}
    for end in (-oo, oo):
        piece = land.pieces[-1 if end == oo else 0]
        near = end in (piece.left, piece.right)
        found[str(end)] = asymptote(piece.expr, land.variable, end, land.known) if near else None
    return found


def asymptote(expr: Expr, x: Symbol, end: Expr, known: Assumptions) -> Expr | None:
    """Return a*x + b with expr - (a*x + b) → 0 at oo or -oo, None where there is no such line.

    a = lim expr/x and b = lim (expr - a*x).
    """
    side = -1 if end == oo else 1
    if _repeats(expr, x, known):
        return None
    limit = limit_at(expr, x, end, side, known)
    if limit is not None and limit not in (oo, -oo):
        return limit
    slope = limit_at(expr / x, x, end, side, known)
    if slope is None or slope in (oo, -oo):
        return None
    offset = limit_at(expand(expr - slope * x), x, end, side, known)
    return None if offset is None or offset in (oo, -oo) else slope * x + offset
