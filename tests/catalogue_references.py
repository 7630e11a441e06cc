"""Formulas of the catalogue's functions for floats, written without it."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import scipy.special as special

__all__ = ["REFERENCE"]


def logistic(t: float) -> float:
    return float(special.expit(t))


def sigma_tanh(t: float) -> float:
    """tanh(softplus(t)) as a rational function of exp(t)."""
    e = math.exp(t)
    return (e * e + 2 * e) / (e * e + 2 * e + 2)


def keras_relu(t: float, negative_slope: float = 0, max_value: float = math.inf, threshold: float = 0) -> float:
    return min(t, max_value) if t >= threshold else negative_slope * (t - threshold)


def softplus(t: float, beta: float = 1) -> float:
    return float(np.logaddexp(0, beta * t)) / beta


def elu(t: float, alpha: float = 1) -> float:
    return t if t > 0 else alpha * math.expm1(t)


def selu(t: float, scale: float = 1.0507009873554805, alpha: float = 1.6732632423543772) -> float:
    return scale * elu(t, alpha)


def onnx_shrink(t: float, lambd: float = 0.5, bias: float = 0) -> float:
    return t - math.copysign(bias, t) if abs(t) > lambd else 0.0


def gelu(t: float) -> float:
    return t * float(special.ndtr(t))


#: name → (a formula for floats written without the catalogue, with libraries' defaults; other parameter values to try).
REFERENCE: dict[str, tuple[Callable[..., float], dict[str, Fraction]]] = {
    "arcsinh": (lambda t: math.copysign(math.log(abs(t) + math.sqrt(t * t + 1)), t), {}),
    "arctan": (lambda t: math.atan2(t, 1), {}),
    "celu": (lambda t, alpha=1: max(0, t) + min(0, alpha * math.expm1(t / alpha)), {"alpha": Fraction(2)}),
    "clip": (lambda t, lo=-math.inf, hi=math.inf: float(np.clip(t, lo, hi)), {"lo": Fraction(-2), "hi": Fraction(3)}),
    "elu": (elu, {"alpha": Fraction(5, 2)}),
    "erf": (math.erf, {}),
    "exponential": (math.exp, {}),
    "gelu": (gelu, {}),
    "gelu_10": (lambda t: min(max(gelu(t), -10), 10), {}),
    "gelu_tanh": (lambda t: t * logistic(2 * math.sqrt(2 / math.pi) * (t + 0.044715 * t**3)), {}),
    "glu": (lambda t, z=1: z * logistic(t), {"z": Fraction(-3, 2)}),
    "hard_mish": (lambda t: t / 2 * min(max(t + 2, 0), 2), {}),
    "hard_shrink": (lambda t, lambd=0.5: onnx_shrink(t, lambd), {"lambd": Fraction(3, 4)}),
    "hard_sigmoid": (lambda t: min(max(t + 3, 0), 6) / 6, {}),
    "hard_sigmoid_half": (lambda t: 0.5 * min(max(t + 1, 0), 2), {}),
    "hard_swish": (lambda t: t * min(max(t + 3, 0), 6) / 6, {}),
    "hard_tanh": (
        lambda t, min_val=-1, max_val=1: max(min_val, min(t, max_val)),
        {"min_val": Fraction(-1, 2), "max_val": Fraction(3)},
    ),
    "identity": (lambda t: t, {}),
    "keras_relu": (
        keras_relu,
        {"negative_slope": Fraction(1, 8), "max_value": Fraction(4), "threshold": Fraction(1)},
    ),
    "laplace_mega": (
        lambda t, mu=0.7071067811865476, sigma=0.28209479177387814: float(special.ndtr((t - mu) / sigma)),
        {"mu": Fraction(-1), "sigma": Fraction(2)},
    ),
    "leaky_relu": (lambda t, alpha=0.01: t if t > 0 else alpha * t, {"alpha": Fraction(1, 8)}),
    "leaky_relu_keras": (lambda t, alpha=0.2: t if t > 0 else alpha * t, {"alpha": Fraction(1, 8)}),
    "log1mexp": (lambda t: math.log1p(-math.exp(-t)) if t > 0 else math.nan, {}),
    "log_ndtr": (lambda t: float(special.log_ndtr(t)), {}),
    "log_sigmoid": (lambda t: float(special.log_expit(t)), {}),
    "mish": (lambda t: t * sigma_tanh(t), {}),
    "ndtr": (lambda t: math.erfc(-t / math.sqrt(2)) / 2, {}),
    "onnx_hard_sigmoid": (
        lambda t, alpha=0.2, beta=0.5: max(0, min(1, alpha * t + beta)),
        {"alpha": Fraction(1, 4), "beta": Fraction(1, 8)},
    ),
    "onnx_shrink": (onnx_shrink, {"lambd": Fraction(3, 4), "bias": Fraction(1, 4)}),
    "prelu": (lambda t, a=0.25: max(0, t) + a * min(0, t), {"a": Fraction(-2)}),
    "quick_gelu": (lambda t: t * logistic(1.702 * t), {}),
    "relu": (lambda t: (t + abs(t)) / 2, {}),
    "relu6": (lambda t: min(max(0, t), 6), {}),
    "relu_squared": (lambda t: t * t if t > 0 else 0.0, {}),
    "rrelu": (
        lambda t, lower=1 / 8, upper=1 / 3: t if t > 0 else t * (lower + upper) / 2,
        {"lower": Fraction(1, 4), "upper": Fraction(1, 2)},
    ),
    "selu": (selu, {"scale": Fraction(2), "alpha": Fraction(3)}),
    "selu_onnx": (
        lambda t, scale=1.05070102214813232421875, alpha=1.67326319217681884765625: selu(t, scale, alpha),
        {"scale": Fraction(2), "alpha": Fraction(3)},
    ),
    "sigmoid": (logistic, {}),
    "sign": (lambda t: float(np.sign(t)), {}),
    "silu": (lambda t: t * math.exp(-softplus(-t)), {}),
    "sinc_normalized": (lambda t: float(np.sinc(t)) if t % 1 else float(t == 0), {}),
    "soft_shrink": (lambda t, lambd=0.5: onnx_shrink(t, lambd, lambd), {"lambd": Fraction(3, 4)}),
    "softplus": (softplus, {"beta": Fraction(2)}),
    "softplus_torch": (
        lambda t, beta=1, threshold=20: t if beta * t > threshold else softplus(t, beta),
        {"beta": Fraction(2), "threshold": Fraction(3)},
    ),
    "softsign": (lambda t: t / (1 + t) if t > 0 else t / (1 - t), {}),
    "sparse_plus": (lambda t: 0 if t <= -1 else t if t >= 1 else (t + 1) ** 2 / 4, {}),
    "sqrt_softplus": (lambda t: math.sqrt(softplus(t)), {}),
    "squareplus": (lambda t, b=4: (t + math.hypot(t, math.sqrt(b))) / 2, {"b": Fraction(9)}),
    "step": (lambda t, value=1: float(np.heaviside(t, value)), {"value": Fraction(1, 4)}),
    "swiglu": (lambda t, z=1, beta=1: z * t * logistic(beta * t), {"z": Fraction(3), "beta": Fraction(2)}),
    "swish": (lambda t, beta=1: t * logistic(beta * t), {"beta": Fraction(3)}),
    "tanh": (lambda t: 2 * logistic(2 * t) - 1, {}),
    "tanh_shrink": (lambda t: t - math.tanh(t), {}),
    "threshold": (
        lambda t, theta=1, value=0: t if t > theta else value,
        {"theta": Fraction(-1), "value": Fraction(2)},
    ),
    "thresholded_relu": (lambda t, alpha=1: t if t > alpha else 0, {"alpha": Fraction(2)}),
    "vrelu": (lambda t: math.sqrt(t * t), {}),
    "xielu": (
        lambda t, alpha_p=0.8, alpha_n=0.8, beta=0.5: (
            beta * t + (alpha_p * t * t if t > 0 else alpha_n * (math.expm1(t) - t))
        ),
        {"alpha_p": Fraction(1), "alpha_n": Fraction(2), "beta": Fraction(1, 4)},
    ),
}
