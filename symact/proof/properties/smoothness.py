"""Whether a function and its derivatives are continuous."""

from __future__ import annotations

from sympy import Expr, Integer, oo

from ...errors import UndecidedError
from ..algebra.assume import Assumptions
from ..functions.removable import is_removable
from ..functions.shape import Corner, Shape, same
from ..functions.switches import obstacles
from .justification import corner_of
from .question import Answer, No, Question

__all__ = ["smooth"]

#: Derivatives that are compared at joins for smooth(e, x, oo) before giving up.
MAX_ORDER = 6


def smooth(question: Question) -> Answer:
    """Return whether the function is continuous with its derivatives up to the order asked for, on its domain."""
    order = question.order if question.order is not None else Integer(0)
    if order != 0 and not question.own and question.total and not _edges(question.expr, question.known):
        return True
    curve = question.shape
    undecided = ""
    corners = [c for c in curve.corners if c.value is not None and not (order == oo and _is_analytic(curve, c))]
    for corner in corners:
        for level in range(int(order) + 1 if order != oo else MAX_ORDER + 1):
            answer = _continuous_at(curve, corner, level)
            if answer is False:
                word = "jumps" if level == 0 else f"the derivative of order {level} doesn't exist or jumps"
                if question.parameters:
                    return None
                shown = corner_of(curve, question.expr, question.own, corner.at, level)
                return No({str(curve.variable): str(corner.at)}, word, shown)
            if answer is None:
                undecided = f"whether the derivative of order {level} is continuous at {corner.at} was not decided"
                break
    if undecided:
        raise UndecidedError(undecided)
    if order == oo and corners:
        raise UndecidedError(f"derivatives up to order {MAX_ORDER} are continuous; the others weren't compared")
    return True


def _is_analytic(curve: Shape, corner: Corner) -> bool:
    """Whether both sides are one analytic function, of which the corner is a removable singularity."""
    sides = corner.before, corner.after
    if None in sides or _continuous_at(curve, corner, 0) is not True:
        return False
    before, after = (piece.expr for piece in sides if piece is not None)
    return is_removable(before, after, curve.variable, corner.at, curve.known)


def _edges(expr: Expr, known: Assumptions) -> bool:
    """Whether the expression may be defined, but not smooth, where a radicand or the like is zero."""
    return any(0 in known.signs(g) and 0 in allowed for g, allowed in obstacles(expr))


def _continuous_at(curve: Shape, corner: Corner, level: int) -> bool | None:
    """Whether f⁽ˡᵉᵛᵉˡ⁾, continuous below that order, is continuous at a corner; with parameters False means: not for all."""
    limits = []
    for piece in filter(None, (corner.before, corner.after)):
        limit = curve.limit(piece, corner.at, level)
        if limit is None:
            return False if level == 0 else None
        limits.append(limit)
    if level == 0 and corner.value is not None:
        limits.append(corner.value)
    if any(limit in (oo, -oo) for limit in limits):
        return False
    verdicts = [same(limits[0], other, curve.known) for other in limits[1:]]
    return False if False in verdicts else None if None in verdicts else True
