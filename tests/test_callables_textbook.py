"""The callables beside what people write by hand: equal where that is right, and right where that fails, place by place."""

import math
import warnings

import mpmath
import numpy as np
import pytest
from scipy import special

import symact


def quiet(function, x):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return function(x)


def scalar(function):
    """A function of one number with if and else, over an array."""
    return lambda x: np.array([function(float(v)) for v in x.ravel()]).reshape(x.shape)


def gaussian(x):
    return np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


#: (name, order) → hand-written versions that are right on an interval, to a few units in the last place.
TEXTBOOK = [
    ("sigmoid", 0, lambda x: 1 / (1 + np.exp(-x)), -30, 700),
    ("sigmoid", 0, lambda x: np.exp(x) / (1 + np.exp(x)), -700, 30),
    ("sigmoid", 0, special.expit, -700, 700),
    ("sigmoid", 0, scalar(lambda v: 1 / (1 + math.exp(-v)) if v >= 0 else math.exp(v) / (1 + math.exp(v))), -700, 700),
    ("sigmoid", 1, lambda x: special.expit(x) * (1 - special.expit(x)), -30, 3),
    ("tanh", 0, lambda x: 2 / (1 + np.exp(-2 * x)) - 1, 1, 300),
    ("tanh", 0, lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)), 1, 300),
    ("tanh", 1, lambda x: 1 - np.tanh(x) ** 2, -1, 1),
    ("relu", 0, lambda x: np.maximum(0, x), -1e300, 1e300),
    ("relu", 0, lambda x: x * (x > 0), -1e300, 1e300),
    ("relu", 0, lambda x: np.where(x > 0, x, 0.0), -1e300, 1e300),
    ("relu", 0, scalar(lambda v: v if v > 0 else 0.0), -1e300, 1e300),
    ("relu", 1, lambda x: (x > 0) * 1.0, -1e300, 1e300),
    ("leaky_relu", 0, lambda x: np.where(x > 0, x, 0.01 * x), -1e300, 1e300),
    ("leaky_relu", 0, lambda x: np.maximum(0.01 * x, x), -1e300, 1e300),
    ("elu", 0, lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), -700, 1e300),
    ("elu", 0, scalar(lambda v: v if v > 0 else math.exp(v) - 1), -700, -1),
    ("elu", 1, lambda x: np.where(x > 0, 1.0, np.exp(np.minimum(x, 0))), -700, 1e300),
    ("softplus", 0, lambda x: np.log(1 + np.exp(x)), 1, 700),
    ("softplus", 0, lambda x: np.logaddexp(0, x), -700, 700),
    ("softplus", 1, special.expit, -700, 700),
    ("silu", 0, lambda x: x * special.expit(x), -700, 700),
    ("silu", 0, lambda x: x / (1 + np.exp(-x)), -30, 700),
    ("gelu", 0, lambda x: x * (1 + special.erf(x / np.sqrt(2))) / 2, 0, 30),
    ("gelu", 1, lambda x: special.ndtr(x) + x * gaussian(x), 0, 8),
    ("mish", 0, lambda x: x * np.tanh(np.log1p(np.exp(x))), -30, 300),
    ("softsign", 0, lambda x: x / (1 + np.abs(x)), -1e300, 1e300),
    ("softsign", 1, lambda x: 1 / (1 + np.abs(x)) ** 2, -1e100, 1e100),
    ("log_sigmoid", 0, lambda x: -np.logaddexp(0, -x), -700, 700),
    ("hard_sigmoid", 0, lambda x: np.clip(x / 6 + 0.5, 0, 1), -1e300, 1e300),
    ("hard_tanh", 0, lambda x: np.clip(x, -1, 1), -1e300, 1e300),
    ("relu6", 0, lambda x: np.minimum(np.maximum(x, 0), 6), -1e300, 1e300),
    ("erf", 0, special.erf, -30, 30),
    ("ndtr", 0, special.ndtr, -8, 30),
    ("log_ndtr", 0, special.log_ndtr, -1e4, 8),
    ("arctan", 0, np.arctan, -1e300, 1e300),
    ("arcsinh", 0, np.arcsinh, -1e300, 1e300),
]


def spread(low, high):
    """Points between the ends: even near zero, even in magnitude, and the ends."""
    rng = np.random.default_rng(11)
    near = rng.uniform(max(low, -20), min(high, 20), 300)
    powers = 10.0 ** rng.uniform(-12, math.log10(max(abs(low), abs(high), 1)), 300) * rng.choice([-1, 1], 300)
    found = np.concatenate([near, powers, [low, high]])
    return found[(found >= low) & (found <= high)]


