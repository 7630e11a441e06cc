"""Both sides of a relation on a whole interval: continuous there and in another order at its ends, they are equal somewhere in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy import Expr, Rational, Symbol

from ...errors import SymactError, UndecidedError
from ..numbers import balls
from ..numbers.ball_rules import Rule, Value, ball, rational
from ..numbers.program import ball_rule, compile_expression
from .comparison import Sides, compare, fits

__all__ = ["meet", "order_at"]

BITS = 256


def order_at(sides: Sides, values: Sequence[Rational]) -> int | None:
    """Return the certain sign of left - right at a point, None where balls don't tell."""
    for op, sign in (("<", -1), (">", 1)):
        if Sides(sides.left, op, sides.right, sides.symbols).holds(values, 2 * BITS)[0] is True:
            return sign
    return None


def meet(
    sides: Sides, relations: Sequence[Any], point: Mapping[Symbol, Rational], x: Symbol, ends: Sequence[Rational]
) -> bool:
    """Whether both sides are certainly equal somewhere between two values of x, the others being as in the point.

    The relations hold on the whole interval.
    """
    if x.is_integer or not ends[0] < ends[1]:
        return False
    places = [{**point, x: end} for end in ends]
    if not all(fits(place, relations) for place in places):
        return False
    orders = {order_at(sides, [place[s] for s in sides.symbols]) for place in places}
    if orders != {-1, 1}:
        return False
    whole = {s: rational(value) for s, value in point.items()}
    with balls.precision(BITS):
        whole[x] = arb(rational(ends[0])).union(arb(rational(ends[1])))
    try:
        for side in (sides.left, sides.right):
            _run(side, whole, _continuous)
        moving = (r for r in relations if x in r.free_symbols)
        return all(
            compare(_run(r.lhs, whole, ball_rule), r.rel_op, _run(r.rhs, whole, ball_rule)) is True for r in moving
        )
    except SymactError:
        return False


def _run(expr: Expr, values: Mapping[Symbol, Value], rule: Any) -> Value:
    names = tuple(sorted(expr.free_symbols, key=str))
    with balls.precision(BITS):
        found = compile_expression(expr, names).run([values[name] for name in names], rule)
    _require_finite(found, expr)
    return found


def _continuous(head: Any) -> Rule:
    """A step over balls that is refused where it may jump or have no value."""
    rule = ball_rule(head)

    def step(*values: Value) -> Value:
        if head is sp.Piecewise and None in _asked(values[1::2]):
            raise UndecidedError("which branch applies changes")
        found = rule(*values)
        if found is None or isinstance(found, bool):
            return found
        if head in (sp.sign, sp.Heaviside) and not isinstance(found, fmpq):
            raise UndecidedError("a sign changes")
        _require_finite(found, head)
        return found

    return step


def _asked(conditions: Sequence[Value]) -> Sequence[Value]:
    """The conditions up to the first that holds."""
    return conditions[: conditions.index(True)] if True in conditions else (None,)


def _require_finite(value: Value, what: Any) -> None:
    if not ball(value).is_finite():
        raise UndecidedError(f"{what} may have no value")
