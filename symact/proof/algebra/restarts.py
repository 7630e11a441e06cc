"""Conversions that start again with finer kernels until one goes through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sympy.core.relational import Relational

from ...errors import UndecidedError
from .conversion import Conversion, Layout, Restart
from .kernels import RULES
from .quotients import TooManyKernels

__all__ = ["settled"]

T = TypeVar("T")

MAX_KERNELS = 48
MAX_RESTARTS = 16


def settled(relations: Sequence[Relational], action: Callable[[Conversion], T]) -> T:
    """Run an action on a conversion, again with a finer layout as long as it asks for one.

    Raises UndecidedError where that takes too many kernels.
    """
    layout = Layout()
    for _ in range(MAX_RESTARTS):
        try:
            return action(Conversion(layout, RULES, relations))
        except Restart:
            continue
        except TooManyKernels:
            layout.size *= 2
            if layout.size > MAX_KERNELS:
                break
    raise UndecidedError("the expression has too many kernels")
