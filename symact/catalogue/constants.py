"""The two constants of SELU in closed form."""

from __future__ import annotations

from sympy import E, Expr, erfc, exp, pi, sqrt

__all__ = ["selu_alpha", "selu_scale"]

# They solve E[f(z)] = 0 and E[f(z)**2] = 1 for z ~ N(0, 1); these are 2*E[exp(k*z); z < 0] for k = 1 and 2.
_one = sqrt(E) * erfc(1 / sqrt(2))
_two = exp(2) * erfc(sqrt(2))

#: The alpha of SELU, 1.6732632423543772…: Klambauer et al. 2017, Self-normalizing neural networks, arXiv:1706.02515.
selu_alpha: Expr = sqrt(2 / pi) / (1 - _one)

#: The scale (lambda) of SELU, 1.0507009873554804…, from the same paper.
selu_scale: Expr = sqrt(2 * pi) * (1 - _one) / sqrt(2 * _two + pi * _one**2 - 2 * (2 + pi) * _one + pi + 2)
