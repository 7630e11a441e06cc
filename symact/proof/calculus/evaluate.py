"""Expressions without derivatives, limits, integrals and expectations: each is carried out with proof, or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sympy import Derivative, Expr, Integral, Limit, nan, oo, zoo
from sympy.core.relational import Relational

from ...claims.model import Expectation
from ...errors import UndecidedError
from ..algebra.assume import assuming, conjuncts
from ..functions.sign_cases import NoValueError, pruned, split_relations
from ..text import text_of
from .derivatives import derivative
from .integration import definite_integral
from .limits import limit_in_cases
from .moments import expectation

__all__ = ["NODES", "NoValueError", "evaluate"]

Relations = tuple[Relational, ...]
#: What a certificate says of every node that is carried out, in the order of their ends; None where nobody asks.
Steps = list[dict[str, Any]] | None

_SIDES = {"+": (1,), "-": (-1,), "+-": (-1, 1)}


def evaluate(expr: Expr, relations: Iterable[Relational] = (), steps: Steps = None) -> Expr:
    """Return what `expr` is where it exists and the relations hold, without Derivative, Limit, Integral, Expectation nodes.

    A derivative doesn't exist at a kink: there the result, a Piecewise that doesn't cover the point, has no value. The result
    may be oo or -oo as a whole. `steps` takes up the value of every node, with the antiderivatives used. Raises UndecidedError
    or NotSupportedError where a node isn't evaluated with proof, NoValueError where it is proved not to exist.
    """
    found = _walk(expr, tuple(relations), steps)
    if found.has(nan, zoo) or (found.has(oo, -oo) and found not in (oo, -oo)):
        raise UndecidedError(f"{expr} has no finite value")
    return found


def _walk(expr: Any, relations: Relations, steps: Steps) -> Any:
    if not expr.has(*NODES):
        return expr
    rule = NODES.get(expr.func)
    if rule is not None:
        return rule(expr, relations, steps)
    return expr.func(*(_walk(part, relations, steps) for part in expr.args))


def _noted(steps: Steps, value: Expr, cases: Sequence[dict[str, Any]] = ()) -> Expr:
    """Take up the value of a node, with the antiderivatives in each of its cases."""
    if steps is not None:
        steps.append({"value": text_of(value), **({"cases": list(cases)} if cases else {})})
    return value


def _derivative(node: Derivative, relations: Relations, steps: Steps) -> Expr:
    others, _ = split_relations(relations, *node.variables)
    found = _walk(node.expr, others, steps)
    for count, x in enumerate(node.variables):
        last = count == len(node.variables) - 1
        # only the last derivative may be cut down to where the relations hold: the others need a neighbourhood
        outer = relations if last else others
        value = pruned(derivative(found, x, assuming(split_relations(outer, x)[0])), outer)
        if value is None:
            raise NoValueError(f"{node} exists nowhere")
        found = _noted(steps, value)
    return found


def _limit(node: Limit, relations: Relations, steps: Steps) -> Expr:
    expr, v, point, direction = node.args
    others, _ = split_relations(relations, v)
    sides = _SIDES[str(direction)] if point not in (oo, -oo) else (1,)
    inner, end = _walk(expr, others, steps), _walk(point, others, steps)
    with _naming(lambda: Limit(inner, v, end, str(direction))):
        cases = limit_in_cases(inner, v, end, sides, assuming(others))
    if len(cases) > 1 and len({value for value, _ in cases}) == 1:  # the cases leave nothing out
        return _noted(steps, cases[0][0], [{"when": [text_of(r) for r in conjuncts(when)]} for _, when in cases])
    value: Expr = pruned(cases, others)
    return _noted(steps, value)


def _integral(node: Integral, relations: Relations, steps: Steps) -> Expr:
    if len(node.limits) != 1 or len(node.limits[0]) != 3:
        raise UndecidedError(
            "an integral without bounds is known but for a constant; compare it alone with one expression"
        )
    v, low, high = node.limits[0]
    others, _ = split_relations(relations, v)
    parts = [_walk(part, others, steps) for part in (node.function, low, high)]
    shown: list[dict[str, Any]] = []
    with _naming(lambda: Integral(parts[0], (v, parts[1], parts[2]))):
        value = definite_integral(parts[0], v, parts[1], parts[2], assuming(others), shown)
    return _noted(steps, value, shown)


def _expectation(node: Expectation, relations: Relations, steps: Steps) -> Expr:
    z = node.limits[0][0]
    others, _ = split_relations(relations, z)
    shown: list[dict[str, Any]] = []
    inner = _walk(node.function, others, steps)
    with _naming(lambda: Expectation(inner, z)):
        value = expectation(inner, z, assuming(others), shown)
    return _noted(steps, value, shown)


@contextmanager
def _naming(node: Callable[[], Expr]) -> Iterator[None]:
    """Let the error for a value that doesn't exist name the node."""
    try:
        yield
    except NoValueError as missing:
        missing.node = node()
        raise


#: Node class → how it is evaluated under relations.
NODES: dict[Any, Callable[[Any, Relations, Steps], Expr]] = {
    Derivative: _derivative,
    Limit: _limit,
    Integral: _integral,
    Expectation: _expectation,
}
