"""Derivations of limits."""

from dataclasses import replace

import pytest
from sympy import (
    And,
    Eq,
    Interval,
    Limit,
    Max,
    Ne,
    Piecewise,
    S,
    Tuple,
    cos,
    exp,
    log,
    oo,
    sin,
    sqrt,
    tanh,
)

from symact.catalogue import lookup
from symact.definition import Definition
from symact.derivation import checking
from symact.derivation.build import derive
from symact.derivation.checking import faulty, step_holds
from symact.derivation.limits import limit_steps
from symact.derivation.notation import derivative_goal, output
from symact.derivation.proved import proved
from symact.derivation.steps import ARROW, Step
from symact.errors import UndecidedError
from symact.facts.record import Facts
from symact.proof.algebra.assume import NOTHING, assuming
from symact.proof.algebra.field import equal
from symact.proof.asymptotics.ends import limit_at
from symact.proof.properties.course import course
from symact.render import render
from symact.symbols import real, x


def same(before, after, known):
    return before == after or equal(before, after, known.relations) is True


def limit_value(line, known):
    if not isinstance(line, Limit):
        return line
    body, _, at, sign = line.args
    return limit_at(body, x, at, -1 if str(sign) == "-" else 1, known)


def test_ends_of_the_domain_have_their_limits():
    page = derive(Facts(Definition("g", x * log(x), "g")), "limits")
    assert page.goal == Tuple(Limit(output(x), x, 0, "+"), Limit(output(x), x, oo, "-"))
    assert [step.rule for step in page.steps[0].substeps] == ["L'Hôpital's rule", "limit laws"]
    assert not faulty(page, Facts(Definition("g", x * log(x), "g")))


def test_what_is_assumed_is_said():
    page = derive(Facts(Definition("g", x * tanh(real("a") * x), "g"), assume=(real("a") > 0,)), "limits")
    assert "where a > 0." in render([page], "text")


def test_a_case_that_never_arises_is_not_shown():
    alpha, beta = real("alpha_n"), real("beta")
    cases = [case for _, case in derive(Facts(lookup("xielu")), "range").result]
    assert cases == [alpha < beta, Eq(alpha, beta), alpha > beta]


@pytest.mark.parametrize(
    ("expr", "point", "side", "value"),
    [
        (x / (1 + exp(-x)), -oo, 1, 0),
        (x / (1 + exp(-x)), oo, -1, oo),
        (log(1 + exp(x)) - x, oo, -1, 0),
        (sqrt(x**2 + x) - x, oo, -1, 1 / (1 + sqrt(1))),
        (x / (1 + x), oo, -1, 1),
        (x * tanh(exp(x)), -oo, 1, 0),
        ((exp(x) - 1) / x, 0, 1, 1),
        (x**3 * exp(-x), oo, -1, 0),
    ],
)
def test_limits_in_steps(expr, point, side, value):
    steps = limit_steps(expr, x, point + x * 0, side, NOTHING, Limit(output(x), x, point))
    assert steps[-1].after == value
    assert steps[0].before == Limit(expr, x, point, "-" if side < 0 else "+")
    for step in steps:
        assert same(limit_value(step.before, NOTHING), limit_value(step.after, NOTHING), NOTHING)


def test_no_limit_is_said_so():
    with pytest.raises(UndecidedError, match="no limit"):
        limit_steps(sin(x), x, oo, -1, NOTHING, Limit(output(x), x, oo))


@pytest.mark.parametrize(
    ("expr", "point", "reason"),
    [
        (log(x / (1 - x)), S.Zero, (x / (1 - x), ARROW, S.Zero)),
        (1 / x, S.Zero, (x, ARROW, S.Zero)),
        (tanh(x), oo, (tanh(x), ARROW, S.One)),
    ],
)
def test_a_reason_is_another_limit_than_the_one_it_gives(expr, point, reason):
    (step,) = limit_steps(expr, x, point, 1, assuming([x > 0, x < 1]), Limit(output(x), x, point))
    assert step.reason == reason


def test_no_cases_where_the_limit_needs_none():
    page = proved(Facts(lookup("laplace_mega")), "limits")
    assert page.result == Tuple(0, 1)
    assert not any(step.conditions for step in page.steps)


def test_cases_that_end_with_one_value_are_what_is_left():
    upper = real("upper")
    page = derive(Facts(lookup("rrelu")), "limits")
    assert page.result[0] == Piecewise((0, Eq(upper, 0)), (-oo, True))


def test_sequences_that_differ_for_most_parameters_do_so_in_a_case():
    a = real("a")
    facts = Facts(Definition("half wave", Piecewise((x, x > 0), (a * sin(x), True)), "half wave"))
    page = derive(facts, "limits")
    assert page.goal[3] == Limit(output(x), x, -oo, "+")
    assert page.result[3] == Piecewise((0, Eq(a, 0)))
    assert not faulty(page, facts)


