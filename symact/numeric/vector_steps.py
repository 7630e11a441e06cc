"""Functions of a vector as steps over registers, with what is derived from them: Jacobians, and products with those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sympy import Expr

from ..definition import Definition
from .program import Place, Step
from .vector_builder import OWN, Builder, abstracted

__all__ = ["WHOLE", "VectorSource", "output_pullback_steps", "pullback_steps", "vector_steps"]

#: Steps on whole vectors, by name in vector_runtime.
WHOLE = (
    *("distance", "distance_error", "sum_others", "total", "largest", "least", "place_of_largest", "place_of_least"),
    *("indicator", "entry", "with_entry", "length", "column", "row", "matrix"),
)


@dataclass(frozen=True)
class VectorSource:
    """A function of a vector as plain data: steps over registers, of which number 0 holds the vectors.

    `axes` is 0 where the result is one number, 1 for a vector, 2 for a matrix. With `upstream` register 1 holds what is
    multiplied to the derivative; `keeps` tells whether the function itself gives a vector. `given` names what is in
    register 0: x, or y for saved outputs.
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
    given: str = "x"


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
    return _pullback(definition, builder, builder.pullback(expr), "x")


def output_pullback_steps(
    definition: Definition, diagonal: Expr, products: Sequence[tuple[Expr, Expr]]
) -> VectorSource:
    """Return the steps of (y, g) -> sum over i of g_i*d f_i/d v_k for y = f(v), from the Jacobian in terms of y.

    It is diagonal(y_i) where i = k, plus the sum of weight(y_i)*slope(y_k) over the `products`; all are expressions in OWN.
    """
    builder = Builder([], True, 2)
    return _pullback(definition, builder, builder.spread(diagonal, products), "y")


def _pullback(definition: Definition, builder: Builder, result: Place, given: str) -> VectorSource:
    shape = f"the shape of {given}" if builder.keeps else "the shape of x without the axis"
    what = "a list or an array of vectors along `axis`" if given == "x" else "what the function gave, along `axis`"
    doc = (
        f"{_doc(definition, 'g times the Jacobian of ' if builder.keeps else 'g times the gradient of ')}\n"
        f"{given}: {what}. g: what is known of the result's derivative, with {shape}.\n"
        f"Source: {definition.source or 'the definition'}."
    )
    name = f"{definition.name}_vjp" if given == "x" else f"{definition.name}_vjp_of_output"
    return VectorSource(name, 1, doc, tuple(builder.steps), result, 1, builder.keeps, builder.proved, True, given)


def _started(definition: Definition, upstream: bool) -> tuple[Expr, Builder]:
    expr, reductions = abstracted(definition.expr)
    return expr, Builder(reductions, expr.has(OWN), 2 if upstream else 1)


def _doc(definition: Definition, what: str) -> str:
    return f"{definition.title}: {what}{definition.name}(v) = {definition.expr}, along an axis.\n"
