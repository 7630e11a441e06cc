"""What NumPy calls: arrays of any strides, by way of a loop over contiguous ones."""

from __future__ import annotations

from collections.abc import Sequence

from .control import quiet, restored
from .spec import LINE, STREAMED, Spec
from .target import Target
from .vectors import SIZES

__all__ = ["CHUNK", "loop"]

#: Elements gathered at a time where arrays aren't contiguous.
CHUNK = 256


def loop(spec: Spec, further: Sequence[str], target: Target) -> str:
    """Return @loop, what NumPy calls: contiguous arrays go straight to the loop above, others chunk by chunk by way of buffers.

    @contiguous is given `further` arguments.
    """
    kinds = [spec.storage] * spec.arrays + ["double"] * spec.parameters + [spec.storage] * len(spec.programs)
    operands = range(len(kinds))
    given = range(spec.arrays, spec.arrays + spec.parameters)
    inputs, outputs = range(spec.arrays), range(spec.arrays + spec.parameters, len(kinds))
    lines = ["define void @loop(ptr %args, ptr %dims, ptr %steps, ptr %data) #0 {", "entry:"]
    lines.append("  %n = load i64, ptr %dims")
    for k in operands:
        lines += [
            f"  %b{k} = alloca [{CHUNK} x {kinds[k]}], align 64",
            f"  %a{k} = getelementptr ptr, ptr %args, i64 {k}",
            f"  %q{k} = load ptr, ptr %a{k}",
            f"  %t{k} = getelementptr i64, ptr %steps, i64 {k}",
            f"  %s{k} = load i64, ptr %t{k}",
        ]
    lines += [*quiet(target), "  %single = icmp eq i64 %n, 1"]

    def all_of(name: str, which: Sequence[int], strides: Sequence[int]) -> None:
        last = "true"
        for k, stride in zip(which, strides, strict=True):
            lines.append(f"  %{name}.{k} = icmp eq i64 %s{k}, {stride}")
            lines.append(f"  %{name}.{k}.and = and i1 {last}, %{name}.{k}")
            last = f"%{name}.{k}.and"
        lines.append(f"  %{name} = or i1 {last}, %single")

    all_of("packed", [*inputs, *outputs], [SIZES[kinds[k]] for k in (*inputs, *outputs)])
    all_of("fixed", given, [0] * len(given))
    lines += [f"  %g{k} = load double, ptr %q{k}" for k in given]
    arrays = [f"ptr %q{k}" for k in (*inputs, *outputs)]
    numbers = [*(f"double %g{k}" for k in given), *further]
    lines += ["  %direct = and i1 %packed, %fixed", "  br i1 %direct, label %straight, label %bent", "straight:"]
    # of many results the first ones apart, up to where a cache line begins
    size, out = SIZES[spec.storage], spec.arrays + spec.parameters
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
    rest = [f"ptr %q{k}.on" for k in (*inputs, *outputs)]
    lines += [
        "  %peel = icmp sgt i64 %few, 0",
        "  br i1 %peel, label %peeled, label %whole",
        "peeled:",
        f"  call void @contiguous({', '.join([*arrays, 'i64 %few', *numbers])})",
        "  br label %whole",
        "whole:",
        f"  call void @contiguous({', '.join([*rest, 'i64 %others', *numbers])})",
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
        lines += _moved(f"in{k}", before, kinds[k], (f"%r{k}", f"%s{k}"), (f"%b{k}", str(SIZES[kinds[k]])))
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
        lines += [f"  call void @contiguous({', '.join([*buffers, 'i64 %m', *numbers])})", "  br label %scatter"]
    lines.append("scatter:")
    before = "scatter"
    for k in outputs:
        lines += _moved(f"out{k}", before, kinds[k], (f"%b{k}", str(SIZES[kinds[k]])), (f"%r{k}", f"%s{k}"))
        before = f"out{k}.done"
    lines += ["  br label %latch", "latch:", "  %next = add i64 %i, %m", "  br label %head", "done:"]
    lines += [*restored(target), "}"]
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
