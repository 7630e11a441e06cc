"""Coefficients of the power series that the checker takes of functions which have no plain Taylor coefficients."""

from __future__ import annotations

from sympy import Expr, Integer, Rational, S, factorial, factorial2

__all__ = ["erfc_far_out", "lambert_at_0", "lambert_at_branch"]


def erfc_far_out(count: int) -> list[Expr]:
    """Return the coefficients of 1/u**(2*k) in erfc(u)*u*sqrt(pi)*exp(u**2) for u → oo: (-1)**k*(2*k - 1)!!/2**k."""
    return [(-1) ** k * factorial2(2 * k - 1) / Integer(2) ** k for k in range(count)]


def lambert_at_0(count: int) -> list[Expr]:
    """Return the coefficients of u**k in LambertW(u): (-k)**(k - 1)/k!."""
    return [S.Zero, *(Integer(-k) ** (k - 1) / factorial(k) for k in range(1, count))]


def lambert_at_branch(count: int) -> list[Expr]:
    """Return the coefficients of p**k in LambertW(u) with p = sqrt(2*(e*u + 1)).

    W = -1 + q solves (1 - p**2/2)*(q**2)'/2 = p*(1 - q), which is W' = W/(u*(1 + W)); each power of p gives one coefficient.
    """
    c: list[Expr] = [S.NegativeOne, S.One]
    square: list[Expr] = [S.Zero, S.Zero, S.One]  # the coefficients of q**2
    for n in range(2, count):
        square.append(Rational(2, n + 1) * (Rational(n - 1, 4) * square[n - 1] - c[n - 1]))
        c.append((square[n + 1] - sum((c[k] * c[n + 1 - k] for k in range(2, n)), S.Zero)) / 2)
    return c[:count]
