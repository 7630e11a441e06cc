"""How wrong other libraries' functions and gradients are, beside ours: at points where errors show, or at every float32."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..definition import Definition
from ..errors import InputError
from ..numeric import NumpyFunction, compile_function, compile_pullback
from ..numeric.accuracy import Accuracy, judged, prepared
from ..numeric.vector_accuracy import judged_rows, prepared_rows
from .registry import Peer, peers

__all__ = ["OURS", "Entry", "Exhaustive", "audited", "every_float32"]

#: The name under which our own callables are audited.
OURS = "symact"
KINDS = ("value", "gradient")


@dataclass(frozen=True)
class Entry:
    """What was measured of one version of a function (or its gradient) for a dtype."""

    function: str
    kind: str
    dtype: str
    library: str
    label: str
    accuracy: Accuracy

    def record(self) -> dict[str, Any]:
        """Return the entry as JSON has it; what isn't finite is text."""
        a = self.accuracy
        return {
            "function": self.function,
            "kind": self.kind,
            "dtype": self.dtype,
            "library": self.library,
            "version": self.label,
            "worst_ulp": _number(a.worst),
            "worst_finite_ulp": _number(a.finite),
            "x": list(map(_number, a.at)) if isinstance(a.at, tuple) else _number(a.at),
            **({} if a.entry is None else {"entry": a.entry}),
            "computed": _number(a.computed),
            "true": _number(a.true),
            "median_ulp": _number(a.median),
            "points": a.points,
            "faults": list(a.faults),
        }


def _number(value: float) -> float | str:
    """A number, or as text what JSON has no number for."""
    return float(value) if np.isfinite(value) else str(float(value))


def audited(
    definitions: Sequence[Definition],
    kinds: Sequence[str],
    dtypes: Sequence[str],
    libraries: tuple[str, ...],
    count: int,
) -> Iterator[Entry]:
    """Measure ours and each library's version of every function, kind and dtype; those without another version are left out.

    With `OURS` as the library only ours are measured, all of them.
    """
    alone = libraries == (OURS,)
    for definition in definitions:
        for kind in kinds:
            order = KINDS.index(kind)
            for dtype in dtypes:
                others = [] if alone else [p for p in peers(definition, bool(order), dtype, libraries) if not p.reuses]
                if not others and not alone:
                    continue
                ours, measured = _measuring(definition, order, dtype, count)
                yield Entry(definition.name, kind, dtype, OURS, OURS, measured(ours))
                for other in others:
                    with np.errstate(all="warn", under="ignore"):
                        found = measured(called(other, order))
                    yield Entry(definition.name, kind, dtype, other.library, other.label, found)


def _measuring(
    definition: Definition, order: int, dtype: Any, count: int
) -> tuple[Callable[..., Any], Callable[[Callable[..., Any]], Accuracy]]:
    """Our version, and what measures one: of a function of a vector along the last axis, gradients with upstream numbers."""
    if definition.vector:
        rows = prepared_rows(definition, order, dtype, count=count)
        return compile_pullback(definition) if order else compile_function(definition), partial(judged_rows, where=rows)
    where = prepared(definition, order, dtype, count=count)
    return compile_function(definition, order), partial(judged, where=where)


def called(peer: Peer, order: int) -> Callable[..., Any]:
    """Return a version as a function of an array, and of what is multiplied to the derivative, by default 1."""

    def call(x: Any, g: Any = None) -> Any:
        return np.asarray(peer.prepare(x, np.ones_like(x) if order and g is None else g)())

    return call


@dataclass
class Exhaustive:
    """All float32 inputs so far: how many, how many aren't rounded correctly, the worst (ulp, x, computed), and faults."""

    count: int = 0
    wrong: int = 0
    worst: tuple[tuple[float, float, float], ...] = ()
    lost: int = 0
    first_lost: float | None = None

    def add(self, x: Any, y: Any, true: Any) -> None:
        """Judge results by values with 29 bits more."""
        with np.errstate(all="ignore"):
            rounded = true.astype(np.float32)
            unit = np.maximum(np.spacing(np.abs(rounded)).astype(np.float64), 2.0**-149)
            error = np.abs(y.astype(np.float64) - true) / unit
        same = (y == rounded) | (np.isnan(y) & np.isnan(rounded))
        error[same] = np.where(np.isfinite(error[same]), error[same], 0)
        strange = ~same & (~np.isfinite(y) | ~np.isfinite(rounded) | ((y == 0) & (np.abs(rounded) >= 2.0**-126)))
        self.count += x.size
        self.wrong += int(np.count_nonzero(~same))
        lost = np.flatnonzero(strange)
        self.lost += lost.size
        if lost.size and self.first_lost is None:
            self.first_lost = float(x[lost[0]])
        good = np.where(strange | ~np.isfinite(error), -1, error)
        top = np.argpartition(good, -5)[-5:] if good.size > 5 else np.arange(good.size)
        found = [*self.worst, *((float(good[k]), float(x[k]), float(y[k])) for k in top if good[k] >= 0)]
        self.worst = tuple(sorted(found, reverse=True)[:5])


def every_float32(definition: Definition, order: int, library: str, size: int = 1 << 21) -> Iterator[Exhaustive]:
    """Compare a library's float32 version with our float64 one at all 2**32 inputs, nan only once; yields after each part.

    Raises InputError where the library has no such function.
    """
    truth = compile_function(definition, order)
    assert isinstance(truth, NumpyFunction)
    if library == OURS:
        call: Callable[[Any], Any] = truth
    else:
        found = [p for p in peers(definition, bool(order), np.float32, (library,)) if not p.reuses]
        if not found:
            raise InputError(f"{library} has no {definition.name} to compare")
        call = called(found[0], order)
    state = Exhaustive()
    for start in range(0, 1 << 32, size):
        x = np.arange(start, start + size, dtype=np.uint32).view(np.float32)
        x = x[~np.isnan(x)]
        if x.size:
            with np.errstate(all="ignore"):
                y = np.asarray(call(x))
            state.add(x, y, truth(x.astype(np.float64)))
        yield state
