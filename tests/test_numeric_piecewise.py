"""Piecewise polynomials: what is fitted, what kernels make of it, and where they leave it to the programs."""

from __future__ import annotations

import numpy as np
import pytest

from symact.catalogue import lookup
from symact.errors import NotSupportedError
from symact.numeric import compile_function, compile_pullback, compile_value_and_gradient
from symact.numeric.llvm.module import module
from symact.numeric.llvm.spec import Spec
from symact.numeric.llvm.target import PLAIN, host
from symact.numeric.piecewise import COUNT, REACH, Pieces, certain, evaluated
from symact.numeric.piecewise_fit import fitted

NAMES = ["sigmoid", "tanh", "elu", "mish", "gelu"]


def pieces(name: str, mode: str = "accurate") -> Pieces:
    source = compile_function(lookup(name), mode=mode).source
    found = {**source.vectors, **source.default_vectors}["float32"].pieces
    assert found is not None
    return found


def near(rng_seed: int = 0) -> np.ndarray:
    x = np.random.default_rng(rng_seed).uniform(-REACH, REACH, 30000).astype(np.float32)
    return x[np.abs(x) < REACH]


def wide() -> bool:
    try:
        return host().wide
    except NotSupportedError:
        return False


class TestFit:
    @pytest.mark.parametrize(
        ("f", "power", "folded"),
        [(np.exp, 0, False), (np.arctan, 1, True), (lambda x: x * np.arctan(x), 2, True), (np.cosh, 0, True)],
    )
    def test_shape_and_error(self, f, power, folded):
        found = fitted(f, [], 3.0)
        assert found is not None
        assert (found.power, found.folded) == (power, folded)
        x = near()
        true = f(x.astype(np.float64))
        assert np.max(np.abs(evaluated(found, x) - true) / np.spacing(np.abs(true).astype(np.float32))) <= 3.2
        assert all(len(row) == COUNT for row in found.coefficients)

    @pytest.mark.parametrize(
        "f", [np.exp, lambda x: np.tanh(x) - 2, lambda x: np.log1p(np.exp(x)), lambda x: x * np.exp(x)]
    )
    def test_no_error_is_beyond_the_bound(self, f):
        found = fitted(f, [], 3.0)
        assert found is not None
        x = np.concatenate([near(3), np.geomspace(1e-6, 1, 9000).astype(np.float32)])
        x = np.concatenate([x, -x]).astype(np.float64)
        true = f(x)
        unit = np.ldexp(1.0, np.frexp(true)[1] - 24)
        wrong, bound = np.abs(evaluated(found, x) - true) / unit, certain(found, x, true, unit)
        assert np.all(wrong <= bound + 1e-6)
        # and it isn't idle
        assert np.max(bound) < 2 * np.max(wrong) + 1

    def test_a_kink_inside_an_interval_is_noticed(self):
        assert fitted(lambda x: np.exp(np.abs(x)), [0.0], 1.0) is not None
        assert fitted(lambda x: np.exp(np.abs(x - 0.3)), [0.3], 1.0) is None

    def test_what_decays_like_a_gaussian(self):
        erfc = pytest.importorskip("scipy.special").erfc
        found = fitted(lambda x: np.exp(-x * x) / (1 + x * x), [], 2.7)
        assert found is not None
        assert (found.decay, found.folded, found.above) == (1.0, True, None)
        for f, above in (
            (lambda x: erfc(-x / np.sqrt(2)), (2.0, 0.0, -1)),
            (lambda x: x * erfc(-x / np.sqrt(2)), (0.0, 2.0, 1)),
        ):
            found = fitted(f, [], 2.9)
            assert found is not None
            assert (found.decay, found.above) == (0.5, above)

    @pytest.mark.parametrize(
        ("f", "bound"),
        [
            # constants that no centre makes float32 numbers, and terms that cancel
            (lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi), 0.6),
            (lambda x: (x * x - 2) * np.exp(-x * x / 2), 0.88),
        ],
    )
    def test_care_leaves_little_but_the_last_rounding(self, f, bound):
        found = fitted(f, [], 0.88)
        assert found is not None
        assert found.care == 3
        assert found.error <= bound

    @pytest.mark.parametrize(
        "f", [lambda x: np.exp(-x * x / 3), lambda x: 1 / x, lambda x: np.maximum(x, 0), lambda x: np.sin(40 * x) + 2]
    )
    def test_what_has_no_such_form(self, f):
        with np.errstate(all="ignore"):
            assert fitted(f, [], 2.0) is None


