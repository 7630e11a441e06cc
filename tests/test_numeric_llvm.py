"""Compiled kernels: elementary functions on each kind of processor, and what programs are lowered to."""

import timeit

import numpy as np
import pytest
import sympy as sp
from processor import processor

from symact.catalogue import definitions, lookup
from symact.numeric import NumpyFunction, compile_function
from symact.numeric.llvm import coefficients
from symact.numeric.llvm.elementary import FUNCTIONS
from symact.numeric.llvm.fit import GENERATORS
from symact.numeric.llvm.lowering import Lowering
from symact.numeric.llvm.spec import Spec
from symact.numeric.llvm.target import PLAIN
from symact.numeric.llvm.ufunc import make
from symact.numeric.program import NARROW, Program, Step, Steps
from symact.numeric.truth import errors, true_values
from symact.symbols import x

HOST = processor()

TARGETS = {"host": HOST, "avx2": PLAIN}


@pytest.mark.parametrize("name", GENERATORS)
def test_coefficients_are_what_their_generator_makes(name):
    assert getattr(coefficients, name) == GENERATORS[name]()


def program(op, dtype="float64"):
    steps = Steps((Step(op, (("x", 0),), ("out", 0)),), (), 1.0)
    return Program(dtype, (), (), (), (), (steps,), (), (None, None), 0, 0, (True, True, True), False)


def elementary(op, single, target):
    storage = {"f": Spec((program(op, single),), 0, "float"), "d": Spec((program(op),), 0, "double")}
    return make(op, "", storage, target)[0]


RANGES = {
    "exp": [(-745, 709), (-1, 1), (-1e-9, 1e-9), (-745.2, -708)],
    "expm1": [(-50, 709.7), (-1, 1), (-1e-9, 1e-9), (-0.4, 0.4)],
    "log": [(0.5, 2), (1e-300, 1e-290), (1e-320, 1e-310), (1, 1.79e308)],
    "log1p": [(-0.9999, 1), (-1e-9, 1e-9), (1, 1e10), (1e300, 1.79e308)],
    "tanh": [(-20, 20), (-1, 1), (-1e-9, 1e-9)],
    "sinh": [(-5, 5), (-710.4, 710.4), (-1e-9, 1e-9)],
    "cosh": [(-5, 5), (-710.4, 710.4)],
    "sin": [(-4, 4), (-1e5, 1e5), (-1e-9, 1e-9), (1e8, 1e15), (3.1415926, 3.1415927)],
    "cos": [(-4, 4), (-1e5, 1e5), (1e8, 1e15), (1.5707963, 1.5707964)],
    "atan": [(-0.5, 0.5), (-3, 3), (-1e9, 1e9), (-1e-9, 1e-9)],
    "asinh": [(-3, 3)],
    "cbrt": [(-3, 3)],
    "sqrt": [(0, 9)],
}
MEANING = {
    "expm1": lambda v: sp.exp(v) - 1,
    "log1p": lambda v: sp.log(1 + v),
    "cbrt": lambda v: sp.sign(v) * sp.cbrt(sp.Abs(v)),
}
#: What is allowed in units in the last place: float64, float32 by way of float64, float32 arithmetic.
ALLOWED = {
    "expm1": (1.8, 0.51, 2.2),
    "cbrt": (3.7, 0.51, 0.51),
    "tanh": (1.6, 0.51, 3.0),
    "sinh": (2.6, 0.51, 3.5),
    "cosh": (1.8, 0.51, 2.5),
}


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("op", RANGES)
def test_elementary_functions(op, target):
    rng = np.random.default_rng(1)
    points = np.concatenate([rng.uniform(low, high, 60) for low, high in RANGES[op]])
    meaning = MEANING.get(op) or getattr(sp, op)
    allowed = ALLOWED.get(op, (1.2, 0.51, 1.7))
    with np.errstate(over="ignore", under="ignore"):
        narrow = np.unique(points.astype(np.float32))
    narrow = narrow[np.isfinite(narrow)]
    for single, bound in (("float64", allowed[1]), ("float32", allowed[2])):
        f = elementary(op, single, TARGETS[target])
        truth = true_values([meaning(x)], x, narrow.astype(float).tolist())
        found = errors(f(narrow).astype(float), truth, np.abs(truth.high), 24, -149)
        assert np.nanmax(found) <= bound, (single, narrow[np.nanargmax(found)])
    f = elementary(op, "float64", TARGETS[target])
    truth = true_values([meaning(x)], x, points.tolist())
    found = errors(f(points), truth, np.abs(truth.high))
    assert np.nanmax(found) <= allowed[0], points[np.nanargmax(found)]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("single", ["float64", "float32"])
