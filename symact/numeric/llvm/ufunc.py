"""Real NumPy ufuncs from the addresses of compiled loops."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from .compiler import address, loaded
from .deferred import Entries
from .narrow import narrow
from .rows import module
from .schedule import Rows
from .spec import Spec
from .target import Target, host

__all__ = ["along_rows", "make"]

#: What a ufunc points to must outlive it; ufuncs themselves live as long as the kernels.
_kept: list[Any] = []
_INTEGERS = "?bBhHiIlLqQ"


def make(name: str, doc: str, specs: dict[str, Spec], target: Target | None = None) -> tuple[np.ufunc, dict[str, int]]:
    """Return a ufunc of x (and what is multiplied to the result), then the parameters, and where its main loops' addresses are.

    `specs` gives the kernel for "f" and for "d". float16 goes by way of the first, and so does bfloat16 where ml_dtypes is
    installed; integers go by way of the second. Loops are compiled when they are first called.
    """
    target = target or host()
    spec = specs["d"]
    outputs = len(spec.programs)

    def narrowed(kind: str) -> Callable[[], int]:
        text = f"narrow {kind} {spec.arrays} {spec.parameters} {outputs}"
        return lambda: loaded(text, lambda t: narrow(kind, spec.arrays, spec.parameters, outputs, t), target)

    def main(char: str) -> Callable[[], int]:
        return lambda: address(specs[char], target)

    loops = [_Loop(main(char), "", char * spec.arrays + "d" * spec.parameters + char * outputs) for char in "df"]
    loops.append(_Loop(narrowed("half"), "f", "e" * spec.arrays + "d" * spec.parameters + "e" * outputs))
    for char in reversed(_INTEGERS):
        kind = np.dtype(char).kind + str(8 * np.dtype(char).itemsize)
        loops.append(_Loop(narrowed(kind), "d", char * spec.arrays + "d" * (spec.parameters + outputs)))
    if spec.arrays + spec.parameters > 1:
        # NumPy takes the first one that fits; of one array the type tells the loop in any order, and it looks through them
        loops.reverse()
    made, entries = _registered(name, doc, loops, spec.arrays + spec.parameters, outputs)
    number = _bfloat16()
    if number is not None:
        types = [number] * spec.arrays + [np.dtype("d").num] * spec.parameters + [number] * outputs
        _register_loop(made, number, narrowed("bfloat")(), types, entries["f"])
    return made, entries


def along_rows(name: str, doc: str, char: str, rows: Rows, target: Target | None = None) -> np.ufunc:
    """Return a ufunc of rows for one dtype, the inputs and room for what is put aside; entries of a row must be neighbours."""
    target = target or host()
    address = loaded(repr(rows), lambda t: module(rows, t), target)
    shapes = ",".join("()" if number else "(n)" for number in rows.numbers)
    signature = f"{shapes},(s)->{'(n)' if rows.axes else '()'}"
    loops = [_Loop(lambda: address, "", char * rows.inputs + "d" + char)]
    return _registered(name, doc, loops, rows.inputs + 1, 1, signature)[0]


class _Loop(NamedTuple):
    """What compiles a loop, the letter of the main one that it calls, and the types of its arrays."""

    load: Callable[[], int]
    inner: str
    types: str


def _registered(
    name: str, doc: str, loops: Sequence[_Loop], inputs: int, outputs: int, signature: str = ""
) -> tuple[np.ufunc, dict[str, int]]:
    """A ufunc, and by letter where the addresses of its main loops are."""
    count = len(loops)
    entries = Entries([loop.load for loop in loops])
    main = {loop.types[0]: entries.at(k) for k, loop in enumerate(loops) if not loop.inner}
    data = (ctypes.c_void_p * count)(*(main[loop.inner] if loop.inner else None for loop in loops))
    numbers = bytes(np.dtype(char).num for loop in loops for char in loop.types)
    types = ctypes.create_string_buffer(numbers, len(numbers))
    label, text = ctypes.create_string_buffer(name.encode()), ctypes.create_string_buffer(doc.encode())
    core = ctypes.create_string_buffer(signature.encode())
    _kept.append((entries, data, types, label, text, core))
    pointers = [ctypes.addressof(item) for item in (entries.array, data, types)]
    # the identity -1 says that there is none
    made: np.ufunc = _constructor()(
        *pointers, count, inputs, outputs, -1, ctypes.addressof(label), ctypes.addressof(text), 0,
        ctypes.addressof(core) if signature else None,
    )  # fmt: skip
    return made, main


def _register_loop(ufunc: np.ufunc, number: int, loop: int, types: Sequence[int], data: int) -> None:
    """Give a ufunc a loop for a type that NumPy doesn't have itself."""
    given = (ctypes.c_int * len(types))(*types)
    _kept.append(given)
    place = ctypes.c_void_p
    # entry 2 of the table: PyUFunc_RegisterLoopForType
    register = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.c_int, place, place, place)(_table()[2])
    if register(ufunc, number, loop, ctypes.addressof(given), data) < 0:
        raise RuntimeError(f"NumPy took no loop for type {number}")


@cache
def _bfloat16() -> int | None:
    """NumPy's number of bfloat16, None where there is no such type."""
    if find_spec("ml_dtypes") is None:
        return None
    return int(np.dtype(import_module("ml_dtypes").bfloat16).num)


@cache
def _table() -> Any:
    """The functions of NumPy's C interface for ufuncs."""
    module = import_module("numpy._core._multiarray_umath")
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return ctypes.cast(pointer(module._UFUNC_API, None), ctypes.POINTER(ctypes.c_void_p))


@cache
def _constructor() -> Any:
    """PyUFunc_FromFuncAndDataAndSignature; without a signature it makes an elementwise ufunc."""
    number, place = ctypes.c_int, ctypes.c_void_p
    made = ctypes.PYFUNCTYPE(
        ctypes.py_object, place, place, place, number, number, number, number, place, place, number, place
    )
    # entry 31 of the table, as documented in numpy/ufuncobject.h
    return made(_table()[31])
