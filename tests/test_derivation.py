"""Every step of every derivation is put to the prover, and a changed one is noticed."""

from dataclasses import replace

import pytest
from sympy import (
    Abs,
    And,
    Eq,
    Integral,
    Interval,
    LambertW,
    Limit,
    Ne,
    Rational,
    Tuple,
    atan,
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
from symact.catalogue import definitions, lookup
from symact.claims.model import Expectation
from symact.definition import Definition
from symact.derivation.build import KINDS, derive
from symact.derivation.checking import faulty, step_holds
from symact.derivation.gaussian import average, gaussian_steps, over_piece
from symact.derivation.limits import limit_steps
from symact.derivation.notation import derivative_goal, output
from symact.derivation.steps import CASE, is_statement
from symact.errors import InputError, NotSupportedError, UndecidedError
from symact.facts.record import Facts
from symact.named import unfold
from symact.proof.algebra.assume import NOTHING, assuming
from symact.proof.algebra.field import equal
from symact.proof.asymptotics.ends import limit_at
from symact.render.text import text
from symact.symbols import f, real, x, z

alpha = real("alpha")


def same(before, after, known):
    return before == after or equal(before, after, known.relations) is True


def limit_value(line, known):
    if not isinstance(line, Limit):
        return line
    body, _, at, sign = line.args
    return limit_at(body, x, at, -1 if str(sign) == "-" else 1, known)


def mutations(step):
    """The step with one leaf changed, for every leaf; what refers to the changed line stays as it was."""
    if not step.substeps:
        if not is_statement(step.after) and step.after not in (oo, -oo):
            yield replace(step, after=step.after + 1 if step.after == -1 else step.after * 2 + 1)
        return
    for m, part in enumerate(step.substeps):
        for changed in mutations(part):
            yield replace(step, substeps=(*step.substeps[:m], changed, *step.substeps[m + 1 :]))


def check(name, what):
    """Derive, and put every step to the prover; return the derivation, None where there is none."""
    facts = Facts(lookup(name))
    try:
        derivation = derive(facts, what)
    except (UndecidedError, NotSupportedError):
        return None
    assert not faulty(derivation, facts)
    return derivation


#: Every kind, with cases in x and in parameters, joins that move, conventions, and vectors.
SAMPLE = (
    ("elu", "derivative"),
    ("softmax", "derivative"),
    ("maxout", "derivative"),
    ("swish", "second-derivative"),
    ("hard_tanh", "limits"),
    ("softplus", "limits"),
    ("prelu", "range"),
    ("hard_swish", "range"),
    ("hard_tanh", "symmetry"),
    ("prelu", "symmetry"),
    ("softsign", "output-relation"),
    ("softsign", "integral"),
    ("onnx_hard_sigmoid", "integral"),
    ("relu", "moments"),
)
ALWAYS = ("derivative", "second-derivative", "limits")


@pytest.mark.parametrize(("name", "what"), SAMPLE)
def test_every_step_is_proved(name, what):
    assert check(name, what) is not None


def test_the_sample_has_every_kind():
    assert {what for _, what in SAMPLE} == set(KINDS)


@pytest.mark.campaign
@pytest.mark.parametrize("definition", definitions(), ids=lambda d: d.name)
def test_every_step_of_the_catalogue_is_proved_and_a_changed_one_of_each_derivation_is_noticed(definition):
    facts, steps = Facts(definition), 0
    for what in ("derivative",) if definition.vector else KINDS:
        derivation = check(definition.name, what)
        assert derivation is not None or what not in ALWAYS
        if derivation is None:
            continue
        steps += sum(1 for top in derivation.steps for _ in top.walk())
        changed = next(((m, c) for m, top in enumerate(derivation.steps) for c in mutations(top)), None)
        if changed is not None:
            m, top = changed
            assert faulty(replace(derivation, steps=(*derivation.steps[:m], top, *derivation.steps[m + 1 :])), facts)
    assert steps >= 2


@pytest.mark.parametrize(("name", "what"), [("elu", "derivative"), ("sigmoid", "derivative"), ("elu", "limits")])
def test_a_changed_step_is_noticed(name, what):
    facts = Facts(lookup(name))
    derivation = derive(facts, what)
    tried = 0
    for m, step in enumerate(derivation.steps):
        for changed in mutations(step):
            steps = (*derivation.steps[:m], changed, *derivation.steps[m + 1 :])
            assert faulty(replace(derivation, steps=steps), facts)
            tried += 1
    assert tried >= 3


def test_steps_left_out_are_noticed():
    facts = Facts(lookup("sigmoid"))
    derivation = derive(facts)
    case = derivation.steps[0]
    assert not faulty(derivation, facts)
    cut = replace(case, substeps=(case.substeps[0], *case.substeps[2:]))
    assert faulty(replace(derivation, steps=(cut,)), facts)


def test_levels_of_detail():
    page = symact.get("sigmoid").derive()
    counts = [page.text(detail=detail).count(" = ") for detail in (1, 2, 3)]
    assert counts[0] < counts[1] <= counts[2]
    assert "u = 1 + e⁻ˣ" in page.text(detail=3)
    assert "u = " not in page.text()
    with pytest.raises(InputError, match="level of detail"):
        page.text(detail=4)


def test_the_derivative_of_a_maximum():
    derivation = derive(Facts(lookup("maxout")))
    assert [step.after for step in derivation.steps] == [1, 0]
    assert "several components" in derivation.remarks[0][0]
    wrong = replace(derivation, steps=tuple(replace(s, substeps=(), after=1 - s.after) for s in derivation.steps))
    assert len(faulty(wrong, Facts(lookup("maxout")))) == 2


def test_elu_ends_in_f_plus_alpha():
    derivation = derive(Facts(lookup("elu")))
    assert derivation.result.args == ((1, x > 0), (f + alpha, x < 0))
    assert derivation.steps[1].rule == CASE
    first, *rest = derivation.steps[1].substeps
    assert [step.rule for step in first.substeps] == ["constant multiple", "sum rule", "exponential rule"]
    assert [s.rule for s in rest] == ["rewrite so that the function appears", "in terms of the output"]
    assert "convention" in "".join(str(part) for part in derivation.remarks[0])


@pytest.mark.parametrize(
    ("name", "what", "said"),
    [
        ("silu", "derivative", "σ(x) + f(x)·(1 − σ(x))"),
        ("swish", "derivative", "σ(β·x) + β·f(x)·(1 − σ(β·x))"),
        ("gelu", "derivative", "Φ(x) + x·φ(x)"),
        ("gelu", "second-derivative", "(2 − x²)·φ(x)"),
        ("mish", "derivative", "tanh(softplus(x)) + x·σ(x)·(1 − tanh²(softplus(x)))"),
        ("sigmoid", "second-derivative", "σ(x)·(1 − σ(x))·(1 − 2·σ(x))"),
        ("log_ndtr", "derivative", "φ(x)/Φ(x)"),
    ],
)
def test_derivatives_end_in_functions_that_have_names(name, what, said):
    facts = Facts(lookup(name))
    derivation = derive(facts, what)
    assert not faulty(derivation, facts)
    assert text(derivation.result.subs(f, output(x))) == said
    assert derivation.remarks
    chain = derivation.steps[0]
    wrong = replace(chain.substeps[-1], after=chain.substeps[-1].after + x)
    assert faulty(replace(derivation, steps=(replace(chain, substeps=(*chain.substeps[:-1], wrong)),)), facts)


def test_a_parameter_called_as_a_block_is_not_taken_for_it():
    facts = Facts(Definition("g", x / (1 + exp(-real("sigma") * x)), "g"))
    assert "σ(" not in text(derive(facts).result)


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
        derive(Facts(Definition("g", x * sin(x), "g")), "range")


def test_beyond_a_compact_part_an_envelope_bounds_the_values():
    facts = Facts(lookup("sinc_normalized"))
    derivation = derive(facts, "range")
    tails = derivation.steps[-7:-1]
    assert tails[0].conditions == (x < -2,)
    assert tails[3].after == (output(x) <= 1 / (pi * x))
    assert all(step_holds(step, step.conditions, facts) for step in tails)
    assert not step_holds(replace(tails[3], after=output(x) <= 1 / (5 * x)), tails[3].conditions, facts)
    assert derivation.result.sup == 1


def slope(order):
    return derivative_goal(x, order)


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


def test_integrals_leave_no_jump():
    elu = derive(Facts(lookup("elu")), "integral").result
    assert [elu.diff(x).subs({x: at, alpha: 2}) for at in (-1, 3)] == [2 * exp(-1) - 2, 3]
    assert (elu.subs(x, 0) - real("C") - alpha) == 0
    with pytest.raises(UndecidedError, match="no antiderivative"):
        derive(Facts(lookup("silu")), "integral")


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


def test_at_alpha_one_there_is_no_kink():
    derivation = derive(Facts(lookup("elu"), {alpha: alpha * 0 + 1}))
    assert derivation.remarks == ()


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


def test_limits_at_joins_come_in_pairs():
    derivation = derive(Facts(lookup("hard_tanh")), "limits")
    low, high = real("min_val"), real("max_val")
    assert derivation.result == Tuple(low, low, low, high, high, high)
    assert [goal.args[2] for goal in derivation.goal] == [-oo, low, low, high, high, oo]


def test_derivatives_in_parameters():
    prelu = derive(Facts(lookup("prelu")), parameter=real("a"))
    assert {c: v for v, c in prelu.result.args} == {x > 0: 0, True: x}
    swish = derive(Facts(lookup("swish")), parameter=real("beta"))
    beta = real("beta")
    assert equal(unfold(swish.result), (x / (1 + exp(-beta * x))).diff(beta), assuming(beta > 0).relations) is True
    with pytest.raises(InputError, match="doesn't depend"):
        derive(Facts(lookup("relu")), parameter=alpha)
    with pytest.raises(UndecidedError, match="jumps"):
        derive(Facts(lookup("hard_shrink")), parameter=real("lambd"))


def test_unknown_kind_lists_the_known_ones():
    with pytest.raises(InputError, match=r"limits, range, symmetry, output-relation, integral, moments"):
        derive(Facts(lookup("relu")), "colour")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("softmax", "f[i]*(KroneckerDelta(i, k) - f[k])"), ("log_softmax", "KroneckerDelta(i, k) - exp(f[k])")],
)
def test_jacobians_in_terms_of_the_output(name, expected):
    page = symact.get(name).derive()
    from sympy import IndexedBase, KroneckerDelta

    from symact.symbols import i, k, n

    g = IndexedBase("f", shape=(n,))
    known = {
        "softmax": g[i] * (KroneckerDelta(i, k) - g[k]),
        "log_softmax": KroneckerDelta(i, k) - exp(g[k]),
    }
    assert (page.result - known[name]).expand() == 0
    assert expected.count("KroneckerDelta") == 1
