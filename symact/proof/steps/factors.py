"""Factors that don't decide a sign."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import sympy as sp
from sympy import Expr
from sympy.polys.polyerrors import PolynomialError

from ..algebra.generators import generators
from .cases import is_fine, signs_of

__all__ = ["slow_part_alone", "without_signs"]

#: Larger expressions are left as they are.
MAX_OPERATIONS = 400


def without_signs(expr: Expr, relations: Sequence[Any]) -> Expr:
    """Return a smooth expression without the factors that have one sign, not 0, wherever the relations hold.

    The result has the sign of `expr` there.
    """
    if sp.count_ops(expr) > MAX_OPERATIONS or is_fine(expr):
        return _with_number(expr, relations)
    written = generators(expr)
    found: Expr = sp.S.One
    constants: dict[Expr, Expr] = {}
    named = _named(written.expressions[0], constants)
    for factor, power in _factors(sp.together(named)):
        full = written.back(factor.subs(constants))
        signs = signs_of(full, relations)
        if len(signs) == 1 and 0 not in signs:
            found *= next(iter(signs)) ** (power % 2)
        else:
            # only the sign counts, and 0
            found *= full ** (2 - power % 2)
    return _over_exponential(found)


def slow_part_alone(expr: Expr, relations: Sequence[Any]) -> Expr:
    """Return p*L + q as L + q/p, -L - q/p for p < 0, where L is its only logarithm or the like: the slope of that holds no L.

    The result has the sign of `expr` wherever the relations hold; it is `expr` itself where there is no such p, L and q.
    """
    slow = [f for f in expr.atoms(*_SLOW) if f.free_symbols]
    if len(slow) != 1:
        return expr
    name = sp.Dummy(real=True)
    plain = expr.xreplace({slow[0]: name})
    factor = sp.diff(plain, name)
    if factor.has(name) or not factor.free_symbols:
        return expr
    signs = signs_of(factor, relations)
    if signs not in ({1}, {-1}):
        return expr
    found: Expr = (slow[0] + sp.cancel(plain.subs(name, 0) / factor)) * next(iter(signs))
    return sp.expand_mul(found)


def _with_number(expr: Expr, relations: Sequence[Any]) -> Expr:
    """The number in a product with what has one sign, not 0; another expression as it is."""
    number, rest = sp.factor_terms(expr).as_independent(*expr.free_symbols, as_Add=False)
    signs = signs_of(rest, relations) if number not in (sp.S.One, sp.S.Zero) else frozenset()
    return next(iter(signs)) * number if len(signs) == 1 and 0 not in signs else expr


def _named(expr: Expr, constants: dict[Expr, Expr]) -> Expr:
    """Irrational numbers as symbols, sqrt(c) and c as powers of one, so that polynomials have rational coefficients."""
    powers = [p for p in expr.atoms(sp.Pow) if p.is_number and p.exp.is_Rational and not p.exp.is_Integer]
    table: dict[Expr, Expr] = {}
    for base in sorted({p.base for p in powers}, key=str):
        order = math.lcm(*(int(p.exp.q) for p in powers if p.base == base))
        root = sp.Dummy("r", positive=True)
        constants[root] = base ** sp.Rational(1, order)
        table |= {p: root ** (p.exp * order) for p in powers if p.base == base}
        if not base.is_Rational:
            table[base] = root**order
    for number in sorted(expr.atoms(sp.NumberSymbol) - set(table), key=str):
        name = sp.Dummy("c", positive=True)
        constants[name] = number
        table[number] = name
    return expr.xreplace(table)


def _factors(expr: Expr) -> Iterator[tuple[Expr, int]]:
    """Factors and their powers; a sum that can't be factored is one."""
    for part in sp.Mul.make_args(expr):
        base, power = part.as_base_exp()
        if not power.is_Integer:
            base, power = part, sp.S.One
        if not base.is_Add:
            yield base, int(power)
            continue
        try:
            constant, factors = sp.factor_list(base)
            if base.has(sp.Float) or any(f.has(sp.Float) for f, _ in factors) or constant.has(sp.Float):
                raise PolynomialError("no exact factors")
        except PolynomialError:
            constant, factors = sp.S.One, [(base, 1)]
        yield constant, int(power)
        yield from ((factor, int(m * power)) for factor, m in factors)


def _over_exponential(expr: Expr) -> Expr:
    """The sum divided by the exponential in its least polynomial term, so that one derivative makes that term simpler."""
    terms = sp.Add.make_args(expr)
    if len(terms) < 2:
        return expr
    split = [_exponent(term) for term in terms]
    if len({exponent for _, exponent in split}) < 2:
        return expr
    _, chosen = max(split, key=lambda pair: (len(pair[0].atoms(*_SLOW)), sp.count_ops(pair[0]), str(pair)))
    return sp.Add(*(c * sp.exp(sp.expand(exponent - chosen)) for c, exponent in split))


def _exponent(term: Expr) -> tuple[Expr, Expr]:
    """A product as (what is no exponential, the sum of the exponents)."""
    powers = [f for f in sp.Mul.make_args(term) if isinstance(f, sp.exp)]
    return sp.Mul(*(f for f in sp.Mul.make_args(term) if f not in powers)), sp.Add(*(p.args[0] for p in powers))


#: Functions whose derivatives are simpler than they are.
_SLOW = (sp.erf, sp.erfc, sp.log, sp.atan, sp.asinh, sp.atanh)
