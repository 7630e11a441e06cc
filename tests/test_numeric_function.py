"""How the callables behave as NumPy functions: shapes, dtypes, out=, parameters, threads, pickling, errors."""

import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sympy import LambertW, Rational, exp, log

from symact.catalogue import lookup
from symact.definition import Definition, Parameter
from symact.errors import InputError, NotSupportedError
from symact.numeric import NumpyFunction, compile_function, runtime
from symact.symbols import real, x


def get(name, order=0, **options):
    return compile_function(lookup(name), order, **options)


NAMES = ("sigmoid", "gelu", "elu", "softplus", "hard_swish", "tanh_shrink", "sinc_normalized")
#: Their second derivatives are measured elsewhere, so that they are found once.
SECOND = ("arcsinh", "glu", "leaky_relu", "quick_gelu", "sinc_normalized", "swish")


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_dtype_and_shape_are_kept(name, dtype):
    f = get(name)
    for shape in ((), (0,), (3,), (2, 0, 3), (2, 3, 4)):
        y = f(np.full(shape, 0.3, dtype))
        assert y.dtype == dtype
        assert y.shape == shape
    scalar = f(dtype(0.3))
    assert type(scalar) is dtype


def test_lists_integers_and_python_numbers():
    f = get("sigmoid")
    assert f([0, 1]).dtype == np.float64
    assert type(f(1)) is np.float64
    assert type(f(1.0)) is np.float64
    assert f(np.array([1, 2], np.int8)).dtype == np.float64
    assert f(True) == f(1.0)
    assert f([[0.5], [1.5]]).shape == (2, 1)
    masked = f(np.ma.array([0.5, 0.0], mask=[True, False]))
    assert type(masked) is np.ma.MaskedArray
    assert masked.tolist() == [None, 0.5]


@pytest.mark.parametrize("bad", [1j, "1", None, [1, "a"], np.array([1], object), np.array(["2020"], "datetime64[Y]")])
def test_other_types_are_refused(bad):
    with pytest.raises(TypeError, match=r"not supported for the input types|did not contain a loop"):
        get("gelu")(bad)


def test_layouts_give_the_same_numbers():
    f = get("gelu")
    base = np.random.default_rng(0).normal(size=(40, 60)) * 4
    wanted = f(base)
    assert (f(np.asfortranarray(base)) == wanted).all()
    assert (f(base[::2, ::-3]) == wanted[::2, ::-3]).all()
    assert (f(base.T) == wanted.T).all()
    assert (f(base.astype(">f8")) == wanted).all()
    fixed = base.copy()
    fixed.flags.writeable = False
    assert (f(fixed) == wanted).all()
    assert (f(np.broadcast_to(base[0], (5, 60))) == wanted[0]).all()


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(np.float64, st.integers(0, 50), elements=st.floats(allow_subnormal=True)),
    st.sampled_from(NAMES),
)
def test_an_element_does_not_depend_on_its_neighbours(v, name):
    f = get(name)
    whole = f(v)
    for part, y in zip(v, whole, strict=True):
        np.testing.assert_equal(f(part), y)


def test_blocks_longer_than_one():
    f = get("gelu")
    v = np.random.default_rng(1).normal(size=3 * runtime.BLOCK + 17) * 5
    y = f(v)
    again = np.concatenate([f(v[k : k + 1000]) for k in range(0, v.size, 1000)])
    assert (y == again).all()


class TestOut:
    def test_is_filled_and_returned(self):
        f = get("softplus")
        v = np.linspace(-5, 5, 11)
        out = np.empty(11)
        assert f(v, out=out) is out
        assert (out == f(v)).all()

    @pytest.mark.parametrize("name", NAMES)
    def test_may_be_the_input_itself(self, name):
        f = get(name)
        v = np.linspace(-30, 30, 40001)
        wanted = f(v)
        assert (f(v, out=v) == wanted).all()

    def test_may_overlap_the_input(self):
        f = get("elu")
        store = np.linspace(-5, 5, 40001)
        wanted = f(store[:-1].copy())
        assert (f(store[:-1], out=store[1:]) == wanted).all()

    def test_may_be_a_parameter(self):
        f = get("prelu")
        v, slope = np.linspace(-2, 1, 20000), np.linspace(0, 1, 20000)
        wanted = f(v, a=slope)
        assert (f(v, out=slope, a=slope) == wanted).all()

    def test_strided_and_wider(self):
        f = get("gelu")
        v = np.linspace(-2, 2, 8, dtype=np.float32)
        out = np.zeros(16, np.float64)
        f(v, out=out[::2])
        assert (out[::2] == f(v)).all()
        assert (out[1::2] == 0).all()

    @pytest.mark.parametrize(
        ("out", "error"),
        [
            (np.empty(4), ValueError),
            (np.empty(3, int), TypeError),
            ([0.0] * 3, TypeError),
            (np.broadcast_to(0.0, 3), ValueError),
        ],
    )
    def test_must_fit(self, out, error):
        with pytest.raises(error, match=r"output|operands|return arrays|read-only"):
            get("gelu")(np.zeros(3), out=out)


