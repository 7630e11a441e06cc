"""The text of an LLVM module for one kernel: a loop over contiguous arrays, and what NumPy calls for any strides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

from ..lookup_double import REACH as DOUBLE_REACH
from ..lookup_double import value
from ..piecewise import REACH
from .control import declared, fence
from .elementary import Elementary
from .exponentials import NEARLY
from .lookup import PART, Lookup, table
from .lowering import Lowering
from .parts import Parts
from .spec import LINE, STREAMED, Spec
from .strides import loop
from .target import Target
from .vectors import SIZES
from .writer import Writer

__all__ = ["module"]

#: How many bytes ahead arrays are fetched into the caches. By itself the CPU does so too late, for results most of all.
AHEAD = 16 * LINE

#: What writes results from the vectors that were read.
_Body = Callable[[Writer, list[str]], list[str]]


def module(spec: Spec, target: Target) -> str:
    """Return the text of a module whose function @loop has the signature of a ufunc's inner loop."""
    digits = 53 if spec.digits == NEARLY and not target.wide else spec.digits
    lowering = Lowering((*spec.programs, *spec.beside), spec.parameters, digits)
    looked_up = bool(spec.pieces) and target.wide
    in_double = bool(spec.double_pieces) and target.wide
    parts, names = [], set(declared(target))
    # beside a table programs are rarely run; in shorter vectors they are hardly slower, and compiled in half the time
    lanes = target.lanes(spec.kind) // (2 if looked_up or in_double else 1)
    for arrays in (False, True) if spec.parameters else (False,):
        writer = Writer(spec.kind, lanes, target.wide)
        name = "arrays" if arrays else "plain" if looked_up or in_double else "contiguous"
        parts.append(_contiguous(spec, target, writer, name, arrays, _body(spec, lowering, arrays)))
        names |= writer.declared
    if looked_up or in_double:
        kind = "float" if looked_up else "double"
        writer = Writer(kind, target.lanes(kind), target.wide)
        body = _pieces(spec) if looked_up else _double_pieces(spec)
        parts.append(_contiguous(spec, target, writer, "contiguous", False, body, looked_up=True))
        numbers = table(spec.pieces) if looked_up else [v for row in writer.tables for v in row]
        listed = ", ".join(f"{kind} {writer.scalar(v)}" for v in numbers)
        parts.append(f"@pieces = internal constant [{len(numbers)} x {kind}] [{listed}], align 64")
        names |= writer.declared
    parts.append(loop(spec, ["ptr @pieces"] if looked_up or in_double else [], target))
    # registers that are put aside must not lie across cache lines
    attributes = f'nounwind alignstack=64 "target-cpu"="{target.cpu}" "target-features"="{target.features}"'
    attributes += ' "prefer-vector-width"="512" "min-legal-vector-width"="512"' if target.wide else ""
    tail = [
        *sorted(names),
        f"attributes #0 = {{ {attributes} }}",
        '!0 = !{!"branch_weights", i32 1, i32 100}',
        '!1 = !{!"branch_weights", i32 100, i32 1}',
        "!2 = !{i32 1}",
    ]
    return "\n".join([*parts, *tail]) + "\n"


def _pointers(spec: Spec, arrays: bool) -> list[str]:
    """The parameters of the loop over contiguous arrays."""
    names = [f"ptr %in{k}" for k in range(spec.arrays)] + [f"ptr %out{k}" for k in range(len(spec.programs))]
    kind = "ptr" if arrays else "double"
    return [*names, "i64 %n", *(f"{kind} %p{k}" for k in range(spec.parameters))]


