"""Values of a function of one variable: exact ones, ±oo, and values at a critical point that is known by enclosures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

from flint import arb
from sympy import Expr, Symbol, oo

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero
from ..charts.chart import Root, chart, enclosure, refine
from ..numbers import balls
from .pieces import Piece
from .shape import same

__all__ = ["Critical", "Level", "ball_of", "compare"]

#: Two values that agree to this many bits are taken to be equal if that can be proved, and for undecided otherwise.
MAX_BITS = 2048


@dataclass(frozen=True)
class Critical:
    """The value of a piece at one of the zeros of its derivative, all of which are listed."""

    piece: Piece
    variable: Symbol
    root: Root
    others: tuple[Root, ...]


Level = Union[Expr, Critical]  # noqa: UP007 - SymPy is untyped, so that | would make no type of it


def ball_of(level: Level, bits: int) -> arb:
    """Return a ball around a finite value without parameters."""
    if isinstance(level, Critical):
        return balls.enclose(level.piece.expr, {level.variable: enclosure(level.root, bits)}, bits)
    return balls.enclose(level, bits=bits)


def compare(a: Level, b: Level, known: Assumptions) -> int:
    """Return the sign of a - b; raise UndecidedError where it isn't found."""
    if a == b:
        return 0
    for one, other, sign in ((a, b, 1), (b, a, -1)):
        if one in (oo, -oo):
            return sign if one == oo else -sign
        if isinstance(one, Expr) and one.free_symbols and isinstance(other, Critical):
            raise UndecidedError(f"whether {one} is an extreme value was not decided")
    if isinstance(a, Expr) and isinstance(b, Expr):
        if same(a, b, known) is True:
            return 0
        found = known.sign(a - b)
        if found is None:
            raise UndecidedError(f"whether {a} < {b} was not decided")
        return found
    bits = 64
    while bits <= MAX_BITS:
        left, right = ball_of(a, bits), ball_of(b, bits)
        with balls.precision(bits):
            if left < right or left > right:
                return 1 if left > right else -1
        if bits == 128 and _equal(a, b):
            return 0
        bits *= 2
    raise UndecidedError("whether two extreme values are equal was not decided")


def _equal(a: Level, b: Level) -> bool:
    if isinstance(a, Critical) and isinstance(b, Critical):
        return _mirrored(a, b)
    value, critical = (a, b) if isinstance(b, Critical) else (b, a)
    assert isinstance(critical, Critical)
    assert isinstance(value, Expr)
    return _touches(value, critical)


def _touches(value: Expr, critical: Critical) -> bool:
    """Whether f - value has a zero without change of sign at the critical point: then it is an extreme value of f."""
    piece, x = critical.piece, critical.variable
    try:
        zeros = chart(piece.expr - value, x, piece.left, piece.right, Assumptions()).zeros
    except (UndecidedError, NotSupportedError):
        return False
    return any(not zero.changes and _is_at(zero, critical.root, critical.others) for zero in zeros)


def _mirrored(a: Critical, b: Critical) -> bool:
    """Whether an even function takes both values at mirrored points."""
    x = a.variable
    if a.piece.left != -oo or a.piece.right != oo or a.piece != b.piece:
        return False
    if is_zero(a.piece.expr - a.piece.expr.subs(x, -x)) is not True:
        return False
    own = enclosure(a.root, 128)
    with balls.precision(256):
        return _only_one(-own, b.root, b.others)


def _is_at(point: Root, root: Root, others: Sequence[Root]) -> bool:
    """Whether a point that is one of the roots is this one: it is near no other."""
    return _only_one(enclosure(refine(point, 30), 128), root, others)


def _only_one(ball: arb, root: Root, others: Sequence[Root]) -> bool:
    with balls.precision(256):
        near = ball.overlaps(enclosure(root, 128))
    with balls.precision(256):
        return bool(near) and not any(ball.overlaps(enclosure(r, 128)) for r in others if r != root)
