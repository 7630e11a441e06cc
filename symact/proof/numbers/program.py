"""A SymPy expression as a straight-line program over balls and exact rationals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy as sp
from sympy import Expr, Symbol
from sympy.functions.elementary.piecewise import ExprCondPair
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from ...errors import InputError, NotSupportedError, UndecidedError
from .ball_rules import BALL_RULES, GeneralPower, Rule, Value, rational
from .implicit import ImplicitRoot

__all__ = ["Program", "ball_rule", "compile_expression"]


def ball_rule(head: Any) -> Rule:
    """Return how a step is computed over balls; an implicit root is a step of its own."""
    return head.ball if isinstance(head, ImplicitRoot) else BALL_RULES[head]


@dataclass(frozen=True)
class Program:
    """Steps that compute an expression from its variables: each applies a function class to earlier results."""

    variables: tuple[Symbol, ...]
    constants: tuple[Value, ...]
    steps: tuple[tuple[Any, tuple[int, ...]], ...]
    result: int

    def run(self, values: Iterable[Value], rule: Callable[[Any], Rule] = ball_rule) -> Value:
        """Return the result for the values of the variables; `rule(head)` computes one step, over balls by default."""
        registers: list[Value] = [*values, *self.constants]
        for head, slots in self.steps:
            registers.append(rule(head)(*[registers[slot] for slot in slots]))
        return registers[self.result]


def _leaf(node: Any) -> Value:
    """Return the value of an exact leaf, None for any other node; refuse leaves that are not real numbers."""
    if isinstance(node, BooleanTrue | BooleanFalse):
        return bool(node)
    if node.is_Rational:
        return rational(node)
    if node.is_Float:
        raise NotSupportedError(f"{node} is a rounded number; write it as an exact rational")
    if node in (sp.oo, -sp.oo, sp.zoo, sp.nan):
        raise UndecidedError(f"{node} is not a real number, so there is no ball around it")
    return None


@lru_cache(maxsize=1024)
def compile_expression(expr: Expr | Boolean, variables: tuple[Symbol, ...]) -> Program:
    """Return the program of an expression or a condition, each distinct subexpression computed once.

    Raises InputError for a symbol that is not among the variables, NotSupportedError for a function without a rule.
    """
    slots: dict[Any, int] = {v: k for k, v in enumerate(variables)}
    constants: list[Value] = []
    inner: list[tuple[Any, tuple[Any, ...]]] = []
    seen: set[Any] = set(variables)
    stack: list[tuple[Any, bool]] = [(expr, False)]
    while stack:
        node, ready = stack.pop()
        if node in seen:
            continue
        arguments = _arguments(node)
        if ready:
            seen.add(node)
            inner.append((node, arguments))
            continue
        if isinstance(node, Symbol):
            raise InputError(f"the expression contains {node}, which has no value")
        value = _leaf(node) if not node.args else None
        if value is not None:
            seen.add(node)
            slots[node] = len(variables) + len(constants)
            constants.append(value)
        elif isinstance(node, ImplicitRoot):
            stack.append((node, True))
        elif node.func not in BALL_RULES:
            raise NotSupportedError(f"{node.func.__name__} has no evaluation in ball arithmetic")
        else:
            stack.append((node, True))
            stack.extend((argument, False) for argument in reversed(arguments))
    steps = []
    for k, (node, arguments) in enumerate(inner):
        head = _head(node)
        steps.append((head, tuple(slots[argument] for argument in arguments)))
        slots[node] = len(variables) + len(constants) + k
    return Program(variables, tuple(constants), tuple(steps), slots[expr])


def _head(node: Any) -> Any:
    """What a step is: a function class, an implicit root itself, or a power by how its exponent is written."""
    if isinstance(node, ImplicitRoot):
        return node
    return GeneralPower if node.func is sp.Pow and not node.exp.is_Rational else node.func


def _arguments(node: Any) -> tuple[Any, ...]:
    """The arguments of a step; a Piecewise lists its branches and conditions in turn."""
    pairs = [a for a in node.args if isinstance(a, ExprCondPair)]
    return tuple(part for pair in pairs for part in pair.args) if pairs else node.args
