"""The checker of counterexamples to properties of functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from flint import arb
from sympy import Expr, Rational, Symbol, oo

from ..algebra.field import equal
from ..functions.switches import SWITCHES
from ..numbers import balls
from ..steps.comparison import exact_value, fits
from ..text import read_expression, text_of
from .pieces import (
    BITS,
    MAX_ORDER,
    Check,
    Part,
    Statement,
    check_part,
)
from .requirements import CertificateError, require

__all__ = ["check_property_witness"]


def check_property_witness(data: Mapping[str, Any], check: Check) -> None:
    """Check that named points contradict a property."""
    s = Statement(data, "refuted")
    given = {key: read_expression(text) for key, text in data["witness"].items()}
    require(not any(value.free_symbols for value in given.values()), "a value of the witness is not a number")
    parameters = {p: given[p.name] for p in s.expr.free_symbols - {s.x}}
    if s.name in ("continuous", "smooth"):
        _check_corner_witness(s, parameters, data, check)
        return
    require(all(value.is_Rational for value in given.values()), "a value of the witness is not rational")
    named = {p.name for p in parameters}
    points = {key: Rational(value) for key, value in given.items() if key not in named}
    expr = s.expr.subs(parameters)
    require(fits(parameters, [r for r in s.relations if r not in s.own]), "the parameters are outside the assumptions")
    for point in points.values():
        require(fits({**parameters, s.x: point}, s.own), "a point is outside the assumptions")
    rule = _WITNESSES.get(s.name)
    if rule is None:
        raise CertificateError(f"this witness says nothing about {s.name}")
    rule(s, expr, points)


def _check_corner_witness(s: Statement, parameters: dict[Any, Expr], data: Mapping[str, Any], check: Check) -> None:
    """A derivative of an order that counts, or the function itself, has different limits at the corner."""
    require(fits(parameters, [r for r in s.relations if r not in s.own]), "the parameters are outside the assumptions")
    expr, own = s.expr.subs(parameters), tuple(r.subs(parameters) for r in s.own)
    corner = data["corner"]
    at, level = read_expression(corner["at"]), corner["level"]
    require(text_of(at) == data["witness"].get(s.x.name), "the corner is not at the witness")
    most = 0 if s.name == "continuous" or s.order is None else s.order
    require(
        type(level) is int and 0 <= level <= MAX_ORDER and level <= most, "the order of the derivative doesn't count"
    )
    value = exact_value(expr, {s.x: at})
    require(value is not None, f"the function isn't defined at {at}")
    values: list[Any] = [value] if level == 0 else []
    for side, end in (("before", "right"), ("after", "left")):
        if side not in corner:
            continue
        part = Part(*(read_expression(corner[side][key]) for key in ("left", "right", "formula")))
        require(getattr(part, end) == at and not part.formula.has(*SWITCHES), "a formula is not beside the corner")
        require(part.left == -oo or part.right == oo or balls.sign(part.right - part.left) == 1, "a piece is empty")
        if part.formula != expr:
            inside = (
                *([] if part.left == -oo else [s.x > part.left]),
                *([] if part.right == oo else [s.x < part.right]),
            )
            check_part(data["parts"][corner[side]["identity"]], expr, "==", part.formula, (*own, *inside), check)
        values.append(part.limit(s, at, level))
    with balls.precision(BITS):
        infinite = any(v in (oo, -oo) for v in values)
        found = [] if infinite else [balls.enclose(v, bits=BITS) for v in values]
        differ = infinite or any(
            a.is_finite() and b.is_finite() and not (a - b).contains(0) for a in found for b in found
        )
    require(differ, "the values at the corner don't differ")


def _ball(expr: Expr, x: Symbol, point: Expr) -> arb:
    value = balls.enclose(expr, {x: point}, BITS)
    require(value.is_finite(), f"the function isn't known to have a value at {point}")
    return value


def _in_order(keys: tuple[str, ...], points: Mapping[str, Rational]) -> list[Rational]:
    found = [points[key] for key in keys]
    require(all(a < b for a, b in pairwise(found)), "the points are not in order")
    return found


def _falls(s: Statement, expr: Expr, points: Mapping[str, Rational], direction: int, suffix: str = "") -> None:
    a, b = _in_order((f"{s.x}1{suffix}", f"{s.x}2{suffix}"), points)
    if s.name.startswith("strictly"):
        first, second = (exact_value(expr, {s.x: p}) for p in (a, b))
        if first is not None and second is not None and equal(first, second) is True:
            return
    with balls.precision(BITS):
        gap = (_ball(expr, s.x, b) - _ball(expr, s.x, a)) * direction
    require(gap < 0, "the values at the points are not in the wrong order")


def _turns(s: Statement, expr: Expr, points: Mapping[str, Rational]) -> None:
    _falls(s, expr, points, 1, " falling")
    _falls(s, expr, points, -1, " rising")


def _beyond_chord(s: Statement, expr: Expr, points: Mapping[str, Rational], direction: int) -> None:
    a, b, c = _in_order(tuple(f"{s.x}{k}" for k in (1, 2, 3)), points)
    u, v, w = (_ball(expr, s.x, p) for p in (a, b, c))
    share = (b - a) / (c - a)
    with balls.precision(BITS):
        gap = (u + (w - u) * arb(int(share.p)) / int(share.q) - v) * direction
    require(gap < 0, "the middle point is not beyond the chord")


def _not_mirrored(s: Statement, expr: Expr, points: Mapping[str, Rational], sign: int) -> None:
    point = points[s.x.name]
    here, there = (exact_value(expr, {s.x: p}) for p in (point, -point))
    require(here is not None, "the function has no value at the point")
    if there is None:
        return
    with balls.precision(BITS):
        gap = balls.enclose(there, bits=BITS) - sign * balls.enclose(here, bits=BITS)
    require(gap.is_finite() and not gap.contains(0), "the values at the point and its mirror image don't contradict")


_WITNESSES: dict[str, Callable[[Statement, Expr, Mapping[str, Rational]], None]] = {
    **dict.fromkeys(("increasing", "strictly_increasing"), lambda s, e, p: _falls(s, e, p, 1)),
    **dict.fromkeys(("decreasing", "strictly_decreasing"), lambda s, e, p: _falls(s, e, p, -1)),
    "monotonic": _turns,
    "convex": lambda s, e, p: _beyond_chord(s, e, p, 1),
    "concave": lambda s, e, p: _beyond_chord(s, e, p, -1),
    "odd": lambda s, e, p: _not_mirrored(s, e, p, -1),
    "even": lambda s, e, p: _not_mirrored(s, e, p, 1),
}
