"""Kernels are as right as is said of them, also where their functions are less right than NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

from symact.catalogue import lookup
from symact.numeric import compile_function
from symact.numeric.checked import kernel_error
from symact.numeric.truth import Truth, errors, local_scale


@pytest.mark.parametrize(
    ("name", "order", "mode", "bound"),
    # a difference that loses ten digits, and a quotient far from 0
    [("tanh_shrink", 0, "accurate", 0.6), ("silu", 1, "fast", 3.0)],
)
def test_float32_at_many_points(name, order, mode, bound):
    f, near = compile_function(lookup(name), order, mode=mode), compile_function(lookup(name), order)
    x = np.unique(np.random.default_rng(3).uniform(-20, 20, 40000).astype(np.float32))
    points = x.astype(np.float64)
    true = near(points)
    wrong = errors(
        f(x).astype(np.float64), Truth(true, 0 * true), local_scale(points, true, (-np.inf, np.inf)), 24, -149
    )
    assert wrong.max() <= bound


def test_what_is_measured():
    f = compile_function(lookup("silu"))
    program, truth = f.source.vectors["float32"], f.source.general["float64"]
    f(1.0)
    if f.ufunc is None:
        pytest.skip("LLVM compiles no kernel on this machine")
    assert 0.4 < kernel_error(program, truth) < 1
    other = compile_function(lookup("tanh")).source.general["float64"]
    assert kernel_error(program, other) > 1000