class TestParameters:
    def test_scalars_and_arrays_that_broadcast(self):
        f = get("prelu")
        v = np.array([[-1.0, 2.0], [-3.0, -4.0]])
        assert f(v, a=0.5).tolist() == [[-0.5, 2.0], [-1.5, -2.0]]
        assert f(v, a=[0.5, 1.0]).tolist() == [[-0.5, 2.0], [-1.5, -4.0]]
        assert f(-1.0, a=[0.5, 2.0]).tolist() == [-0.5, -2.0]
        assert f(np.float32([-1.0]), a=np.array([0.1])).dtype == np.float32

    @pytest.mark.parametrize(
        ("name", "given"), [("softplus", {"beta": 1}), ("elu", {"alpha": 1.0}), ("swish", {"beta": 1})]
    )
    def test_an_array_of_defaults_agrees_with_the_defaults(self, name, given):
        f = get(name)
        v = np.linspace(-40, 40, 801)
        many = {k: np.full(v.shape, float(value)) for k, value in given.items()}
        np.testing.assert_allclose(f(v, **many), f(v), rtol=2e-15)
        assert (f(v, **given) == f(v)).all()

    def test_each_element_has_its_own(self):
        f = get("celu")
        v, alpha = np.linspace(-9, 3, 30000), np.linspace(0.1, 4, 30000)
        y = f(v, alpha=alpha)
        for k in (0, 7, 15000, 22000, 29999):
            assert y[k] == f(v[k], alpha=alpha[k])

    def test_a_value_outside_the_domain(self):
        with pytest.raises(InputError, match="alpha must satisfy alpha > 0"):
            get("elu")(1.0, alpha=-1)
        with pytest.raises(InputError, match="alpha must satisfy alpha > 0"):
            get("elu")(1.0, alpha=np.array([1.0, np.nan]))
        with pytest.raises(InputError, match="min_val < max_val"):
            get("hard_tanh")(1.0, min_val=2)

    def test_unknown_missing_and_unreal(self):
        with pytest.raises(TypeError, match="no parameter 'b'; its parameters: alpha"):
            get("elu")(1.0, b=2)
        with pytest.raises(TypeError, match="alpha must be a real number"):
            get("elu")(1.0, alpha="2")
        a = real("a")
        f = compile_function(Definition(name="mine", expr=a * x, title="Mine", parameters=(Parameter(a),)))
        with pytest.raises(TypeError, match="needs a value for a"):
            f(1.0)
        assert f(2.0, a=3) == 6

    def test_other_defaults(self):
        alpha = lookup("elu").parameters[0].symbol
        f = compile_function(lookup("elu"), 0, {alpha: Rational(3)})
        assert f(-1e300) == -3
        assert f(-1e300, alpha=2) == -2
        with pytest.raises(InputError, match="alpha must satisfy"):
            compile_function(lookup("elu"), 0, {alpha: Rational(-3)})
        with pytest.raises(InputError, match="has no parameter"):
            compile_function(lookup("elu"), 0, {real("q"): Rational(3)})

    def test_a_parameter_that_float32_cannot_hold_is_not_rounded(self):
        f = get("hard_shrink")
        v = np.float32(0.1)
        assert f(v, lambd=0.1) == v
        assert f(v, lambd=float(v)) == 0

    def test_no_value_at_a_join_for_some(self):
        a = real("a")
        own = Definition("own", log(a + x**2), "", parameters=(Parameter(a, Rational(3, 2)),))
        f = compile_function(own)
        np.testing.assert_allclose(f([0.0, 1.0, 1e200]), [np.log(1.5), np.log(2.5), 400 * np.log(10)], rtol=1e-15)
        assert np.isnan(f(0.5, a=-0.5))

    def test_infinite_bounds(self):
        f = get("clip")
        assert f([-1e300, 5.0]).tolist() == [-1e300, 5.0]
        assert f([-7.0, 0.0, 9.0], lo=-1, hi=2).tolist() == [-1.0, 0.0, 2.0]


