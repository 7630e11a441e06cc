"""Functions of a vector, along the last axis: textbook formulas and SciPy's, and how frameworks are told the axis."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np

from ..definition import Definition
from .formulas import Made

__all__ = ["AXIS", "GRADIENTS", "VALUES"]

#: Library → the keywords that name the last axis, for functions that keep it and for those that drop it.
AXIS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "torch": ({"dim": -1}, {"dim": -1}),
    "jax": ({"axis": -1}, {"axis": -1}),
    "onnxruntime": ({"axis": -1}, {"axes": [-1], "keepdims": 0}),
}


def _softmax(x: Any) -> Any:
    t = np.exp(x - x.max(axis=-1, keepdims=True))
    return t / t.sum(axis=-1, keepdims=True)


def _log_softmax(x: Any) -> Any:
    z = x - x.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def _logsumexp(x: Any) -> Any:
    top = x.max(axis=-1, keepdims=True)
    return (np.log(np.exp(x - top).sum(axis=-1, keepdims=True)) + top)[..., 0]


def _softmax_pullback(x: Any, g: Any) -> Any:
    p = _softmax(x)
    return p * (g - (g * p).sum(axis=-1, keepdims=True))


#: What a careful author writes: name → value, and product with the Jacobian.
_TEXTBOOK: dict[str, tuple[Callable[..., Any], Callable[..., Any] | None]] = {
    "softmax": (_softmax, _softmax_pullback),
    "softmin": (lambda x: _softmax(-x), lambda x, g: -_softmax_pullback(-x, g)),
    "log_softmax": (_log_softmax, lambda x, g: g - _softmax(x) * g.sum(axis=-1, keepdims=True)),
    "logsumexp": (_logsumexp, lambda x, g: g[..., None] * _softmax(x)),
    "maxout": (lambda x: x.max(axis=-1), None),
}


def _textbook(gradient: bool) -> Callable[[Definition], Iterable[Made]]:
    def made(definition: Definition) -> Iterable[Made]:
        f = _TEXTBOOK.get(definition.name, (None, None))[gradient]
        if f is not None:
            yield "textbook", lambda x, g: partial(f, x) if g is None else partial(f, x, g), False

    return made


def _scipy(definition: Definition) -> Iterable[Made]:
    from scipy import special

    for record in definition.libraries:
        if record.library == "scipy":
            f = getattr(special, record.name.rpartition(".")[2])
            yield "scipy", lambda x, g, f=f: partial(f, x, axis=-1), False


#: Library → what makes its versions from a definition.
VALUES: dict[str, Callable[[Definition], Iterable[Made]]] = {"numpy": _textbook(False), "scipy": _scipy}
GRADIENTS: dict[str, Callable[[Definition], Iterable[Made]]] = {"numpy": _textbook(True)}