def test_elementary_functions_at_their_ends(target, single):
    inf, nan = np.inf, np.nan
    table = {
        "exp": [(-inf, 0), (inf, inf), (-1e4, 0), (1e4, inf), (-0.0, 1), (nan, nan)],
        "expm1": [(-inf, -1), (inf, inf), (-0.0, -0.0), (0.0, 0.0), (nan, nan), (1e4, inf), (-5e-324, -5e-324)],
        "log": [(0.0, -inf), (-0.0, -inf), (-1.0, nan), (inf, inf), (nan, nan), (1.0, 0.0), (-inf, nan)],
        "log1p": [(-1.0, -inf), (-0.0, -0.0), (-2.0, nan), (inf, inf), (nan, nan), (5e-324, 5e-324)],
        "tanh": [(-inf, -1), (inf, 1), (-0.0, -0.0), (nan, nan), (1e-310, 1e-310)],
        "sinh": [(-inf, -inf), (inf, inf), (-0.0, -0.0), (nan, nan)],
        "cosh": [(-inf, inf), (inf, inf), (-0.0, 1), (nan, nan)],
        "sin": [(inf, nan), (-0.0, -0.0), (nan, nan), (1e-310, 1e-310)],
        "cos": [(-inf, nan), (0.0, 1), (nan, nan)],
        "atan": [(inf, np.pi / 2), (-inf, -np.pi / 2), (-0.0, -0.0), (nan, nan), (1e-310, 1e-310)],
        "sign": [(-3.0, -1), (0.0, 0.0), (2.0, 1), (nan, nan), (inf, 1)],
    }
    for op, pairs in table.items():
        f = elementary(op, single, TARGETS[target])
        given, wanted = np.array(pairs).T
        for dtype in (np.float64, np.float32):
            with np.errstate(all="ignore"):
                narrow, right = given.astype(dtype), wanted.astype(dtype)
            with np.errstate(all="raise"):
                found = f(narrow)
            np.testing.assert_array_equal(found, right, err_msg=op)
            np.testing.assert_array_equal(
                np.signbit(found[~np.isnan(right)]), np.signbit(right[~np.isnan(right)]), err_msg=op
            )


def test_every_operation_of_the_graph_has_instructions():
    from symact.numeric.fused import FUSED
    from symact.numeric.operations import OPERATIONS

    assert {name for name, operation in OPERATIONS.items() if operation.ufunc} | {"select", *FUSED} == set(FUNCTIONS)


@pytest.mark.parametrize(
    "name", ["sigmoid", "gelu", "mish", "softplus", "elu", "hard_swish", "sinc_normalized", "log1mexp"]
)
def test_without_avx512_the_same_accuracy(name):
    source = compile_function(lookup(name), 1).source
    made = source.default_vectors or source.vectors
    specs = {c: Spec((made[d],), 0, s) for c, d, s in (("f", "float32", "float"), ("d", NARROW, "double"))}
    plain, wide = make(name, "", specs, PLAIN)[0], compile_function(lookup(name), 1)
    rng = np.random.default_rng(0)
    v = np.concatenate(
        [rng.normal(0, 3, 4001), rng.uniform(-750, 750, 500), [np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324]]
    )
    near = np.abs(wide(v)) < 0.02
    for dtype, tolerance in ((np.float64, 2e-15), (np.float32, 1.3e-7)):
        narrow = v.astype(dtype)
        with np.errstate(all="raise"):
            found = plain(narrow)
        np.testing.assert_allclose(found[~near], wide(narrow)[~near], rtol=tolerance)
        np.testing.assert_allclose(found[near], wide(narrow)[near], rtol=1e-4, atol=tolerance)


@pytest.mark.campaign
def test_all_of_the_catalogue_is_compiled():
    for definition in definitions():
        if not definition.vector:
            f = compile_function(definition)
            assert isinstance(f, NumpyFunction)
            assert f.backend.startswith("llvm"), f.backend


def test_what_both_sides_compute_is_computed_once():
    # one exponential and one division for mish, though its stable form has two regions
    for name, exponentials in (("mish", 1), ("silu", 1), ("gelu", 2)):
        source = compile_function(lookup(name)).source
        lowering = Lowering([source.portable["float64"]], 0, 53)
        ops = [lowering.graph.nodes[a].op for a in lowering.graph.needed(lowering.blends)]
        assert ops.count("exp") <= exponentials
        assert ops.count("div") <= exponentials


@pytest.mark.parametrize("name", ["mish", "elu", "hard_swish", "tanh_shrink"])
def test_blended_regions_keep_the_sign_of_zero(name):
    f = compile_function(lookup(name))
    assert np.signbit(f(np.array([-0.0, 0.0] * 40))).tolist() == [True, False] * 40


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("target", TARGETS)
def test_where_exp_vanishes_it_takes_no_longer(target, dtype):
    """Results a little below the subnormal numbers take a processor 30 times as long."""
    f = elementary("exp", "float32", TARGETS[target])
    out = np.empty(20000, dtype)

    def fastest(at):
        x = np.full(out.size, at, dtype)
        return min(timeit.repeat(lambda: f(x, out=out), number=1, repeat=15))

    usual = fastest(-3.0)
    for at in (-150.0, -1e3) if dtype == "float32" else (-800.0, -1e3, -2e3, -1e300):
        assert fastest(at) < 6 * usual
