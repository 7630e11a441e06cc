"""Lines of a derivation with f and f(u) written out, by the pieces of the function."""

from __future__ import annotations

from typing import Any

from sympy import Basic, Derivative, Expr, Function, Indexed, diff, oo
from sympy.core.function import AppliedUndef

from ..facts.record import Facts
from ..named import unfold
from ..proof.algebra.assume import Assumptions
from ..proof.functions.pieces import Piece
from ..proof.numbers.implicit import ImplicitRoot
from ..symbols import f, i

__all__ = ["differentiated", "lies_in", "unfolded", "written_out"]


def unfolded(line: Basic, known: Assumptions, facts: Facts) -> Any:
    """Return a line with f and f(u) written out: where one piece is meant, as that piece."""
    line = unfold(line)
    if not line.has(f, AppliedUndef, Indexed):
        return line
    return written_out(line, _expression(known, facts), facts, known)


def written_out(line: Basic, body: Expr, facts: Facts, known: Assumptions | None = None) -> Any:
    """Return a line with f and f(x) as `body`, and f elsewhere by its pieces."""
    written = line.subs(f, body) if line.has(f) else line
    if facts.definition.vector:
        outputs = [e for e in written.atoms(Indexed) if str(e.base.label) == f.name]
        written = written.xreplace({e: body.subs(i, e.indices[0]) for e in outputs})
    return written.replace(
        lambda e: isinstance(e, AppliedUndef) and e.func == Function("f", real=True),
        lambda e: body if e.args[0] == facts.variable else _value_at(e.args[0], facts, known or facts.known),
    )


def differentiated(line: Any) -> Any:
    """Return a line of smooth expressions with its derivatives carried out; limits and integrals are left as they are."""
    return line.replace(Derivative, diff)


def _value_at(point: Expr, facts: Facts, known: Assumptions) -> Expr:
    """f at a point that may hold x: by the piece in which it lies where that is certain."""
    pieces = () if facts.definition.vector else facts.pieces.pieces
    if isinstance(point, ImplicitRoot) and any(join.at == point and join.continuous for join in facts.joins):
        # both sides have the value, and one of them may say it exactly
        sides = [p.expr.subs(facts.variable, point) for p in pieces if point in (p.left, p.right)]
        return next((side for side in sides if not side.has(ImplicitRoot)), sides[0])
    body = next((p.expr for p in pieces if len(pieces) > 1 and lies_in(point, p, known)), facts.expression)
    return body.subs(facts.variable, point)


def _expression(known: Assumptions, facts: Facts) -> Expr:
    if facts.definition.vector:
        return facts.expression
    for piece in facts.pieces.pieces:
        if (piece.left, piece.right) != (-oo, oo) and lies_in(facts.variable, piece, known):
            return piece.expr
    return facts.expression


def lies_in(at: Expr, piece: Piece, known: Assumptions) -> bool:
    """Whether a point certainly lies inside a piece."""
    gaps = [at - piece.left] * (piece.left != -oo) + [piece.right - at] * (piece.right != oo)
    return all(known.sign(gap) == 1 for gap in gaps)
