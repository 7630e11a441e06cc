"""Modules for JAX: values and derivatives by all its transforms, with and without 64-bit types."""

import os
import subprocess
import sys

import numpy as np
import pytest
from framework_points import OWN, load, places, same, truth, values_in

from symact.activation import define
from symact.backends.jax import source
from symact.catalogue import definitions, lookup
from symact.numeric import compile_function
from symact.numeric.accuracy import judged

jax = pytest.importorskip("jax", reason="JAX is not installed")
jnp = jax.numpy

ELEMENTWISE = [d.name for d in definitions() if not d.vector]
#: Largest errors in units in the last place, as measured over the catalogue; JAX has no subnormal numbers on CPUs.
BOUNDS = {np.float64: 8.0, np.float32: 0.501}


@pytest.fixture(scope="module", autouse=True)
def sixty_four_bits():
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def check(definition, orders, bounds=None):
    module = load(source(definition, orders))
    for order in orders:
        ours = compile_function(definition, order)
        f = module[ours.__name__]
        compiled = jax.jit(f)
        for dtype in (np.float64, np.float32):
            v = places(ours, dtype, subnormal=False)
            assert same(np.asarray(compiled(v)), ours(v))
            if order + 1 in orders:
                slope = module[compile_function(definition, order + 1).__name__]
                # not only near: the gradient is the exported derivative
                found = jax.jit(jax.vmap(jax.grad(f)))(v)
                np.testing.assert_array_equal(found, jax.jit(jax.vmap(slope))(v))
            if bounds is not None:
                found = judged(lambda v, f=compiled: np.asarray(f(v)), truth(definition, order, dtype, subnormal=False))
                assert not found.faults
                assert found.worst <= bounds[dtype]


def test_values_and_gradients():
    check(lookup("elu"), (0, 1), BOUNDS)


@pytest.mark.campaign
@pytest.mark.parametrize("name", ELEMENTWISE[1::3])  # the others in the tests of the other frameworks
def test_a_third_of_the_catalogue(name):
    check(lookup(name), (0, 1, 2), BOUNDS)


@pytest.mark.campaign
@pytest.mark.parametrize("text", OWN)
def test_expressions_nobody_has_exported(text):
    check(define("own", text, **values_in(text)).definition, (0, 1))


@pytest.fixture(scope="module")
def elu():
    return load(source(lookup("elu"), (0, 1)))


def test_zeros_infinities_and_nan(elu):
    v = np.array([-0.0, 0.0, np.inf, -np.inf, np.nan])
    found = np.asarray(elu["elu"](v))
    np.testing.assert_array_equal(found, [0, 0, np.inf, -1, np.nan])
    assert np.signbit(found[:2]).tolist() == [True, False]
    np.testing.assert_array_equal(jax.vmap(jax.grad(elu["elu"]))(v), [1, 1, 1, 0, np.nan])


def test_types_and_shapes(elu):
    f = elu["elu"]
    for dtype in (jnp.float16, jnp.bfloat16, jnp.float32, jnp.float64):
        v = jnp.linspace(-3, 3, 7).astype(dtype)
        assert f(v).dtype == jax.grad(lambda v: f(v).sum())(v).dtype == dtype
    assert f(jnp.arange(-1, 2)).dtype == f(-1).dtype == jnp.float64
    assert f(jnp.zeros((0, 3))).shape == (0, 3)
    with pytest.raises(TypeError, match="x must be real, not complex"):
        f(1j)
    with pytest.raises(TypeError):
        f(1.0, 2.0)
    for wrong in (-1, 0.0, float("nan")):
        with pytest.raises(ValueError, match="alpha must satisfy alpha > 0"):
            f(1.0, alpha=wrong)
    assert jnp.isnan(f(1.0, alpha=jnp.float32(-1)))


def test_derivatives_in_x_and_in_parameters(elu):
    x, alpha = jnp.linspace(-3, 3, 7), jnp.float32(0.7)
    by_both = jax.jit(jax.grad(lambda x, a: elu["elu"](x, alpha=a).sum(), (0, 1)))(x, alpha)
    np.testing.assert_allclose(by_both[0], elu["elu_derivative"](x, alpha=alpha), rtol=1e-15)
    assert by_both[1].dtype == jnp.float32
    assert float(by_both[1]) == pytest.approx(np.expm1(np.minimum(x, 0)).sum(), rel=1e-6)
    tangent = jax.jvp(lambda a: elu["elu"](x, alpha=a), (alpha,), (jnp.float32(1),))[1]
    np.testing.assert_allclose(tangent, np.expm1(np.minimum(x, 0)), rtol=1e-6)
    by_each = jax.grad(lambda a: elu["elu"](x[:, None], alpha=a).sum())(jnp.array([0.7, 2.0]))
    np.testing.assert_allclose(by_each, [np.expm1(np.minimum(x, 0)).sum()] * 2, rtol=1e-14)
    # what a parameter that isn't differentiated has as its slope doesn't count, though it is infinite
    f = load(source(lookup("prelu"), (0, 1)))["prelu"]
    assert float(jax.jit(jax.grad(lambda x, a: f(x, a=a)))(-jnp.inf, 0.25)) == 0.25


def test_a_derivative_that_is_not_there_is_named(elu):
    with pytest.raises(NotImplementedError, match="elu_derivative has no derivative here: export it with --order 2"):
        jax.grad(jax.grad(elu["elu"]))(0.5)
    with pytest.raises(NotImplementedError, match="elu_derivative has no derivative with respect to alpha"):
        jax.jit(jax.grad(lambda a: elu["elu_derivative"](0.5, alpha=a)))(0.5)
    with pytest.raises(NotImplementedError, match="elu has no derivative here: export it with --order 1"):
        jax.grad(load(source(lookup("elu"), (0,)))["elu"])(0.5)


WITHOUT = """
import jax, jax.numpy as jnp, numpy as np
import exported as m
x = jnp.linspace(-3, 3, 7)
assert x.dtype == jnp.float32
total = lambda x: m.elu(x).sum()
scanned = lambda x: jax.lax.scan(lambda c, v: (c + m.elu(v), None), jnp.float32(0), x)[0]
for found, wanted in (
    (jax.jit(m.elu)(x), np.where(x > 0, x, np.expm1(np.float64(x)))),
    (jax.jit(jax.grad(total))(x), np.exp(np.minimum(np.float64(x), 0))),
    (jax.hessian(total)(x).diagonal(), np.where(x > 0, 0, np.exp(np.float64(x)))),
    (jax.vmap(jax.grad(jax.grad(m.elu)))(x), np.where(x > 0, 0, np.exp(np.float64(x)))),
    (jax.grad(scanned)(x), np.exp(np.minimum(np.float64(x), 0))),
    (m.elu(jnp.float32(-100), alpha=1/3), -1/3),
):
    assert found.dtype == jnp.float32
    assert (np.asarray(found) == np.asarray(wanted).astype(np.float32)).all(), (found, wanted)
"""


@pytest.mark.campaign
def test_without_64_bit_types_it_is_as_accurate(tmp_path):
    (tmp_path / "exported.py").write_text(source(lookup("elu"), (0, 1, 2)), encoding="utf-8")
    known = {**os.environ, "JAX_ENABLE_X64": "0"}
    subprocess.run([sys.executable, "-c", WITHOUT], cwd=tmp_path, env=known, check=True, timeout=120)
