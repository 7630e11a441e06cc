"""Special functions, twofold precision, coefficients and rounding."""

from fractions import Fraction

import numpy as np
import pytest
from flint import arb
from hypothesis import given
from hypothesis import strategies as st
from sympy import Rational, S, cos, erf, erfc, exp, log, oo, pi, sin, sqrt

from symact.errors import UndecidedError
from symact.numeric import coefficients
from symact.numeric.expand import Expansion
from symact.numeric.fit import chebyshev, erf_near_0, erfcx_parts, erfcx_scaled, monomials
from symact.numeric.graph import Graph
from symact.numeric.local import local_patches
from symact.numeric.measure import evaluate
from symact.numeric.regimes import Run, choose, gaps
from symact.numeric.rounding import exactly, fraction, nearest, split, to_double
from symact.numeric.truth import Truth, errors, local_scale, true_values
from symact.proof.numbers.balls import precision
from symact.symbols import x


def computed(op, points, **options):
    graph = Graph()
    node = Expansion(graph, **options).node(graph.apply(op, graph.symbol(x)))
    return evaluate(graph, {node}, x, np.asarray(points), {})[node]


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("ERFCX", erfcx_scaled(26)),
        ("ERFCX_LOW", [low for _, low in erfcx_parts(26)[:8]]),
        ("ERFCX_SHORT", erfcx_scaled(13)),
        ("ERF_NEAR_0", erf_near_0(11)),
        ("ERF_NEAR_0_SHORT", erf_near_0(7)),
    ],
)
def test_coefficients_are_what_their_generator_makes(name, made):
    assert getattr(coefficients, name) == tuple(made)


@pytest.mark.parametrize(
    ("op", "meaning", "points", "limit"),
    [
        ("erfcx", exp(x**2) * erfc(x), [0.0, 1e-9, 0.3, 0.9, 1.7, 3.3, 8.1, 26.0, 60.3], 2.2),
        ("erf", erf(x), [-3.7, -0.99, -1e-300, 1e-20, 0.4, 0.999, 1.001, 2.3, 5.1], 2.2),
        ("erfc", erfc(x), [-6.1, -0.5, 0.0, 0.7, 2.2, 9.7, 20.2, 26.4], 3.5),
        ("sinpi", sin(pi * x), [0.1, 0.5, 0.999999, 1.25, -7.3, 1e6 + 0.25, 2.0**51 + 0.5], 1.5),
        ("cospi", cos(pi * x), [0.1, 0.499999, 0.7, 1.25, -7.3, 1e6 + 0.25], 1.5),
    ],
)
def test_special_functions(op, meaning, points, limit):
    truth = true_values([meaning], x, points)
    found = computed(op, points)
    assert np.nanmax(errors(found, truth, np.abs(truth.high))) <= limit
    short = computed(op, points, short=True)
    assert np.nanmax(np.abs(short / truth.high - 1)) < 2e-9 or op.startswith("erfc")


def test_sine_of_whole_turns_is_zero():
    assert (computed("sinpi", [1.0, 2.0, -5.0, 1e9, 1.7e308]) == 0).all()
    assert (computed("cospi", [0.5, -3.5, 1e6 + 0.5]) == 0).all()


def test_scaled_error_function_far_out():
    assert computed("erfcx", [1e200, 1e308, np.inf]).tolist() == pytest.approx(
        [5.641895835477563e-201, 5.6418958e-309, 0], rel=1e-7
    )


@given(st.floats(-26, 26), st.floats(-26, 26))
def test_twofold_arithmetic_is_exact(a, b):
    graph = Graph()
    expansion = Expansion(graph)
    u, v = graph.number(exactly(a)), graph.symbol(x)
    for build, exact in (
        (expansion.exact_sum, Fraction(a) + Fraction(b)),
        (expansion.exact_product, Fraction(a) * Fraction(b)),
    ):
        high, low = build(u, v)
        found = evaluate(graph, {high, *(() if low is None else (low,))}, x, np.array([b]), {})
        total = Fraction(float(found[high][0])) + (Fraction(float(found[low][0])) if low is not None else 0)
        if abs(exact) > 1e-200:
            assert total == exact


def test_exponent_in_twofold_precision():
    graph = Graph()
    v = graph.symbol(x)
    node = graph.apply("exp", graph.neg(graph.div(graph.mul(v, v), graph.number(2))))
    points = np.linspace(20.03, 37.01, 40)
    truth = true_values([exp(-(x**2) / 2)], x, points.tolist())
    plain, precise = (Expansion(graph, precise=p).node(node) for p in (False, True))
    found = evaluate(graph, {plain, precise}, x, points, {})
    assert errors(found[plain], truth, np.abs(truth.high)).max() > 50
    assert errors(found[precise], truth, np.abs(truth.high)).max() < 1.6


def test_exponential_of_an_exponential():
    graph = Graph()
    v = graph.symbol(x)
    node = graph.apply("exp", graph.neg(graph.apply("exp", v)))
    points = np.linspace(4.01, 6.55, 40)
    truth = true_values([exp(-exp(x))], x, points.tolist())
    nested = Expansion(graph, precise=True, nested=True).node(node)
    assert errors(evaluate(graph, {nested}, x, points, {})[nested], truth, np.abs(truth.high)).max() < 1.6


