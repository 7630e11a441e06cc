"""The expressions of claims: derivatives, limits, integrals, expectations and sums, none of them carried out."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sympy import Derivative, Expr, Indexed, Integer, Integral, KroneckerDelta, Limit, S, Sum, Symbol, log

from ..claims.model import Expectation
from . import calls
from .linear import LinearReader
from .vectors import index
from .words import CONSTANTS, PROPERTIES, is_function

__all__ = ["MAX_ORDER", "ClaimReader", "index_names"]

#: How often an expression may be differentiated, and how many terms of a sum are written out.
MAX_ORDER = 20
MAX_TERMS = 32

_DIRECTIONS = ("+", "-", "+-")


def index_names(trees: Sequence[ast.expr]) -> set[str]:
    """Return the names that stand where an index stands: in brackets, in KroneckerDelta, and in the bounds of a Sum."""
    places: list[ast.expr] = []
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Subscript):
            places.append(node.slice)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            places += {"KroneckerDelta": node.args, "Sum": node.args[1:]}.get(node.func.id, [])
    names = {name.id for place in places for name in ast.walk(place) if isinstance(name, ast.Name)}
    return {name for name in names if name not in CONSTANTS and not is_function(name)}


class ClaimReader(LinearReader):
    """Reads the expressions of one claim; `known` says which names are vectors, matrices and integers."""

    words: ClassVar[dict[str, str]] = {
        "diff": "derivative",
        "limit": "limit",
        "integral": "integral",
        "expectation": "expectation",
        "Sum": "total",
        "KroneckerDelta": "delta",
        "cross_entropy": "cross_entropy",
        **dict.fromkeys(("range", *PROPERTIES), "statement"),
    }

    def __init__(self, text: str, known: Mapping[str, Any]) -> None:
        super().__init__(text, known)
        #: Limits, integrals and expectations, but for those inside others: each may have no value.
        self.operations: list[Expr] = []

    def statement(self, node: ast.Call) -> Expr:
        """Refuse what is a claim of its own inside an expression."""
        raise self.refuse(node, "is a statement, which can't be part of an expression")

    def derivative(self, node: ast.Call) -> Expr:
        """Read diff(e, v[, n]) as the derivative, not carried out."""
        calls.check_count(self, node, 2, 3)
        expression = self.scalar(node.args[0])
        variable = self.scalar(node.args[1])
        if not isinstance(variable, Symbol | Indexed) or variable.is_integer:
            raise self.refuse(node.args[1], "is not a real variable: write diff(e, x) or diff(e, x, n)")
        order = self.order(node.args[2], MAX_ORDER) if len(node.args) == 3 else 1
        return self.build.call(Derivative, [expression, (variable, order)], node)

    def limit(self, node: ast.Call) -> Expr:
        """Read limit(e, v, p[, dir]) as the limit, not carried out; from both sides unless dir is '+' or '-'."""
        calls.check_count(self, node, 3, 4)
        expression, variable = self.body(node)
        point = self.extended(node.args[2])
        if variable in point.free_symbols:
            raise self.refuse(node, f"is no limit: the point must not contain {variable}")
        direction = self.direction(node.args[3]) if len(node.args) == 4 else "+-"
        return self._operation(Limit, [expression, variable, point, direction], node)

    def integral(self, node: ast.Call) -> Expr:
        """Read integral(e, v[, a, b]) as the integral, not carried out; without bounds it is an antiderivative."""
        calls.check_count(self, node, 2, 4)
        if len(node.args) == 3:
            raise self.refuse(node, "has one bound: write integral(e, x) or integral(e, x, a, b)")
        if len(node.args) == 2:
            return self._operation(Integral, [self.scalar(node.args[0]), self.variable(node.args[1])], node)
        expression, variable = self.body(node)
        bounds = [self.extended(bound) for bound in node.args[2:]]
        return self._operation(Integral, [expression, (variable, *bounds)], node)

    def expectation(self, node: ast.Call) -> Expr:
        """Read expectation(e, z) with z ~ N(0, 1), not carried out."""
        calls.check_count(self, node, 2, 2)
        expression, variable = self.body(node)
        return self._operation(Expectation, [expression, variable], node)

    def _operation(self, head: Any, arguments: list[Any], node: ast.expr) -> Expr:
        """Return head(*arguments), and keep it in mind instead of what is inside it."""
        made: Expr = self.build.call(head, arguments, node)
        # an integral of an integral becomes one of two variables
        self.operations = [op for op in self.operations if not (made.has(op) or arguments[0].has(op))] + [made]
        return made

    def total(self, node: ast.Call) -> Expr:
        """Read Sum(e, (i, a, b)); between numbers it is written out."""
        calls.check_count(self, node, 2, 2)
        limits = node.args[1]
        if not (isinstance(limits, ast.Tuple) and len(limits.elts) == 3 and isinstance(limits.elts[0], ast.Name)):
            raise self.refuse(node, "needs an index and its bounds: write Sum(e, (i, 1, n))")
        name = limits.elts[0].id
        low, high = (self.integer(bound) for bound in limits.elts[1:])
        if not (low.is_Integer and high.is_Integer):
            start = len(self.build.written)
            bound = index(name) if low.is_positive else Symbol(name, integer=True)
            term = self.having(name, bound, node.args[0])
            self.keep(node.args[0], [term], start, bound)
            return self.build.call(Sum, [term, (bound, low, high)], node)
        if high - low >= MAX_TERMS:
            raise self.refuse(node, f"has too many terms: up to {MAX_TERMS} are written out")
        terms = [self.having(name, Integer(at), node.args[0]) for at in range(int(low), int(high) + 1)]
        return self.build.add(terms, node)

    def delta(self, node: ast.Call) -> Expr:
        """Read KroneckerDelta(i, j)."""
        calls.check_count(self, node, 2, 2)
        return self.build.call(KroneckerDelta, [self.integer(a) for a in node.args], node)

    def cross_entropy(self, node: ast.Call) -> Expr:
        """Read cross_entropy(y, p), -Σ y_i log p_i."""
        calls.check_count(self, node, 2, 2)
        target, given = (self.vector(a) for a in node.args)
        terms = self.space.lifted(lambda pair: self._times_log(pair[0], pair[1], node), [target, given])
        return self.build.multiply([S.NegativeOne, self.space.total(Sum, terms.length, terms.entry)], node)

    def _times_log(self, target: Expr, given: Expr, node: ast.expr) -> Expr:
        return self.build.multiply([target, self.build.apply(log, given, node)], node)

    def variable(self, node: ast.expr) -> Symbol:
        """Return the real variable a node names."""
        value = self.scalar(node)
        if not isinstance(value, Symbol) or value.is_integer:
            raise self.refuse(node, "is not a real variable, such as x")
        return value

    def body(self, node: ast.Call) -> tuple[Expr, Symbol]:
        """Read the expression and the variable that a limit, an integral or an expectation binds in it."""
        variable, start = self.variable(node.args[1]), len(self.build.written)
        expression = self.scalar(node.args[0])
        self.keep(node.args[0], [expression], start, variable)
        return expression, variable

    def order(self, node: ast.expr, most: int) -> int:
        """Return a number that is written out, from 0 to `most`."""
        value = self.scalar(node)
        if not value.is_Integer or not 0 <= value <= most:
            raise self.refuse(node, f"is not a number from 0 to {most}")
        return int(value)

    def direction(self, node: ast.expr) -> str:
        """Return the side from which a limit is taken."""
        if isinstance(node, ast.Constant) and node.value in _DIRECTIONS:
            return str(node.value)
        raise self.refuse(node, "is not a direction: write '+' (from the right), '-' (from the left) or '+-' (both)")

    def having(self, name: str, meaning: Expr, node: ast.expr) -> Expr:
        """Read a node in which a name has this meaning."""
        outer = self.known
        self.known = {**outer, name: meaning}
        try:
            return self.scalar(node)
        finally:
            self.known = outer
