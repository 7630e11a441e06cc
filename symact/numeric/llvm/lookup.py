"""Piecewise polynomials in LLVM instructions: coefficients looked up in registers, for AVX-512."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ..piecewise import COUNT, MAGIC, Pieces
from .writer import Writer

__all__ = ["PART", "Lookup", "table"]

#: Numbers in a register.
PART = 16
#: Rounding downwards, no exceptions.
DOWN = 9


def table(functions: Sequence[Pieces]) -> list[float]:
    """Return all numbers to be looked up, by function: the centres, then the coefficients."""
    return [v for f in functions for row in (f.centres, *f.coefficients) for v in row]


class Lookup:
    """Writes the values of piecewise polynomials; `base` is the register of the table's address."""

    def __init__(self, writer: Writer, base: str) -> None:
        self.w, self.base = writer.of_lanes(PART), base

    def values(
        self, functions: Sequence[Pieces], xs: Sequence[str], upstream: Sequence[str], precise: bool
    ) -> list[list[str]]:
        """Write the values of each function at vectors of 16 numbers, times `upstream` if there are any.

        `precise` rounds such a product once; then `upstream` must be finite.
        """
        found, start = [], 0
        for f in functions:
            pairs = self._values(f, xs, start)
            if not upstream:
                found.append([value for value, _ in pairs])
            else:
                found.append([self._product(g, *pair, precise) for g, pair in zip(upstream, pairs, strict=True)])
            start += COUNT * (1 + len(f.coefficients))
        return found

    def _product(self, g: str, value: str, lost: Callable[[], str], precise: bool) -> str:
        w = self.w
        return w.fma(g, value, w.mul(g, lost())) if precise else w.mul(g, value)

    def _values(self, f: Pieces, xs: Sequence[str], start: int) -> list[tuple[str, Callable[[], str]]]:
        """All vectors side by side: what is looked up is loaded once, and few registers are in use.

        With each value comes what writes its last rounding error.
        """
        w = self.w
        us = [w.abs(x) if f.folded else x for x in xs]
        places = [self._floor(u, f.scale) for u in us]
        ts = [w.sub(u, c) for u, c in zip(us, self._looked_up(start, places), strict=True)]
        rows = [start + COUNT * (1 + k) for k in range(len(f.coefficients))]
        slopes = self._looked_up(rows[-1], places)
        for row in rows[-2:0:-1]:
            slopes = [w.fma(s, t, c) for s, t, c in zip(slopes, ts, self._looked_up(row, places), strict=True)]
        last = self._looked_up(rows[0], places)
        return [self._last(f, *given) for given in zip(xs, ts, slopes, last, strict=True)]

    def _last(self, f: Pieces, x: str, t: str, slope: str, c: str) -> tuple[str, Callable[[], str]]:
        """x**power*(slope*t + c)."""
        w = self.w
        value = w.fma(slope, t, c)
        if f.power == 0:
            return value, lambda: w.fma(slope, t, w.sub(c, value))
        factor = x if f.power == 1 else w.mul(x, x)
        if not f.exact:
            found = w.mul(factor, value)
            return found, lambda: w.fma(factor, value, w.neg(found))
        small = w.mul(factor, w.fma(slope, t, w.sub(c, value)))
        found = w.fma(factor, value, small)
        return w.copysign(found, x), lambda: w.add(w.fma(factor, value, w.neg(found)), small)

    def _floor(self, u: str, scale: float) -> str:
        """The integer part of u*scale, in the last bits."""
        w = self.w
        name = "llvm.x86.avx512.vfmadd.ps.512"
        w.declared.add(f"declare {w.vector} @{name}({w.vector}, {w.vector}, {w.vector}, i32)")
        given = ", ".join(f"{w.vector} {a}" for a in (u, w.number(scale), w.number(MAGIC)))
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

    def parts(self, value: str, lanes: int) -> list[str]:
        """Return a long vector's parts of 16 numbers."""
        w = self.w
        found = []
        for start in range(0, lanes, PART):
            pick = ", ".join(f"i32 {k}" for k in range(start, start + PART))
            vector = f"<{lanes} x float>"
            found.append(w.put(f"shufflevector {vector} {value}, {vector} poison, <{PART} x i32> <{pick}>"))
        return found

    def joined(self, parts: Sequence[str]) -> str:
        """Return the long vector of parts."""
        w, size, found = self.w, PART, list(parts)
        while len(found) > 1:
            pick = ", ".join(f"i32 {k}" for k in range(2 * size))
            vector = f"<{size} x float>"
            found = [
                w.put(f"shufflevector {vector} {a}, {vector} {b}, <{2 * size} x i32> <{pick}>")
                for a, b in zip(found[::2], found[1::2], strict=True)
            ]
            size *= 2
        return found[0]

    def beyond(self, parts: Sequence[str], reach: float) -> str:
        """Return the mask of 16 lanes: whether a number of any part is nan, or not below `reach` in size."""
        w = self.w
        sizes = [w.as_bits(w.abs(part)) for part in parts]
        while len(sizes) > 1:
            # as integers, for nan is beyond inf
            sizes = [self._larger(a, b) for a, b in zip(sizes[::2], sizes[1::2], strict=True)]
        return w.put(f"icmp uge {w.whole} {sizes[0]}, {w.bits(_bits(reach))}")

    def some(self, mask: str) -> str:
        """Return an i1: whether any lane of a mask of 16 lanes is set."""
        bits = self.w.put(f"bitcast {self.w.mask} {mask} to i{PART}")
        return self.w.put(f"icmp ne i{PART} {bits}, 0")

    def _larger(self, a: str, b: str) -> str:
        w = self.w
        mask = w.put(f"icmp ugt {w.whole} {a}, {b}")
        return w.put(f"select {w.mask} {mask}, {w.whole} {a}, {w.whole} {b}")


def _bits(value: float) -> int:
    return int(np.float32(value).view(np.uint32))
