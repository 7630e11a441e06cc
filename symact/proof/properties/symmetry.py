"""Whether a function is odd or even, on a domain that is symmetric."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr, oo

from ...errors import UndecidedError
from ..algebra.assume import Assumptions
from ..functions.pieces import Piece
from ..functions.shape import Shape, same
from ..relations.relation import decide_relation
from ..verdict import Proved, Refuted
from .question import Answer, No, Question

__all__ = ["symmetric"]


def symmetric(sign: int) -> Callable[[Question], Answer]:
    """Return the decision whether f(-x) = sign*f(x) on a symmetric domain."""

    def decide(question: Question) -> Answer:
        mirrored = question.expr.subs(question.x, -question.x)
        if question.own:
            raise UndecidedError("symmetry is about the whole domain, not about a part of it")
        if not question.total:
            curve = question.shape
            point = _asymmetric_domain(curve)
            if point is not None:
                return No(point, "the domain is not symmetric")
        found = decide_relation(mirrored, "==", sign * question.expr, question.others)
        if isinstance(found, Proved):
            return True
        if isinstance(found, Refuted):
            # a constant has no point of its own
            return No({str(question.x): "1", **found.counterexample}, found.method)
        raise UndecidedError(found.reason)

    return decide


def _asymmetric_domain(curve: Shape) -> dict[str, str] | None:
    """A point of the domain whose mirror image isn't one; None if the domain is symmetric."""
    x, known = curve.variable, curve.known
    ends = [(p.left, p.right) for p in curve.pieces]
    mirrored = [(-b, -a) for a, b in reversed(ends)]
    flat, other = _united(curve, ends), _united(curve, mirrored, mirror=True)
    pairs = [(a, b) for p, q in zip(flat, other, strict=False) for a, b in zip(p, q, strict=True)]
    if len(flat) == len(other) and all(same(a, b, known) is True for a, b in pairs):
        holes = {c.at for c in curve.corners if c.value is None}
        if {-h for h in holes} == holes:
            return None
        raise UndecidedError("whether the domain is symmetric was not decided")
    for p in curve.pieces:
        point = (
            p.right - 1 if p.left == -oo and p.right != oo else p.left + 1 if p.right == oo and p.left != -oo else None
        )
        if point is None or not point.is_Rational or any(_holds_point(q, -point, known) for q in curve.pieces):
            continue
        if not any(same(c.at, -point, known) is not False for c in curve.corners):
            return {str(x): str(point)}
    raise UndecidedError("whether the domain is symmetric was not decided")


def _united(curve: Shape, ends: list[tuple[Expr, Expr]], mirror: bool = False) -> list[tuple[Expr, Expr]]:
    """Neighbouring intervals with a value between them as one."""
    values = {(-c.at if mirror else c.at): c.value for c in curve.corners}
    found = ends[:1]
    for a, b in ends[1:]:
        if a == found[-1][1] and values.get(a) is not None:
            found[-1] = (found[-1][0], b)
        else:
            found.append((a, b))
    return found


def _holds_point(piece: Piece, point: Expr, known: Assumptions) -> bool:
    gaps = [point - piece.left] * (piece.left != -oo) + [piece.right - point] * (piece.right != oo)
    return all(known.sign(g) == 1 for g in gaps)
