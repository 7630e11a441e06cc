"""Certain enclosures of real values: the one place that sets the precision of ball arithmetic.

A ball certainly contains the value it stands for. A ball that is not finite says nothing: not even that a value exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flint import arb, arb_series, ctx, fmpq
from sympy import Expr, Symbol
from sympy.logic.boolalg import Boolean

from ...errors import InputError, UndecidedError
from .ball_rules import LARGE, Value, ball, rational
from .program import Program, compile_expression
from .series_rules import series_rule

__all__ = ["Compiled", "compiled", "digits", "digits_of", "enclose", "holds", "precision", "sign", "taylor"]

Point = Mapping[Symbol, Any]

#: The point of an expression without variables.
NOWHERE: Point = MappingProxyType({})

FIRST_BITS = 64
MAX_BITS = 4096


@contextmanager
def precision(bits: int, order: int | None = None) -> Iterator[None]:
    """Compute with `bits` bits, and with power series up to x**order, inside the block."""
    if bits < 2:
        raise InputError(f"a precision of {bits} bits is too low; 2 is the least")
    saved = ctx.prec, ctx.cap
    ctx.prec = bits
    if order is not None:
        ctx.cap = order + 1
    try:
        yield
    finally:
        ctx.prec, ctx.cap = saved


@dataclass(frozen=True)
class Compiled:
    """An expression ready to be evaluated at many points: f(*values, bits) in the order of its variables."""

    program: Program

    def __call__(self, *values: Any, bits: int = FIRST_BITS) -> arb:
        """Return a ball that contains the value; arguments are balls, rationals, constants or floats, taken exactly."""
        if len(values) != len(self.program.variables):
            raise InputError(f"{len(values)} values were given for {len(self.program.variables)} variables")
        with precision(bits):
            return ball(self.program.run([_value(value) for value in values]))


def compiled(expr: Expr, variables: Sequence[Symbol]) -> Compiled:
    """Return `expr` as a function of `variables` that is cheap to evaluate at many points.

    Raises InputError for a symbol that is not among the variables, NotSupportedError for a function without a rule,
    UndecidedError for an infinity.
    """
    return Compiled(_program(expr, tuple(variables)))


def enclose(expr: Expr, point: Point = NOWHERE, bits: int = FIRST_BITS) -> arb:
    """Return a ball that certainly contains the value of `expr` at `point`, computed with `bits` bits.

    Where a condition of a Piecewise can't be decided the ball covers all branches that may be meant.
    Raises as `compiled`.
    """
    return compiled(expr, tuple(point))(*point.values(), bits=bits)


def sign(expr: Expr, point: Point = NOWHERE, max_bits: int = MAX_BITS) -> int | None:
    """Return the certain sign of `expr` at `point`, None where it can't be told from 0 with up to `max_bits` bits."""
    program, bits = _program(expr, tuple(point)), FIRST_BITS
    while bits <= max_bits:
        value = _run(program, point, bits)
        if value > 0 or value < 0 or value == 0:
            return int(value > 0) - int(value < 0)
        bits *= 2
    return None


def holds(condition: Boolean, point: Point = NOWHERE, max_bits: int = MAX_BITS) -> bool | None:
    """Return whether a condition holds at `point`, None where balls of up to `max_bits` bits leave it open."""
    program, bits = _program(condition, tuple(point)), FIRST_BITS
    while bits <= max_bits:
        truth: bool | None = _run(program, point, bits)
        if truth is not None:
            return truth
        bits *= 2
    return None


def digits(expr: Expr, point: Point = NOWHERE, n: int = 20, max_bits: int = 1 << 16) -> tuple[str, str]:
    """Return decimals of n significant digits that certainly lie below and above the value, at most two units apart;
    one digit more next to a power of ten.

    Raises UndecidedError where the value isn't known to be finite, or can't be told from 0.
    """
    program, bits = _program(expr, tuple(point)), 4 * n + FIRST_BITS
    while bits <= max(max_bits, 4 * n + FIRST_BITS):
        found = _run(program, point, bits)
        if found == 0:
            return "0", "0"
        with precision(bits):
            bounds = _decimals(ball(found), n)
        if bounds is not None:
            return bounds
        bits *= 2
    raise UndecidedError(f"the value of {expr} has no {n} certain digits with {max_bits} bits")


