"""Real NumPy ufuncs from the addresses of compiled loops."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from .compiler import address, loaded
from .module import Spec
from .narrow import narrow
from .target import Target, host

__all__ = ["make"]

#: What a ufunc points to must outlive it; ufuncs themselves live as long as the kernels.
_kept: list[Any] = []
_INTEGERS = "?bBhHiIlLqQ"


def make(name: str, doc: str, specs: dict[str, Spec], target: Target | None = None) -> np.ufunc:
    """Return a ufunc of x (and what is multiplied to the result), then the parameters, for two kernels.

    `specs` gives the kernel for "f" and for "d". float16 goes by way of the first, integers by way of the second.
    """
    target = target or host()
    spec = specs["d"]
    inner = {char: address(s, target) for char, s in specs.items()}
    loops: list[tuple[int, int, str]] = []
    for char in [*_INTEGERS, "e"]:
        wide = "f" if char == "e" else "d"
        kind = np.dtype(char).kind + str(8 * np.dtype(char).itemsize)
        text = f"narrow {kind} {spec.arrays} {spec.parameters} {len(spec.programs)}"
        outer = loaded(text, lambda t, k=kind: narrow(k, spec.arrays, spec.parameters, len(spec.programs), t), target)
        result = "e" if char == "e" else "d"
        loops.append((outer, inner[wide], char * spec.arrays + "d" * spec.parameters + result * len(spec.programs)))
    loops += [(inner[char], 0, char * spec.arrays + "d" * spec.parameters + char * len(spec.programs)) for char in "fd"]
    return _registered(name, doc, loops, spec.arrays + spec.parameters, len(spec.programs))


def _registered(name: str, doc: str, loops: Sequence[tuple[int, int, str]], inputs: int, outputs: int) -> np.ufunc:
    count = len(loops)
    functions = (ctypes.c_void_p * count)(*(outer for outer, _, _ in loops))
    data = (ctypes.c_void_p * count)(*(inner for _, inner, _ in loops))
    numbers = bytes(np.dtype(char).num for _, _, types in loops for char in types)
    types = ctypes.create_string_buffer(numbers, len(numbers))
    label, text = ctypes.create_string_buffer(name.encode()), ctypes.create_string_buffer(doc.encode())
    _kept.append((functions, data, types, label, text))
    pointers = [ctypes.addressof(item) for item in (functions, data, types)]
    # the identity -1 says that there is none
    made: np.ufunc = _constructor()(
        *pointers, count, inputs, outputs, -1, ctypes.addressof(label), ctypes.addressof(text), 0
    )
    return made


@cache
def _constructor() -> Any:
    """PyUFunc_FromFuncAndData of NumPy's C interface."""
    module = import_module("numpy._core._multiarray_umath")
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    table = ctypes.cast(pointer(module._UFUNC_API, None), ctypes.POINTER(ctypes.c_void_p))
    number, place = ctypes.c_int, ctypes.c_void_p
    signature = ctypes.PYFUNCTYPE(
        ctypes.py_object, place, place, place, number, number, number, number, place, place, number
    )
    # entry 1 of the table, as documented in numpy/ufuncobject.h
    return signature(table[1])
