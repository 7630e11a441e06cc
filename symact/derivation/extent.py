"""The derivation of the range: signs of f′ on all pieces, limits and values where they end, the conclusion by continuity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from sympy import Derivative, Eq, Expr, FiniteSet, Interval, Limit, S, Set, Union, count_ops, diff, oo

from ..errors import NotSupportedError, UndecidedError
from ..facts.cases import settled
from ..facts.forms import closed, textbook
from ..facts.landscape import Landscape, landscape
from ..facts.record import Facts, span
from ..proof.algebra.assume import Assumptions
from ..proof.functions.levels import Critical, Level
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Corner
from ..proof.numbers.implicit import ImplicitRoot
from ..proof.properties.course import Course, course
from ..proof.properties.image import Span, image_of
from .limits import limit_steps
from .notation import derivative_goal, output
from .oscillating import growing_steps, oscillating_steps
from .sign_table import corner_value, sign_table
from .steps import CASE, Prose, Step, Table

__all__ = ["Range", "derivative_step", "limit_step", "range_steps", "sign_steps", "value_step"]

#: What a zero of f′ or f″ is, and what the sign between zeros means.
_ZEROS = {1: "a stationary point", 2: "a point of inflection"}
_WORDS = {
    1: {1: "so that f increases", -1: "so that f decreases", 0: "so that f is constant"},
    2: {1: "so that f is convex", -1: "so that f is concave", 0: "so that f is straight"},
}


_CONTINUOUS = "by continuity f takes all values between these"
#: The most factors, and the most operations of each, whose signs are told.
MOST_FACTORS, LONGEST_IN_TEXT = 4, 8


@dataclass(frozen=True)
class Range:
    """The steps to the range, the range, and the table of signs where they need one."""

    steps: tuple[Step, ...]
    values: Set
    tables: tuple[Table, ...]


def range_steps(facts: Facts, bent: bool = True) -> Range:
    """Return how the range follows, with the signs of f″ if `bent`.

    Raises UndecidedError or NotSupportedError where a sign or a limit isn't found.
    """
    x = facts.pieces.variable
    land = landscape(facts.expression, x, facts.known, facts.on)
    try:
        if facts.on is None and any(land.course(piece, 1).endless for piece in land.pieces):
            return _oscillating(facts, land)
    except (UndecidedError, NotSupportedError):
        if (found := _between_limits(land)) is not None:
            return found
        raise
    slopes = {piece: land.course(piece, 1) for piece in land.pieces}
    bends = _bends(land) if bent else {}
    values = Union(*(_set(part, land.known) for part in image_of(land.shape)))
    steps = [
        *(step for piece, run in slopes.items() for step in sign_steps(land, piece, run, 1)),
        *(step for piece, run in bends.items() for step in sign_steps(land, piece, run, 2)),
        *_values(land, slopes),
        Step(_CONTINUOUS, S.true, values, goal=output(x)),
    ]
    return Range(tuple(steps), values, (sign_table(land, slopes, bends),))


def _between_limits(land: Landscape) -> Range | None:
    """All real numbers, where f is smooth and tends to −∞ at one end and to ∞ at the other; None where it doesn't."""
    x, (piece, *others) = land.variable, land.pieces
    ends = [(piece.left, 1), (piece.right, -1)]
    if others or {land.limit(piece, at) for at, _ in ends} != {oo, -oo}:
        return None
    line = Interval(-oo, oo)
    steps = [limit_step(land, piece, at, side) for at, side in ends]
    return Range((*steps, Step(_CONTINUOUS, S.true, line, goal=output(x))), line, ())


def _oscillating(facts: Facts, land: Landscape) -> Range:
    """The range where turning points don't end, from that on a part of the line."""
    values = Union(*(_set(part, land.known) for part in image_of(land.shape)))
    tables: tuple[Table, ...] = ()
    last = Step(_CONTINUOUS, S.true, values, goal=output(facts.variable))
    if values == Interval(-oo, oo) and (growing := growing_steps(land)):
        return Range((*growing, last), values, ())

    def compact(part: Facts) -> tuple[Step, ...]:
        nonlocal tables
        found = range_steps(part)
        tables = found.tables
        return found.steps[:-1]

    steps = oscillating_steps(facts, values, compact)
    return Range((*steps, last), values, tables)


def _bends(land: Landscape) -> dict[Piece, Course]:
    """The signs of f″, on all pieces or nowhere."""
    try:
        found = {piece: land.course(piece, 2) for piece in land.pieces}
    except (UndecidedError, NotSupportedError):
        return {}
    return {} if any(run.endless for run in found.values()) else found


def derivative_step(land: Landscape, piece: Piece, order: int) -> Step:
    """Return the step to f′ or f″ on a piece."""
    x = land.variable
    goal, line = derivative_goal(x, order), Derivative(piece.expr, (x, order))
    inside = span(x, piece)
    short = textbook(diff(piece.expr, x, order), land.known & inside, x)
    chain = Step("derivative" if order == 1 else "second derivative", line, short, goal=goal)
    return Step(CASE, line, short, "", inside, goal, (chain,))


