"""Kernels that are algebraically independent: fields of functions in which each is transcendental over those before it.

Exponentials of polynomials are so where no linear combination of the exponents is constant (Ax), exp(u) where u has a pole
in the last kernel, a primitive where its derivative has a simple pole, or for erf a term, that no derivative has.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from flint import fmpq, fmpq_mat
from sympy import Expr, Symbol, diff

from ...errors import NotSupportedError
from ..algebra.assume import Assumptions
from ..algebra.conversion import Conversion
from ..algebra.quotients import Kernel, Polynomial, Quotient
from ..charts.tower import Tower
from ..charts.towers import built

__all__ = ["PRIMITIVE", "Field", "field", "independent"]

#: Kernels that are algebraic over the others.
_ALGEBRAIC = ("root", "sin")
#: Kernels whose derivatives are free of them.
PRIMITIVE = ("log", "atan", "erf")
#: Rational points at which a function is shown to differ from 0, and with how many bits.
_POINTS, _BITS = tuple(fmpq(n, 7) for n in (3, -4, 11, -17, 30, -45, 1, 80)), 256
#: sin(u)' = cos(u)*u', cos(u)' = -sin(u)*u'.
_PARTNERS = {"sin": ("cos", 1), "cos": ("sin", -1)}


class Field(Tower):
    """A tower in which sines and cosines have derivatives too."""

    def _slope_of_kernel(self, c: Conversion, kernel: Kernel) -> Quotient:
        if kernel.kind not in _PARTNERS or not self.varies(kernel):
            return super()._slope_of_kernel(c, kernel)
        name, sign = _PARTNERS[kernel.kind]
        (angle,) = kernel.expr.args
        partner = self.ring.find((name, angle))
        assert partner is not None  # sine and cosine of an angle are made together
        return self.ring.product([self.ring.polynomial(sign * partner.gen), c.convert(diff(angle, self.x))])

    @property
    def varying(self) -> list[Kernel]:
        """The kernels but x that depend on x, each after those its derivatives hold."""
        found = [k for k in self.ring.kernels if k is not self.base and self.varies(k)]
        return sorted(found, key=lambda k: (len(self.below[k.index]), k.kind in PRIMITIVE))

    def slope_of_kernel(self, kernel: Kernel) -> Quotient:
        """Return the derivative of a kernel."""
        return self._slopes[kernel.index]

    def nonzero(self, poly: Polynomial) -> bool:
        """Whether a polynomial certainly isn't 0 at some point, in whatever way its kernels depend on one another."""
        values = (self.value(poly, point, _BITS) for point in _POINTS)
        return any(value.is_finite() and 0 not in value for value in values)

    def depends(self, kernel: Kernel, other: Kernel) -> bool:
        """Whether the derivatives of a kernel hold another one."""
        return other.index in self.below[kernel.index]

    def degree(self, poly: Polynomial, kernel: Kernel) -> int:
        """Return the degree of a polynomial in one kernel."""
        return 0 if poly.is_constant() else int(poly.degrees()[self.position(kernel)])

    def variable_of(self, poly: Polynomial) -> Kernel | None:
        """Return the kernel in which an irreducible polynomial is a place that differs from its derivative, None if that isn't seen.

        Its coefficients hold rationals and kernels that don't depend on that one, and none that is algebraic over others.
        """
        found = self.ring.kernels_of(poly)
        if any(k.constant or k.relation is not None or k.kind == "cos" for k in found):
            return None
        outer = [k for k in found if k is not self.base] or found
        highest = [k for k in outer if not any(self.depends(other, k) for other in outer)]
        slope = self.slope(poly).num
        regular = not slope.is_zero() and poly.gcd(slope).is_constant()
        return highest[0] if highest and regular else None

    def survives(self, num: Polynomial, place: Polynomial, kernel: Kernel) -> bool:
        """Whether a polynomial certainly isn't 0 modulo a place in a kernel that is transcendental over the others."""
        modulus = self.coefficients(place, kernel)
        order = max(modulus)
        while (degree := self.degree(num, kernel)) >= order:
            lead = self.coefficients(num, kernel)[degree]
            num = modulus[order] * num - lead * kernel.gen ** (degree - order) * place
        return not num.is_zero() and any(self.nonzero(part) for part in self.coefficients(num, kernel).values())

    def partial(self, value: Quotient, kernel: Kernel) -> Quotient:
        """Return the derivative of a quotient by one kernel, of which no root is taken; a cosine takes its sine with it."""
        parts = [(kernel, self.ring.one)]
        if kernel.kind == "cos":
            partner = self.ring.find(("sin", kernel.expr.args[0]))
            assert partner is not None
            cotangent = self.ring.quotient(-kernel.gen, partner.gen)
            parts.append((partner, cotangent))
        found = []
        for k, factor in parts:
            place = self.position(k)
            num = value.num.derivative(place) * value.den - value.num * value.den.derivative(place)
            found.append(self.ring.product([factor, self.ring.quotient(num, value.den * value.den)]))
        return self.ring.sum(found)

    def jacobians(self, f: Quotient, g: Quotient) -> Iterator[Polynomial]:
        """Yield numerators of the Jacobians of two quotients by two kernels of which none is a root, and none is taken."""
        rooted = {index for k in self.varying if k.kind == "root" for index in self._held(k)}
        free = [k for k in self.varying if k.kind not in _ALGEBRAIC and k.index not in rooted]
        for a, b in combinations(free, 2):
            fa, fb, ga, gb = (self.partial(value, k) for value in (f, g) for k in (a, b))
            yield self.ring.sum([self.ring.product([fa, gb]), self.ring.negative(self.ring.product([fb, ga]))]).num

    def _held(self, kernel: Kernel) -> set[int]:
        """The kernels in what a root is taken of, and those below it."""
        assert kernel.relation is not None
        radicand = kernel.relation[1]
        inside = {k.index for poly in (radicand.num, radicand.den) for k in self.kernels(poly)}
        return inside | self.below[kernel.index]

    def pole(self, slope: Quotient) -> Polynomial | None:
        """Return a place where a quotient certainly has a simple pole, None where none is seen."""
        held = [k for poly in (slope.num, slope.den) for k in self.kernels(poly)]
        if any(k.relation is not None for k in held):
            return None
        for place, power in slope.den.factor()[1]:
            kernel = self.variable_of(place)
            if power != 1 or kernel is None or any(self.depends(k, kernel) for k in held):
                continue
            if kernel is self.base and any(k is not kernel for k in held):
                continue
            if self.survives(slope.num, place, kernel):
                return place
        return None


