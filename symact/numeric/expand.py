"""Special functions and compensated arguments, expanded into the operations NumPy has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from sympy import Rational, S, factorial, pi

from .coefficients import ERF_NEAR_0, ERF_NEAR_0_SHORT, ERFCX, ERFCX_LOW, ERFCX_SHORT
from .fit import SCALE, SHIFT
from .graph import Graph
from .rounding import exactly, split

__all__ = ["Expansion", "horner"]

#: By digits of a format: x*SPLITTER separates the upper half of the bits from the lower one (Dekker 1971, Veltkamp 1968).
SPLITTER = {53: S(2**27 + 1), 24: S(2**12 + 1)}

#: A node that holds a value, and a node that holds what rounding took from it (None where it is exact).
Pair = tuple[int, int | None]


def horner(g: Graph, coefficients: Sequence[float], s: int, low: Sequence[float] = ()) -> int:
    """Return c_0 + s*(c_1 + s*(…)); `low` is what the first coefficients lack."""
    *rest, total = (g.number(exactly(c) + exactly(d)) for c, d in zip_longest(coefficients, low, fillvalue=0.0))
    for c in reversed(rest):
        total = g.add(g.mul(total, s), c)
    return total


@dataclass
class Expansion:
    """Rebuilds nodes without special functions.

    `precise` computes exponents, and the arguments of sine and cosine, in twofold precision, `nested` also exponentials in
    exponents; `short` takes the shorter approximations that suffice for float32. `digits` is 24 where the arithmetic is
    float32's.
    """

    graph: Graph
    precise: bool = False
    short: bool = False
    nested: bool = False
    digits: int = 53
    _plain: dict[int, int] = field(default_factory=dict)
    _pairs: dict[int, Pair] = field(default_factory=dict)

    def node(self, a: int) -> int:
        """Return the node that computes what node `a` means."""
        for b in self.graph.needed([a]):
            if b not in self._plain:
                self._plain[b] = self._expanded(b)
        return self._plain[a]

    def _expanded(self, a: int) -> int:
        node = self.graph.nodes[a]
        if not node.args:
            return a
        if self.precise and node.op in _CORRECTED:
            high, low = self.pair(node.args[0])
            value = self.graph.apply(node.op, high)
            return value if low is None else _CORRECTED[node.op](self.graph, value, high, low)
        args = [self._plain[b] for b in node.args]
        rule = _SPECIAL.get(node.op)
        return rule(self, *args) if rule else self.graph.apply(node.op, *args)

    # twofold precision

    def pair(self, a: int) -> Pair:
        """Return node `a` as an unevaluated sum of two doubles."""
        if a not in self._pairs:
            node = self.graph.nodes[a]
            if node.op == "number":
                high, low = split(node.value, self.digits)
                self._pairs[a] = self.graph.number(high), (None if low == 0 else self.graph.number(low))
            elif node.op in _TWOFOLD and (node.op != "exp" or self.nested):
                self._pairs[a] = _TWOFOLD[node.op](self, *(self.pair(b) for b in node.args))
            else:
                self._pairs[a] = self.node(a), None
        return self._pairs[a]

    def normal(self, high: int, low: int) -> Pair:
        """The same sum with the low part below half a unit of the high one; |low| must not exceed |high|."""
        g = self.graph
        total = g.add(high, low)
        return total, g.sub(low, g.sub(total, high))

    def exact_sum(self, a: int, b: int) -> Pair:
        """a + b and its rounding error (Knuth)."""
        g = self.graph
        if g.value(a) == 0 or g.value(b) == 0:
            return g.add(a, b), None
        total = g.add(a, b)
        part = g.sub(total, a)
        return total, g.add(g.sub(a, g.sub(total, part)), g.sub(b, part))

    def exact_product(self, a: int, b: int) -> Pair:
        """a*b and its rounding error (Dekker)."""
        g = self.graph
        if g.power_of_two(a) or g.power_of_two(b):
            return g.mul(a, b), None
        # the same nodes for a*b and b*a
        a, b = min(a, b), max(a, b)
        product = g.mul(a, b)
        (ah, al), (bh, bl) = self.halves(a), self.halves(b)
        error = g.sub(g.mul(ah, bh), product)
        error = g.add(error, g.mul(ah, bl))
        error = g.add(error, g.mul(al, bh))
        return product, g.add(error, g.mul(al, bl))

    def halves(self, a: int) -> tuple[int, int]:
        """The upper half of a value's bits and the rest."""
        g = self.graph
        value = g.value(a)
        if value is not None:
            exponent = (self.digits - 1) // 2 - 1 - (abs(value.p).bit_length() - value.q.bit_length())
            high = round(value * S(2) ** exponent) / S(2) ** exponent
            return g.number(high), g.number(value - high)
        big = g.mul(a, g.number(SPLITTER[self.digits]))
        high = g.sub(big, g.sub(big, a))
        return high, g.sub(a, high)

    def times(self, a: int | None, b: int | None) -> int | None:
        """The product of two parts, nothing if one is nothing."""
        return None if a is None or b is None else self.graph.mul(a, b)

    def renormalised(self, high: int, *small: int | None) -> Pair:
        """high plus small parts as a pair."""
        low = self.graph.plus(*small)
        return (high, None) if low is None else self.normal(high, low)


