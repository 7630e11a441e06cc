"""Expectations under N(0, 1) of sums of products of powers, exponentials of quadratics, waves and error functions."""

from __future__ import annotations

from collections.abc import Callable
from math import comb

from sympy import (
    Add,
    Expr,
    I,
    Mul,
    S,
    Symbol,
    asin,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    factorial2,
    im,
    pi,
    re,
    sin,
    sinh,
    sqrt,
    tanh,
)
from sympy.simplify.fu import TR5, TR7, TR8

from ...errors import NotSupportedError
from ..algebra.assume import Assumptions

__all__ = ["gaussian_mean"]

#: Highest power of z, of an error function, and rounds of turning products of waves into sums.
HIGHEST, ROUNDS = 24, 6


def gaussian_mean(expr: Expr, z: Symbol, known: Assumptions) -> Expr:
    """Return E[expr] for z ~ N(0, 1) of an expression that is smooth on the line.

    With s**2 = 1/(1 - 2*a) and m = b*s**2: E[g(z)*exp(a*z**2 + b*z + c)] = s*exp(c + b**2*s**2/2)*E[g(m + s*w)];
    E[w**k*g(w)] = (k - 1)*E[w**(k-2)*g(w)] + E[w**(k-1)*g'(w)]; E[erf(a*w + b)] = erf(b/sqrt(1 + 2*a**2));
    E[erf(a*w)*erf(b*w)] = 2/pi*asin(2*a*b/sqrt((1 + 2*a**2)*(1 + 2*b**2))).

    Raises NotSupportedError where another term occurs.
    """
    return Add(*(_term(term, z, known) for term in Add.make_args(_written_out(expr, z))))


def _written_out(expr: Expr, z: Symbol) -> Expr:
    """A sum of products with erf for erfc, exponentials for hyperbolic functions, and at most one wave in each."""
    plain = expr.replace(lambda e: isinstance(e, erfc) and e.has(z), lambda e: 1 - erf(e.args[0]))
    plain = expand(plain.replace(lambda e: isinstance(e, sinh | cosh) and e.has(z), lambda e: e.rewrite(exp)))
    if plain.has(tanh):
        raise NotSupportedError("tanh has no rule")
    for _ in range(ROUNDS):
        if not any(_waves(term, z) > 1 for term in Add.make_args(plain)):
            return plain
        plain = expand(TR8(TR7(TR5(plain))))
    raise NotSupportedError("a product of many waves has no rule")


def _waves(term: Expr, z: Symbol) -> int:
    powers = (f.as_base_exp() for f in Mul.make_args(term) if f.has(z))
    return sum(int(p) if p.is_Integer else 2 for base, p in powers if isinstance(base, sin | cos))


def _term(term: Expr, z: Symbol, known: Assumptions) -> Expr:
    coefficient, rest = term.as_independent(z, as_Add=False)
    n, exponent = 0, S.Zero
    wave: Expr | None = None
    lines: list[Expr] = []
    for factor in Mul.make_args(rest):
        base, power = factor.as_base_exp()
        if isinstance(factor, exp):
            exponent += factor.exp
        elif factor == 1:
            continue
        elif not (power.is_Integer and 0 < power <= HIGHEST):
            raise NotSupportedError(f"{factor} has no rule")
        elif base == z:
            n += int(power)
        elif isinstance(base, sin | cos) and power == 1:
            wave = base
        elif isinstance(base, erf):
            lines += [base.args[0]] * int(power)
        else:
            raise NotSupportedError(f"{factor} has no rule")
    if wave is not None and not lines:
        return coefficient * _of_wave(n, exponent, wave, z, known)
    if wave is not None or len(lines) > 2:
        raise NotSupportedError(f"{rest} has no rule")
    return coefficient * _real(n, exponent, lines, z, known)


def _coefficients(expr: Expr, z: Symbol, degree: int) -> list[Expr]:
    poly = expr.as_poly(z)
    if poly is None or poly.degree() > degree:
        raise NotSupportedError(f"{expr} is not a polynomial in {z} of degree {degree}")
    return [poly.nth(k) for k in range(degree, -1, -1)]


def _spread(a: Expr, known: Assumptions) -> Expr:
    """s with s**2 = 1/(1 - 2*a), for a < 1/2."""
    if known.sign(1 - 2 * a) != 1:
        raise NotSupportedError("the exponential isn't known to grow less than the weight falls")
    return 1 / sqrt(1 - 2 * a)


def _moment(n: int, shift: Expr, scale: Expr) -> Expr:
    """E[(shift + scale*w)**n]"""
    return expand(Add(*(comb(n, k) * shift ** (n - k) * scale**k * factorial2(k - 1) for k in range(0, n + 1, 2))))


def _of_wave(n: int, exponent: Expr, wave: Expr, z: Symbol, known: Assumptions) -> Expr:
    """The real or imaginary part of E[z**n*exp(a*z**2 + (b + i*p)*z + c + i*r)] for a wave at p*z + r."""
    a, b, c = _coefficients(exponent, z, 2)
    p, r = _coefficients(wave.args[0], z, 1)
    s = _spread(a, known)
    polynomial = _moment(n, (b + I * p) * s**2, s)
    angle = r + b * p * s**2
    value = expand(polynomial * (cos(angle) + I * sin(angle)))
    part = re(value) if isinstance(wave, cos) else im(value)
    return s * exp(c + (b**2 - p**2) * s**2 / 2) * part


def _real(n: int, exponent: Expr, lines: list[Expr], z: Symbol, known: Assumptions) -> Expr:
    a, b, c = _coefficients(exponent, z, 2)
    s = _spread(a, known)
    shift = b * s**2
    moved = []
    for line in lines:
        slope, offset = _coefficients(line, z, 1)
        moved.append((slope * s, offset + slope * shift))
    inner = _errors(moved, known)
    parts = (comb(n, k) * shift ** (n - k) * s**k * inner(k) for k in range(n + 1) if k == n or shift != 0)
    return s * exp(c + b**2 * s**2 / 2) * Add(*parts)


def _errors(lines: list[tuple[Expr, Expr]], known: Assumptions) -> Callable[[int], Expr]:
    """Return k -> E[w**k * product of erf(slope*w + offset)]."""
    w = Symbol("w", real=True)
    found: dict[int, Expr] = {}

    def mean(k: int) -> Expr:
        if not lines:
            return factorial2(k - 1) if k % 2 == 0 else S.Zero
        if k not in found:
            found[k] = start() if k == 0 else through(k - 1) + ((k - 1) * mean(k - 2) if k > 1 else S.Zero)
        return found[k]

    def start() -> Expr:
        if len(lines) == 1:
            slope, offset = lines[0]
            return erf(offset / sqrt(1 + 2 * slope**2))
        (p, c), (q, d) = lines
        if c != 0 or d != 0:
            raise NotSupportedError("a product of shifted error functions has no rule")
        return 2 / pi * asin(2 * p * q / sqrt((1 + 2 * p**2) * (1 + 2 * q**2)))

    def through(k: int) -> Expr:
        """E[w**k * derivative of the product]"""
        total: Expr = S.Zero
        for m, (slope, offset) in enumerate(lines):
            others = [erf(p * w + c) for j, (p, c) in enumerate(lines) if j != m]
            quadratic = expand(-((slope * w + offset) ** 2))
            total += 2 * slope / sqrt(pi) * _real(k, quadratic, [o.args[0] for o in others], w, known)
        return total

    return mean
