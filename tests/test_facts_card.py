"""The ways a card could be wrong: jumps, bumps, holes, parameters, and the time it takes."""

import mpmath as mp
import pytest
from sympy import Abs, LambertW, Rational, erf, exp, oo, pi, sqrt

from symact.commands.options import facts_of
from symact.facts.card import FACTS, Card
from symact.facts.fact import Fact
from symact.facts.record import Facts
from symact.parse import parse_function
from symact.proof.numbers import balls
from symact.render.values import WRITERS
from symact.symbols import real

UP, DOWN, RISING, NONE = "strictly increasing", "strictly decreasing", "nondecreasing", "none"


def card_of(text, assume=(), on=None, **settings):
    function = parse_function(text, [f"{name}={value}" for name, value in settings.items()])
    return Card(facts_of(function, assume, on))


def shown(text, *names, assume=(), on=None):
    card = card_of(text, assume, on)
    facts = [getattr(card, name) for name in names]
    assert all(fact.proved for fact in facts), [fact.reason for fact in facts]
    return [WRITERS[fact.name](fact.value) for fact in facts]


def ends(text):
    """The range in short: its ends with brackets."""
    (value,) = shown(text, "range")
    low, high = (v if isinstance(v, str) else v["exact"] or v["lower"][:8] for v in (value["inf"], value["sup"]))
    return f"{'[' if value['inf_attained'] else '('}{low}, {high}{']' if value['sup_attained'] else ')'}"


def test_closed_forms_are_found_where_they_are_proved():
    assert card_of("silu").range.value.inf.has(LambertW)
    assert shown("silu", "range")[0]["inf"]["exact"] == "-LambertW(exp(-1))"
    assert shown("silu", "stationary_points")[0][0]["x"]["exact"] == "-1 - LambertW(exp(-1))"
    assert card_of("gelu").inflection_points.value == [-sqrt(2), sqrt(2)]
    assert card_of("gelu").lipschitz.value == exp(-1) / sqrt(pi) + erf(1) / 2 + Rational(1, 2)
    assert card_of("x**3*exp(-x**2)").inflection_points.value == [-sqrt(3), -sqrt(2) / 2, 0, sqrt(2) / 2, sqrt(3)]


def test_jumps_oscillation_and_restricted_domains():
    assert shown("Piecewise((x, x < 0), (x - 10, True))", "monotonicity", "continuity", "lipschitz") == [
        NONE,
        "discontinuous",
        "oo",
    ]
    assert ends("cos(x)*cos(4*x)") == "[-1, 1]"
    assert ends("sin(exp(x))") == "[-1, 1]"
    (value,) = shown("x*exp(-x)", "range", on="Interval(0, oo)")
    assert (value["inf"]["exact"], value["inf_attained"], value["sup"]["exact"]) == ("0", True, "exp(-1)")
    assert shown("log(cosh(x)) - Abs(x)", "monotonicity", "convexity", "limit_plus_inf")[:2] == [NONE, NONE]
    assert ends("log(cosh(x)) - Abs(x)") == "(-log(2), 0]"
    assert ends("tanh(x)*sin(x)") == "(-1, 1)"
    assert ends("(1 - cos(x))/x**2") == "[0, 1/2)"
    assert shown("x*sin(x)", "zeros", "range")[0] == "infinite"


def test_a_bump_far_out_is_seen():
    (value,) = shown("tanh(x) + exp(-(x - 1000)**2*1000000)", "range")
    assert mp.mpf(value["sup"]["lower"]) > mp.mpf("1.9999")
    (zeros,) = shown("x**2 + 1 - 1000*exp(-(x - 20)**2*10**8)", "zeros")
    assert len(zeros) == 2
    assert shown("x + exp(-(x - 5)**2*10**8)", "monotonicity") == [NONE]


def test_smoothness_at_corners():
    for text, expected in (
        ("Abs(x)", "C0"),
        ("x*Abs(x)", "C1"),
        ("Max(x, 0)**3", "C2"),
        ("Piecewise((exp(-1/x), x > 0), (0, True))", "Coo"),
        ("Piecewise((sin(x)/x, Ne(x, 0)), (1, True))", "Coo"),
        ("Piecewise((x**2*sin(1/x), Ne(x, 0)), (0, True))", "C0"),
        ("sqrt(x)", "C0"),
        ("1/x", "Coo"),
        ("Piecewise((1/x, Ne(x, 0)), (0, True))", "discontinuous"),
    ):
        assert shown(text, "continuity") == [expected], text


