"""The derivation of an integral: piece by piece forwards, else differentiated back, with constants that leave no jump."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sympy import And, Expr, Integral, Limit, Piecewise, Pow, Symbol, default_sort_key, nan, oo, zoo

from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..facts.forms import textbook
from ..facts.landscape import Landscape, landscape
from ..facts.primitive import searched
from ..facts.record import Facts, span
from ..proof.algebra.assume import NOTHING, Assumptions
from ..proof.calculus.integration import antiderivative
from ..proof.calculus.liouville import is_not_elementary
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Corner, limit_of
from ..symbols import C
from .differentiation import differentiation_step
from .integration import integration_steps
from .notation import output
from .simplification import simplification_step
from .steps import CASE, Prose, Step

__all__ = ["Primitive", "primitive"]

_INFINITE = (oo, -oo, zoo, nan)


@dataclass(frozen=True)
class Primitive:
    """The steps to ∫ f(x) dx, the integral with its constant, and what isn't differentiable."""

    steps: tuple[Step, ...]
    result: Expr
    remarks: tuple[Prose, ...]


def primitive(facts: Facts) -> Primitive:
    """Return how the integral follows.

    Raises NotSupportedError where f certainly has no antiderivative in closed form, UndecidedError where none is found.
    """
    x = facts.pieces.variable
    land = landscape(facts.expression, x, facts.known, facts.on)
    if any(a.right != b.left for a, b in zip(land.pieces, land.pieces[1:], strict=False)):
        raise NotSupportedError("the domain has gaps, over which no integral leads")
    if C in facts.expression.free_symbols:
        raise NotSupportedError(f"{C} is a parameter here and can't be the constant of integration")
    found: list[Expr] = []
    steps: list[Step] = []
    holes: list[Expr] = []
    for piece in land.pieces:
        known = facts.within(piece)
        forwards = integration_steps(piece.expr, x, known)
        whole = forwards[-1].after if forwards else textbook(_antiderivative(facts, piece), known, x)
        _check_divisors(whole, x, facts.known)
        chain = _forwards(facts, piece, forwards) if forwards else None
        joins: list[Step] = []
        ends = [_end(one, piece.left, side, facts) for one, side in ((found[-1], -1), (whole, 1))] if found else []
        if any(end.has(*_INFINITE) for end in ends):
            if any(corner.at == piece.left and corner.value is not None for corner in land.corners):
                raise UndecidedError(f"the antiderivative isn't finite at {piece.left}, where f has a value")
            holes.append(piece.left)
        elif ends:
            shift, here = ends
            whole = whole + shift - here if forwards else textbook(whole + shift - here, known, x)
            joins = [
                Step(words, goal, shift, goal=goal)
                for words, goal in (
                    ("the value of F from the left", Limit(found[-1], x, piece.left, "-")),
                    ("the constant is chosen so that F has no jump", Limit(whole, x, piece.left, "+")),
                )
            ]
        steps += [chain or _back(facts, piece, whole), *joins]
        found.append(whole)
    branches = [
        (whole, And(x < piece.right, *([x > piece.left] if piece.left in holes else [])))
        for whole, piece in zip(found, land.pieces, strict=True)
    ]
    joined = Piecewise(*branches) if len(found) > 1 else found[0]
    remarks = [remark for corner in land.inner_corners if corner.at not in holes for remark in _remark(land, corner)]
    remarks += [
        ("F isn't finite at ", at, ", where f has no value: each side of it has a constant of its own.") for at in holes
    ]
    return Primitive(tuple(steps), joined + C, tuple(remarks))


def _check_divisors(expr: Expr, x: Symbol, known: Assumptions) -> None:
    """Raise UnknownSignError for a parameter, or an expression in some, that an antiderivative divides by and that may be 0."""
    for power in sorted(expr.atoms(Pow), key=default_sort_key):
        if not power.base.has(x) and known.signs(power.exp) == {-1} and 0 in known.signs(power.base):
            raise UnknownSignError(power.base)


def _remark(land: Landscape, corner: Corner) -> Iterator[Prose]:
    """What F is where f has no value, jumps, or may jump for some parameters."""
    if corner.value is None:
        yield ("At ", corner.at, " f has no value: F is continued by its limit there.")
        return
    slopes = "both f's limits as slopes there, and no derivative."
    try:
        if not land.continuous_at(corner):
            yield ("At ", corner.at, f" f jumps: F has {slopes}")
    except UnknownSignError:
        yield ("At ", corner.at, f" f may jump: then F has {slopes}")


def _antiderivative(facts: Facts, piece: Piece) -> Expr:
    """One that is found quickly, else one of a search by parts and substitution."""
    x = facts.variable
    values = {p.symbol: p.default for p in facts.definition.parameters if p.default is not None}
    for given in ({}, values) if values else ({},):
        # a formula for all parameters would be one for these
        plain, left, right = (e.subs(given) for e in (piece.expr, piece.left, piece.right))
        if is_not_elementary(plain, x, left, right, NOTHING if given else facts.known):
            raise NotSupportedError(
                "f has no antiderivative that is made of elementary functions and those in f (Liouville's theorem)"
            )
    try:
        return antiderivative(piece, x, facts.known)
    except UndecidedError:
        return searched(piece.expr, x, facts.within(piece))


def _end(whole: Expr, at: Expr, side: int, facts: Facts) -> Expr:
    """The limit of an antiderivative at an end of its piece."""
    value = limit_of(whole, facts.variable, at, side, facts.known)
    if value is None:
        raise UndecidedError(f"the antiderivative has no limit at {at}")
    return value


def _forwards(facts: Facts, piece: Piece, chain: tuple[Step, ...]) -> Step:
    """∫ f(x) dx = … on a piece"""
    x = facts.variable
    goal = Integral(output(x), x)
    return Step(CASE, chain[0].before, chain[-1].after, "", span(x, piece), goal, chain)


def _back(facts: Facts, piece: Piece, whole: Expr) -> Step:
    """d/dx F = … = f"""
    x, inside = facts.variable, span(facts.variable, piece)
    steps = [differentiation_step(whole, x)]
    if steps[0].after != piece.expr:
        steps.append(simplification_step(steps[0].after, piece.expr, facts.within(piece), x))
    return Step(CASE, steps[0].before, piece.expr, "", inside, steps[0].before, tuple(steps))
