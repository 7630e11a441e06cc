"""float64 with rounding errors carried along, and looked up: what is told of errors is right, and results keep to one unit."""

from types import SimpleNamespace

import numpy as np
import pytest
import sympy as sp
from processor import processor

import symact
from symact.catalogue import lookup
from symact.named import unfold
from symact.numeric import compile_function
from symact.numeric.accuracy import measure
from symact.numeric.compensate import compensated
from symact.numeric.graph import Graph
from symact.numeric.llvm.spec import Spec
from symact.numeric.llvm.target import PLAIN
from symact.numeric.llvm.ufunc import make
from symact.numeric.lookup_double import REACH, Emulated, value
from symact.numeric.measure import evaluate
from symact.numeric.program import NARROW, Program, Step, Steps
from symact.numeric.sensitivity import contributions, node_values
from symact.numeric.source import programs
from symact.numeric.truth import pair
from symact.proof.numbers import balls
from symact.symbols import x

HOST = processor()

TARGETS = {"host": HOST, "avx2": PLAIN}
RANGES = {
    "exp": [(-700, 700), (-1, 1)],
    "expm1": [(-40, 700), (-1, 1), (-1e-3, 1e-3)],
    "log": [(0.5, 2), (1e-300, 1e300), (0.99, 1.01)],
    "log1p": [(-0.99, 1), (-1e-5, 1e-5), (1, 1e10)],
}
MEANING = {"exp": sp.exp(x), "expm1": sp.exp(x) - 1, "log": sp.log(x), "log1p": sp.log(1 + x)}


def single(op, target):
    steps = Steps((Step(op, (("x", 0),), ("out", 0)),), (), 1.0)
    made = Program("float64", (), (), (), (), (steps,), (), (None, None), 0, 0, (True, True, True), False)
    return make(op, "", {"d": Spec((made,), 0, "double"), "f": Spec((made,), 0, "float")}, target)[0]


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("op", RANGES)
def test_what_rounding_added_is_told(op, target):
    f, excess = single(op, TARGETS[target]), single(f"{op}_excess", TARGETS[target])
    rng = np.random.default_rng(1)
    points = np.concatenate([rng.uniform(low, high, 80) for low, high in RANGES[op]])
    found, low = f(points), excess(points)
    function = balls.compiled(MEANING[op], (x,))
    true = [pair(function(float(v), bits=300)) for v in points]
    rest = np.array([(y - high) - less for y, (high, less) in zip(found, true, strict=True)])
    assert np.max(np.abs(rest - low) / np.spacing(np.abs(found))) < (0.13 if target == "host" else 0.4)
    assert np.max(np.abs(rest) / np.spacing(np.abs(found))) < (0.6 if target == "host" else 0.9)


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_exact_has_no_excess_with_a_sign(target):
    for op in ("expm1", "log1p"):
        low = single(f"{op}_excess", TARGETS[target])(np.array([0.0, -0.0]))
        assert low.tolist() == [0, 0]
        assert not np.signbit(low).any()


def test_an_error_counts_as_much_as_the_result_depends_on_it():
    """In log(y) near y = 1 the rounding error of y counts a lot, near y = 1000 little."""
    graph = Graph()
    v = graph.symbol(x)
    square = graph.mul(v, v)
    result = graph.apply("log", square)
    grid = SimpleNamespace(x=np.array([1.001, 30.1]), point={})
    values = node_values(graph, graph.needed([result]), x, [(grid, np.array([True, True]))])
    unit = np.spacing(np.abs(values[result]))
    shares = contributions(graph, result, values, unit, set())
    assert shares[square][0] > 100
    assert shares[square][1] < 1
    assert v not in shares


def test_what_constants_lack_is_carried_along():
    """2*pi*sqrt(3)*x/(x + sqrt(2)) rounds three numbers and four results, and comes out with one rounding."""
    graph = Graph()
    v = graph.symbol(x)
    two_pi, root = graph.number(2 * sp.pi), graph.number(sp.sqrt(2))
    product = graph.mul(graph.mul(two_pi, v), graph.number(sp.sqrt(3)))
    result = graph.div(product, graph.add(v, root))
    points = np.random.default_rng(2).uniform(0.1, 9, 60)
    grid = SimpleNamespace(x=points, point={})
    function = balls.compiled(graph.meaning(result), (x,))
    true = np.array([pair(function(float(v), bits=300)) for v in points])
    unit = np.spacing(true[:, 0])
    found = compensated(graph, result, x, [(grid, np.ones(points.size, bool))], unit, 0.42)
    errors = [
        np.max(np.abs((evaluate(graph, [a], x, points, {})[a] - true[:, 0]) - true[:, 1]) / unit)
        for a in (result, found)
    ]
    assert errors[0] > 1
    assert errors[1] < 0.95


