"""Facts of functions with infinitely many switches or poles that don't repeat themselves, such as x*|sin(x)|."""

import mpmath as mp
import pytest
from test_facts_card import card_of, shown

NONE, ENDLESS = "none", "infinite"


def whole(found):
    return (found["inf"], found["sup"]) == ("-oo", "oo") and found["set"] is None


def test_switches_of_a_growing_wave():
    text = "x*Abs(sin(x))"
    found = dict(
        zip(names := ("parity", "continuity", "joins", "zeros", "stationary_points"), shown(text, *names), strict=True)
    )
    assert found == {
        "parity": "odd",
        "continuity": "C0",
        "joins": ENDLESS,
        "zeros": ENDLESS,
        "stationary_points": ENDLESS,
    }
    span, limit, lipschitz, bends = shown(text, "range", "limit_plus_inf", "lipschitz", "inflection_points")
    assert whole(span)
    assert (limit, lipschitz, bends) == (NONE, "oo", ENDLESS)


def test_jumps_between_two_lines():
    text = "x*sign(sin(x))"
    assert shown(text, "domain", "parity", "continuity", "lipschitz") == ["(-oo, oo)", "even", "discontinuous", "oo"]
    # f' is 1 or -1 wherever it exists, so nothing is flat and nothing bends
    assert shown(text, "stationary_points", "inflection_points", "zeros", "joins") == [[], [], ENDLESS, ENDLESS]
    assert shown(text, "monotonicity", "point_symmetry", "limit_plus_inf") == [NONE, None, NONE]


def test_what_a_relu_leaves_of_a_wave():
    span, zeros, parity = shown("Max(0, x*sin(x))", "range", "zeros", "parity")
    assert (span["inf"]["exact"], span["inf_attained"], span["sup"]) == ("0", True, "oo")
    assert (zeros, parity) == (ENDLESS, "even")


def test_poles_a_period_apart():
    domain, points = shown("x*tan(x)", "domain", "stationary_points")
    assert domain == "(pi*n - pi/2, pi*n + pi/2) for all integers n"
    assert [(p["x"]["exact"], p["kind"]) for p in points] == [("0", "minimum")]  # x + sin(x)*cos(x) is 0 at 0 only
    assert shown("x/sin(x)", "domain") == ["(pi*n, pi*n + pi) for all integers n"]


def test_a_wave_that_fades_has_its_range_near_zero():
    (span,) = shown("exp(-x**2)*Abs(sin(x))", "range")
    at = mp.findroot(lambda t: mp.diff(lambda u: mp.exp(-(u**2)) * mp.sin(u), t), 0.65)
    assert float(span["sup"]["lower"]) == pytest.approx(float(mp.exp(-(at**2)) * mp.sin(at)), rel=1e-14)
    assert shown("exp(-x**2)*Abs(sin(x))", "limit_plus_inf", "zeros")[1] == ENDLESS


def test_suprema_that_are_approached_far_out():
    # f' is cos(x)*tanh(x) + sin(x)/cosh(x)**2, at most sqrt(tanh(x)**2 + 1/cosh(x)**4) < 1, and tends to 1 on 2*pi*n
    lipschitz, symmetry = shown("sin(x)*tanh(x)", "lipschitz", "point_symmetry")
    assert (lipschitz["exact"], symmetry) == ("1", None)


@pytest.mark.campaign
def test_ends_of_a_range_that_are_approached_far_out():
    span, mean = shown("tanh(x)*Abs(cos(x))", "range", "gaussian_mean")
    assert (span["inf"]["exact"], span["sup"]["exact"], mean["exact"]) == ("-1", "1", "0")
    assert not span["inf_attained"]
    assert not span["sup_attained"]
    (span,) = shown("sigmoid(x)*(1 + Abs(sin(x)))", "range")
    assert (span["inf"]["exact"], span["inf_attained"], span["sup"]["exact"]) == ("0", False, "2")
    (span,) = shown("sigmoid(x)*Abs(sin(x))", "range")
    assert (span["inf"]["exact"], span["inf_attained"], span["sup"]["exact"]) == ("0", True, "1")


def test_a_second_moment_needs_no_switches_that_the_square_has_not():
    second, gain = shown("x*Abs(sin(x))", "gaussian_second_moment", "gain")
    assert float(second["lower"]) == pytest.approx(0.5 + 1.5 * float(mp.exp(-2)), rel=1e-14)  # E[z**2*(1 - cos(2*z))]/2
    assert float(gain["lower"]) == pytest.approx(float(second["lower"]) ** -0.5, rel=1e-14)


def test_what_is_zero_on_a_half_line_has_no_infinite_list_of_zeros():
    found = card_of("Max(0, -x)*(2 + Abs(sin(x)))").zeros
    assert not found.proved or found.value is not None


def test_a_limit_along_one_thread_only_is_no_limit():
    # on the points n*pi + pi/2 it tends to oo as it does elsewhere, but nothing is said of all x
    (limit,) = shown("x + Abs(x*sin(x))", "limit_minus_inf")
    assert limit == NONE  # 0 on the points -n*pi - pi/2, and x on the points -n*pi


def test_the_sign_of_what_is_zero_on_intervals_has_no_square_of_one():
    # E[z**2] over sin(z) > 0, which is 1/2
    assert not card_of("x*sign(Max(0, sin(x)))").gaussian_second_moment.proved
