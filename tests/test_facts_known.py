"""Facts against what is known of 47 functions, against minima with many digits, and against samples."""

import copy

import mpmath as mp
import pytest
from facts_oracle import complaints, evaluator
from test_facts_card import NONE, RISING, UP, card_of, ends, shown

from symact.catalogue import definitions
from symact.facts.card import Card
from symact.facts.record import Facts
from symact.facts.roots import Stationary
from symact.proof.numbers import balls
from symact.render.card import record
from symact.render.values import WRITERS

#: Function: range, limits at -oo and oo, monotonicity, convexity, stationary points. The values are those of textbooks; where
#: they have no closed form they come from mpmath.findroot on the derivative with 40 digits.
KNOWN = [
    ("sigmoid", "(0, 1)", "0", "1", UP, NONE, []),
    ("tanh", "(-1, 1)", "-1", "1", UP, NONE, []),
    ("Max(0, x)", "[0, oo)", "0", "oo", RISING, "convex", [["-oo", "0"]]),
    ("Piecewise((0, x < 0), (x, True))", "[0, oo)", "0", "oo", RISING, "convex", [["-oo", "0"]]),
    ("leaky_relu(alpha=1/10)", "(-oo, oo)", "-oo", "oo", UP, "convex", []),
    ("leaky_relu(alpha=2)", "(-oo, oo)", "-oo", "oo", UP, "concave", []),
    ("Max(x/100, x)", "(-oo, oo)", "-oo", "oo", UP, "convex", []),
    ("prelu(a=-1/2)", "[0, oo)", "oo", "oo", NONE, "convex", []),
    ("prelu(a=2)", "(-oo, oo)", "-oo", "oo", UP, "concave", []),
    ("elu(alpha=1/2)", "(-1/2, oo)", "-1/2", "oo", UP, "convex", []),
    ("elu(alpha=1)", "(-1, oo)", "-1", "oo", UP, "convex", []),
    ("elu(alpha=2)", "(-2, oo)", "-2", "oo", UP, NONE, []),
    ("celu(alpha=2)", "(-2, oo)", "-2", "oo", UP, "convex", []),
    ("softplus", "(0, oo)", "0", "oo", UP, "convex", []),
    ("log(1 + exp(2*x))/2", "(0, oo)", "0", "oo", UP, "convex", []),
    ("softsign", "(-1, 1)", "-1", "1", UP, NONE, []),
    ("silu", "[-LambertW(exp(-1)), oo)", "0", "oo", NONE, NONE, [("-1.27846", "-0.27846", "minimum")]),
    ("x*sigmoid(x/2)", "[-2*LambertW(exp(-1)), oo)", "0", "oo", NONE, NONE, [("-2.55692", "-0.55692", "minimum")]),
    ("hard_swish", "[-3/8, oo)", "0", "oo", NONE, NONE, [["-oo", "-3"], ("-1.5", "-0.375", "minimum")]),
    ("hard_sigmoid", "[0, 1]", "0", "1", RISING, NONE, [["-oo", "-3"], ["3", "oo"]]),
    ("relu6", "[0, 6]", "0", "6", RISING, NONE, [["-oo", "0"], ["6", "oo"]]),
    ("hard_tanh(min_val=-1, max_val=1)", "[-1, 1]", "-1", "1", RISING, NONE, [["-oo", "-1"], ["1", "oo"]]),
    ("gelu", "[-0.16997, oo)", "0", "oo", NONE, NONE, [("-0.75179", "-0.16997", "minimum")]),
    ("gelu_tanh", "[-0.17004, oo)", "0", "oo", NONE, NONE, [("-0.75246", "-0.17004", "minimum")]),
    ("mish", "[-0.30884, oo)", "0", "oo", NONE, NONE, [("-1.19243", "-0.30884", "minimum")]),
    ("log_sigmoid", "(-oo, 0)", "-oo", "0", UP, "concave", []),
    ("tanh_shrink", "(-oo, oo)", "-oo", "oo", UP, NONE, [("0", "0", "neither")]),
    ("soft_shrink(lambd=1/2)", "(-oo, oo)", "-oo", "oo", RISING, NONE, [["-1/2", "1/2"]]),
    ("hard_shrink(lambd=1/2)", "(-oo, oo)", "-oo", "oo", RISING, NONE, [["-1/2", "1/2"]]),
    ("arctan", "(-pi/2, pi/2)", "-pi/2", "pi/2", UP, NONE, []),
    ("exp(-x**2)", "(0, 1]", "0", "0", NONE, NONE, [("0", "1", "maximum")]),
    ("sin(x)", "[-1, 1]", "none", "none", NONE, NONE, "infinite"),
    ("Piecewise((sin(x)/x, Ne(x, 0)), (1, True))", "[-0.21723, 1]", "0", "0", NONE, NONE, "infinite"),
    ("(sqrt(x**2 + 1) - 1)/2 + x", "(-oo, oo)", "-oo", "oo", UP, "convex", []),
    ("x/sqrt(1 + x**2/2)", "(-sqrt(2), sqrt(2))", "-sqrt(2)", "sqrt(2)", UP, NONE, []),
    ("Piecewise((x, x >= 0), (x/sqrt(1 + 2*x**2), True))", "(-sqrt(2)/2, oo)", "-sqrt(2)/2", "oo", UP, "convex", []),
    ("squareplus(b=4)", "(0, oo)", "0", "oo", UP, "convex", []),
    ("relu_squared", "[0, oo)", "0", "oo", RISING, "convex", [["-oo", "0"]]),
    ("Heaviside(x)", "[0, 1]", "0", "1", RISING, NONE, [["-oo", "0"], ["0", "oo"]]),
    ("step(value=1)", "[0, 1]", "0", "1", RISING, NONE, [["-oo", "0"], ["0", "oo"]]),
    ("x + sin(x)**2", "(-oo, oo)", "-oo", "oo", UP, NONE, "infinite"),
    ("(exp(2*x) - 1)/2 + 2", "(3/2, oo)", "3/2", "oo", UP, "convex", []),
    ("1 - exp(-exp(x))", "(0, 1)", "0", "1", UP, NONE, []),
    ("x*erf(log(1 + exp(x)))", "[-0.34843, oo)", "0", "oo", NONE, NONE, [("-1.19306", "-0.34844", "minimum")]),
    ("asinh(x)", "(-oo, oo)", "-oo", "oo", UP, NONE, []),
    ("x*log(1 + sigmoid(x))", "[-0.25276, oo)", "0", "oo", NONE, NONE, [("-1.37245", "-0.25277", "minimum")]),
    ("x*tanh(exp(x))", "[-0.35328, oo)", "0", "oo", NONE, NONE, [("-1.07886", "-0.35329", "minimum")]),
]


