"""Verdicts on claims, each within its time and memory: one claim, or batches in parallel."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from .claims.files import Entry
from .errors import InputError
from .processes import Processes, shared
from .proof.verdict import Refuted, Undecided, Verdict

if TYPE_CHECKING:
    from .claims.model import Claim

__all__ = ["MEMORY", "TIMEOUT", "Result", "verify", "verify_all", "verify_entry"]

#: Seconds and bytes a claim may take.
TIMEOUT = 20.0
MEMORY = 2 * 2**30


@dataclass(frozen=True)
class Result:
    """What became of one claim of a batch; `error` says why a claim could not be read."""

    says: str
    verdict: Verdict
    seconds: float
    id: str | None = None
    assume: tuple[str, ...] = ()
    truth: bool | None = None
    note: str = ""
    error: str | None = None

    @property
    def agrees(self) -> bool | None:
        """Whether the verdict is what `truth` states; None where either is open."""
        if self.truth is None or isinstance(self.verdict, Undecided):
            return None
        return bool(self.verdict) == self.truth

    def to_json(self) -> dict[str, Any]:
        """Return the record that `symact verify --json` prints."""
        verdict = self.verdict
        reason = verdict.reason if isinstance(verdict, Undecided) else None
        certificate = None if isinstance(verdict, Undecided) else dict(verdict.certificate) or None
        return {
            "id": self.id,
            "claim": self.says,
            "assume": list(self.assume),
            "verdict": verdict.name,
            "method": verdict.method,
            "seconds": round(self.seconds, 4),
            "counterexample": dict(verdict.counterexample) if isinstance(verdict, Refuted) else None,
            "reason": reason,
            "certificate": certificate,
        }


def verify(
    claim: str | Claim, assume: Sequence[str] = (), *, timeout: float = TIMEOUT, memory: int = MEMORY
) -> Verdict:
    """Return Proved, Refuted or Undecided for a claim such as "tanh(x) == 2*sigmoid(2*x) - 1"; only Proved is true.

    `assume` lists what is given, such as "a > 0" and "v in vector(n)". A process of its own decides the claim; it is killed after
    `timeout` seconds, or beyond `memory` bytes, and the claim is then Undecided. Raises InputError for what is not a claim.
    """
    if isinstance(assume, str):
        raise InputError('assume is a list of texts: write assume=["a > 0"]')
    _check_bounds(timeout, memory)
    if not isinstance(claim, str):
        from .claims.model import Claim  # needs SymPy, which batches of texts leave to their processes

        if not isinstance(claim, Claim):
            raise InputError(f"a claim is a text such as 'odd(tanh(x), x)', not {claim!r}")
        if assume:
            raise InputError("a claim that was read already has its assumptions; give assume with a text only")
    request = (claim, tuple(assume)) if isinstance(claim, str) else claim
    found, _ = shared().ask(request, timeout, memory)
    if isinstance(found, InputError):
        raise found
    return cast(Verdict, found)


def verify_entry(entry: Entry, timeout: float = TIMEOUT, memory: int = MEMORY) -> Result:
    """Return the result for one claim of a batch; a claim that can't be read is undecided and has `error` set."""
    return _result(entry, shared(), timeout, memory)


def verify_all(
    entries: Iterable[Entry | str],
    jobs: int | None = None,
    executor: Executor | None = None,
    *,
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
) -> Iterator[Result]:
    """Yield the results of many claims in their order, `jobs` of them at a time (default: one per processor).

    `executor` is any concurrent.futures executor, such as that of a dask.distributed client; the claims are then decided
    where it runs them. A claim that can't be read, takes too long or too much memory doesn't stop the others. Leaving
    the loop, by an exception too, ends all processes.
    """
    _check_bounds(timeout, memory)
    if jobs is not None and jobs < 1:
        raise InputError(f"{jobs} jobs can't work; at least 1 is needed")
    known = [Entry(entry) if isinstance(entry, str) else entry for entry in entries]
    return _batch(known, jobs, executor, timeout, memory)


def _batch(
    entries: Sequence[Entry], jobs: int | None, executor: Executor | None, timeout: float, memory: int
) -> Iterator[Result]:
    if executor is not None:
        yield from _in_order([executor.submit(verify_entry, entry, timeout, memory) for entry in entries])
        return
    count = min(jobs or _processors(), max(len(entries), 1))
    processes, batch = shared(), object()
    threads = ThreadPoolExecutor(count, thread_name_prefix="symact-verify")
    finished = False
    try:
        yield from _in_order([threads.submit(_result, entry, processes, timeout, memory, batch) for entry in entries])
        finished = True
    finally:
        if not finished:
            processes.stop(batch)
        threads.shutdown(wait=True, cancel_futures=True)


def _in_order(futures: Sequence[Future[Result]]) -> Iterator[Result]:
    try:
        for future in futures:
            yield future.result()
    finally:
        for future in futures:
            future.cancel()


def _result(entry: Entry, processes: Processes, timeout: float, memory: int, batch: object = None) -> Result:
    found, seconds = processes.ask((entry.says, tuple(entry.assume)), timeout, memory, batch)
    error = str(found) if isinstance(found, InputError) else None
    verdict = Undecided(str(found), "not read") if isinstance(found, InputError) else found
    return Result(entry.says, verdict, seconds, entry.id, tuple(entry.assume), entry.truth, entry.note, error)


def _check_bounds(timeout: float, memory: int) -> None:
    if not 0 < timeout < math.inf:
        raise InputError(f"a timeout of {timeout:g} s is no time; give a positive number")
    if memory < 2**28:
        raise InputError("a memory limit below 256 MB leaves no room to start; give more bytes")


def _processors() -> int:
    available = getattr(os, "sched_getaffinity", None)
    return len(available(0)) if available else os.cpu_count() or 1
