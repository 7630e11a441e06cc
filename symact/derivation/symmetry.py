"""The derivation of symmetry: f(−x) worked out to ±f(x), f(2c − x) to 2d − f(x), or values that exclude both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import And, Eq, Expr, Limit, Ne, Rational, S, oo
from sympy.logic.boolalg import Boolean

from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..facts.cases import equations, settled
from ..facts.forms import textbook
from ..facts.landscape import landscape
from ..facts.places import samples
from ..facts.record import Facts, span
from ..facts.symmetry import parity, point_symmetry
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Shape, same
from .limits import limit_steps
from .notation import output
from .simplification import simplification_step
from .steps import CASE, Step

__all__ = ["symmetry_steps"]

_WORDS = {"even": "that is f(x): f is even", "odd": "that is −f(x): f is odd", "none": "in terms of f"}
#: Where values of a function without symmetry are compared.
POINTS = tuple(map(Rational, (1, 2, "1/2", 3, 5)))


def symmetry_steps(facts: Facts) -> tuple[tuple[Step, ...], Boolean]:
    """Return the steps and the statement they end in; raise UndecidedError where neither symmetry nor its absence is proved."""
    # in a case such as beta = 1/2 the function is that with this value
    given = {symbol: value for symbol, value in equations(facts.known.relations).items() if value.is_number}
    if given:
        facts = replace(facts, values={**facts.values, **given})
    x = facts.pieces.variable
    curve = landscape(facts.expression, x, facts.known, facts.on).shape
    kind, centre = _found(curve)
    if kind == "none" and centre is None:
        return _excluded(facts, curve)
    sign = 1 if kind == "even" else -1
    mirrored, twice = (S.Zero, S.Zero) if centre is None else (textbook(2 * c, facts.known) for c in centre)
    goal = output(x).subs(x, mirrored - x)
    end = twice + sign * output(x)
    return tuple(_mirrored(facts, sign, mirrored, twice, _WORDS[kind])), Eq(goal, end)


def _found(curve: Shape) -> tuple[str, tuple[Expr, Expr] | None]:
    """Whether f is even or odd, and where it is neither its centre; one for all parameters goes before cases."""
    try:
        kind = parity(curve)
    except UnknownSignError:
        try:
            centre = point_symmetry(curve)
        except (UndecidedError, NotSupportedError):
            centre = None
        if centre is None:
            raise
        return "none", centre
    return kind, point_symmetry(curve) if kind == "none" else None


def _mirrored(facts: Facts, sign: int, mirrored: Expr, twice: Expr, words: str) -> Iterator[Step]:
    """f(2c − x) = 2d ± f(x), with 2c as `mirrored`, piece by piece; of two that mirror each other each has its turn."""
    x, goal = facts.variable, output(facts.variable).subs(facts.variable, mirrored - facts.variable)
    for piece in facts.pieces.pieces:
        image = _image(facts, piece, mirrored)
        inside = span(x, piece)
        line = image.expr.subs(x, mirrored - x)
        target = twice + sign * piece.expr
        steps = [Step("put in the mirrored point", goal, line, goal=goal)]
        if line != target:
            steps.append(simplification_step(line, target, facts.within(piece), x))
        steps.append(Step(words, target, twice + sign * output(x)))
        yield Step(CASE, goal, steps[-1].after, "", inside, goal, tuple(steps))


def _image(facts: Facts, piece: Piece, mirrored: Expr) -> Piece:
    """The piece that the mirror images of a piece lie in."""
    for other in facts.pieces.pieces:
        ends = [mirrored - end if end not in (oo, -oo) else -end for end in (other.right, other.left)]
        if all(same(a, b, facts.known) is True for a, b in zip(ends, (piece.left, piece.right), strict=True)):
            return other
    raise UndecidedError(f"the mirror image of ({piece.left}, {piece.right}) lies in several pieces")


def _excluded(facts: Facts, curve: Shape) -> tuple[tuple[Step, ...], Boolean]:
    """f(a) and f(−a) that are neither equal nor opposite, at one point a where one serves, else by limits at ∞."""
    x = facts.variable
    both_sides = (point for at in _points(curve) for point in (at, -at))
    if (missing := next((at for at in both_sides if _is_missing(curve, at)), None)) is not None:
        raise UndecidedError(f"f has no value at {missing} and one at {-missing}, so that it is neither even nor odd")
    both = next((at for at in _points(curve) if all(_differ(curve, at, sign) for sign in (1, -1))), None)
    steps: list[Step] = []
    ends: list[Step] = []
    statement: list[Boolean] = []
    shown: list[Expr] = []
    for word, sign in (("even", 1), ("odd", -1)):
        at = both if both is not None else next((at for at in _points(curve) if _differ(curve, at, sign)), None)
        if at is None:
            step, differs = _difference(facts, curve, sign)
            steps.append(step)
        else:
            here, there = (output(x).subs(x, point) for point in (at, -at))
            values = zip((here, there), _values(curve, at), strict=True)
            steps += [Step("", goal, value, goal=goal) for goal, value in values if goal not in shown]
            shown += here, there
            differs = Ne(there, sign * here)
        statement.append(differs)
        ends.append(Step(f"so that f isn't {word}", S.true, differs))
    return (*steps, *ends), And(*statement)


def _is_missing(curve: Shape, at: Expr) -> bool:
    """Whether f has a value at −a and certainly none at a."""
    sign = curve.known.sign
    if _value(curve, -at) is None:
        return False
    apart = all(sign(at - corner.at) for corner in curve.corners)
    return apart and all(sign(at - p.left) == -1 or sign(p.right - at) == -1 for p in curve.pieces)


def _points(curve: Shape) -> Iterator[Expr]:
    """Plain points; where there are no parameters also some of each piece."""
    yield from POINTS
    if all(piece.expr.free_symbols <= {curve.variable} for piece in curve.pieces):
        for piece in curve.pieces:
            yield from samples(piece.left, piece.right)


def _differ(curve: Shape, at: Expr, sign: int) -> bool:
    """Whether f(−a) certainly isn't ±f(a)."""
    gap = _gap(curve, at, sign)
    return gap is not None and 0 not in curve.known.signs(gap)


