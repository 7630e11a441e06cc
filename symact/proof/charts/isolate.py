"""Real roots of integer polynomials in x or in exp(c*x): closed forms up to degree 2, isolating intervals above."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from flint import fmpq, fmpz_poly
from sympy import Expr, Rational, S, log, sqrt

from ...errors import UndecidedError
from ..numbers import balls
from ..numbers.ball_rules import rational
from .bounds import bounds
from .points import Equation, Zero

__all__ = ["isolated"]

MAX_BITS = 4096


def isolated(equation: Equation, coefficients: list[fmpq], speed: Rational) -> list[Zero]:
    """Return the zeros of an irreducible polynomial in exp(speed*x), in x where speed is 0; lowest coefficient first."""
    whole = _integers(coefficients)
    roots = _closed_roots(whole)
    if roots is not None:
        # an irreducible polynomial has no root 0 unless it is x itself
        values = [r for r in roots if not speed or balls.sign(r) == 1]
        return [Zero.at(equation, log(r) / speed if speed else r) for r in values]
    return [Zero(equation, low, high) for low, high in _intervals(whole, speed)]


def _integers(coefficients: list[fmpq]) -> list[int]:
    denominator = 1
    for c in coefficients:
        denominator *= int((c * denominator).q)
    return [int((c * denominator).p) for c in coefficients]


def _closed_roots(coefficients: list[int]) -> list[Expr] | None:
    """Real roots up to degree 2, None above."""
    if len(coefficients) == 2:
        return [S(-coefficients[0]) / coefficients[1]]
    if len(coefficients) == 3:
        c, b, a = map(S, coefficients)
        square = b**2 - 4 * a * c
        return [(-b - sqrt(square)) / (2 * a), (-b + sqrt(square)) / (2 * a)] if square > 0 else []
    return None


def _intervals(coefficients: list[int], speed: Rational) -> list[tuple[fmpq, fmpq]]:
    """Disjoint intervals around all real roots r, or around log(r)/speed for the positive ones."""
    bits = balls.FIRST_BITS
    while bits <= MAX_BITS:
        with balls.precision(bits):
            found: Any = fmpz_poly(coefficients).complex_roots()
            # flint certifies that a root is real by an imaginary part that is exactly 0
            roots = [value.real for value, _ in found if value.imag.is_zero()]
            if speed:
                roots = [r.log() / rational(speed) for r in roots if r > 0]
        spans = sorted(bounds(r) for r in roots if r.is_finite())
        if len(spans) == len(roots) and all(a[1] < b[0] for a, b in pairwise(spans)):
            return spans
        bits *= 2
    raise UndecidedError("the roots of a polynomial could not be separated")
