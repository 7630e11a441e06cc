"""The CPU that kernels are compiled for; tests that need one are skipped where nothing can be compiled."""

import pytest

from symact.errors import NotSupportedError
from symact.numeric.llvm.target import Target, host


def processor() -> Target:
    """Return the CPU, or skip the module that asks."""
    try:
        return host()
    except NotSupportedError as reason:
        pytest.skip(f"kernels can't be compiled: {reason}", allow_module_level=True)