def _contiguous(
    spec: Spec,
    target: Target,
    w: Writer,
    name: str,
    arrays: bool,
    body: _Body,
    looked_up: bool = False,
) -> str:
    """The loop over contiguous arrays, the last vector masked; parameters are numbers, or contiguous arrays too.

    Where something is looked up in a table, @loop passes its address, and there is room for the vectors of another call.
    """
    signature = [*_pointers(spec, arrays), *(["ptr %table"] if looked_up else [])]
    lanes, stored = w.lanes, f"<{w.lanes} x {spec.storage}>"
    size = SIZES[spec.storage]
    suffix = {"double": "f64", "float": "f32"}
    inputs = [(f"in{k}", stored, spec.storage) for k in range(spec.arrays)]
    if arrays:
        inputs += [(f"p{k}", f"<{lanes} x double>", "double") for k in range(spec.parameters)]
    head = [
        f"define internal void @{name}({', '.join(signature)}) #0 {{",
        "entry:",
    ]
    parameters = [] if arrays else [f"%p{k}" for k in range(spec.parameters)]
    for p in parameters:
        head.append(f"  {p}.one = insertelement <{lanes} x double> poison, double {p}, i32 0")
        head.append(
            f"  {p}.all = shufflevector <{lanes} x double> {p}.one, <{lanes} x double> poison, <{lanes} x i32> zeroinitializer"
        )
    if looked_up:
        head += [f"  %room{k} = alloca {stored}, align {LINE}" for k in range(spec.arrays + len(spec.programs))]
    head += _streaming(spec)
    head += ["  br label %head", "head:", "  %i = phi i64 [ 0, %entry ], [ %next, %latch ]", "  %rest = sub i64 %n, %i"]
    head += ["  %more = icmp sgt i64 %rest, 0", "  br i1 %more, label %load, label %done", "load:"]
    for source, _, kind in inputs:
        head.append(f"  %{source}.at = getelementptr {kind}, ptr %{source}, i64 %i")
    for k in range(len(spec.programs)):
        head.append(f"  %out{k}.at = getelementptr {spec.storage}, ptr %out{k}, i64 %i")
    head += _fetched(w, [(source, False, lanes * SIZES[kind]) for source, _, kind in inputs])
    head += _fetched(w, [(f"out{k}", True, lanes * size) for k in range(len(spec.programs))])
    head += [f"  %full = icmp sge i64 %rest, {lanes}", "  br i1 %full, label %whole, label %part, !prof !1", "whole:"]
    head += [
        f"  %{source}.whole = load {vector}, ptr %{source}.at, align {SIZES[kind]}" for source, vector, kind in inputs
    ]
    head += ["  br label %start", "part:", *_mask(lanes, "mask")]
    for source, vector, kind in inputs:
        full = f"llvm.masked.load.v{lanes}{suffix[kind]}.p0"
        w.declared.add(f"declare {vector} @{full}(ptr, i32, <{lanes} x i1>, {vector})")
        given = f"ptr %{source}.at, i32 {SIZES[kind]}, <{lanes} x i1> %mask, {vector} zeroinitializer"
        head.append(f"  %{source}.part = call {vector} @{full}({given})")
    head += ["  br label %start", "start:"]
    head += [
        f"  %{source}.v = phi {vector} [ %{source}.whole, %whole ], [ %{source}.part, %part ]"
        for source, vector, _ in inputs
    ]
    narrow = body(w, [f"%in{k}.v" for k in range(spec.arrays)])
    tail = [
        "  br i1 %full, label %store, label %some, !prof !1",
        "store:",
        "  br i1 %streamed, label %through, label %kept",
    ]
    tail.append("through:")
    tail += [f"  store {stored} {v}, ptr %out{k}.at, align {LINE}, !nontemporal !2" for k, v in enumerate(narrow)]
    tail += ["  br label %latch", "kept:"]
    tail += [f"  store {stored} {v}, ptr %out{k}.at, align {size}" for k, v in enumerate(narrow)]
    tail += ["  br label %latch", "some:", *_mask(lanes, "left")]
    full = f"llvm.masked.store.v{lanes}{suffix[spec.storage]}.p0"
    w.declared.add(f"declare void @{full}({stored}, ptr, i32, <{lanes} x i1>)")
    for k, v in enumerate(narrow):
        tail.append(f"  call void @{full}({stored} {v}, ptr %out{k}.at, i32 {size}, <{lanes} x i1> %left)")
    tail += [
        "  br label %latch",
        "latch:",
        f"  %next = add i64 %i, {lanes}",
        "  br label %head",
        "done:",
        "  br i1 %streamed, label %fence, label %end",
        "fence:",
        fence(target),
        "  br label %end",
        "end:",
        "  ret void",
        "}",
    ]
    return "\n".join([*head, *w.lines, *tail])


def _body(spec: Spec, lowering: Lowering, arrays: bool) -> _Body:
    """The programs."""

    def write(w: Writer, given: list[str]) -> list[str]:
        read = f"<{w.lanes} x {spec.storage}>"
        if spec.storage != w.kind:
            given = [w.put(f"fpext {read} {name} to {w.vector}") for name in given]
        values = [f"%p{k}.v" if arrays else f"%p{k}.all" for k in range(spec.parameters)]
        found = lowering.write(Elementary(w, lowering.digits), given[0], values)
        count = len(spec.programs)
        if spec.beside:
            pairs = zip(found[:count], found[count:], strict=True)
            found = [_product(w, given[1], value, excess) for value, excess in pairs]
        elif spec.upstream:
            found = [w.mul(given[1], value) for value in found]
        return found if spec.storage == w.kind else [w.put(f"fptrunc {w.vector} {v} to {read}") for v in found]

    return write


def _product(w: Writer, g: str, value: str, excess: str) -> str:
    """g times what a value is without its excess, rounded once; where that is 0 or something overflows it is g*value."""
    found = w.fma(g, value, w.neg(w.mul(g, excess)))
    return w.select(w.compare("ueq", found, w.number(0.0)), w.mul(g, value), found)


