"""Compiled kernels: elementary functions, what NumPy expects of a ufunc, the cache, and life without LLVM."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import sympy as sp

import symact
from symact.catalogue import definitions, lookup
from symact.errors import NotSupportedError
from symact.numeric import NumpyFunction, compile_function
from symact.numeric.llvm import cache, coefficients, compiler
from symact.numeric.llvm.elementary import FUNCTIONS
from symact.numeric.llvm.fit import GENERATORS
from symact.numeric.llvm.lowering import Lowering
from symact.numeric.llvm.spec import Spec
from symact.numeric.llvm.target import PLAIN, host
from symact.numeric.llvm.ufunc import make
from symact.numeric.program import NARROW, Program, Step, Steps
from symact.numeric.truth import errors, true_values
from symact.symbols import real, x

try:
    HOST = host()
except NotSupportedError as reason:
    pytest.skip(f"kernels can't be compiled: {reason}", allow_module_level=True)

TARGETS = {"host": HOST, "avx2": PLAIN}


@pytest.mark.parametrize("name", GENERATORS)
def test_coefficients_are_what_their_generator_makes(name):
    assert getattr(coefficients, name) == GENERATORS[name]()


def program(op, dtype="float64"):
    steps = Steps((Step(op, (("x", 0),), ("out", 0)),), (), 1.0)
    return Program(dtype, (), (), (), (), (steps,), (), (None, None), 0, 0, (True, True, True), False)


def elementary(op, single, target):
    storage = {"f": Spec((program(op, single),), 0, "float"), "d": Spec((program(op),), 0, "double")}
    return make(op, "", storage, target)


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
    plain, wide = make(name, "", specs, PLAIN), compile_function(lookup(name), 1)
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


class TestUfunc:
    f = staticmethod(symact.get("gelu").numpy())

    def test_is_one(self):
        f = symact.get("gelu").numpy()
        assert isinstance(f.ufunc, np.ufunc)
        assert f.ufunc.__name__ == "gelu"
        assert f.backend.startswith("llvm")
        assert "units in the last place" in f.ufunc.__doc__
        assert f.ufunc(np.float32([1.0])) == f(np.float32([1.0]))

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_every_length_and_stride(self, dtype):
        f = symact.get("gelu").numpy()
        v = (np.random.default_rng(0).normal(size=2000) * 4).astype(dtype)
        whole = np.array([f(e) for e in v])
        for n in [*range(70), 255, 256, 257, 511, 513]:
            assert (f(v[:n]) == whole[:n]).all()
        for step in (2, 3, -1, -7):
            assert (f(v[::step]) == whole[::step]).all()
            out = np.zeros(4000, dtype)
            f(v[:500], out=out[:: abs(step)][:500])
            assert (out[:: abs(step)][:500] == whole[:500]).all()

    def test_where_and_out(self):
        f = symact.get("gelu").numpy()
        v = np.linspace(-3, 3, 31)
        out = np.full(31, 7.0)
        assert f(v, out=out, where=v > 0) is out
        assert (out[v <= 0] == 7).all()
        assert (out[v > 0] == f(v)[v > 0]).all()
        assert (f(v, out=(out,)) == f(v)).all()
        assert f(v[0], out=np.empty((4,))).shape == (4,)

    def test_where_with_parameters(self):
        f = symact.get("elu").numpy()
        v = np.linspace(-3, 3, 31)
        out = np.full(31, 7.0)
        f(v, out=out, where=v < 0, alpha=2)
        assert (out[v >= 0] == 7).all()
        assert (out[v < 0] == f(v, alpha=2)[v < 0]).all()

    def test_unaligned_and_overlapping(self):
        f = symact.get("gelu").numpy()
        v = np.linspace(-3, 3, 50)
        odd = np.frombuffer(b"\0" + v.tobytes(), dtype="u1")[1:].view(np.float64)
        assert (f(odd) == f(v)).all()
        store = v.copy()
        f(store[:-1], out=store[1:])
        assert (store[1:] == f(v[:-1])).all()

    def test_other_arrays_take_over(self):
        class Wrapped:
            def __array_ufunc__(self, ufunc, method, *inputs, **options):
                return ufunc.__name__, method

        assert symact.get("gelu").numpy()(Wrapped()) == ("gelu", "__call__")
        assert symact.get("elu").numpy()(Wrapped(), alpha=3) == ("elu", "__call__")

    def test_python_numbers_are_doubles(self):
        f, g = symact.get("gelu").numpy(), symact.get("elu").numpy()
        for v in (-0.3, 1, True, [0.5], np.int8(3)):
            assert f(v).dtype == np.float64
            assert g(v, alpha=0.5).dtype == np.float64
        assert g(np.float32(-1), alpha=0.1).dtype == np.float32
        assert g(np.float16([-1]), alpha=0.1).dtype == np.float16
        assert g(-1.0, alpha=0.1) == 0.1 * np.expm1(-1.0)

    def test_whole_numbers(self):
        f = symact.get("gelu").numpy()
        for char in "bBhHiIlLqQ":
            v = np.arange(0, 120, dtype=char)
            assert (f(v) == f(v.astype(float))).all()
        assert (f(np.array([True, False])) == f(np.array([1.0, 0.0]))).all()

    def test_a_parameter_is_never_rounded_to_float32(self):
        f = symact.get("leaky_relu").numpy()
        v = np.float32([-3.0, -1e30])
        (slope,) = (p.symbol.name for p in lookup("leaky_relu").parameters)
        wanted = (v.astype(float) * 0.1).astype(np.float32)
        assert (f(v, **{slope: 0.1}) == wanted).all()
        assert (f(v, **{slope: np.full(2, 0.1)}) == wanted).all()

    def test_flushing_of_subnormals_elsewhere_does_not_matter(self):
        import ctypes

        f = symact.get("identity").numpy()
        tiny = np.float32([1e-40])
        libm = ctypes.CDLL(None)
        if not hasattr(libm, "fesetenv") or sys.platform != "linux":
            pytest.skip("no floating-point environment")
        # glibc's fenv_t on x86-64: the last of its eight words is MXCSR
        saved = (ctypes.c_uint32 * 8)()
        libm.fegetenv(saved)
        changed = (ctypes.c_uint32 * 8)(*saved)
        changed[7] |= 0x8040
        libm.fesetenv(changed)
        try:
            y = symact.get("silu").numpy()(tiny)
        finally:
            libm.fesetenv(saved)
        assert y.view(np.int32)[0] > 0
        assert f(tiny) == tiny

    def test_other_threads_run_meanwhile(self):
        f = symact.get("gelu").numpy()
        v = np.random.default_rng(0).normal(size=3_000_000)
        out = np.empty_like(v)
        f(v, out=out)
        count, stop = [0], threading.Event()

        def spin():
            while not stop.is_set():
                count[0] += 1

        other = threading.Thread(target=spin)
        other.start()
        before = count[0]
        f(v, out=out)
        after = count[0]
        stop.set()
        other.join()
        assert after > before

    def test_many_threads_at_once_on_a_new_function(self):
        a = real("a")
        made = symact.define("fresh", x / (1 + sp.exp(-a * x)) + sp.atan(x) / 7, a=3)
        v = np.linspace(-5, 5, 1001)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: made.numpy()(v), range(16)))
        assert all((y == found[0]).all() for y in found)


SCRIPT = """
import sys, numpy as np, symact
f = symact.get(sys.argv[1]).numpy()
x = np.linspace(-30, 30, 2001)
np.save(sys.argv[2], np.stack([f(x), f(x.astype(np.float32)).astype(float)]))
print(f.backend)
"""


def run(name, out, **environment):
    command = [sys.executable, "-W", "error", "-c", SCRIPT, name, str(out)]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout.strip()


def test_without_llvm_numpy_computes_and_says_why(tmp_path):
    assert "SYMACT_LLVM is 0" in run("gelu", tmp_path / "a.npy", SYMACT_LLVM="0")
    assert run("gelu", tmp_path / "b.npy", SYMACT_CACHE=str(tmp_path / "cache")).startswith("llvm")
    by_numpy, compiled = np.load(tmp_path / "a.npy"), np.load(tmp_path / "b.npy")
    # in float64, and in float32
    for found, wanted, rtol in zip(compiled, by_numpy, (3e-15, 2e-7), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=rtol)


class TestCache:
    @pytest.fixture(autouse=True)
    def own_folder(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SYMACT_CACHE", str(tmp_path / "cache"))
        self.folder = tmp_path / "cache"

    def test_what_is_stored_is_loaded(self):
        assert cache.load("a") is None
        cache.store("a", b"code")
        assert cache.load("a") == b"code"
        assert [p.name for p in self.folder.iterdir()] == ["a"]

    @pytest.mark.parametrize(
        "damage",
        [
            lambda b: b[:-1],
            lambda b: b[:20],
            lambda b: b"",
            lambda b: b + b"x",
            lambda b: b[:-1] + b"?",
            lambda b: b"?" + b[1:],
        ],
    )
    def test_a_damaged_entry_counts_as_absent(self, damage):
        cache.store("a", b"code")
        place = self.folder / "a"
        place.write_bytes(damage(place.read_bytes()))
        assert cache.load("a") is None

    def test_an_unwritable_folder_does_not_matter(self, monkeypatch):
        self.folder.write_text("a file where the folder should be")
        cache.store("a", b"code")
        assert cache.load("a") is None
        monkeypatch.setenv("SYMACT_CACHE", "")
        assert cache.folder() is None
        cache.store("a", b"code")
        assert cache.load("a") is None

    def test_a_second_process_needs_no_compiler(self, tmp_path, monkeypatch):
        def spec():
            return Spec((program("exp"),), 0, "double")

        compiler.address(spec(), PLAIN)
        entries = sorted(p.name for p in self.folder.iterdir()) if self.folder.exists() else []
        monkeypatch.setattr(compiler, "_loaded", {})
        if not entries:
            compiler.address(spec(), PLAIN)
        monkeypatch.setattr(compiler, "_loaded", {})
        monkeypatch.setattr(compiler, "compiled", lambda *_: pytest.fail("compiled again"))
        assert compiler.address(spec(), PLAIN)

    def test_a_damaged_entry_is_rebuilt(self, tmp_path):
        run("silu", tmp_path / "a.npy", SYMACT_CACHE=str(self.folder))
        entries = sorted(self.folder.iterdir())
        whole = [p.read_bytes() for p in entries]
        for k, place in enumerate(entries):
            place.write_bytes(whole[k][: len(whole[k]) // 2] if k % 2 else os.urandom(len(whole[k])))
        assert run("silu", tmp_path / "b.npy", SYMACT_CACHE=str(self.folder)).startswith("llvm")
        assert (np.load(tmp_path / "a.npy") == np.load(tmp_path / "b.npy")).all()
        assert [p.read_bytes() for p in entries] == whole

    @pytest.mark.campaign
    def test_twenty_processes_at_once_on_a_cold_cache_some_killed(self, tmp_path):
        command = [sys.executable, "-W", "error", "-c", SCRIPT, "mish"]
        environment = {**os.environ, "SYMACT_CACHE": str(self.folder)}
        running = [
            subprocess.Popen([*command, str(tmp_path / f"{k}.npy")], env=environment, stdout=subprocess.DEVNULL)
            for k in range(20)
        ]
        for process in running[:5]:
            try:
                process.wait(timeout=1.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        assert [process.wait(timeout=300) for process in running[5:]] == [0] * 15
        first = np.load(tmp_path / "5.npy")
        assert all((np.load(tmp_path / f"{k}.npy") == first).all() for k in range(6, 20))
        run("mish", tmp_path / "after.npy", SYMACT_CACHE=str(self.folder))
        assert (np.load(tmp_path / "after.npy") == first).all()


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
