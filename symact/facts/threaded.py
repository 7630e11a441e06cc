"""Facts of functions that mix x with waves and switch, or have poles, at infinitely many places: from threads and a window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sympy import Abs, Add, Expr, Interval, Max, Min, Piecewise, S, diff, fraction, log, oo, sqrt, together

from ..errors import UndecidedError
from ..proof.algebra.field import is_zero
from ..proof.algebra.function_quotients import circular_quotients
from ..proof.functions.switches import SWITCHES
from ..proof.properties.course import course
from .amplitudes import approached, product_range, settled_limit
from .cycle import cycle, waves_of
from .domain import Repeated, Stretch, domain
from .extent import Extent, extent, lipschitz
from .forms import textbook
from .gaussian import gain
from .inverse import Inverse, inverse
from .landscape import Landscape, compared, landscape
from .repeated import REPEATED, WHOLE
from .repeated_slope import derivative_branches, switched_derivative
from .roots import inflection_points, stationary_points, zeros
from .shape import convexity, monotonicity
from .smoothness import continuity, joins
from .symmetry import parity
from .threaded_moments import threaded_mean, threaded_second_moment
from .threads import ENDS, Threads

__all__ = ["THREADED"]

#: Signs that something must have → a function of it that is defined exactly then.
_GUARDS: Mapping[frozenset[int], Callable[[Expr], Expr]] = {
    frozenset({-1, 1}): lambda g: 1 / g,
    frozenset({1}): log,
    frozenset({0, 1}): sqrt,
}


def _undecided(found: Threads) -> UndecidedError:
    return UndecidedError(f"{found.expr} switches, or has poles, at infinitely many places")


#: Switches between values that agree where they meet.
_CONTINUOUS = (Abs, Max, Min)


def _domain(found: Threads) -> tuple[Stretch, ...] | Repeated:
    """The domain of a function that is undefined at the same places, and periodic or without waves."""
    if found.expr.has(Piecewise):
        raise _undecided(found)  # its branches may have gaps of their own
    if not found.obstacles:
        return WHOLE
    guards = [_GUARDS.get(frozenset(allowed), lambda _: S.NaN)(g) for g, allowed in found.obstacles]
    guard = Add(*(n * g for n, g in enumerate(guards, 1)))  # 1/u and 1/(-u) don't cancel so
    if guard.has(S.NaN):
        raise _undecided(found)
    if not waves_of(guard, found.variable):
        return domain(landscape(guard, found.variable, found.known))
    repeating = cycle(guard, found.variable, found.known)
    if repeating is None:
        raise _undecided(found)
    intervals: tuple[Stretch, ...] | Repeated = REPEATED["domain"](repeating)
    return intervals


def _continuous(found: Threads) -> bool:
    """Whether f is made of functions that are continuous where they are defined."""
    return not found.expr.has(*(cls for cls in SWITCHES if cls not in _CONTINUOUS))


def _differing(limits: Iterable[Expr], found: Threads) -> bool:
    """Whether two of the limits along threads differ."""
    first: Expr | None = None
    for limit in limits:
        first = limit if first is None else first
        if compared(first, limit, found.known) != 0:
            return True
    return False


def _limit(end: Expr) -> Callable[[Threads], Expr | None]:
    def limit(found: Threads) -> Expr | None:
        if _differing(found.limits(found.expr, end), found):
            return None
        return settled_limit(found, end)

    return limit


def _asymptotes(found: Threads) -> dict[str, Expr | None]:
    return {str(end): _asymptote(found, end) for end in ENDS}


def _asymptote(found: Threads, end: Expr) -> Expr | None:
    x = found.variable
    levels = list(found.limits(found.expr, end))
    if not set(levels) <= {oo, -oo} and _differing(levels, found):
        return None  # some of them are finite
    slopes = list(found.limits(found.expr / x, end))
    if _differing(slopes, found) or set(slopes) & {oo, -oo}:
        return None
    if slopes:
        offsets = list(found.limits(found.expr - slopes[0] * x, end))
        if _differing(offsets, found) or set(offsets) & {oo, -oo}:
            return None
        if slopes[0] == 0:
            return settled_limit(found, end)
    raise _undecided(found)


def _range(found: Threads) -> Extent:
    """The whole line, or what is on one side of a value that f has and doesn't cross."""
    near = extent(found.window)
    if (near.inf, near.sup) == (-oo, oo) and len(near.parts) == 1:
        return near
    far = {limit for end in ENDS for limit in found.limits(found.expr, end)} & {oo, -oo}
    if not _continuous(found) or found.obstacles:
        raise _undecided(found)
    if len(far) == 2:
        return Extent(-oo, oo, False, False, (Interval(-oo, oo),))
    if not far:
        return product_range(found, near)
    signs = found.known.signs(found.expr)
    if far == {oo} and signs <= {0, 1} and near.inf == 0:
        return Extent(S.Zero, oo, near.inf_attained, False, (Interval(0, oo, not near.inf_attained),))
    if far == {-oo} and signs <= {0, -1} and near.sup == 0:
        return Extent(-oo, S.Zero, False, near.sup_attained, (Interval(-oo, 0, True, not near.sup_attained),))
    raise _undecided(found)


