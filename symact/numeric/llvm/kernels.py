"""The ufunc of an activation, from its programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ..program import Program
from .module import Spec
from .target import host
from .ufunc import make

__all__ = ["kernel"]


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
    width = 512 if target.wide else 256
    return make(name, doc, specs), f"llvm ({target.cpu}, {width} bits)"
