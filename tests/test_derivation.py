"""Every step of every derivation is an equality: each is checked, and a changed one is noticed."""

from dataclasses import replace

import pytest
from sympy import Limit, Tuple, exp, log, oo, sqrt, tanh

import symact
from symact.catalogue import definitions, lookup
from symact.derivation.build import KINDS, derive
from symact.derivation.limits import limit_steps
from symact.derivation.notation import output
from symact.errors import InputError, UndecidedError
from symact.facts.record import Facts, span
from symact.proof.algebra.assume import NOTHING, assuming
from symact.proof.algebra.field import equal
from symact.proof.asymptotics.ends import limit_at
from symact.symbols import f, real, x

SCALAR = [d for d in definitions() if not d.vector]
alpha = real("alpha")


def same(before, after, known):
    return before == after or equal(before, after, known.relations) is True


def limit_value(line, known):
    if not isinstance(line, Limit):
        return line
    body, _, at, sign = line.args
    return limit_at(body, x, at, -1 if str(sign) == "-" else 1, known)


def faulty_steps(derivation, facts):
    """The leaves whose two sides aren't proved equal where their case applies."""
    functions = {span(facts.variable, p): p.expr for p in facts.pieces.pieces}
    faulty = []
    for case in derivation.steps:
        known = facts.known & case.conditions
        for step in case.leaves():
            if isinstance(step.before, Limit):
                sides = [limit_value(side, known) for side in (step.before, step.after)]
            else:
                sides = [side.subs(f, functions[case.conditions]).doit() for side in (step.before, step.after)]
            if not same(*sides, known):
                faulty.append(step)
    return faulty


@pytest.mark.parametrize("definition", SCALAR, ids=lambda d: d.name)
@pytest.mark.parametrize("what", KINDS)
def test_every_step_is_proved(definition, what):
    facts = Facts(definition)
    if what == "output-relation" and facts.output_relation is None:
        with pytest.raises(UndecidedError, match="elimination found no relation"):
            derive(facts, what)
        return
    derivation = derive(facts, what)
    assert not faulty_steps(derivation, facts)
    for case in derivation.steps:
        lines = [step.before for step in case.substeps] + [case.substeps[-1].after]
        assert lines[0] == case.before
        assert lines[-1] == case.after
        assert all(a.after == b.before for a, b in zip(case.substeps, case.substeps[1:], strict=False))


def test_a_changed_step_is_noticed():
    facts = Facts(lookup("elu"))
    derivation = derive(facts)
    case = derivation.steps[1]
    assert len(case.substeps) > 3
    for m, step in enumerate(case.substeps):
        broken = replace(step, after=step.after * 2 + 1)
        changed = replace(case, substeps=(*case.substeps[:m], broken, *case.substeps[m + 1 :]))
        assert faulty_steps(replace(derivation, steps=(changed,)), facts)


def test_elu_ends_in_f_plus_alpha():
    derivation = derive(Facts(lookup("elu")))
    assert derivation.result.args == ((1, x > 0), (f + alpha, x < 0))
    rules = [step.rule for step in derivation.steps[1].substeps]
    assert rules == [
        "constant multiple",
        "sum rule",
        "exponential rule",
        "rewrite so that the function appears",
        "in terms of the output",
    ]
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
