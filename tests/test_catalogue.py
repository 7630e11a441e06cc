"""The catalogue against rules for its records, and against the names frameworks use."""

from __future__ import annotations

import keyword
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import And, Expr, Float, Rational, S

from symact.catalogue import Registry, aliases, definitions, lookup, names
from symact.definition import Definition
from symact.errors import InputError
from symact.symbols import i, j, n, real, v, x

ALL = pytest.mark.parametrize("d", definitions(), ids=lambda d: d.name)

#: Every name and alias under which torch, jax, keras, ONNX, transformers and timm lists have an elementwise activation.
FRAMEWORKS = """
identity linear | sign signum | sigmoid logistic expit soft_step | tanh | relu rectifier ramp | keras_relu | relu6
leaky_relu lrelu | prelu parametric_relu | rrelu randomized_leaky_relu | elu | selu | celu | gelu
gelu_tanh gelu_new gelu_pytorch_tanh gelu_fast gelu_accurate | quick_gelu gelu_sigmoid | gelu_10 clipped_gelu
silu swish1 sil | swish | mish | hard_mish | softplus | sqrt_softplus sqrtsoftplus | softsign soft_sign
log_sigmoid logsigmoid | hard_sigmoid hardsigmoid | onnx_hard_sigmoid hard_sigmoid_02
hard_sigmoid_half sparse_sigmoid | hard_tanh hardtanh | hard_swish hardswish hard_silu | hard_shrink hardshrink
soft_shrink softshrink | onnx_shrink shrink | tanh_shrink tanhshrink | threshold
thresholded_relu TRec truncated_rectified | squareplus | sparse_plus | exponential exp
relu_squared relu2 requ squared_relu | laplace_mega laplace | xielu | clip | erf | ndtr probit_cdf normal_cdf
log_ndtr | log1mexp | sinc_normalized | arctan | arcsinh | vrelu absolute_value | swiglu_gate swiglu | glu_gate glu
softmax | log_softmax | softmin | logsumexp | maxout | step heaviside binary_step
"""
GROUPS = [group.split() for line in FRAMEWORKS.strip().splitlines() for group in line.split("|")]


def defaults(d: Definition) -> dict[Expr, Expr]:
    return {p.symbol: p.default for p in d.parameters}


def domain(d: Definition) -> And:
    return And(*(p.assume for p in d.parameters))


@ALL
def test_free_symbols_are_the_variable_and_the_parameters(d: Definition) -> None:
    parameters = {p.symbol for p in d.parameters}
    if d.vector:
        assert n in d.expr.free_symbols
        assert d.expr.free_symbols <= {i, *v.free_symbols, v[i], v[j]} | parameters
    else:
        assert d.variable == x
        assert d.expr.free_symbols == {x} | parameters
    assert all(p.symbol == real(p.symbol.name) for p in d.parameters)
    assert domain(d).free_symbols <= parameters
    for at, slope in d.slopes:
        assert (at.free_symbols | slope.free_symbols) <= parameters


@ALL
def test_everything_is_exact(d: Definition) -> None:
    parts = [d.expr, domain(d), *(q for pair in d.slopes for q in pair), *(p.default for p in d.parameters)]
    assert not any(part.atoms(Float) for part in parts)


@ALL
def test_every_parameter_has_a_default_in_its_domain_and_a_meaning(d: Definition) -> None:
    assert all(p.default is not None and p.meaning for p in d.parameters)
    assert domain(d).subs(defaults(d)) == S.true
    symbols = [p.symbol.name for p in d.parameters]
    assert len(set(symbols)) == len(symbols)
    assert all(s.isidentifier() and not keyword.iskeyword(s) for s in symbols)


@ALL
def test_record_is_complete(d: Definition) -> None:
    assert d.title
    assert d.source
    assert d.libraries
    assert all(text == text.strip() for text in (d.title, d.source, d.note))
    assert hash(d) == hash(replace(d))


@ALL
def test_libraries_defaults_are_exact_and_differ_from_ours(d: Definition) -> None:
    ours = {p.symbol.name: p.default for p in d.parameters}
    assert len(set(d.libraries)) == len(d.libraries)
    for implementation in d.libraries:
        for name, value in implementation.defaults:
            numerator, _, denominator = value.partition("/")
            assert Rational(int(numerator), int(denominator or 1)) != ours[name]


@ALL
def test_slopes_are_listed_once_per_kink(d: Definition) -> None:
    kinks = [at.subs(defaults(d)) for at, _ in d.slopes]
    assert len(set(kinks)) == len(kinks)


