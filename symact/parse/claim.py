"""A claim as text: one relation, or one property of a function."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from sympy import Expr, Integer, Set, Symbol, oo

from ..claims.model import Claim, Extent, Property, Relation, Statement
from ..errors import InputError
from . import calls
from .assumptions import read_given
from .conditions import COMPARISONS
from .domain import lost
from .limits import shown, syntax_tree
from .linear import is_matrix
from .reader import MAX_ORDER, ClaimReader
from .values import is_set, read_set
from .vectors import Vector
from .words import PROPERTIES, is_function, unknown_function
from .work import bounded_work

__all__ = ["parse_claim"]

_EXPECTED = "write one relation, such as relu(x) == Max(0, x), or one property, such as odd(tanh(x), x)"


@bounded_work()
def parse_claim(text: str, assume: Iterable[str] = ()) -> Claim:
    """Return the claim a text states: a relation, `range(e, v) == SET`, or a property such as odd(e, v).

    `assume` are relations and declarations, as `parse_assumptions` reads them. Nothing is evaluated beyond SymPy's
    automatic evaluation: derivatives, limits, integrals, expectations and sums stay. Raises InputError for anything but
    exactly one statement, in bounded time and memory.
    """
    assume = tuple(assume)
    tree = syntax_tree(text)[1]
    given, meaning = read_given(assume, [tree])
    reader = ClaimReader(text, meaning)
    statement, parts = _statement(reader, reader.tree)
    for made in reader.operations:
        if not any(part.has(made) for part in parts):
            raise InputError(f"{shown(str(made))} cancels out whether it has a value or not: leave it out")
    free = frozenset().union(*(part.free_symbols for part in parts))
    symbols = {s for s in free if type(s) is Symbol} - {base.label for base in given.vectors}
    ordered = sorted(symbols, key=lambda s: s.name)
    return Claim(
        text=reader.text,
        statement=statement,
        given=given,
        assume=assume,
        variables=tuple(s for s in ordered if not s.is_integer),
        indices=tuple(s for s in ordered if s.is_integer),
        domain=lost(reader.build.written, [part for part in parts if isinstance(part, Expr)]),
    )


def _statement(reader: ClaimReader, node: ast.expr) -> tuple[Statement, list[Any]]:
    """The statement, and the expressions and sets it consists of."""
    if isinstance(node, ast.Compare):
        if len(node.ops) > 1:
            raise reader.refuse(node, "states two relations: make them two claims")
        if type(node.ops[0]) not in COMPARISONS:
            raise reader.refuse(node, f"is no claim: {_EXPECTED}")
        op, left, right = COMPARISONS[type(node.ops[0])][0], node.left, node.comparators[0]
        if _called(right) == "range":
            left, right = right, left
        if _called(left) == "range" or is_set(left) or is_set(right):
            return _extent(reader, node, op, left, right)
        return _relation(reader, node, op, left, right)
    name = _called(node)
    if isinstance(node, ast.Call) and name in PROPERTIES:
        return _property(reader, node, name)
    if name and name not in reader.words and not is_function(name):
        raise unknown_function(name, PROPERTIES)
    raise reader.refuse(node, f"is no claim: {_EXPECTED}")


def _called(node: ast.expr) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _relation(
    reader: ClaimReader, node: ast.Compare, op: str, left: ast.expr, right: ast.expr
) -> tuple[Relation, list[Any]]:
    sides = [_side(reader, left), _side(reader, right)]
    if any(is_matrix(side) for side in sides):
        if not all(is_matrix(side) for side in sides) or sides[0].shape != sides[1].shape or op not in ("==", "!="):
            raise reader.refuse(node, "compares what has no order or another shape: matrices of one shape are == or !=")
    elif any(isinstance(side, Vector) for side in sides):
        if op == "!=":
            raise reader.refuse(node, "is not read for vectors: state it of entries, such as v[i] != w[i]")
        sides = reader.space.entries(sides)
    return Relation(sides[0], op, sides[1]), [side for side in sides if side not in (oo, -oo)]


def _side(reader: ClaimReader, node: ast.expr) -> Any:
    infinite = reader.infinite(node)
    value = reader.value(node) if infinite is None else infinite
    if not isinstance(value, Vector | Expr):
        raise reader.refuse(node, "is not an expression")
    return value


def _extent(
    reader: ClaimReader, node: ast.Compare, op: str, left: ast.expr, right: ast.expr
) -> tuple[Extent, list[Any]]:
    if not isinstance(left, ast.Call) or _called(left) != "range" or op not in ("==", "!="):
        raise reader.refuse(node, "compares a set: write range(e, x) == Interval(a, b)")
    calls.check_count(reader, left, 2, 2)
    expression, variable = reader.scalar(left.args[0]), reader.variable(left.args[1])
    values: Set = read_set(reader, right)
    if variable in values.free_symbols:
        raise reader.refuse(right, f"must not contain {variable}")
    return Extent(expression, variable, values, op == "=="), [expression, values]


def _property(reader: ClaimReader, node: ast.Call, name: str) -> tuple[Property, list[Any]]:
    # smooth(e, v, k) has an order besides
    count = 3 if name == "smooth" else 2
    calls.check_count(reader, node, count, count)
    expression, variable = reader.scalar(node.args[0]), reader.variable(node.args[1])
    if name != "smooth":
        return Property(name, expression, variable), [expression, variable]
    infinite = reader.infinite(node.args[2])
    order = infinite if infinite == oo else Integer(reader.order(node.args[2], MAX_ORDER))
    return Property(name, expression, variable, order), [expression, variable]
