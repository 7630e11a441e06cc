"""The exact mode: rounding of fractions, joins, ends, and agreement with the accurate mode within its bound."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import symact
from symact.errors import InputError
from symact.numeric import exact
from symact.numeric.exact import rounded


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_of_a_type_stay(v):
    assert rounded(Fraction(v), "d") == v
    with np.errstate(over="ignore", under="ignore"):
        assert rounded(Fraction(v), "f") == np.float32(v)
        assert rounded(Fraction(v), "e") == np.float16(v)


@given(st.fractions())
def test_fractions_are_rounded_like_python_does(v):
    assert rounded(v, "d") == v.numerator / v.denominator


def test_ties_go_to_the_even_number():
    assert rounded(Fraction(2**24 + 1), "f") == 2**24
    assert rounded(Fraction(2**24 + 3), "f") == 2**24 + 4
    assert rounded(Fraction(65520), "e") == np.inf
    assert rounded(Fraction(65519), "e") == 65504
    assert rounded(Fraction(1, 2**1075), "d") == 0
    assert rounded(Fraction(3, 2**1075), "d") == 2 * 5e-324


@pytest.mark.parametrize("name", ["gelu", "mish", "elu", "hard_swish", "sinc_normalized", "log1mexp", "softplus_torch"])
def test_the_accurate_mode_is_within_its_bound(name):
    best, accurate = (symact.get(name).numpy(mode=mode) for mode in ("exact", "accurate"))
    rng = np.random.default_rng(0)
    v = np.concatenate(
        [rng.normal(0, 4, 25), [-700.0, -100.0, 90.0, 1e300, 0.0, -0.0, 5e-324, np.nan, np.inf, -np.inf, -3.0, 3.0]]
    )
    for dtype in (np.float16, np.float32, np.float64):
        with np.errstate(over="ignore"):
            points = v.astype(dtype)
        y, near = best(points), accurate(points)
        assert y.dtype == dtype
        np.testing.assert_array_equal(np.isnan(y), np.isnan(near))
        finite = np.isfinite(y)
        np.testing.assert_array_equal(y[~finite], near[~finite])
        unit = np.maximum(np.spacing(np.abs(y[finite])), np.finfo(dtype).smallest_subnormal).astype(float)
        limit = accurate.bound["float64"] + 0.6 if dtype is np.float64 else 1.0
        far = np.abs(y[finite]) > 1e-2
        assert (np.abs(y[finite].astype(float) - near[finite]) <= limit * unit)[far].all()
        assert (np.signbit(y[finite]) == np.signbit(near[finite])).all()


def test_known_values():
    f = symact.get("tanh").numpy(mode="exact")
    assert f(0.5) == float.fromhex("0x1.d9353d7568af3p-2")
    assert f(np.float32(0.5)) == np.float32(0.46211715726000975)
    assert f([0.0, -0.0]).tolist() == [0.0, -0.0]
    assert symact.get("relu").numpy(order=1, mode="exact")([-1.0, 0.0, 2.0]).tolist() == [0, 0, 1]


def test_how_it_is_called():
    f = symact.get("elu").numpy(mode="exact")
    v, out = np.array([[-1.0, 2.0]]), np.empty((1, 2))
    assert f(v, out=out, alpha=3) is out
    assert out[0, 1] == 2
    assert out[0, 0] == pytest.approx(3 * np.expm1(-1.0))
    assert f(v, alpha=[1.0, 2.0]).shape == (1, 2)
    assert f.bound == {"float16": 0.5, "float32": 0.5, "float64": 0.5}
    assert f.backend.endswith("ball arithmetic")
    assert f.ufunc is None
    with pytest.raises(InputError, match="alpha must satisfy"):
        f(1.0, alpha=-1)
    with pytest.raises(TypeError, match="not supported"):
        f(1j)
    with pytest.raises(InputError, match="exact is for single functions"):
        symact.get("elu").vjp(mode="exact")


@pytest.mark.parametrize(("name", "order"), [("gelu", 1), ("sinc_normalized", 0), ("elu", 0)])
def test_float64_settles_nearly_all_of_float32_as_enclosures_do(name, order, monkeypatch):
    f = symact.get(name).numpy(order=order, mode="exact")
    zeros = [0.0, -0.0, -0.7517915, 1.0, 3.0]
    v = np.array(
        [*np.random.default_rng(0).normal(0, 4, 15), *zeros, 1e-45, -1e-40, -103.0, 3e38, -3e38, np.nan, np.inf]
    )
    x = v.astype(np.float32)
    parts = []
    settled = exact._settled
    monkeypatch.setattr(exact, "_settled", lambda *args: parts.append(settled(*args)) or parts[-1])
    quick = f(x)
    assert parts[0][1].sum() >= 20
    monkeypatch.setattr(exact, "_settled", lambda x, near, wide: (near, np.zeros(near.shape, bool)))
    certain = f(x)
    np.testing.assert_array_equal(quick, certain)
    np.testing.assert_array_equal(np.signbit(quick), np.signbit(certain))
