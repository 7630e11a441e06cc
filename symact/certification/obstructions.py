"""Why a function has no elementary antiderivative: a residue that no derivative has, of the function or of it less a derivative."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sympy import (
    Expr,
    Poly,
    PolynomialError,
    S,
    Symbol,
    cancel,
    cos,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    factor_list,
    fraction,
    integrate,
    log,
    sech,
    sin,
    sinh,
    tanh,
    together,
)

from ..facts.landscape import Landscape
from ..symbols import real
from .texts import text

__all__ = ["antiderivative"]

Given = dict[str, Any]

#: The kernel, and what is exp(-u**2) for one that is erf(u).
_T, _S = real("t"), real("s")


def antiderivative(land: Landscape) -> Iterator[Given]:
    """Yield pieces with a function less a derivative, and a place where that has a pole with a residue."""
    x = land.variable
    for piece in land.pieces:
        if not piece.expr.has(x):
            continue
        for known in _known_parts(piece.expr, x):
            rest = cancel(together(piece.expr - diff(known, x)))
            for found in (*_at_places_of_kernels(rest, x), *_at_points(rest, x)):
                ends = [text(piece.left), text(piece.right)]
                yield {"between": ends, "obstruction": {"known": str(known), **found}}


def _known_parts(expr: Expr, x: Symbol) -> Iterator[Expr]:
    """0, and what an integration by parts gives for a polynomial times a logarithm."""
    yield S.Zero
    for kernel in expr.atoms(log):
        factor = expr.coeff(kernel)
        if kernel.has(x) and factor != 0 and factor.is_polynomial(x):
            yield integrate(factor, x) * kernel


def _at_places_of_kernels(expr: Expr, x: Symbol) -> Iterator[Given]:
    """Places where a denominator in exp(u) or erf(u) has a simple zero that doesn't move with x."""
    for kernel, plain in (*_of_errors(expr, x), *_of_exponentials(expr, x)):
        top, bottom = fraction(cancel(together(plain)))
        symbols = (x, _T, _S)
        if not (top.is_polynomial(*symbols) and bottom.is_polynomial(*symbols)):
            continue
        try:
            scale, factors = factor_list(bottom, *symbols)
        except PolynomialError:
            continue
        for place, count in factors:
            if count == 1 and place.free_symbols == {_T}:
                rest = scale
                for other, n in factors:
                    rest *= S.One if other == place else other**n
                yield _given(kernel, top, rest, place, "t")


def _of_exponentials(expr: Expr, x: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """Exponentials as powers of one, of which all exponents are multiples."""
    plain = expr.rewrite((sinh, cosh, tanh, sech), exp)
    exponents = sorted({e.exp for e in plain.atoms(exp) if e.exp.has(x)}, key=str)
    if not exponents:
        return
    ratios = [cancel(u / exponents[0]) for u in exponents]
    if all(r.is_Rational for r in ratios):
        unit = exponents[0] / math.lcm(*(int(r.q) for r in ratios))
        powers = {exp(u): _T ** cancel(u / unit) for u in exponents}
        yield exp(unit), plain.xreplace(powers)


def _of_errors(expr: Expr, x: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """erf(u) of one u up to its sign as the kernel, and exp(-u**2) as another."""
    plain = expr.replace(erfc, lambda u: 1 - erf(u))
    arguments = sorted({e.args[0] for e in plain.atoms(erf) if e.has(x)}, key=str)
    if len(arguments) == 1:
        (u,) = arguments
        yield (
            erf(u),
            plain.xreplace({erf(u): _T}).replace(
                lambda e: isinstance(e, exp) and cancel(e.exp / u**2).is_Integer, lambda e: _S ** -cancel(e.exp / u**2)
            ),
        )


def _at_points(expr: Expr, x: Symbol) -> Iterator[Given]:
    """Points where the factor of an exponential or a wave has a simple pole."""
    for kernel in expr.atoms(exp, sin, cos):
        factor = cancel(expr / kernel)
        if not kernel.has(x) or not factor.is_rational_function(x):
            continue
        top, bottom = fraction(factor)
        for at, count in Poly(bottom, x).all_roots(multiple=False) if bottom.has(x) else ():
            if count == 1 and at.is_Rational:
                yield _given(kernel, top, cancel(bottom / (x - at)), x - at, "x")


def _given(kernel: Expr, top: Expr, bottom: Expr, place: Expr, pole: str) -> Given:
    shown = {"top": top, "bottom": bottom, "place": place, "argument": kernel.args[0]}
    return {"head": kernel.func.__name__, "pole": pole, **{name: str(part) for name, part in shown.items()}}
