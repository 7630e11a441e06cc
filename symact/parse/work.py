"""A bound on the work SymPy does for one text: its automatic evaluation can take exponential time on short input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import CO_GENERATOR
from types import FrameType
from typing import Any

from ..errors import InputError

__all__ = ["bounded_work"]

#: Calls and returns of functions; an ordinary text takes some thousands.
MAX_EVENTS = 2_500_000


class _ExhaustedError(BaseException):
    """No `except Exception` on the way may stop it."""


@contextmanager
def bounded_work() -> Iterator[None]:
    """Raise InputError in the block after MAX_EVENTS calls and returns; a block inside another shares its bound.

    A count rather than a clock, so that the answer doesn't depend on how busy the machine is, and in any thread. While
    a profiler runs there is no bound.
    """
    if sys.getprofile() is not None:
        yield
        return
    left = MAX_EVENTS

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal left
        left -= 1
        # what is raised while a generator is cleared away would get lost
        if left < 0 and event == "call" and not frame.f_code.co_flags & CO_GENERATOR:
            raise _ExhaustedError

    sys.setprofile(count)
    try:
        yield
    except _ExhaustedError:
        raise InputError("the text is too complicated to be evaluated; put fewer functions inside functions") from None
    except RecursionError:
        raise InputError("the text is nested too deeply to be evaluated") from None
    finally:
        sys.setprofile(None)
