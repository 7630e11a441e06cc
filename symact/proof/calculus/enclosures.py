"""Relations between constants that hold integrals and expectations without a closed form: by certain enclosures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flint import arb
from sympy import Derivative, Dummy, Expr, Integer, Integral, Limit, Symbol, oo, true

from ...claims.model import Expectation
from ...errors import NotSupportedError, UndecidedError
from ..functions.shape import shape
from ..numbers import balls
from ..steps.tails import FAR, tail_area
from ..text import text_of
from ..verdict import Proved, Refuted, Undecided, Verdict
from .evaluate import NODES, evaluate
from .holomorphic import gaussian_expectation
from .quadrature import enclose_integral

__all__ = ["decide_by_enclosure", "enclosed"]

_METHOD = "enclosure of the integrals"

#: Bits of the first enclosures, and of the second ones where these don't tell.
_BITS = (48, 128)
#: What a ball around left - right shows: relation → the sign at which it holds.
_HOLDS: Mapping[str, Callable[[arb], bool]] = {
    "<": lambda gap: bool(gap < 0),
    "<=": lambda gap: bool(gap <= 0),
    ">": lambda gap: bool(gap > 0),
    ">=": lambda gap: bool(gap >= 0),
    "!=": lambda gap: not gap.contains(0),
    "==": lambda gap: False,
}
_FAILS = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


def decide_by_enclosure(left: Expr, op: str, right: Expr) -> Verdict:
    """Decide left op right for sides without free variables whose integrals and expectations have no closed form.

    Equality is only ever refuted this way. The certificate has no statement: that is the claim's.
    """
    if (left.free_symbols | right.free_symbols) or {left, right} & {oo, -oo}:
        return Undecided("only constants are compared by enclosures")
    for bits in _BITS:
        try:
            sides = [enclosed(side, bits) for side in (left, right)]
        except (UndecidedError, NotSupportedError) as refusal:
            return Undecided(str(refusal))
        with balls.precision(bits + 32):
            gap = sides[0] - sides[1]
        if not gap.is_finite():
            continue
        for holds, shown in ((_HOLDS[op], "proved"), (_HOLDS[_FAILS[op]], "refuted")):
            if holds(gap):
                parts = [part for side in (left, right) for part in _parts(side)]
                certificate = {"version": 1, "kind": "enclosure", "verdict": shown, "bits": bits, "parts": parts}
                if shown == "proved":
                    return Proved(_METHOD, certificate)
                a, b = (str(side.str(15, radius=False)) for side in sides)
                return Refuted(_METHOD, {}, a, b, bits, certificate)
    return Undecided("the enclosures of both sides overlap")


def _parts(expr: Any) -> Iterator[dict[str, Any]]:
    """The points at which each integral and expectation is cut, and what nodes inside come to, in the order of their heads."""
    if not expr.has(*NODES):
        return
    if expr.func not in (Integral, Expectation):
        for part in expr.args:
            yield from _parts(part)
        return
    v, *bounds = expr.limits[0]
    inside = [r for r in (v > bounds[0], v < bounds[1]) if r != true] if isinstance(expr, Integral) else []
    steps: list[dict[str, Any]] = []
    pieces = shape(evaluate(expr.function, (), steps), v, tuple(inside)).pieces
    yield {"cuts": [text_of(p.right) for p in pieces[:-1]], "evaluated": steps}


def enclosed(expr: Expr, bits: int) -> arb:
    """Return a ball around a constant; its integrals and expectations are enclosed where they have no closed form."""
    names: dict[Expr, Any] = {}
    values: dict[Any, arb] = {}

    def leave(node: Expr) -> Expr:
        return names.setdefault(node, Dummy(real=True))

    plain = _outermost(expr, leave)
    for node, name in names.items():
        values[name] = _value(node, bits)
    return balls.enclose(plain, values, bits + 32)


def _outermost(expr: Any, leave: Callable[[Expr], Expr]) -> Any:
    if not expr.has(*NODES):
        return expr
    return leave(expr) if expr.func in NODES else expr.func(*(_outermost(a, leave) for a in expr.args))


def _value(node: Expr, bits: int) -> arb:
    if isinstance(node, Expectation):
        curve = shape(evaluate(node.function), node.limits[0][0], ())
        lefts, rights = [p.left for p in curve.pieces], [p.right for p in curve.pieces]
        if [-oo, *rights] != [*lefts, oo]:
            raise UndecidedError(f"{node.function} isn't defined on the whole line")
        return gaussian_expectation(curve, bits)
    if isinstance(node, Integral) and len(node.limits[0]) == 3:
        v, low, high = node.limits[0]
        if low == -oo or high == oo:
            return _improper(evaluate(node.function), v, low, high, bits)
        if not {low, high} & {oo, -oo} and balls.sign(high - low) == 1:
            return enclose_integral(evaluate(node.function), v, low, high, bits)
    if isinstance(node, Limit | Derivative | Integral):
        return balls.enclose(evaluate(node), bits=bits + 32)
    raise NotSupportedError(f"{node} has no enclosure")


def _improper(expr: Expr, v: Symbol, low: Expr, high: Expr, bits: int) -> arb:
    """An integral of which both tails, where there are any, fall like an exponential."""
    near = [Integer(FAR) * way if end == way * oo else end for way, end in ((-1, low), (1, high))]
    total = enclose_integral(expr, v, near[0], near[1], bits)
    for way, end in ((-1, low), (1, high)):
        if end != way * oo:
            continue
        tail = shape(expr if way > 0 else expr.subs(v, -v), v, (v > FAR,)).pieces
        if len(tail) != 1 or (tail[0].left, tail[0].right) != (FAR, oo):
            raise UndecidedError("the integrand isn't smooth far out")
        with balls.precision(bits + 32):
            total += tail_area(tail[0].expr, v) if tail[0].expr != 0 else arb(0)
    return total
