"""Big arrays: shared among threads, and results put into memory that is recycled once nobody holds it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from math import prod
from threading import Lock
from typing import Any

import numpy as np

from ..errors import InputError
from .forks import free_after_fork

__all__ = ["Recycler", "Threaded"]

#: Smaller arrays, in bytes, are left to the function itself; a thread gets no smaller part than this.
LEAST, PART = 1 << 20, 1 << 21
#: Memory is handed out in multiples of this many bytes, and begins with a whole cache line.
GRAIN, LINE = 1 << 20, 64


class _Block:
    """Memory that arrays are made from; when the last of them is gone it goes back to where it came from."""

    def __init__(self, memory: Any, giver: Recycler) -> None:
        self.memory, self.giver = memory, giver
        self.__array_interface__ = memory.__array_interface__

    def __del__(self) -> None:
        self.giver.take_back(self.memory)


class Recycler:
    """Keeps the memory of up to `count` results that are gone, for new ones: fresh memory costs as much as to compute them."""

    def __init__(self, count: int = 4) -> None:
        self.count = count
        self._free: list[Any] = []
        self._lock = free_after_fork(Lock())

    def empty(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """Return a new array whose numbers mean nothing yet."""
        dtype = np.dtype(dtype)
        need = prod(shape) * dtype.itemsize
        size = -(-need // GRAIN) * GRAIN
        memory = None
        with self._lock:
            for k, known in enumerate(self._free):
                if known.size == size:
                    memory = self._free.pop(k)
                    break
        if memory is None:
            raw = np.empty(size + LINE, np.uint8)
            start = -raw.__array_interface__["data"][0] % LINE
            memory = raw[start : start + size]
        return np.asarray(_Block(memory, self))[:need].view(dtype).reshape(shape)

    def take_back(self, memory: Any) -> None:
        """Keep memory that nobody uses any more."""
        # a finaliser may run while this thread holds the lock: then the memory is let go
        if self._lock.acquire(blocking=False):
            try:
                self._free.append(memory)
                del self._free[: -self.count]
            finally:
                self._lock.release()


_recycler = Recycler()


class Threaded:
    """f(*arrays, out=None, **parameters) for a callable f of arrays of the same shape, for arrays of 1 MB and more.

    Up to `threads` parts of 2 MB and more are computed at the same time; a result without `out` gets memory that an
    earlier result had that is gone (that of up to four is kept). Smaller arrays, and what isn't a plain contiguous array,
    go to f as they are. Raises InputError for a number of threads below 1.
    """

    def __init__(self, function: Any, threads: int) -> None:
        if threads < 1:
            raise InputError(f"the number of threads must be at least 1, not {threads}")
        self.function, self.threads = function, threads
        self.__name__ = self.__qualname__ = function.__name__
        self.__doc__ = function.__doc__

    def __call__(self, *arrays: Any, out: Any = None, **given: Any) -> Any:
        """Return what f returns."""
        x = arrays[0] if arrays else None
        if type(x) is not np.ndarray or x.nbytes < LEAST:
            return self.function(*arrays, out=out, **given)
        several = isinstance(self.function.nowhere, tuple)
        count = len(self.function.nowhere) if several else 1
        outs = (out if several else (out,)) if out is not None else (None,) * count
        if not _suitable(arrays, outs, count, given):
            return self.function(*arrays, out=out, **given)
        filled = [_recycler.empty(x.shape, x.dtype) if o is None else o for o in outs]
        count = min(self.threads, x.nbytes // PART)
        if count < 2:
            return self.function(*arrays, out=tuple(filled) if several else filled[0], **given)
        flat, results = [a.reshape(-1) for a in arrays], [o.reshape(-1) for o in filled]
        step = -(-x.size // count // LINE) * LINE

        def run(start: int) -> None:
            span = slice(start, start + step)
            targets = tuple(r[span] for r in results)
            self.function(*(a[span] for a in flat), out=targets if several else targets[0], **given)

        _together(run, range(0, x.size, step))
        return tuple(filled) if several else filled[0]

    def __reduce__(self) -> tuple[Any, ...]:
        return Threaded, (self.function, self.threads)

    def __repr__(self) -> str:
        return f"<Threaded {self.function!r}, {self.threads} threads>"


def _suitable(arrays: Sequence[Any], outs: Sequence[Any], count: int, given: Mapping[str, Any]) -> bool:
    """Whether parts can be computed apart from each other."""
    x = arrays[0]
    there = [o for o in outs if o is not None]
    plain = all(
        type(a) is np.ndarray and a.dtype == x.dtype and a.shape == x.shape and a.flags.c_contiguous and a.flags.aligned
        for a in (*arrays, *there)
    )
    apart = all(o is a or not np.may_share_memory(o, a) for o in there for a in arrays)
    apart = apart and not any(np.may_share_memory(a, b) for k, a in enumerate(there) for b in there[:k])
    numbers = all(np.ndim(v) == 0 for v in given.values()) and "where" not in given
    return x.dtype.char in "efd" and x.dtype.isnative and len(outs) == count and plain and apart and numbers


def _together(run: Callable[[int], None], starts: Sequence[int]) -> None:
    """Run all parts, the first one here."""
    rest = [_workers().submit(run, start) for start in starts[1:]]
    try:
        run(starts[0])
    finally:
        failures = [task.exception() for task in rest]
    for failure in failures:
        if failure is not None:
            raise failure


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 2) - 1), thread_name_prefix="symact")


# a child process has none of its parent's threads
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_workers.cache_clear)
