"""Elementary functions of vectors in LLVM instructions: argument reduction, a polynomial, reconstruction."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from . import coefficients as c
from .writer import Writer

__all__ = ["FUNCTIONS", "Elementary"]


class _Set(NamedTuple):
    """The polynomials of one precision, and ln 2 in two parts, the first with zeros at its end."""

    exp: tuple[float, ...]
    log: tuple[float, ...]
    sin: tuple[float, ...]
    cos: tuple[float, ...]
    atan: tuple[float, ...]
    ln2: tuple[float, float]
    lowest: float
    highest: float


_DOUBLE = _Set(c.EXP, c.LOG, c.SIN, c.COS, c.ATAN, c.LN2, -746.0, 710.0)
#: By digits of the result: those of float64, of float32 computed in float64, of float32 computed in float32.
_SETS = {
    53: _DOUBLE,
    32: _Set(c.EXP_32, c.LOG_32, c.SIN_32, c.COS_32, c.ATAN_32, c.LN2, -746.0, 710.0),
    24: _Set(c.EXP_24, c.LOG_24, c.SIN_24, c.COS_24, c.ATAN_24, c.LN2_24, -104.0, 89.0),
}
#: Beyond this |x| sine and cosine are left to the C library.
FAR = {53: 1e6, 32: 1e6, 24: 5e3}


class Elementary:
    """Functions that write themselves; `digits` is 53, 32 or 24.

    `sign_known` is 1 while the argument is known to be at least 0, -1 while it is known to be at most 0 (or nan), else 0.
    """

    def __init__(self, writer: Writer, digits: int) -> None:
        self.w, self.digits, self.set = writer, digits, _SETS[digits]
        self.sign_known = 0

    # exponentials

    def _reduced(self, x: str) -> tuple[str, str]:
        """k and r with x = k*ln(2) + r, |r| <= ln(2)/2, for an x that is clamped to what doesn't overflow."""
        w, s = self.w, self.set
        x = x if self.sign_known < 0 else w.smaller(w.number(s.highest), x)
        x = x if self.sign_known > 0 else w.larger(w.number(s.lowest), x)
        magic = w.number(1.5 * 2.0**w.fraction)
        k = w.sub(w.fma(x, w.number(c.LOG2_E), magic), magic)
        r = w.fma(k, w.number(-s.ln2[0]), x)
        # for float32 results one double of ln(2) is enough
        return k, r if self.digits == 32 else w.fma(k, w.number(-s.ln2[1]), r)

    def exp(self, x: str) -> str:
        """exp(x) = 2**k*(1 + (r + r**2*Q(r)))."""
        w = self.w
        k, r = self._reduced(x)
        q = w.polynomial(self.set.exp, r)
        if self.digits == 32:
            one = w.number(1.0)
            return w.scaled(w.fma(w.fma(q, r, one), r, one), k)
        return w.scaled(w.add(w.number(1.0), w.fma(w.mul(r, r), q, r)), k)

    def expm1(self, x: str) -> str:
        """exp(x) - 1 = 2**k*p + (2**k - 1) with p = r + r**2*Q(r)."""
        w = self.w
        # below, the result is -1
        k, r = self._reduced(w.larger(w.number(-60.0), x))
        p = w.fma(w.mul(r, r), w.polynomial(self.set.exp, r), r)
        top = w.compare("ogt", k, w.number(w.bias - 1))
        scale = w.power_of_two(w.select(top, w.sub(k, w.number(2.0)), k))
        found = w.fma(scale, p, w.sub(scale, w.select(top, w.number(0.25), w.number(1.0))))
        found = w.mul(found, w.select(top, w.number(4.0), w.number(1.0)))
        return w.copysign(found, x)

    def tanh(self, x: str) -> str:
        """tanh(x) = -e/(2 + e) with e = expm1(-2*|x|), and the sign of x."""
        w = self.w
        size = w.abs(x)
        e = self.expm1(w.mul(w.number(-2.0), size))
        if self.digits < 53:
            return w.copysign(w.div(e, w.add(w.number(2.0), e)), x)
        below = w.add(w.number(2.0), e)
        lost = w.sub(e, w.sub(below, w.number(2.0)))
        inverse = w.div(w.number(1.0), below)
        ratio = w.mul(e, inverse)
        rest = w.fma(w.neg(ratio), below, e)
        rest = w.fma(w.neg(ratio), lost, rest)
        return w.copysign(w.fma(rest, inverse, ratio), x)

    def sinh(self, x: str) -> str:
        """sinh(x) = (e + e/(e + 1))/2 with e = expm1(|x|); by halves where e would overflow."""
        w = self.w
        size = w.abs(x)
        e = self.expm1(size)
        small = w.mul(w.number(0.5), w.add(e, w.div(e, w.add(e, w.number(1.0)))))
        half = self.exp(w.mul(w.number(0.5), size))
        large = w.mul(w.mul(w.number(0.5), half), half)
        far = w.compare("ogt", size, w.number(self.set.highest - 2.0))
        return w.copysign(w.select(far, large, small), x)

    def cosh(self, x: str) -> str:
        """cosh(x) = h/2*h + 1/2*exp(-|x|) with h = exp(|x|/2), written so that it overflows no earlier than cosh."""
        w = self.w
        size = w.abs(x)
        near = self.exp(w.smaller(w.number(self.set.highest - 2.0), size))
        near = w.mul(w.number(0.5), w.add(near, w.div(w.number(1.0), near)))
        half = self.exp(w.mul(w.number(0.5), size))
        large = w.mul(w.mul(w.number(0.5), half), half)
        far = w.compare("ogt", size, w.number(self.set.highest - 2.0))
        return w.select(far, large, near)

    # logarithms

    def _split(self, x: str) -> tuple[str, str, str]:
        """k, f and 2**-k with x = 2**k*(1 + f), 1 + f between sqrt(1/2) and sqrt(2), for a normal x > 0."""
        w = self.w
        low = {"double": 0x3FE6A09E667F3BCD, "float": 0x3F3504F3}[w.kind]
        one = w.bias << w.fraction
        moved = w.on_bits("add", w.as_bits(x), w.bits(one - low))
        exponent = w.on_bits("lshr", moved, w.bits(w.fraction))
        magic = 2.0**w.fraction
        marked = w.on_bits("or", exponent, w.bits((w.bias + w.fraction) << w.fraction))
        k = w.sub(w.as_numbers(marked), w.number(magic + w.bias))
        rest = w.on_bits("and", moved, w.bits((1 << w.fraction) - 1))
        f = w.sub(w.as_numbers(w.on_bits("add", rest, w.bits(low))), w.number(1.0))
        down = w.on_bits("sub", w.bits(2 * w.bias), exponent)
        return k, f, w.as_numbers(w.on_bits("shl", down, w.bits(w.fraction)))

    def _log(self, k: str, f: str, correction: str) -> str:
        """k*ln(2) + log(1 + f) + correction."""
        w, s = self.w, self.set
        high, low = w.number(s.ln2[0]), w.number(s.ln2[1])
        small = w.fma(k, low, correction)
        if w.kind == "float":
            square = w.mul(f, f)
            tail = w.mul(square, w.fma(w.polynomial(s.log, f), f, w.number(-0.5)))
            return w.fma(k, high, w.add(f, w.add(tail, small)))
        ratio = w.div(f, w.add(w.number(2.0), f))
        square = w.mul(ratio, ratio)
        half = w.mul(w.mul(w.number(0.5), f), f)
        rest = w.fma(ratio, w.fma(square, w.polynomial(s.log, square), half), small)
        return w.fma(k, high, w.sub(f, w.sub(half, rest)))

    def log(self, x: str) -> str:
        """log(x), by log(1 + f) = f - f**2/2 + s*(f**2/2 + s**2*L(s**2)) with s = f/(2 + f)."""
        w = self.w
        least = 2.0 ** (2 - w.bias)
        tiny = w.compare("olt", x, w.number(least))
        up = w.fraction + 2
        scaled = w.select(tiny, w.mul(x, w.number(2.0**up)), x)
        k, f, _ = self._split(scaled)
        k = w.sub(k, w.select(tiny, w.number(up), w.number(0.0)))
        return self._log_ends(x, self._log(k, f, w.number(0.0)), w.number(0.0))

    def log1p(self, x: str) -> str:
        """log(1 + x) from y = 1 + x rounded, and what rounding took divided by y."""
        w = self.w
        one = w.number(1.0)
        y = w.add(one, x)
        k, f, down = self._split(y)
        lost = w.sub(w.smaller(one, x), w.sub(y, w.larger(one, x)))
        # a rough 1/(1 + f) is enough
        rough = w.fma(f, w.fma(f, w.fma(f, w.number(-0.8), one), w.number(-1.0)), one)
        # of a huge y nothing that matters is lost, and 1/2**k may not be a number
        lost = w.select(w.compare("olt", y, w.number(2.0**64)), w.mul(w.mul(lost, down), rough), w.number(0.0))
        found = self._log(k, f, lost)
        if self.sign_known > 0:
            return w.select(w.compare("uge", x, w.number(float("inf"))), x, found)
        return w.copysign(self._log_ends(x, found, w.number(-1.0)), x)

    def _log_ends(self, x: str, found: str, pole: str) -> str:
        """-inf at the pole, nan below it and for nan, inf at inf."""
        w = self.w
        found = w.select(w.compare("ult", x, pole), w.number(float("nan")), found)
        found = w.select(w.compare("oeq", x, pole), w.number(float("-inf")), found)
        inf = w.number(float("inf"))
        return w.select(w.compare("oeq", x, inf), inf, found)

    # circular functions

    def sin(self, x: str) -> str:
        """sin(x) by x = n*pi/2 + r, from the sine or the cosine of r."""
        return self._circular(x, 0, "sin")

    def cos(self, x: str) -> str:
        """cos(x) = sin(x + pi/2)."""
        return self._circular(x, 1, "cos")

    def _circular(self, x: str, shift: int, name: str) -> str:
        w, s = self.w, self.set
        magic = w.number(1.5 * 2.0**w.fraction)
        counted = w.fma(x, w.number(c.TWO_OVER_PI), magic)
        n = w.sub(counted, magic)
        first, second, third = c.HALF_PI if w.kind == "double" else c.HALF_PI_24
        a = w.fma(n, w.number(-first), x)
        r = w.fma(n, w.number(-second), a)
        lost = w.fma(n, w.number(-third), w.fma(n, w.number(-second), w.sub(a, r)))
        square = w.mul(r, r)
        sine = w.add(r, w.fma(w.mul(square, r), w.polynomial(s.sin, square), lost))
        half = w.mul(w.number(0.5), square)
        rest = w.fma(w.mul(square, square), w.polynomial(s.cos, square), w.neg(w.mul(r, lost)))
        one = w.number(1.0)
        near = w.sub(one, half)
        cosine = w.add(near, w.add(w.sub(w.sub(one, near), half), rest))
        quarter = w.on_bits("add", w.as_bits(counted), w.bits(shift))
        odd = w.put(f"icmp ne {w.whole} {w.on_bits('and', quarter, w.bits(1))}, zeroinitializer")
        value = w.select(odd, cosine, sine)
        sign = w.on_bits("shl", w.on_bits("and", quarter, w.bits(2)), w.bits({"double": 62, "float": 30}[w.kind]))
        found = w.as_numbers(w.on_bits("xor", w.as_bits(value), sign))
        if shift == 0:
            # the sign of 0, and what is subnormal
            found = w.select(w.compare("olt", w.abs(x), w.number(2.0**-30)), x, found)
        far = w.compare("ugt", w.abs(x), w.number(FAR[self.digits]))
        with w.rarely(far) as branch:
            inside = w.select(far, self.library(name, x), found)
        return w.either(branch, found, inside)

    def atan(self, x: str) -> str:
        """atan(x) = x + x**3*A(x**2) for |x| <= tan(pi/8), else pi/4 + atan((|x| - 1)/(|x| + 1)) or pi/2 - atan(1/|x|)."""
        w = self.w
        size = w.abs(x)
        one = w.number(1.0)
        middle = w.compare("ogt", size, w.number(0.41421356237309503))
        outer = w.compare("ogt", size, w.number(2.414213562373095))
        above = w.select(outer, w.number(-1.0), w.select(middle, w.sub(size, one), size))
        below = w.select(outer, size, w.select(middle, w.add(size, one), one))
        t = w.div(above, below)
        parts = [w.number(v) for v in c.QUARTER_PI] if w.kind == "double" else [w.number(v) for v in c.QUARTER_PI_24]
        zero = w.number(0.0)
        high, low = (w.select(outer, w.add(part, part), w.select(middle, part, zero)) for part in parts)
        square = w.mul(t, t)
        tail = w.fma(w.mul(square, t), w.polynomial(self.set.atan, square), low)
        return w.copysign(w.add(high, w.add(t, tail)), x)

    # the rest

    def library(self, name: str, *args: str) -> str:
        """A function of the C library, lane by lane, in double precision."""
        w = self.w
        signature = ", ".join(["double"] * len(args))
        w.declared.add(f"declare double @{name}({signature})")
        total = "poison"
        for lane in range(w.lanes):
            parts = []
            for a in args:
                part = w.put(f"extractelement {w.vector} {a}, i32 {lane}")
                parts.append(part if w.kind == "double" else w.put(f"fpext float {part} to double"))
            value = w.put(f"call double @{name}({', '.join(f'double {p}' for p in parts)})")
            if w.kind == "float":
                value = w.put(f"fptrunc double {value} to float")
            total = w.put(f"insertelement {w.vector} {total}, {w.kind} {value}, i32 {lane}")
        return total

    def sign(self, x: str) -> str:
        """1, -1, or x itself for zeros and nan."""
        w = self.w
        zero = w.number(0.0)
        negative = w.select(w.compare("olt", x, zero), w.number(-1.0), x)
        return w.select(w.compare("ogt", x, zero), w.number(1.0), negative)

    def max(self, a: str, b: str) -> str:
        """The larger one, nan if one is nan."""
        w = self.w
        found = w.larger(a, b)
        return found if a.startswith("splat") else w.select(w.compare("uno", a, a), a, found)

    def min(self, a: str, b: str) -> str:
        """The smaller one, nan if one is nan."""
        w = self.w
        found = w.smaller(a, b)
        return found if a.startswith("splat") else w.select(w.compare("uno", a, a), a, found)


