"""What a smooth expression does at an end of an interval: its limit, its sign, its leading term.

The end becomes u → oo by x = p ± 1/u or x = ±u, and the expression an exact series in a scale of functions of u.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from sympy import Dummy, Expr, S, Symbol, cos, nan, oo, pi, postorder_traversal, rem, sin, zoo

from ...errors import UndecidedError, UnknownSignError
from ..algebra.assume import Assumptions
from ..algebra.function_quotients import CIRCULAR, circular_quotients
from .expansion import expand_at
from .scale import Scale
from .series import Series

__all__ = ["Leading", "dominant", "limit_at", "partial_limits", "sign_at_end", "takes_both_signs", "variable_at"]

T = TypeVar("T")


@dataclass(frozen=True)
class Leading:
    """The leading term coefficient * growth of an expression at an end: their quotient tends to 1.

    The coefficient is a constant that isn't zero; the growth is positive: powers, exponentials and logarithms without a factor.
    """

    coefficient: Expr
    growth: Expr

    @property
    def expr(self) -> Expr:
        """The leading term."""
        return self.coefficient * self.growth


@lru_cache(2048)
def limit_at(expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions) -> Expr | None:
    """Return lim expr as x tends to `point` from the left (side = -1) or the right (side = 1); None if there is none.

    `expr` is smooth on that side; at oo and -oo the side doesn't matter. Raises UndecidedError where the limit isn't found.
    """
    if not expr.has(x):
        return expr
    return _at(expr, x, point, side, lambda: _limit(expr, x, point, side, known))


def dominant(expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions) -> Leading | None:
    """Return the leading term of `expr` at an end, None if it is identically zero; arguments as for `limit_at`."""

    def find() -> Leading | None:
        scale, series = _expanded(expr, x, point, side, known)
        lead = scale.lead(series)
        if lead is None:
            return None
        # written in w = 1/u, which is x - p or p - x at a finite end, so that no reciprocal is left standing
        w, u = Dummy("w", positive=True), scale.variable
        infinite = point in (oo, -oo)
        growth = scale.monomial(lead[0])
        if infinite:
            growth = growth.xreplace({u: x if point == oo else -x})
        else:
            growth = growth.subs(u, 1 / w).xreplace({w: side * (x - point)})
        return Leading(lead[1], growth)

    return _at(expr, x, point, side, find)


def sign_at_end(expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions) -> int:
    """Return the sign `expr` keeps near an end; 0 only if it is identically zero there; arguments as for `limit_at`."""

    def find() -> int:
        scale, series = _expanded(expr, x, point, side, known)
        return scale.sign(series)

    return _at(expr, x, point, side, find)


def _at(expr: Expr, x: Symbol, point: Expr, side: int, find: Callable[[], T]) -> T:
    """Run a search and say in its error what was asked."""
    try:
        return find()
    except UnknownSignError:
        raise  # the caller may know more, or split into cases
    except (UndecidedError, RecursionError) as reason:
        arrow = "" if point in (oo, -oo) else "-" if side < 0 else "+"
        cause = "too deeply nested" if isinstance(reason, RecursionError) else reason
        raise UndecidedError(
            f"the behaviour of {expr} as {x} tends to {point}{arrow} was not decided: {cause}"
        ) from None


def _expanded(expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions) -> tuple[Scale, Series]:
    scale = Scale(known)
    return scale, expand_at(expr, {x: variable_at(scale, point, side)}, scale)


def variable_at(scale: Scale, point: Expr, side: int) -> Series:
    """Return x as a series of the scale: u, -u, or point ± 1/u."""
    if point in (oo, -oo):
        return scale.power_of(scale.root, S.One, scale.constant(S.One if point == oo else S.NegativeOne))
    near = scale.power_of(scale.root, S.NegativeOne, scale.constant(S(side)))
    return scale.total(scale.constant(point), near)


def _limit(expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions) -> Expr | None:
    try:
        scale, series = _expanded(expr, x, point, side, known)
        sign, value = scale.limit(series)
    except UndecidedError as reason:
        # an oscillation may be what is in the way
        if not expr.has(sin, cos, *CIRCULAR):
            raise
        return _limit_of_oscillating(expr, x, point, side, known, reason)
    return sign * oo if sign else value


# sin(g) and cos(g) of an unbounded g become parameters in [-1, 1]. As these range over a compact set, and every decision
# holds on all of it, the limit is uniform in them; so one that doesn't contain them is the limit. If g tends to oo
# or -oo it passes all phases again and again, and two phases with different limits prove that there is none.


@dataclass(frozen=True)
class _Phase:
    """The parameters that stand for sin(g) and cos(g), and whether g certainly tends to oo or -oo."""

    sine: Dummy
    cosine: Dummy
    diverges: bool

    def fixed(self, expr: Expr, angle: Expr) -> Expr:
        return expr.xreplace({self.sine: sin(angle), self.cosine: cos(angle)})


#: Phases among which two with different limits are looked for.
_ANGLES = (pi / 2, -pi / 2, S.Zero, pi, pi / 4)


def _limit_of_oscillating(
    expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions, cause: UndecidedError
) -> Expr | None:
    expr, phases, within = _phases(expr, x, point, side, known)
    if not phases:
        raise cause
    symbols = [symbol for phase in phases for symbol in (phase.sine, phase.cosine)]
    try:
        value = _limit(expr, x, point, side, within)
        for phase in phases:
            if value is not None and value.is_polynomial(phase.sine, phase.cosine):
                value = rem(value, phase.sine**2 + phase.cosine**2 - 1, phase.sine)
        if value is None or not value.has(*symbols):
            return value
        reason = "it depends on the phase of an oscillation"
    except UndecidedError as error:
        reason = str(error)
    for phase in phases:
        if phase.diverges and _phases_disagree(expr, phase, phases, x, point, side, within):
            return None
    raise UndecidedError(reason)


def takes_both_signs(expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions) -> bool:
    """Whether `expr` is proved to oscillate between both signs however near the end; arguments as for `limit_at`.

    So it is where an unbounded angle passes two phases at which the sign is certain and differs.
    """
    try:
        plain, phases, within = _phases(expr, x, point, side, known)
    except UndecidedError:
        return False
    for phase in phases:
        if phase.diverges:
            found = set()
            for angle in _ANGLES:
                along = phase.fixed(plain, angle)
                if along.has(zoo, nan):
                    continue
                try:
                    found.add(sign_at_end(along, x, point, side, within))
                except UndecidedError:
                    continue
            if {-1, 1} <= found:
                return True
    return False


def partial_limits(expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions) -> set[Expr]:
    """Return limits of `expr` along sequences that tend to an end, at constant phases of its unbounded angles.

    There may be others; the arguments are those of `limit_at`. The limit itself is the only one where there is one.
    """
    expr, phases, within = _phases(expr, x, point, side, known)
    if not phases:
        value = limit_at(expr, x, point, side, known)
        return set() if value is None else {value}
    found = set[Expr]()
    for phase in phases:
        if phase.diverges:
            found |= set(_along_phases(expr, phase, phases, x, point, side, within))
    return found


def _phases_disagree(
    expr: Expr, phase: _Phase, phases: list[_Phase], x: Symbol, point: Expr, side: int, known: Assumptions
) -> bool:
    """Whether the limits along two sequences of points with constant phases differ."""
    found: list[Expr] = []
    for value in _along_phases(expr, phase, phases, x, point, side, known):
        if any(_differ(value, other, known) for other in found):
            return True
        found.append(value)
    return False


def _along_phases(
    expr: Expr, phase: _Phase, phases: list[_Phase], x: Symbol, point: Expr, side: int, known: Assumptions
) -> Iterator[Expr]:
    """Yield the limits along sequences of points with a constant phase that don't depend on the other phases."""
    symbols = [symbol for other in phases for symbol in (other.sine, other.cosine)]
    for angle in _ANGLES:
        along = phase.fixed(expr, angle)
        if along.has(zoo, nan):
            continue
        try:
            value = _limit(along, x, point, side, known)
        except UndecidedError:
            continue
        if value is not None and not value.has(*symbols):
            yield value


