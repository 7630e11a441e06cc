"""The pullback from the saved output: g*R(f(x)) is g*f'(x) as far as the rounded output tells."""

import pickle
from typing import ClassVar

import numpy as np
import pytest
from sympy import Rational, S, Sum, diff, exp, log, sqrt

import symact
from symact.definition import Definition
from symact.errors import InputError, NotSupportedError, OutOfTimeError
from symact.numeric import compile_function, compile_pullback, function
from symact.numeric.saved import slope_of_output
from symact.symbols import f, i, j, n, v, x

OWN = {
    "gompertz_like": "exp(-exp(-x))",
    "two_slopes": "Piecewise((x/3, x < 0), (2*x, True))",
    "saturated": "Piecewise((-2, x < -4), (x/2, x < 4), (2, True))",
    "jump": "Piecewise((exp(x) - 1, x < 0), (x + 1, True))",
}
NAMES = ["sigmoid", "tanh", "elu", "softplus", "relu", "softsign", "leaky_relu", *OWN]


def activation(name):
    return symact.define(name, OWN[name]) if name in OWN else symact.get(name)


@pytest.mark.parametrize("name", NAMES)
def test_relation_is_the_derivative(name):
    """Exactly: R(f(x)) = f'(x) at rational points away from kinks, by the definition alone."""
    chosen = activation(name)
    defaults = {a: p.default for a, p in chosen.parameters.items()}
    expr = chosen.expr.subs(defaults)
    slope = slope_of_output(chosen.definition).expr.subs(defaults)
    for at in map(Rational, ("-9/2", "-3/2", "-1/7", "1/7", "3/2", "9/2")):
        there = slope.subs(f, expr.subs(x, at)).doit()
        assert abs((there - diff(expr, x).subs(x, at)).evalf(30)) < 1e-25


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "softplus", "saturated"])
def test_arrays(name, dtype):
    chosen = activation(name)
    rng = np.random.default_rng(0)
    v = np.concatenate([rng.normal(0, 2, 301), [0.0, -0.0]]).astype(dtype)
    g = rng.normal(size=v.size).astype(dtype)
    y = chosen.numpy()(v)
    call = chosen.vjp(saved="output")
    with np.errstate(all="raise"):
        found = call(y, g)
    assert found.dtype == dtype
    # the slope of R is at most 2 here, so an error of half a unit of y (|y| < 8) moves it by no more than this
    tolerance = 8 * np.finfo(dtype).eps * (1 + np.abs(g.astype(float)))
    assert np.all(np.abs(found.astype(float) - g.astype(float) * chosen.numpy(order=1)(v.astype(float))) <= tolerance)
    out = np.empty_like(v)
    assert call(y, g, out=out) is out
    np.testing.assert_array_equal(out, found)
    other = pickle.loads(pickle.dumps(call))
    other.__dict__["_compiled"] = None, None, "numpy (asked for)"
    np.testing.assert_allclose(other(y, g), found, rtol=2 * np.finfo(dtype).eps, atol=np.finfo(dtype).eps / 8)


