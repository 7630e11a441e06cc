"""The algebra behind stable forms: quotients, kernels, lowering, and that every form means what it should."""

import numpy as np
import pytest
from sympy import (
    Abs,
    LambertW,
    Max,
    Piecewise,
    Rational,
    S,
    cbrt,
    cosh,
    erf,
    erfc,
    exp,
    log,
    pi,
    sin,
    sqrt,
    symbols,
    tanh,
)

from symact.definition import Definition, Parameter
from symact.errors import NotSupportedError
from symact.numeric.candidates import candidates
from symact.numeric.direct import Direct
from symact.numeric.expand import Expansion
from symact.numeric.forms import Form, Lowering
from symact.numeric.graph import Graph
from symact.numeric.kernels import rewritten
from symact.numeric.measure import FORMATS, evaluate, grids, measured
from symact.numeric.proving import agrees, proved_equal
from symact.numeric.quotient import Ring
from symact.numeric.rewriting import conjugated, leading, shifted
from symact.numeric.samples import Cell, marks
from symact.numeric.subject import subject
from symact.proof.algebra.assume import NOTHING, assuming
from symact.symbols import real, x

t, s, y = symbols("t s y", positive=True)
a = real("a")


def side(sign):
    """A judge of signs on x > 0 or x < 0, by one value."""
    return lambda e: int(S(e.subs({x: sign * Rational(7, 3), y: Rational(3, 2)}).evalf(30)).is_positive or -1)


def on(sign):
    return Cell(S.Zero, S.Infinity, None) if sign > 0 else Cell(-S.Infinity, S.Zero, None)


def restated(expr, sign, **options):
    written, tower = rewritten(expr, side(sign), **options)
    return tower.kernels.quotient(written), tower


class TestQuotient:
    def test_cancels_common_factors(self):
        ring = Ring([t, y])
        assert ring.quotient((1 - t**2) / (1 + t) * y / y**2).expr() == (1 - t) / y

    def test_replaces_powers_of_radicals(self):
        ring = Ring([s], {s: (2, x**2 + 1)})
        assert (ring.quotient(s**3).expr() - s * (x**2 + 1)).expand() == 0

    def test_irrational_numbers_are_exact(self):
        ring = Ring([sqrt(2) * x / sqrt(pi), pi])
        assert ring.quotient(sqrt(2) * x * sqrt(2) / sqrt(pi) ** 2).expr() == 2 * x / pi

    def test_factors_multiply_back(self):
        ring = Ring([t, x])
        constant, factors = ring.quotient((3 * t - 3) ** 2 / (2 * x * (t + x))).factors()
        product = constant
        for p, k in factors:
            product *= ring.expr(p) ** k
        assert (product - (3 * t - 3) ** 2 / (2 * x * (t + x))).simplify() == 0

    def test_refuses_other_functions(self):
        with pytest.raises(ValueError, match="not rational"):
            Ring([sin(x)])


class TestKernels:
    @pytest.mark.parametrize(
        ("expr", "sign", "form"),
        [
            (1 / (1 + exp(-x)), -1, exp(x) / (1 + exp(x))),
            (1 / (1 + exp(-x)), 1, 1 / (1 + exp(-x))),
            (x * tanh(log(1 + exp(x))), 1, x * (1 + 2 * exp(-x)) / (1 + 2 * exp(-x) + 2 * exp(-2 * x))),
            (1 - tanh(x) ** 2, 1, 4 * exp(-2 * x) / (1 + exp(-2 * x)) ** 2),
            (log(1 + exp(x)), 1, x + log(1 + exp(-x))),
            (log(cosh(x)), -1, -x + log(1 + exp(2 * x)) - log(2)),
        ],
    )
    def test_exponentials_get_negative_exponents_and_cancel(self, expr, sign, form):
        quotient, tower = restated(expr, sign)
        assert proved_equal(tower.meaning(quotient.expr()), form, [sign * x > 0])
        for symbol in tower.kernels.of("exp"):
            assert side(sign)(tower.kernels.found[symbol].argument) < 0

    def test_normal_tail_is_a_scaled_error_function(self):
        quotient, tower = restated(log((1 + erf(x / sqrt(2))) / 2).diff(x), -1)
        assert [k.head for k in tower.kernels.found.values() if tower.kernels.of("erfcx")].count("erfcx") == 1
        assert not {*tower.kernels.of("exp")} & quotient.expr().free_symbols

    def test_half_exponents_refine_the_kernel(self):
        _, tower = restated(tanh(x / 2) + exp(x), -1)
        assert len(tower.kernels.of("exp")) == 1
        assert tower.kernels.found[tower.kernels.of("exp")[0]].argument == x

    def test_the_tail_keeps_first_powers(self):
        written, tower = rewritten(sqrt(log(1 + exp(x))), side(-1), tail=True)
        cut = leading(written, tower.kernels)
        assert tower.meaning(cut) == exp(x / 2)

    def test_names_the_function_without_operation(self):
        with pytest.raises(NotSupportedError, match="LambertW"):
            rewritten(LambertW(x), side(1))


