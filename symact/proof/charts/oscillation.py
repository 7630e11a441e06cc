"""Zeros of sums with sines and cosines far out: a bound beyond which there is none, and periods."""

from __future__ import annotations

from math import gcd, lcm

from sympy import Add, Dummy, Expr, Mul, Rational, S, Symbol, cos, exp, expand, oo, pi, sin
from sympy.simplify.fu import TR5, TR7, TR8

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import NOTHING
from ..algebra.field import equal
from ..algebra.function_quotients import circular_quotients
from ..algebra.quotients import number
from ..asymptotics.ends import sign_at_end
from .rolle import ZeroFinder
from .towers import build

__all__ = ["free_beyond", "harmonics", "period", "recurs"]


def free_beyond(expr: Expr, x: Symbol, end: Expr) -> Rational:
    """Return a number from which on, towards oo (then it is > 0) or -oo (< 0), a smooth `expr` has no zero.

    A + B_1*cos(g_1) + B_2*sin(g_2) + … has none where A**2 > (|B_1| + |B_2| + …)**2. Raises UndecidedError where that
    doesn't hold from some point on.
    """
    slowly, harmonic = harmonics(expr, x)
    waves = [c for pair in harmonic.values() for c in pair if c != 0]
    # two waves of equal amplitude count twice
    total = Add(*(sign_at_end(b, x, end, 0, NOTHING) * b for b in waves))
    margin = slowly**2 - total**2
    if sign_at_end(margin, x, end, 0, NOTHING) <= 0:
        raise UndecidedError(f"{expr} may have zeros however far out")
    bounds = [_last_zero(e, x, end) for e in (*waves, margin) if e.has(x)]
    return max(bounds, default=S.One) if end == oo else min(bounds, default=S.NegativeOne)


def period(expr: Expr, x: Symbol) -> Expr | None:
    """Return a period of an expression in which x occurs in sines and cosines of c*x + d only, else None."""
    expr = circular_quotients(expr)
    nodes = [n for n in expr.atoms(sin, cos) if n.has(x)]
    if not nodes or expr.xreplace({n: Dummy() for n in nodes}).has(x):
        return None
    speeds = [n.args[0].diff(x) for n in nodes]
    ratios = [speed / speeds[0] for speed in speeds]
    if speeds[0].has(x) or speeds[0] == 0 or not all(r.is_Rational for r in ratios):
        return None
    step = Rational(gcd(*(r.p for r in ratios)), lcm(*(r.q for r in ratios)))
    return abs(2 * pi / (speeds[0] * step))


def recurs(expr: Expr, x: Symbol) -> bool:
    """Whether x occurs only in sines and cosines of lines, and the expression is continuous everywhere.

    Then it is almost periodic: near every value that it takes there are others however far out.
    """
    nodes = {n: Dummy(real=True) for n in expr.atoms(sin, cos) if n.has(x) and not n.args[0].diff(x).has(x)}
    rest = expr.xreplace(nodes)
    return bool(nodes) and not rest.has(x) and not any(g.has(*nodes.values()) for g in _divisors(rest))


def _divisors(expr: Expr) -> list[Expr]:
    """What may keep an expression from being continuous: all but sums, products and positive powers."""
    if expr.is_Add or expr.is_Mul or isinstance(expr, exp | sin | cos):
        return [g for part in expr.args for g in _divisors(part)]
    if expr.is_Pow and expr.exp.is_Integer and expr.exp > 0:
        return _divisors(expr.base)
    return [expr] if expr.args else []


def harmonics(expr: Expr, x: Symbol) -> tuple[Expr, dict[Expr, tuple[Expr, Expr]]]:
    """Write an expression as A + sum of B*cos(g) + C*sin(g), and return A and (B, C) for every g.

    Raises UndecidedError where A, B or C would have sines or cosines of x.
    """
    linear = expand(expr)
    while any(_order(term, x) > 1 for term in Add.make_args(linear)):
        reduced = expand(TR8(TR7(TR5(linear))))
        if reduced == linear:
            raise UndecidedError(f"{expr} is not a sum of single sines and cosines")
        linear = reduced
    if equal(linear, expr) is not True:
        raise UndecidedError(f"{expr} was not proved to be a sum of single sines and cosines")
    slowly, waves = S.Zero, dict[Expr, tuple[Expr, Expr]]()
    for term in Add.make_args(linear):
        wave = next((f for f in Mul.make_args(term) if isinstance(f, sin | cos) and f.has(x)), None)
        if wave is None:
            slowly += term
        else:
            along, across = waves.get(wave.args[0], (S.Zero, S.Zero))
            more = term / wave
            waves[wave.args[0]] = (along + more, across) if isinstance(wave, cos) else (along, across + more)
    coefficients = [slowly, *(c for pair in waves.values() for c in pair)]
    if any(n.has(x) for e in coefficients for n in e.atoms(sin, cos)):
        raise UndecidedError(f"{expr} is not a sum of single sines and cosines")
    return slowly, waves


def _order(term: Expr, x: Symbol) -> int:
    """How many sines and cosines a product has."""
    powers = [f.as_base_exp() for f in Mul.make_args(term)]
    return sum(int(p) for base, p in powers if isinstance(base, sin | cos) and base.has(x) and p.is_Integer and p > 0)


def _last_zero(expr: Expr, x: Symbol, end: Expr) -> Rational:
    """Return a number beyond the zeros of an expression without sines and cosines, and on the same side of 0 as the end."""
    low, high = (S.Zero, oo) if end == oo else (-oo, S.Zero)
    try:
        tower, value = build(expr, x, low, high, NOTHING)
    except NotSupportedError as reason:
        raise UndecidedError(f"the zeros of {expr} were not bounded: {reason}") from None
    finder = ZeroFinder(tower, low, high)
    finder.check_smooth()
    zeros = [z for part in (value.num, value.den) for f, _ in tower.factors(part)[1] for z in finder.zeros(f)]
    numbers = [number(e) for z in zeros for e in (z.low - 1, z.high + 1)]
    return max(numbers, default=S.One) if end == oo else min(numbers, default=S.NegativeOne)
