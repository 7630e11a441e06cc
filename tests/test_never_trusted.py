"""What computer algebra is known to get wrong, asked through the public API: the right verdict, never the wrong one."""

import time

import pytest
from sympy import Abs, Heaviside, Interval, Max, Min, Piecewise, S, Union, oo, sin

import symact
from symact.errors import InputError, SymactError
from symact.facts.record import Facts
from symact.proof.functions.pieces import split
from symact.symbols import real, x

#: Seconds for one claim; all of them together take a few.
LIMIT = 10.0

JUMP = "Piecewise((x, x < 0), (x - 10, True))"
STEP_UP = "Piecewise((x, x < 0), (x + 10, True))"
PEAK = "exp(-10**12*(x - 1/3)**2)"

#: What is the case, and must be found so.
PROVED = [
    # monotonicity and convexity, which is_monotonic and is_convex get wrong at flat points, kinks and jumps
    ("strictly_increasing(x**3, x)",),
    ("strictly_increasing(x + sin(x), x)",),
    ("strictly_increasing(x**3 + 1e-20*x, x)",),
    (f"strictly_increasing({STEP_UP}, x)",),
    ("increasing(relu(x), x)",),
    ("convex(relu(x), x)",),
    ("convex(Abs(x) + exp(x), x)",),
    # extremes: attained or not
    ("range(x*exp(-x), x) == Interval(0, exp(-1))", "x >= 0"),
    ("range(x*exp(-x), x) == Interval.Lopen(0, exp(-1))", "x > 0"),
    ("range(x*exp(-x), x) == Interval.Lopen(-oo, exp(-1))",),
    ("range(cos(x)*cos(4*x), x) == Interval(-1, 1)",),
    ("range(exp(x), x) == Interval.open(0, oo)",),
    ("range(tanh(x), x) == Interval.open(-1, 1)",),
    ("range(relu(x), x) == Interval(0, oo)",),
    ("sin(exp(x)) <= 1",),
    ("cos(x)*cos(4*x) >= -1",),
    # slopes at kinks
    ("diff(relu(x), x) == Heaviside(x)",),
    ("smooth(relu(x), x, 0)",),
    ("smooth(Abs(x)**3, x, 2)",),
    ("smooth(Piecewise((0, x <= 0), (exp(-1/x), True)), x, 3)",),
    # one-sided limits, and limits of expressions with switches
    ('limit(Abs(x)/x, x, 0, "+") == 1',),
    ('limit(Abs(x)/x, x, 0, "-") == -1',),
    ("limit(Piecewise((exp(x), x < 0), (1/x, True)), x, oo) == 0",),
    ("limit(Piecewise((exp(x), x < 0), (1/x, True)), x, -oo) == 0",),
    ("limit(Max(x, Min(0, x**2)), x, oo) == oo",),
    # antiderivatives
    ("integral(softsign(x), x) == Abs(x) - log(1 + Abs(x))",),
    ("diff(Abs(x) - log(1 + Abs(x)), x) == softsign(x)",),
    # saturation, tangency and its shifts
    ("tanh(x) + 1e-40 != tanh(x)",),
    ("1 - tanh(1000) > 0",),
    ("1 - tanh(x) > 0",),
    ("E**x - 1 - x >= 0",),
    ("E**x - 1 - x > 0", "x != 0"),
    ("E**x - 1 - x + 1e-20 > 0",),
    ("x**2 - 2*sqrt(2)*x + 2 >= 0",),
    (f"{PEAK} > 0",),
    # the assumption that is needed is there
    ("sqrt(x**2) == x", "x >= 0"),
    ("sqrt(x**2) == Abs(x)",),
    ("log(x**2) == 2*log(x)",),
    ("log(x**2) == 2*log(Abs(x))",),
    ("relu(a*x) == a*relu(x)", "a >= 0"),
    ("acosh(cosh(x)) == Abs(x)",),
    ("Abs(x)/x == sign(x)",),
]

