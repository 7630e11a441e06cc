"""The values of a sum of two waves whose frequencies have an irrational ratio: the phases come near every pair (Kronecker)."""

from __future__ import annotations

from sympy import Add, Expr, Integer, S, Symbol, cos, expand, oo, pi, sin

from ..algebra.assume import Assumptions
from ..functions.pieces import Piece

__all__ = ["two_waves"]


def two_waves(piece: Piece, x: Symbol, known: Assumptions) -> tuple[tuple[Expr, bool], tuple[Expr, bool]] | None:
    """Return infimum and supremum of k + A*cos(a*x + p) + B*cos(b*x + q), each with whether it is a value, or None.

    They are k ± (|A| + |B|). At such a point x = (r + m)*2*pi/a = (s + n)*2*pi/b with integers m and n; for rational r and s
    that is so at x = 0 alone, where both are integers.
    """
    if (piece.left, piece.right) != (-oo, oo):
        return None
    constant, rest = expand(piece.expr).as_independent(x, as_Add=True)
    waves = [_wave(term, x) for term in Add.make_args(rest)]
    if len(waves) != 2 or None in waves:
        return None
    (size, slope, phase), (other_size, other_slope, other_phase) = (w for w in waves if w is not None)
    if not _is_irrational(slope / other_slope):
        return None
    signs = known.sign(size), known.sign(other_size)
    if not all(signs):
        return None
    height = sum((sign * a for sign, a in zip(signs, (size, other_size), strict=True) if sign), S.Zero)
    shares = [p / (2 * pi) for p in (phase, other_phase)]
    if not all(share.is_Rational for share in shares):
        return None

    def taken(direction: int) -> bool:
        """Whether both waves are at their ends of a direction at x = 0: their phases are 0, or pi, but for whole turns."""
        halves = (S.Zero if sign == direction else Integer(1) / 2 for sign in signs)
        return all((share - half).is_Integer for share, half in zip(shares, halves, strict=True))

    return (constant - height, taken(-1)), (constant + height, taken(1))


def _wave(term: Expr, x: Symbol) -> tuple[Expr, Expr, Expr] | None:
    """A, a and p of A*cos(a*x + p), where sin(u) is cos(u - pi/2)."""
    size, wave = term.as_independent(x, as_Add=False)
    if not isinstance(wave, sin | cos):
        return None
    line = wave.args[0].as_poly(x)
    if line is None or line.degree() != 1:
        return None
    slope, phase = line.all_coeffs()
    return size, slope, phase - pi / 2 if isinstance(wave, sin) else phase


def _is_irrational(ratio: Expr) -> bool:
    """Whether a number certainly is: the root of a rational that has none, or a rational times pi."""
    square = ratio**2
    return bool((square.is_Rational and not ratio.is_Rational) or (ratio / pi).is_Rational or (ratio * pi).is_Rational)
