"""Whether a function rises, falls, is convex or concave: on every piece, and across jumps, kinks and holes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from sympy import Expr, diff, oo

from ..algebra.assume import Assumptions
from ..functions.pieces import Piece
from ..functions.shape import Corner, Shape, same
from .counterexamples import broken_order, not_convex, tied
from .question import Answer, No, Question
from .turning import turning_points

__all__ = ["curved", "monotonic", "ordered"]


def ordered(direction: int, strict: bool) -> Callable[[Question], Answer]:
    """Return the decision whether the function rises (direction 1) or falls (-1) on its domain."""

    def decide(question: Question) -> Answer:
        curve = question.shape

        def proved() -> bool:
            for piece in curve.pieces:
                signs = {s * direction for s in turning_points(curve, piece)[0]}
                if -1 in signs or (strict and 0 in signs):
                    return False
            return all(_in_order(curve, c, direction) for c in curve.corners) and _gaps_in_order(curve, direction)

        def search(deep: bool) -> dict[str, str] | None:
            point = broken_order(curve, direction, deep)
            return tied(curve) if point is None and strict else point

        return _proved_or_refuted(question, proved, search, "values at two points")

    return decide


def _proved_or_refuted(
    question: Question, proved: Callable[[], bool], search: Callable[[bool], dict[str, str] | None], reason: str
) -> Answer:
    """Look for plain points that contradict, then for a proof, then for points near turning points."""
    if question.parameters:
        return True if proved() else None
    point = search(False)
    if point is None:
        if proved():
            return True
        point = search(True)
    return None if point is None else No(point, reason)


def _in_order(curve: Shape, corner: Corner, direction: int) -> bool:
    """Whether limit, value, limit don't go the wrong way at a corner; unknown counts as no."""
    levels = []
    for piece, side in ((corner.before, 0), (None, 1), (corner.after, 2)):
        if side == 1:
            if corner.value is not None:
                levels.append(corner.value)
        elif piece is not None:
            limit = curve.limit(piece, corner.at)
            if limit is None:
                return False
            levels.append(limit)
    return all(_not_less(b, a, direction, curve.known) for a, b in pairwise(levels))


def _gaps_in_order(curve: Shape, direction: int) -> bool:
    """The same across gaps of the domain."""
    for a, b in pairwise(curve.pieces):
        if a.right == b.left:
            continue
        left, right = curve.limit(a, a.right), curve.limit(b, b.left)
        values = {c.at: c.value for c in curve.corners}
        low = values.get(a.right) if values.get(a.right) is not None else left
        high = values.get(b.left) if values.get(b.left) is not None else right
        if low is None or high is None or not _not_less(high, low, direction, curve.known):
            return False
    return True


def _not_less(b: Expr, a: Expr, direction: int, known: Assumptions) -> bool:
    if same(a, b, known) is True:
        return True
    if a in (oo, -oo) or b in (oo, -oo):
        gap = 1 if b == oo or a == -oo else -1
        return gap == direction and a != b
    return known.signs((b - a) * direction) <= {0, 1}


def monotonic(question: Question) -> Answer:
    """Return whether the function never rises or never falls."""
    reasons = []
    for decide in (ordered(1, False), ordered(-1, False)):
        answer = decide(question)
        if answer is True:
            return True
        reasons.append(answer)
    if all(isinstance(answer, No) for answer in reasons):
        up, down = (answer.point for answer in reasons if isinstance(answer, No))
        return No(
            {**{f"{k} falling": v for k, v in up.items()}, **{f"{k} rising": v for k, v in down.items()}},
            "values at points",
        )
    return None


def curved(direction: int) -> Callable[[Question], Answer]:
    """Return the decision whether the function is convex (direction 1) or concave (-1) on its domain, an interval."""

    def decide(question: Question) -> Answer:
        curve = question.shape

        def proved() -> bool:
            if not curve.connected:
                return False
            for piece in curve.pieces:
                bent = Piece(piece.left, piece.right, diff(piece.expr, curve.variable))
                if -1 in {s * direction for s in turning_points(curve, bent)[0]}:
                    return False
            return all(_bends(curve, corner, direction) for corner in curve.corners)

        return _proved_or_refuted(
            question, proved, lambda deep: not_convex(curve, direction, deep), "values at three points"
        )

    return decide


def _bends(curve: Shape, corner: Corner, direction: int) -> bool:
    """Whether a corner is bent the right way; at an end of the domain the value may only lie beyond the limit."""
    if corner.before is None or corner.after is None:
        if corner.value is None:
            return True
        piece = corner.before or corner.after
        assert piece is not None
        limit = curve.limit(piece, corner.at)
        return limit is not None and limit not in (oo, -oo) and _not_less(corner.value, limit, direction, curve.known)
    limits = [curve.limit(corner.before, corner.at), curve.limit(corner.after, corner.at)]
    if corner.value is None or any(same(limit, corner.value, curve.known) is not True for limit in limits):
        return False
    slopes = [curve.limit(corner.before, corner.at, 1), curve.limit(corner.after, corner.at, 1)]
    if slopes[0] is None or slopes[1] is None:
        return False
    return _not_less(slopes[1], slopes[0], direction, curve.known)
