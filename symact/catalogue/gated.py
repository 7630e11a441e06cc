"""Functions that multiply their input, or a second one, by a smooth gate."""

from __future__ import annotations

from sympy import Rational, S, erf, exp, log, pi, sqrt, tanh

from ..definition import Definition, Parameter
from ..symbols import real, x, z
from .libraries import flax, jax, keras, onnx, tensorflow_addons, timm, torch, transformers

__all__ = ["DEFINITIONS"]

beta = real("beta")

_hendrycks = "Hendrycks and Gimpel 2016, Gaussian error linear units (GELUs), arXiv:1606.08415"

DEFINITIONS = (
    Definition(
        name="silu",
        aliases=("swish1", "sil"),
        title="Sigmoid linear unit",
        expr=x / (1 + exp(-x)),
        latex=r"\operatorname{SiLU}",
        source="Elfwing, Uchibe and Doya 2017, Sigmoid-weighted linear units for neural network function approximation "
        "in reinforcement learning, arXiv:1702.03118",
        libraries=(
            torch("nn.SiLU"),
            jax("nn.silu"),
            keras("activations.silu"),
            onnx("Swish"),
            flax("linen.silu"),
            transformers("silu"),
            timm("silu"),
        ),
        note="the minimum is -W(1/e) with Lambert's W, about -0.278, not -1/2 as one survey has it",
    ),
    Definition(
        name="swish",
        title="Swish",
        expr=x / (1 + exp(-beta * x)),
        parameters=(Parameter(beta, S.One, beta >= 0, "sharpness of the gate: relu as beta tends to oo"),),
        latex=r"\operatorname{swish}",
        source="Ramachandran, Zoph and Le 2017, Searching for activation functions, arXiv:1710.05941",
        libraries=(
            jax("nn.swish"),
            keras("activations.swish"),
            onnx("Swish"),
            flax("linen.swish"),
            transformers("swish"),
            timm("swish"),
        ),
        note="beta is alpha in ONNX, and fixed at 1, which is silu, in the others; at beta = 0 it is x/2",
    ),
    Definition(
        name="gelu",
        title="Gaussian error linear unit",
        expr=x * (1 + erf(x / sqrt(2))) / 2,
        latex=r"\operatorname{GELU}",
        source=_hendrycks,
        libraries=(
            torch("nn.GELU"),
            jax("nn.gelu(approximate=False)"),
            keras("activations.gelu"),
            onnx("Gelu"),
            flax("linen.gelu(approximate=False)"),
            transformers("gelu"),
            timm("gelu"),
        ),
        note="the default of jax.nn.gelu and flax.linen.gelu is the tanh form, gelu_tanh",
    ),
    Definition(
        name="gelu_tanh",
        aliases=("gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate"),
        title="Gaussian error linear unit, tanh approximation",
        expr=x * (1 + tanh(sqrt(2 / pi) * (x + Rational(44715, 10**6) * x**3))) / 2,
        latex=r"\operatorname{GELU}_{\tanh}",
        source=_hendrycks,
        libraries=(
            torch("nn.GELU(approximate='tanh')"),
            jax("nn.gelu"),
            keras("activations.gelu(approximate=True)"),
            onnx("Gelu(approximate='tanh')"),
            flax("linen.gelu"),
            transformers("gelu_new"),
            transformers("gelu_fast"),
            transformers("gelu_accurate"),
            transformers("gelu_pytorch_tanh"),
            timm("gelu_tanh"),
        ),
        note="the coefficient is exactly 0.044715; transformers' gelu_fast rounds sqrt(2/pi) to 0.7978845608",
    ),
    Definition(
        name="quick_gelu",
        aliases=("gelu_sigmoid",),
        title="Gaussian error linear unit, logistic approximation",
        expr=x / (1 + exp(-Rational(1702, 1000) * x)),
        latex=r"\operatorname{QuickGELU}",
        source=_hendrycks,
        libraries=(transformers("quick_gelu"), timm("quick_gelu")),
        note="the coefficient is exactly 1.702",
    ),
    Definition(
        name="mish",
        title="Mish",
        expr=x * tanh(log(1 + exp(x))),
        latex=r"\operatorname{mish}",
        source="Misra 2019, Mish: a self regularized non-monotonic activation function, arXiv:1908.08681",
        libraries=(
            torch("nn.Mish"),
            jax("nn.mish"),
            keras("activations.mish"),
            onnx("Mish"),
            tensorflow_addons("activations.mish"),
            transformers("mish"),
            timm("mish"),
        ),
    ),
    Definition(
        name="glu",
        aliases=("glu_gate",),
        title="Gated linear unit",
        expr=z / (1 + exp(-x)),
        parameters=(Parameter(z, S.One, meaning="the value that is gated, a second input"),),
        latex=r"\operatorname{GLU}",
        source="Dauphin, Fan, Auli and Grangier 2016, Language modeling with gated convolutional networks, "
        "arXiv:1612.08083",
        libraries=(torch("nn.GLU"), jax("nn.glu"), keras("activations.glu"), flax("linen.glu")),
        note="libraries halve one tensor: the first half is z, the second the gate x",
    ),
    Definition(
        name="swiglu",
        aliases=("swiglu_gate",),
        title="Swish-gated linear unit",
        expr=z * x / (1 + exp(-beta * x)),
        parameters=(
            Parameter(z, S.One, meaning="the value that is gated, a second input"),
            Parameter(beta, S.One, beta >= 0, "sharpness of the gate"),
        ),
        latex=r"\operatorname{SwiGLU}",
        source="Shazeer 2020, GLU variants improve transformer, arXiv:2002.05202",
        libraries=(onnx("SwiGLU"),),
        note="x is the gate, input A of ONNX's operator, and beta its attribute alpha; in torch it is silu(x)*z",
    ),
)
