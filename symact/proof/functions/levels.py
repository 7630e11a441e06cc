"""Values of a function of one variable: exact ones, ±oo, and values at a critical point that is known by enclosures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Union

from flint import arb, fmpq
from sympy import Dummy, Expr, Poly, Rational, S, Symbol, diff, fraction, oo, resultant, together
from sympy.polys.polyerrors import DomainError, PolynomialError

from ...errors import NotSupportedError, UndecidedError, UnknownSignError
from ..algebra.assume import Assumptions
from ..algebra.field import is_zero
from ..charts.bounds import bounds, closed_forms
from ..charts.chart import chart, enclosure, refine
from ..numbers import balls
from .pieces import Piece
from .shape import same

__all__ = ["Critical", "Level", "ball_of", "compare"]

#: Two values that agree to this many bits are taken to be equal if that can be proved, and for undecided otherwise.
MAX_BITS = 8192
#: Bits at which a symmetry between two points is guessed.
BITS = 128
#: Roots of a polynomial are told apart by intervals of this width at most.
SEPARATE = Rational(1, 10**30)


@dataclass(frozen=True)
class Critical:
    """The value of a piece at one of the zeros of its derivative, which has no closed form; `others` are the other zeros."""

    piece: Piece
    variable: Symbol
    at: Expr
    others: tuple[Expr, ...]

    def __neg__(self) -> Critical:
        return replace(self, piece=replace(self.piece, expr=-self.piece.expr))

    @property
    def value(self) -> Expr:
        """The value as an expression."""
        return self.piece.expr.subs(self.variable, self.at)


Level = Union[Expr, Critical]  # noqa: UP007 - SymPy is untyped, so that | would make no type of it


def ball_of(level: Level, bits: int) -> arb:
    """Return a ball around a finite value without parameters."""
    return balls.enclose(level.value if isinstance(level, Critical) else level, bits=bits)


def compare(a: Level, b: Level, known: Assumptions) -> int:
    """Return the sign of a - b; raise UndecidedError where it isn't found."""
    if a == b:
        return 0
    for one, other, sign in ((a, b, 1), (b, a, -1)):
        if one in (oo, -oo):
            return sign if one == oo else -sign
        if isinstance(one, Expr) and one.free_symbols and isinstance(other, Critical):
            raise UndecidedError(f"whether {one} is an extreme value was not decided")
    if isinstance(a, Expr) and isinstance(b, Expr):
        if same(a, b, known) is True:
            return 0
        found = known.sign(a - b)
        if found is None:
            raise UnknownSignError(a - b)
        return found
    bits = 64
    while bits <= MAX_BITS:
        left, right = ball_of(a, bits), ball_of(b, bits)
        with balls.precision(bits):
            if left < right or left > right:
                return 1 if left > right else -1
        if bits == 128 and _equal(a, b):
            return 0
        bits *= 2
    raise UndecidedError("whether two extreme values are equal was not decided")


def _equal(a: Level, b: Level) -> bool:
    if isinstance(a, Critical) and isinstance(b, Critical):
        return _mirrored(a, b) or _same_algebraic(a, b)
    value, critical = (a, b) if isinstance(b, Critical) else (b, a)
    assert isinstance(critical, Critical)
    assert isinstance(value, Expr)
    return _touches(value, critical)


def _touches(value: Expr, critical: Critical) -> bool:
    """Whether f - value has a zero without change of sign at the critical point: then it is an extreme value of f."""
    piece, x = critical.piece, critical.variable
    try:
        zeros = chart(piece.expr - value, x, piece.left, piece.right, Assumptions()).zeros
    except (UndecidedError, NotSupportedError):
        return False
    return any(not zero.changes and _only_one(enclosure(refine(zero, 30), 128), critical) for zero in zeros)


def _mirrored(a: Critical, b: Critical) -> bool:
    """Whether g(s(x)) = h(x) for the pieces g and h and a symmetry s of their intervals, which maps one point to the other."""
    x = a.variable
    other = b.piece.expr.xreplace({b.variable: x})
    images = [image for image, holds in _SYMMETRIES if holds(a.piece, b.piece)]
    for image in (*images, *_guessed(a.at, b.at)):
        if is_zero(a.piece.expr.subs(x, image(x)) - other) is True:
            place = balls.enclose(image(a.at), bits=128)
            if place.is_finite() and _holds(b.piece, place) and _only_one(place, b):
                return True
    return False


def _guessed(a: Expr, b: Expr) -> list[Callable[[Expr], Expr]]:
    """Reflections and translations by a number in closed form that may map one point to another."""
    here, there = (balls.enclose(point, bits=BITS) for point in (a, b))
    with balls.precision(BITS):
        total, step = here + there, there - here
    if not (total.is_finite() and step.is_finite()):
        return []
    reflections = [lambda u, s=s: s - u for s in closed_forms(*bounds(total))]
    return [*reflections, *(lambda u, s=s: u + s for s in closed_forms(*bounds(step)))]


def _holds(piece: Piece, place: arb) -> bool:
    """Whether a ball lies inside a piece."""
    low, high = (None if end in (oo, -oo) else balls.enclose(end, bits=128) for end in (piece.left, piece.right))
    return bool((low is None or place > low) and (high is None or place < high))


#: Maps that are their own inverse, and between which pieces they go; 1/x leaves out 0, where no such value is taken.
_SYMMETRIES: tuple[tuple[Callable[[Expr], Expr], Callable[[Piece, Piece], bool]], ...] = (
    (lambda u: -u, lambda a, b: bool(a.left == -b.right and a.right == -b.left)),
    (lambda u: 1 / u, lambda a, b: bool(a.left == b.left == -oo and a.right == b.right == oo)),
    (lambda u: -1 / u, lambda a, b: bool(a.left == b.left == -oo and a.right == b.right == oo)),
)


def _same_algebraic(a: Critical, b: Critical) -> bool:
    """Whether values of rational functions are the same root of the polynomial that all their critical values satisfy."""
    v = Dummy("v")
    x = a.variable
    if not all(c.piece.expr.is_rational_function(x) for c in (a, b)):
        return False
    product = S.One
    for critical in (a, b):
        top, bottom = fraction(together(critical.piece.expr))
        slope, _ = fraction(together(diff(critical.piece.expr, x)))
        try:
            product *= resultant(top - v * bottom, slope, x)
            if not product.has(v):
                return False
            roots = Poly(product, v).sqf_part().intervals(eps=SEPARATE)
        except (PolynomialError, DomainError):
            return False
    near = [{k for k, (ends, _) in enumerate(roots) if _meets(c, *ends)} for c in (a, b)]
    return len(near[0]) == 1 and near[0] == near[1]


def _meets(critical: Critical, low: Rational, high: Rational) -> bool:
    """Whether a value may lie between two rationals."""
    ball = ball_of(critical, MAX_BITS)
    with balls.precision(MAX_BITS):
        return not (ball < arb(fmpq(low.p, low.q)) or ball > arb(fmpq(high.p, high.q)))


def _only_one(ball: arb, critical: Critical) -> bool:
    """Whether a ball around one of the zeros of the derivative must be around this one: it is near no other."""
    near, *others = (balls.enclose(point, bits=128) for point in (critical.at, *critical.others))
    with balls.precision(256):
        return bool(ball.overlaps(near)) and not any(ball.overlaps(other) for other in others)
