"""Assertions for other people's tests: a claim is proved, or refuted; a failure says where the claim fails."""

from __future__ import annotations

from collections.abc import Sequence

from .proof.verdict import Proved, Refuted, Undecided, Verdict
from .verification import TIMEOUT, verify

__all__ = ["assert_proved", "assert_refuted"]


def assert_proved(claim: str, assume: Sequence[str] = (), *, timeout: float = TIMEOUT) -> Proved:
    """Raise AssertionError unless the claim is proved; the message shows the counterexample, or why it is undecided.

    Returns the proof. Raises InputError for what is not a claim.
    """
    __tracebackhide__ = True  # pytest then points at the assertion's line
    found = verify(claim, assume, timeout=timeout)
    if not isinstance(found, Proved):
        raise AssertionError(_message(claim, assume, found, "proved"))
    return found


def assert_refuted(claim: str, assume: Sequence[str] = (), *, timeout: float = TIMEOUT) -> Refuted:
    """Raise AssertionError unless the claim is refuted; an undecided claim is not.

    Returns the refutation with its counterexample. Raises InputError for what is not a claim.
    """
    __tracebackhide__ = True
    found = verify(claim, assume, timeout=timeout)
    if not isinstance(found, Refuted):
        raise AssertionError(_message(claim, assume, found, "refuted"))
    return found


def _message(claim: str, assume: Sequence[str], found: Verdict, wanted: str) -> str:
    given = f" for {', '.join(assume)}" if assume else ""
    lines = [f"{claim}{given}: expected {wanted}, got {found.name}"]
    if isinstance(found, Refuted):
        point = ", ".join(f"{name} = {value}" for name, value in found.counterexample.items())
        lines.append(f"counterexample: {point}" if point else "it holds nowhere")
        if found.left or found.right:
            lines.append(f"there the left side is {found.left}, the right side {found.right}")
    elif isinstance(found, Undecided):
        lines.append(f"reason: {found.reason}")
    else:
        lines.append(f"method: {found.method}")
    return "\n".join(lines)
