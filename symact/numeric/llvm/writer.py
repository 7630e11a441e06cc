"""LLVM instructions on vectors of floating-point numbers, written as text."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy

from .blocks import Blocks, Branch

__all__ = ["SIZES", "Writer"]

#: Floating-point type → its bytes.
SIZES = {"double": 8, "float": 4, "half": 2}

#: Floating-point type → its integer twin, its bits of fraction, its exponent bias.
_TWINS = {"double": ("i64", 52, 1023), "float": ("i32", 23, 127), "half": ("i16", 10, 15)}

#: Polynomials with so many coefficients are split.
SPLIT = 5


class Writer(Blocks):
    """Writes instructions on vectors; a value is the name of a register or a constant.

    `kind` is "double" or "float", `lanes` how many numbers a vector has, `wide` whether the CPU has AVX-512.
    """

    def __init__(self, kind: str, lanes: int, wide: bool) -> None:
        super().__init__()
        self.lanes, self.wide = lanes, wide
        self._set(kind)
        #: Where numbers are looked up, and these, if they aren't constants in registers.
        self.base, self.tables = "", list[tuple[float, ...]]()

    def _set(self, kind: str) -> None:
        self.kind, self.vector, self.mask = kind, f"<{self.lanes} x {kind}>", f"<{self.lanes} x i1>"
        self.integer, self.fraction, self.bias = _TWINS[kind]
        self.whole = f"<{self.lanes} x {self.integer}>"

    def of_kind(self, kind: str) -> Writer:
        """Return what writes to the same place, for vectors of another type; it must not begin blocks."""
        found = copy(self)
        found._set(kind)
        return found

    def of_lanes(self, lanes: int) -> Writer:
        """Return what writes to the same place, for vectors of another length; it must not begin blocks."""
        found = copy(self)
        found.lanes = lanes
        found._set(self.kind)
        return found

    # branches

    @contextmanager
    def rarely(self, condition: str) -> Iterator[Branch]:
        """Write a branch taken where any lane of a mask is set; what is computed inside is forgotten behind it."""
        bits = self.put(f"bitcast {self.mask} {condition} to i{self.lanes}")
        with self.branch(self.put(f"icmp ne i{self.lanes} {bits}, 0")) as branch:
            yield branch

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

    # lanes

    def splat(self, value: str, kind: str = "") -> str:
        """Return a vector with the same number in all lanes."""
        vector = f"<{self.lanes} x {kind or self.kind}>"
        one = self.put(f"insertelement {vector} poison, {kind or self.kind} {value}, i32 0")
        return self.put(f"shufflevector {vector} {one}, {vector} poison, <{self.lanes} x i32> zeroinitializer")

    def iota(self) -> str:
        """Return the constant vector 0, 1, 2, … of i32."""
        return f"<{', '.join(f'i32 {k}' for k in range(self.lanes))}>"

    def across(self, kind: str, value: str) -> str:
        """Return the sum ("fadd"), the largest ("fmax") or the least ("fmin") of all lanes, among which must be no nan."""
        full = f"llvm.vector.reduce.{kind}.v{self.lanes}f{8 * SIZES[self.kind]}"
        if kind == "fadd":
            self.declared.add(f"declare {self.kind} @{full}({self.kind}, {self.vector})")
            return self.put(f"call reassoc {self.kind} @{full}({self.kind} -0.0, {self.vector} {value})")
        self.declared.add(f"declare {self.kind} @{full}({self.vector})")
        return self.put(f"call nnan {self.kind} @{full}({self.vector} {value})")

    # other types

    def number_as(self, value: str, old: str, new: str) -> str:
        """Return a number of another type; double to half by way of float."""
        return self._as(value, old, new, "{}")

    def vector_as(self, value: str, old: str, new: str) -> str:
        """Return a vector with numbers of another type."""
        return self._as(value, old, new, f"<{self.lanes} x {{}}>")

    def _as(self, value: str, old: str, new: str, shape: str) -> str:
        if old == new:
            return value
        if SIZES[old] * SIZES[new] == 16:
            return self._as(self._as(value, old, "float", shape), "float", new, shape)
        op = "fpext" if SIZES[old] < SIZES[new] else "fptrunc"
        return self.put(f"{op} {shape.format(old)} {value} to {shape.format(new)}")

    def masked_load(self, kind: str, start: str, index: str, mask: str) -> str:
        """Return the numbers of a type from an index on, 0 where the mask isn't set."""
        vector, full = f"<{self.lanes} x {kind}>", f"llvm.masked.load.v{self.lanes}f{8 * SIZES[kind]}.p0"
        self.declared.add(f"declare {vector} @{full}(ptr, i32, {self.mask}, {vector})")
        at = self.put(f"getelementptr {kind}, ptr {start}, i64 {index}")
        given = f"ptr {at}, i32 {SIZES[kind]}, {self.mask} {mask}, {vector} zeroinitializer"
        return self.put(f"call {vector} @{full}({given})")

    def masked_store(self, kind: str, value: str, at: str, mask: str) -> None:
        """Store numbers of a type where the mask is set."""
        vector, full = f"<{self.lanes} x {kind}>", f"llvm.masked.store.v{self.lanes}f{8 * SIZES[kind]}.p0"
        self.declared.add(f"declare void @{full}({vector}, ptr, i32, {self.mask})")
        self.lines.append(f"  call void @{full}({vector} {value}, ptr {at}, i32 {SIZES[kind]}, {self.mask} {mask})")

    # comparisons

    def compare(self, relation: str, a: str, b: str) -> str:
        """Return a mask: olt, ole, ogt, oge, oeq, and with u instead of o true for nan."""
        return self.put(f"fcmp {relation} {self.vector} {a}, {b}")

    def logic(self, op: str, a: str, b: str) -> str:
        """Return a mask made of two: and, or, xor."""
        return self.put(f"{op} {self.mask} {a}, {b}")

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

    def scaled(self, value: str, exponent: str) -> str:
        """Return value*2**exponent for a whole exponent, rounded once, for |value| near 1 and exponents at most 2*bias."""
        if self.wide:
            return self._parts("scalef", value, exponent)
        # two steps, the second beyond the range of normal numbers only
        first = self.larger(self.number(2 - self.bias), self.smaller(self.number(self.bias), exponent))
        second = self.sub(exponent, first)
        return self.mul(self.mul(value, self.power_of_two(first)), self.power_of_two(second))

    def power_of_two(self, exponent: str) -> str:
        """Return 2**exponent for a whole exponent within the range of normal numbers."""
        magic = self.number(1.5 * 2.0**self.fraction + self.bias)
        shifted = self.on_bits("shl", self.as_bits(self.add(exponent, magic)), self.bits(self.fraction))
        return self.as_numbers(shifted)

    def inverse(self, a: str) -> str:
        """Return 1/a to at least 41 bits, for a whose inverse is no subnormal number."""
        one = self.number(1.0)
        if not self.wide:
            return self.div(one, a)
        name = "llvm.x86.avx512.rcp14.pd.512"
        part = "<8 x double>"
        self.declared.add(f"declare {part} @{name}({part}, {part}, i8)")
        rough = self._by_parts(lambda u: f"call {part} @{name}({part} {u}, {part} zeroinitializer, i8 -1)", a)
        error = self.fma(self.neg(a), rough, one)
        return self.fma(rough, self.fma(error, error, error), rough)

    def looked_up(self, table: tuple[float, ...], place: str) -> str:
        """Return the numbers of a table of 16 that stand at places, of which the last four bits count; with AVX-512."""
        name, part = "llvm.x86.avx512.vpermi2var.pd.512", "<8 x double>"
        self.declared.add(f"declare {part} @{name}({part}, <8 x i64>, {part})")
        low, high = self._halves(table)
        return self._by_parts(lambda u: f"call {part} @{name}({low}, <8 x i64> {u}, {high})", place, kind=self.integer)

    def _halves(self, table: tuple[float, ...]) -> tuple[str, str]:
        """The two vectors of a table of 16 doubles."""
        part = "<8 x double>"
        if not self.base:
            low, high = (f"{part} <{', '.join(f'double {self.scalar(v)}' for v in table[k : k + 8])}>" for k in (0, 8))
            return low, high
        if table not in self.tables:
            self.tables.append(table)
        start = 16 * self.tables.index(table)
        at = [self.put(f"getelementptr double, ptr {self.base}, i64 {start + k}") for k in (0, 8)]
        low, high = (f"{part} {self.put(f'load {part}, ptr {a}, align 64')}" for a in at)
        return low, high

    def _parts(self, name: str, a: str, b: str) -> str:
        """An AVX-512 instruction on registers of 512 bits, part by part."""
        size, suffix = (8, "pd") if self.kind == "double" else (16, "ps")
        part = f"<{size} x {self.kind}>"
        full = f"llvm.x86.avx512.mask.{name}.{suffix}.512"
        self.declared.add(f"declare {part} @{full}({part}, {part}, {part}, i{size}, i32)")
        return self._by_parts(
            lambda u, v: f"call {part} @{full}({part} {u}, {part} {v}, {part} {u}, i{size} -1, i32 4)", a, b
        )

    def _by_parts(self, text: Callable[..., str], *args: str, kind: str = "") -> str:
        """An instruction on registers of 512 bits, part by part; `kind` is the type of its arguments."""
        size = 64 // SIZES[self.kind]
        columns = (self.parts(a, size, kind) for a in args)
        return self.joined([self.put(text(*pieces)) for pieces in zip(*columns, strict=True)], size)

    def parts(self, value: str, size: int, kind: str = "") -> list[str]:
        """Return the parts of a vector that have so many lanes each."""
        if self.lanes == size:
            return [value]
        vector, found = f"<{self.lanes} x {kind or self.kind}>", []
        for start in range(0, self.lanes, size):
            pick = ", ".join(f"i32 {k}" for k in range(start, start + size))
            found.append(self.put(f"shufflevector {vector} {value}, {vector} poison, <{size} x i32> <{pick}>"))
        return found

    def joined(self, found: Sequence[str], size: int) -> str:
        """Return the vector of parts that have so many lanes each."""
        while len(found) > 1:
            pick, part = ", ".join(f"i32 {k}" for k in range(2 * size)), f"<{size} x {self.kind}>"
            found = [
                self.put(f"shufflevector {part} {a}, {part} {b}, <{2 * size} x i32> <{pick}>")
                for a, b in zip(found[::2], found[1::2], strict=True)
            ]
            size *= 2
        return found[0]


def _single(value: float) -> float:
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")
