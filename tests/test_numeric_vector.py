"""Functions of a vector: softmax and its kin, Jacobians, what a textbook form gets wrong, functions nobody has seen."""

import pickle

import numpy as np
import pytest
from flint import arb
from scipy import special
from sympy import Sum, exp, log, sqrt

from symact.catalogue import lookup
from symact.definition import Definition
from symact.errors import InputError, NotSupportedError
from symact.numeric import VectorFunction, VectorPullback, compile_function, compile_pullback, vector_runtime
from symact.numeric.llvm.kernels import row_kernel
from symact.numeric.llvm.target import PLAIN, host
from symact.proof.numbers.balls import precision
from symact.symbols import LargestOf, i, j, n, v

NAMES = ("softmax", "log_softmax", "softmin", "logsumexp", "maxout")
SCIPY = {
    "softmax": special.softmax,
    "log_softmax": special.log_softmax,
    "softmin": lambda w, axis: special.softmax(-w, axis),
    "logsumexp": special.logsumexp,
    "maxout": np.max,
}


def get(name, order=0):
    return compile_function(lookup(name), order)


def vector(expr):
    return Definition(name="f", expr=expr, title="f", vector=True)


@pytest.mark.parametrize("axis", [-1, 0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_like_scipy(name, axis):
    w = np.random.default_rng(0).normal(size=(4, 5, 3)) * 10
    found = get(name)(w, axis=axis)
    assert found.shape == SCIPY[name](w, axis=axis).shape
    np.testing.assert_allclose(found, SCIPY[name](w, axis=axis), rtol=2e-14, atol=1e-15)


@pytest.mark.parametrize("axis", [-1, 0])
@pytest.mark.parametrize("name", NAMES)
def test_jacobians_are_differences(name, axis):
    w = np.random.default_rng(1).normal(size=(3, 4)) * 2
    size = w.shape[axis]
    found = get(name, 1)(w, axis=axis)
    f = get(name)
    for k in range(size):
        step = np.zeros(w.shape)
        np.moveaxis(step, axis, -1)[..., k] = 1e-6
        wanted = (f(w + step, axis=axis) - f(w - step, axis=axis)) / 2e-6
        if name in ("logsumexp", "maxout"):
            assert found.shape == w.shape
            np.testing.assert_allclose(np.moveaxis(found, axis, -1)[..., k], wanted, atol=1e-8)
        else:
            assert found.shape == (*w.shape, size)
            np.testing.assert_allclose(found[..., k], wanted, atol=1e-8)


def exact_softmax(w):
    with precision(400):
        terms = [arb(float(e)).exp() for e in w]
        return [float(t / sum(terms, arb(0))) for t in terms]


def test_softmax_to_the_last_place():
    rng = np.random.default_rng(2)
    for _ in range(20):
        w = rng.normal(size=6) * 100
        wanted = np.array(exact_softmax(w))
        error = np.abs(get("softmax")(w) - wanted) / np.spacing(wanted)
        assert error.max() < 4


def test_where_the_textbook_overflows_or_cancels():
    with np.errstate(all="ignore"):
        w = np.array([1000.0, 0.0])
        assert np.isnan(np.exp(w) / np.exp(w).sum()).any()
    assert get("softmax")(w).tolist() == [1, 0]
    assert get("log_softmax")(w).tolist() == [0, -1000]
    # log(1 + exp(-40)): scipy gives -0.0 for an entry this dominant
    assert get("log_softmax")([40.0, 0.0])[0] == pytest.approx(-4.248354255291589e-18, rel=1e-15)
    # p*(1 - p) on the diagonal, with 1 - p far below the spacing of 1
    assert get("softmax", 1)([40.0, 0.0])[0, 0] == pytest.approx(4.248354255291589e-18, rel=1e-15)


def test_rows_of_jacobians_sum_to_zero():
    w = np.random.default_rng(3).normal(size=(50, 7)) * 20
    jacobian = get("softmax", 1)(w)
    assert np.abs(jacobian.sum(axis=-1)).max() < 1e-16


def test_infinities_and_nan():
    with np.errstate(all="raise"):
        assert get("softmax")([np.inf, 0.0, 1.0]).tolist() == [1, 0, 0]
        assert get("softmax")([-np.inf, 0.0]).tolist() == [0, 1]
        assert np.isnan(get("softmax")([np.inf, np.inf])).any()
        assert np.isnan(get("softmax")([np.nan, 0.0])).all()
        assert get("logsumexp")([-np.inf, -np.inf]) == -np.inf
        assert get("logsumexp")([np.inf, 0.0]) == np.inf
        assert np.isnan(get("maxout")([np.nan, 1.0]))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_dtypes_lists_and_single_entries(name, dtype):
    for order in (0, 1):
        assert get(name, order)(np.ones((2, 3), dtype)).dtype == dtype
    assert get(name)([1, 2, 3]).dtype == np.float64
    one = get(name)(np.array([3.0], dtype))
    assert one.shape == (() if name in ("logsumexp", "maxout") else (1,))


def test_many_rows_in_chunks():
    w = np.random.default_rng(4).normal(size=(5000, 33))
    assert (get("softmax")(w)[4321] == get("softmax")(w[4321])).all()
    assert get("softmax")(np.ones((0, 3))).shape == (0, 3)


def test_out():
    w = np.random.default_rng(5).normal(size=(3, 4))
    out = np.empty((3, 4))
    assert get("softmax")(w, out=out) is out
    assert (out == get("softmax")(w)).all()
    with pytest.raises(ValueError, match="shape"):
        get("softmax")(w, out=np.empty(4))
    with pytest.raises(TypeError, match="array"):
        get("softmax")(w, out=[0.0])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda f: f(np.ones((2, 0))), ValueError, "must not be empty"),
        (lambda f: f(1.0), ValueError, "must have an axis"),
        (lambda f: f([1.0], axis=1), ValueError, "out of range"),
        (lambda f: f([1j]), TypeError, "x must hold"),
    ],
)
def test_errors(call, error, message):
    with pytest.raises(error, match=message):
        call(get("softmax"))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 2, 31, 33, 64, 200])