def _short(place):
    if isinstance(place, list):
        return place
    x, f = (mp.mpf(place[key]["lower"]) + mp.mpf(place[key]["upper"]) for key in ("x", "f"))
    return x / 2, f / 2, place["kind"]


@pytest.mark.parametrize(
    ("text", "span", "left", "right", "word", "bend", "flat"), KNOWN, ids=[row[0] for row in KNOWN]
)
def test_what_is_known_of_47_functions(text, span, left, right, word, bend, flat):
    assert ends(text) == span
    names = ("limit_minus_inf", "limit_plus_inf", "monotonicity", "convexity", "stationary_points")
    low, high, *rest = shown(text, *names)
    assert [v if isinstance(v, str) else v["exact"] for v in (low, high)] == [left, right]
    assert rest[:2] == [word, bend]
    if isinstance(flat, str):
        assert rest[2] == flat
        return
    assert len(rest[2]) == len(flat)
    for place, expected in zip(map(_short, rest[2]), flat, strict=True):
        if isinstance(expected, list):
            assert place == expected
        else:
            assert place[2] == expected[2]
            assert all(abs(a - mp.mpf(b)) < 2e-5 for a, b in zip(place, expected[:2], strict=False))


#: The minima by mpmath.findroot on a closed form of the derivative with 60 digits; SiLU's is -W(1/e).
MINIMA = {
    "silu": lambda t: t / (1 + mp.exp(-t)),
    "gelu": lambda t: t * mp.erfc(-t / mp.sqrt(2)) / 2,
    "gelu_tanh": lambda t: t / 2 * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (t + mp.mpf("0.044715") * t**3))),
    "mish": lambda t: t * mp.tanh(mp.log1p(mp.exp(t))),
    "x*erf(log(1 + exp(x)))": lambda t: t * mp.erf(mp.log1p(mp.exp(t))),
    "x*log(1 + sigmoid(x))": lambda t: t * mp.log1p(1 / (1 + mp.exp(-t))),
    "x*tanh(exp(x))": lambda t: t * mp.tanh(mp.exp(t)),
}


