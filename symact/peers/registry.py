"""Which library has a function, under which name, and how it is called: from the catalogue's records."""

from __future__ import annotations

import ast
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..catalogue import lookup
from ..definition import Definition, Implementation
from ..errors import InputError
from ..numeric import compile_function, compile_pullback
from ..symbols import i
from . import formulas, frameworks, rows
from .formulas import Made

__all__ = ["LIBRARIES", "Peer", "installed", "peers", "wanted"]

Floats = NDArray[Any]
#: What a peer is made from: arrays x and, for gradients, g; returns a call without arguments.
Prepare = Callable[[Floats, Floats | None], Callable[[], Any]]


@dataclass(frozen=True)
class Peer:
    """A library's version of a function: `prepare(x, g)` returns a call that computes f(x), or g*f'(x) with g.

    For a function of a vector that is along the last axis, and the product of g with the Jacobian. `reuses` tells whether
    the result goes to the same memory each time.
    """

    library: str
    label: str
    prepare: Prepare
    reuses: bool = False


#: Library → the module that must be installed.
LIBRARIES = {
    "numpy": "numpy",
    "lambdify": "numpy",
    "scipy": "scipy",
    "numexpr": "numexpr",
    "numba": "numba",
    "torch": "torch",
    "jax": "jax",
    "onnxruntime": "onnxruntime",
}
#: Where a library has another function under the name, it is compared all the same.
VARIANTS = {"softplus": ("softplus_torch",)}
_RECORDED = {"numpy": "numpy", "scipy": "scipy", "torch": "torch", "jax": "jax", "onnx": "onnxruntime"}


def installed() -> tuple[str, ...]:
    """Return the libraries that can be compared with."""
    found = [name for name, module in LIBRARIES.items() if find_spec(module) is not None]
    return tuple(name for name in found if name != "onnxruntime" or find_spec("onnx") is not None)


def wanted(libraries: tuple[str, ...]) -> tuple[str, ...]:
    """Return the libraries, or where none is named all that are installed; raise InputError for one that isn't there."""
    present = installed()
    for name in libraries:
        if name not in LIBRARIES:
            raise InputError(f"unknown library {name}; known: {', '.join(LIBRARIES)}")
        if name not in present:
            raise InputError(f"{LIBRARIES[name]} isn't installed")
    return libraries or present


def peers(definition: Definition, gradient: bool, dtype: Any, libraries: tuple[str, ...] = ()) -> list[Peer]:
    """Return the versions of a function (or its gradient) in the given libraries, all that are installed by default.

    A version that doesn't compute this function at ordinary points, or not for this dtype, is left out. Raises InputError
    for a library that isn't known or installed.
    """
    found = _candidates(definition, gradient, wanted(libraries))
    return [p for p in found if _agrees(p, definition, gradient, np.dtype(dtype))]


def _candidates(definition: Definition, gradient: bool, wanted: tuple[str, ...]) -> Iterator[Peer]:
    """All versions, in the order of the libraries."""
    records = list(definition.libraries)
    for name in VARIANTS.get(definition.name, ()):
        records += lookup(name).libraries
    makers = _of_formulas(definition, gradient)
    for library in wanted:
        if library in makers:
            for label, prepare, reuses in makers[library](definition):
                yield Peer(library, label, prepare, reuses)
        for record in records:
            if _RECORDED.get(record.library) == library and library in frameworks.MAKERS:
                found = _called(record)
                if found is not None:
                    name, keywords = found
                    if definition.vector:
                        keywords |= rows.AXIS[library][not definition.expr.has(i)]
                    for label, prepare, reuses in frameworks.MAKERS[library](name, keywords, gradient):
                        yield Peer(library, label, prepare, reuses)


def _of_formulas(definition: Definition, gradient: bool) -> Mapping[str, Callable[[Definition], Iterable[Made]]]:
    """What makes versions from the definition."""
    if definition.vector:
        return rows.GRADIENTS if gradient else rows.VALUES
    return formulas.GRADIENTS if gradient else formulas.VALUES


def _called(record: Implementation) -> tuple[str, dict[str, Any]] | None:
    """The name and the keywords of a record such as nn.GELU(approximate='tanh'); None where a keyword is no constant."""
    tree = ast.parse(record.name, mode="eval").body
    if not isinstance(tree, ast.Call):
        return record.name, {}
    try:
        return ast.unparse(tree.func), {str(k.arg): ast.literal_eval(k.value) for k in tree.keywords}
    except ValueError:
        return None


def _agrees(peer: Peer, definition: Definition, gradient: bool, dtype: np.dtype[Any]) -> bool:
    """Whether a version runs and gives about the right numbers; a random or differently parametrised one doesn't."""
    x = np.array([-2.3, -0.7, -0.2, 0.3, 0.9, 1.7], dtype)
    x = x.reshape(2, 3) if definition.vector else x
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"), _Quiet():
            warnings.simplefilter("ignore")
            ours = np.asarray(compile_function(definition)(x))
            g = np.linspace(1, 2, ours.size, dtype=dtype).reshape(ours.shape) if gradient else None
            if g is not None:
                ours = np.asarray(compile_pullback(definition)(x, g))
            found = np.asarray(peer.prepare(x, g)())
    except Exception:
        # whatever goes wrong in another library, it can't be compared
        return False
    good = ~np.isnan(ours)
    return bool(found.shape == ours.shape and found.dtype == dtype and np.allclose(found[good], ours[good], 2e-3, 2e-3))


class _Quiet:
    """Nothing that a library writes to the standard error stream gets through."""

    def __enter__(self) -> None:
        self.saved = os.dup(2)
        self.null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(self.null, 2)

    def __exit__(self, *_: object) -> None:
        os.dup2(self.saved, 2)
        os.close(self.saved)
        os.close(self.null)
