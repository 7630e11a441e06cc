"""Loops that are compiled when they are called for the first time: of a kernel's fourteen most users need one."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["Entries"]

#: What NumPy calls: the data, how many, the strides, and what it was given for this loop.
_Loop = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 4)
_ONE = np.ones(1)


class Entries:
    """The addresses of loops where machine code reads them; each is compiled by its `load` when it is first called.

    Whoever holds `array` or what `at` returns must keep this alive.
    """

    def __init__(self, loads: Sequence[Callable[[], int]]) -> None:
        # callbacks must outlive the calls that they replace themselves in
        self._waiting = [self._first(k, load) for k, load in enumerate(loads)]
        self.array = (ctypes.c_void_p * len(loads))(*(ctypes.cast(w, ctypes.c_void_p).value for w in self._waiting))

    def at(self, k: int) -> int:
        """Return the address of an entry."""
        return ctypes.addressof(self.array) + ctypes.sizeof(ctypes.c_void_p) * k

    def _first(self, k: int, load: Callable[[], int]) -> Any:
        """What stands in for a loop: it compiles the loop, puts its address there, and calls it."""

        def first(arrays: int, count: int, steps: int, data: int) -> None:
            try:
                self.array[k] = code = load()
            except BaseException as failure:
                # no exception gets through a loop
                (_,) = map(_raise_later, (ctypes.c_ulong(threading.get_ident()),), (ctypes.py_object(_again(failure)),))
                return
            # NumPy clears the flags of floating-point arithmetic, which it looks at after a loop: compiling may set some
            np.add(_ONE, _ONE)
            _Loop(code)(arrays, count, steps, data)

        return _Loop(first)


#: Raises an exception of a class in a thread once that gets to the end of a call in Python. Unpacking what map() gives is none.
_raise_later = ctypes.pythonapi.PyThreadState_SetAsyncExc


def _again(failure: BaseException) -> type[BaseException]:
    """A class whose instances, made without arguments, are like an exception and have it as their cause."""
    kind = type(failure)

    def begin(this: BaseException) -> None:
        kind.__init__(this, *failure.args)
        this.__cause__ = failure

    return type(kind.__name__, (kind,), {"__init__": begin})