@pytest.mark.parametrize("text", MINIMA)
def test_minima_have_forty_certain_digits(text):
    (point,) = card_of(text).stationary_points.value
    assert isinstance(point, Stationary)
    with mp.workdps(60):
        low, high = (mp.mpf(d) for d in balls.digits(point.value, n=42))
        at = mp.findroot(lambda t: mp.diff(MINIMA[text], t), -1)
        assert abs(MINIMA[text](at) - low) < mp.mpf(10) ** -40
        assert 0 <= high - low < mp.mpf(10) ** -40


FAST = ("range", "joins", "monotonicity", "convexity", "lipschitz", "zeros", "stationary_points", "domain")
ELEMENTWISE = [d for d in definitions() if not d.vector]


def _sampled(facts, count):
    card = Card(facts)
    data = {
        "facts": {n: {"status": f.status, "value": WRITERS[n](f.value)} for n in FAST if (f := getattr(card, n)).proved}
    }
    assert len(data["facts"]) == len(FAST)
    return complaints(data, evaluator(facts.expression, facts.variable), count=count)


@pytest.mark.parametrize("definition", ELEMENTWISE, ids=lambda d: d.name)
def test_the_catalogue_against_samples(definition):
    facts = Facts(definition, {p.symbol: p.default for p in definition.parameters})
    assert _sampled(facts, 24) == []


#: Functions made up to mislead, judged by the sample alone.
STRANGE = [
    "(x - 1)**2*(x + 2)**2",
    "x**5 - 5*x**3 + 4*x",
    "sqrt(x**2 + 2*x + 5) - sqrt(x**2 + 1)",
    "Max(x/5, x**3 - x)",
    "1/(1 + exp(-x)) - 1/(1 + exp(-2*x))",
    "Piecewise((x, x < 1), (2 - x, x < 3), (x - 4, True))",
    "(x**2 - 2)**2*exp(-x)",
    "exp(-x**2)*sin(5*x)",
    "x/(exp(x) - 1)",
    "sigmoid(x)*(1 - sigmoid(x))",
    "exp(cos(x))*sin(x)",
    "sqrt(1 - x**2)",
]


@pytest.mark.parametrize(
    "text", [pytest.param(text, marks=[pytest.mark.campaign] * (k % 2)) for k, text in enumerate(STRANGE)]
)
def test_made_up_functions_against_samples(text):
    assert _sampled(card_of(text).facts, 60) == []


def test_the_sample_notices_a_wrong_fact():
    facts = card_of("mish").facts
    wrong_facts = {
        "monotonicity": UP,
        "convexity": "convex",
        "zeros": [],
        "lipschitz": {"exact": "1", "lower": "1", "upper": "1"},
    }
    data = record(facts, "mish", 20, chosen=["range", "stationary_points", *wrong_facts])
    wrong_facts["range"] = {
        **data["facts"]["range"]["value"],
        "inf": {"exact": None, "lower": "-0.3088", "upper": "-0.3087"},
    }
    f = evaluator(facts.expression, facts.variable)
    assert complaints(data, f, count=40) == []
    for name, wrong in wrong_facts.items():
        changed = copy.deepcopy(data)
        changed["facts"][name]["value"] = wrong
        assert complaints(changed, f, count=40), name
