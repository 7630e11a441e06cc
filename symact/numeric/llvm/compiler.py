"""Kernels as machine code: compiled once, kept in the process, and on disk for the next one."""

from __future__ import annotations

import hashlib
import threading
from functools import cache
from pathlib import Path
from typing import Any

from ..forks import free_after_fork
from .cache import load, store
from .module import module
from .spec import Spec
from .target import Target, binding, host, machine

__all__ = ["address"]

_lock = free_after_fork(threading.RLock())
#: Key of a kernel → the address of its code.
_loaded: dict[str, int] = {}


def address(spec: Spec, target: Target | None = None) -> int:
    """Return the address of a kernel's loop; raise NotSupportedError where kernels can't be compiled."""
    return loaded(spec.text, lambda t: module(spec, t), target or host())


def loaded(text: str, write: Any, target: Target) -> int:
    """Return the address of @loop of the module that `write` gives for what `text` describes."""
    key = _key(text, target)
    with _lock:
        if key not in _loaded:
            code = load(key)
            name = f"symact_{key}"
            if code is None:
                code = compiled(write(target).replace("@loop(", f"@{name}("), target)
                store(key, code)
            _loaded[key] = _linked(code, name)
        return _loaded[key]


def compiled(text: str, target: Target) -> bytes:
    """Return the object code of a module; it is written so well that LLVM's passes over the text gain nothing."""
    parsed = binding().parse_assembly(text)
    parsed.verify()
    return bytes(machine(target).emit_object(parsed))


def _linked(code: bytes, name: str) -> int:
    engine = _engine()
    engine.add_object_file(binding().ObjectFileRef.from_data(code))
    engine.finalize_object()
    return int(engine.get_function_address(name))


@cache
def _engine() -> Any:
    """What holds all code for as long as it may be called; one takes longer to make than a kernel to link."""
    return binding().create_mcjit_compiler(binding().parse_assembly(""), machine(host()))


def _key(text: str, target: Target) -> str:
    """What determines the machine code: the kernel, what writes it, LLVM and the CPU."""
    version = ".".join(map(str, binding().llvm_version_info))
    parts = (text, _writers(), version, repr(target))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def _writers() -> str:
    """A hash of the modules that write kernels."""
    folder = Path(__file__).parent
    sources = [
        *sorted(folder.glob("*.py")),
        *(
            folder.parent / f"{name}.py"
            for name in ("graph", "expand", "lookup_double", "piecewise", "program", "sides", "spans")
        ),
    ]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()
