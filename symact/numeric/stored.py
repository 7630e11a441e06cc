"""What was derived, on disk: the data of a callable take a second to find and a millisecond to read."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import flint
import numpy as np
import sympy

from ..definition import Definition
from .llvm.cache import load, store
from .source import Source

__all__ = ["source"]


def source(definition: Definition, order: int, fast: bool, derive: Callable[[Definition, int, bool], Source]) -> Source:
    """Return the data that `derive` gives for a definition, an order and a mode, from the disk where they are there."""
    key = _key(definition, order, fast)
    data = load(key)
    if data is not None:
        try:
            # trusted like the machine code beside it
            found = pickle.loads(data)
        except (pickle.UnpicklingError, AttributeError, ImportError, EOFError, TypeError, ValueError):
            found = None
        if isinstance(found, Source):
            return replace(found, definition=definition)
    made = derive(definition, order, fast)
    # a proof for which there was no time may be found another time
    if all(reason != "undecided" for _, reason in made.forms):
        store(key, pickle.dumps(replace(made, definition=Definition("", sympy.S.Zero, "")), protocol=5))
    return made


def _key(definition: Definition, order: int, fast: bool) -> str:
    """What determines the data: all of the definition, the code and the libraries that derive them."""
    exprs = [definition.expr, definition.variable, *(e for pair in definition.slopes for e in pair)]
    for p in definition.parameters:
        exprs += [p.symbol, p.assume, *([] if p.default is None else [p.default])]
    # without the expressions, which take long to print
    texts = replace(definition, expr=sympy.S.Zero, parameters=(), slopes=())
    meanings = [(p.meaning, p.default is None) for p in definition.parameters]
    parts = (repr(texts), repr(meanings), *map(sympy.srepr, exprs), f"source {order} {fast}", _writers())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def _writers() -> str:
    """A hash of the versions of libraries, and of the sizes and times of our own modules."""
    versions = sympy.__version__, np.__version__, flint.__version__
    return hashlib.sha256("\n".join([*versions, *sorted(_modules(Path(__file__).parent.parent))]).encode()).hexdigest()


def _modules(folder: Path) -> Iterator[str]:
    """Our modules with their sizes and times."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _modules(Path(entry.path))
            elif entry.name.endswith(".py"):
                state = entry.stat()
                yield f"{entry.path} {state.st_size} {state.st_mtime_ns}"
