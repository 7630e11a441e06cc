"""Speeds in one run: all versions in turn, again and again, so that what disturbs one disturbs all."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np

from ..definition import Definition
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
    """One function, kind, dtype and size: ns per element of ours by mode, with a new array and with `out`, and of others.

    `limits` are np.copyto and np.exp on the same arrays.
    """

    function: str
    kind: str
    dtype: str
    size: int
    ours: Mapping[str, tuple[float, float]]
    peers: Mapping[str, float]
    limits: Mapping[str, float]

    @property
    def fastest(self) -> str | None:
        """The fastest other version."""
        return min(self.peers, key=self.peers.__getitem__) if self.peers else None

    def ratio(self, mode: str) -> float | None:
        """How many times as fast as the fastest other version ours is."""
        return None if self.fastest is None else self.peers[self.fastest] / min(self.ours[mode])

    def record(self) -> dict[str, Any]:
        """Return the case as JSON has it."""
        return {
            "function": self.function,
            "kind": self.kind,
            "dtype": self.dtype,
            "n": self.size,
            "symact": {mode: {"new": new, "out": out} for mode, (new, out) in self.ours.items()},
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
) -> Iterator[Case]:
    """Measure every combination, each for about so many seconds."""
    for definition in definitions:
        for kind in kinds:
            for dtype in dtypes:
                others = peers(definition, kind == "gradient", dtype, libraries)
                for size in sizes:
                    yield _case(definition, kind, dtype, size, others, seconds)


def _case(definition: Definition, kind: str, dtype: str, size: int, others: Sequence[Peer], seconds: float) -> Case:
    rng = np.random.default_rng(0)
    x = (rng.standard_normal(size) * 3).astype(dtype)
    g = rng.standard_normal(size).astype(dtype) if kind == "gradient" else None
    calls: dict[str, Callable[[], Any]] = {}
    for mode in MODES:
        compiled = compile_function(definition, mode=mode) if g is None else compile_pullback(definition, mode=mode)
        arrays = (x,) if g is None else (x, g)
        compiled(*arrays)
        # a call that goes straight to the ufunc, if there is one, as in ordinary use
        out = np.empty_like(x)
        calls[f"new {mode}"] = lambda f=compiled, a=arrays: f(*a)  # type: ignore[misc]
        calls[f"out {mode}"] = lambda f=compiled, a=arrays, o=out: f(*a, out=o)  # type: ignore[misc]
    target = np.empty_like(x)
    calls["copyto"], calls["exp"] = lambda: np.copyto(target, x), lambda: np.exp(x, out=target)
    for other in others:
        calls[f"peer {other.label}"] = other.prepare(x, g)
    with np.errstate(all="ignore"):
        found = timed(calls, size, seconds)
    return Case(
        definition.name,
        kind,
        dtype,
        size,
        {mode: (found[f"new {mode}"], found[f"out {mode}"]) for mode in MODES},
        {label[5:]: t for label, t in found.items() if label.startswith("peer ")},
        {name: found[name] for name in ("copyto", "exp")},
    )


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