def test_kernels_agree_with_numpy(name, dtype, size):
    rng = np.random.default_rng(size)
    w = (rng.normal(size=(22, size)) * 5).astype(dtype)
    # ties, what isn't finite, and differences beyond all numbers
    w[1, :] = 2
    w[2, 0], w[3, -1], w[4, :] = -np.inf, np.nan, -np.inf
    w[19, 0], w[20, -1] = np.inf, -np.finfo(dtype).max
    w[20, 0] = np.finfo(dtype).max
    f, pullback = get(name), compile_pullback(lookup(name))
    g = rng.normal(size=f(w).shape).astype(dtype)
    for call, arrays in ((f, (w,)), (pullback, (w, g))):
        assert call.backend.startswith(("llvm", "numpy"))
        source = call.source
        blocks = vector_runtime.apply_along(call._run, w, -1, None, source.axes, *arrays[1:], keeps=source.keeps)
        found = call(*arrays)
        assert found.dtype == dtype
        assert found.shape == blocks.shape
        eps = np.finfo(dtype).eps
        scale = (
            np.abs(g).sum(axis=-1, keepdims=source.axes == 1 and source.keeps) if len(arrays) > 1 and g.ndim > 1 else 0
        )
        with np.errstate(invalid="ignore"):
            # narrow types are computed to some 34 bits
            lost = 4 * eps if dtype == np.float64 else 2.0**-33
            close = np.abs(found - blocks) <= 4 * eps * np.abs(blocks) + lost * scale
        assert (close | (found == blocks) | (np.isnan(found) & np.isnan(blocks))).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["softmax", "logsumexp"])
def test_rows_wherever_they_are(name, dtype):
    """Backwards, apart, one again and again, and more than fit a block: each as if it were alone, but for the order of sums."""
    whole = (np.random.default_rng(12).normal(size=(70, 13)) * 5).astype(dtype)
    f, pullback = get(name), compile_pullback(lookup(name))
    for w in (whole[::-1], whole[::3, :7], np.broadcast_to(whole[5], (40, 13)), whole.reshape(7, 10, 13)[:, ::2]):
        y = f(w)
        g = np.broadcast_to(dtype(1.5), y.shape)
        found = pullback(w, g)
        for at in np.ndindex(w.shape[:-1]):
            np.testing.assert_allclose(y[at], f(w[at]), rtol=4 * np.finfo(dtype).eps)
            np.testing.assert_allclose(found[at], pullback(w[at], g[at]), rtol=0, atol=8 * np.finfo(dtype).eps)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fast", [False, True])
