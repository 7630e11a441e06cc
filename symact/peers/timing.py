"""Speeds in one run: all versions in turn, again and again, so that what disturbs one disturbs all."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import exp, log, prod
from typing import Any

import numpy as np

from ..definition import Definition
from ..errors import NotSupportedError, UndecidedError
from ..numeric import compile_function, compile_pullback
from .registry import Peer, peers

__all__ = ["KINDS", "MODES", "Case", "geometric_mean", "measured", "timed"]

KINDS = ("forward", "gradient")
MODES = ("accurate", "fast")
#: A sample must take this long, in seconds, to be told from the clock's resolution.
SAMPLE = 2e-4
#: Rounds at least and at most.
ROUNDS = (5, 41)


@dataclass(frozen=True)
class Case:
    """One function, kind, dtype and shape: ns per element of ours by mode, and of others.

    Ours are taken with a new array, with `out`, and gradients also from the saved output where that tells them ("saved",
    with `out`). `limits` are np.copyto and np.exp on the same arrays.
    """

    function: str
    kind: str
    dtype: str
    shape: tuple[int, ...]
    ours: Mapping[str, Mapping[str, float]]
    peers: Mapping[str, float]
    limits: Mapping[str, float]

    @property
    def size(self) -> int:
        """How many elements there are."""
        return prod(self.shape)

    @property
    def fastest(self) -> str | None:
        """The fastest other version."""
        return min(self.peers, key=self.peers.__getitem__) if self.peers else None

    def ratio(self, mode: str) -> float | None:
        """How many times as fast as the fastest other version ours is."""
        return None if self.fastest is None else self.peers[self.fastest] / min(self.ours[mode].values())

    def record(self) -> dict[str, Any]:
        """Return the case as JSON has it."""
        return {
            "function": self.function,
            "kind": self.kind,
            "dtype": self.dtype,
            "n": self.size,
            "shape": list(self.shape),
            "symact": {mode: dict(times) for mode, times in self.ours.items()},
            "peers": dict(self.peers),
            "limits": dict(self.limits),
            "fastest": self.fastest,
            "ratio": {mode: self.ratio(mode) for mode in self.ours},
        }


def measured(
    definitions: Sequence[Definition],
    kinds: Sequence[str],
    dtypes: Sequence[str],
    sizes: Sequence[int],
    libraries: tuple[str, ...],
    seconds: float,
    shapes: Sequence[tuple[int, int]] = (),
) -> Iterator[Case]:
    """Measure every combination, each for about so many seconds: functions of a vector with the rows and columns of `shapes`."""
    for definition in definitions:
        for kind in kinds:
            for dtype in dtypes:
                others = peers(definition, kind == "gradient", dtype, libraries)
                for shape in shapes if definition.vector else ((size,) for size in sizes):
                    yield _case(definition, kind, dtype, shape, others, seconds)


def _case(
    definition: Definition, kind: str, dtype: str, shape: tuple[int, ...], others: Sequence[Peer], seconds: float
) -> Case:
    rng = np.random.default_rng(0)
    x = (rng.standard_normal(shape) * 3).astype(dtype)
    y = compile_function(definition)(x)
    g = rng.standard_normal(y.shape).astype(dtype) if kind == "gradient" else None
    calls: dict[str, Callable[[], Any]] = {}
    for mode in MODES:
        for way, call in _ways(definition, mode, x, y, g).items():
            calls[f"{way} {mode}"] = call
    target = np.empty_like(x)
    calls["copyto"], calls["exp"] = lambda: np.copyto(target, x), lambda: np.exp(x, out=target)
    for other in others:
        calls[f"peer {other.label}"] = other.prepare(x, g)
    with np.errstate(all="ignore"):
        found = timed(calls, x.size, seconds)
    return Case(
        definition.name,
        kind,
        dtype,
        shape,
        {mode: {name.partition(" ")[0]: t for name, t in found.items() if name.endswith(f" {mode}")} for mode in MODES},
        {label[5:]: t for label, t in found.items() if label.startswith("peer ")},
        {name: found[name] for name in ("copyto", "exp")},
    )


def _ways(definition: Definition, mode: str, x: Any, y: Any, g: Any) -> dict[str, Callable[[], Any]]:
    """Calls of ours: into a new array, with `out`, and from the saved output."""
    if g is None:
        compiled: Callable[..., Any] = compile_function(definition, mode=mode)
        arrays: tuple[Any, ...] = (x,)
    else:
        compiled, arrays = compile_pullback(definition, mode=mode), (x, g)
    out = np.empty_like(compiled(*arrays))
    # after one call the next ones go straight to the ufunc, if there is one, as in ordinary use
    found: dict[str, Callable[[], Any]] = {
        "new": partial(compiled, *arrays),
        "out": partial(compiled, *arrays, out=out),
    }
    if g is not None:
        with suppress(NotSupportedError, UndecidedError):
            from_output = compile_pullback(definition, mode=mode, saved="output")
            from_output(y, g)
            found["saved"] = partial(from_output, y, g, out=out)
    return found


def timed(calls: Mapping[str, Callable[[], Any]], size: int, seconds: float) -> dict[str, float]:
    """Return the best time of each call in ns per element, interleaved; what else runs on the machine only makes times longer."""
    repeats, total = {}, 0.0
    for name, call in calls.items():
        call()
        start = time.perf_counter()
        call()
        once = max(time.perf_counter() - start, 1e-7)
        repeats[name] = max(1, int(SAMPLE / once))
        total += once * (repeats[name] + 1)
    rounds = int(min(max(seconds / total, ROUNDS[0]), ROUNDS[1]))
    samples: dict[str, list[float]] = {name: [] for name in calls}
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, call in calls.items():
                count = range(repeats[name])
                # what the one before left in the caches must not count
                call()
                start = time.perf_counter()
                for _ in count:
                    call()
                samples[name].append((time.perf_counter() - start) / repeats[name] / size * 1e9)
    finally:
        if collecting:
            gc.enable()
    return {name: min(values) for name, values in samples.items()}


def geometric_mean(values: Sequence[float]) -> float:
    """Return exp(mean(log(values)))."""
    return exp(sum(map(log, values)) / len(values))