class TestLowering:
    @pytest.mark.parametrize(
        "form",
        [Form(), Form(log1p=False), Form(halved=True), Form(powers_last=True), Form(folded=True), Form(expanded=True)],
    )
    @pytest.mark.parametrize("sign", [1, -1])
    @pytest.mark.parametrize(
        "expr",
        [
            (x / (1 + exp(-y * x))).diff(x, 2),
            (x * tanh(log(1 + exp(x)))).diff(x),
            x * (1 + erf(x / sqrt(2))) / 2,
            log(1 + exp(x)) / (1 + x**2),
        ],
    )
    def test_every_form_means_the_expression(self, expr, sign, form):
        quotient, tower = restated(expr, sign)
        graph = Graph()
        node = Lowering(graph, tower.kernels, x, form, sign).node(quotient.expr())
        known = assuming(y > 0)
        cell = on(sign)
        assert agrees(graph.meaning(node), Cell(cell.low, cell.high, expr), x, known) is True

    @pytest.mark.parametrize("change", [shifted, conjugated])
    def test_changes_of_the_expression_keep_its_meaning(self, change):
        expr = (x + sqrt(x**2 + 4)) / 2 * (exp(x) - 1 - x)
        written, tower = rewritten(expr, side(-1))
        graph = Graph()
        node = Lowering(graph, tower.kernels, x, Form(), -1).node(change(written, tower.kernels))
        assert agrees(graph.meaning(node), Cell(-S.Infinity, S.Zero, expr), x, NOTHING) is True

    def test_a_choice_is_right_where_both_sides_are_where_they_are_taken(self):
        cell = Cell(S.Zero, S.Infinity, Abs(a * x))
        assert agrees(Piecewise((-a * x, a * x < 0), (a * x, True)), cell, x, NOTHING) is True
        assert agrees(Piecewise((-a * x, a * x < 0), (x, True)), cell, x, NOTHING) is False

    def test_a_wrong_form_is_refuted(self):
        assert agrees(exp(x), Cell(-S.Infinity, S.Zero, exp(x) - 1), x, NOTHING) is False

    @pytest.mark.parametrize(
        ("expr", "same"), [(cbrt(1 + x**2), cbrt(1 + x**2)), (log(x + sqrt(1 + x**2)), -log(sqrt(1 + x**2) - x))]
    )
    def test_what_overflows_in_between_or_cancels_is_told_in_the_inverse_of_the_variable(self, expr, same):
        graph = Graph()
        cell = Cell(-S.Infinity, S.Zero, expr)
        found = candidates(graph, x, cell, 0, marks(cell).tolist(), [{}])
        here, true = np.array([-1e200]), float(same.subs(x, -(10**200)).evalf(30))
        errors = [abs(evaluate(graph, {c.double}, x, here, {})[c.double][0] / true - 1) for c in found]
        assert min(errors) < 1e-15

    def test_one_minus_an_exponential_is_expm1(self):
        written, tower = rewritten(1 - exp(-x), side(1))
        graph = Graph()
        node = Lowering(graph, tower.kernels, x).node(written)
        assert "expm1" in {graph.nodes[a].op for a in graph.needed([node])}


