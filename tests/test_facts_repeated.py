"""Facts of functions that repeat themselves: of sines with switches and poles, alone or with a line added."""

import mpmath as mp
import pytest
from sympy import oo
from test_facts_card import NONE, UP, card_of, ends, shown

from symact.facts.cycle import cycle
from symact.proof.algebra.assume import NOTHING
from symact.symbols import x

#: Function: domain, range, parity, continuity, Lipschitz constant, joins, zeros, stationary points, inflection points.
KNOWN = [
    ("Abs(sin(x))", "(-oo, oo)", "[0, 1]", "even", "C0", "1", "infinite", "infinite", "infinite", []),
    ("Max(sin(x), 0)", "(-oo, oo)", "[0, 1]", "none", "C0", "1", "infinite", "infinite", "infinite", []),
    ("tan(x)", "pi*n - pi/2", "(-oo, oo)", "odd", "Coo", "oo", "infinite", "infinite", [], "infinite"),
    ("1/sin(x)", "(pi*n, pi*n + pi)", "(-oo, oo)", "odd", "Coo", "oo", "infinite", [], "infinite", []),
    ("1/(1 + sin(x))", "2*pi*n", "[1/2, oo)", "none", "Coo", "oo", "infinite", [], "infinite", []),
    ("asin(sin(x))", "(-oo, oo)", "[-pi/2, pi/2]", "odd", "C0", "1", "infinite", "infinite", [], []),
    ("acos(cos(x))", "(-oo, oo)", "[0, pi]", "even", "C0", "1", "infinite", "infinite", [], []),
    ("sin(x) + Abs(cos(x))", "(-oo, oo)", "[-1, sqrt(2)]", "none", "C0", "sqrt(2)", *["infinite"] * 4),
    ("sign(sin(x))", "(-oo, oo)", "[-1, 1]", "odd", "discontinuous", "oo", "infinite", "infinite", "infinite", []),
    ("log(sin(x))", "(2*pi*n, 2*pi*n + pi)", "(-oo, 0]", "none", "Coo", "oo", [], "infinite", "infinite", []),
    ("sqrt(sin(x))", "[2*pi*n, 2*pi*n + pi]", "[0, 1]", "none", "C0", "oo", [], "infinite", "infinite", []),
    ("Abs(sin(x))*sin(x)", "(-oo, oo)", "[-1, 1]", "odd", "C1", "1", [], "infinite", "infinite", "infinite"),
]


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row[0], marks=[pytest.mark.campaign] * (k % 2)) for k, row in enumerate(KNOWN)]
)
def test_periodic_functions_with_switches_and_poles(row):
    text, domain, span, parity, smooth, slope, *places = row
    names = ("parity", "continuity", "lipschitz", "joins", "zeros", "stationary_points", "inflection_points")
    assert domain in shown(text, "domain")[0]
    assert ends(text) == span
    word, level, bound, *found = shown(text, *names)
    assert (word, level, bound if isinstance(bound, str) else bound["exact"]) == (parity, smooth, slope)
    assert found == places
    rest = ("limit_minus_inf", "limit_plus_inf", "monotonicity", "convexity", "inverse", "asymptotes")
    assert shown(text, *rest) == ["none", "none", NONE, NONE, None, {"-oo": None, "oo": None}]


def test_the_range_of_a_square_wave_is_its_values():
    assert shown("sign(sin(x))", "range")[0]["set"] == "{-1, 0, 1}"
    assert shown("Heaviside(sin(x))", "dead_zones", "point_symmetry")[0] == "infinite"
    assert shown("sign(sin(x))**2 + cos(x)**2 + sin(x)**2", "zeros", "limit_plus_inf") == [[], "none"]


def test_what_drifts_along_a_line():
    names = ("monotonicity", "limit_minus_inf", "joins", "stationary_points", "parity")
    assert shown("x + Abs(sin(x))", *names) == [UP, "-oo", "infinite", [], "none"]
    assert ends("x + Abs(sin(x))") == "(-oo, oo)"
    assert shown("-x + asin(sin(x))/2", "monotonicity", "parity") == ["strictly decreasing", "odd"]
    places = [z["lower"][:7] for z in shown("x + 3 + 2*Abs(sin(x))", "zeros")[0]]
    assert places == ["-4.9457", "-3.2841", "-3.0943"]  # by mpmath.findroot
    assert "gaps" in card_of("x + 5*sign(sin(x))").range.reason


def test_moments_are_sums_over_the_periods():
    for text, f in (("Abs(sin(x))", lambda t: abs(mp.sin(t))), ("Max(sin(x), 0)", lambda t: max(mp.sin(t), 0))):
        mean, second = shown(text, "gaussian_mean", "gaussian_second_moment")
        for value, power in ((mean, 1), (second, 2)):
            edges = [k * mp.pi for k in range(-4, 5)]
            exact = mp.quad(lambda t, p=power: f(t) ** p * mp.npdf(t), edges)  # noqa: B023
            assert abs(mp.mpf(value["lower"]) - exact) < 1e-12
    assert shown("tan(x)", "gaussian_mean", "gaussian_second_moment", "gain")[:2] == ["none", "oo"]
    assert shown("asin(sin(x))", "gaussian_mean")[0]["exact"] == "0"


def test_an_unknown_speed_is_told_apart():
    facts = card_of("Abs(sin(a*x))").range
    assert [(str(f.value.sup), f.when) for f in facts] == [("1", "a != 0"), ("0", "a == 0")]
    assert card_of("Abs(sin(a*x))").saturation.proved is False
    assert [str(f.value) for f in card_of("Abs(sin(a*x))").lipschitz] == ["-a", "0", "a"]


def test_what_does_not_repeat_itself_is_told():
    for expr in (x, abs(x) + 1, x * (x + 1)):
        assert cycle(expr, x, NOTHING) is None


def test_what_holds_for_most_parameters_is_not_said_of_all():
    for text, when in (("sin(a*x)", "a"), ("a*sin(x)", "a")):
        card = card_of(text)
        assert [(f.value, f.when) for f in card.limit_plus_inf] == [(None, f"{when} != 0"), (0, f"{when} == 0")]
        assert [(f.value, f.when) for f in card.parity] == [("odd", f"{when} != 0"), ("even", f"{when} == 0")]
        assert card.dead_zones[1].value == [(-oo, oo)]
        assert card.standardisation[1].value is None
    limits = card_of("a*sin(x/a)").limit_plus_inf
    assert (limits.proved, limits.value) == (True, None)


def test_a_function_has_no_value_where_its_denominator_is_zero_for_all_x():
    facts = card_of("log(1 + exp(a*x))/a").range
    assert [(str(f.value.inf), str(f.value.sup), f.when) for f in facts] == [
        ("-oo", "0", "a < 0"),
        ("0", "oo", "a > 0"),
    ]
    assert card_of("x/a").parity.value == "odd"


def test_the_bound_on_a_chain_of_gradients_is_a_power_of_one_slope():
    assert shown("sin(x) + Abs(cos(x))", "chain_bound") == [
        {"base": shown("sqrt(2) + 0*x", "range")[0]["inf"], "power": "n"}
    ]