def test_answers_depend_on_parameters():
    elu = card_of("elu")
    assert [(f.value, f.when) for f in elu.convexity] == [("convex", "alpha <= 1"), (NONE, "alpha > 1")]
    assert [(f.value, f.when) for f in elu.continuity] == [(0, "alpha != 1"), (1, "alpha == 1")]
    assert next((f.value, f.when) for f in elu.lipschitz) == (1, "alpha <= 1")
    assert str(elu.range.value.inf) == "-alpha"
    slopes = [(str(f.value), f.when) for f in card_of("prelu").lipschitz]
    assert slopes == [("-a", "a < -1"), ("1", "a >= -1 and a <= 1"), ("a", "a > 1")]
    leaky = card_of("leaky_relu").convexity
    assert [(f.value, f.when) for f in leaky] == [
        ("convex", "alpha < 1"),
        ("affine", "alpha == 1"),
        ("concave", "alpha > 1"),
    ]
    swish = {f.when: f.value for f in card_of("swish").range}
    assert swish["beta == 0"].inf == -oo
    assert balls.sign(
        swish["beta > 0"].inf.subs(dict.fromkeys(swish["beta > 0"].inf.free_symbols, 2)) + LambertW(exp(-1)) / 2
    ) in (0, None)


def test_corners_without_a_closed_form_are_zeros_and_mirror_images():
    mirrored = card_of("Abs(3*tanh(x) - x)")
    assert mirrored.parity.value == "even"
    assert [round(float(p), 9) for p in mirrored.zeros.value] == [-2.984704585, 0, 2.984704585]
    turned = card_of("Abs(x**5 - 5*x - 1)")
    assert turned.parity.value == NONE
    assert [round(float(p), 9) for p in turned.zeros.value] == [-1.440500397, -0.200064103, 1.541651684]


def test_signs_of_a_bend_with_a_parameter_are_seen_where_its_zeros_are_not():
    # f'' is 2*(1 - x*tanh(x + a))/cosh(x + a)**2, positive at x = 0 and negative far out
    assert card_of("x*tanh(x + a)").convexity.value == NONE
    assert card_of("x*sigmoid(x + a)").convexity.value == NONE


def test_a_shift_inside_an_exponential_hides_no_turning_point():
    card = card_of("x*sigmoid(x + a)")
    (turn,) = card.stationary_points.value
    found = (turn.x, turn.value, card.range.value.inf)
    assert [value.subs({real("a"): 1}) for value in found] == [-1 - LambertW(1), -LambertW(1), -LambertW(1)]


def test_a_monotonic_function_with_parameters_has_the_zero_that_is_seen():
    assert shown("(1 - a)*x + a*tanh(x)", "zeros", assume=("a > 0", "a < 1"))[0][0]["exact"] == "0"
    assert shown("x**3 + a*atan(x)", "zeros", "monotonicity", assume=("a > 0",))[1] == UP
    assert not card_of("x*exp(x**2) - a*atan(x)", ("a > 0",)).zeros.proved  # three of them where a > 1


def test_what_is_not_decided_says_why():
    fact = card_of("log(1 + exp(x))*sin(x**3)").lipschitz
    assert fact.proved or fact.reason
    card = Card(Facts(parse_function("gelu_tanh").definition), timeout=1e-3)
    assert (card.range.status, card.range.value) == ("undecided", None)
    assert "within" in card.range.reason


def test_one_fact_computes_only_what_it_needs(monkeypatch):
    asked = []
    for name, kind in list(FACTS.items()):
        monkeypatch.setitem(
            FACTS, name, type(kind)(lambda f, k, c=kind, n=name: asked.append(n) or c.compute(f, k), kind.method)
        )
    card = card_of("mish")
    assert card.zeros.value == [0]
    assert card.zeros is card.zeros
    assert asked == ["zeros"]
    with pytest.raises(AttributeError, match="no fact named colour"):
        card.colour  # noqa: B018


def test_a_hole_stays_where_a_value_of_a_parameter_cancels_it():
    assert [(f.value[0].x, f.when) for f in card_of("x**2/(x - a)").joins][1] == (0, "a == 0")
    assert {f.when: f.value for f in card_of("a/x").zeros} == {"a != 0": [], "a == 0": [(-oo, 0), (0, oo)]}
    assert shown("a/x + 1", "domain") == ["(-oo, 0) U (0, oo)"]
    assert WRITERS["domain"](card_of("a/x", a=0).domain.value) == "(-oo, 0) U (0, oo)"


@pytest.mark.parametrize("text", ["Piecewise((x*exp(x) - 1, x*exp(x) < 3), (2, True))", "Min(2, x + sin(x)/2)"])
def test_pieces_that_meet_where_a_root_is_are_no_jump(text):
    (bend,) = card_of(text).joins.value
    assert (bend.left, bend.value, bend.right) == (2, 2, 2)


