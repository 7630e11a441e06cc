"""The values of steps for the entries at hand, however entries lie in vectors: along a row, or across rows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from ..program import Place, Step
from ..spans import ANYWHERE
from .elementary import FUNCTIONS, Elementary
from .relative import relative
from .vectors import SIZES

__all__ = ["START", "Entries", "Total", "register"]

#: Reduction → where it starts, if it isn't a sum.
START = {
    "largest": float("-inf"),
    "least": float("inf"),
    "place_of_largest": float("-inf"),
    "place_of_least": float("inf"),
}

#: The sign of an argument → where it lies.
_REACH = {-1: (float("-inf"), 0.0), 0: ANYWHERE, 1: (0.0, float("inf"))}


@dataclass(frozen=True)
class Total:
    """A reduction: how lanes are joined, the type it is made in, and what the loop carries.

    That is the end of a register's name (its beginning is the loop's), its type, where it starts, and its next value.
    """

    joined: str
    kind: str
    carried: tuple[tuple[str, str, str, str], ...]


@dataclass
class Entries(ABC):
    """What happens to the entries at hand, in a loop named `name` whose counter is `name`.i.

    `known` has what is one number for each row (of a place its index), `there` the number at a place, `slots` where values
    are kept, `kept` those that an earlier loop left there. `plain`: all entries are finite and not so large that a
    difference overflows.
    """

    e: Elementary
    name: str
    storage: str
    steps: Mapping[int, Step]
    uses: Mapping[int, int]
    slots: Mapping[int, int]
    known: dict[int, str]
    there: dict[int, str]
    kept: set[int]
    plain: bool
    values: dict[int, str] = field(default_factory=dict)
    totals: dict[int, Total] = field(default_factory=dict)
    #: Where the loop starts, and what is carried there that an earlier loop made, by the end of its name.
    start: str = "0"
    before: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.w = self.e.w
        self.zero = self.w.number(0.0)

    @abstractmethod
    def at_place(self, place: int) -> str:
        """Return the mask of the lanes where the entry at hand is at a place."""

    @abstractmethod
    def room(self, slot: int) -> str:
        """Return the address where the entries at hand of a slot are kept."""

    @abstractmethod
    def given(self, k: int) -> str:
        """Return the entries at hand of an input."""

    @abstractmethod
    def number(self, value: str) -> str:
        """Return what is known of a row, in the lanes of its entries."""

    @abstractmethod
    def counted(self, mask: str) -> str:
        """Return a mask, empty for all lanes, without the lanes that have no entry."""

    @abstractmethod
    def extreme(self, k: int) -> Total:
        """Return the largest or the least so far, and what tells where it is nan."""

    def run(self, body: Callable[[Self], None]) -> None:
        """Write the loop around a body."""
        w, name = self.w, self.name
        entry = w.block
        w.lines += [f"  br label {name}", f"{name[1:]}:"]
        head = len(w.lines)
        w.lines += [
            f"  {name}.rest = sub i64 %n, {name}.i",
            f"  {name}.more = icmp sge i64 {name}.rest, {self.least()}",
        ]
        w.lines.append(f"  br i1 {name}.more, label {name}.some, label {name}.done")
        w.label(f"{name}.some")
        with w.scope():
            body(self)
        end = w.block
        w.lines += [f"  {name}.next = add i64 {name}.i, {self.step()}", f"  br label {name}"]
        phis = [f"  {name}.i = phi i64 [ {self.start}, {entry} ], [ {name}.next, {end} ]"]
        for total in dict.fromkeys(self.totals.values()):
            phis += [
                f"  {name}{at} = phi {kind} [ {self.before.get(at, start)}, {entry} ], [ {following}, {end} ]"
                for at, kind, start, following in total.carried
            ]
        w.lines[head:head] = phis
        w.label(f"{name}.done")

    @abstractmethod
    def step(self) -> int:
        """Return how many places the loop goes on at a time."""

    @abstractmethod
    def least(self) -> int:
        """Return with how many places left it still runs."""

    def reduce(self, k: int) -> None:
        """Take the entries at hand into a reduction."""
        step = self.steps[k]
        same = next((total for j, total in self.totals.items() if _alike(self.steps[j], step)), None)
        self.totals[k] = same or (self.extreme(k) if step.op in START else self._sum(k))

    def _sum(self, k: int) -> Total:
        w, step = self.w, self.steps[k]
        value, total, mask = self.value(step.args[0]), f"{self.name}.sum{k}", ""
        if step.op != "total":
            mask = self.at_place(register(step.args[1]))
            mask = mask if step.op == "entry" else w.negated(mask)
        mask = self.counted(mask)
        # 0 would take the sign from -0
        zero = w.number(-0.0)
        following = w.add(total, w.select(mask, value, zero) if mask else value)
        return Total("fadd", w.kind, ((f".sum{k}", w.vector, zero, following),))

    # values

    def value(self, place: Place) -> str:
        """Return the register of a value for the entries at hand."""
        if not isinstance(place, tuple):
            return self.w.number(place)
        k = place[1]
        if k in self.known:
            return self.number(self.known[k])
        if k not in self.values:
            if k in self.kept:
                self.values[k] = self.w.put(
                    f"load {self.w.vector}, ptr {self.room(self.slots[k])}, align {self._align}"
                )
            else:
                self.values[k] = self._made(self.steps[k]) if k in self.steps else self.given(k)
                if k in self.slots:
                    at = self.room(self.slots[k])
                    self.w.lines.append(f"  store {self.w.vector} {self.values[k]}, ptr {at}, align {self._align}")
        return self.values[k]

    @property
    def _align(self) -> int:
        return SIZES[self.w.kind]

    def _made(self, step: Step) -> str:
        rule = _ENTRIES.get(step.op)
        if rule:
            return rule(self, *step.args)
        if step.op == "add":
            for first, second in (step.args, step.args[::-1]):
                if self._product(second):
                    u, v = (self.value(a) for a in self.steps[register(second)].args)
                    return self.value(first) if self.zero in (u, v) else self.w.fma(u, v, self.value(first))
        args = [self.value(a) for a in step.args]
        if step.op in ("exp", "expm1"):
            self.e.reach = _REACH[self._sign(step.args[0])]
        found = FUNCTIONS[step.op](self.e, *args)
        self.e.reach = ANYWHERE
        return found

    def _product(self, place: Place) -> bool:
        """Whether a value is a product that nothing else needs."""
        if not isinstance(place, tuple) or place[1] not in self.steps or place[1] in self.known:
            return False
        return self.steps[place[1]].op == "mul" and self.uses[place[1]] == 1 and place[1] not in self.slots

    def _sign(self, place: Place) -> int:
        """1 or -1 for what can't be below or above 0 (or is nan): distances from the least or the largest entry."""
        if not isinstance(place, tuple):
            return 1 if place > 0 else -1
        step = self.steps.get(place[1])
        if step is None:
            return 0
        if step.op == "distance":
            return -1 if self.steps[register(step.args[1])].op == "largest" else 1
        if step.op == "neg":
            return -self._sign(step.args[0])
        return self._sign(step.args[0]) * self._sign(step.args[1]) if step.op == "mul" else 0

    # steps on entries

    def _distance(self, x: Place, reference: Place, place: Place, flat: Place) -> str:
        w, start = self.w, self.value(reference)
        found = w.sub(self.value(x), start)
        if self.plain:
            return found
        at = self.at_place(register(place))
        found = w.select(at, w.select(w.compare("uno", start, start), start, self.zero), found)
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
        error = w.sub(w.sub(a, w.sub(found, part)), w.add(b, part))
        if self.plain:
            return error
        return w.select(w.compare("olt", w.abs(error), w.number(float("inf"))), error, self.zero)

    def _relative(self, x: Place, k: Place, r: Place, least: Place, otherwise: Place) -> str:
        if not self.plain:
            return self.value(otherwise)
        return relative(self.w, self.value(x), self.value(k), self.value(r), self.value(least))

    def _indicator(self, x: Place, place: Place) -> str:
        w, k = self.w, register(place)
        found, there = w.select(self.at_place(k), w.number(1.0), self.zero), self.number(self.there[k])
        return w.select(w.compare("uno", there, there), there, found)

    def _with_entry(self, x: Place, place: Place, value: Place) -> str:
        return self.w.select(self.at_place(register(place)), self.value(value), self.value(x))


def register(place: Place) -> int:
    """Return the number of a register."""
    assert isinstance(place, tuple)
    return place[1]


def _alike(a: Step, b: Step) -> bool:
    """Return whether two reductions go the same way over the same values."""
    kind = [START.get(step.op, step.op) for step in (a, b)]
    return kind[0] == kind[1] and a.args == b.args


#: Steps on entries that aren't operations of the graph.
_ENTRIES: dict[str, Callable[..., str]] = {
    "distance": Entries._distance,
    "distance_error": Entries._distance_error,
    "indicator": Entries._indicator,
    "relative": Entries._relative,
    "with_entry": Entries._with_entry,
}
