"""Exponentials of vectors in LLVM instructions: x = k*ln(2) + r, a polynomial in r, 2**k."""

from __future__ import annotations

from typing import NamedTuple

from ..spans import ANYWHERE, Span
from . import coefficients as c
from .writer import Writer

__all__ = ["NEARLY", "Exponentials"]

#: Digits of float64 where an error of a unit in the last place or two doesn't matter.
NEARLY = 52


class _Set(NamedTuple):
    """The polynomial of one precision, ln 2 in two parts, where exp is 0, the least that is scaled, and where it overflows."""

    terms: tuple[float, ...]
    ln2: tuple[float, float]
    lowest: float
    least: float
    highest: float


#: By digits of the result: those of float64, nearly those, of float32 computed in float64, of float32 computed in float32.
_SETS = {
    53: _Set(c.EXP, c.LN2, -746.0, -1400.0, 710.0),
    NEARLY: _Set(c.EXP, c.LN2, -746.0, -1400.0, 710.0),
    32: _Set(c.EXP_32, c.LN2, -746.0, -1400.0, 710.0),
    24: _Set(c.EXP_24, c.LN2_24, -104.0, -170.0, 89.0),
}


class Exponentials:
    """Exponentials that write themselves; `digits` is 53, NEARLY, 32 or 24.

    While `reach` isn't everything, arguments that lie outside may give anything.
    What is called excess is what rounding added to a result of 53 digits, to a few bits; it is +0 where that is exact.
    """

    def __init__(self, writer: Writer, digits: int) -> None:
        self.w, self.digits = writer, digits
        self.exponential = _SETS[digits]
        self.reach: Span = ANYWHERE

    @property
    def sign_known(self) -> int:
        """1 while the argument is known to be at least 0, -1 while it is known to be at most 0 (or nan), else 0."""
        return 1 if self.reach[0] >= 0 else -1 if self.reach[1] <= 0 else 0

    @property
    def _moderate(self) -> bool:
        """Whether exp(x) is known not to overflow, with some room."""
        return self.reach[1] <= self.exponential.highest - 2.0

    @property
    def _normal(self) -> bool:
        """Whether exp(x), and what rounding added to it, are known to be normal numbers."""
        return self._moderate and self.reach[0] >= -650.0

    def _below_overflow(self, x: str) -> str:
        """x clamped to where exp(x) doesn't overflow by much."""
        return x if self._moderate else self.w.smaller(self.w.number(self.exponential.highest), x)

    def _clamped(self, x: str) -> str:
        """The same, and clamped to where it can be scaled in two steps."""
        x, least = self._below_overflow(x), self.exponential.least
        return x if self.w.wide or self.reach[0] > least else self.w.larger(self.w.number(least), x)

    def _scaled(self, x: str, value: str, k: str) -> str:
        """2**k times a value, 0 where exp(x) is."""
        w, found = self.w, self.w.scaled(value, k)
        if not w.wide or self.reach[0] > self.exponential.lowest:
            return found
        # such lanes are left out: scaling to little below the subnormal numbers takes hundreds of cycles
        return w.select(w.compare("uge", x, w.number(self.exponential.lowest)), found, w.number(0.0))

    def _reduced(self, x: str) -> tuple[str, str, str]:
        """k, r and x - k*(first part of ln(2)), with x = k*ln(2) + r, |r| <= ln(2)/2, for an x that was clamped."""
        w, s = self.w, self.exponential
        magic = w.number(1.5 * 2.0**w.fraction)
        k = w.sub(w.fma(x, w.number(c.LOG2_E), magic), magic)
        r = w.fma(k, w.number(-s.ln2[0]), x)
        # for float32 results one double of ln(2) is enough
        return k, r if self.digits == 32 else w.fma(k, w.number(-s.ln2[1]), r), r

    def _from_powers(self, x: str) -> tuple[str, str, str, str, str]:
        """k, a, r, b and c for a clamped x: exp(x) = 2**k*(a + a*(exp(r) - 1)), r = b + c rounded.

        k is a multiple of 1/16, of which the integer part is meant; a is one of 16 powers of 2, to which c belongs.
        """
        w, ln2 = self.w, self.exponential.ln2
        magic = w.number(1.5 * 2.0 ** (w.fraction - 4))
        counted = w.fma(x, w.number(c.LOG2_E), magic)
        k = w.sub(counted, magic)
        near = w.fma(k, w.number(-ln2[1]), w.fma(k, w.number(-ln2[0]), x))
        power, missing = (w.looked_up(table, w.as_bits(counted)) for table in (c.POWERS, c.POWERS_LOW))
        return k, power, w.add(near, missing), near, missing

    def _short(self, r: str) -> tuple[str, str]:
        """(exp(r) - 1 - r)/r**2 and r**2 for |r| <= ln(2)/32."""
        return self.w.polynomial(c.EXP_TABLE, r), self.w.mul(r, r)

    def exp(self, x: str) -> str:
        """exp(x) = 2**k*(1 + (r + r**2*Q(r)))."""
        w = self.w
        x = self._clamped(x)
        if self.digits == NEARLY:
            # that powers of 2 are rounded is half a unit at most
            k, power, _, r, _ = self._from_powers(x)
            rest = w.fma(w.mul(r, r), w.polynomial(c.EXP_TABLE_SHORT, r), r)
            return self._scaled(x, w.fma(power, rest, power), k)
        if self.digits == 53 and w.wide:
            k, power, r, *_ = self._from_powers(x)
            q, square = self._short(r)
            rest = w.fma(square, q, r)
            if self._normal:
                scale = w.scaled(power, k)
                return w.fma(scale, rest, scale)
            return self._scaled(x, w.fma(power, rest, power), k)
        k, r, _ = self._reduced(x)
        if self.digits == 53:
            return self._scaled(x, w.add(*self._near_one(r)), k)
        q, one = w.polynomial(self.exponential.terms, r), w.number(1.0)
        if self.digits == 32:
            return self._scaled(x, w.fma(w.fma(q, r, one), r, one), k)
        return self._scaled(x, w.add(one, w.fma(w.mul(r, r), q, r)), k)

    def _near_one(self, r: str) -> tuple[str, str]:
        """exp(r) = 1 + r + r**2*Q(r) as the rounded 1 + r and the rest."""
        w = self.w
        one = w.number(1.0)
        main = w.add(one, r)
        half, rest = self._higher(r)
        return main, w.add(half, w.add(w.add(w.sub(one, main), r), rest))

    def _higher(self, r: str) -> tuple[str, str]:
        """r**2*Q(r) for 53 digits: half of the rounded r**2, and the rest."""
        w = self.w
        square, half = w.mul(r, r), w.number(0.5)
        lost = w.mul(half, w.fma(r, r, w.neg(square)))
        return w.mul(half, square), w.fma(w.mul(square, r), w.polynomial(self.exponential.terms[1:], r), lost)

    def exp_excess(self, x: str) -> str:
        """What rounding added to exp(x)."""
        w = self.w
        x = self._clamped(x)
        if w.wide:
            k, power, r, *_ = self._from_powers(x)
            q, square = self._short(r)
            rest = w.fma(square, q, r)
            if self._normal:
                power = w.scaled(power, k)
            found = w.fma(w.neg(power), rest, w.sub(w.fma(power, rest, power), power))
            return found if self._normal else self._scaled(x, found, k)
        k, r, first = self._reduced(x)
        main, small = self._near_one(r)
        lost = self._lost(k, r, first)
        return self._scaled(x, w.sub(w.sub(w.sub(w.add(main, small), main), small), w.fma(lost, r, lost)), k)

    def _lost(self, k: str, r: str, first: str) -> str:
        """What rounding took from r, where `first` is x - k*(first part of ln(2))."""
        w = self.w
        return w.fma(k, w.number(-self.exponential.ln2[1]), w.sub(first, r))

    def expm1(self, x: str) -> str:
        """exp(x) - 1."""
        w = self.w
        if self.digits == NEARLY:
            found, up = self._minus_one_nearly(x)
        elif self.digits < NEARLY:
            k, r, _ = self._reduced(self._reaching(x))
            k, one, up = self._less_top(k)
            scale = w.power_of_two(k)
            p = w.fma(w.mul(r, r), w.polynomial(self.exponential.terms, r), r)
            found = w.fma(scale, p, w.sub(scale, one))
        else:
            main, small, up = self._minus_one(x)
            found = w.add(main, small)
        return w.copysign(found if self._moderate else w.mul(found, up), x)

    def expm1_excess(self, x: str) -> str:
        """What rounding added to expm1(x)."""
        w = self.w
        main, small, up = self._minus_one(x)
        excess = w.sub(w.sub(w.add(main, small), main), small)
        return excess if self._moderate else w.mul(excess, up)

    def _minus_one_nearly(self, x: str) -> tuple[str, str]:
        """exp(x) - 1 to a unit or two, and a factor for it; of zeros the sign is lost."""
        w = self.w
        k, power, _, near, missing = self._from_powers(self._reaching(x))
        q, square = self._short(near)
        k, one, up = self._less_top(k)
        scale = w.scaled(power, k)
        return w.fma(scale, w.add(near, w.fma(square, q, missing)), w.sub(scale, one)), up

    def _minus_one(self, x: str) -> tuple[str, str, str]:
        """exp(x) - 1 = 2**k*(r + r**2*Q(r)) + (2**k - 1) as a rounded sum and the rest, and a factor for both."""
        w = self.w
        x = self._reaching(x)
        if w.wide:
            k, power, r, near, missing = self._from_powers(x)
            q, square = self._short(r)
            p = w.fma(square, q, missing)
            first = w.fma(k, w.number(-self.exponential.ln2[0]), x)
        else:
            k, near, first = self._reduced(x)
            power, p = "", w.add(*self._higher(near))
        lost = self._lost(k, near, first)
        k, one, up = self._less_top(k)
        scale = w.scaled(power, k) if power else w.power_of_two(k)
        base = w.sub(scale, one)
        main = w.fma(scale, near, base)
        rest = w.fma(scale, near, w.sub(base, main))
        part = w.add(base, one)
        less = w.sub(scale, part)
        if self.sign_known >= 0:
            less = w.sub(less, w.sub(one, w.sub(part, base)))
        return main, w.fma(scale, p, w.fma(scale, lost, w.add(rest, less))), up

    def _reaching(self, x: str) -> str:
        """x clamped to where exp(x) - 1 differs from -1 and doesn't overflow."""
        return self._below_overflow(x if self.reach[0] >= -60.0 else self.w.larger(self.w.number(-60.0), x))

    def _less_top(self, k: str) -> tuple[str, str, str]:
        """k, 1 and 1; the first two for a quarter of the result and 4 where 2**k would overflow."""
        w = self.w
        one, four = w.number(1.0), w.number(4.0)
        if self._moderate:
            return k, one, one
        top = w.compare("ogt", k, w.number(w.bias - 1))
        return w.select(top, w.sub(k, w.number(2.0)), k), w.select(top, w.number(0.25), one), w.select(top, four, one)