def _pieces(spec: Spec) -> _Body:
    """Piecewise polynomials, and the programs where a vector has numbers beyond their reach."""

    def write(w: Writer, given: list[str]) -> list[str]:
        lookup = Lookup(w, "%table")
        inputs = [w.parts(name, PART) for name in given]
        # in float64 the programs round g*f' once
        precise = spec.kind == "double"
        upstream = inputs[1] if spec.upstream else []
        found = [w.joined(parts, PART) for parts in lookup.values(spec.pieces, inputs[0], upstream, precise)]
        rare = lookup.outside
        near = w.compare("olt", w.abs(given[0]), w.number(REACH))
        if spec.upstream and precise:
            rare = lookup.w.logic("or", rare, lookup.endless(inputs[1]))
            near = w.logic("and", near, w.compare("olt", w.abs(given[1]), w.number(inf)))
        return _with_programs(w, given, found, lookup.some(rare), near)

    return write


def _double_pieces(spec: Spec) -> _Body:
    """The same in float64."""

    def write(w: Writer, given: list[str]) -> list[str]:
        w.base = "%table"
        parts = Parts(w)
        xs = parts.of(given[0])
        found = [parts.joined(value(parts, pieces, xs)) for pieces in spec.double_pieces]
        if spec.upstream:
            found = [w.mul(given[1], v) for v in found]
        size = parts.joined(parts.abs(xs))
        # polynomials of nan are nan
        far = w.anywhere([("oge", w.number(DOUBLE_REACH))], size, [])
        return _with_programs(w, given, found, far, w.compare("olt", size, w.number(DOUBLE_REACH)))

    return write


def _with_programs(w: Writer, given: list[str], found: list[str], rare: str, near: str) -> list[str]:
    """What was found, or what the programs give where the mask `near` isn't set, which the i1 `rare` tells."""
    with w.branch(rare) as branch:
        for k, name in enumerate(given):
            w.lines.append(f"  store {w.vector} {name}, ptr %room{k}, align {LINE}")
        first = len(given)
        rooms = [f"ptr %room{k}" for k in range(first + len(found))]
        w.lines.append(f"  call void @plain({', '.join([*rooms, f'i64 {w.lanes}'])})")
        inside = []
        for k, v in enumerate(found, first):
            there = w.put(f"load {w.vector}, ptr %room{k}, align {LINE}")
            inside.append(w.select(near, v, there))
    return [w.either(branch, v, there) for v, there in zip(found, inside, strict=True)]


def _fetched(w: Writer, arrays: Sequence[tuple[str, bool, int]]) -> list[str]:
    """Instructions that fetch what lies ahead in arrays, for each its name, whether it is written, and the bytes of a vector.

    Results that go straight to memory aren't fetched: a place of our own is in their stead.
    """
    lines = []
    for name, written, size in arrays:
        for start in range(AHEAD, AHEAD + size, LINE):
            at = f"%{name}.ahead{start}"
            lines.append(f"  {at} = getelementptr i8, ptr %{name}.at, i64 {start}")
            if written:
                lines.append(f"  {at}.kept = select i1 %streamed, ptr %own, ptr {at}")
                at += ".kept"
            lines.append(w.fetch(at, written))
    return lines


def _streaming(spec: Spec) -> list[str]:
    """Instructions that tell whether results are many, and begin where cache lines do."""
    lines = [f"  %own = alloca i8, align {LINE}", f"  %streamed.0 = icmp sge i64 %n, {STREAMED // SIZES[spec.storage]}"]
    for k in range(len(spec.programs)):
        lines += [
            f"  %out{k}.address = ptrtoint ptr %out{k} to i64",
            f"  %out{k}.beyond = and i64 %out{k}.address, {LINE - 1}",
            f"  %out{k}.even = icmp eq i64 %out{k}.beyond, 0",
            f"  %streamed.{k + 1} = and i1 %streamed.{k}, %out{k}.even",
        ]
    return [*lines, f"  %streamed = and i1 %streamed.{len(spec.programs)}, true"]


def _mask(lanes: int, name: str) -> list[str]:
    """Instructions that put the mask of the lanes below %rest into a register."""
    count = ", ".join(f"i32 {k}" for k in range(lanes))
    return [
        f"  %{name}.n = trunc i64 %rest to i32",
        f"  %{name}.one = insertelement <{lanes} x i32> poison, i32 %{name}.n, i32 0",
        f"  %{name}.all = shufflevector <{lanes} x i32> %{name}.one, <{lanes} x i32> poison, <{lanes} x i32> zeroinitializer",
        f"  %{name} = icmp slt <{lanes} x i32> <{count}>, %{name}.all",
    ]
