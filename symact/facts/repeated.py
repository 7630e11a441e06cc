"""Facts of functions that repeat themselves, f(x + T) = f(x) + D, carried over from one period to the whole line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sympy import Expr, Rational, S, ceiling, oo

from ..errors import NotSupportedError, UndecidedError
from ..proof.algebra.quotients import number
from ..proof.charts.bounds import bounds
from ..proof.numbers import balls
from .cycle import Cycle
from .domain import Repeated, Stretch, domain
from .extent import Extent, extent, lipschitz
from .inverse import Inverse
from .landscape import Landscape, compared
from .output_relation import NO_RELATION, output_relation
from .repeated_moments import gain_of_cycle, mean_of_cycle, second_moment_of_cycle
from .repeated_slope import derivative_of_cycle
from .repeated_symmetry import parity_of_cycle, point_symmetry_of_cycle
from .roots import inflection_points, stationary_points, zeros
from .shape import monotonicity
from .smoothness import continuity, joins
from .training import SATURATED, chain_bound, dead_zones, normalising, saturation

__all__ = ["REPEATED"]

#: Periods over which the finitely many zeros of a function that drifts away are looked for.
FARTHEST = 40
#: A period is shown divided by one of these where the domain allows.
_DIVISORS = (12, 8, 6, 5, 4, 3, 2)

WHOLE = (Stretch(-oo, oo, False, False),)


def _domain(found: Cycle) -> tuple[Stretch, ...] | Repeated:
    low, period = found.start, found.period
    parts = list(domain(found.once))
    first, last = parts[0], parts[-1]
    if (first.low, last.high) == (low, low + period) and first.has_low:
        if len(parts) == 1:
            return WHOLE
        parts = [Stretch(last.low - period, first.high, last.has_low, first.has_high), *parts[1:-1]]
    for n in _DIVISORS:
        if len(parts) % n == 0 and _invariant(parts, period, n, found):
            parts, period = parts[: len(parts) // n], period / n
            break
    scale = found.scale
    by = period * (1 - ceiling(parts[0].high / period))  # so that the first one ends at the first place beyond 0
    return Repeated(
        tuple(replace(p, low=(p.low + by) / scale, high=(p.high + by) / scale) for p in parts), period / scale
    )


def _invariant(parts: list[Stretch], period: Expr, n: int, found: Cycle) -> bool:
    """Whether intervals are n times the same ones, a share of the period apart."""
    step = len(parts) // n
    further = [*parts[step:], *(replace(p, low=p.low + period, high=p.high + period) for p in parts[:step])]
    return all(
        (a.has_low, a.has_high) == (b.has_low, b.has_high)
        and compared(a.low + period / n, b.low, found.known) == 0
        and compared(a.high + period / n, b.high, found.known) == 0
        for a, b in zip(parts, further, strict=True)
    )


def _total(found: Cycle) -> bool:
    """Whether the function is defined everywhere."""
    return _domain(found) == WHOLE


def _constant(found: Cycle) -> Expr | None:
    """The only value of a function, None where it has others."""
    if found.drift != 0:
        return None
    span = extent(found.land)
    return span.inf if compared(span.inf, span.sup, found.known) == 0 else None


def _wave(found: Cycle) -> Cycle:
    """What is periodic of a function: without the line along which it drifts."""
    line = found.drift / found.period * found.variable
    return replace(found, expr=found.expr - line, drift=S.Zero) if found.drift != 0 else found


def _range(found: Cycle) -> Extent:
    span = extent(found.land)
    if found.drift == 0:
        return span
    if len(span.parts) > 1 or not _covers(span, found):
        raise UndecidedError(f"the range of {found.expr} has infinitely many gaps, or may have some")
    return Extent(-oo, oo, False, False, span.parts)


def _covers(span: Extent, found: Cycle) -> bool:
    """Whether an interval and those a multiple of the drift away are the whole line together."""
    if {span.inf, span.sup} & {oo, -oo}:
        return True
    longer = compared(span.sup - span.inf, abs(found.drift), found.known)
    return longer > 0 or (longer == 0 and (span.inf_attained or span.sup_attained))


def _limit(end: int) -> Callable[[Cycle], Expr | None]:
    def limit(found: Cycle) -> Expr | None:
        if found.drift == 0:
            return _constant(found)
        span = extent(found.land)
        if {span.inf, span.sup} & {oo, -oo}:
            raise UndecidedError(f"{found.expr} has poles however far out")
        return compared(found.drift, S.Zero, found.known) * end * oo

    return limit


def _asymptotes(found: Cycle) -> dict[str, Expr | None]:
    """The line along which the function drifts, if nothing is left without it."""
    rest = _constant(_wave(found))
    line = None if rest is None else found.drift / found.period * found.scale * found.variable + rest
    return {"-oo": line, "oo": line}


def _joins(found: Cycle) -> list[Any] | None:
    return None if joins(found.land) else []


def _monotonicity(found: Cycle) -> str:
    """A periodic function that isn't constant rises and falls; one that drifts does on the line what it does on a period."""
    if found.drift == 0:
        return "none" if _constant(found) is None else "constant"
    if not _total(found):
        raise UndecidedError(f"{found.expr} has gaps in its domain")
    return monotonicity(found.once)


