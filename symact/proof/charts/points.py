"""Real zeros of equations: isolated between rationals, narrowed to any width, exact where a closed form is proved."""

from __future__ import annotations

from abc import ABC, abstractmethod

import sympy as sp
from flint import arb, fmpq
from sympy import Expr, Symbol, oo

from ...errors import InputError, NotSupportedError, UndecidedError
from ..algebra import field
from ..algebra.quotients import number
from ..algebra.vanishing import vanishes_at_root
from ..numbers import balls
from ..numbers.ball_rules import rational
from ..numbers.implicit import ImplicitRoot
from .bounds import GUESS_BITS, binary_size, bounds, closed_forms, span

__all__ = ["Equation", "Zero", "before", "coincide", "is_zero_at", "same"]

#: Bits up to which the sign of an equation at a point is looked for by balls.
MAX_BITS = 8192
#: Bits of width at which the sign of another equation is looked for at a zero.
WIDTHS = (24, 48, 96, 192, 384, 768, 1536, 3072, 6144)
MAX_STEPS = 20_000
#: Where an interval is cut; a zero may be too close to its middle to decide the sign there.
CUTS = (fmpq(1, 2), fmpq(3, 8), fmpq(5, 8))


class Equation(ABC):
    """A smooth function of x that is asked for its zeros."""

    x: Symbol

    @property
    @abstractmethod
    def expr(self) -> Expr:
        """The function."""

    @abstractmethod
    def value(self, point: arb | fmpq, bits: int) -> arb:
        """Return a ball around the value at a rational point, or around all values on a ball."""

    @abstractmethod
    def slope(self, point: arb | fmpq, bits: int) -> arb:
        """Return a ball around the derivative, which need not be finite."""

    def sign(self, point: fmpq, max_bits: int = MAX_BITS) -> int | None:
        """Return the sign at a rational point, None where balls can't tell it from 0."""
        bits = balls.FIRST_BITS
        while bits <= max_bits:
            value = self.value(point, bits)
            if value > 0 or value < 0:
                return 1 if value > 0 else -1
            bits *= 2
        return None

    def certain_sign(self, point: fmpq) -> int:
        """Return the sign at a rational point; raise UndecidedError where it isn't decided or zero."""
        sign = self.sign(point)
        if sign is None:
            raise UndecidedError(f"the sign of {self.expr} at {self.x} = {point} was not decided")
        return sign

    def exact_sign(self, point: fmpq) -> int | None:
        """Return the sign at a rational point from the value there as an expression, in which huge terms may cancel."""
        return balls.sign(self.expr.subs(self.x, number(point)))

    def vanishes_at(self, point: Expr) -> bool:
        """Whether it is proved to be 0 at an exact point."""
        return is_zero_at(self.expr, self.x, point)


def is_zero_at(expr: Expr, x: Symbol, point: Expr) -> bool:
    """Whether an expression is proved to be 0 at an exact point."""
    at = expr.subs(x, point)
    if at.has(sp.nan, sp.zoo, oo, -oo):
        return False
    try:
        return (at.has(ImplicitRoot) and vanishes_at_root(at)) or field.is_zero(at) is True
    except (InputError, NotSupportedError, UndecidedError):
        return False


def same(a: Expr, b: Expr) -> bool:
    """Whether two numbers are proved equal."""
    if a == b:
        return True
    try:
        return field.equal(a, b) is True
    except (InputError, NotSupportedError, UndecidedError):
        return False


