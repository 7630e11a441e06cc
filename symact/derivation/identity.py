"""The derivation of an equation between expressions, limits or derivatives: from the left side to the right."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sympy import (
    Add,
    Derivative,
    Expr,
    Limit,
    Symbol,
    cancel,
    cosh,
    coth,
    exp,
    factor_terms,
    fraction,
    log,
    oo,
    powsimp,
    sech,
    sinh,
    tanh,
    together,
)
from sympy.logic.boolalg import Boolean

from ..claims.model import Claim
from ..errors import NotSupportedError, SymactError
from ..facts.forms import textbook
from ..facts.record import span
from ..named import Named, unfold
from ..proof.algebra.assume import Assumptions
from ..proof.algebra.generators import generators
from ..proof.functions.pieces import Piece, split
from .differentiation import differentiation_step
from .limits import limit_steps
from .steps import CASE, Step

__all__ = ["equation_steps", "limit_claim_steps", "slope_steps"]

_HYPERBOLIC = (tanh, sinh, cosh, coth, sech)
#: The reason for a step that is proved by the exact zero test and nothing else.
IDENTICAL = "the difference is identically 0"

# Equations


def equation_steps(claim: Claim, left: Expr, right: Expr, known: Assumptions) -> Iterator[Step]:
    """left = … = right, piece by piece where one of the sides has cases."""
    plain = unfold(left), unfold(right)
    pieces = _pieces(claim.variables, plain, known)
    if pieces is None:
        yield _chain(left, right, plain, known, ())
        return
    for left_piece, right_piece in pieces:
        inside = span(claim.variables[0], left_piece)
        yield _chain(left, right, (left_piece.expr, right_piece.expr), known & inside, inside)


def _pieces(
    variables: tuple[Symbol, ...], plain: tuple[Expr, Expr], known: Assumptions
) -> list[tuple[Piece, Piece]] | None:
    """The pieces of both sides on common intervals; None where both sides are smooth."""
    for variable in variables:
        try:
            left, right = (split(side, variable, known) for side in plain)
        except SymactError:
            continue
        if len(left.pieces) == len(right.pieces) == 1 and (left.pieces[0].expr, right.pieces[0].expr) == plain:
            return None
        if variable != variables[0]:
            raise NotSupportedError("the cases are in another variable")
        ends = [p.left for p in left.pieces] + [left.pieces[-1].right]
        others = [p.left for p in right.pieces] + [right.pieces[-1].right]
        if {*ends} <= {*others} or {*others} <= {*ends}:
            finer = left if len(ends) >= len(others) else right
            return [(_within(p, left.pieces), _within(p, right.pieces)) for p in finer.pieces]
    raise NotSupportedError("the pieces of the two sides lie differently")


def _within(part: Piece, pieces: tuple[Piece, ...]) -> Piece:
    """The part with the expression of the piece it lies in: the last that begins where it does or earlier."""
    found = pieces[0]
    for piece in pieces:
        if piece.left == -oo or piece.left == part.left or (part.left != -oo and (part.left - piece.left).is_positive):
            found = piece
    return Piece(part.left, part.right, found.expr)


def _chain(left: Expr, right: Expr, plain: tuple[Expr, Expr], known: Assumptions, inside: tuple[Boolean, ...]) -> Step:
    """Expand the definitions, write everything in exponentials, bring to one fraction; the same backwards from the right."""
    forms = [_forms(side, body) for side, body in zip((left, right), plain, strict=True)]
    ends = _common(*(lines[-1][0] for lines in forms))
    lines = [*forms[0]]
    # backwards: what leads from one form of the right side to the next leads back as well
    back = list(reversed(forms[1]))
    if ends is None:
        lines.append((back[0][0], IDENTICAL))
    else:
        top, bottom = ends
        sides = [side[-1][0] for side in forms]
        whole = any(map(_has_denominator, sides))
        name = "one fraction" if whole else "multiply out"
        name += " in common exponentials" * any(side.has(exp) for side in sides)
        other = "the right side as such a fraction" if whole else "the right side multiplied out"
        lines += [(top, name), (bottom, IDENTICAL), (back[0][0], other)]
    lines += [(line, why) for (line, _), (_, why) in zip(back[1:], back, strict=False)]
    unique: list[tuple[Expr, str]] = []
    for line, why in lines:
        if not unique or unique[-1][0] != line:
            unique.append((line, why))
    steps = tuple(
        Step(why, a, b, goal=left if m == 0 else None) for m, ((a, _), (b, why)) in enumerate(pairwise(unique))
    )
    if not steps:
        steps = (Step("both sides are the same", left, right, goal=left),)
    return Step(CASE, left, steps[-1].after, "", inside, left, steps)


def _has_denominator(expr: Expr) -> bool:
    return bool(fraction(together(expr))[1] != 1)


def _forms(side: Expr, body: Expr) -> list[tuple[Expr, str]]:
    """A side as written, with its definitions, and in exponentials, each with the reason."""
    names = sorted({node.definition.name for node in side.atoms(Named)})
    found = [(side, "")]
    if body != side:
        found.append((body, f"definition of {', '.join(names)}" if names else "on this piece"))
    exponentials = body.replace(lambda e: isinstance(e, _HYPERBOLIC), lambda e: e.rewrite(exp))
    if exponentials != body:
        found.append((exponentials, "hyperbolic functions as exponentials"))
    factored = exponentials.replace(log, _without_growing_exponential)
    if factored != exponentials:
        found.append((factored, "factor out the exponential that grows"))
    return found


def _without_growing_exponential(inside: Expr) -> Expr:
    """log(c (1 + exp(u))) = u + log(1 + exp(-u)) + log(c)"""
    constant, rest = factor_terms(inside).as_independent(*inside.free_symbols, as_Add=False)
    growing = [t for t in Add.make_args(rest) if isinstance(t, exp) and not t.exp.could_extract_minus_sign()]
    if not (rest.is_Add and len(growing) == 1 and constant.is_positive):
        return log(inside)
    others = (powsimp(t / growing[0]) for t in rest.args)
    return growing[0].exp + log(Add(*others)) + log(constant)


def _common(left: Expr, right: Expr) -> tuple[Expr, Expr] | None:
    """Both sides as quotients of polynomials in the same kernels; None where that changes neither of them."""
    written = generators(left, right)
    quotients = [cancel(together(side)) for side in written.expressions]
    found = [written.back(quotient) for quotient in quotients]
    if found[0] == left and found[1] == right:
        return None
    tops = [fraction(quotient)[0] for quotient in quotients]
    return (found[0], found[1]) if tops[0] != tops[1] else (found[0], found[0])


# Limits and derivatives


def limit_claim_steps(left: Limit, right: Expr, known: Assumptions) -> tuple[Step, ...]:
    """Return the chain lim e = … = right; raise NotSupportedError where the limit found has another form."""
    body, variable, point, sign = left.args
    pieces = split(unfold(body), variable, known).pieces
    found = []
    for side in (-1, 1) if str(sign) == "+-" else (-1 if point == oo or str(sign) == "-" else 1,):
        piece = _beside(pieces, point, side)
        goal = Limit(body, variable, point, "-" if side < 0 else "+") if str(sign) == "+-" else left
        steps = limit_steps(piece.expr, variable, point, side, known & span(variable, piece), goal)
        if steps[-1].after != right:
            raise NotSupportedError("the limit has another form")
        found.append(Step(CASE, steps[0].before, right, "", (), goal, steps))
    return tuple(found)


def _beside(pieces: tuple[Piece, ...], point: Expr, side: int) -> Piece:
    """The piece from which a point is approached."""
    for piece in pieces:
        inside = all(gap.is_positive for gap in (point - piece.left, piece.right - point))
        if inside or point == (piece.left if side > 0 else piece.right):
            return piece
    raise NotSupportedError(f"no piece reaches {point}")


def slope_steps(left: Derivative, right: Expr, known: Assumptions) -> Iterator[Step]:
    """Yield the chain d/dx e = … = right, piece by piece where one of the sides has cases."""
    variable = left.variables[0]
    plain, wanted = unfold(left.expr), unfold(right)
    pieces = _pieces((variable,), (plain, wanted), known)
    parts = [(Piece(-oo, oo, plain), Piece(-oo, oo, wanted))] if pieces is None else pieces
    for piece, target in parts:
        inside = span(variable, piece)
        first = differentiation_step(piece.expr, variable, left)
        steps = [first]
        short = textbook(first.after, known & inside, variable)
        for line, why in ((short, "simplification"), (target.expr, "in the form claimed"), (right, "definitions")):
            if steps[-1].after != line:
                steps.append(Step(why, steps[-1].after, line))
        yield Step(CASE, first.before, steps[-1].after, "", inside, left, tuple(steps))
