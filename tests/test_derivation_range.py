"""Derivations of ranges and symmetry."""

from dataclasses import replace

import pytest
from sympy import (
    And,
    Eq,
    Interval,
    LambertW,
    Limit,
    Ne,
    Piecewise,
    cos,
    exp,
    log,
    oo,
    pi,
    sin,
    tanh,
)

import symact
from symact.catalogue import lookup
from symact.definition import Definition
from symact.derivation.build import derive
from symact.derivation.checking import faulty, step_holds
from symact.derivation.notation import derivative_goal, output
from symact.derivation.proved import proved
from symact.errors import UndecidedError
from symact.facts.record import Facts
from symact.symbols import real, x


def slope(order):
    return derivative_goal(x, order)


def test_ranges():
    swish = derive(Facts(lookup("swish")), "range")
    beta = real("beta")
    assert [tuple(part) for part in swish.result] == [
        (Interval(-oo, oo), Eq(beta, 0)),
        (Interval(-LambertW(exp(-1)) / beta, oo), beta > 0),
    ]
    gelu = derive(Facts(lookup("gelu")), "range")
    assert [row[0] for row in gelu.tables[0].rows] == [(d,) for d in (slope(1), slope(2), output(x))]
    signs = ["".join(str(part) for part in cell) for cell in gelu.tables[0].rows[0][1:]]
    assert signs == ["", "−", "−", "−", "0", "+", "+", "+", ""]
    assert gelu.result.sup == oo
    assert not gelu.result.left_open


def test_the_range_of_what_repeats_itself_is_that_of_a_period():
    facts = Facts(Definition("g", 2 * sin(3 * x) + 1, "g"))
    derivation = derive(facts, "range")
    assert derivation.result == Interval(-1, 3)
    assert not faulty(derivation, facts)
    repeats = derivation.steps[0]
    assert repeats.after == Eq(output(x).subs(x, x + 2 * pi / 3), output(x))
    assert faulty(replace(derivation, steps=(replace(repeats, after=repeats.after.subs(pi, 1)),)), facts)
    with pytest.raises(UndecidedError, match="infinitely many turning points"):
        derive(Facts(Definition("g", x + x * sin(x), "g")), "range")


def test_a_period_may_hold_parameters():
    a, b = real("a"), real("b")
    facts = Facts(Definition("wave", a * sin(b * x), "wave"), assume=(a > 0, b > 0))
    assert proved(facts, "range").result == Interval(-a, a)


def test_beyond_a_compact_part_an_envelope_bounds_the_values():
    facts = Facts(lookup("sinc_normalized"))
    derivation = derive(facts, "range")
    tails = derivation.steps[-7:-1]
    assert tails[0].conditions == (x < -2,)
    assert tails[3].after == (output(x) <= 1 / (pi * x))
    assert all(step_holds(step, step.conditions, facts) for step in tails)
    assert not step_holds(replace(tails[3], after=output(x) <= 1 / (5 * x)), tails[3].conditions, facts)
    assert derivation.result.sup == 1


def test_a_table_is_printed_in_all_formats():
    page = symact.get("gelu").derive("range")
    assert r"\begin{array}{c|ccccccccc}" in page.latex()
    assert "| $f'(x)$ |  | $-$ | $-$ | $-$ | $0$ |" in page.markdown()
    assert '<table class="signs">' in page.html()
    assert "f′(x) │" in page.text()


def test_symmetries():
    found = {name: derive(Facts(lookup(name)), "symmetry").result for name in ("sigmoid", "softsign", "relu")}
    assert found["sigmoid"] == Eq(output(x).subs(x, -x), 1 - output(x))
    assert found["softsign"] == Eq(output(x).subs(x, -x), -output(x))
    one = output(x).subs(x, 1)
    assert found["relu"] == And(Ne(output(x).subs(x, -1), one), Ne(output(x).subs(x, -1), -one))


def test_signs_of_a_derivative_are_told_by_those_of_its_factors():
    a = real("a")
    page = derive(Facts(Definition("steps", -a * x / (1 + x**2), "steps"), assume=(a > 0,)), "range")
    reasons = {step.conditions: step.reason for step in page.steps if step.rule.startswith("so that f ")}
    squared = (1 + x**2) ** 2
    assert reasons[(x > 1,)] == (a, ", ", x**2 - 1, " and ", squared, " are positive")
    assert reasons[(x > -1, x < 1)] == (x**2 - 1, " is negative", " and ", a, " and ", squared, " are positive")


def test_growth_at_both_ends_and_a_value_exclude_symmetry_for_all_parameters():
    facts, mirrored = Facts(lookup("xielu")), output(x).subs(x, -x)
    page = derive(facts, "symmetry")
    assert page.result == And(
        Ne(Limit(output(x) - mirrored, x, oo, "-"), 0), Ne(mirrored.subs(x, 1), -output(x).subs(x, 1))
    )
    assert not faulty(page, facts)


def test_one_centre_for_all_parameters_goes_before_cases():
    facts, lo, hi = Facts(lookup("clip")), real("lo"), real("hi")
    page = derive(facts, "symmetry")
    assert page.result == Eq(output(x).subs(x, lo + hi - x), lo + hi - output(x))
    assert not faulty(page, facts)


def test_the_range_of_a_function_whose_second_derivative_has_a_root_times_a_parameter():
    a = real("a")
    facts = Facts(Definition("scaled", x * tanh(x / a), "scaled"), assume=(a > 0,))
    assert proved(facts, "range").result == Interval(0, oo)


def test_both_derivatives_are_shown_where_their_signs_are():
    goals = [step.goal for step in derive(Facts(lookup("tanh")), "range").steps]
    assert goals[0] == slope(1)
    assert slope(2) in goals


def test_where_turning_points_never_end_limits_may_tell_the_range():
    found = proved(Facts(Definition("g", x + sin(real("a") * x), "g")), "range")
    assert found.result == Interval(-oo, oo)
    assert not found.tables
    with pytest.raises(UndecidedError, match="is not bounded"):
        derive(Facts(Definition("g", x + x * sin(x), "g")), "range")


@pytest.mark.parametrize(
    ("expr", "along", "end"),
    [
        (x * sin(x), -x, oo),
        (cos(x) * exp(-x / 10) + x, x - exp(-x / 10), -oo),
        (Piecewise((x**2 * cos(1 + x**3) - x, x > 1), (0, True)), -(x**2) - x, oo),
    ],
)
def test_a_wave_that_grows_takes_all_values(expr, along, end):
    facts = Facts(Definition("g", expr, "g"))
    found = proved(facts, "range")
    assert found.result == Interval(-oo, oo)
    said = {step.after: step for step in found.steps}
    low, limit = said[Eq(output(x), along)], said[-oo]
    assert limit.before == Limit(along, x, end, "-" if end == oo else "+")
    for wrong in (replace(low, after=Eq(output(x), along + 1)), replace(low, conditions=()), replace(limit, after=oo)):
        assert faulty(replace(found, steps=(wrong,)), facts)


def test_a_domain_on_one_side_is_the_reason_why_there_is_no_symmetry():
    with pytest.raises(UndecidedError, match="no value at -1 and one at 1"):
        derive(Facts(Definition("g", log(x), "g")), "symmetry")
