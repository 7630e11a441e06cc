"""A statement by contradiction: where it fails, one of its assumptions would fail too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sympy import Expr
from sympy.core.relational import Relational

from ...errors import UndecidedError
from ..steps.comparison import NEGATED, failures
from ..verdict import Proved, Verdict
from .failure import REFUSALS

__all__ = ["by_contradiction"]

#: How many assumptions are tried.
MAX_ASSUMPTIONS = 3

Decide = Callable[[Expr, str, Expr, tuple[Any, ...]], Verdict]


def by_contradiction(
    left: Expr, op: str, right: Expr, relations: Sequence[Relational], decide: Decide
) -> dict[str, Any]:
    """Return which assumption never holds where the statement fails, with the proofs; raise UndecidedError where none is known."""
    for number in _worthwhile(relations, left.free_symbols | right.free_symbols):
        r = relations[number]
        rest = (*relations[:number], *relations[number + 1 :])
        parts = []
        for failure in failures(left, op, right):
            try:
                found = decide(r.lhs, NEGATED[r.rel_op], r.rhs, (*rest, failure))
            except REFUSALS:  # another assumption may tell
                break
            if not isinstance(found, Proved) or not found.certificate:
                break
            parts.append(dict(found.certificate))
        else:
            return {"never": number, "parts": parts}
    raise UndecidedError("no assumption is known to fail where the statement does")


def _worthwhile(relations: Sequence[Relational], symbols: set[Any]) -> Iterator[int]:
    """The assumptions that say more than what a bound on one symbol does, those about the statement's symbols alone first."""
    numbers = [
        k for k, r in enumerate(relations) if r.free_symbols & symbols and not (r.lhs.is_Symbol and r.rhs.is_number)
    ]
    yield from sorted(numbers, key=lambda k: not relations[k].free_symbols <= symbols)[:MAX_ASSUMPTIONS]
