"""No antiderivative and no output relation is denied where there is one, and the classical ones that don't exist are."""

import pytest
from sympy import S, diff, erf, exp, expand, log, oo, sinh, together

from symact.facts.output_relation import is_unrelated
from symact.parse import parse_expression
from symact.proof.algebra.assume import Assumptions, assuming
from symact.proof.calculus.independence import field, independent
from symact.proof.calculus.liouville import is_not_elementary
from symact.symbols import x

NOTHING = Assumptions()

NOT_ELEMENTARY = [
    "sin(x)/x",
    "exp(x)/x",
    "(1 - cos(x))/x**2",
    "exp(-x**3)",
    "exp(-x**4 - 2*x**2)",
    "x/(1 + exp(-x))",
    "x**2/(1 + exp(-x))**2",
    "log(1 + exp(x))",
    "x*log(1 + exp(x))",
    "log(1 + exp(x))**2",
    "x*tanh(log(1 + exp(x)))",
    "tanh(x)/x",
    "1/log(x)",
    "log(x)/(1 + x)",
    "atan(x)/x",
    "log(1 + x**2)/x",
    "log(1 + erf(x))",
    "x/(2 + erf(x))",
    "x*tanh(x*(1 + erf(x)))",
    "x*log(2 - exp(-exp(x)))",
    "(x + sin(x)/2)/(1 + exp(-x))",
    "sqrt(1 + x**2)/(1 + exp(x))",
    "x/(1 + exp(-x - x**3))",
    "1/(1 + exp(1/x))",
]


@pytest.mark.parametrize("text", NOT_ELEMENTARY)
def test_what_is_not_elementary(text: str) -> None:
    assert is_not_elementary(parse_expression(text).doit(), x, S(2), oo, NOTHING)


#: Antiderivatives, as they are and written otherwise when differentiated.
ANTIDERIVATIVES = [
    "log(x)**2",
    "x**2*log(x)**3",
    "log(log(x))",
    "log(1 + exp(x))**3",
    "x*log(1 + exp(x))",
    "log(x + exp(x))*x",
    "atan(x)**2*x",
    "atan(exp(x))*exp(x)",
    "x**2*tanh(x)",
    "x*tanh(x)**3",
    "x/(1 + exp(-x))**2",
    "x*exp(x)/(1 + exp(x))",
    "log(1 + erf(x))*x",
    "x*erf(x)**2",
    "erf(log(x))",
    "x*erf(x**2 + x)",
    "exp(-x**2)*(1 + erf(x))",
    "exp(x)/x**3",
    "sin(x)/x",
    "x**2*cos(3*x)*exp(-x)",
    "exp(-exp(x))*x",
    "x/(1 + exp(exp(x)))",
    "sqrt(1 + x**2)*log(x + sqrt(1 + x**2))",
    "sqrt(1 + exp(x))*x",
    "exp(1/x)*x**2",
    "(1 + x)/(2 + sin(x))",
    "tanh(log(1 + exp(x)))*x**2",
]


@pytest.mark.parametrize("text", ANTIDERIVATIVES)
def test_nothing_that_is_a_derivative_is_denied_to_be_one(text: str) -> None:
    slope = diff(parse_expression(text).doit(), x)
    for form in (slope, expand(slope), together(slope), expand(slope, power_exp=True)):
        assert not is_not_elementary(form, x, S.Zero, oo, assuming(x > 0))


@pytest.mark.parametrize("text", ["exp(-x**2)", "x**2*exp(-3*x**2 + x)", "sin(x**2)", "exp(-x**2)*cos(3*x)"])
def test_what_error_functions_of_real_or_complex_arguments_integrate_is_left_open(text: str) -> None:
    assert not is_not_elementary(parse_expression(text), x, -oo, oo, NOTHING)


@pytest.mark.parametrize(
    ("exprs", "expected"),
    [
        ((exp(x), exp(x**2), erf(x)), True),
        ((exp(x), exp(3 * x) + sinh(x)), True),  # one kernel
        ((log(x), log(1 + x), log(1 + exp(x)), exp(-exp(x))), True),
        ((log(x), exp(x * log(x))), True),
        ((exp(exp(x)), exp(x * exp(x))), False),  # true, and not seen
    ],
)
def test_independent_kernels(exprs: tuple[object, ...], expected: bool) -> None:
    of, _ = field(x, S.Zero, oo, assuming(x > 0), *exprs)
    assert independent(of) is expected


@pytest.mark.parametrize(
    "text",
    [
        "x*(1 + erf(x))",
        "exp(x)*sin(x)",
        "tanh(x)*sin(x)",
        "log(1 + exp(x))*exp(-x**2)",
    ],
)
def test_functions_without_an_output_relation(text: str) -> None:
    assert is_unrelated(parse_expression(text), x, -oo, oo, NOTHING)


@pytest.mark.parametrize(
    "text",
    [
        "1/(1 + exp(-x))",
        "x*tanh(log(1 + exp(x)))",
        "exp(x) + exp(2*x)",
        "x + sin(x)",
        "x*exp(x**2)",
        "sqrt(1 + exp(x))",
        "log(cosh(x))",
        "x*log(cosh(x))",
        "x*log(2 - exp(-exp(x)))",
    ],
)
def test_functions_that_may_have_one(text: str) -> None:
    assert not is_unrelated(parse_expression(text), x, -oo, oo, NOTHING)
