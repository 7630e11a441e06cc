"""Functions of a vector as steps; the largest entry is taken out of sums and exponentials, which the algebra shows to cancel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy as sp
from sympy import Dummy, Expr, Indexed, S, Sum, Symbol

from ..definition import Definition
from ..errors import NotSupportedError
from ..proof.numbers import balls
from ..symbols import LargestOf, i, j, n, v
from .expand import Expansion
from .forms import Form, Lowering, shifted
from .graph import Graph
from .kernels import rewritten
from .program import Place, Step
from .proving import proved_equal
from .rounding import nearest

__all__ = ["WHOLE", "VectorSource", "pullback_steps", "vector_steps"]

#: Steps on whole vectors, by name in vector_runtime.
WHOLE = (
    *("distance", "distance_error", "sum_others", "total", "largest", "least", "place_of_largest", "place_of_least"),
    *("indicator", "entry", "with_entry", "length", "column", "row", "matrix"),
)


@dataclass(frozen=True)
class VectorSource:
    """A function of a vector as plain data: steps over registers, of which number 0 holds the vectors.

    `axes` is 0 where the result is one number, 1 for a vector, 2 for a matrix. With `upstream` register 1 holds what is
    multiplied to the derivative; `keeps` tells whether the function itself gives a vector.
    """

    name: str
    order: int
    doc: str
    steps: tuple[Step, ...]
    result: Place
    axes: int
    keeps: bool
    proved: bool
    upstream: bool = False


def vector_steps(definition: Definition, order: int) -> VectorSource:
    """Return the steps of a function of a vector, or of its Jacobian or gradient."""
    expr, builder = _started(definition, upstream=False)
    keeps = builder.keeps
    what = builder.value if order == 0 else builder.jacobian if keeps else builder.gradient
    result = what(expr)
    axes = keeps + order
    title = "" if order == 0 else "the Jacobian of " if keeps else "the gradient of "
    shape = ("the shape of x without the axis", "the shape of x", "the shape of x and one more axis at the end")[axes]
    shape += ", for the entry by which is differentiated" if axes == 2 else ""
    doc = f"{_doc(definition, title)}\nx: a list or an array of vectors along `axis`. Returns an array with {shape}.\n"
    name = definition.name + ("_derivative" if order else "")
    doc += f"Source: {definition.source or 'the definition'}."
    return VectorSource(name, order, doc, tuple(builder.steps), result, axes, keeps, builder.proved)


def pullback_steps(definition: Definition) -> VectorSource:
    """Return the steps of (v, g) -> sum over i of g_i*d f_i/d v_k."""
    expr, builder = _started(definition, upstream=True)
    result = builder.pullback(expr)
    shape = "the shape of x" if builder.keeps else "the shape of x without the axis"
    doc = (
        f"{_doc(definition, 'g times the Jacobian of ' if builder.keeps else 'g times the gradient of ')}\n"
        f"x: a list or an array of vectors along `axis`. g: what is known of the result's derivative, with {shape}.\n"
        f"Source: {definition.source or 'the definition'}."
    )
    name = f"{definition.name}_vjp"
    return VectorSource(name, 1, doc, tuple(builder.steps), result, 1, builder.keeps, builder.proved, True)


def _started(definition: Definition, upstream: bool) -> tuple[Expr, Builder]:
    expr, reductions = abstracted(definition.expr)
    return expr, Builder(reductions, expr.has(OWN), 2 if upstream else 1)


def _doc(definition: Definition, what: str) -> str:
    return f"{definition.title}: {what}{definition.name}(v) = {definition.expr}, along an axis.\n"


