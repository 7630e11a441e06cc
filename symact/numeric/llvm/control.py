"""The CPU's control of floating-point arithmetic: as kernels need it while they run, and left as it was."""

from __future__ import annotations

__all__ = ["DECLARED", "quiet", "restored"]

#: All exceptions masked, rounding to nearest, no flushing of subnormals; and the bits that say so.
PLAIN, CONTROL = 0x1F80, 0xFFC0
#: Flags that NumPy doesn't read: inexact results, subnormal operands.
UNREAD = 0x22

DECLARED = frozenset({"declare void @llvm.x86.sse.stmxcsr(ptr)", "declare void @llvm.x86.sse.ldmxcsr(ptr)"})


def quiet() -> list[str]:
    """Return instructions that end an entry block and begin the block %quiet, where arithmetic is as kernels need it.

    The register is written only where it must change: that takes longer than a short loop.
    """
    return [
        "  %control = alloca i32",
        "  %plain.control = alloca i32",
        "  call void @llvm.x86.sse.stmxcsr(ptr %control)",
        "  %control.given = load i32, ptr %control",
        f"  %control.bits = and i32 %control.given, {CONTROL}",
        f"  %control.fine = icmp eq i32 %control.bits, {PLAIN}",
        "  br i1 %control.fine, label %quiet, label %loud",
        "loud:",
        f"  store i32 {PLAIN}, ptr %plain.control",
        "  call void @llvm.x86.sse.ldmxcsr(ptr %plain.control)",
        "  br label %quiet",
        "quiet:",
    ]


def restored() -> list[str]:
    """Return instructions that give the register back as it was, but for flags that nobody reads, and return."""
    return [
        "  call void @llvm.x86.sse.stmxcsr(ptr %plain.control)",
        "  %control.now = load i32, ptr %plain.control",
        "  %control.changed = xor i32 %control.now, %control.given",
        f"  %control.differs = and i32 %control.changed, {0xFFFF & ~UNREAD}",
        "  %control.same = icmp eq i32 %control.differs, 0",
        "  br i1 %control.same, label %unchanged, label %changed",
        "changed:",
        "  call void @llvm.x86.sse.ldmxcsr(ptr %control)",
        "  br label %unchanged",
        "unchanged:",
        "  ret void",
    ]
