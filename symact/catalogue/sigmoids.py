"""Smooth functions of sigmoid shape."""

from __future__ import annotations

from sympy import Abs, exp, log, tanh

from ..definition import Definition
from ..symbols import x
from .libraries import flax, jax, keras, numpy, onnx, scipy, timm, torch, transformers

__all__ = ["DEFINITIONS"]

DEFINITIONS = (
    Definition(
        name="sigmoid",
        aliases=("logistic", "expit", "soft_step"),
        title="Logistic sigmoid",
        expr=1 / (1 + exp(-x)),
        latex=r"\sigma",
        source="Verhulst 1845, Recherches mathématiques sur la loi d'accroissement de la population; "
        "Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors",
        libraries=(
            torch("nn.Sigmoid"),
            jax("nn.sigmoid"),
            keras("activations.sigmoid"),
            onnx("Sigmoid"),
            flax("linen.sigmoid"),
            transformers("sigmoid"),
            timm("sigmoid"),
            scipy("special.expit"),
        ),
    ),
    Definition(
        name="tanh",
        title="Hyperbolic tangent",
        expr=tanh(x),
        latex=r"\tanh",
        source="LeCun, Bottou, Orr and Müller 1998, Efficient BackProp",
        libraries=(
            torch("nn.Tanh"),
            jax("nn.tanh"),
            keras("activations.tanh"),
            onnx("Tanh"),
            flax("linen.tanh"),
            transformers("tanh"),
            timm("tanh"),
            numpy("tanh"),
        ),
    ),
    Definition(
        name="log_sigmoid",
        aliases=("logsigmoid",),
        title="Logarithm of the logistic sigmoid",
        expr=-log(1 + exp(-x)),
        latex=r"\operatorname{logsigmoid}",
        source="PyTorch, torch.nn.LogSigmoid",
        libraries=(
            torch("nn.LogSigmoid"),
            jax("nn.log_sigmoid"),
            keras("activations.log_sigmoid"),
            flax("linen.log_sigmoid"),
            scipy("special.log_expit"),
        ),
    ),
    Definition(
        name="softsign",
        aliases=("soft_sign",),
        title="Softsign",
        expr=x / (1 + Abs(x)),
        latex=r"\operatorname{softsign}",
        source="Turian, Bergstra and Bengio 2009, Quadratic features and deep architectures for chunking",
        libraries=(
            torch("nn.Softsign"),
            jax("nn.soft_sign"),
            keras("activations.softsign"),
            onnx("Softsign"),
            flax("linen.soft_sign"),
        ),
        note="the derivative is 1/(1 + |x|)**2 = (1 - |f|)**2; the form 1 - f**2 that some articles print is wrong",
    ),
)