def field(x: Symbol, low: Expr, high: Expr, known: Assumptions, *exprs: Expr) -> tuple[Field, list[Quotient]]:
    """Return a field that holds expressions without parameters on low < x < high, and these in it; raises as `build`."""
    if any(e.free_symbols - {x} for e in exprs):
        raise NotSupportedError("functions with parameters have no field here")
    return built(exprs, x, low, high, known, Field)


def independent(of: Field) -> bool:
    """Whether all varying kernels but roots and sines are certainly algebraically independent over C(x)."""
    kernels = [k for k in of.varying if k.kind not in _ALGEBRAIC]
    if any(k.kind not in ("exp", "cos", *PRIMITIVE) for k in kernels):
        return False
    outer = [k for k in kernels if k.kind in ("exp", "cos") and not _is_nested(of, k)]
    if not all(_unrelated(of, [k for k in outer if k.kind == kind]) for kind in ("exp", "cos")):
        return False
    before = list(outer)
    for kernel in (k for k in kernels if k not in outer):
        check = _has_pole if kernel.kind == "exp" else _is_no_derivative
        if kernel.kind == "cos" or not check(of, kernel, before):
            return False
        before.append(kernel)
    return True


def _speed(of: Field, kernel: Kernel) -> Quotient:
    """The derivative of an exponent or an angle."""
    slope = of.slope_of_kernel(kernel)
    if kernel.kind == "cos":
        partner = of.ring.find(("sin", kernel.expr.args[0]))
        assert partner is not None
        return of.ring.product([slope, of.ring.inverse(of.ring.polynomial(-partner.gen))])
    return of.ring.product([slope, of.ring.inverse(of.ring.polynomial(kernel.gen))])


def _is_nested(of: Field, kernel: Kernel) -> bool:
    speed = _speed(of, kernel)
    return any(k is not of.base for poly in (speed.num, speed.den) for k in of.kernels(poly))


def _unrelated(of: Field, kernels: list[Kernel]) -> bool:
    """Whether no linear combination of exponents is constant: one that isn't, or polynomials that are independent."""
    speeds = [_speed(of, k) for k in kernels]
    if len(speeds) < 2:
        return all(of.nonzero(speed.num) for speed in speeds)
    if any(of.kernels(speed.den) for speed in speeds):
        return False
    degrees = [of.degree(speed.num, of.base) for speed in speeds]
    if len(set(degrees)) == len(degrees):
        return all(of.nonzero(of.coefficients(s.num, of.base)[n]) for s, n in zip(speeds, degrees, strict=True))
    if any(k is not of.base for s in speeds for poly in (s.num, s.den) for k in of.ring.kernels_of(poly)):
        return False
    rows = [[c / s.den.leading_coefficient() for c in of.univariate(s.num, of.base)] for s in speeds]
    width = max(map(len, rows))
    entries = [c for row in rows for c in [*row, *[fmpq(0)] * (width - len(row))]]
    return bool(fmpq_mat(len(rows), width, entries).rank() == len(rows))


def _has_pole(of: Field, kernel: Kernel, before: list[Kernel]) -> bool:
    """Whether an exponent has a pole in a kernel s on which none before depends: n*u' has a double one then, and v'/v none.

    For a primitive s a pole at infinity of order 1 must have a coefficient that isn't constant.
    """
    (u,) = kernel.parts
    inside = [k for poly in (u.num, u.den) for k in of.kernels(poly)]
    if any(k.relation is not None or k.kind == "cos" for k in inside):
        return False
    for s in inside:
        if s is of.base or any(of.depends(k, s) for k in before):
            continue
        if s.kind == "exp":
            return of.nonzero(u.num.derivative(of.position(s))) or bool(of.degree(u.den, s))
        if not of.degree(u.den, s):
            degree = of.degree(u.num, s)
            lead = of.ring.quotient(of.coefficients(u.num, s)[degree], u.den)
            return of.nonzero(lead.num if degree > 1 else of.slope_of(lead).num)
    return False


def _is_no_derivative(of: Field, kernel: Kernel, before: list[Kernel]) -> bool:
    """Whether the derivative of a primitive certainly is none of a function of the kernels before it."""
    slope = of.slope_of_kernel(kernel)
    others = [of.slope_of_kernel(k) for k in before if k.kind in PRIMITIVE and k.kind != "erf"]
    if kernel.kind == "erf":
        # q' - (u**2)'*q = u' has no rational solution where u is a polynomial
        (u,) = kernel.parts
        held = {k.index for k in of.kernels(slope.num)} - {of.base.index}
        mixed = any(k.index in held for other in others for poly in (other.num, other.den) for k in of.kernels(poly))
        return u.den.is_constant() and all(k is of.base for k in of.kernels(u.num)) and not mixed
    place = of.pole(slope)
    return place is not None and all(other.den.gcd(place).is_constant() for other in others)
