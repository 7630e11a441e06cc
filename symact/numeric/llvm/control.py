"""The CPU's control of floating-point arithmetic: as kernels need it while they run, and left as it was."""

from __future__ import annotations

from .target import Target

__all__ = ["declared", "fence", "quiet", "restored"]

#: x86: all exceptions masked, rounding to nearest, no flushing of subnormals; and the bits that say so.
PLAIN, CONTROL = 0x1F80, 0xFFC0
#: Flags that NumPy doesn't read: inexact results, subnormal operands.
UNREAD = 0x22
#: AArch64: the bits of traps, of rounding and of flushing, all 0 where arithmetic is plain.
ARM_CONTROL = 0x9F00 | 1 << 19 | 7 << 22 | 3

_X86 = (
    "declare void @llvm.x86.sse.stmxcsr(ptr)",
    "declare void @llvm.x86.sse.ldmxcsr(ptr)",
    "declare void @llvm.x86.sse.sfence()",
)
_ARM = tuple(
    f"declare {result} @llvm.aarch64.{name}({argument})"
    for register in ("fpcr", "fpsr")
    for result, name, argument in (("i64", f"get.{register}", ""), ("void", f"set.{register}", "i64"))
)


def declared(target: Target) -> tuple[str, ...]:
    """Return the declarations of what the other functions use."""
    return _ARM if target.arm else _X86


def fence(target: Target) -> str:
    """Return the instruction after which results that went past the caches are there for others."""
    return "  fence release" if target.arm else "  call void @llvm.x86.sse.sfence()"


def quiet(target: Target) -> list[str]:
    """Return instructions that end an entry block and begin the block %quiet, where arithmetic is as kernels need it.

    The register is written only where it must change: that takes longer than a short loop.
    """
    if target.arm:
        lines = [
            "  %control.given = call i64 @llvm.aarch64.get.fpcr()",
            "  %flags.given = call i64 @llvm.aarch64.get.fpsr()",
            f"  %control.bits = and i64 %control.given, {ARM_CONTROL}",
            "  %control.fine = icmp eq i64 %control.bits, 0",
        ]
        changed = [
            "  %control.plain = xor i64 %control.given, %control.bits",
            "  call void @llvm.aarch64.set.fpcr(i64 %control.plain)",
        ]
    else:
        lines = [
            "  %control = alloca i32",
            "  %plain.control = alloca i32",
            "  call void @llvm.x86.sse.stmxcsr(ptr %control)",
            "  %control.given = load i32, ptr %control",
            f"  %control.bits = and i32 %control.given, {CONTROL}",
            f"  %control.fine = icmp eq i32 %control.bits, {PLAIN}",
        ]
        changed = [
            f"  store i32 {PLAIN}, ptr %plain.control",
            "  call void @llvm.x86.sse.ldmxcsr(ptr %plain.control)",
        ]
    branch = "  br i1 %control.fine, label %quiet, label %loud"
    return [*lines, branch, "loud:", *changed, "  br label %quiet", "quiet:"]


def restored(target: Target) -> list[str]:
    """Return instructions that give the registers back as they were, but for flags that nobody reads, and return."""
    if target.arm:
        lines = ["  call void @llvm.aarch64.set.fpsr(i64 %flags.given)"]
        same = ["  br i1 %control.fine, label %unchanged, label %changed"]
        back = "  call void @llvm.aarch64.set.fpcr(i64 %control.given)"
    else:
        lines = [
            "  call void @llvm.x86.sse.stmxcsr(ptr %plain.control)",
            "  %control.now = load i32, ptr %plain.control",
            "  %control.changed = xor i32 %control.now, %control.given",
            f"  %control.differs = and i32 %control.changed, {0xFFFF & ~UNREAD}",
            "  %control.same = icmp eq i32 %control.differs, 0",
        ]
        same = ["  br i1 %control.same, label %unchanged, label %changed"]
        back = "  call void @llvm.x86.sse.ldmxcsr(ptr %control)"
    return [*lines, *same, "changed:", back, "  br label %unchanged", "unchanged:", "  ret void"]
