"""Object code and what it was derived from, on disk: written all at once, shared between processes, absent where it isn't whole."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

__all__ = ["folder", "load", "store"]

#: The file begins with this and the hash of what follows.
MAGIC = b"symact kernel 1\n"
#: How the names of files begin that aren't whole yet, and after how many seconds nobody is writing them any more.
UNFINISHED, ABANDONED = ".new-", 3600.0


def folder() -> Path | None:
    """Return where kernels are kept: $SYMACT_CACHE, else the user's cache folder; None where $SYMACT_CACHE is empty."""
    chosen = os.environ.get("SYMACT_CACHE")
    if chosen is not None:
        return Path(chosen) if chosen else None
    if sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "symact" / "kernels"


def load(key: str) -> bytes | None:
    """Return the code stored under a key, None where there is none or the file is damaged."""
    place = folder()
    if place is None:
        return None
    try:
        data = (place / key).read_bytes()
    except OSError:
        return None
    size = len(MAGIC) + hashlib.sha256().digest_size
    head, code = data[:size], data[size:]
    return code if code and head == MAGIC + hashlib.sha256(code).digest() else None


def store(key: str, code: bytes) -> None:
    """Put code under a key; where that fails the next process compiles again."""
    place = folder()
    if place is None:
        return
    temporary = None
    try:
        place.mkdir(parents=True, exist_ok=True)
        _tidied(place)
        handle, temporary = tempfile.mkstemp(prefix=UNFINISHED, dir=place)
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC + hashlib.sha256(code).digest() + code)
        Path(temporary).replace(place / key)
    except OSError:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


@cache
def _tidied(place: Path) -> None:
    """Once in a process, remove what processes left behind that were killed while they wrote."""
    limit = time.time() - ABANDONED
    for path in place.glob(f"{UNFINISHED}*"):
        # another process may do the same
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()
