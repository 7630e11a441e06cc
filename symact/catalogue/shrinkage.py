"""Shrinkage functions: zero or small near 0, close to linear far away."""

from __future__ import annotations

from sympy import Abs, Piecewise, Rational, S, tanh

from ..definition import Definition, Parameter
from ..symbols import real, x
from .libraries import keras, onnx, tensorflow_addons, torch

__all__ = ["DEFINITIONS"]

bias = real("bias")
lambd = real("lambd")

_lambd = Parameter(lambd, Rational(1, 2), lambd > 0, "half the width of the zero region")
_slopes = ((-lambd, S.Zero), (lambd, S.Zero))

DEFINITIONS = (
    Definition(
        name="hard_shrink",
        aliases=("hardshrink",),
        title="Hard shrinkage",
        expr=Piecewise((x, Abs(x) > lambd), (0, True)),
        parameters=(_lambd,),
        latex=r"\operatorname{hardshrink}",
        slopes=_slopes,
        source="Donoho and Johnstone 1994, Ideal spatial adaptation by wavelet shrinkage",
        libraries=(
            torch("nn.Hardshrink"),
            keras("activations.hard_shrink"),
            onnx("Shrink"),
            tensorflow_addons("activations.hardshrink"),
        ),
        note="jumps at -lambd and lambd, where value and slope are 0; torch also takes lambd = 0, the identity",
    ),
    Definition(
        name="soft_shrink",
        aliases=("softshrink",),
        title="Soft shrinkage",
        expr=Piecewise((x - lambd, x > lambd), (x + lambd, x < -lambd), (0, True)),
        parameters=(_lambd,),
        latex=r"\operatorname{softshrink}",
        slopes=_slopes,
        source="Donoho 1995, De-noising by soft-thresholding",
        libraries=(
            torch("nn.Softshrink"),
            keras("activations.soft_shrink"),
            onnx("Shrink(bias=lambd)"),
            tensorflow_addons("activations.softshrink"),
        ),
        note="torch also takes lambd = 0, the identity",
    ),
    Definition(
        name="onnx_shrink",
        aliases=("shrink",),
        title="ONNX's shrinkage",
        expr=Piecewise((x + bias, x < -lambd), (x - bias, x > lambd), (0, True)),
        parameters=(_lambd, Parameter(bias, S.Zero, meaning="shift of the outer branches towards 0")),
        latex=r"\operatorname{shrink}",
        slopes=_slopes,
        source="ONNX operator Shrink",
        libraries=(onnx("Shrink"),),
        note="hard_shrink at bias = 0, soft_shrink at bias = lambd; it jumps at -lambd and lambd unless bias = lambd",
    ),
    Definition(
        name="tanh_shrink",
        aliases=("tanhshrink",),
        title="Hyperbolic tangent shrinkage",
        expr=x - tanh(x),
        latex=r"\operatorname{tanhshrink}",
        source="PyTorch, torch.nn.Tanhshrink",
        libraries=(
            torch("nn.Tanhshrink"),
            keras("activations.tanh_shrink"),
            tensorflow_addons("activations.tanhshrink"),
        ),
    ),
)
