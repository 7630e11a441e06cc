"""Answers that depend on the signs of parameters: split at the sign that was missing, and put equal answers together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, TypeVar

from sympy import Add, And, Dummy, Eq, Expr, Interval, Ne, Piecewise, S, Symbol, Union, expand, nan, oo
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..errors import ContradictionError, NotSupportedError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import NOTHING, Assumptions
from ..proof.algebra.signs import SIGNS
from ..proof.functions.sign_cases import core
from ..proof.numbers.implicit import ImplicitRoot
from ..proof.verdict import Proved

__all__ = ["branches", "by_cases", "combined", "equations", "settled"]

T = TypeVar("T")

#: An answer may be split this many times.
DEEPEST = 3


@dataclass(frozen=True)
class _Case:
    """A quantity between two bounds, or at one where they are equal, but for a hole; `facts` is all that is known then."""

    quantity: Expr
    low: Expr
    high: Expr
    has_low: bool
    has_high: bool
    facts: tuple[Boolean, ...]
    hole: Expr | None = None

    def shown(self, known: Assumptions) -> Iterator[Relational]:
        """Yield the conditions as a reader sees them, without what follows from what is known."""
        q = self.quantity
        conditions = [
            *([Eq(q, self.low)] if self.low == self.high else []),
            *([q >= self.low if self.has_low else q > self.low] if self.low not in (-oo, self.high) else []),
            *([q <= self.high if self.has_high else q < self.high] if self.high not in (oo, self.low) else []),
            *([Ne(q, self.hole)] if self.hole is not None else []),
        ]
        for condition in map(_isolated, conditions):
            if condition not in known.relations:
                yield condition


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
        doubt: Any = unknown.expr
        if not doubt.free_symbols or doubt.has(Dummy):
            raise
        expr = _single(core(doubt, known), known)
        cases = _by_thresholds(expr, known) or _by_sign(expr, known)
        if depth == 0 or all(fact in known.relations for case in cases[:1] for fact in case.facts):
            raise
    found: list[tuple[_Case, list[tuple[tuple[Relational, ...], T]]]] = []
    for case in cases:
        if any(isinstance(r, Ne) and (r.lhs - r.rhs).subs(equations(case.facts)) == 0 for r in known.relations):
            continue
        try:
            answers = by_cases(known & case.facts, compute, depth - (len(cases) > 1))
        except ContradictionError:
            continue  # what is known excludes this case
        found = _joined(found, case, answers)
    if not found:
        raise ContradictionError("the assumptions contradict each other")
    return _merged(
        [
            (_told((*case.shown(known), *more), known) if len(found) > 1 else more, answer)
            for case, answers in found
            for more, answer in answers
        ]
    )


def _merged(pairs: list[tuple[tuple[Relational, ...], T]]) -> list[tuple[tuple[Relational, ...], T]]:
    """Put neighbours with the same answer together whose conditions are adjoining intervals of one parameter."""
    found = pairs[:1]
    for conditions, answer in pairs[1:]:
        before, other = found[-1]
        together = _adjoined(before, conditions) if other == answer else None
        found = [*found, (conditions, answer)] if together is None else [*found[:-1], (together, answer)]
    return [((), found[0][1])] if len(found) == 1 else found


def _adjoined(a: tuple[Relational, ...], b: tuple[Relational, ...]) -> tuple[Relational, ...] | None:
    """The conditions that say that one of two holds, None where that isn't an interval of one parameter."""
    symbols = {r.lhs for r in (*a, *b)}
    if not a or not b or len(symbols) != 1 or not all(r.rhs.is_Rational and r.rel_op != "!=" for r in (*a, *b)):
        return None
    (parameter,) = symbols
    whole = Union(And(*a).as_set(), And(*b).as_set())
    if not parameter.is_Symbol or not isinstance(whole, Interval):
        return None
    low = parameter > whole.start if whole.left_open else parameter >= whole.start
    high = parameter < whole.end if whole.right_open else parameter <= whole.end
    return (*([low] if whole.start != -oo else []), *([high] if whole.end != oo else []))


def _single(expr: Expr, known: Assumptions) -> Expr:
    """A term that may be 0 of a sum of such as have all the same sign or are 0: the sum's sign is decided by theirs."""
    signs = {term: known.signs(term) for term in Add.make_args(expr)}
    if len(signs) == 1 or len(set().union(*signs.values()) - {0}) != 1:
        return expr
    doubtful = next((term for term in signs if signs[term] != {0} and 0 in signs[term]), None)
    return expr if doubtful is None else core(doubtful, known)


def _told(conditions: tuple[Relational, ...], known: Assumptions) -> tuple[Relational, ...]:
    """The conditions without those that follow from the others."""
    for condition in conditions:
        others = tuple(c for c in conditions if c != condition)
        if others and (known & others).signs(condition.lhs - condition.rhs) <= SIGNS[condition.rel_op]:
            return _told(others, known)
    return conditions


def _joined(found: list[tuple[_Case, T]], case: _Case, answers: T) -> list[tuple[_Case, T]]:
    """Add a case to those before it: to the last one, or around that one point, where the answers are the same."""
    if found and found[-1][1] == answers:
        last = found[-1][0]
        return [*found[:-1], (replace(last, high=case.high, has_high=case.has_high), answers)]
    if (
        len(found) > 1
        and found[-2][1] == answers
        and found[-2][0].hole is None
        and found[-1][0].low == found[-1][0].high
    ):
        around = replace(found[-2][0], high=case.high, has_high=case.has_high, hole=case.low)
        return [*found[:-2], (around, answers), found[-1]]
    return [*found, (case, answers)]