def _convexity(found: Cycle) -> str:
    """What is periodic is below its chords or above them only if it is constant."""
    if isinstance(_domain(found), Repeated) and not _only_holes(found):
        return "none"
    return "none" if _constant(_wave(found)) is None else "affine"


def _only_holes(found: Cycle) -> bool:
    """Whether single points are missing from the domain at most, at which there is a limit."""
    land = found.land
    gaps = any(corner.before is None or corner.after is None for corner in land.corners)
    return not gaps and all(not set(land.limits(c)) & {oo, -oo, None} for c in land.corners)


def _lipschitz(found: Cycle) -> Expr:
    return lipschitz(found.land) * found.scale


def _zeros(found: Cycle) -> list[Any] | None:
    if found.drift == 0:
        return _everywhere_or(zeros(found.land), found)
    span = extent(_wave(found).land)
    if {span.inf, span.sup} & {oo, -oo}:
        raise UndecidedError(f"{found.expr} has poles however far out")
    # the function lies between two lines, so that it has no zeros beyond theirs
    farthest = max(abs(v) * found.period / abs(found.drift) for v in map(_upper, (span.inf, span.sup)))
    periods = ceiling(_upper(farthest / found.period)) + 1
    if periods > FARTHEST:
        raise UndecidedError(f"{found.expr} may have zeros {periods} periods away from 0")
    reach = (periods + Rational(1, 7)) * found.period
    places = zeros(Landscape(found.between(-reach, reach)))
    if places is None or found.scale == 1:
        return places
    return [tuple(e / found.scale for e in p) if isinstance(p, tuple) else p / found.scale for p in places]


def _upper(value: Expr) -> Rational:
    """A rational number whose absolute value is at least that of a number."""
    low, high = (number(b) for b in bounds(balls.enclose(value, bits=64)))
    return max(abs(low), abs(high))


def _everywhere_or(places: list[Any] | None, found: Cycle) -> list[Any] | None:
    """No places, the whole line where they are all of a period, else infinitely many."""
    if not places:
        return places
    whole = found.start, found.start + found.period
    return [(-oo, oo)] if places == [whole] and _total(found) else None


def _stationary(found: Cycle) -> list[Any] | None:
    return _everywhere_or(stationary_points(found.land), found)


def _inflections(found: Cycle) -> list[Expr] | None:
    return None if inflection_points(found.land) else []


def _output_relation(found: Cycle) -> Expr:
    relations = {output_relation(p.expr, found.variable, found.known) for p in found.land.pieces}
    only = relations.pop() if len(relations) == 1 else None
    if only is None:
        raise UndecidedError(NO_RELATION)
    return found.scale * only.subs(found.variable, found.scale * found.variable)


def _inverse(found: Cycle) -> Inverse | None:
    """What isn't strictly monotonic and yet continuous takes a value twice, as does what repeats its values."""
    if found.drift == 0:
        return None
    if _total(found) and continuity(found.land) >= 0 and not _monotonicity(found).startswith("strictly"):
        return None
    raise UndecidedError("no closed form of the inverse was found")


def _dead_zones(found: Cycle) -> list[Any] | None:
    return _everywhere_or(dead_zones(found.land.shape), found)


def _saturation(found: Cycle) -> list[Any] | None:
    if found.scale != 1:
        raise NotSupportedError("where f saturates depends on its parameters; give them values")
    return _everywhere_or(list(saturation(found.land.shape, SATURATED)), found)


def _standardisation(found: Cycle) -> tuple[Expr, Expr] | None:
    return normalising(mean_of_cycle(found), second_moment_of_cycle(found))


#: Fact → how it is found from one period; None stands for infinitely many places.
REPEATED: Mapping[str, Callable[[Cycle], Any]] = {
    "domain": _domain,
    "range": _range,
    "joins": _joins,
    "limit_minus_inf": _limit(-1),
    "limit_plus_inf": _limit(1),
    "asymptotes": _asymptotes,
    "parity": parity_of_cycle,
    "point_symmetry": point_symmetry_of_cycle,
    "monotonicity": _monotonicity,
    "convexity": _convexity,
    "continuity": lambda found: continuity(found.land),
    "lipschitz": _lipschitz,
    "zeros": _zeros,
    "stationary_points": _stationary,
    "inflection_points": _inflections,
    "derivative": derivative_of_cycle,
    "output_relation": _output_relation,
    "inverse": _inverse,
    "gaussian_mean": mean_of_cycle,
    "gaussian_second_moment": second_moment_of_cycle,
    "gain": gain_of_cycle,
    "dead_zones": _dead_zones,
    "saturation": _saturation,
    "chain_bound": lambda found: chain_bound(_lipschitz(found)),
    "standardisation": _standardisation,
}