class TestValues:
    def test_correct_for_the_output_that_was_given(self):
        y = np.random.default_rng(1).uniform(0, 1, 500).astype(np.float32)
        found = symact.get("sigmoid").vjp(saved="output")(y, np.float32(1))
        right = y.astype(float) * (1 - y.astype(float))
        assert np.all(np.abs(found - right) <= 0.51 * np.spacing(right.astype(np.float32)))

    def test_a_rounded_output_has_slope_0(self):
        y = symact.get("sigmoid").numpy()(np.array([40.0]))
        assert y[0] == 1
        assert symact.get("sigmoid").vjp(saved="output")(y, 3.0)[0] == 0
        assert symact.get("tanh").vjp(saved="output")([-1.0, 1.0], [3.0, 3.0]).tolist() == [0, 0]

    @pytest.mark.parametrize("name", ["sigmoid", "elu", "softplus", "relu", "saturated"])
    def test_nan(self, name):
        with np.errstate(all="raise"):
            found = activation(name).vjp(saved="output")(np.array([np.nan, 0.5]), 1.0)
        assert np.isnan(found[0])
        assert not np.isnan(found[1])

    def test_infinite_outputs(self):
        for name in ("elu", "softplus", "relu", "two_slopes"):
            expected = 2 if name == "two_slopes" else 1
            assert activation(name).vjp(saved="output")(np.inf, 1.0) == expected
        assert activation("two_slopes").vjp(saved="output")(-np.inf, 3.0) == 1

    def test_at_a_kink_the_slope_by_convention(self):
        for name in ("elu", "relu", "leaky_relu", "two_slopes", "jump"):
            chosen = activation(name)
            there = float(chosen.numpy()(0.0))
            assert chosen.vjp(saved="output")(there, 1.0) == chosen.vjp()(0.0, 1.0), name

    def test_parameters(self):
        call = symact.get("elu").vjp(saved="output")
        y = symact.get("elu").numpy()(-1.0, alpha=2)
        assert call(y, 1.0, alpha=2) == pytest.approx(2 * np.exp(-1), rel=1e-15)
        assert symact.get("elu").vjp(saved="output", alpha=2)(y, 1.0) == call(y, 1.0, alpha=2)
        steep = symact.get("leaky_relu").vjp(saved="output", alpha=Rational(1, 4))
        assert steep([-1.0, 1.0], 1.0).tolist() == [0.25, 1]

    def test_parameters_that_make_a_denominator_vanish_are_fixed(self):
        call = symact.define("own", "a*x/(1 + Abs(x))", a=3).vjp(saved="output")
        assert call([-1.5, 1.5], 1.0) == pytest.approx([0.75, 0.75])
        with pytest.raises(TypeError):
            call(0.0, 1.0, a=0)


def vector(expr):
    return Definition(name="own", expr=expr, title="own", vector=True)


VECTORS = {
    "softmax": symact.get("softmax").definition,
    "log_softmax": symact.get("log_softmax").definition,
    "softmin": symact.get("softmin").definition,
    "with a one": vector(exp(v[i]) / (1 + Sum(exp(v[j]), (j, 1, n)))),
    "without mean": vector(v[i] - Sum(v[j], (j, 1, n)) / n),
    "of logarithms": vector(3 * v[i] - log(Sum(exp(3 * v[j]), (j, 1, n)))),
}


LONGER = ("with a one", "of logarithms")


class TestVectors:
    @pytest.mark.parametrize("axis", [-1, 0])
    @pytest.mark.parametrize(
        "name", [pytest.param(n, marks=[pytest.mark.campaign] if n in LONGER else []) for n in VECTORS]
    )
    def test_product_with_the_jacobian(self, name, axis):
        rng = np.random.default_rng(3)
        w, g = rng.normal(size=(2, 5, 6)) * 2
        call = compile_pullback(VECTORS[name], saved="output")
        assert call.source.proved
        y = compile_function(VECTORS[name])(w, axis=axis)
        wanted = compile_pullback(VECTORS[name])(w, g, axis=axis)
        with np.errstate(all="raise"):
            found = call(y, g, axis=axis)
        np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-14 * np.abs(g).sum())
        out = np.empty_like(y)
        assert call(y, g, axis=axis, out=out) is out
        np.testing.assert_array_equal(out, found)
        blocks = pickle.loads(pickle.dumps(call))
        blocks.__dict__["_kernels"] = {"d": "asked for"}
        np.testing.assert_allclose(blocks(y, g, axis=axis), found, rtol=0, atol=1e-14 * np.abs(g).sum())

    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    def test_dtypes_nan_and_rounded_outputs(self, dtype):
        call = symact.get("softmax").vjp("fast", saved="output")
        found = call(np.array([[1, 0], [np.nan, 0.5]], dtype), np.array([3, 4], dtype))
        assert found.dtype == dtype
        assert found[0].tolist() == [0, 0]
        assert np.isnan(found[1]).all()
        assert "y, g" in repr(call)

    def test_a_norm_is_not_in_the_output(self):
        with pytest.raises(NotSupportedError, match="can't be had from its output"):
            compile_pullback(vector(v[i] / sqrt(Sum(v[j] ** 2, (j, 1, n)))), saved="output")


