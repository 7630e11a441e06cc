"""Elementary functions in C99 without branches, so that compilers vectorise loops over them; from the generated coefficients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..numeric.llvm import coefficients as made

__all__ = ["FUNCTIONS", "with_needed"]


class Function(NamedTuple):
    """The text of a function, and the names of those it calls."""

    text: str
    needs: tuple[str, ...] = ()


def _polynomial(coefficients: tuple[float, ...], s: str) -> str:
    text = repr(coefficients[-1])
    for c in reversed(coefficients[:-1]):
        text = f"({text}) * {s} + {c!r}" if "*" in text else f"{text} * {s} + {c!r}"
    return text


_MAGIC = "6755399441055744.0"

#: Name → text, in an order in which each comes after those it needs. `bits` and `number` exchange a double and its bits.
FUNCTIONS: dict[str, Function] = {
    "bits": Function(
        "INLINE uint64_t bits(double x)\n{\n    uint64_t u;\n    memcpy(&u, &x, sizeof u);\n    return u;\n}"
    ),
    "number": Function(
        "INLINE double number(uint64_t u)\n{\n    double x;\n    memcpy(&x, &u, sizeof x);\n    return x;\n}"
    ),
    "power_of_two": Function(
        f"""/* 2**k for a whole k between -1022 and 1023 */
INLINE double power_of_two(double k)
{{
    return number(bits(k + ({_MAGIC} + 1023.0)) << 52);
}}""",
        ("bits", "number"),
    ),
    "scaled": Function(
        """/* x * 2**k, rounded once, for x near 1 */
INLINE double scaled(double x, double k)
{
    const double a = k < -1021.0 ? -1021.0 : k, first = a > 1023.0 ? 1023.0 : a;
    return x * power_of_two(first) * power_of_two(k - first);
}""",
        ("power_of_two",),
    ),
    "exponential_tail": Function(
        f"""/* (exp(r) - 1 - r) / r**2 */
INLINE double exponential_tail(double r)
{{
    return {_polynomial(made.EXP, "r")};
}}"""
    ),
    "exp_": Function(
        f"""INLINE double exp_(double x)
{{
    const double a = x < -746.0 ? -746.0 : x, b = a > 710.0 ? 710.0 : a;
    const double k = (b * {made.LOG2_E!r} + {_MAGIC}) - {_MAGIC};
    const double r = (b - k * {made.LN2_SHORT[0]!r}) - k * {made.LN2_SHORT[1]!r};
    return scaled(1.0 + (r * r * exponential_tail(r) + r), k);
}}""",
        ("scaled", "exponential_tail"),
    ),
    "expm1_": Function(
        f"""INLINE double expm1_(double x)
{{
    const double a = x < -60.0 ? -60.0 : x, b = a > 710.0 ? 710.0 : a;
    const double k = (b * {made.LOG2_E!r} + {_MAGIC}) - {_MAGIC};
    const double r = (b - k * {made.LN2_SHORT[0]!r}) - k * {made.LN2_SHORT[1]!r};
    const double p = r * r * exponential_tail(r) + r;
    const double top = k > 1022.0 ? 4.0 : 1.0;
    const double s = power_of_two(k > 1022.0 ? k - 2.0 : k);
    return copysign((s * p + (s - 1.0 / top)) * top, x);
}}""",
        ("power_of_two", "exponential_tail"),
    ),
    "logarithm": Function(
        f"""/* k*ln(2) + log(1 + f) + correction */
