"""Compiled kernels as ufuncs: shapes, strides, memory, types and threads are as NumPy has them."""

import ctypes
import platform
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sympy as sp
from processor import processor

import symact
from symact.catalogue import lookup
from symact.symbols import real, x

processor()


def test_is_one():
    f = symact.get("gelu").numpy()
    assert isinstance(f.ufunc, np.ufunc)
    assert f.ufunc.__name__ == "gelu"
    assert f.backend.startswith("llvm")
    assert "units in the last place" in f.ufunc.__doc__
    assert f.ufunc(np.float32([1.0])) == f(np.float32([1.0]))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_every_length_and_stride(dtype):
    f = symact.get("gelu").numpy()
    v = (np.random.default_rng(0).normal(size=2000) * 4).astype(dtype)
    whole = np.array([f(e) for e in v])
    for n in [*range(70), 255, 256, 257, 511, 513]:
        assert (f(v[:n]) == whole[:n]).all()
    for step in (2, 3, -1, -7):
        assert (f(v[::step]) == whole[::step]).all()
        out = np.zeros(4000, dtype)
        f(v[:500], out=out[:: abs(step)][:500])
        assert (out[:: abs(step)][:500] == whole[:500]).all()


def test_where_and_out():
    f = symact.get("gelu").numpy()
    v = np.linspace(-3, 3, 31)
    out = np.full(31, 7.0)
    assert f(v, out=out, where=v > 0) is out
    assert (out[v <= 0] == 7).all()
    assert (out[v > 0] == f(v)[v > 0]).all()
    assert (f(v, out=(out,)) == f(v)).all()
    assert f(v[0], out=np.empty((4,))).shape == (4,)


def test_where_with_parameters():
    f = symact.get("elu").numpy()
    v = np.linspace(-3, 3, 31)
    out = np.full(31, 7.0)
    f(v, out=out, where=v < 0, alpha=2)
    assert (out[v >= 0] == 7).all()
    assert (out[v < 0] == f(v, alpha=2)[v < 0]).all()


def test_unaligned_and_overlapping():
    f = symact.get("gelu").numpy()
    v = np.linspace(-3, 3, 50)
    odd = np.frombuffer(b"\0" + v.tobytes(), dtype="u1")[1:].view(np.float64)
    assert (f(odd) == f(v)).all()
    store = v.copy()
    f(store[:-1], out=store[1:])
    assert (store[1:] == f(v[:-1])).all()


def test_other_arrays_take_over():
    class Wrapped:
        def __array_ufunc__(self, ufunc, method, *inputs, **options):
            return ufunc.__name__, method

    assert symact.get("gelu").numpy()(Wrapped()) == ("gelu", "__call__")
    assert symact.get("elu").numpy()(Wrapped(), alpha=3) == ("elu", "__call__")


def test_python_numbers_are_doubles():
    f, g = symact.get("gelu").numpy(), symact.get("elu").numpy()
    for v in (-0.3, 1, True, [0.5], np.int8(3)):
        assert f(v).dtype == np.float64
        assert g(v, alpha=0.5).dtype == np.float64
    assert g(np.float32(-1), alpha=0.1).dtype == np.float32
    assert g(np.float16([-1]), alpha=0.1).dtype == np.float16
    assert g(-1.0, alpha=0.1) == 0.1 * np.expm1(-1.0)


def test_whole_numbers():
    f = symact.get("gelu").numpy()
    for char in "bBhHiIlLqQ":
        v = np.arange(0, 120, dtype=char)
        assert (f(v) == f(v.astype(float))).all()
    assert (f(np.array([True, False])) == f(np.array([1.0, 0.0]))).all()


def test_a_parameter_is_never_rounded_to_float32():
    f = symact.get("leaky_relu").numpy()
    v = np.float32([-3.0, -1e30])
    (slope,) = (p.symbol.name for p in lookup("leaky_relu").parameters)
    wanted = (v.astype(float) * 0.1).astype(np.float32)
    assert (f(v, **{slope: 0.1}) == wanted).all()
    assert (f(v, **{slope: np.full(2, 0.1)}) == wanted).all()


def test_flushing_of_subnormals_elsewhere_does_not_matter():
    f = symact.get("identity").numpy()
    tiny = np.float32([1e-40])
    libm = ctypes.CDLL(None)
    if not hasattr(libm, "fesetenv") or (sys.platform, platform.machine()) != ("linux", "x86_64"):
        pytest.skip("MXCSR is set by way of glibc on x86-64 only")
    # glibc's fenv_t on x86-64: the last of its eight words is MXCSR
    saved = (ctypes.c_uint32 * 8)()
    libm.fegetenv(saved)
    changed = (ctypes.c_uint32 * 8)(*saved)
    changed[7] |= 0x8040
    libm.fesetenv(changed)
    try:
        y = symact.get("silu").numpy()(tiny)
    finally:
        libm.fesetenv(saved)
    assert y.view(np.int32)[0] > 0
    assert f(tiny) == tiny


def test_other_threads_run_meanwhile():
    f = symact.get("gelu").numpy()
    v = np.random.default_rng(0).normal(size=3_000_000)
    out = np.empty_like(v)
    f(v, out=out)
    count, stop, interval = [0], threading.Event(), sys.getswitchinterval()

    def spin():
        while not stop.is_set():
            count[0] += 1
            time.sleep(0)

    other = threading.Thread(target=spin)
    other.start()

    def others_ran():
        before = count[0]
        f(v, out=out)
        return count[0] > before

    # threads take turns only where one lets the others run; a busy machine may need several calls
    sys.setswitchinterval(60)
    try:
        assert any(others_ran() for _ in range(50))
    finally:
        sys.setswitchinterval(interval)
        stop.set()
        other.join()


def test_many_threads_at_once_on_a_new_function():
    a = real("a")
    made = symact.define("fresh", x / (1 + sp.exp(-a * x)) + sp.atan(x) / 7, a=3)
    v = np.linspace(-5, 5, 1001)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: made.numpy()(v), range(16)))
    assert all((y == found[0]).all() for y in found)
