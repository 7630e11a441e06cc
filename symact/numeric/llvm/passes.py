"""One pass along a row: neighbouring entries vector by vector, in a loop over whole vectors or one with a mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..program import Place
from .entries import START, Entries, Total, register
from .spec import LINE
from .vectors import SIZES
from .writer import Writer

__all__ = ["Pass", "lanes_below", "searched", "smaller"]


def lanes_below(w: Writer, rest: str) -> str:
    """Return the mask of the first `rest` lanes."""
    few = w.put(f"icmp slt i64 {rest}, {w.lanes}")
    count = w.put(f"trunc i64 {w.put(f'select i1 {few}, i64 {rest}, i64 {w.lanes}')} to i32")
    return w.put(f"icmp slt <{w.lanes} x i32> {w.iota()}, {w.splat(count, 'i32')}")


@dataclass
class Pass(Entries):
    """The entries at hand are neighbours in a row, those from `start` on, `masked` or only as far as they fill vectors.

    `rows` has pointers to the row of each input. `known` numbers are vectors of `narrow` lanes, all the same.
    """

    rows: Mapping[int, str] = field(default_factory=dict)
    narrow: int = 0
    masked: bool = True
    loaded: dict[int, str] = field(default_factory=dict)

    def step(self) -> int:
        """Return how many entries a vector has."""
        return self.w.lanes

    def least(self) -> int:
        """Return a whole vector's entries, or one where a mask tells which there are."""
        return 1 if self.masked else self.w.lanes

    @property
    def below(self) -> str:
        """The mask of the lanes that have an entry, empty for all."""
        return lanes_below(self.w, f"{self.name}.rest") if self.masked else ""

    def folded(self, narrow: Writer) -> dict[str, str]:
        """Return what the loop carried, for fewer lanes."""
        found = {}
        for total in dict.fromkeys(self.totals.values()):
            own = narrow.of_kind(total.kind)
            for at, kind, _, _ in total.carried:
                element = kind.partition(" x ")[2].rstrip(">")
                parts = [
                    narrow.put(
                        f"shufflevector {kind} {self.name}{at}, {kind} poison, <{narrow.lanes} x i32> "
                        f"<{', '.join(f'i32 {k}' for k in range(start, start + narrow.lanes))}>"
                    )
                    for start in range(0, self.w.lanes, narrow.lanes)
                ]
                while len(parts) > 1:
                    pairs = zip(parts[::2], parts[1::2], strict=True)
                    parts = [
                        own.logic("or", a, b) if element == "i1" else _JOINED[total.joined](own, a, b) for a, b in pairs
                    ]
                found[at] = parts[0]
        return found

    def finish(self) -> dict[int, str]:
        """Return the reductions, in all lanes."""
        return {k: self.w.splat(self._across(total)) for k, total in self.totals.items()}

    def _across(self, total: Total) -> str:
        """The number that a reduction comes to; nan if there was one."""
        w = self.w
        own = w.of_kind(total.kind)
        found = own.across(total.joined, f"{self.name}{total.carried[0][0]}")
        if len(total.carried) > 1:
            bits = w.put(f"bitcast {w.mask} {self.name}{total.carried[1][0]} to i{w.lanes}")
            nan = w.put(f"icmp ne i{w.lanes} {bits}, 0")
            found = w.put(f"select i1 {nan}, {total.kind} {w.scalar(float('nan'))}, {total.kind} {found}")
        return w.number_as(found, total.kind, w.kind)

    def number(self, value: str) -> str:
        """Return a number of the row in all lanes."""
        w = self.w
        if w.lanes == self.narrow:
            return value
        vector = f"<{self.narrow} x {w.kind}>"
        return w.put(f"shufflevector {vector} {value}, {vector} poison, <{w.lanes} x i32> zeroinitializer")

    def stored(self, k: int) -> str:
        """Return the entries at hand of an input in the type of the arrays, 0 where there is none."""
        if k not in self.loaded:
            w = self.w
            if self.below:
                self.loaded[k] = w.masked_load(self.storage, self.rows[k], f"{self.name}.i", self.below)
            else:
                at = w.put(f"getelementptr {self.storage}, ptr {self.rows[k]}, i64 {self.name}.i")
                self.loaded[k] = w.put(f"load <{w.lanes} x {self.storage}>, ptr {at}, align {SIZES[self.storage]}")
        return self.loaded[k]

    def given(self, k: int) -> str:
        """Return the entries at hand of an input."""
        return self.w.vector_as(self.stored(k), self.storage, self.w.kind)

    def store(self, place: Place, row: str) -> None:
        """Store a value into a row."""
        w = self.w
        value = w.vector_as(self.value(place), w.kind, self.storage)
        at = w.put(f"getelementptr {self.storage}, ptr {row}, i64 {self.name}.i")
        if self.below:
            w.masked_store(self.storage, value, at, self.below)
        else:
            w.lines.append(f"  store <{w.lanes} x {self.storage}> {value}, ptr {at}, align {SIZES[self.storage]}")

    def fetch(self, row: str, written: bool = False) -> None:
        """Fetch into the caches what is at hand of a row that a later pass reads or writes: it would have to wait for each line."""
        w = self.w
        at = w.put(f"getelementptr {self.storage}, ptr {row}, i64 {self.name}.i")
        for start in range(0, w.lanes * SIZES[self.storage], LINE):
            line = w.put(f"getelementptr i8, ptr {at}, i64 {start}")
            w.lines.append(w.fetch(line, written))

    def check(self, k: int) -> None:
        """Take an input into a sum that isn't finite where an entry isn't, or is so large that a difference may overflow."""
        w = self.w if self.storage == "half" else self.w.of_kind(self.storage)
        value = self.given(k) if self.storage == "half" else self.stored(k)
        following = w.fma(value, w.number(4.0), f"{self.name}.check{k}")
        self.totals[-1 - k] = Total("fadd", w.kind, ((f".check{k}", w.vector, w.number(0.0), following),))

    def extreme(self, k: int) -> Total:
        """Return the largest or the least, in the type of the arrays where it is one of an input; and whether there was a nan."""
        step = self.steps[k]
        w, start, place = self.w, START[step.op], step.args[0]
        given = isinstance(place, tuple) and place[1] in self.rows
        if given and self.storage != "half":
            w, value = w.of_kind(self.storage), self.stored(register(place))
        else:
            value = self.value(place)
        if self.below:
            value = w.select(self.below, value, w.number(start))
        total = f"{self.name}.most{k}"
        following = w.larger(value, total) if start < 0 else w.smaller(value, total)
        carried: tuple[tuple[str, str, str, str], ...] = ((f".most{k}", w.vector, w.number(start), following),)
        if not (given and self.plain):
            nan = w.logic("or", f"{self.name}.nan{k}", w.compare("uno", value, value))
            carried += ((f".nan{k}", w.mask, "zeroinitializer", nan),)
        return Total("fmax" if start < 0 else "fmin", w.kind, carried)

    def at_place(self, place: int) -> str:
        """Return the mask of the lane of a place."""
        w = self.w
        lane = w.put(f"sub i64 {self.known[place]}, {self.name}.i")
        near = w.put(f"icmp ult i64 {lane}, {w.lanes}")
        lane = w.put(f"trunc i64 {w.put(f'select i1 {near}, i64 {lane}, i64 -1')} to i32")
        return w.put(f"icmp eq <{w.lanes} x i32> {w.iota()}, {w.splat(lane, 'i32')}")

    def counted(self, mask: str) -> str:
        """Return a mask without the lanes beyond the row's end."""
        return self.w.logic("and", mask, self.below) if mask and self.below else mask or self.below

    def room(self, slot: int) -> str:
        """Return the address where the entries at hand of a slot are kept."""
        w = self.w
        start = w.put(f"mul i64 %padded, {slot}")
        return w.put(f"getelementptr {w.kind}, ptr %room, i64 {w.put(f'add i64 {start}, {self.name}.i')}")