def _library(name: str) -> Callable[..., str]:
    return lambda e, *args: e.library(name, *args)


#: Operation → what writes it.
FUNCTIONS: dict[str, Callable[..., str]] = {
    "add": lambda e, a, b: e.w.add(a, b),
    "sub": lambda e, a, b: e.w.sub(a, b),
    "mul": lambda e, a, b: e.w.mul(a, b),
    "div": lambda e, a, b: e.w.div(a, b),
    "neg": lambda e, a: e.w.neg(a),
    "lost": lambda e, a, b, product: e.w.fma(a, b, e.w.neg(product)),
    "abs": lambda e, a: e.w.abs(a),
    "sqrt": lambda e, a: e.w.intrinsic("sqrt", a),
    "rint": lambda e, a: e.w.intrinsic("rint", a),
    "less": lambda e, a, b: e.w.compare("olt", a, b),
    "less_equal": lambda e, a, b: e.w.compare("ole", a, b),
    "equal": lambda e, a, b: e.w.compare("oeq", a, b),
    "and": lambda e, a, b: e.w.logic("and", a, b),
    "or": lambda e, a, b: e.w.logic("or", a, b),
    "not": lambda e, a: e.w.negated(a),
    "select": lambda e, a, b, c: e.w.select(a, b, c),
    **{
        name: getattr(Elementary, name)
        for name in ("exp", "expm1", "tanh", "sinh", "cosh", "log", "log1p", "sin", "cos", "atan", "sign", "max", "min")
    },
    **{name: _library(name) for name in ("cbrt", "pow", "tan", "asin", "acos", "asinh", "acosh", "atanh")},
}
