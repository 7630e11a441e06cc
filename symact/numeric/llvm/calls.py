"""The text of a function that CPython calls with arrays: small plain ones go straight to a kernel, all else to what it is given."""

from __future__ import annotations

from .target import Target

__all__ = [
    "DATA",
    "DTYPE",
    "FLAGS",
    "HELD",
    "ITEMS",
    "MOST",
    "PLAIN",
    "RANK",
    "SHAPE",
    "SIZE",
    "TYPE",
    "WRITEABLE",
    "call",
]

#: Arrays with more elements are left to the ufunc, which lets other threads run meanwhile.
MOST = 1 << 13
#: Where things are, in bytes: in a tuple its size and items, in a bytes object what it holds, in an object its type.
SIZE, ITEMS, HELD, TYPE = 16, 24, 32, 8
#: In an array of NumPy: data, number of dimensions, dimensions, dtype, flags.
DATA, RANK, SHAPE, DTYPE, FLAGS = 16, 24, 32, 56, 64
#: NumPy's flags: contiguous and aligned, and writeable.
PLAIN, WRITEABLE = 0x101, 0x400
#: What a call looks up, in this order.
TABLE = ("float", "double", "array", "single", "twofold", "none", "out", "new", "keep", "call")


def call(inputs: int, target: Target) -> str:
    """Return the text of a module whose function @loop is called with the tuple, the arguments, how many there are, and names."""
    lines = ["define ptr @loop(ptr %self, ptr %args, i64 %given, ptr %names) #0 {", "entry:"]
    lines += [
        f"  %pointers = alloca [{inputs + 1} x ptr]",
        f"  %steps = alloca [{inputs + 1} x i64]",
        "  %count = alloca i64",
    ]
    lines += _read("function.at", "%self", ITEMS, "ptr", load="function")
    lines += _read("held.at", "%self", ITEMS + 8, "ptr", load="held")
    for k, name in enumerate(TABLE):
        lines += _read(f"{name}.at", "%held", HELD + 8 * k, "ptr", load=name)
    lines += [
        # the last argument is `out`, by its name or without
        "  %positional = icmp eq ptr %names, null",
        "  br i1 %positional, label %counted, label %named",
        "named:",
        *_read("names.size.at", "%names", SIZE, "i64", load="names.size"),
        "  %names.one = icmp eq i64 %names.size, 1",
        f"  %before = icmp eq i64 %given, {inputs}",
        "  %fits = and i1 %names.one, %before",
        "  br i1 %fits, label %known, label %slow",
        "known:",
        *_read("name.at", "%names", ITEMS, "ptr", load="name"),
        "  %is.out = icmp eq ptr %name, %out",
        "  br i1 %is.out, label %last, label %slow",
        "counted:",
        f"  switch i64 %given, label %slow [ i64 {inputs}, label %first i64 {inputs + 1}, label %last ]",
        "last:",
        f"  %target.at = getelementptr ptr, ptr %args, i64 {inputs}",
        "  %target.given = load ptr, ptr %target.at",
        "  %nowhere = icmp eq ptr %target.given, %none",
        "  br i1 %nowhere, label %first, label %there",
        "there:",
        "  br label %first",
        "first:",
        "  %target = phi ptr [ null, %counted ], [ null, %last ], [ %target.given, %there ]",
    ]
    arrays = [f"%array{k}" for k in range(inputs)]
    lines += [
        f"  {a}.at = getelementptr ptr, ptr %args, i64 {k}\n  {a} = load ptr, ptr {a}.at" for k, a in enumerate(arrays)
    ]
    lines += [
        *_read("kind.at", "%array0", TYPE, "ptr", load="kind"),
        "  %is.array = icmp eq ptr %kind, %array",
        "  br i1 %is.array, label %typed, label %slow",
        "typed:",
        *_read("dtype.at", "%array0", DTYPE, "ptr", load="dtype"),
        "  %is.single = icmp eq ptr %dtype, %single",
        "  %is.twofold = icmp eq ptr %dtype, %twofold",
        "  %is.either = or i1 %is.single, %is.twofold",
        *_read("flags.at", "%array0", FLAGS, "i32", load="flags"),
        f"  %plain.bits = and i32 %flags, {PLAIN}",
        f"  %is.plain = icmp eq i32 %plain.bits, {PLAIN}",
        *_read("rank.at", "%array0", RANK, "i32", load="rank"),
        "  %is.several = icmp sgt i32 %rank, 0",
        "  %suits.0 = and i1 %is.either, %is.plain",
        "  %suits = and i1 %suits.0, %is.several",
        "  br i1 %suits, label %sized, label %slow",
        "sized:",
        *_read("shape.at", "%array0", SHAPE, "ptr", load="shape"),
        "  %rank.wide = zext i32 %rank to i64",
        "  br label %axis",
        "axis:",
        "  %j = phi i64 [ 0, %sized ], [ %j.next, %axis ]",
        "  %size = phi i64 [ 1, %sized ], [ %size.next, %axis ]",
        "  %axis.at = getelementptr i64, ptr %shape, i64 %j",
        "  %axis.size = load i64, ptr %axis.at",
        "  %size.next = mul i64 %size, %axis.size",
        "  %j.next = add i64 %j, 1",
        "  %j.more = icmp slt i64 %j.next, %rank.wide",
        "  br i1 %j.more, label %axis, label %measured",
        "measured:",
        "  %size.less = sub i64 %size.next, 1",
        f"  %small = icmp ult i64 %size.less, {MOST}",
        "  br i1 %small, label %rest0, label %slow",
    ]
    for k in range(1, inputs):
        alike = f"call i1 @alike(ptr %array{k}, ptr %array0, ptr %array, i32 {PLAIN})"
        lines += [f"rest{k - 1}:", f"  %alike{k} = {alike}", f"  br i1 %alike{k}, label %rest{k}, label %slow"]
    lines += [
        f"rest{inputs - 1}:",
        "  %bytes = select i1 %is.single, i64 4, i64 8",
        "  %length = mul i64 %size.next, %bytes",
        "  %fresh = icmp eq ptr %target, null",
        "  br i1 %fresh, label %make, label %check",
        "make:",
        "  call void %keep(ptr %dtype)",
        "  %made = call ptr %new(ptr %array, ptr %dtype, i32 %rank, ptr %shape, ptr null, ptr null, i32 0, ptr null)",
        "  %failed = icmp eq ptr %made, null",
        "  br i1 %failed, label %end, label %run",
        "check:",
        f"  %target.alike = call i1 @alike(ptr %target, ptr %array0, ptr %array, i32 {PLAIN | WRITEABLE})",
        "  br i1 %target.alike, label %compare0, label %slow",
    ]
    for k in range(inputs):
        following = f"compare{k + 1}" if k + 1 < inputs else "use"
        lines += [
            f"compare{k}:",
            f"  %apart{k} = call i1 @apart(ptr %target, ptr %array{k}, i64 %length)",
            f"  br i1 %apart{k}, label %{following}, label %slow",
        ]
    lines += [
        "use:",
        "  call void %keep(ptr %target)",
        "  br label %run",
        "run:",
        "  %result = phi ptr [ %made, %make ], [ %target, %use ]",
        "  store i64 %size.next, ptr %count",
    ]
    for k, name in enumerate([*arrays, "%result"]):
        lines += [
            *_read(f"data{k}.at", name, DATA, "ptr", load=f"data{k}"),
            f"  %pointer{k} = getelementptr ptr, ptr %pointers, i64 {k}",
            f"  store ptr %data{k}, ptr %pointer{k}",
            f"  %step{k} = getelementptr i64, ptr %steps, i64 {k}",
            f"  store i64 %bytes, ptr %step{k}",
        ]
    lines += [
        "  %loop.at = select i1 %is.single, ptr %float, ptr %double",
        "  %loop = load ptr, ptr %loop.at",
        "  call void %loop(ptr %pointers, ptr %count, ptr %steps, ptr null)",
        "  br label %end",
        "slow:",
        "  %other = call ptr %call(ptr %function, ptr %args, i64 %given, ptr %names)",
        "  br label %end",
        "end:",
        "  %found = phi ptr [ null, %make ], [ %result, %run ], [ %other, %slow ]",
        "  ret ptr %found",
        "}",
    ]
    attributes = f'nounwind "target-cpu"="{target.cpu}" "target-features"="{target.features}"'
    return "\n".join([*lines, *_alike(), *_apart(), f"attributes #0 = {{ {attributes} }}"]) + "\n"


