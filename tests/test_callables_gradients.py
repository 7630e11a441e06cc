"""The pullback and the fused value and gradient: the same numbers as the callables they are made of, and as NumPy's form."""

import pickle

import numpy as np
import pytest

import symact
from symact.errors import InputError, NotSupportedError

NAMES = ["sigmoid", "gelu", "mish", "elu", "relu", "softplus", "hard_swish", "sinc_normalized", "log1mexp", "prelu"]


def sample(dtype):
    rng = np.random.default_rng(0)
    v = np.concatenate([rng.normal(0, 3, 3001), rng.uniform(-100, 100, 300), [np.nan, np.inf, -np.inf, 0.0, -0.0]])
    return v.astype(dtype), rng.normal(size=v.size).astype(dtype)


def by_numpy(call):
    """The same callable without a compiler."""
    other = pickle.loads(pickle.dumps(call))
    other.__dict__["_compiled"] = None, None, "numpy (asked for)"
    return other


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
class TestEveryKind:
    def test_value_and_gradient(self, name, dtype):
        activation = symact.get(name)
        both = activation.value_and_grad()
        v, _ = sample(dtype)
        with np.errstate(all="raise"):
            f, df = both(v)
            wanted = activation.numpy()(v), activation.numpy(order=1)(v)
        for found, right in zip((f, df), wanted, strict=True):
            assert found.dtype == dtype
            np.testing.assert_array_equal(np.isnan(found), np.isnan(right))
            # the same programs; sums with products may be rounded once or twice
            np.testing.assert_allclose(found, right, rtol=2 * np.finfo(dtype).eps, atol=np.finfo(dtype).eps / 8)
        out = np.empty_like(v), np.empty_like(v)
        found = both(v, out=out)
        assert found[0] is out[0]
        assert found[1] is out[1]
        np.testing.assert_array_equal(out[1], df)

    def test_pullback(self, name, dtype):
        activation = symact.get(name)
        v, g = sample(dtype)
        with np.errstate(all="raise"):
            found = activation.vjp()(v, g)
            slope = activation.numpy(order=1)(v.astype(np.float64))
        assert found.dtype == dtype
        with np.errstate(all="ignore"):
            right = (g.astype(np.float64) * slope).astype(dtype)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(right))
        tolerance = 4 if dtype is np.float64 else 0.55 if dtype is np.float32 else 1.05
        np.testing.assert_allclose(
            found, right, rtol=tolerance * 2 * np.finfo(dtype).eps, atol=np.finfo(dtype).smallest_subnormal
        )


@pytest.mark.parametrize("name", ["gelu", "elu", "sinc_normalized"])
def test_without_a_compiler(name):
    activation = symact.get(name)
    v, g = sample(np.float64)
    for call, arrays in ((activation.vjp(), (v, g)), (activation.value_and_grad(), (v,))):
        other = by_numpy(call)
        assert other.backend.startswith("numpy")
        assert other.ufunc is None
        np.testing.assert_allclose(other(*arrays), call(*arrays), rtol=1e-13, atol=1e-15)
    both = by_numpy(activation.value_and_grad())
    out = v.copy(), np.empty_like(v)
    both(out[0], out=out)
    np.testing.assert_array_equal(out, both(v))
    masked = np.zeros_like(v), np.zeros_like(v)
    both(v, out=masked, where=v > 0)
    assert (masked[0][v < 0] == 0).all()
    np.testing.assert_array_equal(masked[1][v > 0], both(v)[1][v > 0])


def test_parameters():
    elu = symact.get("elu")
    v, g = np.linspace(-3, 3, 7), np.arange(7.0)
    np.testing.assert_allclose(elu.vjp()(v, g, alpha=2), g * elu.numpy(order=1)(v, alpha=2), rtol=1e-15)
    alpha = np.linspace(1, 2, 7)
    f, df = elu.value_and_grad()(v, alpha=alpha)
    np.testing.assert_array_equal(f, elu.numpy()(v, alpha=alpha))
    np.testing.assert_array_equal(df, elu.numpy(order=1)(v, alpha=alpha))
    assert elu.vjp(alpha=3)(-1e300, 1.0) == 0
    assert elu.value_and_grad(alpha=3)(-1e300)[0] == -3
    with pytest.raises(InputError, match="alpha must satisfy"):
        elu.vjp()(v, g, alpha=-1)
    with pytest.raises(TypeError, match="no parameter 'beta'"):
        elu.value_and_grad()(v, beta=1)


def test_upstream_gradients_broadcast():
    f = symact.get("tanh").vjp()
    v = np.linspace(-1, 1, 6).reshape(2, 3)
    assert f(v, 2.0).shape == (2, 3)
    assert f(0.0, np.ones(4)).tolist() == [1, 1, 1, 1]
    assert f(0.0, 1.0).dtype == np.float64
    assert f(v.astype(np.float32), 2.0).dtype == np.float32


def test_an_infinite_gradient_times_no_slope_is_no_number():
    assert np.isnan(symact.get("relu").vjp()(-1.0, np.inf))


@pytest.mark.parametrize("name", ["silu", "mish", "elu"])
def test_fast_mode(name):
    activation = symact.get(name)
    v, g = sample(np.float32)
    exact, fast = (activation.value_and_grad(mode=mode)(v) for mode in ("accurate", "fast"))
    for a, b in zip(exact, fast, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-6, atol=1e-6 * np.nanmax(np.abs(a[np.isfinite(a)])))
    np.testing.assert_allclose(activation.vjp(mode="fast")(v, g), activation.vjp()(v, g), rtol=2e-6, atol=1e-6)
    with pytest.raises(InputError, match="the mode must be"):
        activation.vjp(mode="quick")


def test_pickling_and_names():
    for call in (symact.get("elu").vjp(), symact.get("elu").value_and_grad()):
        again = pickle.loads(pickle.dumps(call))
        assert type(again).__name__ == type(call).__name__
        assert again.__name__ == call.__name__
    assert symact.get("elu").vjp().__name__ == "elu_vjp"
    assert repr(symact.get("elu").vjp()) == "<Pullback elu_vjp(x, g, out=None, alpha=1)>"
    assert "Clevert" in symact.get("elu").value_and_grad().__doc__


def test_functions_of_a_vector_are_refused():
    with pytest.raises(NotSupportedError, match="softmax is a function of a vector"):
        symact.get("softmax").value_and_grad()