def sign_steps(land: Landscape, piece: Piece, run: Course, order: int) -> Iterator[Step]:
    """Yield f′ or f″ on a piece, its signs there, and where it is 0."""
    x = land.variable
    goal, words = derivative_goal(x, order), _WORDS[order]
    points = list(run.points)
    yield (derivative := derivative_step(land, piece, order))
    for (a, b), sign in zip(pairwise([piece.left, *points, piece.right]), run.signs, strict=True):
        relation = {1: goal > 0, -1: goal < 0, 0: Eq(goal, 0)}[sign]
        part = Piece(a, b, piece.expr)
        yield Step(words[sign], S.true, relation, _signs_of_factors(derivative.after, part, land), span(x, part))
    for point, (before, after) in zip(points, pairwise(run.signs), strict=True):
        rule = _ZEROS[order] if before != after or order == 1 else "without a change of sign"
        yield Step(rule, S.true, Eq(goal, 0), "", (Eq(x, point),))


def _signs_of_factors(product: Expr, part: Piece, land: Landscape) -> Prose:
    """u is positive and v is negative, for a product of few factors whose signs are easily seen, else nothing."""
    number, rest = product.as_independent(*product.free_symbols, as_Add=False)
    bases = [factor.as_base_exp() for factor in rest.as_ordered_factors()]
    factors = [base ** abs(power) if power.is_number else base**power for base, power in bases]
    if number.is_negative:
        factors[0] = -factors[0]
    if not 1 < len(factors) <= MOST_FACTORS or any(count_ops(factor) > LONGEST_IN_TEXT for factor in factors):
        return ()
    signs = [_sign(factor, part, land) for factor in factors]
    if None in signs:
        return ()
    groups = [[e for e, s in zip(factors, signs, strict=True) if s == sign] for sign in (-1, 1)]
    said = [_listed(group, word) for group, word in zip(groups, ("negative", "positive"), strict=True) if group]
    return said[0] if len(said) == 1 else (*said[0], " and ", *said[1])


def _listed(factors: list[Expr], word: str) -> Prose:
    """u, v and w are positive"""
    parts: list[str | Expr] = []
    for m, factor in enumerate(factors):
        parts += ["" if m == 0 else " and " if m == len(factors) - 1 else ", ", factor]
    return (*parts[1:], f" {'is' if len(factors) == 1 else 'are'} {word}")


def _sign(factor: Expr, part: Piece, land: Landscape) -> int | None:
    """The sign of a factor on an interval; of a polynomial by its zeros, where the interval ends at numbers."""
    x = land.variable
    sign = (land.known & span(x, part)).sign(factor)
    enclosed = part.left.has(ImplicitRoot) or part.right.has(ImplicitRoot)
    if sign is None and not enclosed and factor.is_polynomial(x) and factor.free_symbols == {x}:
        run = course(factor, x, part.left, part.right, land.known)
        return None if run.points else run.signs[0]
    return sign


def _values(land: Landscape, slopes: dict[Piece, Course]) -> Iterator[Step]:
    """Limits at the ends, values and limits at corners, values at stationary points."""
    x = land.variable
    corners = {corner.at: corner for corner in land.corners}
    for piece in land.pieces:
        for at, side in ((piece.left, 1), (piece.right, -1)):
            corner = corners.get(at)
            if corner is None or not land.continuous_at(corner):
                yield limit_step(land, piece, at, side)
            if corner is not None and corner.value is not None and (side < 0 or corner.before is None):
                yield value_step(land, corner.at, corner.value, corner)
        for point in slopes[piece].points:
            yield value_step(land, point, closed(piece.expr.subs(x, point)), None)


def limit_step(land: Landscape, piece: Piece, at: Expr, side: int, order: int = 0) -> Step:
    """Return the step to the limit of f, or of a derivative, at an end of a piece."""
    x = land.variable
    goal = Limit(derivative_goal(x, order) if order else output(x), x, at, "-" if side < 0 else "+")
    known = land.known & span(x, piece)
    body = textbook(diff(piece.expr, x, order), known, x) if order else piece.expr
    steps = limit_steps(settled(body, known.relations), x, at, side, known, goal)
    return Step(steps[-1].rule, steps[0].before, steps[-1].after, "", (), goal, steps)


def value_step(land: Landscape, at: Expr, value: Expr, corner: Corner | None) -> Step:
    """Return the step to f(at), at a corner or a stationary point."""
    goal = output(land.variable).subs(land.variable, at)
    why = "the value at a stationary point"
    if corner is not None:
        continuous = land.continuous_at(corner)
        why = "continuous there" if continuous else "the value at the jump"
        exact = corner_value(land, corner) if continuous else None
        value = value if exact is None else exact
    return Step(why, goal, value, goal=goal)


def _exact(level: Level) -> Expr:
    return level.value if isinstance(level, Critical) else level


def _set(span: Span, known: Assumptions) -> Set:
    low, high = (closed(settled(_exact(level), known.relations)) for level in (span.low, span.high))
    return FiniteSet(low) if span.low == span.high else Interval(low, high, not span.has_low, not span.has_high)