#: What fails somewhere, and must be found to.
REFUTED = [
    (f"increasing({JUMP}, x)",),
    (f"monotonic({JUMP}, x)",),
    (f"continuous({JUMP}, x)",),
    (f"convex({STEP_UP}, x)",),
    ("convex(Piecewise((x**2, x < 0), (x**2 - x, True)), x)",),
    ("concave(relu(x), x)",),
    ("strictly_increasing(relu(x), x)",),
    ("strictly_increasing(x**3 - 1e-20*x, x)",),
    ("increasing(Piecewise((-1e-30, Eq(x, 0)), (x, True)), x)",),
    ("convex(Piecewise((1, Eq(x, 0)), (x**2, True)), x)",),
    ("continuous(Piecewise((x, x < 0), (x + 1e-30, True)), x)",),
    ("convex(x**4 - 1e-30*x**2, x)",),
    # bounds that are not attained, and those that are
    ("range(x*exp(-x), x) == Interval.Lopen(0, exp(-1))", "x >= 0"),
    ("range(cos(x)*cos(4*x), x) == Interval(-9/10, 1)",),
    ("range(exp(x), x) == Interval(0, oo)",),
    ("range(tanh(x), x) == Interval(-1, 1)",),
    ("range(relu(x), x) == Interval.open(0, oo)",),
    ("x*exp(-x) < exp(-1)",),
    ("cos(x) > -1",),
    ("sin(x) < 1",),
    # touched or crossed at odd multiples of pi only, by several waves of one size
    ("cos(x)*cos(4*x) > -1",),
    ("cos(x)*cos(2*x) > -1",),
    ("cos(x) + cos(3*x) != -2",),
    ("exp(x)*(2 + cos(x) + cos(3*x)) > 0",),
    ("sin(x) + sin(5*x) < 2",),
    ("cos(x)*cos(2*x) + 1 - 1e-60 > 0",),
    ("diff(relu(x), x) == 1/2", "x >= 0"),
    ("smooth(relu(x), x, 1)",),
    ("smooth(Abs(x)**3, x, 3)",),
    ('limit(Abs(x)/x, x, 0, "-") == 1',),
    ('limit(Abs(x)/x, x, 0, "+") == -1',),
    ("integral(softsign(x), x) == x - log(1 + x)",),
    ("integral(softsign(x), x) == Abs(x) - log(1 + x)",),
    # agreement that only looks like equality
    ("Abs(x) == x*tanh(1000*x)",),
    ("tanh(x) + 1e-40 == tanh(x)",),
    ("1 - tanh(1000) == 0",),
    ("E**x - 1 - x > 0",),
    ("E**x - 1 - x - 1e-20 >= 0",),
    ("x**2 - 2*sqrt(2)*x + 2 > 0",),
    ("x**2 - 2*sqrt(2)*x + 2 - 1e-20 >= 0",),
    # narrow bumps and narrow intervals
    (f"{PEAK}/10**30 + x == x",),
    (f"{PEAK} < 1",),
    ("exp(-(x - sqrt(2))**2*10**30) < 1",),
    ("Piecewise((1, And(x > 1, x < 1 + 1e-20)), (0, True)) == 0",),
    ("x + Piecewise((1, And(x > 1000, x < 1000 + 1e-9)), (0, True)) == x",),
    # agreement to 1e-12 on [-5, 5]
    ("tanh(x) == tanh(x) + 1e-13*exp(-(x - 100)**2)",),
    ("sin(x) == sin(x) + 1e-30*x**20/5**20",),
    ("tanh(x) + exp(40*(x - 6)) == tanh(x)",),
    # and beyond |x| = 700
    ("tanh(x) == tanh(x) + Max(0, Abs(x) - 700)",),
    ("exp(x) == exp(Min(x, 700))",),
    ("sigmoid(x) == Piecewise((sigmoid(x), Abs(x) < 700), (0, True))",),
    ("exp(-x**2) == Piecewise((exp(-x**2), x < 800), (0, True))",),
    # at one point only
    ("Piecewise((5, Eq(x, 2)), (tanh(x), True)) == tanh(x)",),
    ("Piecewise((0, Eq(x, 1/3)), (x, True)) == x",),
    ("Piecewise((x, x < sqrt(2)), (x + 1, Eq(x, sqrt(2))), (x, True)) == x",),
    ("sign(x)**2 == 1",),
    # an assumption that nobody stated
    ("sqrt(x**2) == x",),
    ("asin(sin(x)) == x",),
    ("atan(tan(x)) == x",),
    ("acosh(cosh(x)) == x",),
    ("Abs(x)/x == 1",),
    ("relu(a*x) == a*relu(x)",),
    ("exp(pi*sqrt(163)) == 262537412640768744",),
]

#: True, with the reason why it may stay undecided.
NOT_REFUTED = [
    ("endless-oscillation", "range(sin(exp(x)), x) == Interval(-1, 1)"),
    ("two-variables-in-one-log", "log(x*y) == log(x) + log(y)"),
    ("two-variables-in-one-root", "sqrt(x*y) == sqrt(x)*sqrt(y)"),
    ("incommensurable-periods", "sin(x) + sin(sqrt(2)*x) < 2"),
    ("vanishing-margin", "2 + cos(x) + cos(sqrt(2)*x) > 0"),
    ("integral-with-switch", "integral(softsign(t), t, -1, 1) == 0"),
]

#: False, or about something that doesn't exist, with the reason why it may stay undecided.
NOT_PROVED = [
    ("endless-oscillation", "range(sin(exp(x)), x) == Interval.open(-1, 1)"),
    ("endless-oscillation", "sin(exp(x)) < 1"),
    ("no-limit", "limit(Abs(x)/x, x, 0) == 1"),
    ("no-limit", "limit(Abs(x)/x, x, 0) == -1"),
    ("no-limit", "limit(Abs(x)/x, x, 0) == 0"),
    ("no-limit", "limit(relu(x)/x, x, 0) == 1"),
    ("no-limit", "limit(sin(x), x, oo) == 0"),
    ("no-integral", "integral(1/t, t, -1, 1) == 0"),
    ("slope-falls-below-any-bound", "convex(softplus(x) - 1e-30*x**2, x)"),
]


