"""The derivation of symmetry: f(−x) worked out to ±f(x), f(2c − x) to 2d − f(x), or two values that exclude both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import And, Eq, Expr, Limit, Ne, Rational, S, oo
from sympy.logic.boolalg import Boolean

from ..errors import NotSupportedError, UndecidedError
from ..facts.cases import equations
from ..facts.landscape import landscape
from ..facts.record import Facts, span
from ..facts.symmetry import parity, point_symmetry
from ..proof.functions.pieces import Piece, split
from ..proof.functions.shape import same
from ..proof.relations.relation import decide_relation
from ..proof.verdict import Proved
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
    kind = parity(curve)
    if kind != "none":
        sign, centre, twice = (1 if kind == "even" else -1), S.Zero, S.Zero
    else:
        found = point_symmetry(curve)
        if found is None:
            return _excluded(facts)
        sign, centre, twice = -1, found[0], 2 * found[1]
    goal = output(x).subs(x, 2 * centre - x)
    end = twice + sign * output(x)
    return tuple(_mirrored(facts, sign, centre, twice, _WORDS[kind])), Eq(goal, end)


def _mirrored(facts: Facts, sign: int, centre: Expr, twice: Expr, words: str) -> Iterator[Step]:
    """f(2c − x) = 2d ± f(x), piece by piece; of two pieces that mirror each other each has its turn."""
    x, goal = facts.variable, output(facts.variable).subs(facts.variable, 2 * centre - facts.variable)
    for piece in facts.pieces.pieces:
        image = _image(facts, piece, centre)
        inside = span(x, piece)
        line = image.expr.subs(x, 2 * centre - x)
        target = twice + sign * piece.expr
        steps = [Step("put in the mirrored point", goal, line, goal=goal)]
        if line != target:
            steps.append(simplification_step(line, target, facts.within(piece), x))
        steps.append(Step(words, target, twice + sign * output(x)))
        yield Step(CASE, goal, steps[-1].after, "", inside, goal, tuple(steps))


def _image(facts: Facts, piece: Piece, centre: Expr) -> Piece:
    """The piece that the mirror images of a piece lie in."""
    for other in facts.pieces.pieces:
        ends = [2 * centre - end if end not in (oo, -oo) else -end for end in (other.right, other.left)]
        if all(same(a, b, facts.known) is True for a, b in zip(ends, (piece.left, piece.right), strict=True)):
            return other
    raise UndecidedError(f"the mirror image of ({piece.left}, {piece.right}) lies in several pieces")


def _excluded(facts: Facts) -> tuple[tuple[Step, ...], Boolean]:
    """f(a) and f(−a) that are neither equal nor opposite."""
    x = facts.variable
    if facts.expression.free_symbols - {x}:
        # one point rarely decides for all parameters
        for exclude in (_excluded_by_limits, _excluded_by_differences):
            try:
                return exclude(facts)
            except (UndecidedError, NotSupportedError):
                continue
    for at in POINTS:
        here, there = (_value(facts, point) for point in (at, -at))
        f_here, f_there = output(x).subs(x, at), output(x).subs(x, -at)
        sides = [decide_relation(there, "!=", sign * here, facts.known.relations) for sign in (1, -1)]
        if all(isinstance(side, Proved) for side in sides):
            steps = (
                Step("", f_here, here, goal=f_here),
                Step("", f_there, there, goal=f_there),
                Step("so that f isn't even", S.true, Ne(f_there, f_here)),
                Step("so that f isn't odd", S.true, Ne(f_there, -f_here)),
            )
            return steps, And(Ne(f_there, f_here), Ne(f_there, -f_here))
    raise UndecidedError("no values were found by which f(-x) differs from both f(x) and -f(x)")


def _value(facts: Facts, at: Expr) -> Expr:
    """f at a point, without the cases that what is known of the parameters decides."""
    value = facts.expression.subs(facts.variable, at)
    try:
        (piece,) = split(value, facts.variable, facts.known).pieces
    except (UndecidedError, NotSupportedError, ValueError):
        return value
    return piece.expr


def _excluded_by_limits(facts: Facts) -> tuple[tuple[Step, ...], Boolean]:
    """Limits at −∞ and ∞ that are neither equal nor opposite: f(−x) would have the same limits as ±f(x)."""
    x = facts.variable
    steps: list[Step] = []
    ends = []
    for piece, at, side in ((facts.pieces.pieces[0], -oo, 1), (facts.pieces.pieces[-1], oo, -1)):
        if at not in (piece.left, piece.right):
            raise UndecidedError("f isn't defined near both ends of the line")
        goal = Limit(output(x), x, at)
        chain = limit_steps(piece.expr, x, at, side, facts.within(piece), goal)
        steps.append(Step(chain[-1].rule, chain[0].before, chain[-1].after, "", (), goal, chain))
        ends.append((goal, chain[-1].after))
    (left, low), (right, high) = ends
    if (low in (oo, -oo)) == (high in (oo, -oo)):
        raise UndecidedError("the limits at both ends exclude no symmetry")
    steps += [
        Step("so that f isn't even", S.true, Ne(left, right)),
        Step("so that f isn't odd", S.true, Ne(left, -right)),
    ]
    return tuple(steps), And(Ne(left, right), Ne(left, -right))


def _excluded_by_differences(facts: Facts) -> tuple[tuple[Step, ...], Boolean]:
    """Limits of f(x) − f(−x) and of f(x) + f(−x) at ∞: where f is even the first is 0, where f is odd the other."""
    x = facts.variable
    first, last = facts.pieces.pieces[0], facts.pieces.pieces[-1]
    if (first.left, last.right) != (-oo, oo):
        raise UndecidedError("f isn't defined near both ends of the line")
    inside = (*span(x, last), *(x > -p.right for p in [first] if p.right not in (oo, -last.left)))
    statement: list[Boolean] = []
    steps: list[Step] = []
    for word, sign in (("even", 1), ("odd", -1)):
        mirrored = first.expr.subs(x, -x)
        goal = Limit(output(x) - sign * output(x).subs(x, -x), x, oo, "-")
        chain = limit_steps(last.expr - sign * mirrored, x, oo, -1, facts.known & inside, goal)
        if facts.known.sign(chain[-1].after) == 0:
            raise UndecidedError("the limits at both ends exclude no symmetry")
        steps.append(Step(CASE, goal, chain[-1].after, "", inside, goal, chain))
        statement.append(Ne(goal, 0))
        steps.append(Step(f"so that f isn't {word}", S.true, statement[-1]))
    return tuple(steps), And(*statement)
