"""Whether the values of a function are exactly a given set, with every end attained or not."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise, product
from typing import Any

from sympy import Expr, Rational, S, Set, Symbol, ceiling, floor, oo
from sympy.core.relational import Relational

from ...errors import InputError, NotSupportedError, UndecidedError
from ..algebra.assume import Assumptions, assuming
from ..algebra.quotients import number
from ..calculus.evaluate import evaluate
from ..charts.chart import real_roots, refine
from ..functions.levels import Level, ball_of, compare
from ..functions.shape import Shape, shape
from ..functions.sign_cases import split_relations
from ..numbers import balls
from ..numbers.parameters import instances
from ..numbers.simplest import simplest_between
from ..numbers.witness import sample_points
from ..relations.relation import decide_relation
from ..text import read_expression, text_of
from ..verdict import Proved, Refuted, Undecided, Verdict
from .image import Span, image, spans_of
from .justification import range_parts, taken_at

__all__ = ["decide_extent"]

_METHOD = "values at the ends, joins and turning points"
#: Decimal digits to which a point is looked for whose value is outside a set, in turn.
CLOSE = (4, 16, 40)


def decide_extent(
    expression: Expr, variable: Symbol, values: Set, equal: bool = True, relations: Iterable[Relational] = ()
) -> Verdict:
    """Return whether the values of `expression`, as the variable runs through its domain, are (or aren't) the set `values`.

    Relations on the variable restrict the domain, those on parameters hold. Derivatives and the like are evaluated first.
    """
    if variable.is_integer:
        return Undecided(f"ranges are decided of functions of a real variable, and {variable} is an integer")
    relations = tuple(relations)
    statement: dict[str, Any] = {
        "range": text_of(expression),
        "variable": str(variable),
        "op": "==" if equal else "!=",
        "values": [],
        "assume": [text_of(r) for r in relations],
    }
    others, own = split_relations(relations, variable)
    try:
        known = assuming(others)
        plain = evaluate(expression, others)
        spans = spans_of(values, known)
        statement["range"] = text_of(plain)
        statement["values"] = [[text_of(s.low), s.has_low, text_of(s.high), s.has_high] for s in spans]
        found = _decide(plain, variable, values, own, known)
    except (UndecidedError, NotSupportedError) as reason:
        found = None
        cause = str(reason)
    else:
        cause = "whether the sets are equal for all parameters was not decided"
    if found is True:
        certificate = {
            "version": 1,
            "statement": statement,
            "verdict": "proved" if equal else "refuted",
            "kind": "range",
        }
        certificate |= range_parts(plain, variable, relations)
        return Proved(_METHOD, certificate) if equal else Refuted(_METHOD, {}, certificate=certificate)
    try:
        plain = evaluate(expression, others)
        refuted = _refuted(plain, variable, values, own, others, found)
    except (UndecidedError, NotSupportedError, InputError):
        refuted = None
    if refuted is None:
        return Undecided(cause, _METHOD)
    certificate = {
        "version": 1,
        "statement": statement,
        "verdict": "refuted" if equal else "proved",
        "kind": "range witness",
        "witness": refuted,
        **_never_taken(plain, refuted, relations),
    }
    if equal:
        return Refuted("a value on one side only", refuted, certificate=certificate)
    return (
        Proved("a value on one side only", certificate)
        if not expression.free_symbols - {variable}
        else Undecided(cause)
    )


def _decide(expr: Expr, x: Symbol, values: Set, own: tuple[Relational, ...], known: Assumptions) -> bool | None:
    """True where the sets are equal, False where they certainly differ, without parameters."""
    actual = image(expr, x, own, known)
    claimed = spans_of(values, known)
    if len(actual) == len(claimed) and all(_same(a, b, known) for a, b in zip(actual, claimed, strict=True)):
        return True
    return None if (expr.free_symbols | values.free_symbols) - {x} else False


def _same(a: Span, b: Span, known: Assumptions) -> bool:
    ends = compare(a.low, b.low, known) == 0 and compare(a.high, b.high, known) == 0
    return ends and (a.has_low, a.has_high) == (b.has_low, b.has_high)


def _refuted(
    expr: Expr, x: Symbol, values: Set, own: tuple[Relational, ...], others: tuple[Relational, ...], found: bool | None
) -> dict[str, str] | None:
    """A point, or parameters, at which the sets differ."""
    parameters = sorted((expr.free_symbols | values.free_symbols) - {x}, key=str)
    if not parameters:
        if found is False:
            return _outside(expr, x, values, own) or _value_on_one_side(expr, x, values, own)
        return _outside(expr, x, values, own)
    for point in instances(parameters, others):
        try:
            at = values.subs(point)
            plain = expr.subs(point)
            narrowed = tuple(r for r in (c.subs(point) for c in own) if r != S.true)
            verdict = decide_extent(plain, x, at, True, narrowed)
        except (InputError, UndecidedError, NotSupportedError, TypeError, ValueError):
            continue
        if isinstance(verdict, Refuted):
            return {**{str(s): str(v) for s, v in point.items()}, **verdict.counterexample}
    return None


def _never_taken(expr: Expr, point: dict[str, str], relations: tuple[Relational, ...]) -> dict[str, Any]:
    """The certificate that a value is never taken, as the one part; parameters have their values there."""
    if "missing value" not in point:
        return {}
    values = {s: read_expression(point[s.name]) for s in expr.free_symbols if s.name in point}
    inside = tuple(r for r in (c.subs(values) for c in relations) if r != S.true)
    found = decide_relation(expr.subs(values), "!=", read_expression(point["missing value"]), inside)
    return {"parts": [dict(found.certificate)]} if isinstance(found, Proved) else {}


def _outside(expr: Expr, x: Symbol, values: Set, own: tuple[Relational, ...]) -> dict[str, str] | None:
    """A rational point at which the function certainly has a value outside the set."""
    try:
        function = balls.compiled(expr, (x,))
        claimed = spans_of(values, Assumptions())
    except (InputError, NotSupportedError, UndecidedError):
        return None
    for point in sample_points([x], own, 48):
        value = function(point[x], bits=128)
        if value.is_finite() and all(_certainly_outside(value, span) for span in claimed):
            return {str(x): str(point[x])}
    return None


def _certainly_outside(value: Any, span: Span) -> bool:
    low = span.low not in (oo, -oo) and bool(value < ball_of(span.low, 128))
    high = span.high not in (oo, -oo) and bool(value > ball_of(span.high, 128))
    return low or high or span.low == oo or span.high == -oo


def _value_on_one_side(expr: Expr, x: Symbol, values: Set, own: tuple[Relational, ...]) -> dict[str, str] | None:
    """A point whose value is outside the set, or a value of the set that is never taken: an end, or a rational between two."""
    known = Assumptions()
    actual, claimed = image(expr, x, own, known), spans_of(values, known)
    ends: list[Level] = [e for s in (*claimed, *actual) for e in (s.low, s.high) if e not in (oo, -oo)]
    exact = [e for e in ends if isinstance(e, Expr)]
    for place in [*exact, *_between(ends)]:
        taken, allowed = _contains(actual, place, known), _contains(claimed, place, known)
        if taken and not allowed:
            curve = shape(expr, x, own)
            at = taken_at(curve, place)
            at = _near(curve, place, claimed) if at is None else at
            if at is not None:
                return {str(x): str(at)}
        if allowed and not taken:
            return {"missing value": str(place)}
    return None


def _near(curve: Shape, level: Expr, claimed: list[Span]) -> Expr | None:
    """A rational close to where a level is taken, whose value is certainly outside the claimed set like the level."""
    x = curve.variable
    for piece in curve.pieces:
        try:
            roots = real_roots(piece.expr - level, x, piece.left, piece.right, curve.known)
        except (UndecidedError, NotSupportedError):
            continue
        for root, digits in product(roots, CLOSE):
            close = Rational(floor(refine(root, digits).low * 10**digits), 10**digits)
            value = balls.enclose(piece.expr, {x: close}, 8 * digits)
            if value.is_finite() and all(_certainly_outside(value, span) for span in claimed):
                return close
    return None


def _between(ends: list[Level]) -> list[Expr]:
    """Rationals between, below and above the ends."""
    points = sorted({number(ball_of(e, 128).mid().fmpq()) for e in ends})
    found = [simplest_between(a, b) for a, b in pairwise(points)]
    return [*found, *([ceiling(points[0]) - 1, floor(points[-1]) + 1] if points else [S.Zero])]


def _contains(spans: list[Span], value: Level, known: Assumptions) -> bool:
    for span in spans:
        low, high = compare(value, span.low, known), compare(value, span.high, known)
        if (low > 0 or (low == 0 and span.has_low)) and (high < 0 or (high == 0 and span.has_high)):
            return True
    return False
