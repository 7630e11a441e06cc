"""Softplus and its kin: smooth rectifiers."""

from __future__ import annotations

from sympy import Piecewise, S, exp, log, sqrt

from ..definition import Definition, Parameter
from ..symbols import real, x
from .libraries import flax, jax, keras, onnx, torch, transformers

__all__ = ["DEFINITIONS"]

b = real("b")
beta = real("beta")
threshold = real("threshold")

DEFINITIONS = (
    Definition(
        name="softplus",
        title="Softplus",
        expr=log(1 + exp(beta * x)) / beta,
        parameters=(Parameter(beta, S.One, beta > 0, "sharpness: relu as beta tends to oo"),),
        latex=r"\operatorname{softplus}",
        source="Dugas, Bengio, Bélisle, Nadeau and Garcia 2000, Incorporating second-order functional knowledge for "
        "better option pricing",
        libraries=(
            jax("nn.softplus"),
            keras("activations.softplus"),
            onnx("Softplus"),
            flax("linen.softplus"),
        ),
        note="torch's function is softplus_torch, which is linear beyond a threshold; JAX, Keras and ONNX fix beta = 1",
    ),
    Definition(
        name="softplus_torch",
        title="Softplus with PyTorch's threshold",
        expr=Piecewise((x, beta * x > threshold), (log(1 + exp(beta * x)) / beta, True)),
        parameters=(
            Parameter(beta, S.One, beta > 0, "sharpness"),
            Parameter(threshold, S(20), meaning="linear where beta*x exceeds it"),
        ),
        latex=r"\operatorname{softplus}_{\mathrm{torch}}",
        slopes=((threshold / beta, 1 / (1 + exp(-threshold))),),
        source="PyTorch, torch.nn.Softplus",
        libraries=(torch("nn.Softplus"),),
        note="jumps down by log(1 + exp(-threshold))/beta at x = threshold/beta: neither continuous nor increasing",
    ),
    Definition(
        name="sqrt_softplus",
        aliases=("sqrtsoftplus",),
        title="Square root of softplus",
        expr=sqrt(log(1 + exp(x))),
        latex=r"\operatorname{sqrtsoftplus}",
        source="Transformers, the entry sqrtsoftplus of ACT2FN",
        libraries=(transformers("sqrtsoftplus"),),
    ),
    Definition(
        name="squareplus",
        title="Squareplus",
        expr=(x + sqrt(x**2 + b)) / 2,
        parameters=(Parameter(b, S(4), b > 0, "size of the curved region: relu as b tends to 0"),),
        latex=r"\operatorname{squareplus}",
        source="Barron 2021, Squareplus: a softplus-like algebraic rectifier, arXiv:2112.11687",
        libraries=(jax("nn.squareplus"), keras("activations.squareplus")),
    ),
    Definition(
        name="sparse_plus",
        title="Sparse plus",
        expr=Piecewise((0, x <= -1), ((x + 1) ** 2 / 4, x < 1), (x, True)),
        latex=r"\operatorname{sparseplus}",
        source="JAX, jax.nn.sparse_plus; an integral of the sparse sigmoid of Blondel, Martins and Niculae 2019, "
        "arXiv:1901.02324",
        libraries=(jax("nn.sparse_plus"), keras("activations.sparse_plus")),
    ),
    Definition(
        name="log1mexp",
        title="Logarithm of 1 - exp(-x)",
        expr=log(1 - exp(-x)),
        latex=r"\operatorname{log1mexp}",
        source="Mächler 2012, Accurately computing log(1 - exp(-|a|))",
        libraries=(jax("nn.log1mexp"),),
        note="defined for x > 0, where 1 - exp(-x) is positive",
    ),
)
