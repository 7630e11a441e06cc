"""Exact expressions and conditions as text that a certificate can carry, and the strict reader of that text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from sympy import Expr, Symbol
from sympy.core.relational import Relational
from sympy.printing.str import StrPrinter

from ..errors import InputError, SymactError
from ..symbols import real
from .numbers.bracketed import bracketed_root
from .numbers.implicit import ImplicitRoot

__all__ = ["read_expression", "read_relation", "text_of"]

MAX_CHARACTERS = 50_000
MAX_NODES = 10_000
MAX_DEPTH = 200
MAX_DIGITS = 5000
MAX_POWER_BITS = 100_000

#: Function name → head, all of the names a certificate may call.
_HEADS: dict[str, Any] = {
    name: getattr(sp, name)
    for name in (
        *(
            "exp",
            "log",
            "sqrt",
            "sin",
            "cos",
            "tan",
            "cot",
            "asin",
            "acos",
            "atan",
            "sinh",
            "cosh",
            "tanh",
        ),
        *(
            "sech",
            "asinh",
            "acosh",
            "atanh",
            "erf",
            "erfc",
            "erfinv",
            "LambertW",
            "sinc",
            "Abs",
            "sign",
        ),
        *("Heaviside", "Max", "Min"),
    )
}
_CONSTANTS: dict[str, Expr] = {"pi": sp.pi, "E": sp.E, "EulerGamma": sp.EulerGamma, "Catalan": sp.Catalan}
_RELATIONS: dict[type[ast.cmpop], Callable[[Expr, Expr], Any]] = {
    ast.Lt: sp.StrictLessThan,
    ast.LtE: sp.LessThan,
    ast.Gt: sp.StrictGreaterThan,
    ast.GtE: sp.GreaterThan,
    ast.Eq: sp.Eq,
    ast.NotEq: sp.Ne,
}
_CONNECTIVES: dict[type[ast.operator], Any] = {ast.BitAnd: sp.And, ast.BitOr: sp.Or}


def text_of(expr: Any) -> str:
    """Return the text of an exact expression, relation or infinity."""
    return str(_Printer({"order": "none"}).doprint(expr))


class _Printer(StrPrinter):
    """Writes an implicit root as root(equation, low, high)."""

    def _print(self, expr: Any, **options: Any) -> str:
        if isinstance(expr, ImplicitRoot):
            return f"root({', '.join(map(self._print, (expr.expr, expr.low, expr.high)))})"
        return str(super()._print(expr, **options))


def read_expression(text: Any, symbols: Mapping[str, Symbol] | None = None) -> Expr:
    """Return the expression a text stands for; names are real symbols unless `symbols` has them.

    Nothing of the text is executed. Raises InputError for anything but one exact expression of bounded size.
    """
    found = _Reader(symbols or {}).read(text)
    if not isinstance(found, Expr):
        raise InputError(f"{text[:60]!r} is not an expression")
    return found


def read_relation(text: Any, symbols: Mapping[str, Symbol] | None = None) -> Any:
    """Return the relation a text stands for, or the truth value SymPy makes of it; raises as `read_expression`."""
    found = _Reader(symbols or {}).read(text)
    if not isinstance(found, Relational) and found not in (sp.true, sp.false):
        raise InputError(f"{text[:60]!r} is not a relation")
    return found


class _Reader:
    """One walk over a syntax tree; whatever is not listed is refused."""

    def __init__(self, symbols: Mapping[str, Symbol]) -> None:
        self.symbols = symbols

    def read(self, text: Any) -> Any:
        if not isinstance(text, str) or len(text) > MAX_CHARACTERS:
            raise InputError(f"a certificate needs a text of at most {MAX_CHARACTERS} characters here")
        if _depth(text) > MAX_DEPTH:
            raise InputError("a text in the certificate is nested too deeply")
        try:
            tree = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise InputError(f"cannot read {text[:60]!r} in the certificate") from None
        if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
            raise InputError("a text in the certificate is too long")
        found = self._node(tree.body)
        if found.has(sp.I, sp.zoo, sp.nan):
            raise InputError(f"{text[:60]!r} is not real")
        return found

    def _node(self, node: ast.AST) -> Any:
        rule = _NODES.get(type(node))
        if rule is None:
            raise InputError(f"{type(node).__name__} has no place in a certificate")
        return rule(self, node)

    def _number(self, node: Any) -> Expr:
        if type(node.value) is bool:
            return sp.true if node.value else sp.false
        if type(node.value) is not int or node.value.bit_length() > 4 * MAX_DIGITS:
            raise InputError("numbers in a certificate are integers and quotients of them")
        return sp.Integer(node.value)

    def _name(self, node: Any) -> Expr:
        if node.id in self.symbols:
            return self.symbols[node.id]
        if node.id == "oo":
            return sp.oo
        return _CONSTANTS[node.id] if node.id in _CONSTANTS else real(node.id)

    def _unary(self, node: Any) -> Any:
        if not isinstance(node.op, ast.USub):
            raise InputError("the only sign in a certificate is a minus")
        return -self._expr(node.operand)

    def _binary(self, node: Any) -> Any:
        if type(node.op) in _CONNECTIVES:
            return _CONNECTIVES[type(node.op)](self._node(node.left), self._node(node.right))
        if isinstance(node.op, ast.Mult | ast.Div):
            return sp.Mul(*self._factors(node))
        left, right = self._expr(node.left), self._expr(node.right)
        if isinstance(node.op, ast.Pow):
            return _power(left, right)
        rule = _OPERATORS.get(type(node.op))
        if rule is None:
            raise InputError("an operator in the certificate is unknown")
        return rule(left, right)

    def _factors(self, node: Any) -> list[Any]:
        """The factors of a product as written, so that SymPy makes of them what it made of the product."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return [sp.S.NegativeOne, *self._factors(node.operand)]
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult | ast.Div):
            return [self._expr(node)]
        right = self._factors(node.right)
        if isinstance(node.op, ast.Div):
            if any(factor == 0 for factor in right):
                raise InputError("a certificate divides by 0")
            right = [1 / factor for factor in right]
        return [*self._factors(node.left), *right]

    def _expr(self, node: ast.AST) -> Any:
        found = self._node(node)
        if not isinstance(found, Expr):
            raise InputError("a number was expected in the certificate")
        return found

    def _compare(self, node: Any) -> Any:
        if len(node.ops) != 1 or type(node.ops[0]) not in _RELATIONS:
            raise InputError("a certificate has plain relations only")
        return _RELATIONS[type(node.ops[0])](self._expr(node.left), self._expr(node.comparators[0]))

    def _call(self, node: Any) -> Any:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if node.keywords:
            raise InputError("a call in the certificate has keywords")
        if name == "Piecewise":
            return sp.Piecewise(*(self._pair(argument) for argument in node.args))
        if name in ("Eq", "Ne") and len(node.args) == 2:
            return getattr(sp, name)(*map(self._expr, node.args))
        if name == "root" and len(node.args) == 3:
            return _root(*map(self._expr, node.args))
        if name not in _HEADS:
            raise InputError(f"{name or 'a call'} is no function of certificates")
        try:
            return _HEADS[name](*map(self._expr, node.args))
        except (TypeError, ValueError):
            raise InputError(f"{name} has the wrong arguments in the certificate") from None

    def _pair(self, node: Any) -> tuple[Any, Any]:
        if not isinstance(node, ast.Tuple) or len(node.elts) != 2:
            raise InputError("a branch of a Piecewise is a pair")
        return self._expr(node.elts[0]), self._node(node.elts[1])


def _power(base: Any, exponent: Any) -> Any:
    if base.is_Rational and exponent.is_Rational:
        size = max(int(base.p).bit_length(), int(base.q).bit_length()) * abs(exponent)
        if base not in (0, 1, -1) and size > MAX_POWER_BITS:
            raise InputError("a power in the certificate is too large")
    return base**exponent


def _root(expr: Expr, low: Expr, high: Expr) -> Expr:
    if not (isinstance(low, sp.Rational) and isinstance(high, sp.Rational)):
        raise InputError("the ends of a bracket in the certificate are rational")
    try:
        return bracketed_root(expr, low, high)
    except SymactError as reason:
        raise InputError(str(reason)) from None


def _depth(text: str) -> int:
    level = most = 0
    for character in text:
        level += (character in "([") - (character in ")]")
        most = max(most, level)
    return most


_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
}
_NODES: dict[type[ast.AST], Callable[[_Reader, Any], Any]] = {
    ast.Constant: _Reader._number,
    ast.Name: _Reader._name,
    ast.UnaryOp: _Reader._unary,
    ast.BinOp: _Reader._binary,
    ast.Compare: _Reader._compare,
    ast.Call: _Reader._call,
}
