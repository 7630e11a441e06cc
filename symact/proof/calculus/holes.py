"""Ways around removable singularities: an analytic function has the same integral along any path without a pole in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from flint import acb, arb
from sympy import Expr, Mul, Rational, S, Symbol, diff, exp, fraction, oo, together

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import Assumptions
from ..algebra.quotients import number
from ..charts.points import is_zero_at
from ..functions.pieces import Piece
from ..functions.shape import limit_of
from ..numbers import balls

__all__ = ["Detour", "around_holes"]

#: Expressions with the corners of paths in the complex plane.
Detour = tuple[Expr, tuple[acb, ...]]
#: Half the width of a rectangle around a hole.
_SIZES = (Rational(1, 2), Rational(1, 8), Rational(1, 32))
_BITS = 64


def around_holes(
    pieces: Sequence[Piece], z: Symbol, evaluate: Callable[[Expr, acb], acb]
) -> tuple[list[Piece], list[Detour]]:
    """Return the pieces without short intervals around removable singularities, and paths that replace those.

    `evaluate` encloses an expression on a complex ball, on which it is analytic where the result is finite.
    """
    kept, detours = list(pieces[:1]), list[Detour]()
    for piece in pieces[1:]:
        before, at = kept[-1], piece.left
        size = _size(before, piece, z, evaluate) if before.expr == piece.expr and before.right == at else None
        if size is None:
            kept.append(piece)
            continue
        middle = _near(at)
        low, high = middle - size, middle + size
        kept[-1] = replace(before, right=low)
        kept.append(replace(piece, left=high))
        a, b, height = (arb(v.p) / v.q for v in (low, high, size))
        detours.append((piece.expr, (acb(a), acb(a, height), acb(b, height), acb(b))))
    return kept, detours


def _near(at: Expr) -> Rational:
    return number(arb(balls.enclose(at, bits=_BITS).mid()).fmpq())


def _size(before: Piece, after: Piece, z: Symbol, evaluate: Callable[[Expr, acb], acb]) -> Rational | None:
    """Half the width of a rectangle in which the only singularity is the end where two pieces meet, and that is removable."""
    at = after.left
    top, bottom = fraction(together(after.expr))
    try:
        if balls.sign(bottom.subs(z, at)) != 0:
            return None
        limit = limit_of(after.expr, z, at, 1, Assumptions())
        if limit in (None, oo, -oo):
            return None
        middle = _near(at)
        for size in _SIZES:
            ends = [e for e in (before.left, after.right) if e not in (oo, -oo)]
            if any(balls.sign(abs(e - middle) - 2 * size) != 1 for e in ends):
                continue
            half = arb(size.p) / size.q
            box = acb(arb(middle.p) / middle.q + arb(0, half), half / 2 + arb(0, half / 2))
            if evaluate(top, box).is_finite() and all(
                _one_zero(g, z, at, box, evaluate) for g in Mul.make_args(bottom)
            ):
                return size
    except (UndecidedError, NotSupportedError):
        return None
    return None


def _one_zero(factor: Expr, z: Symbol, at: Expr, box: acb, evaluate: Callable[[Expr, acb], acb]) -> bool:
    """Whether a factor of a denominator is analytic in a box and not 0 there, or only at one point.

    Where the values of its derivative lie on one side of a line through 0 it takes no value twice.
    """
    base, power = (factor, S.One) if isinstance(factor, exp) else factor.as_base_exp()
    value = evaluate(base, box)
    if not value.is_finite() or not (power.is_Integer and power > 0):
        return False
    if not value.contains(0):
        return True
    slope = evaluate(diff(base, z), box)
    return slope.is_finite() and not slope.contains(0) and is_zero_at(base, z, at)