class TestDirect:
    def test_local_rewriting(self):
        graph = Graph()
        ops = {
            expr: {graph.nodes[a].op for a in graph.needed([Direct(graph).node(expr)])}
            for expr in (3 * exp(x) - 3, log(1 + x**2), 1 + erf(x), 1 - erf(x))
        }
        assert [next(iter(o & {"expm1", "log1p", "erfc"})) for o in ops.values()] == ["expm1", "log1p", "erfc", "erfc"]

    def test_switches(self):
        graph = Graph()
        node = Direct(graph).node(Piecewise((Max(x, 2), Abs(x) > 1), (x, x < 0), (5, True)))
        found = evaluate(graph, {node}, x, np.array([-3.0, -0.5, 0.5, 1.5, 9.0]), {})[node]
        assert found.tolist() == [2.0, -0.5, 5.0, 2.0, 9.0]

    def test_a_gap_is_nan(self):
        graph = Graph()
        node = Direct(graph).node(Piecewise((x, x > 0)))
        assert np.isnan(evaluate(graph, {node}, x, np.array([-1.0]), {})[node][0])


def test_candidates_include_an_accurate_one_for_each_half():
    expr = (x / (1 + exp(-x))).diff(x)
    for sign in (1, -1):
        graph = Graph()
        cell = Cell(on(sign).low, on(sign).high, expr)
        found = candidates(graph, x, cell, 0, marks(cell).tolist(), [{}])
        point = np.array([sign * 30.0])
        true = float(expr.subs(x, sign * 30).evalf(40))
        errors = [abs(evaluate(graph, {c.double}, x, point, {})[c.double][0] / true - 1) for c in found]
        assert min(errors) < 4e-16


@pytest.mark.parametrize("expr", [x / (1 + exp(-a * x)), x * erfc(-a * x)])
def test_candidates_include_an_accurate_one_for_either_sign_of_a_parameter(expr):
    points = [{a: S(v)} for v in (1, 2, 3, -1)]
    for sign in (1, -1):
        graph = Graph()
        cell = Cell(on(sign).low, on(sign).high, expr)
        found = candidates(graph, x, cell, 0, marks(cell).tolist(), points)
        places = sign * np.array([5.0, 1e308])
        worst = []
        for c in found:
            values = [evaluate(graph, {c.double}, x, places, {a: v})[c.double] for v in (S(1), S(-1))]
            true = [float(expr.subs({x: sign * 5, a: v}).evalf(40)) for v in (1, -1)]
            near = max(abs(v[0] / t - 1) for v, t in zip(values, true, strict=True))
            worst.append(near if all(not np.isnan(v[1]) for v in values) else np.inf)
        assert min(worst) < 3e-15


def test_powers_of_the_variable_are_taken_out_of_logarithms():
    """1/x**2 is infinite for x = 1e-200."""
    graph = Graph()
    cell = Cell(-S.Infinity, S.Zero, x * log(1 + 1 / x**2))
    found = candidates(graph, x, cell, 0, marks(cell).tolist(), [{}])
    values = [evaluate(graph, {c.double}, x, np.array([-1e-200]), {})[c.double][0] for c in found]
    assert min(abs(v / (400e-200 * -np.log(10)) - 1) for v in values if np.isfinite(v)) < 1e-14


def test_nan_is_right_where_a_parameter_leaves_no_value():
    graph = Graph()
    cell = Cell(S.Zero, S.Infinity, x / sqrt(a + x**2))
    (row,) = grids(x, [cell], [{a: S(2)}, {a: -S(2)}], NOTHING)
    node, nowhere = Direct(graph).node(cell.expr), graph.number(S.NaN)
    error = measured(graph, x, [node, nowhere], row, FORMATS["double"])
    assert row[1].undefined.any()
    assert not row[1].undefined.all()
    # 0/0 would be no better
    assert np.nanmax(error[0, (row[0].x > 1e-9) & (row[0].x < 1e150)]) < np.inf
    assert np.all(np.isinf(error[1]))


def test_a_limit_may_depend_on_the_sign_of_a_parameter():
    definition = Definition(name="f", expr=log(1 + exp(a * x)) / a, title="f", parameters=(Parameter(a),))
    low, high = subject(definition, 0).limits
    for value, limits in ((2, (0, S.Infinity)), (-2, (-S.Infinity, 0)), (0, (S.NaN, S.NaN))):
        assert tuple(limit.subs(a, value) for limit in (low, high)) == limits


def test_parameters_are_operands():
    graph = Graph()
    written, tower = rewritten(log(1 + exp(a * x)) / a, lambda e: 1)
    node = Expansion(graph).node(Lowering(graph, tower.kernels, x).node(written))
    assert a in {graph.nodes[b].value for b in graph.needed([node])}