def _gap(curve: Shape, at: Expr, sign: int) -> Expr | None:
    here, there = _values(curve, at)
    return None if here is None or there is None else settled(there - sign * here, curve.known.relations)


def _values(curve: Shape, at: Expr) -> list[Expr | None]:
    """f(a) and f(−a), None where f isn't defined or parameters decide in which piece the point lies."""
    return [_value(curve, point) for point in (at, -at)]


def _value(curve: Shape, at: Expr) -> Expr | None:
    sign = curve.known.sign
    for corner in curve.corners:
        if sign(at - corner.at) == 0:
            return corner.value
    inside = (p for p in curve.pieces if sign(at - p.left) == sign(p.right - at) == 1)
    return next((p.expr.subs(curve.variable, at) for p in inside), None)


def _difference(facts: Facts, curve: Shape, sign: int) -> tuple[Step, Boolean]:
    """The limit of f(x) ∓ f(−x) at ∞, which isn't 0: where f is even the first is 0, where f is odd the other."""
    x = facts.variable
    first, last = facts.pieces.pieces[0], facts.pieces.pieces[-1]
    if (first.left, last.right) != (-oo, oo):
        raise UndecidedError("no values were found by which f(-x) differs from both f(x) and -f(x)")
    inside = (*span(x, last), *(x > -p.right for p in [first] if p.right not in (oo, -last.left)))
    goal = Limit(output(x) - sign * output(x).subs(x, -x), x, oo, "-")
    chain = limit_steps(last.expr - sign * first.expr.subs(x, -x), x, oo, -1, facts.known & inside, goal)
    value = chain[-1].after
    signs = facts.known.signs(value)
    if signs == {0}:
        doubtful = next((gap for at in POINTS if (gap := _gap(curve, at, sign)) is not None and gap.free_symbols), None)
        if doubtful is None:
            raise UndecidedError("neither values nor limits were found by which f(-x) differs from both f(x) and -f(x)")
        raise UnknownSignError(doubtful)
    if 0 in signs:
        raise UnknownSignError(value)
    return Step(CASE, goal, value, "", inside, goal, chain), Ne(goal, 0)
