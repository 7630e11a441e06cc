"""True and false identities, as pairs of sides with assumptions."""

import sympy as sp
from sympy import (
    Abs,
    E,
    Eq,
    LambertW,
    Ne,
    Rational,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    diff,
    erf,
    erfc,
    erfinv,
    exp,
    log,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from symact.errors import NotSupportedError
from symact.proof.algebra.field import is_zero
from symact.symbols import real

x, y, z, a, b, c = map(real, "xyzabc")
x1, x2, x3, y1, y2, y3 = (real(name) for name in ("x1", "x2", "x3", "y1", "y2", "y3"))
half, third = Rational(1, 2), Rational(1, 3)
POSITIVE, NEGATIVE, UNIT = (x > 0,), (x < 0,), (x > -1, x < 1)


def sigmoid(u):
    return 1 / (1 + exp(-u))


def softplus(u):
    return log(1 + exp(u))


def silu(u):
    return u * sigmoid(u)


def gelu(u):
    return u / 2 * (1 + erf(u / sqrt(2)))


def mish(u):
    return u * tanh(softplus(u))


def squareplus(u):
    return (u + sqrt(u**2 + b)) / 2


def softmax(i, *v):
    return exp(v[i]) / sum(exp(u) for u in v)


cross_entropy = -sum(t * log(softmax(i, x1, x2, x3)) for i, t in enumerate((y1, y2, y3)))
s, f = sigmoid(x), silu(x)

ACTIVATIONS = [
    (tanh(x), 2 * sigmoid(2 * x) - 1, ()),
    (diff(s, x), s * (1 - s), ()),
    (sigmoid(-x), 1 - s, ()),
    (diff(softplus(x), x), s, ()),
    (softplus(x) - softplus(-x), x, ()),
    (diff(a * (exp(x) - 1), x), a * (exp(x) - 1) + a, (x <= 0, a > 0)),
    (diff(tanh(x), x), 1 - tanh(x) ** 2, ()),
    (diff(f, x), f + s * (1 - f), ()),
    (mish(x), x * ((1 + exp(x)) ** 2 - 1) / ((1 + exp(x)) ** 2 + 1), ()),
    (log(s), -softplus(-x), ()),
    (gelu(x) - gelu(-x), x, ()),
    (silu(x) - silu(-x), x, ()),
    (softmax(0, x1, x2, x3), softmax(0, x1 + c, x2 + c, x3 + c), ()),
    (diff(softmax(0, x1, x2, x3), x1), softmax(0, x1, x2, x3) * (1 - softmax(0, x1, x2, x3)), ()),
    (diff(softmax(0, x1, x2, x3), x2), -softmax(0, x1, x2, x3) * softmax(1, x1, x2, x3), ()),
    (softmax(0, x1, x2), sigmoid(x1 - x2), ()),
    (diff(cross_entropy, x1), softmax(0, x1, x2, x3) - y1, (Eq(y1 + y2 + y3, 1),)),
    (diff(-y * log(s) - (1 - y) * log(1 - s), x), s - y, ()),
    (-y * log(s) - (1 - y) * log(1 - s), softplus(x) - x * y, ()),
    (atan(x) + atan(1 / x), pi / 2, POSITIVE),
    (asinh(x), log(x + sqrt(x**2 + 1)), ()),
    (diff(exp(-(x**2)), x, 2), (4 * x**2 - 2) * exp(-(x**2)), ()),
    (tanh(2 * x), 2 * tanh(x) / (1 + tanh(x) ** 2), ()),
    (log(s / (1 - s)), x, ()),
    (diff(s, x, 2), s * (1 - s) * (1 - 2 * s), ()),
    (diff(x / (1 + x), x), (1 - x / (1 + x)) ** 2, POSITIVE),
    (diff(x / (1 - x), x), (1 + x / (1 - x)) ** 2, NEGATIVE),
    (diff(softplus(x), x), 1 - exp(-softplus(x)), ()),
    (gelu(x), x * erfc(-x / sqrt(2)) / 2, ()),
    (softplus(x), x + log(1 + exp(-Abs(x))), POSITIVE),
    (softplus(x), log(1 + exp(-Abs(x))), NEGATIVE),
    (s, exp(x) / (1 + exp(x)), ()),
    (squareplus(x) * squareplus(-x), b / 4, (b > 0,)),
    (squareplus(x) - squareplus(-x), x, (b > 0,)),
    (diff(x / sqrt(1 + a * x**2), x), 1 / sqrt(1 + a * x**2) ** 3, (a > 0,)),
    (log(exp(x1) + exp(x2)), x1 + softplus(x2 - x1), ()),
    (atan(sinh(x)), 2 * atan(tanh(x / 2)), ()),
    (1 - tanh(x) ** 2, 4 * sigmoid(2 * x) * (1 - sigmoid(2 * x)), ()),
    (x * sigmoid(a * x), silu(a * x) / a, (a > 0,)),
    (diff(gelu(x), x), erfc(-x / sqrt(2)) / 2 + x * exp(-(x**2) / 2) / sqrt(2 * pi), ()),
    (diff(mish(x), x, 3), diff(x * (exp(2 * x) + 2 * exp(x)) / (exp(2 * x) + 2 * exp(x) + 2), x, 3), ()),
]

FUNCTIONS = [
    (sin(2 * x), 2 * sin(x) * cos(x), ()),
    (cos(3 * x), 4 * cos(x) ** 3 - 3 * cos(x), ()),
    (tan(x / 2), sin(x) / (1 + cos(x)), ()),
    (sin(x + pi / 3), sin(x) / 2 + sqrt(3) / 2 * cos(x), ()),
    (sin(2 * asin(x)), 2 * x * sqrt(1 - x**2), UNIT),
    (cos(2 * atan(x)), (1 - x**2) / (1 + x**2), ()),
    (sp.sec(x) ** 2, 1 + tan(x) ** 2, ()),
    (sp.csc(x) * sp.cot(x), cos(x) / sin(x) ** 2, ()),
    (asin(x) + acos(x), pi / 2, ()),
    (asin(x), atan(x / sqrt(1 - x**2)), UNIT),
    (asin(tanh(x)), atan(sinh(x)), ()),
    (2 * asin(sqrt(x)), acos(1 - 2 * x), (x > 0, x < 1)),
    (atan((x + y) / (1 - x * y)), atan(x) + atan(y), (x > 0, y > 0, x < half, y < 1)),
    (asin(sin(x)), x, UNIT),
    (cos(x), sqrt(1 - sin(x) ** 2), UNIT),
    (acosh(x), log(x + sqrt(x**2 - 1)), (x > 1,)),
    (atanh(x), log((1 + x) / (1 - x)) / 2, UNIT),
    (atanh(tanh(x)), x, ()),
    (acosh(cosh(x)), x, POSITIVE),
    (asinh(x * (1 - y)), -asinh(x * (y - 1)), ()),
    (log(sqrt(x**2 + 1) - x), -asinh(x), ()),
    (sp.coth(x) * sp.sech(x), sp.csch(x), ()),
    (tanh(log(x)), (x**2 - 1) / (x**2 + 1), POSITIVE),
    (log(x * y), log(x) + log(y), (x > 0, y > 0)),
    (log(x * y), log(-x) + log(-y), (x < 0, y < 0)),
    (log(x**2), 2 * log(x), POSITIVE),
    (log(x**2), 2 * log(-x), NEGATIVE),
    (log((x - y) * (x + y)), log(x - y) + log(x + y), (x > y, y > 0)),
    (log((exp(x) - 1) ** 2), 2 * log(1 - exp(x)), NEGATIVE),
    (log(1 + erf(x)), log(erfc(-x)), ()),
    (log(cosh(x)), x + log(1 + exp(-2 * x)) - log(2), ()),
    (sqrt(x) * sqrt(y), sqrt(x * y), (x > 0, y > 0)),
    (sqrt(x**2), x, (x >= 0,)),
    (sqrt(x**2), -x, NEGATIVE),
    (sqrt(x**2 - 2 * x * y + y**2), x - y, (x > y,)),
    (sqrt(exp(2 * x) + 2 * exp(x) + 1), 1 + exp(x), ()),
    (sqrt(1 - x**2), sqrt(1 - x) * sqrt(1 + x), UNIT),
    (x / (1 + sqrt(1 + x**2)), (sqrt(1 + x**2) - 1) / x, ()),
    (sqrt(x + sqrt(x**2 + 1)) * sqrt(sqrt(x**2 + 1) - x), sp.S.One, ()),
    (x**third * x ** Rational(2, 3), x, POSITIVE),
    ((1 + exp(x)) ** third * (1 + exp(x)) ** Rational(2, 3), 1 + exp(x), ()),
    (x**a * x**b, x ** (a + b), POSITIVE),
    ((x**a) ** b, x ** (a * b), POSITIVE),
    (2**x * 3**x, 6**x, ()),
    (pi**x, exp(x * log(pi)), ()),
    (exp(-LambertW(x)) * x, LambertW(x), POSITIVE),
    (diff(LambertW(x), x) * (x + exp(LambertW(x))), sp.S.One, POSITIVE),
    (diff(erfinv(x), x), sqrt(pi) / 2 * exp(erfinv(x) ** 2), ()),
    (exp(1 / (x * (x + 1))) * exp(1 / (x + 1)), exp(1 / x), ()),
    (exp(exp(-exp(-x)) / x) * exp(1 / x), exp((1 + exp(-exp(-x))) / x), ()),
    (sp.sinc(x), sin(x) / x, POSITIVE),
    (x * sqrt(3 + 2 * sqrt(2)), x + x * sqrt(2), ()),
]

CONSTANTS = [
    (sqrt(2 * pi), sqrt(2) * sqrt(pi)),
    (sqrt(E), exp(half)),
    (log(6), log(2) + log(3)),
    (log(Rational(10**40, 7)), 40 * log(10) - log(7)),
    (2**third * 4**third, sp.Integer(2)),
    (sqrt(3 + 2 * sqrt(2)), 1 + sqrt(2)),
    (sqrt(2 + sqrt(3)), (sqrt(6) + sqrt(2)) / 2),
    ((2 + sqrt(5)) ** third, (1 + sqrt(5)) / 2),
    (exp(1 / (sqrt(2) - 1)), exp(sqrt(2) + 1)),
    (LambertW(1) * exp(LambertW(1)), sp.S.One),
    (log(LambertW(1)), -LambertW(1)),
    (exp(LambertW(exp(-1))) * LambertW(exp(-1)), exp(-1)),
    (exp(LambertW(-exp(-2), -1)) * LambertW(-exp(-2), -1), -exp(-2)),
    (exp(LambertW(2) / 2), sqrt(2 / LambertW(2))),
    (atan(2) + atan(3), 3 * pi / 4),
    (4 * atan(Rational(1, 5)) - atan(Rational(1, 239)), pi / 4),
    (asin(Rational(2, 3)), 2 * atan((3 - sqrt(5)) / 2)),
]

FALSE = [
    (tanh(x), 2 * sigmoid(x) - 1, ()),
    (diff(s, x), s * (1 + s), ()),
    (sigmoid(-x), s - 1, ()),
    (softplus(x) - softplus(-x), -x, ()),
    (gelu(x), x / 2 * (1 + tanh(sqrt(2 / pi) * (x + Rational(44715, 10**6) * x**3))), ()),
    (gelu(x), x * sigmoid(Rational(1702, 1000) * x), ()),
    (diff(f, x), f + s * (1 + f), ()),
    (mish(x), x * (exp(2 * x) + 2 * exp(x)) / (exp(2 * x) + 2 * exp(x) + 1), ()),
    (atan(x) + atan(1 / x), pi / 2, ()),
    (atan(x) + atan(1 / x), pi / 2, (Ne(x, 0),)),
    (tanh(x), x * (27 + x**2) / (27 + 9 * x**2), ()),
    (erf(x), tanh(2 * x / sqrt(pi)), ()),
    (diff(s, x, 2), s * (1 - s) ** 2, ()),
    (diff(a * (exp(x) - 1), x), a * (exp(x) - 1) - a, POSITIVE),
    (diff(softmax(0, x1, x2), x2), softmax(0, x1, x2) * softmax(1, x1, x2), ()),
    (softplus(20 * x) / 20, x, POSITIVE),
    (x, x * tanh(1000 * x), POSITIVE),
    (x, (x + sqrt(x**2 + Rational(1, 10**60))) / 2, POSITIVE),
    (tanh(x) + Rational(1, 10**40), 2 * sigmoid(2 * x) - 1, ()),
    (tanh(1000 * x) + Rational(1, 10**900), 2 * sigmoid(2000 * x) - 1, ()),
    (exp(x), 1 + x, ()),
    (exp(x), E * x, ()),
    (exp(x) + exp(-x), sp.Integer(2), ()),
    (cosh(x), 1 + x**2 / 2, (x < Rational(1, 10**9), x > 0)),
    (sin(x), x, (x > 0, x < Rational(1, 10**9))),
    (sqrt(x**2), x, ()),
    (asin(sin(x)), x, ()),
    (atan(tan(x)), x, ()),
    (acosh(cosh(x)), x, ()),
    (cos(x), sqrt(1 - sin(x) ** 2), ()),
    (atan((x + y) / (1 - x * y)), atan(x) + atan(y), ()),
    (LambertW(x * exp(x)), x, ()),
    (LambertW(x), LambertW(x, -1), NEGATIVE),
    (erf(x), sp.S.One, (x > 10,)),
    (x**2, sp.Integer(2), ()),
    (sqrt(2), Rational(665857, 470832), ()),
    (exp(pi * sqrt(163)), sp.Integer(262537412640768744), ()),
    (sqrt(3 + 2 * sqrt(2)), 1 + sqrt(2) + Rational(1, 10**80), ()),
    (atan(2) + atan(3), -pi / 4, ()),
    (x + y, sp.Integer(1), (Eq(x + 2 * y, 1),)),
]


def verdict(expr, assumptions):
    """What the zero test says; None also where it doesn't support the expression."""
    try:
        return is_zero(expr, assumptions)
    except NotSupportedError:
        return None
