"""Balls around all values of a function on a box, every step of which is certainly continuous there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp
from flint import fmpq
from sympy import Expr, Symbol

from ...errors import UndecidedError
from . import balls
from .ball_rules import Rule, Value, ball
from .program import ball_rule, compile_expression

__all__ = ["continuous"]


def continuous(expr: Expr, values: Mapping[Symbol, Value], bits: int) -> Value:
    """Return what contains the values of an expression; raise UndecidedError where it may jump or have no value."""
    names = tuple(sorted(expr.free_symbols, key=str))
    with balls.precision(bits):
        found = compile_expression(expr, names).run([values[name] for name in names], _step)
    _require_finite(found, expr)
    return found


def _step(head: Any) -> Rule:
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
