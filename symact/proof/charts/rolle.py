"""All real zeros of polynomials in the kernels of a tower on an interval, by Rolle's theorem.

p = 0 is p/a = 0 for a coefficient a of its last kernel, and the derivative of p/a has fewer terms in that kernel. Between
two neighbouring zeros of a and of (p/a)' the quotient is monotone, so p has a zero there exactly if its signs near both
differ. [A. Khovanskii, Fewnomials, 1991; A. Strzebonski, Real root isolation for exp-log-arctan functions, 2012]
"""

from __future__ import annotations

from itertools import pairwise

from flint import fmpq
from sympy import Expr, Rational, S, log, oo

from ...errors import NotSupportedError, UndecidedError
from ..algebra.quotients import Kernel, Polynomial
from ..numbers import balls
from .bounds import bounds
from .end_signs import EndSigns
from .gaps import Boundary, bracket, inner_point
from .isolate import isolated
from .points import Zero, before, coincide, same
from .tower import Tower

__all__ = ["NotSmoothError", "ZeroFinder"]

#: Larger problems are given up.
MAX_DEPTH = 40
MAX_TERMS = 2500
MAX_PROBLEMS = 400
#: Widths, in bits, at which a zero is compared with an end of the interval or an interval free of zeros.
WIDTHS = (32, 64, 128, 256, 512, 1024, 2048)


class NotSmoothError(UndecidedError):
    """The expression isn't smooth on the interval, or not known to be."""


