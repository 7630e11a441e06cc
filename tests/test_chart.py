"""Sign charts against roots found by mpmath, against signs by balls at many points, and against near misses."""

from __future__ import annotations

import mpmath
import pytest
from chart_signs import agrees, everywhere
from smooth_functions import sigmoid, softplus
from sympy import (
    E,
    Expr,
    Rational,
    S,
    atan,
    cos,
    cosh,
    diff,
    erf,
    erfinv,
    exp,
    lambdify,
    log,
    oo,
    pi,
    sin,
    sqrt,
    tan,
    tanh,
)

from symact.errors import InputError, NotSupportedError, UndecidedError, UnknownSignError
from symact.proof.algebra.assume import NOTHING, assuming
from symact.proof.charts.chart import chart, enclosure, one_period, real_roots, refine
from symact.proof.numbers import balls
from symact.symbols import real, x

Q = Rational
TINY = Q(1, 10**20)
gelu = x * (1 + erf(x / sqrt(2))) / 2

ACTIVATIONS: dict[str, Expr] = {
    "silu": x * sigmoid,
    "gelu": gelu,
    "mish": x * tanh(softplus),
    "gelu_tanh": x / 2 * (1 + tanh(sqrt(2 / pi) * (x + Q(44715, 10**6) * x**3))),
    "serf": x * erf(softplus),
    "logish": x * log(1 + sigmoid),
    "tanhexp": x * tanh(exp(x)),
    "lisht": x * tanh(x),
    "smish": x * tanh(log(1 + sigmoid)),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("order", [1, 2])
def test_roots_of_derivatives_agree_with_mpmath(name: str, order: int) -> None:
    slope = diff(ACTIVATIONS[name], x, order)
    found = everywhere(slope)
    function = lambdify(x, slope, "mpmath")
    with mpmath.workdps(60):
        # sign changes on a dense grid, by an independent library, are all the roots there are
        grid = [mpmath.mpf(k) / 16 + mpmath.mpf(1) / 1000 for k in range(-320, 321)]
        values = [function(t) for t in grid]
        brackets = [(s, t) for s, t, u, v in zip(grid, grid[1:], values, values[1:], strict=False) if u * v < 0]
        assert len(brackets) == sum(r.changes for r in found.roots)
        for bracket, root in zip(brackets, [r for r in found.roots if r.changes], strict=True):
            goal = mpmath.findroot(function, bracket, solver="anderson", tol=1e-110)
            narrow = refine(root, 40)
            assert mpmath.mpf(narrow.low.p) / narrow.low.q - mpmath.mpf(10) ** -45 <= goal
            assert goal <= mpmath.mpf(narrow.high.p) / narrow.high.q + mpmath.mpf(10) ** -45
            assert narrow.high - narrow.low <= 3 * Q(1, 10**40)
    assert agrees(found, [Q(k, 7) for k in range(-80, 81)])


def test_known_digits() -> None:
    digits = {
        "silu": "-1.278464542761073795109358739022980155439",
        "gelu": "-0.751791524693564457457904946779524039664",
        "mish": "-1.192431214515495212137588340420739405601",
    }
    for name, text in digits.items():
        (root,) = everywhere(diff(ACTIVATIONS[name], x)).roots
        assert abs(refine(root, 45).low - Q(text)) < Q(2, 10**39)
        assert enclosure(root, 200).rel_accuracy_bits() > 190


@pytest.mark.parametrize(
    ("expr", "at"),
    [
        (exp(x) - 1 - x, S.Zero),
        (exp(x) / 2 - 1 - x + log(2), log(2)),
        (softplus - x / 2 - log(2), S.Zero),
        (x**2 * exp(-x) - 4 * exp(-2), S(2)),
        (tanh(x) ** 2, S.Zero),
        (sqrt(x**2 + 1) - 1, S.Zero),
        (x**2 - 2 * sqrt(2) * x + 2, sqrt(2)),
        (erf(x) ** 2 + x**2, S.Zero),
        (x * log(x**2 + 1), S.Zero),
        ((exp(x) - 3) ** 3, log(3)),
        (cosh(x) - 1 - x**2 / 2, S.Zero),
    ],
    ids=str,
)
def test_multiple_roots_are_exact_and_near_misses_are_told_apart(expr: Expr, at: Expr) -> None:
    found = everywhere(expr)
    exact = [r for r in found.roots if r.exact is not None and (r.exact - at).equals(0)]
    assert len(exact) == 1
    changes = exact[0].changes
    assert changes == (balls.sign(expr, {x: at + Q(1, 100)}) != balls.sign(expr, {x: at - Q(1, 100)}))
    if not changes:
        inward = balls.sign(expr, {x: at + Q(1, 100)})
        assert len(everywhere(expr + inward * TINY).roots) == len(found.roots) - 1
        split = everywhere(expr - inward * TINY)
        assert len(split.roots) == len(found.roots) + 1
        near = [r for r in split.roots if balls.sign(abs(refine(r, 30).low - at) - Q(1, 1000)) == -1]
        assert len(near) == 2
        assert all(r.changes for r in near)


@pytest.mark.parametrize(
    ("expr", "count"),
    [
        (exp(-(10**12) * (x - 1000) ** 2) - Q(1, 2), 2),
        (exp(-(10**12) * (x - 1000) ** 2) - 1 - TINY, 0),
        (cosh(x) - 1 - Q(1, 10**15), 2),
        (cosh(x) - 1 + Q(1, 10**15), 0),
        (x**2 + 1 - 3 * exp(-(10**10) * (x - Q(1, 7)) ** 2), 2),
        (tanh(x) + Q(1, 10**40), 1),
        (1 - tanh(x) + Q(1, 10**400), 0),
        (tanh(x) - 1 + Q(1, 10**400), 1),
        (x - 10**6 - exp(-x), 1),
        (log(1 + x**2) - 12 * log(10), 2),
        (exp(x / 10**6) - 1 - x / 10**6 - Q(1, 2), 2),
        (atan(x) - pi / 2 + Q(1, 10**9), 1),
    ],
    ids=str,
)
def test_narrow_bumps_shallow_dips_and_far_roots(expr: Expr, count: int) -> None:
    found = everywhere(expr)
    assert len(found.roots) == count
    for root in found.roots:
        narrow = refine(root, 50)
        width = Q(1, 10**45)
        assert balls.sign(expr, {x: narrow.low - width}, 20_000) == -balls.sign(expr, {x: narrow.high + width}, 20_000)


def test_slow_growth() -> None:
    (root,) = chart(log(log(x)) - 3, x, S.One, oo, NOTHING).roots
    assert root.exact is None or root.exact == exp(exp(3))
    assert abs(balls.enclose(exp(exp(3))) - enclosure(root, 100)) < 1


def test_poles_holes_and_shared_roots() -> None:
    found = everywhere((x**2 - 2) / (x * (exp(x) - 2)))
    assert [(r.exact, r.defined, r.changes) for r in found.roots] == [
        (-sqrt(2), True, True),
        (S.Zero, False, True),
        (log(2), False, True),
        (sqrt(2), True, True),
    ]
    assert found.signs == (1, -1, 1, -1, 1)[: len(found.signs)] or agrees(found, [Q(k, 9) for k in range(-40, 41)])
    assert [r.exact for r in found.zeros] == [-sqrt(2), sqrt(2)]
    for expr, signs in (((exp(x) - 1) / x, (1, 1)), (x / (exp(x) - 1 - x), (-1, 1)), (1 / x**2, (1, 1))):
        hole = everywhere(expr)
        assert [(r.exact, r.defined) for r in hole.roots] == [(S.Zero, False)]
        assert hole.signs == signs
    (shared,) = everywhere((x - 1) / (exp(x) - E)).roots
    assert (shared.exact, shared.defined, shared.changes) == (S.One, False, False)


def test_roots_at_open_ends_do_not_count() -> None:
    assert chart(x * (x - 1), x, S.Zero, S.One, NOTHING).roots == ()
    assert chart(log(x), x, S.One, oo, NOTHING).signs == (1,)
    assert chart(exp(x) - 2, x, log(2), oo, NOTHING).signs == (1,)
    assert chart(exp(x) - 2, x, log(2) - TINY, oo, NOTHING).signs == (-1, 1)
    assert chart(sin(x), x, S.Zero, pi, NOTHING).signs == (1,)
    assert chart(x * log(x), x, S.Zero, S.One, NOTHING).signs == (-1,)
    assert [r.exact for r in chart(sqrt(x) - x, x, S.Zero, oo, NOTHING).roots] == [S.One]
    assert chart(x**x - 1, x, S.Zero, oo, NOTHING).signs == (-1, 1)


def test_identically_zero() -> None:
    assert everywhere((exp(x) + 1) ** 2 - exp(2 * x) - 2 * exp(x) - 1).signs == (0,)
    assert everywhere(sin(x) ** 2 + cos(x) ** 2 - 1).signs == (0,)
    assert chart(atan(x) + atan(1 / x) - pi / 2, x, S.Zero, oo, NOTHING).signs == (0,)
    with pytest.raises(NotSupportedError, match="zero everywhere"):
        real_roots(x - x * (sigmoid + sigmoid.subs(x, -x)), x, -oo, oo, NOTHING)


@pytest.mark.parametrize(
    "expr", [log(x), log(x**2 - Q(1, 4)), atan(1 / x), exp(1 / x), sqrt(x**2 - Q(1, 4)), erf(1 / x) + x]
)
def test_what_is_not_smooth_is_refused(expr: Expr) -> None:
    with pytest.raises(UndecidedError):
        chart(expr, x, -S.One, S.One, NOTHING)


def test_wrong_questions_are_refused() -> None:
    with pytest.raises(InputError, match="interval"):
        chart(x, x, S.One, S.Zero, NOTHING)
    with pytest.raises(UndecidedError, match="however far out"):
        chart(sin(x) + exp(-x), x, -oo, oo, NOTHING)
    with pytest.raises(NotSupportedError, match="give them values"):
        chart(exp(real("a") * x) - x, x, -oo, oo, NOTHING)


def test_parameters_of_known_sign() -> None:
    a, b = real("a"), real("b")
    known = assuming(a > 0)
    assert chart(a * (x**2 - 2) / (1 + exp(a * x)), x, -oo, oo, known).signs == (1, -1, 1)
    assert chart(x / sqrt(1 + a * x**2) ** 3, x, -oo, oo, known).signs == (-1, 1)
    assert chart(exp(a * x) - 1, x, S.Zero, oo, known).signs == (1,)
    with pytest.raises(UnknownSignError):
        chart(b * x, x, -oo, oo, known)


@pytest.mark.parametrize(
    ("expr", "low", "high", "count"),
    [
        (x * cos(x) - sin(x), S.Zero, S(20), 5),
        (1 - cos(x), -S.One, S(10), 2),
        (sin(x) - 1, S.Zero, S(3), 1),
        (sin(x) - 1 + TINY, S.Zero, S(3), 2),
        (sin(x) - 1 - TINY, S.Zero, S(3), 0),
        (sin(x) - x, -S(2), S(2), 1),
        (cos(x) - 1 + x**2 / 2, -S(3), S(3), 1),
        (tan(x), -S(3), S(3), 3),
        (sin(1000 * x) - Q(1, 3), S.Zero, Q(1, 10), 32),
        (cos(x) * cos(4 * x), S.Zero, 2 * pi, 10),
        (sin(1 / x), Q(1, 100), S.One, 31),
        (erfinv(x) - x, -Q(9, 10), Q(9, 10), 3),
        (exp(-(10**12) * (x - 1000) ** 2) + sin(x) / 4 - 1, S.Zero, S(2000), 2),
        (-4 * cos(x) - Q(34, 3) / (x**2 + 1), S.Zero, S(10), 3),
        (x + sin(x), -oo, oo, 1),
        (x - 5 * sin(x) * cos(x), -oo, oo, 3),
        (x**2 - 10 * x * cos(x) + 1, -oo, oo, 8),
        (exp(x) * (2 + sin(x)) - 5, -oo, oo, 1),
        (x / (2 + cos(x)), -oo, oo, 1),
        (1 - 2 * sin(2 * x) / x, S.Zero, oo, 1),
    ],
    ids=str,
)
def test_sines_and_functions_without_a_tower(expr: Expr, low: Expr, high: Expr, count: int) -> None:
    found = chart(expr, x, low, high, NOTHING)
    assert len(found.roots) == count
    a, b = (e if e not in (oo, -oo) else 30 if e == oo else -30 for e in (low, high))
    grid = [Q(k, 400) for k in range(1, 400)]
    assert agrees(found, [p for p in (Q(round((a + (b - a) * t) * 10**9), 10**9) for t in grid) if low < p < high])


def test_one_period() -> None:
    found = one_period(1 + sin(2 * x), x, NOTHING)
    assert found.high - found.low == pi
    assert [r.changes for r in found.roots] == [False]
    assert len(one_period(cos(x / 2) - cos(x / 3) / 2, x, NOTHING).roots) == 6
    with pytest.raises(NotSupportedError, match="function of sines"):
        one_period(x + sin(x), x, NOTHING)
    with pytest.raises(NotSupportedError, match="rational ratios"):
        one_period(sin(x) + sin(sqrt(2) * x), x, NOTHING)
