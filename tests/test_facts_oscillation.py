"""Facts of functions of an inner function: bounded oscillations, and those towards a point."""

import pytest
from test_facts_card import NONE, UP, ends, shown


def test_a_bounded_argument_does_not_oscillate():
    names = ("monotonicity", "convexity", "zeros", "stationary_points", "inflection_points")
    on = "Interval(1, oo)"
    assert shown("sin(1/x)", *names, on=on) == ["strictly decreasing", "convex", [], [], []]
    assert shown("sin(1/x)", "lipschitz", on=on)[0]["exact"] == "cos(1)"
    found = shown("sin(tanh(x))", *names)
    assert found[:2] == [UP, NONE]
    assert [places and places[0]["exact"] for places in found[2:]] == ["0", [], "0"]


@pytest.mark.parametrize(
    ("text", "span"),
    [("x**2*(1 - cos(1/x))", "[0, 1/2)"), ("x*sin(1/x)", "[-0.21723, 1)")],
)
def test_oscillations_towards_a_point_are_seen_from_infinity(text, span):
    assert ends(text) == span
    assert shown(text, "zeros") == ["infinite"]


def test_extreme_values_at_mirrored_points_are_equal():
    # -0.42374 and 0.42374 are values of the derivative at two points without a closed form
    assert shown("1/(2 + sin(x))", "lipschitz")[0]["lower"].startswith("0.4237432928")
