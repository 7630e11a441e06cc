"""The derivation of a refutation: exact values at the counterexample, and the inequality that they show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sympy import Eq, Expr, Ne, Rational, S, Symbol
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean

from ..claims.model import Extent, Property, Relation
from ..errors import InputError, NotSupportedError, UndecidedError
from ..facts.record import Facts
from ..named import unfold
from ..proof.functions.shape import Corner
from ..proof.numbers import balls
from ..proof.verdict import Refuted
from .extent import range_steps
from .notation import output
from .properties import meeting_steps
from .steps import CASE, Step

__all__ = ["extent_refuted", "property_refuted", "relation_refuted"]

#: Digits of a value that is no fraction.
DIGITS = 8
#: How far from 0 simple points are looked for.
NEAR = 6
_SYMMETRIES = {"odd": -1, "even": 1}
_ORDERS = {"increasing": 1, "strictly_increasing": 1, "decreasing": -1, "strictly_decreasing": -1}
_BENDS = {"convex": 1, "concave": -1}
#: How many points a counterexample to a property has, where it has more than one.
_POINTS = {**dict.fromkeys(_ORDERS, 2), **dict.fromkeys(_BENDS, 3), "monotonic": 4}


def relation_refuted(statement: Relation, verdict: Refuted, names: Mapping[str, Symbol]) -> Iterator[Step]:
    """Yield both sides at the counterexample, exactly."""
    point = _numbers(verdict.counterexample, names)
    if not point:
        return
    conditions = tuple(Eq(symbol, value) for symbol, value in point.items())
    for side in (statement.left, statement.right):
        value = unfold(side).subs(point)
        yield Step(CASE, side, value, "", conditions, side, (_put(side, value),))


def property_refuted(facts: Facts, statement: Property, verdict: Refuted) -> Iterator[Step]:
    """Yield f at the points of the counterexample and what their order, or the limits there, contradict."""
    x = facts.variable
    names = {s.name: s for s in facts.expression.free_symbols - {x}}
    parameters = _numbers(verdict.counterexample, names)
    conditions = tuple(Eq(symbol, value) for symbol, value in parameters.items())
    points = {n: Rational(t) for n, t in verdict.counterexample.items() if n not in names and _is_rational(t)}
    if len(points) + len(parameters) != len(verdict.counterexample) or len(points) != _POINTS.get(statement.name, 1):
        return
    facts = Facts(facts.definition, parameters, facts.on, facts.assume)
    at = _simpler(facts, statement.name) or list(points.values())
    if statement.name in ("continuous", "smooth"):
        yield from _meetings(facts, at[0], int(min(statement.order or 0, 9)), conditions)
        return
    if statement.name in _SYMMETRIES:
        at = list(dict.fromkeys((at[0], -at[0])))
    for point in dict.fromkeys(at):
        named, value = output(x).subs(x, point), facts.expression.subs(x, point)
        yield Step(CASE, named, value, "", conditions, named, (_put(named, value),))
    for words, relation in _contradictions(statement.name, [output(x).subs(x, p) for p in at], at):
        yield Step(words, S.true, relation, "", conditions)


def _simpler(facts: Facts, name: str) -> list[Rational]:
    """Whole numbers near 0 between which f falls and rises, where monotonicity is refuted on the line; empty if there are none."""
    x = facts.variable
    if name != "monotonic" or facts.on is not None or any(r.has(x) for r in facts.assume):
        return []
    found: dict[int, tuple[Rational, Rational]] = {}
    for m in sorted(range(-NEAR, NEAR), key=lambda m: abs(2 * m + 1)):
        a, b = Rational(m), Rational(m + 1)
        try:
            rise = balls.enclose(facts.expression.subs(x, b) - facts.expression.subs(x, a))
        except (UndecidedError, NotSupportedError, InputError):
            continue
        found.setdefault(-1 if rise < 0 else 1 if rise > 0 else 0, (a, b))
    return [*found[-1], *found[1]] if {1, -1} <= set(found) else []


def _contradictions(name: str, values: list[Expr], at: list[Rational]) -> Iterator[tuple[str, Relational]]:
    """What the values show: the points stand in the order in which the counterexample names them."""
    if name in _SYMMETRIES:
        yield f"so that f isn't {name}", Ne(values[-1], _SYMMETRIES[name] * values[0])
    elif name in _ORDERS:
        first, second = values
        strict = name.startswith("strictly_")
        relation = first >= second if strict else first > second
        mirrored = first <= second if strict else first < second
        yield f"so that f isn't {name.replace('_', ' ')}", relation if _ORDERS[name] > 0 else mirrored
    elif name == "monotonic":
        yield "so that f isn't increasing", values[0] > values[1]
        yield "so that f isn't decreasing", values[2] < values[3]
    elif name in _BENDS:
        (a, b, c), (left, middle, right) = at, values
        share = (b - a) / (c - a)
        chord = (1 - share) * left + share * right
        words = f"beyond the chord, so that f isn't {name}"
        yield words, middle > chord if _BENDS[name] > 0 else middle < chord


def _meetings(facts: Facts, at: Rational, highest: int, conditions: tuple[Boolean, ...]) -> Iterator[Step]:
    """The limits of the first derivative that differ at a corner."""
    land = facts.landscape(facts.known)
    corner: Corner | None = next((c for c in land.inner_corners if c.at == at), None)
    if corner is None:
        return
    for order in range(highest + 1):
        limits = land.limits(corner, order)
        if len(set(limits)) > 1 or (order == 0 and not land.continuous_at(corner)):
            for step in meeting_steps(land, corner, order):
                yield Step(CASE, step.before, step.after, "", conditions, step.goal, (step,))
            return


def extent_refuted(facts: Facts, statement: Extent) -> tuple[Step, ...]:
    """Return how the range follows, where it is another set."""
    found = range_steps(facts)
    return found.steps if found.values != statement.values else ()


def _put(side: Expr, value: Expr) -> Step:
    return Step("put in the point", side, value, _decimals(value), (), side)


def _decimals(value: Expr) -> str:
    """A value in digits, where it isn't a fraction."""
    if value.is_Rational:
        return ""
    try:
        return f"that is {balls.digits(value, n=DIGITS)[0].replace('-', '−')}…"
    except UndecidedError:
        return ""


def _numbers(counterexample: Mapping[str, str], names: Mapping[str, Symbol]) -> dict[Symbol, Expr]:
    return {names[n]: Rational(text) for n, text in counterexample.items() if n in names and _is_rational(text)}


def _is_rational(text: str) -> bool:
    try:
        Rational(text)
    except (TypeError, ValueError):
        return False
    return True
