"""The range of a function with infinitely many turning points: one period, or a compact part and an envelope beyond it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sympy import Dummy, Eq, Expr, Interval, Rational, S, Set, Symbol, ceiling, cos, floor, oo, sin
from sympy.logic.boolalg import Boolean

from ..claims.model import Relation
from ..errors import InputError, UndecidedError
from ..facts.record import Facts
from ..proof.algebra.assume import Assumptions, assuming
from ..proof.numbers import balls
from .equality import decided
from .notation import output
from .steps import Step

__all__ = ["oscillating_steps"]

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


def _period(facts: Facts) -> Expr | None:
    """T with f(x + T) = f(x); None where f drifts."""
    found = facts.repeating(facts.known)
    return None if found is None or found.drift != 0 else found.period / found.scale


def _bound(values: Set) -> Expr:
    """A simple number between 0 and the largest and smallest values' distances from it."""
    if values.inf in (-oo, oo) or values.sup in (-oo, oo):
        raise UndecidedError(
            "f has infinitely many turning points and no bounds, so that no table of signs shows its range"
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
