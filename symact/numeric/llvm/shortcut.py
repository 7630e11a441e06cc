"""Calls with small plain arrays straight to a kernel: what a ufunc does before and after takes longer than computing 1000 numbers."""

from __future__ import annotations

import ctypes
import struct
import sys
import sysconfig
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from .calls import DATA, DTYPE, FLAGS, HELD, ITEMS, MOST, PLAIN, RANK, SHAPE, SIZE, TYPE, WRITEABLE, call
from .compiler import loaded
from .target import Target

__all__ = ["shortcut"]

#: METH_FASTCALL | METH_KEYWORDS of CPython.
_CALLED = 0x80 | 0x02


def shortcut(
    function: Callable[..., Any], loops: Mapping[str, int], inputs: int, target: Target
) -> Callable[..., Any] | None:
    """Return what computes function(*arrays, out=None) for `inputs` arrays, and calls the function for all but small plain ones.

    `loops` tells where the addresses of a ufunc's inner loops for "f" and "d" are. None where arrays or objects aren't laid
    out as known.
    """
    found = _interface()
    if found is None:
        return None
    text = f"shortcut {inputs} {MOST}"
    method = ctypes.create_string_buffer(b"call"), loaded(text, lambda t: call(inputs, t), target)
    definition = _Definition(ctypes.addressof(method[0]), method[1], _CALLED, None)
    known = (
        loops["f"], loops["d"], id(np.ndarray), id(np.dtype("f4")), id(np.dtype("f8")), id(None), id(sys.intern("out")), *found,
    )  # fmt: skip
    _kept.append((method, definition))
    # the tuple is what the call is given, and keeps alive what it reads
    held = (function, struct.pack(f"{len(known)}q", *known))
    made: Callable[..., Any] = _constructor()(ctypes.addressof(definition), held, None)
    return made


#: What CPython keeps pointers to.
_kept: list[Any] = []


class _Definition(ctypes.Structure):
    """PyMethodDef."""

    _fields_ = (("name", ctypes.c_void_p), ("call", ctypes.c_void_p), ("flags", ctypes.c_int), ("doc", ctypes.c_void_p))


@cache
def _constructor() -> Any:
    """PyCFunction_NewEx."""
    return ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p)(
        _address("PyCFunction_NewEx")
    )


def _address(name: str) -> int:
    return ctypes.cast(getattr(ctypes.pythonapi, name), ctypes.c_void_p).value or 0


@cache
def _interface() -> tuple[int, int, int] | None:
    """The addresses of PyArray_NewFromDescr, Py_IncRef and PyObject_Vectorcall; None where anything is laid out otherwise."""
    if sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED") or not _as_known():
        return None
    try:
        capsule = import_module("numpy._core._multiarray_umath")._ARRAY_API
        # entry 94 of the table, as documented in numpy/__multiarray_api.h
        new = ctypes.cast(_pointer()(capsule, None), ctypes.POINTER(ctypes.c_void_p))[94] or 0
        found = new, _address("Py_IncRef"), _address("PyObject_Vectorcall")
    except (ImportError, AttributeError):
        return None
    return found if all(found) else None


@cache
def _pointer() -> Any:
    """PyCapsule_GetPointer."""
    return ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(_address("PyCapsule_GetPointer"))


def _as_known() -> bool:
    """Whether objects and arrays have their parts where they are looked for."""
    probe, pair, held = np.zeros((3, 5), np.float32), (np.ndarray, None), b"12345678"
    at, first = id(probe), probe.ctypes

    def word(place: int) -> int:
        return int(ctypes.c_int64.from_address(place).value)

    if ctypes.sizeof(ctypes.c_void_p) != 8 or tuple.__itemsize__ != 8 or bytes.__basicsize__ != HELD + 1:
        return False
    return (
        word(at + TYPE) == id(np.ndarray)
        and word(at + DATA) == first.data
        and ctypes.c_int.from_address(at + RANK).value == 2
        and [word(word(at + SHAPE) + 8 * k) for k in (0, 1)] == [3, 5]
        and word(at + DTYPE) == id(probe.dtype) == id(np.dtype("f4"))
        and ctypes.c_int.from_address(at + FLAGS).value & (PLAIN | WRITEABLE) == PLAIN | WRITEABLE
        and word(id(pair) + SIZE) == 2
        and word(id(pair) + ITEMS) == id(np.ndarray)
        and ctypes.string_at(id(held) + HELD, 8) == held
    )
