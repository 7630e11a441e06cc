"""Fast float64 kernels: rough elementary functions, division by way of the inverse, and where nodes lie."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from processor import processor

from symact.catalogue import lookup
from symact.numeric import compile_function
from symact.numeric.graph import Graph
from symact.numeric.llvm.compiler import address
from symact.numeric.llvm.effort import effort
from symact.numeric.llvm.lowering import Lowering
from symact.numeric.llvm.spec import Spec
from symact.numeric.llvm.ufunc import make
from symact.numeric.measure import evaluate
from symact.numeric.program import Program, Step, Steps
from symact.numeric.sides import size, spoiled
from symact.numeric.spans import ANYWHERE, Spans
from symact.numeric.truth import errors, true_values
from symact.symbols import x

HOST = processor()
WIDE = pytest.mark.skipif(not HOST.wide, reason="without AVX-512 no kernel is rough")
X = ("x", 0)


def program(*steps, natural=(True, True, True), limits=(None, None)):
    return Program("float64", (), (), (), (), (Steps(steps, (), 1.0),), (), limits, 1, 0, natural, False, rough=True)


def kernel(found):
    spec = Spec((found,), 0, "double")
    return make("rough", "", {"f": spec, "d": spec}, HOST)[0]


@WIDE
@pytest.mark.parametrize(
    ("op", "meaning", "allowed", "ends"),
    [
        ("exp", sp.exp(x), 1.25, [(-np.inf, 0.0), (np.inf, np.inf), (-1e4, 0.0), (1e4, np.inf), (-0.0, 1.0)]),
        (
            "expm1",
            sp.exp(x) - 1,
            2.0,
            [(-np.inf, -1.0), (np.inf, np.inf), (-0.0, -0.0), (-5e-324, -5e-324), (1e4, np.inf)],
        ),
        ("tanh", sp.tanh(x), 2.6, [(-np.inf, -1.0), (np.inf, 1.0), (-0.0, -0.0), (1e-310, 1e-310)]),
    ],
)
def test_rough_functions(op, meaning, allowed, ends):
    f = kernel(program(Step(op, (X,), ("out", 0))))
    rng = np.random.default_rng(1)
    reach = [(-745.2, -700), (-50, 709.7), (-1, 1), (-6, 6), (-1e-9, 1e-9), (709.0, 709.78)]
    points = np.concatenate([rng.uniform(*r, 150) for r in reach])
    truth = true_values([meaning], x, points.tolist())
    found = errors(f(points), truth, np.abs(truth.high))
    assert 0.5 < np.nanmax(found) <= allowed, points[np.nanargmax(found)]
    for at, wanted in ends:
        assert f(at) == wanted, at
        assert np.signbit(f(at)) == np.signbit(wanted), at
    assert np.isnan(f(np.nan))


def sigmoid_like(above):
    end = np.inf if above == X else 1.0
    return program(
        Step("abs", (X,), ("work", 0)),
        Step("neg", (("work", 0),), ("work", 0)),
        Step("exp", (("work", 0),), ("work", 0)),
        Step("add", (1.0, ("work", 0)), ("work", 0)),
        Step("div", (above, ("work", 0)), ("out", 0)),
        limits=(-end if above == X else end, end),
    )


@WIDE
@pytest.mark.parametrize("above", [1.0, X])
def test_division_by_way_of_the_inverse(above):
    found = sigmoid_like(above)
    assert Lowering((found,), 0, 52).inverted
    assert not Lowering((found,), 0, 53).inverted
    f = kernel(found)
    rng = np.random.default_rng(2)
    points = np.concatenate(
        [rng.uniform(-40, 40, 2000), 10.0 ** rng.uniform(-308, 308, 500), [1.7e308, 5e-324, -3e-323, 2.3e-308]]
    )
    with np.errstate(all="ignore"):
        wide = points.astype(np.longdouble)
        true = (wide if above == X else 1) / (1 + np.exp(-np.abs(wide)))
        assert np.max(np.abs(f(points) - true) / np.spacing(np.abs(true.astype(float)))) < 1.9
    assert f(np.inf) == (np.inf if above == X else 1)
    assert np.isnan(f(np.nan))
    assert f(-np.inf) == (-np.inf if above == X else 1)


def test_no_division_by_way_of_the_inverse_where_the_divisor_is_unbounded_or_may_vanish():
    for below in (X, ("work", 0)):
        steps = (
            Step("abs", (X,), ("work", 0)),
            Step("add", (1.0, ("work", 0)), ("work", 0)),
            Step("div", (1.0, below), ("out", 0)),
        )
        assert not Lowering((program(*steps),), 0, 52).inverted


@WIDE
@pytest.mark.parametrize("name", ["silu", "tanh", "elu"])
def test_fast_float64_kernels_keep_to_three_units_where_vectors_are_mixed(name):
    f = compile_function(lookup(name), mode="fast")
    found = (f.source.default_vectors or f.source.vectors)["float64"]
    assert found.rough
    assert f.bound["float64"] <= 3
    accurate = compile_function(lookup(name))
    assert effort(found) < effort(replace(found, rough=False))
    rng = np.random.default_rng(3)
    points = np.where(rng.random(4096) < 0.9, rng.normal(size=4096) * 3, rng.uniform(-745, 745, 4096))
    ours, near = f(points), accurate(points)
    assert np.all(np.abs(ours - near) <= 4 * np.spacing(np.abs(near)))
    special = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e308, -1e308, 5e-324])
    np.testing.assert_array_equal(f(special), accurate(special))
    for k in range(special.size):
        mixed = np.full(64, 0.5)
        mixed[37] = special[k]
        assert np.array_equal(f(mixed)[37], accurate(special)[k], equal_nan=True)


@WIDE
def test_a_rough_logarithm_is_looked_up_where_its_argument_is_known_to_lie_between_0_and_1():
    def steps(*exponent):
        return program(
            Step("abs", (X,), ("work", 0)),
            *exponent,
            Step("exp", (("work", 0),), ("work", 0)),
            Step("log1p", (("work", 0),), ("out", 0)),
        )

    near, far = steps(Step("neg", (("work", 0),), ("work", 0))), steps()
    assert effort(near) < effort(far) - 20
    f, g = kernel(near), kernel(far)
    rng = np.random.default_rng(4)
    # both ends of each of the sixteen parts
    edges = -np.log(np.concatenate([(np.arange(16) + d) / 15 for d in (-0.5, 0.5)])[1:-1])
    points = np.concatenate([edges[edges > 0] * (1 + 1e-13 * k) for k in (-1, 0, 1)])
    points = np.concatenate([points, rng.uniform(0, 3.5, 3000), rng.uniform(3, 740, 300), [0.0, 1e-300]])
    truth = true_values([sp.log(1 + sp.exp(-x))], x, points.tolist())
    assert np.nanmax(errors(f(points), truth, truth.high)) < 2.2
    truth = true_values([sp.log(1 + sp.exp(x))], x, points[points < 700].tolist())
    assert np.nanmax(errors(g(points[points < 700]), truth, truth.high)) < 2.2
    assert f(np.inf) == 0
    assert np.isnan(f(np.nan))


@WIDE
def test_fast_softplus_has_a_form_on_each_side_of_0():
    f = compile_function(lookup("softplus"), mode="fast")
    found = (f.source.default_vectors or f.source.vectors)["float64"]
    assert found.rough
    assert found.bounds == (0.0,)
    assert f.bound["float64"] <= 2.5


def test_what_is_not_rough_stays_so_beside_what_is():
    rough = program(Step("exp", (X,), ("out", 0)))
    careful = replace(rough, rough=False)
    assert Spec((rough, rough), 0, "double").digits == 52
    assert Spec((rough, careful), 0, "double").digits == 53
    if HOST.wide:
        assert address(Spec((rough,), 0, "double")) != address(Spec((careful,), 0, "double"))


@pytest.mark.parametrize("seed", range(120))
def test_nodes_lie_in_their_spans(seed):
    rng = np.random.default_rng(seed)
    g = Graph()
    v = g.symbol(x)
    nodes = [v, g.number(1), g.number(sp.Rational(-3, 2)), size(g, v, False)]
    ones = ("neg", "abs", "sqrt", "exp", "expm1", "log1p", "tanh", "sin")
    twos = ("add", "sub", "mul", "max", "min", "copysign")
    for _ in range(8):
        a, b, c = (int(rng.choice(nodes)) for _ in range(3))
        made = [
            lambda a=a: g.apply(str(rng.choice(ones)), a),
            lambda a=a, b=b: g.apply(str(rng.choice(twos)), a, b),
            lambda a=a, b=b: g.apply(str(rng.choice(twos)), a, b),
            lambda a=a, b=b, c=c: g.apply("select", g.apply("less", a, b), b, c),
        ]
        nodes.append(made[rng.integers(4)]())
    low = rng.uniform(-30, 30)
    high = low + rng.choice([0.0, 0.1, 20.0])
    spans = Spans(g, v, (low, high))
    points = np.concatenate([rng.uniform(low, high, 30), [low, high]])
    for a, values in evaluate(g, nodes, x, points, {}).items():
        least, most = spans.of(a)
        known = values[np.isfinite(values)]
        room = 1e-9 * np.abs(known)
        assert np.all((least <= known + room) & (known - room <= most)), (g.meaning(a), least, most)


def test_spans_of_exponentials_of_what_is_not_positive():
    g = Graph()
    v = g.symbol(x)
    t = g.apply("exp", g.neg(size(g, v, False)))
    assert Spans(g, v, ANYWHERE).of(t) == (0, 1)
    assert Spans(g, v, ANYWHERE).of(g.add(g.number(1), t)) == (1, 2)
    assert Spans(g, v, ANYWHERE).of(g.mul(v, v)) == (-np.inf, np.inf)
    assert spoiled(g, t, v)
    assert not spoiled(g, g.apply("select", g.apply("less", v, v), g.number(1), v), v)


@pytest.mark.parametrize("at", [0, 7, 8, 19, 31])
def test_a_branch_is_taken_for_any_lane(at):
    # beyond 3 the value is another one
    steps = [Steps((Step("mul", (X, X), ("out", 0)),), (), 1.0), Steps((Step("neg", (X,), ("out", 0)),), (), 1.0)]
    found = Program(
        "float64", (), (30.0,), (True,), (), tuple(steps), (), (None, None), 1, 0, (True, True, True), False
    )
    f, v = kernel(found), np.linspace(-2, 2, 32)
    for odd, wanted in ((30.0, 900.0), (30.5, -30.5), (np.inf, -np.inf), (np.nan, np.nan), (-40.0, 1600.0)):
        v[at] = odd
        np.testing.assert_array_equal(f(v), np.where(np.arange(32) == at, wanted, v * v))


@pytest.mark.parametrize("mode", ["accurate", "fast"])
@pytest.mark.parametrize(("name", "order"), [("sigmoid", 0), ("silu", 1), ("gelu", 1), ("elu", 0), ("softplus", 0)])
def test_rare_numbers_are_seen_beside_nan(name: str, order: int, mode: str) -> None:
    f = compile_function(lookup(name), order, mode=mode)
    rare = np.array([np.nan, -np.inf, np.inf, -800, 800, -1e300, 1e300, 5e-324, -0.0, 1.5])
    alone = np.array([f(x) for x in rare])
    places = np.random.default_rng(1).integers(rare.size, size=4096)
    np.testing.assert_allclose(f(rare[places]), alone[places], rtol=1e-15, atol=0)