#: How two vectors of a reduction become one.
_JOINED: dict[str, Callable[[Writer, str, str], str]] = {
    "fadd": Writer.add,
    "fmax": Writer.larger,
    "fmin": Writer.smaller,
}


def smaller(w: Writer, value: str, limit: float) -> str:
    """Return an i1: whether the size of a number that is in all lanes is below a limit."""
    size = w.put(f"extractelement {w.vector} {w.abs(value)}, i32 0")
    return w.put(f"fcmp olt {w.kind} {size}, {w.scalar(limit)}")


def searched(w: Writer, lanes: int, storage: str, row: str, value: str) -> str:
    """Return the first place of a value in a row, a register of i64; 0 for nan. So many lanes are looked at together."""
    # it is one of the numbers, so that nothing is lost
    value = w.number_as(w.put(f"extractelement {w.vector} {value}, i32 0"), w.kind, storage)
    start = _passed_over(w, lanes, storage, row, value)
    j, head, body, after = (w.fresh(part) for part in ("j", "search", "look", "found"))
    before = w.block
    w.lines += [f"  br label {head}", f"{head[1:]}:"]
    w.lines += [f"  {j} = phi i64 [ {start}, {before} ], [ {j}.next, {body} ]", f"  {j}.rest = sub i64 %n, {j}"]
    w.lines += [f"  {j}.more = icmp sgt i64 {j}.rest, 0", f"  br i1 {j}.more, label {body}, label {after}"]
    w.label(body)
    with w.scope():
        mask = lanes_below(w, f"{j}.rest")
        part, own = w.masked_load(storage, row, j, mask), w.of_kind(storage)
        same = w.logic("and", mask, own.compare("ueq", part, own.splat(value)))
        bits = w.put(f"bitcast {w.mask} {same} to i{w.lanes}")
    w.lines += [f"  {j}.some = icmp ne i{w.lanes} {bits}, 0", f"  {j}.next = add i64 {j}, {w.lanes}"]
    w.lines.append(f"  br i1 {j}.some, label {after}, label {head}")
    w.label(after)
    w.lines.append(f"  {j}.bits = phi i{w.lanes} [ 1, {head} ], [ {bits}, {body} ]")
    w.lines.append(f"  {j}.start = phi i64 [ 0, {head} ], [ {j}, {body} ]")
    w.declared.add(f"declare i{w.lanes} @llvm.cttz.i{w.lanes}(i{w.lanes}, i1)")
    lane = w.put(f"call i{w.lanes} @llvm.cttz.i{w.lanes}(i{w.lanes} {j}.bits, i1 true)")
    lane = lane if w.lanes == 64 else w.put(f"zext i{w.lanes} {lane} to i64")
    return w.put(f"add i64 {j}.start, {lane}")


