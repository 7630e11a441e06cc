"""PyTorch source: a module with differentiable functions whose gradients are the derivatives that were derived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Expr, Symbol

from ..definition import Definition
from ..numeric.parameters import with_values
from .modules import Part, about, checks, keywords, parts, steps
from .python_text import docstring
from .writer import Table, literal

__all__ = ["EXPRESSIONS", "source"]

#: Operation → its value; {a}, {b}, {c} are its arguments, {A}, {B}, {C} the same as tensors.
EXPRESSIONS: dict[str, str] = {
    "add": "{a} + {b}",
    "sub": "{a} - {b}",
    "mul": "{a} * {b}",
    "div": "{A} / {B}",
    "neg": "-{a}",
    "less": "{a} < {b}",
    "less_equal": "{a} <= {b}",
    "equal": "{a} == {b}",
    "and": "{a} & {b}",
    "or": "{a} | {b}",
    "not": "~{a}",
    "select": "torch.where({a}, {B}, {c})",
    "pow": "torch.pow({A}, {b})",
    "max": "torch.maximum({A}, {B})",
    "min": "torch.minimum({A}, {B})",
    "rint": "torch.round({A})",
    **{
        name: f"torch.{name}({{A}})"
        for name in ("abs", "sqrt", "exp", "expm1", "log", "log1p", "tanh", "sinh", "cosh", "sin", "cos", "tan")
    },
    **{name: f"torch.{name}({{A}})" for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
}

_TABLE = Table("PyTorch", EXPRESSIONS, array=lambda value: f"torch.full_like(x, {literal(value)})")

_USED = """torch inf nan TYPES _input _parameter _pulled isinstance int float type zip str tuple super ValueError TypeError
NotImplementedError self ctx forward training"""
#: Names that the module has otherwise, or a layer.
TAKEN = frozenset(_USED.split())

PRELUDE = '''from math import inf, nan

import torch

__all__ = {names}

TYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def _input(x):
    """Return x with a floating-point type."""
    if not isinstance(x, torch.Tensor):
        raise TypeError(f"x must be a tensor, not {{type(x).__name__}}")
    if not x.is_floating_point() and not x.is_complex():
        x = x.to(torch.get_default_dtype())
    if x.dtype not in TYPES:
        raise TypeError(f"x must hold float16, bfloat16, float32, float64 or integers, not {{x.dtype}}")
    return x


def _parameter(name, value, x):
    """Return a parameter as a tensor: a number in float64, which loses nothing; a tensor with its own type."""
    if not isinstance(value, torch.Tensor):
        return torch.as_tensor(value, dtype=torch.float64, device=x.device)
    if value.is_complex():
        raise TypeError(f"{{name}} must be real, not {{value.dtype}}")
    return value if value.is_floating_point() else value.to(torch.float64)


def _pulled(ctx, g, slopes):
    """Return g times the slope in each input that needs it; a slope that isn't here is a sentence that says so."""
    found = []
    for slope, value, needed in zip(slopes, ctx.saved_tensors, ctx.needs_input_grad):
        if needed and isinstance(slope, str):
            raise NotImplementedError(slope)
        found.append(g.to(value.dtype) * slope.apply(*ctx.saved_tensors) if needed else None)
    return tuple(found)'''


def source(definition: Definition, orders: Sequence[int] = (0, 1), values: Mapping[Symbol, Expr] = {}) -> str:
    """Return a module that needs PyTorch only, with a function for each order; `values` replace the defaults of parameters.

    Raises as `modules.parts`.
    """
    found = parts("PyTorch", definition, orders, values, TAKEN)
    public = [part for part in found if part.order is not None]
    modules = [_layer(public[0].name)] if public[0].order == 0 else []
    names = [part.name for part in public] + modules
    text = (
        f"{definition.title}, for PyTorch: {', '.join(names)}.\n\nDerived by symact from {definition.expr}. All is computed "
        "in float64 and rounded to the type of x. Gradients are the derivatives that were derived, not those of the steps."
    )
    written = [f"{docstring(text)}\n\n{PRELUDE.format(names=repr(names))}"]
    for part in found:
        written += [steps(_TABLE, part, "tensors"), _function(part)]
    chosen = with_values(definition, values)
    written += [_public(chosen, part) for part in public]
    written += [_module(public[0], name) for name in modules]
    return "\n\n\n".join(written) + "\n"


def _camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_")) or name


def _layer(name: str) -> str:
    return _camel(name) if _camel(name) != name else f"{name}Layer"


def _class(part: Part) -> str:
    return f"_{_camel(part.name)}Function"


def _function(part: Part) -> str:
    """The class that tells autograd the value and the derivatives."""
    inputs = part.inputs
    wide = ", ".join(f"{name}.to(torch.float64)" for name in inputs)
    known = [f"{s!r}" if " " in s else f"_{_camel(s)}Function" for s in part.slopes]
    slopes = f"({', '.join(known)},)"
    return f'''class {_class(part)}(torch.autograd.Function):
    """{part.name} with its derivatives."""

    generate_vmap_rule = True

    @staticmethod
    def forward({", ".join(inputs)}):
        return _{part.name}_steps({wide}).to({inputs[part.like]}.dtype)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)

    @staticmethod
    def backward(ctx, g):
        return _pulled(ctx, g, {slopes})'''


def _public(definition: Definition, part: Part) -> str:
    takes = "x: a tensor; float16, bfloat16, float32 and float64 are kept, others get the default type."
    if part.arguments:
        takes += " Parameters are numbers or tensors that broadcast. A tensor outside the domain gives nan."
    lines = [f"def {part.name}(x{keywords(part)}):", docstring(about(definition, part, takes), 1), *checks(part)]
    lines.append("    x = _input(x)")
    given = "x"
    if part.arguments:
        made = ", ".join(f"_parameter({a.parameter.name!r}, {a.name}, x)" for a in part.arguments)
        given = f"*torch.broadcast_tensors(x, {made})"
    return "\n".join([*lines, f"    return {_class(part)}.apply({given})"])


def _module(part: Part, name: str) -> str:
    """The function as a layer."""
    head = [
        f"class {name}(torch.nn.Module):",
        f'    """{part.name} as a layer; a parameter may be a torch.nn.Parameter."""',
    ]
    passed = "".join(f", {a.name}=self.{a.name}" for a in part.arguments)
    if part.arguments:
        head += ["", f"    def __init__(self{keywords(part)}):", "        super().__init__()"]
        head += [f"        self.{a.name} = {a.name}" for a in part.arguments]
    return "\n".join([*head, "", "    def forward(self, x):", f"        return {part.name}(x{passed})"])