def _read(name: str, start: str, offset: int, kind: str, load: str) -> list[str]:
    """Instructions that read what is so many bytes behind a pointer."""
    return [f"  %{name} = getelementptr i8, ptr {start}, i64 {offset}", f"  %{load} = load {kind}, ptr %{name}"]


def _alike() -> list[str]:
    """Whether an object is an array with all of some flags, and with the dtype and the shape of another one."""
    return [
        "define internal i1 @alike(ptr %a, ptr %b, ptr %array, i32 %wanted) #0 {",
        "entry:",
        *_read("kind.at", "%a", TYPE, "ptr", load="kind"),
        "  %is.array = icmp eq ptr %kind, %array",
        "  br i1 %is.array, label %typed, label %no",
        "typed:",
        *(line for name in "ab" for line in _read(f"dtype.{name}.at", f"%{name}", DTYPE, "ptr", load=f"dtype.{name}")),
        *(line for name in "ab" for line in _read(f"rank.{name}.at", f"%{name}", RANK, "i32", load=f"rank.{name}")),
        *(line for name in "ab" for line in _read(f"shape.{name}.at", f"%{name}", SHAPE, "ptr", load=f"shape.{name}")),
        *_read("flags.at", "%a", FLAGS, "i32", load="flags"),
        "  %bits = and i32 %flags, %wanted",
        "  %same.flags = icmp eq i32 %bits, %wanted",
        "  %same.dtype = icmp eq ptr %dtype.a, %dtype.b",
        "  %same.rank = icmp eq i32 %rank.a, %rank.b",
        "  %same.0 = and i1 %same.flags, %same.dtype",
        "  %same.1 = and i1 %same.0, %same.rank",
        "  %rank = zext i32 %rank.a to i64",
        "  br i1 %same.1, label %head, label %no",
        "head:",
        "  %j = phi i64 [ 0, %typed ], [ %next, %body ]",
        "  %more = icmp slt i64 %j, %rank",
        "  br i1 %more, label %body, label %yes",
        "body:",
        *(
            f"  %axis.{name}.at = getelementptr i64, ptr %shape.{name}, i64 %j\n  %axis.{name} = load i64, ptr %axis.{name}.at"
            for name in "ab"
        ),
        "  %next = add i64 %j, 1",
        "  %same.axis = icmp eq i64 %axis.a, %axis.b",
        "  br i1 %same.axis, label %head, label %no",
        "yes:",
        "  ret i1 true",
        "no:",
        "  ret i1 false",
        "}",
    ]


def _apart() -> list[str]:
    """Whether the data of two arrays of the same length in bytes are the same, or have nothing in common."""
    return [
        "define internal i1 @apart(ptr %a, ptr %b, i64 %length) #0 {",
        *(line for name in "ab" for line in _read(f"data.{name}.at", f"%{name}", DATA, "i64", load=f"data.{name}")),
        *(f"  %end.{name} = add i64 %data.{name}, %length" for name in "ab"),
        "  %same = icmp eq i64 %data.a, %data.b",
        "  %before = icmp ule i64 %end.a, %data.b",
        "  %behind = icmp ule i64 %end.b, %data.a",
        "  %apart = or i1 %before, %behind",
        "  %fine = or i1 %apart, %same",
        "  ret i1 %fine",
        "}",
    ]
