"""Signs of polynomials of a tower next to a point or at infinity."""

from __future__ import annotations

from flint import arb, fmpq
from sympy import Expr, S, oo

from ...errors import UndecidedError
from ..algebra.assume import NOTHING
from ..algebra.quotients import Kernel, Polynomial
from ..asymptotics.ends import variable_at
from ..asymptotics.expansion import expand_at
from ..asymptotics.scale import Scale
from ..asymptotics.series import Element, Monomial, Series
from ..numbers import balls
from ..numbers.ball_rules import rational
from .tower import Tower

__all__ = ["EndSigns"]

#: Bits up to which balls are tried at a finite point before the expansion.
BALL_BITS = 256


#: Rational powers of the elements of a scale, and a ball around the coefficient.
_Lead = tuple[dict[Element, fmpq], arb]


class _End:
    """The series of all kernels at one end, made as they are needed."""

    def __init__(self, tower: Tower, point: Expr, side: int) -> None:
        self.tower = tower
        self.scale = Scale(NOTHING)
        self._variables = {tower.x: variable_at(self.scale, point, side)}
        self._kernels: dict[int, Series] = {}
        self._leads: dict[int, _Lead | None] = {}

    def _kernel(self, kernel: Kernel) -> Series:
        if kernel.index not in self._kernels:
            self._kernels[kernel.index] = expand_at(kernel.expr, self._variables, self.scale)
        return self._kernels[kernel.index]

    def _lead(self, kernel: Kernel) -> _Lead | None:
        """The leading term of a kernel, None where it has no such form."""
        if kernel.index not in self._leads:
            self._leads[kernel.index] = None
            lead: tuple[Monomial, Expr] | None = ((), kernel.expr)
            if self.tower.varies(kernel):
                lead = self.scale.lead(self._kernel(kernel))
            if lead is not None and all(exponent.is_Rational for _, exponent in lead[0]):
                powers = {element: rational(exponent) for element, exponent in lead[0]}
                self._leads[kernel.index] = powers, balls.enclose(lead[1], bits=BALL_BITS)
        return self._leads[kernel.index]

    def sign(self, poly: Polynomial) -> int:
        """Return the sign a polynomial keeps near the end, 0 if it is zero there."""
        if poly.is_zero():
            return 0
        sign = self._dominant_sign(poly)
        if sign:
            return sign
        for kernel in self.tower.kernels(poly):
            if kernel.kind == "root" and kernel.relation is not None and kernel.relation[0] == 2:
                return self._sign_by_norm(poly, kernel)
        self.scale.renew()
        return self.scale.sign(self.series(poly))

    def _sign_by_norm(self, poly: Polynomial, kernel: Kernel) -> int:
        """The sign of a + b*s from those of a, b and a**2 - b**2*s**2, for a positive s."""
        assert kernel.relation is not None
        ring, radicand = self.tower.ring, kernel.relation[1]
        by_power = self.tower.coefficients(poly, kernel)
        a: Polynomial = by_power.get(0, ring.zero.num)
        b: Polynomial = by_power.get(1, ring.zero.num)
        signs = self.sign(a), self.sign(b)
        if signs[0] * signs[1] >= 0:
            return signs[0] or signs[1]
        norm = ring.quotient(a * a * radicand.den - b * b * radicand.num, ring.unit).num
        larger = self.sign(norm) * self.sign(radicand.den)
        return 0 if larger == 0 else signs[larger < 0]

    def _dominant_sign(self, poly: Polynomial) -> int:
        """The sign of the terms of largest growth, 0 where they may cancel."""
        leads: dict[int, _Lead] = {}
        for kernel in self.tower.ring.kernels_of(poly):
            lead = self._lead(kernel)
            if lead is None:
                return 0
            leads[kernel.index] = lead
        elements = sorted({e for powers, _ in leads.values() for e in powers}, key=lambda e: -e.rank)
        largest, total = None, arb(0)
        with balls.precision(BALL_BITS):
            for coefficient, factors in self.tower.terms(poly):
                growth = tuple(sum((leads[k][0].get(e, 0) * n for k, n in factors), fmpq(0)) for e in elements)
                if largest is None or growth >= largest:
                    term = arb(coefficient)
                    for k, n in factors:
                        term *= leads[k][1] ** n
                    total = total + term if growth == largest else term
                    largest = growth
        return 1 if total > 0 else -1 if total < 0 else 0

    def series(self, poly: Polynomial) -> Series:
        """Return the series of a polynomial, by Horner's rule in its kernels."""
        scale = self.scale
        kernels = self.tower.kernels(poly)
        if not kernels:
            return scale.constant(self.tower.ring.express(poly))
        last = self._kernel(kernels[-1])
        by_power = self.tower.coefficients(poly, kernels[-1])
        total, powers = scale.zero, sorted(by_power, reverse=True)
        for power, following in zip(powers, [*powers[1:], 0], strict=True):
            total = scale.total(total, self.series(by_power[power]))
            total = scale.product(total, scale.power(last, S(power - following)))
        return total


class EndSigns:
    """Signs of polynomials just beside points and at infinity."""

    def __init__(self, tower: Tower) -> None:
        self.tower = tower
        self._ends: dict[tuple[Expr, int], _End] = {}

    def sign(self, poly: Polynomial, point: Expr, side: int) -> int:
        """Return the sign a polynomial keeps near `point` on one side (at oo and -oo on the inner one).

        Raises UndecidedError where it isn't decided or the polynomial is zero there.
        """
        infinite = point in (oo, -oo)
        if not infinite:
            sign = self._by_ball(poly, point)
            if sign is not None:
                return sign
        key = point, 0 if infinite else side
        if key not in self._ends:
            self._ends[key] = _End(self.tower, point, side)
        sign = self._ends[key].sign(poly)
        if sign == 0:
            raise UndecidedError(f"{self.tower.ring.express(poly)} is zero near {point}")
        return sign

    def _by_ball(self, poly: Polynomial, point: Expr) -> int | None:
        bits = balls.FIRST_BITS
        while bits <= BALL_BITS:
            value = self.tower.value(poly, balls.enclose(point, bits=bits), bits)
            if value > 0 or value < 0:
                return 1 if value > 0 else -1
            bits *= 2
        return None
