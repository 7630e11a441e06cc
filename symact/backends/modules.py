"""What the modules for torch and JAX share: which functions they have, by which each is differentiated, names and docstrings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import pairwise

import sympy as sp
from sympy import Expr, S, Symbol, oo

from ..definition import Definition
from ..errors import InputError, NotSupportedError, UndecidedError
from ..named import unfold
from ..numeric import NumpyFunction, compile_function
from ..numeric.graph import Graph
from ..numeric.parameters import NumericParameter, with_values
from ..numeric.source import ORDERS, Source
from ..proof.algebra.assume import assuming
from ..proof.functions.pieces import split
from .python_text import docstring, identifier
from .whole import Whole, condition_node, whole
from .writer import Table, literal, text_of

__all__ = ["Argument", "Part", "about", "checks", "keywords", "parts", "steps"]

#: Names that statements use themselves.
RESERVED = r"t\d+|x|g"


@dataclass(frozen=True)
class Argument:
    """A parameter with the name it has in the module."""

    name: str
    parameter: NumericParameter


@dataclass(frozen=True)
class Part:
    """A function of a module. `slopes` names the parts it has as derivatives, first in x and then in each parameter.

    Where there is none, a sentence says so. The result has the type of argument number `like`; `order` is None for the
    slope in a parameter, which isn't public.
    """

    name: str
    order: int | None
    data: Source
    whole: Whole
    arguments: tuple[Argument, ...]
    slopes: tuple[str, ...]
    like: int = 0

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of x and of the parameters."""
        return ("x", *(a.name for a in self.arguments))


def parts(
    backend: str, definition: Definition, orders: Sequence[int], values: Mapping[Symbol, Expr], taken: Set[str]
) -> list[Part]:
    """Return the functions of a module: one for each order, and the slopes in parameters that gradients need.

    Raises NotSupportedError for a function of a vector, InputError where there is no order; otherwise as `compile_function`.
    """
    if not orders:
        raise InputError("at least one order must be given")
    if definition.vector:
        raise NotSupportedError(
            f"{definition.name} is a function of a vector; {backend} source is for functions of one number"
        )
    chosen = with_values(definition, values)
    names = {order: _name(definition.name + ORDERS[order], taken) for order in orders}
    inner: list[Part] = []
    found = []
    for order in orders:
        data = _data(chosen, order)
        arguments = _arguments(data, taken)
        slopes = [names.get(order + 1, f"{names[order]} has no derivative here: export it with --order {order + 1}")]
        if order > 1:
            slopes = [f"{names[order]} has no derivative: only two are exported"]
        for k, (p, argument) in enumerate(zip(chosen.parameters, arguments, strict=True)):
            name = f"{names[order]}_by_{argument.name}"
            made = _slope(chosen, p.symbol) if order == 0 and 1 in orders else None
            if made is None:
                slopes.append(f"{names[order]} has no derivative with respect to {argument.name} here")
                continue
            none = tuple(f"{name} has no derivatives here" for _ in range(len(arguments) + 1))
            inner.append(Part(name, None, made, whole(made), arguments, none, k + 1))
            slopes.append(name)
        found.append(Part(names[order], order, data, whole(data), arguments, tuple(slopes)))
    return [*inner, *found]


def _data(definition: Definition, order: int) -> Source:
    made = compile_function(definition, order)
    assert isinstance(made, NumpyFunction)
    return made.source


def _slope(definition: Definition, parameter: Symbol) -> Source | None:
    """The derivative with respect to a parameter, piece by piece; None where the pieces or their slopes can't be found.

    Where pieces meet it is that of the left one.
    """
    x = definition.variable
    known = assuming(*(p.assume for p in definition.parameters))
    with suppress(NotSupportedError, UndecidedError):
        pieces = split(unfold(definition.expr), x, known).pieces
        if pieces[0].left != -oo or pieces[-1].right != oo:
            return None
        if any(a.right != b.left for a, b in pairwise(pieces)):
            return None
        slopes = [sp.diff(piece.expr, parameter) for piece in pieces]
        *first, last = zip(slopes, (piece.right for piece in pieces), strict=True)
        expr = sp.Piecewise(*((slope, x <= right) for slope, right in first), (last[0], True))
        return _data(replace(definition, name=f"{definition.name}_by_{parameter.name}", expr=expr, slopes=()), 0)
    return None


def _name(name: str, taken: Set[str]) -> str:
    """A name of a function or a parameter; in front of one with an underscore Python would put the name of a class."""
    return identifier(f"f{name}" if name.startswith("_") else name, taken, RESERVED)


def _arguments(data: Source, taken: Set[str]) -> tuple[Argument, ...]:
    return tuple(Argument(_name(p.name, taken), p) for p in data.parameters)


def keywords(part: Part) -> str:
    """Return the parameters as arguments that are given by name."""
    found = [
        a.name if a.parameter.default is None else f"{a.name}={literal(a.parameter.default).strip('()')}"
        for a in part.arguments
    ]
    return f", *, {', '.join(found)}" if found else ""


def checks(part: Part) -> list[str]:
    """Return statements that refuse numbers outside the domains of the parameters."""
    lines = []
    for a in part.arguments:
        condition = a.parameter.condition
        if condition is None:
            continue
        graph = Graph()
        given = [graph.symbol(Symbol(other.name)) for other in part.arguments]
        node = condition_node(graph, condition, given)
        text = text_of(graph, node, dict(zip(given, (other.name for other in part.arguments), strict=True)))
        used = [o.name for o, b in zip(part.arguments, given, strict=True) if b in graph.needed([node])]
        if text is not None and used:
            numbers = " and ".join(f"isinstance({name}, (int, float))" for name in used)
            lines.append(f"    if {numbers} and not {text if text.startswith('(') else f'({text})'}:")
            lines.append(f"        raise ValueError({f'{a.name} must satisfy {condition.text}'!r})")
    return lines


def about(definition: Definition, part: Part, text: str) -> str:
    """Return what a public function computes; `text` says what it takes and gives."""
    what = {0: "", 1: "the derivative of ", 2: "the second derivative of "}[part.order or 0]
    x = definition.variable
    lines = [f"{definition.title}: {what}{definition.name}({x}) = {definition.expr}, elementwise.", ""]
    for a, p in zip(part.arguments, definition.parameters, strict=True):
        default = "required" if a.parameter.default is None else f"default {p.default}"
        domain = "" if p.assume == S.true else f", {p.assume}"
        lines.append(f"{a.name}: {p.meaning or 'a parameter'} ({default}{domain}).")
    lines.append(text)
    if not part.whole.limits_known:
        lines.append("Its limits weren't found: at ±inf, and where x is huge, it may give nan or what isn't the limit.")
    if definition.source:
        lines.append(f"Source: {definition.source}.")
    return "\n".join(lines)


def steps(table: Table, part: Part, arrays: str) -> str:
    """Return the function that computes a part step by step, and says what its regions are."""
    inputs = part.inputs
    lines, result = table.statements(part.whole, "x", inputs[1:])
    regions = "".join(f"\n{text}" for text in part.whole.about)
    about = docstring(f"Compute {part.name} for {arrays} of float64{':' + regions if regions else '.'}", 1)
    return "\n".join([f"def _{part.name}_steps({', '.join(inputs)}):", about, *lines, f"    return {result}"])
