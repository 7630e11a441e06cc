"""What follows for training: saturation, dead zones, chains of gradients, self-normalisation, initialisation gains."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Union

from sympy import Expr, Integer, Rational, S, Symbol, diff, oo, sqrt

from ..definition import Definition
from ..errors import InputError, NotSupportedError, UndecidedError, UnknownSignError
from ..proof.algebra.assume import NOTHING, Assumptions
from ..proof.algebra.field import equal, is_zero
from ..proof.algebra.quotients import number
from ..proof.charts.bounds import bounds
from ..proof.functions.pieces import Piece
from ..proof.functions.shape import Shape, within
from ..proof.numbers import balls
from ..proof.numbers.implicit import ImplicitRoot
from ..proof.properties.course import course
from ..symbols import n
from .forms import size
from .gaussian import Enclosed, Moment, mean, second_moment
from .numbers import plain
from .places import order, samples
from .solving import solutions

__all__ = ["SATURATED", "chain_bound", "dead_zones", "normalising", "saturation", "self_normalising", "torch_gain"]

#: An end of an interval: exact, or between two decimals.
End = Union[Expr, Enclosed]  # noqa: UP007 - SymPy is untyped, so that | would make no type of it
Interval = tuple[End, End]

DIGITS, BITS = 30, 128
#: A gradient below this counts as all but vanished.
SATURATED = Rational(1, 1000)


def dead_zones(curve: Shape) -> list[tuple[Expr, Expr]]:
    """Return the intervals on which f′ = 0, where no gradient comes through, in increasing order."""
    found: list[tuple[Expr, Expr]] = []
    for piece in curve.pieces:
        slope = diff(piece.expr, curve.variable)
        if not _vanishes(slope, curve, piece):
            continue
        if found and found[-1][1] == piece.left and _level(curve, piece.left):
            found[-1] = (found[-1][0], piece.right)
        else:
            found.append((piece.left, piece.right))
    return found


def _vanishes(slope: Expr, curve: Shape, piece: Piece) -> bool:
    """Whether the slope of a piece is 0 everywhere; raise UnknownSignError where that depends on parameters."""
    inside = within(curve.variable, piece, curve.known)
    if is_zero(slope, inside.relations) is True:
        return True
    if not slope.free_symbols - {curve.variable} or 0 not in inside.signs(slope):
        return False
    zero = [S.Zero] if order(piece.left, S.Zero, curve.known) < 0 < order(piece.right, S.Zero, curve.known) else []
    values = [slope.subs(curve.variable, point) for point in (*zero, *samples(piece.left, piece.right))]
    if any(0 not in curve.known.signs(value) for value in values):
        return False
    raise UnknownSignError(min(values, key=size))


def _level(curve: Shape, at: Expr) -> bool:
    """Whether f is continuous at a corner."""
    corner = next(c for c in curve.corners if c.at == at)
    sides = [curve.limit(p, at) for p in (corner.before, corner.after) if p is not None]
    if corner.value is None or None in sides or any(side in (oo, -oo) for side in sides):
        return False
    return all(side == corner.value or equal(side, corner.value, curve.known.relations) is True for side in sides)


def saturation(curve: Shape, eps: Expr) -> list[Interval]:
    """Return the open intervals on which |f′| < eps, so that gradients all but vanish, in increasing order.

    Raises InputError for eps <= 0, NotSupportedError where f has parameters without a value.
    """
    if not eps.is_Rational or eps <= 0:
        raise InputError(f"eps must be a positive rational number, not {eps}")
    if any(p.expr.free_symbols - {curve.variable} for p in curve.pieces):
        raise NotSupportedError("where f saturates depends on its parameters; give them values")
    found: list[Interval] = []
    for piece in curve.pieces:
        for low, high in _saturated(curve, piece, eps):
            joined = bool(found) and low == piece.left and found[-1][1] == piece.left and _flat(curve, piece.left, eps)
            found[-1:] = [(found[-1][0], high)] if joined else [*found[-1:], (low, high)]
    return found


def _saturated(curve: Shape, piece: Piece, eps: Expr) -> Iterator[Interval]:
    x = curve.variable
    slope = diff(piece.expr, x)
    if not slope.has(x):
        if balls.sign(eps - abs(slope)) == 1:
            yield piece.left, piece.right
        return
    places: list[Expr] = []
    for level in (eps, -eps):
        run = course(slope - level, x, piece.left, piece.right, curve.known)
        if run.endless:
            raise UndecidedError(f"|f'| < {eps} on infinitely many intervals")
        places += run.points
    spans = sorted(
        ((*map(number, bounds(balls.enclose(at, bits=BITS))), at) for at in places), key=lambda span: span[0]
    )
    if any(a[1] >= b[0] for a, b in pairwise(spans)):
        raise UndecidedError("two ends of a saturated interval were not told apart")
    edges: list[tuple[End, Expr, Expr]] = [
        (piece.left, piece.left, piece.left),
        *((_end(at), low, high) for low, high, at in spans),
        (piece.right, piece.right, piece.right),
    ]
    for (start, _, low), (stop, high, _) in pairwise(edges):
        sign = balls.sign(eps - slope, {x: (point := _between(low, high))})
        other = balls.sign(eps + slope, {x: point})
        if sign is None or other is None:
            raise UndecidedError(f"whether |f'| < {eps} at {point} was not decided")
        if sign == other == 1:
            yield start, stop


def _flat(curve: Shape, at: Expr, eps: Expr) -> bool:
    """Whether f is continuous at a corner and |f′| < eps on both sides with one limit."""
    corner = next(c for c in curve.corners if c.at == at)
    slopes = [curve.limit(p, at, 1) for p in (corner.before, corner.after) if p is not None]
    first, second = slopes if len(slopes) == 2 else (None, None)
    if first is None or second is None or not _level(curve, at):
        return False
    return order(first, second, curve.known) == 0 and order(abs(first), eps, curve.known) < 0


def _end(at: Expr) -> End:
    if not at.has(ImplicitRoot):
        return plain(at)
    ball = balls.enclose(at, bits=BITS)
    lower, upper = balls.digits_of(ball, DIGITS)
    return Enclosed(lower, upper, ball)


def _between(low: Expr, high: Expr) -> Expr:
    if low == -oo:
        return S.Zero if high == oo else high - 1
    return low + 1 if high == oo else (low + high) / 2


def chain_bound(lipschitz: Expr) -> Expr:
    """Return sup|f′|**n: the product of the n slopes of f in a chain of n layers is at most that."""
    bound: Expr = lipschitz**n
    return bound


def normalising(first: Moment, second: Moment, known: Assumptions = NOTHING) -> tuple[Expr, Expr] | None:
    """Return (a, b) for which a*f(z) + b has mean 0 and variance 1, from exact moments of f.

    None where f is constant, or a moment isn't finite.
    """
    if first is None or second is None:
        return None
    if not isinstance(first, Expr) or not isinstance(second, Expr):
        raise UndecidedError("the moments have no closed form")
    if {first, second} & {oo, -oo}:
        return None
    variance = second - first**2
    if is_zero(variance) is True:
        return None
    if variance.free_symbols and 0 in known.signs(variance):
        raise UnknownSignError(variance)
    scale = plain(1 / sqrt(variance))
    return scale, plain(-scale * first)


def self_normalising(curve: Shape, unknown: tuple[Symbol, Symbol]) -> dict[Symbol, Expr]:
    """Return the parameters for which mean 0 and variance 1 are a fixed point: E[f(z)] = 0 and E[f(z)**2] = 1, z ~ N(0, 1).

    Both equations are solved in closed form, and the solution is put in again. For scale*elu(x, alpha) these are the
    constants of SELU. Raises UndecidedError where no solution is found.
    """
    first, second = mean(curve), second_moment(curve)
    if not isinstance(first, Expr) or not isinstance(second, Expr):
        raise UndecidedError("the moments have no closed form")
    for a, b in (unknown, unknown[::-1]):
        for value in _roots(first, S.Zero, a, curve):
            if value.has(b):
                continue
            for other in _roots(second.subs(a, value), S.One, b, curve):
                found = {a: value, b: other}
                if is_zero(first.subs(found)) is True and is_zero(second.subs(found) - 1) is True:
                    return {s: plain(found[s]) for s in unknown}
    raise UndecidedError("E[f(z)] = 0 and E[f(z)**2] = 1 were not solved in closed form")


def _roots(expr: Expr, value: Expr, unknown: Symbol, curve: Shape) -> Iterator[Expr]:
    """Solutions that what is known allows."""
    for candidate in solutions(expr, unknown):
        root = candidate.subs(unknown, value)
        if not root.free_symbols and root.is_real is not False:
            signs = curve.known.signs(unknown)
            if balls.sign(root) in signs:
                yield root


#: What torch.nn.init.calculate_gain returns, by the names of this catalogue (PyTorch's documentation of torch.nn.init).
_TORCH_GAINS: Mapping[str, Callable[[Mapping[str, Any]], Expr]] = {
    "identity": lambda values: S.One,
    "sigmoid": lambda values: S.One,
    "tanh": lambda values: Rational(5, 3),
    "relu": lambda values: sqrt(2),
    "leaky_relu": lambda values: sqrt(Integer(2) / (1 + values["alpha"] ** 2)),
    "selu": lambda values: Rational(3, 4),
}


def torch_gain(definition: Definition, values: Mapping[Symbol, Expr] | None = None) -> Expr | None:
    """Return what torch.nn.init.calculate_gain gives for a function of the catalogue, None where it knows none."""
    compute = _TORCH_GAINS.get(definition.name)
    given = values or {}
    chosen = {p.symbol.name: given.get(p.symbol, p.default) for p in definition.parameters}
    return None if compute is None else compute(chosen)
