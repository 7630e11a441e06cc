"""Abs, sign, Heaviside, Max, Min and Piecewise as tables: where they switch, and to what; and where functions are undefined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sympy import (
    Abs,
    Expr,
    Heaviside,
    LambertW,
    Max,
    Min,
    Piecewise,
    Pow,
    S,
    acos,
    acosh,
    asin,
    atanh,
    cos,
    cot,
    erfinv,
    exp,
    log,
    nan,
    preorder_traversal,
    sign,
    sin,
    tan,
)
from sympy.core.relational import Relational

from ..algebra.signs import SIGNS

__all__ = ["choose", "next_switch", "obstacles", "surfaces"]

NEGATIVE, ZERO, POSITIVE = -1, 0, 1


def _fold(node: Expr, signs: dict[Expr, int], greater: bool) -> Expr:
    first, second, *rest = node.args
    keep = first if (signs[first - second] >= 0) == greater else second
    return node.func(keep, *rest)


def _branch(node: Expr, signs: dict[Expr, int]) -> Expr:
    (value, condition), *rest = node.args
    decided = {r: S.true if _holds(r, signs[r.lhs - r.rhs]) else S.false for r in condition.atoms(Relational)}
    if condition.xreplace(decided) == S.true:
        return value
    return Piecewise(*rest) if rest else nan


def _holds(relation: Relational, sign: int) -> bool:
    return sign in SIGNS[relation.rel_op]


#: Switching function → (the expressions whose signs decide it, what it is once they are known).
SWITCHES: dict[Any, tuple[Callable[[Expr], list[Expr]], Callable[[Expr, dict[Expr, int]], Expr]]] = {
    Abs: (lambda e: [e.args[0]], lambda e, s: s[e.args[0]] * e.args[0]),
    sign: (lambda e: [e.args[0]], lambda e, s: S(s[e.args[0]])),
    Heaviside: (lambda e: [e.args[0]], lambda e, s: {-1: S.Zero, 0: e.args[1], 1: S.One}[s[e.args[0]]]),
    Max: (lambda e: [e.args[0] - e.args[1]], lambda e, s: _fold(e, s, greater=True)),
    Min: (lambda e: [e.args[0] - e.args[1]], lambda e, s: _fold(e, s, greater=False)),
    Piecewise: (lambda e: [r.lhs - r.rhs for r in e.args[0].cond.atoms(Relational)], _branch),
}


def surfaces(node: Expr) -> list[Expr]:
    """Return the expressions whose signs decide the switch."""
    return SWITCHES[node.func][0](node)


def choose(node: Expr, signs: dict[Expr, int]) -> Expr:
    """Return what the switch is where its surfaces have these signs; nan where no branch applies."""
    return SWITCHES[node.func][1](node, signs)


def next_switch(expr: Expr) -> Expr | None:
    """Return the outermost Piecewise, whose idle branches may be undefined, else an innermost switch, else None."""
    if not expr.has(*SWITCHES):
        return None
    nodes: list[Expr] = [node for node in preorder_traversal(expr) if isinstance(node, tuple(SWITCHES))]
    for node in nodes:
        if isinstance(node, Piecewise):
            return node
    return next(node for node in nodes if not any(a.has(*SWITCHES) for a in node.args))


def obstacles(expr: Expr) -> Iterator[tuple[Expr, set[int]]]:
    """Yield (g, signs), inner ones first: the expression is defined only where g has one of the signs.

    Only what always counts is looked at: not the branches of a Piecewise, which need hold only where they are chosen.
    """
    if isinstance(expr, Piecewise):
        return
    for argument in expr.args:
        yield from obstacles(argument)
    for cls, rule in _DOMAINS:
        if isinstance(expr, cls):
            yield from rule(expr)


def _domain_of_power(node: Expr) -> Iterator[tuple[Expr, set[int]]]:
    base, power = node.args
    if power.is_Integer:
        if power < 0:
            yield base, {NEGATIVE, POSITIVE}
    elif power.is_Rational:
        yield base, ({POSITIVE} if power < 0 else {ZERO, POSITIVE})
    elif not base.is_number or not base.is_positive:
        yield base, {POSITIVE}


def _inside(node: Expr, closed: bool) -> Iterator[tuple[Expr, set[int]]]:
    yield 1 - node.args[0] ** 2, ({ZERO, POSITIVE} if closed else {POSITIVE})


#: Function class → the signs certain expressions must have for it to be real and finite.
_DOMAINS: tuple[tuple[Any, Callable[[Expr], Any]], ...] = (
    (Pow, lambda e: () if isinstance(e, exp) else _domain_of_power(e)),
    (log, lambda e: [(e.args[0], {POSITIVE})]),
    (asin, lambda e: _inside(e, closed=True)),
    (acos, lambda e: _inside(e, closed=True)),
    (atanh, lambda e: _inside(e, closed=False)),
    (erfinv, lambda e: _inside(e, closed=False)),
    (acosh, lambda e: [(e.args[0] - 1, {ZERO, POSITIVE})]),
    (
        LambertW,
        lambda e: [(e.args[0] + exp(-1), {ZERO, POSITIVE}), *([(-e.args[0], {POSITIVE})] if len(e.args) > 1 else [])],
    ),
    (tan, lambda e: [(cos(e.args[0]), {NEGATIVE, POSITIVE})]),
    (cot, lambda e: [(sin(e.args[0]), {NEGATIVE, POSITIVE})]),
)