def test_nothing_warns_and_nothing_raises():
    v = np.array([-np.inf, -1e308, -745, -1, -5e-324, -0.0, 0.0, 5e-324, 1, 88, 710, 1e308, np.inf, np.nan])
    single = v.clip(-1e38, 1e38).astype(np.float32)
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        for name, order in (*product(NAMES, (0, 1)), *((name, 2) for name in SECOND)):
            get(name, order)(v)
            get(name, order)(single)


def test_the_error_state_of_the_caller_is_kept():
    with np.errstate(all="raise", under="warn"):
        before = np.geterr()
        get("gelu")(np.array([1e300]))
        assert np.geterr() == before


def test_threads():
    f = get("gelu")
    parts = [np.random.default_rng(k).normal(size=30000) * 6 for k in range(8)]
    wanted = [f(p) for p in parts]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(f, parts * 3))
    assert all((a == b).all() for a, b in zip(wanted * 3, found, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_pickling(name):
    f = get(name, 1)
    g = pickle.loads(pickle.dumps(f))
    assert isinstance(g, NumpyFunction)
    assert (g.__name__, g.__doc__, g.order, g.bound) == (f.__name__, f.__doc__, f.order, f.bound)
    v = np.linspace(-50, 50, 999)
    assert (g(v) == f(v)).all()


def test_documentation():
    f = get("elu", 1)
    assert f.__name__ == "elu_derivative"
    for text in ("alpha*(exp(x) - 1)", "alpha > 0", "depth", "Clevert", "units in the last place"):
        assert text in f.__doc__
    assert set(f.bound) == {"float32", "float64"}
    assert repr(f) == "<NumpyFunction elu_derivative(x, out=None, alpha=1)>"


def test_forms_are_proved():
    assert ("1/(1 + exp(-x))", "proved") in get("sigmoid").source.forms
    forms = list(get("elu").source.forms)
    fitted = "polynomials on 32 intervals where |x| < 12", "approximation"
    forms.remove(fitted)
    assert all(reason == "proved" for _, reason in forms)


def test_derivatives_at_kinks_follow_the_convention():
    assert get("relu", 1)([-1.0, -0.0, 0.0, 1.0]).tolist() == [0, 0, 0, 1]
    assert get("hard_swish", 1)([-3.0, 3.0]).tolist() == [0, 1]
    assert get("leaky_relu", 1)(0.0) == 0.01
    assert get("sign")([-2.0, 0.0, 3.0]).tolist() == [-1, 0, 1]
    assert get("step")([-1e-300, 0.0, 1e-300], value=0.5).tolist() == [0, 0.5, 1]


def test_the_fast_mode_computes_in_float32():
    accurate, fast = get("silu"), get("silu", mode="fast")
    v = np.random.default_rng(0).normal(size=1000).astype(np.float32) * 4
    assert fast.source.general["float32"].dtype == "float32"
    assert fast(v).dtype == np.float32
    np.testing.assert_allclose(fast(v), accurate(v), rtol=5e-7)
    assert fast.bound["float32"] <= 3
    # three units in the last place are too few for float32 arithmetic
    assert get("gelu", mode="fast").bound["float32"] <= 3
    assert get("gelu", mode="fast").source.general["float32"].dtype == "float64"


@pytest.mark.parametrize(("order", "mode"), [(3, "accurate"), (-1, "accurate"), (0, "quick")])
def test_wrong_order_or_mode(order, mode):
    with pytest.raises(InputError, match="must be"):
        get("gelu", order, mode=mode)


def test_a_function_without_operation_is_named():
    with pytest.raises(NotSupportedError, match="LambertW has no floating-point operation"):
        compile_function(Definition(name="f", expr=LambertW(exp(x)), title="f"))


def test_a_constant_is_an_array():
    f = compile_function(Definition(name="f", expr=log(2) + 0 * x, title="f"))
    assert f(np.zeros(3)).tolist() == [float(np.log(2))] * 3
    assert np.isnan(f(np.nan))
    assert get("identity", 1)(np.float32([1, 2])).dtype == np.float32
