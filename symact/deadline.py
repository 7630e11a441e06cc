"""A time limit for a computation in the main thread."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Any

from .errors import OutOfTimeError

__all__ = ["deadline"]

#: Seconds after which an alarm goes off once more: one that goes off in a destructor is swallowed there.
AGAIN = 0.5
#: The modules that run between a block and its limit.
_AROUND = (__name__, "contextlib")


class _Expired(BaseException):
    """The time of one deadline is over; no search may take this for one more failure of a candidate and go on."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise OutOfTimeError once the block has taken `seconds`; no limit outside the main thread or without SIGALRM.

    Inside another deadline the shorter time counts, and the outer one goes on afterwards; where that is over first, nobody
    in between takes it for the end of the inner one.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "SIGALRM"):
        yield
        return
    left, start = signal.getitimer(signal.ITIMER_REAL)[0], monotonic()
    if 0 < left <= seconds:
        yield
        return
    own = _Expired()

    def stop(_: int, frame: FrameType | None) -> None:
        # where the block is entered or left nothing would catch it, and the alarm would never be turned off
        if frame is None or frame.f_globals.get("__name__") not in _AROUND:
            raise own

    def report(unraisable: Any) -> None:
        if unraisable.exc_value is not own:
            reported(unraisable)

    before, reported = signal.signal(signal.SIGALRM, stop), sys.unraisablehook
    sys.unraisablehook = report
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    except (_Expired, SystemError) as error:
        if not _follows(error, own):
            raise
        raise OutOfTimeError(f"not finished within {seconds:g} s") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        sys.unraisablehook = reported
        if left:
            signal.setitimer(signal.ITIMER_REAL, max(left - (monotonic() - start), 0.001), AGAIN)


def _follows(error: BaseException | None, first: BaseException) -> bool:
    """Whether an error is, or came of, another one: a compiled library reports what is raised in a callback as a SystemError."""
    while error is not None and error is not first:
        error = error.__cause__ or error.__context__
    return error is first
