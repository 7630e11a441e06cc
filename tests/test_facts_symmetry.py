"""Parity and centres of symmetry, against known ones and against values."""

from collections.abc import Callable
from typing import Any

import pytest
from sympy import And, Rational, S, Symbol, expand, pi, sin
from sympy.core.relational import Relational

from symact.catalogue import lookup
from symact.errors import UndecidedError
from symact.facts.cases import by_cases
from symact.facts.symmetry import parity, point_symmetry
from symact.parse import parse_expression
from symact.proof.algebra.assume import assuming
from symact.proof.charts.oscillation import period
from symact.proof.functions.shape import Shape, shape
from symact.symbols import real, x

HALF = Rational(1, 2)


def curve(text: str, *relations: Relational) -> Shape:
    return shape(parse_expression(text).doit(), x, relations)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tanh(x)", "odd"),
        ("x - tanh(x)", "odd"),
        ("x/(1 + Abs(x))", "odd"),
        ("sign(x)", "odd"),
        ("1/x", "odd"),
        ("Piecewise((x - 1, x > 1), (x + 1, x < -1), (0, True))", "odd"),
        ("exp(-x**2)", "even"),
        ("log(cosh(x)) - Abs(x)", "even"),
        ("cos(x)*cos(4*x)", "even"),
        ("sin(x)/x", "even"),
        ("3", "even"),
        ("0", "even"),
        ("Max(0, x)", "none"),
        ("Piecewise((-1, x < 0), (1, True))", "none"),  # as sign(x), but for one point
        ("sign(x) + 10**-9", "none"),
        ("tanh(x) + exp(-x**2)/10**30", "none"),
        ("sqrt(x)", "none"),
        ("log((1 + x)/(1 - x))", "odd"),
    ],
)
def test_parity(text: str, expected: str) -> None:
    assert parity(curve(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sigmoid(x)", (0, HALF)),
        ("4*sigmoid(2*x - 3) + 1", (Rational(3, 2), 3)),
        ("Min(6, Max(0, x))", (3, 3)),
        ("x**3 + 3*x**2", (-1, 2)),
        ("tanh(x - 1) + x", (1, 1)),
        ("log(x/(1 - x))", (HALF, 0)),
        ("1/(x - 3)", (3, 0)),
        ("Heaviside(x)", (0, HALF)),
        ("2*x + 1", (0, 1)),
        ("7", (0, 7)),
        ("x + sin(x)**2", (pi / 4, HALF + pi / 4)),
        ("cos(x)*cos(4*x)", (pi / 2, 0)),
        ("sin(x + 1)", (-1, 0)),
        ("cos(x)", (pi / 2, 0)),
        ("atan(sinh(x - 1))", (1, 0)),
        ("log(1 + exp(x))", None),
        ("Max(0, x)", None),
        ("x*sigmoid(x)", None),
        ("x/2*(1 + erf(x/sqrt(2)))", None),
        ("exp(-x**2)", None),
        ("exp(-(x - 2)**2)", None),
        ("1 - exp(-exp(x))", None),
        ("sin(exp(x))", None),
        ("sin(x)/x", None),
        ("x**5 + x**4 + 1", None),
        ("Piecewise((0, x < 0), (1, True))", None),
        ("Piecewise((x, x < 0), (x - 10, True))", None),
        ("log(cosh(x)) - Abs(x)", None),
        ("sigmoid(x) + 10**-20*exp(-x**2)", None),
        ("sqrt(x)", None),
    ],
)
def test_centre(text: str, expected: object) -> None:
    found = point_symmetry(curve(text))
    assert (None if found is None else tuple(expand(part) for part in found)) == expected


def test_domain_restricted() -> None:
    assert parity(curve("x**3", x >= 0)) == "none"
    assert point_symmetry(curve("x**3", x >= 0)) is None
    assert point_symmetry(curve("x**2", x >= 0, x <= 2)) is None
    assert point_symmetry(curve("(x - 1)**3", x >= 0, x <= 2)) == (1, 0)
    assert point_symmetry(curve("(x - 1)**3", x >= 0, x < 2)) is None


def cases(fact: Callable[[Shape], Any], name: str) -> Any:
    definition = lookup(name)
    known = assuming(*(p.assume for p in definition.parameters))
    return by_cases(known, lambda k: fact(shape(definition.expr, x, k.relations)))


def at(found: Any, symbol: Symbol, value: object) -> object:
    """The answer of the one case that holds for a value."""
    (answer,) = {str(answer) for conditions, answer in found if And(*conditions).subs(symbol, value) == S.true}
    return answer


def test_parameters() -> None:
    a, alpha, low, high = real("a"), real("alpha"), real("min_val"), real("max_val")
    leaky = cases(parity, "leaky_relu")
    assert [at(leaky, alpha, value) for value in (0, HALF, 1, 2)] == ["none", "none", "odd", "none"]
    parametric = cases(parity, "prelu")
    assert [at(parametric, a, value) for value in (-2, -1, 0, 1, 5)] == ["none", "even", "none", "odd", "none"]
    [(_, middle)] = cases(point_symmetry, "hard_tanh")
    assert [expand(part) for part in middle] == [low / 2 + high / 2] * 2
    assert cases(point_symmetry, "onnx_hard_sigmoid")[0][1][1] == HALF
    for name in ("softplus", "elu"):
        assert (cases(parity, name), cases(point_symmetry, name)) == ([((), "none")], [((), None)])


def test_no_period_where_x_is_outside_the_waves() -> None:
    assert period(x * sin(x), x) is None
    with pytest.raises(UndecidedError):
        point_symmetry(curve("x*sin(x)"))
