"""Saturation, dead zones, SELU's constants from their equations, and gains beside PyTorch's."""

from __future__ import annotations

import mpmath
import pytest
from sympy import Expr, Piecewise, Rational, S, exp, log, oo, sqrt

from symact import define
from symact.catalogue import lookup
from symact.catalogue.constants import selu_alpha, selu_scale
from symact.errors import InputError, NotSupportedError, UndecidedError
from symact.explanation import explanation
from symact.facts.card import Card
from symact.facts.gaussian import Enclosed, gain, mean, second_moment
from symact.facts.record import Facts
from symact.facts.training import chain_bound, dead_zones, normalising, saturation, self_normalising, torch_gain
from symact.parse import parse_expression
from symact.proof.algebra.assume import assuming
from symact.proof.algebra.field import equal
from symact.proof.functions.shape import Shape, shape
from symact.symbols import n, real, x


def curve(text: str) -> Shape:
    return shape(parse_expression(text).doit(), x, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Max(0, x)", [(-oo, 0)]),
        ("Min(6, Max(0, x))", [(-oo, 0), (6, oo)]),
        ("sign(x)", [(-oo, 0), (0, oo)]),
        ("Piecewise((x - 1, x > 1), (x + 1, x < -1), (0, True))", [(-1, 1)]),
        ("tanh(x)", []),
        ("Heaviside(x)*0 + 3", [(-oo, oo)]),
    ],
)
def test_dead_zones(text: str, expected: list[object]) -> None:
    assert dead_zones(curve(text)) == expected


def test_saturation() -> None:
    half = Rational(1, 10)
    assert saturation(curve("Max(0, x)"), half) == [(-oo, 0)]
    assert saturation(curve("Min(1, Max(-1, x))"), half) == [(-oo, -1), (1, oo)]
    assert saturation(curve("x/20"), half) == [(-oo, oo)]
    assert saturation(curve("2*x"), half) == []
    [(low, high)] = saturation(curve("log(1 + exp(x))"), half)
    assert low == -oo
    assert equal(high, log(Rational(1, 9))) is True
    left, right = saturation(curve("tanh(x)"), half)
    edge = left[1].lower if isinstance(left[1], Enclosed) else str(left[1].evalf(25))
    with mpmath.workdps(20):
        assert abs(mpmath.mpf(edge[:20]) + mpmath.atanh(mpmath.sqrt(mpmath.mpf(9) / 10))) < mpmath.mpf(10) ** -15
    assert right[1] == oo
    assert len(saturation(curve("x*sigmoid(x)"), half)) == 1  # the slope is nowhere below -0.0999
    assert len(saturation(curve("x*sigmoid(x)"), half / 2)) == 2  # far to the left, and around the minimum
    with pytest.raises(InputError, match="positive"):
        saturation(curve("x"), S.Zero)
    with pytest.raises(NotSupportedError, match="parameters"):
        saturation(shape(real("a") * x**2, x, ()), half)


def test_chain_bound() -> None:
    assert chain_bound(Rational(1, 4)) == Rational(1, 4) ** n
    assert chain_bound(S.One) == 1


def test_constants_of_selu_follow_from_their_equations() -> None:
    definition = lookup("selu")
    scale, alpha = (p.symbol for p in definition.parameters)
    known = assuming(*(p.assume for p in definition.parameters))
    found = self_normalising(shape(definition.expr, x, known.relations), (scale, alpha))
    assert equal(found[scale], selu_scale) is True
    assert equal(found[alpha], selu_alpha) is True


def test_no_closed_form_no_constants() -> None:
    a, b = real("a"), real("b")
    with pytest.raises(UndecidedError):
        self_normalising(shape(a * parse_expression("x*sigmoid(x)").doit() + b, x, (a > 0,)), (a, b))


def test_normalising() -> None:
    function = curve("Max(0, x)")
    found = normalising(mean(function), second_moment(function))
    assert found is not None
    a, b = found
    scaled = shape(a * function.pieces[1].expr + b, x, (x > 0,)), b
    assert isinstance(a, Expr)
    assert scaled[1].is_negative
    moment = curve("Max(0, x)")
    assert equal(a * mean(moment) + b, S.Zero) is True
    assert normalising(S(3), S(9)) is None


def test_gains_beside_those_of_torch() -> None:
    relu = lookup("relu")
    assert torch_gain(relu) == sqrt(2) == gain(second_moment(shape(relu.expr, x, ())))
    leaky = lookup("leaky_relu")
    slope = leaky.parameters[0].symbol
    own = gain(second_moment(shape(leaky.expr, x, (slope >= 0,))))
    assert equal(own.subs(slope, S.Half), torch_gain(leaky, {slope: S.Half})) is True  # type: ignore[union-attr]
    assert torch_gain(lookup("tanh")) == Rational(5, 3)
    assert torch_gain(lookup("gelu")) is None


def test_table_is_that_of_torch() -> None:
    init = pytest.importorskip("torch.nn.init")
    for ours, theirs in (("identity", "linear"), *((name, name) for name in ("sigmoid", "tanh", "relu", "selu"))):
        assert float(torch_gain(lookup(ours))) == pytest.approx(init.calculate_gain(theirs))
    assert float(torch_gain(lookup("leaky_relu"))) == pytest.approx(init.calculate_gain("leaky_relu", 0.01))


def test_derivatives_in_parameters() -> None:
    z, alpha, value = real("z"), real("alpha"), real("value")
    assert Card(Facts(lookup("glu"))).parameter_derivatives.value == {"z": 1 / (1 + exp(-x))}
    learned = Card(Facts(lookup("elu"))).parameter_derivatives.value["alpha"]
    assert (learned.subs(x, -1), learned.subs(x, 2)) == (exp(-1) - 1, 0)
    assert Card(Facts(lookup("elu"), {alpha: S.One})).parameter_derivatives.value == {}
    with_jump = define("gate", Piecewise((value, x < z), (1, True)))
    assert not Card(Facts(with_jump.definition)).parameter_derivatives.proved


def test_what_follows_for_training_is_explained_and_a_derivation_keeps_to_the_time() -> None:
    relu = Facts(lookup("relu"))
    assert explanation(relu, "dead_zones", 20).startswith("dead zones: from -oo to 0\n    found by: ")
    late = explanation(Facts(lookup("gelu_tanh")), "range", 1e-3)
    assert "undecided: not finished within 0.001 s" in late
    assert late.endswith("it has no derivation in steps: not finished within 0.001 s")
