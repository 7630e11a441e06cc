"""Logarithms of vectors in LLVM instructions: x = 2**k*(1 + f), a polynomial in f/(2 + f), k*ln(2)."""

from __future__ import annotations

from ..spans import Span
from . import coefficients as c
from .exponentials import NEARLY
from .writer import Writer

__all__ = ["Logarithms"]

#: The bits of the least number that is looked up by itself, about sqrt(1/2); 1 is in the middle of what goes with it.
LOG_FIRST = 0x3FE68 << 44
#: Between 0 and 1 numbers are looked up by so many steps; twice a step less an end is as wide as LOG_TABLE reaches.
LOG1P_STEPS = 15
#: By digits of the result: the polynomial and ln 2 in two parts.
_SETS = {53: (c.LOG, c.LN2), NEARLY: (c.LOG, c.LN2), 32: (c.LOG_32, c.LN2), 24: (c.LOG_24, c.LN2_24)}


class Logarithms:
    """Logarithms that write themselves; `digits`, `reach` and excess as for exponentials."""

    w: Writer
    digits: int
    reach: Span

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

    def _log(self, k: str, f: str, correction: str, excess: bool) -> str:
        """k*ln(2) + log(1 + f) + correction; log(1 + f) = f - f**2/2 + s*(f**2/2 + s**2*L(s**2)) with s = f/(2 + f)."""
        w = self.w
        terms, ln2 = _SETS[self.digits]
        high = w.number(ln2[0])
        small = w.fma(k, w.number(ln2[1]), correction)
        if w.kind == "float":
            square = w.mul(f, f)
            tail = w.mul(square, w.fma(w.polynomial(terms, f), f, w.number(-0.5)))
            return w.fma(k, high, w.add(f, w.add(tail, small)))
        ratio = w.div(f, w.add(w.number(2.0), f))
        square, first = w.mul(ratio, ratio), w.mul(w.number(0.5), f)
        half = w.mul(first, f)
        rest = w.fma(ratio, w.fma(square, w.polynomial(terms, square), half), small)
        found = w.fma(k, high, w.sub(f, w.sub(half, rest)))
        if not excess:
            return found
        main, less = w.mul(k, high), w.sub(f, half)
        total = w.add(main, less)
        lost = w.sub(w.sub(w.sub(f, less), half), w.fma(first, f, w.neg(half)))
        lost = w.add(w.add(lost, w.fma(k, high, w.neg(main))), w.add(w.sub(main, total), less))
        return w.sub(w.sub(found, total), w.add(lost, rest))

    def _from_factors(self, x: str, lost: str, excess: bool, less: str = "") -> str:
        """log(x + lost) - less*ln(2) for a normal x = 2**k*m: k*ln(2) - log(c) + log(1 + r), 1 + r = c*m, with one of 16 numbers c."""
        w = self.w
        moved = w.on_bits("add", w.as_bits(x), w.bits((w.bias << w.fraction) - LOG_FIRST))
        exponent = w.on_bits("lshr", moved, w.bits(w.fraction))
        marked = w.on_bits("or", exponent, w.bits((w.bias + w.fraction) << w.fraction))
        k = w.sub(w.as_numbers(marked), w.number(2.0**w.fraction + w.bias))
        k = w.sub(k, less) if less else k
        part = w.on_bits("and", moved, w.bits((1 << w.fraction) - 1))
        m = w.as_numbers(w.on_bits("add", part, w.bits(LOG_FIRST)))
        place = w.on_bits("lshr", moved, w.bits(w.fraction - 4))
        factor, power, rest = (w.looked_up(table, place) for table in (c.LOG_FACTORS, c.LOG_POWERS, c.LOG_POWERS_LOW))
        product = w.mul(m, factor)
        r, after = w.sub(product, w.number(1.0)), w.fma(m, factor, w.neg(product))
        if lost:
            down = w.on_bits("shl", w.on_bits("sub", w.bits(2 * w.bias), exponent), w.bits(w.fraction))
            after = w.add(after, self._of_moderate(x, w.mul(w.mul(lost, w.as_numbers(down)), factor)))
        small = w.add(w.fma(k, w.number(c.LN2_SHORT[1]), rest), w.fma(w.neg(r), after, after))
        # both parts are short, so that the sum is exact
        main = w.fma(k, w.number(c.LN2_SHORT[0]), power)
        total = w.add(main, r)
        small = w.add(w.add(w.sub(main, total), r), small)
        small = w.fma(w.mul(r, r), w.fma(w.polynomial(c.LOG_TABLE, r), r, w.number(-0.5)), small)
        found = w.add(total, small)
        return w.sub(w.sub(found, total), small) if excess else found

    def log(self, x: str) -> str:
        """log(x)."""
        return self._log_ends(x, self._log_inside(x, False), self.w.number(0.0))

    def log_excess(self, x: str) -> str:
        """What rounding added to log(x)."""
        return self._finite(x, self._log_inside(x, True), self.w.number(0.0))

    def _log_inside(self, x: str, excess: bool) -> str:
        w = self.w
        least = 2.0 ** (2 - w.bias)
        tiny = w.compare("olt", x, w.number(least))
        up = w.fraction + 2
        scaled = w.select(tiny, w.mul(x, w.number(2.0**up)), x)
        if self.digits >= NEARLY and w.wide:
            return self._from_factors(scaled, "", excess, w.select(tiny, w.number(up), w.number(0.0)))
        k, f, _ = self._split(scaled)
        k = w.sub(k, w.select(tiny, w.number(up), w.number(0.0)))
        return self._log(k, f, w.number(0.0), excess)

    def log1p(self, x: str) -> str:
        """log(1 + x) from y = 1 + x rounded, and what rounding took divided by y."""
        w = self.w
        if self.digits == NEARLY and self.reach[0] >= 0 and self.reach[1] <= 1:
            return self._log1p_near(x)
        found = self._log1p_inside(x, False)
        if self.reach[0] >= 0:
            return w.select(w.compare("uge", x, w.number(float("inf"))), x, found)
        return w.copysign(self._log_ends(x, found, w.number(-1.0)), x)

    def _log1p_near(self, x: str) -> str:
        """log(1 + x) = log(1 + r) - log(c) for x between 0 and 1: 1 + r = c*(1 + x), with one of 16 numbers c."""
        w = self.w
        place = w.as_bits(w.fma(x, w.number(float(LOG1P_STEPS)), w.number(1.5 * 2.0**w.fraction)))
        less, power, rest = (w.looked_up(t, place) for t in (c.LOG1P_FACTORS, c.LOG1P_POWERS, c.LOG1P_POWERS_LOW))
        r = w.fma(x, w.add(less, w.number(1.0)), less)
        tail = w.fma(w.polynomial(c.LOG_TABLE, r), r, w.number(-0.5))
        return w.add(power, w.add(r, w.fma(w.mul(r, r), tail, rest)))

    def log1p_excess(self, x: str) -> str:
        """What rounding added to log(1 + x)."""
        return self._finite(x, self._log1p_inside(x, True), self.w.number(-1.0))

    def _log1p_inside(self, x: str, excess: bool) -> str:
        w = self.w
        one = w.number(1.0)
        y = w.add(one, x)
        lost = w.sub(w.smaller(one, x), w.sub(y, w.larger(one, x)))
        if self.digits >= NEARLY and w.wide:
            return self._from_factors(y, lost, excess)
        k, f, down = self._split(y)
        # a rough 1/(1 + f) is enough
        rough = w.fma(f, w.fma(f, w.fma(f, w.number(-0.8), one), w.number(-1.0)), one)
        return self._log(k, f, self._of_moderate(y, w.mul(w.mul(lost, down), rough)), excess)

    def _of_moderate(self, y: str, lost: str) -> str:
        """Of a huge y nothing that matters is lost, and 1/2**k may not be a number."""
        w = self.w
        return w.select(w.compare("olt", y, w.number(2.0**64)), lost, w.number(0.0))

    def _log_ends(self, x: str, found: str, pole: str) -> str:
        """-inf at the pole, nan below it and for nan, inf at inf."""
        w = self.w
        found = w.select(w.compare("ult", x, pole), w.number(float("nan")), found)
        found = w.select(w.compare("oeq", x, pole), w.number(float("-inf")), found)
        inf = w.number(float("inf"))
        return w.select(w.compare("oeq", x, inf), inf, found)

    def _finite(self, x: str, found: str, pole: str) -> str:
        """0 where the logarithm isn't a finite number."""
        w = self.w
        inside = w.compare("olt", x, w.number(float("inf")))
        if self.reach[0] < 0:
            inside = w.logic("and", inside, w.compare("ogt", x, pole))
        return w.select(inside, found, w.number(0.0))
