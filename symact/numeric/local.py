"""Local polynomials: approximations for where every closed form cancels, near 0, near removable singularities, near infinity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from flint import arb
from sympy import Expr, Symbol

from ..errors import UndecidedError
from ..proof.numbers import balls
from .expand import horner
from .fit import chebyshev, monomials
from .graph import Graph
from .rounding import exactly, fraction, to_double

__all__ = ["Function", "Patch", "local_patches"]

#: Working precision; the function's values must keep GOOD_BITS of it, or of so many times as much.
BITS, GOOD_BITS, MORE = 900, 110, 3
NODES, MAX_DEGREE, MAX_DEPTH = 40, 22, 2
#: Nearer to 0 than this counts as reaching it.
NEAR = 1e-3
#: A span that reaches from below here to infinity is cut here.
MIDDLE = 4.0
#: What may be lost by cutting off a polynomial, against its least value.
LOSS = 2.0**-57


@dataclass(frozen=True)
class Patch:
    """A node that approximates the function between two points."""

    node: int
    low: float
    high: float


@dataclass(frozen=True)
class _Chart:
    """f(x) = x**power * P(u - centre): u as a function of x and back (on one side of 0), and the node of u."""

    point: Callable[[arb], arb]
    node: Callable[[Graph, int], int]


_LINE = _Chart(lambda u: u, lambda g, x: x)
_SQUARE = _Chart(lambda u: u.sqrt(), lambda g, x: g.mul(x, x))
_INVERSE = _Chart(lambda u: 1 / u, lambda g, x: g.div(g.number(1), x))


class Function:
    """A function by cells of the line, as accurate balls of some precision."""

    def __init__(
        self, cells: Sequence[tuple[float, float, Sequence[Expr]]], variable: Symbol, bits: int = BITS
    ) -> None:
        self.bits = bits
        self.cells = [(low, high, [balls.compiled(expr, (variable,)) for expr in exprs]) for low, high, exprs in cells]

    def __call__(self, x: arb) -> arb:
        found = [value for low, high, values in self.cells if low < x < high for value in values]
        # far out more may cancel than the working precision holds
        for value, bits in product(found, (self.bits, MORE * self.bits)):
            ball = value(x, bits=bits)
            if ball.is_finite() and (ball == 0 or ball.rel_accuracy_bits() >= GOOD_BITS):
                return ball
        raise UndecidedError("the function has no accurate value")

    def power(self, near: arb) -> int:
        """Return k where f behaves like x**k near 0 or near infinity."""
        here = self(near)
        if here == 0:
            raise UndecidedError("the function vanishes")
        ratio = self(2 * near) / here
        found = abs(ratio).log() / arb(2).log()
        k = round(float(found))
        if not abs(found - k) < 1e-3:
            raise UndecidedError("the function doesn't behave like a power")
        return k

    def symmetric(self, reach: float) -> bool:
        """Whether f(-x) = f(x) or f(-x) = -f(x), as far as three points tell."""
        points = [arb(reach) / k for k in (3, 5, 7)]
        pairs = [(self(x), self(-x)) for x in points]
        return all(abs(a - b) < LOSS * abs(a) for a, b in pairs) or all(abs(a + b) < LOSS * abs(a) for a, b in pairs)


def local_patches(
    graph: Graph,
    variable: Symbol,
    cells: Sequence[tuple[float, float, Sequence[Expr]]],
    spans: Sequence[tuple[float, float]],
) -> list[Patch]:
    """Return approximations on parts of the spans (low, high) of a function without parameters.

    A cell is its ends and expressions for the function there, all equal: one that cancels is followed by the next.
    """
    function = Function(cells, variable)
    found: list[Patch] = []
    with balls.precision(BITS):
        for low, high in _merged(spans):
            for part in _one_sided(low, high):
                found += _patches(graph, variable, function, *part)
            if low < 0 < high:
                found += _around_zero(graph, variable, function, low, high)
    return found


def _merged(spans: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The spans, those that come near to 0 extended to it and joined there."""
    found: list[tuple[float, float]] = []
    for low, high in spans:
        low, high = (0.0 if 0 < low < NEAR else low), (0.0 if -NEAR < high < 0 else high)
        if found and found[-1][1] == low == 0:
            low = found.pop()[0]
        found.append((low, high))
    return found


