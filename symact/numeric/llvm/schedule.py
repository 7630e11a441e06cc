"""Which step of a function of rows belongs to which pass, and what is kept between passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import NotSupportedError
from ..operations import LIBRARY, VECTOR_COSTS
from ..program import Place, Step
from .elementary import FUNCTIONS

__all__ = ["Rows", "Schedule"]

#: Steps that make one number of a vector.
REDUCTIONS = frozenset({"total", "sum_others", "largest", "least", "entry", "place_of_largest", "place_of_least"})
#: Steps on entries that aren't operations of the graph.
ENTRIES = frozenset({"distance", "distance_error", "indicator", "relative", "with_entry"})
#: A value that costs more than this many ns is kept from one pass to the next.
KEPT = 0.3


@dataclass(frozen=True)
class Rows:
    """A function of the rows of matrices as steps over registers, those of the inputs first.

    `numbers` tells which inputs are a number for each row. `axes` is 0 where the result is one, 1 for a row. `storage` is
    the type of all arrays, "half", "float" or "double", `kind` that of the arithmetic.
    """

    steps: tuple[Step, ...]
    result: Place
    numbers: tuple[bool, ...]
    axes: int
    storage: str
    kind: str

    @property
    def digits(self) -> int:
        """The digits `Elementary` must give."""
        return 24 if self.kind == "float" else 53 if self.storage == "double" else 32

    @property
    def inputs(self) -> int:
        """How many arrays are read, what is put aside left out."""
        return len(self.numbers)


class Schedule:
    """Which step belongs to which pass, and what is kept between passes."""

    def __init__(self, rows: Rows) -> None:
        self.steps = {step.out[1]: step for step in rows.steps if isinstance(step.out, tuple)}
        self.entry = {k: not number for k, number in enumerate(rows.numbers)}
        self.level = dict.fromkeys(self.entry, 0)
        self.uses: dict[int, int] = {}
        for k, step in self.steps.items():
            args = registers(step.args)
            for a in args:
                self.uses[a] = self.uses.get(a, 0) + 1
            level = max((self.level[a] for a in args), default=0)
            if step.op in REDUCTIONS:
                self.entry[k], self.level[k] = False, level + 1
            elif step.op == "length":
                self.entry[k], self.level[k] = False, 0
            elif step.op in ENTRIES or step.op in FUNCTIONS:
                self.entry[k] = step.op in ENTRIES or any(self.entry[a] for a in args)
                self.level[k] = level
            else:
                raise NotSupportedError(f"kernels have no step {step.op}")
        result = registers((rows.result,))
        self.last = max((self.level[a] for a in result), default=0)
        self.roots = [self._arguments(level) for level in range(self.last)]
        self.roots.append(result if rows.axes else [])
        self.slots = self._kept()

    def reductions(self, level: int) -> list[int]:
        """The reductions that the pass before this level makes."""
        return [k for k, step in self.steps.items() if step.op in REDUCTIONS and self.level[k] == level]

    def numbers(self, level: int) -> list[int]:
        """The operations on numbers of this level."""
        return [
            k
            for k, step in self.steps.items()
            if not self.entry[k] and step.op not in REDUCTIONS and self.level[k] == level
        ]

    def source(self, step: Step) -> int:
        """The input in which a place is looked for."""
        (found,) = registers(step.args)
        if self.steps.get(found) is not None:
            raise NotSupportedError("kernels look for places among the inputs only")
        return found

    def compared(self) -> list[int]:
        """The inputs whose entries are compared first, and then taken relative to the largest or the least."""
        places = [self.steps[k] for k in self.reductions(1) if self.steps[k].op.startswith("place")]
        return list(dict.fromkeys(self.source(step) for step in places))

    def _arguments(self, level: int) -> list[int]:
        return [a for k in self.reductions(level + 1) for a in registers(self.steps[k].args)]

    def _kept(self) -> dict[int, int]:
        """The place of each value that a later pass reads."""
        slots: dict[int, int] = {}
        done: set[int] = set()
        for roots in self.roots:
            stack, seen = list(roots), set()
            while stack:
                a = stack.pop()
                if a in seen or a not in self.steps or not self.entry[a]:
                    continue
                if a in done and self._cost(a) > KEPT:
                    slots.setdefault(a, len(slots))
                    continue
                seen.add(a)
                stack.extend(registers(self.steps[a].args))
            done |= seen
        return slots

    def _cost(self, a: int) -> float:
        """What a value costs from the inputs on, numbers left out."""
        total, stack, seen = 0.0, [a], set()
        while stack:
            b = stack.pop()
            if b in self.steps and self.entry[b] and b not in seen:
                seen.add(b)
                total += 0.1 if self.steps[b].op in ENTRIES else VECTOR_COSTS.get(self.steps[b].op, LIBRARY)
                stack.extend(registers(self.steps[b].args))
        return total


def registers(places: Sequence[Place]) -> list[int]:
    """Return the numbers of the registers among places."""
    return [place[1] for place in places if isinstance(place, tuple)]
