"""The text of an LLVM module for one kernel: a loop over contiguous arrays, and what NumPy calls for any strides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..program import Program
from .elementary import Elementary
from .lowering import Lowering
from .target import Target
from .writer import Writer

__all__ = ["CHUNK", "Spec", "module"]

#: Elements gathered at a time where arrays aren't contiguous.
CHUNK = 256
#: Results of so many bytes go straight to memory, line by line: they would push everything else out of the caches.
STREAMED, LINE = 1 << 24, 64
_SIZE = {"double": 8, "float": 4}


@dataclass(frozen=True)
class Spec:
    """A kernel: programs of the same x and parameters, whose values are its outputs.

    `storage` is the type of x and the outputs, "double" or "float"; parameters are doubles. With `upstream` a second
    array is multiplied to each output.
    """

    programs: tuple[Program, ...]
    parameters: int
    storage: str
    upstream: bool = False

    @property
    def kind(self) -> str:
        """The type of the arithmetic: double wherever parameters must not be rounded."""
        single = self.storage == "float" and not self.parameters
        return "float" if single and all(p.dtype == "float32" for p in self.programs) else "double"

    @property
    def digits(self) -> int:
        """The digits `Elementary` must give."""
        return {"double": 53, "float": 32 if self.kind == "double" else 24}[self.storage]

    @property
    def arrays(self) -> int:
        """How many arrays are read."""
        return 2 if self.upstream else 1


def module(spec: Spec, target: Target) -> str:
    """Return the text of a module whose function @loop has the signature of a ufunc's inner loop."""
    lowering = Lowering(spec.programs, spec.parameters, spec.digits)
    parts, declared = [], set(_DECLARED)
    for arrays in (False, True) if spec.parameters else (False,):
        writer = Writer(spec.kind, target.lanes(spec.kind), target.wide)
        parts.append(_contiguous(spec, lowering, writer, arrays))
        declared |= writer.declared
    parts.append(_loop(spec))
    # registers that are put aside must not lie across cache lines
    attributes = f'nounwind alignstack=64 "target-cpu"="{target.cpu}" "target-features"="{target.features}"'
    attributes += ' "prefer-vector-width"="512" "min-legal-vector-width"="512"' if target.wide else ""
    tail = [
        *sorted(declared),
        f"attributes #0 = {{ {attributes} }}",
        '!0 = !{!"branch_weights", i32 1, i32 100}',
        '!1 = !{!"branch_weights", i32 100, i32 1}',
        "!2 = !{i32 1}",
    ]
    return "\n".join([*parts, *tail]) + "\n"


_DECLARED = {
    "declare void @llvm.x86.sse.stmxcsr(ptr)",
    "declare void @llvm.x86.sse.ldmxcsr(ptr)",
    "declare void @llvm.x86.sse.sfence()",
}


def _pointers(spec: Spec, arrays: bool) -> list[str]:
    """The parameters of the loop over contiguous arrays."""
    names = [f"ptr %in{k}" for k in range(spec.arrays)] + [f"ptr %out{k}" for k in range(len(spec.programs))]
    kind = "ptr" if arrays else "double"
    return [*names, "i64 %n", *(f"{kind} %p{k}" for k in range(spec.parameters))]


