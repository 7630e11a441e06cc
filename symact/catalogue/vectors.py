"""Functions of a vector v_1 … v_n; an expression with the index i is the i-th output."""

from __future__ import annotations

from sympy import Expr, Sum, exp, log

from ..definition import Definition
from ..symbols import LargestOf, i, j, n, v
from .libraries import flax, jax, keras, onnx, scipy, torch

__all__ = ["DEFINITIONS"]


def _sum(term: Expr) -> Expr:
    """Return the sum of the term over j = 1 … n."""
    return Sum(term, (j, 1, n))


DEFINITIONS = (
    Definition(
        name="softmax",
        title="Softmax",
        expr=exp(v[i]) / _sum(exp(v[j])),
        latex=r"\operatorname{softmax}",
        source="Bridle 1990, Probabilistic interpretation of feedforward classification network outputs",
        libraries=(
            torch("nn.Softmax"),
            jax("nn.softmax"),
            keras("activations.softmax"),
            onnx("Softmax"),
            flax("linen.softmax"),
            scipy("special.softmax"),
        ),
        vector=True,
    ),
    Definition(
        name="log_softmax",
        title="Logarithm of softmax",
        expr=v[i] - log(_sum(exp(v[j]))),
        latex=r"\operatorname{logsoftmax}",
        source="PyTorch, torch.nn.LogSoftmax",
        libraries=(
            torch("nn.LogSoftmax"),
            jax("nn.log_softmax"),
            keras("activations.log_softmax"),
            onnx("LogSoftmax"),
            flax("linen.log_softmax"),
            scipy("special.log_softmax"),
        ),
        vector=True,
    ),
    Definition(
        name="softmin",
        title="Softmin",
        expr=exp(-v[i]) / _sum(exp(-v[j])),
        latex=r"\operatorname{softmin}",
        source="PyTorch, torch.nn.Softmin",
        libraries=(torch("nn.Softmin"),),
        note="softmax of -v",
        vector=True,
    ),
    Definition(
        name="logsumexp",
        title="Logarithm of the sum of exponentials",
        expr=log(_sum(exp(v[j]))),
        latex=r"\operatorname{logsumexp}",
        source="SciPy, scipy.special.logsumexp",
        libraries=(
            torch("logsumexp"),
            jax("nn.logsumexp"),
            keras("ops.logsumexp"),
            onnx("ReduceLogSumExp"),
            scipy("special.logsumexp"),
        ),
        note="one number, whose gradient is softmax",
        vector=True,
    ),
    Definition(
        name="maxout",
        title="Maxout",
        expr=LargestOf(v[j], (j, 1, n)),
        latex=r"\operatorname{maxout}",
        source="Goodfellow, Warde-Farley, Mirza, Courville and Bengio 2013, Maxout networks, arXiv:1302.4389",
        libraries=(torch("amax"), jax("numpy.max"), keras("ops.amax"), onnx("ReduceMax")),
        note="one number, the largest; no library names the maximum over a feature axis maxout",
        vector=True,
    ),
)
