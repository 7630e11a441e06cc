"""Sign charts: every zero and pole of a smooth expression on an interval, and its sign on all gaps between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cmp_to_key
from itertools import pairwise
from math import prod

from flint import arb, fmpq
from sympy import Expr, Pow, Rational, S, Symbol, exp, fraction, oo, together

from ...errors import InputError, NotSupportedError, UndecidedError, UnknownSignError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero
from ..algebra.function_quotients import circular_quotients
from ..algebra.quotients import Quotient, number
from ..numbers import balls
from .bounds import span
from .boxes import SmoothEquation, zeros_between
from .gaps import Boundary, inner_point
from .oscillation import free_beyond, period
from .parts import signed_factors
from .points import Equation, Zero, before, coincide, is_zero_at
from .rolle import NotSmoothError, ZeroFinder
from .tower import Tower
from .towers import build, inside

__all__ = ["Chart", "Root", "chart", "chart_by_boxes", "enclosure", "one_period", "real_roots", "refine"]


@dataclass(frozen=True)
class Root:
    """A point where an expression is zero or undefined, the only one in [low, high]; `exact` if it is proved to be that.

    `changes` says whether the signs on both sides differ, `defined` whether there is a value, which is 0 then.
    """

    low: Rational
    high: Rational
    exact: Expr | None
    changes: bool
    defined: bool
    _zero: Zero = field(repr=False, compare=False)


@dataclass(frozen=True)
class Chart:
    """The roots of an expression on the open interval (low, high) in increasing order, and its signs between them.

    `signs` has one entry more than `roots`; a function that is zero everywhere has no roots and the one sign 0.
    """

    expr: Expr
    variable: Symbol
    low: Expr
    high: Expr
    roots: tuple[Root, ...]
    signs: tuple[int, ...]

    @property
    def zeros(self) -> tuple[Root, ...]:
        """The roots at which the expression has the value 0."""
        return tuple(r for r in self.roots if r.defined)


def chart(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> Chart:
    """Return the complete sign chart of `expr` on the open interval (low, high), whose ends may be infinite.

    `expr` is smooth there but for poles. Raises UndecidedError with the reason where the chart isn't proved complete,
    UnknownSignError where it depends on the sign of a parameter, NotSupportedError where roots would depend on parameters.
    """
    if not _is_less(low, high):
        raise InputError(f"({low}, {high}) is not an interval; its ends must increase")
    try:
        tower, value = build(expr, x, low, high, known)
    except NotSupportedError:
        return chart_by_boxes(expr, x, low, high)
    if value.is_zero:
        return Chart(expr, x, low, high, (), (0,))
    try:
        return _by_rolle(expr, tower, value, low, high)
    except (UnknownSignError, NotSmoothError):
        raise
    except UndecidedError:
        # kernels may be dependent: atan(x) + atan(1/x) - pi/2
        if is_zero(expr, inside(x, low, high, known)) is True:
            return Chart(expr, x, low, high, (), (0,))
        if oo in (low, high) or -oo in (low, high):
            raise
        return chart_by_boxes(expr, x, low, high)


def real_roots(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> tuple[Root, ...]:
    """Return all zeros of `expr` on (low, high) in increasing order; raises as `chart`, and where it is zero everywhere."""
    found = chart(expr, x, low, high, known)
    if found.signs == (0,):
        raise NotSupportedError(f"{expr} is zero everywhere on ({low}, {high}), so it has no single zeros")
    return found.zeros


def one_period(expr: Expr, x: Symbol, known: Assumptions) -> Chart:
    """Return the chart of a function of sines and cosines of c*x + d on (p, p + period), where p is neither zero nor pole.

    Raises NotSupportedError where x occurs in other ways.
    """
    length = period(expr, x)
    if length is None:
        raise NotSupportedError(
            f"{expr} is not a function of sines and cosines of c*{x} + d with rational ratios of the c"
        )
    parts = fraction(together(circular_quotients(expr)))
    starts = (Rational(n, 7) for n in range(8))
    start = next((p for p in starts if all(balls.sign(e, {x: p}) for e in parts)), None)
    if start is None:
        raise UndecidedError(f"no point was found at which {expr} is not zero")
    return chart(expr, x, start, start + length, known)


def refine(root: Root, digits: int) -> Root:
    """Return the root with bounds at most 10**-digits apart, relative to its size where that exceeds 1."""
    zero = root._zero
    zero.narrow(10 * digits // 3 + 2)
    return Root(number(zero.low), number(zero.high), zero.exact, root.changes, root.defined, zero)


def enclosure(root: Root, bits: int) -> arb:
    """Return a ball around the root that is about 2**-bits wide."""
    root._zero.narrow(bits)
    return span(root._zero.low, root._zero.high, bits + 32)


def _is_less(low: Expr, high: Expr) -> bool:
    if low == -oo or high == oo:
        return bool(low != high and low != oo and high != -oo)
    try:
        inner_point(low, high)
    except UndecidedError:
        return False
    return True


def _by_rolle(expr: Expr, tower: Tower, value: Quotient, low: Expr, high: Expr) -> Chart:
    """The chart by elimination of the kernels of a tower."""
    finder = ZeroFinder(tower, low, high)
    finder.check_smooth()
    sign, zeros, parts = 1, list[tuple[Zero, int]](), list[Equation]()
    for poly, side in ((value.num, 1), (value.den, -1)):
        content, factors = tower.factors(poly)
        sign *= content
        for factor, power in factors:
            constant = tower.constant_sign(factor)
            if not constant and not tower.kernels(factor) and tower.has_parameters(factor):
                raise UnknownSignError(tower.ring.express(factor))
            if constant:
                sign *= constant**power
            else:
                zeros += [(zero, side * power) for zero in finder.zeros(factor)]
                parts += [tower.equation(factor)] * (power % 2)
    return _assembled(expr, tower.x, low, high, zeros, sign, parts)


def chart_by_boxes(expr: Expr, x: Symbol, low: Expr, high: Expr) -> Chart:
    """Return the chart by subdivision, for functions without a tower such as sin."""
    if expr.free_symbols - {x}:
        raise NotSupportedError(f"the sign of {expr} depends on parameters; give them values")
    if is_zero(expr) is True:
        return Chart(expr, x, low, high, (), (0,))
    sign, zeros, parts = 1, list[tuple[Zero, int]](), list[Equation]()
    fraction_of = _numerator_denominator(circular_quotients(expr), x, low, high)
    for part, side in zip(fraction_of, (1, -1), strict=True):
        constant, factors = signed_factors(part, x)
        sign *= constant
        for factor, power in factors:
            equation = SmoothEquation(factor, x)
            zeros += [(zero, side * power) for zero in _zeros_by_boxes(equation, low, high)]
            parts += [equation] * (power % 2)
    return _assembled(expr, x, low, high, zeros, sign, parts)


def _zeros_by_boxes(equation: SmoothEquation, low: Expr, high: Expr) -> list[Zero]:
    """Zeros by subdivision of the part of the interval that may have some."""
    if low == -oo:
        low = free_beyond(equation.expr, equation.x, -oo)
        low = low if high == oo else _smaller(low, high - 1)
    if high == oo:
        high = free_beyond(equation.expr, equation.x, oo)
        high = -_smaller(-high, -low - 1)
    return zeros_between(equation, low, high)


def _smaller(a: Expr, b: Expr) -> Expr:
    return b if balls.sign(a - b) == 1 else a


def _numerator_denominator(expr: Expr, x: Symbol, low: Expr, high: Expr) -> tuple[Expr, Expr]:
    """A numerator and a denominator without poles; the expression itself where it has none on the closed interval."""
    if oo in (low, high) or -oo in (low, high):
        return _fraction(expr)
    divisors = {p.base for p in expr.atoms(Pow) if p.exp.is_negative and p.has(x) and not isinstance(p, exp)}
    for divisor in divisors:
        equation = SmoothEquation(divisor, x)
        if any(is_zero_at(divisor, x, end) for end in (low, high)) or zeros_between(equation, low, high):
            return _fraction(expr)
    return expr, S.One


def _fraction(expr: Expr) -> tuple[Expr, Expr]:
    num, den = fraction(together(expr))
    return num, den


def _assembled(
    expr: Expr,
    x: Symbol,
    low: Expr,
    high: Expr,
    zeros: Iterable[tuple[Zero, int]],
    sign: int,
    parts: Iterable[Equation],
) -> Chart:
    """Join the zeros of factors, with their powers in the quotient, and the signs of its parts between them."""
    points: list[tuple[Zero, list[int]]] = []
    for zero, power in zeros:
        powers = next((p for z, p in points if coincide(z, zero)), None)
        if powers is None:
            points.append((zero, [power]))
        else:
            powers.append(power)
    for zero, _ in points:
        zero.guess()
    points.sort(key=cmp_to_key(_order))
    ends = [_end(low), *((z.low, z.high) for z, _ in points), _end(high)]
    signs = []
    for (_, left), (right, _) in pairwise(ends):
        point = _between(left, right)
        signs.append(prod((part.certain_sign(point) for part in parts), start=sign))
    roots = [
        Root(number(z.low), number(z.high), z.exact, a != b, min(powers) > 0, z)
        for (z, powers), (a, b) in zip(points, pairwise(signs), strict=True)
    ]
    return Chart(expr, x, low, high, tuple(roots), tuple(signs))


def _order(a: tuple[Zero, list[int]], b: tuple[Zero, list[int]]) -> int:
    return -1 if before(a[0], b[0]) else 1


def _end(end: Expr) -> tuple[fmpq | None, fmpq | None]:
    """Bounds of an end of the interval, None at infinity."""
    boundary = Boundary.of_interval(end, 0, 0)
    return boundary.edge(-1), boundary.edge(1)


def _between(low: fmpq | None, high: fmpq | None) -> fmpq:
    """A point of the gap between two bounds, None at infinity."""
    if low is not None and high is not None and low >= high:
        raise UndecidedError("two roots, or a root and an end, are too close to each other")
    if low is None:
        return fmpq(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2
