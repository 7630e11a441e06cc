"""Conditions of Piecewise branches: comparisons, also chained, joined by and, or, not."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from sympy import And, Eq, Expr, Ge, Gt, Le, Lt, Ne, Not, Or, Piecewise, S
from sympy.logic.boolalg import Boolean

from ..errors import InputError
from .build import Builder

__all__ = ["COMPARISONS", "read", "relations"]


class Source(Protocol):
    """What reads the two sides of a comparison."""

    build: Builder

    def scalar(self, node: ast.expr) -> Expr:
        """Return the expression a node stands for."""

    def refuse(self, at: ast.expr, reason: str) -> InputError:
        """Return the error that quotes the text of a node."""


COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[..., Any]]] = {
    ast.Eq: ("==", Eq),
    ast.NotEq: ("!=", Ne),
    ast.Lt: ("<", Lt),
    ast.LtE: ("<=", Le),
    ast.Gt: (">", Gt),
    ast.GtE: (">=", Ge),
}

#: As SymPy prints them.
_RELATIONS: dict[str, Callable[..., Any]] = {"Eq": Eq, "Ne": Ne, "Lt": Lt, "Le": Le, "Gt": Gt, "Ge": Ge}
_CONNECTIVES: dict[str, Callable[..., Any]] = {"And": And, "Or": Or, "Not": Not}

_JOINS: dict[type[ast.boolop | ast.operator], Callable[..., Any]] = {
    ast.And: And,
    ast.Or: Or,
    ast.BitAnd: And,
    ast.BitOr: Or,
}


def read(
    source: Source,
    node: ast.expr,
    otherwise: str = "is not a condition: write a comparison such as x > 0, or True for the last branch",
) -> Boolean:
    """Return the condition a node stands for; raise InputError, which says what is `otherwise` the matter, if it is none."""

    def parts(nodes: Iterable[ast.expr]) -> list[Boolean]:
        return [read(source, part, otherwise) for part in nodes]

    if isinstance(node, ast.Constant) and node.value is True:
        return S.true
    if isinstance(node, ast.Compare):
        return _made(source, And, relations(source, node), node)
    if isinstance(node, ast.BoolOp):
        return _made(source, _JOINS[type(node.op)], parts(node.values), node)
    if isinstance(node, ast.BinOp) and type(node.op) in _JOINS:
        return _made(source, _JOINS[type(node.op)], parts((node.left, node.right)), node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
        return _made(source, Not, parts((node.operand,)), node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id in _RELATIONS and len(node.args) == 2:
            return _made(source, _RELATIONS[node.func.id], [source.scalar(a) for a in node.args], node)
        if node.func.id in _CONNECTIVES and (len(node.args) == 1) == (node.func.id == "Not"):
            return _made(source, _CONNECTIVES[node.func.id], parts(node.args), node)
    raise source.refuse(node, otherwise)


def relations(source: Source, node: ast.Compare) -> list[Boolean]:
    """Return the relations of a comparison, which may be a chain: a < b < c is a < b and b < c."""
    sides = [source.scalar(side) for side in (node.left, *node.comparators)]
    found = []
    for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
        if type(op) not in COMPARISONS:
            raise source.refuse(node, "is not a comparison: write one of == != < <= > >=")
        if left.has(Piecewise) or right.has(Piecewise):
            raise source.refuse(node, "compares a Piecewise: write its cases as branches of their own")
        found.append(_made(source, COMPARISONS[type(op)][1], [left, right], node))
    return found


def _made(source: Source, head: Callable[..., Any], parts: list[Any], node: ast.expr) -> Any:
    made = source.build.call(head, parts, node)
    if not isinstance(made, Boolean):
        raise source.refuse(node, "is not a condition")
    return made
