"""An answer in several variables by cases: the unknown sign of an expression is taken to be each of the three in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sympy import And, Eq, Expr, Piecewise, S, Symbol, fraction, oo, together
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ...errors import InputError, UndecidedError, UnknownSignError
from ..algebra.assume import Assumptions, assuming, conjuncts
from ..algebra.factoring import factors
from ..algebra.signs import SIGNS

__all__ = ["NoValueError", "by_cases", "core", "possible", "pruned", "split_relations"]

T = TypeVar("T")


class NoValueError(UndecidedError):
    """It is proved that a limit, an integral or an expectation doesn't exist, so that there is nothing to compare.

    `node` is what has no value, with its parts evaluated; None where only a case of it is known to have none.
    """

    node: Any = None


#: How many expressions may be told apart by their sign, one inside the cases of the other.
MAX_DEPTH = 3


def by_cases(
    compute: Callable[[Any, Assumptions], T], expr: Any, bound: Symbol, known: Assumptions, depth: int = MAX_DEPTH
) -> list[tuple[tuple[Relational, ...], T]]:
    """Return compute(expr, known) for every case that it asks for by UnknownSignError, each with its conditions.

    Where an answer isn't found for another reason, the signs of the variables other than `bound` are told apart. In the case
    of an equation that is linear in a variable its solution is put in.
    """
    try:
        return [((), compute(expr, known))]
    except UnknownSignError as unknown:
        doubt: Any = unknown.expr
        if not depth or doubt.has(bound) or not doubt.free_symbols:
            raise
        doubt = core(doubt, known)
    except UndecidedError:
        others = sorted((s for s in expr.free_symbols - {bound} if len(known.signs(s)) > 1), key=str)
        if not depth or not others:
            raise
        doubt = others[0]
    found: list[tuple[tuple[Relational, ...], T]] = []
    for condition in (doubt > 0, doubt < 0, Eq(doubt, 0)):
        if not isinstance(condition, Relational) or not possible(known.relations, condition):
            continue
        try:
            narrower = by_cases(compute, _solved(expr, condition), bound, known & condition, depth - 1)
        except NoValueError as missing:
            raise UndecidedError(f"where {condition}, {missing}") from None
        found += [((condition, *more), value) for more, value in narrower]
    return found


def core(expr: Expr, known: Assumptions) -> Expr:
    """Return a factor of an expression whose sign isn't known, with as few variables as possible."""
    parts = [factor for part in fraction(together(expr)) for factor, _ in factors(part)[1]]
    unknown = [part for part in parts if known.sign(part) is None]
    return min(unknown, key=lambda part: (len(part.free_symbols), str(part)), default=expr)


def possible(relations: Iterable[Boolean], condition: Boolean) -> bool:
    """Whether a condition may hold besides the relations; False only where it certainly can't."""
    try:
        known = assuming(relations)
        assuming(known, condition)
    except InputError:
        return False
    return all(
        known.signs(r.lhs - r.rhs) & SIGNS[r.rel_op]
        for r in conjuncts(condition)
        if isinstance(r, Relational) and not r.has(oo, -oo)
    )


def pruned(branches: Iterable[tuple[Any, Boolean]], relations: Iterable[Relational]) -> Any:
    """Return a Piecewise of the branches that may apply where the relations hold; None where none does."""
    relations = tuple(relations)
    kept = [
        (value, _shortened(condition, relations)) for value, condition in branches if possible(relations, condition)
    ]
    if not kept:
        return None
    return kept[0][0] if kept[0][1] == S.true else Piecewise(*kept)


def split_relations(
    relations: Iterable[Relational], *bound: Symbol
) -> tuple[tuple[Relational, ...], tuple[Relational, ...]]:
    """Return the relations without and with one of the variables."""
    relations = tuple(relations)
    own = tuple(r for r in relations if r.free_symbols & set(bound))
    return tuple(r for r in relations if r not in own), own


def _shortened(condition: Boolean, relations: tuple[Relational, ...]) -> Boolean:
    """The condition without the parts that follow from the relations."""
    known = assuming(relations)
    return And(
        *(
            r
            for r in conjuncts(condition)
            if not (isinstance(r, Relational) and known.signs(r.lhs - r.rhs) <= SIGNS[r.rel_op])
        )
    )


def _solved(expr: Any, condition: Relational) -> Any:
    """The expression with a variable put in that an equation, linear in it with a rational coefficient, determines."""
    if isinstance(condition, Eq):
        gap = condition.lhs - condition.rhs
        for symbol in sorted(gap.free_symbols, key=str):
            slope = gap.diff(symbol)
            if slope.is_Rational and slope != 0 and not symbol.is_integer:
                return expr.subs(symbol, (symbol - gap / slope).expand())
    return expr