class ZeroFinder:
    """Finds the zeros of polynomials of one tower on the open interval (low, high)."""

    def __init__(self, tower: Tower, low: Expr, high: Expr) -> None:
        self.tower, self.low, self.high = tower, low, high
        self._ends = EndSigns(tower)
        self._found: dict[str, list[Zero]] = {}
        self._depth = 0

    def check_smooth(self) -> None:
        """Make sure that all kernels are smooth on the interval; raise NotSmoothError where that isn't proved."""
        tower = self.tower
        for poly in tower.singularities():
            for factor in self._factors(poly):
                if self.zeros(factor):
                    raise NotSmoothError(
                        f"the expression is not smooth where {tower.ring.express(factor)} = 0; split it there"
                    )
        inner = inner_point(self.low, self.high)
        for kernel, value in zip(tower.ring.kernels, tower.values(inner, 256), strict=True):
            if not value.is_finite() and not tower.has_parameters(kernel.gen):
                raise NotSmoothError(f"{kernel.expr} is not known to be real at {tower.x} = {inner}")

    def zeros(self, poly: Polynomial, order: tuple[int, ...] = ()) -> list[Zero]:
        """Return the zeros of an irreducible polynomial in increasing order; `order` are kernels to eliminate first."""
        key = str(poly)
        if key not in self._found:
            if self._depth >= MAX_DEPTH or len(self._found) >= MAX_PROBLEMS:
                raise UndecidedError("the chart leads to too many others")
            self._depth += 1
            try:
                self._found[key] = self._zeros(poly, order)
            finally:
                self._depth -= 1
        return self._found[key]

    def _factors(self, poly: Polynomial) -> list[Polynomial]:
        """Return the distinct irreducible factors that aren't known to have no zero."""
        if len(poly) > MAX_TERMS:
            raise UndecidedError(f"a polynomial of the chart has more than {MAX_TERMS} terms")
        return [part for part, _ in self.tower.factors(poly)[1] if not self.tower.constant_sign(part)]

    def _zeros_of_factors(self, poly: Polynomial, order: tuple[int, ...]) -> list[Zero]:
        return [zero for factor in self._factors(poly) for zero in self.zeros(factor, order)]

    def _zeros(self, poly: Polynomial, order: tuple[int, ...]) -> list[Zero]:
        if self.tower.constant_sign(poly):
            return []
        if self.tower.has_parameters(poly):
            raise NotSupportedError(
                f"the zeros of {self.tower.ring.express(poly)} depend on parameters; give them values"
            )
        kernels = self.tower.kernels(poly)
        if not kernels:
            self.tower.equation(poly).certain_sign(inner_point(self.low, self.high))
            return []
        found = self._in_one_kernel(poly, kernels[0]) if len(kernels) == 1 else None
        if found is not None:
            return self._inside(found)
        kernel = self._last(poly, kernels, order)
        if kernel.kind == "root":
            return self._by_norm(poly, kernel, order)
        return self._by_rolle(poly, kernel, order if kernel.index in order else (*order, kernel.index))

    # Polynomials in x or exp(c*x) alone

    def _in_one_kernel(self, poly: Polynomial, kernel: Kernel) -> list[Zero] | None:
        """Zeros of a polynomial in x or exp(c*x); None for other kernels, or coefficients that aren't rational."""
        tower = self.tower
        speed = S.Zero if kernel is tower.base else self._speed(kernel)
        if speed is None:
            return None
        equation = tower.equation(poly)
        if len(tower.ring.kernels_of(poly)) == 1:
            return isolated(equation, tower.univariate(poly, kernel), speed)
        by_power = tower.coefficients(poly, kernel)
        if set(by_power) != {0, 1}:
            return None
        root = -tower.ring.express(by_power[0]) / tower.ring.express(by_power[1])
        if not speed:
            return [Zero.at(equation, root)]
        sign = balls.sign(root)
        return None if sign is None else [Zero.at(equation, log(root) / speed)] if sign > 0 else []

    def _speed(self, kernel: Kernel) -> Rational | None:
        """Return the rational c of a kernel exp(c*x), None for others."""
        speed = kernel.expr.exp / self.tower.x if kernel.kind == "exp" else None
        return speed if speed is not None and speed.is_Rational else None

    def _inside(self, zeros: list[Zero]) -> list[Zero]:
        """Keep those in the interval, in increasing order."""
        return self._distinct([z for z in zeros if self._side(z, self.low) > 0 and self._side(z, self.high) < 0])

    def _side(self, zero: Zero, end: Expr) -> int:
        """Whether a zero lies above (1) or below (-1) an end, or is it (0)."""
        if end in (oo, -oo):
            return -1 if end == oo else 1
        for bits in WIDTHS:
            low, high = bounds(balls.enclose(end, bits=bits + 32))
            if zero.low > high or zero.high < low:
                return 1 if zero.low > high else -1
            if bits == WIDTHS[0] and (same(zero.exact, end) if zero.exact is not None else zero.suggest(end)):
                return 0
            zero.narrow(bits)
        raise UndecidedError(f"whether a zero lies at {end} was not decided")

    # Elimination of the last kernel

    def _last(self, poly: Polynomial, kernels: list[Kernel], order: tuple[int, ...]) -> Kernel:
        """Choose the kernel to eliminate: no other may have it in its derivative; those begun with come first."""
        below = self.tower.below
        free = [k for k in kernels if not any(k.index in below[h.index] for h in kernels if h is not k)]
        begun = [k for index in order for k in free if k.index == index]
        return begun[0] if begun else min(free, key=lambda k: self._cost(poly, k))

    def _cost(self, poly: Polynomial, kernel: Kernel) -> tuple[int, int, int, int]:
        """Steps until the kernel is gone, counting poles by the division, new kernels, and the size of coefficients."""
        by_power = self.tower.coefficients(poly, kernel)
        poles = self._has_zeros(by_power[self._divisor(by_power, kernel)])
        steps = len(by_power) - 1 if kernel.kind == "exp" else max(by_power)
        new = len(self.tower.below[kernel.index] - {k.index for k in self.tower.kernels(poly)})
        return steps + poles, steps, new, max(c.total_degree() for c in by_power.values())

    def _has_zeros(self, poly: Polynomial) -> bool:
        return bool(self.tower.kernels(poly)) and not self.tower.constant_sign(poly)

    def _divisor(self, by_power: dict[int, Polynomial], kernel: Kernel) -> int:
        """The power whose coefficient is divided by: the highest for primitives, the simplest for exponentials."""
        if kernel.kind != "exp":
            return max(by_power)
        return min(by_power, key=lambda n: (self._has_zeros(by_power[n]), len(by_power[n]), by_power[n].total_degree()))

    def _by_norm(self, poly: Polynomial, kernel: Kernel, order: tuple[int, ...]) -> list[Zero]:
        """Zeros of p(s) with s**n = u: among those of the resultant of p(s) and s**n - u."""
        tower, ring = self.tower, self.tower.ring
        assert kernel.relation is not None
        power, radicand = kernel.relation
        name = ring.context.name(tower.position(kernel))
        norm = poly.resultant(kernel.gen**power * radicand.den - radicand.num, name)
        if norm.is_zero():
            raise UndecidedError(f"{ring.express(poly)} may be zero everywhere")
        norm = ring.quotient(norm, ring.unit).num
        return self._among(poly, self._zeros_of_factors(norm, order))

    def _among(self, poly: Polynomial, candidates: list[Zero]) -> list[Zero]:
        """The zeros of p, all of which are among the candidates."""
        equation, found = self.tower.equation(poly), []
        for candidate in self._distinct(candidates):
            if candidate.exact is not None:
                if candidate.sign_of(equation) == 0:
                    found.append(Zero.at(equation, candidate.exact))
            elif equation.certain_sign(candidate.low) != equation.certain_sign(candidate.high):
                found.append(Zero(equation, candidate.low, candidate.high))
            elif candidate.sign_of(equation) == 0:
                assert candidate.exact is not None
                found.append(Zero.at(equation, candidate.exact))
        return found

    def _by_rolle(self, poly: Polynomial, kernel: Kernel, order: tuple[int, ...]) -> list[Zero]:
        tower, ring = self.tower, self.tower.ring
        by_power = tower.coefficients(poly, kernel)
        power = self._divisor(by_power, kernel)
        divisor = by_power[power] * (kernel.gen**power if kernel.kind == "exp" else 1)
        slope, divisor_slope = tower.slope(poly), tower.slope(divisor)
        numerator = slope.num * divisor_slope.den * divisor - poly * divisor_slope.num * slope.den
        critical = ring.quotient(numerator, ring.unit).num
        poles = self._zeros_of_factors(by_power[power], order)
        if critical.is_zero():
            # p/a is constant, so p vanishes where a does, unless it vanishes everywhere
            tower.equation(poly).certain_sign(inner_point(self.low, self.high))
            return self._among(poly, poles)
        return self._in_gaps(poly, [*poles, *self._zeros_of_factors(critical, order)])

    # Signs at critical points, and the gaps between them

    def _in_gaps(self, poly: Polynomial, critical: list[Zero]) -> list[Zero]:
        """The zeros of p at critical points and in the gaps between them, of which each has one at most."""
        equation, found = self.tower.equation(poly), []
        for left, right in pairwise(self._boundaries(poly, critical)):
            if left.end is not None and left.end != self.low:
                found.append(Zero.at(equation, left.end))
            if left.above != right.below:
                found.append(bracket(equation, left, right))
        return found

    def _boundaries(self, poly: Polynomial, critical: list[Zero]) -> list[Boundary]:
        """Return disjoint boundaries in increasing order, the ends of the interval first and last."""
        equation = self.tower.equation(poly)
        signs = [(zero, zero.sign_of(equation)) for zero in critical]
        # p is not zero on the interval of a critical point at which it isn't, so such intervals may overlap
        clear: list[Boundary] = []
        for zero, sign in sorted(((z, s) for z, s in signs if s), key=lambda pair: pair[0].low):
            low, high = zero.low, zero.high
            if clear and low <= clear[-1].high:
                last = clear.pop()
                low, high = last.low, max(last.high, high)
            clear.append(Boundary(low, high, sign, sign))
        touching = []
        for zero in self._distinct([z for z, s in signs if not s]):
            assert zero.exact is not None
            for other in clear:
                _separate(zero, other.low, other.high)
            below, above = (self._ends.sign(poly, zero.exact, side) for side in (-1, 1))
            touching.append(Boundary(zero.low, zero.high, below, above, zero.exact))
        first = Boundary.of_interval(self.low, 0, self._ends.sign(poly, self.low, 1))
        last = Boundary.of_interval(self.high, self._ends.sign(poly, self.high, -1), 0)
        return [first, *sorted([*clear, *touching], key=lambda b: b.low), last]

    def _distinct(self, zeros: list[Zero]) -> list[Zero]:
        """Sort zeros and drop repetitions."""
        ordered: list[Zero] = []
        for zero in zeros:
            if not any(coincide(zero, other) for other in ordered):
                place = sum(before(other, zero) for other in ordered)
                ordered.insert(place, zero)
        return ordered


def _separate(zero: Zero, low: fmpq, high: fmpq) -> None:
    """Narrow a zero until it lies outside of an interval that doesn't contain it."""
    for bits in WIDTHS:
        if zero.high < low or high < zero.low:
            return
        zero.narrow(bits)
    raise UndecidedError("two critical points could not be told apart")
