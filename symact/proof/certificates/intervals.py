"""Signs and smooth forms of expressions in one variable on an open interval."""

from __future__ import annotations

from itertools import pairwise

import sympy as sp
from sympy import Expr, Symbol, nan, oo, zoo

from ..algebra.assume import NOTHING
from ..algebra.zeros import real_zeros, sort_points
from ..functions.switches import SWITCHES, choose, next_switch, obstacles, surfaces
from ..numbers import balls
from ..numbers.implicit import ImplicitRoot
from ..steps.cases import signs_of
from ..steps.comparison import certain_sign, exact_value
from ..steps.subdivision import prove_negative
from .requirements import CertificateError

__all__ = ["resolve", "sign_on"]

#: Stands for the sign of what has no value.
UNDEFINED = 2
BITS = 256
#: Negative powers of two: how far beside a root signs are looked at, in turn.
_WIDTHS = (1, 2, 4, 6, 10, 20, 40)


def sign_on(g: Expr, x: Symbol, low: Expr, high: Expr) -> int:
    """Return the one sign of g on an open interval, 2 where it is undefined; raise CertificateError where it isn't confirmed."""
    try:
        smooth = resolve(g, x, low, high)
    except CertificateError:
        return _by_parts(g, x, low, high)
    if smooth is None:
        return UNDEFINED
    if not smooth.has(x):
        return certain_sign(smooth)
    near = [r for r in (x > low, x < high) if r != sp.true]
    signs = signs_of(smooth, near)
    if len(signs) == 1:
        return next(iter(signs))
    if isinstance(low, ImplicitRoot) or isinstance(high, ImplicitRoot):
        return _between_brackets(smooth, x, low, high)
    for way in (-1, 1):
        if prove_negative(-way * smooth, x, low, high, [], 2000) is not None:
            return way
    raise CertificateError(f"the sign of {smooth} between {low} and {high} was not confirmed")


def _between_brackets(g: Expr, x: Symbol, low: Expr, high: Expr) -> int:
    """The sign that g has between ends of which one at least is enclosed only: beside such ends, and between the places reached."""
    signs: set[int] = set()
    inner: list[Expr] = []
    for end, side in ((low, 1), (high, -1)):
        edge, sign = _beside(g, x, end, side) if isinstance(end, ImplicitRoot) else (end, None)
        inner.append(edge)
        signs |= set() if sign is None else {sign}
    if {sp.oo, -sp.oo} & set(inner) or certain_sign(inner[1] - inner[0]) > 0:
        signs.add(sign_on(g, x, *inner))
    if len(signs) != 1:
        raise CertificateError(f"{g} has no one sign between {low} and {high}")
    return signs.pop()


def _beside(g: Expr, x: Symbol, root: ImplicitRoot, side: int) -> tuple[Expr, int]:
    """A place right (side 1) or left (-1) of a root, and the sign up to there: g has one, or is 0 at the root and monotonic."""
    slope = sp.diff(g, x)
    for power in _WIDTHS:
        edge = (root.high if side > 0 else root.low) + side * sp.Rational(1, 2**power)
        with balls.precision(BITS):
            reached = root.enclose(BITS).union(balls.enclose(edge, bits=BITS))
        value = balls.enclose(g, {x: reached}, BITS)
        steep = side * balls.enclose(slope, {x: reached}, BITS)
        if value > 0 or value < 0:
            return edge, 1 if value > 0 else -1
        if (steep > 0 or steep < 0) and certain_sign(g.subs(x, root)) == 0:
            return edge, 1 if steep > 0 else -1
    raise CertificateError(f"the sign of {g} beside {root} was not confirmed")


def _by_parts(g: Expr, x: Symbol, low: Expr, high: Expr) -> int:
    """The sign that g, such as |x| - 1, has on all parts between the zeros of what its inner switches depend on, and at these."""
    inner = [n for n in sp.preorder_traversal(g) if isinstance(n, tuple(SWITCHES))]
    gaps = {surface for n in inner for surface in surfaces(n) if not surface.has(*SWITCHES) and surface.has(x)}
    zeros = [z for gap in gaps for z in real_zeros(gap, x, NOTHING) if _inside(z, low, high)]
    if not zeros:
        raise CertificateError(f"the sign of {g} between {low} and {high} was not confirmed")
    cuts = sort_points(zeros, NOTHING)
    values = [exact_value(g, {x: at}) for at in cuts]
    signs = {UNDEFINED if value is None else certain_sign(value) for value in values}
    signs |= {sign_on(g, x, a, b) for a, b in pairwise([low, *cuts, high])}
    if len(signs) != 1:
        raise CertificateError(f"{g} has no one sign between {low} and {high}")
    return signs.pop()


def _inside(point: Expr, low: Expr, high: Expr) -> bool:
    above = low == -oo or certain_sign(point - low) > 0
    return above and (high == oo or certain_sign(high - point) > 0)


def resolve(expr: Expr, x: Symbol, low: Expr, high: Expr) -> Expr | None:
    """Return the smooth expression on an open interval, None where it is undefined."""
    while (node := next_switch(expr)) is not None:
        signs = {surface: sign_on(surface, x, low, high) for surface in surfaces(node)}
        if UNDEFINED in signs.values():
            return None
        expr = expr.xreplace({node: choose(node, signs)})
    if expr.has(nan, zoo):
        return None
    near = [r for r in (x > low, x < high) if r != sp.true]
    for g, allowed in obstacles(expr):
        signs_found = signs_of(g, near)
        if not signs_found <= allowed and not signs_found & allowed:
            return None
    return expr
