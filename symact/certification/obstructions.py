"""Why a function has no elementary antiderivative, or no relation with its derivative: residues, independent functions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from sympy import (
    Expr,
    Mul,
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
from ..proof.functions.pieces import Piece, inner_point
from ..proof.numbers.implicit import ImplicitRoot
from ..symbols import real
from .texts import rounded, text

__all__ = ["independent", "obstructions"]

Given = dict[str, Any]

#: A kernel, what is beside it, and a logarithm of that.
_T, _S, _L = real("t"), real("s"), real("l")


def obstructions(land: Landscape) -> Iterator[Given]:
    """Yield pieces with a function less a derivative, and a place where that has a pole with a residue."""
    x = land.variable
    for piece in land.pieces:
        if not piece.expr.has(x):
            continue
        for known in _known_parts(piece.expr, x):
            rest = cancel(together(piece.expr - diff(known, x)))
            for found in (*_at_places_of_kernels(rest, x), *_at_points(rest, x)):
                yield {"between": _ends(piece), "obstruction": {"known": str(known), **found}}


def _ends(piece: Piece) -> list[str]:
    """The ends of a piece; points inside it instead of those without a closed form."""
    middle = inner_point(piece.left, piece.right)
    nearer = inner_point(piece.left, middle), inner_point(middle, piece.right)
    pairs = zip((piece.left, piece.right), nearer, strict=True)
    return [text(rounded(near) if end.has(ImplicitRoot) else end) for end, near in pairs]


def independent(land: Landscape) -> Iterator[Given]:
    """Yield pieces on which f and f' are rational in x and two functions that are algebraically independent."""
    x = land.variable
    for piece in land.pieces:
        pair = piece.expr, diff(piece.expr, x)
        for head, outer, inner, plain in (*_by_error(pair, x), *_by_logarithm(pair, x)):
            if all(part.is_rational_function(x, _T, _S) for part in plain):
                texts = map(str, (head.__name__, outer, inner, *plain))
                shown = dict(zip(("head", "outer", "inner", "value", "slope"), texts, strict=True))
                yield {"between": _ends(piece), "independent": shown}


def _known_parts(expr: Expr, x: Symbol) -> Iterator[Expr]:
    """0, and what an integration by parts gives for a polynomial times a logarithm."""
    yield S.Zero
    for kernel in expr.atoms(log):
        factor = expr.coeff(kernel)
        if kernel.has(x) and factor != 0 and factor.is_polynomial(x):
            yield integrate(factor, x) * kernel


def _at_places_of_kernels(expr: Expr, x: Symbol) -> Iterator[Given]:
    """Places where a denominator in exp(u) or erf(u) has a simple zero that doesn't move with x."""
    symbols = (x, _T, _S)
    errors = ((head(u), plain) for head, u, _, (plain,) in _by_error([expr], x))
    exponentials = ((kernel, plain) for kernel, (plain,) in _by_exponential([expr], x, _T))
    for kernel, plain in (*errors, *exponentials):
        top, bottom = fraction(cancel(together(plain)))
        if not (top.is_polynomial(*symbols) and bottom.is_polynomial(*symbols)):
            continue
        yield from (_given(kernel, top, rest, place, "t") for place, rest in _simple(bottom, _T, symbols))


def _by_exponential(exprs: Sequence[Expr], x: Symbol, t: Symbol) -> Iterator[tuple[Expr, list[Expr]]]:
    """An exponential of which all are powers, and expressions of these with t in its place."""
    plain = [expr.rewrite((sinh, cosh, tanh, sech), exp) for expr in exprs]
    exponents = sorted({e.exp for expr in plain for e in expr.atoms(exp) if e.exp.has(x)}, key=str)
    ratios = [cancel(u / exponents[0]) for u in exponents]
    if exponents and all(r.is_Rational for r in ratios):
        unit = exponents[0] / math.lcm(*(int(r.q) for r in ratios))
        powers = {exp(u): t ** cancel(u / unit) for u in exponents}
        yield exp(unit), [expr.xreplace(powers) for expr in plain]


#: The kind of a kernel t, its argument, the exponent of another one s, and expressions in t and s.
_Form = tuple[Any, Expr, Expr, list[Expr]]


def _by_error(exprs: Sequence[Expr], x: Symbol) -> Iterator[_Form]:
    """t is the only error function erf(u), s is exp(-u**2)."""
    plain = [expr.replace(erfc, lambda u: 1 - erf(u)) for expr in exprs]
    kernels = {e for expr in plain for e in expr.atoms(erf) if e.has(x)}
    if len(kernels) == 1:
        (kernel,) = kernels
        inner = -(kernel.args[0] ** 2)
        powers = {e: cancel(e.exp / inner) for expr in plain for e in expr.atoms(exp)}
        known = {kernel: _T, **{e: _S**n for e, n in powers.items() if n.is_Integer}}
        yield erf, kernel.args[0], inner, [expr.xreplace(known) for expr in plain]


def _by_logarithm(exprs: Sequence[Expr], x: Symbol) -> Iterator[_Form]:
    """t is the only logarithm, of a function of s = exp(u)."""
    kernels = {e for expr in exprs for e in expr.atoms(log) if e.has(x)}
    if len(kernels) == 1:
        (kernel,) = kernels
        held = [kernel.args[0], *(expr.xreplace({kernel: _L}) for expr in exprs)]
        for unit, (argument, *plain) in _by_exponential(held, x, _S):
            yield log, cancel(argument), unit.exp, [part.xreplace({_L: _T}) for part in plain]


def _at_points(expr: Expr, x: Symbol) -> Iterator[Given]:
    """Points where the factor of an exponential or a wave has a simple pole."""
    for kernel in expr.atoms(exp, sin, cos):
        factor = cancel(expr / kernel)
        if not kernel.has(x) or not factor.is_rational_function(x):
            continue
        top, bottom = fraction(factor)
        yield from (_given(kernel, top, rest, place, "x") for place, rest in _simple(bottom, x, (x,)))


def _simple(poly: Expr, of: Symbol, symbols: Sequence[Symbol]) -> Iterator[tuple[Expr, Expr]]:
    """Simple factors of a polynomial with one symbol only, each with the product of all others."""
    scale, factors = factor_list(poly, *symbols)
    for place, count in factors:
        if count == 1 and place.free_symbols == {of}:
            yield place, Mul(scale, *(other**n for other, n in factors if other != place))


def _given(kernel: Expr, top: Expr, bottom: Expr, place: Expr, pole: str) -> Given:
    shown = {"top": top, "bottom": bottom, "place": place, "argument": kernel.args[0]}
    return {"head": kernel.func.__name__, "pole": pole, **{name: str(part) for name, part in shown.items()}}
