"""The order of terms and factors, and a product as numerator over denominator, as a person would write them.

Terms: those polynomial in the variables come first, in falling degree, then all others, the simpler first and
exponentials by falling rate; a number stands among several exponentials at rate 0. No sum begins with a minus while a
term has a plus: the order is then reversed, or, if that begins with a minus too, the first positive term goes first.
The constant of integration goes last but for cases. So e^x - 1, 1 - f, 1 + e^(-x), x^2 + x + 1, e^(2x) + 2e^x + 2, 1 + 2x - x^2.

Factors: numbers, parameters, variables, f(x), sums polynomial in them, exponentials, functions, other sums, operators.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from math import gcd
from typing import Any

from sympy import (
    Add,
    Derivative,
    Expr,
    Integral,
    Limit,
    Mul,
    Piecewise,
    Pow,
    Rational,
    S,
    Sum,
    Symbol,
    default_sort_key,
    exp,
)
from sympy.core.function import AppliedUndef
from sympy.tensor.indexed import Indexed

from ..symbols import C, LargestOf, f, real

__all__ = ["Quotient", "Rank", "common_denominator", "is_negative", "is_variable", "ordered_terms", "quotient", "rank"]

#: Names that stand for variables; all other symbols are taken for parameters and written before them.
VARIABLES = frozenset("fpqstuvwxyz")

_ZERO = (S.Zero, S.Zero)


def is_variable(expr: Expr) -> bool:
    """Whether the expression is a variable or an unknown value such as f(x) or v_i."""
    return (isinstance(expr, Symbol) and expr.name in VARIABLES) or isinstance(expr, AppliedUndef | Indexed)


def _degree(expr: Expr) -> tuple[Expr, Expr] | None:
    """Degree in variables and in parameters, None where the expression is no sum of powers of symbols."""
    if is_variable(expr):
        return S.One, S.Zero
    if isinstance(expr, Symbol):
        return S.Zero, S.One
    if isinstance(expr, Add | Mul):
        found = [_degree(a) for a in expr.args]
        if None in found:
            return None
        join: Any = max if isinstance(expr, Add) else lambda column: sum(column, S.Zero)
        return tuple(map(join, zip(*found, strict=True)))
    if isinstance(expr, Pow) and expr.exp.is_Rational and (expr.exp.is_Integer or not isinstance(expr.base, Add)):
        base = _degree(expr.base)
        return None if base is None else (base[0] * expr.exp, base[1] * expr.exp)
    return _ZERO if not expr.free_symbols and not expr.args else None


def is_negative(term: Expr) -> bool:
    """Whether the term is written with a minus sign in front."""
    return bool(term.as_coeff_Mul()[0].is_extended_negative)


def _exponents(term: Expr) -> list[Expr]:
    return [a.exp for a in Mul.make_args(term) if isinstance(a, exp)]


def _factors(term: Expr) -> list[Expr]:
    """The factors other than plain numbers."""
    return [a for a in Mul.make_args(term) if a.free_symbols or (a.args and not isinstance(a, Pow))]


def _is_exponential(term: Expr) -> bool:
    factors = _factors(term)
    return bool(factors) and all(isinstance(a, exp) for a in factors)


def ordered_terms(terms: Iterable[Expr]) -> list[Expr]:
    """Return the terms of a sum in writing order."""
    terms = list(terms)
    if C in terms and not any(isinstance(t, Piecewise) for t in terms):
        return [*ordered_terms(t for t in terms if t != C), C]
    degrees = {t: _degree(t) for t in terms}
    several = sum(map(_is_exponential, terms)) > 1 and not any(d is not None and d[0] for d in degrees.values())

    def key(term: Expr) -> Any:
        degree = degrees[term]
        if degree is not None and not (several and degree == _ZERO):
            return 0, -degree[0], -degree[1], _sort_key(abs(term.as_coeff_Mul()[0])), _sort_key(term)
        rate = sum((e.as_coeff_Mul()[0] for e in _exponents(term)), S.Zero)
        return 1, max(1, len(_factors(term))), -rate, term.count_ops(), _sort_key(term)

    ordered = sorted(terms, key=key)
    positive = [t for t in ordered if not is_negative(t)]
    if not positive or positive[0] == ordered[0]:
        return ordered
    if not is_negative(ordered[-1]):
        return ordered[::-1]
    return [positive[0], *(t for t in ordered if t != positive[0])]


def _sort_key(expr: Expr) -> Any:
    """SymPy's key, with letters for integrals: SymPy would compute sums of these."""
    return default_sort_key(expr.xreplace({node: real(f"∫{node}") for node in expr.atoms(Integral)}))