@pytest.mark.skipif(not wide(), reason="there is no compiler for a CPU with AVX-512")
class TestKernels:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("mode", ["accurate", "fast"])
    def test_they_compute_what_was_measured(self, name, mode):
        x = near(1)
        np.testing.assert_array_equal(compile_function(lookup(name), mode=mode)(x), evaluated(pieces(name, mode), x))

    def test_care_with_cancelling_terms(self):
        f, x = compile_function(lookup("gelu"), 1), near(1)
        made = f.source.vectors["float32"].pieces
        assert made is not None
        assert made.care == 3
        np.testing.assert_array_equal(f(x), evaluated(made, x))

    @pytest.mark.parametrize("name", NAMES)
    def test_a_value_does_not_depend_on_its_neighbours(self, name):
        f = compile_function(lookup(name))
        x = np.concatenate([near(2)[:500], [np.nan, np.inf, -np.inf, REACH, -REACH, 30, -30, 0.0, -0.0, 1e-45]])
        x = np.random.default_rng(0).permutation(x).astype(np.float32)
        with np.errstate(all="raise"):
            together, apart = f(x), np.array([f(v) for v in x])
        np.testing.assert_array_equal(together, apart)
        np.testing.assert_array_equal(np.signbit(together), np.signbit(apart))

    @pytest.mark.parametrize("name", NAMES)
    def test_nothing_is_looked_up_beyond_the_table(self, name):
        f = compile_function(lookup(name))
        edges = np.array(
            [REACH, *np.ldexp(REACH, np.arange(1, 12)), *np.ldexp(1.0, np.arange(4, 60)), 1e30], np.float32
        )
        x = np.unique(
            np.concatenate([edges, np.nextafter(edges, np.float32(0)), np.nextafter(edges, np.float32(1e38))])
        )
        for side in (x, -x):
            np.testing.assert_array_max_ulp(f(side), f(side.astype(np.float64)).astype(np.float32), maxulp=1)

    def test_products_with_what_comes_from_above(self):
        product, slope = compile_pullback(lookup("tanh")), compile_function(lookup("tanh"), 1)
        x = np.linspace(-14, 14, 3001, dtype=np.float32)
        g = np.random.default_rng(0).normal(size=x.size).astype(np.float32)
        true = g * slope(x.astype(np.float64))
        assert np.max(np.abs(product(x, g) - true) / np.spacing(np.abs(true).astype(np.float32))) <= 1
        g[::7], g[3::7], g[5::7] = np.inf, -np.inf, np.nan
        np.testing.assert_array_equal(product(x, g), np.where(np.isfinite(g), product(x, g), g))

    def test_value_and_gradient_are_those_computed_apart(self):
        x = np.linspace(-14, 14, 3001, dtype=np.float32)
        value, slope = compile_value_and_gradient(lookup("sigmoid"))(x)
        np.testing.assert_array_equal(value, compile_function(lookup("sigmoid"))(x))
        np.testing.assert_array_equal(slope, compile_function(lookup("sigmoid"), 1)(x))


def test_other_processors_take_the_programs():
    source = compile_function(lookup("sigmoid")).source
    spec = Spec((source.vectors["float32"],), 0, "float")
    assert spec.pieces
    assert "@pieces" not in module(spec, PLAIN)
