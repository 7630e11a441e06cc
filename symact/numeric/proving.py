"""Whether a floating-point form means what the definition says, on a cell: asked of the exact zero test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp
from sympy import Expr, S, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..errors import SymactError
from ..proof.algebra.assume import Assumptions, assuming
from ..proof.algebra.field import equal
from .samples import Cell

__all__ = ["agrees", "cell_assumptions", "proved_equal"]


def proved_equal(a: Expr, b: Expr, relations: Iterable[Boolean]) -> bool | None:
    """Return whether two expressions are proved equal, or proved different, where the relations hold; None if undecided."""
    try:
        return equal(a, b, list(relations))
    except SymactError:
        return None


def cell_assumptions(cell: Cell, variable: Symbol, known: Assumptions) -> Assumptions:
    """Return what holds inside a cell.

    A cut that only parameters place is clipped to its piece, and where the cell isn't empty it is the cut itself.
    """
    low, high = cell.low, cell.high
    if isinstance(low, sp.Min) and high in low.args:
        low = sp.Min(*(a for a in low.args if a != high))
    if isinstance(high, sp.Max) and low in high.args:
        high = sp.Max(*(a for a in high.args if a != low))
    below = [variable > a for a in (low.args if isinstance(low, sp.Max) else (low,))]
    above = [variable < a for a in (high.args if isinstance(high, sp.Min) else (high,))]
    return assuming(known, *(r for r in (*below, *above) if isinstance(r, Relational)))


def agrees(form: Expr, cell: Cell, variable: Symbol, known: Assumptions) -> bool | None:
    """Return whether a form is proved equal to the cell's expression there, or proved different; None if undecided."""
    assert cell.expr is not None
    try:
        return _agrees(form, cell.expr, cell_assumptions(cell, variable, known))
    except SymactError:
        return None


def _agrees(form: Expr, expr: Expr, inside: Assumptions) -> bool | None:
    """The same where assumptions hold; a choice by one relation agrees if either side does where it is taken."""
    form = _resolved(form, inside)
    if isinstance(form, sp.Piecewise) and len(form.args) == 2 and isinstance(form.args[0].cond, Relational):
        (yes, condition), (no, _) = form.args
        sides = [_agrees(yes, expr, inside & condition), _agrees(no, expr, inside & sp.Not(condition))]
        return None if None in sides else all(sides)
    return proved_equal(form, expr, inside.relations)


def _resolved(expr: Any, known: Assumptions) -> Any:
    """The expression with each switch replaced by what it is where the assumptions hold, as far as they tell."""
    if not expr.args:
        return expr
    args = [_resolved(a, known) for a in expr.args]
    if isinstance(expr, Relational):
        return _decided(expr.func(*args), known)
    rule = _SWITCHES.get(expr.func)
    found = rule(known, *args) if rule else None
    return expr.func(*args) if found is None else found


def _decided(relation: Any, known: Assumptions) -> Any:
    if not isinstance(relation, Relational):
        return relation
    sign = known.sign(relation.lhs - relation.rhs)
    return relation if sign is None else sp.sympify(relation.func(sp.Integer(sign), 0))


def _larger(known: Assumptions, *args: Expr) -> Expr | None:
    best = args[0]
    for other in args[1:]:
        sign = known.sign(best - other)
        if sign is None:
            return None
        best = best if sign >= 0 else other
    return best


def _absolute(known: Assumptions, value: Expr) -> Expr | None:
    sign = known.sign(value)
    return None if sign is None else sign * value


_SWITCHES: dict[Any, Any] = {
    sp.Max: _larger,
    sp.Min: lambda known, *args: None if (v := _larger(known, *(-a for a in args))) is None else -v,
    sp.Abs: _absolute,
    sp.sign: lambda known, value: None if (s := known.sign(value)) is None else S(s),
}