class TestRounding:
    @pytest.mark.parametrize("number", [pi, sqrt(2) / 3, exp(-1), log(10), Rational(1, 10), Rational(-7, 3)])
    def test_nearest_double(self, number):
        found = nearest(number)
        gap = abs(exactly(found) - number)
        assert all(gap < abs(exactly(np.nextafter(found, side)) - number) for side in (-np.inf, np.inf))

    def test_beyond_the_range(self):
        assert nearest(exp(-(10**9))) == 0
        assert nearest(exp(10**9)) == np.inf
        assert nearest(-oo) == -np.inf
        assert nearest(S(10) ** 400) == np.inf

    def test_huge_and_tiny_balls_take_no_memory(self):
        with precision(100):
            tiny, huge = arb(-(10**30)).exp(), arb(10**30).exp()
        assert fraction(tiny) == 0
        with pytest.raises(UndecidedError):
            fraction(huge)

    def test_a_number_in_two_parts(self):
        high, low = split(pi)
        assert high + low == pi
        assert nearest(high) == np.pi
        assert abs(nearest(low)) < 1.3e-16

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_doubles_are_exact(self, v):
        assert to_double(Fraction(v)) == v
        assert nearest(exactly(v)) == v


class TestTruth:
    def test_known_values(self):
        truth = true_values([1 - exp(-x)], x, [1e-20, 800.0, 1e300])
        assert truth.high.tolist() == [1e-20, 1.0, 1.0]
        assert truth.low[1] < 0 or truth.low[1] == 0

    def test_a_second_expression_serves_where_the_first_cancels(self):
        exprs = [exp(x) * erfc(sqrt(x)), exp(x) * erfc(sqrt(x))]
        assert np.isfinite(true_values(exprs, x, [4.0]).high).all()

    def test_units_in_the_last_place(self):
        truth = Truth(np.array([1.0, 1.0, 0.0, 5e-324, np.inf]), np.zeros(5))
        found = errors(np.array([1 + 2.0**-52, np.nan, 0.0, 0.0, 1.7976931348623157e308]), truth, np.abs(truth.high))
        assert found.tolist() == [1.0, np.inf, 0.0, 1.0, 0.0]

    def test_the_scale_near_a_zero_is_that_of_its_neighbourhood(self):
        points = np.linspace(1, 3, 41)
        values = points - 2.01
        scale = local_scale(points, values, (-np.inf, np.inf))
        inside = np.abs(points - 2) < 0.2
        assert (scale[inside] > 0.15).all()
        assert (
            scale[~inside & (np.abs(points - 2) > 0.3)] == np.abs(values[~inside & (np.abs(points - 2) > 0.3)])
        ).all()

    def test_a_zero_at_zero_gets_no_allowance(self):
        points = np.array([-1e-3, -1e-9, 1e-9, 1e-3])
        assert (local_scale(points[:2], points[:2], (-np.inf, 0.0)) == np.abs(points[:2])).all()


class TestRegimes:
    def choose(self, error, cost, points, goal=2.0):
        error = np.asarray(error, float)
        cost = np.asarray(cost, float)
        return choose(
            error, np.ones(error.shape, bool), cost, np.zeros((cost.size, cost.size)), np.asarray(points, float), goal
        )

    def test_the_cheapest_good_form(self):
        points = np.linspace(-5, 5, 60)
        assert self.choose([[1.0] * 60, [1.0] * 60], [5, 2], points) == [Run(1, 0, 59)]

    def test_a_switch_where_one_form_fails(self):
        points = np.linspace(-50, 50, 101)
        left = np.where(points < 20, 1.0, 1e6)
        runs = self.choose([left, [1.0] * 101], [1, 60], points)
        assert [run.candidate for run in runs] == [0, 1]
        assert 0 < points[runs[1].first] <= 20

    def test_the_best_of_bad_forms(self):
        runs = self.choose([[1e5] * 30, [30.0] * 30], [1, 1], np.linspace(0, 1, 30))
        assert runs == [Run(1, 0, 29)]

    def test_gaps(self):
        error = np.ones((1, 60))
        error[0, 20:25] = 1e9
        assert gaps(error, np.ones((1, 60), bool), 2.0) == [(16, 28)]


class TestLocalPatches:
    def test_a_polynomial_of_x_squared(self):
        graph = Graph()
        found = local_patches(graph, x, [(-np.inf, np.inf, [x - sin(x)])], [(-1.0, 1.0)])
        best = max(found, key=lambda p: p.high - p.low)
        points = np.array([-0.9, -1e-8, 1e-150, 1e-3, 0.77])
        truth = true_values([x - sin(x)], x, points.tolist())
        assert errors(evaluate(graph, {best.node}, x, points, {})[best.node], truth, np.abs(truth.high)).max() < 3

    @pytest.mark.parametrize(
        ("expr", "low"), [(x * (sqrt(1 + 1 / x**2) - 1), 5.0), (x * log(1 + 1 / x**2), 1e153)], ids=str
    )
    def test_a_polynomial_of_one_over_x(self, expr, low):
        graph = Graph()
        found = local_patches(graph, x, [(0.0, np.inf, [expr])], [(low, 1e300)])
        points = low * np.array([1e3, 1e8, 1e40])
        truth = true_values([expr], x, points.tolist())
        patch = next(p for p in found if p.high > 1e300)
        assert errors(evaluate(graph, {patch.node}, x, points, {})[patch.node], truth, np.abs(truth.high)).max() < 4

    def test_no_polynomial_where_there_is_none(self):
        assert local_patches(Graph(), x, [(0.0, np.inf, [sqrt(x)])], [(0.0, 1e-9)]) == []


def test_chebyshev_interpolation():
    with precision(200):
        found = monomials(chebyshev(lambda s: 3 - s + 5 * s**3, 6))
        assert [round(float(c), 12) for c in found] == [3, -1, 0, 5, 0, 0]
