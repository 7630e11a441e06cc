"""Mean, second moment and initialisation gain under z ~ N(0, 1): in closed form where there is one, else enclosed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Union

from flint import arb, fmpq
from sympy import Expr, Integral, Piecewise, Rational, S, cancel, erf, erfc, exp, expand, oo, sqrt
from sympy import factor as factored

from ..deadline import deadline
from ..errors import NotSupportedError, UndecidedError, UnknownSignError
from ..proof.algebra.field import is_zero
from ..proof.calculus.gaussian_integrals import gaussian_mean
from ..proof.calculus.holomorphic import gaussian_expectation
from ..proof.calculus.integration import definite_integral
from ..proof.calculus.moments import expectation
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Corner, Shape
from ..proof.functions.sign_cases import NoValueError
from ..proof.functions.switches import obstacles
from ..proof.numbers import balls
from ..proof.numbers.implicit import ImplicitRoot
from .forms import size, textbook
from .numbers import is_long, plain
from .places import domain_ends, limit, order, settled
from .quadrature import accurate_expectation
from .symmetry import parity

__all__ = ["BITS", "Enclosed", "Moment", "divergence", "enclosed", "gain", "mean", "raised", "second_moment"]

#: Bits of an enclosure, and the digits of it that are shown.
BITS, DIGITS = 128, 30
#: Seconds for each way to a closed form.
SECONDS = 4.0


@dataclass(frozen=True)
class Enclosed:
    """A number without a closed form, between two decimals that agree to about 30 digits, times a factor of parameters >= 0."""

    lower: str
    upper: str
    ball: arb = field(compare=False)
    factor: Expr = S.One

    def __str__(self) -> str:
        return f"{self.lower}..." if self.factor == 1 else f"{self.lower}...*({self.factor})"


#: A number, ±oo where the integral diverges to it, None where it doesn't exist.
Moment = Union[Expr, Enclosed, None]  # noqa: UP007 - SymPy is untyped, so that | would make no type of it


def mean(curve: Shape) -> Moment:
    """Return E[f(z)], z ~ N(0, 1); None where it doesn't exist: f isn't defined for all z, or the integral diverges.

    Raises UnknownSignError where it depends on parameters, UndecidedError where it isn't found.
    """
    return _moment(settled(curve))


def second_moment(curve: Shape) -> Moment:
    """Return E[f(z)**2], z ~ N(0, 1), oo where it diverges; None and errors as for `mean`."""
    return _moment(raised(settled(curve), 2))


def gain(second: Moment) -> Moment:
    """Return 1/sqrt(E[f(z)**2]), by which weights are scaled so that a layer keeps the second moment; None for f = 0."""
    if second is None or second == 0:
        return None
    if isinstance(second, Enclosed):
        with balls.precision(BITS + 32):
            return replace(enclosed(1 / second.ball.sqrt()), factor=plain(1 / sqrt(second.factor)))
    return S.Zero if second == oo else plain(1 / sqrt(second))


def raised(curve: Shape, power: int) -> Shape:
    """Return f to a power."""
    pieces: dict[Piece | None, Piece] = {p: replace(p, expr=p.expr**power) for p in curve.pieces}
    corners = tuple(
        replace(
            c,
            before=pieces.get(c.before),
            after=pieces.get(c.after),
            value=None if c.value is None else c.value**power,
        )
        for c in curve.corners
    )
    return replace(curve, pieces=tuple(pieces.values()), corners=corners)


@lru_cache(64)
def _moment(curve: Shape) -> Moment:
    if domain_ends(curve) != [-oo, oo]:
        return None
    curve = _without_holes(curve)
    try:
        closed = _closed_form(curve)
    except NoValueError:
        closed = None
        if (found := divergence(curve)) is not None:
            return found[0]
    parameters = any(p.expr.free_symbols - {curve.variable} for p in curve.pieces)
    parameters = parameters or any(c.at.free_symbols for c in curve.corners)
    if closed is not None and (parameters or closed in (oo, -oo)):
        return closed
    if parameters:
        return _with_parameters(curve)
    if any(_infinite(curve, c) for c in curve.corners) and (found := divergence(curve)) is not None:
        return found[0]
    try:
        ball = gaussian_expectation(curve) if closed is not None else accurate_expectation(curve, BITS)
    except (UndecidedError, NotSupportedError):
        if closed is not None:
            return closed
        if (found := divergence(curve)) is not None:
            return found[0]
        raise
    if closed is None:
        return S.Zero if ball.contains(0) and _is_odd(curve) else enclosed(ball)
    with balls.precision(BITS):
        if not balls.enclose(closed, bits=BITS).overlaps(ball):
            raise UndecidedError("the closed form of the expectation contradicts its enclosure")
        return _rational(closed, ball)


def _without_holes(curve: Shape) -> Shape:
    """The function as one smooth piece where it is a rational function whose denominator cancels; points don't count."""
    only = {p.expr for p in curve.pieces}
    if len(curve.pieces) == 1 or len(only) > 1 or not (expr := only.pop()).is_rational_function():
        return curve
    plain = cancel(expr)
    whole = not any(g.has(curve.variable) for g, _ in obstacles(plain))
    return Shape(curve.variable, (Piece(-oo, oo, plain),), (), curve.known) if whole else curve


