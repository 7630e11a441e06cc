"""Elementary functions of vectors in LLVM instructions: argument reduction, a polynomial, reconstruction."""

from __future__ import annotations

from collections.abc import Callable

from ..spans import ANYWHERE
from . import coefficients as c
from .exponentials import NEARLY, Exponentials
from .logarithms import Logarithms

__all__ = ["FUNCTIONS", "ROUGH", "Elementary"]


#: By digits of the result: the polynomials of sin, cos and atan.
_SETS = {
    **dict.fromkeys((53, NEARLY), (c.SIN, c.COS, c.ATAN)),
    32: (c.SIN_32, c.COS_32, c.ATAN_32),
    24: (c.SIN_24, c.COS_24, c.ATAN_24),
}
#: Beyond this |x| sine and cosine are left to the C library.
FAR = {53: 1e6, NEARLY: 1e6, 32: 1e6, 24: 5e3}


class Elementary(Exponentials, Logarithms):
    """Functions that write themselves; `digits` and `reach` as for exponentials.

    While `by_inverse` is set, divisors are known to lie between 1 and 2**500, and what is divided not to be infinite.
    """

    by_inverse = False

    def quotient(self, a: str, b: str) -> str:
        """a/b, rounded once, or nearly so: a unit that divides is busy for 16 cycles."""
        w = self.w
        if not (self.by_inverse and w.wide and w.kind == "double"):
            return w.div(a, b)
        inverse = w.inverse(b, short=True)
        found = inverse if a == w.number(1.0) else w.mul(a, inverse)
        return w.fma(w.fma(w.neg(found), b, a), inverse, found)

    # hyperbolic functions

    def tanh(self, x: str) -> str:
        """tanh(x) = -e/(2 + e) with e = expm1(-2*|x|), and the sign of x."""
        w = self.w
        argument = w.mul(w.number(-2.0), w.abs(x))
        self.reach = 2.0 * min(self.reach[0], -self.reach[1]), 0.0
        nearly = self.digits == NEARLY
        e = self._minus_one_nearly(argument)[0] if nearly else self.expm1(argument)
        excess = self.expm1_excess(argument) if self.digits == 53 else ""
        self.reach = ANYWHERE
        below = w.add(w.number(2.0), e)
        if self.digits < NEARLY:
            return w.copysign(w.div(e, below), x)
        lost = w.sub(e, w.sub(below, w.number(2.0)))
        inverse = w.inverse(below, short=nearly)
        ratio = w.mul(e, inverse)
        if nearly:
            rest = w.fma(w.neg(ratio), lost, w.fma(w.neg(ratio), below, e))
        else:
            rest = w.add(w.fma(w.neg(ratio), below, e), w.neg(w.fma(ratio, w.sub(lost, excess), excess)))
        return w.copysign(w.fma(rest, inverse, ratio), x)

    def sinh(self, x: str) -> str:
        """sinh(x) = (e + e/(e + 1))/2 with e = expm1(|x|); by halves where e would overflow."""
        w = self.w
        size = w.abs(x)
        e = self.expm1(size)
        small = w.mul(w.number(0.5), w.add(e, w.div(e, w.add(e, w.number(1.0)))))
        half = self.exp(w.mul(w.number(0.5), size))
        large = w.mul(w.mul(w.number(0.5), half), half)
        far = w.compare("ogt", size, w.number(self.exponential.highest - 2.0))
        return w.copysign(w.select(far, large, small), x)

    def cosh(self, x: str) -> str:
        """cosh(x) = h/2*h + 1/2*exp(-|x|) with h = exp(|x|/2), written so that it overflows no earlier than cosh."""
        w = self.w
        size = w.abs(x)
        near = self.exp(w.smaller(w.number(self.exponential.highest - 2.0), size))
        near = w.mul(w.number(0.5), w.add(near, w.div(w.number(1.0), near)))
        half = self.exp(w.mul(w.number(0.5), size))
        large = w.mul(w.mul(w.number(0.5), half), half)
        far = w.compare("ogt", size, w.number(self.exponential.highest - 2.0))
        return w.select(far, large, near)

    # circular functions

    def sin(self, x: str) -> str:
        """sin(x) by x = n*pi/2 + r, from the sine or the cosine of r."""
        return self._circular(x, 0, "sin")

    def cos(self, x: str) -> str:
        """cos(x) = sin(x + pi/2)."""
        return self._circular(x, 1, "cos")

    def _circular(self, x: str, shift: int, name: str) -> str:
        w = self.w
        sine_terms, cosine_terms, _ = _SETS[self.digits]
        magic = w.number(1.5 * 2.0**w.fraction)
        counted = w.fma(x, w.number(c.TWO_OVER_PI), magic)
        n = w.sub(counted, magic)
        first, second, third = c.HALF_PI if w.kind == "double" else c.HALF_PI_24
        a = w.fma(n, w.number(-first), x)
        r = w.fma(n, w.number(-second), a)
        lost = w.fma(n, w.number(-third), w.fma(n, w.number(-second), w.sub(a, r)))
        square = w.mul(r, r)
        sine = w.add(r, w.fma(w.mul(square, r), w.polynomial(sine_terms, square), lost))
        half = w.mul(w.number(0.5), square)
        rest = w.fma(w.mul(square, square), w.polynomial(cosine_terms, square), w.neg(w.mul(r, lost)))
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
        tail = w.fma(w.mul(square, t), w.polynomial(_SETS[self.digits][2], square), low)
        if self.digits < NEARLY:
            return w.copysign(w.add(high, w.add(t, tail)), x)
        # what rounding took from t and from pi/4 + t; both terms of t's quotient are told exactly by what they were made from
        lost = w.sub(size, w.add(above, one)), w.sub(size, w.sub(below, one))
        rest = w.fma(w.neg(t), below, above)
        rest = w.select(middle, w.fma(w.neg(t), lost[1], w.add(rest, lost[0])), rest)
        rest = w.select(outer, zero, w.mul(rest, w.inverse(w.smaller(w.number(4.0), below))))
        total = w.add(high, t)
        less = w.sub(t, w.sub(total, high))
        return w.copysign(w.add(total, w.add(less, w.add(tail, rest))), x)

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


#: Operations that are computed otherwise where errors of a unit or two don't matter.
ROUGH = frozenset({"exp", "expm1", "tanh"})


def _library(name: str) -> Callable[..., str]:
    return lambda e, *args: e.library(name, *args)


#: Operation → what writes it.
FUNCTIONS: dict[str, Callable[..., str]] = {
    "add": lambda e, a, b: e.w.add(a, b),
    "sub": lambda e, a, b: e.w.sub(a, b),
    "mul": lambda e, a, b: e.w.mul(a, b),
    "div": lambda e, a, b: e.quotient(a, b),
    "neg": lambda e, a: e.w.neg(a),
    "fma": lambda e, a, b, c: e.w.fma(a, b, c),
    "copysign": lambda e, a, b: e.w.copysign(a, b),
    "inverse": lambda e, a: e.w.inverse(a),
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
        for name in (
            *("exp", "exp_excess", "expm1", "expm1_excess", "log", "log_excess", "log1p", "log1p_excess"),
            *("tanh", "sinh", "cosh", "sin", "cos", "atan", "sign", "max", "min"),
        )
    },
    **{name: _library(name) for name in ("cbrt", "pow", "tan", "asin", "acos", "asinh", "acosh", "atanh")},
}
