"""Parameters for which the mean is 0 and the second moment 1, solved for where the defaults are these."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Add, Dummy, Eq, Expr, S, Symbol, default_sort_key, factor_terms, fraction, sqrt, together

from ..errors import NotSupportedError, UndecidedError
from ..facts.record import Facts
from ..named import Named, unfold
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.field import is_zero
from ..proof.numbers import balls
from .steps import Prose, Step

__all__ = ["fixed_point"]

#: Digits of the solutions in the remark.
DIGITS, BITS = 16, 128


def fixed_point(facts: Facts, values: Sequence[Expr]) -> tuple[tuple[Step, ...], tuple[Prose, ...]]:
    """Return the steps from E[f(z)] = 0 and E[f(z)²] = 1 to the defaults of two parameters, and these in decimals.

    One parameter is found from the mean, in which it is linear; the other scales f. Both are empty where the defaults
    don't solve the two equations or are rational numbers.
    """
    defaults: dict[Symbol, Expr] = {
        p.symbol: p.default
        for p in facts.definition.parameters
        if p.default is not None and p.symbol not in facts.values
    }
    if len(defaults) != 2 or any(default.is_Rational for default in defaults.values()):
        return (), ()
    try:
        solved = all(
            is_zero(unfold(value).subs(defaults) - wanted) is True
            for value, wanted in zip(values, (S.Zero, S.One), strict=True)
        )
    except (UndecidedError, NotSupportedError):
        return (), ()
    for inner, scale in (tuple(defaults), tuple(defaults)[::-1]):
        first, second = _linear(values[0], inner), _square(values[1], scale, facts.known)
        if not solved or first is None or second is None or first.has(scale):
            continue
        equations = [Eq(value, wanted) for value, wanted in zip(values, (S.Zero, S.One), strict=True)]
        steps = (
            Step("as the mean is to be 0", equations[0], Eq(inner, first)),
            Step("as the second moment is to be 1", equations[1], Eq(scale, second)),
            Step("the default", first, defaults[inner], goal=inner),
            Step("the default", second, defaults[scale], "", (Eq(inner, defaults[inner]),), scale),
        )
        return steps, (_in_decimals({symbol: defaults[symbol] for symbol in (inner, scale)}),)
    return (), ()


def _linear(value: Expr, symbol: Symbol) -> Expr | None:
    """The solution of value = 0, None where the value isn't linear in the symbol."""
    hidden, back = _letters(value)
    poly = factor_terms(hidden).as_independent(symbol, as_Add=False)[1].as_poly(symbol)
    if poly is None or poly.degree() != 1:
        return None
    return (poly.nth(0) / Add(*(-term for term in Add.make_args(poly.nth(1))))).xreplace(back)


def _square(value: Expr, symbol: Symbol, known: Assumptions) -> Expr | None:
    """The positive solution of value = 1, None where the value isn't a multiple of the symbol's square."""
    hidden, back = _letters(value)
    top, bottom = fraction(together(factor_terms(hidden) / symbol**2))
    if top.has(symbol) or bottom.has(symbol) or known.sign(symbol) != 1:
        return None
    return (sqrt(bottom) / sqrt(top)).xreplace(back)


def _letters(value: Expr) -> tuple[Expr, dict[Expr, Expr]]:
    """The value with letters for φ and Φ, and what they stand for."""
    names = {e: Dummy(real=True) for e in sorted(value.atoms(Named), key=default_sort_key)}
    return value.xreplace(names), {letter: e for e, letter in names.items()}


def _in_decimals(values: dict[Symbol, Expr]) -> Prose:
    """alpha = 1.67…, scale = 1.05…"""
    parts: list[str | Expr] = ["In decimals, "]
    for m, (symbol, value) in enumerate(values.items()):
        low, _ = balls.digits_of(balls.enclose(value, bits=BITS), DIGITS)
        parts += [*([", "] * bool(m)), symbol, f" = {low}…"]
    return (*parts, ".")
