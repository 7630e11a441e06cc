"""What kernels compute in one instruction or keep of a rounding error, in NumPy: for measuring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

__all__ = ["FUSED"]

#: On x86-64 64 bits: products of doubles lack 42 of their bits, what is left of a difference then has 11.
Long = np.longdouble


def _fma(a: Any, b: Any, c: Any) -> Any:
    return np.asarray(_long(a) * b + c).astype(np.result_type(a, b, c))


def _lost(a: Any, b: Any, product: Any) -> Any:
    return np.asarray(_long(a) * b - product).astype(np.result_type(a, b, product))


def _inverse(a: Any) -> Any:
    return np.divide(1.0, a)


def _long(value: Any) -> Any:
    return np.asarray(value, Long)


def _double(value: Any) -> Any:
    return np.asarray(value).astype(np.float64)


#: Function → the part of a unit in the last place to which kernels tell what rounding added to it, or twice that.
FINE = {"exp": 1 / 8, "expm1": 1 / 8, "log": 1 / 4, "log1p": 1 / 4}


def _excess(name: str) -> Callable[[Any], Any]:
    """What rounding added to a function's value, 0 where that is infinite or nan; no better than kernels know it."""
    function = getattr(np, name)

    def excess(a: Any) -> Any:
        value = function(a)
        with np.errstate(all="ignore"):
            unit = np.spacing(np.abs(value)) * FINE[name]
            found = np.round(_double(value - function(_long(a))) / unit) * unit
        return np.where(np.isfinite(value), found, 0.0)

    return excess


#: Operation → what does it.
FUSED: dict[str, Callable[..., Any]] = {
    "fma": _fma,
    "lost": _lost,
    "inverse": _inverse,
    "copysign": np.copysign,
    **{f"{name}_excess": _excess(name) for name in FINE},
}
