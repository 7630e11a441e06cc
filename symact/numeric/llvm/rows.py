"""The text of an LLVM module for a function of a vector: for each row the passes that its reductions ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import inf

from .columns import Columns, offsets
from .control import declared, quiet, restored
from .elementary import FUNCTIONS, Elementary
from .entries import Entries
from .passes import Pass, lanes_below, searched, smaller
from .relative import REACH, references, related
from .schedule import Rows, Schedule
from .spec import LINE
from .target import Target
from .vectors import SIZES
from .writer import Writer

__all__ = ["module", "room"]

#: Rows of at most so many entries are computed a lane each, where there are at least so many of them,
SHORT, MANY = 24, 4
#: and where neighbouring rows are no further apart than this many bytes.
NEAR = 1 << 26


def room(rows: Rows, target: Target, size: int) -> int:
    """Return how many bytes must be there to put things aside in rows of a size."""
    kept, lanes = len(Schedule(related(rows, target)).slots), _lanes(rows, target)
    whole = -(-size // target.lanes(rows.kind)) * target.lanes(rows.kind)
    across = (kept + rows.inputs) * size * lanes if size <= SHORT else 0
    return max(kept * whole, across) * SIZES[rows.kind] + LINE


def _lanes(rows: Rows, target: Target) -> int:
    """How many entries are computed together where a row doesn't fill the widest vectors: as many as one register holds."""
    return (512 if target.wide else 256) // (8 * SIZES[rows.kind])


def module(rows: Rows, target: Target) -> str:
    """Return the text of a module whose function @loop is the inner loop of a ufunc (n), …, (s) -> (n) or ().

    The input (s) is room for what is put aside; entries of a row must be neighbours.
    """
    w = Writer(rows.kind, _lanes(rows, target), target.wide)
    _Body(rows, target, w).write()
    attributes = f'nounwind alignstack=64 "target-cpu"="{target.cpu}" "target-features"="{target.features}"'
    attributes += ' "prefer-vector-width"="512" "min-legal-vector-width"="512"' if target.wide else ""
    names = {*w.declared, *declared(target)}
    head = ["define void @loop(ptr %args, ptr %dims, ptr %steps, ptr %data) #0 {", "entry:"]
    tail = [
        "}",
        *sorted(names),
        f"attributes #0 = {{ {attributes} }}",
        '!0 = !{!"branch_weights", i32 1, i32 100}',
        '!1 = !{!"branch_weights", i32 100, i32 1}',
    ]
    return "\n".join([*head, *w.lines, *tail]) + "\n"


