"""Derivatives of kernels by their arguments, as a table: kind of kernel → its derivative."""

from __future__ import annotations

from collections.abc import Callable

import sympy as sp
from flint import fmpq
from sympy import exp, pi, sqrt

from .conversion import Conversion
from .quotients import Kernel, Quotient

__all__ = ["SLOPES"]


def _exp_slope(c: Conversion, kernel: Kernel, u: Quotient) -> Quotient:
    return c.ring.polynomial(kernel.gen)


def _log_slope(c: Conversion, kernel: Kernel, u: Quotient) -> Quotient:
    return c.ring.inverse(u)


def _root_slope(c: Conversion, kernel: Kernel, u: Quotient) -> Quotient:
    assert kernel.relation is not None
    scaled = c.ring.scaled(c.ring.inverse(u), fmpq(1, kernel.relation[0]))
    return c.ring.product([c.ring.polynomial(kernel.gen), scaled])


def _atan_slope(c: Conversion, kernel: Kernel, u: Quotient) -> Quotient:
    return c.ring.inverse(c.ring.sum([c.ring.product([u, u]), c.ring.one]))


def _asin_slope(c: Conversion, kernel: Kernel, u: Quotient) -> Quotient:
    return c.convert(1 / sqrt(1 - c.ring.expression(u) ** 2))


def _erf_slope(c: Conversion, kernel: Kernel, u: Quotient) -> Quotient:
    return c.convert(2 / sqrt(pi) * exp(sp.expand(-(c.ring.expression(u) ** 2))))


#: Kind of kernel → its derivative by its argument.
SLOPES: dict[str, Callable[[Conversion, Kernel, Quotient], Quotient]] = {
    "exp": _exp_slope,
    "log": _log_slope,
    "root": _root_slope,
    "atan": _atan_slope,
    "asin": _asin_slope,
    "erf": _erf_slope,
}
