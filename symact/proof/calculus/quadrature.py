"""Certain enclosures of integrals: Taylor polynomials with a ball for the remainder, and a tail bound from a sign chart."""

from __future__ import annotations

from flint import arb, fmpq
from sympy import Expr, Integer, Symbol, diff, exp, oo, pi, sqrt

from ...errors import UndecidedError
from ..algebra.assume import NOTHING
from ..asymptotics.ends import limit_at
from ..charts.chart import chart
from ..functions.shape import Shape, shape
from ..numbers import balls

__all__ = ["enclose_expectation", "enclose_integral"]

ORDER = 24
#: Intervals are halved until the remainder is below 2**-bits, at most this often.
MAX_BOXES = 3000
#: Beyond this distance the normal weight is left to the tail bound.
TAIL = 16


def enclose_integral(expr: Expr, v: Symbol, low: Expr, high: Expr, bits: int = 64) -> arb:
    """Return a ball that contains ∫ expr dv over a finite interval; no parameters.

    Raises UndecidedError or NotSupportedError where there is none that is finite.
    """
    return _over(shape(expr, v, (v > low, v < high)), low, high, bits)


def enclose_expectation(expr: Expr, z: Symbol, bits: int = 64) -> arb:
    """Return a ball that contains E[expr] for z ~ N(0, 1); no parameters."""
    curve = shape(expr, z, ())
    if curve.pieces[0].left != -oo or curve.pieces[-1].right != oo:
        raise UndecidedError(f"{expr} isn't defined on the whole line")
    tails = [_tail(curve.pieces[0].expr, z, -oo, bits), _tail(curve.pieces[-1].expr, z, oo, bits)]
    ends = [p.right for p in curve.pieces[:-1]]
    if any(balls.sign(TAIL - end) != 1 or balls.sign(TAIL + end) != 1 for end in ends):
        raise UndecidedError("the function has pieces far out, where the tail bound should hold")
    weight = exp(-(z**2) / 2) / sqrt(2 * pi)
    weighted = Shape(z, tuple(type(p)(p.left, p.right, p.expr * weight) for p in curve.pieces), (), curve.known)
    inner = _over(weighted, Integer(-TAIL), Integer(TAIL), bits)
    with balls.precision(bits + 32):
        return inner + tails[0] + tails[1]


def _over(curve: Shape, low: Expr, high: Expr, bits: int) -> arb:
    total = arb(0)
    reached = low
    for piece in curve.pieces:
        a = low if piece.left == -oo or piece.left == low else piece.left
        b = high if piece.right == oo or piece.right == high else piece.right
        if a != reached:
            raise UndecidedError("the integrand isn't defined between the bounds")
        reached = b
        part = _piece(piece.expr, curve.variable, a, b, bits)
        with balls.precision(bits + 32):
            total += part
    if reached != high:
        raise UndecidedError("the integrand isn't defined between the bounds")
    return total


def _piece(expr: Expr, v: Symbol, a: Expr, b: Expr, bits: int) -> arb:
    """Integrate between two constants; the cuts between boxes are rational, the ends balls."""
    if not expr.has(v):
        with balls.precision(bits + 32):
            return balls.enclose(expr * (b - a), bits=bits + 32)
    start, end = (balls.enclose(e, bits=bits + 32) for e in (a, b))
    with balls.precision(bits + 32):
        inner = [fmpq(k) for k in range(int(start.upper().ceil().fmpq().p), int(end.lower().floor().fmpq().p) + 1)]
        inner = [c for c in inner if start < c and end > c]
        stack = list(zip([start, *map(arb, inner)], [*map(arb, inner), end], strict=True))
    total, boxes = arb(0), 0
    while stack:
        left, right = stack.pop()
        boxes += 1
        if boxes > MAX_BOXES:
            raise UndecidedError(f"the integral of {expr} needs more than {MAX_BOXES} boxes")
        found = _box(expr, v, left, right, bits)
        with balls.precision(bits + 32):
            if found is None:
                middle = arb(((left + right) / 2).mid())
                if not (left < middle and middle < right):
                    raise UndecidedError(f"{expr} isn't known to be smooth between its pieces")
                stack += [(left, middle), (middle, right)]
            else:
                total += found
    return total


def _box(expr: Expr, v: Symbol, left: arb, right: arb, bits: int) -> arb | None:
    """The integral over one box, None where the box is too wide for its Taylor polynomial."""
    with balls.precision(bits + 32):
        centre = arb(((left + right) / 2).mid())
        whole = left.union(right)
    try:
        around = balls.taylor(expr, v, whole, ORDER, bits + 32)
        inside = balls.taylor(expr, v, centre, ORDER - 1, bits + 32)
    except UndecidedError:
        return None
    with balls.precision(bits + 32):
        a, b = left - centre, right - centre
        total = arb(0)
        for k, c in enumerate([*inside, around[ORDER]]):
            if k < ORDER:
                total += c * (b ** (k + 1) - a ** (k + 1)) / (k + 1)
            else:
                # c*(v - centre)**ORDER with c in the ball at every v; ORDER is even, so that the power isn't negative
                rest = c * (b ** (k + 1) - a ** (k + 1)) / (k + 1)
                if rest.rad() > arb(2) ** -bits:
                    return None
                total += rest
    return total


def _tail(expr: Expr, z: Symbol, end: Expr, bits: int) -> arb:
    """A ball around 0 that contains the expectation over the part beyond TAIL.

    g = expr*exp(-z**2/4) is monotonic there by its chart and tends to 0, so that |g| is largest at TAIL.
    """
    edge = Integer(TAIL) if end == oo else Integer(-TAIL)
    g = expr * exp(-(z**2) / 4)
    if expr == 0:
        return arb(0)
    low, high = (edge, oo) if end == oo else (-oo, edge)
    if chart(diff(g, z), z, low, high, NOTHING).roots or limit_at(g, z, end, 1, NOTHING) != 0:
        raise UndecidedError(f"no bound on {expr} far out was found")
    bound = balls.enclose(g, {z: edge}, bits + 32)
    with balls.precision(bits + 32):
        mass = arb(2).sqrt() / 2 * (arb(TAIL) / 2).erfc()
        return arb(0).union(bound * mass) if bound.is_finite() else arb.nan()