def verdict_on(says, *assume):
    return symact.verify(says, list(assume), timeout=LIMIT)


@pytest.mark.parametrize("claim", PROVED, ids="; ".join)
def test_proved(claim):
    assert verdict_on(*claim).name == "proved"


@pytest.mark.parametrize("claim", REFUTED, ids="; ".join)
def test_refuted(claim):
    assert verdict_on(*claim).name == "refuted"


@pytest.mark.parametrize(("reason", "says"), NOT_REFUTED, ids=str)
def test_true_and_perhaps_undecided(reason, says):
    assert verdict_on(says).name in ("proved", "undecided"), reason


@pytest.mark.parametrize(("reason", "says"), NOT_PROVED, ids=str)
def test_false_and_perhaps_undecided(reason, says):
    assert verdict_on(says).name in ("refuted", "undecided"), reason


@pytest.mark.parametrize(
    "says",
    [
        "9**9**9 > 0",
        "x == 9**9**9**9",
        "x < 1e1000000000",
        "exp(exp(exp(9**60))) > 0",
        "x**(10**9) >= 0",
        "(" * 500 + "x",
    ],
    ids=lambda text: text[:30],
)
def test_huge_texts_are_refused_at_once(says):
    start = time.perf_counter()
    with pytest.raises(InputError):
        symact.verify(says, timeout=LIMIT)
    assert time.perf_counter() - start < 5


def facts_of(text):
    return Facts(symact.define("f", text).definition)


def test_a_kink_has_two_slopes_and_not_their_mean():
    for text in ("Max(0, x)", "x*Heaviside(x)", "(x + Abs(x))/2", "Piecewise((0, x <= 0), (x, True))"):
        facts = facts_of(text)
        (kink,) = facts.joins
        assert (kink.at, kink.value, kink.continuous) == (0, 0, True)
        (slope,) = facts.derivative.joins
        assert (slope.left, slope.right, slope.continuous) == (0, 1, False)
        assert slope.value in (0, 1)
        assert 0 in facts.derivative.conventional


def test_the_branch_that_a_condition_picks_is_no_slope():
    for text in ("Piecewise((x, x < 0), (2*x, True))", "Piecewise((x, x <= 0), (2*x, True))"):
        (slope,) = facts_of(text).derivative.joins
        assert (slope.left, slope.right, slope.continuous) == (1, 2, False)
    facts = facts_of(JUMP)
    (slope,) = facts.derivative.joins
    assert not slope.continuous, "the slopes agree, but there is none at a jump"
    assert 0 in facts.derivative.conventional


def test_what_has_no_limit_has_two_sides():
    facts = facts_of("Abs(x)/x")
    (gap,) = facts.joins
    assert (gap.left, gap.value, gap.right, gap.continuous) == (-1, None, 1, False)
    assert (facts.limit(-1), facts.limit(1)) == (-1, 1)
    assert facts.pieces.domain == Union(Interval.open(-oo, 0), Interval.open(0, oo))


def test_a_removable_singularity_stays_a_hole():
    (hole,) = split(sin(x) / x, x).joins
    assert (hole.left, hole.value, hole.right, hole.continuous) == (1, None, 1, False)
    (slope,) = facts_of("sin(x)/x").derivative.joins
    assert slope.value is None


def test_limits_of_switches():
    assert facts_of("Max(x, Min(0, x**2))").limit(1) == oo
    assert facts_of("Max(x, Min(0, x**2))").limit(-1) == 0
    assert facts_of("Piecewise((exp(x), x < 0), (1/x, True))").limit(1) == 0
    assert facts_of(JUMP).limit(-1) == -oo


def test_pieces_are_where_switches_switch():
    pieces = split(Max(x, Min(0, x**3 - 4 * x)), x).pieces
    assert [p.right for p in pieces[:-1]] == sorted({p.left for p in pieces[1:]})
    for piece in pieces:
        assert not piece.expr.has(Max, Min, Abs, Piecewise, Heaviside)
    whole = Max(x, Min(0, x**3 - 4 * x))
    for at in (S(n) / 8 for n in range(-41, 42, 2)):
        (piece,) = [p for p in pieces if p.left < at < p.right]
        assert piece.expr.subs(x, at) == whole.subs(x, at)


def test_a_switch_of_unknown_place_is_refused():
    with pytest.raises(SymactError):
        split(Max(x, real("a") * x**2), x)


@pytest.mark.parametrize(
    "claim",
    [
        "x**a > -10**100",
        "x**a != -1237/1000",
        "x**x > 0",
        "x**sqrt(2) > 0",
        "integral(0, x) == atan(x) + atan(1/x)",
        "integral(1/(1 + x**2), x) == -atan(1/x)",
        "integral(0, x) == x/Abs(x)",
    ],
)
def test_hidden_domains_are_never_proved(claim):
    assert not symact.verify(claim)