def test_an_enclosed_zero_is_found_again_though_its_enclosure_is_another(monkeypatch):
    monkeypatch.setattr(checking, "_relation_holds", lambda *_: False)
    sinc = sin(x) / x
    one, other = (course(sinc.diff(x), x, low, S(5), NOTHING).points[0] for low in (S(4), S.One))
    assert (one.low, one.high) != (other.low, other.high)
    inside = (x > 1, x < one)
    facts = Facts(Definition("sinc", sinc, "sinc"))
    assert step_holds(Step("", S.true, derivative_goal(x, 1) < 0, "", inside), inside, facts)
    assert not step_holds(Step("", S.true, derivative_goal(x, 1) > 0, "", inside), inside, facts)


def test_limits_at_joins_come_in_pairs():
    derivation = derive(Facts(lookup("hard_tanh")), "limits")
    low, high = real("min_val"), real("max_val")
    assert derivation.result == Tuple(low, low, low, high, high, high)
    assert [goal.args[2] for goal in derivation.goal] == [-oo, low, low, high, high, oo]


@pytest.mark.parametrize(
    ("expr", "point", "rules"),
    [
        (sin(3 * x) * exp(-(x**2)), oo, ["squeeze theorem"]),
        (x + sin(x), oo, ["comparison with a bound"]),
        ((1 - cos(x)) / x**2, 0, ["L'Hôpital's rule", "L'Hôpital's rule", "limit laws"]),
        (exp(-x) / (1 + exp(-x)) ** 2, oo, ["limit laws"]),
        (x * exp(-x), oo, ["exponentials outgrow powers"]),
    ],
)
def test_the_rule_that_is_named_is_the_one_that_is_needed(expr, point, rules):
    steps = limit_steps(expr, x, point + x * 0, -1, NOTHING, Limit(output(x), x, point))
    assert [step.rule for step in steps] == rules


def test_two_sequences_show_that_there_is_no_limit():
    facts = Facts(Definition("g", Max(x, sin(x)), "g"))
    derivation = derive(facts, "limits")
    assert derivation.result == Tuple(0, 0, oo)
    assert "no limit at −∞" in derivation.steps[2].rule
    assert not faulty(derivation, facts)
    value = derivation.steps[1]
    wrong = replace(derivation.steps[2], after=Ne(value.goal, value.goal, evaluate=False))
    assert faulty(replace(derivation, steps=(wrong,)), facts)
    open_ended = derive(Facts(Definition("g", sin(exp(x)), "g"), on=Interval(0, oo)), "limits")
    assert open_ended.result == Tuple(sin(1))
    assert open_ended.remarks == (("No limit was found for ", x, " → ", oo, "."),)


def test_a_parameter_is_not_0_where_a_branch_divides_by_it():
    a = real("a")
    limits = derive(Facts(Definition("g", Piecewise((a * (exp(x / a) - 1), x < 0), (x, True)), "g")), "limits")
    assert limits.result[0] == Piecewise((-oo, a < 0), (-a, a > 0))
    assert Facts(Definition("g", Piecewise((x, x < 1), (1 / a, x < 0), (x, True)), "g")).known.relations == ()


def test_cases_of_parameters_are_told_by_their_own_signs_and_have_their_values_in_them():
    derivation = derive(Facts(lookup("keras_relu")), "range")
    slope_below, threshold = real("negative_slope"), real("threshold")
    conditions = [condition for _, condition in derivation.result]
    assert conditions[0] == And(Eq(slope_below, 0), Eq(threshold, 0))
    assert conditions[1] == And(Eq(slope_below, 0), threshold > 0)
    assert derivation.result[0][0] == Interval(0, real("max_value"))
    assert derivation.parameters == ()


def test_the_squeeze_theorem_at_a_point():
    found = proved(Facts(Definition("g", x * sin(1 / x), "g")), "limits")
    assert found.result == Tuple(1, 0, 0, 1)
    assert found.steps[1].rule == "squeeze theorem"


def test_limits_at_joins_that_are_there_for_some_parameters_only():
    a = real("a")
    found = proved(Facts(Definition("g", Max(x, a * x, -1), "g")), "limits")
    values = dict(zip(found.goal, found.result, strict=True))
    assert values[Limit(output(x), x, 0, "-")] == Piecewise((0, Ne(a, 1)))
    assert values[Limit(output(x), x, -1, "-")] == Piecewise((-1, a >= 1))
    assert values[Limit(output(x), x, -oo)] == Piecewise((oo, a < 0), (0, Eq(a, 0)), (-1, True))
