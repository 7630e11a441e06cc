"""Inverses, put back numerically; functions without one; the domain of the inverse."""

from __future__ import annotations

from itertools import pairwise

import mpmath
import pytest
from sympy import Interval, Rational, S, Symbol, acos, asin, lambdify, oo, pi
from sympy.core.relational import Relational

from symact.catalogue import definitions, lookup
from symact.cli import main
from symact.errors import SymactError, UndecidedError
from symact.facts.cases import by_cases
from symact.facts.inverse import Inverse, _inverts, inverse
from symact.parse import parse_expression
from symact.proof.algebra.assume import assuming
from symact.proof.functions.shape import Shape, shape
from symact.symbols import real, x

POINTS = [mpmath.mpf(n) / 7 for n in (-18, -13, -9, -4, -1, 1, 3, 8, 15, 20)]


def curve(text: str, *relations: Relational) -> Shape:
    return shape(parse_expression(text).doit(), x, relations)


def numeric(expr: object) -> object:
    modules = [{"erfinv": mpmath.erfinv, "LambertW": lambda a, k=0: mpmath.lambertw(a, int(k)).real}, "mpmath"]
    return lambdify(x, expr, modules)


def check(f: object, found: Inverse, points: list[mpmath.mpf]) -> None:
    forward, back = numeric(f), numeric(found.expr)
    with mpmath.workdps(120):
        for point in points:
            value = forward(point)
            assert abs(back(value) - point) < mpmath.mpf(10) ** -12 * (1 + abs(point)), (f, found.expr, point)
            assert any(value in part for part in map(numeric_interval, found.domain))


class numeric_interval:  # noqa: N801 - a set to be asked `in`
    def __init__(self, part: object) -> None:
        self.low, self.high = (
            (mpmath.mpf(end.evalf(120)) if end.is_finite else (mpmath.inf if end == oo else -mpmath.inf))
            for end in (part.inf, part.sup)  # type: ignore[attr-defined]
        )

    def __contains__(self, value: mpmath.mpf) -> bool:
        return bool(self.low <= value <= self.high)


@pytest.mark.parametrize("name", ["elu", "gelu", "hard_shrink", "log_ndtr", "sigmoid", "softsign"])
def test_some(name: str) -> None:
    test_catalogue(lookup(name))


def test_parameters_at_the_ends_of_a_piece() -> None:
    a = real("a")
    for text in ("Piecewise((x, x > a), (2*x, True))", "Piecewise((x, x > a), (exp(-x), True))"):
        assert inverse(curve(text, a > 0)) is None


@pytest.mark.campaign
@pytest.mark.parametrize("definition", [d for d in definitions() if not d.vector], ids=lambda d: d.name)
def test_catalogue(definition: object) -> None:
    expr = definition.expr.subs({p.symbol: p.default for p in definition.parameters})  # type: ignore[attr-defined]
    try:
        found = inverse(shape(expr, x, ()))
    except SymactError:
        assert definition.name == "tanh_shrink"  # type: ignore[attr-defined]
        return
    points = [p for p in POINTS if p > 0] if definition.name == "log1mexp" else POINTS  # type: ignore[attr-defined]
    if found is not None:
        check(expr, found, points)
    else:
        # the jump of softplus_torch at 20 is too small for samples; it has a test of its own below
        assert definition.name == "softplus_torch" or not_injective(numeric(expr))  # type: ignore[attr-defined]


def not_injective(f: object) -> bool:
    """Whether samples go up and down, or stay."""
    values = [f(mpmath.mpf(n) / 16) for n in range(-500, 501)]
    steps = {int(mpmath.sign(b - a)) for a, b in pairwise(values)}
    return len(steps) > 1 or steps == {0}


@pytest.mark.parametrize(
    "text",
    [
        "x**3",
        "x + exp(x)",
        "1 - exp(-exp(x))",
        "x/(1 + Abs(x))",
        "(exp(x) - exp(-x))/2",
        "exp(x) + exp(2*x)",
        "(sqrt(x**2 + 1) - 1)/2 + x",
        "x/sqrt(1 + 2*x**2)",
        "sign(x)*log(1 + Abs(x))",
        "x*Abs(x)",
        "atan(sinh(x))",
        "4*sigmoid(2*x - 3) + 1",
        "Piecewise((x, x < 0), (x + 10, True))",
        "erf(log(1 + exp(x)))",
        "2**x",
        "1/x",
        "1/(x - 3)",
        "exp(x**3)",
        "1/(1 + exp(-x**3))",
        "(1 - exp(-x))/x",
        "sinh(x)/(2 + cosh(x))",
    ],
)
def test_inverse_gives_back(text: str) -> None:
    found = inverse(curve(text))
    assert found is not None
    check(parse_expression(text).doit(), found, POINTS)


