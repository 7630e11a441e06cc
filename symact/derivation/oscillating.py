"""The range of a function with infinitely many turning points: one period, or a compact part and an envelope beyond it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sympy import Dummy, Eq, Expr, Interval, Limit, Rational, S, Set, Symbol, ceiling, cos, floor, oo, sin
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..claims.model import Relation
from ..errors import InputError, UndecidedError
from ..facts.landscape import Landscape
from ..facts.record import Facts, span
from ..proof.algebra.assume import Assumptions, assuming
from ..proof.asymptotics.ends import limit_at
from ..proof.functions.pieces import Piece
from ..proof.numbers import balls
from .equality import decided
from .limits import limit_steps
from .notation import output
from .steps import Step

__all__ = ["growing_steps", "oscillating_steps"]

#: Where the tails may begin.
BEGINNINGS = (1, 2, 4, 8, 16, 32)


def oscillating_steps(facts: Facts, values: Set, compact: Callable[[Facts], tuple[Step, ...]]) -> tuple[Step, ...]:
    """Return the steps to a range but for its statement; `compact` finds them on an interval.

    Raises UndecidedError where f neither repeats itself nor is small far out.
    """
    if (period := _period(facts)) is not None:
        x = facts.variable
        repeats = Step("so that one period shows all values", S.true, Eq(output(x).subs(x, x + period), output(x)))
        return (repeats, *compact(replace(facts, on=Interval(S.Zero, period))))
    bound = _bound(values)
    for end in map(Rational, BEGINNINGS):
        tails = [tuple(_tail(facts, end, side, bound)) for side in (-1, 1)]
        if all(tails):
            return (*compact(replace(facts, on=Interval(-end, end))), *tails[0], *tails[1])
    raise UndecidedError("f has infinitely many turning points and isn't seen to be small beyond any of them")


def growing_steps(land: Landscape) -> tuple[Step, ...]:
    """Return the steps to arbitrarily large and small values of a wave that grows towards an end; empty where f isn't one."""
    x, known = land.variable, land.known
    for piece, end, side in ((land.pieces[-1], oo, -1), (land.pieces[0], -oo, 1)):
        waves = [e for e in piece.expr.atoms(sin, cos) if e.has(x)]
        if end not in (piece.left, piece.right) or len(waves) != 1:
            continue
        (wave,) = waves
        name = Dummy(real=True)
        poly = piece.expr.xreplace({wave: name}).as_poly(name)
        if poly is None or poly.degree() != 1 or poly.has(*waves):
            continue
        amplitude, middle = poly.all_coeffs()
        values = {top: middle + top * amplitude for top in (S.One, -S.One)}
        if limit_at(wave.args[0], x, end, side, known) not in (oo, -oo):
            continue
        if {limit_at(value, x, end, side, known) for value in values.values()} != {oo, -oo}:
            continue
        return tuple(
            step for top, value in values.items() for step in _along(Eq(wave, top), value, piece, end, side, land)
        )
    return ()


def _along(where: Boolean, value: Expr, piece: Piece, end: Expr, side: int, land: Landscape) -> Iterator[Step]:
    """What f is at the points of a condition, which are met beyond every bound, and the limit of that."""
    x = land.variable
    far = x > piece.left if end == oo else x < piece.right
    conditions = (where, far) if isinstance(far, Relational) else (where,)
    yield Step("met at points beyond every bound", S.true, Eq(output(x), value), "", conditions)
    known = land.known & span(x, piece)
    goal = Limit(value, x, end, "-" if side < 0 else "+")
    steps = limit_steps(value, x, end, side, known, goal)
    yield Step(steps[-1].rule, steps[0].before, steps[-1].after, "", (), goal, steps)


def _period(facts: Facts) -> Expr | None:
    """T with f(x + T) = f(x); None where f drifts."""
    found = facts.repeating(facts.known)
    return None if found is None or found.drift != 0 else found.period / found.scale


def _bound(values: Set) -> Expr:
    """A simple number between 0 and the largest and smallest values' distances from it."""
    if values.inf in (-oo, oo) or values.sup in (-oo, oo):
        raise UndecidedError(
            "f has infinitely many turning points and is not bounded, so that no table of signs shows its range"
        )
    try:
        near = min(Rational(balls.digits(side, n=6)[0]) for side in (-values.inf, values.sup))
    except (InputError, UndecidedError) as reason:
        raise UndecidedError("f has infinitely many turning points, and its bounds aren't enclosed") from reason
    if near <= 0:
        raise UndecidedError("f has infinitely many turning points on one side of 0")
    return Rational(1, ceiling(1 / near + Rational(1, 1000))) if near <= 1 else floor(near - Rational(1, 1000))


def _tail(facts: Facts, end: Rational, side: int, bound: Expr) -> Iterator[Step]:
    """|f| <= envelope < bound beyond an end; nothing where that isn't proved."""
    x = facts.variable
    piece = facts.pieces.pieces[0 if side < 0 else -1]
    beyond: Boolean = x > end if side > 0 else x < -end
    known = facts.known & assuming((beyond,))
    if (piece.right if side > 0 else piece.left) != side * oo or (envelope := _envelope(piece.expr, x, known)) is None:
        return
    # whether the tail begins far enough out is quick to see
    lines = ((envelope, "<", bound), (piece.expr, "<=", envelope), (piece.expr, ">=", -envelope))
    if not all(decided(Relation(*line), known) for line in lines):
        return
    here = (beyond,)
    yield Step("as |sin| ≤ 1 and |cos| ≤ 1", S.true, output(x) <= envelope, "", here)
    yield Step("for the same reason", S.true, output(x) >= -envelope, "", here)
    yield Step("so that f has no values beyond those above", S.true, envelope < bound, "", here)


def _envelope(expr: Expr, x: Symbol, known: Assumptions) -> Expr | None:
    """The sum of the amplitudes of a sum of waves, None where it is none."""
    waves = {e: Dummy(real=True) for e in expr.atoms(sin, cos) if e.has(x)}
    poly = expr.xreplace(waves).as_poly(*waves.values()) if waves else None
    if poly is None or poly.total_degree() != 1:
        return None
    total: Expr = S.Zero
    for amplitude in poly.coeffs():
        sign = known.sign(amplitude)
        if sign is None or amplitude.has(sin, cos):
            return None
        total += sign * amplitude
    return total