def decimals(expr: Expr, places: int) -> tuple[str, str]:
    """Return decimals with that many places after the point that certainly lie below and above a number."""
    found = enclose(expr, bits=8 * places + FIRST_BITS)
    if not found.is_finite():
        raise UndecidedError(f"the value of {expr} isn't known to be finite")
    scale = 10**places
    with precision(16 * places + FIRST_BITS):
        low, high = (found.lower().fmpq() * scale).floor(), (found.upper().fmpq() * scale).ceil()
    return _pointed(int(low), places), _pointed(int(high), places)


def _pointed(scaled: int, places: int) -> str:
    digits = str(abs(scaled)).rjust(places + 1, "0")
    return f"{'-' if scaled < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def digits_of(value: arb, n: int) -> tuple[str, str]:
    """Return decimals of n significant digits, fewer where the ball is wider, that certainly lie below and above the value.

    Raises UndecidedError where not even one digit is certain.
    """
    for places in range(n, 0, -1):
        with precision(4 * places + FIRST_BITS):
            bounds = _decimals(value, places)
        if bounds is not None:
            return bounds
    raise UndecidedError("the enclosure of a number doesn't tell it from 0")


def taylor(expr: Expr, var: Symbol, centre: Any, order: int, bits: int = FIRST_BITS) -> list[arb]:
    """Return balls around the Taylor coefficients c_0, …, c_order of a smooth `expr` in `var` at `centre`.

    A centre that is a ball gives coefficients that hold at each of its points. Raises UndecidedError where they
    aren't known to be finite, NotSupportedError for a function that is not smooth.
    """
    program = _program(expr, (var,))
    with precision(bits, order):
        start = ball(_value(centre))
        series = program.run([arb_series([start, 1])], series_rule)
        found = list(series.coeffs()) if isinstance(series, arb_series) else [ball(series)]
    found += [arb(0)] * (order + 1 - len(found))
    if not all(c.is_finite() for c in found):
        raise UndecidedError(f"{expr} isn't known to be smooth at {var} = {centre}")
    return found[: order + 1]


def _program(expr: Any, variables: tuple[Symbol, ...]) -> Program:
    return compile_expression(expr, variables)


def _run(program: Program, point: Point, bits: int) -> Value:
    with precision(bits):
        return program.run([_value(value) for value in point.values()])


def _value(value: Any) -> Value:
    """A number as a ball or an exact rational; floats are taken exactly."""
    if isinstance(value, arb | fmpq):
        return value
    if isinstance(value, int):
        return fmpq(value)
    if isinstance(value, Expr):
        return rational(value) if value.is_Rational else _program(value, ()).run(())
    return arb(value)


def _decimals(value: arb, n: int) -> tuple[str, str] | None:
    """Bounds of n significant digits, None where the ball is too wide for them."""
    if not value.is_finite() or value.contains(0):
        return None
    place = (abs(value).log() / arb(10).log()).lower().floor()
    if not abs(place) < LARGE:
        return None
    exponent = int(place.fmpq().p) - n + 1
    scaled = value / arb(10) ** exponent if exponent > 0 else value * arb(10) ** -exponent
    if not abs(scaled) < arb(10) ** (n + 1) or scaled.rel_accuracy_bits() < 3.4 * n + 4:
        return None
    return _decimal(scaled.lower().floor(), exponent), _decimal(scaled.upper().ceil(), exponent)


def _decimal(scaled: arb, exponent: int) -> str:
    """Write scaled*10**exponent."""
    number = int(scaled.fmpq().p)
    while number and number % 10 == 0:
        number, exponent = number // 10, exponent + 1
    text, minus = str(abs(number)), "-" * (number < 0)
    point = len(text) + exponent
    if exponent >= 0 and point <= 21:
        return minus + text + "0" * exponent
    if 0 < point <= 21:
        return f"{minus}{text[:point]}.{text[point:]}"
    if -5 <= point <= 0:
        return f"{minus}0.{'0' * -point}{text}"
    return f"{minus}{text[0]}{'.' * (len(text) > 1)}{text[1:]}e{point - 1:+d}"
