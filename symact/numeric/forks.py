"""Locks that are free in child processes."""

from __future__ import annotations

import os
from typing import Protocol, TypeVar

__all__ = ["free_after_fork"]


class _Lock(Protocol):
    def acquire(self) -> bool: ...
    def release(self) -> None: ...


L = TypeVar("L", bound=_Lock)


def free_after_fork(lock: L) -> L:
    """Return a lock for which forks wait: else a child finds it held by a thread that it doesn't have, and waits for ever.

    What is taken first must be registered last.
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
    return lock
