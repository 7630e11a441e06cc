"""Proofs that an antiderivative isn't elementary, by Liouville's theorem: f = v' + c1*u1'/u1 + … with v, u in the field of f.

At a place, where p(t) = 0 for a transcendental t and p isn't special, v' has no simple pole and each u'/u one with an
integer as residue: the residue of f, once its multiple poles are removed by subtracting derivatives, is constant.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Dummy, Expr, I, S, Symbol, diff, expand

from ...errors import NotSupportedError, UndecidedError
from ..algebra.assume import Assumptions
from ..algebra.quotients import Kernel, Polynomial, Quotient, number
from .independence import PRIMITIVE, Field, field, independent
from .risch import is_unsolvable

__all__ = ["is_not_elementary"]

#: Poles of higher order aren't reduced.
_MAX_ORDER = 6


def is_not_elementary(expr: Expr, x: Symbol, low: Expr, high: Expr, known: Assumptions) -> bool:
    """Whether a smooth expression on low < x < high certainly has no antiderivative made of elementary functions and its own.

    False says nothing.
    """
    try:
        of, (f,) = field(x, low, high, known, expr)
        return independent(of) and (
            _has_other_residue(of, f)
            or any(_varies(of, *part) for part in _reduced(of, f))
            or any(is_unsolvable(a, speed, x) for a, speed in _terms(of, f))
        )
    except (NotSupportedError, UndecidedError):
        return False


def _reduced(of: Field, f: Quotient) -> Iterator[tuple[Quotient, Polynomial, Kernel]]:
    """Functions that are elementary integrals only where f is, each with a place at which its residue must be constant then."""
    for place, _ in f.den.factor()[1]:
        kernel = _variable(of, f, place)
        if kernel is not None:
            yield f, place, kernel
    yield from _of_polynomial(of, f)


def _variable(of: Field, f: Quotient, place: Polynomial) -> Kernel | None:
    """The kernel t of a place of f where f is a quotient of polynomials in t over a field of functions that don't depend on t.

    No other factor of its denominator vanishes at the place: none that holds t holds what is algebraic over other kernels.
    """
    kernel = of.variable_of(place)
    if kernel is None or kernel is of.base:
        return None
    above = [k for poly in (f.num, f.den) for k in of.kernels(poly) if of.depends(k, kernel)]
    others = [p for p, _ in f.den.factor()[1] if p != place and of.degree(p, kernel)]
    mixed = any(k.relation is not None or k.kind == "cos" or k.constant for p in others for k in of.ring.kernels_of(p))
    return None if above or mixed else kernel


def _of_polynomial(of: Field, f: Quotient) -> Iterator[tuple[Quotient, Polynomial, Kernel]]:
    """f = a*L**m + b*L**(m-1) + …, for the last kernel L, a primitive, and a polynomial a of x: of b - m*∫a*L'.

    The antiderivative is c*L**(m+1) + q*L**m + … with constant c, which is 0 as L' is no derivative, so that q' = a, and the
    next coefficient is a derivative, or for m = 1 an elementary integral, plus a constant times L'. At a place where L' has a
    constant residue that changes nothing.
    """
    for kernel in (k for k in of.kernels(f.num) if k.kind in PRIMITIVE):
        if of.degree(f.den, kernel) or any(of.depends(k, kernel) for k in of.varying):
            continue
        parts = of.coefficients(f.num, kernel)
        power = max(parts)
        lead = of.ring.quotient(parts[power], f.den)
        if not lead.den.is_constant() or any(k is not of.base for k in of.ring.kernels_of(lead.num)):
            continue
        whole = sum(
            (part * of.base.gen ** (n + 1) / (n + 1) for n, part in of.coefficients(lead.num, of.base).items()),
            of.ring.zero.num,
        )
        slope = of.slope_of_kernel(kernel)
        inner = of.ring.product([of.ring.quotient(whole * power, lead.den), slope])
        below = of.ring.quotient(parts.get(power - 1, of.ring.zero.num), f.den)
        rest = of.ring.sum([below, of.ring.negative(inner)])
        for place, order in slope.den.factor()[1]:
            variable = _variable(of, rest, place)
            if order != 1 or variable is None:
                continue
            change = _change(of, slope, place, variable)
            if change is not None and (change.num % place).is_zero():
                yield rest, place, variable


def _has_other_residue(of: Field, f: Quotient) -> bool:
    """Whether f = a*L**m + …, for the only kernel L beside x, a primitive, and a has a residue where L' has no pole.

    Then a isn't (m + 1)*c*L' + q', as it is where the antiderivative is c*L**(m+1) + q*L**m + ….
    """
    if len(of.varying) != 1 or of.varying[0].kind not in ("log", "atan") or of.degree(f.den, of.varying[0]):
        return False
    (kernel,) = of.varying
    parts = of.coefficients(f.num, kernel)
    lead = of.ring.quotient(parts[max(parts)], f.den)
    place, slope = of.pole(lead), of.slope_of_kernel(kernel)
    return bool(max(parts) and place is not None and slope.den.gcd(place).is_constant())


def _varies(of: Field, f: Quotient, place: Polynomial, kernel: Kernel) -> bool:
    """Whether the residue at a place isn't constant."""
    change = _change(of, f, place, kernel)
    return change is not None and of.survives(change.num, place, kernel)


