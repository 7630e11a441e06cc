"""The ufunc of an activation, from its programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ...errors import NotSupportedError
from ..program import Program
from ..vector_steps import VectorSource
from .module import Spec
from .rows import Rows
from .target import Target, host
from .ufunc import along_rows, make

__all__ = ["kernel", "row_kernel"]


def kernel(
    name: str, doc: str, functions: Sequence[Mapping[str, Program]], parameters: int, upstream: bool
) -> tuple[np.ufunc, str]:
    """Return the ufunc of functions of the same x, each as programs by dtype, and on what it runs.

    Raises NotSupportedError where kernels can't be compiled.
    """
    target = host()
    specs = {
        char: Spec(tuple(programs[dtype] for programs in functions), parameters, storage, upstream)
        for char, dtype, storage in (("f", "float32", "float"), ("d", "float64", "double"))
    }
    return make(name, doc, specs), _about(target)


def row_kernel(source: VectorSource, fast: bool, target: Target | None = None) -> tuple[np.ufunc, dict[str, int], str]:
    """Return the ufunc of a function of a vector, the bytes of room it needs for an entry, and on what it runs.

    Raises NotSupportedError where kernels can't be compiled, and for steps that have none.
    """
    target = target or host()
    if source.axes > 1:
        raise NotSupportedError("there are kernels for vectors and numbers, not for matrices")
    numbers = (False, not source.keeps) if source.upstream else (False,)
    kinds = {
        char: Rows(source.steps, source.result, numbers, source.axes, storage, kind)
        for char, storage, kind in (
            ("e", "half", "float" if fast else "double"),
            ("f", "float", "float" if fast else "double"),
            ("d", "double", "double"),
        )
    }
    return *along_rows(source.name, source.doc, kinds, target), _about(target)


def _about(target: Target) -> str:
    return f"llvm ({target.cpu}, {512 if target.wide else 256} bits)"
