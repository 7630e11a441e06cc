"""The rules of differentiation as rows: name, which expressions it is for, and what it makes of d/dx of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import (
    Derivative,
    Dummy,
    E,
    Expr,
    Function,
    Indexed,
    KroneckerDelta,
    Mul,
    S,
    Sum,
    exp,
    log,
)

__all__ = ["RULES", "Rule", "depends"]


@dataclass(frozen=True)
class Rule:
    """d/dx of an expression that `applies`, written with derivatives of its parts; x is a symbol or a component v_k.

    `parts` are the u and v of the rule, `routine` rules are those nobody names.
    """

    name: str
    applies: Callable[[Expr, Expr], bool]
    differentiate: Callable[[Expr, Expr], Expr]
    parts: Callable[[Expr, Expr], tuple[Expr, ...]] = lambda e, x: ()
    routine: bool = False


def depends(expr: Expr, x: Expr) -> bool:
    """Whether `expr` can change with x; for a component v_k, whether it holds any component of v."""
    return bool(expr.has(_marker(x)))


def _marker(x: Expr) -> Expr:
    return x.base if isinstance(x, Indexed) else x


def _derivative(expr: Expr, x: Expr) -> Expr:
    """d/dx expr, left to be done, except where it is 0 or 1."""
    return _known(expr, x) if not depends(expr, x) or expr == x else Derivative(expr, x)


def _known(e: Expr, x: Expr) -> Expr:
    """x' = 1 and c' = 0"""
    return S.One if e == x else S.Zero


def _component(e: Expr, x: Expr) -> Expr:
    """∂v_i/∂v_k = δ_ik"""
    return KroneckerDelta(e.indices[0], x.indices[0])


def _sum_over_index(e: Expr, x: Expr) -> Expr:
    """∂/∂v_k Σ_j g(v_j) = ∂/∂v_k g(v_k)"""
    index = e.variables[0]
    return _derivative(e.function.subs(index, x.indices[0]), x)


def _constant_factor(e: Expr, x: Expr) -> Expr:
    """(c u)' = c u'"""
    constant, rest = e.as_independent(_marker(x), as_Add=False)
    return constant * _derivative(rest, x)


def _sum(e: Expr, x: Expr) -> Expr:
    """(u + v)' = u' + v'"""
    return e.func(*(_derivative(term, x) for term in e.args))


def _quotient(e: Expr, x: Expr) -> Expr:
    """(u/v)' = (u' v - u v')/v²"""
    u, v = _over(e)
    return (_derivative(u, x) * v - u * _derivative(v, x)) / v**2


def _reciprocal(e: Expr, x: Expr) -> Expr:
    """(1/v)' = -v'/v²"""
    v = _over(e)[1]
    return -_derivative(v, x) / v**2


def _product(e: Expr, x: Expr) -> Expr:
    """(u v)' = u' v + u v'"""
    u, v = e.as_two_terms()
    return _derivative(u, x) * v + u * _derivative(v, x)


def _power(e: Expr, x: Expr) -> Expr:
    """(uⁿ)' = n uⁿ⁻¹ u'"""
    return e.exp * e.base ** (e.exp - 1) * _derivative(e.base, x)


def _exponential(e: Expr, x: Expr) -> Expr:
    """(eᵘ)' = eᵘ u'"""
    return e * _derivative(e.exp, x)


def _general_power(e: Expr, x: Expr) -> Expr:
    """(uᵛ)' = uᵛ (v log u)'"""
    return e * _derivative(e.exp * log(e.base), x)


def _chain(e: Expr, x: Expr) -> Expr:
    """g(u)' = g'(u) u'"""
    u = Dummy("u", real=True)
    terms = []
    for m, argument in enumerate(e.args):
        if depends(argument, x):
            outer = e.func(*e.args[:m], u, *e.args[m + 1 :]).diff(u).subs(u, argument)
            terms.append(outer * _derivative(argument, x))
    return sum(terms[1:], terms[0])


def _over(e: Expr) -> tuple[Expr, Expr]:
    """Return numerator and denominator as they are printed: exp(-x) stays above, (1 + x)**(-2) goes below."""
    below = [a for a in Mul.make_args(e) if _is_below(a)]
    return Mul(*(a for a in Mul.make_args(e) if not _is_below(a))), 1 / Mul(*below)


def _is_below(e: Expr) -> bool:
    return bool(e.is_Pow and not isinstance(e, exp) and e.exp.is_number and e.exp.is_negative)


def _is_quotient(e: Expr, x: Expr) -> bool:
    return all(depends(part, x) for part in _over(e))


def _is_reciprocal(e: Expr, x: Expr) -> bool:
    u, v = _over(e)
    return depends(v, x) and not depends(u, x)


def _has_constant_factor(e: Expr, x: Expr) -> bool:
    return bool(e.is_Mul and e.as_independent(_marker(x), as_Add=False)[0] != 1)


def _inner(e: Expr, x: Expr) -> tuple[Expr, ...]:
    """The argument u of g(u), where there is only one and it isn't x."""
    inner = [a for a in e.args if depends(a, x)]
    return tuple(inner) if len(inner) == 1 and inner[0] != x else ()


#: Rules in the order in which they are tried.
RULES: tuple[Rule, ...] = (
    Rule("derivative of a constant", lambda e, x: not depends(e, x), _known, routine=True),
    Rule("derivative of x", lambda e, x: e == x, _known, routine=True),
    Rule("derivative of a component", lambda e, x: isinstance(e, Indexed), _component),
    Rule("only one term of the sum depends on the component", lambda e, x: isinstance(e, Sum), _sum_over_index),
    Rule("sum rule", lambda e, x: e.is_Add, _sum, routine=True),
    Rule("constant multiple", _has_constant_factor, _constant_factor, routine=True),
    Rule("reciprocal rule", _is_reciprocal, _reciprocal, lambda e, x: _over(e)[1:]),
    Rule("quotient rule", _is_quotient, _quotient, lambda e, x: _over(e)),
    Rule("product rule", lambda e, x: e.is_Mul, _product, lambda e, x: e.as_two_terms()),
    Rule("exponential rule", lambda e, x: isinstance(e, exp) or (e.is_Pow and e.base == E), _exponential, _inner),
    Rule("power rule", lambda e, x: e.is_Pow and not depends(e.exp, x), _power, _inner),
    Rule("power with a variable exponent", lambda e, x: e.is_Pow, _general_power, lambda e, x: (e.base, e.exp)),
    Rule("standard derivative", lambda e, x: isinstance(e, Function) and e.args == (x,), _chain),
    Rule("chain rule", lambda e, x: isinstance(e, Function), _chain, _inner),
)