class TestRefused:
    def test_a_search_without_end(self, monkeypatch):
        monkeypatch.setattr(function, "PATIENCE", 0.01)
        with pytest.raises(
            OutOfTimeError, match=r"the search .* not finished within 0.01 s; vjp\(\) with saved='input'"
        ):
            symact.define("own", "tanh(x**3 + x)").vjp(saved="output")

    @pytest.mark.parametrize("name", ["silu", "gelu", "logsumexp", "maxout"])
    def test_without_a_relation_in_the_output(self, name):
        with pytest.raises(NotSupportedError):
            symact.get(name).vjp(saved="output")

    @pytest.mark.parametrize(
        "text",
        [
            "Abs(x)",  # each output has two slopes
            "Piecewise((x, x < 0), (-2*x, True))",
            "Piecewise((x, x < 1/3), (1/3, True))",  # 1/3 rounded may lie on either side
            "Piecewise((x, x < 1), (1, x < 2), (1 + 3*(x - 2), x < 3), (4 - x/1000, True))",
            "Piecewise((x - 1, x < 0), (2*x - 1 + 1/100000, True))",  # outputs beside the jump round alike
        ],
    )
    def test_where_the_output_does_not_tell(self, text):
        with pytest.raises(NotSupportedError):
            symact.define("own", text).vjp(saved="output")

    def test_parameters_that_fold(self):
        with pytest.raises(NotSupportedError, match="different slopes"):
            symact.get("prelu").vjp(saved="output", a=S(-1))

    def test_what_is_saved(self):
        with pytest.raises(InputError, match="input or output"):
            symact.get("tanh").vjp(saved="y")
        with pytest.raises(InputError):
            symact.get("tanh").vjp("exact", saved="output")


class TestProductsInFloat32:
    """g*R(y) from float32 numbers and what rounding took from them, not from float64."""

    slopes: ClassVar = {"sigmoid": lambda y: y * (1 - y), "tanh": lambda y: (1 - y) * (1 + y)}

    @pytest.mark.parametrize("name", slopes)
    def test_they_are_rounded_once(self, name):
        rng = np.random.default_rng(0)
        beside_one = 1 - 2.0 ** -rng.uniform(0, 24, 20000)
        y = np.concatenate([rng.random(20000), beside_one, 2.0 ** -rng.uniform(0, 149, 20000)]).astype(np.float32)
        g = (rng.standard_normal(y.size) * 2.0 ** rng.integers(-20, 20, y.size)).astype(np.float32)
        exact = g * self.slopes[name](y.astype(np.longdouble))
        found = symact.get(name).vjp(saved="output")(y, g)
        unit = np.maximum(np.spacing(np.abs(exact).astype(np.float32)), np.float32(2.0**-149))
        assert np.max(np.abs(found - exact) / unit) < 0.51

    @pytest.mark.parametrize("name", slopes)
    def test_what_is_not_finite_and_signs_of_zeros(self, name):
        y, g = np.meshgrid(*[np.array([0, -0.0, 1, np.inf, -np.inf, np.nan], np.float32)] * 2)
        found = symact.get(name).vjp(saved="output")(y, g)
        with np.errstate(invalid="ignore"):
            wanted = g * self.slopes[name](y)
        np.testing.assert_array_equal(found, wanted)
        defined = ~np.isnan(wanted)
        np.testing.assert_array_equal(np.signbit(found[defined]), np.signbit(wanted[defined]))
