"""Versions made from formulas: what textbooks write in NumPy, and what SymPy's code printers make of the expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import sympy as sp

from ..definition import Definition
from ..named import unfold

__all__ = ["GRADIENTS", "VALUES", "Made"]

#: The label of a version, what prepares a call of it, and whether the result goes to the same memory each time.
Made = tuple[str, Callable[..., Callable[[], Any]], bool]


def _sigmoid(x: Any) -> Any:
    t = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + t), t / (1 + t))


def _erf(x: Any) -> Any:
    from scipy.special import erf

    return erf(x)


def _root_half(x: Any) -> Any:
    return x * x.dtype.type(np.sqrt(0.5))


def _bell(x: Any) -> Any:
    return np.exp(x.dtype.type(-0.5) * x * x) * x.dtype.type(1 / np.sqrt(2 * np.pi))


def _softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


#: What a careful author writes: name → value and gradient.
_TEXTBOOK: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any] | None]] = {
    "sigmoid": (_sigmoid, lambda x: _sigmoid(x) * (1 - _sigmoid(x))),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(x.dtype)),
    "elu": (
        lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
        lambda x: np.where(x > 0, x.dtype.type(1), np.exp(np.minimum(x, 0))),
    ),
    "softplus": (_softplus, _sigmoid),
    "silu": (lambda x: x * _sigmoid(x), lambda x: _sigmoid(x) * (1 + x * (1 - _sigmoid(x)))),
    "gelu": (
        lambda x: x * x.dtype.type(0.5) * (1 + _erf(_root_half(x))),
        lambda x: x.dtype.type(0.5) * (1 + _erf(_root_half(x))) + x * _bell(x),
    ),
    "mish": (
        lambda x: x * np.tanh(_softplus(x)),
        lambda x: np.tanh(_softplus(x)) + x * _sigmoid(x) * (1 - np.tanh(_softplus(x)) ** 2),
    ),
    "log_sigmoid": (lambda x: np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))), lambda x: _sigmoid(-x)),
    "softsign": (lambda x: x / (1 + np.abs(x)), lambda x: 1 / (1 + np.abs(x)) ** 2),
    "hard_swish": (lambda x: x * np.clip(x + 3, 0, 6) / 6, None),
}  # fmt: skip


def _textbook(gradient: bool) -> Callable[[Definition], Iterable[Made]]:
    def made(definition: Definition) -> Iterable[Made]:
        f = _TEXTBOOK.get(definition.name, (None, None))[gradient]
        if f is not None:
            yield "textbook", _plain(f), False

    return made


def _plain(f: Callable[[Any], Any]) -> Callable[..., Callable[[], Any]]:
    return lambda x, g: (lambda: f(x)) if g is None else (lambda: g * f(x))


@lru_cache(maxsize=256)
def _expression(definition: Definition, gradient: bool) -> Any:
    """The expression at the defaults, differentiated by SymPy where asked for."""
    expr = unfold(definition.expr).subs({p.symbol: p.default for p in definition.parameters if p.default is not None})
    return expr.diff(definition.variable) if gradient else expr


def _lambdify(gradient: bool) -> Callable[[Definition], Iterable[Made]]:
    def made(definition: Definition) -> Iterable[Made]:
        modules = ["scipy", "numpy"] if find_spec("scipy") else "numpy"
        f = sp.lambdify(definition.variable, _expression(definition, gradient), modules=modules, cse=True)
        yield "lambdify", _plain(f), False

    return made


def _scipy(gradient: bool) -> Callable[[Definition], Iterable[Made]]:
    def made(definition: Definition) -> Iterable[Made]:
        from scipy import special

        table: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any] | None]] = {
            "sigmoid": (special.expit, lambda x: special.expit(x) * special.expit(-x)),
            "log_sigmoid": (special.log_expit, lambda x: special.expit(-x)),
            "softplus": (lambda x: -special.log_expit(-x), special.expit),
            "silu": (lambda x: x * special.expit(x), lambda x: special.expit(x) * (1 + x * special.expit(-x))),
            "gelu": (lambda x: x * special.ndtr(x), None),
            "mish": (lambda x: x * np.tanh(-special.log_expit(-x)), None),
            "erf": (special.erf, None),
            "ndtr": (special.ndtr, None),
            "log_ndtr": (special.log_ndtr, None),
        }
        f = table.get(definition.name, (None, None))[gradient]
        if f is not None:
            yield "scipy", _plain(f), False

    return made


def _numexpr(gradient: bool) -> Callable[[Definition], Iterable[Made]]:
    def made(definition: Definition) -> Iterable[Made]:
        import numexpr

        numexpr.set_num_threads(1)
        try:
            f = sp.lambdify(definition.variable, _expression(definition, gradient), modules="numexpr")
        except TypeError:
            # it has no such function
            return
        yield "numexpr", _plain(f), False

    return made


def _numba(gradient: bool) -> Callable[[Definition], Iterable[Made]]:
    def made(definition: Definition) -> Iterable[Made]:
        import numba

        try:
            f = sp.lambdify(definition.variable, _expression(definition, gradient), modules="math", cse=True)
        except TypeError:
            return
        compiled = lru_cache(maxsize=4)(lambda name: numba.vectorize([f"{name}({name})"])(f))
        yield "numba", lambda x, g: _plain(compiled(x.dtype.name))(x, g), False
        if not gradient:
            yield "numba out=", lambda x, g: _into(compiled(x.dtype.name), x), True

    return made


def _into(f: Callable[..., Any], x: Any) -> Callable[[], Any]:
    out = np.empty_like(x)
    return lambda: f(x, out)


def _tables(gradient: bool) -> dict[str, Callable[[Definition], Iterable[Made]]]:
    makers = {"numpy": _textbook, "lambdify": _lambdify, "scipy": _scipy, "numexpr": _numexpr, "numba": _numba}
    return {name: maker(gradient) for name, maker in makers.items()}


#: Library → what makes its versions from a definition.
VALUES, GRADIENTS = _tables(False), _tables(True)
