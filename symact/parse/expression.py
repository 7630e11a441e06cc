"""A syntax tree to a real expression: one method a kind of node, whatever has none is refused."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, ClassVar, TypeGuard

from sympy import Expr, Integer, Piecewise, Rational, S, Symbol, oo, sqrt
from sympy.logic.boolalg import Boolean

from ..definition import Definition
from ..errors import InputError
from ..symbols import real
from . import calls, conditions
from .build import Builder
from .domain import lost
from .limits import MAX_ARGUMENTS, syntax_tree
from .words import CLAIM_WORDS, CONSTANTS, FUNCTIONS, VARIADIC, check_parameter, definition, unknown_function
from .work import bounded_work

__all__ = ["Reader", "parse_expression"]

#: How many nodes are read; the terms of a sum are read one by one.
MAX_STEPS = 4000


@bounded_work()
def parse_expression(text: str, *, symbols: Mapping[str, Expr] | None = None) -> Expr:
    """Return the expression a text stands for, such as x*tanh(exp(x)); nothing in the text is ever executed.

    Names that are neither a function nor a constant are real symbols; `symbols` gives others, or values, for some.
    Decimals are exact. SymPy's automatic evaluation applies, which may forget where the text is undefined (x/x is 1):
    `parse_function` keeps that. Raises InputError with one line for anything else, in bounded time and memory.
    """
    reader = Reader(text, symbols or {})
    return reader.scalar(reader.tree)


class Reader:
    """Reads the nodes of one text; `known` gives names a meaning other than that of a real symbol."""

    #: Kind of node → the method that reads it, and the names of further functions → theirs.
    nodes: ClassVar[dict[type[ast.expr], str]] = {
        ast.Constant: "number",
        ast.Name: "name",
        ast.UnaryOp: "unary",
        ast.BinOp: "binary",
        ast.Call: "call",
    }
    words: ClassVar[dict[str, str]] = {}

    def __init__(self, text: str, known: Mapping[str, Any]) -> None:
        self.text, self.tree = syntax_tree(text)
        self.known = known
        self.build = Builder(self.text)
        self._steps = 0

    def scalar(self, node: ast.expr) -> Expr:
        """Return the real, finite expression a node stands for."""
        value = self.value(node)
        if not isinstance(value, Expr) or value.is_Matrix:
            raise self.refuse(node, "is not a number; a number was expected here")
        return value

    def extended(self, node: ast.expr) -> Expr:
        """Return an expression, or oo or -oo, where a bound may stand."""
        infinite = self.infinite(node)
        return self.scalar(node) if infinite is None else infinite

    def infinite(self, node: ast.expr) -> Expr | None:
        """Return oo or -oo if that is what a node is, else None."""
        factor = S.One
        while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.UAdd | ast.USub):
            factor, node = factor * (-1 if isinstance(node.op, ast.USub) else 1), node.operand
        return factor * oo if isinstance(node, ast.Name) and node.id == "oo" else None

    def value(self, node: ast.expr) -> Any:
        """Return what a node stands for: an expression, or in a claim also a vector or a matrix."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise self.refuse(self.tree, "is too large: its sums have too many parts")
        if type(node) not in self.nodes:
            raise self.refuse(node, f"cannot be read: {_NOT_READ.get(type(node), 'only formulas are')}")
        return getattr(self, self.nodes[type(node)])(node)

    def condition(self, node: ast.expr) -> Boolean:
        """Return the condition of a Piecewise branch."""
        return conditions.read(self, node)

    def refuse(self, at: ast.expr, reason: str) -> InputError:
        """Return the error that quotes the text of a node."""
        return self.build.refuse(at, reason)

    def number(self, node: ast.Constant) -> Expr:
        """Read a number exactly, from its text rather than its value: 0.1 is 1/10."""
        text = self.text[node.col_offset : node.end_col_offset]
        if type(node.value) is int and text.isdigit():
            return self.build.check(Integer(node.value), node)
        if type(node.value) is not float:
            raise self.refuse(node, "is not a number")
        exact = Fraction(text)
        return self.build.check(Rational(exact.numerator, exact.denominator), node)

    def name(self, node: ast.Name) -> Any:
        """Read a constant, a known name or a parameter."""
        if node.id in self.known:
            return self.known[node.id]
        if node.id == "oo":
            raise self.refuse(node, "is only read as the end of an interval, a limit point or a bound")
        if node.id in CONSTANTS:
            return CONSTANTS[node.id]
        if node.id != "x":
            check_parameter(node.id, self.known)
        return real(node.id)

    def unary(self, node: ast.UnaryOp) -> Any:
        """Read -e and +e."""
        if isinstance(node.op, ast.USub):
            return self.product([S.NegativeOne, self.value(node.operand)], node)
        if isinstance(node.op, ast.UAdd):
            return self.value(node.operand)
        raise self.refuse(node, "is a condition; conditions are only read inside Piecewise((e, condition), …)")

    def binary(self, node: ast.BinOp) -> Any:
        """Read a chain of sums or of products at once, and powers."""
        if isinstance(node.op, ast.Add | ast.Sub):
            return self.sum([self._signed(part, minus, node) for part, minus in _chain(node, (ast.Add, ast.Sub))], node)
        if isinstance(node.op, ast.Mult | ast.Div):
            factors = _factors(node)
            minus = [S.NegativeOne for part, _ in factors if _is_minus(part)]
            bare = [(part.operand if _is_minus(part) else part, below) for part, below in factors]
            return self.product(minus + [self._factor(part, below, node) for part, below in bare], node)
        if isinstance(node.op, ast.Pow):
            return self.power(self.value(node.left), self.value(node.right), node)
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            raise self.refuse(node, "cannot be read: put comparisons beside & or | in parentheses, or write and, or")
        raise self.refuse(node, "cannot be read: the operators are + - * / and **")

    def _signed(self, part: ast.expr, minus: bool, node: ast.expr) -> Any:
        value = self.value(part)
        return self.product([S.NegativeOne, value], node) if minus else value

    def _factor(self, part: ast.expr, below: bool, node: ast.expr) -> Any:
        value = self.value(part)
        return self.power(value, S.NegativeOne, node) if below else value

    def sum(self, terms: Sequence[Any], node: ast.expr) -> Any:
        """Return the sum of the terms."""
        return self.build.add(terms, node)

    def product(self, factors: Sequence[Any], node: ast.expr) -> Any:
        """Return the product of the factors."""
        return self.build.multiply(factors, node)

    def power(self, base: Any, exponent: Any, node: ast.expr) -> Any:
        """Return base**exponent."""
        return self.build.power(base, exponent, node)

    def call(self, node: ast.Call) -> Any:
        """Read the call of a function by its name."""
        name = calls.checked_name(self, node)
        if name in self.words:
            return getattr(self, self.words[name])(node)
        if name == "Piecewise":
            return self.piecewise(node)
        if name in VARIADIC:
            calls.check_count(self, node, 2, MAX_ARGUMENTS)
            return self.build.call(VARIADIC[name], [self.scalar(a) for a in node.args], node)
        if name in FUNCTIONS:
            calls.check_count(self, node, 1, 1)
            return self.apply(FUNCTIONS[name], self.value(node.args[0]), node)
        found = definition(name)
        if found is not None:
            return self.activation(found, node)
        if name in self.known or name in CONSTANTS or name == "x":
            raise self.refuse(node, f"cannot be read: '{name}' is not a function; for a product write {name}*(…)")
        if name in CLAIM_WORDS:
            raise self.refuse(node, f"cannot be read: {name} is only read in claims")
        raise unknown_function(name, self.words)

    def apply(self, head: Callable[[Expr], Expr], argument: Any, node: ast.expr) -> Any:
        """Return a function of one argument."""
        return self.build.power(argument, S.Half, node) if head is sqrt else self.build.apply(head, argument, node)

    def activation(self, found: Definition, node: ast.Call) -> Any:
        """Return a function of the catalogue at an argument: x first, then its parameters in order or as keywords."""
        if found.vector:
            raise self.refuse(node, f"cannot be read: {found.name} is a function of a vector, which only claims have")
        values = calls.parameter_values(self, found, node)
        return self.named(found, self.value(node.args[0]), values, node)

    def named(self, found: Definition, argument: Any, values: Sequence[Expr], node: ast.expr) -> Any:
        """Return f(argument; values)."""
        return self.build.named(found, argument, values, node)

    def piecewise(self, node: ast.Call) -> Expr:
        """Read Piecewise((e, condition), …, (e, True))."""
        calls.check_count(self, node, 1, MAX_ARGUMENTS)
        branches = []
        for pair in node.args:
            if not isinstance(pair, ast.Tuple) or len(pair.elts) != 2:
                raise self.refuse(node, "needs branches: write Piecewise((e, condition), …, (e, True))")
            start = len(self.build.written)
            value = self.scalar(pair.elts[0])
            self.keep(pair.elts[0], [value], start)
            branches.append((value, self.condition(pair.elts[1])))
        return self.build.call(Piecewise, branches, node)

    def keep(self, node: ast.expr, made: Sequence[Expr], start: int, variable: Symbol | None = None) -> None:
        """Settle the conditions noted since `start` that hold for one branch or one bound variable only.

        Nothing outside could state them, so that it is an error where `made` doesn't show them any more.
        """
        noted = self.build.written[start:]
        local = [c for c in noted if variable is None or variable in c[0].free_symbols]
        hidden = lost(local, made)
        if hidden:
            needed = f"{hidden[0].lhs} {hidden[0].rel_op} {hidden[0].rhs}"
            raise self.refuse(node, f"simplifies to an expression that no longer shows {needed}: write it simplified")
        self.build.written[start:] = [c for c in noted if c not in local]


