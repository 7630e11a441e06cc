"""The ufunc of an activation, from its programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from ...errors import NotSupportedError
from ..program import HIGH, LOW, NARROW, Program
from ..vector_steps import VectorSource
from .rows import room
from .schedule import Rows
from .shortcut import shortcut
from .spec import Spec
from .target import Target, host
from .ufunc import along_rows, make

__all__ = ["Kernel", "about", "kernel", "row_kernel"]


@dataclass(frozen=True)
class Kernel:
    """A ufunc of so many arrays, where the addresses of its inner loops for "f" and "d" are, and the CPU it is compiled for."""

    ufunc: np.ufunc
    entries: Mapping[str, int]
    arrays: int
    target: Target

    def shortcut(self, otherwise: Callable[..., Any]) -> Callable[..., Any] | None:
        """Return what takes arrays and `out`, and calls the ufunc's loops itself where they are small and plain.

        Whatever else it is given goes to `otherwise`. None where that can't be done.
        """
        return shortcut(otherwise, self.entries, self.arrays, self.target)


def kernel(name: str, doc: str, functions: Sequence[Mapping[str, Program]], parameters: int, upstream: bool) -> Kernel:
    """Return the kernel of functions of the same x, each as programs by dtype.

    Raises NotSupportedError where kernels can't be compiled.
    """
    target = host()
    double = NARROW if not target.wide and all(NARROW in programs for programs in functions) else "float64"
    specs = {
        char: Spec(tuple(programs[dtype] for programs in functions), parameters, storage, upstream)
        for char, dtype, storage in (("f", "float32", "float"), ("d", double, "double"))
    }
    if upstream and all(HIGH in programs for programs in functions):
        high, low = (tuple(programs[key] for programs in functions if key in programs) for key in (HIGH, LOW))
        specs["f"] = Spec(high, parameters, "float", upstream, low)
    return Kernel(*make(name, doc, specs), specs["d"].arrays, target)


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
