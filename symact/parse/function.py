"""A function as text: a name of the catalogue, a name with parameters, or an expression in x."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sympy import And, Expr, Piecewise, S, Symbol
from sympy.core.relational import Relational

from ..definition import Definition, Parameter
from ..errors import InputError
from ..symbols import x
from .calls import check_domains, checked_name, keyword_values
from .domain import lost
from .expression import Reader
from .limits import shown
from .values import parse_values
from .words import CONSTANTS, definition, is_function, unknown_function
from .work import bounded_work

__all__ = ["Function", "parse_function", "parse_written"]


@dataclass(frozen=True)
class Function:
    """y = expression(x), as a text meant it.

    `definition` is the catalogue's where the text is a name, else one made of the expression; `name` is None then.
    `expression` is the definition's with the `values` put in; other parameters stay symbols. `domain` are conditions
    under which the text is defined that the expression no longer shows, such as x != 0 for x/x, which SymPy makes 1.
    """

    text: str
    name: str | None
    definition: Definition
    expression: Expr
    values: Mapping[Symbol, Expr] = field(default_factory=dict)
    domain: tuple[Relational, ...] = ()

    @property
    def parameters(self) -> tuple[Symbol, ...]:
        """The parameters without a value."""
        return tuple(p.symbol for p in self.definition.parameters if p.symbol not in self.values)

    @property
    def chosen(self) -> dict[Symbol, Expr]:
        """The values of the definition's own parameters; those of letters in an expression are put in already."""
        own = {p.symbol for p in self.definition.parameters}
        return {symbol: value for symbol, value in self.values.items() if symbol in own}

    @property
    def written(self) -> Definition:
        """The definition with the `domain` as a part of it, but for `required`."""
        return replace(self.definition, expr=_within(self.definition.expr, set(self.domain) - set(self.required)))

    @property
    def required(self) -> tuple[Relational, ...]:
        """The conditions of the domain on parameters alone, without which the function is defined nowhere."""
        return tuple(condition for condition in self.domain if x not in condition.free_symbols)


@bounded_work()
def parse_written(text: str) -> tuple[Expr, tuple[Relational, ...]]:
    """Return the expression a text stands for, and the conditions under which it is defined that it no longer shows.

    Raises InputError as `parse_expression`.
    """
    reader = Reader(text, {})
    expression = reader.scalar(reader.tree)
    return expression, lost(reader.build.written, [expression])


def _within(expression: Expr, domain: Iterable[Relational]) -> Expr:
    conditions = And(*domain)
    return expression if conditions == S.true else Piecewise((expression, conditions))


@bounded_work()
def parse_function(text: str, settings: Iterable[str] | Mapping[Symbol, Expr] = ()) -> Function:
    """Return the function a text stands for: `gelu`, `elu(alpha=2)` or `x*tanh(exp(x))`.

    `settings` gives values to parameters, as texts such as "a=2" or as what `parse_values` made of them. Raises
    InputError for an unknown name, a value outside a parameter's domain, a value for a name that doesn't occur, and
    whatever else isn't a function, in bounded time and memory.
    """
    values = dict(settings) if isinstance(settings, Mapping) else parse_values(settings)
    reader = Reader(text, {symbol.name: value for symbol, value in values.items()})
    tree = reader.tree
    if isinstance(tree, ast.Name) and tree.id not in CONSTANTS and tree.id != "x":
        found = definition(tree.id)
        if found is None:
            raise _unknown(tree.id, values)
        return _from_catalogue(reader, found, {}, values)
    if isinstance(tree, ast.Call) and not tree.args and tree.keywords:
        found = definition(checked_name(reader, tree))
        if found is not None:
            return _from_catalogue(reader, found, keyword_values(reader, found, tree, {}), values)
    return _from_expression(reader, values)


def _from_catalogue(
    reader: Reader, found: Definition, given: Mapping[Symbol, Expr], values: Mapping[Symbol, Expr]
) -> Function:
    """The definition of a name, with values for some of its parameters."""
    own = {p.symbol for p in found.parameters}
    for symbol in values:
        if symbol not in own or symbol in given:
            known = ", ".join(sorted(s.name for s in own - set(given))) or "none"
            raise InputError(f"{symbol} is no open parameter of {shown(reader.text)}; open are: {known}")
    for symbol, value in given.items():
        if x in value.free_symbols:
            raise InputError(f"{symbol} must not depend on x; write {found.name}(x, …) for an expression")
    both = {**given, **values}
    chosen = {p.symbol: both[p.symbol] for p in found.parameters if p.symbol in both}
    check_domains(found, chosen)
    expression = reader.build.check(found.expr.subs(chosen, simultaneous=True), reader.tree) if chosen else found.expr
    return Function(reader.text, found.name, found, expression, MappingProxyType(chosen))


def _from_expression(reader: Reader, values: Mapping[Symbol, Expr]) -> Function:
    names = {node.id for node in ast.walk(reader.tree) if isinstance(node, ast.Name)}
    for symbol in values:
        if symbol.name not in names:
            raise InputError(f"{symbol} was given a value, but {shown(reader.text)} doesn't contain it")
    if isinstance(reader.tree, ast.Call) and "x" not in names:
        found = definition(checked_name(reader, reader.tree))
        if found is not None and found.parameters:
            parameter = found.parameters[0].symbol
            raise reader.refuse(reader.tree, f"contains no x: write {found.name}({parameter}=…) or {found.name}(x, …)")
    expression = reader.scalar(reader.tree)
    parameters = tuple(Parameter(s) for s in sorted(expression.free_symbols - {x}, key=lambda s: s.name))
    made = Definition("f", expression, reader.text, parameters)
    domain = lost(reader.build.written, [expression])
    return Function(reader.text, None, made, expression, MappingProxyType(dict(values)), domain)


def _unknown(name: str, values: Mapping[Symbol, Expr]) -> InputError:
    """The error for a single word that is no activation."""
    if is_function(name):
        return InputError(f"'{name}' is a function, but not one of the catalogue: write {name}(x)")
    if len(name) == 1 or any(symbol.name == name for symbol in values):
        return InputError(f"{shown(name)} contains no x; a name of the catalogue or an expression in x was expected")
    return unknown_function(name)
