"""Calls: how many arguments, and which of them are the parameters of an activation."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Protocol

from sympy import Expr, Pow, S, StrictGreaterThan, StrictLessThan, Symbol, nan, oo, zoo
from sympy.logic.boolalg import Boolean

from ..definition import Definition
from ..errors import InputError
from ..proof.numbers.balls import holds
from .build import Builder
from .limits import MAX_ARGUMENTS, shown

__all__ = ["Source", "check_count", "check_domains", "checked_name", "keyword_values", "parameter_values"]


class Source(Protocol):
    """What reads the arguments of a call."""

    build: Builder

    def scalar(self, node: ast.expr) -> Expr:
        """Return the expression a node stands for."""

    def extended(self, node: ast.expr) -> Expr:
        """Return an expression, or oo or -oo."""

    def refuse(self, at: ast.expr, reason: str) -> InputError:
        """Return the error that quotes the text of a node."""


def checked_name(source: Source, node: ast.Call) -> str:
    """Return the name of the called function; refuse what is called without a name, and starred arguments."""
    if isinstance(node.func, ast.Attribute):
        raise source.refuse(node, "cannot be read: functions are called by their name alone")
    if not isinstance(node.func, ast.Name):
        raise source.refuse(node, "cannot be read: write * for a product")
    if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
        raise source.refuse(node, "cannot be read: arguments are written one by one")
    if len(node.args) + len(node.keywords) > MAX_ARGUMENTS:
        raise source.refuse(node, f"has too many arguments: at most {MAX_ARGUMENTS} are read")
    return node.func.id


def check_count(source: Source, node: ast.Call, least: int, most: int) -> None:
    """Refuse keywords and another number of arguments."""
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if node.keywords:
        raise source.refuse(node, f"cannot be read: {name} has no parameter {shown(str(node.keywords[0].arg))}")
    if not least <= len(node.args) <= most:
        wanted = _counted(least) if most == least else f"{least} to {most} arguments"
        raise source.refuse(node, f"cannot be read: {name} takes {wanted}, not {len(node.args)}")


def parameter_values(source: Source, found: Definition, node: ast.Call) -> list[Expr]:
    """Return the values of all parameters in f(argument, parameters…): in order, as keywords, or by default."""
    if not node.args:
        raise source.refuse(node, f"needs an argument: write {_signature(found)}")
    if len(node.args) > 1 + len(found.parameters):
        raise source.refuse(node, f"has too many arguments: write {_signature(found)}")
    given = {p.symbol: source.extended(a) for p, a in zip(found.parameters, node.args[1:], strict=False)}
    given |= keyword_values(source, found, node, given)
    values = {p.symbol: given.get(p.symbol, p.default) for p in found.parameters}
    missing = [symbol.name for symbol, value in values.items() if value is None]
    if missing:
        raise source.refuse(node, f"needs a value for {', '.join(missing)}: write {_signature(found)}")
    numbers = {symbol: value for symbol, value in values.items() if value is not None}
    check_domains(found, numbers, closed=True)
    return list(numbers.values())


def keyword_values(
    source: Source, found: Definition, node: ast.Call, given: Mapping[Symbol, Expr]
) -> dict[Symbol, Expr]:
    """Return the values of the parameters given as keywords."""
    known = {p.symbol.name: p.symbol for p in found.parameters}
    values: dict[Symbol, Expr] = {}
    for keyword in node.keywords:
        symbol = known.get(str(keyword.arg))
        if symbol is None:
            raise source.refuse(node, f"has no parameter {shown(str(keyword.arg))}: write {_signature(found)}")
        if symbol in given or symbol in values:
            raise source.refuse(node, f"gives {symbol} twice")
        values[symbol] = source.extended(keyword.value)
    return values


def check_domains(found: Definition, values: Mapping[Symbol, Expr], closed: bool = False) -> None:
    """Refuse numbers outside the declared domains of the parameters; symbolic values aren't judged.

    closed: the ends of a domain belong to it where the formula has a value there, as in squareplus(x, 0).
    """
    for parameter in found.parameters:
        value = values.get(parameter.symbol)
        if value in (oo, -oo) and parameter.default not in (oo, -oo):
            raise InputError(f"{parameter.symbol} of {found.name} must be finite")
        concerned = parameter.assume.free_symbols
        if any(s not in values or values[s].free_symbols for s in concerned):
            continue
        truth = parameter.assume.subs({s: values[s] for s in concerned}, simultaneous=True)
        if truth not in (S.true, S.false):
            truth = holds(truth)
        if truth is None:
            raise InputError(f"it can't be told whether {parameter.assume} holds for {found.name}")
        if not truth and not (closed and _at_end(found, parameter.assume, values)):
            raise InputError(f"{parameter.symbol} must satisfy {parameter.assume} for {found.name}")


def _at_end(found: Definition, assume: Boolean, values: Mapping[Symbol, Expr]) -> bool:
    """Whether a strict inequality holds but for equality, and the formula has a value there."""
    if not isinstance(assume, StrictLessThan | StrictGreaterThan):
        return False
    at = {s: value for s, value in values.items() if not value.free_symbols}
    if (assume.lhs - assume.rhs).subs(at, simultaneous=True) != 0:
        return False
    # 0*exp(x/0) would become 0 without a word
    divisors = [p.base for p in found.expr.atoms(Pow) if p.exp.could_extract_minus_sign()]
    values_there = (e.subs(at, simultaneous=True) for e in (found.expr, *(1 / d for d in divisors)))
    return not any(e.has(nan, zoo, oo, -oo) for e in values_there)


def _signature(found: Definition) -> str:
    parameters = [p.symbol.name if p.default is None else f"{p.symbol}={_default(p.default)}" for p in found.parameters]
    return f"{found.name}({', '.join(['v' if found.vector else 'x', *parameters])})"


def _default(value: Expr) -> str:
    """The value, or for a long one an ellipsis."""
    text = str(value)
    return text if len(text) <= 20 else "…"


def _counted(number: int) -> str:
    return "1 argument" if number == 1 else f"{number} arguments"
