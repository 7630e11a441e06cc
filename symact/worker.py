"""The process that decides claims for `symact.verification`: requests in, verdicts out, pickled, until its input ends.

It is started as `python -m symact.worker BYTES` and may be killed at any moment.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import sys
import threading
import time
from typing import Any, BinaryIO

from .claims.model import Claim
from .errors import InputError, SymactError
from .parse import parse_claim
from .proof.certificates.checker import CertificateError
from .proof.decide import decide
from .proof.verdict import Undecided, Verdict
from .recheck import check_record
from .statement import unfolded

__all__ = ["answer", "main"]

#: CPU seconds beyond the timeout after which the process ends by itself, should its parent be gone.
GRACE = 5.0
#: Levels of calls: expressions are bounded in depth when they are read, and SymPy needs several levels for each of theirs.
RECURSION = 4000


def answer(request: Claim | tuple[str, tuple[str, ...]]) -> Verdict | InputError:
    """Return the verdict on a claim, or on a text under assumptions; an InputError is returned, not raised.

    What the prover finds is a verdict only once the checker, which shares none of its methods, has accepted the certificate.
    """
    try:
        claim = request if isinstance(request, Claim) else parse_claim(*request)
        return _confirmed(decide(unfolded(claim)), claim)
    except InputError as error:
        return error
    except SymactError as reason:
        return Undecided(str(reason))
    except RecursionError:
        return Undecided("the expressions are nested too deeply")
    except MemoryError:
        raise
    except Exception as error:  # a failure inside a library says nothing about the claim, and the batch goes on
        return Undecided(f"a step failed: {type(error).__name__}: {' '.join(str(error).split())[:200]}")


def _confirmed(verdict: Verdict, claim: Claim) -> Verdict:
    if isinstance(verdict, Undecided):
        return verdict
    record = {
        "claim": claim.text,
        "assume": list(claim.assume),
        "verdict": verdict.name,
        "certificate": dict(verdict.certificate) or None,
    }
    try:
        # as it is after a journey through a file
        check_record(json.loads(json.dumps(record)))
    except CertificateError as reason:
        return Undecided(
            f"the prover finds it {verdict.name}, which the checker does not confirm: {reason}", verdict.method
        )
    return verdict


def main(arguments: list[str]) -> int:
    """Answer requests from standard input on standard output until it ends."""
    # what libraries print must not reach the answers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    _limit_memory(int(arguments[0]))
    sys.setrecursionlimit(RECURSION)
    _send(answers, None)  # ready: imports don't count as time of a claim
    while True:
        try:
            request, timeout = pickle.load(sys.stdin.buffer)
        except EOFError:
            return 0
        _end_after(timeout + GRACE)
        start = time.perf_counter()
        try:
            verdict: Any = answer(request)
        except MemoryError:
            return 1
        _send(answers, (verdict, time.perf_counter() - start))
        _end_after(0)


def _send(stream: BinaryIO, value: object) -> None:
    pickle.dump(value, stream)
    stream.flush()


def _limit_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # not on this system
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = size if hard == resource.RLIM_INFINITY else min(size, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (OSError, ValueError):  # the system knows the limit but doesn't let it be set
        return


def _end_with(parent: int) -> None:
    """End this process soon after its parent has gone without a word."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def _end_after(seconds: float) -> None:
    """Let the system end this process after so many seconds of its CPU time; 0 switches that off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