def _differ(a: Expr, b: Expr, known: Assumptions) -> bool:
    if a in (oo, -oo) or b in (oo, -oo):
        return bool(a != b)
    return 0 not in known.signs(a - b)


def _phases(
    expr: Expr, x: Symbol, point: Expr, side: int, known: Assumptions
) -> tuple[Expr, list[_Phase], Assumptions]:
    """Replace the sines and cosines of arguments that aren't known to stay bounded by parameters, inner ones first."""
    expr = circular_quotients(expr)
    phases: list[_Phase] = []
    bounded: set[Expr] = set()
    while True:
        nodes = [n for n in postorder_traversal(expr) if isinstance(n, sin | cos) and n.has(x)]
        angle = next((n.args[0] for n in nodes if n.args[0] not in bounded), None)
        if angle is None:
            return expr, phases, known
        try:
            scale, series = _expanded(angle, x, point, side, known)
            unbounded, _, _ = scale.split(series)
            diverges = scale.lead(unbounded) is not None
        except UndecidedError:
            diverges, unbounded = False, None
        if unbounded is not None and not diverges:
            bounded.add(angle)
            continue
        phase = _Phase(Dummy("s", real=True), Dummy("c", real=True), diverges)
        phases.append(phase)
        expr = expr.xreplace({sin(angle): phase.sine, cos(angle): phase.cosine})
        known = known & [p >= -1 for p in (phase.sine, phase.cosine)] & [p <= 1 for p in (phase.sine, phase.cosine)]
