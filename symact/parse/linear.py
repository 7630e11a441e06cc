"""Vectors and matrices in the expressions of claims, beside numbers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from itertools import pairwise
from operator import add, mul
from typing import Any, ClassVar

from sympy import Expr
from sympy.matrices.expressions.matexpr import MatrixExpr

from ..definition import Definition
from . import calls
from .expression import Reader
from .limits import MAX_ARGUMENTS
from .vectors import Vector, Workspace, listed

__all__ = ["LinearReader", "is_matrix"]


class LinearReader(Reader):
    """Reads expressions with the vectors and matrices that are declared in `known`."""

    nodes: ClassVar[dict[type[ast.expr], str]] = {**Reader.nodes, ast.Subscript: "subscript", ast.List: "listed"}

    def __init__(self, text: str, known: Mapping[str, Any]) -> None:
        super().__init__(text, known)
        names = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        self.space = Workspace(names | set(known))

    def vector(self, node: ast.expr, value: Any = None) -> Vector:
        """Return the vector a node stands for, or the value it was found to have."""
        value = self.value(node) if value is None else value
        if not isinstance(value, Vector):
            raise self.refuse(node, 'is not a vector: declare it by the assumption "v in vector(n)", or write [x, y]')
        return value

    def integer(self, node: ast.expr) -> Expr:
        """Return an index: a number or an integer symbol, or a sum of such."""
        value = self.scalar(node)
        if not value.is_integer:
            raise self.refuse(node, "is not an integer")
        return value

    def listed(self, node: ast.List) -> Vector:
        """Read [a, b, …] as a vector."""
        if not 1 <= len(node.elts) <= MAX_ARGUMENTS:
            raise self.refuse(node, f"is not a vector of 1 to {MAX_ARGUMENTS} entries")
        return listed([self.scalar(entry) for entry in node.elts])

    def subscript(self, node: ast.Subscript) -> Expr:
        """Read v[i], the i-th entry of a vector; indices count from 1."""
        vector, at = self.vector(node.value), self.integer(node.slice)
        if at.is_Integer and (at < 1 or (vector.length.is_Integer and at > vector.length)):
            raise self.refuse(node, f"is outside the vector: indices run from 1 to {vector.length}")
        return self.build.check(vector.entry(at), node)

    def sum(self, terms: Sequence[Any], node: ast.expr) -> Any:
        """Return the sum; a number is added to every entry of a vector."""
        if any(is_matrix(term) for term in terms):
            return self._sum_of_matrices(terms, node)
        return self._entrywise(lambda parts: self.build.add(parts, node), terms)

    def product(self, factors: Sequence[Any], node: ast.expr) -> Any:
        """Return the product: of numbers, of one vector and numbers, or of matrices that fit and numbers."""
        if any(is_matrix(factor) for factor in factors):
            return self._product_of_matrices(factors, node)
        if sum(isinstance(factor, Vector) for factor in factors) > 1:
            raise self.refuse(node, "multiplies vectors: write Sum(v[i]*w[i], (i, 1, n)), or v[i]*w[i] for one entry")
        return self._entrywise(lambda parts: self.build.multiply(parts, node), factors)

    def power(self, base: Any, exponent: Any, node: ast.expr) -> Any:
        """Return base**exponent, entry by entry for a vector."""
        if is_matrix(base) or is_matrix(exponent):
            raise self.refuse(node, "is a power of a matrix, or a division by one, which is not read")
        return self._entrywise(lambda parts: self.build.power(parts[0], parts[1], node), [base, exponent])

    def apply(self, head: Callable[[Expr], Expr], argument: Any, node: ast.expr) -> Any:
        """Return a function of one argument, at every entry of a vector."""
        self._refuse_matrix(argument, node)
        return self._entrywise(lambda parts: super(LinearReader, self).apply(head, parts[0], node), [argument])

    def named(self, found: Definition, argument: Any, values: Sequence[Expr], node: ast.expr) -> Any:
        """Return f(argument; values), at every entry of a vector."""
        self._refuse_matrix(argument, node)
        return self._entrywise(lambda parts: super(LinearReader, self).named(found, parts[0], values, node), [argument])

    def activation(self, found: Definition, node: ast.Call) -> Any:
        """Return a function of the catalogue; the entries of a vector may be written as arguments."""
        if not found.vector:
            return super().activation(found, node)
        arguments = [self.value(a) for a in node.args[: MAX_ARGUMENTS if not found.parameters else 1]]
        if len(arguments) > 1 and not any(isinstance(a, Vector) or is_matrix(a) for a in arguments):
            short = ast.copy_location(ast.Call(node.func, node.args[:1], node.keywords), node)
            values, vector = calls.parameter_values(self, found, short), listed(arguments)
        else:
            values, vector = calls.parameter_values(self, found, node), self.vector(node.args[0], arguments[0])
        symbols = [p.symbol for p in found.parameters]
        made = self.space.activation(found, dict(zip(symbols, values, strict=True)), vector)
        return made if isinstance(made, Vector) else self.build.check(made, node)

    def _entrywise(self, operation: Callable[[list[Any]], Any], parts: Sequence[Any]) -> Any:
        if any(isinstance(part, Vector) for part in parts):
            return self.space.lifted(operation, parts)
        return operation(list(parts))

    def _refuse_matrix(self, value: Any, node: ast.expr) -> None:
        if is_matrix(value):
            raise self.refuse(node, "applies a function to a matrix, which is not read")

    def _sum_of_matrices(self, terms: Sequence[Any], node: ast.expr) -> MatrixExpr:
        shapes = [term.shape if is_matrix(term) else None for term in terms]
        for shape in shapes:
            if shape != shapes[0]:
                raise self.refuse(node, f"adds {_size(shapes[0])} and {_size(shape)}: terms must have the same shape")
        return reduce(add, terms)

    def _product_of_matrices(self, factors: Sequence[Any], node: ast.expr) -> MatrixExpr:
        if any(isinstance(factor, Vector) for factor in factors):
            raise self.refuse(node, 'multiplies a matrix and a vector: declare it as a matrix, "v in matrix(n, 1)"')
        matrices = [factor for factor in factors if is_matrix(factor)]
        for left, right in pairwise(matrices):
            if left.cols != right.rows:
                raise self.refuse(
                    node, f"multiplies {_size(left.shape)} and {_size(right.shape)}: columns and rows must agree"
                )
        return reduce(mul, factors)


def is_matrix(value: Any) -> bool:
    """Return whether a value is a matrix."""
    return isinstance(value, MatrixExpr)


def _size(shape: tuple[Expr, Expr] | None) -> str:
    return f"a {shape[0]} x {shape[1]} matrix" if shape else "a number or vector"
