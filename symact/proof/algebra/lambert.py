"""Zeros of u + r + s*exp(k*u), which LambertW gives in closed form."""

from __future__ import annotations

from sympy import Expr, LambertW, Poly, S, Symbol, cancel, exp, log

from ...errors import UnknownSignError
from .assume import Assumptions

__all__ = ["linear_exponential_zeros"]


def linear_exponential_zeros(
    factor: Expr, x: Symbol, kernel: Symbol, meaning: Expr, known: Assumptions
) -> list[Expr] | None:
    """Return every real zero of a polynomial in x and a kernel exp(m*x + n) or log(x); None where it has no such form.

    (u + r)*exp(-k*(u + r)) = -s*exp(-k*r) has the solutions u = -r - W(k*s*exp(-k*r))/k.
    """
    if isinstance(meaning, exp) and meaning.exp.is_polynomial(x) and Poly(meaning.exp, x).degree() == 1:
        speed, shift = Poly(meaning.exp, x).all_coeffs()
        return _solved(Poly(factor, x, kernel), speed, shift, known)
    if meaning == log(x):
        found = _solved(Poly(factor, kernel, x), S.One, S.Zero, known)  # x is exp of the logarithm
        return None if found is None else [exp(u) for u in found]
    return None


def _solved(poly: Poly, speed: Expr, shift: Expr, known: Assumptions) -> list[Expr] | None:
    """The zeros in u of a polynomial in u and t = exp(speed*u + shift) that is p*t**i*u + q*t**i + c*t**j."""
    linear = {power: c for (degree, power), c in poly.terms() if degree == 1}
    constant = {power: c for (degree, power), c in poly.terms() if degree == 0}
    if poly.degree() != 1 or len(linear) != 1:
        return None
    ((i, p),) = linear.items()
    r = cancel(constant.pop(i, S.Zero) / p)
    if len(constant) != 1:
        return None
    ((j, c),) = constant.items()
    k = (j - i) * speed
    argument = cancel(k * c / p) * exp((j - i) * shift - cancel(k * r))
    return [-r - w / k for w in _branches(argument, known)]


def _branches(argument: Expr, known: Assumptions) -> list[Expr]:
    """All real w with w*exp(w) = argument."""
    if _certain(argument, known) >= 0:
        return [LambertW(argument)]
    above = _certain(argument + exp(-1), known)
    return [[], [-S.One], [LambertW(argument, -1), LambertW(argument)]][above + 1]


def _certain(expr: Expr, known: Assumptions) -> int:
    sign = known.sign(expr)
    if sign is None:
        raise UnknownSignError(expr)
    return sign