def _twofold_add(e: Expansion, a: Pair, b: Pair) -> Pair:
    high, error = e.exact_sum(a[0], b[0])
    return e.renormalised(high, error, a[1], b[1])


def _twofold_neg(e: Expansion, a: Pair) -> Pair:
    return e.graph.opposite(a[0]), None if a[1] is None else e.graph.neg(a[1])


def _twofold_sub(e: Expansion, a: Pair, b: Pair) -> Pair:
    return _twofold_add(e, a, _twofold_neg(e, b))


def _twofold_mul(e: Expansion, a: Pair, b: Pair) -> Pair:
    high, error = e.exact_product(a[0], b[0])
    return e.renormalised(high, error, e.times(a[0], b[1]), e.times(a[1], b[0]))


def _twofold_div(e: Expansion, a: Pair, b: Pair) -> Pair:
    g = e.graph
    ratio = g.div(a[0], b[0])
    product, error = e.exact_product(ratio, b[0])
    rest = g.sub(a[0], product)
    for part, minus in ((error, True), (a[1], False), (e.times(ratio, b[1]), True)):
        if part is not None:
            rest = g.sub(rest, part) if minus else g.add(rest, part)
    return e.normal(ratio, g.div(rest, b[0]))


def _twofold_sqrt(e: Expansion, a: Pair) -> Pair:
    g = e.graph
    root = g.apply("sqrt", a[0])
    square, error = e.exact_product(root, root)
    rest = g.sub(a[0], square)
    for part, minus in ((error, True), (a[1], False)):
        if part is not None:
            rest = g.sub(rest, part) if minus else g.add(rest, part)
    return e.normal(root, g.div(rest, g.mul(g.number(2), root)))


#: exp(h) is computed as exp(h/2**HALVINGS), squared so often.
HALVINGS = 6
#: Terms of the exponential series that are summed in plain precision, from the fourth power on.
SERIES = tuple(1 / Rational(factorial(k)) for k in range(4, 12))


def _twofold_exp(e: Expansion, a: Pair) -> Pair:
    """exp(h + l) for |h| <= 7: m = exp(r) - 1 by its series with r = h/64, then exp(2*r) - 1 = m*(2 + m) again and again."""
    g = e.graph
    high, low = a
    r: Pair = g.mul(high, g.number(S.Half**HALVINGS)), None
    square = _twofold_mul(e, r, r)
    cube = _twofold_mul(e, square, r)
    rest = g.number(SERIES[-1])
    for c in reversed(SERIES[:-1]):
        rest = g.add(g.mul(rest, r[0]), g.number(c))
    rest = g.mul(rest, g.mul(square[0], square[0]))
    sixth = e.pair(g.number(Rational(1, 6)))
    m = _twofold_add(e, r, _twofold_mul(e, square, (g.number(S.Half), None)))
    m = _twofold_add(e, m, _twofold_add(e, _twofold_mul(e, cube, sixth), (rest, None)))
    for _ in range(HALVINGS):
        m = _twofold_mul(e, m, _twofold_add(e, (g.number(2), None), m))
    value = _twofold_add(e, (g.number(1), None), m)
    return value if low is None else _twofold_add(e, value, (g.mul(value[0], low), None))