def _change(of: Field, f: Quotient, place: Polynomial, kernel: Kernel) -> Quotient | None:
    """The derivative of the residue at a place, a function to be taken modulo that."""
    ring, slope = of.ring, of.slope(place)
    while True:
        order = next((n for p, n in f.den.factor()[1] if p == place), 0)
        if not 0 < order <= _MAX_ORDER:
            return None
        rest = ring.product([f, ring.power(ring.polynomial(place), order), ring.inverse(slope)])
        if order == 1:
            break
        # f = rest*p'/p**n is -(rest/(n-1)/p**(n-1))' + rest'/(n-1)/p**(n-1)
        lower = ring.scaled(of.slope_of(rest), ring.unit.leading_coefficient() / (order - 1))
        f = ring.product([lower, ring.power(ring.inverse(ring.polynomial(place)), order - 1)])
    inner = ring.polynomial(place.derivative(of.position(kernel)))
    own = ring.product([inner, of.slope_of_kernel(kernel)])
    moved = ring.sum([slope, ring.negative(own)])  # the derivative of the place with the kernel held fixed
    speed = ring.negative(ring.product([moved, ring.inverse(inner)]))  # the derivative of a root of the place
    by_kernel = of.partial(rest, kernel)
    held = ring.sum([of.slope_of(rest), ring.negative(ring.product([by_kernel, of.slope_of_kernel(kernel)]))])
    return ring.sum([held, ring.product([by_kernel, speed])])


def _terms(of: Field, f: Quotient) -> Iterator[tuple[Expr, Expr]]:
    """a and u' for every term a*exp(u) of a sum of rational functions of x times exponentials, complex for sines and cosines."""
    ring, kernels = of.ring, of.varying
    waves = {k.expr.args[0] for k in kernels if k.kind in ("sin", "cos")}
    if any(k.kind not in ("exp", "sin", "cos") for k in kernels) or len(waves) > 1:
        return
    exponentials = [k for k in kernels if k.kind == "exp"]
    powers = {k: of.coefficients(f.den, k) for k in exponentials}
    below = f.den
    for k in exponentials:
        if len(powers[k]) != 1:
            return
        below = next(iter(of.coefficients(below, k).values()))
    if any(k is not of.base for k in of.kernels(below)):
        return
    wave, found = Dummy(), dict[tuple[Expr, Expr], Expr]()
    meaning = {"cos": (wave + 1 / wave) / 2, "sin": (wave - 1 / wave) / (2 * I)}
    for coefficient, _, factors in ring.terms(f.num):
        exponent = Add(*(-next(iter(powers[k])) * k.expr.exp for k in exponentials))
        rest, turning = number(coefficient), S.One
        for k, n in factors:
            if k in exponentials:
                exponent += n * k.expr.exp
            elif k.kind in meaning and of.varies(k):
                turning *= meaning[k.kind] ** n
            else:
                rest *= k.expr**n
        for term in Add.make_args(expand(turning)):
            scale, turn = term.as_independent(wave)
            key = expand(exponent), turn.as_base_exp()[1] if turn != 1 else S.Zero
            found[key] = found.get(key, S.Zero) + scale * rest
    (angle,) = waves or {S.Zero}
    for (exponent, turns), top in found.items():
        speed = diff(exponent + I * turns * angle, of.x)
        if speed != 0:
            yield top / ring.express(below), speed
