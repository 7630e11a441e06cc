"""The checker's own Gaussian expectations, by generating functions: E[z**n*g(z)] is the n-th derivative of E[exp(s*z)*g(z)] at s = 0.

exp(a*z**2 + s*z) changes the variance to v = 1/(1 - 2*a) and the mean to v*s, so that E[exp(a*z**2 + s*z)] is
sqrt(v)*exp(v*s**2/2), for complex s too, and erf(p*z + q) has the mean erf((q + p*v*s)/sqrt(1 + 2*p**2*v)) there.
"""

from __future__ import annotations

import sympy as sp
from sympy import Expr, I, Mul, S, Symbol, asin, erf, exp, pi, sqrt

from ..algebra.assume import Assumptions
from ..steps.halves import part_of_line
from .requirements import CertificateError, require

__all__ = ["generated_integral", "generated_mean"]

#: The highest power of z.
HIGHEST = 24

#: The slopes and offsets of error functions.
Lines = list[tuple[Expr, Expr]]


def generated_mean(expr: Expr, z: Symbol, known: Assumptions) -> Expr:
    """Return E[expr] for z ~ N(0, 1) of a sum of products of powers, exponentials of quadratics, waves and error functions.

    Raises CertificateError where another term occurs.
    """
    plain = expr.replace(lambda e: isinstance(e, sp.erfc) and e.has(z), lambda e: 1 - erf(e.args[0]))
    plain = plain.replace(
        lambda e: isinstance(e, sp.sin | sp.cos | sp.sinh | sp.cosh) and e.has(z), lambda e: e.rewrite(exp)
    )
    terms = sp.Add.make_args(sp.expand(plain))
    total = sp.Add(*(_term(term, z, known) for term in terms))
    real: Expr = sp.expand(total, complex=True).as_real_imag()[0] if total.has(I) else total
    return real


def generated_integral(expr: Expr, v: Symbol, low: Expr, high: Expr, known: Assumptions) -> Expr:
    """Return ∫ expr dv over the line, or half of it for an even expression: sqrt(2*pi)*E[expr*exp(z**2/2)]; raises as above."""
    part = part_of_line(expr, v, low, high)
    if part is None:
        raise CertificateError("the antiderivatives are missing")
    return part * sqrt(2 * pi) * generated_mean(expr * exp(v**2 / 2), v, known)


def _term(term: Expr, z: Symbol, known: Assumptions) -> Expr:
    factor, rest = term.as_independent(z, as_Add=False)
    power, exponent, lines = 0, S.Zero, []
    for part in Mul.make_args(rest):
        base, count = part.as_base_exp()
        if isinstance(part, exp):
            exponent += part.exp
        elif part != 1:
            require(count.is_Integer and 0 < count <= HIGHEST, f"{part} has no generating function here")
            power += int(count) if base == z else 0
            lines += [_linear(base.args[0], z)] * int(count) if isinstance(base, erf) else []
            require(base == z or isinstance(base, erf), f"{part} has no generating function here")
    a, b, c = _coefficients(exponent, z)
    require(not a.has(I) and known.signs(1 - 2 * a) == {1}, "the exponential may grow as fast as the weight falls")
    s = sp.Dummy("s", real=True)
    found = sp.diff(_generating(1 / (1 - 2 * a), s, lines, b, power), s, power)
    return factor * exp(c) * found.subs(s, b)


def _coefficients(expr: Expr, z: Symbol) -> tuple[Expr, Expr, Expr]:
    poly = sp.expand(expr).as_poly(z)
    if poly is None or poly.degree() > 2:
        raise CertificateError(f"{expr} is no quadratic")
    return poly.nth(2), poly.nth(1), poly.nth(0)


def _linear(expr: Expr, z: Symbol) -> tuple[Expr, Expr]:
    square, slope, offset = _coefficients(expr, z)
    require(square == 0, f"{expr} is not linear")
    return slope, offset


def _generating(v: Expr, s: Symbol, lines: Lines, at: Expr, power: int) -> Expr:
    """E[exp(a*z**2 + s*z) * product of error functions] near the s that it is needed at."""
    scale = sqrt(v) * exp(v * s**2 / 2)
    if not lines:
        return scale
    require(at.is_real and len(lines) <= 2, "the product has no generating function here")
    if len(lines) == 1:
        return scale * _error(v, s, *lines[0])
    require(at == 0 and all(q == 0 for _, q in lines), "a product of shifted error functions has none here")
    return scale * _two_errors(v, s, [p for p, _ in lines], power)


def _error(v: Expr, s: Expr, p: Expr, q: Expr) -> Expr:
    return erf((q + p * v * s) / sqrt(1 + 2 * p**2 * v))


def _two_errors(v: Expr, s: Symbol, slopes: list[Expr], power: int) -> Expr:
    """The Taylor polynomial in s of E[erf(p*y)*erf(q*y)] for y ~ N(v*s, v).

    Its slope is v times the sum of E[2*p/sqrt(pi)*exp(-(p*y)**2)*erf(q*y)] and the same with p and q exchanged, and
    exp(-(p*y)**2) changes the variance to w = v/(1 + 2*p**2*v) and the mean to w*s.
    """
    p, q = slopes
    start = 2 / pi * asin(2 * p * q * v / sqrt((1 + 2 * p**2 * v) * (1 + 2 * q**2 * v)))
    slope = S.Zero
    for one, other in ((p, q), (q, p)):
        w = v / (1 + 2 * one**2 * v)
        mass = sqrt(w / v) * exp((w - v) * s**2 / 2)
        slope += v * 2 * one / sqrt(pi) * mass * _error(w, s, other, S.Zero)
    terms = [start, *(sp.diff(slope, s, k).subs(s, 0) / sp.factorial(k + 1) for k in range(power))]
    return sp.Add(*(term * s**k for k, term in enumerate(terms)))
