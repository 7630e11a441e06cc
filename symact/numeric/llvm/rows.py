"""The text of an LLVM module for a function of a vector: for each row the passes that its reductions ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from ...errors import NotSupportedError
from ..graph import LIBRARY, VECTOR_COSTS
from ..program import Place, Step
from .elementary import FUNCTIONS, Elementary
from .passes import Pass, lanes_below
from .target import Target
from .writer import Writer

__all__ = ["Rows", "module"]

#: Steps that make one number of a vector.
REDUCTIONS = frozenset({"total", "sum_others", "largest", "least", "entry", "place_of_largest", "place_of_least"})
#: Steps on entries that aren't operations of the graph.
ENTRIES = frozenset({"distance", "distance_error", "indicator", "with_entry"})
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


class _Schedule:
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


def slots(rows: Rows) -> int:
    """Return how many rows must be put aside; raise NotSupportedError for steps that have no kernel."""
    return len(_Schedule(rows).slots)


def lanes(rows: Rows, target: Target) -> int:
    """Return how many entries are computed together."""
    return target.lanes(rows.kind) // 2


def module(rows: Rows, target: Target) -> str:
    """Return the text of a module whose function @loop is the inner loop of a ufunc (n), …, (s) -> (n) or ().

    The input (s) is room for what is put aside; all rows must be contiguous.
    """
    schedule = _Schedule(rows)
    w = Writer(rows.kind, lanes(rows, target), target.wide)
    _Body(rows, schedule, w).write()
    attributes = f'nounwind alignstack=64 "target-cpu"="{target.cpu}" "target-features"="{target.features}"'
    attributes += ' "prefer-vector-width"="512" "min-legal-vector-width"="512"' if target.wide else ""
    declared = {
        *w.declared,
        "declare void @llvm.x86.sse.stmxcsr(ptr)",
        "declare void @llvm.x86.sse.ldmxcsr(ptr)",
    }
    head = ["define void @loop(ptr %args, ptr %dims, ptr %steps, ptr %data) #0 {", "entry:"]
    tail = [
        "}",
        *sorted(declared),
        f"attributes #0 = {{ {attributes} }}",
        '!0 = !{!"branch_weights", i32 1, i32 100}',
        '!1 = !{!"branch_weights", i32 100, i32 1}',
    ]
    return "\n".join([*head, *w.lines, *tail]) + "\n"


class _Body:
    """Writes the loop over rows."""

    def __init__(self, rows: Rows, schedule: _Schedule, writer: Writer) -> None:
        self.rows, self.schedule, self.w = rows, schedule, writer
        self.e = Elementary(writer, rows.digits)
        #: Registers that hold one number for each row, in all lanes; of places also the number there.
        self.known: dict[int, str] = {}
        self.there: dict[int, str] = {}
        self.kept: set[int] = set()

    def write(self) -> None:
        """Write everything between the braces."""
        w, rows = self.w, self.rows
        operands = rows.inputs + 2
        w.lines += ["  %saved = alloca i32", "  %plain = alloca i32", "  call void @llvm.x86.sse.stmxcsr(ptr %saved)"]
        w.lines += ["  store i32 8064, ptr %plain", "  call void @llvm.x86.sse.ldmxcsr(ptr %plain)"]
        w.lines += ["  %rows = load i64, ptr %dims", "  %size = getelementptr i64, ptr %dims, i64 1"]
        w.lines.append("  %n = load i64, ptr %size")
        for k in range(operands):
            w.lines += [
                f"  %a{k} = getelementptr ptr, ptr %args, i64 {k}",
                f"  %q{k} = load ptr, ptr %a{k}",
                f"  %t{k} = getelementptr i64, ptr %steps, i64 {k}",
                f"  %s{k} = load i64, ptr %t{k}",
            ]
        # rows that are put aside end with a whole vector
        w.lines += [f"  %n.more = add i64 %n, {w.lanes - 1}", f"  %padded = and i64 %n.more, -{w.lanes}"]
        w.lines.append(f"  %room = load ptr, ptr %a{rows.inputs}")
        w.lines += ["  br label %row", "row:", "  %r = phi i64 [ 0, %entry ], [ %r.next, %row.end ]"]
        w.lines += ["  %r.more = icmp slt i64 %r, %rows", "  br i1 %r.more, label %row.start, label %finished"]
        w.label("%row.start")
        for k in range(operands):
            w.lines += [f"  %o{k} = mul i64 %r, %s{k}", f"  %row{k} = getelementptr i8, ptr %q{k}, i64 %o{k}"]
        with w.scope():
            self._row()
        w.lines += ["  br label %row.end", "row.end:", "  %r.next = add i64 %r, 1", "  br label %row", "finished:"]
        w.lines += ["  call void @llvm.x86.sse.ldmxcsr(ptr %saved)", "  ret void"]

    def _row(self) -> None:
        w, rows, schedule = self.w, self.rows, self.schedule
        for k, number in enumerate(rows.numbers):
            if number:
                value = w.put(f"load {rows.storage}, ptr %row{k}")
                self.known[k] = w.splat(w.number_as(value, rows.storage, rows.kind))
        for level in range(schedule.last + 1):
            for k in schedule.numbers(level):
                self.known[k] = self._number(schedule.steps[k])
            if level < schedule.last:
                self._reduce(level)
        output = f"%row{rows.inputs + 1}"
        if rows.axes:
            with self._pass(schedule.last) as p:
                p.store(rows.result, output)
            return
        value = self.known[rows.result[1]] if isinstance(rows.result, tuple) else w.number(rows.result)
        one = w.put(f"extractelement {w.vector} {value}, i32 0")
        w.lines.append(f"  store {rows.storage} {w.number_as(one, rows.kind, rows.storage)}, ptr {output}")

    @contextmanager
    def _pass(self, level: int) -> Iterator[Pass]:
        rows, schedule = self.rows, self.schedule
        p = Pass(
            self.e, f"%pass{level}", rows.storage, schedule.steps, schedule.uses, schedule.slots, self.known, self.there,
            self.kept, "%padded",
        )  # fmt: skip
        with p.running({k: f"%row{k}" for k, number in enumerate(rows.numbers) if not number}):
            yield p
        self.kept |= p.values.keys() & schedule.slots.keys()

    def _number(self, step: Step) -> str:
        w = self.w
        if step.op == "length":
            return w.splat(w.put(f"sitofp i64 %n to {w.kind}"))
        args = [self.known[a[1]] if isinstance(a, tuple) else w.number(a) for a in step.args]
        return FUNCTIONS[step.op](self.e, *args)

    def _reduce(self, level: int) -> None:
        """One pass over the row for all reductions of a level, then those places that it made known."""
        steps = self.schedule.steps
        found = self.schedule.reductions(level + 1)
        with self._pass(level) as p:
            for k in found:
                p.reduce(k)
        for k in found:
            self.known[k] = p.reduced[k]
            if steps[k].op.startswith("place"):
                (source,) = registers(steps[k].args)
                if source >= self.rows.inputs:
                    raise NotSupportedError("kernels look for places among the inputs only")
                self.there[k] = p.reduced[k]
                self.known[k] = self._searched(f"%row{source}", p.reduced[k])

    def _searched(self, name: str, value: str) -> str:
        """The first place of a value in an input, in a register of i64; 0 for nan."""
        w = self.w
        j, head, body, after = (w.fresh(part) for part in ("j", "search", "look", "found"))
        before = w.block
        # it is one of the numbers, so that nothing is lost
        value = w.number_as(w.put(f"extractelement {w.vector} {value}, i32 0"), w.kind, self.rows.storage)
        w.lines += [f"  br label {head}", f"{head[1:]}:"]
        w.lines += [f"  {j} = phi i64 [ 0, {before} ], [ {j}.next, {body} ]", f"  {j}.rest = sub i64 %n, {j}"]
        w.lines += [f"  {j}.more = icmp sgt i64 {j}.rest, 0", f"  br i1 {j}.more, label {body}, label {after}"]
        w.label(body)
        with w.scope():
            mask = lanes_below(w, f"{j}.rest")
            part, own = w.masked_load(self.rows.storage, name, j, mask), w.of_kind(self.rows.storage)
            same = w.logic("and", mask, own.compare("ueq", part, own.splat(value)))
            bits = w.put(f"bitcast {w.mask} {same} to i{w.lanes}")
        w.lines += [f"  {j}.some = icmp ne i{w.lanes} {bits}, 0", f"  {j}.next = add i64 {j}, {w.lanes}"]
        w.lines.append(f"  br i1 {j}.some, label {after}, label {head}")
        w.label(after)
        w.lines.append(f"  {j}.bits = phi i{w.lanes} [ 1, {head} ], [ {bits}, {body} ]")
        w.lines.append(f"  {j}.start = phi i64 [ 0, {head} ], [ {j}, {body} ]")
        w.declared.add(f"declare i{w.lanes} @llvm.cttz.i{w.lanes}(i{w.lanes}, i1)")
        lane = w.put(f"call i{w.lanes} @llvm.cttz.i{w.lanes}(i{w.lanes} {j}.bits, i1 true)")
        return w.put(f"add i64 {j}.start, {w.put(f'zext i{w.lanes} {lane} to i64')}")