def _passed_over(w: Writer, lanes: int, storage: str, row: str, value: str) -> str:
    """How many entries at the row's start, in whole vectors of so many, aren't the value."""
    own = w.of_kind(storage).of_lanes(lanes)
    k, head, body, other, after = (w.fresh(part) for part in ("k", "skim", "whole", "other", "near"))
    before, wanted = w.block, own.splat(value)
    w.lines += [f"  br label {head}", f"{head[1:]}:"]
    w.lines += [f"  {k} = phi i64 [ 0, {before} ], [ {k}.next, {other} ]", f"  {k}.next = add i64 {k}, {lanes}"]
    w.lines += [f"  {k}.fits = icmp sle i64 {k}.next, %n", f"  br i1 {k}.fits, label {body}, label {after}"]
    w.label(body)
    with w.scope():
        at = w.put(f"getelementptr {storage}, ptr {row}, i64 {k}")
        part = w.put(f"load {own.vector}, ptr {at}, align {SIZES[storage]}")
        bits = w.put(f"bitcast {own.mask} {own.compare('ueq', part, wanted)} to i{lanes}")
    w.lines += [f"  {k}.some = icmp ne i{lanes} {bits}, 0", f"  br i1 {k}.some, label {after}, label {other}"]
    w.label(other)
    w.lines.append(f"  br label {head}")
    w.label(after)
    return k