def _contiguous(spec: Spec, lowering: Lowering, w: Writer, arrays: bool) -> str:
    """The loop over contiguous arrays, the last vector masked; parameters are numbers, or contiguous arrays too."""
    lanes, stored = w.lanes, f"<{w.lanes} x {spec.storage}>"
    size = _SIZE[spec.storage]
    suffix = {"double": "f64", "float": "f32"}
    inputs = [(f"in{k}", stored, spec.storage) for k in range(spec.arrays)]
    if arrays:
        inputs += [(f"p{k}", f"<{lanes} x double>", "double") for k in range(spec.parameters)]
    head = [
        f"define internal void @{'arrays' if arrays else 'contiguous'}({', '.join(_pointers(spec, arrays))}) #0 {{",
        "entry:",
    ]
    parameters = [] if arrays else [f"%p{k}" for k in range(spec.parameters)]
    for p in parameters:
        head.append(f"  {p}.one = insertelement <{lanes} x double> poison, double {p}, i32 0")
        head.append(
            f"  {p}.all = shufflevector <{lanes} x double> {p}.one, <{lanes} x double> poison, <{lanes} x i32> zeroinitializer"
        )
    head += _streaming(spec)
    head += ["  br label %head", "head:", "  %i = phi i64 [ 0, %entry ], [ %next, %latch ]", "  %rest = sub i64 %n, %i"]
    head += ["  %more = icmp sgt i64 %rest, 0", "  br i1 %more, label %load, label %done", "load:"]
    for name, _, kind in inputs:
        head.append(f"  %{name}.at = getelementptr {kind}, ptr %{name}, i64 %i")
    for k in range(len(spec.programs)):
        head.append(f"  %out{k}.at = getelementptr {spec.storage}, ptr %out{k}, i64 %i")
    head += [f"  %full = icmp sge i64 %rest, {lanes}", "  br i1 %full, label %whole, label %part, !prof !1", "whole:"]
    head += [f"  %{name}.whole = load {vector}, ptr %{name}.at, align {_SIZE[kind]}" for name, vector, kind in inputs]
    head += ["  br label %start", "part:", *_mask(lanes, "mask")]
    for name, vector, kind in inputs:
        full = f"llvm.masked.load.v{lanes}{suffix[kind]}.p0"
        w.declared.add(f"declare {vector} @{full}(ptr, i32, <{lanes} x i1>, {vector})")
        given = f"ptr %{name}.at, i32 {_SIZE[kind]}, <{lanes} x i1> %mask, {vector} zeroinitializer"
        head.append(f"  %{name}.part = call {vector} @{full}({given})")
    head += ["  br label %start", "start:"]
    head += [
        f"  %{name}.v = phi {vector} [ %{name}.whole, %whole ], [ %{name}.part, %part ]" for name, vector, _ in inputs
    ]

    def widened(name: str) -> str:
        return name if spec.storage == w.kind else w.put(f"fpext {stored} {name} to {w.vector}")

    x = widened("%in0.v")
    values = [f"%p{k}.v" if arrays else f"%p{k}.all" for k in range(spec.parameters)]
    found = lowering.write(Elementary(w, spec.digits), x, values)
    if spec.upstream:
        upstream = widened("%in1.v")
        found = [w.mul(upstream, value) for value in found]
    narrow = [v if spec.storage == w.kind else w.put(f"fptrunc {w.vector} {v} to {stored}") for v in found]
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
        "  call void @llvm.x86.sse.sfence()",
        "  br label %end",
        "end:",
        "  ret void",
        "}",
    ]
    return "\n".join([*head, *w.lines, *tail])


def _streaming(spec: Spec) -> list[str]:
    """Instructions that tell whether results are many, and begin where cache lines do."""
    lines = [f"  %streamed.0 = icmp sge i64 %n, {STREAMED // _SIZE[spec.storage]}"]
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