@pytest.mark.parametrize(("name", "order", "by_hand", "low", "high"), TEXTBOOK)
def test_equal_where_the_textbook_is_right(name, order, by_hand, low, high):
    x = spread(low, high)
    np.testing.assert_allclose(symact.get(name).numpy(order=order)(x), quiet(by_hand, x), rtol=2e-14, atol=1e-300)


def mp_sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


def mp_mish_slope(x):
    return mpmath.diff(lambda t: t * mpmath.tanh(mpmath.log(1 + mpmath.exp(t))), x)


#: name of the place → (callable, order, textbook version, points of dtype where it fails, true function).
FAILURES = {
    "sigmoid 1/(1+exp(-x)) overflows in exp and loses subnormals": (
        "sigmoid", 0, lambda x: 1 / (1 + np.exp(-x)), np.float64([-744.0, -710.0]), mp_sigmoid),
    "sigmoid exp(x)/(1+exp(x)) is inf/inf on the right": (
        "sigmoid", 0, lambda x: np.exp(x) / (1 + np.exp(x)), np.float64([710.0, 1e4]), mp_sigmoid),
    "sigmoid' as s*(1-s) is 0 on the right": (
        "sigmoid", 1, lambda x: special.expit(x) * (1 - special.expit(x)), np.float64([40.0, 700.0]),
        lambda x: mpmath.exp(-x) / (1 + mpmath.exp(-x)) ** 2),
    "tanh as 2/(1+exp(-2x))-1 loses all digits at 0": (
        "tanh", 0, lambda x: 2 / (1 + np.exp(-2 * x)) - 1, np.float64([1e-17, -3e-20]), mpmath.tanh),
    "tanh as (e^x-e^-x)/(e^x+e^-x) is inf/inf": (
        "tanh", 0, lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x)), np.float64([-800.0, 800.0]), mpmath.tanh),
    "tanh' as 1-tanh**2 is 0 in the tails": (
        "tanh", 1, lambda x: 1 - np.tanh(x) ** 2, np.float64([-25.0, 30.0]), lambda x: 1 / mpmath.cosh(x) ** 2),
    "relu as x*(x>0) is nan at -inf": ("relu", 0, lambda x: x * (x > 0), np.float64([-np.inf]), lambda x: mpmath.mpf(0)),
    "elu as where(x>0, x, exp(x)-1) overflows in the branch that isn't needed": (
        "elu", 0, lambda x: np.where(x > 0, x, np.exp(x) - 1), np.float64([800.0]), lambda x: x),
    "elu as exp(x)-1 loses all digits at 0": (
        "elu", 0, lambda x: np.where(x > 0, x, np.exp(x) - 1), np.float64([-1e-17, -1e-300]), mpmath.expm1),
    "softplus as log(1+exp(x)) overflows on the right": (
        "softplus", 0, lambda x: np.log(1 + np.exp(x)), np.float64([710.0, 1e5]), lambda x: x + mpmath.log1p(mpmath.exp(-x))),
    "softplus as log(1+exp(x)) is 0 on the left": (
        "softplus", 0, lambda x: np.log(1 + np.exp(x)), np.float64([-40.0, -700.0]), lambda x: mpmath.log1p(mpmath.exp(x))),
    "silu as x/(1+exp(-x)) is nan at -inf": (
        "silu", 0, lambda x: x * special.expit(x), np.float64([-np.inf]), lambda x: mpmath.mpf(0)),
    "gelu with 1+erf is 0 on the left": (
        "gelu", 0, lambda x: x * (1 + special.erf(x / np.sqrt(2))) / 2, np.float64([-10.0, -30.0]), lambda x: x * mpmath.ncdf(x)),
    "gelu with 1+erf in float32 is 0 from -6 on": (
        "gelu", 0, lambda x: x * (1 + special.erf(x / np.float32(np.sqrt(2)))) / 2, np.float32([-6.5, -13.0]),
        lambda x: x * mpmath.ncdf(x)),
    "mish as x*tanh(log(1+exp(x))) is 0 on the left": (
        "mish", 0, lambda x: x * np.tanh(np.log(1 + np.exp(x))), np.float64([-40.0, -700.0]),
        lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x)))),
    "hard_swish as x*clip(x+3,0,6)/6 overflows": (
        "hard_swish", 0, lambda x: x * np.clip(x + 3, 0, 6) / 6, np.float64([1e308]), lambda x: x),
    "softsign' as 1/(1+|x|)**2 overflows to 0": (
        "softsign", 1, lambda x: 1 / (1 + np.abs(x)) ** 2, np.float64([1e160]), lambda x: 1 / (1 + abs(x)) ** 2),
    "squareplus as (x+sqrt(x*x+4))/2 cancels on the left": (
        "squareplus", 0, lambda x: (x + np.sqrt(x * x + 4)) / 2, np.float64([-1e9, -1e200]),
        lambda x: 2 / (mpmath.sqrt(x * x + 4) - x)),
    "tanh_shrink as x-tanh(x) loses all digits at 0": (
        "tanh_shrink", 0, lambda x: x - np.tanh(x), np.float64([1e-6, -1e-9]), lambda x: x - mpmath.tanh(x)),
    "sinc as sin(pi x)/(pi x) is nan at 0": (
        "sinc_normalized", 0, lambda x: np.sin(np.pi * x) / (np.pi * x), np.float64([0.0]), lambda x: mpmath.mpf(1)),
    "log_ndtr as log(ndtr(x)) is -inf on the left": (
        "log_ndtr", 0, lambda x: np.log(special.ndtr(x)), np.float64([-40.0, -1e3]),
        lambda x: mpmath.log(mpmath.erfc(-x / mpmath.sqrt(2)) / 2)),
    "mish' by the quotient of exponentials is nan on the right": (
        "mish", 1, lambda x: np.exp(x) * (4 * (x + 1) + 4 * np.exp(2 * x) + np.exp(3 * x) + np.exp(x) * (4 * x + 6))
        / (2 * np.exp(x) + np.exp(2 * x) + 2) ** 2, np.float64([400.0]), mp_mish_slope),
}  # fmt: skip


