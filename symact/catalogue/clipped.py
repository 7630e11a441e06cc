"""Clipped functions: a simple middle piece between bounds."""

from __future__ import annotations

from sympy import Max, Min, Piecewise, Rational, S, erf, oo, sqrt

from ..definition import Definition, Parameter
from ..symbols import real, x
from .libraries import flax, jax, keras, numpy, onnx, timm, torch, transformers

__all__ = ["DEFINITIONS"]

alpha = real("alpha")
beta = real("beta")
hi = real("hi")
lo = real("lo")
max_val = real("max_val")
min_val = real("min_val")

DEFINITIONS = (
    Definition(
        name="clip",
        title="Clipping to an interval",
        expr=Min(Max(x, lo), hi),
        parameters=(
            Parameter(lo, -oo, meaning="lower bound"),
            Parameter(hi, oo, lo < hi, "upper bound"),
        ),
        latex=r"\operatorname{clip}",
        slopes=((lo, S.One), (hi, S.One)),
        source="ONNX operator Clip",
        libraries=(onnx("Clip"), torch("clamp"), jax("numpy.clip"), numpy("clip")),
        note="torch.clamp passes the gradient on at both bounds, unlike hard_tanh; JAX halves it there",
    ),
    Definition(
        name="hard_tanh",
        aliases=("hardtanh",),
        title="Hard hyperbolic tangent",
        expr=Piecewise((min_val, x < min_val), (max_val, x > max_val), (x, True)),
        parameters=(
            Parameter(min_val, S.NegativeOne, meaning="lower bound"),
            Parameter(max_val, S.One, min_val < max_val, "upper bound"),
        ),
        latex=r"\operatorname{hardtanh}",
        slopes=((min_val, S.Zero), (max_val, S.Zero)),
        source="Collobert 2004, Large scale machine learning (thesis, Université Paris VI)",
        libraries=(
            torch("nn.Hardtanh"),
            jax("nn.hard_tanh"),
            keras("activations.hard_tanh"),
            flax("linen.hard_tanh"),
        ),
        note="at both bounds the slope is 0 in torch and 1 in JAX; JAX, Flax and Keras fix the bounds at -1 and 1",
    ),
    Definition(
        name="hard_sigmoid",
        aliases=("hardsigmoid",),
        title="Hard sigmoid of slope 1/6",
        expr=Piecewise((0, x <= -3), (1, x >= 3), (x / 6 + Rational(1, 2), True)),
        latex=r"\operatorname{hardsigmoid}",
        slopes=((S(-3), S.Zero), (S(3), S.Zero)),
        source="Howard et al. 2019, Searching for MobileNetV3, arXiv:1905.02244",
        libraries=(
            torch("nn.Hardsigmoid"),
            jax("nn.hard_sigmoid"),
            keras("activations.hard_sigmoid"),
            flax("linen.hard_sigmoid"),
            timm("hard_sigmoid"),
        ),
        note="slope 1/6 in torch, JAX and Keras 3, 1/5 in ONNX and Keras 2 (onnx_hard_sigmoid), 1/2 in "
        "hard_sigmoid_half; at both kinks 0 in torch and JAX, 1/6 in timm's own kernel",
    ),
    Definition(
        name="onnx_hard_sigmoid",
        aliases=("hard_sigmoid_02",),
        title="Hard sigmoid of slope 1/5",
        expr=Min(Max(alpha * x + beta, 0), 1),
        parameters=(
            Parameter(alpha, Rational(1, 5), alpha > 0, "slope"),
            Parameter(beta, Rational(1, 2), meaning="value at 0 before clipping"),
        ),
        latex=r"\operatorname{hardsigmoid}_{\mathrm{ONNX}}",
        slopes=((-beta / alpha, S.Zero), ((1 - beta) / alpha, S.Zero)),
        source="ONNX operator HardSigmoid; Theano, theano.tensor.nnet.hard_sigmoid",
        libraries=(onnx("HardSigmoid"),),
        note="also the hard sigmoid of Theano and Keras 2; ONNX states no slope at the kinks, 0 is as in hard_sigmoid",
    ),
    Definition(
        name="hard_sigmoid_half",
        aliases=("sparse_sigmoid",),
        title="Hard sigmoid of slope 1/2",
        expr=Piecewise((0, x <= -1), (1, x >= 1), ((x + 1) / 2, True)),
        latex=r"\operatorname{hardsigmoid}_{1/2}",
        slopes=((S.NegativeOne, S.Zero), (S.One, S.Zero)),
        source="Courbariaux, Bengio and David 2015, BinaryConnect, arXiv:1511.00363; "
        "Blondel, Martins and Niculae 2019, Learning with Fenchel-Young losses, arXiv:1901.02324",
        libraries=(jax("nn.sparse_sigmoid"), keras("activations.sparse_sigmoid")),
        note="the derivative of sparse_plus; the slope at -1 and 1 is 0 as for hard_sigmoid, while JAX gives 1/4",
    ),
    Definition(
        name="hard_swish",
        aliases=("hardswish", "hard_silu"),
        title="Hard swish",
        expr=Piecewise((0, x <= -3), (x, x >= 3), (x * (x + 3) / 6, True)),
        latex=r"\operatorname{hardswish}",
        slopes=((S(-3), S.Zero), (S(3), S.One)),
        source="Howard et al. 2019, Searching for MobileNetV3, arXiv:1905.02244",
        libraries=(
            torch("nn.Hardswish"),
            jax("nn.hard_silu"),
            keras("activations.hard_silu"),
            onnx("HardSwish"),
            flax("linen.hard_silu"),
            timm("hard_swish"),
        ),
        note="the slope at -3 and 3 is 0 and 1, that of the outer pieces, in torch and JAX; older torch kernels and "
        "timm's own use that of the middle piece, -1/2 and 3/2",
    ),
    Definition(
        name="hard_mish",
        title="Hard mish",
        expr=Piecewise((0, x <= -2), (x, x >= 0), (x * (x + 2) / 2, True)),
        latex=r"\operatorname{hardmish}",
        slopes=((S(-2), S.NegativeOne),),
        source="Misra, H-Mish (notes by the author of arXiv:1908.08681), as in timm",
        libraries=(timm("hard_mish"),),
        note="the slope at -2 is -1, that of the middle piece, in timm; at 0 the pieces join smoothly",
    ),
    Definition(
        name="gelu_10",
        aliases=("clipped_gelu",),
        title="Gaussian error linear unit clipped to [-10, 10]",
        expr=Min(Max(x * (1 + erf(x / sqrt(2))) / 2, -10), 10),
        latex=r"\operatorname{GELU}_{10}",
        source="Wu et al. 2020, Integer quantization for deep learning inference, arXiv:2004.09602",
        libraries=(transformers("gelu_10"),),
        note="only the upper bound is ever reached, at the root of gelu(x) = 10 just above x = 10",
    ),
)