class Rank(IntEnum):
    """Kinds of factors in writing order."""

    NUMBER = 0
    PARAMETER = 1
    VARIABLE = 2
    SUM = 3
    EXPONENTIAL = 4
    FUNCTION = 5
    OTHER_SUM = 6
    OPERATOR = 7


def rank(factor: Expr) -> Rank:
    """Return what kind of factor an expression is; a power with a number as exponent is what its base is."""
    base = factor.base if isinstance(factor, Pow) and factor.exp.is_number else factor
    if isinstance(base, Derivative | Integral | Limit | Piecewise | Sum | LargestOf):
        return Rank.OPERATOR
    if isinstance(base, exp | Pow):
        return Rank.EXPONENTIAL if base.free_symbols else Rank.NUMBER
    if is_variable(base):
        return Rank.VARIABLE
    if isinstance(base, Add):
        return Rank.SUM if _degree(base) is not None else Rank.OTHER_SUM
    if not base.args:
        return Rank.PARAMETER if base.free_symbols else Rank.NUMBER
    return Rank.FUNCTION


def _ordered_factors(factors: Iterable[Expr]) -> list[Expr]:
    return sorted(factors, key=lambda a: (rank(a), _is_output(a), len(a.args), a.count_ops(), _sort_key(a)))


def _is_output(factor: Expr) -> bool:
    """Whether a factor is a power of f or of f(x), which is written after x."""
    base = factor.base if isinstance(factor, Pow) else factor
    return base == f or isinstance(base, AppliedUndef)


@dataclass(frozen=True)
class Quotient:
    """±number·√root·top over below·√under·bottom; the numbers are natural, the roots hold no symbols."""

    negative: bool
    number: int
    root: Expr
    top: tuple[Expr, ...]
    below: int
    under: Expr
    bottom: tuple[Expr, ...]


def common_denominator(expr: Expr) -> int:
    """Return the denominator all terms of a sum share, 1 where they differ."""
    coefficients = [t.as_coeff_Mul()[0] for t in Add.make_args(expr)]
    found = {c.q if c.is_Rational else 1 for c in coefficients} if isinstance(expr, Add) else set()
    return int(found.pop()) if len(found) == 1 else 1


def _integral(factor: Expr) -> tuple[Expr, Expr]:
    """Split a power of a sum into a rational and a power of a sum without the common denominator."""
    base, power = (factor.base, factor.exp) if isinstance(factor, Pow) else (factor, S.One)
    q = common_denominator(base) if power.is_Integer else 1
    if q == 1:
        return S.One, factor
    return Rational(1, q) ** power, Add(*(t * q for t in base.args)) ** power


def quotient(expr: Expr) -> Quotient:
    """Return a product, power or sum with a common denominator as numerator over denominator.

    Exponentials stay above the bar, whatever their sign. √2/2 becomes 1/√2, so that √2/(2√π) is read as 1/√(2π).
    """
    number, rest = expr.as_coeff_Mul()
    root = under = S.One
    top: list[Expr] = []
    bottom: list[Expr] = []
    if not number.is_Rational:
        number, rest = S.One, expr
    for factor in Mul.make_args(rest):
        coefficient, part = _integral(factor)
        number *= coefficient
        if not isinstance(part, Pow) or isinstance(part, exp) or not part.exp.is_Rational:
            top.append(part)
        elif abs(part.exp) == S.Half and not part.base.args and part.base.is_positive and not part.base.free_symbols:
            root, under = (root * part.base, under) if part.exp > 0 else (root, under * part.base)
        else:
            (top if part.exp > 0 else bottom).append(part if part.exp > 0 else part.base ** (-part.exp))
    if top == [S.One]:
        top = []
    p, q = abs(int(number.p)), int(number.q)
    shared = gcd(int(root.as_coeff_Mul()[0]), q)
    return Quotient(
        bool(number.is_negative),
        p,
        root / shared,
        tuple(_ordered_factors(top)),
        q // shared,
        under * shared,
        tuple(_ordered_factors(bottom)),
    )