class Zero:
    """The only zero of an equation in [low, high]; `exact` where a closed form of it is proved."""

    def __init__(self, equation: Equation, low: fmpq, high: fmpq) -> None:
        self.equation, self.low, self.high = equation, low, high
        self.exact: Expr | None = None
        self._guessed = False
        self._sign_below: int | None = None

    @classmethod
    def at(cls, equation: Equation, exact: Expr) -> Zero:
        """Return the zero at a point that is known in closed form."""
        zero = cls(equation, fmpq(0), fmpq(0))
        zero._take(exact)
        return zero

    def _take(self, exact: Expr) -> None:
        self.exact, self._guessed = exact, True
        if exact.is_Rational:
            self.low = self.high = rational(exact)
        else:
            self._enclose(GUESS_BITS)

    def _enclose(self, bits: int) -> None:
        """Take the bounds from a ball around the closed form."""
        assert self.exact is not None
        value = balls.enclose(self.exact, bits=bits)
        while not value.is_finite() and bits <= MAX_BITS:
            bits *= 2  # the argument of a logarithm may cancel to nearly 0
            value = balls.enclose(self.exact, bits=bits)
        self.low, self.high = bounds(value)

    def narrow(self, bits: int) -> None:
        """Make the width at most 2**-bits, or that part of the value where it is larger than 1."""
        size = int(max(abs(self.low), abs(self.high)).ceil()).bit_length()
        target = fmpq(1 << size, 1 << bits)
        steps = 0
        while self.high - self.low > target:
            if self.exact is not None:
                self._enclose(bits + 2 * size + 32 * (steps + 1))
            else:
                self._step()
            steps += 1
            if steps > MAX_STEPS:
                raise UndecidedError(
                    f"the zero of {self.equation.expr} near {_shown(self.low)} could not be narrowed down"
                )

    def _step(self) -> None:
        """One step of interval Newton, of bisection where that does not halve the width."""
        middle, width = (self.low + self.high) / 2, self.high - self.low
        bits = 2 * max(0, -binary_size(width)) + max(0, binary_size(max(abs(self.low), abs(self.high), fmpq(1)))) + 64
        value = self.equation.value(middle, bits)
        slope = self.equation.slope(span(self.low, self.high, bits), bits)
        if value.is_finite() and slope.is_finite() and not slope.contains(0):
            with balls.precision(bits):
                found = arb(middle) - value / slope
            below, above = bounds(found)
            low, high = max(below, self.low), min(above, self.high)
            if low > high:
                raise UndecidedError(f"an interval that should hold a zero of {self.equation.expr} holds none")
            if high - low <= width / 2:
                self.low, self.high, self._sign_below = low, high, None
                return
        self._bisect()

    def _bisect(self) -> None:
        """Cut at a point where the sign is decided; a zero there is taken over."""
        if self._sign_below is None:
            self._sign_below = self.equation.certain_sign(self.low)
        for share in CUTS:
            point = self.low + (self.high - self.low) * share
            sign = self.equation.sign(point)  # precision is cheaper than the algebra that proves a zero
            if sign is None and self.equation.vanishes_at(number(point)):
                self._take(number(point))
                return
            if sign is not None:
                break
        if (sign or self.equation.certain_sign(point)) == self._sign_below:
            self.low = point
        else:
            self.high = point

    def sign_of(self, equation: Equation) -> int:
        """Return the sign of another equation at this zero, the same on all of [low, high] then; 0 if proved 0 there."""
        for bits in WIDTHS:
            self.narrow(bits)
            value = equation.value(span(self.low, self.high, 2 * bits + 64), 2 * bits + 64)
            if value > 0 or value < 0:
                return 1 if value > 0 else -1
            if bits >= GUESS_BITS or self.exact is not None:
                self.guess()
                if self.exact is not None and bits <= 2 * GUESS_BITS and equation.vanishes_at(self.exact):
                    return 0
                if self.low == self.high and (sign := equation.exact_sign(self.low)):
                    return sign
        raise UndecidedError(f"whether {equation.expr} is 0 at {equation.x} = {_shown(self.low)} was not decided")

    def guess(self) -> None:
        """Look for a closed form, and keep it only if it is proved."""
        if self._guessed:
            return
        self._guessed = True
        self.narrow(GUESS_BITS)
        for candidate in closed_forms(self.low, self.high):
            if self.suggest(candidate):
                return

    def suggest(self, exact: Expr) -> bool:
        """Take over a closed form if it certainly lies between the bounds, where there is one zero only, and is one."""
        value = balls.enclose(exact, bits=8 * GUESS_BITS)
        below, above = bounds(value)
        if below < self.low or above > self.high or not self.equation.vanishes_at(exact):
            return False
        self._take(exact)
        return True


def coincide(a: Zero, b: Zero) -> bool:
    """Whether two zeros are the same point; where not, they are separated."""
    for bits in WIDTHS:
        if a.high < b.low or b.high < a.low:
            return False
        if a.exact is not None and a.exact == b.exact:
            return True
        a.narrow(bits)
        b.narrow(bits)
        if bits >= GUESS_BITS:
            a.guess()
            b.guess()
            for known, other in ((a, b), (b, a)):
                if known.exact is not None and other.exact is None:
                    other.suggest(known.exact)
            if a.exact is not None and b.exact is not None and same(a.exact, b.exact):
                return True
    raise UndecidedError(f"two zeros near {_shown(a.low)} could not be told apart")


def before(a: Zero, b: Zero) -> bool:
    """Whether a lies below b, for zeros that are different points."""
    for bits in WIDTHS:
        if a.high < b.low or b.high < a.low:
            return bool(a.high < b.low)
        a.narrow(bits)
        b.narrow(bits)
    raise UndecidedError(f"two zeros near {_shown(a.low)} could not be told apart")


def _shown(value: fmpq) -> str:
    return str(arb(value).str(12, radius=False))