def settled(expr: Expr, conditions: Iterable[Boolean]) -> Expr:
    """Put in the values that conditions such as a = 1 give to symbols."""
    return expr.subs(equations(conditions))


def equations(conditions: Iterable[Boolean]) -> dict[Symbol, Expr]:
    """Return the values that conditions such as a = 1 give to symbols."""
    return {c.lhs: c.rhs for c in conditions if isinstance(c, Eq) and c.lhs.is_Symbol}


def combined(cases: list[tuple[tuple[Relational, ...], Expr | None]]) -> Expr | None:
    """Return answers in cases as one expression, a Piecewise in the parameters where there are several."""
    if len(cases) == 1:
        return cases[0][1]
    return branches([(conditions, nan if a is None else settled(a, conditions)) for conditions, a in cases])


def branches(cases: list[tuple[tuple[Relational, ...], Expr]]) -> Expr:
    """Return values under conditions, one of which always holds, as a Piecewise; several like the last are what is left."""
    first = len(cases) - 1
    while first > 0 and cases[first - 1][1] == cases[-1][1]:
        first -= 1
    rest = S.true if first < len(cases) - 1 else And(*cases[-1][0])
    return Piecewise(*((value, And(*conditions)) for conditions, value in cases[:first]), (cases[first][1], rest))


def _by_sign(expr: Expr, known: Assumptions) -> list[_Case]:
    """The three signs, without those that SymPy knows, or the prover shows, to be impossible."""
    signs = [
        ({"<", "<="}, expr < 0, _Case(expr, -oo, S.Zero, False, False, ())),
        ({"<=", ">="}, Eq(expr, 0), _Case(expr, S.Zero, S.Zero, True, True, ())),
        ({">", ">="}, expr > 0, _Case(expr, S.Zero, oo, False, False, ())),
    ]
    proved = _proved_sign(expr, known)
    return [
        replace(case, facts=tuple(_isolated(c) for c in [fact] if c != S.true))
        for among, fact, case in signs
        if fact != S.false and (proved is None or proved in among)
    ]


def _proved_sign(expr: Expr, known: Assumptions) -> str | None:
    """The strictest comparison with 0 that the prover shows to hold in all cases, None if there is none."""
    from ..proof.relations.relation import decide_relation  # takes long to load too

    if expr.is_polynomial():
        return None  # linear elimination and factors have been tried, and to refute takes long
    for op in (">", "<", ">=", "<="):
        with suppress(UndecidedError, NotSupportedError):
            if isinstance(decide_relation(expr, op, S.Zero, known.relations), Proved):
                return op
    return None


def _by_thresholds(expr: Expr, known: Assumptions) -> list[_Case]:
    """The cases of the sign of an expression in one parameter, between the values of it where that changes; none if not found."""
    from ..proof.properties.course import (
        course,  # charts take long to load, and most answers don't depend on parameters
    )

    if len(expr.free_symbols) != 1:
        return []
    (parameter,) = expr.free_symbols
    low, has_low, high, has_high = _bounds(parameter, known)
    try:
        run = course(expr, parameter, low, high, NOTHING)
    except (UndecidedError, NotSupportedError):
        return []
    if run.endless or run.vanishes or any(point.has(ImplicitRoot) for point in run.points):
        return []
    points = [*([low] if has_low else []), *run.points, *([high] if has_high else [])]
    edges = [-oo, *points, oo]
    signs = iter(run.signs)
    cases: list[_Case] = []
    for a, b in pairwise(edges):
        if not ((has_low and a == -oo) or (has_high and b == oo)):
            sign = next(signs)
            facts = [*([parameter > a] if a != -oo else []), *([parameter < b] if b != oo else [])]
            cases.append(_Case(parameter, a, b, False, False, (*facts, expr > 0 if sign > 0 else expr < 0)))
        if b != oo:
            cases.append(_Case(parameter, b, b, True, True, (Eq(parameter, b),)))
    return cases


def _bounds(symbol: Symbol, known: Assumptions) -> tuple[Expr, bool, Expr, bool]:
    """The bounds that relations with numbers set to a symbol, and whether it may be equal to them."""
    low, has_low, high, has_high = -oo, False, oo, False
    for relation in known.relations:
        for side in (relation, relation.reversed):
            if side.lhs != symbol or side.rhs.free_symbols or side.rhs in (oo, -oo):
                continue
            if side.rel_op in (">", ">=") and (low == -oo or side.rhs >= low):
                has_low = side.rel_op == ">=" and (has_low or side.rhs != low)
                low = side.rhs
            if side.rel_op in ("<", "<=") and (high == oo or side.rhs <= high):
                has_high = side.rel_op == "<=" and (has_high or side.rhs != high)
                high = side.rhs
    return low, has_low, high, has_high


def _isolated(condition: Relational) -> Relational:
    """Write a - 1 < 0 as a < 1, and a - b < 0 as a < b."""
    expr = condition.lhs - condition.rhs
    poly = expr.as_poly(*expr.free_symbols)
    if poly is None or poly.total_degree() != 1:
        return condition
    gen = min(poly.gens, key=str)
    slope = poly.coeff_monomial(gen)
    value = expand(gen - expr / slope)
    return (condition if slope > 0 or isinstance(condition, Eq | Ne) else condition.reversed).func(gen, value)
