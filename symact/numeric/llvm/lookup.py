"""Piecewise polynomials in LLVM instructions: coefficients looked up in registers, for AVX-512."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

import numpy as np

from ..piecewise import COUNT, LEFT, MAGIC, POWERS, Pieces
from .writer import Writer

__all__ = ["PART", "Lookup", "table"]

#: Numbers in a register.
PART = 16
#: Rounding downwards, no exceptions.
DOWN = 9
#: By bits of a, b and c: (a xor c) or (b xor c), and a or (b xor c).
_EITHER_DIFFERS, _OR_DIFFERS = 0x7E, 0xF6


def table(functions: Sequence[Pieces]) -> list[float]:
    """Return all numbers to be looked up: parts of powers of 2, then by function the centres and the coefficients."""
    numbers = [float(v) for row in POWERS for v in row]
    for f in functions:
        first = _below(f)
        for row in (f.centres, *f.coefficients):
            numbers += [*row[first:], *row[:first]]
    return numbers


class Lookup:
    """Writes the values of piecewise polynomials; `base` is the register of the table's address.

    `outside` is, after `values`, the mask of 16 lanes: whether a number of any vector is nan, or not below REACH in size.
    """

    outside: str

    def __init__(self, writer: Writer, base: str) -> None:
        self.w, self.base = writer.of_lanes(PART), base

    def values(
        self, functions: Sequence[Pieces], xs: Sequence[str], upstream: Sequence[str], precise: bool
    ) -> list[list[str]]:
        """Write the values of each function at vectors of 16 numbers, times `upstream` if there are any.

        `precise` rounds such a product once; then `upstream` must be finite.
        """
        found: list[list[str]] = []
        start = len(POWERS) * COUNT
        for f in functions:
            us = [self.w.abs(x) if f.folded else x for x in xs]
            places = [self._place(u, f) for u in us]
            if not found:
                self.outside = self._outside(places, f)
            pairs = self._values(f, xs, us, places, start)
            if not upstream:
                found.append([value for value, _ in pairs])
            else:
                found.append([self._product(g, *pair, precise) for g, pair in zip(upstream, pairs, strict=True)])
            start += COUNT * (1 + len(f.coefficients))
        return found

    def _product(self, g: str, value: str, lost: Callable[[], str], precise: bool) -> str:
        w = self.w
        return w.fma(g, value, w.mul(g, lost())) if precise else w.mul(g, value)

    def _values(
        self, f: Pieces, xs: Sequence[str], us: Sequence[str], places: Sequence[str], start: int
    ) -> list[tuple[str, Callable[[], str]]]:
        """All vectors side by side: what is looked up is loaded once, and few registers are in use.

        With each value comes what writes its last rounding error. `us` are the numbers, or their sizes.
        """
        w = self.w
        ts = [w.sub(u, c) for u, c in zip(us, self._looked_up(start, places), strict=True)]
        rows = [start + COUNT * (1 + k) for k in range(len(f.terms))]
        slopes = before = last = self._looked_up(rows[-1], places)
        for row in rows[-2:0:-1]:
            last = self._looked_up(row, places)
            before, slopes = slopes, [w.fma(s, t, c) for s, t, c in zip(slopes, ts, last, strict=True)]
        constants = self._looked_up(rows[0], places)
        # what float32 leaves of the linear coefficients and of the constants
        left = [self._looked_up(rows[-1] + COUNT * k, places) for k in range(1, LEFT[f.care] + 1)]
        found = []
        for x, u, t, *terms in zip(xs, us, ts, slopes, before, last, constants, *left, strict=True):
            value, lost = self._polynomial(f, t, *terms)
            k = ""
            if f.decay:
                value, lost, k = self._decayed(f, u, value, lost)
            found.append(self._above(f, x, u, value, lost, k) if f.above else self._plain(f, x, value, lost, k))
        return found

    def _polynomial(
        self, f: Pieces, t: str, slope: str, before: str, last: str, constant: str, *left: str
    ) -> tuple[str, Callable[[], str]]:
        """constant + slope*t with slope = last + before*t, and what writes the rounding errors."""
        w = self.w
        value = w.fma(slope, t, constant) if f.care < 3 else w.add(w.mul(slope, t), constant)

        def lost() -> str:
            if f.care < 3:
                found = w.fma(slope, t, w.sub(constant, value))
            else:
                part = w.sub(value, constant)
                found = w.add(w.fma(slope, t, w.neg(part)), w.sub(constant, w.sub(value, part)))
                found = w.add(found, left[1])
            return found if f.care < 2 else w.fma(t, w.add(w.fma(before, t, w.sub(last, slope)), left[0]), found)

        return value, lost

    def _decayed(self, f: Pieces, u: str, value: str, lost: Callable[[], str]) -> tuple[str, Callable[[], str], str]:
        """The same times exp(-decay*u**2)/2**k, rounded down to a whole k, and that k."""
        w = self.w
        slope, high, low, terms = f.exponential
        # whose last bits tell the part of a power of 2; the whole part is left to the scaling, which rounds downwards
        shifted = w.fma(w.mul(u, u), w.number(slope), w.number(MAGIC / COUNT))
        k, place = w.sub(shifted, w.number(MAGIC / COUNT)), [w.as_bits(shifted)]
        r = w.fma(k, w.number(low), w.fma(u, u, w.mul(k, w.number(high))))
        part = w.number(terms[2])
        for c in terms[1::-1]:
            part = w.fma(part, r, w.number(c))
        (main,), (left,) = self._looked_up(0, place), self._looked_up(COUNT, place)
        part = w.fma(main, w.mul(part, r), left)
        found = w.mul(main, value)

        def rest() -> str:
            return w.fma(main, lost(), w.fma(main, value, w.neg(found)))

        if f.care:
            return found, lambda: w.fma(part, value, rest()), k
        total = w.fma(part, value, found)
        return total, lambda: w.add(w.fma(part, value, w.sub(found, total)), rest()), k

    def _scaled(self, value: str, k: str) -> str:
        """A number times 2**k, if there is a k."""
        return self.w.scaled(value, k) if k else value

    def _plain(self, f: Pieces, x: str, value: str, lost: Callable[[], str], k: str) -> tuple[str, Callable[[], str]]:
        """x**power*2**k times a value and its rounding error."""
        w = self.w
        if f.power == 0:
            if not f.care:
                return self._scaled(value, k), lambda: self._scaled(lost(), k)
            rest = lost()
            total = w.add(value, rest)
            return self._scaled(total, k), lambda: self._scaled(w.add(w.sub(value, total), rest), k)
        factor = self._scaled(x if f.power == 1 else w.mul(x, x), k)
        if not f.care:
            found = w.mul(factor, value)
            return found, lambda: w.fma(factor, value, w.neg(found))
        small = w.mul(factor, lost())
        found = w.fma(factor, value, small)
        return w.copysign(found, x), lambda: w.add(w.fma(factor, value, w.neg(found)), small)

    def _above(
        self, f: Pieces, x: str, u: str, value: str, lost: Callable[[], str], k: str
    ) -> tuple[str, Callable[[], str]]:
        """The same with f(x) = a + b*x + s*f(-x) for x > 0."""
        assert f.above is not None
        w = self.w
        constant, slope, sign = f.above
        zero = w.number(0.0)
        below = w.compare("olt", x, zero)
        base = w.select(below, zero, w.number(constant) if constant else w.mul(x, w.number(slope)))
        with_sign = (u, w.neg(x)) if f.power else (w.number(1.0), w.select(below, w.number(1.0), w.number(-1.0)))
        factor = self._scaled(with_sign[0 if sign > 0 else 1], k)
        found = w.fma(factor, value, base)
        if not f.care:
            return found, lambda: w.fma(factor, value, w.sub(base, found))
        rest = w.fma(factor, lost(), w.fma(factor, value, w.sub(base, found)))
        total = w.add(found, rest)
        return w.copysign(total, x) if f.power == 1 else total, lambda: w.add(w.sub(found, total), rest)

    def _place(self, u: str, f: Pieces) -> str:
        """The bits of MAGIC plus the number of the interval that u is in."""
        w = self.w
        name = "llvm.x86.avx512.vfmadd.ps.512"
        w.declared.add(f"declare {w.vector} @{name}({w.vector}, {w.vector}, {w.vector}, i32)")
        given = ", ".join(f"{w.vector} {a}" for a in (u, w.number(f.scale), w.number(MAGIC + _below(f))))
        return w.as_bits(w.put(f"call {w.vector} @{name}({given}, i32 {DOWN})"))

    def _looked_up(self, start: int, places: Sequence[str]) -> list[str]:
        """The numbers at places of a row of the table."""
        w = self.w
        halves = []
        for at in (start, start + PART):
            address = w.put(f"getelementptr float, ptr {self.base}, i64 {at}")
            halves.append(w.put(f"load {w.vector}, ptr {address}, align 64"))
        name = "llvm.x86.avx512.vpermi2var.ps.512"
        w.declared.add(f"declare {w.vector} @{name}({w.vector}, {w.whole}, {w.vector})")
        return [
            w.put(f"call {w.vector} @{name}({w.vector} {halves[0]}, {w.whole} {place}, {w.vector} {halves[1]})")
            for place in places
        ]

    def _outside(self, places: Sequence[str], f: Pieces) -> str:
        """Whether any of the places is no interval's: other bits than the last ones differ from those of MAGIC."""
        w, magic = self.w, self.w.bits(_bits(MAGIC))
        found = self._logic(_EITHER_DIFFERS, *places[:2], magic)
        for place in places[2:]:
            found = self._logic(_OR_DIFFERS, found, place, magic)
        return w.put(f"icmp uge {w.whole} {found}, {w.bits(COUNT)}")

    def _logic(self, table: int, *args: str) -> str:
        """An operation on the bits of three vectors."""
        w, name = self.w, "llvm.x86.avx512.pternlog.d.512"
        w.declared.add(f"declare {w.whole} @{name}({w.whole}, {w.whole}, {w.whole}, i32)")
        return w.put(f"call {w.whole} @{name}({', '.join(f'{w.whole} {a}' for a in args)}, i32 {table})")

    def endless(self, parts: Sequence[str]) -> str:
        """Return the mask of 16 lanes: whether a number of any part is nan or infinite."""
        w = self.w
        sizes = [w.as_bits(w.abs(part)) for part in parts]
        while len(sizes) > 1:
            # as integers, for nan is beyond inf
            sizes = [self._larger(a, b) for a, b in zip(sizes[::2], sizes[1::2], strict=True)]
        return w.put(f"icmp uge {w.whole} {sizes[0]}, {w.bits(_bits(inf))}")

    def some(self, mask: str) -> str:
        """Return an i1: whether any lane of a mask of 16 lanes is set."""
        bits = self.w.put(f"bitcast {self.w.mask} {mask} to i{PART}")
        return self.w.put(f"icmp ne i{PART} {bits}, 0")

    def _larger(self, a: str, b: str) -> str:
        w = self.w
        mask = w.put(f"icmp ugt {w.whole} {a}, {b}")
        return w.put(f"select {w.mask} {mask}, {w.whole} {a}, {w.whole} {b}")


def _below(f: Pieces) -> int:
    """How many intervals are below 0; in `Pieces` they come last."""
    return 0 if f.folded else COUNT // 2


def _bits(value: float) -> int:
    return int(np.float32(value).view(np.uint32))