@pytest.mark.parametrize("name", ["tanh", "gelu"])
def test_looked_up_polynomials_are_what_was_measured(name):
    f = compile_function(lookup(name))
    source = f.source
    pieces = (source.default_vectors or source.vectors)["float64"].double_pieces
    assert pieces is not None
    v = np.random.default_rng(0).uniform(-REACH, REACH, 4000)
    if HOST.wide:
        np.testing.assert_array_max_ulp(f(v), value(Emulated(), pieces, v), 1)
    assert measure(lambda v: f(v), lookup(name), count=30).worst <= max(f.bound["float64"] + 0.1, 0.6)


@pytest.mark.parametrize("text", ["x*log(1 + sigmoid(x))"])
def test_expressions_nobody_has_seen_keep_to_one_unit(text):
    f = symact.define("f", text)
    made = f.numpy()
    found = measure(made, made.source.definition, count=40)
    assert found.worst <= 1, found
    assert found.faults == ()


@pytest.mark.parametrize(
    ("text", "order", "low", "high"),
    [("Piecewise(((x + 1)**2/4, Abs(x) < 1), (Max(0, x), True))", 0, -1, 1), ("exp(-x**2)", 0, 26.2, 27.2)],
)
def test_the_stated_bound_holds_between_the_sample_points(text, order, low, high):
    """Where sums with an end have few digits, and where results are subnormal, errors went unseen."""
    f = symact.define("f", text).numpy(order=order)
    points = np.random.default_rng(3).uniform(low, high, 400)
    function = balls.compiled(f.source.definition.expr.args[0][0] if "Piecewise" in text else sp.exp(-(x**2)), (x,))
    true = np.array([pair(function(float(v), bits=300)) for v in points])
    wrong = np.abs((f(points) - true[:, 0]) - true[:, 1]) / np.spacing(np.abs(true[:, 0]))
    assert np.max(wrong) <= f.bound["float64"] + 0.05


def test_joins_have_their_own_values():
    slope = compile_function(lookup("leaky_relu"), 1)
    assert set(slope(np.zeros(64)).tolist()) == {0.01}


def test_the_fast_mode_carries_nothing():
    source = programs(lookup("silu"), 0, fast=True)
    ops = [step.op for region in source.vectors["float64"].regions for step in region.steps]
    assert "exp_excess" not in ops
    assert source.vectors[NARROW] == source.portable["float64"]
    careful = programs(lookup("silu"), 0)
    # where results are subnormal they are rounded twice
    assert careful.kernel_bound["float64"] < 1.1 < careful.bound["float64"]


def test_where_no_truth_is_known_no_approximation_is_carried_on():
    """Beyond -1e6 balls don't enclose this quotient of two vanishing numbers, whose value is nearly -x - 1/x."""
    slope = compile_function(lookup("log_ndtr"), 1)
    far = np.array([-2e6, -1e10, -1e30])
    np.testing.assert_array_max_ulp(slope(far), -far - 1 / far, 4)


def exact_values(text, order, points):
    f = symact.define("f", text)
    function = balls.compiled(sp.diff(unfold(f.definition.expr), x, order), (x,))
    return f.numpy(order=order), np.array([pair(function(float(v), bits=300)) for v in points])


@pytest.mark.skipif(not HOST.wide, reason="there is no CPU with AVX-512")
@pytest.mark.parametrize(
    ("text", "order"),
    [
        # P vanishes inside an interval; near 0 x is the smaller summand; what is small lies above 0; intervals of x itself
        ("x*(1 + erf(x/sqrt(2)))/2", 1), ("log(1 + exp(x))", 0), ("log(1 + exp(-x))", 0), ("log(2 + exp(x))", 0),
    ],
)  # fmt: skip
def test_polynomials_keep_to_their_bound_everywhere(text, order):
    points = np.random.default_rng(5).uniform(-REACH, REACH, 1500)
    points = points[np.abs(points + 0.7518) > 0.1]
    f, true = exact_values(text, order, points)
    pieces = f.source.vectors["float64"].double_pieces
    assert pieces is not None
    wrong = np.abs((f(points) - true[:, 0]) - true[:, 1]) / np.spacing(np.abs(true[:, 0]))
    assert np.max(wrong) <= pieces.error <= 1


def test_what_costs_nothing_is_not_looked_up():
    """A region that is the variable itself, or a constant, is no call of the C library."""
    assert compile_function(lookup("identity")).source.vectors["float64"].double_pieces is None


def test_what_kernels_compute_is_measured():
    """Kernels' functions aren't NumPy's: atan was wrong by 1.8 units where 0.5 was stated."""
    points = np.random.default_rng(6).uniform(-3, 3, 2000)
    f, true = exact_values("atan(x)", 0, points)
    wrong = np.abs((f(points) - true[:, 0]) - true[:, 1]) / np.spacing(np.abs(true[:, 0]))
    assert np.max(wrong) <= min(f.source.kernel_bound["float64"] + 0.1, 0.7)


def test_a_cancellation_far_out_is_seen():
    slope = symact.define("f", "tanh(x)/(1 + x**2)").numpy(order=1)
    far = np.array([1e10, 4e11, -1e12], np.float32)
    np.testing.assert_array_max_ulp(slope(far), (-2 / np.abs(far.astype(float)) ** 3).astype(np.float32), 1)
