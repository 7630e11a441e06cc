"""Derivations that are printed: the prover has proved each of their steps, and the result follows from them."""

from __future__ import annotations

from sympy import S, Symbol

from ..errors import UndecidedError
from ..facts.record import Facts
from .build import derive
from .checking import faulty
from .conclusion import result_follows
from .steps import Derivation

__all__ = ["proved"]


def proved(facts: Facts, what: str = "derivative", parameter: Symbol | None = None) -> Derivation:
    """Return the derivation of one kind of fact, as `derive` does, once all of its steps are proved and its result follows.

    Raises UndecidedError, which names a step that isn't, besides the errors of `derive`.
    """
    found = derive(facts, what, parameter)
    left = faulty(found, facts)
    if left:
        step = left[0]
        line = str(step.after) if step.before == S.true else f"{step.before} = {step.after}"
        raise UndecidedError(
            f"a step of the derivation was not proved: {line}" + (f" ({step.rule})" if step.rule else "")
        )
    if not result_follows(found, facts):
        raise UndecidedError(f"the result of the derivation was not shown to follow from its steps: {found.result}")
    return found
