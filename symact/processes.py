"""Processes that decide claims, each killed at its time limit and ended by the system at its memory limit."""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from .errors import SymactError
from .proof.verdict import Undecided

__all__ = ["Processes", "shared"]

#: Seconds a process may take to start, and how many idle ones are kept.
START = 120.0
IDLE = 8


class _Process:
    """One `symact.worker`."""

    def __init__(self, memory: int) -> None:
        self.memory = memory
        root = str(Path(__file__).resolve().parent.parent)
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "symact.worker", str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._messages,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self._ready = self._expired = False
        self._message = ""

    def ask(self, request: object, timeout: float) -> tuple[Any, float]:
        """Return the answer and its seconds; without one, the reason why as Undecided. Then `alive` is False."""
        start = time.perf_counter()
        if not self._ready:
            if self._receive(START) is _NOTHING:
                raise SymactError(
                    f"the process that decides claims did not start: {self._message or 'it gave no reason'}"
                )
            self._ready, start = True, time.perf_counter()
        try:
            assert self._process.stdin is not None
            pickle.dump((request, timeout), self._process.stdin)
            self._process.stdin.flush()
        except OSError:
            pass  # it has gone: nothing will be received
        found = self._receive(timeout)
        if found is not _NOTHING:
            answer: tuple[Any, float] = found
            return answer
        seconds = time.perf_counter() - start
        if self._expired:
            return Undecided(f"not finished within {timeout:g} s"), seconds
        return Undecided(
            f"the computation ended early, most likely at its memory limit of {self.memory / 2**30:g} GB"
        ), seconds

    def _receive(self, timeout: float) -> Any:
        """Return the next answer; kill the process where none comes in time."""
        timer = threading.Timer(timeout, self._expire)
        timer.daemon = True
        timer.start()
        try:
            return pickle.load(self._process.stdout)  # type: ignore[arg-type]
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            self._message = self._last_message()
            self.close()
            return _NOTHING
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self._expired = True
        self._process.kill()

    def _last_message(self) -> str:
        self._process.kill()
        self._process.wait()
        self._messages.seek(0)
        lines = self._messages.read().decode(errors="replace").strip().splitlines()
        return lines[-1][:200] if lines else ""

    @property
    def alive(self) -> bool:
        """Whether it can be asked again."""
        return not self._expired and self._process.poll() is None

    def kill(self) -> None:
        """End it now; whoever waits for its answer gets none."""
        self._process.kill()

    def close(self) -> None:
        """End it now and free what it held here."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._messages):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()


#: What stands for an answer that never came.
_NOTHING = object()


class Processes:
    """Processes that may be asked from several threads: a free one, or a new one."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._busy: dict[_Process, object] = {}
        self._stopped: list[object] = []
        self._closed = False

    def ask(self, request: object, timeout: float, memory: int, batch: object = None) -> tuple[Any, float]:
        """Return what a process answers, and its seconds; `batch` is what `stop` may be told."""
        process = self._take(memory, batch)
        if process is None:
            return Undecided("interrupted"), 0.0
        done = False
        try:
            found = process.ask(request, timeout)
            done = True
            return found
        finally:
            self._give_back(process, keep=done)

    def _take(self, memory: int, batch: object) -> _Process | None:
        with self._lock:
            if self._closed or any(batch is stopped for stopped in self._stopped):
                return None
            for dead in [p for p in self._idle if not p.alive]:
                self._idle.remove(dead)
                dead.close()
            process = next((p for p in self._idle if p.memory == memory), None)
            if process is None:
                process = _Process(memory)
            else:
                self._idle.remove(process)
            self._busy[process] = batch
            return process

    def _give_back(self, process: _Process, *, keep: bool) -> None:
        with self._lock:
            self._busy.pop(process, None)
            keep = keep and not self._closed and process.alive and len(self._idle) < IDLE
            if keep:
                self._idle.append(process)
        if not keep:
            process.close()

    def stop(self, batch: object) -> None:
        """End the processes that work for a batch, which gets no others, and those that are idle."""
        with self._lock:
            self._stopped.append(batch)
            idle, self._idle = self._idle, []
            for process in [process for process, group in self._busy.items() if group is batch]:
                process.kill()
        for process in idle:
            process.close()

    def close(self) -> None:
        """End all processes; those at work are closed by who waits for them. A fork of the owner ends none."""
        if self.owner != os.getpid():
            return
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            for process in self._busy:
                process.kill()
        for process in idle:
            process.close()


#: The processes of this interpreter, and before them those of the interpreters it was forked from.
_SHARED: list[Processes] = []


def shared() -> Processes:
    """Return the processes of this interpreter, which end with it."""
    if not _SHARED or _SHARED[-1].owner != os.getpid():
        _SHARED.append(Processes())
        atexit.register(_SHARED[-1].close)
    return _SHARED[-1]
