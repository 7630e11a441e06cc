"""A relation of one integer: as one of real numbers from two bounds on, and at each integer between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sympy import Expr, Integer, Symbol

from ...errors import InputError, UndecidedError
from ..algebra.assume import assuming
from ..steps.cases import real_twins
from ..steps.comparison import NEGATED, Sides, fits
from ..verdict import Proved, Verdict

__all__ = ["by_integers"]

#: The bounds that are tried in turn.
BOUNDS = (1, 3, 10)
MAX_BITS = 1024

Decide = Callable[[Expr, str, Expr, tuple[Any, ...]], Verdict]


def by_integers(left: Expr, op: str, right: Expr, relations: Sequence[Any], decide: Decide) -> dict[str, Any]:
    """Return what proves a relation of which one integer is the only variable; raise UndecidedError where that fails."""
    symbols = frozenset().union(left.free_symbols, right.free_symbols, *(r.free_symbols for r in relations))
    (k,) = symbols if len(symbols) == 1 else (None,)
    if k is None or not k.is_integer:
        raise UndecidedError("this needs one integer variable")
    for bound in BOUNDS:
        inner = range(1 - bound, bound)
        if not all(_holds(left, op, right, relations, k, n) for n in inner):
            continue
        parts = [_beyond(left, op, right, relations, k, side * bound, decide) for side in (-1, 1)]
        if all(part is not None for part in parts):
            return {"bounds": [-bound, bound], "parts": parts}
    raise UndecidedError(f"it was not proved for all integers {k}")


def _holds(left: Expr, op: str, right: Expr, relations: Sequence[Any], k: Symbol, n: int) -> bool:
    """Whether the relation certainly holds at an integer, or the assumptions certainly don't."""
    at = (Integer(n),)
    if fits({k: at[0]}, relations):
        return Sides(left, op, right, (k,)).holds(at, MAX_BITS, exactly=True)[0] is True
    return (k.is_positive is True and n <= 0) or any(
        Sides(r.lhs, r.rel_op, r.rhs, (k,)).holds(at, MAX_BITS, exactly=True)[0] is False for r in relations
    )


def _beyond(
    left: Expr, op: str, right: Expr, relations: Sequence[Any], k: Symbol, bound: int, decide: Decide
) -> dict[str, Any] | None:
    """Why it holds for all real numbers beyond a bound: a proof, or one that an assumption fails there."""
    outer = k >= bound if bound > 0 else k <= bound
    a, b, moved = real_twins(left, right, [*relations, outer])
    try:
        assuming(*moved)
    except InputError:
        return {"empty": True}
    found = decide(a, op, b, tuple(moved))
    if isinstance(found, Proved) and found.certificate:
        return {"proof": dict(found.certificate)}
    for number, r in enumerate(moved[: len(relations)]):
        rest = tuple(m for m in moved if m != r)
        never = decide(r.lhs, NEGATED[r.rel_op], r.rhs, rest)
        if isinstance(never, Proved) and never.certificate:
            return {"never": number, "proof": dict(never.certificate)}
    return None
