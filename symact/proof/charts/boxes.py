"""All zeros of a smooth function on a bounded interval by subdivision: balls that exclude zeros, and derivatives that don't vanish."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from flint import arb, fmpq
from sympy import Expr, Mul, Symbol, diff

from ...errors import UndecidedError
from ..algebra.quotients import number
from ..numbers import balls
from ..numbers.ball_rules import rational
from .bounds import bounds, closed_forms, span
from .far_forms import led_by_exponentials
from .points import Equation, Zero, is_zero_at

__all__ = ["SmoothEquation", "zeros_between"]

MAX_BOXES = 8_000
#: Bits of a box beyond its width; a function that cancels more gets more.
SPARE_BITS = (64, 256, 1024)
#: From this width (in bits) a box that can't be decided is searched for a zero in closed form.
GUESS_WIDTH = 30
MAX_WIDTH = 600
MAX_ORDER = 12
MAX_SHRINK = 400
#: From here on sums are led by their largest exponential.
FAR = 8


class SmoothEquation(Equation):
    """An expression that is asked for its zeros where it is smooth."""

    def __init__(self, expr: Expr, x: Symbol, order: int = 0) -> None:
        self.x = x
        self._function, self._order = expr, order
        self._products: dict[int, tuple[Expr, Expr]] = {}

    @cached_property
    def expr(self) -> Expr:
        """The function."""
        return diff(self._function, self.x, self._order)

    def derivative(self) -> SmoothEquation:
        """Return the derivative as an equation."""
        return SmoothEquation(self._function, self.x, self._order + 1)

    def taylor(self, point: arb | fmpq, order: int, bits: int) -> list[arb]:
        """Return balls around f, f', …, up to an order, on a ball; nan where they aren't known to exist."""
        form = Mul(*self._led(point)) if abs(point) > FAR else self._function
        try:
            # one order at least: flint knows no powers of a constant series around 0
            found = balls.taylor(form, self.x, point, max(1, self._order + order), bits)
        except UndecidedError:
            return [arb.nan()] * (order + 1)
        with balls.precision(bits):
            return [c * arb(self._order + k).fac() for k, c in enumerate(found[self._order : self._order + order + 1])]

    def keeps_sign(self, over: arb, bits: int) -> bool:
        """Whether the function is seen to have no zero on a ball by what is left of it without its leading exponential."""
        if self._order or not abs(over) > FAR:
            return False
        value = balls.enclose(self._led(over)[1], {self.x: over}, bits)
        return bool(value > 0 or value < 0)

    def _led(self, point: arb | fmpq) -> tuple[Expr, Expr]:
        """The function as a product of an exponential and something narrow around a point far from 0."""
        side = 1 if point > 0 else -1
        if side not in self._products:
            self._products[side] = led_by_exponentials(self._function, self.x, side)
        return self._products[side]

    def value(self, point: arb | fmpq, bits: int) -> arb:
        """Return a ball around the value at a rational point, or around all values on a ball."""
        return self.taylor(point, 0, bits)[0]

    def slope(self, point: arb | fmpq, bits: int) -> arb:
        """Return a ball around the derivative, which need not be finite."""
        return self.taylor(point, 1, bits)[1]


@dataclass(frozen=True)
class _Edge:
    """A point with the sign of f on [low, high] but for the point itself: below it and above it."""

    low: fmpq
    high: fmpq
    below: int
    above: int
    zero: Zero | None = None


def zeros_between(equation: SmoothEquation, low: Expr, high: Expr) -> list[Zero]:
    """Return all zeros of a function on the open interval (low, high) with finite ends, in increasing order.

    The function is smooth on the interval and at its ends. Raises UndecidedError where a zero is not resolved.
    """
    return _Search(equation).between(low, high)


class _Search:
    def __init__(self, equation: SmoothEquation) -> None:
        self.equation = equation
        self.boxes = 0

    def between(self, low: Expr, high: Expr) -> list[Zero]:
        """Zeros of the open interval, free of those at its ends."""
        left, right = (replace(self._around(end), zero=None) for end in (low, high))
        # where the surroundings of the ends meet there is no room for a zero
        return self._gap(left, right) if left.high < right.low else []

    def _gap(self, left: _Edge, right: _Edge) -> list[Zero]:
        """Zeros between two edges."""
        found: list[Zero] = []
        stack = [(left, right)]
        while stack:
            a, b = stack.pop()
            if a.zero is not None:
                found.append(a.zero)
                a = replace(a, zero=None)
            if a.high >= b.low:
                continue
            self.boxes += 1
            if self.boxes > MAX_BOXES:
                raise UndecidedError(f"the zeros of {self.equation.expr} were not separated in {MAX_BOXES} boxes")
            zeros = self._decide(a, b)
            if zeros is None:
                middle = self._middle(a.high, b.low)
                stack += [(middle, b), (a, middle)]
            else:
                found += zeros
        return found

    def _decide(self, a: _Edge, b: _Edge) -> list[Zero] | None:
        """The zeros in a box that is free of them, or on which f or f' is monotone; None if none of this is seen."""
        low, high = a.high, b.low
        width = _bits(high - low)
        for spare in SPARE_BITS:
            bits = width + spare
            over = span(low, high, bits)
            if self.equation.keeps_sign(over, bits):
                return []
            f, slope, bend = self.equation.taylor(over, 2, bits)
            middle = (low + high) / 2
            centre, tilt = self.equation.taylor(middle, 1, bits)
            with balls.precision(bits):
                step = over - arb(middle)
                forms = (f, centre + slope * step, centre + tilt * step + bend * step * step / 2)
            if any(form > 0 or form < 0 for form in forms):
                return []
            if slope > 0 or slope < 0:
                return self._crossing(a, b)
            if bend > 0 or bend < 0:
                return self._vertex(a, b)
            if centre > 0 or centre < 0 or not f.is_finite():
                return None
        return None

    def _crossing(self, a: _Edge, b: _Edge) -> list[Zero]:
        """The zero of a monotone function."""
        return [Zero(self.equation, a.high, b.low)] if a.above != b.below else []

    def _vertex(self, a: _Edge, b: _Edge) -> list[Zero] | None:
        """The zeros of a function with a monotone derivative, by the sign at its extremum."""
        if a.above != b.below:
            # the two signs differ, so one zero; a second and third would need another bend
            return self._crossing(a, b)
        slope = self.equation.derivative()
        signs = slope.sign(a.high), slope.sign(b.low)
        if None in signs:
            return None
        if signs[0] == signs[1]:
            return []
        extremum = Zero(slope, a.high, b.low)
        sign = extremum.sign_of(self.equation)
        if sign == a.above:
            return []
        if sign == 0 and extremum.exact is not None:
            return [Zero.at(self.equation, extremum.exact)]
        return [Zero(self.equation, a.high, extremum.low), Zero(self.equation, extremum.high, b.low)]

    def _middle(self, low: fmpq, high: fmpq) -> _Edge:
        """A point inside with its signs, a zero in closed form where the box has become narrow."""
        width = high - low
        if _bits(width) > GUESS_WIDTH:
            if _bits(width) > MAX_WIDTH:
                raise UndecidedError(f"a zero of {self.equation.expr} of unknown order was not resolved")
            for candidate in closed_forms(low, high):
                if self.equation.vanishes_at(candidate):
                    return self._around(candidate, low, high)
        for share in (fmpq(1, 2), fmpq(3, 8), fmpq(5, 8)):
            point = low + width * share
            sign = self.equation.sign(point, 256 + 2 * _bits(width))
            if sign is not None:
                return _Edge(point, point, sign, sign)
            if self.equation.vanishes_at(number(point)):
                return self._around(number(point), low, high)
        raise UndecidedError(
            f"the sign of {self.equation.expr} near {float(int(point.p) / int(point.q))} was not decided"
        )

    def _around(self, point: Expr, low: fmpq | None = None, high: fmpq | None = None) -> _Edge:
        """Signs beside an exact point, from the first derivative that isn't zero there; inside [low, high] if given."""
        order, equation = 0, self.equation
        while True:
            sign = self._sign_at(equation, point)
            if sign:
                break
            if not is_zero_at(equation.expr, equation.x, point):
                raise UndecidedError(f"whether {equation.expr} is 0 at {equation.x} = {point} was not decided")
            order, equation = order + 1, equation.derivative()
            if order > MAX_ORDER:
                raise UndecidedError(f"{self.equation.expr} vanishes to order {MAX_ORDER} at {equation.x} = {point}")
        for k in range(2, MAX_SHRINK):
            bits = 2 * k + 64
            near = bounds(balls.enclose(point, bits=bits))
            below, above = near[0] - fmpq(1, 2**k), near[1] + fmpq(1, 2**k)
            if (low is not None and below <= low) or (high is not None and above >= high):
                continue
            value = equation.value(span(below, above, bits), bits)
            if value > 0 or value < 0:
                zero = Zero.at(self.equation, point) if order else None
                return _Edge(below, above, sign * (-1) ** order, sign, zero)
        raise UndecidedError(f"the zeros of {self.equation.expr} near {point} were not separated")

    def _sign_at(self, equation: SmoothEquation, point: Expr) -> int:
        """The sign at an exact point, 0 where balls don't tell."""
        if point.is_Rational:
            return equation.sign(rational(point), 512) or 0
        for bits in (64, 128, 256, 512):
            value = equation.value(balls.enclose(point, bits=bits), bits)
            if value > 0 or value < 0:
                return 1 if value > 0 else -1
        return 0


def _bits(width: fmpq) -> int:
    """-log2 of a width, at least 0."""
    return max(0, int(width.q).bit_length() - int(width.p).bit_length())
