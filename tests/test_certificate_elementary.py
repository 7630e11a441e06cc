"""Certificates that a function has no elementary antiderivative: made for unseen ones, never for those that have one."""

from contextlib import suppress

import pytest
from test_forged_facts import forged

from symact.certification.obstructions import independent, obstructions
from symact.claims.facts import Statement
from symact.commands.options import facts_of, read_function
from symact.errors import SymactError
from symact.parse import parse_expression
from symact.proof.certificates.elementary import Residue, check_independent, check_residue
from symact.proof.certificates.requirements import CertificateError
from symact.recheck.facts import confirm, said
from symact.symbols import real

SYMBOLS = tuple(map(real, "xts"))


@pytest.mark.parametrize(
    "text",
    [
        "x*sigmoid(2*x)",
        "x**2*tanh(x)",
        "x*log(1 + exp(3*x))",
        "x/(exp(2*x) + exp(x) + 1)",
        "log(erfc(x))",
        "exp(x**2)/(x - 1)",
        "cos(2*x)/x",
        "exp(x)/(x**3 - 2)",
        "Max(0, x/(1 + exp(-x)))",
    ],
)
def test_a_residue_shows_that_there_is_none(text):
    assert list(confirmed(text))


@pytest.mark.parametrize(
    "text", ["sigmoid(x)", "exp(x)/(1 + exp(x))**2", "tanh(x)", "x*exp(-x**2)", "sin(x)", "erf(x)"]
)
def test_what_has_an_antiderivative_gets_no_certificate(text):
    assert not list(confirmed(text))


def confirmed(text):
    """What is said of a function, in each way in which it is confirmed but for the claim that is proved."""
    facts = facts_of(read_function(text, ()), (), None)
    for given in obstructions(facts.landscape(facts.known)):
        parts = said("antiderivative", str(facts.expression), None, [], given)
        with suppress(SymactError):
            for part in parts:
                if not isinstance(part, Statement):
                    confirm(part, [])
            yield parts


@pytest.mark.parametrize(
    ("kernel", "top", "bottom", "place"),
    [
        ("exp(x)", "t", "1", "t + 1"),  # log(1 + exp(x))' is that
        ("exp(x**2)", "2*x*t", "1", "t + 1"),  # log(1 + exp(x**2))'
        ("erf(x)", "s", "1", "t + 1"),
        ("exp(x)", "x", "1", "t"),  # x*exp(-x) has an antiderivative
        ("exp(x)", "x", "1", "(t + 1)**2"),
        ("exp(x)", "x*(t + 1)", "t + 1", "t + 1"),
        ("exp(x)", "x", "t + 1", "t + 1"),
        ("exp(2)", "x*t", "1", "t + 1"),
        ("exp(1/x)", "x*t", "1", "t + 1"),
        ("exp(x)", "x", "1", "x*t + 1"),
        ("exp(x)", "x*s", "1", "t + 1"),
        ("sin(x)", "x", "1", "t + 1"),
        ("sin(x)", "x", "1", "x"),
        ("sin(x)", "1", "x", "x"),
        ("erf(x)", "1", "1", "x"),
        ("log(x)", "x", "1", "t + 1"),
        ("tanh(x)", "x", "1", "t + 1"),
    ],
)
def test_residues_that_show_nothing(kernel, top, bottom, place):
    with pytest.raises(CertificateError):
        check_residue(Residue(*map(parse_expression, (kernel, top, bottom, place))), *SYMBOLS)


SILU = {"head": "exp", "argument": "x", "top": "t*x", "bottom": "1", "place": "t + 1", "pole": "t", "known": "0"}


@pytest.mark.parametrize(
    ("expression", "change", "between"),
    [
        ("sigmoid(x)", {}, ["-oo", "oo"]),
        ("sigmoid(x)", {"known": "softplus(x) - Piecewise((x, x > 0))"}, ["-oo", "oo"]),
        ("exp(-x**2)", {"known": "sqrt(pi)*erf(x)/2"}, ["-oo", "oo"]),
        ("x*sigmoid(x)", {}, ["1", "0"]),
        ("x*sigmoid(x)", {"pole": "x"}, ["-oo", "oo"]),
        ("x*sigmoid(x)", {"argument": "x) + (0"}, ["-oo", "oo"]),
        ("sigmoid(x)", {"known": "log(-1 - x**2)"}, ["-oo", "oo"]),
        ("x*sigmoid(x) + LambertW(exp(x))", {"known": "LambertW(exp(x))**2/2 + LambertW(exp(x))"}, ["-oo", "oo"]),
        ("x*sigmoid(x)", {"head": "1 + exp"}, ["-oo", "oo"]),
        ("x*sigmoid(x)", {"more": "0"}, ["-oo", "oo"]),
    ],
)
def test_forged_obstructions_are_refused(expression, change, between):
    given = {"between": between, "obstruction": {**SILU, **change}}
    with pytest.raises((SymactError, AssertionError)):
        assert forged("antiderivative", expression, None, [], given)


def test_the_right_one_is_accepted():
    assert forged("antiderivative", "x*sigmoid(x)", None, [], {"between": ["-oo", "oo"], "obstruction": SILU})


@pytest.mark.parametrize("text", ["gelu", "sigmoid(x)*softplus(x)", "x*erf(3*x) + 1"])
def test_what_is_independent_of_its_derivative(text):
    facts = facts_of(read_function(text, ()), (), None)
    given = next(independent(facts.landscape(facts.known)))
    assert forged("output_relation", str(facts.expression), None, [], given)


@pytest.mark.parametrize(
    ("value", "slope", "outer", "inner"),
    [
        ("s*t", "s", "log(s)", "x"),  # log(exp(x)) is x
        ("s*t", "s", "log(2*s**3)", "x"),
        ("t", "s", "erf(x)", "-x**2"),  # s = exp(-erfinv(t)**2)
        ("t", "s/(1 + s)", "log(1 + s)", "x"),  # 1 - exp(-t)
        ("x*t", "t + x*s/(1 + s)", "log(1 + s)", "x"),
        ("t + (1 + s)**2 - s**2 - 2*s - 1", "s/(1 + s)", "log(1 + s)", "x"),
        ("x*t", "s", "erf(x)", "-x"),
        ("x*t", "s", "erf(x)", "0"),
        ("x*t", "s", "erf(exp(x))", "-x**2"),
        ("x*t", "t**2", "erf(x)", "-x**2"),
        ("x*t", "t + x", "erf(x)", "-x**2"),
        ("s", "1 - s**2", "erf(x)", "-x**2"),
        ("x*t", "sqrt(s)", "erf(x)", "-x**2"),
        ("s*t", "s", "log(1 + x*s)", "x"),
        ("s*t", "s", "atan(s)", "x"),
    ],
)
def test_pairs_that_are_not_known_to_be_independent(value, slope, outer, inner):
    with pytest.raises((CertificateError, SymactError)):
        check_independent(*map(parse_expression, (value, slope, outer, inner)), *SYMBOLS)


def test_a_function_with_a_relation_gets_no_certificate():
    given = {
        "between": ["-oo", "oo"],
        "independent": {"head": "erf", "outer": "x", "inner": "-x**2", "value": "x*t", "slope": "s"},
    }
    with pytest.raises(SymactError):
        forged("output_relation", "exp(x)", None, [], {**given, "independent": {**given["independent"], "slope": "t"}})
    assert not forged("output_relation", "exp(x)", None, [], given)