@pytest.mark.parametrize("place", FAILURES)
def test_right_where_the_textbook_fails(place):
    name, order, by_hand, x, truth = FAILURES[place]
    function = symact.get(name).numpy(order=order)
    with np.errstate(all="raise"):
        ours = function(x)
    assert ours.dtype == x.dtype
    theirs = quiet(by_hand, x)
    with mpmath.workdps(80 if np.isinf(x).any() or np.abs(x).max() < 50 else 800):
        exact = [truth(mpmath.mpf(float(v))) for v in x]
        for mine, their, true in zip(ours, theirs, exact, strict=True):
            resolution = max(
                float(np.spacing(abs(x.dtype.type(float(true))))), float(np.finfo(x.dtype).smallest_subnormal)
            )
            assert abs(mpmath.mpf(float(mine)) - true) <= 4 * resolution, (mine, true)
            wrong = not np.isfinite(their) or abs(mpmath.mpf(float(their)) - true) > 100 * resolution
            assert wrong or issues_a_warning(by_hand, x), "the textbook version doesn't fail here"


def issues_a_warning(function, x):
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
        warnings.simplefilter("always")
        function(x)
    return bool(caught)


def test_softmax_beside_exp_over_sum():
    softmax = symact.get("softmax").numpy()
    x = np.random.default_rng(3).normal(0, 3, (7, 11))
    naive = np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(softmax(x), naive, rtol=1e-14)
    np.testing.assert_allclose(softmax(x), special.softmax(x, axis=-1), rtol=1e-14)
    large = np.array([1000.0, 1001.0])
    assert np.isnan(quiet(lambda v: np.exp(v) / np.exp(v).sum(), large)).all()
    np.testing.assert_allclose(softmax(large), [0.2689414213699951, 0.7310585786300049], rtol=1e-14)
    jacobian = symact.get("softmax").numpy(order=1)(x[0])
    s = naive[0]
    np.testing.assert_allclose(jacobian, np.diag(s) - np.outer(s, s), rtol=1e-12, atol=1e-18)


def test_the_line_of_the_readme_without_a_warning():
    gelu = symact.get("gelu").numpy()
    with np.errstate(all="raise"):
        y = gelu(np.float32([-10, -0.0, 40, np.nan, np.inf, -np.inf]))
    assert y[0] == np.float32(-7.619853024160526e-23)
    assert y[1] == 0
    assert np.signbit(y[1])
    assert y[2] == 40
    assert np.isnan(y[3])
    assert y[4] == np.inf
    assert y[5] == 0