def _closed_form(curve: Shape) -> Expr | None:
    x = curve.variable
    if len(curve.pieces) == 1:
        factor, rest = curve.pieces[0].expr.as_independent(x, as_Add=False)
        if factor.free_symbols:
            found = _closed_form(replace(curve, pieces=(replace(curve.pieces[0], expr=rest),), corners=()))
            return None if found is None or found in (oo, -oo) else factor * found
    for compute in (_by_rules, _of_uniform, _by_terms, _by_antiderivatives):
        try:
            with deadline(SECONDS):
                found = compute(curve)
                if not found.has(Integral, x):
                    return found if found in (oo, -oo) else _short(found, curve)
        except (NoValueError, UnknownSignError):
            raise
        except (UndecidedError, NotSupportedError):
            continue
    return None


def _by_antiderivatives(curve: Shape) -> Expr:
    x = curve.variable
    last = len(curve.pieces) - 1
    whole = Piecewise(*((p.expr, S.true if m == last else x < p.right) for m, p in enumerate(curve.pieces)))
    found: Expr = expectation(whole, x, curve.known)
    if found.is_Piecewise:
        raise UndecidedError("the expectation has several cases")
    return found


def _by_rules(curve: Shape) -> Expr:
    if len(curve.pieces) != 1:
        raise UndecidedError("the rules are for functions that are smooth on the line")
    return gaussian_mean(curve.pieces[0].expr, curve.variable, curve.known)


def _by_terms(curve: Shape) -> Expr:
    """A sum of odd terms, whose mean is 0, and terms with a closed form."""
    (piece, *others), x, total = curve.pieces, curve.variable, S.Zero
    if others or not piece.expr.is_Add:
        raise UndecidedError("the function is no sum that is smooth on the line")
    for term in piece.expr.args:
        if term.subs(x, -x) == -term and limit(term * exp(-(x**2) / 4), x, oo, -1, curve.known) == 0:
            continue
        total += gaussian_mean(term, x, curve.known)
    return total


def _of_uniform(curve: Shape) -> Expr:
    """A function of u = (1 + erf(z/sqrt(2)))/2 alone: u is distributed uniformly between 0 and 1."""
    x = curve.variable
    if len(curve.pieces) != 1:
        raise UndecidedError("the function has several pieces")
    expr = curve.pieces[0].expr.xreplace({erf(x / sqrt(2)): 2 * x - 1, erfc(x / sqrt(2)): 2 - 2 * x})
    if expr.has(erf, erfc, exp):
        raise UndecidedError("the function doesn't depend on the normal distribution function alone")
    g = curve.pieces[0].expr.xreplace({erf(x / sqrt(2)): S.Zero, erfc(x / sqrt(2)): S.Zero})
    if g.has(x):
        raise UndecidedError("the function doesn't depend on the normal distribution function alone")
    return definite_integral(factored(expr), x, S.Zero, S.One, curve.known)


