"""Expressions without derivatives, limits, integrals and expectations: each is carried out with proof, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sympy import Derivative, Expr, Integral, Limit, nan, oo, zoo
from sympy.core.relational import Relational

from ...claims.model import Expectation
from ...errors import UndecidedError
from ..algebra.assume import assuming
from ..functions.sign_cases import NoValueError, pruned, split_relations
from .derivatives import derivative
from .integration import definite_integral
from .limits import limit_in_cases
from .moments import expectation

__all__ = ["NODES", "NoValueError", "evaluate"]

Relations = tuple[Relational, ...]

_SIDES = {"+": (1,), "-": (-1,), "+-": (-1, 1)}


def evaluate(expr: Expr, relations: Iterable[Relational] = ()) -> Expr:
    """Return what `expr` is where it exists and the relations hold, without Derivative, Limit, Integral, Expectation nodes.

    A derivative doesn't exist at a kink: there the result, a Piecewise that doesn't cover the point, has no value. The result
    may be oo or -oo as a whole. Raises UndecidedError or NotSupportedError where a node isn't evaluated with proof,
    NoValueError where it is proved not to exist.
    """
    found = _walk(expr, tuple(relations))
    if found.has(nan, zoo) or (found.has(oo, -oo) and found not in (oo, -oo)):
        raise UndecidedError(f"{expr} has no finite value")
    return found


def _walk(expr: Any, relations: Relations) -> Any:
    if not expr.has(*NODES):
        return expr
    rule = NODES.get(expr.func)
    if rule is not None:
        return rule(expr, relations)
    return expr.func(*(_walk(part, relations) for part in expr.args))


def _derivative(node: Derivative, relations: Relations) -> Expr:
    others, _ = split_relations(relations, *node.variables)
    found = _walk(node.expr, others)
    for count, x in enumerate(node.variables):
        last = count == len(node.variables) - 1
        # only the last derivative may be cut down to where the relations hold: the others need a neighbourhood
        outer = relations if last else others
        value = pruned(derivative(found, x, assuming(split_relations(outer, x)[0])), outer)
        if value is None:
            raise NoValueError(f"{node} exists nowhere")
        found = value
    return found


def _limit(node: Limit, relations: Relations) -> Expr:
    expr, v, point, direction = node.args
    others, _ = split_relations(relations, v)
    sides = _SIDES[str(direction)] if point not in (oo, -oo) else (1,)
    cases = limit_in_cases(_walk(expr, others), v, _walk(point, others), sides, assuming(others))
    value: Expr = pruned(cases, others)
    return value


def _integral(node: Integral, relations: Relations) -> Expr:
    if len(node.limits) != 1 or len(node.limits[0]) != 3:
        raise UndecidedError(
            "an integral without bounds is known but for a constant; compare it alone with one expression"
        )
    v, low, high = node.limits[0]
    others, _ = split_relations(relations, v)
    return definite_integral(_walk(node.function, others), v, _walk(low, others), _walk(high, others), assuming(others))


def _expectation(node: Expectation, relations: Relations) -> Expr:
    z = node.limits[0][0]
    others, _ = split_relations(relations, z)
    return expectation(_walk(node.function, others), z, assuming(others))


#: Node class → how it is evaluated under relations.
NODES: dict[Any, Callable[[Any, Relations], Expr]] = {
    Derivative: _derivative,
    Limit: _limit,
    Integral: _integral,
    Expectation: _expectation,
}