#: Operation → the same on pairs.
_TWOFOLD: dict[str, Callable[..., Pair]] = {
    "add": _twofold_add,
    "sub": _twofold_sub,
    "neg": _twofold_neg,
    "mul": _twofold_mul,
    "div": _twofold_div,
    "sqrt": _twofold_sqrt,
    "exp": _twofold_exp,
}

#: Operation → its value at high + low from its value at high: f + f'*low.
_CORRECTED: dict[str, Callable[[Graph, int, int, int], int]] = {
    "exp": lambda g, value, high, low: g.add(value, g.mul(value, low)),
    "expm1": lambda g, value, high, low: g.add(value, g.mul(g.apply("exp", high), low)),
    "sin": lambda g, value, high, low: g.add(value, g.mul(g.apply("cos", high), low)),
    "cos": lambda g, value, high, low: g.sub(value, g.mul(g.apply("sin", high), low)),
}


def _erfcx(e: Expansion, a: int) -> int:
    """P(s)/(a + SHIFT), s = (a - SCALE)/(a + SCALE), for a >= 0."""
    g = e.graph
    scale = g.number(Rational(SCALE))
    # s in a form that is 1 rather than nan for a = inf
    s = g.sub(g.number(1), g.div(g.number(2 * Rational(SCALE)), g.add(a, scale)))
    above = horner(g, ERFCX_SHORT, s) if e.short else horner(g, ERFCX, s, ERFCX_LOW)
    return g.div(above, g.add(a, g.number(Rational(SHIFT))))


def _tail(e: Expansion, size: int) -> int:
    """erfc(a) = exp(-a**2)*erfcx(a) for a >= 0; the square in twofold precision."""
    g = e.graph
    square, low = (g.mul(size, size), None) if e.short and e.digits == 53 else e.exact_product(size, size)
    exponential = g.apply("exp", g.neg(square))
    if low is not None:
        exponential = g.sub(exponential, g.mul(exponential, low))
    return g.mul(exponential, _erfcx(e, size))


def _erf(e: Expansion, u: int) -> int:
    """u + u*P(u**2) near 0, else 1 - erfc(|u|) with the sign of u."""
    g = e.graph
    size = g.apply("abs", u)
    square = g.mul(u, u)
    near = g.add(u, g.mul(u, horner(g, ERF_NEAR_0_SHORT if e.short else ERF_NEAR_0, square)))
    far = g.mul(g.apply("sign", u), g.sub(g.number(1), _tail(e, size)))
    return g.apply("select", g.apply("less", size, g.number(1)), near, far)


def _erfc(e: Expansion, u: int) -> int:
    g = e.graph
    tail = _tail(e, g.apply("abs", u))
    return g.apply("select", g.apply("less", u, g.number(0)), g.sub(g.number(2), tail), tail)


def _whole(e: Expansion, u: int) -> tuple[int, int]:
    """u - n for the integer n next to u, exactly, and (-1)**n."""
    g = e.graph
    n = g.apply("rint", u)
    half = g.mul(n, g.number(S.Half))
    odd = g.apply("abs", g.sub(half, g.apply("rint", half)))
    return g.sub(u, n), g.sub(g.number(1), g.mul(g.number(4), odd))


def _sinpi(e: Expansion, u: int) -> int:
    """sin(pi*u) = (-1)**n * sin(pi*(u - n)), exactly 0 at integers."""
    g = e.graph
    rest, sign = _whole(e, u)
    return g.mul(sign, g.apply("sin", g.mul(g.number(pi), rest)))


def _cospi(e: Expansion, u: int) -> int:
    """cos(pi*u) = (-1)**n * sin(pi*(1/2 - |u - n|)), exactly 0 where it vanishes."""
    g = e.graph
    rest, sign = _whole(e, u)
    return g.mul(sign, g.apply("sin", g.mul(g.number(pi), g.sub(g.number(S.Half), g.apply("abs", rest)))))


#: Special function → its expansion.
_SPECIAL: dict[str, Callable[..., int]] = {
    "erfcx": _erfcx,
    "erf": _erf,
    "erfc": _erfc,
    "sinpi": _sinpi,
    "cospi": _cospi,
}