def _loop(spec: Spec) -> str:
    """What NumPy calls: contiguous arrays go straight to the loop above, others chunk by chunk by way of buffers."""
    kinds = [spec.storage] * spec.arrays + ["double"] * spec.parameters + [spec.storage] * len(spec.programs)
    operands = range(len(kinds))
    given = range(spec.arrays, spec.arrays + spec.parameters)
    inputs, outputs = range(spec.arrays), range(spec.arrays + spec.parameters, len(kinds))
    lines = ["define void @loop(ptr %args, ptr %dims, ptr %steps, ptr %data) #0 {", "entry:"]
    lines += ["  %saved = alloca i32", "  %plain = alloca i32", "  call void @llvm.x86.sse.stmxcsr(ptr %saved)"]
    # no flags, no traps, no flushing of subnormals
    lines += [
        "  store i32 8064, ptr %plain",
        "  call void @llvm.x86.sse.ldmxcsr(ptr %plain)",
        "  %n = load i64, ptr %dims",
    ]
    for k in operands:
        lines += [
            f"  %b{k} = alloca [{CHUNK} x {kinds[k]}], align 64",
            f"  %a{k} = getelementptr ptr, ptr %args, i64 {k}",
            f"  %q{k} = load ptr, ptr %a{k}",
            f"  %t{k} = getelementptr i64, ptr %steps, i64 {k}",
            f"  %s{k} = load i64, ptr %t{k}",
        ]
    lines.append("  %single = icmp eq i64 %n, 1")

    def all_of(name: str, which: Sequence[int], strides: Sequence[int]) -> None:
        last = "true"
        for k, stride in zip(which, strides, strict=True):
            lines.append(f"  %{name}.{k} = icmp eq i64 %s{k}, {stride}")
            lines.append(f"  %{name}.{k}.and = and i1 {last}, %{name}.{k}")
            last = f"%{name}.{k}.and"
        lines.append(f"  %{name} = or i1 {last}, %single")

    all_of("packed", [*inputs, *outputs], [_SIZE[kinds[k]] for k in (*inputs, *outputs)])
    all_of("fixed", given, [0] * len(given))
    lines += [f"  %g{k} = load double, ptr %q{k}" for k in given]
    arrays = [f"ptr %q{k}" for k in (*inputs, *outputs)]
    numbers = [f"double %g{k}" for k in given]
    lines += ["  %direct = and i1 %packed, %fixed", "  br i1 %direct, label %straight, label %bent", "straight:"]
    # of many results the first ones apart, up to where a cache line begins
    size, out = _SIZE[spec.storage], spec.arrays + spec.parameters
    lines += [
        f"  %many = icmp sge i64 %n, {STREAMED // size + LINE}",
        f"  %address = ptrtoint ptr %q{out} to i64",
        "  %minus = sub i64 0, %address",
        f"  %before = and i64 %minus, {LINE - 1}",
        f"  %count = udiv i64 %before, {size}",
        "  %few = select i1 %many, i64 %count, i64 0",
        "  %others = sub i64 %n, %few",
    ]
    lines += [f"  %q{k}.on = getelementptr {kinds[k]}, ptr %q{k}, i64 %few" for k in (*inputs, *outputs)]
    further = [f"ptr %q{k}.on" for k in (*inputs, *outputs)]
    lines += [
        "  %peel = icmp sgt i64 %few, 0",
        "  br i1 %peel, label %peeled, label %whole",
        "peeled:",
        f"  call void @contiguous({', '.join([*arrays, 'i64 %few', *numbers])})",
        "  br label %whole",
        "whole:",
        f"  call void @contiguous({', '.join([*further, 'i64 %others', *numbers])})",
        "  br label %done",
        "bent:",
        "  br label %head",
    ]
    lines += ["head:", "  %i = phi i64 [ 0, %bent ], [ %next, %latch ]", "  %rest = sub i64 %n, %i"]
    lines += ["  %more = icmp sgt i64 %rest, 0", "  br i1 %more, label %gather, label %done", "gather:"]
    lines += [f"  %big = icmp sgt i64 %rest, {CHUNK}", f"  %m = select i1 %big, i64 {CHUNK}, i64 %rest"]
    for k in operands:
        lines += [f"  %o{k} = mul i64 %i, %s{k}", f"  %r{k} = getelementptr i8, ptr %q{k}, i64 %o{k}"]
    before = "gather"
    for k in (*inputs, *given):
        lines += _moved(f"in{k}", before, kinds[k], (f"%r{k}", f"%s{k}"), (f"%b{k}", str(_SIZE[kinds[k]])))
        before = f"in{k}.done"
    buffers = [f"ptr %b{k}" for k in (*inputs, *outputs)]
    if spec.parameters:
        lines += ["  br i1 %fixed, label %numbers, label %arrays", "numbers:"]
        lines += [
            f"  call void @contiguous({', '.join([*buffers, 'i64 %m', *numbers])})",
            "  br label %scatter",
            "arrays:",
        ]
        parameters = [f"ptr %b{k}" for k in given]
        lines += [f"  call void @arrays({', '.join([*buffers, 'i64 %m', *parameters])})", "  br label %scatter"]
    else:
        lines += [f"  call void @contiguous({', '.join([*buffers, 'i64 %m'])})", "  br label %scatter"]
    lines.append("scatter:")
    before = "scatter"
    for k in outputs:
        lines += _moved(f"out{k}", before, kinds[k], (f"%b{k}", str(_SIZE[kinds[k]])), (f"%r{k}", f"%s{k}"))
        before = f"out{k}.done"
    lines += ["  br label %latch", "latch:", "  %next = add i64 %i, %m", "  br label %head", "done:"]
    lines += ["  call void @llvm.x86.sse.ldmxcsr(ptr %saved)", "  ret void", "}"]
    return "\n".join(lines)


def _moved(name: str, before: str, kind: str, source: tuple[str, str], target: tuple[str, str]) -> list[str]:
    """A loop that moves %m elements from one pointer and stride to another."""
    j = f"%{name}.j"
    return [
        f"  br label %{name}.head",
        f"{name}.head:",
        f"  {j} = phi i64 [ 0, %{before} ], [ {j}.next, %{name}.head ]",
        f"  {j}.from = mul i64 {j}, {source[1]}",
        f"  {j}.source = getelementptr i8, ptr {source[0]}, i64 {j}.from",
        f"  {j}.value = load {kind}, ptr {j}.source, align 1",
        f"  {j}.to = mul i64 {j}, {target[1]}",
        f"  {j}.target = getelementptr i8, ptr {target[0]}, i64 {j}.to",
        f"  store {kind} {j}.value, ptr {j}.target, align 1",
        f"  {j}.next = add i64 {j}, 1",
        f"  {j}.more = icmp slt i64 {j}.next, %m",
        f"  br i1 {j}.more, label %{name}.head, label %{name}.done",
        f"{name}.done:",
    ]
