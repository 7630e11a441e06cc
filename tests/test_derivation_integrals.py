"""Derivations of integrals and Gaussian moments."""

from dataclasses import replace

import pytest
from sympy import (
    Abs,
    Eq,
    Integral,
    Max,
    Ne,
    Piecewise,
    Rational,
    S,
    Tuple,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    tanh,
)
from sympy.core.function import AppliedUndef

import symact
from symact.catalogue import lookup
from symact.claims.model import Expectation
from symact.definition import Definition
from symact.derivation.build import derive
from symact.derivation.checking import faulty, step_holds
from symact.derivation.conclusion import result_follows
from symact.derivation.gaussian import average, gaussian_steps, over_piece
from symact.derivation.proved import proved
from symact.derivation.steps import is_statement
from symact.errors import NotSupportedError, UndecidedError
from symact.facts.record import Facts
from symact.named import unfold
from symact.proof.algebra.assume import NOTHING
from symact.proof.algebra.field import equal
from symact.symbols import real, x, z

alpha = real("alpha")


def test_integrals_leave_no_jump():
    elu = derive(Facts(lookup("elu")), "integral").result
    assert [elu.diff(x).subs({x: at, alpha: 2}) for at in (-1, 3)] == [2 * exp(-1) - 2, 3]
    assert (elu.subs(x, 0) - real("C") - alpha) == 0
    # where the ends of pieces are quotients of parameters, each piece has its branch
    clipped = derive(Facts(lookup("onnx_hard_sigmoid")), "integral").result.subs({alpha: 1, real("beta"): 0})
    assert [clipped.diff(x).subs(x, Rational(at, 2)) for at in (-1, 1, 3)] == [0, Rational(1, 2), 1]
    with pytest.raises(NotSupportedError, match="no antiderivative that is made of elementary functions"):
        derive(Facts(lookup("silu")), "integral")


def test_over_a_pole_each_side_has_its_own_constant():
    found = proved(Facts(Definition("g", alpha / (x - 1), "g")), "integral")
    branches = Piecewise((alpha * log(1 - x), x < 1), (alpha * log(x - 1), x > 1))
    assert found.result == Piecewise((real("C") + branches, Ne(alpha, 0)), (real("C"), True))
    assert found.remarks[0][:4] == ("For ", Ne(alpha, 0), ": ", "F isn't finite at ")
    with pytest.raises(UndecidedError, match="where f has a value"):
        derive(Facts(Definition("g", Piecewise((1 / x, x > 0), (x, True)), "g")), "integral")


def test_a_result_follows_from_an_antiderivative_that_is_differentiated_back():
    facts = Facts(Definition("g", sqrt(1 - x**2), "g"))
    found = proved(facts, "integral")
    assert not result_follows(replace(found, result=found.result + x), facts)


def test_a_mean_by_symmetry_is_proved():
    assert proved(Facts(Definition("g", atan(exp(x)), "g")), "moments").result == Tuple(pi / 4)


@pytest.mark.parametrize(
    ("expr", "rules"),
    [
        (log(2 * x**2 + 3), "by parts; partial fractions; standard integral"),
        (x**2 * exp(-x), "by parts; by parts; standard integral; simplification"),
        (1 / (1 + exp(-2 * x)), "substitution; standard integral"),
        (exp(-x) / (1 + exp(-x)) ** 2, "substitution; standard integral"),
        (tanh(3 * x + 1), "tanh = sinh/cosh; substitution; standard integral"),
        (atan((x - alpha) / 2), "constant multiple; by parts; substitution; standard integral"),
        (erf((x - 1) / 2), "by parts; substitution; standard integral"),
        (x * sqrt(x**2 + alpha), "substitution; standard integral"),
        (x**3 / (1 + x**2), "substitution; partial fractions; standard integral"),
        (x * exp(-Abs(x)), "by parts; standard integral; simplification"),
    ],
    ids=str,
)
def test_integrals_go_forwards_by_steps_that_are_proved(expr, rules):
    facts = Facts(Definition("g", expr, "g"), assume=(alpha > 0,))
    derivation = derive(facts, "integral")
    assert not faulty(derivation, facts)
    chain = derivation.steps[-1] if derivation.steps[-1].substeps else derivation.steps[1]
    assert "; ".join(step.rule for step in chain.substeps) == rules
    for m, step in enumerate(chain.substeps):
        wrong = replace(step, after=2 * step.after)
        changed = replace(chain, substeps=(*chain.substeps[:m], wrong, *chain.substeps[m + 1 :]))
        assert faulty(replace(derivation, steps=(changed,)), facts)


def test_moments():
    relu = derive(Facts(lookup("relu")), "moments")
    assert relu.result == Tuple(1 / sqrt(2 * pi), Rational(1, 2))
    gelu = derive(Facts(lookup("gelu")), "moments")
    assert equal(gelu.result[0], 1 / (2 * sqrt(pi))) is True
    assert equal(gelu.result[1], Rational(1, 3) + 1 / (2 * sqrt(3) * pi)) is True
    assert [step.rule for step in gelu.steps[0].substeps] == ["the definition", "by parts", "completing the square"]
    with pytest.raises(UndecidedError):
        derive(Facts(lookup("mish")), "moments")


