"""Taylor coefficients by balls: derivatives, at a point and at each point of a ball."""

from __future__ import annotations

import pytest
import sympy as sp
from flint import arb, fmpq
from sympy import Expr, LambertW, Rational, exp, log, sqrt, tanh

from symact.errors import UndecidedError
from symact.proof.numbers.balls import enclose, taylor
from symact.symbols import real

x = real("x")
THIRD = Rational(1, 3)

EVERYWHERE = (sp.exp, sp.sin, sp.cos, sp.tan, sp.sinh, sp.cosh, sp.tanh, sp.sech, sp.asinh, sp.atan, sp.erf, sp.erfc)
INSIDE = (sp.asin, sp.acos, sp.atanh, sp.erfinv)
SMOOTH = [
    *(head(x) for head in (*EVERYWHERE, sp.sec, *INSIDE)),
    *(head(x + 2) for head in (sp.log, sp.acosh, sp.sqrt, LambertW, sp.csch, sp.coth, sp.csc, sp.cot)),
    *(x**5 - 3 * x + 1, (x + 2) ** -3, (x + 2) ** Rational(2, 3), (x + 2) ** x, 2**x, 1 / (1 + exp(-x)), sp.S(3)),
    *(x * tanh(log(1 + exp(x))), x / 2 * (1 + sp.erf(x / sqrt(2))), LambertW(x / 4 - THIRD, -1)),
]


@pytest.mark.parametrize("expr", SMOOTH, ids=str)
def test_taylor_coefficients_are_derivatives(expr: Expr) -> None:
    centre, order = Rational(1, 5), 5
    found = taylor(expr, x, centre, order, 128)
    assert len(found) == order + 1
    for k, coefficient in enumerate(found):
        derivative = sp.diff(expr, x, k) / sp.factorial(k)
        assert coefficient.overlaps(enclose(derivative, {x: centre}, 200))
        assert coefficient.rad() < 1e-25


def test_taylor_coefficients_of_sinc_at_its_removable_point() -> None:
    at_zero = [1, 0, Rational(-1, 6), 0, Rational(1, 120)]
    assert all(a.overlaps(enclose(x, {x: b})) for a, b in zip(taylor(sp.sinc(x), x, 0, 4), at_zero, strict=True))
    away = taylor(sp.sinc(x), x, 1, 3)
    assert all(a.overlaps(b) for a, b in zip(away, taylor(sp.sin(x) / x, x, 1, 3), strict=True))
    with pytest.raises(UndecidedError):
        taylor(sp.sinc(x), x, arb(0, 1), 3)


@pytest.mark.parametrize("expr", SMOOTH[:20], ids=str)
def test_taylor_at_a_ball_holds_at_each_of_its_points(expr: Expr) -> None:
    wide = taylor(expr, x, arb(fmpq(1, 5), fmpq(1, 50)), 3)
    for point in (Rational(9, 50), Rational(21, 100), Rational(11, 50)):
        assert all(a.contains(b) for a, b in zip(wide, taylor(expr, x, point, 3, 128), strict=True))
