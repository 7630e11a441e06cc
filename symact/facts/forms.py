"""The textbook form of an expression: the shortest of several equal forms, each proved equal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache

from sympy import (
    Add,
    Expr,
    LambertW,
    Mul,
    Pow,
    S,
    Symbol,
    cancel,
    count_ops,
    exp,
    expand,
    factor,
    factor_terms,
    fraction,
    powsimp,
    preorder_traversal,
    radsimp,
    together,
)
from sympy.polys.polyerrors import PolynomialError

from ..errors import NotSupportedError
from ..proof.algebra.assume import NOTHING, Assumptions
from ..proof.algebra.factoring import without_numeric_powers
from ..proof.algebra.field import equal
from ..proof.algebra.generators import LARGEST_POWER, generators
from ..symbols import x

__all__ = ["by_powers", "closed", "rewritings", "size", "textbook"]

#: Beyond this many operations factoring takes long and no form is readable.
LARGEST = 150
#: Forms this many times as long as the shortest aren't tidied: they stay longer.
SPRAWLING = 2
#: Operations that a fraction within a fraction counts.
NESTED = 4


def _cancelled(expr: Expr) -> Expr:
    top, bottom = fraction(cancel(together(expr)))
    return factor(top) / factor(bottom)


def _expanded_top(expr: Expr) -> Expr:
    top, bottom = fraction(together(expr))
    return Add(*(term / bottom for term in Add.make_args(expand(top))))


#: The ways an expression may be rewritten, by name; which one is best is decided by length.
REWRITES: tuple[tuple[str, Callable[[Expr], Expr]], ...] = (
    ("factor out what is common", factor_terms),
    ("common denominator", together),
    ("factor", lambda e: factor(together(e))),
    ("cancel common factors", _cancelled),
    ("multiply out", expand),
    ("multiply out the numerator", _expanded_top),
    ("rationalize the denominator", radsimp),
)


def textbook(expr: Expr, known: Assumptions = NOTHING, x: Symbol = x) -> Expr:
    """Return the shortest form of `expr` that is proved equal to it, `expr` itself where none is shorter."""
    if count_ops(expr) > LARGEST:
        return expr
    for form in sorted(rewritings(expr, x), key=size):
        with suppress(NotSupportedError):  # a form may have |f| in it
            if form == expr or equal(form, expr, known.relations) is True:
                return form
    return expr


@lru_cache(512)
def rewritings(expr: Expr, x: Symbol = x) -> Mapping[Expr, str]:
    """Return forms of `expr` with the name of what leads to them; whether they are equal to it is for others to prove."""
    written = generators(expr, x=x)
    plain, numbers = without_numeric_powers(written.expressions[0], LARGEST_POWER)
    forms = {expr: ""}
    for name, rewrite in REWRITES:
        try:
            forms.setdefault(written.back(rewrite(plain).xreplace(numbers)), name)
        except (PolynomialError, NotImplementedError):
            continue
    longest = SPRAWLING * min(map(count_ops, forms))
    for form, name in [item for item in forms.items() if count_ops(item[0]) <= longest]:
        forms.setdefault(_tidy(form), name or "collect signs")
        forms.setdefault(_tidy(powsimp(form)), name or "combine powers")
    return forms


def by_powers(expr: Expr, x: Symbol) -> Expr:
    """Return a polynomial in x with its coefficients in lowest terms, (x**2 + y)/y as x**2/y + 1; `expr` itself where it is none."""
    top, bottom = fraction(together(expr))
    poly = None if bottom.has(x) else top.as_poly(x)
    if poly is None:
        return expr
    return Add(*(_cancelled(c / bottom) * x**n for (n,), c in poly.terms()))


def closed(value: Expr) -> Expr:
    """Return a constant with exp(m*W(c)) written as (c/W(c))**m, in its shortest form; proved equal to what was given."""
    plain = value.replace(lambda e: isinstance(e, exp) and e.has(LambertW), _without_exponential)
    if plain == value:
        return value
    for form in sorted((cancel(together(plain)), plain), key=size):
        if equal(form, value) is True:
            return form
    return value


def _without_exponential(power: Expr) -> Expr:
    """exp(u + m*W(c)) = exp(u)*(c/W(c))**m"""
    found = S.One
    for term in Add.make_args(power.exp):
        times, kernel = term.as_coeff_Mul()
        found *= (kernel.args[0] / kernel) ** times if isinstance(kernel, LambertW) and times.is_Integer else exp(term)
    return found


def size(expr: Expr) -> tuple[int, int, int, str]:
    """Order forms by what a reader sees: operations, then nodes; of equally long ones a product is preferred to a sum.

    A fraction within a fraction counts as some operations more.
    """
    operations = count_ops(expr) + NESTED * _nested(expr)
    return (operations, sum(1 for _ in preorder_traversal(expr)), int(expr.is_Add), str(expr))


def _nested(expr: Expr) -> int:
    """How many fractions stand in sums that are numerators or denominators of fractions."""
    found = 0
    for node in preorder_traversal(expr):
        factors = node.args if isinstance(node, Mul) else (node,) if isinstance(node, Pow) else ()
        if any(map(_is_below, factors)):
            sums = [factor.base if isinstance(factor, Pow) else factor for factor in factors]
            found += sum(any(map(_is_below, Mul.make_args(term))) for e in sums if e.is_Add for term in e.args)
    return found


def _is_below(factor: Expr) -> bool:
    """Whether a factor is a denominator, numbers and exponentials left aside."""
    power = factor.exp if isinstance(factor, Pow) and not isinstance(factor, exp) else S.One
    return bool(power.is_number and power.is_negative and factor.free_symbols)


def _tidy(expr: Expr) -> Expr:
    """Turn -(f - 1)*g into (1 - f)*g wherever a product has a minus sign to give away, and (-f - 1)**2 into (f + 1)**2."""
    if not expr.args or not isinstance(expr, Expr):
        return expr
    parts = [_tidy(a) if isinstance(a, Expr) else a for a in expr.args]
    if (
        isinstance(expr, Pow)
        and expr.exp.is_even
        and all(t.as_coeff_Mul()[0].is_negative for t in Add.make_args(expr.base))
    ):
        return (-parts[0]) ** expr.exp
    if not isinstance(expr, Mul):
        return expr.func(*parts)
    coefficient, factors = Mul(*parts).as_coeff_mul()
    if coefficient.is_negative:
        for m, part in enumerate(factors):
            base, power = part.as_base_exp()
            if base.is_Add and power.is_Integer and power % 2 and base.could_extract_minus_sign():
                flipped = Add(*(-term for term in base.args)) ** power
                return Mul(-coefficient, *factors[:m], flipped, *factors[m + 1 :])
    return Mul(coefficient, *factors)
