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
from .rows import Rows, lanes, module, slots
from .target import Target, host
from .writer import SIZES

__all__ = ["along_rows", "make"]

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


def along_rows(
    name: str, doc: str, kinds: dict[str, Rows], target: Target | None = None
) -> tuple[np.ufunc, dict[str, int]]:
    """Return a ufunc of rows, the inputs and room for what is put aside; and how many bytes of room an entry takes, by dtype.

    `kinds` gives the function for "e", "f" and "d". Rows must be contiguous; room is needed for a multiple of 64 entries.
    """
    target = target or host()
    loops, room = [], {}
    for char, rows in kinds.items():
        address = loaded(repr(rows), lambda t, rows=rows: module(rows, t), target)
        assert 64 % lanes(rows, target) == 0
        room[char] = slots(rows) * SIZES[rows.kind]
        loops.append((address, 0, char * rows.inputs + "d" + char))
    some = next(iter(kinds.values()))
    shapes = ",".join("()" if number else "(n)" for number in some.numbers)
    signature = f"{shapes},(s)->{'(n)' if some.axes else '()'}"
    return _registered(name, doc, loops, some.inputs + 1, 1, signature), room


def _registered(
    name: str, doc: str, loops: Sequence[tuple[int, int, str]], inputs: int, outputs: int, signature: str = ""
) -> np.ufunc:
    count = len(loops)
    functions = (ctypes.c_void_p * count)(*(outer for outer, _, _ in loops))
    data = (ctypes.c_void_p * count)(*(inner for _, inner, _ in loops))
    numbers = bytes(np.dtype(char).num for _, _, types in loops for char in types)
    types = ctypes.create_string_buffer(numbers, len(numbers))
    label, text = ctypes.create_string_buffer(name.encode()), ctypes.create_string_buffer(doc.encode())
    core = ctypes.create_string_buffer(signature.encode())
    _kept.append((functions, data, types, label, text, core))
    pointers = [ctypes.addressof(item) for item in (functions, data, types)]
    # the identity -1 says that there is none
    made: np.ufunc = _constructor()(
        *pointers, count, inputs, outputs, -1, ctypes.addressof(label), ctypes.addressof(text), 0,
        ctypes.addressof(core) if signature else None,
    )  # fmt: skip
    return made


@cache
def _constructor() -> Any:
    """PyUFunc_FromFuncAndDataAndSignature of NumPy's C interface; without a signature it makes an elementwise ufunc."""
    module = import_module("numpy._core._multiarray_umath")
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    table = ctypes.cast(pointer(module._UFUNC_API, None), ctypes.POINTER(ctypes.c_void_p))
    number, place = ctypes.c_int, ctypes.c_void_p
    made = ctypes.PYFUNCTYPE(
        ctypes.py_object, place, place, place, number, number, number, number, place, place, number, place
    )
    # entry 31 of the table, as documented in numpy/ufuncobject.h
    return made(table[31])