@pytest.mark.parametrize(("end", "shape"), [(2, "convex"), (0, "affine"), (-1, "concave")])
def test_a_convex_function_may_jump_up_at_an_end_of_its_domain(end, shape):
    assert shown(f"Piecewise(({end}, x <= 0), (x, True))", "convexity", on="Interval(0, 1)") == [shape]


def test_a_domain_that_depends_on_an_exponent_is_not_guessed():
    fact = card_of("x**a").zeros
    assert not fact.proved
    assert "depends on its exponent" in fact.reason
    domains = {f.when: WRITERS["domain"](f.value) for f in card_of("Abs(x)**a").domain}
    assert domains == {"a < 0": "(-oo, 0) U (0, oo)", "a >= 0": "(-oo, oo)"}
    assert {f.when: f.value for f in card_of("Abs(x)**a").zeros} == {"a <= 0": [], "a > 0": [0]}
    assert card_of("Abs(x)**a", a=2).zeros.value == [0]
    assert card_of("exp(a*x) + (1 + x**2)**a").zeros.value == []


def test_the_slope_of_a_power_of_relu_is_zero_where_relu_is():
    cases = card_of("Max(0, x)**p", ["p > 0"]).derivative
    assert [f.value.subs({real("x"): -3}) for f in cases] == [0, 0]
    assert [f.value.subs({real("x"): 2, real("p"): p}) for f, p in zip(cases, (3, 1), strict=True)] == [12, 1]
    assert shown("x/(1 + Abs(x)**p)**(1/p)", "domain", "parity", "range", assume=["p >= 1"])[:2] == ["(-oo, oo)", "odd"]


def test_nothing_is_divided_by_a_parameter_that_may_be_zero():
    assert [(f.value, f.when) for f in card_of("a*x").gain] == [(1 / Abs(real("a")), "a != 0"), (None, "a == 0")]
    assert [(str(f.value), f.when) for f in card_of("a/x").output_relation] == [("-f**2/a", "a != 0"), ("0", "a == 0")]


def test_that_no_output_relation_was_found_proves_nothing():
    found = card_of("x + sin(x)").output_relation  # (f' - 1)**2 + (f - x)**2 = 1
    assert not found.proved
    assert "that there is none isn't proved" in found.reason
    found = card_of("gelu").output_relation
    assert (found.proved, found.value) == (True, None)
    assert "algebraically independent" in found.method


def test_the_ends_of_a_restriction_are_no_isolated_points():
    assert shown("sqrt(x)", "domain", on="Interval(-1, 2)") == ["[0, 2]"]
    assert shown("sqrt(1 - x**2)", "monotonicity", on="Interval(0, 1)") == [DOWN]


def test_a_card_shares_its_time_between_facts(monkeypatch):
    """Each is tried for a short time first; then those that weren't finished take half of what is left, the last one all of it."""
    clock, given = [0.0], []

    def slow(card, name, seconds):
        needed = {"range": 6, "parity": 50, "zeros": 100}.get(name, 0.25)
        given.append((name, seconds))
        clock[0] += min(seconds, needed)
        late = seconds < needed
        (card._unfinished.add if late else card._unfinished.discard)(name)
        return Fact(name, None, "", proved=False, reason="late" if late else "slow")

    monkeypatch.setattr("symact.facts.card.monotonic", lambda: clock[0])
    monkeypatch.setattr(Card, "_find", slow)
    found = dict(Card(Facts(parse_function("relu").definition), timeout=20))
    assert list(found) == list(FACTS)
    assert {seconds for _, seconds in given[: len(FACTS)]} == {0.8}
    left = 20 - 0.25 * (len(FACTS) - 3) - 3 * 0.8
    assert [name for name, _ in given[len(FACTS) :]] == ["range", "parity", "zeros"]
    assert [seconds for _, seconds in given[len(FACTS) :]] == pytest.approx([left / 2, (left - 6) / 2, (left - 6) / 2])
    assert {name for name, fact in found.items() if fact.reason == "late"} == {"parity", "zeros"}
    assert clock[0] == pytest.approx(20)


def test_a_card_of_hard_facts_alone_takes_its_time_and_no_more(monkeypatch):
    clock = [0.0]

    def endless(card, name, seconds):
        clock[0] += seconds
        card._unfinished.add(name)
        return Fact(name, None, "", proved=False, reason="late")

    monkeypatch.setattr("symact.facts.card.monotonic", lambda: clock[0])
    monkeypatch.setattr(Card, "_find", endless)
    assert len(dict(Card(Facts(parse_function("relu").definition), timeout=20))) == len(FACTS)
    assert clock[0] <= 20