def _only(word: str, fact: Callable[[Any], str]) -> Callable[[Threads], str]:
    """A property that f hasn't, as it hasn't got it in the window."""

    def nothing(found: Threads) -> str:
        if fact(found.window) != word:
            raise _undecided(found)
        return word

    return nothing


def _continuity(found: Threads) -> Expr:
    order = continuity(found.window)
    smooth = not found.expr.has(*SWITCHES) and not any(0 in allowed for _, allowed in found.obstacles)
    if order == -1 or (order == 0 and _continuous(found)) or (order == oo and smooth):
        return order
    raise _undecided(found)


def _lipschitz(found: Threads) -> Expr:
    if lipschitz(found.window) == oo or {oo, -oo} & {s for end in ENDS for s in found.slopes(end)}:
        return oo
    if not _continuous(found):
        raise _undecided(found)
    return approached(found, _slopes(found))


def _zeros(found: Threads) -> list[Any] | None:
    """None where f is 0 on one thread and not on another, or smooth and of both signs between switches however far out."""
    for end in ENDS:
        seen = {is_zero(value) for value in found.values(found.expr, end)}
        if {True, False} <= seen:
            return None
    return _places(0, zeros)(found)


def _places(order: int, near: Callable[[Landscape], list[Any] | None]) -> Callable[[Threads], list[Any] | None]:
    """Where a derivative is 0 or changes sign: at infinitely many places, or in the window only."""

    def places(found: Threads) -> list[Any] | None:
        if found.turns(order) or (order < 2 and found.vanishes(order)):
            return None
        if not found.expr.has(*SWITCHES):
            slope = together(circular_quotients(diff(found.expr, found.variable, order)))
            run = course(fraction(slope)[0], found.variable, -oo, oo, found.known)
            if run.endless or not all(compared(abs(p), found.reach, found.known) < 0 for p in run.points):
                raise _undecided(found)
            return near(found.window)
        # where f' exists at a switch it is the limit of the slopes beside it
        slopes = _slopes(found)
        if order == 1 and not any(0 in found.known.signs(s) for s in slopes):
            return []
        if order == 2 and not any(s.free_symbols for s in slopes):
            return []
        raise _undecided(found)

    return places


def _slopes(found: Threads) -> list[Expr]:
    """The derivatives of all branches."""
    return [s for s, _ in derivative_branches(found.expr, S.true, found.variable, found.known, True)]


def _joins(found: Threads) -> list[Any] | None:
    """None where f isn't defined on a thread, or jumps or bends there, but is smooth on both sides of it."""
    if any(found.breaks(end) for end in ENDS):
        return None
    raise _undecided(found)


def _parity(found: Threads) -> str:
    """The parity as it is written, or none where it has none in the window."""
    x = found.variable
    turned = found.expr.xreplace({x: -x})
    for word, sign in (("even", 1), ("odd", -1)):
        if turned == sign * found.expr:
            return word
    return _only("none", lambda window: parity(window.shape))(found)


def _point_symmetry(found: Threads) -> tuple[Expr, Expr] | None:
    """The origin for odd functions; none for even ones that aren't periodic, nor where one end of the range is infinite."""
    word = _parity(found)
    if word == "odd":
        return S.Zero, S.Zero
    # what is even about 0 and odd about another point is periodic: without poles it is bounded, and takes its extreme values
    mirrored = word == "even" and not found.obstacles
    if mirrored and {limit for end in ENDS for limit in found.limits(found.expr, end)} & {oo, -oo}:
        return None
    span = _range(found)
    if (span.inf == -oo) != (span.sup == oo):
        return None
    if mirrored and _continuous(found) and not (span.inf_attained and span.sup_attained):
        return None
    raise _undecided(found)


def _derivative(found: Threads) -> Expr:
    if not found.expr.has(*SWITCHES):
        return textbook(diff(found.expr, found.variable), found.known, found.variable)
    return switched_derivative(found.expr, found.variable, found.known, bool(joins(found.window)))


def _inverse(found: Threads) -> Inverse | None:
    """None where f takes a value twice in the window."""
    if inverse(found.window.shape) is None:
        return None
    raise _undecided(found)


#: Fact → how it is found; None stands for infinitely many places.
THREADED: Mapping[str, Callable[[Threads], Any]] = {
    "domain": _domain,
    "range": _range,
    "joins": _joins,
    "limit_minus_inf": _limit(-oo),
    "limit_plus_inf": _limit(oo),
    "asymptotes": _asymptotes,
    "parity": _parity,
    "point_symmetry": _point_symmetry,
    "monotonicity": _only("none", monotonicity),
    "convexity": _only("none", convexity),
    "continuity": _continuity,
    "lipschitz": _lipschitz,
    "zeros": _zeros,
    "stationary_points": _places(1, stationary_points),
    "inflection_points": _places(2, inflection_points),
    "derivative": _derivative,
    "inverse": _inverse,
    "gaussian_mean": threaded_mean,
    "gaussian_second_moment": threaded_second_moment,
    "gain": lambda found: gain(threaded_second_moment(found)),
}