INLINE double logarithm(double k, double f, double correction)
{{
    const double s = f / (2.0 + f), z = s * s, half = 0.5 * f * f;
    const double tail = z * ({_polynomial(made.LOG, "z")});
    return k * {made.LN2_SHORT[0]!r} + (f - (half - (s * (half + tail) + (k * {made.LN2_SHORT[1]!r} + correction))));
}}"""
    ),
    "log_": Function(
        """INLINE double log_(double x)
{
    const double up = x < 4.450147717014403e-308 ? 54.0 : 0.0;
    const double a = up > 0.0 ? x * 18014398509481984.0 : x;
    const uint64_t moved = bits(a) + 0x00095f619980c433ULL;
    const double k = number((moved >> 52) | 0x4330000000000000ULL) - 4503599627371519.0 - up;
    const double f = number((moved & 0x000fffffffffffffULL) + 0x3fe6a09e667f3bcdULL) - 1.0;
    const double y = logarithm(k, f, 0.0);
    const double low = x >= 0.0 ? (x == 0.0 ? -(double)INFINITY : y) : (double)NAN;
    return x == (double)INFINITY ? x : low;
}""",
        ("bits", "number", "logarithm"),
    ),
    "log1p_": Function(
        """INLINE double log1p_(double x)
{
    const double y = 1.0 + x;
    const uint64_t moved = bits(y) + 0x00095f619980c433ULL;
    const double k = number((moved >> 52) | 0x4330000000000000ULL) - 4503599627371519.0;
    const double f = number((moved & 0x000fffffffffffffULL) + 0x3fe6a09e667f3bcdULL) - 1.0;
    const double down = number((2046 - (moved >> 52)) << 52);
    const double lost = (x < 1.0 ? x : 1.0) - (y - (x < 1.0 ? 1.0 : x));
    const double rough = ((-0.8 * f + 1.0) * f - 1.0) * f + 1.0;
    const double c = lost * down * rough;
    const double found = logarithm(k, f, y < 18446744073709551616.0 ? c : 0.0);
    const double low = x >= -1.0 ? (x == -1.0 ? -(double)INFINITY : found) : (double)NAN;
    return copysign(x == (double)INFINITY ? x : low, x);
}""",
        ("bits", "number", "logarithm"),
    ),
    "tanh_": Function(
        """INLINE double tanh_(double x)
{
    const double e = expm1_(-2.0 * fabs(x));
    return copysign(e / (2.0 + e), x);
}""",
        ("expm1_",),
    ),
    "sinh_": Function(
        """INLINE double sinh_(double x)
{
    const double a = fabs(x), e = expm1_(a), h = exp_(0.5 * a);
    const double near = 0.5 * (e + e / (e + 1.0)), far = 0.5 * h * h;
    return copysign(a > 708.0 ? far : near, x);
}""",
        ("expm1_", "exp_"),
    ),
    "cosh_": Function(
        """INLINE double cosh_(double x)
{
    const double a = fabs(x), e = exp_(a > 708.0 ? 708.0 : a), h = exp_(0.5 * a);
    const double near = 0.5 * (e + 1.0 / e), far = 0.5 * h * h;
    return a > 708.0 ? far : near;
}""",
        ("exp_",),
    ),
    "atan_": Function(
        f"""INLINE double atan_(double x)
{{
    const double a = fabs(x);
    const double above = a > 2.414213562373095 ? -1.0 : a > 0.41421356237309503 ? a - 1.0 : a;
    const double below = a > 2.414213562373095 ? a : a > 0.41421356237309503 ? a + 1.0 : 1.0;
    const double quarters = a > 2.414213562373095 ? 2.0 : a > 0.41421356237309503 ? 1.0 : 0.0;
    const double t = above / below, z = t * t;
    const double tail = z * t * ({_polynomial(made.ATAN, "z")}) + quarters * {made.QUARTER_PI[1]!r};
    return copysign(quarters * {made.QUARTER_PI[0]!r} + (t + tail), x);
}}"""
    ),
    "sign_": Function("INLINE double sign_(double x)\n{\n    return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x;\n}"),
    "max_": Function("INLINE double max_(double a, double b)\n{\n    return a > b || a != a ? a : b;\n}"),
    "min_": Function("INLINE double min_(double a, double b)\n{\n    return a < b || a != a ? a : b;\n}"),
}


def with_needed(names: Iterable[str]) -> list[str]:
    """Return the texts of functions with all they call, in order."""
    needed = set(names)
    for name in reversed(FUNCTIONS):
        if name in needed:
            needed.update(FUNCTIONS[name].needs)
    return [FUNCTIONS[name].text for name in FUNCTIONS if name in needed]