@pytest.mark.parametrize(
    ("expr", "low", "high", "rule"),
    [
        (z * exp(z), -oo, oo, "completing the square"),
        (z**4 * exp(-(z**2)), -oo, oo, "moments of a normal variable"),
        (z * erf(2 * z + 1), -oo, oo, "by parts"),
        (erf(2 * z + 1), -oo, oo, "for w ~ N(0, 1) the probability of"),
        (erf(z) * erf(z / 2), -oo, oo, "the probability that two normal variables are negative"),
        (erfc(z / sqrt(2)) ** 3, -oo, oo, "substitution"),
        (tanh(z) + 3, -oo, oo, "z and −z have the same distribution"),
        (z**3 * exp(-z), 1, oo, "substitution"),
        (z * erf(z / sqrt(2)), -oo, alpha, "by parts"),
        (exp(-(z**2) + z), 0, alpha, "antiderivative"),
        (exp(alpha * z), -oo, 0, "substitution"),
        (z * exp(z) * sin(2 * z + 1), -oo, oo, "the characteristic function of N(0, 1)"),
        (cos(alpha * z) ** 2, -oo, oo, "products of waves as sums"),
        (z * cosh(alpha * z + 1), -oo, oo, "hyperbolic functions as exponentials"),
    ],
    ids=str,
)
def test_gaussian_integrals_go_forwards_and_their_steps_are_proved(expr, low, high, rule):
    line = average(expr) if high == oo and low == -oo else over_piece(expr, low, high)
    facts = Facts(Definition("g", x, "g"), assume=(alpha > 0,))
    steps = list(gaussian_steps(line, facts.known))
    assert rule in [step.rule for step in steps]
    assert not steps[-1].after.atoms(Integral, Expectation)
    for step in steps:
        assert step_holds(step, (), facts)
        assert not step_holds(replace(step, after=2 * step.after + 1), (), facts)
        # what the margin says is true as well, but for the unknown g of integration by parts
        for said in (
            part
            for part in step.reason
            if isinstance(part, Eq) and part.lhs != real("u") and not part.atoms(AppliedUndef)
        ):
            assert equal(unfold(said.lhs), unfold(said.rhs)) is True


def test_a_root_of_a_square_is_the_positive_number():
    a, b = real("a"), real("b")
    facts = Facts(
        Definition("g", atan(a * x) * x + sqrt(x**2 + b**2) + exp(-(a**2) * x**2), "g"), assume=(a > 0, b < 0)
    )
    page = derive(facts, "integral")
    assert not page.result.has(Abs)
    assert not faulty(page, facts)


def test_the_mean_of_a_constant_needs_no_symmetry():
    page = proved(Facts(Definition("three", S(3), "three")), "moments")
    assert [step.rule for step in page.steps[0].walk()][-1] == "the mean of a constant"
    assert page.result == Tuple(3, 9)


def test_what_has_no_mean_is_not_given_one_by_symmetry():
    for expr in (sinh(z) * exp(z**2), z * exp(z**2 / 2), 1 / z):
        with pytest.raises(NotSupportedError):
            list(gaussian_steps(average(expr), NOTHING))


def test_the_constants_of_selu_follow_from_the_equations_of_the_fixed_point():
    facts = Facts(lookup("selu"))
    derivation = derive(facts, "moments")
    fixed = derivation.steps[2:]
    assert [step.before.rhs for step in fixed[:2]] == [0, 1]
    assert [step.after.lhs for step in fixed[:2]] == [alpha, real("scale")]
    defaults = {p.symbol: p.default for p in facts.definition.parameters}
    assert [step.after for step in fixed[2:]] == [defaults[alpha], defaults[real("scale")]]
    assert not faulty(replace(derivation, steps=fixed), facts)
    other = [
        replace(s, after=Eq(s.after.lhs, 2 * s.after.rhs) if is_statement(s.after) else 2 * s.after) for s in fixed
    ]
    assert len(faulty(replace(derivation, steps=tuple(other)), facts)) == 4
    assert "1.6732632423543" in "".join(str(part) for part in derivation.remarks[-1])


def test_a_moment_without_closed_form_leaves_the_other():
    facts = Facts(Definition("g", atan(x), "g"))
    derivation = derive(facts, "moments")
    assert derivation.result == Tuple(0)
    assert "No closed form" in derivation.remarks[0][0]
    assert not faulty(derivation, facts)


def test_moments_that_depend_on_a_parameter_are_one_value_in_cases():
    facts = Facts(Definition("g", Max(alpha * x, x), "g"))
    derivation = derive(facts, "moments")
    mean, square = derivation.result
    assert [c for _, c in mean.args] == [alpha < 1, Eq(alpha, 1), alpha > 1]
    assert square.subs(alpha, 3) == 5
    assert not faulty(derivation, facts)


def test_what_an_antiderivative_divides_by_is_not_0():
    a = real("a")
    facts = Facts(Definition("wave", tanh(a * x), "wave"))
    page = derive(facts, "integral")
    assert page.result == Piecewise((log(cosh(a * x)) / a + real("C"), Ne(a, 0)), (real("C"), True))
    assert not faulty(page, facts)


def test_the_integral_of_a_power_depends_on_its_base():
    a = real("a")
    found = proved(Facts(Definition("power", a**x, "power"), assume=(a > 0,)), "integral")
    assert found.result == Piecewise((a**x / log(a) + real("C"), Ne(a, 1)), (x + real("C"), True))


def test_the_constant_of_integration_is_written_last():
    page = symact.define("g", -exp(-x)).derive("integral").text()
    assert page.rstrip().endswith("= e⁻ˣ + C")