@pytest.mark.parametrize(
    "text",
    [
        "Max(0, x)",
        "x*sigmoid(x)",
        "x/2*(1 + erf(x/sqrt(2)))",
        "exp(-x**2)",
        "3",
        "cos(x)*cos(4*x)",
        "sin(exp(x))",
        "Piecewise((x, x < 0), (x - 10, True))",
        "Piecewise((1, Eq(x, 0)), (1/x, True))",
        "Piecewise((x, x > 20), (log(1 + exp(x)), True))",  # the jump at 20 goes down
        "x + exp(-(x - 5)**2*9)",
        "Piecewise((x, x < 0), (x + 1, x > 0), (1/2 + 1, True))",
    ],
)
def test_none_where_a_value_is_taken_twice(text: str) -> None:
    assert inverse(curve(text)) is None


@pytest.mark.parametrize("text", ["x - tanh(x)", "x**3 + x", "x + sin(x)"])
def test_undecided_without_closed_form(text: str) -> None:
    with pytest.raises(UndecidedError, match="closed form"):
        inverse(curve(text))


def test_branch_of_a_restricted_function() -> None:
    low, high = inverse(curve("x**2", x <= 0)), inverse(curve("x**2", x >= 0))
    assert low is not None
    assert high is not None
    assert (low.expr.subs(x, 9), high.expr.subs(x, 9)) == (-3, 3)
    assert high.domain == (Interval(0, oo),)
    right = inverse(curve("x*exp(-x)", x >= 1))
    assert right is not None
    check(parse_expression("x*exp(-x)"), right, [mpmath.mpf(2), mpmath.mpf(5)])
    left = inverse(curve("x*exp(-x)", x <= 1))
    assert left is not None
    check(parse_expression("x*exp(-x)"), left, [mpmath.mpf(-2), mpmath.mpf("0.5")])


def test_arcs() -> None:
    arc = inverse(curve("sin(x)", x >= -pi / 2, x <= pi / 2))
    assert arc == Inverse(asin(x), (Interval(-1, 1),))
    assert inverse(curve("cos(x)", x >= 0, x <= pi)) == Inverse(acos(x), (Interval(-1, 1),))
    shifted = inverse(curve("sin(2*x) + 1", x >= 0, x <= pi / 4))
    assert shifted is not None
    check(parse_expression("sin(2*x) + 1"), shifted, [mpmath.mpf("0.1"), mpmath.mpf("0.7")])
    assert inverse(curve("sin(x)", x >= 0, x <= 3)) is None


def cases(name: str) -> dict[object, object]:
    definition = lookup(name)
    known = assuming(*(p.assume for p in definition.parameters))
    found = by_cases(known, lambda k: inverse(shape(definition.expr, x, k.relations)))
    return {conditions: None if answer is None else answer.expr for conditions, answer in found}


def test_parameters() -> None:
    alpha, beta, b, mu, sigma = (real(name) for name in ("alpha", "beta", "b", "mu", "sigma"))
    assert cases("softplus")[()].subs({beta: 2, x: 3}).equals(parse_expression("log(exp(6) - 1)/2"))
    assert cases("squareplus")[()].subs({b: 4, x: 2}) == Rational(3, 2)
    assert cases("leaky_relu")[(S(alpha) > 0,)].subs({alpha: 2, x: -3}) == Rational(-3, 2)
    assert None in cases("leaky_relu").values()
    assert cases("swish")[(beta > 0,)] is None
    assert cases("elu")[()].subs({alpha: 2, x: -1}).equals(parse_expression("log(1/2)"))
    assert cases("laplace_mega")[()].free_symbols == {x, mu, sigma}
    assert isinstance(x, Symbol)


def test_a_candidate_has_a_value_wherever_f_leads() -> None:
    hole = (x**2 - x) / (x - 1)
    for domain, inverts in (((), False), ((x < 1,), True), ((x > 0,), False)):
        line = curve("x", *domain)
        assert _inverts(line, line.pieces[0], hole) is inverts


def test_that_there_is_no_inverse_is_explained_by_true_claims_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "Piecewise((x, x < 0), (x - 10, True))", "--explain", "inverse"]) == 0
    assert "continuous" not in capsys.readouterr().out
