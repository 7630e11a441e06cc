"""The checker of what derivatives, limits, integrals and expectations come to, without the prover's methods.

The value of every node is given. A derivative is compared with SymPy's on each cell without switches, and with limits of slopes
at the walls between them; a limit with that of the checker's own series; of an integral the antiderivatives are given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import sympy as sp
from sympy import Derivative, Expr, Integral, Limit, Piecewise, Symbol, diff, exp, nan, oo, pi, sqrt
from sympy.core.relational import Relational

from ...claims.model import Expectation
from ...errors import UndecidedError
from ..algebra.assume import Assumptions, assuming
from ..algebra.field import equal, is_zero
from ..functions.switches import SWITCHES, obstacles
from ..steps.cases import signs_of
from ..steps.signs import solved
from ..text import read_expression, read_relation
from .cells import cells, is_empty, is_undefined
from .generating import generated_integral, generated_mean
from .halves import folded
from .limits import limit_at, limit_of_value
from .requirements import mapping, require
from .slopes import check_derivative

__all__ = ["CARRIED_OUT", "MissingError", "evaluated", "primitives"]

Relations = tuple[Relational, ...]

#: What is gone from the statement of a certificate.
CARRIED_OUT = (Derivative, Limit, Integral, Expectation)


def evaluated(expr: Expr, relations: Sequence[Relational], steps: Iterator[Any]) -> Expr:
    """Return `expr` with the values that the steps give for its nodes in turn, each of them checked.

    Raises CertificateError, or another SymactError, where a value isn't confirmed.
    """
    return _walk(expr, tuple(relations), steps)


def _walk(expr: Any, relations: Relations, steps: Iterator[Any]) -> Any:
    if not expr.has(*CARRIED_OUT):
        return expr
    rule = _RULES.get(expr.func)
    if rule is not None:
        return rule(expr, relations, steps)
    return expr.func(*(_walk(part, relations, steps) for part in expr.args))


class MissingError(UndecidedError):
    """The steps end before a node whose parts are evaluated."""

    def __init__(self, node: Expr) -> None:
        super().__init__("the certificate doesn't say what a part comes to")
        self.node = node


def _step(steps: Iterator[Any], node: Expr) -> tuple[Expr, Mapping[str, Any]]:
    data = next(steps, None)
    if data is None:
        raise MissingError(node)
    data = mapping(data)
    return read_expression(data["value"]), data


def _without(relations: Relations, *bound: Symbol) -> Relations:
    return tuple(r for r in relations if not r.free_symbols & set(bound))


# Derivatives


def _derivative(node: Derivative, relations: Relations, steps: Iterator[Any]) -> Expr:
    outer = _without(relations, *node.variables)
    found = _walk(node.expr, outer, steps)
    for count, x in enumerate(node.variables):
        value, _ = _step(steps, node)
        check_derivative(found, x, value, relations if count == len(node.variables) - 1 else outer)
        found = value
    return found


# Limits


def _limit(node: Limit, relations: Relations, steps: Iterator[Any]) -> Expr:
    expr, v, point, direction = node.args
    others = _without(relations, v)
    inner, end = _walk(expr, others, steps), _walk(point, others, steps)
    value, data = _step(steps, Limit(inner, v, end, str(direction)))
    sides = _SIDES[str(direction)] if point not in (oo, -oo) else (1,)
    for (inside, at, claimed), known in _in_cases((inner, end), value, v, others, data):
        found = [limit_of_value(inside, v, at, side, known) for side in sides]
        present = [f for f in found if f is not None]
        require(bool(present), f"{inner} isn't defined near {v} = {end}")
        for limit in present:
            require(_equal_or_infinite(limit, claimed, known), f"{claimed} is not the limit of {inner}")
    return value


_SIDES = {"+": (1,), "-": (-1,), "+-": (-1, 1)}


def _equal_or_infinite(a: Expr, b: Expr, known: Assumptions) -> bool:
    if {a, b} & {oo, -oo}:
        return bool(a == b)
    return equal(a, b, known.relations) is True


def _in_cases(
    parts: Sequence[Expr], value: Expr, v: Symbol, relations: Relations, data: Mapping[str, Any]
) -> Iterator[tuple[tuple[Expr, ...], Assumptions]]:
    """The parts and the value in the cases recorded, if there are any, and in every case of the value."""
    read = [tuple(map(read_relation, case["when"])) for case in data.get("cases", [{"when": []}])]
    _require_all(read, v, relations)
    for when in read:
        found, there, held = _put_in(parts, value, v, (*relations, *when), when)
        yield from _by_parameters(found, there, v, held)


def _require_all(read: Sequence[Relations], v: Symbol, relations: Relations) -> None:
    """Refuse cases that are no cases of the parameters, or leave something out of what the relations allow."""
    require(not any(r.has(v) for when in read for r in when), f"a case is one of {v}")
    covered = Piecewise(*((sp.S.One, sp.And(*when)) for when in read))
    for cell in cells((covered,), relations):
        require(cell.exprs[0] != nan or is_empty(cell.relations), "a case is left out")


def _put_in(
    parts: Sequence[Expr], value: Expr, v: Symbol, relations: Relations, when: Relations
) -> tuple[tuple[Expr, ...], Expr, Relations]:
    """The parts, the value and the relations with the solutions of the equations of a case put in."""
    found, claimed, held = tuple(parts), value, tuple(r for r in relations if r != sp.true)
    for r in when:
        solution = solved(r.lhs - r.rhs, v) if isinstance(r, sp.Eq) else None
        if solution is not None:
            found = tuple(e.subs(*solution) for e in found)
            claimed = claimed.subs(*solution)
            held = tuple(h for h in (h.subs(*solution) for h in held) if h != sp.true)
    return found, claimed, held


def _by_parameters(
    parts: Sequence[Expr], value: Expr, v: Symbol, relations: Relations
) -> Iterator[tuple[tuple[Expr, ...], Assumptions]]:
    """The parts and the value in every case of the value, with equations between parameters put in."""
    for cell in cells((value,), relations):
        (claimed,) = cell.exprs
        require(claimed != nan, "a case is left out")
        found, held = [*parts, claimed], list(cell.relations)
        for gap in cell.walls:
            solution = solved(gap, v)
            if solution is not None:
                found = [e.subs(*solution) for e in found]
                held = [r for r in (r.subs(*solution) for r in held) if r != sp.true]
        yield tuple(found), assuming(*held)


# Integrals and expectations


def _integral(node: Integral, relations: Relations, steps: Iterator[Any]) -> Expr:
    require(len(node.limits) == 1 and len(node.limits[0]) == 3, "an integral has no bounds")
    v, low, high = node.limits[0]
    others = _without(relations, v)
    parts = [_walk(part, others, steps) for part in (node.function, low, high)]
    value, data = _step(steps, Integral(parts[0], (v, parts[1], parts[2])))
    for (integrand, start, end), claimed, known, pieces in _cases(parts, value, v, others, data):
        if pieces == [] and start != end:
            found = generated_integral(integrand, v, start, end, known)
        else:
            found = _area(integrand, v, start, end, known, pieces)
        require(_equal_or_infinite(found, claimed, known), f"{claimed} is not the integral")
    return value


def _cases(
    parts: Sequence[Expr], value: Expr, v: Symbol, relations: Relations, data: Mapping[str, Any]
) -> Iterator[tuple[tuple[Expr, ...], Expr, Assumptions, Any]]:
    """The parts in each of the cases recorded, with the value there; the cases leave nothing out and make up the value."""
    read = [(tuple(map(read_relation, case["when"])), read_expression(case["value"]), case) for case in data["cases"]]
    _require_all([when for when, _, _ in read], v, relations)
    for when, claimed, case in read:
        held = tuple(r for r in (*relations, *when) if r != sp.true)
        for cell in cells((value,), held):
            same = cell.exprs[0] == claimed or (
                cell.exprs[0] != nan and _equal_or_infinite(cell.exprs[0], claimed, assuming(*cell.relations))
            )
            require(same or is_empty(cell.relations), "the value is another one in one of its cases")
        found, there, known = _put_in(parts, claimed, v, held, when)
        yield found, there, assuming(*known), case["pieces"]


def _area(integrand: Expr, v: Symbol, low: Expr, high: Expr, known: Assumptions, pieces: Any) -> Expr:
    """The integral by the antiderivatives given, ±oo where it diverges to it."""
    if low == high or (not {low, high} & {oo, -oo} and equal(low, high, known.relations) is True):
        return sp.S.Zero
    turned, parts = primitives(integrand, v, low, high, known, pieces)
    total = [value for _, pair in parts for value in pair]
    infinite = {t for t in total if t in (oo, -oo)}
    require(len(infinite) < 2, "the integral doesn't converge")
    found = infinite.pop() if infinite else sum(total[1:], total[0])
    return -found if turned else found


def primitives(
    integrand: Expr, v: Symbol, low: Expr, high: Expr, known: Assumptions, pieces: Any
) -> tuple[bool, list[tuple[Expr, tuple[Expr, Expr]]]]:
    """Return the antiderivatives given, each with its limit at the right end and minus that at the left one.

    They are checked; the flag tells whether they run from the higher bound to the lower one.
    """
    require(isinstance(pieces, list) and bool(pieces), "the antiderivatives are missing")
    read = [tuple(read_expression(piece[key]) for key in ("left", "right", "primitive")) for piece in pieces]
    first, last = read[0][0], read[-1][1]
    turned = not (_meets(first, low, known) and _meets(last, high, known))
    if turned:
        require(_meets(first, high, known) and _meets(last, low, known), "the pieces don't reach the bounds")
    for a, b in pairwise(read):
        require(_meets(a[1], b[0], known), "the pieces leave a gap")
    found: list[tuple[Expr, tuple[Expr, Expr]]] = []
    for left, right, primitive in read:
        require(_in_line(left, right, known), "a piece is empty")
        inside = (*known.relations, *([] if left == -oo else [v > left]), *([] if right == oo else [v < right]))
        _check_primitive(integrand, primitive, v, tuple(inside))
        ends = limit_at(primitive, v, right, -1, known), -limit_at(primitive, v, left, 1, known)
        found.append((primitive, ends))
    return turned, found


def _meets(a: Expr, b: Expr, known: Assumptions) -> bool:
    return a == b or (not {a, b} & {oo, -oo} and equal(a, b, known.relations) is True)


def _in_line(a: Expr, b: Expr, known: Assumptions) -> bool:
    return a == -oo or b == oo or known.signs(b - a) == {1}


def _check_primitive(integrand: Expr, primitive: Expr, v: Symbol, inside: Relations) -> None:
    """A function that is smooth on a whole piece has the integrand as its derivative there."""
    require(not primitive.has(*SWITCHES), "an antiderivative switches inside its piece")
    for g, allowed in obstacles(primitive):
        require(signs_of(g, inside) <= set(allowed) - {0}, f"{primitive} isn't known to be smooth inside its piece")
    slope = diff(primitive, v)
    for cell in cells((integrand,), inside):
        if any(g.has(v) for g in cell.walls):
            continue  # single points don't matter
        (smooth,) = cell.exprs
        require(smooth != nan and not is_undefined(smooth, cell.relations), "the integrand isn't defined on a piece")
        require(is_zero(slope - smooth, cell.relations) is True, f"{primitive} is no antiderivative of {smooth}")


def _expectation(node: Expectation, relations: Relations, steps: Iterator[Any]) -> Expr:
    z = node.limits[0][0]
    others = _without(relations, z)
    inner = _walk(node.function, others, steps)
    value, data = _step(steps, Expectation(inner, z))
    weight = exp(-(z**2) / 2) / sqrt(2 * pi)
    for (inside,), claimed, known, pieces in _cases((inner,), value, z, others, data):
        require(isinstance(pieces, list), "the antiderivatives of a case are missing")
        if not pieces:
            found = generated_mean(inside, z, known)
        elif read_expression(pieces[0]["left"]) == -oo:
            found = _area(inside * weight, z, -oo, oo, known, pieces)
        else:
            both = folded(inside, z, known)
            found = _area(both * weight, z, sp.S.Zero, oo, known, pieces)
        require(_equal_or_infinite(found, claimed, known), f"{claimed} is not the expectation")
    return value


_RULES: dict[Any, Callable[[Any, Relations, Iterator[Any]], Expr]] = {
    Derivative: _derivative,
    Limit: _limit,
    Integral: _integral,
    Expectation: _expectation,
}
