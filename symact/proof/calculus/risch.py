"""Whether q' + s*q = a has a rational solution q, which decides whether a*exp(∫s) has an elementary antiderivative (Liouville)."""

from __future__ import annotations

from sympy import Dummy, Expr, Poly, PolynomialError, S, Symbol, cancel, diff, expand, fraction, linsolve

__all__ = ["is_unsolvable"]

#: Numerators of higher degree aren't solved for.
_MAX_DEGREE = 24


def is_unsolvable(a: Expr, speed: Expr, x: Symbol) -> bool:
    """Whether q' + s*q = a + d*w' certainly has no rational solution q for any number d, for a polynomial s of x.

    Here -w**2 is ∫s but for a constant where w is a polynomial, as d*w'*exp(-w**2) is the derivative of an error function; else
    d = 0. At a pole q' has a higher order than q, and the leading terms of q' and s*q don't cancel. False says nothing.
    """
    top, bottom = fraction(cancel(a))
    try:
        slope, den = Poly(speed, x), Poly(bottom, x)
        num, den = Poly(top / den.LC(), x), den.monic()
    except PolynomialError:
        return False
    if any(c.has(x) for poly in (slope, num, den) for c in poly.coeffs()) or num.is_zero or slope.is_zero:
        return False
    if any(not c.is_Rational for c in den.coeffs()):
        return False
    factors = den.factor_list()[1]
    if any(n == 1 for _, n in factors):
        return True
    numbers = [c for poly in (slope, num) for c in poly.coeffs()]
    if any(not part.is_Rational for c in numbers for part in c.as_real_imag()):
        return False
    below = Poly(1, x)
    for p, n in factors:
        below *= p ** (n - 1)
    degree = num.degree() - den.degree() + below.degree() - slope.degree()
    error = _error(slope, x)
    degree = max(degree, -1 if error is None else diff(error, x).as_poly(x).degree() + below.degree() - slope.degree())
    if degree > _MAX_DEGREE:
        return False
    unknowns = [Dummy() for _ in range(degree + 1)]
    scale, e = Dummy(), below.as_expr()
    q = sum((c * x**n for n, c in enumerate(unknowns)), S.Zero)
    known = num.as_expr() / den.as_expr() + (S.Zero if error is None else scale * diff(error, x))
    equation = expand(diff(q, x) * e - q * diff(e, x) + speed * q * e - cancel(known * e**2))
    conditions = Poly(equation, x).coeffs()
    return bool(linsolve(conditions, [*unknowns, scale]) == S.EmptySet)


def _error(slope: Poly, x: Symbol) -> Expr | None:
    """A polynomial w with -w**2 = ∫s but for a constant and a factor, None where there is none."""
    whole = slope.integrate(x)
    if whole.degree() % 2:
        return None
    half, monic = whole.degree() // 2, Poly(whole.as_expr() / whole.LC(), x)
    root = Poly(x**half, x)
    for n in range(half - 1, -1, -1):
        rest = monic - root**2
        root += Poly(rest.nth(half + n) / 2 * x**n, x)
    return root.as_expr() if (monic - root**2).degree() <= 0 else None
