"""Exponential linear units: linear on the right, an exponential on the left."""

from __future__ import annotations

from sympy import Piecewise, Rational, S, exp

from ..definition import Definition, Parameter
from ..symbols import real, x
from .constants import selu_alpha, selu_scale
from .libraries import flax, jax, keras, onnx, timm, torch, transformers

__all__ = ["DEFINITIONS"]

alpha = real("alpha")
alpha_n = real("alpha_n")
alpha_p = real("alpha_p")
beta = real("beta")
scale = real("scale")

_elu = Piecewise((x, x > 0), (alpha * (exp(x) - 1), True))

DEFINITIONS = (
    Definition(
        name="elu",
        title="Exponential linear unit",
        expr=_elu,
        parameters=(Parameter(alpha, S.One, alpha > 0, "depth: the limit on the left is -alpha"),),
        latex=r"\operatorname{ELU}",
        slopes=((S.Zero, alpha),),
        source="Clevert, Unterthiner and Hochreiter 2015, Fast and accurate deep network learning by exponential "
        "linear units (ELUs), arXiv:1511.07289",
        libraries=(
            torch("nn.ELU"),
            jax("nn.elu"),
            keras("activations.elu"),
            onnx("Elu"),
            flax("linen.elu"),
            timm("elu"),
        ),
        note="at 0 torch and JAX use the slope alpha of the exponential branch; some surveys write (exp(x) - 1)/a",
    ),
    Definition(
        name="selu",
        title="Scaled exponential linear unit",
        expr=scale * _elu,
        parameters=(
            Parameter(scale, selu_scale, scale > 0, "slope on the right"),
            Parameter(alpha, selu_alpha, alpha > 0, "depth before scaling"),
        ),
        latex=r"\operatorname{SELU}",
        slopes=((S.Zero, scale * alpha),),
        source="Klambauer, Unterthiner, Mayr and Hochreiter 2017, Self-normalizing neural networks, arXiv:1706.02515",
        libraries=(
            torch("nn.SELU"),
            jax("nn.selu"),
            keras("activations.selu"),
            onnx("Selu", scale="8813919/8388608", alpha="14036349/8388608"),
            flax("linen.selu"),
            timm("selu"),
        ),
        note="the defaults solve E[f(z)] = 0 and E[f(z)**2] = 1 for z ~ N(0, 1) exactly; libraries use their decimals",
    ),
    Definition(
        name="selu_onnx",
        title="Scaled exponential linear unit with ONNX's constants",
        expr=scale * _elu,
        parameters=(
            Parameter(scale, Rational(8813919, 2**23), scale > 0, "slope on the right, gamma in ONNX"),
            Parameter(alpha, Rational(14036349, 2**23), alpha > 0, "depth before scaling"),
        ),
        latex=r"\operatorname{SELU}_{\mathrm{ONNX}}",
        slopes=((S.Zero, scale * alpha),),
        source="ONNX operator Selu; Klambauer, Unterthiner, Mayr and Hochreiter 2017, arXiv:1706.02515",
        libraries=(onnx("Selu"),),
        note="the defaults are the constants of selu rounded to float32, so mean 0 and variance 1 hold only roughly",
    ),
    Definition(
        name="celu",
        title="Continuously differentiable exponential linear unit",
        expr=Piecewise((x, x > 0), (alpha * (exp(x / alpha) - 1), True)),
        parameters=(Parameter(alpha, S.One, alpha > 0, "depth: the limit on the left is -alpha"),),
        latex=r"\operatorname{CELU}",
        source="Barron 2017, Continuously differentiable exponential linear units, arXiv:1704.07483",
        libraries=(
            torch("nn.CELU"),
            jax("nn.celu"),
            keras("activations.celu"),
            onnx("Celu"),
            flax("linen.celu"),
            timm("celu"),
        ),
    ),
    Definition(
        name="xielu",
        title="Expanded integral of the exponential linear unit",
        expr=Piecewise((alpha_p * x**2 + beta * x, x > 0), (alpha_n * (exp(x) - 1 - x) + beta * x, True)),
        parameters=(
            Parameter(alpha_p, Rational(4, 5), alpha_p > 0, "curvature on the right, learned"),
            Parameter(alpha_n, Rational(4, 5), alpha_n > 0, "weight of the left branch, learned"),
            Parameter(beta, Rational(1, 2), beta > 0, "slope at 0"),
        ),
        latex=r"\operatorname{xIELU}",
        source="Huang and Schlag 2024, Deriving activation functions using integration, arXiv:2411.13010",
        libraries=(transformers("xielu"),),
        note="transformers learns alpha_p > 0 and alpha_n > beta by softplus, and takes exp(x) - 1 at min(x, -1e-6)",
    ),
)
