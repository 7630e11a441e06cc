"""Short rows, a lane for each: the entries at hand are those at one place of neighbouring rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..program import Place
from .entries import START, Entries, Total
from .vectors import SIZES
from .writer import Writer

__all__ = ["Columns", "offsets"]


def offsets(w: Writer, stride: str) -> str:
    """Return how many bytes each lane's row is away from the first one's."""
    step = w.splat(w.put(f"trunc i64 {stride} to i32"), "i32")
    moved = w.put(f"mul <{w.lanes} x i32> {w.iota()}, {step}")
    return w.put(f"sext <{w.lanes} x i32> {moved} to <{w.lanes} x i64>")


@dataclass
class Columns(Entries):
    """A loop over the places of entries; what is known of a row is in its lane, places too.

    The rows of the array number k begin `away[k]` bytes behind %block{k}; `mask` has the lanes with a row.
    """

    away: Mapping[int, str] = field(default_factory=dict)
    mask: str = ""

    def step(self) -> int:
        """Return 1: each row has a lane."""
        return 1

    def least(self) -> int:
        """Return 1."""
        return 1

    def finish(self) -> tuple[dict[int, str], dict[int, str]]:
        """Return the reductions, and the places of those that have one."""
        w, numbers, places = self.w, {}, {}
        for k, total in self.totals.items():
            numbers[k] = f"{self.name}{total.carried[0][0]}"
            if len(total.carried) > 1:
                nan, place = (f"{self.name}{at}" for at, *_ in total.carried[1:])
                numbers[k] = w.select(nan, w.number(float("nan")), numbers[k])
                if self.steps[k].op.startswith("place"):
                    places[k] = place
        return numbers, places

    def number(self, value: str) -> str:
        """Return the numbers of the rows, which are in their lanes."""
        return value

    def _addresses(self, k: int) -> str:
        """The addresses of the entries at hand of an array."""
        w = self.w
        first = w.put(f"getelementptr {self.storage}, ptr %block{k}, i64 {self.name}.i")
        return w.put(f"getelementptr i8, ptr {first}, <{w.lanes} x i64> {self.away[k]}")

    def row(self, k: int) -> str:
        """Return where the rows of an array begin."""
        return self.w.put(f"getelementptr i8, ptr %block{k}, <{self.w.lanes} x i64> {self.away[k]}")

    def given(self, k: int) -> str:
        """Return the entries at hand of an input, 0 where there is no row."""
        return self.gathered(self._addresses(k))

    def gathered(self, addresses: str) -> str:
        """Return the numbers at addresses."""
        w = self.w
        vector, size = f"<{w.lanes} x {self.storage}>", SIZES[self.storage]
        full = f"llvm.masked.gather.v{w.lanes}f{8 * size}.v{w.lanes}p0"
        w.declared.add(f"declare {vector} @{full}(<{w.lanes} x ptr>, i32, {w.mask}, {vector})")
        given = f"<{w.lanes} x ptr> {addresses}, i32 {size}, {w.mask} {self.mask}, {vector} zeroinitializer"
        return w.vector_as(w.put(f"call {vector} @{full}({given})"), self.storage, w.kind)

    def store(self, place: Place, k: int) -> None:
        """Store a value at the place of the entries at hand in the array number k."""
        self.scatter(self.value(place), self._addresses(k))

    def scatter(self, value: str, addresses: str) -> None:
        """Store numbers at addresses."""
        w = self.w
        vector, size = f"<{w.lanes} x {self.storage}>", SIZES[self.storage]
        full = f"llvm.masked.scatter.v{w.lanes}f{8 * size}.v{w.lanes}p0"
        w.declared.add(f"declare void @{full}({vector}, <{w.lanes} x ptr>, i32, {w.mask})")
        value = w.vector_as(value, w.kind, self.storage)
        given = f"{vector} {value}, <{w.lanes} x ptr> {addresses}, i32 {size}, {w.mask} {self.mask}"
        w.lines.append(f"  call void @{full}({given})")

    def extreme(self, k: int) -> Total:
        """Return the largest or the least, whether there was a nan, and where the first of the largest or least is."""
        w, step, name = self.w, self.steps[k], self.name
        value, start = self.value(step.args[0]), START[step.op]
        most, nan, place = f"{name}.most{k}", f"{name}.nan{k}", f"{name}.place{k}"
        beyond = w.compare("ogt" if start < 0 else "olt", value, most)
        places = f"<{w.lanes} x i32>"
        moved = w.put(f"select {w.mask} {beyond}, {places} {self._here()}, {places} {place}")
        return Total("", w.kind, (
            (f".most{k}", w.vector, w.number(start), w.select(beyond, value, most)),
            (f".nan{k}", w.mask, "zeroinitializer", w.logic("or", nan, w.compare("uno", value, value))),
            (f".place{k}", places, "zeroinitializer", moved),
        ))  # fmt: skip

    def _here(self) -> str:
        return self.w.splat(self.w.put(f"trunc i64 {self.name}.i to i32"), "i32")

    def at_place(self, place: int) -> str:
        """Return the mask of the rows whose place is the one at hand."""
        return self.w.put(f"icmp eq <{self.w.lanes} x i32> {self.known[place]}, {self._here()}")

    def counted(self, mask: str) -> str:
        """Return the mask as it is: what is in lanes without a row is never stored."""
        return mask

    def room(self, slot: int) -> str:
        """Return the address where the entries at hand of a slot are kept."""
        w = self.w
        first = w.put(f"mul i64 %n, {slot}")
        entry = w.put(f"mul i64 {w.put(f'add i64 {first}, {self.name}.i')}, {w.lanes}")
        return w.put(f"getelementptr {w.kind}, ptr %room, i64 {entry}")