class _Body:
    """Writes the loop over rows, or over blocks of short rows."""

    def __init__(self, rows: Rows, target: Target, writer: Writer) -> None:
        rows = related(rows, target)
        self.rows, self.target, self.schedule, self.w = rows, target, Schedule(rows), writer
        self.e = Elementary(writer, rows.digits)
        self.wide = Elementary(writer.of_lanes(target.lanes(rows.kind)), rows.digits)
        #: What is one number for each row, in all lanes (of places the index); of places also the number there.
        self.known: dict[int, str] = {}
        self.there: dict[int, str] = {}
        self.kept: set[int] = set()

    def write(self) -> None:
        """Write everything between the braces."""
        w, rows = self.w, self.rows
        operands = rows.inputs + 2
        w.lines += quiet(self.target)
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
        lanes = self.wide.w.lanes
        w.lines += [f"  %n.more = add i64 %n, {lanes - 1}", f"  %padded = and i64 %n.more, -{lanes}"]
        # and begin with a cache line
        w.lines += [
            f"  %room.given = load ptr, ptr %a{rows.inputs}",
            "  %room.number = ptrtoint ptr %room.given to i64",
        ]
        w.lines += ["  %room.minus = sub i64 0, %room.number", f"  %room.off = and i64 %room.minus, {LINE - 1}"]
        w.lines.append("  %room = getelementptr i8, ptr %room.given, i64 %room.off")
        across = rows.storage != "half"
        if across:
            self._choice()
        else:
            w.lines.append("  br label %along")
        w.label("%along")
        w.lines += ["  br label %row", "row:", "  %r = phi i64 [ 0, %along ], [ %r.next, %row.end ]"]
        w.lines += ["  %r.more = icmp slt i64 %r, %rows", "  br i1 %r.more, label %row.start, label %finished"]
        w.label("%row.start")
        for k in range(operands):
            w.lines += [f"  %o{k} = mul i64 %r, %s{k}", f"  %row{k} = getelementptr i8, ptr %q{k}, i64 %o{k}"]
            w.lines.append(f"  %next{k} = getelementptr i8, ptr %row{k}, i64 %s{k}")
        with w.scope():
            self._row()
        w.lines += ["  br label %row.end", "row.end:", "  %r.next = add i64 %r, 1", "  br label %row"]
        if across:
            self._blocks()
        w.lines += ["finished:", *restored(self.target)]

    def _row(self) -> None:
        """One row: at first as if all entries were plain, which the first pass tells; else with all care."""
        w, compared = self.w, self.schedule.compared()
        if compared:
            self._begin()

            def look(p: Pass) -> None:
                self._reductions(0, p)
                for k in compared:
                    p.check(k)

            p = self._pass(0, True, look)
            found = p.finish()
            limits = [(found.pop(-1 - k), inf) for k in compared] + [(found[k], REACH) for k in references(self.rows)]
            fine = "true"
            for value, limit in limits:
                fine = w.put(f"and i1 {fine}, {smaller(w, value, limit)}")
            w.lines.append(f"  br i1 {fine}, label %row.plain, label %row.careful, !prof !1")
            w.label("%row.plain")
            with w.scope():
                self._found(0, found)
                self._levels(1, True)
            w.lines.append("  br label %row.end")
            w.label("%row.careful")
        with w.scope():
            self._begin()
            self._levels(0, False)

    def _begin(self) -> None:
        """Known are the inputs that are numbers, and what follows from them alone."""
        w, rows = self.w, self.rows
        self.known, self.there, self.kept = {}, {}, set()
        for k, number in enumerate(rows.numbers):
            if number:
                value = w.put(f"load {rows.storage}, ptr %row{k}")
                self.known[k] = w.splat(w.number_as(value, rows.storage, rows.kind))
        self._numbers(0)

    def _levels(self, first: int, plain: bool) -> None:
        """What belongs to the levels from the first on."""
        w, rows, schedule = self.w, self.rows, self.schedule
        output = f"%row{rows.inputs + 1}"

        def reduced(level: int, p: Pass) -> None:
            self._reductions(level, p)
            if rows.axes and level == schedule.last - 1:
                p.fetch(output, written=True)
            if level == schedule.last - 1:
                for k in p.rows:
                    p.fetch(f"%next{k}")

        for level in range(first, schedule.last):
            self._found(level, self._pass(level, plain, partial(reduced, level)).finish())
        if rows.axes:
            self._pass(schedule.last, plain, lambda p: p.store(rows.result, output))
            return
        one = w.put(f"extractelement {w.vector} {self._result()}, i32 0")
        w.lines.append(f"  store {rows.storage} {w.number_as(one, rows.kind, rows.storage)}, ptr {output}")

    def _result(self) -> str:
        """The result where it is one number for each row."""
        result = self.rows.result
        return self.known[result[1]] if isinstance(result, tuple) else self.w.number(result)

    def _pass(self, level: int, plain: bool, body: Callable[[Pass], None]) -> Pass:
        """A loop over whole vectors, as long as all is plain, and one over the entries that are left."""
        rows, schedule, w = self.rows, self.schedule, self.w
        inputs = {k: f"%row{k}" for k, number in enumerate(rows.numbers) if not number}
        name = f"{'plain' if plain else 'careful'}{level}"

        def made(e: Elementary, name: str) -> Pass:
            return Pass(
                e, name, rows.storage, schedule.steps, schedule.uses, schedule.slots, self.known, self.there, self.kept,
                plain, rows=inputs, narrow=w.lanes,
            )  # fmt: skip

        last = made(self.e, f"%{name}")
        if (plain or not schedule.compared()) and rows.storage != "half":
            whole = made(self.wide, f"%{name}.wide")
            whole.masked = False
            # the two writers take turns, and each must know in which block the other stopped
            self.wide.w.block = w.block
            whole.run(body)
            w.block = self.wide.w.block
            last.start, last.before = f"{whole.name}.i", whole.folded(w)
        last.run(body)
        self.kept |= last.values.keys() & schedule.slots.keys()
        return last

    def _reductions(self, level: int, p: Entries) -> None:
        for k in self.schedule.reductions(level + 1):
            p.reduce(k)

    def _numbers(self, level: int) -> None:
        """The operations on numbers of a level."""
        w = self.w
        for k in self.schedule.numbers(level):
            step = self.schedule.steps[k]
            if step.op == "length":
                self.known[k] = w.splat(w.put(f"sitofp i64 %n to {w.kind}"))
            else:
                args = [self.known[a[1]] if isinstance(a, tuple) else w.number(a) for a in step.args]
                self.known[k] = FUNCTIONS[step.op](self.e, *args)

    def _found(self, level: int, reduced: dict[int, str]) -> None:
        """Take over what the pass of a level made known, look for those places, and go on to the next level's numbers."""
        for k, value in reduced.items():
            self.known[k] = value
            step = self.schedule.steps[k]
            if step.op.startswith("place"):
                self.there[k] = value
                row = f"%row{self.schedule.source(step)}"
                self.known[k] = searched(self.w, self.wide.w.lanes, self.rows.storage, row, value)
        self._numbers(level + 1)

    # short rows

    def _choice(self) -> None:
        """Go to blocks of rows where these are short, many, and near to each other."""
        w, rows = self.w, self.rows
        w.lines += [f"  %short = icmp sle i64 %n, {SHORT}", f"  %many = icmp sge i64 %rows, {MANY}"]
        w.lines.append("  %blocks0 = and i1 %short, %many")
        for k in range(rows.inputs + 2):
            w.lines += [
                f"  %s{k}.above = add i64 %s{k}, {NEAR}",
                f"  %s{k}.near = icmp ult i64 %s{k}.above, {2 * NEAR}",
                f"  %blocks{k + 1} = and i1 %blocks{k}, %s{k}.near",
            ]
        w.lines.append(f"  br i1 %blocks{rows.inputs + 2}, label %across, label %along")

    def _blocks(self) -> None:
        """All rows, as many at a time as a vector has lanes."""
        w, rows, schedule = self.w, self.rows, self.schedule
        w.label("%across")
        arrays = [*range(rows.inputs), rows.inputs + 1]
        with w.scope():
            away = {k: offsets(w, f"%s{k}") for k in arrays}
            w.lines += ["  br label %block", "block:", "  %b = phi i64 [ 0, %across ], [ %b.next, %block.end ]"]
            w.lines += ["  %b.rest = sub i64 %rows, %b", "  %b.more = icmp sgt i64 %b.rest, 0"]
            w.lines.append("  br i1 %b.more, label %block.start, label %finished")
            w.label("%block.start")
            with w.scope():
                for k in arrays:
                    w.lines += [
                        f"  %ob{k} = mul i64 %b, %s{k}",
                        f"  %block{k} = getelementptr i8, ptr %q{k}, i64 %ob{k}",
                    ]
                mask = lanes_below(w, "%b.rest")
                self.known, self.there, self.kept = {}, {}, set()
                inputs = [k for k, number in enumerate(rows.numbers) if not number]
                slots = schedule.slots | {k: len(schedule.slots) + m for m, k in enumerate(inputs)}

                def columns(name: str) -> Columns:
                    return Columns(
                        self.e, name, rows.storage, schedule.steps, schedule.uses, slots, self.known, self.there, self.kept,
                        False, away=away, mask=mask,
                    )  # fmt: skip

                first = columns("%number")
                for k, number in enumerate(rows.numbers):
                    if number:
                        self.known[k] = first.gathered(first.row(k))
                for level in range(schedule.last):
                    self._numbers(level)
                    p = columns(f"%column{level}")
                    p.run(partial(self._reductions, level))
                    self.kept |= p.values.keys() & slots.keys()
                    numbers, places = p.finish()
                    self.known |= numbers | places
                    self.there |= {k: numbers[k] for k in places}
                self._numbers(schedule.last)
                p = columns(f"%column{schedule.last}")
                if rows.axes:
                    p.run(lambda p: p.store(rows.result, rows.inputs + 1))
                else:
                    p.scatter(self._result(), p.row(rows.inputs + 1))
            w.lines += [
                "  br label %block.end",
                "block.end:",
                f"  %b.next = add i64 %b, {w.lanes}",
                "  br label %block",
            ]