def _one_sided(low: float, high: float) -> Iterator[tuple[float, float]]:
    """Parts of a span on one side of 0, each either near 0 and bounded or far from it."""
    for a, b in ((max(low, 0.0), high), (low, min(high, 0.0))):
        if a < b:
            near, far = min(abs(a), abs(b)), max(abs(a), abs(b))
            sign = 1 if b > 0 else -1
            cuts = [near, MIDDLE, far] if near < MIDDLE and far > 1e3 else [near, far]
            for s, t in pairwise(cuts):
                yield (s, t) if sign > 0 else (-t, -s)


def _around_zero(graph: Graph, variable: Symbol, function: Function, low: float, high: float) -> list[Patch]:
    try:
        power = function.power(arb(2) ** -150)
        reach = min(-low, high, 3.0)
        if function.symmetric(reach):
            parts = _parts(graph, variable, function, _SQUARE, power, 0.0, reach**2, MAX_DEPTH)
            return [Patch(node, -(b**0.5), b**0.5) for node, _, b in parts]
        parts = _parts(graph, variable, function, _LINE, power, -reach, reach, 1)
        return [Patch(node, a, b) for node, a, b in parts]
    except UndecidedError:
        return []


def _patches(graph: Graph, variable: Symbol, function: Function, low: float, high: float) -> list[Patch]:
    """Approximations on a span on one side of 0."""
    sign = 1 if high > 0 else -1
    try:
        if max(abs(low), abs(high)) > 1e3:
            power = function.power(sign * arb(2) ** 14)
            edge = 1 / (low if sign > 0 else high)
            parts = _parts(graph, variable, function, _INVERSE, power, min(0.0, edge), max(0.0, edge), MAX_DEPTH)
            return [Patch(node, *sorted((1 / (a or sign * 1e-308), 1 / (b or sign * 1e-308)))) for node, a, b in parts]
        touches = min(abs(low), abs(high)) < NEAR
        power = function.power(sign * arb(2) ** -150) if touches else 0
        if touches:
            low, high = (0.0, high) if sign > 0 else (low, 0.0)
        parts = _parts(graph, variable, function, _LINE, power, low, high, MAX_DEPTH)
        return [Patch(node, a, b) for node, a, b in parts]
    except UndecidedError:
        return []


def _parts(
    graph: Graph, variable: Symbol, function: Function, chart: _Chart, power: int, low: float, high: float, depth: int
) -> list[tuple[int, float, float]]:
    """Fit x**-power*f on [low, high] in the chart, in halves where the degree would become too large."""
    centre = 0.0 if low <= 0 <= high else (low + high) / 2
    coefficients = _fit(function, chart, power, low, high, centre)
    if coefficients is not None:
        return [(_node(graph, variable, chart, power, centre, coefficients), low, high)]
    if depth == 0:
        return []
    middle = (low + high) / 2 if low * high != 0 else (low + high) / 4
    parts = [(low, middle), (middle, high)]
    return [p for a, b in parts for p in _parts(graph, variable, function, chart, power, a, b, depth - 1)]


def _fit(function: Function, chart: _Chart, power: int, low: float, high: float, centre: float) -> list[float] | None:
    """Coefficients in u - centre, None where more than MAX_DEGREE would be needed."""
    middle, half = (arb(low) + arb(high)) / 2, (arb(high) - arb(low)) / 2
    values: list[arb] = []

    def scaled(s: arb) -> arb:
        x = chart.point(middle + half * s)
        values.append(function(x) / x**power)
        return values[-1]

    found = chebyshev(scaled, NODES)
    least = min(abs(v) for v in values)
    sizes = [abs(float(c)) for c in found]
    degree = next((d for d in range(MAX_DEGREE + 1) if sum(sizes[d + 1 :]) <= LOSS * float(least)), None)
    if degree is None:
        return None
    # s = (v + centre - middle)/half with v = u - centre
    slope, shift = 1 / half, (arb(centre) - middle) / half
    total = [arb(0)]
    for c in reversed(monomials(found[: degree + 1])):
        moved = [arb(0), *(slope * t for t in total)]
        total = [a + shift * b for a, b in zip(moved, [*total, arb(0)], strict=True)]
        total[0] += c
    return [to_double(fraction(c)) for c in total[: degree + 1]]


def _node(
    graph: Graph, variable: Symbol, chart: _Chart, power: int, centre: float, coefficients: Sequence[float]
) -> int:
    x = graph.symbol(variable)
    u = chart.node(graph, x)
    if centre:
        u = graph.sub(u, graph.number(exactly(centre)))
    total = horner(graph, coefficients, u)
    for _ in range(abs(power)):
        total = graph.mul(total, x) if power > 0 else graph.div(total, x)
    return total
