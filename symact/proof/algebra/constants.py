"""Exact zero test of numbers whose kernels depend on each other: algebraic numbers, and sums of arcs."""

from __future__ import annotations

from itertools import product
from math import lcm, prod
from typing import Any

from flint import arb, fmpq, fmpq_mat
from sympy import pi

from ...errors import SymactError
from ..numbers import balls
from .conversion import Conversion
from .kernels import sine_cosine
from .quotients import Kernel, Polynomial

__all__ = ["has_zero_coefficients"]

MAX_DIMENSION = 64
MAX_BITS = 1 << 15


def has_zero_coefficients(c: Conversion, poly: Polynomial) -> bool:
    """Whether each coefficient of a polynomial, constant kernels counted as numbers, is certainly 0."""
    groups: dict[Any, Polynomial] = {}
    for coefficient, _, powers in c.ring.terms(poly):
        key = tuple((kernel.index, n) for kernel, n in powers if not kernel.constant)
        number = prod((kernel.gen**n for kernel, n in powers if kernel.constant), start=c.ring.unit)
        groups[key] = number * coefficient + groups.get(key, 0)
    return all(_is_zero(c, group) for group in groups.values())


def _is_zero(c: Conversion, poly: Polynomial) -> bool:
    return bool(poly.is_zero()) or _is_zero_algebraic(c, poly) or _is_zero_arc(c, poly)


def _is_zero_algebraic(c: Conversion, poly: Polynomial) -> bool:
    """A number is 0 if it is a root of a polynomial and smaller than all roots of it that aren't 0.

    The polynomial is that of multiplication by the number in the span of all products of its roots.
    """
    roots = _closure(c, poly)
    if any(r.relation is None or r.kind != "root" or r.relation[1].den != c.ring.unit for r in roots):
        return False
    orders = [r.relation[0] for r in roots if r.relation is not None]
    if prod(orders) > MAX_DIMENSION:
        return False
    monomials = list(product(*map(range, orders)))
    place = {monomial: k for k, monomial in enumerate(monomials)}
    rows = [[fmpq(0)] * len(monomials) for _ in monomials]
    for row, exponents_of_row in zip(rows, monomials, strict=True):
        factor = prod((root.gen**n for root, n in zip(roots, exponents_of_row, strict=True)), start=c.ring.unit)
        for coefficient, _, powers in c.ring.terms(c.ring.polynomial(poly * factor).num):
            exponents = {kernel.index: n for kernel, n in powers}
            row[place[tuple(exponents.get(r.index, 0) for r in roots)]] += coefficient
    coefficients = list(fmpq_mat(rows).charpoly().coeffs())
    lowest = next(k for k, value in enumerate(coefficients) if value != 0)
    if not lowest:
        return False
    least, largest = abs(coefficients[lowest]), max(map(abs, coefficients[lowest + 1 :]), default=fmpq(0))
    return _is_smaller(c, poly, least / (least + largest))


def _is_smaller(c: Conversion, poly: Polynomial, bound: fmpq) -> bool:
    """Whether |poly| < bound, by balls with rising precision."""
    expr, bits = c.ring.express(poly), balls.FIRST_BITS
    while bits <= MAX_BITS:
        try:
            value = balls.enclose(expr, bits=bits)
        except SymactError:
            return False
        if value > 0 or value < 0:
            return False
        if arb(value.abs_upper()) < bound:
            return True
        bits *= 2
    return False


def _closure(c: Conversion, poly: Polynomial) -> list[Kernel]:
    """The kernels of a polynomial and of their radicands, the earliest first."""
    found: dict[int, Kernel] = {}
    waiting = c.ring.kernels_of(poly)
    while waiting:
        kernel = waiting.pop()
        if kernel.index not in found:
            found[kernel.index] = kernel
            waiting += c.ring.kernels_of(kernel.relation[1].num) if kernel.relation is not None else []
    return [found[index] for index in sorted(found)]


def _is_zero_arc(c: Conversion, poly: Polynomial) -> bool:
    """A sum of rational multiples of asin, atan and pi is 0 if an integer multiple has cosine 1 and is below 2*pi."""
    multiple = 1
    for coefficient, _, powers in c.ring.terms(poly):
        if len(powers) != 1 or powers[0][1] != 1 or not _is_arc(powers[0][0]):
            return False
        multiple = lcm(multiple, int(coefficient.q))
    angle = c.ring.polynomial(poly * multiple)
    try:
        cosine = sine_cosine(c, angle)[1]
    except SymactError:
        return False
    defect = cosine.num - cosine.den
    return (bool(defect.is_zero()) or _is_zero_algebraic(c, defect)) and _is_smaller(c, angle.num, fmpq(6))


def _is_arc(kernel: Kernel) -> bool:
    return kernel.constant and (kernel.kind in ("asin", "atan") or kernel.expr == pi)
