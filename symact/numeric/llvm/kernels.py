"""The ufunc of an activation, from its programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

import numpy as np

from ...errors import NotSupportedError
from ..program import Program
from ..vector_steps import VectorSource
from .rows import room
from .schedule import Rows
from .spec import Spec
from .target import Target, host
from .ufunc import along_rows, make

__all__ = ["about", "kernel", "row_kernel"]


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
    return make(name, doc, specs), about(target)


def row_kernel(
    source: VectorSource, char: str, fast: bool, target: Target | None = None
) -> tuple[np.ufunc, Callable[[int], int]]:
    """Return the ufunc of a function of a vector for a dtype, and how many bytes of room it needs for rows of a size.

    Raises NotSupportedError where kernels can't be compiled, and for steps that have none.
    """
    target = target or host()
    if source.axes > 1:
        raise NotSupportedError("there are kernels for vectors and numbers, not for matrices")
    numbers = (False, not source.keeps) if source.upstream else (False,)
    storage = {"e": "half", "f": "float", "d": "double"}[char]
    kind = "float" if fast and char != "d" else "double"
    rows = Rows(source.steps, source.result, numbers, source.axes, storage, kind)
    return along_rows(source.name, source.doc, char, rows, target), cache(partial(room, rows, target))


def about(target: Target) -> str:
    """Return on what kernels run."""
    return f"llvm ({target.cpu}, {512 if target.wide else 256} bits)"
