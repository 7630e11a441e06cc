"""One pass over the entries of a row: values computed vector by vector, reduced, kept for a later pass, or stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..program import Place, Step
from .elementary import FUNCTIONS, Elementary
from .writer import SIZES, Writer

__all__ = ["Pass", "lanes_below"]

#: Reduction → where it starts, if it isn't a sum.
_START = {
    "largest": float("-inf"),
    "least": float("inf"),
    "place_of_largest": float("-inf"),
    "place_of_least": float("inf"),
}


def lanes_below(w: Writer, rest: str) -> str:
    """Return the mask of the first `rest` lanes."""
    few = w.put(f"icmp slt i64 {rest}, {w.lanes}")
    count = w.put(f"trunc i64 {w.put(f'select i1 {few}, i64 {rest}, i64 {w.lanes}')} to i32")
    return w.put(f"icmp slt <{w.lanes} x i32> {w.iota()}, {w.splat(count, 'i32')}")


@dataclass(frozen=True)
class _Total:
    """A reduction across lanes, the type it is made in, and what the loop carries: registers with type, start and next value."""

    across_lanes: str
    kind: str
    carried: tuple[tuple[str, str, str, str], ...]

    def across(self, w: Writer) -> str:
        """Return the number it comes to; nan if there was one."""
        own = w.of_kind(self.kind)
        found = own.across(self.across_lanes, self.carried[0][0])
        if len(self.carried) > 1:
            nan = w.put(f"icmp ne i{w.lanes} {w.put(f'bitcast {w.mask} {self.carried[1][0]} to i{w.lanes}')}, 0")
            found = w.put(f"select i1 {nan}, {self.kind} {w.scalar(float('nan'))}, {self.kind} {found}")
        return w.number_as(found, self.kind, w.kind)


@dataclass
class Pass:
    """What happens to the entries at hand, in a loop that `running` writes.

    `known` has what is one number for each row, in all lanes (of a place its index), `there` the number at a place,
    `slots` where values are kept, `kept` those that an earlier pass left there. After the loop `reduced` has the reductions.
    """

    e: Elementary
    name: str
    storage: str
    steps: Mapping[int, Step]
    uses: Mapping[int, int]
    slots: Mapping[int, int]
    known: Mapping[int, str]
    there: Mapping[int, str]
    kept: set[int]
    room: str
    values: dict[int, str] = field(default_factory=dict)
    loaded: dict[int, str] = field(default_factory=dict)
    totals: dict[int, _Total] = field(default_factory=dict)
    reduced: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.w = self.e.w
        self.zero = self.w.number(0.0)

    @contextmanager
    def running(self, inputs: Mapping[int, str]) -> Iterator[Pass]:
        """Write the loop around what is done inside; `inputs` has pointers to the row of each input."""
        w, name = self.w, self.name
        before = w.block
        w.lines += [f"  br label {name}", f"{name[1:]}:"]
        head = len(w.lines)
        w.lines += [f"  {name}.rest = sub i64 %n, {name}.i", f"  {name}.more = icmp sgt i64 {name}.rest, 0"]
        w.lines.append(f"  br i1 {name}.more, label {name}.load, label {name}.done")
        with w.scope():
            self._load(inputs)
            yield self
        end = w.block
        w.lines += [f"  {name}.next = add i64 {name}.i, {w.lanes}", f"  br label {name}"]
        phis = [f"  {name}.i = phi i64 [ 0, {before} ], [ {name}.next, {end} ]"]
        for total in dict.fromkeys(self.totals.values()):
            phis += [
                f"  {at} = phi {kind} [ {start}, {before} ], [ {following}, {end} ]"
                for at, kind, start, following in total.carried
            ]
        w.lines[head:head] = phis
        w.label(f"{name}.done")
        self.reduced = {k: w.splat(total.across(w)) for k, total in self.totals.items()}

    def _load(self, inputs: Mapping[int, str]) -> None:
        """Load whole vectors, or the lanes that are left."""
        w, name = self.w, self.name
        stored = f"<{w.lanes} x {self.storage}>"
        w.label(f"{name}.load")
        w.lines.append(f"  {name}.full = icmp sge i64 {name}.rest, {w.lanes}")
        w.lines.append(f"  br i1 {name}.full, label {name}.whole, label {name}.part, !prof !1")
        w.label(f"{name}.whole")
        with w.scope():
            whole = {}
            for k, row in inputs.items():
                at = w.put(f"getelementptr {self.storage}, ptr {row}, i64 {name}.i")
                whole[k] = w.put(f"load {stored}, ptr {at}, align {SIZES[self.storage]}")
        w.lines.append(f"  br label {name}.start")
        w.label(f"{name}.part")
        with w.scope():
            below = lanes_below(w, f"{name}.rest")
            part = {k: w.masked_load(self.storage, row, f"{name}.i", below) for k, row in inputs.items()}
        w.lines.append(f"  br label {name}.start")
        w.label(f"{name}.start")
        self.loaded = {
            k: w.put(f"phi {stored} [ {whole[k]}, {name}.whole ], [ {part[k]}, {name}.part ]") for k in inputs
        }
        self.below = w.put(f"phi {w.mask} [ splat (i1 true), {name}.whole ], [ {below}, {name}.part ]")
        self.values = {k: w.vector_as(v, self.storage, w.kind) for k, v in self.loaded.items()}

    def store(self, place: Place, row: str) -> None:
        """Store a value into a row."""
        w, name = self.w, self.name
        value = w.vector_as(self.value(place), w.kind, self.storage)
        stored = f"<{w.lanes} x {self.storage}>"
        at = w.put(f"getelementptr {self.storage}, ptr {row}, i64 {name}.i")
        w.lines.append(f"  br i1 {name}.full, label {name}.store, label {name}.some, !prof !1")
        w.label(f"{name}.store")
        w.lines += [f"  store {stored} {value}, ptr {at}, align {SIZES[self.storage]}", f"  br label {name}.stored"]
        w.label(f"{name}.some")
        w.masked_store(self.storage, value, at, self.below)
        w.lines.append(f"  br label {name}.stored")
        w.label(f"{name}.stored")

    def reduce(self, k: int) -> None:
        """Take the entries at hand into a reduction."""
        step = self.steps[k]
        same = next((total for j, total in self.totals.items() if _alike(self.steps[j], step)), None)
        self.totals[k] = same or (self._extreme(step) if step.op in _START else self._sum(step))

    def _sum(self, step: Step) -> _Total:
        w = self.w
        value, total, mask = self.value(step.args[0]), w.fresh("sum"), self.below
        if step.op != "total":
            mask = self._at(step.args[1]) if step.op == "entry" else w.logic("and", mask, self._apart(step.args[1]))
        # 0 would take the sign from -0
        zero = w.number(-0.0)
        following = w.add(total, w.select(mask, value, zero))
        return _Total("fadd", w.kind, ((total, w.vector, zero, following),))

    def _extreme(self, step: Step) -> _Total:
        """The largest or the least, in the type of the arrays where it is one of an input; and whether there was a nan."""
        w, start, value = self.w, _START[step.op], self.value(step.args[0])
        source = step.args[0][1] if isinstance(step.args[0], tuple) else None
        if source in self.loaded and self.storage != "half":
            w, value = w.of_kind(self.storage), self.loaded[source]
        total, seen = w.fresh("most"), w.fresh("nan")
        value = w.select(self.below, value, w.number(start))
        following = w.larger(value, total) if start < 0 else w.smaller(value, total)
        nan = w.logic("or", seen, w.compare("uno", value, value))
        carried = ((total, w.vector, w.number(start), following), (seen, w.mask, "zeroinitializer", nan))
        return _Total("fmax" if start < 0 else "fmin", w.kind, carried)

    # values

    def value(self, place: Place) -> str:
        """Return the register of a value for the entries at hand."""
        if not isinstance(place, tuple):
            return self.w.number(place)
        k = place[1]
        if k in self.known:
            return self.known[k]
        if k not in self.values:
            if k in self.kept:
                self.values[k] = self.w.put(f"load {self.w.vector}, ptr {self._room(k)}, align {SIZES[self.w.kind]}")
            else:
                self.values[k] = self._made(self.steps[k])
                if k in self.slots:
                    self.w.lines.append(
                        f"  store {self.w.vector} {self.values[k]}, ptr {self._room(k)}, align {SIZES[self.w.kind]}"
                    )
        return self.values[k]

    def _room(self, k: int) -> str:
        """The address where the entries at hand of a value are kept."""
        w = self.w
        start = w.put(f"mul i64 {self.room}, {self.slots[k]}")
        return w.put(f"getelementptr {w.kind}, ptr %room, i64 {w.put(f'add i64 {start}, {self.name}.i')}")

    def _made(self, step: Step) -> str:
        rule = _ENTRIES.get(step.op)
        if rule:
            return rule(self, *step.args)
        if step.op == "add":
            for first, second in (step.args, step.args[::-1]):
                if self._product(second):
                    u, v = (self.value(a) for a in self.steps[second[1]].args)  # type: ignore[index]
                    return self.value(first) if self.zero in (u, v) else self.w.fma(u, v, self.value(first))
        return FUNCTIONS[step.op](self.e, *(self.value(a) for a in step.args))

    def _product(self, place: Place) -> bool:
        """Whether a value is a product that nothing else needs."""
        if not isinstance(place, tuple) or place[1] not in self.steps or place[1] in self.known:
            return False
        return self.steps[place[1]].op == "mul" and self.uses[place[1]] == 1 and place[1] not in self.slots

    # steps on entries

    def _at(self, place: Place) -> str:
        """The mask of the lane of a place."""
        w = self.w
        index = self.known[place[1]]  # type: ignore[index]
        lane = w.put(f"sub i64 {index}, {self.name}.i")
        near = w.put(f"icmp ult i64 {lane}, {w.lanes}")
        lane = w.put(f"trunc i64 {w.put(f'select i1 {near}, i64 {lane}, i64 -1')} to i32")
        return w.put(f"icmp eq <{w.lanes} x i32> {w.iota()}, {w.splat(lane, 'i32')}")

    def _apart(self, place: Place) -> str:
        return self.w.negated(self._at(place))

    def _distance(self, x: Place, reference: Place, place: Place, flat: Place) -> str:
        w, start = self.w, self.value(reference)
        found = w.sub(self.value(x), start)
        found = w.select(self._at(place), w.select(w.compare("uno", start, start), start, self.zero), found)
        if flat == 0:
            return found
        endless = w.compare("oeq", w.abs(start), w.number(float("inf")))
        return w.select(w.logic("and", endless, w.compare("uno", found, found)), self.zero, found)

    def _distance_error(self, x: Place, reference: Place, distance: Place) -> str:
        if self.e.digits == 32:
            # what is lost in double precision doesn't matter
            return self.zero
        w = self.w
        a, b, found = self.value(x), self.value(reference), self.value(distance)
        part = w.sub(found, a)
        error = w.add(w.sub(a, w.sub(found, part)), w.sub(w.neg(b), part))
        return w.select(w.compare("olt", w.abs(error), w.number(float("inf"))), error, self.zero)

    def _indicator(self, x: Place, place: Place) -> str:
        w, there = self.w, self.there[place[1]]  # type: ignore[index]
        found = w.select(self._at(place), w.number(1.0), self.zero)
        return w.select(w.compare("uno", there, there), there, found)

    def _with_entry(self, x: Place, place: Place, value: Place) -> str:
        return self.w.select(self._at(place), self.value(value), self.value(x))


def _alike(a: Step, b: Step) -> bool:
    """Whether two reductions go the same way over the same values."""
    kind = [_START.get(step.op, step.op) for step in (a, b)]
    return kind[0] == kind[1] and a.args == b.args


#: Steps on entries that aren't operations of the graph.
_ENTRIES: dict[str, Callable[..., str]] = {
    "distance": Pass._distance,
    "distance_error": Pass._distance_error,
    "indicator": Pass._indicator,
    "with_entry": Pass._with_entry,
}