def test_printed_names_tell_functions_apart_and_take_primes_and_powers() -> None:
    heads = [d.latex for d in definitions()]
    assert len(set(heads)) == len(heads)
    assert not any(head is None or "^" in head or "'" in head or " " in head for head in heads)


# ---- names --------------------------------------------------------------------------------------------------------


def test_names_are_unique_sorted_lower_case_identifiers() -> None:
    assert list(names()) == sorted(set(names()))
    assert [d.name for d in definitions()] == list(names())
    words = [*names(), *aliases()]
    assert len(set(words)) == len(words)
    assert all(word.isidentifier() and word == word.lower() and not keyword.iskeyword(word) for word in words)


def test_aliases_lead_to_names() -> None:
    assert aliases()["logistic"] == "sigmoid"
    assert aliases() == {alias: d.name for d in definitions() for alias in d.aliases}
    for alias, name in aliases().items():
        assert lookup(alias) is lookup(name)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0])
def test_names_of_frameworks_are_known(group: list[str]) -> None:
    assert len({lookup(word).name for word in group}) == 1


def test_names_of_frameworks_stay_apart() -> None:
    found = [lookup(group[0]).name for group in GROUPS]
    assert len(set(found)) == len(found)
    assert set(names()) - set(found) == {"leaky_relu_keras", "selu_onnx", "softplus_torch"}


@given(st.sampled_from([*names(), *aliases()]), st.data())
def test_lookup_ignores_case(word: str, data: st.DataObject) -> None:
    flips = data.draw(st.lists(st.booleans(), min_size=len(word), max_size=len(word)))
    mixed = "".join(c.upper() if flip else c for c, flip in zip(word, flips, strict=True))
    assert lookup(mixed) is lookup(word)


@given(st.text(max_size=50) | st.sampled_from([*names(), *aliases()]))
def test_lookup_of_any_text_finds_or_refuses(text: str) -> None:
    if text.lower() in (*names(), *aliases()):
        assert text.lower() in (lookup(text).name, *lookup(text).aliases)
    else:
        with pytest.raises(InputError, match=r"\A[^\n]*\Z"):
            lookup(text)


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("relru", "relu"), ("GELU_TAHN", "gelu_tanh"), ("leakyrelu", "leaky_relu"), ("sotfmax", "softmax")],
)
def test_unknown_name_names_the_nearest(wrong: str, near: str) -> None:
    with pytest.raises(InputError, match=rf"{wrong}.*did you mean .*\b{near}\b"):
        lookup(wrong)


@pytest.mark.parametrize("wrong", ["", "zzzzzz", "relu ", "q" * 10**6, "sin(x)"])
def test_unknown_name_gives_one_short_line(wrong: str) -> None:
    with pytest.raises(InputError) as error:
        lookup(wrong)
    assert len(str(error.value)) < 200


# ---- registry -----------------------------------------------------------------------------------------------------

RELU = lookup("relu")
ELU = lookup("elu")


@pytest.mark.parametrize(
    "pair",
    [
        (RELU, RELU),
        (RELU, replace(ELU, name="relu")),
        (RELU, replace(ELU, name="ramp")),
        (RELU, replace(ELU, aliases=("relu",))),
        (RELU, replace(ELU, aliases=("rectifier",))),
        (replace(ELU, aliases=("elu",)),),
        (replace(ELU, aliases=("lift", "lift")),),
    ],
)
def test_registry_refuses_a_name_that_is_taken(pair: tuple[Definition, ...]) -> None:
    with pytest.raises(InputError, match="taken twice"):
        Registry(pair)


@pytest.mark.parametrize("name", ["", "ELU", "leaky-relu", "2elu", "lambda", "hard tanh"])
def test_registry_refuses_a_name_that_is_no_lower_case_identifier(name: str) -> None:
    with pytest.raises(InputError, match="identifier"):
        Registry([replace(ELU, name=name)])
    with pytest.raises(InputError, match="identifier"):
        Registry([replace(ELU, aliases=(name,))])


def test_registry_does_not_depend_on_order() -> None:
    assert Registry([RELU, ELU]).definitions == Registry([ELU, RELU]).definitions == (ELU, RELU)


def test_import_builds_no_expression() -> None:
    code = "import sys, symact.catalogue; print([m for m in sys.modules if m.startswith('symact.catalogue.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['symact.catalogue.registry']"
