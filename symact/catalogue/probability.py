"""Distribution functions of the normal distribution and their kin."""

from __future__ import annotations

from sympy import erf, log, pi, sqrt

from ..definition import Definition, Parameter
from ..symbols import real, x
from .libraries import jax, onnx, scipy, torch, transformers

__all__ = ["DEFINITIONS"]

mu = real("mu")
sigma = real("sigma")

_ndtr = (1 + erf(x / sqrt(2))) / 2

DEFINITIONS = (
    Definition(
        name="erf",
        title="Error function",
        expr=erf(x),
        latex=r"\operatorname{erf}",
        source="NIST Digital Library of Mathematical Functions, section 7.2",
        libraries=(torch("special.erf"), jax("scipy.special.erf"), onnx("Erf"), scipy("special.erf")),
    ),
    Definition(
        name="ndtr",
        aliases=("probit_cdf", "normal_cdf"),
        title="Standard normal distribution function",
        expr=_ndtr,
        latex=r"\Phi",
        source="NIST Digital Library of Mathematical Functions, section 7.20",
        libraries=(torch("special.ndtr"), jax("scipy.special.ndtr"), scipy("special.ndtr")),
    ),
    Definition(
        name="log_ndtr",
        title="Logarithm of the standard normal distribution function",
        expr=log(_ndtr),
        latex=r"\operatorname{logndtr}",
        source="SciPy, scipy.special.log_ndtr",
        libraries=(torch("special.log_ndtr"), jax("scipy.special.log_ndtr"), scipy("special.log_ndtr")),
    ),
    Definition(
        name="laplace_mega",
        aliases=("laplace",),
        title="Laplace attention function",
        expr=(1 + erf((x - mu) / (sigma * sqrt(2)))) / 2,
        parameters=(
            Parameter(mu, sqrt(2) / 2, meaning="location"),
            Parameter(sigma, 1 / (2 * sqrt(pi)), sigma > 0, "scale"),
        ),
        latex=r"\operatorname{Laplace}",
        source="Ma et al. 2022, Mega: moving average equipped gated attention, arXiv:2209.10655",
        libraries=(transformers("laplace", mu="707107/1000000", sigma="282095/1000000"),),
        note="a normal distribution function despite its name; mu = sqrt(1/2) and sigma = sqrt(1/(4*pi)) as in the "
        "paper, which transformers rounds to six decimals",
    ),
)
