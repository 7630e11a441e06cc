"""Every step of every derivation is put to the prover, and a changed one is noticed."""

from dataclasses import replace

import pytest
from sympy import Limit, Tuple, exp, log, oo, sqrt, tanh

import symact
from symact.catalogue import definitions, lookup
from symact.derivation.build import KINDS, derive
from symact.derivation.checking import faulty
from symact.derivation.limits import limit_steps
from symact.derivation.notation import output
from symact.derivation.steps import CASE, is_statement
from symact.errors import InputError, NotSupportedError, UndecidedError
from symact.facts.record import Facts
from symact.proof.algebra.assume import NOTHING, assuming
from symact.proof.algebra.field import equal
from symact.proof.asymptotics.ends import limit_at
from symact.symbols import f, real, x

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
            yield replace(step, after=step.after * 2 + 1)
        return
    for m, part in enumerate(step.substeps):
        for changed in mutations(part):
            yield replace(step, substeps=(*step.substeps[:m], changed, *step.substeps[m + 1 :]))


@pytest.mark.parametrize("definition", definitions(), ids=lambda d: d.name)
@pytest.mark.parametrize("what", KINDS)
def test_every_step_is_proved(definition, what):
    facts = Facts(definition)
    try:
        derivation = derive(facts, what)
    except (UndecidedError, NotSupportedError):
        assert definition.vector or what not in ("derivative", "second-derivative", "limits")
        return
    assert not faulty(derivation, facts)


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
    from sympy import sin

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
    assert equal(swish.result, (x / (1 + exp(-beta * x))).diff(beta), assuming(beta > 0).relations) is True
    with pytest.raises(InputError, match="doesn't depend"):
        derive(Facts(lookup("relu")), parameter=alpha)
    with pytest.raises(UndecidedError, match="jumps"):
        derive(Facts(lookup("hard_shrink")), parameter=real("lambd"))


def test_unknown_kind_lists_the_known_ones():
    with pytest.raises(InputError, match=r"derivative, second-derivative, limits, output-relation"):
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
