"""Big arrays: threads give the same bits, memory is used again only when nobody holds it, everything else goes its usual way."""

import gc
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import symact
from symact.errors import InputError
from symact.numeric.large import GRAIN, Recycler

BIG = (1 << 20) + 12345


@pytest.fixture(scope="module")
def big():
    return (np.random.default_rng(0).normal(size=BIG) * 5).astype(np.float64)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_same_bits(big, threads, dtype):
    x = big.astype(dtype)
    f = symact.get("silu").numpy()
    assert f.threaded(threads)(x).tobytes() == f(x).tobytes()
    assert f.threaded(threads)(x[:-1].reshape(5, -1)[1:]).tobytes() == f(x[:-1].reshape(5, -1)[1:]).tobytes()
    out = np.empty_like(x)
    assert f.threaded(threads)(x, out=out) is out
    assert out.tobytes() == f(x).tobytes()


def test_gradients_and_parameters(big):
    elu = symact.get("elu")
    g = big[::-1].copy()
    assert (elu.vjp().threaded(2)(big, g) == elu.vjp()(big, g)).all()
    assert (elu.numpy().threaded(2)(big, alpha=2) == elu.numpy()(big, alpha=2)).all()
    for found, wanted in zip(elu.value_and_grad().threaded(2)(big), elu.value_and_grad()(big), strict=True):
        assert (found == wanted).all()
    with pytest.raises(InputError, match="alpha"):
        elu.numpy().threaded(2)(big, alpha=-1)
    with pytest.raises(TypeError, match="no parameter"):
        elu.numpy().threaded(2)(big, beta=1)


def test_what_is_not_plain_goes_its_usual_way(big):
    f = symact.get("tanh").numpy()
    t = f.threaded(2)
    assert t(0.5) == f(0.5)
    assert t([0.5, 1]).tolist() == f([0.5, 1]).tolist()
    assert (t(big[::2]) == f(big[::2])).all()
    shared = big.copy()
    f(shared[:-1], out=shared[1:])
    again = big.copy()
    t(again[:-1], out=again[1:])
    assert (shared == again).all()
    where = big > 0
    assert (t(big, out=np.zeros_like(big), where=where) == f(big, out=np.zeros_like(big), where=where)).all()
    masked = np.ma.masked_invalid(big)
    assert type(t(masked)) is type(f(masked))
    assert t(big.astype(int)).dtype == np.float64


def test_memory_in_use_is_never_used_again():
    pool = Recycler(count=2)
    first = pool.empty((1000,), np.float64)
    first[:] = 1
    view = first[10:20]
    del first
    gc.collect()
    second = pool.empty((1000,), np.float64)
    second[:] = 2
    assert (view == 1).all()
    memory = memoryview(second)
    address = second.ctypes.data
    del second
    third = pool.empty((1000,), np.float64)
    third[:] = 3
    assert np.frombuffer(memory)[0] == 2
    memory.release()
    assert pool.empty((1000,), np.float64).ctypes.data == address


def test_recycled_memory():
    pool = Recycler(count=2)
    a = pool.empty((3, GRAIN), np.float32)
    assert a.shape == (3, GRAIN)
    assert a.ctypes.data % 64 == 0
    assert a.flags.writeable
    address = a.ctypes.data
    del a
    assert pool.empty((3 * GRAIN // 2,), np.float64).ctypes.data == address
    kept = [pool.empty((GRAIN,), np.uint8) for _ in range(5)]
    del kept
    assert len(pool._free) == 2


def test_results_of_many_threads_stay_apart(big):
    f = symact.get("sigmoid").numpy().threaded(2)
    wanted = symact.get("sigmoid").numpy()(big)

    def work(shift):
        return all(np.array_equal(f(big + shift), symact.get("sigmoid").numpy()(big + shift)) for _ in range(3))

    with ThreadPoolExecutor(4) as workers:
        assert all(workers.map(work, range(4)))
    assert (f(big) == wanted).all()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_after_a_fork():
    program = """
import os, numpy as np, symact
x = np.ones(1 << 20)
f = symact.get("sigmoid").numpy().threaded(2)
f(x)
child = os.fork()
if child == 0:
    os._exit(0 if (f(x) == f(x[0])).all() else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", program], timeout=60).returncode == 0


def test_many_results_go_straight_to_memory(big):
    # longer than what is streamed, from every place in a cache line
    f = symact.get("silu").numpy(mode="fast")
    x = np.resize(big.astype(np.float32), (1 << 22) + 200)
    wanted = np.concatenate([f(part) for part in np.array_split(x, 16)])
    out = np.empty(x.size + 32, np.float32)
    for shift in (0, 1, 7, 15, 16):
        out[:] = 7
        f(x, out=out[shift : shift + x.size])
        assert (out[shift : shift + x.size] == wanted).all()
        assert (out[:shift] == 7).all()
        assert (out[shift + x.size :] == 7).all()
    y, slope = symact.get("silu").value_and_grad(mode="fast")(x)
    # far from 0 the two share their arithmetic, which may be float64
    np.testing.assert_allclose(y, wanted, rtol=4e-7)
    assert np.isfinite(slope).all()


def test_errors_and_pickling():
    f = symact.get("sigmoid").numpy()
    with pytest.raises(InputError, match="at least 1"):
        f.threaded(0)
    again = pickle.loads(pickle.dumps(f.threaded(3)))
    assert again.threads == 3
    assert again(0.0) == 0.5
    assert repr(again) == "<Threaded <NumpyFunction sigmoid(x, out=None)>, 3 threads>"
    assert again.__doc__ == f.__doc__
