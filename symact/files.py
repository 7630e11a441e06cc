"""Writing a file all at once or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from .errors import InputError

__all__ = ["write_atomically", "write_text"]


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text to `path`; raise InputError, leaving nothing behind, where that can't be done."""
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file with the same suffix beside `path`, then rename it to `path`.

    A link stays one, to what is written. A device or a pipe, which must not be replaced, gets the bytes themselves.
    """
    if path.exists() and not path.is_file() and not path.is_dir():  # /dev/stdout resolves to a name that isn't there
        _pass_on(path, write)
        return
    shown, path = path, path.resolve()
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    except OSError as error:
        raise InputError(f"can't write {shown}: {error.strerror or error}") from error
    os.close(handle)
    temporary = Path(name)
    try:
        write(temporary)
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise InputError(f"can't write {shown}: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _pass_on(path: Path, write: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder, f"answer{path.suffix}")
        write(temporary)
        try:
            with path.open("wb") as device:
                device.write(temporary.read_bytes())
        except OSError as error:
            raise InputError(f"can't write {path}: {error.strerror or error}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
