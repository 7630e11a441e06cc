"""Real zeros of equations: isolated between rationals, narrowed to any width, exact where a closed form is proved."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

import sympy as sp
from flint import arb, fmpq
from sympy import Expr, Rational, Symbol, log, oo, pi, sqrt

from ..errors import InputError, NotSupportedError, UndecidedError
from . import balls, field
from .program import rational
from .quotients import number

__all__ = ["Equation", "Zero", "before", "bounds", "closed_forms", "coincide", "is_zero_at", "same", "simplest_between", "span"]

#: Bits up to which the sign of an equation at a point is looked for by balls.
MAX_BITS = 8192
#: Bits of width at which the sign of another equation is looked for at a zero, and from which a closed form is.
WIDTHS = (24, 48, 96, 192, 384, 768, 1536)
GUESS_FROM = 96
#: A closed form is tried if its rational has at most this share of the bits that were known.
MAX_SHARE = 0.2
MAX_STEPS = 20_000


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

    def vanishes_at(self, point: Expr) -> bool:
        """Whether it is proved to be 0 at an exact point."""
        return is_zero_at(self.expr, self.x, point)


def is_zero_at(expr: Expr, x: Symbol, point: Expr) -> bool:
    """Whether an expression is proved to be 0 at an exact point."""
    at = expr.subs(x, point)
    if at.has(sp.nan, sp.zoo, oo, -oo):
        return False
    try:
        return field.is_zero(at) is True
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


def bounds(ball: arb) -> tuple[fmpq, fmpq]:
    """Return the least and the largest number of a finite ball."""
    # arb.lower() and arb.upper() would round to the current precision
    middle, radius = ball.mid().fmpq(), ball.rad().fmpq()
    return middle - radius, middle + radius


def span(low: fmpq, high: fmpq, bits: int) -> arb:
    """Return a ball around an interval."""
    with balls.precision(bits):
        return arb(low).union(arb(high))


def simplest_between(low: fmpq, high: fmpq) -> fmpq:
    """Return the rational of least denominator in [low, high]."""
    whole = low.ceil()
    if whole <= high:
        return fmpq(0) if low <= 0 <= high else fmpq(whole if low > 0 else high.floor())
    base = low.floor()
    return base + 1 / simplest_between(1 / (high - base), 1 / (low - base))


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
            self._enclose(GUESS_FROM)

    def _enclose(self, bits: int) -> None:
        """Take the bounds from a ball around the closed form."""
        assert self.exact is not None
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
                raise UndecidedError(f"the zero of {self.equation.expr} near {_shown(self.low)} could not be narrowed down")

    def _step(self) -> None:
        """One step of interval Newton, of bisection where that does not halve the width."""
        middle, width = (self.low + self.high) / 2, self.high - self.low
        bits = 2 * max(0, -_log2(width)) + max(0, _log2(max(abs(self.low), abs(self.high), fmpq(1)))) + 64
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
        self._bisect(middle)

    def _bisect(self, middle: fmpq) -> None:
        if self._sign_below is None:
            self._sign_below = self.equation.certain_sign(self.low)
        sign = self.equation.sign(middle, 4 * GUESS_FROM)
        if sign is None and self.equation.vanishes_at(number(middle)):
            self._take(number(middle))
        elif (sign or self.equation.certain_sign(middle)) == self._sign_below:
            self.low = middle
        else:
            self.high = middle

    def sign_of(self, equation: Equation) -> int:
        """Return the sign of another equation at this zero, the same on all of [low, high] then; 0 if proved 0 there."""
        for bits in WIDTHS:
            self.narrow(bits)
            value = equation.value(span(self.low, self.high, 2 * bits + 64), 2 * bits + 64)
            if value > 0 or value < 0:
                return 1 if value > 0 else -1
            if bits >= GUESS_FROM or self.exact is not None:
                self.guess()
                if self.exact is not None and bits <= 2 * GUESS_FROM and equation.vanishes_at(self.exact):
                    return 0
        raise UndecidedError(f"whether {equation.expr} is 0 at {equation.x} = {_shown(self.low)} was not decided")

    def guess(self) -> None:
        """Look for a closed form, and keep it only if it is proved."""
        if self._guessed:
            return
        self._guessed = True
        self.narrow(GUESS_FROM)
        for candidate in closed_forms(self.low, self.high):
            if self.suggest(candidate):
                return

    def suggest(self, exact: Expr) -> bool:
        """Take over a closed form if it certainly lies between the bounds, where there is one zero only, and is one."""
        value = balls.enclose(exact, bits=8 * GUESS_FROM)
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
        if bits >= GUESS_FROM:
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
            return a.high < b.low
        a.narrow(bits)
        b.narrow(bits)
    raise UndecidedError(f"two zeros near {_shown(a.low)} could not be told apart")


def _shown(value: fmpq) -> str:
    return f"{int(value.p) / int(value.q):.12g}"


def _log2(value: fmpq) -> int:
    """floor of log2, up to one."""
    return int(value.p).bit_length() - int(value.q).bit_length()


#: Increasing functions with their inverses: a zero may be the inverse of a simple rational.
_FORMS: tuple[tuple[Callable[[arb], arb], Callable[[Rational], Expr]], ...] = (
    (lambda v: v, lambda r: r),
    (lambda v: v.exp(), log),
    (lambda v: v * abs(v), lambda r: sqrt(r) if r >= 0 else -sqrt(-r)),
    (lambda v: v / arb.pi(), lambda r: r * pi),
)


def closed_forms(low: fmpq, high: fmpq) -> Iterator[Expr]:
    """Yield closed forms in [low, high] that are much simpler than the bounds."""
    bits = GUESS_FROM + 32
    for function, inverse in _FORMS:
        with balls.precision(bits):
            image = function(arb(low).union(arb(high)))
            if not image.is_finite():
                continue
            below, above = bounds(image)
        found = simplest_between(below, above)
        known = -_log2(above - below) if above > below else bits
        # zero counts once, as itself
        if found.height_bits() <= MAX_SHARE * known and (found != 0 or inverse is _FORMS[0][1]):
            yield inverse(number(found))
