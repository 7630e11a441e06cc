"""Arithmetic of vectors of floating-point numbers in LLVM instructions, written as text."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from .blocks import Blocks, Branch

__all__ = ["SIZES", "Vectors"]

#: Floating-point type → its bytes.
SIZES = {"double": 8, "float": 4, "half": 2}

#: Floating-point type → its integer twin, its bits of fraction, its exponent bias.
_TWINS = {"double": ("i64", 52, 1023), "float": ("i32", 23, 127), "half": ("i16", 10, 15)}

#: Polynomials with so many coefficients are split.
SPLIT = 5


class Vectors(Blocks):
    """Writes instructions on vectors; a value is the name of a register or a constant.

    `kind` is "double", "float" or "half", `lanes` how many numbers a vector has.
    """

    def __init__(self, kind: str, lanes: int) -> None:
        super().__init__()
        self.lanes = lanes
        self._set(kind)

    def _set(self, kind: str) -> None:
        self.kind, self.vector, self.mask = kind, f"<{self.lanes} x {kind}>", f"<{self.lanes} x i1>"
        self.integer, self.fraction, self.bias = _TWINS[kind]
        self.whole = f"<{self.lanes} x {self.integer}>"

    # branches

    @contextmanager
    def rarely(self, condition: str) -> Iterator[Branch]:
        """Write a branch taken where any lane of a mask is set; what is computed inside is forgotten behind it."""
        with self.branch(self.any(condition)) as branch:
            yield branch

    def any(self, mask: str) -> str:
        """Return the i1 that tells whether any lane of a mask is set."""
        bits = self.put(f"bitcast {self.mask} {mask} to i{self.lanes}")
        return self.put(f"icmp ne i{self.lanes} {bits}, 0")

    def either(self, branch: Branch, before: str, inside: str) -> str:
        """Return, right behind a branch, the value from inside it or the one from before."""
        return self.put(f"phi {self.vector} [ {before}, {branch.before} ], [ {inside}, {branch.inside} ]")

    # values

    def number(self, value: float) -> str:
        """Return a constant vector; the value is rounded to the type."""
        return f"splat ({self.kind} {self.scalar(value)})"

    def scalar(self, value: float) -> str:
        """Return a constant; LLVM writes a float as the double of the same value."""
        if self.kind == "float":
            value = _single(value)
        return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"

    def bits(self, value: int) -> str:
        """Return a constant vector of integers."""
        return f"splat ({self.integer} {value})"

    def apply(self, op: str, *args: str) -> str:
        """Return an arithmetic instruction: fadd, fsub, fmul, fdiv, fneg."""
        return self.put(f"{op} {self.vector} {', '.join(args)}")

    def add(self, a: str, b: str) -> str:
        """Return a + b."""
        return self.apply("fadd", a, b)

    def sub(self, a: str, b: str) -> str:
        """Return a - b."""
        return self.apply("fsub", a, b)

    def mul(self, a: str, b: str) -> str:
        """Return a*b."""
        return self.apply("fmul", a, b)

    def div(self, a: str, b: str) -> str:
        """Return a/b."""
        return self.apply("fdiv", a, b)

    def neg(self, a: str) -> str:
        """Return -a."""
        return self.apply("fneg", a)

    def intrinsic(self, name: str, *args: str) -> str:
        """Return an LLVM intrinsic of vectors."""
        full = f"llvm.{name}.v{self.lanes}f{64 if self.kind == 'double' else 32}"
        self.declared.add(f"declare {self.vector} @{full}({', '.join([self.vector] * len(args))})")
        return self.put(f"call {self.vector} @{full}({', '.join(f'{self.vector} {a}' for a in args)})")

    def fma(self, a: str, b: str, c: str) -> str:
        """Return a*b + c, rounded once."""
        return self.intrinsic("fma", a, b, c)

    def abs(self, a: str) -> str:
        """Return |a|."""
        return self.intrinsic("fabs", a)

    def copysign(self, a: str, b: str) -> str:
        """Return |a| with the sign of b."""
        return self.intrinsic("copysign", a, b)

    def polynomial(self, coefficients: tuple[float, ...], s: str) -> str:
        """Return c_0 + c_1*s + c_2*s**2 + …, the even and the odd powers apart, which halves the wait for results."""
        if len(coefficients) < SPLIT:
            return self._horner(coefficients, s)
        square = self.mul(s, s)
        return self.fma(s, self._horner(coefficients[1::2], square), self._horner(coefficients[::2], square))

    def _horner(self, coefficients: tuple[float, ...], s: str) -> str:
        """c_0 + s*(c_1 + s*(…))."""
        total = self.number(coefficients[-1])
        for c in reversed(coefficients[:-1]):
            total = self.fma(total, s, self.number(c))
        return total

    # comparisons

    def compare(self, relation: str, a: str, b: str) -> str:
        """Return a mask: olt, ole, ogt, oge, oeq, and with u instead of o true for nan."""
        return self.put(f"fcmp {relation} {self.vector} {a}, {b}")

    def logic(self, op: str, a: str, b: str) -> str:
        """Return a mask made of two: and, or, xor."""
        return self.put(f"{op} {self.mask} {a}, {b}")

    def either_mask(self, masks: Sequence[str]) -> str:
        """Return the mask that is set where any of some masks is."""
        found = masks[0]
        for mask in masks[1:]:
            found = self.logic("or", found, mask)
        return found

    def negated(self, a: str) -> str:
        """Return the opposite mask."""
        return self.put(f"xor {self.mask} {a}, splat (i1 true)")

    def select(self, mask: str, yes: str, no: str) -> str:
        """Return yes where the mask is set, else no."""
        return self.put(f"select {self.mask} {mask}, {self.vector} {yes}, {self.vector} {no}")

    def larger(self, a: str, b: str) -> str:
        """Return a where a > b, else b: b for nan and for two zeros."""
        return self.select(self.compare("ogt", a, b), a, b)

    def smaller(self, a: str, b: str) -> str:
        """Return a where a < b, else b."""
        return self.select(self.compare("olt", a, b), a, b)

    # bits

    def as_bits(self, a: str) -> str:
        """Return the bits of numbers."""
        return self.put(f"bitcast {self.vector} {a} to {self.whole}")

    def as_numbers(self, a: str) -> str:
        """Return numbers from their bits."""
        return self.put(f"bitcast {self.whole} {a} to {self.vector}")

    def on_bits(self, op: str, a: str, b: str) -> str:
        """Return an operation on integers: add, sub, and, or, shl, lshr."""
        return self.put(f"{op} {self.whole} {a}, {b}")

    def power_of_two(self, exponent: str) -> str:
        """Return 2**exponent for a whole exponent within the range of normal numbers."""
        magic = self.number(1.5 * 2.0**self.fraction + self.bias)
        shifted = self.on_bits("shl", self.as_bits(self.add(exponent, magic)), self.bits(self.fraction))
        return self.as_numbers(shifted)


def _single(value: float) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
