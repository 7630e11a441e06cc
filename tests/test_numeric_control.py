"""The CPU's floating-point control register: what kernels need while they run, and as it was afterwards."""

import ctypes

import numpy as np
import pytest

from symact.catalogue import lookup
from symact.errors import NotSupportedError
from symact.numeric import compile_function, compile_pullback
from symact.numeric.llvm.compiler import loaded
from symact.numeric.llvm.target import host

#: Stores the register to the first place, and loads it from the second.
TEXT = """
declare void @llvm.x86.sse.stmxcsr(ptr)
declare void @llvm.x86.sse.ldmxcsr(ptr)
define void @loop(ptr %old, ptr %new) {
  call void @llvm.x86.sse.stmxcsr(ptr %old)
  call void @llvm.x86.sse.ldmxcsr(ptr %new)
  ret void
}
"""
PLAIN, FLUSHING, UPWARDS = 0x1F80, 0x9FC0, 0x5F80
#: Division by 0, overflow, underflow, invalid operations: the flags that NumPy reads.
FLAGS = 0x1D


@pytest.fixture
def exchange():
    try:
        place = loaded("exchange of the control register", lambda target: TEXT, host())
    except NotSupportedError as reason:
        pytest.skip(str(reason))
    call = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(place)

    def exchanged(value):
        old, new = ctypes.c_uint32(), ctypes.c_uint32(value)
        call(ctypes.addressof(old), ctypes.addressof(new))
        return old.value

    before = exchanged(PLAIN)
    yield exchanged
    exchanged(before)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("control", [PLAIN, FLUSHING, UPWARDS])
def test_results_do_not_depend_on_it_and_it_stays(exchange, control, dtype):
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=40) * 5, [-80, -100, 90, -745, np.inf, 0]]).astype(dtype)
    x = np.append(x, np.finfo(dtype).smallest_subnormal * dtype(5))
    f, pullback, rows = (
        compile_function(lookup("elu")),
        compile_pullback(lookup("silu")),
        compile_function(lookup("softmax")),
    )
    g = np.ones_like(x)
    wanted = f(x), pullback(x, g), rows(x)
    out = [np.empty_like(x) for _ in wanted]
    exchange(control)
    f(x, out=out[0])
    pullback(x, g, out=out[1])
    rows(x, out=out[2])
    after = exchange(PLAIN)
    assert after & 0xFFC0 == control
    assert after & FLAGS == 0
    for found, right in zip(out, wanted, strict=True):
        np.testing.assert_array_equal(found, right)
    assert out[0][-1] != 0