def test_kernels_without_avx512(name, fast):
    call = compile_pullback(lookup(name))
    if not call.backend.startswith("llvm"):
        pytest.skip(call.backend)
    rng = np.random.default_rng(11)
    for size in (1, 3, 8, 33):
        for dtype in (np.float16, np.float32, np.float64):
            w = (rng.normal(size=(7, size)) * 4).astype(dtype)
            w[1, 0] = np.nan
            g = rng.normal(size=get(name)(w).shape).astype(dtype)
            for source, arrays in ((get(name).source, (w,)), (call.source, (w, g))):
                out, wanted = (np.empty_like(w if source.axes else g) for _ in range(2))
                for target, result in ((PLAIN, out), (host(), wanted)):
                    ufunc, room = row_kernel(source, np.dtype(dtype).char, fast, target)
                    ufunc(*arrays, np.empty(room(size) // 8), out=result)
                np.testing.assert_allclose(out, wanted, rtol=20 * np.finfo(dtype).eps, atol=20 * np.finfo(dtype).eps)


@pytest.mark.parametrize("axis", [-1, 0])
@pytest.mark.parametrize("name", NAMES)
def test_pullbacks_are_products_with_the_jacobian(name, axis):
    rng = np.random.default_rng(8)
    w = rng.normal(size=(4, 6)) * 20
    pullback, jacobian = compile_pullback(lookup(name)), get(name, 1)(w, axis=axis)
    assert isinstance(pullback, VectorPullback)
    assert pullback.source.proved
    g = rng.normal(size=get(name)(w, axis=axis).shape)
    if jacobian.ndim == 2:
        wanted = jacobian * np.expand_dims(g, axis)
    else:
        wanted = np.moveaxis(
            np.einsum("ri,rik->rk", np.moveaxis(g, axis, -1), np.moveaxis(jacobian, axis % 2, 1)), -1, axis
        )
    np.testing.assert_allclose(pullback(w, g, axis=axis), wanted, rtol=1e-13, atol=1e-15)
    with np.errstate(all="raise"):
        strided = np.zeros((8, 18))[::2, ::3]
        strided[...] = w
        assert (pullback(strided, g, axis=axis) == pullback(w, g, axis=axis)).all()
    out = np.empty_like(w)
    assert pullback(w, g, axis=axis, out=out) is out
    assert (pickle.loads(pickle.dumps(pullback))(w, g, axis=axis) == out).all()


def test_pullbacks_keep_what_a_difference_would_lose():
    # g_1*p_1 - p_1*sum(g*p) with p_1 next to 1
    found = compile_pullback(lookup("softmax"))([40.0, 0.0], [1.0, 0.0])
    np.testing.assert_allclose(found, [4.248354255291589e-18, -4.248354255291589e-18], rtol=1e-15)
    found = compile_pullback(lookup("log_softmax"))([40.0, 0.0], [1.0, 0.0])
    np.testing.assert_allclose(found, [4.248354255291589e-18, -4.248354255291589e-18], rtol=1e-15)


def test_pullbacks_of_what_is_not_finite():
    pullback = compile_pullback(lookup("softmax"))
    with np.errstate(all="raise"):
        assert np.isnan(pullback([np.nan], [1.0])).all()
        assert np.isnan(pullback([0.0, np.nan], [1.0, 2.0])).all()
        assert np.isnan(pullback([-np.inf, -np.inf], [1.0, 2.0])).all()
        assert pullback([-np.inf, 0.0], [1.0, 2.0]).tolist() == [0, 0]
    with pytest.raises(TypeError, match="g must hold"):
        pullback([1.0], ["a"])


def test_fast_computes_in_float32():
    w = np.random.default_rng(9).normal(size=(50, 40)).astype(np.float32) * 5
    f, fast = get("softmax"), compile_function(lookup("softmax"), mode="fast")
    wanted = get("softmax")(w.astype(np.float64))
    error = [np.abs(call(w) - wanted) / np.spacing(wanted.astype(np.float32)) for call in (f, fast)]
    assert error[0].max() < 0.51
    assert error[1].max() < 3.5
    with pytest.raises(InputError, match="exact is for functions of one number"):
        compile_function(lookup("softmax"), mode="exact")


def test_only_the_first_derivative():
    with pytest.raises(NotSupportedError, match="orders 0 and 1"):
        get("softmax", 2)


def test_pickling_and_documentation():
    f = get("log_softmax")
    g = pickle.loads(pickle.dumps(f))
    assert isinstance(g, VectorFunction)
    w = np.random.default_rng(6).normal(size=5)
    assert (g(w) == f(w)).all()
    assert "PyTorch" in f.__doc__
    assert f.source.proved


@pytest.mark.parametrize(
    ("expr", "wanted"),
    [
        (v[i] / sqrt(Sum(v[j] ** 2, (j, 1, n))), lambda w: w / np.linalg.norm(w)),
        (log(Sum(exp(2 * v[j]), (j, 1, n)) / n) / 2, lambda w: special.logsumexp(2 * w, b=1 / w.size) / 2),
        (v[i] - LargestOf(v[j], (j, 1, n)), lambda w: w - w.max()),
        (exp(v[i]) / (1 + Sum(exp(v[j]), (j, 1, n))), lambda w: np.exp(w) / (1 + np.exp(w).sum())),
    ],
)
def test_functions_nobody_has_seen(expr, wanted):
    w = np.array([0.3, -1.2, 2.5, 0.9])
    f = compile_function(vector(expr))
    np.testing.assert_allclose(f(w), wanted(w), rtol=1e-14, atol=1e-15)
    jacobian = compile_function(vector(expr), 1)(w)
    for k in range(w.size):
        step = np.zeros(w.size)
        step[k] = 1e-6
        np.testing.assert_allclose(jacobian[..., k], (f(w + step) - f(w - step)) / 2e-6, atol=1e-8)


def test_sums_over_other_ranges_are_refused():
    with pytest.raises(NotSupportedError, match="run over all entries"):
        compile_function(vector(Sum(v[j], (j, 2, n))))
