"""JAX source: a module with functions whose derivatives are those that were derived; jit, vmap, grad and jvp work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Expr, Symbol

from ..definition import Definition
from ..numeric.parameters import with_values
from .modules import Part, about, checks, keywords, parts, steps
from .python_text import docstring
from .writer import Table, literal

__all__ = ["EXPRESSIONS", "source"]

#: Operation → its value; {a}, {b}, {c} are its arguments, {A} the same as arrays. XLA's log1p and atanh are wrong by
#: a hundred units in the last place: they are made from others.
EXPRESSIONS: dict[str, str] = {
    "add": "{a} + {b}",
    "sub": "{a} - {b}",
    "mul": "{a} * {b}",
    "div": "{A} / {b}",
    "neg": "-{a}",
    "less": "{a} < {b}",
    "less_equal": "{a} <= {b}",
    "equal": "{a} == {b}",
    "and": "{a} & {b}",
    "or": "{a} | {b}",
    "not": "~{a}",
    "select": "jnp.where({a}, {b}, {c})",
    "pow": "jnp.power({A}, {b})",
    "max": "jnp.maximum({a}, {b})",
    "min": "jnp.minimum({a}, {b})",
    "rint": "jnp.round({A})",
    **{
        name: f"jnp.{name}({{A}})"
        for name in ("abs", "sqrt", "exp", "expm1", "log", "tanh", "sinh", "cosh", "sin", "cos", "tan", "cbrt")
    },
    **{f"a{name}": f"jnp.arc{name}({{A}})" for name in ("sin", "cos", "tan", "sinh", "cosh")},
}

#: What XLA computes otherwise than it is written: a*b + c and a/3 + c are rounded once, (a + 1) - 1 becomes a, a/b/c becomes
#: a/(b*c), which overflows, and exp(a)*exp(b) exp(a + b). `_kept` keeps it from doing so.
_GUARDED = {
    "mul": frozenset({"add", "sub", "neg"}),
    "add": frozenset({"add", "sub"}),
    "sub": frozenset({"add", "sub"}),
    "div": frozenset({"div", "add", "sub"}),
    "exp": frozenset({"mul", "div"}),
}
_TABLE = Table(
    "JAX",
    EXPRESSIONS,
    array=lambda value: f"jnp.full_like(x, {literal(value)})",
    guarded=_GUARDED,
    guard="_kept({text}, x)",
)

_USED = """jax jnp np partial SymbolicZero inf nan _float64 _wide _kept _derived _inputs _real isinstance int float hasattr iter next
map zip str tuple ValueError TypeError NotImplementedError"""
#: Names that the module has otherwise.
TAKEN = frozenset(_USED.split())

PRELUDE = '''from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero
from numpy import inf, nan

__all__ = {names}


def _float64():
    """Return the context in which float64 is float64, whether or not jax_enable_x64 is set."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    from jax.experimental import enable_x64

    return enable_x64(True)


def _wide(value):
    return jax.lax.convert_element_type(value, np.float64)


def _kept(value, x):
    """Return the value by way of a choice, behind which XLA doesn't look: it shall be rounded before it is used."""
    return jnp.where(value == x, x, value)


def _derived(steps, slopes, like=0):
    """Return the function that computes steps(x, *parameters) in float64, with the type of input number `like`.

    It is called with the parameters that are numbers, None in place of the others; x; and the parameters that are arrays.
    slopes() gives its derivatives in x and in each parameter; one that isn't here is a sentence that says so.
    """

    @partial(jax.custom_jvp, nondiff_argnums=(0,))
    def function(numbers, x, *arrays):
        rest = iter(arrays)
        inputs = [x, *(next(rest) if number is None else number for number in numbers)]
        with _float64():
            found = steps(*map(_wide, jnp.broadcast_arrays(*map(jnp.asarray, inputs))))
            return jax.lax.convert_element_type(found, inputs[like].dtype)

    @partial(function.defjvp, symbolic_zeros=True)
    def rule(numbers, primals, tangents):
        value = function(numbers, *primals)
        of_x, *of_parameters = slopes()
        known = [of_x, *(s for s, number in zip(of_parameters, numbers) if number is None)]
        total = jnp.zeros_like(value)
        for slope, tangent in zip(known, tangents):
            if isinstance(tangent, SymbolicZero):
                continue
            if isinstance(slope, str):
                raise NotImplementedError(slope)
            total = total + (slope(numbers, *primals) * tangent).astype(value.dtype)
        return value, total

    return function


def _inputs(x, **parameters):
    """Return the parameters that are numbers, None in place of the others; x; and the parameters that are arrays."""
    numbers = tuple(float(p) if isinstance(p, (int, float)) else None for p in parameters.values())
    arrays = {{name: p for name, p in {{"x": x, **parameters}}.items() if name == "x" or not isinstance(p, (int, float))}}
    return numbers, *(_real(name, p) for name, p in arrays.items())


def _real(name, value):
    """Return a floating-point array."""
    value = jnp.asarray(value)
    if jnp.issubdtype(value.dtype, jnp.complexfloating):
        raise TypeError(f"{{name}} must be real, not {{value.dtype}}")
    return value if jnp.issubdtype(value.dtype, jnp.floating) else value.astype(jnp.result_type(float))'''


def source(definition: Definition, orders: Sequence[int] = (0, 1), values: Mapping[Symbol, Expr] = {}) -> str:
    """Return a module that needs JAX only, with a function for each order; `values` replace the defaults of parameters.

    Raises as `modules.parts`.
    """
    found = parts("JAX", definition, orders, values, TAKEN)
    public = [part for part in found if part.order is not None]
    names = [part.name for part in public]
    text = (
        f"{definition.title}, for JAX: {', '.join(names)}.\n\nDerived by symact from {definition.expr}. All is computed "
        "in float64 and rounded to the type of x. Gradients are the derivatives that were derived, not those of the steps. "
        "On CPUs JAX takes subnormal numbers for 0."
    )
    written = [f"{docstring(text)}\n\n{PRELUDE.format(names=repr(names))}"]
    for part in found:
        written.append(steps(_TABLE, part, "arrays"))
        slopes = ", ".join(repr(s) if " " in s else f"_{s}" for s in part.slopes)
        like = f", {part.like}" if part.like else ""
        written.append(f"_{part.name} = _derived(_{part.name}_steps, lambda: ({slopes},){like})")
    chosen = with_values(definition, values)
    written += [_public(chosen, part) for part in public]
    return "\n\n\n".join(written) + "\n"


def _public(definition: Definition, part: Part) -> str:
    takes = "x: a number or an array; its floating-point type is kept, integers get the default type."
    if part.arguments:
        takes += " Parameters are numbers or arrays that broadcast. An array outside the domain gives nan."
    lines = [f"def {part.name}(x{keywords(part)}):", docstring(about(definition, part, takes), 1), *checks(part)]
    passed = "".join(f", {a.name}={a.name}" for a in part.arguments)
    return "\n".join([*lines, f"    return _{part.name}(*_inputs(x{passed}))"])
