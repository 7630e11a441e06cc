"""Which CPU kernels are compiled for, and whether they can be."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from ...errors import NotSupportedError

__all__ = ["NEON", "PLAIN", "Target", "binding", "host", "machine", "wide"]

#: What a CPU must have: fused multiplication, vectors of 256 bits, float16 conversion.
NEEDED = ("avx2", "fma", "f16c")
#: Numbers at a time, with AVX-512 and without.
_LANES = {("double", True): 32, ("float", True): 64, ("double", False): 8, ("float", False): 16}


@dataclass(frozen=True)
class Target:
    """A CPU by LLVM's name with its features; `wide` tells whether it has AVX-512, `arm` whether it is AArch64."""

    cpu: str
    features: str
    wide: bool
    arm: bool = False

    def lanes(self, kind: str) -> int:
        """Return how many numbers of a type are computed together."""
        return _LANES[kind, self.wide]


#: Any x86-64 CPU with AVX2, for comparison.
PLAIN = Target("x86-64-v3", "+avx2,+fma,+f16c,+bmi2", False)
#: Any AArch64 CPU, for comparison.
NEON = Target("generic", "+neon", False, arm=True)


@cache
def binding() -> Any:
    """Return llvmlite.binding, ready to compile; raise NotSupportedError where it isn't installed or can't be used."""
    if os.environ.get("SYMACT_LLVM", "1") == "0":
        raise NotSupportedError("the environment variable SYMACT_LLVM is 0")
    try:
        import llvmlite.binding as llvm
    except (ImportError, OSError) as reason:
        raise NotSupportedError(f"llvmlite can't be loaded: {reason}") from reason
    if llvm.llvm_version_info < (20,):
        raise NotSupportedError(f"llvmlite must have LLVM 20 or later, not {llvm.llvm_version_info[0]}")
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


@cache
def host() -> Target:
    """Return this machine's CPU; raise NotSupportedError where kernels aren't built for it."""
    arm, x86 = (platform.machine().lower() in names for names in (("aarch64", "arm64"), ("x86_64", "amd64")))
    if not (arm or x86) or platform.system() == "Windows":
        raise NotSupportedError(
            f"kernels are compiled for x86-64 and AArch64 on Linux and macOS, not for {platform.machine()}"
        )
    if int(np.__version__.partition(".")[0]) < 2:
        raise NotSupportedError(f"kernels need NumPy 2, not {np.__version__}: its rules tell which type a number has")
    llvm = binding()
    features = llvm.get_host_cpu_features()
    if arm:
        return Target(llvm.get_host_cpu_name(), features.flatten(), False, arm=True)
    missing = [name for name in NEEDED if not features.get(name)]
    if missing:
        raise NotSupportedError(f"kernels need a CPU with {', '.join(missing)}")
    wide = all(features.get(name) for name in ("avx512f", "avx512dq", "avx512vl", "avx512bw"))
    return Target(llvm.get_host_cpu_name(), features.flatten(), wide)


def wide() -> bool:
    """Return whether kernels for AVX-512 can be compiled here, and run."""
    try:
        return host().wide
    except NotSupportedError:
        return False


def machine(target: Target) -> Any:
    """Return a new target machine of LLVM's for a CPU; what it is given to owns it."""
    llvm = binding()
    triple = llvm.Target.from_default_triple()
    if target.arm and not triple.triple.startswith(("aarch64", "arm64")):
        # code for another machine can be looked at, not run
        llvm.initialize_all_targets()
        llvm.initialize_all_asmprinters()
        triple = llvm.Target.from_triple("aarch64-unknown-linux-gnu")
    return triple.create_target_machine(cpu=target.cpu, features=target.features, opt=2)
