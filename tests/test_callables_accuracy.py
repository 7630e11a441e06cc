"""Every callable of the catalogue, value and two derivatives, against 80-digit values in tails, at joins and in between."""

import math
from fractions import Fraction

import numpy as np
import pytest
from sympy import Rational, oo

import symact
from symact.catalogue import definitions
from symact.facts.record import Facts
from symact.proof.numbers import balls

SCALAR = [d for d in definitions() if not d.vector]
DTYPES = (np.float32, np.float64)
#: What is allowed, in units in the last place of the true value.
ALLOWED = {np.float32: 0.75, np.float64: 8.0}
BITS = (300, 1500, 6000)


def points(dtype, joins):
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
    spread = [*rng.normal(0, 1, 25), *rng.uniform(-12, 12, 25), *rng.uniform(-110, 110, 12), *rng.uniform(-800, 800, 6)]
    tiny = rng.choice([-1, 1], 16) * 10.0 ** rng.uniform(-25, 25, 16)
    return np.array([*fixed, *near, *spread, *tiny], dtype=dtype)


def enclosed(expr, values):
    for bits in BITS:
        ball = balls.enclose(expr, values, bits=bits)
        if ball.is_finite() and (ball == 0 or ball.rel_accuracy_bits() > 100):
            return ball
    return None


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
            slope = balls.enclose(piece.expr.diff(pieces.variable), {pieces.variable: x}, bits=300)
            return ball, abs(float((slope * balls.enclose(x)).mid())) if slope.is_finite() else 0.0
    return None, 0.0


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("definition", SCALAR, ids=lambda d: d.name)
def test_against_80_digits(definition, order, report_error):
    facts = Facts(definition, {p.symbol: p.default for p in definition.parameters})
    pieces = (facts.pieces, facts.derivative, facts.second_derivative)[order]
    f = symact.get(definition.name).numpy(order=order)
    for dtype in DTYPES:
        largest = float(np.finfo(dtype).max)
        digits = 24 if dtype is np.float32 else 53
        xs = points(dtype, [float(at) for at, _ in pieces.values])
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
        report_error(f"{definition.name}, order {order}", dtype.__name__, worst, where)


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("definition", SCALAR, ids=lambda d: d.name)
def test_at_infinity_and_nan(definition, order):
    values = {p.symbol: p.default for p in definition.parameters}
    pieces = (
        Facts(definition, values).pieces,
        Facts(definition, values).derivative,
        Facts(definition, values).second_derivative,
    )[order]
    for dtype in DTYPES:
        found = symact.get(definition.name).numpy(order=order)(np.array([-np.inf, np.inf, np.nan], dtype))
        assert np.isnan(found[2])
        for y, side in zip(found[:2].tolist(), (-1, 1), strict=True):
            piece = pieces.pieces[0 if side < 0 else -1]
            if (piece.left if side < 0 else piece.right) not in (oo, -oo):
                assert math.isnan(y)
                continue
            limit = pieces.limit(side)
            expected = math.nan if limit is None else float(dtype(float(limit)))
            assert y == expected or (math.isnan(y) and math.isnan(expected)), (side, y, limit)
