"""Facts of functions of an inner function: bounded oscillations, and those towards a point."""

import pytest
from sympy import cos, pi, sin
from test_facts_card import NONE, UP, ends, shown

from symact.errors import UndecidedError
from symact.proof.steps.tails import tail_sign
from symact.symbols import x


def test_a_bounded_argument_does_not_oscillate():
    names = ("monotonicity", "convexity", "zeros", "stationary_points", "inflection_points")
    on = "Interval(1, oo)"
    assert shown("sin(1/x)", *names, on=on) == ["strictly decreasing", "convex", [], [], []]
    assert shown("sin(1/x)", "lipschitz", on=on)[0]["exact"] == "cos(1)"
    found = shown("sin(tanh(x))", *names)
    assert found[:2] == [UP, NONE]
    assert [places and places[0]["exact"] for places in found[2:]] == ["0", [], "0"]


def test_a_sine_whose_argument_settles_far_out_is_decided():
    text = "x*sin(pi/2*sigmoid(x))"
    assert ends(text) == "[-0.42917, oo)"  # by mpmath.findroot
    assert shown(text, "monotonicity", "lipschitz")[1]["lower"].startswith("1.0588889474338754")
    with pytest.raises(UndecidedError):
        tail_sign(2 + 3 * cos(x), x, 16)
    with pytest.raises(UndecidedError):  # 1/(6*x**3) is less than what Taylor's formula leaves
        tail_sign(sin(pi + 1 / x) + 1 / x, x, 16)
    for expr, sign in ((cos(pi / 2 + 1 / x), -1), (1 - cos(1 / x), 1), (2 + cos(x), 1)):
        assert tail_sign(expr, x, 16) == sign


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


@pytest.mark.campaign
def test_narrow_bumps_far_out_are_decided_quickly():
    text = "sigmoid(x) + 1/(1 + 10**12*(x - 1000)**2)"
    found = shown(text, "convexity", "lipschitz", "inflection_points")
    assert found[0] == NONE
    assert found[1]["lower"].startswith("649519.0528383")  # 3*sqrt(3)/8*10**6, and what the sigmoid adds
    assert [float(p["lower"]) for p in found[2]] == pytest.approx([4.8e-23, 53.2513960156, 1000, 1000], rel=1e-8)
    text = "tanh(x) + exp(-(10**6*(x - 1000))**2)"
    found = shown(text, "lipschitz", "gaussian_mean", "point_symmetry")
    assert found[0]["lower"].startswith("857763.88496070679")  # 10**6*sqrt(2/e) and 1/cosh(1000)**2
    assert found[1]["exact"] == "sqrt(2000000000001)*exp(-1000000000000000000/2000000000001)/2000000000001"
    assert found[2] is None
    found = shown("mish(x) + exp(-((x - 1000)*10**6)**2)/1000", "stationary_points", "lipschitz")
    assert [p["x"]["lower"][:22] for p in found[0]] == [
        "-1.1924312145154952121",
        "1000.00000000050000012",
        "1000.00000294643846004",
    ]
    assert found[1]["lower"].startswith("858.763884960706796480")


def test_a_dip_between_two_steep_gates_is_seen():
    # exp(-10**6*x) and exp(-10**6*x + 10**9) are two kernels, and not powers of exp(-x)
    found = shown("sigmoid(10**6*(x - 1000)) - sigmoid(10**6*(x - 1001))", "stationary_points")
    assert [(p["x"]["exact"], p["kind"]) for p in found[0]] == [("2001/2", "maximum")]


def test_a_turning_point_far_out_next_to_a_tiny_curvature():
    # 1 = 2*10**-15*x but for exp(-5*10**14), and the root of a polynomial in exp(-x) is as close to 0 as that
    found = shown("x*sigmoid(x) - 10**-15*x**2", "stationary_points")[0]
    assert [p["kind"] for p in found] == ["maximum", "minimum", "maximum"]
    assert found[-1]["x"]["lower"].startswith("499999999999999.99999999")


def test_functions_inside_one_another():
    found = shown("gelu(gelu(x))", "stationary_points", "inflection_points")
    assert [p["lower"][:9] for p in found[1]] == ["-1.494933", "1.4720772"]
    assert [p["kind"] for p in found[0]] == ["minimum"]


def test_a_wave_too_fast_to_count_is_seen_to_rise_and_fall():
    assert shown("x**2 + 10**-15*sin(10**10*x)", "monotonicity", "convexity") == [NONE, NONE]


def test_waves_without_a_common_period_recur():
    names = ("zeros", "stationary_points", "inflection_points", "limit_plus_inf", "monotonicity", "inverse")
    assert shown("sin(x) + sin(sqrt(2)*x)", *names) == ["infinite", "infinite", "infinite", "none", NONE, None]


def test_signs_of_lambert_w_and_of_bounded_arguments():
    names = ("monotonicity", "convexity", "zeros", "stationary_points", "inflection_points")
    assert shown("LambertW(exp(x))", *names) == [UP, "convex", [], [], []]
    assert ends("LambertW(x)") == "[-1, oo)"
    assert shown("LambertW(x)", "monotonicity", "domain") == [UP, "[-exp(-1), oo)"]
    assert [p["kind"] for p in shown("cos(exp(-x**2))", "stationary_points")[0]] == ["minimum"]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("sin(x) + sin(sqrt(2)*x)", "(-2, 2)"),
        ("cos(x) + cos(sqrt(2)*x)/2 + 1", "(-1/2, 5/2]"),
        ("-3*cos(pi*x) - cos(x)", "[-4, 4)"),
        ("sin(x + pi/2) + sin(sqrt(2)*x + pi/2)", "(-2, 2]"),
        ("cos(x) + cos(sqrt(4)*x)", "[-9/8, 2]"),  # of one period
    ],
)
def test_two_waves_with_an_irrational_ratio_come_near_every_pair_of_phases(text, span):
    assert ends(text) == span
