"""All 65536 float16 and bfloat16 inputs of callables: beside the float64 result, and against certain enclosures."""

import numpy as np
import pytest

import symact
from symact.catalogue import definitions, lookup
from symact.numeric.accuracy import measure
from symact.numeric.truth import Truth, errors

ELEMENTWISE = [d.name for d in definitions() if not d.vector]
ALL = np.arange(65536, dtype=np.uint16).view(np.float16)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        # the slopes of every sixth are made for other tests too
        pytest.param(name, order, marks=[pytest.mark.campaign] if order and k % 6 else [])
        for order in (0, 1)
        for k, name in enumerate(ELEMENTWISE)
    ],
)
def test_every_input_is_rounded_correctly_but_for_a_handful(name, order):
    f = symact.get(name).numpy(order=order)
    with np.errstate(all="raise"):
        y = f(ALL)
        wide = f(ALL.astype(np.float64))
    assert y.dtype == np.float16
    with np.errstate(over="ignore", under="ignore"):
        wanted = wide.astype(np.float16)
    np.testing.assert_array_equal(np.isnan(y), np.isnan(wanted))
    other = np.flatnonzero((y != wanted) & ~np.isnan(y))
    # rounded twice, by way of float32: next to the middle between two numbers only, and then to the other neighbour
    assert other.size <= 24
    assert (np.abs(y[other].view(np.int16).astype(int) - wanted[other].view(np.int16)) == 1).all()


@pytest.mark.parametrize(
    ("name", "order"),
    [
        pytest.param(name, order, marks=[pytest.mark.campaign] if order or k % 8 else [])
        for order in (0, 1)
        for k, name in enumerate(ELEMENTWISE)
    ],
)
def test_every_bfloat16_is_rounded_correctly_but_for_a_handful(name, order):
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    every = ALL.view(bfloat16)
    f = symact.get(name).numpy(order=order)
    if not f.backend.startswith("llvm"):
        pytest.skip("bfloat16 is for compiled kernels")
    with np.errstate(all="raise"):
        y = f(every)
    with np.errstate(all="ignore"):
        wanted = f(every.astype(np.float64)).astype(bfloat16)
    assert y.dtype == bfloat16
    nan = np.isnan(wanted.astype(np.float32))
    np.testing.assert_array_equal(np.isnan(y.astype(np.float32)), nan)
    other = np.flatnonzero((y != wanted) & ~nan)
    assert other.size <= 8
    assert (np.abs(y[other].view(np.int16).astype(int) - wanted[other].view(np.int16)) == 1).all()


def test_bfloat16_with_parameters_and_gradients():
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16
    elu = symact.get("elu")
    if not elu.numpy().backend.startswith("llvm"):
        pytest.skip("bfloat16 is for compiled kernels")
    v = np.linspace(-2, 2, 9).astype(bfloat16)
    assert (elu.numpy()(v, alpha=2) == elu.numpy()(v.astype(float), alpha=2).astype(bfloat16)).all()
    assert elu.vjp()(v, v).dtype == bfloat16
    assert [part.dtype for part in elu.value_and_grad()(v[::2])] == [bfloat16, bfloat16]


@pytest.mark.parametrize("name", ["exponential", "relu_squared", "gelu", "softplus", "tanh_shrink"])
def test_against_enclosures(name):
    found = measure(symact.get(name).numpy(), lookup(name), dtype=np.float16, count=40)
    assert not found.faults
    assert found.points > 50
    assert found.worst <= 0.51, found


def test_overflow_begins_where_rounding_goes_to_infinity():
    truth = Truth(np.array([65519.0, 65520.0, 70000.0, -70000.0, 70000.0]), np.zeros(5))
    computed = np.array([65504.0, np.inf, np.inf, -np.inf, 65504.0])
    found = errors(computed, truth, np.abs(truth.high), 11, -24)
    assert found[0] < 0.5
    assert found[1:4].tolist() == [0, 0, 0]
    assert found[4] > 0.5
