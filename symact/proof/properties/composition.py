"""A function of x as one of an inner function u of x, on the values that u takes: x occurs in u only, or u = c/x."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from sympy import Dummy, Expr, Function, Symbol, cancel, diff, preorder_traversal, together

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import Assumptions
from ..algebra.zeros import real_zeros, sort_points
from ..functions.pieces import lies_between
from ..functions.shape import limit_of

__all__ = ["composed_signs", "compositions"]

#: Inner functions that are tried.
MOST = 12


def compositions(expr: Expr, x: Symbol) -> Iterator[tuple[Expr, Expr, Symbol]]:
    """Yield (u, g, t) with expr = g(u), g in t, u an inner function of x."""
    t = Dummy("t", real=True)
    inner = [
        u for u in dict.fromkeys(preorder_traversal(expr)) if isinstance(u, Expr) and u.has(x) and u not in (x, expr)
    ]
    for u in inner[:MOST]:
        outer = expr.xreplace({u: t})
        if outer.has(x) and not (u * x).has(x) and any(node.has(u) for node in expr.atoms(Function)):
            outer = cancel(together(outer.subs(x, u * x / t)))
        if not outer.has(x) and outer != t:
            yield u, outer, t


def _nonzero(expr: Expr, t: Symbol, at: Expr, side: int, known: Assumptions) -> bool:
    """Whether the limit at an end isn't 0."""
    limit = limit_of(expr, t, at, side, known)
    return limit is not None and bool(known.sign(limit))


def composed_signs(
    expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions, course: Callable[..., Any]
) -> tuple[tuple[Expr, ...], tuple[int, ...], bool] | None:
    """Return the zeros of g(u(x)), the signs between them and whether they never end, from those of g on the values of u.

    u is strictly monotonic, and undone in closed form; or g has no zero among its values. None where there is no such u.
    """
    for u, outer, t in compositions(expr, x):
        with suppress(UndecidedError, NotSupportedError):
            way = course(diff(u, x), x, low, high, known)
            ends = [limit_of(u, x, end, side, known) for end, side in ((low, 1), (high, -1))]
            if way.endless or way.vanishes or None in ends:
                continue
            if len(way.signs) > 1:
                taken = [u.subs(x, point) for point in way.points]
                values = sort_points([*ends, *taken], known)
                run = course(outer, t, values[0], values[-1], known)
                # it may be 0 at an end that u only tends to
                extremes = [(v, s) for v, s in ((values[0], 1), (values[-1], -1)) if v in taken]
                if not run.points and not run.endless and all(_nonzero(outer, t, v, s, known) for v, s in extremes):
                    return (), run.signs, False
                continue
            run = course(outer, t, *ends[:: way.signs[0]], known)
            if run.endless:
                return (), run.signs, True
            places = [real_zeros(u - value, x, known) for value in run.points]
            inside = [[p for p in found if lies_between(low, p, high, known)] for found in places]
            if all(len(found) == 1 for found in inside):
                return tuple(p for (p,) in inside)[:: way.signs[0]], run.signs[:: way.signs[0]], False
    return None
