"""The checker of what is said of fields of functions: residues that no derivative has (Liouville), algebraic independence.

If f, in a field of functions with derivatives, has an elementary antiderivative, then f = v' + c1*u1'/u1 + … with v, u1, … in the
field. Where f has a simple pole, v has none, and each u'/u an integer as residue, times the derivative of what vanishes there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from operator import mul

from flint import acb, arb, fmpq, fmpq_poly
from sympy import (
    Expr,
    Integer,
    Poly,
    Symbol,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cancel,
    cos,
    cosh,
    cot,
    diff,
    erf,
    erfc,
    exp,
    fraction,
    log,
    sech,
    sin,
    sinh,
    tan,
    tanh,
)

from ..algebra.field import is_zero
from ..numbers import balls
from ..steps.comparison import certain_sign
from .requirements import require

__all__ = ["ALLOWED", "Residue", "check_independent", "check_residue"]

#: Functions that an antiderivative might be made of, besides powers: elementary ones and error functions.
ALLOWED = frozenset(
    (exp, log, sin, cos, tan, cot, asin, acos, atan, sinh, cosh, tanh, sech, asinh, acosh, atanh, erf, erfc)
)
BITS = 256
#: Places of higher degree aren't looked at.
MAX_DEGREE = 40
#: Values of x and of exp(-u**2), which is transcendental over the functions of x, between which a residue may vary.
_POINTS = ((3, 2), (5, 7), (-4, 11))
#: Values of x, t and s at which a rational function may be other than 0.
_PLACES = ((3, 2, 5), (7, -3, 11))


@dataclass(frozen=True)
class Residue:
    """top/(bottom*place), where t stands for the kernel exp(u) or erf(u) of a polynomial u of x, and s for exp(-u**2).

    `place` is a polynomial of t, at one of whose zeros there is a simple pole; or it is one of x, and the kernel, which may be sin(u)
    or cos(u) then, is a factor besides.
    """

    kernel: Expr
    top: Expr
    bottom: Expr
    place: Expr


def check_residue(stated: Residue, x: Symbol, t: Symbol, s: Symbol) -> None:
    """Check that a function has no antiderivative made of elementary functions and error functions; raises CertificateError."""
    kernel = stated.kernel
    require(isinstance(kernel, exp | sin | cos | erf), "the kernel is unknown")
    (u,) = kernel.args
    _check_varying(u, x)
    if stated.place.has(t):
        require(isinstance(kernel, exp | erf), "a wave is no kernel of a place")
        symbols = (x, t, s) if isinstance(kernel, erf) else (x, t)
        for part in (stated.top, stated.bottom):
            _polynomial(part, *symbols)
        require(any(_varies(stated, root, (x, t, s)) for root in _zeros(stated.place, t)), "no residue varies")
    else:
        require(not isinstance(kernel, erf), "an error function is no such factor")
        _simple_pole(stated, x)


def check_independent(value: Expr, slope: Expr, outer: Expr, inner: Expr, x: Symbol, t: Symbol, s: Symbol) -> None:
    """Check that two rational functions of x, s = exp(inner) and t = outer satisfy no polynomial equation over those of x.

    t and s are algebraically independent if t is erf(u) with inner = -u**2, or the logarithm of a rational function of s that has
    a simple zero or pole besides 0, as the derivative of t has then. What tells is that the Jacobian by t and s isn't 0. What
    gives t by f, and so s by exp(t) or the inverse of erf, is refused: f' is a function of f then, though no algebraic one.
    """
    _check_varying(inner, x)
    require(isinstance(outer, erf | log), "the kernel is unknown")
    (inside,) = outer.args
    if isinstance(outer, erf):
        _polynomial(inside, x)
        require(is_zero(inner + inside**2) is True, "the derivative of an error function is another one")
    else:
        top, bottom = fraction(cancel(inside))
        require(any(not zero.contains(0) for zero in _zeros(top * bottom, s)), "a logarithm may be algebraic")
    for part in (value, slope):
        require(part.is_rational_function(x, t, s) and part.free_symbols <= {x, t, s}, f"{part} is not rational")
    others = (s,) if isinstance(outer, log) else (s, x)
    require(
        any(_nonzero(diff(value, other), x, t, s) for other in others), "the value may give the slope by its inverse"
    )
    jacobian = diff(value, t) * diff(slope, s) - diff(value, s) * diff(slope, t)
    require(_nonzero(jacobian, x, t, s), "the functions may depend on each other")


def _nonzero(expr: Expr, *symbols: Symbol) -> bool:
    """Whether a rational function certainly isn't 0."""
    return any(balls.sign(expr, dict(zip(symbols, map(Integer, place), strict=True))) for place in _PLACES)


def _check_varying(u: Expr, x: Symbol) -> None:
    _polynomial(u, x)
    require(any(certain_sign(c) for c in Poly(u, x).all_coeffs()[:-1]), "the kernel is constant")


def _polynomial(expr: Expr, *symbols: Symbol) -> None:
    require(expr.is_polynomial(*symbols) and expr.free_symbols <= set(symbols), f"{expr} is no polynomial")


def _simple_pole(stated: Residue, x: Symbol) -> None:
    """q' + u'*q = a has no rational solution q for an a with a simple pole: where q has one, q' has one of a higher order."""
    for part in (stated.top, stated.bottom):
        _polynomial(part, x)
    with balls.precision(BITS):
        parts = [_known(part, (x,)) for part in (stated.top, stated.bottom)]
        found = any(all(not _value(part, (zero,)).contains(0) for part in parts) for zero in _zeros(stated.place, x))
    require(found, "there is no simple pole")


def _zeros(place: Expr, t: Symbol) -> list[acb]:
    """The simple zeros of a polynomial with rational coefficients."""
    _polynomial(place, t)
    coefficients = Poly(place, t).all_coeffs()
    require(all(c.is_Rational for c in coefficients), "a place has other coefficients than rational ones")
    require(1 < len(coefficients) <= MAX_DEGREE, "a place is too large")
    with balls.precision(BITS):
        zeros = fmpq_poly([fmpq(int(c.p), int(c.q)) for c in coefficients[::-1]]).complex_roots()
    return [zero for zero, count in zeros if count == 1]


def _varies(stated: Residue, zero: acb, symbols: tuple[Symbol, Symbol, Symbol]) -> bool:
    """Whether the residue where t has a value, by the derivative of t there, certainly isn't constant."""
    x, t, s = symbols
    slope = diff(stated.kernel.args[0], x) * (t if isinstance(stated.kernel, exp) else s)
    with balls.precision(BITS):
        known = [_known(part, symbols) for part in (stated.top, stated.bottom * diff(stated.place, t) * slope)]
        values = [[_value(terms, (acb(a), zero, acb(b))) for terms in known] for a, b in _POINTS]
        residues = [top / bottom for top, bottom in values if not bottom.contains(0)]
        return any(not (a - b).contains(0) for a, b in combinations(residues, 2))


Terms = list[tuple[tuple[int, ...], arb]]


def _known(poly: Expr, symbols: tuple[Symbol, ...]) -> Terms:
    return [(powers, balls.enclose(c, bits=BITS)) for powers, c in Poly(poly, *symbols).terms()]


def _value(terms: Terms, at: tuple[acb, ...]) -> acb:
    value = acb(0)
    for powers, c in terms:
        value += c * reduce(mul, (number**n for number, n in zip(at, powers, strict=True)))
    return value
