"""Equal forms of an expression that lose less in balls far from 0: sums led by their largest exponential, no 1 - tanh(u)**2."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, Mul, Poly, S, Symbol, count_ops, erf, erfc, exp, log, ordered, tanh

__all__ = ["led_by_exponentials", "without_cancellation"]


def without_cancellation(expr: Expr) -> Expr:
    """Write 1 - tanh(u)**2 and 1 ± erf(u), which balls lose far out, as functions that keep their digits."""
    for node in ordered(expr.atoms(tanh)):
        u = node.args[0]
        expr = expr.subs(node**2, 1 - 4 / (exp(u) + exp(-u)) ** 2)
    for node in ordered(expr.atoms(erf)):
        u = node.args[0]
        expr = min((expr, expr.subs(node, 1 - erfc(u)), expr.subs(node, erfc(-u) - 1)), key=count_ops)
    return expr


def led_by_exponentials(expr: Expr, x: Symbol, side: int) -> tuple[Expr, Expr]:
    """Write `expr` as a product exp(c*x)*g, where g has no exponential of a line that grows towards oo (side = 1) or -oo (-1).

    1 + exp(x) is exp(x)*(1 + exp(-x)), in every sum of it. So a quotient of two such sums is narrow on wide boxes.
    """
    form = _led(expr, x, side)
    leading = exp(_speed(form, x) * x)
    return leading, form / leading


def _led(expr: Expr, x: Symbol, side: int) -> Expr:
    if not expr.has(exp):
        return expr
    parts = [_led(a, x, side) for a in expr.args]
    if expr.is_Add:
        speed = max((_speed(term, x) * side for term in parts if not _is_bump(term, x)), default=S.Zero) * side
        return exp(speed * x) * Add(*(term * exp(-speed * x) for term in parts))
    if isinstance(expr, log) or (expr.is_Pow and expr.exp.is_Rational):
        speed = _speed(parts[0], x)
        rest = parts[0] * exp(-speed * x)
        return speed * x + log(rest) if isinstance(expr, log) else exp(speed * expr.exp * x) * rest**expr.exp
    return expr.func(*parts)


def _speed(term: Expr, x: Symbol) -> Expr:
    """The rational c of exp(c*x) in a product, 0 where no factor is the exponential of a line."""
    slopes = (u.coeff_monomial(x) for u in _exponents(term, x) if u.degree() <= 1)
    return Add(*(c for c in slopes if c.is_Rational))


def _is_bump(term: Expr, x: Symbol) -> bool:
    """Whether a product decays faster than exponentials of lines on both sides."""
    return any(u.degree() > 1 and u.degree() % 2 == 0 and u.LC().is_negative for u in _exponents(term, x))


def _exponents(term: Expr, x: Symbol) -> Iterator[Poly]:
    """The exponents in a product that are polynomials."""
    for factor in Mul.make_args(term):
        poly = factor.exp.as_poly(x) if isinstance(factor, exp) else None
        if poly is not None:
            yield poly
