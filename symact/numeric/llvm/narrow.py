"""Loops for other types: chunk by chunk by way of the float32 or float64 loop of the same kernel."""

from __future__ import annotations

from .control import declared, quiet, restored
from .strides import CHUNK
from .target import Target

__all__ = ["narrow"]


def narrow(kind: str, arrays: int, parameters: int, outputs: int, target: Target) -> str:
    """Return the text of a module whose @loop converts, calls another loop, and converts back.

    Its last argument tells where the address of the other loop is.

    `kind` is "half" or "bfloat", which go by way of float and back, or NumPy's letter and bits of integers ("i32", "u8",
    "b8"), which go to double.
    """
    half = kind in ("half", "bfloat")
    wide, size = ("float", 4) if half else ("double", 8)
    stored = "half" if kind == "half" else "i16" if half else f"i{kind[1:]}"
    convert = "fpext half" if half else f"{'sitofp' if kind[0] == 'i' else 'uitofp'} {stored}"
    width = 2 if half else int(kind[1:]) // 8
    total = arrays + parameters + outputs
    inputs, results = range(arrays), range(arrays + parameters, total)
    converted = [*inputs, *(results if half else ())]
    lines = ["define void @loop(ptr %args, ptr %dims, ptr %steps, ptr %data) #0 {", "entry:"]
    lines += [f"  %passed = alloca [{total} x ptr]", f"  %strides = alloca [{total} x i64]", "  %count = alloca i64"]
    lines.append("  %n = load i64, ptr %dims")
    for k in range(total):
        lines += [
            f"  %a{k} = getelementptr ptr, ptr %args, i64 {k}",
            f"  %q{k} = load ptr, ptr %a{k}",
            f"  %t{k} = getelementptr i64, ptr %steps, i64 {k}",
            f"  %s{k} = load i64, ptr %t{k}",
            f"  %pa{k} = getelementptr ptr, ptr %passed, i64 {k}",
            f"  %ps{k} = getelementptr i64, ptr %strides, i64 {k}",
        ]
        if k in converted:
            lines.append(f"  %b{k} = alloca [{CHUNK} x {wide}], align 64")
            lines += [f"  store ptr %b{k}, ptr %pa{k}", f"  store i64 {size}, ptr %ps{k}"]
        else:
            lines.append(f"  store i64 %s{k}, ptr %ps{k}")
    lines += [
        *quiet(target),
        "  br label %head",
        "head:",
        "  %i = phi i64 [ 0, %quiet ], [ %next, %latch ]",
        "  %rest = sub i64 %n, %i",
    ]
    lines += ["  %more = icmp sgt i64 %rest, 0", "  br i1 %more, label %chunk, label %done", "chunk:"]
    lines += [
        f"  %big = icmp sgt i64 %rest, {CHUNK}",
        f"  %m = select i1 %big, i64 {CHUNK}, i64 %rest",
        "  store i64 %m, ptr %count",
    ]
    for k in range(total):
        lines += [f"  %o{k} = mul i64 %i, %s{k}", f"  %r{k} = getelementptr i8, ptr %q{k}, i64 %o{k}"]
        if k not in converted:
            lines.append(f"  store ptr %r{k}, ptr %pa{k}")
    before = "chunk"
    for k in inputs:
        lines += _each(f"in{k}", before, [
            f"  %in{k}.from = mul i64 %in{k}.j, %s{k}",
            f"  %in{k}.p = getelementptr i8, ptr %r{k}, i64 %in{k}.from",
            f"  %in{k}.v = load {stored}, ptr %in{k}.p, align {width}",
            *(_from_bfloat(f"%in{k}") if kind == "bfloat" else [f"  %in{k}.w = {convert} %in{k}.v to {wide}"]),
            f"  %in{k}.t = getelementptr {wide}, ptr %b{k}, i64 %in{k}.j",
            f"  store {wide} %in{k}.w, ptr %in{k}.t",
        ])  # fmt: skip
        before = f"in{k}.done"
    # which changes with the first call
    lines.append("  %loop = load ptr, ptr %data")
    lines.append("  call void %loop(ptr %passed, ptr %count, ptr %strides, ptr null)")
    for k in results if half else ():
        lines += _each(f"out{k}", before, [
            f"  %out{k}.t = getelementptr float, ptr %b{k}, i64 %out{k}.j",
            f"  %out{k}.v = load float, ptr %out{k}.t",
            *(_to_bfloat(f"%out{k}") if kind == "bfloat" else [f"  %out{k}.w = fptrunc float %out{k}.v to half"]),
            f"  %out{k}.from = mul i64 %out{k}.j, %s{k}",
            f"  %out{k}.p = getelementptr i8, ptr %r{k}, i64 %out{k}.from",
            f"  store {stored} %out{k}.w, ptr %out{k}.p, align 2",
        ])  # fmt: skip
        before = f"out{k}.done"
    lines += ["  br label %latch", "latch:", "  %next = add i64 %i, %m", "  br label %head", "done:"]
    lines += [*restored(target), "}", *declared(target)]
    lines.append(f'attributes #0 = {{ nounwind "target-cpu"="{target.cpu}" "target-features"="{target.features}" }}')
    return "\n".join(lines) + "\n"


def _from_bfloat(name: str) -> list[str]:
    """A bfloat16 is the upper half of a float."""
    return [
        f"  {name}.bits = zext i16 {name}.v to i32",
        f"  {name}.high = shl i32 {name}.bits, 16",
        f"  {name}.w = bitcast i32 {name}.high to float",
    ]


def _to_bfloat(name: str) -> list[str]:
    """Round to the nearest, from the middle to the even one; nan stays nan."""
    return [
        f"  {name}.bits = bitcast float {name}.v to i32",
        f"  {name}.high = lshr i32 {name}.bits, 16",
        f"  {name}.odd = and i32 {name}.high, 1",
        f"  {name}.half = add i32 {name}.odd, 32767",
        f"  {name}.up = add i32 {name}.bits, {name}.half",
        f"  {name}.near = lshr i32 {name}.up, 16",
        f"  {name}.quiet = or i32 {name}.high, 64",
        f"  {name}.nan = fcmp uno float {name}.v, {name}.v",
        f"  {name}.both = select i1 {name}.nan, i32 {name}.quiet, i32 {name}.near",
        f"  {name}.w = trunc i32 {name}.both to i16",
    ]


def _each(name: str, before: str, body: list[str]) -> list[str]:
    """A loop over %m elements."""
    j = f"%{name}.j"
    return [
        f"  br label %{name}.head",
        f"{name}.head:",
        f"  {j} = phi i64 [ 0, %{before} ], [ {j}.next, %{name}.head ]",
        *body,
        f"  {j}.next = add i64 {j}, 1",
        f"  {j}.more = icmp slt i64 {j}.next, %m",
        f"  br i1 {j}.more, label %{name}.head, label %{name}.done",
        f"{name}.done:",
    ]
