"""Calls that go straight to a kernel: they give what the ufunc gives, take nothing that isn't theirs, and keep count of objects."""

from __future__ import annotations

import gc
import sys
from inspect import signature

import numpy as np
import pytest
from processor import processor

import symact
from symact.numeric.llvm import shortcut
from symact.numeric.llvm.calls import MOST

processor()

RNG = np.random.default_rng(0)


class Sub(np.ndarray):
    pass


def called(name: str = "silu"):
    """A function whose calls go straight to its kernel by now."""
    found = symact.get(name).numpy()
    found(1.0)
    return found


def pulled():
    found = symact.get("silu").vjp()
    found(1.0, 1.0)
    return found


def arrays(dtype: str = "f4") -> list[np.ndarray]:
    x = (RNG.standard_normal((6, 10)) * 3).astype(dtype)
    return [
        x,
        x[0],
        x[:, :1],
        x[:, 3],
        x.T,
        x[::-1],
        np.asfortranarray(x),
        x[1, 2],
        x[1, 2, None],
        x[:0],
        x.reshape(2, 3, 1, 10),
        x.astype(x.dtype.newbyteorder()),
        x.view(Sub),
        np.ma.masked_less(x, 0),
        np.full(MOST, 0.5, dtype),
        np.full(MOST + 1, 0.5, dtype),
        np.frombuffer(b"\0" + x.tobytes(), np.uint8)[1:].view(x.dtype),
    ]


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", "i4"])
def test_what_the_ufunc_gives(dtype):
    f, h = called(), pulled()
    for x in arrays(dtype):
        for found, wanted in ((f(x), f.ufunc(x)), (h(x, x), h.ufunc(x, x))):
            assert type(found) is type(wanted)
            np.testing.assert_array_equal(found, wanted)
            if isinstance(wanted, np.ndarray):
                assert (found.dtype, found.strides) == (wanted.dtype, wanted.strides)


def test_into_memory_that_is_there():
    f = called()
    x = np.linspace(-3, 3, 64, dtype=np.float32)
    wanted = f(x)
    for call in (lambda o: f(x, out=o), lambda o: f(x, o), lambda o: f(x, out=(o,))):
        target = np.full_like(x, np.nan)
        assert call(target) is target
        np.testing.assert_array_equal(target, wanted)
    same = x.copy()
    assert f(same, out=same) is same
    np.testing.assert_array_equal(same, wanted)
    memory = np.concatenate([x, x])
    for shift in (1, 5, 63):
        memory[:64] = x
        f(memory[:64], out=memory[shift : shift + 64])
        np.testing.assert_array_equal(memory[shift : shift + 64], wanted)
    target = np.zeros((64, 2), np.float32)
    f(x, out=target[:, 1])
    np.testing.assert_array_equal(target[:, 1], wanted)
    wide = np.zeros((3, 64), np.float32)
    f(x, out=wide)
    np.testing.assert_array_equal(wide, np.broadcast_to(wanted, (3, 64)))
    other = np.zeros(64)
    assert f(x, out=other) is other
    np.testing.assert_array_equal(other, wanted)


def test_products_of_arrays_that_differ():
    h = pulled()
    x, g = RNG.standard_normal((2, 5, 8)).astype(np.float32)
    np.testing.assert_array_equal(h(x, g[0]), h.ufunc(x, g[0]))
    np.testing.assert_array_equal(h(x, 2.0), h.ufunc(x, 2.0))
    np.testing.assert_array_equal(h(x, g.astype(float)), h.ufunc(x, g.astype(float)))
    np.testing.assert_array_equal(h(x, g.T.copy().T), h.ufunc(x, g))
    wanted = h(x, g)
    assert h(x, g, out=g) is g
    np.testing.assert_array_equal(g, wanted)


def test_what_is_refused():
    f = called()
    x = np.zeros(4, np.float32)
    fixed = np.zeros(4, np.float32)
    fixed.flags.writeable = False
    for call in (
        lambda: f(),
        lambda: f(x, x, x),
        lambda: f(x, out=np.zeros(5, np.float32)),
        lambda: f(x, out=fixed),
        lambda: f(x, out=[0.0] * 4),
        lambda: f(x, out=np.zeros(4, np.int8)),
        lambda: f(x, nonsense=1),
        lambda: f("a"),
        lambda: f(None),
    ):
        with pytest.raises((TypeError, ValueError)):
            call()
    np.testing.assert_array_equal(f(x, where=[True, False, True, False], out=np.ones(4, np.float32)), [0, 1, 0, 1])


def test_parameters_take_the_long_way():
    f = called("elu")
    x = np.linspace(-3, 3, 7, dtype=np.float32)
    np.testing.assert_allclose(f(x, alpha=2.0), np.where(x > 0, x, 2 * np.expm1(x)), rtol=1e-6)
    target = np.empty_like(x)
    assert f(x, alpha=2.0, out=target) is target
    assert f(x=x)[0] == f(x)[0]
    assert list(signature(f).parameters) == ["x", "out", "parameters"]
    with pytest.raises(TypeError, match=r"^elu\(\) takes from 1 to 2 positional arguments but 3 were given"):
        f(x, None, 2.0)


def test_objects_are_counted():
    f, h = called(), pulled()
    x, target = np.zeros(9, np.float32), np.empty(9, np.float32)
    dtype = x.dtype

    def counts() -> list[int]:
        gc.collect()
        return [sys.getrefcount(o) for o in (x, target, dtype, f.ufunc, "out")]

    before = counts()
    for _ in range(500):
        f(x)
        f(x, out=target)
        h(x, target)
        h(x, x, x)
        with pytest.raises(TypeError):
            f(x, out=3)
    assert all(abs(a - b) < 50 for a, b in zip(before, counts(), strict=True))


def test_the_call_outlives_the_function():
    kept = type(called("mish")).__call__
    gc.collect()
    np.testing.assert_array_equal(kept(np.zeros(3, np.float32)), 0)
    np.testing.assert_array_equal(kept(np.zeros((3, 2)).T), 0)


def test_where_arrays_are_laid_out_otherwise(monkeypatch):
    monkeypatch.setattr(shortcut, "_interface", lambda: None)
    for name in ("silu", "elu"):
        f = symact.get(name).numpy()
        f = type(f).made_from(*f.sources)
        x = np.linspace(-3, 3, 7, dtype=np.float32)
        for _ in range(2):
            np.testing.assert_array_equal(f(x), symact.get(name).numpy()(x))
