"""Answers that depend on the signs of parameters: split at the sign that was missing, and put equal answers together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from sympy import And, Eq, Expr, Mul, Piecewise, S, factor_list, fraction, nan, together
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..errors import InputError, UnknownSignError
from ..proof.algebra.assume import Assumptions

__all__ = ["by_cases", "combined", "settled"]

T = TypeVar("T")

#: An answer may be split this many times.
DEEPEST = 3


def by_cases(
    known: Assumptions, compute: Callable[[Assumptions], T], depth: int = DEEPEST
) -> list[tuple[tuple[Relational, ...], T]]:
    """Return (conditions, answer) pairs that together cover all that `known` allows; one pair without conditions if it suffices.

    `compute` raises UnknownSignError where it needs a sign; that of an expression in parameters is assumed to be
    negative, zero and positive in turn. Raises it still where `DEEPEST` splits aren't enough.
    """
    try:
        return [((), compute(known))]
    except UnknownSignError as unknown:
        if depth == 0:
            raise
        expr = _core(unknown.expr, known)
    found: list[tuple[tuple[Relational, ...], T]] = []
    for condition in (expr < 0, Eq(expr, 0), expr > 0):
        try:
            narrower = known & condition
        except InputError:
            continue  # this sign is excluded by what is known
        found += [(_with(condition, more), answer) for more, answer in by_cases(narrower, compute, depth - 1)]
    answers = [answer for _, answer in found]
    return [((), answers[0])] if all(answer == answers[0] for answer in answers) else found


def _with(condition: Boolean, more: tuple[Relational, ...]) -> tuple[Relational, ...]:
    return more if condition == S.true else (_isolated(condition), *more)


def _isolated(condition: Relational) -> Relational:
    """Write a - 1 < 0 as a < 1."""
    poly = condition.lhs.as_poly(*condition.lhs.free_symbols)
    if poly is None or len(poly.gens) != 1 or poly.degree() != 1:
        return condition
    slope, value = poly.LC(), -poly.nth(0) / poly.LC()
    same_way = slope > 0 or isinstance(condition, Eq)
    return condition.func(poly.gen, value) if same_way else condition.reversed.func(poly.gen, value)


def settled(expr: Expr, conditions: Iterable[Boolean]) -> Expr:
    """Put in the values that conditions such as a = 1 give to symbols."""
    return expr.subs({c.lhs: c.rhs for c in conditions if isinstance(c, Eq) and c.lhs.is_Symbol})


def combined(cases: list[tuple[tuple[Relational, ...], Expr | None]]) -> Expr | None:
    """Return answers in cases as one expression, a Piecewise in the parameters where there are several."""
    if len(cases) == 1:
        return cases[0][1]
    return Piecewise(*((nan if a is None else settled(a, conditions), And(*conditions)) for conditions, a in cases))


def _core(expr: Expr, known: Assumptions) -> Expr:
    """The product of the factors whose signs aren't known; those of the others don't matter."""
    factors = [factor for part in fraction(together(expr)) for factor, _ in factor_list(part)[1]]
    return Mul(*(factor for factor in factors if known.sign(factor) is None))
