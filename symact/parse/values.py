"""Exact values for names (a=2) and sets of real numbers (Interval(0, oo))."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable

from sympy import Expr, FiniteSet, Interval, Set, Symbol, Union, oo

from ..errors import InputError
from ..named import unfold
from ..proof.numbers.balls import sign
from ..symbols import real
from .expression import Reader
from .limits import MAX_ARGUMENTS, check_name, shown
from .words import CONSTANTS, check_parameter
from .work import bounded_work

__all__ = ["is_set", "parse_set", "parse_values", "read_set"]

_INTERVALS: dict[str, Callable[[Expr, Expr], Set]] = {
    "Interval": Interval,
    "Interval.open": Interval.open,
    "Interval.Lopen": Interval.Lopen,
    "Interval.Ropen": Interval.Ropen,
}

_EXPECTED = "write Interval(a, b), Interval.open(a, b), Interval.Lopen(a, b), Interval.Ropen(a, b) or {a, b}"


@bounded_work()
def parse_values(texts: Iterable[str]) -> dict[Symbol, Expr]:
    """Return the exact values of names from texts such as "a=2" or "beta=sqrt(2)/3"; each name is given once.

    Raises InputError for a name that can't be a parameter and for a value that isn't one number.
    """
    values: dict[Symbol, Expr] = {}
    for text in texts:
        match = re.fullmatch(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)(.*)", text, re.DOTALL)
        if match is None:
            raise InputError(f"cannot read {shown(text)}: write a name and its value, such as a=2")
        name = match[1]
        check_name(name)
        if name == "x" or name in CONSTANTS:
            raise InputError(f"'{name}' can't be given a value: it is the variable or a constant")
        check_parameter(name)
        reader = Reader(match[2], {})
        value = reader.extended(reader.tree)
        if value.free_symbols:
            unknown = min(s.name for s in value.free_symbols)
            raise InputError(f"the value of {name} must be a number, but {shown(reader.text)} contains {unknown}")
        if real(name) in values:
            raise InputError(f"{name} is given two values")
        values[real(name)] = value
    return values


@bounded_work()
def parse_set(text: str) -> Set:
    """Return a set of real numbers: Interval.open(0, oo), {-1, 1} or a Union of such.

    Its numbers are exact. Raises InputError where the ends are in the wrong order or aren't numbers.
    """
    reader = Reader(text, {})
    found = read_set(reader, reader.tree)
    if found.free_symbols:
        unknown = min(s.name for s in found.free_symbols)
        raise InputError(f"{shown(reader.text)} must consist of numbers, but contains {unknown}")
    return found


def is_set(node: ast.expr) -> bool:
    """Return whether a node is written like a set."""
    heads = {*_INTERVALS, "Union", "FiniteSet"}
    return isinstance(node, ast.Set) or (isinstance(node, ast.Call) and _head(node) in heads)


def read_set(reader: Reader, node: ast.expr) -> Set:
    """Return the set a node stands for; its ends may contain symbols."""
    if isinstance(node, ast.Set):
        return _finite(reader, node, node.elts)
    if isinstance(node, ast.Call) and not node.keywords and len(node.args) <= MAX_ARGUMENTS:
        head = _head(node)
        if head in _INTERVALS and len(node.args) == 2:
            return _interval(reader, node, _INTERVALS[head])
        if head == "FiniteSet":
            return _finite(reader, node, node.args)
        if head == "Union":
            return Union(*(read_set(reader, part) for part in node.args))
    raise reader.refuse(node, f"is not a set: {_EXPECTED}")


def _head(node: ast.Call) -> str:
    """The name of the function called, with one dot where it has one."""
    if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
        return f"{node.func.value.id}.{node.func.attr}"
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _interval(reader: Reader, node: ast.Call, make: Callable[[Expr, Expr], Set]) -> Set:
    low, high = (reader.extended(end) for end in node.args)
    width = oo if (low, high) == (-oo, oo) else high - low
    if not width.free_symbols and low != high:
        order = 1 if width == oo else -1 if width == -oo else sign(unfold(width))
        if order is None:
            raise reader.refuse(node, "has ends whose order can't be told")
        if order < 0:
            raise reader.refuse(node, "has its ends in the wrong order: write the smaller one first")
    found = make(low, high)
    if found.is_empty or low == oo or high == -oo:
        raise reader.refuse(node, "is empty")
    return found


def _finite(reader: Reader, node: ast.expr, elements: list[ast.expr]) -> Set:
    if len(elements) > MAX_ARGUMENTS:
        raise reader.refuse(node, f"has too many elements: at most {MAX_ARGUMENTS} are read")
    if not elements:
        raise reader.refuse(node, f"is empty: {_EXPECTED}")
    return FiniteSet(*(reader.scalar(element) for element in elements))