def _short(value: Expr, curve: Shape) -> Expr:
    """The shortest of a few forms, each proved equal."""
    wide = expand(value)
    if is_long(wide):
        return wide
    if value.free_symbols:
        return min((value, wide, textbook(wide, curve.known)), key=size)
    return value if value.has(ImplicitRoot) else min((wide, plain(wide)), key=size)


def _rational(value: Expr, ball: arb) -> Expr:
    """A rational number with a small denominator, where the value is proved to be that."""
    scaled = ball * 360
    nearest = scaled.mid().fmpq()
    whole = int((nearest + fmpq(1, 2)).floor())
    if not value.is_Rational and scaled.contains(whole) and is_zero(value - Rational(whole, 360)) is True:
        return Rational(whole, 360)
    return value


def _with_parameters(curve: Shape) -> Moment:
    """The moment where it is 0 because f is odd, or where parameters are only in a factor that all pieces have in common."""
    if all(bounded for _, bounded in _ends(curve)) and _is_odd(curve):
        return S.Zero
    x = curve.variable
    factor = next(p.expr for p in curve.pieces if p.expr != 0).as_independent(x, as_Add=False)[0]
    pieces = {p: replace(p, expr=cancel(p.expr / factor)) for p in curve.pieces}
    plain_one = replace(curve, pieces=tuple(pieces.values()), corners=())
    places = [c.at for c in curve.corners]
    if any(e.free_symbols - {x} for e in (*places, *(p.expr for p in plain_one.pieces))):
        raise UndecidedError("the expectation has no closed form that was found, and parameters have no values")
    found, signs = _moment(plain_one), curve.known.signs(factor)
    if found in (oo, -oo):
        if len(signs) > 1:
            raise UnknownSignError(factor)
        return S.Zero if signs == {0} else oo if signs == {1 if found == oo else -1} else -oo
    if not signs <= {0, 1} and not signs <= {-1, 0}:
        raise UnknownSignError(factor)
    if found is None or isinstance(found, Expr):
        return None if found is None else found * factor
    if signs <= {0, 1}:
        return replace(found, factor=factor)
    with balls.precision(BITS):
        return replace(enclosed(-found.ball), factor=-factor)


def _is_odd(curve: Shape) -> bool:
    try:
        return parity(curve) == "odd"
    except (UndecidedError, NotSupportedError):
        return False


def enclosed(ball: arb) -> Enclosed:
    """Return a number that a ball contains."""
    lower, upper = balls.digits_of(ball, DIGITS)
    return Enclosed(lower, upper, ball)


def _infinite(curve: Shape, corner: Corner) -> bool:
    return any(curve.limit(p, corner.at) in (None, oo, -oo) for p in (corner.before, corner.after) if p)


def divergence(curve: Shape) -> tuple[Expr | None] | None:
    """Return (±oo,) or (None,) where the integral certainly diverges to that or doesn't exist; None where that isn't known.

    It diverges beside a point c where (z - c)*f(z) doesn't tend to 0, and far out where f(z)*exp(-z**2/2) doesn't.
    """
    signs: set[int] = set()
    for sign, bounded in _ends(curve):
        if sign:
            signs.add(sign)
        elif not bounded:
            return None
    return None if not signs else (oo * signs.pop(),) if len(signs) == 1 else (None,)


def _ends(curve: Shape) -> Iterator[tuple[int, bool]]:
    """For every end of a piece the sign with which the integral diverges there, 0 if it doesn't or that isn't known."""
    x, known = curve.variable, curve.known
    for piece in curve.pieces:
        for at, side in ((piece.left, 1), (piece.right, -1)):
            weight = exp(-(x**2) / 2) if at in (oo, -oo) else side * (x - at)
            value = limit(piece.expr * weight, x, at, side, known)
            if value is None:
                yield 0, False
                continue
            sign = order(value, S.Zero, known)
            near = limit(piece.expr * (exp(-(x**2) / 4) if at in (oo, -oo) else 1), x, at, side, known)
            yield sign, near is not None and near not in (oo, -oo)
