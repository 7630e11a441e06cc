"""ONNX source: a model in the text format, with a function for the value and for each derivative."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sympy import Expr, Symbol

from ..definition import Definition
from ..errors import InputError, NotSupportedError
from ..numeric import NumpyFunction, compile_function
from ..numeric.parameters import with_values
from ..numeric.source import Source
from .whole import whole
from .writer import Table

__all__ = ["EXPRESSIONS", "TYPES", "binary", "source"]

#: Operation → an operator of ONNX that runtimes have for double precision.
EXPRESSIONS: dict[str, str] = {
    "add": "Add ({a}, {b})",
    "sub": "Sub ({a}, {b})",
    "mul": "Mul ({a}, {b})",
    "div": "Div ({a}, {b})",
    "neg": "Neg ({a})",
    "abs": "Abs ({a})",
    "sqrt": "Sqrt ({a})",
    "exp": "Exp ({a})",
    "log": "Log ({a})",
    "sin": "Sin ({a})",
    "cos": "Cos ({a})",
    "pow": "Pow ({a}, {b})",
    "rint": "Round ({a})",
    "less": "Less ({a}, {b})",
    "less_equal": "LessOrEqual ({a}, {b})",
    "equal": "Equal ({a}, {b})",
    "and": "And ({a}, {b})",
    "or": "Or ({a}, {b})",
    "not": "Not ({a})",
    "select": "Where ({a}, {b}, {c})",
}

#: The types of x in a model, NumPy's names and those of ONNX.
TYPES = {"float32": "float", "float64": "double"}
#: The least versions of the format and of the operators in which all that is used here is there.
IR_VERSION, OPSET = 8, 18
#: The number of the type double.
DOUBLE = 11


def source(
    definition: Definition,
    orders: Sequence[int] = (0, 1),
    values: Mapping[Symbol, Expr] = {},
    dtype: str = "float32",
) -> str:
    """Return a model in ONNX's text format: x, a vector of a dtype, to the value and the derivatives, one output each.

    Each is also a function of the domain symact that takes arrays of any shape and type; all compute in double precision.
    Parameters are inputs of type double with their defaults. `values` replace these. Raises NotSupportedError for a
    function of a vector and where ONNX lacks an operation, InputError where there is no order or for another dtype;
    otherwise as `compile_function`.
    """
    if not orders:
        raise InputError("at least one order must be given")
    if dtype not in TYPES:
        raise InputError(f"an ONNX model is for {' or '.join(TYPES)}, not {dtype}")
    if definition.vector:
        raise NotSupportedError(
            f"{definition.name} is a function of a vector; ONNX source is for functions of one number"
        )
    chosen = with_values(definition, values)
    made = [compile_function(chosen, order) for order in orders]
    found = [function.source for function in made if isinstance(function, NumpyFunction)]
    taken = {"x"}
    names = [_name(data.name, taken) for data in found]
    given = [_name(p.name, taken) for p in found[0].parameters]
    kind = TYPES[dtype]
    inputs = ", ".join([f"{kind}[N] x", *(f"double {p}" for p in given)])
    outputs = ", ".join(f"{kind}[N] {name}" for name in names)
    defaults = [
        f"double {name} = {{{p.default!r}}}"
        for name, p in zip(given, found[0].parameters, strict=True)
        if p.default is not None
    ]
    calls = [f"  {name} = symact.{name} ({', '.join(['x', *given])})" for name in names]
    text = f"{definition.title}: {', '.join(names)}. Derived by symact from {definition.expr}"
    return "\n".join(
        [
            f'<ir_version: {IR_VERSION}, opset_import: ["" : {OPSET}, "symact" : 1],',
            f' producer_name: "symact", doc_string: "{_quoted(text)}">',
            f"{names[0]} ({inputs}) => ({outputs}){' <' * bool(defaults)}{', '.join(defaults)}{'>' * bool(defaults)}",
            "{",
            *calls,
            "}",
            *(_function(data, name, given) for data, name in zip(found, names, strict=True)),
        ]
    )


def binary(text: str) -> bytes:
    """Return a model as the bytes of an .onnx file; raise NotSupportedError where the package onnx isn't installed."""
    try:
        from onnx import checker, parser
    except ImportError:
        raise NotSupportedError(
            "a binary model needs the package onnx; without it, -o NAME.onnxtxt gives the text"
        ) from None
    model = parser.parse_model(text)
    checker.check_model(model, full_check=True)
    found: bytes = model.SerializeToString()
    return found


@dataclass
class _Constants:
    """The numbers of a function, each a node."""

    names: dict[str, str] = field(default_factory=dict)

    def __call__(self, value: float) -> str:
        text = repr(value)
        return self.names.setdefault(text, f"c{len(self.names)}")

    def nodes(self) -> list[str]:
        """Return the nodes."""
        return [f"  {name} = Constant <value = double {{{text}}}> ()" for text, name in self.names.items()]


def _function(data: Source, name: str, given: Sequence[str]) -> str:
    constants = _Constants()
    table = Table("ONNX", EXPRESSIONS, constants, constants, "  {name} = {text}", reuses=False)
    wide = [f"{p}_wide" for p in given]
    made = whole(data)
    lines, result = table.statements(made, "x_wide", tuple(wide))
    casts = [f"  {p}_wide = Cast <to: int = {DOUBLE}> ({p})" for p in ("x", *given)]
    what = {0: "the value", 1: "the derivative", 2: "the second derivative"}[data.order]
    domains = "; ".join(p.condition.text for p in data.parameters if p.condition is not None)
    limits = "an infinity the limit" if made.limits_known else "the limits weren't found, huge numbers may give nan"
    about = f"{what}; nan gives nan, {limits}{'; nan outside ' * bool(domains)}{domains}"
    return "\n".join(
        [
            f'<domain: "symact", opset_import: ["" : {OPSET}], doc_string: "{_quoted(about)}">',
            f"{name} ({', '.join(['x', *given])}) => (y)",
            "{",
            *casts,
            *constants.nodes(),
            *lines,
            f"  y = CastLike ({result}, x)",
            "}",
        ]
    )


def _name(name: str, taken: set[str]) -> str:
    """A name that ONNX takes and that isn't taken; taken from now on."""
    name = re.sub(r"\W", "_", name, flags=re.ASCII)
    name = name if re.match(r"[A-Za-z_]", name) else f"f_{name}"
    while name in taken or re.fullmatch(r"[ct]\d+|y|.*_wide", name):
        name += "_"
    taken.add(name)
    return name


def _quoted(text: str) -> str:
    """Text as it may stand in a string of the format."""
    return text.replace("\\", " ").replace('"', "'").replace("\n", " ")
