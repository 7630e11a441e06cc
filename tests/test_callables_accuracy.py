"""Every callable of the catalogue, value and two derivatives, against 80-digit values in tails, at joins and in between."""

import math
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from sympy import Rational, oo

import symact
from symact.catalogue import definitions, lookup
from symact.proof.algebra.assume import assuming
from symact.proof.functions.pieces import split
from symact.proof.numbers import balls

SCALAR = [d for d in definitions() if not d.vector]
DTYPES = (np.float32, np.float64)
#: What is allowed, in units in the last place of the true value.
ALLOWED = {np.float32: 1.0, np.float64: 8.0}
BITS = (300, 1500, 6000)

#: Values of every sixth function, slopes of every twelfth, both of those that cancel most; second derivatives of every twentieth.
HARD = ("gelu", "gelu_tanh", "mish", "quick_gelu", "log_ndtr", "sinc_normalized", "laplace_mega")
EVERY = {0: 6, 1: 12, 2: 20}
CASES = [
    (d.name, n) for n in (0, 1, 2) for k, d in enumerate(SCALAR) if k % EVERY[n] == 0 or (d.name in HARD and n < 2)
]
REST = [(d.name, n) for n in (0, 1, 2) for d in SCALAR if (d.name, n) not in CASES]
#: Where the largest errors were found.
WORST = (-1.2333286640307717, -1.519990747784334, -1.2349415817509701, 4.764287767639459, 9.490757745939025, -11.65)


@cache
def derivative(name, order):
    """The pieces of a derivative at the defaults, by a road of its own: differentiated as it stands."""
    definition = lookup(name)
    values = {p.symbol: p.default for p in definition.parameters}
    pieces = split(definition.expr.subs(values), definition.variable, assuming())
    for n in range(order):
        pieces = pieces.derivative(
            tuple((a.subs(values), s.subs(values)) for a, s in definition.slopes) if n == 0 else ()
        )
    return pieces


def points(dtype, joins, size):
    """Zeros, subnormals, the largest number, joins with their neighbours, tails; and `size` of each random kind."""
    info = np.finfo(dtype)
    rng = np.random.default_rng(5)
    fixed = [
        0.0,
        -0.0,
        info.tiny,
        -info.tiny,
        info.smallest_subnormal,
        info.max,
        -info.max,
        1,
        -1,
        20,
        -20,
        89,
        -104,
        -746,
    ]
    near = [np.nextafter(dtype(j), dtype(side * np.inf)) for j in joins for side in (-1, 1)] + list(joins)
    spread = [*rng.normal(0, 1, size), *rng.uniform(-12, 12, size), *rng.uniform(-110, 110, size // 2)]
    spread += [
        *rng.uniform(-800, 800, size // 4),
        *(rng.choice([-1, 1], size // 2) * 10.0 ** rng.uniform(-25, 25, size // 2)),
    ]
    return np.array([*fixed, *near, *WORST, *spread], dtype=dtype)


def enclosed(expr, values):
    for bits in BITS:
        ball = balls.enclose(expr, values, bits=bits)
        if ball.is_finite() and (ball == 0 or ball.rel_accuracy_bits() > 100):
            return ball
    return None


@cache
def slope_of(expr, variable):
    return expr.diff(variable)


def truth(pieces, x):
    """The true value at an exact point as a ball, None outside the domain or where balls don't reach it, and x*slope."""
    for at, value in pieces.values:
        if balls.sign(x - at) == 0:
            return (None, 0.0) if value is None else (enclosed(value, {}), 0.0)
    for piece in pieces.pieces:
        after = piece.left == -oo or balls.sign(x - piece.left) == 1
        before = piece.right == oo or balls.sign(piece.right - x) == 1
        if after and before:
            ball = enclosed(piece.expr, {pieces.variable: x})
            slope = balls.enclose(slope_of(piece.expr, pieces.variable), {pieces.variable: x}, bits=300)
            return ball, abs(float((slope * balls.enclose(x)).mid())) if slope.is_finite() else 0.0
    return None, 0.0


@pytest.mark.parametrize(("name", "order"), CASES)
def test_against_80_digits(name, order, report_error):
    check(name, order, 8, report_error)


@pytest.mark.campaign
@pytest.mark.parametrize(("name", "order"), CASES + REST)
def test_against_80_digits_at_more_points(name, order, report_error):
    check(name, order, 25, report_error)


def check(name, order, size, report_error):
    pieces = derivative(name, order)
    f = symact.get(name).numpy(order=order)
    for dtype in DTYPES:
        largest = float(np.finfo(dtype).max)
        digits = 24 if dtype is np.float32 else 53
        xs = points(dtype, [float(at) for at, _ in pieces.values], size)
        with np.errstate(all="raise"):
            ys = f(xs)
        assert ys.dtype == dtype
        worst, where = 0.0, None
        for x, y in zip(xs.tolist(), ys.tolist(), strict=True):
            ball, conditioning = truth(pieces, Rational(*Fraction(x).as_integer_ratio()))
            if ball is None:
                continue
            mid = ball.mid()
            if abs(mid) > largest:
                assert math.isinf(y) or abs(y) == largest, (x, y)
                continue
            assert math.isfinite(y), (x, y, mid)
            exact = float(mid.str(40, radius=False))
            ulp = max(2.0 ** (math.frexp(exact)[1] - digits), float(np.finfo(dtype).smallest_subnormal))
            error = abs(float((mid - y).str(20, radius=False)))
            # beside a zero the value can't be better than the rounding of the zero itself
            if error > ALLOWED[dtype] * ulp:
                assert error <= 4 * conditioning * 2.0**-digits, (x, y, exact, error / ulp)
            elif error / ulp > worst:
                worst, where = error / ulp, x
        report_error(f"{name}, order {order}", dtype.__name__, worst, where)


@pytest.mark.parametrize(("name", "order"), CASES)
def test_at_infinity_and_nan(name, order):
    pieces = derivative(name, order)
    for dtype in DTYPES:
        found = symact.get(name).numpy(order=order)(np.array([-np.inf, np.inf, np.nan], dtype))
        assert np.isnan(found[2])
        for y, side in zip(found[:2].tolist(), (-1, 1), strict=True):
            piece = pieces.pieces[0 if side < 0 else -1]
            if (piece.left if side < 0 else piece.right) not in (oo, -oo):
                assert math.isnan(y)
                continue
            limit = pieces.limit(side)
            expected = math.nan if limit is None else float(dtype(float(limit)))
            assert y == expected or (math.isnan(y) and math.isnan(expected)), (side, y, limit)
