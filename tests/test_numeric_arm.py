"""Kernels for AArch64: vector instructions in their object code, and the same results from an emulator."""

import numpy as np
import pytest
from arm_emulator import run

from symact.catalogue import lookup
from symact.errors import NotSupportedError
from symact.numeric import compile_function, compile_pullback
from symact.numeric.llvm.compiler import compiled
from symact.numeric.llvm.module import module
from symact.numeric.llvm.narrow import narrow
from symact.numeric.llvm.rows import module as rows_module
from symact.numeric.llvm.rows import room
from symact.numeric.llvm.schedule import Rows
from symact.numeric.llvm.spec import Spec
from symact.numeric.llvm.target import NEON, binding, machine

try:
    binding()
except NotSupportedError as reason:
    pytest.skip(str(reason), allow_module_level=True)

STORAGE = {"float32": "float", "float64": "double"}
#: Flushing subnormals, rounding upwards.
STRANGE = 1 << 24 | 1 << 22

MORE = ("gelu", "softplus", "mish", "hard_swish", "tanh", "softsign", "log_sigmoid", "squareplus", "selu", "quick_gelu")


def object_code(name, dtype, mode):
    source = compile_function(lookup(name), mode=mode).source
    programs = source.default_vectors if source.parameters else source.vectors
    return compiled(module(Spec((programs[dtype],), 0, STORAGE[dtype]), NEON), NEON)


@pytest.mark.parametrize("dtype", list(STORAGE))
def test_vector_instructions(dtype):
    source = compile_function(lookup("mish"), mode="fast").source
    text = module(Spec((source.vectors[dtype],), 0, STORAGE[dtype]), NEON)
    assembly = machine(NEON).emit_assembly(binding().parse_assembly(text))
    assert "fmla\tv" in assembly
    assert assembly.count("fmla\tv") > 10 * assembly.count("fmadd\t")
    assert not {line.split()[1] for line in assembly.splitlines() if line.strip().startswith("bl\t")} - {"contiguous"}


@pytest.mark.parametrize("kind", ["half", "bfloat", "i32", "u8", "b8"])
def test_other_types(kind):
    text = narrow(kind, 2, 1, 1, NEON)
    assembly = machine(NEON).emit_assembly(binding().parse_assembly(text))
    assert "blr" in assembly
    assert "\tbl\t" not in assembly


@pytest.mark.parametrize("dtype", list(STORAGE))
@pytest.mark.parametrize("name", ["sigmoid", "elu", *(pytest.param(n, marks=pytest.mark.campaign) for n in MORE)])
def test_the_same_results(name, dtype):
    pytest.importorskip("unicorn")
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(size=150) * 5, [-100, 90, 1e30, np.inf, -np.inf, np.nan, 0.0, -0.0]]).astype(dtype)
    x = np.append(x, np.finfo(dtype).smallest_subnormal * np.dtype(dtype).type(5))
    size = x.itemsize
    code = object_code(name, dtype, "fast")
    found, control, flags = run(code, [x], [x.size], [size, size], np.empty_like(x))
    assert (control, flags) == (0, 0)
    f = compile_function(lookup(name), mode="fast")
    with np.errstate(all="ignore"):
        near = np.abs(found - f(x)) <= 10 * np.finfo(dtype).eps * np.abs(f(x)) + np.finfo(dtype).smallest_subnormal
    assert np.all(near | (found == f(x)) | (np.isnan(found) & np.isnan(f(x))))
    # strided, and with the control register in disorder
    other, control, _ = run(code, [x], [x.size // 2], [2 * size, size], np.empty(x.size // 2, dtype), STRANGE)
    assert control == STRANGE
    np.testing.assert_array_equal(other, found[: x.size // 2 * 2 : 2])


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("shape", [(9, 5), (2, 70)])
@pytest.mark.parametrize("name", ["softmax", "softmax_vjp"])
def test_rows(name, shape, fast):
    pytest.importorskip("unicorn")
    rng = np.random.default_rng(1)
    w, g = (rng.normal(size=shape).astype(np.float32) * 3 for _ in range(2))
    w[1, 1] = -np.inf
    definition, pulled = lookup("softmax"), name != "softmax"
    mode = "fast" if fast else "accurate"
    call = compile_pullback(definition, mode=mode) if pulled else compile_function(definition, mode=mode)
    arrays = (w, g) if pulled else (w,)
    source = call.source
    rows = Rows(source.steps, source.result, (False,) * len(arrays), 1, "float", "float" if fast else "double")
    code = compiled(rows_module(rows, NEON), NEON)
    aside = np.empty(room(rows, NEON, shape[1]) // 8)
    size = shape[1] * 4
    strides = [*[size] * len(arrays), 0, size, *[4] * len(arrays), 8, 4]
    found, _, flags = run(code, [*arrays, aside], [*shape, aside.size], strides, np.empty_like(w))
    assert flags == 0
    np.testing.assert_allclose(found, call(*arrays), rtol=2e-6, atol=1e-7)
