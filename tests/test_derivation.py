"""Every step of every derivation is put to the prover, and a changed one is noticed; derivatives."""

from dataclasses import replace

import pytest
from sympy import Eq, Interval, Ne, Not, S, Tuple, exp, oo, sqrt
from sympy.sets.sets import Set

import symact
from symact.catalogue import definitions, lookup
from symact.definition import Definition
from symact.derivation.build import KINDS, derive
from symact.derivation.checking import faulty
from symact.derivation.conclusion import result_follows
from symact.derivation.notation import output
from symact.derivation.steps import CASE, is_statement
from symact.errors import InputError, NotSupportedError, UndecidedError
from symact.facts.record import Facts
from symact.named import unfold
from symact.proof.algebra.assume import assuming
from symact.proof.algebra.field import equal
from symact.render.text import text
from symact.symbols import f, real, x

alpha = real("alpha")


def mutations(step):
    """The step with one leaf changed, for every leaf; what refers to the changed line stays as it was."""
    if not step.substeps:
        if not is_statement(step.after) and step.after not in (oo, -oo):
            yield replace(step, after=step.after + 1 if step.after == -1 else step.after * 2 + 1)
        return
    for m, part in enumerate(step.substeps):
        for changed in mutations(part):
            yield replace(step, substeps=(*step.substeps[:m], changed, *step.substeps[m + 1 :]))


def changed_result(result):
    """Another result of the same kind: a number and a bit, another range, a statement and its contrary."""
    if isinstance(result, Tuple):
        return Tuple(changed_result(result[0]), *result[1:])
    if isinstance(result, Set):
        return Interval(0, 7)
    if is_statement(result):
        return Not(result)
    return S.Zero if result in (oo, -oo) else result + x


def check(name, what):
    """Derive, and put every step to the prover and then the result; return the derivation, None where there is none."""
    facts = Facts(lookup(name))
    try:
        derivation = derive(facts, what)
    except (UndecidedError, NotSupportedError):
        return None
    assert not faulty(derivation, facts)
    assert result_follows(derivation, facts)
    assert not result_follows(replace(derivation, result=changed_result(derivation.result)), facts)
    return derivation


def test_a_page_with_a_step_that_is_not_proved_is_not_made(monkeypatch):
    found = derive(Facts(lookup("elu")), "limits")
    wrong = replace(found, steps=(next(mutations(found.steps[0])), *found.steps[1:]))
    monkeypatch.setattr("symact.derivation.proved.derive", lambda *_: wrong)
    with pytest.raises(UndecidedError, match=r"a step of the derivation was not proved: Limit\(.*\) = "):
        symact.get("elu").derive("limits")
    monkeypatch.setattr(
        "symact.derivation.proved.derive", lambda *_: replace(found, result=changed_result(found.result))
    )
    with pytest.raises(UndecidedError, match="the result of the derivation was not shown to follow from its steps: "):
        symact.get("elu").derive("limits")


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
def test_every_step_is_proved_and_the_result_follows(name, what):
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
        changed = next((c for top in derivation.steps for c in mutations(top)), None)
        if changed is not None:
            # the others were proved above
            assert faulty(replace(derivation, steps=(changed,)), facts)
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
        (
            "mish",
            "second-derivative",
            "σ(x)·(1 − tanh(softplus(x)))·(1 + tanh(softplus(x)))\n  × (2 + x·(1 − σ(x) − 2·tanh(softplus(x))·σ(x)))",
        ),
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


def test_where_a_form_in_terms_of_f_divides_by_0_is_said():
    derivation = derive(Facts(lookup("swish")), "output-relation")
    said = "".join(str(part) for part in derivation.remarks[0])
    assert said.startswith("At Eq(x, 0) the form in terms of f isn't defined; there Eq(")
    assert "1/2" in said
    assert not derive(Facts(lookup("squareplus")), "output-relation").remarks
    gated = derive(Facts(Definition("g", alpha * x / (1 + exp(-x)), "g")), "output-relation")
    assert any(Ne(alpha, 0) in remark for remark in gated.remarks)
    cubic = derive(Facts(Definition("g", (x**3 - 3 * x) * exp(-(x**2)), "g")), "output-relation")
    assert [remark[1].rhs for remark in cubic.remarks] == [0, -sqrt(3), sqrt(3)]
    quintic = derive(Facts(Definition("g", (x**5 - 5 * x - 1) * exp(-x), "g")), "output-relation")
    assert [remark[1] for remark in quintic.remarks] == [Eq(x**5 - 5 * x - 1, 0)]


def test_at_alpha_one_there_is_no_kink():
    derivation = derive(Facts(lookup("elu"), {alpha: alpha * 0 + 1}))
    assert derivation.remarks == ()


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
