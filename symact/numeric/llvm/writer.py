"""Vectors of other types and lengths, their lanes and parts, and what CPUs with AVX-512 do in one instruction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from math import inf

from .vectors import SIZES, Vectors

__all__ = ["Writer"]


class Writer(Vectors):
    """Writes instructions on vectors; `wide` tells whether the CPU has AVX-512."""

    def __init__(self, kind: str, lanes: int, wide: bool) -> None:
        super().__init__(kind, lanes)
        self.wide = wide
        #: Where numbers are looked up, and these, if they aren't constants in registers.
        self.base, self.tables = "", list[tuple[float, ...]]()

    def fetch(self, address: str, written: bool = False) -> str:
        """Return the instruction that fetches a cache line, to be read or to be written; it isn't put anywhere yet."""
        self.declared.add("declare void @llvm.prefetch.p0(ptr, i32, i32, i32)")
        return f"  call void @llvm.prefetch.p0(ptr {address}, i32 {int(written)}, i32 3, i32 1)"

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

    def anywhere(self, tests: Sequence[tuple[str, str]], value: str, masks: Sequence[str]) -> str:
        """Return the i1 that tells whether a mask is set in any lane, or a lane compares so with a constant, as in ("olt", bound).

        Tests are olt, ole, ogt or oge; a lane that is nan fails none of them for certain.
        """
        size = 64 // SIZES[self.kind]
        if not self.wide or self.lanes <= size:
            tests, masks = [], [*masks, *(self.compare(relation, value, bound) for relation, bound in tests)]
        short, found, ends = self.of_lanes(size), [], dict[str, str]()
        for relation, bound in tests:
            # the least or the largest of the lanes that go to the same place in a register stands for them
            if relation[1] not in ends:
                ends[relation[1]] = _extreme(short, relation, self.parts(value, size))
            found.append(short.compare(relation, ends[relation[1]], bound))
        flags = [w.any(w.either_mask(some)) for w, some in ((self, masks), (short, found)) if some]
        return flags[0] if len(flags) == 1 else self.put(f"or i1 {flags[0]}, {flags[1]}")

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

    # AVX-512

    def scaled(self, value: str, exponent: str) -> str:
        """Return value*2**exponent for a whole exponent, rounded once, for |value| near 1 and exponents at most 2*bias."""
        if self.wide:
            return self._parts("scalef", value, exponent)
        # two steps, the second beyond the range of normal numbers only
        first = self.larger(self.number(2 - self.bias), self.smaller(self.number(self.bias), exponent))
        second = self.sub(exponent, first)
        return self.mul(self.mul(value, self.power_of_two(first)), self.power_of_two(second))

    def inverse(self, a: str, short: bool = False) -> str:
        """Return 1/a to at least 41 bits, or 27, for a whose inverse is no subnormal number."""
        one = self.number(1.0)
        if not self.wide:
            return self.div(one, a)
        name = "llvm.x86.avx512.rcp14.pd.512"
        part = "<8 x double>"
        self.declared.add(f"declare {part} @{name}({part}, {part}, i8)")
        rough = self._by_parts(lambda u: f"call {part} @{name}({part} {u}, {part} zeroinitializer, i8 -1)", a)
        error = self.fma(self.neg(a), rough, one)
        return self.fma(rough, error if short else self.fma(error, error, error), rough)

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


def _extreme(short: Writer, relation: str, parts: Sequence[str]) -> str:
    """The least or the largest numbers of all parts, lane by lane; nan, which comes first in each step, is passed over."""
    join, start = (short.smaller, inf) if relation in ("olt", "ole") else (short.larger, -inf)
    found = short.number(start)
    for part in parts:
        found = join(part, found)
    return found