def _factors(node: ast.expr) -> list[tuple[ast.expr, bool]]:
    """The factors of a product, each with whether it stands below; 1/(2*(b - 3)) has three, as SymPy prints it."""
    factors = []
    for part, below in _chain(node, (ast.Mult, ast.Div)):
        inner = _chain(part, (ast.Mult, ast.Div)) if below else [(part, False)]
        plain = not any(divided for _, divided in inner)
        factors += [(p, below) for p, _ in inner] if plain else [(part, below)]
    return factors


def _is_minus(node: ast.expr) -> TypeGuard[ast.UnaryOp]:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)


def _chain(node: ast.expr, operators: tuple[type[ast.operator], ...]) -> list[tuple[ast.expr, bool]]:
    """The operands of a left-to-right chain, each with whether the second of the two operators stands before it."""
    parts = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, operators):
        parts.append((node.right, isinstance(node.op, operators[1])))
        node = node.left
    return [(node, False), *reversed(parts)]


_CONDITION = "a comparison is only read as a condition inside Piecewise((e, condition), …)"
_VECTOR = "vectors are only read in claims"

_NOT_READ: dict[type[ast.expr], str] = {
    ast.Compare: _CONDITION,
    ast.BoolOp: _CONDITION,
    ast.List: _VECTOR,
    ast.Subscript: _VECTOR,
    ast.Tuple: "a comma separates arguments only",
    ast.Set: "a set is only read where one is expected",
    ast.Attribute: "a point is only read in numbers",
}
