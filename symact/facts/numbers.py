"""Exact numbers in their shortest form."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache

from sympy import Expr, LambertW, S, exp, factor_terms, powsimp, radsimp, together

from ..errors import NotSupportedError, SymactError, UndecidedError
from ..proof.algebra.field import equal, is_zero, normal_form
from ..proof.charts.bounds import GUESS_BITS, bounds, closed_forms
from ..proof.numbers import balls
from ..proof.numbers.implicit import ImplicitRoot
from .forms import size

__all__ = ["is_long", "plain", "simplest"]

#: Exponents of e beyond which the form of a number is left alone.
LARGE = 200


def is_long(value: Expr) -> bool:
    """Whether a number has powers of e that are too long to be written out in search of a shorter form."""
    return any(abs(node.exp) > LARGE for node in value.atoms(exp) if node.exp.is_Rational)


@lru_cache(512)
def plain(value: Expr) -> Expr:
    """Return the shortest of several forms of a number that are proved equal; parameters may be in it."""
    if value.has(ImplicitRoot):
        return factor_terms(value) if value.free_symbols else value
    if value.is_Rational or value.is_Symbol or is_long(value):
        return value
    try:
        if is_zero(value) is True:
            return S.Zero
    except (NotSupportedError, UndecidedError):
        return value
    forms = [value, together(value), powsimp(value), radsimp(value)]
    if value.has(LambertW):
        with suppress(NotSupportedError, UndecidedError):
            forms.append(normal_form(value).expression)
    for form in sorted(dict.fromkeys(forms), key=size):
        with suppress(NotSupportedError, UndecidedError):  # of |sigma| without a sign
            if form == value or equal(form, value) is True:
                return form
    return value


def simplest(value: Expr) -> Expr:
    """Return a short closed form of a number that is proved equal to it."""
    found = plain(value)
    if not found.free_symbols and not found.is_Rational and size(found)[0] > 2:
        ball = balls.enclose(found, bits=4 * GUESS_BITS)
        for guess in closed_forms(*bounds(ball)):
            with suppress(SymactError):
                if size(guess) < size(found) and equal(guess, found) is True:
                    return guess
    return found
